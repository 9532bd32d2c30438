//! The notebook's run of chapter 1, along a gradient that the reader exchanges on the way.
//!
//! It is the run of the figure `chapter1/walk-figure`, on a network half as wide and looked at in 200 points: seed 0, all
//! 10,000 points, the notebook's batches, rate and penalty.

use std::ops::ControlFlow;

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Mark, Panel, Series, brief, thousands};
use hnn::model::Activation;
use hnn::notebook::{Gradient, Look, Notebook, Objective, Run, Settings, Terms};
use hnn::phase_space::Points;

use super::walk::walk;
use crate::{Experiment, Figure, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "gradient",
    knobs: || {
        let gradients = GRADIENTS.map(Gradient::name);
        let networks = NETWORKS.map(Activation::name);
        vec![
            Knob::kinds("along", "trained along", &gradients),
            Knob::kinds("network", "network", &networks),
        ]
    },
    begin: |places| Ok(Box::new(Followed::new(places)?)),
};

const GRADIENTS: [Gradient; 3] = [Gradient::Hand, Gradient::Exact, Gradient::Differences];
const NETWORKS: [Activation; 2] = [Activation::Relu, Activation::Tanh];

/// Steps from one look to the next.
const EVERY: usize = 50;
/// How many points a look is taken at.
const POINTS: usize = 200;
/// Steps that are taken along a gradient before the run rests, and in one run at the most.
const EACH: usize = 2000;
const MOST: usize = 3 * EACH;

struct Followed {
    places: Places,
    run: Run,
    points: Points,
    objective: Objective,
    looks: Vec<(Look, Terms)>,
    /// After how many steps the gradient was exchanged last.
    exchanged: usize,
    all: usize,
}

impl Followed {
    fn new(places: &Places) -> Result<Self> {
        let settings = Settings {
            widths: vec![2, 64, 64, 64, 1],
            ..Settings::default()
        };
        let notebook = Notebook::with_activation(settings, places.of(1, &NETWORKS))?;
        let mut followed = Self {
            places: places.clone(),
            points: notebook.even_points(POINTS),
            objective: notebook.objective(),
            run: Run::along(notebook, places.of(0, &GRADIENTS)),
            looks: Vec::new(),
            exchanged: 0,
            all: EACH,
        };
        let first = look(&followed.run, &followed.points, &mut followed.objective);
        followed.looks.push(first);
        Ok(followed)
    }
}

fn look(run: &Run, points: &Points, objective: &mut Objective) -> (Look, Terms) {
    let (notebook, points) = (run.notebook(), points.view());
    let network = notebook.network();
    let look = Look::at(run.taken(), notebook.settings(), network, points);
    (look, objective.terms(network, points))
}

impl Experiment for Followed {
    fn turn(&mut self, places: &Places) -> Result<()> {
        let taken = self.run.taken();
        if *places == self.places {
            return Ok(());
        }
        let is_same_network = places.0[1] == self.places.0[1];
        if !is_same_network || taken + EACH > MOST {
            *self = Self::new(places)?;
            return Ok(());
        }
        self.run.exchange(places.of(0, &GRADIENTS));
        self.places = places.clone();
        (self.exchanged, self.all) = (taken, taken + EACH);
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        let (points, objective, looks) = (&self.points, &mut self.objective, &mut self.looks);
        walk(&mut self.run, steps, self.all, EVERY, |run| {
            looks.push(look(run, points, objective));
            ControlFlow::Continue(())
        })
    }

