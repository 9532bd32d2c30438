//! Five ways to learn an energy from recordings: states at even times, with noise, and nothing else.
//!
//! ```text
//! differences   J ∇H(zₖ) = slope of the polynomial through five states                       H a network of (q, p)
//! Euler         J ∇H(zₖ) = (zₖ₊₁ - zₖ)/h                                                     the same
//! midpoint      J ∇H((zₖ + zₖ₊₁)/2) = (zₖ₊₁ - zₖ)/h                                         the same
//! leapfrog      zₖ₊₁ = a step of leapfrog from zₖ                                           H = T(p) + V(q), two networks
//! unrolled      zₖ … zₖ₊₈ = eight steps of leapfrog from a start that is learned as well     the same
//! ```
//!
//! The recordings are those of Greydanus, Dzamba and Yosinski (2019), as their code draws them: `experiment-spring/data.py` and
//! `experiment-pend/data.py` of `greydanus/hamiltonian-nn`.

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use ndarray::{Array2, Array3, ArrayView1, Axis, concatenate, s};

use crate::learning::{Evaluator, Fit, Iterate, LeapfrogLoss, Loss, Step, minimize};
use crate::mechanics::{Separable, exact, step::runge_kutta_4};
use crate::model::Network;
use crate::phase_space::{Dataset, NEAREST, Points, linspace, rms_distance, slopes};
use crate::progress::Progress;
use crate::random::{Gaussian, RandomSource};
use crate::{Error, Result};

/// A system of one degree of freedom with H = T(p) + V(q), in the units of the published code; T = p².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// H = p² + q², of frequency 2.
    Spring,
    /// H = p² + 3 (1 - cos q).
    Pendulum,
}

impl System {
    /// What a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spring => "spring",
            Self::Pendulum => "pendulum",
        }
    }

    /// V(q), V'(q) and V''(q).
    pub fn potential(self, q: f64) -> [f64; 3] {
        match self {
            Self::Spring => [q * q, 2.0 * q, 2.0],
            Self::Pendulum => {
                let (sin, cos) = libm::sincos(q);
                [3.0 * (1.0 - cos), 3.0 * sin, 3.0 * cos]
            }
        }
    }

    /// H(q, p).
    pub fn energy(self, [q, p]: [f64; 2]) -> f64 {
        p * p + self.potential(q)[0]
    }

    /// (2p, -V'(q) - γ p), γ the friction: dH/dt = -2γ p².
    pub fn field(self, friction: f64, [q, p]: [f64; 2]) -> [f64; 2] {
        [2.0 * p, -self.potential(q)[1] - friction * p]
    }

    /// The field of the energy that a perfectly learned midpoint step of this length has, but for h⁴:
    ///
    /// ```text
    /// H + h²/24 (V'' T'² + T'' V'²),   T' = 2p, T'' = 2
    /// ```
    pub fn modified_field(self, step: f64, [q, p]: [f64; 2]) -> [f64; 2] {
        let ([_, v1, v2], share) = (self.potential(q), step * step / 24.0);
        let v3 = match self {
            Self::Spring => 0.0,
            Self::Pendulum => -3.0 * libm::sin(q),
        };
        [
            2.0 * p + share * 8.0 * v2 * p,
            -v1 - share * (4.0 * v3 * p * p + 4.0 * v1 * v2),
        ]
    }

    /// The frequency of small swings.
    pub fn frequency(self) -> f64 {
        (2.0 * self.potential(0.0)[2]).sqrt()
    }
}

/// How recordings are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Protocol {
    /// What moves.
    pub system: System,
    /// How many recordings there are to learn from; as many are held out.
    pub recordings: usize,
    /// States of each.
    pub states: usize,
    /// The time between two of them.
    pub step: f64,
    /// The distances of the starts from the origin, uniform in this range.
    pub radii: (f64, f64),
    /// The standard deviation of the noise on every q and p.
    pub noise: f64,
    /// γ, of [`System::field`].
    pub friction: f64,
}

/// Fine steps to one between two states.
const FINE: usize = 16;

