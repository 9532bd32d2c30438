//! Several ways to go down, each at several learning rates, on one problem.

use super::{Data, Objective, OptimizerKind, Runs, ScheduleKind, Settings};
use crate::learning::Seeds;
use crate::model::Activation;
use crate::{Error, Result, settings};

/// One way to go down: a method with its schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// What a table calls it.
    pub name: &'static str,
    /// The rule of a step.
    pub optimizer: OptimizerKind,
    /// How its rate changes.
    pub schedule: ScheduleKind,
}

impl Scheduled {
    /// A way of this name.
    pub const fn new(name: &'static str, optimizer: OptimizerKind, schedule: ScheduleKind) -> Self {
        Self {
            name,
            optimizer,
            schedule,
        }
    }

    /// Whether a run of these settings goes this way.
    pub fn fits(&self, settings: &Settings) -> bool {
        (settings.optimizer, settings.schedule) == (self.optimizer, self.schedule)
    }

    /// The same at this initial rate.
    pub fn at(self, learning_rate: f64) -> impl Fn(&Settings) -> bool {
        move |settings| self.fits(settings) && settings.learning_rate == learning_rate
    }
}

settings! {
    /// The problem on which ways are compared, and the rates at which each of them runs. A network of two layers of 32
    /// units makes a run cheap enough for hundreds of them.
    pub struct RateSweep {
        /// Its seeds.
        seeds: in Seeds,
        /// Learning rates at which every method runs
        rates: [f64] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
        /// Widths of the network: two inputs, hidden layers, one output
        widths: [usize] = [2, 32, 32, 1],
        /// Activation of the hidden layers: relu, squared-relu, tanh, softplus, silu, gelu, sin or identity
        activation: Activation = Activation::Tanh,
        /// How many points there are to train on
        points: usize = 2000,
        /// Points in a batch
        batch_size: usize = 32,
        /// Steps of each run
        steps: usize = 2000,
    }
}

impl RateSweep {
    /// The trial of one way at one rate, on these data with this gradient.
    pub fn trial(
        &self,
        data: Data,
        objective: Objective,
        way: Scheduled,
        learning_rate: f64,
    ) -> Settings {
        Settings {
            seeds: self.seeds,
            data,
            points: self.points,
            objective,
            widths: self.widths.clone(),
            activation: self.activation,
            optimizer: way.optimizer,
            learning_rate,
            schedule: way.schedule,
            frozen_biases: false,
            l2: 0.0,
            batch_size: self.batch_size,
            steps: self.steps,
        }
    }

    /// Checks what every run of it shares, and that there is a rate.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first setting that no run can use.
    pub fn check(&self) -> Result<()> {
        if self.rates.is_empty() {
            return Err(Error::setting(
                "rates",
                "[]",
                "is empty: at least 1 is needed",
            ));
        }
        let way = Scheduled::new("SGD", OptimizerKind::Sgd, ScheduleKind::Constant);
        self.trial(Data::Circle, Objective::Full, way, self.rates[0])
            .check()
    }

    /// Runs every way at every rate, way by way.
    ///
    /// # Errors
    ///
    /// As [`RateSweep::check`] and [`Runs::of`].
    pub fn runs(&self, data: Data, objective: Objective, ways: &[Scheduled]) -> Result<Vec<Runs>> {
        self.check()?;
        let trials: Vec<Settings> = ways
            .iter()
            .flat_map(|&way| self.rates.iter().map(move |&rate| (way, rate)))
            .map(|(way, rate)| self.trial(data, objective, way, rate))
            .collect();
        Runs::of(&trials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_come_back_by_way_and_rate() {
        let sweep = RateSweep {
            seeds: Seeds::new(0, 1),
            widths: vec![2, 4, 1],
            points: 32,
            steps: 2,
            rates: vec![0.01, 0.1, 1.0],
            ..RateSweep::default()
        };
        let ways = [OptimizerKind::Sgd, OptimizerKind::Adam]
            .map(|method| Scheduled::new(method.name(), method, ScheduleKind::Constant));
        let runs = sweep.runs(Data::Disc, Objective::Field, &ways).unwrap();
        let settings = runs.iter().map(|runs| &runs.settings);
        let found: Vec<(OptimizerKind, f64)> =
            settings.map(|s| (s.optimizer, s.learning_rate)).collect();
        let at_every_rate =
            |way: Scheduled| sweep.rates.iter().map(move |&rate| (way.optimizer, rate));
        let expected: Vec<(OptimizerKind, f64)> =
            ways.into_iter().flat_map(at_every_rate).collect();
        assert_eq!(found, expected);
        assert!(ways[1].fits(&runs[3].settings) && !ways[0].fits(&runs[3].settings));
    }

    #[test]
    fn a_sweep_without_rates_is_one_sentence() {
        let sweep = RateSweep {
            rates: Vec::new(),
            ..RateSweep::default()
        };
        let error = sweep.runs(Data::Disc, Objective::Field, &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "rates = [] is empty: at least 1 is needed"
        );
    }
}
