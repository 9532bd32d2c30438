//! Ways to learn an energy from recordings: states at even times, with noise, and nothing else.
//!
//! ```text
//! differences   J ∇H(zₖ) = slope of the polynomial through five states                    H a network of (q, p)
//! Euler         J ∇H(zₖ) = (zₖ₊₁ - zₖ)/h                                                  the same
//! midpoint      J ∇H((zₖ + zₖ₊₁)/2) = (zₖ₊₁ - zₖ)/h                                      the same
//! leapfrog      zₖ₊₁ = one step of leapfrog from zₖ, or four                              H = T(p) + V(q), two networks
//! eight steps   zₖ … zₖ₊₈ = eight steps of leapfrog from a start that is learned as well  the same
//! ```

use std::f64::consts::TAU;

use ndarray::{Array2, Array3, ArrayView1, Axis, concatenate, s};

use super::orbits::in_rows;
use super::protocol::{Protocol, Recordings, System, states_of, strided};
use crate::learning::{Descending, Evaluator, Fit, LeapfrogLoss, Loss, Stop};
use crate::mechanics::{Separable, exact, step::runge_kutta_4};
use crate::model::Network;
use crate::phase_space::{Dataset, NEAREST, Oscillator, Points, linspace, rms_distance, slopes};
use crate::progress::Progress;
use crate::random::Gaussian;
use crate::{Error, Result};

/// A way to learn from recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The field is that of differences through five states.
    Differences,
    /// The same, without the two states at each end, whose differences lean to one side.
    Middle,
    /// The field at a state is the way to the next.
    Euler,
    /// The field halfway between two states is the way from one to the other.
    Midpoint,
    /// A step of leapfrog leads from a state to the next.
    Leapfrog,
    /// Four steps of leapfrog do.
    Finer,
    /// Eight steps lead through nine states, from a start of their own.
    Unrolled,
    /// Eight steps lead through nine states, from the first as it was recorded.
    Recorded,
}

/// How leapfrog goes through recordings: states after the start, steps to each, and whether the start is learned as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaps {
    /// States after the start.
    pub states: usize,
    /// Steps from one state to the next.
    pub every: usize,
    /// Whether the start is learned.
    pub free: bool,
}

impl Way {
    /// What a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Differences => "differences",
            Self::Middle => "differences, no ends",
            Self::Euler => "Euler",
            Self::Midpoint => "midpoint",
            Self::Leapfrog => "leapfrog",
            Self::Finer => "leapfrog, in four",
            Self::Unrolled => "eight steps",
            Self::Recorded => "eight, from recorded starts",
        }
    }

    /// By how much the energy of a spring that fits its own way to the letter makes a motion that is fast; x is the angle that the
    /// spring turns by from one state to the next.
    pub fn clock(self, x: f64) -> f64 {
        let relative = match self {
            Self::Differences | Self::Middle => (8.0 * libm::sin(x) - libm::sin(2.0 * x)) / 6.0,
            Self::Euler => libm::sin(x),
            Self::Midpoint => 2.0 * libm::tan(x / 2.0),
            Self::Finer => 8.0 * libm::sin(x / 8.0),
            Self::Leapfrog | Self::Unrolled | Self::Recorded => 2.0 * libm::sin(x / 2.0),
        };
        relative / x - 1.0
    }

    /// How it leaps, if it does.
    pub fn leaps(self) -> Option<Leaps> {
        let (states, every, free) = match self {
            Self::Leapfrog => (1, 1, false),
            Self::Finer => (1, 4, false),
            Self::Unrolled => (8, 1, true),
            Self::Recorded => (8, 1, false),
            _ => return None,
        };
        Some(Leaps {
            states,
            every,
            free,
        })
    }

    /// The points of these recordings, and the field that this way ascribes to them; that of differences where it is leapfrog's.
    ///
    /// # Errors
    ///
    /// As [`Dataset::new`], and [`Error::Setting`] for recordings of fewer than five states.
    pub fn labelled(self, recordings: &Recordings, step: f64) -> Result<Dataset> {
        check_states(recordings, 4)?;
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
                    let slopes = slopes(ArrayView1::from(&times), path, NEAREST);
                    match self {
                        Self::Middle => {
                            let middle = s![2..path.nrows() - 2, ..];
                            [
                                path.slice(middle).to_owned(),
                                slopes.slice(middle).to_owned(),
                            ]
                        }
                        _ => [path.to_owned(), slopes],
                    }
                }
            });
        }
        let [points, field] = [0, 1].map(|which: usize| {
            let parts: Vec<_> = parts.iter().map(|part| part[which].view()).collect();
            concatenate(Axis(0), &parts).expect("columns q and p")
        });
        Dataset::new(points, field, None)
    }

    /// Windows of so many states after the first, spread evenly over each recording so that every state is in one.
    fn windows(recordings: &Recordings, after: usize) -> Recordings {
        let states = recordings.len_of(Axis(1));
        let last = states - 1 - after;
        let count = (states - 1).div_ceil(after);
        let mut windows = Vec::new();
        for path in recordings.outer_iter() {
            for i in 0..count {
                let from = (i * last).checked_div(count - 1).unwrap_or(0);
                windows.extend(path.slice(s![from..=from + after, ..]).iter().copied());
            }
        }
        let shape = (recordings.len_of(Axis(0)) * count, after + 1, 2);
        Array3::from_shape_vec(shape, windows).expect("whole windows")
    }
}