impl Protocol {
    /// The published one: 25 recordings to learn from and 25 held out, of 3 units of time.
    pub fn published(system: System) -> Self {
        let (states, radii) = match system {
            System::Spring => (30, (0.1, 1.0)),
            System::Pendulum => (45, (1.3, 2.3)),
        };
        Self {
            system,
            recordings: 25,
            states,
            step: 3.0 / (states - 1) as f64,
            radii,
            noise: 0.1,
            friction: 0.0,
        }
    }

    /// Recordings (recordings, states, coordinates): as they are learned from, and without the noise.
    pub fn draw(&self, random: &mut Gaussian) -> (Array3<f64>, Array3<f64>) {
        let mut clean = Array3::zeros((self.recordings, self.states, 2));
        for mut path in clean.outer_iter_mut() {
            // The direction of a point of the square, as published.
            let [q, p] = [(); 2].map(|()| random.uniform(-1.0, 1.0));
            let size = random.uniform(self.radii.0, self.radii.1) / q.hypot(p).max(1e-12);
            let mut z = [size * q, size * p];
            for mut row in path.rows_mut() {
                row.assign(&ArrayView1::from(&z));
                for _ in 0..FINE {
                    let field = |z| self.system.field(self.friction, z);
                    z = runge_kutta_4(field, z, self.step / FINE as f64);
                }
            }
        }
        let noisy = clean.mapv(|x| x + self.noise * random.standard());
        (noisy, clean)
    }
}

/// A way to learn from recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The field is that of differences through five states.
    Differences,
    /// The field at a state is the way to the next.
    Euler,
    /// The field halfway between two states is the way from one to the other.
    Midpoint,
    /// A step of leapfrog leads from a state to the next.
    Leapfrog,
    /// Eight steps lead through nine states, from a start of their own.
    Unrolled,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Differences,
        Self::Euler,
        Self::Midpoint,
        Self::Leapfrog,
        Self::Unrolled,
    ];

    /// What a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Differences => "differences",
            Self::Euler => "Euler",
            Self::Midpoint => "midpoint",
            Self::Leapfrog => "leapfrog",
            Self::Unrolled => "eight steps",
        }
    }

    /// How many steps of leapfrog it takes at once, if it does.
    pub fn steps(self) -> Option<usize> {
        match self {
            Self::Leapfrog => Some(1),
            Self::Unrolled => Some(8),
            _ => None,
        }
    }

    /// The points of these recordings, and the field that this way ascribes to them; that of differences where it is leapfrog's.
    ///
    /// # Errors
    ///
    /// As [`Dataset::new`], and [`Error::Setting`] for recordings of a single state.
    pub fn labelled(self, recordings: &Array3<f64>, step: f64) -> Result<Dataset> {
        check_states(recordings, 1)?;
        let mut parts: Vec<[Points; 2]> = Vec::new();
        for path in recordings.outer_iter() {
            let (before, after) = (path.slice(s![..-1, ..]), path.slice(s![1.., ..]));
            let moved = (&after - &before) / step;
            parts.push(match self {
                Self::Euler => [before.to_owned(), moved],
                Self::Midpoint => [(&before + &after) / 2.0, moved],
                _ => {
                    let last = step * (path.nrows() - 1) as f64;
                    let times = linspace(0.0, last, path.nrows());
                    let times = ArrayView1::from(&times);
                    [path.to_owned(), slopes(times, path, NEAREST)]
                }
            });
        }
        let [points, field] = [0, 1].map(|which: usize| {
            let parts: Vec<_> = parts.iter().map(|part| part[which].view()).collect();
            concatenate(Axis(0), &parts).expect("columns q and p")
        });
        Dataset::new(points, field, None)
    }

    /// Windows of so many steps, spread evenly over each recording so that every state is in one.
    fn windows(recordings: &Array3<f64>, steps: usize) -> Array3<f64> {
        let states = recordings.len_of(Axis(1));
        let last = states - 1 - steps;
        let count = (states - 1).div_ceil(steps);
        let mut windows = Vec::new();
        for path in recordings.outer_iter() {
            for i in 0..count {
                let from = (i * last).checked_div(count - 1).unwrap_or(0);
                windows.extend(path.slice(s![from..=from + steps, ..]).iter().copied());
            }
        }
        let shape = (recordings.len_of(Axis(0)) * count, steps + 1, 2);
        Array3::from_shape_vec(shape, windows).expect("whole windows")
    }
}

