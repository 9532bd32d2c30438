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

use crate::Figure;

/// Every figure of the book that has knobs.
pub const FIGURES: &[Figure] = &[
    arrows::FIGURE,
    collapse::FIGURE,
    degree::FIGURE,
    double::FIGURE,
    epsilon::FIGURE,
    family::FIGURE,
    gradient::FIGURE,
    penalty::FIGURE,
    pieces::FIGURE,
    rate::FIGURE,
    recording::FIGURE,
    rings::FIGURE,
];
