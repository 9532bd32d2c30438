//! H over the distance r from the origin, beside that of the spring: the bowl, the cone and what is between them.

use hnn::evidence::{Axis, Colour, Panel, Series};
use hnn::measure::mean_energies;
use hnn::model::Network;
use hnn::phase_space::Oscillator;

/// From here to there, above and beyond.
const TOP: f64 = 0.9;
const BOTTOM: f64 = -0.2;

/// The distances that are looked at.
pub(super) fn radii() -> Vec<f64> {
    (0..=25).map(|step| 0.05 * f64::from(step)).collect()
}

/// H of a network at these distances, the mean over all directions.
pub(super) fn profile(network: &Network) -> Vec<(f64, f64)> {
    let radii = radii();
    let energies = mean_energies(network, &radii);
    radii.into_iter().zip(energies).collect()
}

/// Profiles beside the spring's; what leaves the picture runs along its edge.
pub(super) fn panel(profiles: Vec<Series>) -> Panel {
    let truth = radii().into_iter();
    let truth = truth.map(|r| (r, Oscillator::UNIT.energy([r, 0.0])));
    let mut series = vec![Series::new("the spring", Colour::Ink, truth)];
    series.extend(profiles.into_iter().map(|mut profile| {
        for (_, energy) in &mut profile.points {
            *energy = energy.clamp(BOTTOM, TOP);
        }
        profile
    }));
    let r = Axis::new("distance r from the origin").between(0.0, 1.25);
    Panel::new(r, Axis::new("energy H(r)").between(BOTTOM, TOP), series)
}
