//! Several ways to go down, each at several learning rates, on one problem.

use super::{Data, Gradient, Method, Rate, Runs, Settings};
use crate::learning::Seeds;
use crate::model::Activation;
use crate::{Error, Result, settings};

/// One way to go down: a method with its schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// What a table calls it.
    pub name: &'static str,
    /// The rule of a step.
    pub method: Method,
    /// How its rate changes.
    pub rate: Rate,
}

impl Way {
    /// A way of this name.
    pub const fn new(name: &'static str, method: Method, rate: Rate) -> Self {
        Self { name, method, rate }
    }

    /// Whether a run of these settings goes this way.
    pub fn fits(&self, settings: &Settings) -> bool {
        (settings.method, settings.rate) == (self.method, self.rate)
    }

    /// The same at this initial rate.
    pub fn at(self, initial_rate: f64) -> impl Fn(&Settings) -> bool {
        move |settings| self.fits(settings) && settings.initial_rate == initial_rate
    }
}

settings! {
    /// The problem on which ways are compared, and the rates at which each of them runs. A network of two layers of 32
    /// units makes a run cheap enough for hundreds of them.
    pub struct Contest {
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

impl Contest {
    /// The trial of one way at one rate, on these data with this gradient.
    pub fn trial(&self, data: Data, gradient: Gradient, way: Way, initial_rate: f64) -> Settings {
        Settings {
            seeds: self.seeds,
            data,
            points: self.points,
            gradient,
            widths: self.widths.clone(),
            activation: self.activation,
            method: way.method,
            initial_rate,
            rate: way.rate,
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
        let way = Way::new("SGD", Method::Sgd, Rate::Constant);
        self.trial(Data::Circle, Gradient::Full, way, self.rates[0])
            .check()
    }

    /// Runs every way at every rate, way by way.
    ///
    /// # Errors
    ///
    /// As [`Contest::check`] and [`Runs::of`].
    pub fn runs(&self, data: Data, gradient: Gradient, ways: &[Way]) -> Result<Vec<Runs>> {
        self.check()?;
        let trials: Vec<Settings> = ways
            .iter()
            .flat_map(|&way| self.rates.iter().map(move |&rate| (way, rate)))
            .map(|(way, rate)| self.trial(data, gradient, way, rate))
            .collect();
        Runs::of(&trials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_come_back_by_way_and_rate() {
        let contest = Contest {
            seeds: Seeds::new(0, 1),
            widths: vec![2, 4, 1],
            points: 32,
            steps: 2,
            rates: vec![0.01, 0.1, 1.0],
            ..Contest::default()
        };
        let ways = [Method::Sgd, Method::Adam]
            .map(|method| Way::new(method.name(), method, Rate::Constant));
        let runs = contest.runs(Data::Disc, Gradient::Field, &ways).unwrap();
        let settings = runs.iter().map(|runs| &runs.settings);
        let found: Vec<(Method, f64)> = settings.map(|s| (s.method, s.initial_rate)).collect();
        let at_every_rate = |way: Way| contest.rates.iter().map(move |&rate| (way.method, rate));
        let expected: Vec<(Method, f64)> = ways.into_iter().flat_map(at_every_rate).collect();
        assert_eq!(found, expected);
        assert!(ways[1].fits(&runs[3].settings) && !ways[0].fits(&runs[3].settings));
    }

    #[test]
    fn a_contest_without_rates_is_one_sentence() {
        let contest = Contest {
            rates: Vec::new(),
            ..Contest::default()
        };
        let error = contest.runs(Data::Disc, Gradient::Field, &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "rates = [] is empty: at least 1 is needed"
        );
    }
}