fn check_states(recordings: &Array3<f64>, steps: usize) -> Result<()> {
    let states = recordings.len_of(Axis(1));
    if states > steps {
        return Ok(());
    }
    let why = format!("are too few: {steps} steps lead through one more");
    Err(Error::setting("states", states, why))
}

/// An energy that was learned.
#[derive(Clone, Debug)]
pub enum Learned {
    /// Of q and p at once.
    Whole(Network),
    /// Of two parts.
    Parts(Separable),
}

impl Learned {
    /// Learns from recordings with steps of this length, and keeps what has the least loss on those held out.
    ///
    /// # Errors
    ///
    /// As [`Fit::network`], [`Way::labelled`] and [`Learned::follow`].
    pub fn fit(
        way: Way,
        [training, held_out]: [&Array3<f64>; 2],
        step: f64,
        fit: &Fit,
        random: &mut Gaussian,
    ) -> Result<Self> {
        let Some(steps) = way.steps() else {
            let progress = Progress::start(way.name(), fit.evaluations);
            let data = way.labelled(training, step)?;
            let test = way.labelled(held_out, step)?;
            let mut network = fit.network(2, random)?;
            let mut judge = Evaluator::new(Loss::FIELD, &network)?;
            let mut loss = judge.clone();
            let mut best = (f64::INFINITY, network.clone());
            minimize(
                &mut network,
                &mut loss,
                &data,
                &fit.method(),
                |step: &Step| {
                    progress.reach(step.evaluations);
                    let value = judge.value(step.network, (&test).into());
                    if value < best.0 {
                        best = (value, step.network.clone());
                    }
                    ControlFlow::Continue(())
                },
            )?;
            return Ok(Self::Whole(best.1));
        };
        let model = Separable::new(fit.network(1, random)?, fit.network(1, random)?)?;
        Self::follow(model, steps, [training, held_out], step, fit)
    }

    /// Goes on with a model so that so many steps of leapfrog lead through the recordings; several begin at starts that are learned
    /// as well.
    ///
    /// # Errors
    ///
    /// As [`Lbfgs::minimize`](crate::learning::Lbfgs::minimize), and [`Error::Setting`] for recordings of no more states than steps.
    pub fn follow(
        mut model: Separable,
        steps: usize,
        [training, held_out]: [&Array3<f64>; 2],
        step: f64,
        fit: &Fit,
    ) -> Result<Self> {
        check_states(training, steps)?;
        check_states(held_out, steps)?;
        let progress = Progress::start("leapfrog", fit.evaluations);
        let windows = Way::windows(training, steps);
        let test = Way::windows(held_out, steps);
        let start_of = |windows: &Array3<f64>| windows.index_axis(Axis(1), 0).to_owned();
        let (mut starts, test_starts) = (start_of(&windows), start_of(&test));
        let mut loss = LeapfrogLoss::new(&model, step, steps);
        let (mut judge, mut judged) = (loss.clone(), model.clone());
        let mut best = (f64::INFINITY, model.parameters());
        let weights = best.1.len();
        let mut unknowns = model.parameters();
        // A single step begins at the state that was recorded.
        if steps > 1 {
            unknowns.extend(&starts);
        }
        let mut by_starts = Array2::zeros(starts.dim());
        fit.method().minimize(
            &unknowns,
            |unknowns, gradient| {
                model.set_parameters(&unknowns[..weights]);
                let to = starts.iter_mut().zip(&unknowns[weights..]);
                to.for_each(|(to, &x)| *to = x);
                let (by_weights, rest) = gradient.split_at_mut(weights);
                let by = by_starts.view_mut();
                let (starts, windows) = (starts.view(), windows.view());
                let value = loss.value_and_gradient(&model, starts, windows, by_weights, by);
                rest.iter_mut().zip(&by_starts).for_each(|(to, &x)| *to = x);
                value / (step * step)
            },
            |iterate: Iterate| {
                progress.reach(iterate.evaluations);
                judged.set_parameters(&iterate.point[..weights]);
                let value = judge.value(&judged, test_starts.view(), test.view());
                if value < best.0 {
                    best = (value, iterate.point[..weights].to_vec());
                }
                ControlFlow::Continue(())
            },
        )?;
        judged.set_parameters(&best.1);
        Ok(Self::Parts(judged))
    }

