//! Vector fields of phase space, from an energy.
//!
//! ```text
//! dq/dt = ∂H/∂p,   dp/dt = -∂H/∂q          (Hamilton's equations)
//! ```

use ndarray::{Array2, ArrayView2, Axis, s};

use crate::dataset::Points;
use crate::elementwise::Order;
use crate::integrator::State;
use crate::network::{MOST_ROWS, Network, Pass};

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

/// H at the two neighbours (q + ε, p) and (q, p + ε) of every point, for forward differences as the notebook takes them:
///
/// ```text
/// ∂H/∂q ≈ (H(q + ε, p) - H(q, p)) / ε
/// ∂H/∂p ≈ (H(q, p + ε) - H(q, p)) / ε
/// ```
#[derive(Clone, Debug)]
pub struct Neighbours {
    epsilon: f64,
    points: Points,
    pass: Pass,
    /// H(q + ε, p) and H(q, p + ε) of every point.
    energies: Vec<[f64; 2]>,
}

/// Points whose neighbours fit into one pass.
const TOGETHER: usize = MOST_ROWS / 2;

impl Neighbours {
    /// Neighbours at the distance `epsilon` > 0, for networks of this one's widths.
    pub fn new(network: &Network, epsilon: f64) -> Self {
        let (points, pass) = (Array2::zeros((MOST_ROWS, 2)), Pass::new(network, MOST_ROWS));
        Self {
            epsilon,
            points,
            pass,
            energies: Vec::new(),
        }
    }

    /// Evaluates H at the neighbours of these points, one (q, p) a row.
    pub fn evaluate(&mut self, network: &Network, points: ArrayView2<f64>) {
        self.energies.clear();
        for block in points.axis_chunks_iter(Axis(0), TOGETHER) {
            let rows = block.nrows();
            let mut neighbours = self.points.slice_mut(s![..2 * rows, ..]);
            for (coordinate, mut moved) in
                neighbours.axis_chunks_iter_mut(Axis(0), rows).enumerate()
            {
                moved.assign(&block);
                moved
                    .column_mut(coordinate)
                    .mapv_inplace(|x| x + self.epsilon);
            }
            self.pass.forward(network, neighbours.view(), Order::First);
            let energies = self.pass.energies();
            self.energies
                .extend((0..rows).map(|index| [energies[index], energies[rows + index]]));
        }
    }

    // ANCHOR: forward-difference
    /// (dq/dt, dp/dt) at the point of this index, whose own energy is `energy`.
    pub fn field(&self, index: usize, energy: f64) -> State {
        let [q_moved, p_moved] = self.energies[index];
        let dh_dq = (q_moved - energy) / self.epsilon;
        let dh_dp = (p_moved - energy) / self.epsilon;
        [dh_dp, -dh_dq]
    }
    // ANCHOR_END: forward-difference
}

/// The learned field at each of these points, by forward differences of step `epsilon`.
pub fn forward_differences(network: &Network, epsilon: f64, points: ArrayView2<f64>) -> Vec<State> {
    let mut neighbours = Neighbours::new(network, epsilon);
    neighbours.evaluate(network, points);
    let energies = network.energy(points);
    let fields = energies.iter().enumerate();
    fields
        .map(|(index, &energy)| neighbours.field(index, energy))
        .collect()
}

/// The learned field at one point after another, by forward differences of step `epsilon`.
#[derive(Clone, Debug)]
pub struct ForwardDifference<'a> {
    network: &'a Network,
    epsilon: f64,
    pass: Pass,
}

impl<'a> ForwardDifference<'a> {
    /// The field of this network.
    pub fn of(network: &'a Network, epsilon: f64) -> Self {
        Self {
            network,
            epsilon,
            pass: Pass::new(network, 3),
        }
    }

    /// (dq/dt, dp/dt) at one point.
    pub fn at(&mut self, [q, p]: State) -> State {
        let probes = [[q, p], [q + self.epsilon, p], [q, p + self.epsilon]];
        self.pass
            .forward(self.network, ArrayView2::from(&probes), Order::First);
        let energies = self.pass.energies();
        let slope = |probe: usize| (energies[probe] - energies[0]) / self.epsilon;
        [slope(2), -slope(1)]
    }
}

/// The learned field at one point after another, by central differences of step `epsilon`:
///
/// ```text
/// ∂H/∂q ≈ (H(q + ε, p) - H(q - ε, p)) / 2ε,   and ∂H/∂p likewise
/// ```
///
/// Both precisions, and the step that suits each, are in [`crate::precision`].
#[derive(Clone, Debug)]
pub struct CentralDifference<'a> {
    network: &'a Network,
    epsilon: f64,
    pass: Pass,
}

impl<'a> CentralDifference<'a> {
    /// The field of this network.
    pub fn of(network: &'a Network, epsilon: f64) -> Self {
        Self {
            network,
            epsilon,
            pass: Pass::new(network, 4),
        }
    }

    /// (dq/dt, dp/dt) at one point.
    pub fn at(&mut self, [q, p]: State) -> State {
        let e = self.epsilon;
        let probes = [[q + e, p], [q - e, p], [q, p + e], [q, p - e]];
        self.pass
            .forward(self.network, ArrayView2::from(&probes), Order::First);
        let energies = self.pass.energies();
        let slope = |above: usize| (energies[above] - energies[above + 1]) / (e + e);
        [slope(2), -slope(0)]
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
    pub fn at(&mut self, z: State) -> State {
        self.pass
            .forward(self.network, ArrayView2::from(&[z]), Order::First);
        self.pass.slopes(self.network);
        let gradients = self.pass.gradients();
        [gradients[[0, 1]], -gradients[[0, 0]]]
    }
}

/// H of a network at one point.
pub fn energy(network: &Network, z: State) -> f64 {
    network.energy(ArrayView2::from(&[z]))[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::network::{Biases, Initializer};
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
        let [dq, dp] = ForwardDifference::of(&network, 1e-7).at(z);
        let slope = |towards: State| (energy(&network, towards) - energy(&network, z)) / 1e-4;
        assert!((dq - slope([z[0], z[1] + 1e-4])).abs() < 1e-6);
        assert!((dp + slope([z[0] + 1e-4, z[1]])).abs() < 1e-6);
    }

    #[test]
    fn the_exact_field_of_a_relu_network_is_its_forward_difference_away_from_the_kinks() {
        let network = relu_network(3);
        for z in [[0.3, -0.8], [-0.9, 0.2], [0.05, 0.6]] {
            let exact = Exact::of(&network).at(z);
            let difference = ForwardDifference::of(&network, 1e-7).at(z);
            for (a, b) in exact.iter().zip(difference) {
                assert!((a - b).abs() < 1e-7, "{exact:?} {difference:?}");
            }
        }
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
