//! Vector fields of phase space, from an energy.
//!
//! ```text
//! dq/dt = ∂H/∂p,   dp/dt = -∂H/∂q          (Hamilton's equations)
//! ```

use ndarray::{ArrayView1, ArrayView2, Axis};

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
    turned(slopes, |coordinate| slopes[coordinate])
}

/// J ∇H in the place of a state, of the slopes of H along its coordinates.
fn turned<S: Coordinates>(mut state: S, slope: impl Fn(usize) -> f64) -> S {
    let half = degrees(state.as_ref().len());
    for (i, to) in state.as_mut().iter_mut().enumerate() {
        *to = if i < half {
            slope(half + i)
        } else {
            -slope(i - half)
        };
    }
    state
}

/// The same at many points, one a row.
///
/// # Panics
///
/// As [`field_of`].
pub fn fields_of(gradients: &Points) -> Points {
    let half = degrees(gradients.ncols());
    Points::from_shape_fn(gradients.dim(), |(row, i)| match i < half {
        true => gradients[[row, half + i]],
        false => -gradients[[row, i - half]],
    })
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
    pub fn at<S: Coordinates>(&mut self, z: S) -> S {
        let stencil = self.probes.stencil;
        let point = ArrayView1::from(z.as_ref()).insert_axis(Axis(0));
        let energies = self.probes.energies(self.network, point);
        turned(z.clone(), |coordinate| stencil.slope(energies, coordinate))
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
        turned(z.clone(), |coordinate| slopes[[0, coordinate]])
    }
}
