//! The figures of the pages, one a module.

mod arrows;
mod collapse;
mod degree;
mod double;
mod epsilon;
mod family;
mod gradient;
mod penalty;
mod pieces;
mod profile;
mod rate;
mod recorded;
mod recording;
mod rings;
mod walk;
mod yours;

use crate::Figure;

pub use arrows::FIGURE as ARROWS;
pub use collapse::FIGURE as COLLAPSE;
pub use degree::FIGURE as DEGREE;
pub use double::FIGURE as DOUBLE;
pub use epsilon::FIGURE as EPSILON;
pub use family::FIGURE as FAMILY;
pub use gradient::FIGURE as GRADIENT;
pub use penalty::FIGURE as PENALTY;
pub use pieces::FIGURE as PIECES;
pub use rate::FIGURE as RATE;
pub use recording::FIGURE as RECORDING;
pub use rings::FIGURE as RINGS;
pub use yours::FIGURE as YOURS;

/// Every figure of the book that has knobs.
pub const FIGURES: &[Figure] = &[
    ARROWS, COLLAPSE, DEGREE, DOUBLE, EPSILON, FAMILY, GRADIENT, PENALTY, PIECES, RATE, RECORDING,
    RINGS, YOURS,
];
