//! Two bodies, learned from states of their orbits: what an energy has to be shown where more than the energy is kept.
//!
//! The protocol is the published one (Greydanus, Dzamba and Yosinski 2019; `experiment-2body` and `analyze-2body.ipynb` of
//! `greydanus/hamiltonian-nn`): orbits of 20 units of time with their exact derivatives and no noise, and the energy along 15 learned
//! motions of 25 units. It has 50 states of each of 800 orbits, and a network of two layers of 200 units.

use crate::Result;
use crate::learning::{Evaluator, Fit, Loss, Model, Plain, minimize, unobserved};
use crate::mechanics::{exact, step::runge_kutta_4};
use crate::model::Network;
use crate::phase_space::{Dataset, Points, TwoBodies, rms_distance};
use crate::progress::Progress;
use crate::random::{Gaussian, RandomSource};

/// Orbits of two bodies, by what they vary of what is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orbits {
    /// The share that goes the other way round.
    pub backwards: f64,
    /// The speeds at the start, over those of the published orbits, uniform in this range.
    pub speeds: (f64, f64),
    /// The momentum of the middle: each body's is up to so much in either direction.
    pub drift: f64,
    /// The place of the middle, up to so far in either direction.
    pub place: f64,
}

impl Orbits {
    /// As published: nearly circles, always the same way round, the middle at rest at the origin.
    pub const PUBLISHED: Self = Self {
        backwards: 0.0,
        speeds: (1.0, 1.0),
        drift: 0.0,
        place: 0.0,
    };
    /// Either way round, at many speeds.
    pub const TURNS: Self = Self {
        backwards: 0.5,
        speeds: (0.75, 1.1),
        ..Self::PUBLISHED
    };
    /// The same, with a middle that moves, and is anywhere.
    pub const ANY: Self = Self {
        drift: 0.3,
        place: 1.0,
        ..Self::TURNS
    };

    fn start(&self, random: &mut Gaussian) -> [f64; 8] {
        let mut z = TwoBodies.published(random);
        let way = if random.uniform(0.0, 1.0) < self.backwards {
            -1.0
        } else {
            1.0
        };
        let speed = way * random.uniform(self.speeds.0, self.speeds.1);
        z[4..].iter_mut().for_each(|p| *p *= speed);
        z
    }

    /// So many orbits of 20 units of time, ten states of each. Where the middle is and how it moves changes nothing in how the
    /// bodies move about it.
    fn data(&self, orbits: usize, random: &mut Gaussian) -> Result<Dataset> {
        let mut states: Vec<[f64; 8]> = Vec::new();
        for _ in 0..orbits {
            let mut z = self.start(random);
            let mut moved = |most: f64| [(); 2].map(|()| most * random.uniform(-1.0, 1.0));
            let (place, drift) = (moved(self.place), moved(self.drift));
            for index in 0..1000 {
                if index % 100 == 0 {
                    states.push(std::array::from_fn(|i| z[i] + [place, drift][i / 4][i % 2]));
                }
                z = runge_kutta_4(|z| TwoBodies.field(z), z, 0.02);
            }
        }
        let field: Vec<[f64; 8]> = states.iter().map(|&z| TwoBodies.field(z)).collect();
        Dataset::new(Points::from(states), Points::from(field), None)
    }
}

/// What learns them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rival {
    /// Nothing.
    Silence,
    /// An energy.
    Energy,
    /// Eight networks, one for each component of the field.
    Plain,
}

/// Two bodies that were learned. What is infinite was lost on the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bodies {
    /// The mean square of what is wrong with a component of the field, on orbits of each of [`TESTS`].
    pub losses: [f64; 5],
    /// The mean square change of the energy along 15 published motions of 25 units.
    pub energy: f64,
    /// The largest change of the angular momentum along them, as a share of it.
    pub turning: f64,
}

