//! The coda on Lagrangians: two true double pendulums that begin a little apart.
//!
//! It begins as the black line of the figure `lagrange/apart`, let go with both arms level, the upper arm of the second a
//! thousandth of a radian higher: the same numbers, and they part when the facts `lagrange/chaos` say so.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Panel, Series, brief};
use hnn::mechanics::step::runge_kutta_4;
use hnn::phase_space::Lagrangian;
use hnn::trial::swing::{PENDULUM, SECOND, STEP};

use crate::{Experiment, Figure, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "double",
    knobs: || {
        vec![
            Knob::sizes("upper", "angle of the upper arm, in degrees", &ANGLES, 90.0),
            Knob::sizes("lower", "angle of the lower arm, in degrees", &ANGLES, 90.0),
            Knob::sizes(
                "apart",
                "difference of the upper arms, in radians",
                &APART,
                1e-3,
            ),
        ]
    },
    begin: |places| Ok(Box::new(Double::new(places))),
};

/// From hanging down to standing upright.
const ANGLES: [f64; 13] = [
    0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0, 105.0, 120.0, 135.0, 150.0, 165.0, 180.0,
];
const APART: [f64; 5] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
const SECONDS: f64 = 20.0;
/// Radians apart at which two motions have parted, as on the page.
const PARTED: f64 = 0.1;
/// Of the states every so many-th is drawn.
const DRAWN: usize = 10;

struct Double {
    degrees: [f64; 2],
    apart: f64,
    /// The angles after each step.
    paths: [Vec<[f64; 2]>; 2],
}

/// The angles after each step of a pendulum that is let go here.
fn path(angles: [f64; 2]) -> Vec<[f64; 2]> {
    let mut z = [angles[0], angles[1], 0.0, 0.0];
    let field = |[q1, q2, v1, v2]: [f64; 4]| {
        let [a1, a2] = PENDULUM.acceleration([q1, q2], [v1, v2]);
        [v1, v2, a1, a2]
    };
    let steps = 0..(SECONDS * SECOND / STEP) as usize;
    let angles = steps.map(|_| {
        z = runge_kutta_4(field, z, STEP);
        [z[0], z[1]]
    });
    angles.collect()
}

impl Double {
    fn new(places: &Places) -> Self {
        let degrees = [0, 1].map(|knob| places.of(knob, &ANGLES));
        let apart = places.of(2, &APART);
        // Half a turn is π, and a quarter half of it, to the last bit.
        let [upper, lower] = degrees.map(|degrees| degrees / 180.0 * std::f64::consts::PI);
        Self {
            degrees,
            apart,
            paths: [[upper, lower], [upper + apart, lower]].map(path),
        }
    }

    /// The distance of the angles after each step.
    fn distances(&self) -> Vec<f64> {
        let [one, other] = &self.paths;
        let pairs = one.iter().zip(other);
        pairs
            .map(|(one, other)| (one[0] - other[0]).hypot(one[1] - other[1]))
            .collect()
    }

    fn finding(&self) -> String {
        let parted = self.distances().iter().position(|&apart| apart > PARTED);
        let apart = brief(self.apart);
        match parted {
            Some(step) => format!(
                "Two pendulums that begin {apart} radians apart are {PARTED} apart after {:.1} seconds",
                seconds(step)
            ),
            None => format!(
                "Two pendulums that begin {apart} radians apart stay within {PARTED} for {SECONDS} seconds"
            ),
        }
    }
}

/// The time after a step, counted from 0.
fn seconds(step: usize) -> f64 {
    (step + 1) as f64 * STEP / SECOND
}

impl Experiment for Double {
    fn turn(&mut self, places: &Places) -> Result<()> {
        *self = Self::new(places);
        Ok(())
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let drawn = || (0..self.paths[0].len()).step_by(DRAWN);
        let time = || Axis::new("seconds").between(0.0, SECONDS);
        let angle = |name: &str, colour, path: &[[f64; 2]]| {
            let points = drawn().map(|step| (seconds(step), path[step][1].to_degrees()));
            Series::new(name, colour, points)
        };
        let [one, other] = &self.paths;
        let angles = [
            angle("one", Colour::Ink, one),
            angle("the other", Colour::Vermillion, other),
        ];
        let distances = self.distances();
        // On a logarithmic axis there is no place for 0.
        let apart = drawn().map(|step| (seconds(step), distances[step].max(1e-9)));
        let apart = Series::new("apart", Colour::Blue, apart).unlabelled();
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![
                Panel::new(
                    time(),
                    Axis::new("lower arm, degrees").holding([-180.0, 180.0]),
                    angles,
                ),
                Panel::new(
                    time(),
                    Axis::log("radians apart").holding([1e-6, 10.0]),
                    [apart],
                ),
            ],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        let last = self.distances().last().copied().unwrap_or(self.apart);
        format!(
            "Let go with the upper arm at {} and the lower at {} degrees from where they hang: {}; after {SECONDS} seconds the distance of \
             their angles is {} radians, whole turns counted. Both are true double pendulums.",
            self.degrees[0],
            self.degrees[1],
            self.finding(),
            brief(last),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_parts_when_the_pinned_facts_say_and_small_swings_do_not() {
        let start = Double::new(&Places::start(&(FIGURE.knobs)()));
        let pinned = include_str!("../../../snapshots/lagrange/chaos.snap");
        let nudged = pinned
            .lines()
            .find_map(|line| line.strip_prefix("nudged = "));
        let after = format!("after {} seconds", nudged.unwrap());
        assert!(start.finding().ends_with(&after), "{}", start.finding());
        let pinned = include_str!("../../../snapshots/lagrange/apart.snap.svg");
        let (_, data) = pinned.split_once("seconds,\"true, nudged\"").unwrap();
        let distances = start.distances();
        let ours = (20..distances.len()).step_by(10);
        for (step, row) in ours.zip(data.lines().skip(1)) {
            let cells = row.split(',').take(2).map(|cell| cell.parse().unwrap());
            let cells: Vec<f64> = cells.collect();
            assert_eq!(cells, [seconds(step), distances[step]]);
        }
        let small = Double::new(&Places(vec![1, 1, 3]));
        assert!(
            small.finding().contains("stay within"),
            "{}",
            small.finding()
        );
        println!("{}\n{}", start.says(), small.says());
    }
}
