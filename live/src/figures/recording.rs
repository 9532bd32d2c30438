//! The coda on recordings: the energy that suits a method and a step, beside the pendulum's own.
//!
//! It begins as the last row of the table `recordings/modified`, seed 0, but smaller, as a page cannot wait so long: from four
//! recordings, not twelve, by 300 evaluations, not 1,000; by leapfrog 120, not 200. The noises are those of the table
//! `recordings/pendulum` and one between them and none.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Panel, Series, brief, thousands};
use hnn::learning::Fit;
use hnn::phase_space::{Points, linspace, rms_distance};
use hnn::random::Gaussian;
use hnn::trial::protocol::{Protocol, Recordings, System, strided};
use hnn::trial::recording::{Case, Learned, Learning, Way};

use crate::{Experiment, Figure, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "recording",
    knobs: || {
        let steps = STRIDES.map(|stride| stride as f64 * Protocol::published(PENDULUM).step);
        let ways = WAYS.map(Way::name);
        vec![
            Knob::sizes("step", "time from state to state", &steps, 0.55),
            Knob::sizes("noise", "noise of every state", &NOISES, 0.0),
            Knob::kinds("way", "learned by", &ways),
        ]
    },
    begin: |places| Ok(Box::new(Recording::new(places)?)),
};

const PENDULUM: System = System::Pendulum;
const STRIDES: [usize; 4] = [1, 2, 4, 8];
const NOISES: [f64; 4] = [0.0, 0.01, 0.03, 0.1];
const WAYS: [Way; 2] = [Way::Midpoint, Way::Leapfrog];

/// Recordings to learn from, to stop by and to judge by, of each as many.
const RECORDINGS: usize = 4;
/// Evaluations of the loss and its gradient: leapfrog has two networks, and more to do in each of them.
const EVALUATIONS: usize = 300;
const OF_LEAPFROG: usize = 120;
/// Evaluations from one look to the next.
const EVERY: usize = 10;

struct Recording {
    case: Case,
    fit: Fit,
    learning: Learning,
    clean: Recordings,
    is_over: bool,
    looks: Vec<Look>,
}

/// How far the field is from what the steps ask for, from the true one, and from that of the energy that midpoint steps should
/// learn, after so many evaluations; all over the size of the true one.
struct Look {
    evaluations: usize,
    own: f64,
    truth: f64,
    formula: f64,
}

impl Look {
    fn at(learned: &Learned, case: &Case, clean: &Recordings, evaluations: usize) -> Result<Self> {
        let (step, clean) = (case.step(), strided(clean, case.stride));
        let states = Way::Midpoint.labelled(&clean, step)?.points;
        let field = learned.field(&states);
        let truth = case.protocol.field(&states);
        let unit = rms_distance(truth.view(), Points::zeros(truth.dim()).view());
        let formula = modified(&states, step);
        Ok(Self {
            evaluations,
            own: learned.misses(case.way, &clean, step)? / unit,
            truth: rms_distance(field.view(), truth.view()) / unit,
            formula: rms_distance(field.view(), formula.view()) / unit,
        })
    }
}

/// The field of the energy that midpoint steps of this length should learn.
fn modified(states: &Points, step: f64) -> Points {
    let rows = states.rows().into_iter();
    let fields = rows.map(|z| PENDULUM.modified_field(step, [z[0], z[1]]));
    Points::from(fields.collect::<Vec<_>>())
}

impl Recording {
    fn new(places: &Places) -> Result<Self> {
        let case = Case {
            protocol: Protocol {
                noise: places.of(1, &NOISES),
                ..Protocol::long(PENDULUM, RECORDINGS)
            },
            way: places.of(2, &WAYS),
            stride: places.of(0, &STRIDES),
        };
        let fit = case.fit(match case.way {
            Way::Leapfrog => OF_LEAPFROG,
            _ => EVALUATIONS,
        });
        let mut random = Gaussian::from_seed(0);
        let [training, held_out, clean] = case.draw(&mut random);
        let data = [&training, &held_out];
        let learning = Learning::begin(case.way, data, case.step(), &fit, &mut random)?;
        Ok(Self {
            looks: vec![Look::at(learning.best(), &case, &clean, 0)?],
            is_over: false,
            case,
            fit,
            learning,
            clean,
        })
    }

    fn last(&self) -> &Look {
        &self.looks[self.looks.len() - 1]
    }

    fn finding(&self) -> String {
        format!(
            "What was learned fits its own steps to {}, and the true field to {}",
            brief(self.last().own),
            brief(self.last().truth)
        )
    }
}

