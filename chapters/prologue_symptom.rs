//! The prologue: the notebook's main run, the constant that scores 1.0, and three runs that are not stopped early.
//!
//! `cargo run --example prologue`

// ANCHOR: uses
use std::f64::consts::TAU;

use hnn::evidence::{
    Animation, Axis, Colour, Evidence, Facts, Figure, LineChart, Mark, Panel, Series, Shape, Table,
    brief, counted, thousands,
};
use hnn::learning::Seeds;
use hnn::measure::portrait;
use hnn::mechanics::{Difference, Differenced, Method};
use hnn::model::Network;
use hnn::notebook::history::History;
use hnn::notebook::{Notebook, Settings, TestRow, figures, printed};
use hnn::phase_space::{Oscillator, State};
use hnn::random::Gaussian;
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Runs the notebook beside the original, scores a constant network, and lets three runs go on";
    hnn::cli::run("prologue", about, experiment)
}

/// The prologue's experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: field
    settings.check()?;
    evidence.show("field", field_on_contours())?;
    // ANCHOR_END: field

    // ANCHOR: train
    let mut notebook = Notebook::new(settings.clone())?;
    let history = notebook.train()?;
    evidence.show("losses", history.lines())?;
    // ANCHOR_END: train

    // ANCHOR: loss-figure
    evidence.show("loss-figure", figures::losses(&history))?;
    // ANCHOR_END: loss-figure

    // ANCHOR: compare
    evidence.show(
        "printed-losses",
        Table::of(&printed::LOSSES)
            .column("epoch", |(epoch, _, _)| epoch)
            .column("original train", |(_, train, _)| format!("{train:.4}"))
            .column("ours train", |(epoch, _, _)| ours(&history.train, *epoch))
            .column("original validation", |(_, _, validation)| {
                format!("{validation:.4}")
            })
            .column("ours validation", |(epoch, _, _)| {
                ours(&history.validation, *epoch)
            }),
    )?;
    // ANCHOR_END: compare

    // ANCHOR: test-table
    evidence.show("test-table", notebook.test_table())?;
    // ANCHOR_END: test-table

    // ANCHOR: printed-table
    evidence.show("printed-table", TestRow::table(&printed::test_rows()))?;
    // ANCHOR_END: printed-table

    // ANCHOR: phase-space
    let mut starts = Gaussian::from_seed(settings.seed);
    evidence.show("phase-space", figures::phase_space(&notebook, &mut starts))?;
    // ANCHOR_END: phase-space

    // ANCHOR: time-series
    evidence.show("time-series", figures::time_series(&notebook))?;
    // ANCHOR_END: time-series

    // ANCHOR: swinging
    evidence.show("swinging", swinging(&notebook))?;
    // ANCHOR_END: swinging

    // ANCHOR: error-maps
    evidence.show("error-maps", figures::error_maps(&notebook))?;
    // ANCHOR_END: error-maps

    // ANCHOR: profiles
    evidence.show("profiles", portrait::profiles(notebook.network()))?;
    // ANCHOR_END: profiles

    // ANCHOR: run-facts
    let last = history.train[history.train.len() - 1];
    evidence.show(
        "run",
        Facts::new()
            .with("weights", thousands(notebook.network().parameters().len()))
            .with("last_train_loss", format!("{last:.3}")),
    )?;
    // ANCHOR_END: run-facts

    // ANCHOR: constant
    let constant = Network::constant(&settings.widths, 0.5)?;
    let terms = notebook.objective().terms(&constant, notebook.data());
    // ANCHOR_END: constant

    // ANCHOR: constant-facts
    evidence.show(
        "constant",
        Facts::new()
            .with("velocity_term", format!("{:.4}", terms.velocity))
            .with("force_term", format!("{:.4}", terms.force))
            .with("loss", format!("{:.4}", terms.loss())),
    )?;
    // ANCHOR_END: constant-facts

    // ANCHOR: histories
    let three = Seeds::new(settings.seed, 3);
    let histories: Vec<History> =
        three.each(|seed| History::record(settings.with_seed(seed), EVERY, LONGEST))?;
    evidence.show(
        "histories",
        Table::of(&histories)
            .column("seed", |history| history.settings.seed)
            .column("best validation loss", |history| {
                loss(history.stop.as_ref().map(|stop| stop.best.value))
            })
            .column("in epoch", |history| {
                epoch(history.stop.as_ref().map(|stop| stop.best.look))
            })
            .column("early stop in epoch", |history| {
                epoch(history.stop.as_ref().map(|stop| stop.epoch))
            })
            .column("validation loss there", |history| {
                loss(history.stop.as_ref().map(|stop| stop.validation))
            })
            .column("loss 1.000 in epoch", |history| epoch(history.stuck_at())),
    )?;
    // ANCHOR_END: histories

    // ANCHOR: collapse
    evidence.show("collapse", collapse(&histories))?;
    // ANCHOR_END: collapse

    // ANCHOR: history-facts
    let setup = settings.setup(three.seeds, brief(terms.loss()));
    evidence.show("history", history_facts(&histories).with("setup", setup))?;
    // ANCHOR_END: history-facts
    Ok(())
}

