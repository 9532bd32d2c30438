//! Optimizers: how a gradient moves the parameters.

use crate::elementwise::{self, AdamStep};

/// Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization").
///
/// ```text
/// m ← β₁ m + (1 - β₁) g
/// v ← β₂ v + (1 - β₂) g²
/// θ ← θ - η m̂ / (√v̂ + ε),    m̂ = m / (1 - β₁ᵗ),  v̂ = v / (1 - β₂ᵗ)
/// ```
///
/// The step count t corrects the bias of m and v, which start at zero. It is the caller's, from 1 upwards, because the
/// notebook counts it wrongly and this type must be able to follow.
#[derive(Clone, Debug)]
pub struct Adam {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    m: Vec<f64>,
    v: Vec<f64>,
}

impl Adam {
    /// Adam over this many parameters, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    pub fn new(parameters: usize) -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            m: vec![0.0; parameters],
            v: vec![0.0; parameters],
        }
    }

    /// One step of learning rate `rate` as step number `t` ≥ 1, from the parameters `from` to the parameters `to`.
    ///
    /// # Panics
    ///
    /// If the slices are not as long as the number of parameters given to [`Adam::new`].
    pub fn step(&mut self, t: u64, rate: f64, from: &[f64], gradient: &[f64], to: &mut [f64]) {
        let count = self.m.len();
        assert_eq!(
            (from.len(), gradient.len(), to.len()),
            (count, count, count)
        );
        // One division a step instead of one a parameter: η / (1 - β₁ᵗ) and 1 / (1 - β₂ᵗ).
        let step = AdamStep {
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
            rate: rate / (1.0 - libm::pow(self.beta1, t as f64)),
            correction: 1.0 / (1.0 - libm::pow(self.beta2, t as f64)),
        };
        elementwise::adam(step, from, gradient, &mut self.m, &mut self.v, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_has_the_length_of_the_rate_whatever_the_gradient() {
        for gradient in [1e-3, 1.0, -50.0] {
            let mut theta = [0.0];
            Adam::new(1).step(1, 0.1, &[0.0], &[gradient], &mut theta);
            assert!(
                (theta[0] + 0.1 * f64::signum(gradient)).abs() < 1e-6,
                "{theta:?}"
            );
        }
    }

    #[test]
    fn a_step_count_one_ahead_shortens_the_first_step_to_three_quarters() {
        // m/v of the first step, corrected as if it were the second: (1-β₁)/(1-β₁²) · √((1-β₂²)/(1-β₂)).
        let expected = (1.0 - 0.9) / (1.0 - 0.81) * ((1.0 - 0.999f64.powi(2)) / 0.001).sqrt();
        let mut theta = [0.0];
        Adam::new(1).step(2, 1.0, &[0.0], &[1.0], &mut theta);
        assert!(
            (-theta[0] - expected).abs() < 1e-7,
            "{} {expected}",
            -theta[0]
        );
        assert!((expected - 0.744).abs() < 5e-4);
    }
}
