//! Optimizers: how a gradient moves the parameters.
//!
//! With the parameters θ, the gradient g of the loss at θ and the learning rate η:
//!
//! ```text
//! Sgd        θ ← θ - η g
//! Momentum   θ ← θ - η v,                        v ← β v + g
//! Adam       θ ← θ - η m̂ / (√v̂ + ε),             m̂, v̂: means of g and g², corrected for their start at zero
//! AdamW      θ ← θ - η m̂ / (√v̂ + ε) - η λ θ
//! L2         any of them with g + λ θ for g
//! Frozen     any of them, and some of θ stay where they are
//! ```
//!
//! The rate is given at each step, by a [`Schedule`](crate::learning::Schedule) or by hand. Of
//! what a step leaves, memory and parameters, whatever is below a floor is zero: see `hnn::model::floor`.
//!
//! A method of another kind, which looks along the gradient before it moves, is in [`Lbfgs`](crate::learning::Lbfgs).

mod adam;
mod frozen;
mod sgd;

pub use adam::{Adam, AdamSettings, AdamW};
pub use frozen::Frozen;
pub use sgd::{Momentum, Sgd};

use crate::error::check_not_negative;
use crate::model::elementwise;
use crate::{Error, Result};

/// A rule that turns a gradient into the next parameters. It counts its own steps.
pub trait Optimizer {
    /// One step of learning rate `rate` from these parameters, where the loss has this `gradient`, in their place.
    ///
    /// # Panics
    ///
    /// If the two are not as long as each other, or not as long as the optimizer's memory.
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]);
}

impl<O: Optimizer + ?Sized> Optimizer for Box<O> {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        (**self).step(rate, parameters, gradient);
    }
}

/// L2 regularisation in front of an optimizer: it descends L + λ|θ|²/2.
///
/// ```text
/// g ← g + λ θ
/// ```
///
/// All parameters are meant, biases too. With [`Sgd`] this is weight decay; with [`Adam`] it is not, because λθ is then
/// divided by √v̂ like the rest of the gradient (Loshchilov and Hutter 2019, "Decoupled weight decay regularization",
/// ICLR); [`AdamW`] is the decay.
#[derive(Clone, Debug)]
pub struct L2<O> {
    optimizer: O,
    decay: f64,
    gradient: Vec<f64>,
}

impl<O: Optimizer> L2<O> {
    /// `optimizer` with λ = `decay` ≥ 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the decay is negative or no number.
    pub fn new(optimizer: O, decay: f64) -> Result<Self> {
        check_not_negative("decay", decay)?;
        Ok(Self {
            optimizer,
            decay,
            gradient: Vec::new(),
        })
    }
}

impl<O: Optimizer> Optimizer for L2<O> {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        self.gradient.resize(gradient.len(), 0.0);
        elementwise::add_scaled(gradient, self.decay, parameters, &mut self.gradient);
        self.optimizer.step(rate, parameters, &self.gradient);
    }
}

/// A mean that forgets at this rate: 0 remembers nothing, 1 would forget nothing.
fn checked_beta(setting: &'static str, beta: f64) -> Result<f64> {
    if (0.0..1.0).contains(&beta) {
        return Ok(beta);
    }
    let why = "must be at least 0 and less than 1";
    Err(Error::setting(setting, beta, why))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{Activation, Network};

    #[test]
    fn every_setting_that_cannot_work_is_one_sentence_with_its_value() {
        let adam = |settings| Adam::with(1, settings).unwrap_err();
        let default = AdamSettings::default;
        #[rustfmt::skip]
        let cases = [
            (Momentum::new(1, 1.0).unwrap_err(), "beta = 1 must be at least 0 and less than 1"),
            (Momentum::new(1, f64::NAN).unwrap_err(), "beta = NaN must be at least 0 and less than 1"),
            (adam(AdamSettings { beta1: -0.1, ..default() }), "beta1 = -0.1 must be at least 0 and less than 1"),
            (adam(AdamSettings { beta2: 1.5, ..default() }), "beta2 = 1.5 must be at least 0 and less than 1"),
            (adam(AdamSettings { epsilon: 0.0, ..default() }), "epsilon = 0 must be a positive number: a gradient of zero would be divided by it"),
            (AdamW::new(1, f64::INFINITY).unwrap_err(), "decay = inf must be zero or a positive number"),
            (L2::new(Sgd, -1.0).unwrap_err(), "decay = -1 must be zero or a positive number"),
        ];
        for (error, sentence) in cases {
            assert_eq!(error.to_string(), sentence);
        }
    }

    pub(super) fn assert_no_subnormal(values: &[f64], step: usize) {
        let subnormal = values.iter().find(|x| x.is_subnormal());
        assert_eq!(subnormal, None, "step {step}");
    }

    /// Every optimizer, at a rate and under a gradient 2λθ that make θ fade by a constant factor a step.
    #[test]
    fn parameters_that_fade_end_at_zero_and_never_in_subnormal_numbers() {
        let network = Network::zeros(&[2, 1], Activation::Relu).unwrap();
        let optimizers: [(&str, Box<dyn Optimizer>); 6] = [
            ("SGD", Box::new(Sgd)),
            ("L2", Box::new(L2::new(Sgd, 1.0).unwrap())),
            ("momentum", Box::new(Momentum::new(3, 0.5).unwrap())),
            ("Adam", Box::new(Adam::new(3))),
            ("AdamW", Box::new(AdamW::new(3, 0.5).unwrap())),
            ("frozen", Box::new(Frozen::biases(Sgd, &network))),
        ];
        for (name, mut optimizer) in optimizers {
            let mut theta = [1e-9, -1e-9, 0.0];
            for step in 0..40_000 {
                // So small that the ε of Adam is what it is divided by.
                let gradient = theta.map(|x| 1e-8 * x);
                let rate = if name.starts_with("Adam") { 0.5 } else { 5e7 };
                let rate = if name == "L2" { 0.5 } else { rate };
                optimizer.step(rate, &mut theta, &gradient);
                assert_no_subnormal(&theta, step);
            }
            assert_eq!(theta, [0.0; 3], "{name}");
        }
    }
}
