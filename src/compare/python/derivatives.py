"""One piece of work with one system: the Python side of docs/comparison.md.

    python derivatives.py WORK SYSTEM [once]

WORK is mlp, rosenbrock-N, hessian-N or product-N; SYSTEM is a name in the table at the end. The
functions are those of SmallNetwork.java and Rosenbrock.java. Everything is in double. A system is
imported only when it is asked for, so that `once` shows what a first gradient costs.
"""

import math
import sys

import measured

SIZES = [16, 16, 16, 1]
TARGET = 0.5


def network_point():
    return [0.4 * math.sin(1.7 * i) for i in range(561)]


def network_input():
    return [math.cos(i) for i in range(16)]


def rosenbrock_point(n):
    return [1 + 0.1 * math.sin(i) for i in range(n)]


def direction(n):
    return [math.cos(i) for i in range(n)]


# The functions, for numbers one at a time and for arrays


def network_of_scalars(p, relu, zero):
    """The loss of the network; `relu` acts on one scalar, `zero` makes a constant."""
    z = [zero(x) for x in network_input()]
    at = 0
    for layer in range(1, len(SIZES)):
        inputs, outputs = SIZES[layer - 1], SIZES[layer]
        following = []
        for j in range(outputs):
            a = p[at + inputs * outputs + j]
            for i in range(inputs):
                a = a + p[at + j * inputs + i] * z[i]
            following.append(relu(a) if layer + 1 < len(SIZES) else a)
        at += (inputs + 1) * outputs
        z = following
    return 0.5 * (z[0] - TARGET) ** 2


def rosenbrock_of_scalars(x):
    total = 0.0
    for i in range(len(x) - 1):
        total = total + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (x[i] - 1) ** 2
    return total


def network_of_arrays(parameters, x, relu):
    w1, b1, w2, b2, w3, b3 = parameters
    z = relu(w1 @ x + b1)
    z = relu(w2 @ z + b2)
    return 0.5 * ((w3 @ z + b3 - TARGET) ** 2).sum()


def rosenbrock_of_arrays(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (x[:-1] - 1) ** 2).sum()


def split(p):
    """The arrays of the network out of one array."""
    arrays = []
    at = 0
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        arrays.append(p[at : at + inputs * outputs].reshape(outputs, inputs))
        at += inputs * outputs
        arrays.append(p[at : at + outputs])
        at += outputs
    return arrays


def numbers(value, arrays):
    """Value and gradient as one list."""
    result = [float(value)]
    for array in arrays:
        result.extend(float(x) for x in array.reshape(-1))
    return result


# The systems: each takes the work and n and returns a call, and what makes numbers of its result


def micrograd(work, n):
    from micrograd.engine import Value

    # Its backward pass recurses as deep as the graph is.
    sys.setrecursionlimit(100_000)
    leaves = [Value(x) for x in (network_point() if work == "mlp" else rosenbrock_point(n))]

    def call():
        for leaf in leaves:
            leaf.grad = 0
        if work == "mlp":
            loss = network_of_scalars(leaves, lambda a: a.relu(), Value)
        else:
            loss = rosenbrock_of_scalars(leaves)
        loss.backward()
        return loss.data, [leaf.grad for leaf in leaves]

    return call, lambda result: [result[0], *result[1]]


def numpy_by_hand(work, n):
    import numpy as np

    if work == "mlp":
        w1, b1, w2, b2, w3, b3 = split(np.array(network_point()))
        x = np.array(network_input())

        def call():
            z1 = np.maximum(w1 @ x + b1, 0)
            z2 = np.maximum(w2 @ z1 + b2, 0)
            e = w3 @ z2 + b3 - TARGET
            a2 = (e @ w3) * (z2 > 0)
            a1 = (a2 @ w2) * (z1 > 0)
            gradient = [np.outer(a1, x), a1, np.outer(a2, z1), a2, np.outer(e, z2), e]
            return 0.5 * (e @ e), gradient

        return call, lambda result: numbers(*result)

    point = np.array(rosenbrock_point(n))

    def call():
        x = point[:-1]
        valley = point[1:] - x**2
        slope = x - 1
        gradient = np.zeros(n)
        gradient[1:] = 200 * valley
        gradient[:-1] += 2 * slope - 400 * valley * x
        return 100 * (valley @ valley) + slope @ slope, [gradient]

    return call, lambda result: numbers(*result)


def autograd(work, n):
    import autograd
    import autograd.numpy as np

    if work == "mlp":
        parameters = split(np.array(network_point()))
        x = np.array(network_input())
        both = autograd.value_and_grad(
            lambda p: network_of_arrays(p, x, lambda a: np.maximum(a, 0))
        )
        return lambda: both(parameters), lambda result: numbers(*result)
    point = np.array(rosenbrock_point(n))
    if work == "hessian":
        hessian = autograd.hessian(rosenbrock_of_arrays)
        return lambda: hessian(point), lambda result: numbers(0, [result])[1:]
    if work == "product":
        v = np.array(direction(n))
        product = autograd.hessian_vector_product(rosenbrock_of_arrays)
        return lambda: product(point, v), lambda result: numbers(0, [result])[1:]
    both = autograd.value_and_grad(rosenbrock_of_arrays)
    return lambda: both(point), lambda result: numbers(result[0], [result[1]])


