//! A spring in its own units, and how much of it is watched.

use crate::phase_space::Oscillator;
use crate::{Error, Result, settings};

use super::Settings;
use crate::learning::Seeds;

settings! {
    /// Settings of trials of data: a spring whose units are not 1, how many points there are, and for how many seeds.
    pub struct Spring {
        /// Its seeds.
        seeds: in Seeds,
        /// Mass of the spring whose units are scaled
        mass: f64 = 2.0,
        /// Stiffness of the spring whose units are scaled
        stiffness: f64 = 8.0,
        /// How many points there are to train on, over all rings together: shared evenly by 2, 3 and 5 of them
        points: usize = 1920,
        /// Steps of each run
        steps: usize = 3000,
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
            seeds: self.seeds,
            points: self.points,
            steps: self.steps,
            ..Settings::default()
        };
        let enough = 2 * settings.batch_size;
        if self.points < enough {
            let why = format!("are too few to share among rings: at least {enough} are needed");
            return Err(Error::setting("points", self.points, why));
        }
        settings.check()?;
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
            seeds: Seeds::new(0, 5),
            points: 77,
            steps: 11,
            ..Spring::default()
        };
        let trial = spring.trial().unwrap();
        assert_eq!((trial.seeds.seeds, trial.points, trial.steps), (5, 77, 11));
    }
}
