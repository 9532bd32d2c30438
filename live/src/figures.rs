//! The figures of the pages, one a module.

mod arrows;
mod epsilon;
mod gradient;
mod rate;
mod walk;

use crate::Figure;

/// Every figure of the book that has knobs.
pub const FIGURES: &[Figure] = &[
    arrows::FIGURE,
    epsilon::FIGURE,
    gradient::FIGURE,
    rate::FIGURE,
];
