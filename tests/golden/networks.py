"""Networks in JAX, and the numbers that they are made of, for the generators beside: float64 throughout."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

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


def sequence(count, step, scale):
    """The numbers that Rust makes by the same formula, to the last bit."""
    i = np.arange(count)
    return scale * ((step * i + 500) % 1009 / 1009 - 0.5)


def network(theta, widths, activation, x):
    start = 0
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        weight = theta[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
        start += fan_in * fan_out
        x = x @ weight + theta[start : start + fan_out]
        start += fan_out
        if layer < len(widths) - 2:
            x = activation(x)
    return x
