//! Energies of every degree from 0 to 2, and where training takes a network among them.
//!
//! It begins at the cone of chapter 3's "One quarter". The networks are those of the table `chapter3/plateaus`, with its settings
//! and seed 0: after 9,000 steps they stand where its last column says.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Mark, Panel, Series, brief, thousands};
use hnn::learning::{Batch, Evaluator, Loss};
use hnn::measure::{CIRCLE_POINTS, field_rmse_of, slope_outwards};
use hnn::model::Activation;
use hnn::phase_space::{Dataset, Oscillator, State, circle, even_circle};
use hnn::trial::{Data, Objective, ScheduleKind, Settings};

use super::profile;
use crate::{Experiment, Figure, Knob, Places, Training};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "degree",
    knobs: || {
        let networks = NETWORKS.map(|(name, _)| name);
        vec![
            Knob::sizes("degree", "degree d of the energy", &degrees(), 1.0),
            Knob::kinds("network", "trained beside it", &networks),
        ]
    },
    begin: |places| Ok(Box::new(Degree::new(places)?)),
};

fn degrees() -> Vec<f64> {
    (0..=20).map(|tenth| f64::from(tenth) / 10.0).collect()
}

/// A network by its activation, and whether its biases are frozen.
const NETWORKS: [(&str, Option<(Activation, bool)>); 4] = [
    ("nothing", None),
    ("relu with frozen biases", Some((Activation::Relu, true))),
    ("relu", Some((Activation::Relu, false))),
    ("tanh", Some((Activation::Tanh, false))),
];

/// Steps from one look at the network to the next.
const EVERY: usize = 100;

struct Degree {
    degree: f64,
    network: usize,
    trained: Option<Trained>,
}

/// A network on its way: its slope outwards and its loss on the circle, look by look.
struct Trained {
    training: Training,
    circle: Dataset,
    reported: Evaluator,
    looks: Vec<(f64, f64)>,
}

impl Degree {
    fn new(places: &Places) -> Result<Self> {
        let network = places.of(1, &NETWORKS).1;
        let trained = network.map(|(activation, biases)| Trained::new(activation, biases));
        Ok(Self {
            degree: places.of(0, &degrees()),
            network: places.0[1],
            trained: trained.transpose()?,
        })
    }

    /// H = r^d / 2, which is right where r = 1, has the field d/2 r^(d-2) (p, -q).
    fn field(&self, [q, p]: State) -> State {
        let steep = 0.5 * self.degree * (q * q + p * p).powf(0.5 * self.degree - 1.0);
        [steep * p, -steep * q]
    }

    /// The loss of that energy on the circle, where its energy term is zero.
    fn loss(&self) -> f64 {
        let circle = even_circle(CIRCLE_POINTS);
        let rmse = field_rmse_of(|z| self.field(z), Oscillator::UNIT, circle.view());
        rmse * rmse
    }
}

/// What Euler's theorem has for an energy of degree d that is right on the circle.
fn theorem(degree: f64) -> f64 {
    (1.0 - 0.5 * degree) * (1.0 - 0.5 * degree)
}

impl Trained {
    /// The runs of chapter 3's plateaus: three times its steps, and a hundred times the notebook's penalty.
    fn new(activation: Activation, frozen_biases: bool) -> Result<Self> {
        let settings = Settings {
            activation,
            frozen_biases,
            data: Data::Circle,
            objective: Objective::Notebook,
            schedule: ScheduleKind::Constant,
            l2: 1e-4,
            steps: 3 * Settings::default().steps,
            ..Settings::default()
        };
        let training = Training::new(settings, 0)?;
        let mut trained = Self {
            circle: circle(&Oscillator::UNIT, CIRCLE_POINTS)?,
            reported: Evaluator::new(Loss::FULL, training.network())?,
            training,
            looks: Vec::new(),
        };
        trained.look();
        Ok(trained)
    }

    fn look(&mut self) {
        let network = self.training.network();
        let slope = slope_outwards(network, self.circle.points.view());
        let loss = self.reported.value(network, Batch::from(&self.circle));
        self.looks.push((slope, loss));
    }

    fn advance(&mut self, steps: usize) {
        let to = self
            .training
            .all()
            .min(self.training.taken().saturating_add(steps));
        while self.training.taken() < to {
            let due = EVERY - self.training.taken() % EVERY;
            let now = due.min(to - self.training.taken());
            self.training.advance(now, |_| ());
            if now == due {
                self.look();
            }
        }
    }

    /// The degree of an energy with this slope that is right on the circle, and the loss.
    fn places(&self) -> impl Iterator<Item = (f64, f64)> {
        let looks = self.looks.iter();
        looks.map(|&(slope, loss)| (2.0 * slope, loss))
    }

    fn last(&self) -> (f64, f64) {
        self.places().last().expect("one look is at the start")
    }
}

