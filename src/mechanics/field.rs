//! Vector fields of phase space, from an energy.
//!
//! ```text
//! dq/dt = ∂H/∂p,   dp/dt = -∂H/∂q          (Hamilton's equations)
//! ```

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, s};

use super::stencil::{Difference, Probes, Stencil};
use crate::model::elementwise::Order;
use crate::model::{Network, Pass};
use crate::phase_space::{Coordinates, Points, State};

/// J ∇H, (∂H/∂p, -∂H/∂q), of the slopes (∂H/∂q, ∂H/∂p) at a point of so many coordinates, all q before all p.
///
/// # Panics
///
/// If the coordinates are an odd number.
pub fn field_of<const N: usize>(slopes: [f64; N]) -> [f64; N] {
    let half = degrees(N);
    std::array::from_fn(|i| match i < half {
        true => slopes[half + i],
        false => -slopes[i - half],
    })
}

/// The same at many points, one a row.
///
/// # Panics
///
/// As [`field_of`].
pub fn fields_of(gradients: &Points) -> Points {
    let half = degrees(gradients.ncols());
    let (dh_dq, dh_dp) = gradients.view().split_at(Axis(1), half);
    let mut fields = Array2::zeros(gradients.dim());
    fields.slice_mut(s![.., ..half]).assign(&dh_dp);
    fields
        .slice_mut(s![.., half..])
        .assign(&dh_dq.mapv(|slope| -slope));
    fields
}

/// Degrees of freedom: half the coordinates.
pub(super) fn degrees(coordinates: usize) -> usize {
    assert!(
        coordinates.is_multiple_of(2),
        "{coordinates} coordinates are not as many positions as momenta"
    );
    coordinates / 2
}

/// The learned field at each of these points, one (q, p) a row, exactly.
///
/// # Panics
///
/// If the points have not as many columns as the network has inputs, or other than two.
pub fn exact(network: &Network, points: ArrayView2<f64>) -> Vec<State> {
    states_of(&network.gradient(points))
}

/// The learned field at each of these points, one (q, p) a row, by forward differences of step `epsilon`.
///
/// # Panics
///
/// If the points have not as many columns as the network has inputs, or other than two.
pub fn forward_differences(network: &Network, epsilon: f64, points: ArrayView2<f64>) -> Vec<State> {
    let stencil = Stencil::of(Difference::Forward(epsilon));
    states_of(&stencil.gradient(points, |probes| network.energy(probes)))
}

/// J ∇H of one (∂H/∂q, ∂H/∂p) a row.
fn states_of(gradients: &Points) -> Vec<State> {
    assert_eq!(gradients.ncols(), 2, "a state is one q and one p");
    let rows = gradients.rows().into_iter();
    rows.map(|slopes| field_of([slopes[0], slopes[1]]))
        .collect()
}

/// The learned field at one point after another, by differences.
#[derive(Clone, Debug)]
pub struct Differenced<'a> {
    network: &'a Network,
    probes: Probes,
}

impl<'a> Differenced<'a> {
    /// The field of this network.
    pub fn of(network: &'a Network, difference: Difference) -> Self {
        Self {
            network,
            probes: Probes::new(network, difference, 1),
        }
    }

    /// (dq/dt, dp/dt) at one point.
    ///
    /// # Panics
    ///
    /// If the network has another number of inputs than the point has coordinates, or an odd one.
    pub fn at<const N: usize>(&mut self, z: [f64; N]) -> [f64; N] {
        let stencil = self.probes.stencil;
        let energies = self.probes.energies(self.network, ArrayView2::from(&[z]));
        field_of(std::array::from_fn(|i| stencil.slope(energies, i)))
    }
}

/// The learned field at one point after another, exactly: J ∇H by [`Network`]'s own derivatives.
#[derive(Clone, Debug)]
pub struct Exact<'a> {
    network: &'a Network,
    pass: Pass,
}

impl<'a> Exact<'a> {
    /// The field of this network.
    pub fn of(network: &'a Network) -> Self {
        Self {
            network,
            pass: Pass::new(network, 1),
        }
    }

    /// (dq/dt, dp/dt) at one point.
    ///
    /// # Panics
    ///
    /// If the point has not as many coordinates as the network has inputs.
    pub fn at<S: Coordinates>(&mut self, z: S) -> S {
        let point = ArrayView1::from(z.as_ref()).insert_axis(Axis(0));
        self.pass.forward(self.network, point, Order::First);
        self.pass.slopes(self.network);
        let slopes = self.pass.gradients();
        let mut field = z.clone();
        let half = degrees(slopes.ncols());
        let (dq, dp) = field.as_mut().split_at_mut(half);
        for i in 0..half {
            (dq[i], dp[i]) = (slopes[[0, half + i]], -slopes[[0, i]]);
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Activation, Biases, Initializer};
    use crate::random::Gaussian;

    fn relu_network(seed: u64) -> Network {
        let random = &mut Gaussian::from_seed(seed);
        Network::random(
            &[2, 16, 16, 1],
            Activation::Relu,
            Initializer::He,
            Biases::Zero,
            random,
        )
        .unwrap()
    }

    #[test]
    fn forward_differences_of_a_relu_network_match_its_slopes() {
        // Away from its kinks a ReLU network is linear, so a large step within one piece gives the slope exactly.
        let network = relu_network(3);
        let z = [0.3, -0.8];
        let [dq, dp] = Differenced::of(&network, Difference::Forward(1e-7)).at(z);
        let energy = |z: State| network.energy(ArrayView2::from(&[z]))[0];
        let slope = |towards: State| (energy(towards) - energy(z)) / 1e-4;
        assert!((dq - slope([z[0], z[1] + 1e-4])).abs() < 1e-6);
        assert!((dp + slope([z[0] + 1e-4, z[1]])).abs() < 1e-6);
    }

    #[test]
    fn the_exact_field_of_a_relu_network_is_its_forward_difference_away_from_the_kinks() {
        let network = relu_network(3);
        for z in [[0.3, -0.8], [-0.9, 0.2], [0.05, 0.6]] {
            let exact = Exact::of(&network).at(z);
            let difference = Differenced::of(&network, Difference::Forward(1e-7)).at(z);
            for (a, b) in exact.iter().zip(difference) {
                assert!((a - b).abs() < 1e-7, "{exact:?} {difference:?}");
            }
        }
    }
}
