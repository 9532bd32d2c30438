//! The notebook's four figures.

use ndarray::Array2;
use rayon::prelude::*;

use super::{History, Notebook};
use crate::dataset::linspace;
use crate::evidence::{Axis, Colour, Figure, HeatMap, LineChart, Panel, Series};
use crate::hamiltonian::{ForwardDifference, forward_differences};
use crate::integrator::{State, explicit_euler};
use crate::random::RandomSource;
use crate::{Error, Result};

/// Points of each simulated trajectory.
const POINTS: usize = 1000;
/// Only every so many of them are drawn.
const DRAWN: usize = 8;
/// **Slip**: the step of the simulation; the true curve is drawn on a grid of 10/999.
const STEP: f64 = 0.01;

/// Figure 1: the losses, epoch by epoch.
///
/// # Errors
///
/// [`Error::Figure`] if the history is empty.
pub fn losses(history: &History) -> Result<Figure> {
    let Some(best) = history.best() else {
        return Err(Error::Figure {
            title: "losses".into(),
            why: "the history is empty".into(),
        });
    };
    let epochs = history.train.len();
    let points = |losses: &[f64]| {
        losses
            .iter()
            .enumerate()
            .map(|(epoch, &loss)| (epoch as f64, loss))
            .collect()
    };
    let (first, last) = (history.validation[0], history.validation[epochs - 1]);
    let top = history
        .train
        .iter()
        .chain(&history.validation)
        .copied()
        .fold(0.0, f64::max);
    let at = epochs * 3 / 4;
    let label = at as f64;
    LineChart {
        title: format!("Validation loss {:.2} at best, in epoch {}, and {last:.2} when the run ends", best.1, best.0),
        description: format!(
            "Training and validation loss over {epochs} epochs. The validation loss is {first:.3} after epoch 0, smallest \
             at epoch {} with {:.3}, and {last:.3} at the end.",
            best.0, best.1,
        ),
        panels: vec![Panel {
            x: Axis::new("epoch", (0.0, (epochs - 1).max(1) as f64)),
            y: Axis::new("loss", (0.0, top * 1.08)),
            series: vec![
                Series::new("training", Colour::Blue, points(&history.train))
                    .labelled_at(label, history.train[at] + 0.09 * top),
                Series::new("validation", Colour::Vermillion, points(&history.validation))
                    .labelled_at(label, history.validation[at] - 0.09 * top),
            ],
            square: false,
        }],
    }
    .draw()
}

/// Figure 2: true and simulated trajectories in phase space, from five starts drawn by `random` in [-1, 1]².
///
/// # Errors
///
/// [`Error::Figure`] if a trajectory leaves the finite numbers.
pub fn phase_space<R: RandomSource + Sync>(
    notebook: &Notebook<R>,
    random: &mut impl RandomSource,
) -> Result<Figure> {
    let starts: Vec<State> = (0..5)
        .map(|_| [random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0)])
        .collect();
    let runs: Vec<_> = starts
        .par_iter()
        .map(|&start| (true_path(start), simulated_path(notebook, start)))
        .collect();
    let states = || {
        runs.iter()
            .flat_map(|(truth, simulated)| truth.iter().chain(simulated))
    };
    let reach = states().flatten().map(|x| x.abs()).fold(1.0, f64::max) * 1.05;
    let ratios: Vec<f64> = runs
        .iter()
        .map(|(truth, simulated)| turned(simulated) / turned(truth))
        .collect();
    let (low, high) = ratios.iter().fold((f64::MAX, f64::MIN), |(low, high), &r| {
        (low.min(r), high.max(r))
    });
    let mut series = Vec::new();
    for (index, (truth, simulated)) in runs.iter().enumerate() {
        let line = |label: &str, colour, path: &[State]| {
            Series::new(
                format!("{label} {}", index + 1),
                colour,
                drawn(path.iter().map(|z| (z[0], z[1]))),
            )
        };
        series.push(line("true", Colour::Ink, truth));
        series.push(line("simulated", Colour::Vermillion, simulated));
    }
    let key = |label: &str, colour, across| {
        Series::new(label, colour, Vec::new()).labelled_at(across * reach, 1.1 * reach)
    };
    series.push(key("true, solid", Colour::Ink, -0.4));
    series.push(key("simulated, dashed", Colour::Vermillion, 0.4));
    LineChart {
        title: format!("In 10 units of time points turn {low:.2} to {high:.2} times as far as they should"),
        description: format!(
            "Five starts in phase space, each followed for 10 units of time. The true paths are circles, passed more \
             than one and a half times. The simulated points turn {low:.2} to {high:.2} times as far about the origin."
        ),
        panels: vec![Panel {
            x: Axis::new("position q", (-reach, reach)),
            y: Axis::new("momentum p", (-reach, 1.2 * reach)),
            series,
            square: true,
        }],
    }
    .draw()
}

