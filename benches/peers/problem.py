"""The problem of problem.rs, number for number, and the report that every peer prints."""

import argparse
import json
import math
import os
import statistics
import time

# One thread each, before any library starts its own.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

WIDTHS = [2, 128, 128, 128, 1]
BATCH, BATCHES = 32, 250
RATE, L2, EPSILON = 1e-3, 1e-6, 1e-7
BETA1, BETA2, TINY = 0.9, 0.999, 1e-8
# The Lagrangian's: angles as sine and cosine in, three entries of C and V out; (q, v) in units of π, π, 2, 2.
SWING_WIDTHS, SWING_BATCH, SWING_UNITS = [4, 32, 32, 4], 128, [math.pi, math.pi, 2.0, 2.0]


def numbers(widths=WIDTHS, batch=BATCH, units=(1.0, 1.0)):
    """θ as nested lists [W1, b1, W2, …], and the batches as [batch][row][q, p]."""
    x = 1

    def uniform():
        nonlocal x
        x = (1103515245 * x + 12345) % 2**31
        return x / 2**30 - 1.0

    parameters = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        scale = math.sqrt(6.0 / fan_in)
        parameters.append([[scale * uniform() for _ in range(fan_out)] for _ in range(fan_in)])
        parameters.append([0.1 * uniform() for _ in range(fan_out)])
    points = [[[unit * uniform() for unit in units] for _ in range(batch)] for _ in range(BATCHES)]
    return parameters, points


def report(peer, work, epoch, losses, gradient_norm):
    """Times `epoch()`, a step on each batch that returns when all is done, and prints it all as one line.

    `losses` are the first losses of a fresh start, and `gradient_norm` that of the first gradient.
    """
    seconds = []
    epoch()
    for _ in range(options().epochs):
        start = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - start)
    line = {
        "peer": peer,
        "work": work,
        "losses": [float(loss) for loss in losses],
        "gradient_norm": float(gradient_norm),
        "microseconds": statistics.median(seconds) / BATCHES * 1e6,
    }
    print(json.dumps(line), flush=True)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=8, help="epochs of 250 steps to time")
    return parser.parse_args()
