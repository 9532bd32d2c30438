//! Learning-rate schedules.

use std::f64::consts::PI;

use crate::error::{check_positive, check_some};
use crate::{Error, Result};

/// How the learning rate goes from η₀ at step 0 through the steps of a run of `horizon` steps. Steps and horizon are in
/// one unit, optimizer steps or epochs.
///
/// ```text
/// Constant       η(t) = η₀
/// Cosine         η(t) = η₀ (1 + cos(π t / T)) / 2
/// CosineOver     the same with a T of its own, however long the run is
/// WarmRestarts   η(t) = η₀ (1 + cos(π s / Tᵢ)) / 2,    s: steps since the last restart
/// WarmUp         η(t) = η₀ (t + 1) / (W + 1)           for t < W, then another schedule
/// ```
///
/// From the horizon T on, a cosine stays at 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// The same rate throughout.
    Constant,
    /// Half a cosine down to 0 at the horizon (Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with
    /// warm restarts", ICLR, without the restarts).
    Cosine,
    /// The same over a horizon of its own: a run that is shorter sees its beginning only.
    CosineOver {
        /// Where the cosine reaches 0, T ≥ 1.
        horizon: usize,
    },
    /// Half cosines, one after the other, each starting at the full rate (the same paper).
    WarmRestarts {
        /// Steps of the first cosine, T₀ ≥ 1.
        period: usize,
        /// How many times longer each cosine is than the one before, ≥ 1.
        growth: usize,
    },
    /// A line up to the full rate (Goyal et al. 2017, "Accurate, large minibatch SGD", 2.2), from a first step that is
    /// not zero.
    WarmUp {
        /// Steps below the full rate, W ≥ 1.
        steps: usize,
        /// What follows, over the rest of the horizon.
        then: Box<Schedule>,
    },
}

impl Schedule {
    /// This schedule after a linear warm-up of so many steps.
    pub fn after_warm_up(self, steps: usize) -> Self {
        Self::WarmUp {
            steps,
            then: Box::new(self),
        }
    }

    /// Checks the schedule for a run of `horizon` steps from the rate `initial`.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first setting that no run can use.
    pub fn check(&self, initial: f64, horizon: usize) -> Result<()> {
        check_positive("learning_rate", initial)?;
        check_some("horizon", horizon, "trains nothing")?;
        match self {
            Self::Constant | Self::Cosine => Ok(()),
            Self::CosineOver { horizon } => {
                let why = "leaves the cosine no steps";
                check_some("horizon of the cosine", *horizon, why)
            }
            Self::WarmRestarts { period, growth } => {
                check_some("period", *period, "would restart before the first step")?;
                check_some("growth", *growth, "would leave the second period no steps")
            }
            Self::WarmUp { steps, then } => {
                check_some("warm_up", *steps, "warms nothing up")?;
                if *steps >= horizon {
                    let why = format!("never reaches the full rate in a run of {horizon} steps");
                    return Err(Error::setting("warm_up", steps, why));
                }
                then.check(initial, horizon - steps)
            }
        }
    }

    /// The rate of step number `step`, counted from 0, in a run of `horizon` steps from the rate `initial`.
    ///
    /// It is a number between 0 and `initial` even for settings that [`Schedule::check`] refuses.
    pub fn rate(&self, initial: f64, step: usize, horizon: usize) -> f64 {
        match self {
            Self::Constant => initial,
            Self::Cosine if step >= horizon => 0.0,
            Self::Cosine => half_cosine(initial, step, horizon),
            Self::CosineOver { horizon } => Self::Cosine.rate(initial, step, *horizon),
            Self::WarmRestarts { period, growth } => {
                let (since, period) = since_restart(step, (*period).max(1), (*growth).max(1));
                half_cosine(initial, since, period)
            }
            Self::WarmUp { steps, .. } if step < *steps => {
                initial * (step + 1) as f64 / (steps + 1) as f64
            }
            Self::WarmUp { steps, then } => {
                then.rate(initial, step - steps, horizon.saturating_sub(*steps))
            }
        }
    }
}

