//! The loss that the notebook reports and the gradient that it follows.
//!
//! ```text
//! loss = mean over the batch of (∂H/∂p - p/m)² + (-∂H/∂q + k q)² + (H - H_true)²   + λ Σ W²
//! ```
//!
//! with both derivatives by forward differences. The hand-written gradient is that of the last two terms alone:
//!
//! ```text
//! g = ∂/∂θ [ mean of (H - H_true)² + λ Σ W² ]
//! ```

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, s};

use super::Settings;
use crate::mechanics::{Difference, Stencil, field_of};
use crate::model::elementwise::Order;
use crate::model::{MOST_ROWS, Network, Pass};
use crate::phase_space::{Oscillator, Points, State};

/// The terms of the notebook's loss on one batch. The loss is their sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Mean of (∂H/∂p - p/m)².
    pub velocity: f64,
    /// Mean of (-∂H/∂q + k q)².
    pub force: f64,
    /// Mean of (H - H_true)².
    pub energy: f64,
    /// λ Σ W².
    pub l2: f64,
}

impl Terms {
    /// The loss as the notebook reports it in training, L2 included.
    pub fn loss(&self) -> f64 {
        self.without_l2() + self.l2
    }

    /// The loss as the notebook reports it in validation.
    pub fn without_l2(&self) -> f64 {
        self.velocity + self.force + self.energy
    }
}

/// The notebook's loss and hand-written gradient, with the room both need.
#[derive(Clone, Debug)]
pub struct Objective {
    fit: Fit,
    neighbours: Neighbours,
}

impl Objective {
    /// The objective of these settings on networks of this one's widths.
    pub fn new(settings: &Settings, network: &Network) -> Self {
        Self {
            fit: Fit {
                oscillator: settings.oscillator(),
                l2: settings.l2,
                batch_size: settings.batch_size,
                pass: Pass::new(network, MOST_ROWS),
                energies: Vec::new(),
                by_energy: Vec::new(),
            },
            neighbours: Neighbours::new(network, settings.epsilon),
        }
    }

    /// The terms of the loss at these points, one (q, p) a row.
    pub fn terms(&mut self, network: &Network, points: ArrayView2<f64>) -> Terms {
        self.neighbours.evaluate(network, points);
        self.fit.evaluate(network, points, |_, _| ());
        self.means(network, points)
    }

    /// The loss at these points as the notebook reports it in training: the sum of all terms.
    pub fn loss(&mut self, network: &Network, points: ArrayView2<f64>) -> f64 {
        self.terms(network, points).loss()
    }

    /// The part of the loss that the hand-written gradient differentiates: the energy term and L2.
    pub fn trained_loss(&mut self, network: &Network, points: ArrayView2<f64>) -> f64 {
        self.fit.evaluate(network, points, |_, _| ());
        self.fit.energy_term() + self.fit.l2_term(network)
    }

    /// The hand-written gradient at these points, into `gradient`; returns the energy term, (H - H_true)² in the mean.
    ///
    /// **Slip**: the velocity and force terms are reported but not differentiated.
    pub fn hand_gradient(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
        gradient: &mut [f64],
    ) -> f64 {
        self.fit.hand_gradient(network, points, gradient);
        self.fit.energy_term()
    }

    /// The terms, and the hand-written gradient into `gradient`, from one pass over the points.
    pub fn terms_and_hand_gradient(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
        gradient: &mut [f64],
    ) -> Terms {
        self.neighbours.evaluate(network, points);
        self.fit.hand_gradient(network, points, gradient);
        self.means(network, points)
    }

    fn means(&self, network: &Network, points: ArrayView2<f64>) -> Terms {
        let (mut velocity, mut force) = (0.0, 0.0);
        for (index, z) in points.rows().into_iter().enumerate() {
            let learned = self.neighbours.field(index, self.fit.energies[index]);
            let truth = self.fit.oscillator.field([z[0], z[1]]);
            velocity += (learned[0] - truth[0]) * (learned[0] - truth[0]);
            force += (learned[1] - truth[1]) * (learned[1] - truth[1]);
        }
        let count = points.nrows() as f64;
        Terms {
            velocity: velocity / count,
            force: force / count,
            energy: self.fit.energy_term(),
            l2: self.fit.l2_term(network),
        }
    }
}

