//! Portraits of a learned field: its paths, its motion in time, its errors, each beside the unit oscillator's.
//!
//! The notebook draws itself with them ([`crate::notebook::figures`]), and so does the model that works. As in the notebook
//! the truth is m = k = 1, whatever the data were.

use ndarray::{Array1, Array2, ArrayView2};
use rayon::prelude::*;

use crate::Result;
use crate::evidence::{Axis, Colour, Figure, HeatMap, LineChart, Mark, Panel, Series, brief};
use crate::model::Network;
use crate::phase_space::{Oscillator, Points, State, even_circle, linspace, range};
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
        .map(|&start| Ok([true_path(start), simulate(start)?]))
        .collect::<Result<Vec<_>>>()?;
    let states = || {
        runs.iter()
            .flat_map(|[truth, simulated]| truth.iter().chain(simulated))
    };
    let reach = states().flatten().map(|x| x.abs()).fold(1.0, f64::max) * 1.05;
    let ratios = runs.iter();
    let ratios = ratios.map(|[truth, simulated]| turned(simulated) / turned(truth));
    let (low, high) = range(ratios.collect::<Array1<f64>>().view());
    let (low, high) = (format!("{low:.2}"), format!("{high:.2}"));
    let range = match low == high {
        true => low,
        false => format!("{low} to {high}"),
    };
    let mut series = Vec::new();
    for (index, [truth, simulated]) in runs.iter().enumerate() {
        let line = |label: &str, colour, path: &[State]| {
            let points = drawn(path.iter().map(|z| (z[0], z[1])));
            Series::new(format!("{label} {}", index + 1), colour, points).unlabelled()
        };
        series.push(line("true", Colour::Ink, truth));
        series.push(line("simulated", Colour::Vermillion, simulated));
    }
    let points = |of: fn(&[Vec<State>; 2]) -> Option<&State>| {
        let states = runs.iter().filter_map(of);
        states.map(|z| (z[0], z[1])).collect::<Vec<_>>()
    };
    let begun = points(|[truth, _]| truth.first());
    let true_ends = points(|[truth, _]| truth.last());
    let simulated_ends = points(|[_, path]| path.last());
    for (name, colour, mark, points) in [
        ("start", Colour::Ink, Mark::Dot, begun),
        ("true end", Colour::Ink, Mark::Cross, true_ends),
        (
            "simulated end",
            Colour::Vermillion,
            Mark::Cross,
            simulated_ends,
        ),
    ] {
        series.push(Series::new(name, colour, points).marked(mark).unlabelled());
    }
    let key = |label: &str, colour, across| {
        Series::new(label, colour, []).labelled_at(across * reach, 1.1 * reach)
    };
    series.push(key("true, solid", Colour::Ink, -0.75));
    series.push(key("simulated, dashed", Colour::Vermillion, -0.1));
    series.push(key("from dot to cross", Colour::Ink, 0.65));
    let title = format!("In 10 units of time points turn {range} times as far as they should");
    let description = format!(
        "{} starts in phase space, each followed for 10 units of time from a dot to a cross. The true paths are circles, \
         passed more than one and a half times. The simulated points turn {range} times as far about the origin.",
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

/// A field at points, one (q, p) a row, under a name; alone it needs none.
pub type Named<'a> = (&'a str, &'a dyn Fn(ArrayView2<f64>) -> Points);

/// The error of each component of each field over [-1, 1]², on a grid of 50 by 50, under one scale of colours.
///
/// # Errors
///
/// [`Error::Figure`](crate::Error::Figure) if a value is not finite.
pub fn error_maps(fields: &[Named]) -> Result<Figure> {
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
    let mean = |map: &Array2<f64>| map.mean().unwrap_or_default();
    let max = |map: &Array2<f64>| map.iter().copied().fold(0.0, f64::max);
    let (mut maps, mut errs, mut each) = (Vec::new(), Vec::new(), Vec::new());
    for (name, field) in fields {
        let errors = (field(grid.view()) - Oscillator::UNIT.fields(grid.view())).mapv(f64::abs);
        let [velocity, force] = [0, 1].map(|component| {
            let errors = errors.column(component).to_owned();
            let square = errors.into_shape_with_order((RESOLUTION, RESOLUTION));
            square.expect("a point a cell")
        });
        errs.push(format!(
            "{name} by {} on average and by up to {}",
            brief((mean(&velocity) + mean(&force)) / 2.0),
            brief(max(&velocity).max(max(&force))),
        ));
        for (slope, map) in [("∂H/∂p", velocity), ("-∂H/∂q", force)] {
            let what = match name.is_empty() {
                true => format!("error of {slope}"),
                false => format!("{slope}, {name}"),
            };
            let (mean, max) = (brief(mean(&map)), brief(max(&map)));
            each.push(format!("{what}, mean {mean}, largest {max}"));
            maps.push((what, map));
        }
    }
    HeatMap {
        title: format!(
            "The learned field errs {}, where the true one reaches 1",
            errs.join(", ").trim_start()
        ),
        description: format!(
            "Absolute error of both components of the learned field over the square from -1 to 1: {}. The true components \
             reach 1.",
            each.join("; ")
        ),
        maps,
        axes: ("position q".into(), "momentum p".into()),
        range: (-1.0, 1.0),
    }
    .draw()
}

/// Energy and outward slope of a network, and of the unit oscillator, against the radius: means over the circle.
///
/// ```text
/// H(r) = mean of H(z),   H'(r) = mean of ∇H(z) · z/r        over |z| = r
/// ```
///
/// # Errors
///
/// [`Error::Figure`](crate::Error::Figure) if a value is not finite.
pub fn profiles(network: &Network) -> Result<Figure> {
    const DIRECTIONS: usize = 360;
    const WIDEST: usize = 150;
    let circle = even_circle(DIRECTIONS);
    let at = |r: f64| {
        let points = &circle * r;
        let outward = network.gradient(points.view()) * &circle;
        let energy = network.energy(points.view());
        [energy.sum(), outward.sum()].map(|sum| sum / DIRECTIONS as f64)
    };
    let radii = (0..=WIDEST).map(|percent| percent as f64 / 100.0);
    let learned: Vec<(f64, [f64; 2])> = radii.map(|r| (r, at(r))).collect();
    let [inside, on] = [50, 100].map(|percent| brief(learned[percent].1[1]));
    let panel = |name: &str, which: usize, truth: fn(f64) -> f64| {
        let line = |label, colour, at: &dyn Fn(usize) -> f64| {
            let points = learned.iter().enumerate();
            Series::new(label, colour, points.map(|(i, &(r, _))| (r, at(i))))
        };
        let top = truth(1.5);
        Panel::new(
            Axis::new("radius r"),
            Axis::new(name).between(0.0, top),
            [
                line("spring", Colour::Ink, &|i| truth(learned[i].0)),
                line("learned", Colour::Vermillion, &|i| learned[i].1[which]),
                Series::new("the data, r = 1", Colour::Green, [(1.0, 0.0), (1.0, top)]),
            ],
        )
    };
    LineChart {
        title: format!(
            "The spring's slope doubles from r = 0.5 to r = 1, the learned one goes from {inside} to {on}"
        ),
        description: format!(
            "Energy and outward slope against the radius, means over circles up to 1.5. The spring's energy is a bowl, r²/2, \
             of slope r. Of the learned one the slope is {inside} at r = 0.5, {on} at r = 1, where all data are, and {} at 1.5.",
            brief(learned[WIDEST].1[1])
        ),
        panels: vec![
            panel("energy H", 0, |r| r * r / 2.0),
            panel("slope of H outwards", 1, |r| r),
        ],
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
