//! One way to train, of which a chapter varies a part while the rest stays equal.
//!
//! ```text
//! data      circle (one energy) or disc (many)
//! model     H(q, p; θ): a multilayer perceptron
//! gradient  of the energy term alone (the notebook's), of field and energy terms, or of the field term alone
//! method    one step a batch, with a rate that follows a schedule
//! measure   field RMSE over the unit disc (a zero field scores 0.707) and on the unit circle (1)
//! ```
//!
//! Against the notebook's own run ([`crate::notebook`]) the slips of the last batch and of Adam's step count are left
//! out, so that a comparison is about what it names.

pub mod cost;
pub mod ensemble;
pub mod friction;
mod full_batch;
mod learned;
pub mod orbits;
pub mod protocol;
pub mod recording;
pub mod released;
pub mod repaired;
mod settings;
mod study;
pub mod swing;
pub mod yours;

use std::ops::ControlFlow;

use crate::learning::{Descent, Evaluator, Step, descend, seeds};
use crate::measure::{Spread, field_rmse_on_circle, field_rmse_on_disc};
use crate::model::Network;
use crate::phase_space::{Dataset, Oscillator};
use crate::progress::Progress;
use crate::random::{Gaussian, RandomSource};
use crate::{Error, Result};

pub use learned::{Kind, Learned};
pub use settings::{Data, MOMENTUM, Objective, OptimizerKind, ScheduleKind, Settings};
pub use study::{Study, setup};

/// How one run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The seed of its points, weights and batches.
    pub seed: u64,
    /// The network after the last step.
    pub network: Network,
    /// The loss that was descended, before each step.
    pub losses: Vec<f64>,
    /// The step before which the loss was not a finite number, if the run came to that.
    pub diverged_at: Option<usize>,
    /// Field RMSE over the unit disc; infinite if the run diverged.
    pub disc: f64,
    /// Field RMSE on the unit circle; infinite if the run diverged.
    pub circle: f64,
}

impl Outcome {
    /// Trains once, with this seed.
    ///
    /// # Errors
    ///
    /// As [`Settings::start`] and [`descend`]. A run that diverges is an outcome, not an error.
    pub fn of(settings: &Settings, seed: u64) -> Result<Self> {
        Self::watched(settings, seed, |_| ())
    }

    /// As [`Outcome::of`]; `observe` sees every step before it is taken.
    ///
    /// # Errors
    ///
    /// As [`Outcome::of`].
    pub fn watched(settings: &Settings, seed: u64, observe: impl FnMut(&Step)) -> Result<Self> {
        let (data, network, mut random) = settings.start(seed)?;
        Self::on(settings, seed, &data, network, &mut random, observe)
    }

    /// Trains this network on these data, whatever the settings say of data, points and widths.
    ///
    /// # Errors
    ///
    /// As [`descend`], but for divergence.
    pub fn on(
        settings: &Settings,
        seed: u64,
        data: &Dataset,
        mut network: Network,
        random: &mut impl RandomSource,
        mut observe: impl FnMut(&Step),
    ) -> Result<Self> {
        let descent = Descent {
            batch_size: settings.batch_size,
            steps: settings.steps,
            rate: settings.learning_rate,
            schedule: settings.schedule.schedule(settings.steps),
        };
        let loss = &mut Evaluator::new(settings.objective.loss(settings.l2), &network)?;
        let rule = &mut settings.optimizer(&network);
        let mut losses = Vec::new();
        let record = |step: &Step| {
            losses.push(step.loss);
            observe(step);
            ControlFlow::Continue(())
        };
        let ending = descend(&mut network, loss, data, &descent, rule, random, record);
        Self::judge(seed, network, losses, ending)
    }

