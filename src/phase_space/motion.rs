//! How fast the points of a trajectory move, read off the points alone, and how far labels are from it.

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

#[cfg(test)]
mod tests {
    use super::*;
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
