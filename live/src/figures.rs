//! The figures of the pages, one a module.

mod arrows;
mod collapse;
mod degree;
mod epsilon;
mod gradient;
mod penalty;
mod profile;
mod rate;
mod recorded;
mod walk;

use crate::Figure;

/// Every figure of the book that has knobs.
pub const FIGURES: &[Figure] = &[
    arrows::FIGURE,
    collapse::FIGURE,
    degree::FIGURE,
    epsilon::FIGURE,
    gradient::FIGURE,
    penalty::FIGURE,
    rate::FIGURE,
];
