//! Energies of one circle by several seeds: where they differ, and where they err.

use super::orbits::of_field;
use crate::Result;
use crate::learning::Fit;
use crate::mechanics::{exact, fields_of};
use crate::model::{Activation, Network};
use crate::phase_space::{Dataset, Oscillator, Points, even_circle, rms_distance};
use crate::random::Gaussian;

/// An energy learned from the unit spring's circle of radius 1.
///
/// # Errors
///
/// As [`of_field`].
pub fn on_one_circle(activation: Activation, fit: &Fit, seed: u64) -> Result<Network> {
    let data = Dataset::of(&Oscillator::UNIT, even_circle(256))?.without_energy();
    let fit = Fit {
        activation,
        ..fit.clone()
    };
    of_field(&data, &fit, &mut Gaussian::from_seed(seed))
}

/// What models say on a circle: how far their mean is from the truth, and how far they are from their mean, in the root mean
/// square.
pub fn ring(radius: f64, members: &[Network]) -> [f64; 2] {
    let circle = radius * even_circle(360);
    let fields: Vec<Points> = members
        .iter()
        .map(|network| exact(network, circle.view()))
        .collect();
    let sum = fields
        .iter()
        .fold(Points::zeros(circle.dim()), |sum, field| sum + field);
    let mean = sum / members.len() as f64;
    let truth = fields_of(&circle);
    let squares = fields
        .iter()
        .map(|field| rms_distance(field.view(), mean.view()).powi(2));
    let spread = (squares.sum::<f64>() / members.len() as f64).sqrt();
    [rms_distance(mean.view(), truth.view()), spread]
}

/// The slope of an energy outwards, the mean over a circle; in truth it is the radius.
pub fn slope(network: &Network, radius: f64) -> f64 {
    let circle = radius * even_circle(360);
    (network.gradient(circle.view()) * &circle).sum() / (radius * circle.nrows() as f64)
}
