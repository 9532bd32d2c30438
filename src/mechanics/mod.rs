//! Mechanics: the field that an energy makes, and the motion that a field makes.
//!
//! ```text
//! dq/dt = ∂H/∂p,   dp/dt = -∂H/∂q          Hamilton's equations
//! ```
//!
//! - [`Exact`], [`Differenced`]: the learned field, by exact slopes or by differences
//! - [`Difference`], [`Stencil`], [`Probes`]: slopes from values of H at a distance ε, and the way back
//! - [`Method`]: integrators, from a field to a trajectory; [`step`] has their formulas
//! - [`LearnedLagrangian`], [`Motion`]: accelerations of a learned L, and the gradient of any loss of them
//! - [`Separable`]: an energy T(p) + V(q), for leapfrog
//! - [`Truth`], [`Rollout`]: how far a trajectory is from the true oscillator's, energy and phase apart

mod field;
mod integrator;
mod lagrangian;
mod rollout;
mod separable;
mod stencil;

pub use field::{
    Differenced, Exact, exact, exact_with_angles, field_of, fields_of, forward_differences,
};
pub(crate) use integrator::check_step;
pub use integrator::{Method, step};
pub use lagrangian::{Form, LearnedLagrangian, Motion};
pub use rollout::{Deviation, HUNDRED_PERIODS, Rollout, Sample, Truth, hundred_periods};
pub use separable::Separable;
pub use stencil::{Difference, Kind, Probes, Stencil};
