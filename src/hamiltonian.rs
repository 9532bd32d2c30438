//! Vector fields of phase space, from an energy.
//!
//! ```text
//! dq/dt = ∂H/∂p,   dp/dt = -∂H/∂q          (Hamilton's equations)
//! ```

use ndarray::{Array1, ArrayView1, ArrayView2, ArrayViewMut2, s};

use crate::integrator::State;
use crate::network::{Forward, Network};

/// The harmonic oscillator H(q, p) = p²/2m + k q²/2, the truth the notebook learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oscillator {
    /// m, in the problem's own unit of mass.
    pub mass: f64,
    /// k, force per length.
    pub stiffness: f64,
}

impl Oscillator {
    /// H(q, p).
    pub fn energy(&self, [q, p]: State) -> f64 {
        0.5 * (p * p / self.mass + self.stiffness * q * q)
    }

    /// (dq/dt, dp/dt) = (p/m, -k q).
    pub fn field(&self, [q, p]: State) -> State {
        [p / self.mass, -self.stiffness * q]
    }
}

/// A learned vector field by forward differences, as the notebook computes it:
///
/// ```text
/// ∂H/∂q ≈ (H(q + ε, p) - H(q, p)) / ε
/// ∂H/∂p ≈ (H(q, p + ε) - H(q, p)) / ε
/// ```
///
/// One forward pass over three copies of the points serves all three energies.
#[derive(Clone, Debug)]
pub struct ForwardDifference {
    epsilon: f64,
    probes: ndarray::Array2<f64>,
    pass: Forward,
    rows: usize,
}

impl ForwardDifference {
    /// Differences of step `epsilon` > 0 for up to `rows` points at once, through networks of this one's widths.
    pub fn new(network: &Network, epsilon: f64, rows: usize) -> Self {
        Self {
            epsilon,
            probes: ndarray::Array2::zeros((3 * rows, 2)),
            pass: Forward::new(network, 3 * rows),
            rows: 0,
        }
    }

    /// Evaluates H at the points and at their two neighbours.
    ///
    /// # Panics
    ///
    /// If there are more points than the room was made for, or their rows are not (q, p).
    pub fn evaluate(&mut self, network: &Network, points: ArrayView2<f64>) {
        let rows = points.nrows();
        self.rows = rows;
        let mut probes = self.probes.slice_mut(s![..3 * rows, ..]);
        let shift = |mut copy: ArrayViewMut2<f64>, coordinate: usize, by: f64| {
            copy.assign(&points);
            copy.column_mut(coordinate).mapv_inplace(|x| x + by);
        };
        probes.slice_mut(s![..rows, ..]).assign(&points);
        shift(probes.slice_mut(s![rows..2 * rows, ..]), 0, self.epsilon);
        shift(probes.slice_mut(s![2 * rows.., ..]), 1, self.epsilon);
        network.forward(probes.view(), &mut self.pass);
    }

    /// H at each point last evaluated.
    pub fn energy(&self) -> ArrayView1<'_, f64> {
        self.pass.output(0..self.rows)
    }

    /// (dq/dt, dp/dt) at the point of this index.
    pub fn field(&self, index: usize) -> State {
        let energies = self.pass.output(0..3 * self.rows);
        let energy = energies[index];
        let dh_dq = (energies[self.rows + index] - energy) / self.epsilon;
        let dh_dp = (energies[2 * self.rows + index] - energy) / self.epsilon;
        [dh_dp, -dh_dq]
    }

    /// The gradient with respect to θ of a loss of H alone, from the pass of [`ForwardDifference::evaluate`].
    ///
    /// # Panics
    ///
    /// As [`Network::backward`].
    pub fn backward(
        &mut self,
        network: &Network,
        loss_by_energy: ArrayView1<f64>,
        gradient: &mut [f64],
    ) {
        let points = self.probes.slice(s![..self.rows, ..]);
        network.backward(points, &mut self.pass, loss_by_energy, gradient);
    }
}

/// The learned field at one point, by forward differences of step `epsilon`.
pub fn forward_difference(network: &Network, epsilon: f64, z: State) -> State {
    let mut difference = ForwardDifference::new(network, epsilon, 1);
    difference.evaluate(network, ArrayView2::from(&[z]));
    difference.field(0)
}

/// H of a network at one point.
pub fn energy(network: &Network, z: State) -> f64 {
    let energies: Array1<f64> = network.energy(ArrayView2::from(&[z]));
    energies[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Gaussian;

    #[test]
    fn forward_differences_of_a_relu_network_match_its_slopes() {
        // Away from its kinks a ReLU network is linear, so a large step within one piece gives the slope exactly.
        let network = Network::he(&[2, 16, 16, 1], &mut Gaussian::from_seed(3)).unwrap();
        let z = [0.3, -0.8];
        let [dq, dp] = forward_difference(&network, 1e-7, z);
        let slope = |towards: State| (energy(&network, towards) - energy(&network, z)) / 1e-4;
        assert!((dq - slope([z[0], z[1] + 1e-4])).abs() < 1e-6);
        assert!((dp + slope([z[0] + 1e-4, z[1]])).abs() < 1e-6);
    }

    #[test]
    fn the_oscillators_field_turns_along_its_energy() {
        let oscillator = Oscillator {
            mass: 2.0,
            stiffness: 0.5,
        };
        let z = [0.6, -1.4];
        let [dq, dp] = oscillator.field(z);
        let dh = [oscillator.stiffness * z[0], z[1] / oscillator.mass];
        assert_eq!(dh[0] * dq + dh[1] * dp, 0.0);
    }
}
