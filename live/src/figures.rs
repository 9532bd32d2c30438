//! The figures of the pages, one a module.

mod arrows;
mod double;
mod family;
mod pieces;
mod rate;
mod recording;
mod rings;

use crate::Figure;

/// Every figure of the book that has knobs.
pub const FIGURES: &[Figure] = &[
    arrows::FIGURE,
    double::FIGURE,
    family::FIGURE,
    pieces::FIGURE,
    rate::FIGURE,
    recording::FIGURE,
    rings::FIGURE,
];
