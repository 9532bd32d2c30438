//! A spring in its own units, and how much of it is watched.

use crate::phase_space::Oscillator;
use crate::{Error, Result};

use super::Settings;

/// Settings of trials of data: a spring whose units are not 1, how many points there are, and for how many seeds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "cli", command(next_help_heading = "The data's settings"))]
pub struct Spring {
    /// First seed of the points, the initial weights and the batches
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Spring::default().seed))]
    pub seed: u64,
    /// How many seeds, counted up from the first
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Spring::default().seeds))]
    pub seeds: u64,
    /// Mass of the spring whose units are scaled
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Spring::default().mass))]
    pub mass: f64,
    /// Stiffness of the spring whose units are scaled
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Spring::default().stiffness))]
    pub stiffness: f64,
    /// How many points there are to train on, over all rings together
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Spring::default().points))]
    pub points: usize,
    /// Steps of each run
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Spring::default().steps))]
    pub steps: usize,
}

impl Default for Spring {
    fn default() -> Self {
        let trial = Settings::default();
        Self {
            seed: trial.seed,
            seeds: trial.seeds,
            mass: 2.0,
            stiffness: 8.0,
            // Divisible by 2, 3 and 5, so that as many points lie on each ring.
            points: 1920,
            steps: trial.steps,
        }
    }
}

impl Spring {
    /// The spring.
    pub fn oscillator(&self) -> Oscillator {
        Oscillator {
            mass: self.mass,
            stiffness: self.stiffness,
        }
    }

    /// A trial with these seeds, points and steps, and the default for the rest.
    ///
    /// # Errors
    ///
    /// As [`Settings::check`] and [`Oscillator::check`], and [`Error::Setting`] if the points would not fill two batches.
    pub fn trial(&self) -> Result<Settings> {
        let settings = Settings {
            seed: self.seed,
            seeds: self.seeds,
            points: self.points,
            steps: self.steps,
            ..Settings::default()
        };
        settings.check()?;
        let enough = 2 * settings.batch_size;
        if self.points < enough {
            let why = format!("are too few to share among rings: at least {enough} are needed");
            return Err(Error::setting("points", self.points, why));
        }
        self.oscillator().check()?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spring_without_mass_is_refused() {
        let spring = Spring {
            mass: 0.0,
            ..Spring::default()
        };
        assert_eq!(
            spring.trial().unwrap_err().to_string(),
            "mass = 0 must be a positive number"
        );
    }

    #[test]
    fn a_handful_of_points_is_refused() {
        let spring = Spring {
            points: 5,
            ..Spring::default()
        };
        assert_eq!(
            spring.trial().unwrap_err().to_string(),
            "points = 5 are too few to share among rings: at least 64 are needed"
        );
    }

    #[test]
    fn the_trial_has_its_seeds_points_and_steps() {
        let spring = Spring {
            seeds: 5,
            points: 77,
            steps: 11,
            ..Spring::default()
        };
        let trial = spring.trial().unwrap();
        assert_eq!((trial.seeds, trial.points, trial.steps), (5, 77, 11));
    }
}