    /// The learned field at each of these states.
    pub fn field(&self, states: &Points) -> Points {
        match self {
            Self::Whole(network) => exact(network, states.view()),
            Self::Parts(model) => model.field(states.view()),
        }
    }
}

/// What is wrong with a learned field, on recordings that were held out, without their noise. Fields are relative to the root
/// mean square of the true one: saying nothing scores 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The root mean square of what its own way asks of it, where there is one: from one state to the next, over the time
    /// between them.
    pub own: f64,
    /// The root mean square of its distance from the true field.
    pub field: f64,
    /// The largest change of the true energy along ten turns of the learned motion, over its first value; the mean over starts.
    pub energy: f64,
    /// By how much its turns are more than the true motion's, as a share of them: above 0 it is fast.
    pub clock: f64,
}

impl Score {
    /// Of what was learned in this way from such recordings.
    ///
    /// # Errors
    ///
    /// As [`Way::labelled`].
    pub fn of(
        learned: &Learned,
        way: Way,
        protocol: &Protocol,
        held_out: &Array3<f64>,
    ) -> Result<Self> {
        let Protocol {
            system,
            step,
            friction,
            ..
        } = *protocol;
        let rows = held_out.len() / 2;
        let states = held_out
            .to_shape((rows, 2))
            .expect("whole states")
            .to_owned();
        let truth = |z: &[f64]| system.field(friction, [z[0], z[1]]);
        let true_field = Points::from(
            states
                .rows()
                .into_iter()
                .map(|z| truth(&[z[0], z[1]]))
                .collect::<Vec<_>>(),
        );
        let unit = rms_distance(true_field.view(), Points::zeros(states.dim()).view());
        let own = match learned {
            Learned::Whole(_) => {
                let asked = way.labelled(held_out, step)?;
                rms_distance(learned.field(&asked.points).view(), asked.field.view())
            }
            Learned::Parts(model) => {
                let windows = Way::windows(held_out, 1);
                let starts = windows.index_axis(Axis(1), 0);
                let loss = LeapfrogLoss::new(model, step, 1).value(model, starts, windows.view());
                (2.0 * loss).sqrt() / step
            }
        };
        let off = rms_distance(learned.field(&states).view(), true_field.view());
        let starts: Vec<f64> = held_out
            .slice(s![..STARTS.min(protocol.recordings), 0, ..])
            .iter()
            .copied()
            .collect();
        let learned = |z: Vec<f64>| {
            let states = Points::from_shape_vec((z.len() / 2, 2), z).expect("whole states");
            learned.field(&states).into_raw_vec_and_offset().0
        };
        let true_one = |z: Vec<f64>| z.chunks_exact(2).flat_map(truth).collect();
        let (energy, turned) = swing(system, learned, starts.clone());
        let (_, truly) = swing(system, true_one, starts);
        let fast = turned
            .iter()
            .zip(&truly)
            .map(|(turned, truly)| turned / truly - 1.0);
        Ok(Self {
            own: own / unit,
            field: off / unit,
            energy,
            clock: fast.sum::<f64>() / truly.len() as f64,
        })
    }
}

/// The motions that are followed.
const STARTS: usize = 6;

