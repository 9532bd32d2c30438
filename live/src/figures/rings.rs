//! Chapter 7's rings: what a network says of the energies that its data leave out.
//!
//! It begins as the first tanh network of the figure `chapter7/slopes` and, at the end, is that network, bit for bit; its error
//! over the disc is one of those in the first row of the table `chapter7/rings`.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Mark, Panel, Series, brief, thousands};
use hnn::learning::Seeds;
use hnn::measure::twin_rmse_on_disc;
use hnn::mechanics::Exact;
use hnn::model::{Activation, Network};
use hnn::phase_space::{Twin, linspace};
use hnn::random::Gaussian;
use hnn::trial::{Objective, Settings};

use crate::{Experiment, Figure, Knob, Places, Training};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "rings",
    knobs: || {
        let radii = RADII.map(|(name, _)| name);
        let networks = NETWORKS.map(|(activation, _)| activation.name());
        let natures = NATURES.map(|(name, _)| name);
        vec![
            Knob::kinds("radii", "rings of data at the radii", &radii),
            Knob::kinds("network", "network", &networks),
            Knob::kinds("nature", "the energy of nature", &natures),
        ]
    },
    begin: |places| Ok(Box::new(Rings::new(places)?)),
};

const RADII: [(&str, &[f64]); 6] = [
    ("1", &[1.0]),
    ("0.9 and 1", &[0.9, 1.0]),
    ("0.5 and 1", &[0.5, 1.0]),
    ("0.5", &[0.5]),
    ("a third, two and 1", &[1.0 / 3.0, 2.0 / 3.0, 1.0]),
    ("five, up to 1", &[0.2, 0.4, 0.6, 0.8, 1.0]),
];
/// ReLU learns energies as well: the field never moves its biases.
const NETWORKS: [(Activation, Objective); 3] = [
    (Activation::Tanh, Objective::Field),
    (Activation::Silu, Objective::Field),
    (Activation::Relu, Objective::Full),
];
const SPRING: Twin = Twin { c: 0.0 };
const TWIN: Twin = Twin { c: 0.5 };
const NATURES: [(&str, Twin); 2] = [("the spring's", SPRING), ("the twin's", TWIN)];

/// Points over all rings together.
const POINTS: usize = 1920;
/// Steps from one look at the network to the next.
const EVERY: usize = 100;
/// Where the words look.
const HALFWAY: f64 = 0.5;

struct Rings {
    places: Places,
    radii: &'static [f64],
    nature: Twin,
    training: Training,
    /// The field RMSE over the disc of a network that says nothing.
    silence: f64,
    look: Look,
}

/// What the network says, after so many steps.
struct Look {
    taken: usize,
    /// dH/dr along one radius.
    slopes: Vec<(f64, f64)>,
    halfway: f64,
    /// The largest distance from nature's slope on a ring.
    on_rings: f64,
    /// The field RMSE over the disc.
    over_disc: f64,
}

impl Look {
    fn at(training: &Training, radii: &[f64], nature: Twin) -> Self {
        let network: &Network = training.network();
        let mut field = Exact::of(network);
        let mut slope = |r: f64| -field.at([r, 0.0])[1];
        let off = radii.iter().map(|&r| (slope(r) - nature.slope(r)).abs());
        Self {
            taken: training.taken(),
            on_rings: off.fold(0.0, f64::max),
            halfway: slope(HALFWAY),
            slopes: along(slope),
            over_disc: twin_rmse_on_disc(network, nature),
        }
    }
}

/// What is drawn of a slope.
fn along(mut slope: impl FnMut(f64) -> f64) -> Vec<(f64, f64)> {
    let radii = linspace(0.0, 1.1, 111);
    radii.iter().map(|&r| (r, slope(r))).collect()
}

