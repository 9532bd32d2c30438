//! Points that no seed picked: on a line, on the circle, over the disc; and which of some points is nearest.

use ndarray::{Array1, Array2, ArrayView2};
#[cfg(not(target_family = "wasm"))]
use rayon::prelude::*;

use super::Points;

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

/// `count` numbers from 10^`start` to 10^`stop`, both included, each the same multiple of the one before it.
pub fn logspace(start: f64, stop: f64, count: usize) -> Array1<f64> {
    linspace(start, stop, count).mapv(libm::exp10)
}

/// `count` points of the unit circle, evenly spaced in the phase φ from 0 on: (q, p) = (sin φ, cos φ).
pub fn even_circle(count: usize) -> Points {
    let turn = std::f64::consts::TAU / count as f64;
    Array2::from_shape_fn((count, 2), |(index, coordinate)| {
        let (sin, cos) = libm::sincos(turn * index as f64);
        if coordinate == 0 { sin } else { cos }
    })
}

/// `count` points spread evenly over the unit disc, without a seed: Vogel's sunflower (1979), r = √((i + ½)/n) and an
/// angle of i golden angles.
pub fn sunflower(count: usize) -> Points {
    // π (3 - √5).
    let golden = std::f64::consts::PI * (3.0 - 5f64.sqrt());
    Array2::from_shape_fn((count, 2), |(index, coordinate)| {
        let radius = ((index as f64 + 0.5) / count as f64).sqrt();
        let (sin, cos) = libm::sincos(golden * index as f64);
        radius * if coordinate == 0 { cos } else { sin }
    })
}

/// For each of these points the index of the nearest one among `others`, and the distance to it.
///
/// # Panics
///
/// If there are no others.
pub fn nearest(points: ArrayView2<f64>, others: ArrayView2<f64>) -> (Vec<usize>, Vec<f64>) {
    let to_nearest = |point: usize| {
        let z = points.row(point);
        let distances = others.rows().into_iter().enumerate().map(|(index, other)| {
            let steps = z.into_iter().zip(other).map(|(a, b)| a - b);
            (index, steps.map(|step| step * step).sum::<f64>())
        });
        let closest = distances.min_by(|a, b| a.1.total_cmp(&b.1));
        let (index, square) = closest.expect("there are others");
        (index, square.sqrt())
    };
    let indices = 0..points.nrows();
    // A page has one core.
    #[cfg(not(target_family = "wasm"))]
    let indices = indices.into_par_iter();
    let pairs: Vec<(usize, f64)> = indices.map(to_nearest).collect();
    pairs.into_iter().unzip()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn linspace_includes_both_ends_exactly() {
        let grid = linspace(-1.0, 1.0, 10);
        assert_eq!((grid[0], grid[9]), (-1.0, 1.0));
        assert_eq!(linspace(0.0, 10.0, 1).to_vec(), [0.0]);
    }

    #[test]
    fn logspace_goes_by_factors() {
        assert_eq!(logspace(0.0, 4.0, 3).to_vec(), [1.0, 100.0, 10_000.0]);
    }

    #[test]
    fn the_nearest_point_is_the_nearest() {
        let points = array![[0.0, 0.0], [1.0, 1.0]];
        let others = array![[1.0, 0.5], [0.0, -0.25], [3.0, 3.0]];
        let (indices, distances) = nearest(points.view(), others.view());
        assert_eq!((indices, distances), (vec![1, 0], vec![0.25, 0.5]));
        // Of four columns the last two decide.
        let points = array![[1.0, 2.0, 3.0, 4.0]];
        let others = array![
            [1.0, 2.0, 0.0, 4.0],
            [0.0, 2.0, 3.0, 4.0],
            [1.0, 2.0, 3.0, 4.5]
        ];
        let found = nearest(points.view(), others.view());
        assert_eq!(found, (vec![2], vec![0.5]));
    }
}
