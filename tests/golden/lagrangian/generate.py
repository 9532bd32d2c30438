"""Accelerations of learned Lagrangians, and the gradients of their loss, by JAX's automatic differentiation in float64.

Writes cases.json beside itself. See README.md.
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

POINTS = 17
HIDDEN = [5, 4]
ACTIVATIONS = {
    "relu": jax.nn.relu,
    "squared-relu": lambda x: jax.nn.relu(x) ** 2,
    "tanh": jnp.tanh,
    "softplus": jax.nn.softplus,
    "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "sin": jnp.sin,
    "identity": lambda x: x,
}


def sequence(count, step, scale):
    """The numbers that Rust makes by the same formula, to the last bit."""
    i = np.arange(count)
    return scale * ((step * i + 500) % 1009 / 1009 - 0.5)


def network(theta, widths, activation, x):
    start = 0
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        weight = theta[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
        start += fan_in * fan_out
        x = x @ weight + theta[start : start + fan_out]
        start += fan_out
        if layer < len(widths) - 2:
            x = activation(x)
    return x


def is_angle(index):
    return index % 2 == 1


def lagrangian(theta, form, widths, activation, q, v):
    if form == "general":
        return network(theta, widths, activation, jnp.concatenate([q, v]))[0] + v @ v / 2
    features = []
    for index in range(len(q)):
        features += [jnp.sin(q[index]), jnp.cos(q[index])] if is_angle(index) else [q[index]]
    y = network(theta, widths, activation, jnp.stack(features))
    rows, columns = np.tril_indices(len(q))
    lower = jnp.zeros((len(q), len(q))).at[rows, columns].set(y[:-1])
    lower = lower - jnp.diag(jnp.diag(lower)) + jnp.diag(jax.nn.softplus(jnp.diag(lower)))
    return v @ (lower @ (lower.T @ v)) / 2 - y[-1]


def acceleration(theta, form, widths, activation, q, v):
    by_q, by_v = (jax.grad(lagrangian, argnums=argument) for argument in (4, 5))
    arguments = (theta, form, widths, activation, q, v)
    mass = jax.jacfwd(by_v, argnums=5)(*arguments)
    turned = jax.jacfwd(by_v, argnums=4)(*arguments) @ v
    return jnp.linalg.solve(mass, by_q(*arguments) - turned), jnp.linalg.eigvalsh(mass)[0]


def loss(theta, form, widths, activation, points, truths):
    def one(point, truth):
        q, v = jnp.split(point, 2)
        learned, least = acceleration(theta, form, widths, activation, q, v)
        return jnp.sum((learned - truth) ** 2), (learned, least)

    values, others = jax.vmap(one)(points, truths)
    return jnp.mean(values), others


def case(name, form, degrees, depth):
    angles = sum(map(is_angle, range(degrees)))
    inputs, outputs = 2 * degrees, 1
    if form == "structured":
        inputs, outputs = degrees + angles, degrees * (degrees + 1) // 2 + 1
    widths = [inputs, *HIDDEN[:depth], outputs]
    count = sum((fan_in + 1) * fan_out for fan_in, fan_out in zip(widths, widths[1:]))
    theta = jnp.array(sequence(count, 377, 1.0))
    points = jnp.array(sequence(POINTS * 2 * degrees, 619, 3.0).reshape(POINTS, 2 * degrees))
    truths = jnp.array(sequence(POINTS * degrees, 233, 2.0).reshape(POINTS, degrees))
    arguments = (form, widths, ACTIVATIONS[name], points, truths)
    (value, (learned, least)), gradient = jax.value_and_grad(loss, has_aux=True)(theta, *arguments)
    if least.min() < 0.1:
        return None
    return {
        "activation": name,
        "form": form,
        "degrees": degrees,
        "hidden": HIDDEN[:depth],
        "value": float(value),
        "accelerations": [float(x) for x in learned.ravel()],
        "gradient": [float(x) for x in gradient],
    }


cases = [
    case(name, form, degrees, depth)
    for name in ACTIVATIONS
    for form in ("general", "structured")
    for degrees in (1, 2, 3)
    for depth in (1, 2)
]
cases = [case for case in cases if case]
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
Path(__file__).with_name("cases.json").write_text(f"[\n{lines}\n]\n")
