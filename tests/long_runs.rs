//! The files in `recorded/` are what the long runs would write today: their first epochs, run again, are the same to the last
//! digit.

use hnn::learning::seeds::run_all;
use hnn::trial::Kind;
use hnn::trial::swing::Settings;

#[allow(dead_code)]
#[path = "../chapters/long_runs.rs"]
mod long_runs;

use long_runs::{Knobs, LONG, first_versions, released, swing};

/// The lines that a file has for seed 0.
fn recorded(name: &str) -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded");
    let text = std::fs::read_to_string(folder.join(name).with_extension("csv")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("0,"));
    lines.map(str::to_owned).collect()
}

#[test]
fn every_long_run_still_begins_as_it_is_recorded() {
    // The row after the last of these is in no record: a record ends later.
    let knobs = Knobs::default();
    let short = Knobs {
        longest: knobs.every + 2,
        ..knobs
    };
    let again = run_all(&LONG, |run| run.rows(&short, 0)).unwrap();
    for (run, again) in LONG.iter().zip(again) {
        let again: Vec<&str> = again.lines().take(2).collect();
        assert_eq!(again, recorded(run.name)[..2], "{} is stale", run.name);
    }
}

#[test]
fn the_first_versions_are_those_recorded() {
    let again = first_versions(&Knobs::default(), 0).unwrap();
    let again: Vec<&str> = again.lines().collect();
    assert_eq!(again, recorded("first-versions"), "stale");
}

#[test]
fn the_published_pendulum_begins_as_it_is_recorded() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded");
    let text = std::fs::read_to_string(folder.join("published-pendulum.csv")).unwrap();
    let again = released(&Knobs::default(), 20, 0).unwrap();
    assert!(
        text.lines()
            .nth(1)
            .is_some_and(|line| again.starts_with(line)),
        "stale"
    );
    assert!(again.lines().all(|line| text.contains(line)), "stale");
}

#[test]
fn the_double_pendulum_learned_for_a_little_is_the_one_recorded() {
    let recorded = hnn::evidence::Recorded::read("double-pendulum").unwrap();
    let recorded = recorded
        .with("evaluations", "100")
        .and_then(|runs| runs.with("seed", "0"))
        .unwrap();
    let settings = Settings {
        evaluations: 100,
        ..Settings::default()
    };
    for kind in [Kind::Structured, Kind::Canonical] {
        let row = recorded.with("model", kind.name()).unwrap();
        let again = swing(kind, &settings, 0).unwrap();
        let again: Vec<f64> = again
            .trim()
            .rsplit(',')
            .take(3)
            .map(|x| x.parse().unwrap())
            .collect();
        for (number, name) in
            again
                .iter()
                .rev()
                .zip(["held-out force", "early energy", "late energy"])
        {
            assert_eq!(
                row.numbers(name).unwrap(),
                [*number],
                "{} is stale",
                kind.name()
            );
        }
    }
}
