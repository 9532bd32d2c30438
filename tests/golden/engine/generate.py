"""Losses of a Hamiltonian network and their gradients, by JAX's automatic differentiation in float64.

Writes cases.json beside itself. See README.md.
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

POINTS = 131
HIDDEN = [4, 3, 5]
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
LOSSES = [
    {"field": 1.0, "energy": 0.0, "l2": 0.0},
    {"field": 0.0, "energy": 1.0, "l2": 0.0},
    {"field": 1.0, "energy": 1.0, "l2": 0.0},
    {"field": 0.3, "energy": 2.0, "l2": 0.01},
]


def sequence(count, step, scale):
    """The numbers that Rust makes by the same formula, to the last bit."""
    i = np.arange(count)
    return scale * ((step * i + 500) % 1009 / 1009 - 0.5)


def energy(theta, widths, activation, x):
    start = 0
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        weight = theta[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
        start += fan_in * fan_out
        x = x @ weight + theta[start : start + fan_out]
        start += fan_out
        if layer < len(widths) - 2:
            x = activation(x)
    return x[0]


def squared_weights(theta, widths):
    start, total = 0, 0.0
    for fan_in, fan_out in zip(widths, widths[1:]):
        total += jnp.sum(theta[start : start + fan_in * fan_out] ** 2)
        start += (fan_in + 1) * fan_out
    return total


def loss(theta, widths, activation, weights, points, field, labels):
    def one(x, truth, label):
        h, slope = jax.value_and_grad(lambda x: energy(theta, widths, activation, x))(x)
        half = len(x) // 2
        learned = jnp.concatenate([slope[half:], -slope[:half]])
        return weights["field"] * jnp.sum((learned - truth) ** 2) + weights["energy"] * (h - label) ** 2

    return jnp.mean(jax.vmap(one)(points, field, labels)) + weights["l2"] * squared_weights(theta, widths)


def case(name, weights, inputs, depth):
    widths = [inputs, *HIDDEN[:depth], 1]
    count = sum((fan_in + 1) * fan_out for fan_in, fan_out in zip(widths, widths[1:]))
    theta = jnp.array(sequence(count, 377, 2.0))
    points = jnp.array(sequence(POINTS * inputs, 619, 3.0).reshape(POINTS, inputs))
    field = jnp.array(sequence(POINTS * inputs, 233, 2.0).reshape(POINTS, inputs))
    labels = jnp.array(sequence(POINTS, 89, 2.0))
    arguments = (widths, ACTIVATIONS[name], weights, points, field, labels)
    value, gradient = jax.value_and_grad(loss)(theta, *arguments)
    return {
        "activation": name,
        "widths": widths,
        **weights,
        "value": float(value),
        "gradient": [float(x) for x in gradient],
    }


cases = [
    case(name, weights, inputs, depth)
    for name in ACTIVATIONS
    for weights in LOSSES
    for inputs in (2, 4)
    for depth in range(len(HIDDEN) + 1)
]
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
Path(__file__).with_name("cases.json").write_text(f"[\n{lines}\n]\n")
