//! The model that works, held to its promise from five seeds.

use hnn::learning::Seeds;
use hnn::mechanics::hundred_periods;
use hnn::trial::repaired::{Repaired, Settings};

#[test]
fn five_seeds_learn_the_field_to_one_in_a_hundred_thousand_and_keep_the_energy_as_well() {
    let runs = Seeds::new(0, 5)
        .each(|seed| {
            let model = Repaired::train(&Settings::default().with_seed(seed))?;
            let motion = model.hundred_periods([0.8, 0.0], 400)?;
            Ok((seed, model.field_rmse(), motion.energy.largest.abs()))
        })
        .unwrap();
    for (seed, rmse, energy_error) in runs {
        println!(
            "seed {seed}: field RMSE {rmse:.1e}, energy error over 100 periods {energy_error:.1e}"
        );
        assert!(rmse <= 1e-5, "seed {seed}: {rmse:e}");
        assert!(energy_error <= 1e-5, "seed {seed}: {energy_error:e}");
    }
}

#[test]
fn settings_that_train_nothing_are_refused() {
    let refuse = |settings: Settings| Repaired::train(&settings).unwrap_err().to_string();
    let default = Settings::default;
    let none = Settings {
        points: 0,
        ..default()
    };
    assert_eq!(
        refuse(none),
        "points = 0 leave nothing to learn from: at least 1 is needed"
    );
    let mut nothing = default();
    nothing.fit.evaluations = 0;
    assert_eq!(
        refuse(nothing),
        "evaluations = 0 does not even reach the start: at least 1 is needed"
    );
}

#[test]
fn what_a_long_rollout_shows_is_the_fields_error_and_not_the_integrators() {
    let motion = hundred_periods(|[q, p]| [p, -q], [0.8, 0.0], 400).unwrap();
    assert!(motion.energy.largest < 1e-8, "{motion:?}");
    assert!(motion.phase.largest < 4e-7, "{motion:?}");
}
