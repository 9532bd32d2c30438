//! Portraits of a learned field: its paths, its motion in time, its errors, each beside the unit oscillator's.
//!
//! The notebook draws itself with them ([`crate::notebook::figures`]), and so does the model that works. As in the notebook
//! the truth is m = k = 1, whatever the data were.

use ndarray::{Array1, Array2, ArrayView2};
use rayon::prelude::*;

use crate::Result;
use crate::evidence::{Axis, Colour, Figure, HeatMap, LineChart, Panel, Series, brief};
use crate::phase_space::{Oscillator, Points, State, linspace, range};
use crate::random::RandomSource;

/// Points of each path, evenly spaced over 10 units of time.
pub const POINTS: usize = 1000;
/// Only every so many of them are drawn.
const DRAWN: usize = 8;

/// Five starts drawn in [-1, 1]².
pub fn starts(random: &mut impl RandomSource) -> Vec<State> {
    let draw = |_| [random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0)];
    (0..5).map(draw).collect()
}

/// True and simulated paths in phase space. `simulate` gives the [`POINTS`] states of the path from a start.
///
/// # Errors
///
/// Those of `simulate`, and [`Error::Figure`](crate::Error::Figure) if a path leaves the finite numbers.
pub fn phase_space(
    starts: &[State],
    simulate: impl Fn(State) -> Result<Vec<State>> + Sync,
) -> Result<Figure> {
    let runs = starts
        .par_iter()
        .map(|&start| Ok((true_path(start), simulate(start)?)))
        .collect::<Result<Vec<_>>>()?;
    let states = || {
        runs.iter()
            .flat_map(|(truth, simulated)| truth.iter().chain(simulated))
    };
    let reach = states().flatten().map(|x| x.abs()).fold(1.0, f64::max) * 1.05;
    let ratios = runs.iter();
    let ratios = ratios.map(|(truth, simulated)| turned(simulated) / turned(truth));
    let (low, high) = range(ratios.collect::<Array1<f64>>().view());
    let (low, high) = (format!("{low:.2}"), format!("{high:.2}"));
    let range = match low == high {
        true => low,
        false => format!("{low} to {high}"),
    };
    let mut series = Vec::new();
    for (index, (truth, simulated)) in runs.iter().enumerate() {
        let line = |label: &str, colour, path: &[State]| {
            let points = drawn(path.iter().map(|z| (z[0], z[1])));
            Series::new(format!("{label} {}", index + 1), colour, points).unlabelled()
        };
        series.push(line("true", Colour::Ink, truth));
        series.push(line("simulated", Colour::Vermillion, simulated));
    }
    let key = |label: &str, colour, across| {
        Series::new(label, colour, []).labelled_at(across * reach, 1.1 * reach)
    };
    series.push(key("true, solid", Colour::Ink, -0.4));
    series.push(key("simulated, dashed", Colour::Vermillion, 0.4));
    let title = format!("In 10 units of time points turn {range} times as far as they should");
    let description = format!(
        "{} starts in phase space, each followed for 10 units of time. The true paths are circles, passed more \
         than one and a half times. The simulated points turn {range} times as far about the origin.",
        starts.len(),
    );
    let panel = Panel {
        x: Axis::new("position q").between(-reach, reach),
        y: Axis::new("momentum p").between(-reach, 1.2 * reach),
        series,
        square: true,
    };
    LineChart::single(title, description, panel).draw()
}

/// q and p over time, true and simulated: the [`POINTS`] states of the path from `start`.
///
/// # Errors
///
/// [`Error::Figure`](crate::Error::Figure) if the path leaves the finite numbers.
pub fn time_series(start: State, simulated: &[State]) -> Result<Figure> {
    let truth = true_path(start);
    let times = linspace(0.0, 10.0, POINTS);
    let worst = |coordinate: usize| {
        let errors = truth
            .iter()
            .zip(simulated)
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
        Panel::new(
            Axis::new("time t"),
            Axis::new(name).holding([-1.0, 1.0]),
            [
                line("true", Colour::Ink, &truth),
                line("simulated", Colour::Vermillion, simulated),
            ],
        )
    };
    LineChart {
        title: format!(
            "From ({}, {}) the simulated oscillator is off by up to {}",
            start[0],
            start[1],
            brief(worst(0).max(worst(1)))
        ),
        description: format!(
            "Position and momentum over 10 units of time. The largest error is {} in q and {} in p, where the true \
             amplitude is {}.",
            brief(worst(0)),
            brief(worst(1)),
            brief((start[0] * start[0] + start[1] * start[1]).sqrt()),
        ),
        panels: vec![panel(0, "position q"), panel(1, "momentum p")],
    }
    .draw()
}

/// The error of each component of a field over [-1, 1]², on a grid of 50 by 50. `field` gives the field at points, one
/// (q, p) a row.
///
/// # Errors
///
/// [`Error::Figure`](crate::Error::Figure) if a value is not finite.
pub fn error_maps(field: impl FnOnce(ArrayView2<f64>) -> Points) -> Result<Figure> {
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
    let field = field(grid.view());
    let errors = (field - Oscillator::UNIT.fields(grid.view())).mapv(f64::abs);
    let [velocity, force] = [0, 1].map(|component| {
        let errors = errors.column(component).to_owned();
        let square = errors.into_shape_with_order((RESOLUTION, RESOLUTION));
        square.expect("a point a cell")
    });
    let mean = |map: &Array2<f64>| map.mean().unwrap_or_default();
    let max = |map: &Array2<f64>| map.iter().copied().fold(0.0, f64::max);
    HeatMap {
        title: format!(
            "The learned field errs by {} on average and by up to {}, where the true one reaches 1",
            brief((mean(&velocity) + mean(&force)) / 2.0),
            brief(max(&velocity).max(max(&force))),
        ),
        description: format!(
            "Absolute error of both components of the learned field over the square from -1 to 1. Of ∂H/∂p: mean {}, \
             largest {}. Of -∂H/∂q: mean {}, largest {}. The true components reach 1.",
            brief(mean(&velocity)),
            brief(max(&velocity)),
            brief(mean(&force)),
            brief(max(&force)),
        ),
        maps: vec![("error of ∂H/∂p".into(), velocity), ("error of -∂H/∂q".into(), force)],
        axes: ("position q".into(), "momentum p".into()),
        range: (-1.0, 1.0),
    }
    .draw()
}

/// The circle through `start`, clockwise at unit frequency.
fn true_path(start: State) -> Vec<State> {
    let times = linspace(0.0, 10.0, POINTS);
    times
        .iter()
        .map(|&t| Oscillator::UNIT.after(start, t))
        .collect()
}

/// The angle, clockwise and in radians, by which a path turns about the origin.
pub fn turned(path: &[State]) -> f64 {
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
