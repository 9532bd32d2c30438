"""Losses of a Hamiltonian network and their gradients, by JAX's automatic differentiation in float64.

Writes cases.json beside itself. See README.md.
"""

import json
import sys
from pathlib import Path

import jax
import jax.numpy as jnp

sys.path.append(str(Path(__file__).parent.parent))
from networks import ACTIVATIONS, network, sequence  # noqa: E402

POINTS = 131
HIDDEN = [4, 3, 5]
LOSSES = [
    {"field": 1.0, "energy": 0.0, "l2": 0.0},
    {"field": 0.0, "energy": 1.0, "l2": 0.0},
    {"field": 1.0, "energy": 1.0, "l2": 0.0},
    {"field": 0.3, "energy": 2.0, "l2": 0.01},
]


def squared_weights(theta, widths):
    start, total = 0, 0.0
    for fan_in, fan_out in zip(widths, widths[1:]):
        total += jnp.sum(theta[start : start + fan_in * fan_out] ** 2)
        start += (fan_in + 1) * fan_out
    return total


def loss(theta, widths, activation, weights, points, field, labels):
    def one(x, truth, label):
        h, slope = jax.value_and_grad(lambda x: network(theta, widths, activation, x)[0])(x)
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
