"""Both steps in JAX: an epoch is one `scan` under `jit`, so that nothing is dispatched between steps."""

import os

import problem  # before JAX: it limits the threads

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

def arrays(parameters, points):
    return [jnp.array(x) for x in parameters], jnp.array(points)


PROBLEM = arrays(*problem.numbers())
SWINGS = arrays(*problem.numbers(problem.SWING_WIDTHS, problem.SWING_BATCH, problem.SWING_UNITS))


def energy(parameters, z, activation):
    for layer in range(3):
        z = activation(z @ parameters[2 * layer] + parameters[2 * layer + 1])
    return (z @ parameters[6] + parameters[7])[..., 0]


def truth(z):
    return 0.5 * (z[:, 1] ** 2 + z[:, 0] ** 2)


def notebook(parameters, z):
    """The reported loss with forward differences, and the gradient of its energy and L2 terms."""

    def trained(parameters):
        at = energy(parameters, z, jax.nn.relu)
        l2 = problem.L2 * sum(jnp.sum(w * w) for w in parameters[0::2])
        return jnp.mean((at - truth(z)) ** 2) + l2, at

    (fit, at), gradient = jax.value_and_grad(trained, has_aux=True)(parameters)
    moved = jnp.concatenate([z + jnp.array([problem.EPSILON, 0.0]), z + jnp.array([0.0, problem.EPSILON])])
    moved = energy(parameters, moved, jax.nn.relu)
    dq, dp = (moved.reshape(2, -1) - at) / problem.EPSILON
    return jnp.mean((dp - z[:, 1]) ** 2 + (z[:, 0] - dq) ** 2) + fit, gradient


def hnn(parameters, z):
    def loss(parameters):
        at, carry_back = jax.vjp(lambda z: energy(parameters, z, jnp.tanh), z)
        (dh,) = carry_back(jnp.ones_like(at))
        residual = at - truth(z)
        return jnp.mean((dh[:, 1] - z[:, 1]) ** 2 + (z[:, 0] - dh[:, 0]) ** 2 + residual**2)

    return jax.value_and_grad(loss)(parameters)


def pendulum(z):
    """The accelerations of the double pendulum, gravity 1."""
    q1, q2, v1, v2 = z
    cos, sin = jnp.cos(q1 - q2), jnp.sin(q1 - q2)
    right = jnp.array([-v2 * v2 * sin - 2 * jnp.sin(q1), v1 * v1 * sin - jnp.sin(q2)])
    return jnp.linalg.solve(jnp.array([[2.0, cos], [cos, 1.0]]), right)


def lnn(parameters, z):
    def outputs(parameters, q):
        y = jnp.stack([jnp.sin(q[0]), jnp.cos(q[0]), jnp.sin(q[1]), jnp.cos(q[1])])
        for layer in range(2):
            y = jax.nn.silu(y @ parameters[2 * layer] + parameters[2 * layer + 1])
        y = y @ parameters[4] + parameters[5]
        factor = jnp.array([[jax.nn.softplus(y[0]), 0.0], [y[1], jax.nn.softplus(y[2])]])
        return factor @ factor.T, y[3]

    def acceleration(parameters, z):
        q, v = jnp.split(z, 2)

        def lagrangian(q):
            mass, potential = outputs(parameters, q)
            return v @ (mass @ v) / 2 - potential

        mass, rate = jax.jvp(lambda q: outputs(parameters, q)[0], (q,), (v,))
        a, b, d = mass[0, 0], mass[0, 1], mass[1, 1]
        x, y = jax.grad(lagrangian)(q) - rate @ v
        return jnp.stack([d * x - b * y, a * y - b * x]) / (a * d - b * b)

    truth = jax.vmap(pendulum)(z)

    def loss(parameters):
        learned = jax.vmap(acceleration, (None, 0))(parameters, z)
        return jnp.mean(jnp.sum((learned - truth) ** 2, axis=1))

    return jax.value_and_grad(loss)(parameters)


def adam(state, gradient):
    parameters, m, v, t = state
    t = t + 1
    rate, correction = problem.RATE / (1 - problem.BETA1**t), 1 / (1 - problem.BETA2**t)
    m = jax.tree.map(lambda m, g: problem.BETA1 * m + (1 - problem.BETA1) * g, m, gradient)
    v = jax.tree.map(lambda v, g: problem.BETA2 * v + (1 - problem.BETA2) * (g * g), v, gradient)
    move = lambda x, m, v: x - rate * m / (jnp.sqrt(v * correction) + problem.TINY)
    return jax.tree.map(move, parameters, m, v), m, v, t


for work, evaluate, (PARAMETERS, POINTS) in (("notebook", notebook, PROBLEM), ("hnn", hnn, PROBLEM), ("lnn", lnn, SWINGS)):

    def step(state, z):
        loss, gradient = evaluate(state[0], z)
        return adam(state, gradient), loss

    run = jax.jit(lambda state, points: jax.lax.scan(step, state, points))
    zeros = [jnp.zeros_like(x) for x in PARAMETERS]
    state = (PARAMETERS, zeros, zeros, jnp.array(0.0))
    _, losses = run(state, POINTS[:10])
    first = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.jit(evaluate)(PARAMETERS, POINTS[0])[1]))

    def epoch():
        global state
        state, losses = run(state, POINTS)
        losses.block_until_ready()

    problem.report(f"JAX {jax.__version__}, jit and scan", work, epoch, losses, first)
