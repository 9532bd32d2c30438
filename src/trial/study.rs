//! Questions about the runs of several settings.

use super::{Data, Runs, Settings};
use crate::evidence::{Setup, brief, dashed, thousands};
use crate::measure::Spread;

/// The experiment of these settings in a line: network, data, gradient, seeds, and silence's field RMSE where the networks
/// are `judged`. Of what differs it says how many there are.
pub fn setup<'a>(
    settings: impl IntoIterator<Item = &'a Settings>,
    judged: fn(&Settings) -> Data,
) -> Setup {
    let all: Vec<&Settings> = settings.into_iter().collect();
    let different = |of: &dyn Fn(&Settings) -> String| {
        let mut different: Vec<String> = Vec::new();
        for one in all.iter().map(|settings| of(settings)) {
            if !different.contains(&one) {
                different.push(one);
            }
        }
        different
    };
    let part = |of: &dyn Fn(&Settings) -> String, kind: &str| {
        let mut different = different(of);
        match different.len() {
            1 => different.remove(0),
            many => format!("{many} {kind}"),
        }
    };
    let widths = part(&|settings| dashed(&settings.widths), "networks");
    let activation = part(&|settings| settings.activation.to_string(), "activations");
    let points = |settings: &Settings| {
        let points = thousands(settings.points);
        format!("{points} points of the {}", settings.data.name())
    };
    let silence = different(&|settings| brief(judged(settings).silence()));
    Setup {
        network: format!("{widths} · {activation}"),
        data: part(&points, "kinds of data"),
        gradient: part(&|settings| settings.objective.name().into(), "gradients"),
        seeds: (all.iter().map(|settings| settings.seeds.seeds).max()).unwrap_or_default(),
        silence: format!("field RMSE {}", silence.join(" or ")),
    }
}

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

    /// The experiment in a line, as [`setup`] puts it.
    fn setup(&self, judged: fn(&Settings) -> Data) -> Setup {
        setup(self.all(|_| true).map(|runs| &runs.settings), judged)
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
    fn an_experiment_in_a_line_says_what_its_runs_share_and_counts_what_they_do_not() {
        let mut runs = study();
        let same = "2-8-1 · tanh · 32 points of the disc · the exact gradient of the field · 1 seed · silence: field RMSE 0.71";
        assert_eq!(runs.setup(|_| Data::Disc).to_string(), same);
        runs[0].settings.data = Data::Circle;
        runs[1].settings.widths = vec![2, 9, 1];
        let other = "2 networks · tanh · 2 kinds of data · the exact gradient of the field · 1 seed · silence: field RMSE 1.0 or 0.71";
        assert_eq!(runs.setup(|settings| settings.data).to_string(), other);
    }

    #[test]
    #[should_panic(expected = "only one setting fits")]
    fn a_question_for_one_setting_has_one_answer() {
        study().one(|settings| settings.learning_rate < 1e-3);
    }
}
