//! The pendulum: a system that is no spring.

use super::State;

/// The pendulum H(q, p) = p²/2 - cos q, its angle q in radians from where it hangs; mass, length and gravity are 1. Below the
/// energy 1 it swings, above it goes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pendulum;

impl Pendulum {
    /// H(q, p).
    pub fn energy(self, [q, p]: State) -> f64 {
        p * p / 2.0 - libm::cos(q)
    }

    /// (dq/dt, dp/dt) = (p, -sin q).
    pub fn field(self, [q, p]: State) -> State {
        [p, -libm::sin(q)]
    }
}
