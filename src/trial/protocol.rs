//! Recordings: states at even times of systems of one degree of freedom, as published and longer.
//!
//! The systems, the sizes of the swings and the noise are those of Greydanus, Dzamba and Yosinski (2019), as their code draws them:
//! `experiment-spring/data.py` and `experiment-pend/data.py` of `greydanus/hamiltonian-nn`.

use ndarray::{Array3, ArrayView1};

use crate::mechanics::step::runge_kutta_4;
use crate::phase_space::Points;
use crate::random::{Gaussian, RandomSource};

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

/// Recordings, each of as many states: an array of recordings, states and coordinates.
pub type Recordings = Array3<f64>;

/// How recordings are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Protocol {
    /// What moves.
    pub system: System,
    /// How many recordings there are.
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
    /// The published one: 25 recordings of 3 units of time, and as many to test on.
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

    /// The same swings, 96 states of each, those of the spring recorded twice as fast.
    pub fn long(system: System, recordings: usize) -> Self {
        let published = Self::published(system);
        let faster = match system {
            System::Spring => 2.0,
            System::Pendulum => 1.0,
        };
        Self {
            recordings,
            states: 96,
            step: published.step / faster,
            ..published
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

    /// The field at these states, one a row.
    pub fn field(&self, states: &Points) -> Points {
        let fields = states
            .rows()
            .into_iter()
            .map(|z| self.system.field(self.friction, [z[0], z[1]]));
        Points::from(fields.collect::<Vec<_>>())
    }
}

/// So many recordings out of each: every `stride`-th state, from the first, the second, … on. No state is lost but what does not fill a last step.
///
/// # Panics
///
/// If the stride is 0.
pub fn strided(recordings: &Array3<f64>, stride: usize) -> Array3<f64> {
    let (count, states, _) = recordings.dim();
    Array3::from_shape_fn((count * stride, states / stride, 2), |(path, k, i)| {
        recordings[[path / stride, path % stride + k * stride, i]]
    })
}

/// All the states of recordings, one a row.
pub fn states_of(recordings: &Array3<f64>) -> Points {
    let rows = (recordings.len() / 2, 2);
    recordings.to_shape(rows).expect("whole states").to_owned()
}

#[cfg(test)]
mod tests {
    use ndarray::s;

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
    fn a_stride_makes_several_recordings_of_one_and_keeps_its_states() {
        let recordings =
            Array3::from_shape_fn((2, 11, 2), |(path, k, i)| (100 * path + 2 * k + i) as f64);
        let strided = strided(&recordings, 3);
        assert_eq!(strided.dim(), (6, 3, 2));
        assert_eq!(strided.slice(s![4, .., 0]).to_vec(), [102.0, 108.0, 114.0]);
    }
}
