//! Vector fields of phase space, from an energy.
//!
//! ```text
//! dq/dt = ∂H/∂p,   dp/dt = -∂H/∂q          (Hamilton's equations)
//! ```

use ndarray::{Array2, ArrayView2, Axis, s};

use crate::model::elementwise::Order;
use crate::model::{MOST_ROWS, Network, Pass};
use crate::phase_space::{Points, State};

/// J ∇H, (∂H/∂p, -∂H/∂q), of the slopes (∂H/∂q, ∂H/∂p) at a point.
pub fn field_of([dh_dq, dh_dp]: State) -> State {
    [dh_dp, -dh_dq]
}

/// The same at many points, for any number of coordinates: one point a row, all q before all p.
pub fn fields_of(gradients: &Points) -> Points {
    let half = gradients.ncols() / 2;
    let (dh_dq, dh_dp) = gradients.view().split_at(Axis(1), half);
    let mut fields = Array2::zeros(gradients.dim());
    fields.slice_mut(s![.., ..half]).assign(&dh_dp);
    fields
        .slice_mut(s![.., half..])
        .assign(&dh_dq.mapv(|slope| -slope));
    fields
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

/// The learned field at each of these points, one (q, p) a row, exactly.
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn exact(network: &Network, points: ArrayView2<f64>) -> Vec<State> {
    let gradients = network.gradient(points);
    let rows = gradients.rows().into_iter();
    rows.map(|slopes| field_of([slopes[0], slopes[1]]))
        .collect()
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

/// A finite difference: the slope of H along a coordinate, from values of H at a distance ε.
///
/// How far it is from the true slope, and which ε suits which arithmetic, is told in [`Theory`](crate::measure::Theory).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Difference {
    /// (H(x + ε eᵢ) - H(x)) / ε, of this ε.
    Forward(f64),
    /// (H(x + ε eᵢ) - H(x - ε eᵢ)) / 2ε, of this ε.
    Central(f64),
}

/// A kind of difference that waits for its ε: [`Difference::Forward`] or [`Difference::Central`].
pub type Kind = fn(f64) -> Difference;

impl Difference {
    /// Every kind, with its name.
    pub const KINDS: [(&'static str, Kind); 2] =
        [("forward", Self::Forward), ("central", Self::Central)];

    /// How many values of H give all slopes at a point of so many coordinates.
    pub fn energies(self, coordinates: usize) -> usize {
        match self {
            Self::Forward(_) => coordinates + 1,
            Self::Central(_) => 2 * coordinates,
        }
    }
}

/// The learned field at one point after another, by differences.
#[derive(Clone, Debug)]
pub struct Differenced<'a> {
    network: &'a Network,
    difference: Difference,
    pass: Pass,
}

impl<'a> Differenced<'a> {
    /// The field of this network.
    pub fn of(network: &'a Network, difference: Difference) -> Self {
        Self {
            network,
            difference,
            pass: Pass::new(network, difference.energies(2)),
        }
    }

    /// (dq/dt, dp/dt) at one point.
    pub fn at(&mut self, [q, p]: State) -> State {
        match self.difference {
            Difference::Forward(e) => {
                let [here, q_moved, p_moved] = self.energies([[q, p], [q + e, p], [q, p + e]]);
                field_of([(q_moved - here) / e, (p_moved - here) / e])
            }
            Difference::Central(e) => {
                let probes = [[q + e, p], [q - e, p], [q, p + e], [q, p - e]];
                let [q_above, q_below, p_above, p_below] = self.energies(probes);
                field_of([(q_above - q_below) / (e + e), (p_above - p_below) / (e + e)])
            }
        }
    }

    /// H at each of these points.
    fn energies<const N: usize>(&mut self, probes: [State; N]) -> [f64; N] {
        self.pass
            .forward(self.network, ArrayView2::from(&probes), Order::First);
        let energies = self.pass.energies();
        std::array::from_fn(|probe| energies[probe])
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
        field_of([gradients[[0, 0]], gradients[[0, 1]]])
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
