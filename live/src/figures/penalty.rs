//! The notebook's run at a penalty and a size of first weights of the reader's.
//!
//! It begins as the row λ = 1e-6 of the table `chapter6/sweep`, with seed 0: a quarter of the notebook's width, everything else
//! the notebook's, without its early stop and for 250 epochs at the most. The other rows are at other places of the first knob.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Panel, Series, brief};
use hnn::model::{Activation, Initializer};
use hnn::notebook::Notebook;
use hnn::random::Gaussian;

use super::profile;
use super::recorded::{LONGEST, Recorded, Seen, quarter};
use crate::{Experiment, Figure, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "penalty",
    knobs: || {
        let knob = |name, label, places, start| Knob {
            name,
            label,
            places,
            start,
            is_choice: false,
            runs: None,
        };
        let penalties = PENALTIES.map(plain).to_vec();
        let weights = WEIGHTS.map(|(name, _)| name.to_owned()).to_vec();
        vec![
            knob("lambda", "penalty λ", penalties, 2),
            knob("weights", "first weights", weights, 3),
        ]
    },
    begin: |places| Ok(Box::new(Penalised::new(places)?)),
};

const PENALTIES: [f64; 6] = [0.0, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3];
const WEIGHTS: [(&str, Initializer); 6] = [
    ("0.01 × Gaussian", Initializer::Normal(0.01)),
    ("0.1 × Gaussian", Initializer::Normal(0.1)),
    ("Glorot", Initializer::Glorot),
    ("He, the notebook's", Initializer::He),
    ("0.5 × Gaussian", Initializer::Normal(0.5)),
    ("1 × Gaussian", Initializer::Normal(1.0)),
];

/// As one writes it: `1e-6`, and `0` for none.
fn plain(l2: f64) -> String {
    match l2 {
        0.0 => "0".into(),
        _ => format!("{l2:e}"),
    }
}

struct Penalised {
    recorded: Recorded,
    weights: &'static str,
}

impl Penalised {
    fn new(places: &Places) -> Result<Self> {
        let settings = quarter(places.of(0, &PENALTIES));
        let (weights, initializer) = places.of(1, &WEIGHTS);
        let random = Gaussian::from_seed(settings.seed);
        let notebook = Notebook::with_random(settings, Activation::Relu, initializer, random)?;
        Ok(Self {
            recorded: Recorded::new(notebook)?,
            weights,
        })
    }
}

impl Experiment for Penalised {
    fn turn(&mut self, places: &Places) -> Result<()> {
        *self = Self::new(places)?;
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        self.recorded.advance(steps)
    }

    fn progress(&self) -> (usize, usize) {
        self.recorded.progress()
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        const TOP: f64 = 1.2;
        let line = |name: &str, colour, number: &dyn Fn(&Seen) -> f64| {
            let seen = self.recorded.seen.iter();
            // What leaves the picture runs along its top.
            let points = seen.map(|seen| (seen.epoch as f64, number(seen).min(TOP)));
            Series::new(name, colour, points)
        };
        let curves = [
            line("loss", Colour::Vermillion, &|seen| seen.loss),
            line("living", Colour::Blue, &|seen| seen.living),
            line("Σ W²", Colour::Green, &|seen| self.left(seen)),
        ];
        let last = self.recorded.last();
        let learned = Series::new("learned", Colour::Vermillion, last.profile.clone());
        let epochs = Axis::new("epoch").between(0.0, LONGEST as f64);
        let shares = Axis::new("loss; shares of the first").between(0.0, TOP);
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![
                Panel::new(epochs, shares, curves),
                profile::panel(vec![learned]),
            ],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        let last = self.recorded.last();
        format!(
            "{}. The run is the notebook's on a quarter of its width, its first weights {}. The energy is {} in the middle, and on \
             the circle it rises by {} where the spring's rises by 1.",
            self.finding(),
            self.weights,
            brief(last.profile[0].1),
            brief(last.slope),
        )
    }
}

impl Penalised {
    /// The share of Σ W² that is left of what it was before the first step.
    fn left(&self, seen: &Seen) -> f64 {
        seen.squared_weights / self.recorded.first.squared_weights
    }

    fn finding(&self) -> String {
        let last = self.recorded.last();
        let when = match self.recorded.seen.len() {
            0 => "before the first epoch".to_owned(),
            _ => format!("after epoch {}", last.epoch),
        };
        format!(
            "λ = {}: {when} the loss is {:.3}, {:.0}% of the units live, and Σ W² is {} times the first",
            plain(self.recorded.run.notebook().settings().l2),
            last.loss,
            100.0 * last.living,
            brief(self.left(last)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::recorded::EVERY;
    use hnn::notebook::history::History;

    #[test]
    fn at_its_start_it_is_the_run_that_chapter_6_pins() {
        for (place, all) in [(2, LONGEST), (4, 40)] {
            let mut shown = Penalised::new(&Places(vec![place, 3])).unwrap();
            shown.advance(all * 250).unwrap();
            let history = History::record(quarter(PENALTIES[place]), EVERY, all).unwrap();
            let epochs = history.epochs.iter();
            let pinned: Vec<_> = epochs
                .map(|epoch| {
                    (
                        epoch.index,
                        epoch.loss(),
                        epoch.squared_weights,
                        epoch.slope,
                    )
                })
                .collect();
            let seen = shown.recorded.seen.iter();
            let seen: Vec<_> = seen
                .map(|seen| (seen.epoch, seen.loss, seen.squared_weights, seen.slope))
                .collect();
            assert_eq!(seen, pinned);
            assert_eq!(history.stuck_at(), Some(shown.recorded.last().epoch));
        }
    }
}