/// Follows a field from these starts for ten periods of small swings: the mean of the largest changes of the energy, and the
/// angles that were turned.
fn swing(system: System, field: impl Fn(Vec<f64>) -> Vec<f64>, mut z: Vec<f64>) -> (f64, Vec<f64>) {
    const STEPS: usize = 48;
    let energies = |z: &[f64]| -> Vec<f64> {
        z.chunks_exact(2)
            .map(|z| system.energy([z[0], z[1]]))
            .collect()
    };
    let angles =
        |z: &[f64]| -> Vec<f64> { z.chunks_exact(2).map(|z| libm::atan2(z[0], z[1])).collect() };
    let (first, mut before) = (energies(&z), angles(&z));
    let (mut largest, mut turned) = (vec![0.0; first.len()], vec![0.0; first.len()]);
    for _ in 0..10 * STEPS {
        z = runge_kutta_4(&field, z, TAU / system.frequency() / STEPS as f64);
        let (energies, now) = (energies(&z), angles(&z));
        for i in 0..first.len() {
            largest[i] = f64::max(largest[i], (energies[i] / first[i] - 1.0).abs());
            let turn = now[i] - before[i];
            turned[i] += turn - TAU * (turn / TAU).round();
        }
        before = now;
    }
    (largest.iter().sum::<f64>() / largest.len() as f64, turned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanics::step::implicit_midpoint;

    const SYSTEMS: [System; 2] = [System::Spring, System::Pendulum];

    #[test]
    fn a_system_says_the_same_of_its_energy_and_its_field() {
        let (d, z) = (1e-5, [0.7, -0.4]);
        for system in SYSTEMS {
            let [value, slope, curvature] = system.potential(z[0]);
            let [above, below] = [d, -d].map(|d| system.potential(z[0] + d));
            assert!(((above[0] - below[0]) / (2.0 * d) - slope).abs() < 1e-9);
            assert!(((above[1] - below[1]) / (2.0 * d) - curvature).abs() < 1e-9);
            assert_eq!(system.energy(z), value + z[1] * z[1]);
            let [dq, dp] = system.field(0.3, z);
            let rate = slope * dq + 2.0 * z[1] * dp;
            assert!((rate + 2.0 * 0.3 * z[1] * z[1]).abs() < 1e-14, "{rate}");
        }
    }

    #[test]
    fn a_midpoint_step_of_the_modified_energy_is_the_true_motion_but_for_the_fifth_power() {
        for system in SYSTEMS {
            let start = [0.9, 0.6];
            let missed = |step: f64| {
                let field = |z| system.modified_field(step, z);
                let there = implicit_midpoint(field, start, step, 1e-14).unwrap();
                let mut z = start;
                for _ in 0..100 {
                    z = runge_kutta_4(|z| system.field(0.0, z), z, step / 100.0);
                }
                (there[0] - z[0]).hypot(there[1] - z[1])
            };
            let ratio = missed(0.1) / missed(0.05);
            assert!((ratio - 32.0).abs() < 3.0, "{system:?}: {ratio}");
        }
    }

    #[test]
    fn the_published_recordings_are_as_many_and_as_large_and_keep_their_energy_but_for_noise() {
        for system in SYSTEMS {
            let protocol = Protocol::published(system);
            let (noisy, clean) = protocol.draw(&mut Gaussian::from_seed(1));
            assert_eq!(clean.dim(), (25, protocol.states, 2));
            for path in clean.outer_iter() {
                let energy = |row: usize| system.energy([path[[row, 0]], path[[row, 1]]]);
                let size = path[[0, 0]].hypot(path[[0, 1]]);
                assert!((protocol.radii.0..protocol.radii.1).contains(&size));
                assert!((energy(protocol.states - 1) / energy(0) - 1.0).abs() < 1e-6);
            }
            let noise = (&noisy - &clean).std(0.0);
            assert!((noise / protocol.noise - 1.0).abs() < 0.05, "{noise}");
        }
    }

    #[test]
    fn windows_hold_every_state() {
        for (states, steps) in [(30, 8), (45, 8), (9, 8), (5, 1)] {
            let recordings =
                Array3::from_shape_fn((2, states, 2), |(path, i, _)| (100 * path + i) as f64);
            let windows = Way::windows(&recordings, steps);
            assert!(windows.iter().all(|x| recordings.iter().any(|y| x == y)));
            assert!(recordings.iter().all(|x| windows.iter().any(|y| x == y)));
            assert!(
                windows
                    .outer_iter()
                    .all(|w| w[[steps, 0]] - w[[0, 0]] == steps as f64)
            );
        }
    }

    #[test]
    fn every_way_learns_a_spring_from_clean_states() {
        let mut protocol = Protocol::published(System::Spring);
        (protocol.noise, protocol.recordings) = (0.0, 8);
        let fit = Fit {
            hidden: vec![8, 8],
            evaluations: 150,
            ..Fit::default()
        };
        for way in Way::ALL {
            let mut random = Gaussian::from_seed(2);
            let [(training, _), (held_out, _)] = [(); 2].map(|()| protocol.draw(&mut random));
            let data = [&training, &held_out];
            let learned = Learned::fit(way, data, protocol.step, &fit, &mut random).unwrap();
            let score = Score::of(&learned, way, &protocol, &held_out).unwrap();
            assert!(score.field < 0.03, "{way:?}: {score:?}");
        }
    }
}
