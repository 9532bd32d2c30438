//! The epilogue's two faults, crossed: gradient and data, for two networks.
//!
//! Each run is the first seed of one of the table `epilogue/crossed`, with the SiLU network as it is there. The ReLU network has
//! layers of 64 units, not of 128: the notebook's own is too long a run for a page. After the training a state is carried
//! through the time of a hundred turns, as those of the table `epilogue/seeds` are, in fewer steps.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, HeatMap, LineChart, Panel, Series, brief, thousands};
use hnn::learning::Seeds;
use hnn::measure::{field_rmse_on_disc, portrait};
use hnn::mechanics::{self, Exact, HUNDRED_PERIODS, Truth, step};
use hnn::model::{Activation, Network};
use hnn::phase_space::{Oscillator, Points, State, linspace};
use hnn::trial::{Data, Objective, Settings};

use crate::{Experiment, Figure, Knob, Places, Training};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "pieces",
    knobs: || {
        let gradients = GRADIENTS.map(|(name, _)| name);
        let data = DATA.map(|(name, _)| name);
        let networks = NETWORKS.map(|(name, _)| name);
        vec![
            Knob::kinds("gradient", "gradient", &gradients),
            Knob::kinds("data", "data", &data),
            Knob::kinds("network", "network", &networks),
        ]
    },
    begin: |places| Ok(Box::new(Pieces::new(places)?)),
};

const GRADIENTS: [(&str, Objective); 2] = [
    ("the notebook's", Objective::Notebook),
    ("exact", Objective::Full),
];
const DATA: [(&str, Data); 2] = [("one circle", Data::Circle), ("the disc", Data::Disc)];
const NETWORKS: [(&str, Activation); 2] = [
    ("ReLU, three layers of 64", Activation::Relu),
    ("SiLU, two layers of 64", Activation::Silu),
];

/// Steps of the training from one look at the field to the next.
const EVERY: usize = 250;
/// Cells of the map along each side.
const CELLS: usize = 31;
/// Where the long motion starts.
const START: State = [0.8, 0.0];
/// Its steps to a turn of the spring, and how many of them are taken at once.
const PER_TURN: usize = 48;
const AT_ONCE: usize = 8;
const LEAPS: usize = HUNDRED_PERIODS * PER_TURN / AT_ONCE;

struct Pieces {
    places: Places,
    training: Training,
    look: Look,
    truth: Truth,
    path: Vec<State>,
    leaps: usize,
}

/// How far off the field is, after so many steps.
struct Look {
    taken: usize,
    disc: f64,
    /// At each cell of the square from -1 to 1.
    map: Points,
}

impl Look {
    fn at(training: &Training) -> Self {
        let side = linspace(-1.0, 1.0, CELLS);
        let cells = Points::from_shape_fn((CELLS * CELLS, 2), |(cell, coordinate)| {
            side[[cell % CELLS, cell / CELLS][coordinate]]
        });
        let network = training.network();
        let off = mechanics::exact(network, cells.view()) - Oscillator::UNIT.fields(cells.view());
        Self {
            taken: training.taken(),
            disc: field_rmse_on_disc(network, Oscillator::UNIT),
            map: Points::from_shape_fn((CELLS, CELLS), |(row, column)| {
                let cell = row * CELLS + column;
                off[[cell, 0]].hypot(off[[cell, 1]])
            }),
        }
    }
}

fn settings(places: &Places) -> Settings {
    let activation = places.of(2, &NETWORKS).1;
    let (widths, learning_rate) = match activation {
        Activation::Relu => (vec![2, 64, 64, 64, 1], 1e-3),
        _ => (vec![2, 64, 64, 1], Settings::default().learning_rate),
    };
    Settings {
        seeds: Seeds::new(0, 1),
        objective: places.of(0, &GRADIENTS).1,
        data: places.of(1, &DATA).1,
        widths,
        activation,
        learning_rate,
        ..Settings::default()
    }
}

impl Pieces {
    fn new(places: &Places) -> Result<Self> {
        let training = Training::new(settings(places), 0)?;
        Ok(Self {
            places: places.clone(),
            look: Look::at(&training),
            training,
            truth: Truth::new(Oscillator::UNIT, START)?,
            path: vec![START],
            leaps: 0,
        })
    }

    fn is_trained(&self) -> bool {
        self.training.taken() == self.training.all()
    }

    /// Carries the state on; a motion that leaves the finite numbers stays where it was last.
    fn leap(&mut self, leaps: usize) {
        let network: &Network = self.training.network();
        let mut field = Exact::of(network);
        let h = self.truth.period() / PER_TURN as f64;
        let left = leaps.min(LEAPS - self.leaps);
        for _ in 0..left * AT_ONCE {
            let z = self.path[self.path.len() - 1];
            let next = step::runge_kutta_4(|z| field.at(z), z, h);
            let is_finite = next.iter().all(|x| x.is_finite());
            self.path.push(if is_finite { next } else { z });
        }
        self.leaps += left;
    }

