//! Vector fields of phase space, from an energy.
//!
//! ```text
//! dq/dt = ∂H/∂p,   dp/dt = -∂H/∂q          (Hamilton's equations)
//! ```

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, s};

use super::stencil::{Difference, Probes, Stencil};
use crate::model::elementwise::Order;
use crate::model::{Network, Pass};
use crate::phase_space::{Coordinates, Points};

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
/// If the points have not as many columns as the network has inputs, or these are an odd number.
pub fn exact(network: &Network, points: ArrayView2<f64>) -> Points {
    fields_of(&network.gradient(points))
}

/// The learned field at each of these points, one (q, p) a row, by forward differences of step `epsilon`.
///
/// # Panics
///
/// As [`exact`].
pub fn forward_differences(network: &Network, epsilon: f64, points: ArrayView2<f64>) -> Points {
    let stencil = Stencil::of(Difference::Forward(epsilon));
    fields_of(&stencil.gradient(points, |probes| network.energy(probes)))
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
