//! Positions that are angles: a network sees their sine and cosine, so that a whole turn is no change.
//!
//! ```text
//! φ(q)      q, but for each angle sin q, cos q
//! φ'(q) d   how φ changes along d: a direction of the network's inputs
//! φ'(q)ᵀ g  ∂/∂q of what has the slopes g with respect to φ
//! ```

use std::sync::Arc;

use ndarray::{ArrayView1, ArrayView2};

use super::Points;

/// Which of n positions are angles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Angles(Arc<[bool]>);

impl Angles {
    /// One entry for each position, `true` for an angle.
    pub fn new(which: &[bool]) -> Self {
        Self(which.into())
    }

    /// So many positions, of which none is an angle.
    pub fn none(positions: usize) -> Self {
        Self(vec![false; positions].into())
    }

    /// n, the number of positions.
    pub fn positions(&self) -> usize {
        self.0.len()
    }

    /// Whether there is one.
    pub fn has_any(&self) -> bool {
        self.0.contains(&true)
    }

    /// How many numbers φ(q) has: n, and one more for each angle.
    pub fn features(&self) -> usize {
        self.0
            .iter()
            .map(|&is_angle| 1 + usize::from(is_angle))
            .sum()
    }

    /// What a network sees of these points (q, v), or (q, p): (φ(q), v), one a row.
    ///
    /// # Panics
    ///
    /// If the points have fewer columns than there are positions.
    pub fn points(&self, points: ArrayView2<f64>) -> Points {
        let n = self.positions();
        assert!(points.ncols() >= n, "a column for every position");
        let mut seen = Points::zeros((points.nrows(), points.ncols() - n + self.features()));
        for (point, mut to) in points.rows().into_iter().zip(seen.rows_mut()) {
            self.write(point, to.as_slice_mut().expect("a row is one piece"));
        }
        seen
    }

    /// (φ(q), v) of a point (q, v), as far as there is room: v may be left out, or be anything that is no position.
    pub(crate) fn write(&self, point: ArrayView1<f64>, to: &mut [f64]) {
        let mut to = to.iter_mut();
        let mut put = |x: f64| *to.next().expect("room for every feature") = x;
        for (&is_angle, &q) in self.0.iter().zip(point) {
            if is_angle {
                let (sin, cos) = libm::sincos(q);
                put(sin);
                put(cos);
            } else {
                put(q);
            }
        }
        let others = point.iter().skip(self.positions());
        to.zip(others).for_each(|(to, &v)| *to = v);
    }

    /// φ'(q) d, of what was seen, φ(q).
    pub(crate) fn along(&self, seen: &[f64], d: &[f64], to: &mut [f64]) {
        let mut at = 0;
        for (&is_angle, &d) in self.0.iter().zip(d) {
            if is_angle {
                (to[at], to[at + 1]) = (seen[at + 1] * d, -seen[at] * d);
                at += 2;
            } else {
                to[at] = d;
                at += 1;
            }
        }
    }

    /// φ'(q)ᵀ g, of what was seen, φ(q).
    pub(crate) fn pull_back(&self, seen: &[f64], g: &[f64], to: &mut [f64]) {
        let mut at = 0;
        for (&is_angle, to) in self.0.iter().zip(to) {
            if is_angle {
                *to = g[at] * seen[at + 1] - g[at + 1] * seen[at];
                at += 2;
            } else {
                *to = g[at];
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::aview1;

    use super::*;

    #[test]
    fn an_angle_is_seen_as_its_sine_and_cosine_and_the_rest_as_it_is() {
        let angles = Angles::new(&[false, true]);
        assert_eq!((angles.positions(), angles.features()), (2, 3));
        let mut seen = [0.0; 5];
        angles.write(aview1(&[0.5, 2.0, 7.0, 8.0]), &mut seen);
        assert_eq!(seen, [0.5, libm::sin(2.0), libm::cos(2.0), 7.0, 8.0]);
    }

    #[test]
    fn a_direction_and_a_slope_go_through_the_same_derivative() {
        let (angles, q) = (Angles::new(&[true, false]), [0.7, -0.4]);
        let phi = |q: [f64; 2]| {
            let mut to = [0.0; 3];
            angles.write(aview1(&q), &mut to);
            to
        };
        let (d, g) = ([0.3, -1.1], [0.2, 0.9, -0.5]);
        let (mut along, mut back) = ([0.0; 3], [0.0; 2]);
        angles.along(&phi(q), &d, &mut along);
        angles.pull_back(&phi(q), &g, &mut back);
        let moved = |h: f64| phi([q[0] + h * d[0], q[1] + h * d[1]]);
        let (ahead, behind) = (moved(1e-5), moved(-1e-5));
        for i in 0..3 {
            assert!(((ahead[i] - behind[i]) / 2e-5 - along[i]).abs() < 1e-9);
        }
        let one: f64 = along.iter().zip(g).map(|(a, g)| a * g).sum();
        let other: f64 = back.iter().zip(d).map(|(b, d)| b * d).sum();
        assert!((one - other).abs() < 1e-15);
    }
}
