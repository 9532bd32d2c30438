//! How fast the points of a trajectory move, read off the points alone.

use ndarray::{ArrayView1, ArrayView2};

use super::Points;

/// dz/dt along a trajectory whose points have these times, evenly spaced or not, whatever its field is said to be: the slope
/// of the polynomial through so many of the nearest points, or all where there are fewer. With the nodes tⱼ and
/// wⱼ = 1/Π (tⱼ - tₖ) it is
///
/// ```text
/// dz/dt (tᵢ) ≈ Σ_{j≠i} (wⱼ/wᵢ) (zⱼ - zᵢ) / (tᵢ - tⱼ)
/// ```
///
/// (Berrut and Trefethen 2004, "Barycentric Lagrange interpolation", section 9.3). Where the steps are even it errs with three
/// points by the third derivative times h²/6, with five by the fifth times h⁴/30; at the ends by twice and six times as much.
///
/// # Panics
///
/// If there is not one time a point.
pub fn slopes(times: ArrayView1<f64>, points: ArrayView2<f64>, nearest: usize) -> Points {
    let rows = points.nrows();
    assert_eq!(times.len(), rows, "a time for every point");
    let near = nearest.min(rows);
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
    fn the_slopes_of_a_polynomial_through_enough_points_are_exact_at_uneven_times() {
        let times = [0.0, 0.3, 0.4, 1.0, 1.1, 1.7, 2.0];
        for (nearest, quartic) in [(3, 0.0), (5, 0.25)] {
            let z = |t: f64| 1.0 - t + t * t / 2.0 - quartic * t.powi(4);
            let points = Points::from_shape_fn((7, 1), |(row, _)| z(times[row]));
            let found = slopes(ArrayView1::from(&times), points.view(), nearest);
            for (t, slope) in times.iter().zip(found) {
                let exact = -1.0 + t - 4.0 * quartic * t.powi(3);
                assert!((slope - exact).abs() < 1e-13, "{t}: {slope} for {exact}");
            }
        }
    }
}
