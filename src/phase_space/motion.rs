//! How fast the points of a trajectory move, read off the points alone.

use ndarray::ArrayView2;

use super::Points;
use crate::error::check_positive;
use crate::{Error, Result};

/// dz/dt along a trajectory whose points follow each other every `step` units of time, whatever its field is said to be:
///
/// ```text
/// (z(t + h) - z(t - h)) / 2h        between its ends
/// (-3 z(t) + 4 z(t + h) - z(t + 2h)) / 2h   at the first point, and mirrored at the last
/// ```
///
/// Both err by the third derivative times h²/6 or h²/3.
///
/// # Errors
///
/// [`Error::Setting`] if there are fewer than three points or the step is not a positive number.
pub fn motion(points: &Points, step: f64) -> Result<Points> {
    check_positive("step", step)?;
    let rows = points.nrows();
    if rows < 3 {
        let why = "have no second difference: at least 3 are needed";
        return Err(Error::setting("points", rows, why));
    }
    Ok(Points::from_shape_fn(points.dim(), |(row, column)| {
        let z = |row: usize| points[[row, column]];
        let difference = match row {
            0 => -3.0 * z(0) + 4.0 * z(1) - z(2),
            _ if row == rows - 1 => 3.0 * z(row) - 4.0 * z(row - 1) + z(row - 2),
            _ => z(row + 1) - z(row - 1),
        };
        difference / (2.0 * step)
    }))
}

/// The most points through which [`slopes`] lays a polynomial.
const NEAREST: usize = 5;

/// dz/dt along a trajectory whose points have these times, evenly spaced or not: the slope of the polynomial through the
/// five nearest points, or all where there are fewer. With the nodes tⱼ and wⱼ = 1/Π (tⱼ - tₖ) it is
///
/// ```text
/// dz/dt (tᵢ) ≈ Σ_{j≠i} (wⱼ/wᵢ) (zⱼ - zᵢ) / (tᵢ - tⱼ)
/// ```
///
/// (Berrut and Trefethen 2004, "Barycentric Lagrange interpolation", section 9.3). It errs by the fifth derivative times
/// h⁴/30 where the steps are even, and by up to six times as much at the ends.
///
/// # Panics
///
/// If there is not one time a point.
pub fn slopes(times: &[f64], points: ArrayView2<f64>) -> Points {
    let rows = points.nrows();
    assert_eq!(times.len(), rows, "a time for every point");
    let near = NEAREST.min(rows);
    let mut slopes = Points::zeros(points.dim());
    for i in 0..rows {
        let first = i.saturating_sub(near / 2).min(rows - near);
        let nodes = first..first + near;
        let others = |j: usize| nodes.clone().filter(move |&k| k != j);
        let weight = |j: usize| 1.0 / others(j).map(|k| times[j] - times[k]).product::<f64>();
        for j in others(i) {
            let factor = weight(j) / weight(i) / (times[i] - times[j]);
            for column in 0..points.ncols() {
                slopes[[i, column]] += factor * (points[[j, column]] - points[[i, column]]);
            }
        }
    }
    slopes
}

/// The root mean square of ‖a - b‖ over the rows: how far a learned field is from a true or measured one, for instance.
///
/// # Panics
///
/// If the two are not of one shape.
pub fn rms_distance(a: ArrayView2<f64>, b: ArrayView2<f64>) -> f64 {
    assert_eq!(a.dim(), b.dim(), "a row for a row");
    let squares = a.rows().into_iter().zip(b.rows()).map(|(a, b)| {
        let errors = a.into_iter().zip(b).map(|(a, b)| a - b);
        errors.map(|error| error * error).sum::<f64>()
    });
    (squares.sum::<f64>() / b.nrows() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slopes_of_a_polynomial_of_degree_four_are_exact_at_uneven_times() {
        let times = [0.0, 0.3, 0.4, 1.0, 1.1, 1.7, 2.0];
        let quartic = |t: f64| 1.0 - t + t.powi(3) / 2.0 - t.powi(4) / 4.0;
        let points = Points::from_shape_fn((7, 1), |(row, _)| quartic(times[row]));
        let found = slopes(&times, points.view());
        for (t, slope) in times.iter().zip(found) {
            let exact = -1.0 + 1.5 * t * t - t.powi(3);
            assert!((slope - exact).abs() < 1e-13, "{t}: {slope} for {exact}");
        }
    }
    use crate::measure::relative_error;
    use crate::phase_space::{Dataset, Oscillator, linspace, oscillator_trajectory};

    #[test]
    fn the_points_of_an_orbit_move_as_its_field_says_up_to_the_square_of_the_step() {
        let points = oscillator_trajectory(linspace(0.0, 10.0, 1001).view(), 1.0);
        let data = Dataset::of(&Oscillator::UNIT, points).unwrap();
        let error = relative_error(&data.field, &motion(&data.points, 0.01).unwrap());
        assert!((1e-5..3e-5).contains(&error), "{error}");
    }

    #[test]
    fn two_points_are_too_few() {
        let error = motion(&Points::zeros((2, 2)), 0.1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "points = 2 have no second difference: at least 3 are needed"
        );
    }
}