impl Rings {
    fn new(places: &Places) -> Result<Self> {
        let (radii, nature) = (places.of(0, &RADII).1, places.of(2, &NATURES).1);
        let (activation, objective) = places.of(1, &NETWORKS);
        let settings = Settings {
            seeds: Seeds::new(0, 1),
            points: POINTS,
            activation,
            objective,
            ..Settings::default()
        };
        let mut random = Gaussian::from_seed(settings.seeds.seed);
        let data = nature.random_rings(radii, POINTS / radii.len(), &mut random)?;
        let network = settings.network(&mut random)?;
        let nothing = Network::zeros(&settings.widths, activation)?;
        let training = Training::on(settings, data, network, random)?;
        Ok(Self {
            places: places.clone(),
            silence: twin_rmse_on_disc(&nothing, nature),
            look: Look::at(&training, radii, nature),
            radii,
            nature,
            training,
        })
    }

    fn finding(&self) -> String {
        format!(
            "Where the data are the slope is off by {}; over the disc the field is off by {}",
            brief(self.look.on_rings),
            brief(self.look.over_disc),
        )
    }
}

impl Experiment for Rings {
    fn turn(&mut self, places: &Places) -> Result<()> {
        *self = Self::new(places)?;
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        self.training.advance(steps, |_| ());
        let (taken, all) = self.progress();
        if taken == all || taken / EVERY > self.look.taken / EVERY {
            self.look = Look::at(&self.training, self.radii, self.nature);
        }
        Ok(())
    }

    fn progress(&self) -> (usize, usize) {
        (self.training.taken(), self.training.all())
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let name = self.training.settings().activation.name();
        let data = self.radii.iter().map(|&r| (r, self.nature.slope(r)));
        let series = [
            Series::new("spring", Colour::Ink, along(|r| SPRING.slope(r))),
            Series::new("twin", Colour::Sky, along(|r| TWIN.slope(r))),
            Series::new(name, Colour::Vermillion, self.look.slopes.clone()),
            Series::new("data", Colour::Ink, data)
                .marked(Mark::Dot)
                .unlabelled(),
        ];
        let panel = Panel::new(
            Axis::new("radius"),
            Axis::new("slope of H along the radius").holding([-0.5, 1.5]),
            series,
        );
        Ok(vec![
            LineChart::single(self.finding(), self.says(), panel).draw()?,
        ])
    }

    fn says(&self) -> String {
        let settings = self.training.settings();
        format!(
            "The energy of nature is {}, and the data lie at the radii {}. After {} of {} steps {} says that halfway in H climbs by {}, \
             where the spring's climbs by {} and the twin's by {}. \
             {}, where a network that says nothing is off by {}.",
            self.places.of(2, &NATURES).0,
            self.places.of(0, &RADII).0,
            thousands(self.look.taken),
            thousands(settings.steps),
            settings.activation.name(),
            brief(self.look.halfway),
            brief(SPRING.slope(HALFWAY)),
            brief(TWIN.slope(HALFWAY)),
            self.finding(),
            brief(self.silence),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_at_the_first_tanh_network_of_the_pinned_figure() {
        let places = Places::start(&(FIGURE.knobs)());
        let mut rings = Rings::new(&places).unwrap();
        for steps in [1, 99, 1000, 5000] {
            rings.advance(steps).unwrap();
        }
        let pinned = include_str!("../../../snapshots/chapter7/slopes.snap.svg");
        let (_, data) = pinned
            .split_once("radius,spring,twin,\"tanh, run 1\"")
            .unwrap();
        let rows = data.lines().skip(1).take(rings.look.slopes.len());
        let pinned: Vec<Vec<f64>> = rows
            .map(|row| row.split(',').map(|x| x.parse().unwrap()).collect())
            .collect();
        let said: Vec<(f64, f64)> = pinned.iter().map(|row| (row[0], row[3])).collect();
        assert_eq!(rings.look.slopes, said);
        // With that ring the twin has the same data, and so the same network.
        let mut twin = Rings::new(&Places(vec![0, 0, 1])).unwrap();
        twin.advance(50).unwrap();
        let mut spring = Rings::new(&places).unwrap();
        spring.advance(50).unwrap();
        assert_eq!(twin.training.network(), spring.training.network());
    }
}