    fn progress(&self) -> (usize, usize) {
        (self.run.taken(), self.all)
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let all = self.all as f64;
        let steps = || Axis::new("steps of training").between(0.0, all);
        let line = |name: &str, colour, term: fn(&Terms) -> f64| {
            let points = self.looks.iter();
            let points = points.map(|(look, terms)| (look.step as f64, term(terms).max(1e-9)));
            Series::new(name, colour, points)
        };
        let marks = |is_too_high: bool| {
            let looks = self.looks.iter().map(|(look, _)| look);
            let marked = looks.filter(move |look| (look.offset > 0.0) == is_too_high);
            marked.map(|look| (look.step as f64, look.hand.cosine))
        };
        let terms = [
            line("(∂H/∂p - p)²", Colour::Blue, |terms| terms.velocity),
            line("(-∂H/∂q + q)²", Colour::Green, |terms| terms.force),
            line("(H - H_true)²", Colour::Vermillion, |terms| terms.energy),
        ];
        let level = Series::new("", Colour::Ink, [(0.0, 0.0), (all, 0.0)]).unlabelled();
        let mut cosines = vec![
            level,
            Series::new("energies too low", Colour::Blue, marks(false)).marked(Mark::Dot),
            Series::new("energies too high", Colour::Vermillion, marks(true)).marked(Mark::Cross),
        ];
        if self.exchanged > 0 {
            let at = self.exchanged as f64;
            let here = Series::new("exchanged", Colour::Ink, [(at, 1.1), (at, -1.1)]);
            cosines.push(here.unlabelled());
        }
        let cosine = Axis::new("cosine, hand and exact").between(-1.1, 1.1);
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![
                Panel::new(
                    steps(),
                    Axis::log("terms of the loss").holding([1e-6, 1.0]),
                    terms,
                ),
                Panel::new(steps(), cosine, cosines),
            ],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        let network = self.places.of(1, &NETWORKS);
        let looks = &self.looks[1..];
        let against = looks.iter().filter(|(look, _)| look.hand.cosine < 0.0);
        let all = match looks.len() {
            0 => String::new(),
            count => format!(
                "; in {} of {} looks after the start they point against each other",
                against.count(),
                thousands(count),
            ),
        };
        format!(
            "{}. The network is {network}, half as wide as the notebook's. The cosine between the hand-written and the exact \
             gradient is {}{all}.",
            self.finding(),
            brief(self.looks[self.looks.len() - 1].0.hand.cosine),
        )
    }
}

impl Followed {
    fn finding(&self) -> String {
        let (look, terms) = &self.looks[self.looks.len() - 1];
        let along = self.places.of(0, &GRADIENTS).name();
        let steps = thousands(look.step);
        let way = match look.step.saturating_sub(self.exchanged) {
            0 if self.exchanged == 0 => "Before the first step".to_owned(),
            _ if self.exchanged == 0 => format!("After {steps} steps along the {along} gradient"),
            since => format!(
                "After {steps} steps, the last {} along the {along} gradient",
                thousands(since)
            ),
        };
        format!(
            "{way}, {} of the energy term is left and {} of the motion terms",
            brief(terms.energy),
            brief(terms.velocity + terms.force),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_is_the_notebooks_and_an_exchange_is_felt_from_there_on() {
        let start = Places(vec![0, 0]);
        let mut shown = Followed::new(&start).unwrap();
        shown.advance(100).unwrap();
        shown.advance(150).unwrap();
        let settings = shown.run.notebook().settings().clone();
        let notebook = || Notebook::new(settings.clone()).unwrap();
        let mut alone = notebook();
        alone.follow(Gradient::Hand, 1, |_, _| ()).unwrap();
        let parameters = |shown: &Followed| shown.run.notebook().network().parameters().to_vec();
        assert_eq!(parameters(&shown), alone.network().parameters());
        let points = alone.even_points(POINTS);
        let look = Look::at(250, &settings, alone.network(), points.view());
        assert_eq!((shown.looks.len(), &shown.looks[5].0), (6, &look));

        shown.turn(&Places(vec![1, 0])).unwrap();
        assert_eq!(shown.progress(), (250, 250 + EACH));
        shown.advance(usize::MAX).unwrap();
        let mut hand = Run::along(notebook(), Gradient::Hand);
        hand.advance(250 + EACH, |_| ()).unwrap();
        let motion = |terms: Terms| terms.velocity + terms.force;
        let left = shown
            .objective
            .terms(hand.notebook().network(), points.view());
        assert!(motion(left) > 100.0 * motion(shown.looks[shown.looks.len() - 1].1));
    }
}
