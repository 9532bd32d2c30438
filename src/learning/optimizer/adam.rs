//! Adam, and Adam with decoupled weight decay.

use super::{Optimizer, checked_beta};
use crate::error::check_not_negative;
use crate::model::elementwise::{self, AdamStep};
use crate::{Error, Result};

/// The constants of [`Adam`]; the defaults are the paper's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamSettings {
    /// β₁: how much of the mean of g is kept, in [0, 1).
    pub beta1: f64,
    /// β₂: how much of the mean of g² is kept, in [0, 1).
    pub beta2: f64,
    /// ε > 0.
    pub epsilon: f64,
}

impl Default for AdamSettings {
    /// β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        }
    }
}

impl AdamSettings {
    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that no run can use.
    pub fn check(&self) -> Result<()> {
        checked_beta("beta1", self.beta1)?;
        checked_beta("beta2", self.beta2)?;
        if self.epsilon.is_finite() && self.epsilon > 0.0 {
            return Ok(());
        }
        let why = "must be a positive number: a gradient of zero would be divided by it";
        Err(Error::setting("epsilon", self.epsilon, why))
    }
}

/// Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization", ICLR).
///
/// ```text
/// m ← β₁ m + (1 - β₁) g
/// v ← β₂ v + (1 - β₂) g²
/// θ ← θ - η m̂ / (√v̂ + ε),    m̂ = m / (1 - β₁ᵗ),  v̂ = v / (1 - β₂ᵗ)
/// ```
///
/// The step count t, from 1 upwards, corrects the bias of m and v, which start at zero.
#[derive(Clone, Debug)]
pub struct Adam {
    settings: AdamSettings,
    steps: u64,
    m: Vec<f64>,
    v: Vec<f64>,
}

impl Adam {
    /// Adam over this many parameters, with the paper's constants.
    pub fn new(parameters: usize) -> Self {
        Self {
            settings: AdamSettings::default(),
            steps: 0,
            m: vec![0.0; parameters],
            v: vec![0.0; parameters],
        }
    }

    /// Adam over this many parameters, with other constants.
    ///
    /// # Errors
    ///
    /// As [`AdamSettings::check`].
    pub fn with(parameters: usize, settings: AdamSettings) -> Result<Self> {
        settings.check()?;
        Ok(Self {
            settings,
            ..Self::new(parameters)
        })
    }

    /// The same, counting on from `steps` steps which it did not take: its first step is corrected as number
    /// `steps` + 1. From 1 it is the notebook's, whose count is incremented twice before the first step.
    #[must_use]
    pub fn counting_from(self, steps: u64) -> Self {
        Self { steps, ..self }
    }

    /// One step, with AdamW's λ.
    fn decaying(&mut self, decay: f64, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        let count = self.m.len();
        assert_eq!((parameters.len(), gradient.len()), (count, count));
        self.steps += 1;
        let AdamSettings {
            beta1,
            beta2,
            epsilon,
        } = self.settings;
        let t = self.steps as f64;
        // One division a step instead of one a parameter: η / (1 - β₁ᵗ) and 1 / (1 - β₂ᵗ).
        let step = AdamStep {
            beta1,
            beta2,
            epsilon,
            rate: rate / (1.0 - libm::pow(beta1, t)),
            correction: 1.0 / (1.0 - libm::pow(beta2, t)),
            decay: rate * decay,
        };
        elementwise::adam(step, parameters, gradient, &mut self.m, &mut self.v);
    }
}

impl Optimizer for Adam {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        self.decaying(0.0, rate, parameters, gradient);
    }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, "Decoupled weight decay regularization", ICLR).
///
/// ```text
/// θ ← θ - η m̂ / (√v̂ + ε) - η λ θ,    m̂, v̂ of the gradient without λ θ, as in Adam
/// ```
///
/// The decay follows the schedule of the rate, as in PyTorch and optax. All parameters decay, biases too.
#[derive(Clone, Debug)]
pub struct AdamW {
    adam: Adam,
    decay: f64,
}

impl AdamW {
    /// AdamW over this many parameters, with the paper's constants of Adam and λ = `decay` ≥ 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the decay is negative or no number.
    pub fn new(parameters: usize, decay: f64) -> Result<Self> {
        Self::with(parameters, AdamSettings::default(), decay)
    }

    /// AdamW with other constants.
    ///
    /// # Errors
    ///
    /// As [`AdamW::new`] and [`AdamSettings::check`].
    pub fn with(parameters: usize, settings: AdamSettings, decay: f64) -> Result<Self> {
        check_not_negative("decay", decay)?;
        let adam = Adam::with(parameters, settings)?;
        Ok(Self { adam, decay })
    }
}

impl Optimizer for AdamW {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        self.adam.decaying(self.decay, rate, parameters, gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::optimizer::tests::assert_no_subnormal;

    #[test]
    fn a_step_count_one_ahead_shortens_the_first_step_to_three_quarters() {
        // m/v of the first step, corrected as if it were the second: (1-β₁)/(1-β₁²) · √((1-β₂²)/(1-β₂)).
        let expected = (1.0 - 0.9) / (1.0 - 0.81) * ((1.0 - 0.999f64.powi(2)) / 0.001).sqrt();
        let mut theta = [0.0];
        let mut ahead = Adam::new(1).counting_from(1);
        ahead.step(1.0, &mut theta, &[1.0]);
        assert!(
            (-theta[0] - expected).abs() < 1e-7,
            "{} {expected}",
            -theta[0]
        );
        assert!((expected - 0.744).abs() < 5e-4);
    }

    #[test]
    fn moments_that_fade_end_at_zero_and_never_in_subnormal_numbers() {
        let constants = AdamSettings {
            beta2: 0.95,
            ..AdamSettings::default()
        };
        let (mut adam, mut theta) = (Adam::with(2, constants).unwrap(), [0.5; 2]);
        for step in 0..20_000 {
            // The second is subnormal itself.
            let gradient = if step == 0 { [1.0, 0.0] } else { [0.0, 1e-310] };
            adam.step(1e-3, &mut theta, &gradient);
            assert_no_subnormal(&adam.m, step);
            assert_no_subnormal(&adam.v, step);
        }
        assert_eq!((adam.m, adam.v), (vec![0.0; 2], vec![0.0; 2]));
        assert_eq!(theta[1], 0.5);
    }
}
