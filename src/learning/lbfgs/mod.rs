//! L-BFGS: Newton's direction from the last few gradients (Nocedal and Wright, *Numerical Optimization*, 2nd edition).
//!
//! ```text
//! θₖ₊₁ = θₖ + αₖ dₖ,    dₖ = -Hₖ gₖ
//! ```
//!
//! H, an approximation of the inverse Hessian, is never formed: the pairs s = θₖ₊₁ - θₖ and y = gₖ₊₁ - gₖ of the last m
//! steps give dₖ in 4m products of vectors (Algorithm 7.4). The step α satisfies the strong Wolfe conditions
//!
//! ```text
//! f(θ + α d) ≤ f(θ) + c₁ α g·d,    |∇f(θ + α d)·d| ≤ c₂ |g·d|
//! ```
//!
//! and is found by bracketing and cubic interpolation (Algorithms 3.5 and 3.6). The loss must be the same function at
//! every call: the full batch, not a random one.
//!
//! Why not a crate: `argmin` asks for a value and a gradient in two calls, where one pass through a network gives both, and
//! copies its vectors every step; here every evaluation counts and none is repeated, and a step allocates nothing.
//! `lbfgsb` wraps a translation into C, whose bits are the compiler's choice, and which the browser's build would need one for.

mod line;
mod memory;

use std::ops::ControlFlow;

use line::{Found, Line, Trial};
use memory::Memory;
use ndarray::aview1;

use crate::error::{check_not_negative, check_some};
use crate::model::elementwise::{raise, scale_and_add};
use crate::model::floor;
use crate::{Error, Result};

/// The settings of a minimisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Lbfgs {
    /// Pairs (s, y) that are remembered, m ≥ 1.
    pub memory: usize,
    /// Stop when |g| is at most this fraction of what it was at the start: the unit of the loss does not matter.
    pub gradient_tolerance: f64,
    /// Stop when a step lowers the value by at most this fraction of it.
    pub change_tolerance: f64,
    /// Stop after so many evaluations of the loss and its gradient.
    pub evaluations: usize,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self {
            memory: 10,
            gradient_tolerance: 1e-10,
            change_tolerance: 1e-12,
            evaluations: 1000,
        }
    }
}

/// Where a minimisation ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimum {
    /// The best point.
    pub point: Vec<f64>,
    /// Its value.
    pub value: f64,
    /// Steps taken.
    pub steps: usize,
    /// Evaluations of the loss and its gradient.
    pub evaluations: usize,
    /// Why it ended.
    pub stop: Stop,
}

/// Why a minimisation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The gradient is within its tolerance.
    Gradient,
    /// The last step lowered the value by no more than the tolerance.
    Change,
    /// The evaluations are used up.
    Evaluations,
    /// No lower value was found down the gradient: the value is as low as rounding lets it be, or has a kink here.
    NoDescent,
    /// The watcher asked for it.
    Watcher,
}

/// What a watcher sees: the start and the point after each step.
#[derive(Clone, Copy, Debug)]
pub struct Iterate<'a> {
    /// Steps taken so far.
    pub step: usize,
    /// Evaluations so far.
    pub evaluations: usize,
    /// The point.
    pub point: &'a [f64],
    /// Its value.
    pub value: f64,
    /// Its gradient.
    pub gradient: &'a [f64],
}

/// More pairs than this are memory spent for nothing.
const MOST_MEMORY: usize = 1000;

impl Lbfgs {
    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that no run can use.
    pub fn check(&self) -> Result<()> {
        check_some("memory", self.memory, "remembers no curvature")?;
        if self.memory > MOST_MEMORY {
            let why = format!("is too many: {MOST_MEMORY} are the most");
            return Err(Error::setting("memory", self.memory, why));
        }
        check_some(
            "evaluations",
            self.evaluations,
            "does not even reach the start",
        )?;
        check_not_negative("gradient_tolerance", self.gradient_tolerance)?;
        check_not_negative("change_tolerance", self.change_tolerance)
    }

    /// Minimises `loss` from `start`: a function that returns its value at a point and writes its gradient there. `watch` sees
    /// the start and the point after each step, and may end it there; a last step that uses up the evaluations may go unseen,
    /// as its gradient is not known.
    ///
    /// # Errors
    ///
    /// As [`Lbfgs::check`], and [`Error::DivergedAtStep`] if the loss or its gradient is not finite at the start or at
    /// every trial of a step, however short.
    pub fn minimize(
        &self,
        start: &[f64],
        loss: impl FnMut(&[f64], &mut [f64]) -> f64,
        mut watch: impl FnMut(Iterate) -> ControlFlow<()>,
    ) -> Result<Minimum> {
        let mut descending = self.begin(start, loss)?;
        let stop = loop {
            if watch(descending.iterate()).is_break() {
                break Stop::Watcher;
            } else if let Some(stop) = descending.step()? {
                break stop;
            }
        };
        Ok(Minimum {
            value: descending.at.value,
            steps: descending.steps,
            evaluations: descending.line.evaluations,
            point: descending.point,
            stop,
        })
    }