// ANCHOR: field-figure
/// Contours of the spring's energy and arrows of its field; at one state also the arrow uphill.
fn field_on_contours() -> hnn::Result<Figure> {
    const LENGTH: f64 = 0.4;
    let at = |r: f64, turns: f64| Oscillator::UNIT.after([r, 0.0], -TAU * turns);
    let arrow = |from: State, along: State| {
        let tip = |i: usize| from[i] + LENGTH * along[i];
        [(from[0], from[1]), (tip(0), tip(1))]
    };
    let unit = Oscillator::UNIT;
    let contour = |r: f64| {
        let turn = (0..=120).map(|part| at(r, f64::from(part) / 120.0));
        let label = format!("H = {}", r * r / 2.0);
        Series::new(label, Colour::Ink, turn.map(|[q, p]| (q, p))).labelled_at(0.0, 0.12 - r)
    };
    let field = [0.5, 1.5].into_iter().flat_map(|r| {
        let around = (0..8).map(move |part| at(r, f64::from(part) / 8.0));
        around.flat_map(|z| arrow(z, unit.field(z)))
    });
    let arrows = |name: &str, colour, points: Vec<(f64, f64)>| {
        Series::new(name, colour, points).marked(Mark::Arrow)
    };
    // Its gradient is the state itself.
    let state = at(1.0, 1.0 / 16.0);
    let [motion, uphill] = [unit.field(state), state].map(|along| arrow(state, along).to_vec());
    let mut series: Vec<Series> = [0.5, 1.0, 1.5].map(contour).into();
    series.extend([
        arrows("field", Colour::Blue, field.collect()).unlabelled(),
        arrows("motion", Colour::Blue, motion).labelled_at(1.24, -0.2),
        arrows("uphill", Colour::Vermillion, uphill).labelled_at(1.02, 0.74),
        Series::new("state", Colour::Ink, [(state[0], state[1])])
            .marked(Mark::Dot)
            .unlabelled(),
    ]);
    let title = "Motion runs at a right angle to the slope, and faster where it is steeper";
    let description = "Contours of the spring's energy in phase space, circles of H = 0.125, 0.5 and 1.125, and arrows of its \
                       field: clockwise along the contours, on the outermost three times as long as on the innermost. At one \
                       state of H = 0.5 the gradient points straight outwards, uphill, and the motion 90 degrees clockwise of it.";
    let panel = Panel {
        x: Axis::new("position q").between(-1.9, 1.9),
        y: Axis::new("momentum p").between(-1.65, 1.65),
        series,
        square: true,
    };
    LineChart::single(title, description, panel).draw()
}
// ANCHOR_END: field-figure

// ANCHOR: recorded
/// Epochs from one record of a run to the next, and at the most.
const EVERY: usize = 5;
const LONGEST: usize = 300;
// ANCHOR_END: recorded

// ANCHOR: beside-the-original
/// Our loss of an epoch, if the run came to it.
fn ours(losses: &[f64], epoch: usize) -> String {
    let loss = losses.get(epoch);
    loss.map_or("-".into(), |loss| format!("{loss:.4}"))
}
// ANCHOR_END: beside-the-original

