//! Integrators: from a vector field to a trajectory.
//!
//! ```text
//! dz/dt = f(z),   z = (q, p),   f = (∂H/∂p, -∂H/∂q)
//! z₀ = z(0),   zₙ₊₁ = Φ(zₙ) ≈ z((n + 1) h)
//! ```
//!
//! | [`Method`] | order | symplectic | for | calls of the field a step |
//! | --- | --- | --- | --- | --- |
//! | explicit Euler | 1 | no | any H | 1 |
//! | symplectic Euler | 1 | yes | a separable H | 1 |
//! | leapfrog (Störmer–Verlet) | 2 | yes | a separable H | 1½ |
//! | RK4 | 4 | no | any H | 4 |
//! | implicit midpoint | 2 | yes | any H | one an iteration |
//!
//! A symplectic step keeps areas of phase space, Φ'ᵀ J Φ' = J with Φ' = ∂Φ/∂z (with one degree of freedom, det Φ' = 1), and with them the energy: its error oscillates and
//! stays of the order of the method over very long times. The others gain or lose a little energy in every step.
//!
//! A separable H is a sum T(p) + V(q), so that dq/dt is a function of p alone and dp/dt one of q alone. The oscillator
//! is separable. A learned H is not: a network mixes q and p in its first layer.
//!
//! Source: Hairer, Lubich and Wanner, *Geometric Numerical Integration* (2nd edition, 2006): the methods I.1 and II.1,
//! symplecticity VI.3, energy over long times IX.8. Below it is HLW.

mod method;
pub mod step;

pub use method::Method;
pub(crate) use method::check_step;
