//! The double pendulum, learned and let go: the protocol of Cranmer et al. (2020, "Lagrangian neural networks").
//!
//! ```text
//! data     states with energies up to a little above that of standing upright, those of a band of energies left out
//! test     the forces on states of that band; the true energy along 40 learned motions, after 10 and after 100 seconds
//! ```
//!
//! The starts and the measure are those of the published notebook (`notebooks/DoublePendulum.ipynb` of
//! `MilesCranmer/lagrangian_nns`): any two angles, almost at rest; the size of the energy's change over the largest potential
//! energy. That draws its training states from a box, 307 million of them; here they are a thousand, and the unit of time is
//! the one in which gravity is 1.

use std::f64::consts::TAU;

use ndarray::s;

use super::{Kind, Learned};
use crate::error::check_positive;
use crate::learning::Fit;
use crate::measure::Spread;
use crate::mechanics::step::runge_kutta_4;
use crate::phase_space::{Angles, DoublePendulum, Lagrangian, Points, check_points};
use crate::progress::Progress;
use crate::random::{Gaussian, RandomSource};
use crate::{Error, Result, settings};

settings! {
    /// How the double pendulum is learned and let go.
    pub struct Settings {
        /// States that the double pendulum is learned from
        states: usize = 1000,
        /// Evaluations of the loss and its gradient for each model
        evaluations: usize = 2000,
        /// Seconds that it swings; its energies are looked at after a tenth of them, too
        seconds: f64 = 100.0,
    }
}

/// A motion of more seconds than this takes hours.
const MOST_SECONDS: f64 = 1e5;

impl Settings {
    /// Checks every setting, before any work is done.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that no run can use.
    pub fn check(&self) -> Result<()> {
        check_points(self.states).map_err(|error| error.named("states", self.states))?;
        self.fit().check(4)?;
        check_positive("seconds", self.seconds)?;
        if self.seconds > MOST_SECONDS {
            let why = format!("are too many: {MOST_SECONDS} are the most");
            return Err(Error::setting("seconds", self.seconds, why));
        }
        Ok(())
    }

    /// The network and how it is trained.
    fn fit(&self) -> Fit {
        Fit {
            hidden: vec![32, 32],
            evaluations: self.evaluations,
            ..Fit::default()
        }
    }
}

/// The pendulum in the unit of time in which gravity is 1.
pub const PENDULUM: DoublePendulum = DoublePendulum { gravity: 1.0 };
/// Such units in a second, √9.8: arms of 1 m, and 9.8 m/s².
pub const SECOND: f64 = 3.130495168499706;
/// The largest potential energy.
const SCALE: f64 = 3.0;
/// Energies between minus this and this are in nobody's training data.
const HELD_OUT: f64 = 0.5;
/// Of Runge and Kutta's method. The energy of the true pendulum is off by 1e-5 of the scale after 100 seconds of such steps.
pub const STEP: f64 = 0.015;

/// States with energies up to a little above that of standing upright, held out or not.
fn states(count: usize, held_out: bool, random: &mut Gaussian) -> Points {
    let mut states = Vec::new();
    while states.len() < count {
        let [q1, q2] = [(); 2].map(|()| random.uniform(0.0, TAU));
        let [v1, v2] = [(); 2].map(|()| random.uniform(-5.0, 5.0));
        let energy = PENDULUM.energy([q1, q2], [v1, v2]);
        if energy < 1.02 * SCALE && (energy.abs() < HELD_OUT) == held_out {
            states.push([q1, q2, v1, v2]);
        }
    }
    Points::from(states)
}

/// The published starts: any two angles, almost at rest.
fn starts(random: &mut Gaussian) -> Points {
    let start = |_| {
        let [q1, q2] = [(); 2].map(|()| random.uniform(0.0, TAU));
        let [v1, v2] = [(); 2].map(|()| random.uniform(0.0, 0.1 / SECOND));
        [q1, q2, v1, v2]
    };
    Points::from((0..40).map(start).collect::<Vec<[f64; 4]>>())
}

/// A learned double pendulum, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Swing {
    /// The pendulum.
    pub learned: Learned,
    /// The relative error of its forces, dv/dt or dp/dt, on states of the energies held out.
    pub force: f64,
    /// The change of the true energy from each start, over the scale, after a tenth of the time and at its end; infinite for a motion
    /// that is lost.
    changes: [Vec<f64>; 2],
}