/// Figure 3: q and p over time from (1, 0), true and simulated.
///
/// # Errors
///
/// [`Error::Figure`] if the trajectory leaves the finite numbers.
pub fn time_series<R: RandomSource + Sync>(notebook: &Notebook<R>) -> Result<Figure> {
    let start = [1.0, 0.0];
    let (truth, simulated) = (true_path(start), simulated_path(notebook, start));
    let times = linspace(0.0, 10.0, POINTS);
    let reach = truth
        .iter()
        .chain(&simulated)
        .flatten()
        .map(|x| x.abs())
        .fold(1.0, f64::max)
        * 1.1;
    let worst = |coordinate: usize| {
        let errors = truth
            .iter()
            .zip(&simulated)
            .map(|(a, b)| (a[coordinate] - b[coordinate]).abs());
        errors.fold(0.0, f64::max)
    };
    let panel = |coordinate: usize, name: &str| {
        let line = |label: &str, colour, path: &[State]| {
            let points = times.iter().zip(path).map(|(&t, z)| (t, z[coordinate]));
            Series::new(
                format!("{label} {}", &name[name.len() - 1..]),
                colour,
                drawn(points),
            )
        };
        Panel {
            x: Axis::new("time t", (0.0, 10.0)),
            y: Axis::new(name, (-reach, 1.5 * reach)),
            series: vec![
                line("true", Colour::Ink, &truth).labelled_at(3.5, 1.25 * reach),
                line("simulated", Colour::Vermillion, &simulated).labelled_at(6.5, 1.25 * reach),
            ],
            square: false,
        }
    };
    LineChart {
        title: format!("From (1, 0) the simulated oscillator is off by up to {:.2}", worst(0).max(worst(1))),
        description: format!(
            "Position and momentum over 10 units of time. The largest error is {:.2} in q and {:.2} in p, where the \
             true amplitude is 1.",
            worst(0),
            worst(1)
        ),
        panels: vec![panel(0, "position q"), panel(1, "momentum p")],
    }
    .draw()
}

/// Figure 4: the error of each component of the learned field over [-1, 1]², on a grid of 50 by 50.
///
/// # Errors
///
/// [`Error::Figure`] if a value is not finite.
pub fn error_maps<R: RandomSource + Sync>(notebook: &Notebook<R>) -> Result<Figure> {
    const RESOLUTION: usize = 50;
    let axis = linspace(-1.0, 1.0, RESOLUTION);
    let grid =
        Array2::from_shape_fn(
            (RESOLUTION * RESOLUTION, 2),
            |(index, coordinate)| match coordinate {
                0 => axis[index % RESOLUTION],
                _ => axis[index / RESOLUTION],
            },
        );
    let field = forward_differences(notebook.network(), notebook.settings().epsilon, grid.view());
    let errors = |component: usize, truth: &dyn Fn(State) -> f64| {
        Array2::from_shape_fn((RESOLUTION, RESOLUTION), |(row, column)| {
            let index = row * RESOLUTION + column;
            (field[index][component] - truth([grid[[index, 0]], grid[[index, 1]]])).abs()
        })
    };
    // The notebook compares with p and -q whatever the mass and the stiffness.
    let velocity = errors(0, &|[_, p]| p);
    let force = errors(1, &|[q, _]| -q);
    let mean = |map: &Array2<f64>| map.mean().unwrap_or_default();
    let max = |map: &Array2<f64>| map.iter().copied().fold(0.0, f64::max);
    HeatMap {
        title: format!(
            "The learned field errs by {:.2} on average and by up to {:.2}, where the true one reaches 1",
            (mean(&velocity) + mean(&force)) / 2.0,
            max(&velocity).max(max(&force)),
        ),
        description: format!(
            "Absolute error of both components of the learned field over the square from -1 to 1. Of ∂H/∂p: mean \
             {:.2}, largest {:.2}. Of -∂H/∂q: mean {:.2}, largest {:.2}. The true components reach 1.",
            mean(&velocity),
            max(&velocity),
            mean(&force),
            max(&force),
        ),
        maps: vec![("error of ∂H/∂p".into(), velocity), ("error of -∂H/∂q".into(), force)],
        axes: ("position q".into(), "momentum p".into()),
        range: (-1.0, 1.0),
    }
    .draw()
}

/// The circle through `start`, clockwise at unit frequency, whatever the mass and the stiffness.
fn true_path([q, p]: State) -> Vec<State> {
    let turn = |&t: &f64| {
        [
            q * libm::cos(t) + p * libm::sin(t),
            p * libm::cos(t) - q * libm::sin(t),
        ]
    };
    linspace(0.0, 10.0, POINTS).iter().map(turn).collect()
}

/// **Slip**: explicit Euler, which adds energy of its own even to an exact field.
fn simulated_path<R: RandomSource + Sync>(notebook: &Notebook<R>, start: State) -> Vec<State> {
    let mut field = ForwardDifference::of(notebook.network(), notebook.settings().epsilon);
    explicit_euler(|z| field.at(z), start, STEP, POINTS)
}

/// The angle, clockwise and in radians, by which a path turns about the origin.
fn turned(path: &[State]) -> f64 {
    let between =
        |a: State, b: State| libm::atan2(a[1] * b[0] - a[0] * b[1], a[0] * b[0] + a[1] * b[1]);
    path.windows(2).map(|pair| between(pair[0], pair[1])).sum()
}

fn drawn(points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let points: Vec<_> = points.collect();
    let last = points.last().copied();
    let mut drawn: Vec<_> = points.into_iter().step_by(DRAWN).collect();
    if drawn.last() != last.as_ref() {
        drawn.extend(last);
    }
    drawn
}