    /// The same for one who takes the steps: at the start, with one evaluation used.
    ///
    /// # Errors
    ///
    /// As [`Lbfgs::check`], and [`Error::DivergedAtStep`] if the loss or its gradient is not finite at the start.
    pub fn begin<F: FnMut(&[f64], &mut [f64]) -> f64>(
        &self,
        start: &[f64],
        loss: F,
    ) -> Result<Descending<F>> {
        self.check()?;
        let count = start.len();
        let (point, direction) = (start.to_vec(), vec![0.0; count]);
        let mut line = Line::new(loss, count, self.evaluations);
        let at = line.evaluate(&point, &direction, 0.0);
        if !at.is_finite() {
            return Err(diverged(0, at));
        }
        let gradient = line.gradient.clone();
        Ok(Descending {
            flat: self.gradient_tolerance * dot(&gradient, &gradient).sqrt(),
            change_tolerance: self.change_tolerance,
            memory: Memory::new(self.memory, count),
            lowered: f64::INFINITY,
            steps: 0,
            point,
            gradient,
            direction,
            line,
            at,
        })
    }
}

/// A minimisation on its way, see [`Lbfgs::begin`].
pub struct Descending<F> {
    /// |g| that ends it.
    flat: f64,
    change_tolerance: f64,
    memory: Memory,
    line: Line<F>,
    point: Vec<f64>,
    gradient: Vec<f64>,
    direction: Vec<f64>,
    /// The value at the point.
    at: Trial,
    /// By how much the last step lowered it.
    lowered: f64,
    steps: usize,
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Descending<F> {
    /// Where it is.
    pub fn iterate(&self) -> Iterate<'_> {
        Iterate {
            step: self.steps,
            evaluations: self.line.evaluations,
            point: &self.point,
            value: self.at.value,
            gradient: &self.gradient,
        }
    }

    /// Takes a step, or says why there is none to take. One that uses up the evaluations may say so in the same breath: its
    /// gradient is not known.
    ///
    /// # Errors
    ///
    /// [`Error::DivergedAtStep`] if the loss or its gradient is not finite at every trial, however short.
    pub fn step(&mut self) -> Result<Option<Stop>> {
        let norm = dot(&self.gradient, &self.gradient).sqrt();
        if norm <= self.flat {
            return Ok(Some(Stop::Gradient));
        } else if self.lowered <= self.change_tolerance * self.at.value.abs() {
            return Ok(Some(Stop::Change));
        } else if self.line.is_used_up() {
            return Ok(Some(Stop::Evaluations));
        }
        let (point, direction) = (&mut self.point, &mut self.direction);
        let found = loop {
            self.memory.direction(&self.gradient, direction);
            self.at.slope = dot(&self.gradient, direction);
            // Newton's step is 1; steepest descent knows no length: a step of length 1 at the most, and no shorter one
            // at a start where it would be lost in rounding.
            let first = if !self.memory.is_empty() {
                1.0
            } else if self.steps == 0 && norm * norm <= f64::EPSILON * self.at.value.abs() {
                1.0 / norm
            } else {
                1.0 / norm.max(1.0)
            };
            let found = self.line.search(point, direction, self.at, first);
            if self.memory.is_empty() || !matches!(found, Found::Nothing(_)) {
                break found;
            }
            // The remembered curvature leads nowhere: start again down the gradient.
            self.memory.forget();
        };
        let trial = match found {
            Found::Good(trial) => trial,
            // The line's gradient is of a later trial.
            Found::Lower(trial) if !self.line.is_used_up() => {
                self.line.evaluate(point, direction, trial.step)
            }
            Found::Lower(trial) => {
                scale_and_add(point, 1.0, direction, trial.step);
                raise(point, floor::HALF);
                self.at = trial;
                self.steps += 1;
                return Ok(Some(Stop::Evaluations));
            }
            Found::Nothing(_) if self.line.is_used_up() => return Ok(Some(Stop::Evaluations)),
            Found::Nothing(last) if !last.is_finite() => {
                return Err(diverged(self.steps + 1, last));
            }
            Found::Nothing(_) => return Ok(Some(Stop::NoDescent)),
        };
        let line = &mut self.line;
        self.memory
            .remember(point, &line.point, &self.gradient, &line.gradient);
        std::mem::swap(point, &mut line.point);
        std::mem::swap(&mut self.gradient, &mut line.gradient);
        self.lowered = self.at.value - trial.value;
        self.at = Trial { step: 0.0, ..trial };
        self.steps += 1;
        Ok(None)
    }
}

/// x · y, in the one order of `ndarray`: eight partial sums, whatever the width of the vectors.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    aview1(x).dot(&aview1(y))
}

fn diverged(step: usize, trial: Trial) -> Error {
    Error::DivergedAtStep {
        step,
        loss: trial.value,
    }
}
