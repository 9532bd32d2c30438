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
use crate::elementwise;
use crate::hamiltonian::{Neighbours, Oscillator};
use crate::network::{Block, Forward, Network};

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
    /// The objective of these settings for up to `rows` points at once, on networks of this one's widths.
    pub fn new(settings: &Settings, network: &Network, rows: usize) -> Self {
        Self {
            fit: Fit {
                oscillator: settings.oscillator(),
                l2: settings.l2,
                batch_size: settings.batch_size,
                blocks: network.blocks(),
                pass: Forward::new(network, rows),
                residuals: Array1::zeros(rows),
            },
            neighbours: Neighbours::new(network, settings.epsilon, rows),
        }
    }

    /// The terms of the loss at these points, one (q, p) a row.
    pub fn terms(&mut self, network: &Network, points: ArrayView2<f64>) -> Terms {
        self.neighbours.evaluate(network, points);
        self.fit.evaluate(network, points);
        self.means(network, points)
    }

    /// The loss at these points as the notebook reports it in training: the sum of all terms.
    pub fn loss(&mut self, network: &Network, points: ArrayView2<f64>) -> f64 {
        self.terms(network, points).loss()
    }

    /// The part of the loss that the hand-written gradient differentiates: the energy term and L2.
    pub fn trained_loss(&mut self, network: &Network, points: ArrayView2<f64>) -> f64 {
        self.fit.evaluate(network, points);
        self.fit.energy_term(points.nrows()) + self.fit.l2_term(network)
    }

    /// The hand-written gradient at these points, into `gradient`.
    ///
    /// **Slip**: the velocity and force terms are reported but not differentiated.
    pub fn hand_gradient(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
        gradient: &mut [f64],
    ) {
        self.fit.hand_gradient(network, points, gradient);
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
        let energies = self.fit.pass.output(0..points.nrows());
        let (mut velocity, mut force) = (0.0, 0.0);
        for (index, z) in points.rows().into_iter().enumerate() {
            let learned = self.neighbours.field(index, energies[index]);
            let truth = self.fit.oscillator.field([z[0], z[1]]);
            velocity += (learned[0] - truth[0]).powi(2);
            force += (learned[1] - truth[1]).powi(2);
        }
        let count = points.nrows() as f64;
        Terms {
            velocity: velocity / count,
            force: force / count,
            energy: self.fit.energy_term(points.nrows()),
            l2: self.fit.l2_term(network),
        }
    }
}

/// The part of the objective that the weights follow: the fit of H to the true energy, and L2.
#[derive(Clone, Debug)]
struct Fit {
    oscillator: Oscillator,
    l2: f64,
    batch_size: usize,
    blocks: Vec<Block>,
    pass: Forward,
    /// H - H_true at each point.
    residuals: Array1<f64>,
}

impl Fit {
    fn evaluate(&mut self, network: &Network, points: ArrayView2<f64>) {
        network.forward(points, &mut self.pass);
        let energies = self.pass.output(0..points.nrows());
        for ((residual, &energy), z) in self.residuals.iter_mut().zip(energies).zip(points.rows()) {
            *residual = energy - self.oscillator.energy([z[0], z[1]]);
        }
    }

    /// Mean of (H - H_true)² over the points last evaluated.
    fn energy_term(&self, rows: usize) -> f64 {
        self.residuals
            .iter()
            .take(rows)
            .map(|residual| residual * residual)
            .sum::<f64>()
            / rows as f64
    }

    fn l2_term(&self, network: &Network) -> f64 {
        self.l2 * network.squared_weights()
    }

    // ANCHOR: hand-gradient
    /// **Slip**: weight gradients divide by the batch size of the settings, bias gradients by the rows there are. They
    /// disagree on a short last batch.
    fn hand_gradient(&mut self, network: &Network, points: ArrayView2<f64>, gradient: &mut [f64]) {
        self.evaluate(network, points);
        let rows = points.nrows();
        let loss_by_energy = self
            .residuals
            .slice(s![..rows])
            .mapv(|residual| 2.0 * residual);
        network.backward(points, &mut self.pass, loss_by_energy.view(), gradient);
        let (by_batch, by_rows) = (1.0 / self.batch_size as f64, 1.0 / rows as f64);
        for block in &self.blocks {
            let gradient = &mut gradient[block.range.clone()];
            let parameters = &network.parameters()[block.range.clone()];
            if block.is_weight {
                elementwise::scale_and_add(gradient, by_batch, parameters, 2.0 * self.l2);
            } else {
                gradient.iter_mut().for_each(|g| *g *= by_rows);
            }
        }
    }
    // ANCHOR_END: hand-gradient
}