fn check_states(recordings: &Recordings, after: usize) -> Result<()> {
    let states = recordings.len_of(Axis(1));
    if states > after {
        return Ok(());
    }
    let why = format!("are too few: {} are needed", after + 1);
    Err(Error::setting("states", states, why))
}

/// Recordings of which every so many-th state counts, and how they are learned from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// How they are made.
    pub protocol: Protocol,
    /// How they are learned from.
    pub way: Way,
    /// Which states count.
    pub stride: usize,
}

impl Case {
    /// Each way with each stride.
    pub fn all(protocol: Protocol, ways: &[Way], strides: &[usize]) -> Vec<Self> {
        let of_way = |&way: &Way| {
            strides.iter().map(move |&stride| Self {
                protocol,
                way,
                stride,
            })
        };
        ways.iter().flat_map(of_way).collect()
    }

    /// The time from one state to the next that counts.
    pub fn step(&self) -> f64 {
        self.stride as f64 * self.protocol.step
    }

    /// Two hidden layers of 24 units for an energy in one piece, of 16 for each of two parts.
    pub fn fit(&self, evaluations: usize) -> Fit {
        let width = if self.way.leaps().is_some() { 16 } else { 24 };
        Fit {
            hidden: vec![width; 2],
            evaluations,
            ..Fit::default()
        }
    }

    /// Recordings to learn from and to stop by, and clean ones to judge by.
    pub fn draw(&self, random: &mut Gaussian) -> [Recordings; 3] {
        let [training, held_out] =
            [(); 2].map(|()| strided(&self.protocol.draw(random).0, self.stride));
        [training, held_out, self.protocol.draw(random).1]
    }

    /// Learns from them, and judges.
    ///
    /// # Errors
    ///
    /// As [`Learned::fit`].
    pub fn score(&self, evaluations: usize, seed: u64) -> Result<Score> {
        let mut random = Gaussian::from_seed(seed);
        let [training, held_out, clean] = self.draw(&mut random);
        let (data, fit) = ([&training, &held_out], self.fit(evaluations));
        let learned = Learned::fit(self.way, data, self.step(), &fit, &mut random)?;
        Score::of(&learned, self, &clean)
    }
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
    /// Learns from recordings whose states are this far apart, and keeps what has the least loss on those held out.
    ///
    /// # Errors
    ///
    /// As [`Fit::network`], [`Way::labelled`] and [`Learned::follow`].
    pub fn fit(
        way: Way,
        [training, held_out]: [&Recordings; 2],
        step: f64,
        fit: &Fit,
        random: &mut Gaussian,
    ) -> Result<Self> {
        let progress = Progress::start(way.name(), fit.evaluations);
        Learning::begin(way, [training, held_out], step, fit, random)?.end(&progress)
    }

    /// Goes on with a model so that leapfrog leads through the recordings.
    ///
    /// # Errors
    ///
    /// As [`Lbfgs::minimize`](crate::learning::Lbfgs::minimize), and [`Error::Setting`] for recordings of too few states.
    pub fn follow(
        model: Separable,
        leaps: Leaps,
        data: [&Recordings; 2],
        step: f64,
        fit: &Fit,
    ) -> Result<Self> {
        let progress = Progress::start("leapfrog", fit.evaluations);
        Learning::following(model, leaps, data, step, fit)?.end(&progress)
    }

    fn parameters_are(&mut self, parameters: &[f64]) {
        match self {
            Self::Whole(network) => network.parameters_mut().copy_from_slice(parameters),
            Self::Parts(model) => model.set_parameters(parameters),
        }
    }

    /// The learned field at each of these states.
    pub fn field(&self, states: &Points) -> Points {
        match self {
            Self::Whole(network) => exact(network, states.view()),
            Self::Parts(model) => model.field(states.view()),
        }
    }

