"""Writes the golden traces of the optimizers and schedules beside this file: see README.md."""

import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import optax

HERE = pathlib.Path(__file__).parent
DIMENSIONS = 10
STEPS = 100


def value(x):
    valley, slope = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    return jnp.sum(100 * valley**2 + slope**2) + jnp.sum(x**4) / 4


def gradient(x):
    valley, slope = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    g = x**3
    g = g.at[1:].add(200 * valley)
    return g.at[:-1].add(-400 * x[:-1] * valley - 2 * slope)


def start():
    return jnp.array([(7 * i % 11) / 5 - 1 for i in range(DIMENSIONS)])


def trace(optimizer):
    x = start()
    assert jnp.allclose(gradient(x), jax.grad(value)(x), rtol=1e-12)
    state = optimizer.init(x)
    points, values = [x], [value(x)]
    for _ in range(STEPS):
        update, state = optimizer.update(gradient(x), state, x)
        x = optax.apply_updates(x, update)
        points.append(x)
        values.append(value(x))
    return {"values": [float(v) for v in values], "points": [p.tolist() for p in points]}


def write(name, content):
    # One vector a line.
    text = json.dumps(content).replace("], [", "],\n  [").replace("}, {", "},\n {").replace('"points"', '\n "points"')
    (HERE / f"{name}.json").write_text(text + "\n")


cosine = optax.cosine_decay_schedule(0.1, STEPS)
optimizers = {
    "sgd": (optax.sgd(5e-4), {"rate": 5e-4}),
    "sgd-l2": (optax.chain(optax.add_decayed_weights(0.5), optax.sgd(5e-4)), {"rate": 5e-4, "decay": 0.5}),
    "momentum": (optax.sgd(2e-4, momentum=0.9), {"rate": 2e-4, "beta": 0.9}),
    "momentum-l2": (
        optax.chain(optax.add_decayed_weights(0.5), optax.sgd(2e-4, momentum=0.9)),
        {"rate": 2e-4, "beta": 0.9, "decay": 0.5},
    ),
    "adam": (optax.adam(0.05), {"rate": 0.05}),
    "adam-constants": (
        optax.adam(0.05, b1=0.8, b2=0.95, eps=1e-3),
        {"rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
    ),
    "adam-cosine": (optax.adam(cosine), {"rate": 0.1}),
    "adam-l2": (optax.chain(optax.add_decayed_weights(0.5), optax.adam(0.05)), {"rate": 0.05, "decay": 0.5}),
    "adamw": (optax.adamw(0.05, weight_decay=0.5), {"rate": 0.05, "decay": 0.5}),
    "adamw-cosine": (optax.adamw(cosine, weight_decay=0.5), {"rate": 0.1, "decay": 0.5}),
}
for name, (optimizer, settings) in optimizers.items():
    write(name, settings | trace(optimizer))

RATE, HORIZON, PERIOD, WARM_UP = 0.3, 120, 15, 20


def restarts(growth, periods):
    lengths = [PERIOD * growth**i for i in range(periods)]
    cosines = [
        {"init_value": RATE, "peak_value": RATE, "warmup_steps": 0, "decay_steps": length, "end_value": 0.0}
        for length in lengths
    ]
    return optax.sgdr_schedule(cosines)


low = RATE / (WARM_UP + 1)
schedules = {
    "constant": optax.constant_schedule(RATE),
    "cosine": optax.cosine_decay_schedule(RATE, HORIZON),
    "restarts": restarts(1, 10),
    "restarts-doubling": restarts(2, 5),
    "warm-up": optax.join_schedules(
        [optax.linear_schedule(low, RATE, WARM_UP), optax.constant_schedule(RATE)], [WARM_UP]
    ),
    "warm-up-cosine": optax.warmup_cosine_decay_schedule(low, RATE, WARM_UP, HORIZON),
    "warm-up-restarts": optax.join_schedules(
        [optax.linear_schedule(low, RATE, WARM_UP), restarts(2, 5)], [WARM_UP]
    ),
}
rates = {name: [float(schedule(step)) for step in range(HORIZON + 10)] for name, schedule in schedules.items()}
write(
    "schedules",
    {"rate": RATE, "horizon": HORIZON, "period": PERIOD, "warm_up": WARM_UP, "rates": rates},
)
