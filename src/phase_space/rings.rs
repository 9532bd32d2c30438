//! Points on orbits of the oscillator: on a few energies, or on all of them up to one.
//!
//! ```text
//! q = √(2E/k) sin φ,   p = √(2Em) cos φ        the orbit of energy E, at phase φ
//! ```
//!
//! The phase runs with the motion, φ = ωt with ω = √(k/m), so points evenly spaced in phase are evenly spaced in time.

use super::Oscillator;
use super::oscillator::{orbit_point, random_phase};
use super::{Dataset, Points};
use crate::error::{check_positive, check_some};
use crate::random::RandomSource;
use crate::{Error, Result};

/// `count` points on the orbit of each of these energies, at the phases 2πi/count from i = 0 (q = 0, p > 0), one ring
/// after another.
///
/// # Errors
///
/// [`Error::Setting`] if there is no energy or no point, or an energy, mass or stiffness is not a positive number.
pub fn rings(oscillator: &Oscillator, energies: &[f64], count: usize) -> Result<Dataset> {
    let turn = std::f64::consts::TAU;
    on_rings(oscillator, energies, count, |index| {
        turn * index as f64 / count as f64
    })
}

/// `count` points on the orbit of each of these energies, at phases uniform in [0, 2π), one ring after another.
///
/// Draws one uniform number a point.
///
/// # Errors
///
/// As [`rings`].
pub fn random_rings(
    oscillator: &Oscillator,
    energies: &[f64],
    count: usize,
    random: &mut impl RandomSource,
) -> Result<Dataset> {
    on_rings(oscillator, energies, count, |_| random_phase(random))
}

fn on_rings(
    oscillator: &Oscillator,
    energies: &[f64],
    count: usize,
    mut phase: impl FnMut(usize) -> f64,
) -> Result<Dataset> {
    oscillator.check()?;
    check_some("count", count, "leaves the data empty")?;
    if energies.is_empty() {
        let why = "has no ring to put points on: at least one energy is needed";
        return Err(Error::setting("energies", "[]", why));
    }
    let mut points = Points::zeros((energies.len() * count, 2));
    let mut rows = points.rows_mut().into_iter();
    for &energy in energies {
        check_positive("energy", energy)?;
        let amplitude = (2.0 * energy / oscillator.stiffness).sqrt();
        check_positive("amplitude", amplitude)?;
        for (index, mut row) in rows.by_ref().take(count).enumerate() {
            [row[0], row[1]] = orbit_point(oscillator, amplitude, phase(index));
        }
    }
    Dataset::of(oscillator, points)
}

/// `count` points uniform over the region of phase space that orbits of amplitude up to `amplitude` (the largest |q|)
/// fill: the ellipse k q²/2 + p²/2m ≤ k A²/2, which for mk = 1 is the disc |z| ≤ A.
///
/// ```text
/// r = A √u,   φ = 2πv,   z = (r sin φ, r √(mk) cos φ)        u, v uniform in [0, 1)
/// ```
///
/// The square root makes the density even: the share of points within r is (r/A)². The energy of a point is then
/// uniform in [0, k A²/2). Draws u then v for each point. Position in the problem's own unit of length.
///
/// # Errors
///
/// [`Error::Setting`] if there is no point, or amplitude, mass or stiffness is not a positive number.
pub fn disc(
    oscillator: &Oscillator,
    amplitude: f64,
    count: usize,
    random: &mut impl RandomSource,
) -> Result<Dataset> {
    oscillator.check()?;
    check_some("count", count, "leaves the data empty")?;
    check_positive("amplitude", amplitude)?;
    let mut points = Points::zeros((count, 2));
    for mut row in points.rows_mut() {
        let r = amplitude * random.uniform(0.0, 1.0).sqrt();
        [row[0], row[1]] = orbit_point(oscillator, r, random_phase(random));
    }
    Dataset::of(oscillator, points)
}