    fn turns(&self) -> f64 {
        (self.path.len() - 1) as f64 / PER_TURN as f64
    }

    fn field(&self) -> String {
        format!(
            "The field is off by {} over the disc, and silence by {}",
            brief(self.look.disc),
            brief(Data::Disc.silence()),
        )
    }

    fn motion(&self) -> String {
        if self.leaps == 0 {
            return "The motion begins when the training has ended".into();
        }
        let off = self.path.iter().map(|&z| self.truth.energy_error(z).abs());
        format!(
            "While the spring turns {} times the learned motion turns {:.1} times, its energy off by up to {} of the first",
            brief(self.turns()),
            portrait::turned(&self.path) / std::f64::consts::TAU,
            brief(off.fold(0.0, f64::max)),
        )
    }
}

impl Experiment for Pieces {
    fn turn(&mut self, places: &Places) -> Result<()> {
        *self = Self::new(places)?;
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        let before = self.training.taken();
        self.training.advance(steps, |_| ());
        let taken = self.training.taken();
        if taken / EVERY > self.look.taken / EVERY || (self.is_trained() && taken > before) {
            self.look = Look::at(&self.training);
        }
        if self.is_trained() && !self.training.has_diverged() {
            self.leap(steps - (taken - before));
        }
        Ok(())
    }

    fn progress(&self) -> (usize, usize) {
        let motion = match self.training.has_diverged() {
            true => 0,
            false => LEAPS,
        };
        (
            self.training.taken() + self.leaps,
            self.training.all() + motion,
        )
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let map = HeatMap {
            title: self.field(),
            description: self.says(),
            maps: vec![("error of the field".into(), self.look.map.clone())],
            axes: ("position q".into(), "momentum p".into()),
            range: (-1.0, 1.0),
        };
        let turns = |point: usize| (point * AT_ONCE) as f64 / PER_TURN as f64;
        let drawn = self.path.iter().step_by(AT_ONCE).enumerate();
        let energies = drawn.map(|(point, &z)| {
            let energy = 1.0 + self.truth.energy_error(z);
            // What gains more leaves the picture at its top.
            (turns(point), energy.min(3.0))
        });
        let all = HUNDRED_PERIODS as f64;
        let panel = Panel::new(
            Axis::new("turns of the spring").between(0.0, all),
            Axis::new("energy over the first").between(0.0, 3.0),
            [
                Series::new("learned", Colour::Vermillion, energies),
                Series::new("true", Colour::Ink, [(0.0, 1.0), (all, 1.0)]),
            ],
        );
        let chart = LineChart::single(self.motion(), self.says(), panel);
        Ok(vec![map.draw()?, chart.draw()?])
    }

    fn says(&self) -> String {
        let (name, activation) = self.places.of(2, &NETWORKS);
        let smaller = match activation {
            Activation::Relu => ", where the notebook's network has 128",
            _ => "",
        };
        format!(
            "{name}{smaller}; the gradient is {} and the data {}. After {} of {} steps: {}. {}.",
            self.places.of(0, &GRADIENTS).0,
            self.places.of(1, &DATA).0,
            thousands(self.look.taken),
            thousands(self.training.settings().steps),
            self.field(),
            self.motion(),
        )
    }
}

#[cfg(test)]
mod tests {
    use hnn::trial::Outcome;

    use super::*;

    #[test]
    fn each_run_is_the_library_s_and_both_faults_had_to_be_mended() {
        let ended = |places: Vec<usize>| {
            let mut pieces = Pieces::new(&Places(places)).unwrap();
            for steps in [1, 249, 2749, 10, 1000] {
                pieces.advance(steps).unwrap();
            }
            let (taken, all) = pieces.progress();
            assert_eq!(taken, all);
            println!("{}", pieces.says());
            pieces
        };
        for network in [0, 1] {
            let as_found = ended(vec![0, 0, network]);
            let outcome = Outcome::of(&settings(&as_found.places), 0).unwrap();
            assert_eq!(as_found.training.network(), &outcome.network);
            assert_eq!(as_found.look.disc, outcome.disc);
            let mended = ended(vec![1, 1, network]).look.disc;
            for one in [[1, 0], [0, 1]] {
                let one = ended(vec![one[0], one[1], network]).look.disc;
                assert!(one > 2.0 * mended, "{network}: {one} {mended}");
            }
        }
    }
}
