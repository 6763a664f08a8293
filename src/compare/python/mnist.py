"""The median time of an epoch of MNIST after three epochs of warm-up, and the accuracy after all.

    VBAR_MNIST=FOLDER python mnist.py SYSTEM EPOCHS

784-256-10, sigmoid, softmax cross-entropy, float32, batches of 64 in a new random order each epoch,
plain gradient descent at 0.64, weights from N(0, 1/inputs), biases 0. SYSTEM is a name in the table
at the end.
"""

import gzip
import os
import statistics
import sys
import time

import numpy as np

import measured

WARM_UP = 3
BATCH = 64
RATE = 0.64


def read(name, header):
    with gzip.open(os.path.join(os.environ["VBAR_MNIST"], name)) as file:
        return np.frombuffer(file.read(), np.uint8)[header:]


def images(name):
    return (read(name, 16).reshape(-1, 784) / 255).astype(np.float32)


def first_parameters():
    random = np.random.default_rng(1)
    w1 = random.normal(0, 784**-0.5, (784, 256)).astype(np.float32)
    w2 = random.normal(0, 256**-0.5, (256, 10)).astype(np.float32)
    return w1, np.zeros(256, np.float32), w2, np.zeros(10, np.float32)


def with_numpy(x, labels):
    w1, b1, w2, b2 = first_parameters()
    t = np.eye(10, dtype=np.float32)[labels]

    def epoch(order):
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            step(x[rows], t[rows])

    def step(x, t):
        rate = np.float32(RATE / len(x))
        z = 1 / (1 + np.exp(-(x @ w1 + b1)))
        a = z @ w2 + b2
        e = np.exp(a - a.max(1, keepdims=True))
        e /= e.sum(1, keepdims=True)
        e -= t
        d = (e @ w2.T) * z * (1 - z)
        # In place, so that every name keeps its array
        np.subtract(w2, rate * (z.T @ e), out=w2)
        np.subtract(b2, rate * e.sum(0), out=b2)
        np.subtract(w1, rate * (x.T @ d), out=w1)
        np.subtract(b1, rate * d.sum(0), out=b1)

    return epoch, lambda x: (1 / (1 + np.exp(-(x @ w1 + b1))) @ w2 + b2).argmax(1)


def with_autograd(x, labels):
    import autograd
    import autograd.numpy as anp
    from autograd.scipy.special import logsumexp

    parameters = list(first_parameters())
    t = np.eye(10, dtype=np.float32)[labels]

    def logits(p, x):
        return (1 / (1 + anp.exp(-(x @ p[0] + p[1])))) @ p[2] + p[3]

    def loss(p, x, t):
        a = logits(p, x)
        return anp.mean(logsumexp(a, axis=1) - anp.sum(a * t, axis=1))

    gradient = autograd.grad(loss)

    def epoch(order):
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            for p, g in zip(parameters, gradient(parameters, x[rows], t[rows])):
                p -= np.float32(RATE) * g

    return epoch, lambda x: logits(parameters, x).argmax(1)


def with_torch(x, labels):
    import torch

    torch.set_num_threads(1)
    w1, b1, w2, b2 = map(torch.tensor, first_parameters())
    network = torch.nn.Sequential(
        torch.nn.Linear(784, 256), torch.nn.Sigmoid(), torch.nn.Linear(256, 10)
    )
    with torch.no_grad():
        for to, value in zip(network.parameters(), [w1.T, b1, w2.T, b2]):
            to.copy_(value)
    loss = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    x = torch.tensor(x)
    labels = torch.tensor(labels.astype(np.int64))

    def epoch(order):
        order = torch.tensor(order)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            optimizer.zero_grad()
            loss(network(x[rows]), labels[rows]).backward()
            optimizer.step()

    def classify(x):
        with torch.no_grad():
            return network(torch.tensor(x)).argmax(1).numpy()

    return epoch, classify


