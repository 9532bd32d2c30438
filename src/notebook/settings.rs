//! Every default of the notebook, as a parameter.

use crate::error::{check_moderate, check_not_negative};
use crate::model::check_widths;
use crate::phase_space::{Oscillator, check_room};
use crate::{Error, Result, settings};

settings! {
    /// The notebook's settings; [`Settings::default`] is the notebook's main run.
    pub struct Settings {
        /// Seed of the initial weights and of the shuffles
        seed: u64 = 0,
        /// Points on the trajectory, training and validation together
        samples: usize = 10_000,
        /// Widths of the network: two inputs, hidden layers, one output
        widths: [usize] = [2, 128, 128, 128, 1],
        /// Mass m
        mass: f64 = 1.0,
        /// Stiffness k of the spring
        stiffness: f64 = 1.0,
        /// Epochs at the most, and the horizon of the learning rate's cosine
        epochs: usize = 2000,
        /// Epochs without a better validation loss before the run stops early
        patience: usize = 50,
        /// Points in a batch
        batch_size: usize = 32,
        /// Learning rate at epoch 0
        learning_rate: f64 = 1e-3,
        /// Factor of the sum of squared weights in the loss
        l2: f64 = 1e-6,
        /// Step of the forward differences
        epsilon: f64 = 1e-7,
    }
}

impl Settings {
    /// The oscillator of these settings.
    pub fn oscillator(&self) -> Oscillator {
        Oscillator {
            mass: self.mass,
            stiffness: self.stiffness,
        }
    }

    /// The same with this seed.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        Self {
            seed,
            ..self.clone()
        }
    }

    /// How many samples are trained on: the first four fifths in time order.
    pub fn training_points(&self) -> usize {
        (0.8 * self.samples as f64) as usize
    }

    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that no run can use.
    pub fn check(&self) -> Result<()> {
        let fail = |setting, value: &dyn std::fmt::Display, why: &str| {
            Err(Error::setting(setting, value, why))
        };
        if self.samples < 5 {
            let why = "leaves nothing to train or to validate on: at least 5 are needed";
            return fail("samples", &self.samples, why);
        }
        check_room("samples", self.samples)?;
        let widths = &self.widths;
        let of_one_energy = widths.first() == Some(&2) && widths.last() == Some(&1);
        if !of_one_energy || widths.contains(&0) {
            let why = "must start with 2 (q and p), end with 1 (the energy) and have no 0 between";
            return fail("widths", &format!("{widths:?}"), why);
        }
        check_widths(widths)?;
        if self.epochs == 0 {
            return fail("epochs", &0, "trains nothing: at least 1 is needed");
        }
        if self.patience == 0 {
            let why = "would stop before the first epoch is judged: at least 1 is needed";
            return fail("patience", &0, why);
        }
        if self.batch_size == 0 {
            let why = "leaves every batch empty: at least 1 is needed";
            return fail("batch_size", &0, why);
        }
        let points = self.training_points();
        if self.batch_size > points {
            let why = format!("is larger than the data: there are {points} training points");
            return fail("batch_size", &self.batch_size, &why);
        }
        self.oscillator().check()?;
        check_moderate("learning_rate", self.learning_rate)?;
        check_moderate("epsilon", self.epsilon)?;
        check_not_negative("l2", self.l2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_fit_to_run() {
        Settings::default().check().unwrap();
    }

    #[test]
    #[rustfmt::skip]
    fn every_unfit_setting_is_one_sentence_with_its_value() {
        type Case = (fn(&mut Settings), &'static str);
        let cases: [Case; 11] = [
            (|s| s.samples = 4, "samples = 4 leaves nothing to train or to validate on: at least 5 are needed"),
            (|s| s.widths = vec![3, 1], "widths = [3, 1] must start with 2 (q and p), end with 1 (the energy) and have no 0 between"),
            (|s| s.epochs = 0, "epochs = 0 trains nothing: at least 1 is needed"),
            (|s| s.patience = 0, "patience = 0 would stop before the first epoch is judged: at least 1 is needed"),
            (|s| s.batch_size = 0, "batch_size = 0 leaves every batch empty: at least 1 is needed"),
            (|s| s.batch_size = 8001, "batch_size = 8001 is larger than the data: there are 8000 training points"),
            (|s| s.mass = 0.0, "mass = 0 must be a positive number"),
            (|s| s.stiffness = f64::NAN, "stiffness = NaN must be a positive number"),
            (|s| s.learning_rate = -1.0, "learning_rate = -1 must be a positive number"),
            (|s| s.epsilon = f64::INFINITY, "epsilon = inf must be a positive number"),
            (|s| s.l2 = -1e-6, "l2 = -0.000001 must be zero or a positive number"),
        ];
        for (change, sentence) in cases {
            let mut settings = Settings::default();
            change(&mut settings);
            assert_eq!(settings.check().unwrap_err().to_string(), sentence);
        }
    }
}
