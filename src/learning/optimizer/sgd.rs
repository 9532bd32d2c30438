//! Gradient descent, with and without momentum.

use super::{Optimizer, checked_beta};
use crate::Result;
use crate::model::elementwise;

/// Gradient descent (Robbins and Monro 1951, "A stochastic approximation method", when the gradient is of a batch).
///
/// ```text
/// θ ← θ - η g
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Sgd;

impl Optimizer for Sgd {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        assert_eq!(gradient.len(), parameters.len());
        elementwise::sgd(rate, parameters, gradient);
    }
}

/// Momentum: the heavy ball (Polyak 1964, "Some methods of speeding up the convergence of iteration methods").
///
/// ```text
/// v ← β v + g
/// θ ← θ - η v
/// ```
///
/// The rate multiplies v as a whole, as in PyTorch and optax; Sutskever et al. (2013, "On the importance of
/// initialization and momentum in deep learning") keep it inside v. The two part ways when the rate changes. Under a
/// constant gradient the steps grow to η g / (1 - β).
#[derive(Clone, Debug)]
pub struct Momentum {
    beta: f64,
    velocity: Vec<f64>,
}

impl Momentum {
    /// The heavy ball over this many parameters, with 0 ≤ `beta` < 1.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) for any other `beta`.
    pub fn new(parameters: usize, beta: f64) -> Result<Self> {
        Ok(Self {
            beta: checked_beta("beta", beta)?,
            velocity: vec![0.0; parameters],
        })
    }
}

impl Optimizer for Momentum {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        let count = self.velocity.len();
        assert_eq!((parameters.len(), gradient.len()), (count, count));
        elementwise::accumulate(&mut self.velocity, self.beta, gradient);
        elementwise::sgd(rate, parameters, &self.velocity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::optimizer::tests::assert_no_subnormal;

    #[test]
    fn a_velocity_that_fades_ends_at_zero_and_never_in_subnormal_numbers() {
        let (mut momentum, mut theta) = (Momentum::new(1, 0.9).unwrap(), [0.0]);
        for step in 0..8000 {
            let gradient = if step == 0 { 1.0 } else { 0.0 };
            momentum.step(0.1, &mut theta, &[gradient]);
            assert_no_subnormal(&momentum.velocity, step);
        }
        assert_eq!(momentum.velocity, [0.0]);
    }
}
