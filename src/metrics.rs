//! How good a learned field is, in one number each.

use ndarray::{Array2, ArrayView2};

use crate::dataset::Points;
use crate::hamiltonian::Oscillator;
use crate::network::Network;

/// How many points [`field_rmse_on_disc`] looks at.
pub const DISC_POINTS: usize = 2000;

/// The root mean square of ‖J ∇H - ẋ‖ over the unit disc, J ∇H being the learned field and ẋ the true one.
///
/// The mean is over the [`DISC_POINTS`] points of [`sunflower`], the same for every model. A field that is zero everywhere scores
/// 1/√2 on the unit oscillator, √(mean of r²) over the disc.
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn field_rmse_on_disc(network: &Network, truth: Oscillator) -> f64 {
    field_rmse(network, truth, sunflower(DISC_POINTS).view())
}

/// The root mean square of ‖J ∇H - ẋ‖ over these points, one (q, p) a row.
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn field_rmse(network: &Network, truth: Oscillator, points: ArrayView2<f64>) -> f64 {
    let gradients = network.gradient(points);
    let squares = points
        .rows()
        .into_iter()
        .zip(gradients.rows())
        .map(|(z, gradient)| {
            let [dq, dp] = truth.field([z[0], z[1]]);
            let (velocity, force) = (gradient[1] - dq, -gradient[0] - dp);
            velocity * velocity + force * force
        });
    (squares.sum::<f64>() / points.nrows() as f64).sqrt()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;

    #[test]
    fn a_field_of_zero_scores_one_over_root_two() {
        let nothing = Network::zeros(&[2, 1], Activation::Identity).unwrap();
        let rmse = field_rmse_on_disc(
            &nothing,
            Oscillator {
                mass: 1.0,
                stiffness: 1.0,
            },
        );
        assert!((rmse - 0.5f64.sqrt()).abs() < 1e-12, "{rmse}");
    }

    #[test]
    fn a_constant_slope_scores_its_distance_from_the_truth() {
        // H = p has the field (1, 0); its mean squared distance from (p, -q) over the disc is 1 + 1/2.
        let mut network = Network::zeros(&[2, 1], Activation::Identity).unwrap();
        network.parameters_mut()[1] = 1.0;
        let rmse = field_rmse_on_disc(
            &network,
            Oscillator {
                mass: 1.0,
                stiffness: 1.0,
            },
        );
        assert!((rmse * rmse - 1.5).abs() < 1e-3, "{rmse}");
    }
}