/// Steps since the last restart, and the length of the period they are in.
fn since_restart(step: usize, first: usize, growth: usize) -> (usize, usize) {
    if growth == 1 {
        return (step % first, first);
    }
    let (mut since, mut period) = (step, first);
    while since >= period {
        since -= period;
        period = period.saturating_mul(growth);
    }
    (since, period)
}

/// Half a cosine from `initial` at epoch 0 towards 0 at `horizon` (Loshchilov and Hutter 2017, without restarts):
///
/// ```text
/// η(e) = η₀ (1 + cos(π e / E)) / 2
/// ```
///
/// `epoch` is e and `horizon` is E > 0, both counted in epochs.
// ANCHOR: half-cosine
pub fn half_cosine(initial: f64, epoch: usize, horizon: usize) -> f64 {
    let phase = epoch as f64 * PI / horizon as f64;
    initial * (1.0 + libm::cos(phase)) / 2.0
}
// ANCHOR_END: half-cosine

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_over_a_horizon_of_its_own_does_not_know_how_long_the_run_is() {
        let planned = Schedule::CosineOver { horizon: 2000 };
        for run in [10, 74, 5000] {
            assert_eq!(planned.rate(1.0, 73, run), half_cosine(1.0, 73, 2000));
        }
        assert_eq!(planned.rate(1.0, 2000, 74), 0.0);
    }

    #[test]
    fn every_unfit_setting_is_one_sentence_with_its_value() {
        let restarts = |period, growth| Schedule::WarmRestarts { period, growth };
        #[rustfmt::skip]
        let cases = [
            (Schedule::Constant.check(0.0, 10), "learning_rate = 0 must be a positive number"),
            (Schedule::Constant.check(f64::NAN, 10), "learning_rate = NaN must be a positive number"),
            (Schedule::Cosine.check(1.0, 0), "horizon = 0 trains nothing: at least 1 is needed"),
            (restarts(0, 1).check(1.0, 10), "period = 0 would restart before the first step: at least 1 is needed"),
            (Schedule::CosineOver { horizon: 0 }.check(1.0, 10), "horizon of the cosine = 0 leaves the cosine no steps: at least 1 is needed"),
            (restarts(1, 0).check(1.0, 10), "growth = 0 would leave the second period no steps: at least 1 is needed"),
            (Schedule::Constant.after_warm_up(0).check(1.0, 10), "warm_up = 0 warms nothing up: at least 1 is needed"),
            (Schedule::Constant.after_warm_up(10).check(1.0, 10), "warm_up = 10 never reaches the full rate in a run of 10 steps"),
            (restarts(0, 1).after_warm_up(2).check(1.0, 10), "period = 0 would restart before the first step: at least 1 is needed"),
        ];
        for (result, sentence) in cases {
            assert_eq!(result.unwrap_err().to_string(), sentence);
        }
    }

    #[test]
    fn no_setting_makes_a_rate_that_is_not_between_zero_and_the_initial_one() {
        let kinds = |n: usize, growth: usize| {
            [
                Schedule::Constant,
                Schedule::Cosine,
                Schedule::CosineOver { horizon: n },
                Schedule::WarmRestarts { period: n, growth },
            ]
        };
        for n in [0, 1, 7, usize::MAX] {
            for growth in [0, 1, 3, usize::MAX] {
                let warmed = kinds(n, growth).map(|kind| kind.after_warm_up(5));
                for schedule in kinds(n, growth).into_iter().chain(warmed) {
                    for (step, horizon) in [(0, 0), (3, 0), (9, 10), (10, 10), (99, 10)] {
                        let rate = schedule.rate(0.5, step, horizon);
                        assert!((0.0..=0.5).contains(&rate), "{schedule:?} {step}: {rate}");
                    }
                }
            }
        }
    }
}