/// The part of the objective that is only reported: H at the two neighbours (q + ε, p) and (q, p + ε) of every point. H at
/// the point itself is the fit's.
#[derive(Clone, Debug)]
struct Neighbours {
    stencil: Stencil<f64>,
    points: Points,
    pass: Pass,
    energies: Vec<[f64; 2]>,
}

impl Neighbours {
    fn new(network: &Network, epsilon: f64) -> Self {
        Self {
            stencil: Stencil::of(Difference::Forward(epsilon)),
            points: Array2::zeros((MOST_ROWS, 2)),
            pass: Pass::new(network, MOST_ROWS),
            energies: Vec::new(),
        }
    }

    /// Evaluates H at the neighbours of these points.
    fn evaluate(&mut self, network: &Network, points: ArrayView2<f64>) {
        self.energies.clear();
        for block in points.axis_chunks_iter(Axis(0), MOST_ROWS / 2) {
            let rows = block.nrows();
            let mut neighbours = self.points.slice_mut(s![..2 * rows, ..]);
            // Probe 0 is the point itself.
            for (to, probe) in neighbours.axis_chunks_iter_mut(Axis(0), rows).zip(1..) {
                self.stencil.place(probe, block, to);
            }
            self.pass.forward(network, neighbours.view(), Order::First);
            let energies = self.pass.energies();
            self.energies
                .extend((0..rows).map(|index| [energies[index], energies[rows + index]]));
        }
    }

    /// (dq/dt, dp/dt) at the point of this index, whose own energy is `energy`.
    fn field(&self, index: usize, energy: f64) -> State {
        let [q_moved, p_moved] = self.energies[index];
        let energies = [energy, q_moved, p_moved];
        field_of([0, 1].map(|coordinate| self.stencil.slope(&energies, coordinate)))
    }
}

/// The part of the objective that the weights follow: the fit of H to the true energy, and L2.
#[derive(Clone, Debug)]
struct Fit {
    oscillator: Oscillator,
    l2: f64,
    batch_size: usize,
    pass: Pass,
    /// H at each point last evaluated.
    energies: Vec<f64>,
    /// 2 (H - H_true) at each of them.
    by_energy: Vec<f64>,
}

impl Fit {
    /// H and 2 (H - H_true) at every point, and after each pass whatever `then` does with it.
    fn evaluate(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
        mut then: impl FnMut(&mut Pass, ArrayView1<f64>),
    ) {
        self.energies.clear();
        self.by_energy.clear();
        for block in points.axis_chunks_iter(Axis(0), MOST_ROWS) {
            let start = self.energies.len();
            self.pass.forward(network, block, Order::First);
            for (&energy, z) in self.pass.energies().iter().zip(block.rows()) {
                self.energies.push(energy);
                self.by_energy
                    .push(2.0 * (energy - self.oscillator.energy([z[0], z[1]])));
            }
            then(&mut self.pass, ArrayView1::from(&self.by_energy[start..]));
        }
    }

    /// Mean of (H - H_true)² over the points last evaluated.
    fn energy_term(&self) -> f64 {
        let squares = self.by_energy.iter().map(|twice| 0.25 * twice * twice);
        squares.sum::<f64>() / self.by_energy.len() as f64
    }

    fn l2_term(&self, network: &Network) -> f64 {
        self.l2 * network.squared_weights()
    }

    // ANCHOR: hand-gradient
    /// **Slip**: weight gradients divide by the batch size of the settings, bias gradients by the
    /// rows there are. They disagree on a short last batch.
    fn hand_gradient(&mut self, network: &Network, points: ArrayView2<f64>, gradient: &mut [f64]) {
        gradient.fill(0.0);
        self.evaluate(network, points, |pass, by_energy| {
            // `None`: of the motion nothing goes back.
            pass.accumulate(network, by_energy, None, gradient);
        });
        let (by_batch, by_rows) = (1.0 / self.batch_size as f64, 1.0 / points.nrows() as f64);
        network.scale_and_decay(gradient, by_batch, by_rows, 2.0 * self.l2);
    }
    // ANCHOR_END: hand-gradient
}
