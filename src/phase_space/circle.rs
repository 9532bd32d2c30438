//! The notebook's data: one trajectory of the oscillator, every point at the same energy.

use ndarray::{ArrayView1, Axis, stack};

use super::{Dataset, Oscillator, Points, linspace, min_max_normalize};
use crate::{Error, Result};

/// The time that the notebook's trajectory lasts, at angular frequency 1: 1.6 turns.
pub const DURATION: f64 = 10.0;

/// One trajectory of the harmonic oscillator at the times `t`: q = sin t, p = m cos t, unnormalised.
///
/// It solves Hamilton's equations of H = p²/2m + k q²/2 for k = m, that is, for unit frequency. The notebook uses it
/// for every m. Mass in units of the problem's own; one row a time, columns q and p.
pub fn oscillator_trajectory(t: ArrayView1<f64>, mass: f64) -> Points {
    let q = t.mapv(libm::sin);
    let p = t.mapv(|t| mass * libm::cos(t));
    stack(Axis(1), &[q.view(), p.view()]).expect("q and p have one entry a time")
}

/// The notebook's data set: `count` points of [`oscillator_trajectory`] from t = 0 to t = [`DURATION`], in time order,
/// each column min-max normalised, labelled by the oscillator's formulas at the **normalised** points:
///
/// ```text
/// (Q, P) = normalised (sin t, m cos t),   dQ/dt = P/m,   dP/dt = -k Q,   H = P²/2m + k Q²/2
/// ```
///
/// For m = k = 1 that is the circle H = 1/2 and its motion. For any other mass or stiffness the points still run round
/// the unit circle with velocity (P, -Q), and the labels are the field of another motion: over whole turns their
/// relative error is √(((1/m - 1)² + (k - 1)²)/2). The module [`scaling`](super::scaling) keeps labels true.
///
/// # Errors
///
/// [`Error::Setting`] if there are fewer than two points or mass or stiffness is not a positive number.
pub fn circle(oscillator: &Oscillator, count: usize) -> Result<Dataset> {
    oscillator.check()?;
    if count < 2 {
        let why = "has no range to normalise: at least 2 are needed";
        return Err(Error::setting("count", count, why));
    }
    let times = linspace(0.0, DURATION, count);
    let trajectory = oscillator_trajectory(times.view(), oscillator.mass);
    Dataset::of(oscillator, min_max_normalize(trajectory)?)
}
