"""Writes the files beside it: `python3 make.py`. It needs nothing but Python, and shares no line with the library.

Runge and Kutta's fourth-order method in steps of a thousandth; the energy along each motion is kept to ten digits, or it stops.
"""

import math


def motion(field, state, times):
    """The states at these multiples of a thousandth."""
    path = [state]
    for before, now in zip(times, times[1:]):
        for _ in range(now - before):
            h = 1e-3
            a = field(state)
            b = field([x + h / 2 * k for x, k in zip(state, a)])
            c = field([x + h / 2 * k for x, k in zip(state, b)])
            d = field([x + h * k for x, k in zip(state, c)])
            state = [x + h / 6 * (i + 2 * j + 2 * k + l) for x, i, j, k, l in zip(state, a, b, c, d)]
        path.append(state)
    return path


def checked(path, energy):
    levels = [energy(state) for state in path]
    assert max(levels) - min(levels) < 1e-10 * max(1, abs(levels[0])), levels
    return path


# A pendulum of mass 2 on a rod of length 0.5 under g = 9.81, at rest or pushed, over the top or not; its angle as a sensor
# gives it, in degrees from -180 to 180, and its angular momentum.
INERTIA = 2 * 0.5**2
WEIGHT = 2 * 9.81 * 0.5


def pendulum():
    field = lambda z: [z[1] / INERTIA, -WEIGHT * math.sin(z[0])]
    energy = lambda z: z[1] ** 2 / (2 * INERTIA) - WEIGHT * math.cos(z[0])
    rows = ["swing,seconds,angle,momentum"]
    for swing, start in enumerate([[0.6, 0.0], [1.3, 0.0], [0.0, 3.6], [2.0, 0.0], [0.0, 4.9], [2.6, 0.0], [0.0, 5.4]], 1):
        times = range(0, 2000, 20)
        for t, (q, p) in zip(times, checked(motion(field, start, times), energy)):
            degrees = (math.degrees(q) + 180) % 360 - 180
            rows.append(f"{swing},{t / 1000},{degrees:.9f},{p:.9f}")
    return rows


# Henon and Heiles (1964): H = (px² + py² + x² + y²)/2 + x²y - y³/3.
def henon_heiles():
    field = lambda z: [z[2], z[3], -z[0] - 2 * z[0] * z[1], -z[1] - z[0] ** 2 + z[1] ** 2]
    energy = lambda z: (z[2] ** 2 + z[3] ** 2 + z[0] ** 2 + z[1] ** 2) / 2 + z[0] ** 2 * z[1] - z[1] ** 3 / 3
    starts = [[0.1, 0.0, 0.2, 0.1], [0.0, 0.3, 0.25, 0.0], [0.3, -0.1, 0.0, 0.2], [-0.2, 0.2, 0.1, -0.3], [0.0, -0.3, 0.3, 0.1]]
    starts += [[0.4, 0.1, -0.1, 0.1], [-0.1, 0.4, 0.15, 0.15]]
    rows = ["time,x,y,px,py"]
    for start in starts:
        times = range(0, 20_000, 200)
        for t, state in zip(times, checked(motion(field, start, times), energy)):
            rows.append(",".join([str(t / 1000)] + [f"{x:.10f}" for x in state]))
    return rows


# The first swing again, with a fault of its own in ten rows.
def faults(rows):
    rows = [row.encode() for row in rows[:101]]

    def cell(row, column, text):
        cells = rows[row - 1].split(b",")
        cells[column] = text
        rows[row - 1] = b",".join(cells)

    cell(5, 2, b"")
    cell(12, 3, b"n/a")
    cell(20, 2, b"NaN")
    cell(27, 3, b"1e999")
    rows[33 - 1] = b",".join(rows[33 - 1].split(b",")[:3])
    rows[41 - 1] += b",0.5"
    cell(50, 2, b"12.5\xb0")
    cell(58, 3, b'"-3,25"')
    cell(66, 1, rows[65 - 1].split(b",")[1])
    cell(80, 1, b"0.1")
    return rows


def write(name, rows):
    with open(name, "wb") as file:
        file.write(b"\n".join(row if isinstance(row, bytes) else row.encode() for row in rows) + b"\n")


swings = pendulum()
write("pendulum.csv", swings)
write("henon-heiles.csv", henon_heiles())
write("faults.csv", faults(swings))
