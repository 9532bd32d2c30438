"""Accelerations of learned Lagrangians, and the gradients of their loss, by JAX's automatic differentiation in float64.

Writes cases.json beside itself. See README.md.
"""

import json
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

sys.path.append(str(Path(__file__).parent.parent))
from networks import ACTIVATIONS, network, sequence  # noqa: E402

POINTS = 17
HIDDEN = [5, 4]


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
