//! The loss of a learned Lagrangian: how far its accelerations are from those of the data.
//!
//! ```text
//! ℓ(θ) = 1/n Σ ‖a(q, v; θ) - a‖²
//! ```

use super::Batch;
use crate::learning::Differentiable;
use crate::mechanics::{LearnedLagrangian, Motion};
use crate::model::{MOST_ROWS, Network};
use crate::{Error, Result};

/// Evaluates the loss of accelerations and its gradient on points (q, v) whose field is (v, a); holds the room for it, so
/// that an evaluation allocates nothing.
#[derive(Debug)]
pub struct AccelerationLoss {
    degrees: usize,
    motion: Motion,
    residuals: Vec<f64>,
    trouble: Option<Error>,
}

impl AccelerationLoss {
    /// Room for models of this one's form and widths, for batches of any size.
    pub fn new(model: &LearnedLagrangian) -> Self {
        Self {
            degrees: model.degrees(),
            motion: Motion::new(model, MOST_ROWS),
            residuals: vec![0.0; MOST_ROWS * model.degrees()],
            trouble: None,
        }
    }

    /// ℓ on a batch.
    ///
    /// # Errors
    ///
    /// As [`Motion::accelerations`].
    ///
    /// # Panics
    ///
    /// If the batch does not fit the model.
    pub fn value(&mut self, network: &Network, batch: Batch) -> Result<f64> {
        self.evaluate(network, batch, None)
    }

    /// The error behind the last infinite loss of [`Differentiable::value_and_gradient`], with the step it was in.
    pub fn trouble(&mut self, in_step: usize) -> Option<Error> {
        let mut error = self.trouble.take()?;
        if let Error::Mass { step, .. } = &mut error {
            *step = in_step;
        }
        Some(error)
    }

    fn evaluate(
        &mut self,
        network: &Network,
        batch: Batch,
        mut gradient: Option<&mut [f64]>,
    ) -> Result<f64> {
        batch.check();
        let (n, count) = (self.degrees, batch.points.nrows());
        let mut sum = 0.0;
        for block in batch.blocks(MOST_ROWS) {
            let learned = self.motion.accelerations(network, block.points)?;
            let residuals = &mut self.residuals[..learned.len()];
            let truths = block.field.rows().into_iter();
            for ((to, learned), truth) in residuals
                .chunks_exact_mut(n)
                .zip(learned.rows())
                .zip(truths)
            {
                for i in 0..n {
                    let residual = learned[i] - truth[n + i];
                    sum += residual * residual;
                    to[i] = 2.0 * residual / count as f64;
                }
            }
            if let Some(gradient) = &mut gradient {
                self.motion.accumulate(network, residuals, gradient);
            }
        }
        Ok(sum / count as f64)
    }
}

impl Differentiable for AccelerationLoss {
    /// Infinite where there is no acceleration: [`AccelerationLoss::trouble`] says why.
    fn value_and_gradient(&mut self, network: &Network, batch: Batch, gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        self.evaluate(network, batch, Some(gradient))
            .unwrap_or_else(|error| {
                self.trouble = Some(error);
                f64::INFINITY
            })
    }
}
