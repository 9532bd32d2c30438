//! The field of a ReLU network as what it is: one value on each facet of the plane.

use std::collections::HashSet;

use ndarray::{ArrayView2, Axis, s};

use crate::model::Network;

// ANCHOR: different
/// How many different fields the network has at these points. Equal means equal in every bit.
pub fn different(network: &Network, points: ArrayView2<f64>) -> usize {
    let slopes = network.gradient(points);
    let bits = |slope: &f64| slope.to_bits();
    let rows = slopes.rows().into_iter();
    let seen: HashSet<Vec<u64>> = rows.map(|row| row.iter().map(bits).collect()).collect();
    seen.len()
}
// ANCHOR_END: different

/// How far the arrows of a unit oscillator at these neighbouring points are from their own mean, over each run of points at
/// which the network's field is the same in every bit, root mean square: what is left if every tread of its staircase has its
/// best height.
pub fn best_on_treads(network: &Network, points: ArrayView2<f64>) -> f64 {
    let slopes = network.gradient(points);
    let bits = |i: usize| [0, 1].map(|j| slopes[[i, j]].to_bits());
    let (mut misses, mut start) = (0.0, 0);
    for end in 1..=points.nrows() {
        if end < points.nrows() && bits(end) == bits(start) {
            continue;
        }
        // The arrow (p, -q) is the point turned by a right angle, and as far from its mean.
        let tread = points.slice(s![start..end, ..]);
        let mean = tread.mean_axis(Axis(0)).expect("a tread has points");
        misses += (&tread - &mean).mapv(|x| x * x).sum();
        start = end;
    }
    (misses / points.nrows() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Activation;
    use crate::phase_space::even_circle;

    #[test]
    fn a_constant_has_one_value_and_its_tread_is_the_whole_circle() {
        let network = Network::zeros(&[2, 3, 1], Activation::Relu).unwrap();
        let circle = even_circle(100);
        assert_eq!(different(&network, circle.view()), 1);
        assert!((best_on_treads(&network, circle.view()) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn one_unit_cuts_the_circle_in_two_halves() {
        let mut network = Network::zeros(&[2, 1, 1], Activation::Relu).unwrap();
        // max(q, 0): the half with q > 0 and the half without.
        network.parameters_mut()[0] = 1.0;
        network.parameters_mut()[3] = 1.0;
        let circle = even_circle(10_000);
        assert_eq!(different(&network, circle.view()), 2);
        // The mean arrow of a half is 2/π long.
        let left = (1.0 - (2.0 / std::f64::consts::PI).powi(2)).sqrt();
        let found = best_on_treads(&network, circle.view());
        assert!((found - left).abs() < 0.05, "{found} against {left}");
    }
}
