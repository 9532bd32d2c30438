"""The notebook's main block in NumPy, with its operations in its order: the peer of `cargo run --example notebook`.

    notebook.py --epochs 62 --out FOLDER

Trains for so many epochs without an early stop, computes the test table, draws the four figures with Matplotlib, and
prints what each part took.
"""

import argparse
import json
import time

import numpy as np

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=74, help="epochs to run, without early stopping")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--out", help="folder for the figures; without it none are drawn")
options = parser.parse_args()

HORIZON, BATCH, RATE, L2, EPSILON = 2000, 32, 1e-3, 1e-6, 1e-7
np.random.seed(options.seed)


def relu(x):
    return np.maximum(x, 0)


def slope(x):
    return (x > 0).astype(float)


def normalize(x):
    return 2 * (x - np.min(x)) / (np.max(x) - np.min(x)) - 1


widths = [2, 128, 128, 128, 1]
parameters = []
for fan_in, fan_out in zip(widths, widths[1:]):
    parameters.append(np.random.randn(fan_in, fan_out) * np.sqrt(2.0 / fan_in))
    parameters.append(np.zeros((fan_out,)))
first = [np.zeros_like(x) for x in parameters]
second = [np.zeros_like(x) for x in parameters]


def layers(q, p):
    values = [np.concatenate([q, p], axis=1)]
    for index in range(3):
        values.append(relu(np.dot(values[-1], parameters[2 * index]) + parameters[2 * index + 1]))
    return values


def energy(q, p):
    return np.dot(layers(q, p)[-1], parameters[6]) + parameters[7]


def field(q, p):
    at = energy(q, p)
    dq = (energy(q + EPSILON, p) - at) / EPSILON
    dp = (energy(q, p + EPSILON) - at) / EPSILON
    return dp, -dq


def terms(q, p):
    dp, dq = field(q, p)
    at = energy(q, p)
    true = 0.5 * (p**2 / 1.0 + 1.0 * q**2)
    return np.mean((dp - p / 1.0) ** 2 + (dq + 1.0 * q) ** 2 + (at - true) ** 2)


def adam(x, gradient, m, v, t, rate):
    t += 1
    m = 0.9 * m + (1 - 0.9) * gradient
    v = 0.999 * v + (1 - 0.999) * (gradient**2)
    m_hat = m / (1 - 0.9**t)
    v_hat = v / (1 - 0.999**t)
    x -= rate * m_hat / (np.sqrt(v_hat) + 1e-8)
    return x, m, v


times = np.linspace(0, 10, 10000)
q = normalize(np.sin(times).reshape(-1, 1))
p = normalize(np.cos(times).reshape(-1, 1))
start = time.perf_counter()
split = int(0.8 * len(q))
q_train, p_train, q_val, p_val = q[:split], p[:split], q[split:], p[split:]
steps = 0
losses = []
for epoch in range(options.epochs):
    rate = RATE * (1 + np.cos(epoch * np.pi / HORIZON)) / 2
    order = np.random.permutation(len(q_train))
    q_train, p_train = q_train[order], p_train[order]
    total = 0
    for i in range(0, len(q_train), BATCH):
        qb, pb = q_train[i : i + BATCH], p_train[i : i + BATCH]
        loss = terms(qb, pb)
        loss += L2 * sum(np.sum(w**2) for w in parameters[0::2])
        total += loss
        gradients = [np.zeros_like(x) for x in parameters]
        values = layers(qb, pb)
        at = np.dot(values[-1], parameters[6]) + parameters[7]
        delta = 2 * (at - 0.5 * (pb**2 / 1.0 + 1.0 * qb**2))
        for index in (3, 2, 1, 0):
            weight = parameters[2 * index]
            gradients[2 * index] = np.dot(values[index].T, delta) / BATCH + 2 * L2 * weight
            gradients[2 * index + 1] = np.mean(delta, axis=0)
            if index > 0:
                delta = np.dot(delta, weight.T) * slope(values[index])
        steps += 1
        for i_, x in enumerate(parameters):
            _, first[i_], second[i_] = adam(x, gradients[i_], first[i_], second[i_], steps, rate)
    losses.append([total / (len(q_train) / BATCH), terms(q_val, p_val)])
seconds = time.perf_counter() - start
report = {
    "epochs": options.epochs,
    "training_seconds": seconds,
    "microseconds_a_step": seconds / steps * 1e6,
    "last_losses": losses[-1],
}


def at(q0, p0):
    dq, dp = field(np.array([[q0]]), np.array([[p0]]))
    return dq.item(), dp.item()


def simulate(q0, p0):
    path = [(q0, p0)]
    for _ in range(1, 1000):
        dq, dp = at(*path[-1])
        path.append((path[-1][0] + dq * 0.01, path[-1][1] + dp * 0.01))
    return np.array(path)


if options.out:
    import os

    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    start = time.perf_counter()
    os.makedirs(options.out, exist_ok=True)

    def save(name):
        plt.savefig(os.path.join(options.out, name + ".png"))
        plt.close()

    table = [at(x, x) for x in np.linspace(-1, 1, 10)]
    plt.figure(figsize=(10, 6))
    plt.plot(losses)
    save("losses")
    t = np.linspace(0, 10, 1000)
    plt.figure(figsize=(12, 10))
    for _ in range(5):
        q0, p0 = np.random.uniform(-1, 1, 2)
        plt.plot(q0 * np.cos(t) + p0 * np.sin(t), -q0 * np.sin(t) + p0 * np.cos(t))
        plt.plot(*simulate(q0, p0).T)
    save("phase-space")
    path = simulate(1.0, 0.0)
    fig, axes = plt.subplots(2, 1, figsize=(12, 10))
    for axis, truth, column in zip(axes, (np.cos(t), -np.sin(t)), path.T):
        axis.plot(t, truth)
        axis.plot(t, column)
    save("time-series")
    grid = np.linspace(-1, 1, 50)
    errors = np.zeros((2, 50, 50))
    for i, p0 in enumerate(grid):
        for j, q0 in enumerate(grid):
            dq, dp = at(q0, p0)
            errors[:, i, j] = abs(dq - p0), abs(dp + q0)
    fig, axes = plt.subplots(1, 2, figsize=(20, 8))
    for axis, error in zip(axes, errors):
        plt.colorbar(axis.imshow(error, extent=[-1, 1, -1, 1], origin="lower"), ax=axis)
    save("error-maps")
    report["figure_seconds"] = time.perf_counter() - start
print(json.dumps(report))