    /// The root mean square of what its own way asks of it: from one state to the next of these recordings, over the time between
    /// them.
    ///
    /// # Errors
    ///
    /// As [`Way::labelled`].
    pub fn misses(&self, way: Way, recordings: &Recordings, step: f64) -> Result<f64> {
        match self {
            Self::Whole(_) => {
                let asked = way.labelled(recordings, step)?;
                let field = self.field(&asked.points);
                Ok(rms_distance(field.view(), asked.field.view()))
            }
            Self::Parts(model) => {
                check_states(recordings, 1)?;
                let windows = Way::windows(recordings, 1);
                let every = way.leaps().map_or(1, |leaps| leaps.every);
                let mut loss = LeapfrogLoss::new(model, step, 1, every);
                let starts = windows.index_axis(Axis(1), 0);
                Ok((2.0 * loss.value(model, starts, windows.view())).sqrt() / step)
            }
        }
    }

    /// A step of this way's own, if it has one.
    fn own_step(&self, way: Way, mut z: Points, step: f64) -> Option<Points> {
        match way {
            Way::Differences | Way::Middle => return None,
            Way::Euler => {
                let field = self.field(&z);
                z.scaled_add(step, &field);
            }
            Way::Midpoint => {
                let start = z.clone();
                for _ in 0..SETTLED {
                    z = &start + step * self.field(&((&start + &z) / 2.0));
                }
            }
            _ => {
                let every = way.leaps().map_or(1, |leaps| leaps.every);
                let h = step / every as f64;
                for _ in 0..every {
                    for (column, share) in [(1, h / 2.0), (0, h), (1, h / 2.0)] {
                        let field = self.field(&z);
                        z.column_mut(column)
                            .scaled_add(share, &field.column(column));
                    }
                }
            }
        }
        Some(z)
    }
}

/// The loss at a point, and its gradient there.
type Value = Box<dyn FnMut(&[f64], &mut [f64]) -> f64>;

/// An energy on the way to be learned, a step of L-BFGS at a time.
pub struct Learning {
    descending: Descending<Value>,
    /// The loss on the recordings held out.
    judge: Box<dyn FnMut(&Learned) -> f64>,
    /// The model as it is now; what L-BFGS moves may be more than its parameters.
    now: Learned,
    parameters: usize,
    least: f64,
    best: Learned,
}

impl Learning {
    /// Before the first step of [`Learned::fit`].
    ///
    /// # Errors
    ///
    /// As [`Learned::fit`].
    pub fn begin(
        way: Way,
        [training, held_out]: [&Recordings; 2],
        step: f64,
        fit: &Fit,
        random: &mut Gaussian,
    ) -> Result<Self> {
        if let Some(leaps) = way.leaps() {
            let model = Separable::new(fit.network(1, random)?, fit.network(1, random)?)?;
            return Self::following(model, leaps, [training, held_out], step, fit);
        }
        let data = way.labelled(training, step)?;
        let test = way.labelled(held_out, step)?;
        let network = fit.network(2, random)?;
        let mut judge = Evaluator::new(Loss::FIELD, &network)?;
        let (mut loss, mut moved) = (judge.clone(), network.clone());
        Self::of(
            network.parameters(),
            Learned::Whole(network.clone()),
            fit,
            move |parameters, gradient| {
                moved.parameters_mut().copy_from_slice(parameters);
                loss.value_and_gradient(&moved, (&data).into(), gradient)
            },
            move |learned| match learned {
                Learned::Whole(network) => judge.value(network, (&test).into()),
                Learned::Parts(_) => f64::NAN,
            },
        )
    }

    /// Before the first step of [`Learned::follow`].
    fn following(
        mut model: Separable,
        leaps: Leaps,
        [training, held_out]: [&Recordings; 2],
        step: f64,
        fit: &Fit,
    ) -> Result<Self> {
        check_states(training, leaps.states)?;
        check_states(held_out, leaps.states)?;
        let windows = Way::windows(training, leaps.states);
        let test = Way::windows(held_out, leaps.states);
        let start_of = |windows: &Recordings| windows.index_axis(Axis(1), 0).to_owned();
        let (mut starts, test_starts) = (start_of(&windows), start_of(&test));
        let mut loss = LeapfrogLoss::new(&model, step, leaps.states, leaps.every);
        let mut judge = loss.clone();
        let mut unknowns = model.parameters();
        let weights = unknowns.len();
        if leaps.free {
            unknowns.extend(&starts);
        }
        let mut by_starts = Array2::zeros(starts.dim());
        Self::of(
            &unknowns,
            Learned::Parts(model.clone()),
            fit,
            move |unknowns, gradient| {
                model.set_parameters(&unknowns[..weights]);
                let to = starts.iter_mut().zip(&unknowns[weights..]);
                to.for_each(|(to, &x)| *to = x);
                let (by_weights, rest) = gradient.split_at_mut(weights);
                let by = by_starts.view_mut();
                let (starts, windows) = (starts.view(), windows.view());
                let value = loss.value_and_gradient(&model, starts, windows, by_weights, by);
                rest.iter_mut().zip(&by_starts).for_each(|(to, &x)| *to = x);
                value
            },
            move |learned| match learned {
                Learned::Parts(model) => judge.value(model, test_starts.view(), test.view()),
                Learned::Whole(_) => f64::NAN,
            },
        )
    }