impl Experiment for Recording {
    fn turn(&mut self, places: &Places) -> Result<()> {
        *self = Self::new(places)?;
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        for _ in 0..steps {
            if self.is_over {
                break;
            }
            self.is_over = self.learning.step()?.is_some();
            let evaluations = self.learning.evaluations();
            if self.is_over || evaluations / EVERY > self.last().evaluations / EVERY {
                let best = self.learning.best();
                let look = Look::at(best, &self.case, &self.clean, evaluations)?;
                self.looks.push(look);
            }
        }
        Ok(())
    }

    fn progress(&self) -> (usize, usize) {
        let taken = self.learning.evaluations();
        match self.is_over {
            true => (taken, taken),
            false => (taken.min(self.fit.evaluations - 1), self.fit.evaluations),
        }
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let by_midpoint = self.case.way == Way::Midpoint;
        let line = |name: &str, colour, of: fn(&Look) -> f64| {
            let points = self
                .looks
                .iter()
                .map(|look| (look.evaluations as f64, of(look)));
            Series::new(name, colour, points)
        };
        let mut errors = vec![
            line("its own steps", Colour::Blue, |look| look.own),
            line("the truth", Colour::Ink, |look| look.truth),
        ];
        if by_midpoint {
            errors.push(line("the formula", Colour::Green, |look| look.formula));
        }
        let all = self.fit.evaluations as f64;
        let above = Panel::new(
            Axis::new("evaluations").between(0.0, all),
            Axis::log("fits to").holding([1e-3, 1.0]),
            errors,
        );

        // The energies that were recorded, where they are potential ones alone.
        let positions = linspace(1.2, 2.3, 23);
        let states = Points::from_shape_fn((positions.len(), 2), |(row, coordinate)| {
            [positions[row], 0.0][coordinate]
        });
        let truth = self.case.protocol.field(&states);
        let slope = |name: &str, colour, field: &Points| {
            let beside = (0..positions.len()).map(|row| truth[[row, 1]] - field[[row, 1]]);
            Series::new(name, colour, positions.iter().copied().zip(beside))
        };
        let mut slopes = vec![
            slope("the truth", Colour::Ink, &truth),
            slope(
                "learned",
                Colour::Vermillion,
                &self.learning.best().field(&states),
            ),
        ];
        if by_midpoint {
            let formula = modified(&states, self.case.step());
            slopes.push(slope("the formula", Colour::Green, &formula));
        }
        let below = Panel::new(
            Axis::new("position q, at p = 0"),
            Axis::new("∂H/∂q, less the true one").holding([-0.3, 0.3]),
            slopes,
        );
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![above, below],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        let noise = match self.case.protocol.noise {
            0.0 => "no noise".into(),
            noise => format!("noise of {}", brief(noise)),
        };
        let formula = match self.case.way {
            Way::Midpoint => format!(
                ", and that of the energy that suits the step to {}",
                brief(self.last().formula)
            ),
            _ => String::new(),
        };
        format!(
            "Four recordings of a pendulum, where the page has twelve, their states {:.2} apart with {noise}, learned by {} steps; after {} \
             evaluations: {}{formula}, as shares of the size of the true field.",
            self.case.step(),
            self.case.way.name(),
            thousands(self.last().evaluations),
            self.finding(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_at_what_the_library_learns_which_is_the_formula_and_not_the_truth() {
        let places = Places::start(&(FIGURE.knobs)());
        let mut recording = Recording::new(&places).unwrap();
        let case = recording.case;
        while !recording.is_over {
            recording.advance(7).unwrap();
        }
        println!("{}", recording.says());
        let mut random = Gaussian::from_seed(0);
        let [training, held_out, _] = case.draw(&mut random);
        let data = [&training, &held_out];
        let fit = case.fit(EVALUATIONS);
        let learned = Learned::fit(case.way, data, case.step(), &fit, &mut random).unwrap();
        let states = Points::from(vec![[1.3, 0.0], [0.2, -1.5]]);
        assert_eq!(
            recording.learning.best().field(&states),
            learned.field(&states)
        );

        // Of the table: 0.086 (0.085 to 0.092) from the truth, and 0.015 from the formula.
        let look = recording.last();
        assert!((0.08..0.1).contains(&look.truth), "{}", look.truth);
        assert!((0.01..0.02).contains(&look.formula), "{}", look.formula);
        assert!(look.own < 0.01, "{}", look.own);
    }
}
