//! Measures: how good a learned field is, and how right a gradient.
//!
//! - [`field_rmse_on_disc`] and its relatives: the error of a field, in one number
//! - [`Comparison`], [`Differences`]: a gradient against differences of the loss it claims to descend
//! - [`Rounded`], [`Sweep`], [`Theory`]: the same field in single or double precision, by exact slopes or by differences
//! - [`facets`]: the field of a ReLU network as a staircase
//! - [`Spread`], [`Paired`]: a number over several seeds; two settings compared seed by seed
//! - [`signs`]: what data tell of themselves before anything is trained
//! - [`portrait`]: a learned field in drawings

pub mod facets;
mod gradient_check;
mod lyapunov;
mod metrics;
mod paired;
pub mod portrait;
mod precision;
pub mod signs;
mod spread;

pub use gradient_check::{Comparison, Differences};
pub use lyapunov::lyapunov_exponent;
pub use metrics::{
    CIRCLE_POINTS, DISC_POINTS, asleep, diagonal_table, field_rmse, field_rmse_of,
    field_rmse_on_circle, field_rmse_on_disc, field_rmse_unscaled, least_relu_rmse_on_circle,
    living_units, mean_energies, relative_error, slope_outwards, twin_rmse_on_disc,
};
pub use paired::Paired;
pub use precision::{Rounded, Sweep, Theory};
pub use spread::Spread;
