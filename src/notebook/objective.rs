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

use ndarray::{Array1, ArrayView2, s};

use super::Settings;
use crate::hamiltonian::{ForwardDifference, Oscillator};
use crate::network::{Block, Network};

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
    oscillator: Oscillator,
    l2: f64,
    batch_size: usize,
    blocks: Vec<Block>,
    difference: ForwardDifference,
    loss_by_energy: Array1<f64>,
}

impl Objective {
    /// The objective of these settings for up to `rows` points at once, on networks of this one's widths.
    pub fn new(settings: &Settings, network: &Network, rows: usize) -> Self {
        Self {
            oscillator: settings.oscillator(),
            l2: settings.l2,
            batch_size: settings.batch_size,
            blocks: network.blocks(),
            difference: ForwardDifference::new(network, settings.epsilon, rows),
            loss_by_energy: Array1::zeros(rows),
        }
    }

    /// The terms of the loss at these points, one (q, p) a row.
    pub fn terms(&mut self, network: &Network, points: ArrayView2<f64>) -> Terms {
        self.difference.evaluate(network, points);
        let energies = self.difference.energy();
        let (mut velocity, mut force, mut energy) = (0.0, 0.0, 0.0);
        for (index, z) in points.rows().into_iter().enumerate() {
            let z = [z[0], z[1]];
            let learned = self.difference.field(index);
            let truth = self.oscillator.field(z);
            let residual = energies[index] - self.oscillator.energy(z);
            velocity += (learned[0] - truth[0]).powi(2);
            force += (learned[1] - truth[1]).powi(2);
            energy += residual * residual;
            self.loss_by_energy[index] = 2.0 * residual;
        }
        let count = points.nrows() as f64;
        Terms {
            velocity: velocity / count,
            force: force / count,
            energy: energy / count,
            l2: self.l2 * network.squared_weights(),
        }
    }

    /// The terms, and the hand-written gradient into `gradient`.
    ///
    /// **Slip**: the velocity and force terms are reported but not differentiated.
    ///
    /// **Slip**: weight gradients divide by the batch size of the settings, bias gradients by the rows there are. They
    /// disagree on a short last batch.
    pub fn terms_and_hand_gradient(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
        gradient: &mut [f64],
    ) -> Terms {
        let terms = self.terms(network, points);
        let rows = points.nrows();
        self.difference
            .backward(network, self.loss_by_energy.slice(s![..rows]), gradient);
        let (by_batch, by_rows) = (1.0 / self.batch_size as f64, 1.0 / rows as f64);
        let parameters = network.parameters();
        for block in &self.blocks {
            let gradient = &mut gradient[block.range.clone()];
            if block.is_weight {
                for (g, &w) in gradient.iter_mut().zip(&parameters[block.range.clone()]) {
                    *g = *g * by_batch + 2.0 * self.l2 * w;
                }
            } else {
                gradient.iter_mut().for_each(|g| *g *= by_rows);
            }
        }
        terms
    }
}
