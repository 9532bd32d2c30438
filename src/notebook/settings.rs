//! Every default of the notebook, as a parameter.

use crate::error::check_positive;
use crate::phase_space::{Oscillator, check_room};
use crate::{Error, Result};

/// The notebook's settings; [`Settings::default`] is the notebook's main run.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(
    feature = "cli",
    command(next_help_heading = "The notebook's settings")
)]
pub struct Settings {
    /// Seed of the initial weights and of the shuffles
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().seed))]
    pub seed: u64,
    /// Points on the trajectory, training and validation together
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().samples))]
    pub samples: usize,
    /// Widths of the network: two inputs, hidden layers, one output
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_values_t = Settings::default().widths))]
    pub widths: Vec<usize>,
    /// Mass m
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().mass))]
    pub mass: f64,
    /// Stiffness k of the spring
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().stiffness))]
    pub stiffness: f64,
    /// Epochs at the most, and the horizon of the learning rate's cosine
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().epochs))]
    pub epochs: usize,
    /// Epochs without a better validation loss before the run stops early
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().patience))]
    pub patience: usize,
    /// Points in a batch
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().batch_size))]
    pub batch_size: usize,
    /// Learning rate at epoch 0
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().initial_rate))]
    pub initial_rate: f64,
    /// Factor of the sum of squared weights in the loss
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().l2))]
    pub l2: f64,
    /// Step of the forward differences
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().epsilon))]
    pub epsilon: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            samples: 10_000,
            widths: vec![2, 128, 128, 128, 1],
            mass: 1.0,
            stiffness: 1.0,
            epochs: 2000,
            patience: 50,
            batch_size: 32,
            initial_rate: 1e-3,
            l2: 1e-6,
            epsilon: 1e-7,
        }
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
            return fail(
                "samples",
                &self.samples,
                "leaves nothing to train or to validate on: at least 5 are needed",
            );
        }
        check_room("samples", self.samples)?;
        if self.widths.len() < 2
            || self.widths[0] != 2
            || self.widths.last() != Some(&1)
            || self.widths.contains(&0)
        {
            let widths = format!("{:?}", self.widths);
            return fail(
                "widths",
                &widths,
                "must start with 2 (q and p), end with 1 (the energy) and have no 0 between",
            );
        }
        if self.epochs == 0 {
            return fail(
                "epochs",
                &self.epochs,
                "trains nothing: at least 1 is needed",
            );
        }
        if self.patience == 0 {
            return fail(
                "patience",
                &self.patience,
                "would stop before the first epoch is judged: at least 1 is needed",
            );
        }
        if self.batch_size == 0 {
            return fail(
                "batch_size",
                &self.batch_size,
                "leaves every batch empty: at least 1 is needed",
            );
        }
        if self.batch_size > self.training_points() {
            let why = format!(
                "is larger than the data: there are {} training points",
                self.training_points()
            );
            return fail("batch_size", &self.batch_size, &why);
        }
        self.oscillator().check()?;
        check_positive("initial_rate", self.initial_rate)?;
        check_positive("epsilon", self.epsilon)?;
        if !(self.l2.is_finite() && self.l2 >= 0.0) {
            return fail("l2", &self.l2, "must be zero or a positive number");
        }
        Ok(())
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
    fn every_unfit_setting_is_one_sentence_with_its_value() {
        let default = Settings::default;
        let cases = [
            (
                Settings {
                    samples: 4,
                    ..default()
                },
                "samples = 4 leaves nothing to train or to validate on: at least 5 are needed",
            ),
            (
                Settings {
                    widths: vec![3, 1],
                    ..default()
                },
                "widths = [3, 1] must start with 2 (q and p), end with 1 (the energy) and have no 0 between",
            ),
            (
                Settings {
                    epochs: 0,
                    ..default()
                },
                "epochs = 0 trains nothing: at least 1 is needed",
            ),
            (
                Settings {
                    patience: 0,
                    ..default()
                },
                "patience = 0 would stop before the first epoch is judged: at least 1 is needed",
            ),
            (
                Settings {
                    batch_size: 0,
                    ..default()
                },
                "batch_size = 0 leaves every batch empty: at least 1 is needed",
            ),
            (
                Settings {
                    batch_size: 8001,
                    ..default()
                },
                "batch_size = 8001 is larger than the data: there are 8000 training points",
            ),
            (
                Settings {
                    mass: 0.0,
                    ..default()
                },
                "mass = 0 must be a positive number",
            ),
            (
                Settings {
                    stiffness: f64::NAN,
                    ..default()
                },
                "stiffness = NaN must be a positive number",
            ),
            (
                Settings {
                    initial_rate: -1.0,
                    ..default()
                },
                "initial_rate = -1 must be a positive number",
            ),
            (
                Settings {
                    epsilon: f64::INFINITY,
                    ..default()
                },
                "epsilon = inf must be a positive number",
            ),
            (
                Settings {
                    l2: -1e-6,
                    ..default()
                },
                "l2 = -0.000001 must be zero or a positive number",
            ),
        ];
        for (settings, sentence) in cases {
            assert_eq!(settings.check().unwrap_err().to_string(), sentence);
        }
    }
}