/// The orbits that a model is tested on, and what a table calls them.
pub const TESTS: [(Orbits, &str); 5] = [
    (Orbits::PUBLISHED, "as published"),
    (
        Orbits {
            backwards: 1.0,
            ..Orbits::PUBLISHED
        },
        "backwards",
    ),
    (
        Orbits {
            speeds: (0.8, 0.8),
            ..Orbits::PUBLISHED
        },
        "slower",
    ),
    (
        Orbits {
            drift: 0.3,
            ..Orbits::PUBLISHED
        },
        "drifting",
    ),
    (
        Orbits {
            place: 1.0,
            ..Orbits::PUBLISHED
        },
        "elsewhere",
    ),
];

impl Bodies {
    /// Learns them from so many orbits.
    ///
    /// # Errors
    ///
    /// As [`Fit::network`] and [`minimize`].
    pub fn learn(from: Orbits, rival: Rival, orbits: usize, fit: &Fit, seed: u64) -> Result<Self> {
        let mut random = Gaussian::from_seed(seed);
        let data = from.data(orbits, &mut random)?;
        let progress = Progress::start("orbits", if rival == Rival::Plain { 8 } else { 1 });
        let field: Box<dyn Fn(&Points) -> Points> = match rival {
            Rival::Silence => Box::new(|z| Points::zeros(z.dim())),
            Rival::Energy => {
                let network = of_field(&data, fit, &mut random)?;
                Box::new(move |z| exact(&network, z.view()))
            }
            Rival::Plain => {
                let plain = Plain::by(&data, |labelled| {
                    let mut network = fit.network(8, &mut random)?;
                    let mut loss = Evaluator::new(Loss::ENERGY, &network)?;
                    minimize(&mut network, &mut loss, labelled, &fit.method(), unobserved)?;
                    progress.advance();
                    Ok(network)
                })?;
                Box::new(move |z| plain.field(z.view()).expect("states of two bodies"))
            }
        };
        let mut losses = [0.0; 5];
        for ((orbits, _), loss) in TESTS.iter().zip(&mut losses) {
            let test = orbits.data(30, &mut random)?;
            let off = rms_distance(field(&test.points).view(), test.field.view());
            *loss = off.powi(2) / 8.0;
        }
        let starts: Vec<[f64; 8]> = (0..15)
            .map(|_| Orbits::PUBLISHED.start(&mut random))
            .collect();
        let (mut z, mut squares, mut turning) = (starts.concat(), 0.0, 0.0);
        for _ in 0..500 {
            z = runge_kutta_4(|z| in_rows(&*field, 8, z), z, 0.05);
            for (start, z) in starts.iter().zip(z.chunks_exact(8)) {
                let z: [f64; 8] = std::array::from_fn(|i| z[i]);
                squares += (TwoBodies.energy(z) - TwoBodies.energy(*start)).powi(2) / 7500.0;
                let [now, first] = [z, *start].map(|z| TwoBodies.angular_momentum(z));
                turning = f64::max(turning, (now / first - 1.0).abs());
            }
        }
        Ok(Self {
            losses,
            energy: lost(squares),
            turning: lost(turning),
        })
    }
}

/// The field of states of this width that stand one after another.
///
/// # Panics
///
/// If the numbers are not of whole states.
pub fn in_rows(field: &dyn Fn(&Points) -> Points, width: usize, z: Vec<f64>) -> Vec<f64> {
    let states = Points::from_shape_vec((z.len() / width, width), z).expect("whole states");
    field(&states).into_raw_vec_and_offset().0
}

/// A motion of which so much is wrong is lost.
fn lost(wrong: f64) -> f64 {
    if wrong < 1e3 { wrong } else { f64::INFINITY }
}

/// An energy of these data, by their field.
///
/// # Errors
///
/// As [`Fit::network`] and [`minimize`].
pub fn of_field(data: &Dataset, fit: &Fit, random: &mut Gaussian) -> Result<Network> {
    let mut network = fit.network(data.points.ncols(), random)?;
    let mut loss = Evaluator::new(Loss::FIELD, &network)?;
    minimize(&mut network, &mut loss, data, &fit.method(), unobserved)?;
    Ok(network)
}
