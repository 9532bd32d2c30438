//! Noisy trajectories, as in the paper that introduced Hamiltonian neural networks.
//!
//! Greydanus, Dzamba and Yosinski 2019, "Hamiltonian Neural Networks", NeurIPS, section 3, task 1 ("ideal mass-spring"),
//! and the code released with it, `experiment-spring/data.py` in the repository `greydanus/hamiltonian-nn`. They differ:
//!
//! | | the paper | the released code |
//! | --- | --- | --- |
//! | energy | q²/2 + p²/2 (k = m = 1, frequency 1) | q² + p² (m = 1/2, k = 2, frequency 2) |
//! | a trajectory's size | energy uniform in [0.2, 1] | radius uniform in [0.1, 1): energy r², below 0.2 for 39 of 100 |
//! | its starting direction | not stated | that of a point uniform in the square [-1, 1)²: up to twice as dense at the diagonals |
//! | noise | "standard deviation σ² = 0.1" | standard deviation 0.1, on q and p |
//! | derivatives | "analytic", noise not stated | of the clean state: exact field, no noise |
//! | times | 30 observations | 30 times from 0 to 3, both included: a step of 3/29 |
//! | training and test | 25 trajectories each | the first 25 and the last 25 of 50 |
//!
//! The published numbers are the released code's, so [`Trajectories::released`] is the default and
//! [`Trajectories::paper`] reads the text. Because the inputs are noisy and the targets clean, the true field itself
//! scores a mean squared error of 4 · 0.1² = 0.04 on the released data, and no model can be judged below that.
//!
//! Two things are not the released code's: the random stream, and the solution of the motion. The code integrates with
//! SciPy's RK45 (relative tolerance 1e-10, but the default absolute tolerance 1e-6); here it is exact: [`Oscillator::after`].

use ndarray::Axis;

use super::oscillator::random_phase;
use super::{Dataset, Oscillator, Points, State, linspace};
use crate::error::{check_not_negative, check_positive, check_some};
use crate::random::RandomSource;
use crate::{Error, Result};

/// How large the trajectories are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sizes {
    /// Radius |z| of the starting point uniform in [low, high), in the coordinates' own units.
    Radius {
        /// The smallest radius.
        low: f64,
        /// The largest radius.
        high: f64,
    },
    /// Energy uniform in [low, high).
    Energy {
        /// The smallest energy.
        low: f64,
        /// The largest energy.
        high: f64,
    },
}

/// In which direction from the origin of the (q, p) plane the trajectories start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directions {
    /// Every direction alike.
    Uniform,
    /// The direction of a point uniform in the square [-1, 1)²: the diagonals are up to twice as likely as the axes.
    Square,
}

/// Settings of a data set of noisy trajectories of an oscillator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trajectories {
    /// Mass and stiffness.
    pub oscillator: Oscillator,
    /// How many trajectories, training and test together.
    pub count: usize,
    /// How many points each has, evenly spaced in time.
    pub points: usize,
    /// The time from its first point to its last.
    pub duration: f64,
    /// How large they are.
    pub sizes: Sizes,
    /// Where they start.
    pub directions: Directions,
    /// Standard deviation of the Gaussian noise added to each q and p. Field and energy are those of the clean state.
    pub noise: f64,
}

impl Default for Trajectories {
    fn default() -> Self {
        Self::released()
    }
}

impl Trajectories {
    /// What the released code draws.
    pub fn released() -> Self {
        Self {
            oscillator: Oscillator {
                mass: 0.5,
                stiffness: 2.0,
            },
            count: 50,
            points: 30,
            duration: 3.0,
            sizes: Sizes::Radius {
                low: 0.1,
                high: 1.0,
            },
            directions: Directions::Square,
            noise: 0.1,
        }
    }

    /// What the paper's text says, with 0.1 read as the standard deviation and, where it is silent, every direction
    /// alike and the released code's times.
    pub fn paper() -> Self {
        Self {
            oscillator: Oscillator::UNIT,
            sizes: Sizes::Energy {
                low: 0.2,
                high: 1.0,
            },
            directions: Directions::Uniform,
            ..Self::released()
        }
    }

    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that gives no data.
    pub fn check(&self) -> Result<()> {
        self.oscillator.check()?;
        check_some("count", self.count, "leaves the data empty")?;
        if self.points < 2 {
            let why = "makes no trajectory: at least 2 are needed";
            return Err(Error::setting("points", self.points, why));
        }
        check_positive("duration", self.duration)?;
        let (setting, low, high) = match self.sizes {
            Sizes::Radius { low, high } => ("radius", low, high),
            Sizes::Energy { low, high } => ("energy", low, high),
        };
        check_positive(setting, low)?;
        if !(high.is_finite() && high >= low) {
            let why = "must be a range of positive numbers, the smallest first";
            return Err(Error::setting(setting, format!("{low}..{high}"), why));
        }
        check_not_negative("noise", self.noise)
    }

    /// The data set: one trajectory after another, each in time order.
    ///
    /// Draws for each trajectory its direction, its size, the noise of every q and then of every p. The draws do not
    /// depend on the noise's size, so the same seed without noise gives the clean states.
    ///
    /// Split it with [`Dataset::split_in_order`] at a fraction that keeps trajectories whole (1/2 for the published
    /// 25 + 25); a random split would test on trajectories that were trained on.
    ///
    /// # Errors
    ///
    /// As [`Trajectories::check`], and [`Error::NotFinite`] if the sizes overflow.
    pub fn sample(&self, random: &mut impl RandomSource) -> Result<Dataset> {
        self.check()?;
        let times = linspace(0.0, self.duration, self.points);
        let mut clean = Points::zeros((self.count * self.points, 2));
        let mut noise = clean.clone();
        let trajectories = clean.axis_chunks_iter_mut(Axis(0), self.points);
        let noises = noise.axis_chunks_iter_mut(Axis(0), self.points);
        for (mut trajectory, mut noise) in trajectories.zip(noises) {
            let start = self.start(random);
            for (mut row, &t) in trajectory.rows_mut().into_iter().zip(&times) {
                [row[0], row[1]] = self.oscillator.after(start, t);
            }
            for mut column in noise.columns_mut() {
                column.mapv_inplace(|_| self.noise * random.standard());
            }
        }
        let clean = Dataset::of(&self.oscillator, clean)?;
        Dataset::new(clean.points + noise, clean.field, clean.energy)
    }

    fn start(&self, random: &mut impl RandomSource) -> State {
        let [q, p] = match self.directions {
            Directions::Uniform => {
                let phase = random_phase(random);
                [libm::sin(phase), libm::cos(phase)]
            }
            Directions::Square => {
                let [q, p] = [random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0)];
                let length = (q * q + p * p).sqrt();
                // The very centre has no direction.
                if length > 0.0 {
                    [q / length, p / length]
                } else {
                    [1.0, 0.0]
                }
            }
        };
        let radius = match self.sizes {
            Sizes::Radius { low, high } => random.uniform(low, high),
            Sizes::Energy { low, high } => {
                (random.uniform(low, high) / self.oscillator.energy([q, p])).sqrt()
            }
        };
        [radius * q, radius * p]
    }
}