    fn of(
        start: &[f64],
        now: Learned,
        fit: &Fit,
        loss: impl FnMut(&[f64], &mut [f64]) -> f64 + 'static,
        judge: impl FnMut(&Learned) -> f64 + 'static,
    ) -> Result<Self> {
        let loss: Value = Box::new(loss);
        Ok(Self {
            descending: fit.method().begin(start, loss)?,
            judge: Box::new(judge),
            parameters: match &now {
                Learned::Whole(network) => network.parameters().len(),
                Learned::Parts(model) => model.parameters().len(),
            },
            least: f64::INFINITY,
            best: now.clone(),
            now,
        })
    }

    /// Judges where it is, and takes a step as [`Descending::step`] does, with its errors; says why if there is none to take.
    pub fn step(&mut self) -> Result<Option<Stop>> {
        let point = self.descending.iterate().point;
        self.now.parameters_are(&point[..self.parameters]);
        let value = (self.judge)(&self.now);
        if value < self.least {
            (self.least, self.best) = (value, self.now.clone());
        }
        self.descending.step()
    }

    /// What has the least loss so far on the recordings held out.
    pub fn best(&self) -> &Learned {
        &self.best
    }

    /// Evaluations of the loss and its gradient so far.
    pub fn evaluations(&self) -> usize {
        self.descending.iterate().evaluations
    }

    fn end(mut self, progress: &Progress) -> Result<Learned> {
        while self.step()?.is_none() {
            progress.reach(self.evaluations());
        }
        Ok(self.best)
    }
}

/// Iterations of an implicit step, which is more than enough for those of this page.
const SETTLED: usize = 40;

/// What is wrong with a learned field, on recordings that play no part in learning, without their noise. Fields are relative to the
/// root mean square of the true one: saying nothing scores 1. A turn is a period of small swings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The root mean square of what its own way asks of it: from one state to the next, over the time between them.
    pub own: f64,
    /// The root mean square of its distance from the true field.
    pub field: f64,
    /// The largest change of the true energy along ten turns of the learned motion, in fine steps, over its first value; the mean over
    /// starts.
    pub energy: f64,
    /// The same, in steps of its own; not a number where it has none.
    pub own_energy: f64,
    /// By how much its turns are more than the true motion's, as a share of them: above 0 it is fast.
    pub clock: f64,
}

impl Score {
    /// Of what was learned so, by clean recordings.
    ///
    /// # Errors
    ///
    /// As [`Way::labelled`].
    pub fn of(learned: &Learned, case: &Case, clean: &Recordings) -> Result<Self> {
        let Case {
            protocol,
            way,
            stride,
        } = case;
        let (way, stride, system) = (*way, *stride, protocol.system);
        let (states, step) = (states_of(clean), case.step());
        let truth = protocol.field(&states);
        let unit = rms_distance(truth.view(), Points::zeros(states.dim()).view());
        let own = learned.misses(way, &strided(clean, stride), step)?;
        let starts = clean
            .slice(s![..STARTS.min(protocol.recordings), 0, ..])
            .to_owned();
        let turn = TAU / system.frequency();
        let fine = |field: &dyn Fn(&Points) -> Points| {
            swing(system, &starts, 10 * FINEST, |z| {
                let (shape, step) = (z.dim(), turn / FINEST as f64);
                let z = z.into_raw_vec_and_offset().0;
                let z = runge_kutta_4(|z| in_rows(field, 2, z), z, step);
                Points::from_shape_vec(shape, z).ok()
            })
        };
        let (energy, turned) = fine(&|z| learned.field(z));
        let (_, truly) = fine(&|z| protocol.field(z));
        let own_steps = (10.0 * turn / step).ceil() as usize;
        let (own_energy, _) = swing(system, &starts, own_steps, |z| {
            learned.own_step(way, z, step)
        });
        let fast = turned
            .iter()
            .zip(&truly)
            .map(|(turned, truly)| turned / truly - 1.0);
        Ok(Self {
            own: own / unit,
            field: rms_distance(learned.field(&states).view(), truth.view()) / unit,
            energy,
            own_energy,
            clock: fast.sum::<f64>() / truly.len() as f64,
        })
    }
}

