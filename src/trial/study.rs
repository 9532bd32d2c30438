//! Questions about the runs of several settings.

use super::{Runs, Settings};
use crate::measure::Spread;

/// The runs of several settings, asked by their settings.
pub trait Study {
    /// The runs of the settings that fit.
    fn all(&self, fits: impl Fn(&Settings) -> bool) -> impl Iterator<Item = &Runs> + Clone;

    /// The runs of the one setting that fits.
    ///
    /// # Panics
    ///
    /// If none fits, or more than one: both are mistakes in the experiment's code.
    fn one(&self, fits: impl Fn(&Settings) -> bool) -> &Runs {
        let mut all = self.all(fits);
        let found = all.next().expect("a setting fits");
        assert!(all.next().is_none(), "only one setting fits");
        found
    }

    /// Of the runs that fit those with the smallest median error.
    ///
    /// # Panics
    ///
    /// If none fits.
    fn best(&self, fits: impl Fn(&Settings) -> bool, error: impl Fn(&Runs) -> Spread) -> &Runs {
        self.all(fits)
            .min_by(|a, b| error(a).median.total_cmp(&error(b).median))
            .expect("a setting fits")
    }
}

impl Study for [Runs] {
    fn all(&self, fits: impl Fn(&Settings) -> bool) -> impl Iterator<Item = &Runs> + Clone {
        let found: Vec<&Runs> = self.iter().filter(|runs| fits(&runs.settings)).collect();
        found.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::Seeds;

    fn study() -> Vec<Runs> {
        let of_rate = |learning_rate: f64| Settings {
            seeds: Seeds::new(0, 1),
            widths: vec![2, 8, 1],
            points: 32,
            steps: 50,
            learning_rate,
            ..Settings::default()
        };
        Runs::of(&[1e-6, 1e-2, 1e-5].map(of_rate)).unwrap()
    }

    #[test]
    fn runs_are_found_by_their_settings() {
        let runs = study();
        let fast = runs.one(|settings| settings.learning_rate == 1e-2);
        assert_eq!(fast.settings, runs[1].settings);
        let slow = runs.all(|settings| settings.learning_rate < 1e-3);
        assert_eq!(slow.count(), 2);
        assert_eq!(runs.best(|_| true, Runs::disc).settings, runs[1].settings);
        let slow = runs.best(|settings| settings.learning_rate < 1e-3, Runs::disc);
        assert_eq!(slow.settings.learning_rate, 1e-5);
    }

    #[test]
    #[should_panic(expected = "only one setting fits")]
    fn a_question_for_one_setting_has_one_answer() {
        study().one(|settings| settings.learning_rate < 1e-3);
    }
}