def with_plain_torch(x, labels):
    """Weights [inputs × outputs] as in the other programs, and no module or optimizer."""
    import torch

    torch.set_num_threads(1)
    parameters = [torch.tensor(p, requires_grad=True) for p in first_parameters()]
    x = torch.tensor(x)
    labels = torch.tensor(labels.astype(np.int64))

    def logits(x):
        w1, b1, w2, b2 = parameters
        return torch.addmm(b2, torch.sigmoid(torch.addmm(b1, x, w1)), w2)

    def epoch(order):
        order = torch.tensor(order)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            loss = torch.nn.functional.cross_entropy(logits(x[rows]), labels[rows])
            gradient = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for p, g in zip(parameters, gradient):
                    p.sub_(g, alpha=RATE)

    def classify(x):
        with torch.no_grad():
            return logits(torch.tensor(x)).argmax(1).numpy()

    return epoch, classify


def with_jax(x, labels, whole_epochs=False):
    import functools

    import jax
    import jax.numpy as jnp

    parameters = list(map(jnp.array, first_parameters()))
    x = jnp.array(x)
    labels = jnp.array(labels.astype(np.int32))

    def logits(p, x):
        return jax.nn.sigmoid(x @ p[0] + p[1]) @ p[2] + p[3]

    def loss(p, x, labels):
        log = jax.nn.log_softmax(logits(p, x))
        return -jnp.take_along_axis(log, labels[:, None], 1).mean()

    def descend(p, x, labels, rows):
        gradient = jax.grad(loss)(p, x[rows], labels[rows])
        return [a - RATE * g for a, g in zip(p, gradient)]

    step = jax.jit(descend, donate_argnums=0)

    @functools.partial(jax.jit, donate_argnums=0)
    def steps(p, x, labels, batches):
        return jax.lax.scan(lambda p, rows: (descend(p, x, labels, rows), None), p, batches)[0]

    def epoch(order):
        nonlocal parameters
        start = 0
        if whole_epochs:
            start = len(order) // BATCH * BATCH
            batches = jnp.array(order[:start].reshape(-1, BATCH))
            parameters = steps(parameters, x, labels, batches)
        for start in range(start, len(order), BATCH):
            parameters = step(parameters, x, labels, order[start : start + BATCH])
        jax.block_until_ready(parameters)

    return epoch, lambda x: np.asarray(logits(parameters, x).argmax(1))


def with_jax_scan(x, labels):
    return with_jax(x, labels, whole_epochs=True)


SYSTEMS = {
    "numpy-by-hand": with_numpy,
    "autograd": with_autograd,
    "pytorch": with_torch,
    "pytorch-plain": with_plain_torch,
    "jax-jit": with_jax,
    "jax-jit-scan": with_jax_scan,
}


def main():
    system, epochs = sys.argv[1], int(sys.argv[2])
    x = images("train-images-idx3-ubyte.gz")
    labels = read("train-labels-idx1-ubyte.gz", 8)
    epoch, classify = SYSTEMS[system](x, labels)
    random = np.random.default_rng(2)
    seconds = []
    processor = 0
    for i in range(epochs):
        order = random.permutation(len(labels))
        processor = time.process_time() if i == WARM_UP else processor
        start = time.perf_counter()
        epoch(order)
        seconds.append(time.perf_counter() - start)
    cores = (time.process_time() - processor) / sum(seconds[WARM_UP:])
    median = statistics.median(seconds[WARM_UP:])
    found = classify(images("t10k-images-idx3-ubyte.gz"))
    accuracy = (found == read("t10k-labels-idx1-ubyte.gz", 8)).mean()
    print(
        f"mnist {system}: first {seconds[0]:.3f} s, median {median:.3f} s,"
        f" least {min(seconds[WARM_UP:]):.3f} s, {cores:.2f} cores, accuracy {accuracy:.4f}"
    )
    measured.write("mnist", system, 1e6 * median, [accuracy])


main()
