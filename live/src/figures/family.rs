//! Chapter 4's family of bowls, H = 1/2 + γ (q² + p² - 1): what the energy on the circle says nothing of.
//!
//! The bowl is a network whose weights are written by hand, as those of the chapter's first exercise, and everything here is
//! measured of that network. It begins at γ = 1/2, the spring's energy; γ = 0 is the constant, and γ = -1/2 the exercise.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Mark, Panel, Series, brief};
use hnn::learning::{Evaluator, Loss};
use hnn::measure::{field_rmse_on_circle, portrait};
use hnn::mechanics::{Exact, Method};
use hnn::model::{Activation, Network};
use hnn::phase_space::{Dataset, Oscillator, Points, State, even_circle, linspace};

use crate::{Experiment, Figure, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "family",
    knobs: || {
        vec![
            Knob::sizes("gamma", "γ of the bowl", &tenths(), 0.5),
            Knob::sizes("time", "time that passes", &TIMES, 2.0),
        ]
    },
    begin: |places| Ok(Box::new(Family::new(places)?)),
};

const TIMES: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
const START: State = [0.0, 1.0];
/// Steps of a path.
const STEPS: usize = 240;
/// A loss or a slope below this is nothing but rounding.
const ROUNDING: f64 = 1e-14;

/// From -1 to 1.
fn tenths() -> Vec<f64> {
    (-10..=10).map(|tenth| f64::from(tenth) / 10.0).collect()
}

/// The weights of γ (q² + p²) + 1/2 - γ, in squares of ReLUs.
fn bowl(gamma: f64) -> Result<Network> {
    let mut network = Network::zeros(&[2, 4, 1], Activation::SquaredRelu)?;
    let (q, p) = ([1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]);
    let weights = [&q[..], &p, &[0.0; 4], &[gamma; 4], &[0.5 - gamma]].concat();
    network.parameters_mut().copy_from_slice(&weights);
    Ok(network)
}

struct Family {
    gamma: f64,
    time: f64,
    network: Network,
    /// The term of the energy on the circle, and the largest entry of its gradient.
    energy: [f64; 2],
    /// The field RMSE there.
    field: f64,
    path: Vec<State>,
    truth: Vec<State>,
}

impl Family {
    fn new(places: &Places) -> Result<Self> {
        let (gamma, time) = (places.of(0, &tenths()), places.of(1, &TIMES));
        let network = bowl(gamma)?;
        let circle = Dataset::of(&Oscillator::UNIT, even_circle(360))?;
        let mut gradient = vec![0.0; network.parameters().len()];
        let mut loss = Evaluator::new(Loss::ENERGY, &network)?;
        let value = loss.value_and_gradient(&network, (&circle).into(), &mut gradient);
        let steepest = gradient.iter().map(|slope| slope.abs()).fold(0.0, f64::max);
        let mut learned = Exact::of(&network);
        let step = time / STEPS as f64;
        let follow = Method::RungeKutta4;
        let path = follow.trajectory(|z| learned.at(z), START, step, STEPS + 1)?;
        let times = linspace(0.0, time, STEPS + 1);
        Ok(Self {
            gamma,
            time,
            energy: [value, steepest],
            field: field_rmse_on_circle(&network, Oscillator::UNIT),
            path,
            truth: times
                .iter()
                .map(|&t| Oscillator::UNIT.after(START, t))
                .collect(),
            network,
        })
    }

    /// How far the point turns, over how far the spring's does; below 0 it turns back.
    fn turned(&self) -> f64 {
        portrait::turned(&self.path) / portrait::turned(&self.truth)
    }

    fn finding(&self) -> String {
        let energy = rounded(self.energy[0]);
        let moves = match self.turned() {
            ratio if ratio.abs() < ROUNDING => "stands still".into(),
            ratio if ratio < 0.0 => {
                format!("turns back, {} times as fast as it should", brief(-ratio))
            }
            ratio => format!("turns {} times as fast as it should", brief(ratio)),
        };
        format!("The energy term is {energy}, and the point {moves}")
    }
}

fn rounded(number: f64) -> String {
    match number.abs() < ROUNDING {
        true => "0".into(),
        false => brief(number),
    }
}

impl Experiment for Family {
    fn turn(&mut self, places: &Places) -> Result<()> {
        *self = Self::new(places)?;
        Ok(())
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let line = |name: &str, colour, path: &[State]| {
            Series::new(name, colour, path.iter().map(|&[q, p]| (q, p)))
        };
        let circle: Vec<State> = (0..=120)
            .map(|turn| {
                Oscillator::UNIT.after(START, f64::from(turn) * std::f64::consts::TAU / 120.0)
            })
            .collect();
        let end = |name: &str, colour, path: &[State], mark, out: f64| {
            let [q, p] = path[path.len() - 1];
            line(name, colour, &[[q, p]])
                .marked(mark)
                .labelled_at(out * q, out * p)
        };
        let side = |label: &str| Axis::new(label).between(-1.5, 1.5);
        let paths = Panel {
            square: true,
            ..Panel::new(
                side("position q"),
                side("momentum p"),
                [
                    line("", Colour::Sky, &circle).unlabelled(),
                    line("", Colour::Ink, &self.truth).unlabelled(),
                    line("", Colour::Vermillion, &self.path).unlabelled(),
                    end("spring", Colour::Ink, &self.truth, Mark::Dot, 1.25),
                    end("bowl", Colour::Vermillion, &self.path, Mark::Cross, 0.75),
                ],
            )
        };
        let radii = linspace(0.0, 1.5, 61);
        let outwards = Points::from_shape_fn((radii.len(), 2), |(row, coordinate)| {
            [radii[row], 0.0][coordinate]
        });
        let bowl = self.network.energy(outwards.view());
        let energies = Panel::new(
            Axis::new("distance from the middle"),
            Axis::new("energy").between(-1.0, 2.0),
            [
                Series::new(
                    "spring",
                    Colour::Ink,
                    radii
                        .iter()
                        .map(|&r| (r, Oscillator::UNIT.energy([r, 0.0]))),
                ),
                Series::new("bowl", Colour::Vermillion, radii.iter().copied().zip(bowl)),
                Series::new("data", Colour::Ink, [(1.0, 0.5)])
                    .marked(Mark::Dot)
                    .unlabelled(),
            ],
        );
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![paths, energies],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        format!(
            "With γ = {} the energy term on the circle is {}, and the largest entry of its gradient is {}. The field is off by {} there, \
             where silence is off by 1: in {} units of time the point turns {} times as far as the spring's.",
            brief(self.gamma),
            rounded(self.energy[0]),
            rounded(self.energy[1]),
            rounded(self.field),
            brief(self.time),
            rounded(self.turned()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bowl_has_the_energy_of_the_circle_and_its_own_motion() {
        for (at, gamma) in tenths().into_iter().enumerate() {
            let family = Family::new(&Places(vec![at, 5])).unwrap();
            assert!(
                family.energy[0] < 1e-30 && family.energy[1] < ROUNDING,
                "{gamma}"
            );
            assert!(
                (family.field - (2.0 * gamma - 1.0).abs()).abs() < 1e-12,
                "{gamma}"
            );
            assert!((family.turned() - 2.0 * gamma).abs() < 1e-6, "{gamma}");
        }
        // The solution of the chapter's first exercise.
        let backwards = [
            1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, 0.0, -0.5, -0.5, -0.5, -0.5,
            1.0,
        ];
        assert_eq!(bowl(-0.5).unwrap().parameters(), backwards);
    }
}
