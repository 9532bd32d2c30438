"""Both steps in JAX: an epoch is one `scan` under `jit`, so that nothing is dispatched between steps."""

import os

import problem  # before JAX: it limits the threads

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

PARAMETERS, POINTS = problem.numbers()
PARAMETERS = [jnp.array(x) for x in PARAMETERS]
POINTS = jnp.array(POINTS)


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


def adam(state, gradient):
    parameters, m, v, t = state
    t = t + 1
    rate, correction = problem.RATE / (1 - problem.BETA1**t), 1 / (1 - problem.BETA2**t)
    m = jax.tree.map(lambda m, g: problem.BETA1 * m + (1 - problem.BETA1) * g, m, gradient)
    v = jax.tree.map(lambda v, g: problem.BETA2 * v + (1 - problem.BETA2) * (g * g), v, gradient)
    move = lambda x, m, v: x - rate * m / (jnp.sqrt(v * correction) + problem.TINY)
    return jax.tree.map(move, parameters, m, v), m, v, t


for work, evaluate in (("notebook", notebook), ("hnn", hnn)):

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
