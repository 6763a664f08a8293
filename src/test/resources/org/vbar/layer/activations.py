"""Writes activations.csv: values and derivatives of the activations, from 700 digits.

The formulas are the definitions, never the rearranged forms under test.

    python3 activations.py > activations.csv        (mpmath 1.3.0)
"""
from mpmath import mp, mpf, exp, log, tanh, erfc, sqrt, pi

mp.dps = 700  # the definitions cancel by up to e^-700

POINTS = [-700.0, -40.0, -20.0, -5.0, -1.5, -0.3, -1e-9, 1e-9, 0.3, 1.5, 5.0, 20.0, 40.0, 700.0]

sigmoid = lambda x: 1 / (1 + exp(-x))
cumulative = lambda x: erfc(-x / sqrt(mpf(2))) / 2

TABLE = {
    "SIGMOID": (sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
    "TANH": (tanh, lambda x: 1 - tanh(x) ** 2),
    "SOFTPLUS": (lambda x: log(1 + exp(x)), sigmoid),
    "GELU": (
        lambda x: x * cumulative(x),
        lambda x: cumulative(x) + x * exp(-x * x / 2) / sqrt(2 * pi),
    ),
    "SILU": (
        lambda x: x * sigmoid(x),
        lambda x: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
    ),
}

print("activation,x,value,derivative")
for name, (value, derivative) in TABLE.items():
    for point in POINTS:
        x = mpf(point)
        print(f"{name},{point!r},{float(value(x))!r},{float(derivative(x))!r}")
