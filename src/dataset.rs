//! Points of phase space, z = (q, p), one a row.

use ndarray::{Array1, Array2, ArrayView1, Axis, stack};

use crate::{Error, Result};

/// Points of phase space: one a row, columns q and p.
pub type Points = Array2<f64>;

/// `count` evenly spaced numbers from `start` to `stop`, both included (NumPy's `linspace`, digit for digit).
pub fn linspace(start: f64, stop: f64, count: usize) -> Array1<f64> {
    let step = (stop - start) / (count.max(2) - 1) as f64;
    Array1::from_shape_fn(count, |i| {
        if i > 0 && i + 1 == count {
            stop
        } else {
            start + i as f64 * step
        }
    })
}

/// One trajectory of the harmonic oscillator at the times `t`: q = sin t, p = m cos t, unnormalised.
///
/// It solves Hamilton's equations of H = p²/2m + k q²/2 for k = m, that is, for unit frequency. The notebook uses it
/// for every m. Mass in units of the problem's own; one row a time, columns q and p.
pub fn oscillator_trajectory(t: ArrayView1<f64>, mass: f64) -> Points {
    let q = t.mapv(libm::sin);
    let p = t.mapv(|t| mass * libm::cos(t));
    stack(Axis(1), &[q.view(), p.view()]).expect("q and p have one entry a time")
}

/// Min-max normalisation to [-1, 1], each column by its own range:
///
/// ```text
/// x ↦ 2 (x - min x) / (max x - min x) - 1
/// ```
///
/// # Errors
///
/// [`Error::ZeroRange`] if a column's values are all equal.
pub fn min_max_normalize(mut points: Points) -> Result<Points> {
    for mut column in points.axis_iter_mut(Axis(1)) {
        let min = column.iter().copied().fold(f64::INFINITY, f64::min);
        let max = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if min == max {
            return Err(Error::ZeroRange {
                points: column.len(),
                value: min,
            });
        }
        column.mapv_inplace(|x| 2.0 * (x - min) / (max - min) - 1.0);
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn linspace_includes_both_ends_exactly() {
        let grid = linspace(-1.0, 1.0, 10);
        assert_eq!((grid[0], grid[9]), (-1.0, 1.0));
        assert_eq!(linspace(0.0, 10.0, 1).to_vec(), [0.0]);
    }

    #[test]
    fn normalised_columns_span_minus_one_to_one() {
        let points = array![[0.0, 5.0], [1.0, 7.0], [4.0, 6.0]];
        let normalised = min_max_normalize(points).unwrap();
        assert_eq!(normalised, array![[-1.0, -1.0], [-0.5, 1.0], [1.0, 0.0]]);
    }

    #[test]
    fn a_constant_column_cannot_be_normalised() {
        let error = min_max_normalize(array![[0.0, 3.0], [1.0, 3.0]]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot normalise 2 values that all equal 3: their range is zero"
        );
    }

    #[test]
    fn the_unit_mass_trajectory_lies_on_the_circle_of_energy_one_half() {
        let points = oscillator_trajectory(linspace(0.0, 10.0, 1000).view(), 1.0);
        for z in points.rows() {
            let energy = (z[0] * z[0] + z[1] * z[1]) / 2.0;
            assert!((energy - 0.5).abs() < 1e-15);
        }
    }
}
