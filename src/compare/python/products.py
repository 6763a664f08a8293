"""GFLOP/s of the two largest products of an epoch of MNIST, with NumPy and with PyTorch, float32.

Āᵀ X is what torch.nn.Linear needs, whose weights are [outputs × inputs].
"""

import numpy as np
import torch

import measured

torch.set_num_threads(1)
random = np.random.default_rng(1)
x, w, d = (random.random(shape, np.float32) for shape in [(64, 784), (784, 256), (64, 256)])
tx, tw, td = map(torch.tensor, (x, w, d))

for name, call in [
    ("NumPy, X W", lambda: x @ w),
    ("PyTorch, X W", lambda: tx @ tw),
    ("NumPy, Xᵀ Ā", lambda: x.T @ d),
    ("PyTorch, Xᵀ Ā", lambda: tx.T @ td),
    ("NumPy, Āᵀ X", lambda: d.T @ x),
    ("PyTorch, Āᵀ X", lambda: td.T @ tx),
]:
    print(f"products {name}: {2e-3 * 64 * 784 * 256 / measured.microseconds(call):.0f} GFLOP/s")