/// The motions that are followed.
const STARTS: usize = 6;
/// Fine steps to a turn.
const FINEST: usize = 48;

/// Follows motions from these starts for so many steps: the mean of the largest changes of the energy, over its first value, and the
/// angles that were turned. Not a number where there is no step.
fn swing(
    system: System,
    starts: &Points,
    steps: usize,
    mut step: impl FnMut(Points) -> Option<Points>,
) -> (f64, Vec<f64>) {
    let energies = |z: &Points| -> Vec<f64> {
        z.rows()
            .into_iter()
            .map(|z| system.energy([z[0], z[1]]))
            .collect()
    };
    let angles = |z: &Points| -> Vec<f64> {
        z.rows()
            .into_iter()
            .map(|z| libm::atan2(z[0], z[1]))
            .collect()
    };
    let (first, mut before) = (energies(starts), angles(starts));
    let (mut largest, mut turned) = (vec![0.0; first.len()], vec![0.0; first.len()]);
    let mut z = starts.clone();
    for _ in 0..steps {
        let Some(next) = step(z) else {
            return (f64::NAN, turned);
        };
        z = next;
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

/// The least mean square that eight steps of leapfrog leave of nine states of a spring, over the states' own, from the best start:
/// with T and V that are exact for such steps, times s.
pub fn left_by_eight(s: f64, x: f64) -> f64 {
    let [b, a] = [s * libm::sin(x), s * 2.0 * libm::tan(x / 2.0)];
    let leap = |[q, p]: [f64; 2]| {
        let half = p - a / 2.0 * q;
        let q = q + b * half;
        [q, half - a / 2.0 * q]
    };
    let path = |start| std::iter::successors(Some(start), |&z| Some(leap(z))).take(9);
    let [one, other]: [Vec<[f64; 2]>; 2] = [path([1.0, 0.0]).collect(), path([0.0, 1.0]).collect()];
    let dot = |u: &[[f64; 2]], v: &[[f64; 2]]| -> f64 {
        u.iter()
            .zip(v)
            .map(|(u, v)| u[0] * v[0] + u[1] * v[1])
            .sum()
    };
    // By symmetry two starts speak for all.
    let left = |start: [f64; 2]| {
        let states: Vec<[f64; 2]> = (0..9)
            .map(|k| Oscillator::UNIT.after(start, f64::from(k) * x))
            .collect();
        let (a, b, c) = (dot(&one, &one), dot(&one, &other), dot(&other, &other));
        let (u, v) = (dot(&one, &states), dot(&other, &states));
        let determinant = a * c - b * b;
        let fitted = (c * u * u - 2.0 * b * u * v + a * v * v) / determinant;
        (dot(&states, &states) - fitted) / 9.0
    };
    (left([1.0, 0.0]) + left([0.0, 1.0])) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn every_way_learns_a_spring_from_clean_states_and_its_own_steps_keep_the_energy() {
        let protocol = Protocol {
            noise: 0.0,
            ..Protocol::long(System::Spring, 4)
        };
        let fit = Fit {
            hidden: vec![8, 8],
            evaluations: 150,
            ..Fit::default()
        };
        for way in [
            Way::Differences,
            Way::Middle,
            Way::Euler,
            Way::Midpoint,
            Way::Leapfrog,
            Way::Finer,
            Way::Unrolled,
            Way::Recorded,
        ] {
            let mut random = Gaussian::from_seed(2);
            let [training, held_out] = [(); 2].map(|()| strided(&protocol.draw(&mut random).0, 2));
            let data = [&training, &held_out];
            let learned = Learned::fit(way, data, 2.0 * protocol.step, &fit, &mut random).unwrap();
            let (_, clean) = protocol.draw(&mut random);
            let case = Case {
                protocol,
                way,
                stride: 2,
            };
            let score = Score::of(&learned, &case, &clean).unwrap();
            assert!(score.field < 0.04, "{way:?}: {score:?}");
            let has_steps = !matches!(way, Way::Differences | Way::Middle);
            assert_eq!(score.own_energy.is_finite(), has_steps);
            // Euler's spiral outwards.
            let keeps = has_steps && way != Way::Euler;
            assert!(!keeps || score.own_energy < 0.02, "{way:?}: {score:?}");
        }
    }
}