def torch_arrays(work, n, compiled=False):
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    maybe_compiled = torch.compile if compiled else lambda f: f
    if work == "mlp":
        leaves = [a.clone().requires_grad_() for a in split(torch.tensor(network_point()))]
        x = torch.tensor(network_input())
        f = maybe_compiled(lambda *p: network_of_arrays(p, x, torch.relu))
    else:
        leaves = [torch.tensor(rosenbrock_point(n), requires_grad=True)]
        f = maybe_compiled(rosenbrock_of_arrays)
    if work == "hessian":
        point = leaves[0].detach()
        return (
            lambda: torch.autograd.functional.hessian(f, point),
            lambda result: numbers(0, [result])[1:],
        )
    if work == "product":
        v = torch.tensor(direction(n))

        def product():
            (gradient,) = torch.autograd.grad(f(leaves[0]), leaves, create_graph=True)
            return torch.autograd.grad(gradient, leaves, v)

        return product, lambda result: numbers(0, result)[1:]

    def call():
        loss = f(*leaves)
        return loss.detach(), torch.autograd.grad(loss, leaves)

    return call, lambda result: numbers(*result)


def torch_compile(work, n):
    return torch_arrays(work, n, compiled=True)


def torch_func(work, n):
    """The transformations of torch.func."""
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    if work == "mlp":
        parameters = tuple(split(torch.tensor(network_point())))
        x = torch.tensor(network_input())
        both = torch.func.grad_and_value(lambda p: network_of_arrays(p, x, torch.relu))
        return lambda: both(parameters), lambda result: numbers(result[1], result[0])
    point = torch.tensor(rosenbrock_point(n))
    if work == "hessian":
        hessian = torch.func.hessian(rosenbrock_of_arrays)
        return lambda: hessian(point), lambda result: numbers(0, [result])[1:]
    if work == "product":
        v = torch.tensor(direction(n))
        gradient = torch.func.grad(rosenbrock_of_arrays)
        return (
            lambda: torch.func.jvp(gradient, (point,), (v,))[1],
            lambda result: numbers(0, [result])[1:],
        )
    both = torch.func.grad_and_value(rosenbrock_of_arrays)
    return lambda: both(point), lambda result: numbers(result[1], [result[0]])


def torch_scalars(work, n):
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    point = network_point() if work == "mlp" else rosenbrock_point(n)
    leaves = [torch.tensor(x, requires_grad=True) for x in point]

    def call():
        if work == "mlp":
            loss = network_of_scalars(leaves, torch.relu, torch.tensor)
        else:
            loss = rosenbrock_of_scalars(leaves)
        return loss.detach(), torch.autograd.grad(loss, leaves)

    return call, lambda result: numbers(*result)


def jax_arrays(work, n, scalars=False):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    relu = lambda a: jnp.maximum(a, 0)
    if work == "mlp":
        x = jnp.array(network_input())
        flat = jnp.array(network_point())
        if scalars:
            point = flat
            f = lambda p: network_of_scalars([p[i] for i in range(561)], relu, float)
        else:
            point = split(flat)
            f = lambda p: network_of_arrays(p, x, relu)
    else:
        point = jnp.array(rosenbrock_point(n))
        f = rosenbrock_of_arrays
        if scalars:
            f = lambda p: rosenbrock_of_scalars([p[i] for i in range(n)])
    if work == "hessian":
        hessian = jax.jit(jax.hessian(f))
        return (
            lambda: hessian(point).block_until_ready(),
            lambda result: numbers(0, [result])[1:],
        )
    if work == "product":
        v = jnp.array(direction(n))
        product = jax.jit(lambda x, v: jax.jvp(jax.grad(f), (x,), (v,))[1])
        return (
            lambda: product(point, v).block_until_ready(),
            lambda result: numbers(0, [result])[1:],
        )
    both = jax.jit(jax.value_and_grad(f))

    def arrays(result):
        value, gradient = result
        return numbers(value, gradient if isinstance(gradient, list) else [gradient])

    return lambda: jax.block_until_ready(both(point)), arrays


def jax_scalars(work, n):
    return jax_arrays(work, n, scalars=True)


SYSTEMS = {
    "micrograd": micrograd,
    "numpy-by-hand": numpy_by_hand,
    "autograd": autograd,
    "pytorch": torch_arrays,
    "pytorch-func": torch_func,
    "pytorch-compile": torch_compile,
    "pytorch-per-scalar": torch_scalars,
    "jax-jit": jax_arrays,
    "jax-jit-per-scalar": jax_scalars,
}


def main():
    name, system = sys.argv[1:3]
    work, _, n = name.partition("-")
    call, as_numbers = SYSTEMS[system](work, int(n or 0))
    result = as_numbers(call())
    if len(sys.argv) > 3:
        print(result[0])
        return
    microseconds = measured.microseconds(call)
    print(f"{name} {system} {microseconds:.3f} µs")
    measured.write(name, system, microseconds, result)


main()
