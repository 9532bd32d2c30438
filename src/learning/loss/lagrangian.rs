//! The losses of a learned Lagrangian: how far its accelerations are from those of the data, and how far those of the data are
//! from obeying its equation.
//!
//! ```text
//! accelerations   ℓ(θ) = 1/n Σ ‖a(q, v; θ) - a‖²
//! equation        ℓ(θ) = 1/n Σ ‖M a + C v - ∂L/∂q‖²
//! ```
//!
//! The second divides by no mass, and is zero for any L that says nothing: for a constant.

use std::ops::ControlFlow;

use ndarray::s;

use super::Batch;
use crate::learning::{Differentiable, Lbfgs, Minimum, Step, minimize};
use crate::mechanics::{LearnedLagrangian, Motion};
use crate::model::{MOST_ROWS, Network};
use crate::phase_space::Dataset;
use crate::{Error, Result};

/// Evaluates one of the losses and its gradient on points (q, v) whose field is (v, a); holds the room for it, so that an
/// evaluation allocates nothing.
#[derive(Debug)]
pub struct LagrangianLoss {
    of_equation: bool,
    degrees: usize,
    motion: Motion,
    residuals: Vec<f64>,
    trouble: Option<Error>,
}

impl LagrangianLoss {
    /// The loss of accelerations, with room for models of this one's form and widths and for batches of any size.
    pub fn of_accelerations(model: &LearnedLagrangian) -> Self {
        Self {
            of_equation: false,
            degrees: model.degrees(),
            motion: Motion::new(model, MOST_ROWS),
            residuals: vec![0.0; MOST_ROWS * model.degrees()],
            trouble: None,
        }
    }

    /// The loss of the equation, for the same.
    pub fn of_equation(model: &LearnedLagrangian) -> Self {
        Self {
            of_equation: true,
            ..Self::of_accelerations(model)
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

    /// Minimises the loss on the whole data set by L-BFGS, to which an infinite loss is a step too far, and leaves the best
    /// weights in the model. The observer sees the start and the point after each step.
    ///
    /// # Errors
    ///
    /// As [`minimize`]; where the loss is not finite because there is no mass, [`Error::Mass`].
    pub fn fit(
        &mut self,
        model: &mut LearnedLagrangian,
        data: &Dataset,
        method: &Lbfgs,
        observe: impl FnMut(&Step) -> ControlFlow<()>,
    ) -> Result<Minimum> {
        let minimum = minimize(model.network_mut(), self, data, method, observe);
        minimum.map_err(|error| match error {
            Error::DivergedAtStep { step, .. } => self.trouble(step).unwrap_or(error),
            error => error,
        })
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
            let truth = block.field.slice_move(s![.., n..]);
            let residuals = &mut self.residuals[..truth.len()];
            let mut weigh = |to: &mut f64, residual: f64| {
                sum += residual * residual;
                *to = 2.0 * residual / count as f64;
            };
            if self.of_equation {
                let apart = self.motion.residuals(network, block.points, truth);
                let pairs = residuals.iter_mut().zip(apart);
                pairs.for_each(|(to, &residual)| weigh(to, residual));
            } else {
                let learned = self.motion.accelerations(network, block.points)?;
                let pairs = residuals.iter_mut().zip(learned.iter().zip(truth));
                pairs.for_each(|(to, (learned, truth))| weigh(to, learned - truth));
            }
            match &mut gradient {
                Some(gradient) if self.of_equation => {
                    (self.motion).accumulate_residuals(network, residuals, gradient);
                }
                Some(gradient) => self.motion.accumulate(network, residuals, gradient),
                None => {}
            }
        }
        Ok(sum / count as f64)
    }
}

impl Differentiable for LagrangianLoss {
    fn coordinates(&self, _: &Network) -> usize {
        2 * self.degrees
    }

    /// Infinite where there is no acceleration: [`LagrangianLoss::trouble`] says why.
    fn value_and_gradient(&mut self, network: &Network, batch: Batch, gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        self.evaluate(network, batch, Some(gradient))
            .unwrap_or_else(|error| {
                self.trouble = Some(error);
                f64::INFINITY
            })
    }
}
