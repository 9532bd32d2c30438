//! Gradient descent, with and without momentum.

use super::{Optimizer, checked_beta};
use crate::Result;
use crate::model::elementwise::{add_scaled, scale_and_add};

/// Gradient descent (Robbins and Monro 1951, "A stochastic approximation method", when the gradient is of a batch).
///
/// ```text
/// θ ← θ - η g
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Sgd;

impl Optimizer for Sgd {
    fn step(&mut self, rate: f64, from: &[f64], gradient: &[f64], to: &mut [f64]) {
        add_scaled(from, -rate, gradient, to);
    }
}

/// Momentum: the heavy ball (Polyak 1964, "Some methods of speeding up the convergence of iteration methods").
///
/// ```text
/// v ← β v + g
/// θ ← θ - η v                 heavy ball
/// θ ← θ - η (g + β v)         Nesterov
/// ```
///
/// The rate multiplies v as a whole, as in PyTorch and optax; Sutskever et al. (2013, "On the importance of
/// initialization and momentum in deep learning"), from whom Nesterov's form is taken, keep it inside v. The two part
/// ways when the rate changes. Under a constant gradient the steps grow to η g / (1 - β).
#[derive(Clone, Debug)]
pub struct Momentum {
    beta: f64,
    nesterov: bool,
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
            nesterov: false,
            velocity: vec![0.0; parameters],
        })
    }

    /// Nesterov's form.
    ///
    /// # Errors
    ///
    /// As [`Momentum::new`].
    pub fn nesterov(parameters: usize, beta: f64) -> Result<Self> {
        Ok(Self {
            nesterov: true,
            ..Self::new(parameters, beta)?
        })
    }
}

impl Optimizer for Momentum {
    fn step(&mut self, rate: f64, from: &[f64], gradient: &[f64], to: &mut [f64]) {
        assert_eq!(gradient.len(), self.velocity.len());
        scale_and_add(&mut self.velocity, self.beta, gradient, 1.0);
        if self.nesterov {
            add_scaled(from, -rate, gradient, to);
            scale_and_add(to, 1.0, &self.velocity, -rate * self.beta);
        } else {
            add_scaled(from, -rate, &self.velocity, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_under_a_constant_gradient_grow_to_ten_times_the_first_at_beta_nine_tenths() {
        for mut momentum in [Momentum::new(1, 0.9), Momentum::nesterov(1, 0.9)].map(Result::unwrap)
        {
            let mut theta = [0.0];
            for _ in 0..300 {
                momentum.step(0.1, &[0.0], &[1.0], &mut theta);
            }
            assert!((theta[0] + 1.0).abs() < 1e-12, "{theta:?}");
        }
    }

    #[test]
    fn momentum_of_beta_zero_is_gradient_descent() {
        let (from, gradient) = ([1.0, -2.0], [0.3, 7.0]);
        let mut expected = [0.0; 2];
        Sgd.step(0.1, &from, &gradient, &mut expected);
        for mut momentum in [Momentum::new(2, 0.0), Momentum::nesterov(2, 0.0)].map(Result::unwrap)
        {
            let mut to = [0.0; 2];
            for _ in 0..2 {
                momentum.step(0.1, &from, &gradient, &mut to);
                assert_eq!(to, expected);
            }
        }
    }
}