    /// The outcome of a run that ended with this network and so.
    fn judge<T>(seed: u64, network: Network, losses: Vec<f64>, ending: Result<T>) -> Result<Self> {
        let diverged_at = match ending {
            Ok(_) => None,
            Err(Error::DivergedAtStep { step, .. }) => Some(step),
            Err(error) => return Err(error),
        };
        let error = |rmse: fn(&Network, Oscillator) -> f64| {
            let found = diverged_at
                .is_none()
                .then(|| rmse(&network, Oscillator::UNIT));
            found
                .filter(|rmse| rmse.is_finite())
                .unwrap_or(f64::INFINITY)
        };
        let (disc, circle) = (error(field_rmse_on_disc), error(field_rmse_on_circle));
        Ok(Self {
            seed,
            network,
            losses,
            diverged_at,
            disc,
            circle,
        })
    }
}

/// The runs of one setting, one a seed.
#[derive(Clone, Debug)]
pub struct Runs {
    /// The setting.
    pub settings: Settings,
    /// One outcome a seed, in the seeds' order.
    pub outcomes: Vec<Outcome>,
}

impl Runs {
    /// Runs every setting with every one of its seeds, on as many cores as there are. The results do not depend on the
    /// number of cores.
    ///
    /// # Errors
    ///
    /// The first error of any run, as [`Outcome::of`].
    pub fn of(settings: &[Settings]) -> Result<Vec<Self>> {
        Self::over(settings, Settings::clone, |settings, random| {
            settings.data.draw(settings.points, random)
        })
    }

    /// Runs every case with every one of the seeds of its settings, on the data that `draw` makes of it: what
    /// [`Settings::data`] and [`Settings::points`] say does not count.
    ///
    /// # Errors
    ///
    /// The first error of any run, as [`Outcome::on`], or of `draw`.
    pub fn over<C: Sync>(
        cases: &[C],
        settings: impl Fn(&C) -> Settings,
        draw: impl Fn(&C, &mut Gaussian) -> Result<Dataset> + Sync,
    ) -> Result<Vec<Self>> {
        let settings: Vec<Settings> = cases.iter().map(settings).collect();
        settings.iter().try_for_each(Settings::check)?;
        let jobs: Vec<(&C, &Settings, u64)> = cases
            .iter()
            .zip(&settings)
            .flat_map(|(case, settings)| {
                let seeds = settings.seeds.range();
                seeds.map(move |seed| (case, settings, seed))
            })
            .collect();
        let progress = Progress::start("trial", jobs.len());
        let outcomes = seeds::run_all(&jobs, |&(case, settings, seed)| {
            let mut random = Gaussian::from_seed(seed);
            let data = draw(case, &mut random)?;
            let network = settings.network(&mut random)?;
            let outcome = Outcome::on(settings, seed, &data, network, &mut random, |_| ());
            progress.advance();
            outcome
        })?;
        let mut outcomes = outcomes.into_iter();
        Ok(settings
            .iter()
            .map(|settings| Self {
                settings: settings.clone(),
                outcomes: outcomes
                    .by_ref()
                    .take(settings.seeds.seeds as usize)
                    .collect(),
            })
            .collect())
    }

    /// The spread over the seeds of a number of each outcome.
    pub fn spread(&self, number: impl Fn(&Outcome) -> f64) -> Spread {
        Spread::of(self.outcomes.iter().map(number))
    }

    /// Field RMSE over the disc.
    pub fn disc(&self) -> Spread {
        self.spread(|outcome| outcome.disc)
    }

