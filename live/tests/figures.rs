//! What every figure does, whatever it shows.

use hnn_live::figures::FIGURES;
use hnn_live::{Experiment, Figure, Knob, Places};

/// How far a run goes that need not come to its end.
const FEW: usize = 2500;

/// What a reader has before them: drawings, titles and words.
fn shown(name: &str, experiment: &dyn Experiment) -> String {
    let drawings = experiment.draw();
    let drawings = drawings.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!drawings.is_empty(), "{name} draws nothing");
    let mut shown = experiment.says();
    for drawing in &drawings {
        shown += "\n";
        shown += drawing.title();
    }
    let mut words = shown.split(|c: char| !c.is_alphanumeric());
    let wrong = words.find(|word| ["NaN", "inf", "diverged"].contains(word));
    assert_eq!(wrong, None, "{name} says: {shown}");
    assert!(!experiment.says().is_empty(), "{name} says nothing");
    for drawing in &drawings {
        shown += drawing.svg();
    }
    shown
}

/// Goes on for so many steps, or to its end if that is nearer.
fn go_on(experiment: &mut dyn Experiment, steps: usize) {
    for _ in 0..steps / 500 {
        experiment.advance(500).unwrap();
    }
}

/// Goes on to the end, `stride` steps at a time.
fn finish(name: &str, experiment: &mut dyn Experiment, stride: usize) {
    let (mut taken, mut all) = experiment.progress();
    while taken < all {
        experiment.advance(stride).unwrap();
        let (now, of) = experiment.progress();
        assert!(
            now > taken || now == of,
            "{name} stands still at {now} of {of}"
        );
        (taken, all) = (now, of);
    }
    assert_eq!(taken, all, "{name} goes past its end");
}

fn begin(figure: &Figure) -> (Vec<Knob>, Places, Box<dyn Experiment>) {
    let knobs = (figure.knobs)();
    let start = Places::start(&knobs);
    let experiment = (figure.begin)(&start).unwrap();
    (knobs, start, experiment)
}

#[test]
fn a_figure_has_at_most_three_knobs_with_names_of_their_own_and_stands_at_one_of_their_places() {
    for figure in FIGURES {
        let (knobs, _, experiment) = begin(figure);
        shown(figure.name, &*experiment);
        assert!((1..=3).contains(&knobs.len()), "{}", figure.name);
        for (index, knob) in knobs.iter().enumerate() {
            assert!(knob.start < knob.places.len() && knob.places.len() > 1);
            assert!(
                knob.name.chars().all(|c| c.is_ascii_lowercase()),
                "{}",
                knob.name
            );
            assert!(knobs[..index].iter().all(|other| other.name != knob.name));
            let mut places = knob.places.clone();
            places.sort();
            places.dedup();
            assert_eq!(
                places.len(),
                knob.places.len(),
                "{} {}",
                figure.name,
                knob.name
            );
        }
    }
}

#[test]
fn a_knob_at_another_place_shows_something_else() {
    for figure in FIGURES {
        let (knobs, start, mut experiment) = begin(figure);
        finish(figure.name, &mut *experiment, 1000);
        let at_start = shown(figure.name, &*experiment);
        for (index, knob) in knobs.iter().enumerate() {
            for place in (0..knob.places.len()).filter(|&place| place != knob.start) {
                let mut places = start.clone();
                places.0[index] = place;
                experiment.turn(&places).unwrap();
                go_on(&mut *experiment, FEW);
                let there = shown(figure.name, &*experiment);
                let at = &knob.places[place];
                assert!(there != at_start, "{}: {} at {at}", figure.name, knob.name);
            }
        }
    }
}

#[test]
fn every_corner_of_the_knobs_can_be_drawn_at_its_start_and_on_the_way() {
    for figure in FIGURES {
        let (knobs, ..) = begin(figure);
        for corner in 0..1 << knobs.len() {
            let end =
                |(index, knob): (usize, &Knob)| (corner >> index & 1) * (knob.places.len() - 1);
            let places = Places(knobs.iter().enumerate().map(end).collect());
            let mut experiment = (figure.begin)(&places).unwrap();
            shown(figure.name, &*experiment);
            for _ in 0..3 {
                experiment.advance(7).unwrap();
                shown(figure.name, &*experiment);
            }
            go_on(&mut *experiment, FEW);
            shown(figure.name, &*experiment);
        }
    }
}

#[test]
fn knobs_may_be_turned_in_mid_run_and_back() {
    for figure in FIGURES {
        let (knobs, start, mut experiment) = begin(figure);
        for (index, knob) in knobs.iter().enumerate() {
            experiment.advance(5).unwrap();
            let mut places = start.clone();
            places.0[index] = (knob.start + 1) % knob.places.len();
            experiment.turn(&places).unwrap();
            shown(figure.name, &*experiment);
            experiment.advance(3).unwrap();
            experiment.turn(&start).unwrap();
            shown(figure.name, &*experiment);
        }
        finish(figure.name, &mut *experiment, 999);
        shown(figure.name, &*experiment);
    }
}

/// What each says at the end of its first run. Where products are fused a page says the same: `tests/browser/live.test.mjs`
/// compares.
#[test]
fn what_a_figure_says_at_its_end_is_pinned() {
    let told = FIGURES.iter().map(|figure| {
        let (_, _, mut experiment) = begin(figure);
        finish(figure.name, &mut *experiment, 500);
        format!("{}: {}\n", figure.name, experiment.says())
    });
    insta::assert_snapshot!("ends", told.collect::<String>());
}