// ANCHOR: swinging-figure
/// The spring and the one that the network has learned, let go side by side for 10 units of time.
fn swinging(notebook: &Notebook) -> hnn::Result<Figure> {
    let (start, step, moments) = ([1.0, 0.0], 0.1, 101);
    let times = (0..moments).map(|index| step * index as f64);
    let truth: Vec<State> = times.map(|t| Oscillator::UNIT.after(start, t)).collect();
    let forward = Difference::Forward(notebook.settings().epsilon);
    let mut field = Differenced::of(notebook.network(), forward);
    let learned = Method::RungeKutta4.trajectory(|z| field.at(z), start, step, moments)?;
    let [all, few] = [&truth, &learned].map(|path| format!("{:.1}", portrait::turned(path) / TAU));
    let shape = |name: &str, colour, across: f64, path: &[State]| Shape {
        name: name.into(),
        colour,
        breadth: 2,
        moments: path.iter().map(|z| hung(across, -0.5 * z[0])).collect(),
    };
    Animation {
        title: format!("The spring swings {all} times, what was learned {few} times"),
        description: format!(
            "Two weights on springs, let go together from the same place and followed for 10 units of time. The spring swings {all} \
             times, what the notebook's network has learned {few} times."
        ),
        shapes: vec![
            shape("the spring", Colour::Ink, -0.5, &truth),
            shape("what was learned", Colour::Vermillion, 0.5, &learned),
        ],
        range: (-1.0, 1.0),
        seconds: 10.0,
        // After half a swing of the true one.
        still: 31,
        traced: false,
    }
    .draw()
}

/// A spring from the ceiling down to a height, and the weight on it.
fn hung(across: f64, height: f64) -> Vec<(f64, f64)> {
    const TURNS: usize = 16;
    let (ceiling, side) = (0.97, 0.11);
    let turn = |index: usize| {
        let down = index as f64 / TURNS as f64;
        let aside = match index {
            0 | TURNS => 0.0,
            _ if index.is_multiple_of(2) => -side,
            _ => side,
        };
        (across + aside, ceiling + down * (height - ceiling))
    };
    let corners = [
        (-1.0, 0.0),
        (-1.0, -2.0),
        (1.0, -2.0),
        (1.0, 0.0),
        (0.0, 0.0),
    ];
    let weight = corners.map(|(x, y)| (across + x * side, height + y * side));
    (0..=TURNS).map(turn).chain(weight).collect()
}
// ANCHOR_END: swinging-figure

// ANCHOR: facts-of-histories
/// How many runs came to 1.000, and how the first one ended.
fn history_facts(histories: &[History]) -> Facts {
    let stuck = histories.iter().filter_map(History::stuck_at).count();
    let end = histories[0].last();
    Facts::new()
        .with("stuck", counted(stuck, histories.len(), "run"))
        .with("loss_at_the_end", format!("{:.3}", end.loss()))
        .with(
            "energy_term_at_the_end",
            format!("{:.0e}", end.training.energy),
        )
}
// ANCHOR_END: facts-of-histories

// ANCHOR: collapse-figure
/// What a run may not have come to.
fn epoch(epoch: Option<usize>) -> String {
    epoch.map_or("-".into(), |epoch| epoch.to_string())
}

fn loss(loss: Option<f64>) -> String {
    loss.map_or("-".into(), |loss| format!("{loss:.3}"))
}

/// The loss of every run, each with a cross where early stopping would have ended it.
fn collapse(histories: &[History]) -> hnn::Result<Figure> {
    let end = histories.iter().map(|history| history.last().index).max();
    let end = end.unwrap_or_default();
    let colours = [Colour::Blue, Colour::Vermillion, Colour::Green];
    let line = |(history, colour): (&History, Colour)| {
        let epochs = history.epochs.iter();
        let points = epochs.map(|epoch| (epoch.index as f64, epoch.loss()));
        Series::new(format!("seed {}", history.settings.seed), colour, points)
    };
    let mut series: Vec<Series> = histories.iter().zip(colours).map(line).collect();
    let stops = histories.iter().filter_map(|history| history.stop.as_ref());
    let stops = stops.map(|stop| (stop.epoch as f64, stop.validation));
    series.push(Series::new("early stops", Colour::Ink, stops).marked(Mark::Cross));
    let stuck = histories
        .iter()
        .filter(|history| history.stuck_at().is_some())
        .count();
    let title = format!(
        "Let go on, {stuck} of {} runs climb to a loss of 1.000",
        histories.len()
    );
    let description = format!(
        "The loss of {} runs of the notebook without early stopping, over up to {end} epochs. Each falls to about a quarter, \
         turns and climbs; {stuck} arrive at 1.000. Crosses mark where early stopping would have ended them.",
        histories.len(),
    );
    let (x, y) = (Axis::new("epoch"), Axis::new("loss").holding([0.0]));
    LineChart::single(title, description, Panel::new(x, y, series)).draw()
}
// ANCHOR_END: collapse-figure