impl Swing {
    /// Learns the pendulum from so many states, and lets it swing.
    ///
    /// # Errors
    ///
    /// As [`Settings::check`] and [`Learned::fit`].
    pub fn learn(kind: Kind, settings: &Settings, seed: u64) -> Result<Self> {
        settings.check()?;
        let mut random = Gaussian::from_seed(seed);
        let data_of = |points: Points| match kind {
            Kind::Canonical => PENDULUM.canonical_data(&points),
            _ => PENDULUM.data(points),
        };
        let data = data_of(states(settings.states, false, &mut random))?;
        let test = data_of(states(2000, true, &mut random))?;
        let starts = data_of(starts(&mut random))?.points;
        let angles = Angles::new(&[true; 2]);
        let learned = Learned::fit(kind, &data, &angles, &settings.fit(), &mut random)?;

        let field = learned.field(test.points.iter().copied().collect());
        let field = Points::from_shape_vec(test.points.dim(), field).expect("a field a state");
        let size = |of: &Points| of.slice(s![.., 2..]).mapv(|x| x * x).sum().sqrt();
        let force = size(&(&field - &test.field)) / size(&test.field);

        let steps = |seconds: f64| (seconds * SECOND / STEP) as usize;
        let progress = Progress::start("swing", steps(settings.seconds));
        let mut z: Vec<f64> = starts.iter().copied().collect();
        let first = energies(kind, &z);
        let tenth = settings.seconds / 10.0;
        let changes = [tenth, 9.0 * tenth].map(|seconds: f64| {
            for _ in 0..steps(seconds) {
                z = runge_kutta_4(|z| learned.field(z), std::mem::take(&mut z), STEP);
                progress.advance();
            }
            let change = |(now, first): (f64, &f64)| match (now - first).abs() / SCALE {
                change if change < LOST => change,
                _ => f64::INFINITY,
            };
            energies(kind, &z)
                .into_iter()
                .zip(&first)
                .map(change)
                .collect()
        });
        Ok(Self {
            learned,
            force,
            changes,
        })
    }

    /// The mean change over the starts after a tenth of the time.
    pub fn early(&self) -> f64 {
        mean(&self.changes[0])
    }

    /// The mean change at its end.
    pub fn late(&self) -> f64 {
        mean(&self.changes[1])
    }

    /// The changes at the end over the starts.
    pub fn of_starts(&self) -> Spread {
        Spread::of(self.changes[1].iter().copied())
    }
}

/// A motion that has gained a thousand times the scale is lost.
const LOST: f64 = 1e3;

/// The true energies of states of this kind that stand one after another.
fn energies(kind: Kind, z: &[f64]) -> Vec<f64> {
    let energy = |z: &[f64]| {
        let (q, second) = ([z[0], z[1]], [z[2], z[3]]);
        match kind {
            Kind::Canonical => PENDULUM.energy(q, PENDULUM.velocity(q, second)),
            _ => PENDULUM.energy(q, second),
        }
    };
    z.chunks_exact(4).map(energy).collect()
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_are_of_the_energies_that_they_should_be_and_the_true_pendulum_keeps_its_own() {
        let random = &mut Gaussian::from_seed(3);
        for held_out in [false, true] {
            let states = states(300, held_out, random);
            let numbers: Vec<f64> = states.iter().copied().collect();
            for energy in energies(Kind::Told, &numbers) {
                assert!(energy < 1.02 * SCALE && (energy.abs() < HELD_OUT) == held_out);
            }
            let canonical = PENDULUM.canonical_data(&states).unwrap().points;
            let canonical: Vec<f64> = canonical.iter().copied().collect();
            let pairs = energies(Kind::Canonical, &canonical)
                .into_iter()
                .zip(energies(Kind::Told, &numbers));
            assert!(
                pairs
                    .into_iter()
                    .all(|(one, other)| (one - other).abs() < 1e-12)
            );
        }
        let mut z: Vec<f64> = starts(random).iter().copied().collect();
        let first = energies(Kind::Told, &z);
        let truth = |z: Vec<f64>| -> Vec<f64> {
            let field = |z: &[f64]| {
                let a = PENDULUM.acceleration([z[0], z[1]], [z[2], z[3]]);
                [z[2], z[3], a[0], a[1]]
            };
            z.chunks_exact(4).flat_map(field).collect()
        };
        for _ in 0..(100.0 * SECOND / STEP) as usize {
            z = runge_kutta_4(truth, z, STEP);
        }
        let changes = energies(Kind::Told, &z).into_iter().zip(first);
        let changes: Vec<f64> = changes
            .map(|(now, first)| (now - first).abs() / SCALE)
            .collect();
        assert!(mean(&changes) < 3e-5, "{}", mean(&changes));
        assert!((SECOND - 9.8f64.sqrt()).abs() < 1e-15);
    }
}