impl Experiment for Degree {
    fn turn(&mut self, places: &Places) -> Result<()> {
        self.degree = places.of(0, &degrees());
        if places.0[1] != self.network {
            *self = Self::new(places)?;
        }
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        if let Some(trained) = &mut self.trained {
            trained.advance(steps);
        }
        Ok(())
    }

    fn progress(&self) -> (usize, usize) {
        let training = self.trained.as_ref().map(|trained| &trained.training);
        training.map_or((0, 0), |training| (training.taken(), training.all()))
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        const ENDS: (f64, f64) = (-0.5, 2.2);
        const TOP: f64 = 1.5;
        let shape = profile::radii().into_iter();
        let shape = shape.map(|r| (r, 0.5 * r.powf(self.degree)));
        let mut profiles = vec![Series::new("degree d", Colour::Blue, shape)];
        let parabola = (-4..=20).map(|tenth| f64::from(tenth) / 10.0);
        let parabola = parabola.map(|d| (d, theorem(d)));
        let parabola = Series::new("(1 - d/2)²", Colour::Ink, parabola);
        let mut losses = vec![parabola.labelled_at(1.6, 0.5)];
        if let Some(trained) = &self.trained {
            let learned = profile::profile(trained.training.network());
            profiles.push(Series::new("learned", Colour::Vermillion, learned));
            // What leaves the picture runs along its edge.
            let inside = |(d, loss): (f64, f64)| (d.clamp(ENDS.0, ENDS.1), loss.min(TOP));
            let way = trained.places().map(inside);
            losses.push(Series::new("", Colour::Vermillion, way).unlabelled());
            let now = Series::new("learned", Colour::Vermillion, [inside(trained.last())]);
            losses.push(now.marked(Mark::Cross));
        }
        let here = Series::new("degree d", Colour::Blue, [(self.degree, self.loss())]);
        losses.push(here.marked(Mark::Dot));
        let degree = Axis::new("degree d: twice the slope on the circle");
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![
                profile::panel(profiles),
                Panel::new(
                    degree.between(ENDS.0, ENDS.1),
                    Axis::new("loss").between(0.0, TOP),
                    losses,
                ),
            ],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        let mut words = format!(
            "An energy of degree {} that is right on the circle has the loss {:.3}.",
            brief(self.degree),
            self.loss(),
        );
        if let Some(trained) = &self.trained {
            let (degree, loss) = trained.last();
            words += &format!(
                " The network ({}) has the loss {loss:.3} after {} steps along the notebook's gradient. Its slope on the circle is \
                 that of degree {}, whose loss is {:.3}.",
                NETWORKS[self.network].0,
                thousands(trained.training.taken()),
                hundredths(degree),
                theorem(degree),
            );
        }
        words
    }
}

impl Degree {
    fn finding(&self) -> String {
        match &self.trained {
            None => format!(
                "Right on the circle, an energy of degree {} has the loss {:.2}",
                brief(self.degree),
                self.loss(),
            ),
            Some(trained) => {
                let (degree, loss) = trained.last();
                format!(
                    "After {} steps the loss of {} is {loss:.3}, its slope that of degree {}",
                    thousands(trained.training.taken()),
                    NETWORKS[self.network].0,
                    hundredths(degree),
                )
            }
        }
    }
}

/// To two decimals, and never `-0.00`.
fn hundredths(number: f64) -> String {
    format!("{:.2}", (100.0 * number).round() / 100.0 + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hnn::trial::Outcome;

    #[test]
    fn the_theorem_is_measured_at_every_degree() {
        for place in 0..degrees().len() {
            let shown = Degree::new(&Places(vec![place, 0])).unwrap();
            let (measured, proved) = (shown.loss(), theorem(shown.degree));
            assert!((measured - proved).abs() < 1e-12, "{measured} {proved}");
        }
        assert_eq!([0.0, 1.0, 2.0].map(theorem), [1.0, 0.25, 0.0]);
    }

    #[test]
    fn the_networks_are_those_of_chapter_3_and_end_on_its_plateaus() {
        for (network, plateau) in [(1, 0.25), (2, 1.0), (3, 1.0)] {
            let mut shown = Degree::new(&Places(vec![10, network])).unwrap();
            shown.advance(4321).unwrap();
            shown.advance(usize::MAX).unwrap();
            let trained = shown.trained.unwrap();
            let (degree, loss) = trained.last();
            assert!((loss - plateau).abs() < 5e-3, "{network}: {loss}");
            assert!((theorem(degree) - loss).abs() < 5e-3, "{network}: {degree}");
            if network == 1 {
                let alone = Outcome::of(trained.training.settings(), 0).unwrap();
                assert_eq!(trained.training.network(), &alone.network);
            }
        }
    }
}
