"""The steps in NumPy, every derivative by hand."""

import problem  # before NumPy: it limits the threads
import numpy as np

PARAMETERS, POINTS = problem.numbers()
POINTS = np.array(POINTS)


class Adam:
    def __init__(self, parameters):
        self.steps = 0
        self.moments = [(np.zeros_like(x), np.zeros_like(x)) for x in parameters]

    def step(self, parameters, gradient):
        self.steps += 1
        rate = problem.RATE / (1 - problem.BETA1**self.steps)
        correction = 1 / (1 - problem.BETA2**self.steps)
        for x, g, (m, v) in zip(parameters, gradient, self.moments):
            m *= problem.BETA1
            m += (1 - problem.BETA1) * g
            v *= problem.BETA2
            v += (1 - problem.BETA2) * (g * g)
            x -= rate * m / (np.sqrt(v * correction) + problem.TINY)


def relu_layers(parameters, z):
    values = [z]
    for layer in range(3):
        values.append(np.maximum(values[-1] @ parameters[2 * layer] + parameters[2 * layer + 1], 0))
    return values


def relu_energy(parameters, top):
    return (top @ parameters[6] + parameters[7])[:, 0]


def notebook(parameters, z):
    """The reported loss with forward differences, and the hand-written gradient of its energy and L2 terms."""
    q, p = z[:, 0], z[:, 1]
    values = relu_layers(parameters, z)
    at = relu_energy(parameters, values[-1])
    moved = np.concatenate([z, z])
    moved[: len(z), 0] += problem.EPSILON
    moved[len(z) :, 1] += problem.EPSILON
    moved = relu_energy(parameters, relu_layers(parameters, moved)[-1])
    dq = (moved[: len(z)] - at) / problem.EPSILON
    dp = (moved[len(z) :] - at) / problem.EPSILON
    residual = at - 0.5 * (p * p + q * q)
    loss = np.mean((dp - p) ** 2 + (q - dq) ** 2 + residual**2)
    loss += problem.L2 * sum(np.vdot(w, w) for w in parameters[0::2])
    return loss, hand_gradient(parameters, values, residual)


def unreported(parameters, z):
    """The same gradient, with no more of the loss than it needs: the energy term."""
    values = relu_layers(parameters, z)
    residual = relu_energy(parameters, values[-1]) - 0.5 * np.sum(z * z, axis=1)
    return np.mean(residual**2), hand_gradient(parameters, values, residual)


def hand_gradient(parameters, values, residual):
    z = values[0]
    gradient = [None] * 8
    delta = (2 / len(z) * residual)[:, None]
    for layer in (3, 2, 1, 0):
        weight = parameters[2 * layer]
        gradient[2 * layer] = values[layer].T @ delta + 2 * problem.L2 * weight
        gradient[2 * layer + 1] = delta.sum(axis=0)
        if layer > 0:
            delta = (delta @ weight.T) * (values[layer] > 0)
    return gradient


def hnn(parameters, z):
    """The loss of exact field and energy, and its exact gradient: the formulas at the top of src/network.rs."""
    weights, count = parameters[0::2], len(z)
    values, slopes, curvatures = [z], [], []
    for layer in range(3):
        value = np.tanh(values[-1] @ weights[layer] + parameters[2 * layer + 1])
        slope = 1 - value * value
        values.append(value)
        slopes.append(slope)
        curvatures.append(-2 * value * slope)
    energy = (values[-1] @ weights[3] + parameters[7])[:, 0]
    up = [None] * 3
    carried = [np.broadcast_to(weights[3].T, slopes[2].shape)] * 3
    for layer in (2, 1, 0):
        up[layer] = carried[layer] * slopes[layer]
        if layer > 0:
            carried[layer - 1] = up[layer] @ weights[layer].T
    dh = up[0] @ weights[0].T
    q, p = z[:, 0], z[:, 1]
    velocity, force, residual = dh[:, 1] - p, q - dh[:, 0], energy - 0.5 * (p * p + q * q)
    loss = np.mean(velocity**2 + force**2 + residual**2)
    h_bar = (2 / count * residual)[:, None]
    tangents = [2 / count * np.stack([-force, velocity], axis=1)]
    extra = []
    for layer in range(3):
        tangent = tangents[-1] @ weights[layer]
        extra.append(carried[layer] * curvatures[layer] * tangent)
        tangents.append(slopes[layer] * tangent)
    gradient = [None] * 8
    gradient[6] = values[3].T @ h_bar + tangents[3].sum(axis=0)[:, None]
    gradient[7] = h_bar.sum(axis=0)
    back = h_bar @ weights[3].T
    for layer in (2, 1, 0):
        adjoint = back * slopes[layer] + extra[layer]
        gradient[2 * layer] = values[layer].T @ adjoint + tangents[layer].T @ up[layer]
        gradient[2 * layer + 1] = adjoint.sum(axis=0)
        if layer > 0:
            back = adjoint @ weights[layer].T
    return loss, gradient


def norm(gradient):
    return np.sqrt(sum(np.vdot(g, g) for g in gradient))


for work, evaluate in (("notebook", notebook), ("unreported", unreported), ("hnn", hnn)):
    parameters = [np.array(x) for x in PARAMETERS]
    adam = Adam(parameters)
    first = norm(evaluate(parameters, POINTS[0])[1])

    def step(z):
        loss, gradient = evaluate(parameters, z)
        adam.step(parameters, gradient)
        return loss

    losses = [step(z) for z in POINTS[:10]]
    problem.report(f"NumPy {np.__version__}", work, lambda: [step(z) for z in POINTS], losses, first)
