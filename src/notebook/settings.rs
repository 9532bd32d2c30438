//! Every default of the notebook, as a parameter.

use crate::error::{check_moderate, check_not_negative, check_some};
use crate::evidence::{Setup, dashed, thousands};
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

    /// A run in a line, with so many seeds, where silence has this loss.
    pub fn setup(&self, seeds: u64, loss: String) -> Setup {
        Setup {
            network: format!("{} · relu", dashed(&self.widths)),
            data: format!("{} points of the circle", thousands(self.samples)),
            gradient: "the notebook's gradient".into(),
            seeds,
            silence: format!("loss {loss}"),
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
        if self.samples < 5 {
            let why = "leaves nothing to train or to validate on: at least 5 are needed";
            return Err(Error::setting("samples", self.samples, why));
        }
        check_room("samples", self.samples)?;
        let widths = &self.widths;
        let of_one_energy = widths.first() == Some(&2) && widths.last() == Some(&1);
        if !of_one_energy || widths.contains(&0) {
            let why = "must start with 2 (q and p), end with 1 (the energy) and have no 0 between";
            return Err(Error::setting("widths", format!("{widths:?}"), why));
        }
        check_widths(widths)?;
        check_some("epochs", self.epochs, "trains nothing")?;
        let why = "would stop before the first epoch is judged";
        check_some("patience", self.patience, why)?;
        check_some("batch_size", self.batch_size, "leaves every batch empty")?;
        let points = self.training_points();
        if self.batch_size > points {
            let why = format!("is larger than the data: there are {points} training points");
            return Err(Error::setting("batch_size", self.batch_size, why));
        }
        self.oscillator().check()?;
        check_moderate("learning_rate", self.learning_rate)?;
        check_moderate("epsilon", self.epsilon)?;
        check_not_negative("l2", self.l2)
    }
}