    /// Field RMSE on the circle.
    pub fn circle(&self) -> Spread {
        self.spread(|outcome| outcome.circle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::Seeds;

    fn small() -> Settings {
        Settings {
            widths: vec![2, 16, 1],
            points: 64,
            steps: 1000,
            ..Settings::default()
        }
    }

    #[test]
    fn the_exact_gradient_learns_the_disc_and_the_notebooks_does_not_learn_the_circle() {
        let notebook = Settings {
            data: Data::Circle,
            objective: Objective::Notebook,
            ..small()
        };
        let runs = Runs::of(&[small(), notebook]).unwrap();
        assert!(runs[0].disc().largest < 0.2, "{}", runs[0].disc());
        assert!(runs[1].circle().smallest > 0.2, "{}", runs[1].circle());
    }

    #[test]
    fn runs_come_back_by_setting_and_seed() {
        let settings = [
            small(),
            Settings {
                seeds: Seeds::new(7, 3),
                ..small()
            },
        ];
        let runs = Runs::of(&settings).unwrap();
        let seeds = |runs: &Runs| runs.outcomes.iter().map(|o| o.seed).collect::<Vec<_>>();
        assert_eq!(
            (seeds(&runs[0]), seeds(&runs[1])),
            (vec![0, 1, 2], vec![7, 8, 9])
        );
        let alone = Outcome::of(&settings[1], 8).unwrap();
        assert_eq!(alone.losses, runs[1].outcomes[1].losses);
    }

    #[test]
    fn the_same_settings_run_on_data_of_ones_own() {
        let energies = [vec![0.5], vec![0.125, 0.5]];
        let runs = Runs::over(
            &energies,
            |_| small(),
            |energies, random| {
                crate::phase_space::random_rings(
                    &Oscillator::UNIT,
                    energies,
                    64 / energies.len(),
                    random,
                )
            },
        );
        let runs = runs.unwrap();
        assert_eq!(runs.len(), 2);
        assert!(
            runs[0].disc().smallest > runs[1].disc().largest,
            "{} {}",
            runs[0].disc(),
            runs[1].disc()
        );
    }

    #[test]
    fn a_run_that_diverges_is_an_outcome() {
        let settings = Settings {
            optimizer: OptimizerKind::Sgd,
            learning_rate: 1e6,
            activation: crate::model::Activation::SquaredRelu,
            ..small()
        };
        let outcome = Outcome::of(&settings, 0).unwrap();
        let step = outcome.diverged_at.unwrap();
        assert_eq!(outcome.losses.len(), step);
        assert_eq!(outcome.disc, f64::INFINITY);
    }

    #[test]
    #[rustfmt::skip]
    fn settings_that_no_run_can_use_are_errors() {
        type Case = (fn(&mut Settings), &'static str);
        let cases: [Case; 16] = [
            (|s| s.seeds = Seeds::new(0, 0), "seeds = 0 runs nothing: at least 1 is needed"),
            (|s| s.seeds = Seeds::new(0, u64::MAX), "seeds = 18446744073709551615 is more than the 1000 that a table of spreads is for"),
            (|s| s.seeds = Seeds::new(u64::MAX, 3), "seed = 18446744073709551615 leaves no room to count the seeds up from it"),
            (|s| s.points = 0, "points = 0 leave nothing to learn from: at least 1 is needed"),
            (|s| s.points = usize::MAX, "points = 18446744073709551615 is too many: 10000000 are the most"),
            (|s| (s.data, s.points) = (Data::Circle, 1), "points = 1 is no circle: at least 2 are needed"),
            (|s| s.widths = vec![1, 8, 1], "widths = [1, 8, 1] must start with 2, for q and p"),
            (|s| s.widths = vec![2], "widths = [2] needs at least an input and an output width"),
            (|s| s.widths = vec![2, 8, 3], "widths = [2, 8, 3] must end with 1: a network has one energy"),
            (|s| s.widths = vec![2, 0, 1], "widths = [2, 0, 1] has a layer of width 0"),
            (|s| s.steps = 0, "steps = 0 trains nothing: at least 1 is needed"),
            (|s| s.steps = usize::MAX, "steps = 18446744073709551615 is too many: 10000000 are the most"),
            (|s| s.batch_size = 0, "batch_size = 0 leaves every batch empty: at least 1 is needed"),
            (|s| s.batch_size = 65, "batch_size = 65 is larger than the data: there are 64 points"),
            (|s| s.learning_rate = f64::NAN, "learning_rate = NaN must be a positive number"),
            (|s| s.l2 = -1.0, "l2 = -1 must be zero or a positive number"),
        ];
        for (change, sentence) in cases {
            let mut settings = small();
            change(&mut settings);
            assert_eq!(Runs::of(&[settings]).unwrap_err().to_string(), sentence);
        }
    }
}
