//! The line search of L-BFGS.

use super::dot;
use crate::model::elementwise::{add_scaled, raise};
use crate::model::floor;

/// c₁: the part of the decrease promised by the slope that a step must deliver.
const DECREASE: f64 = 1e-4;
/// c₂: the part of the slope that may be left.
const CURVATURE: f64 = 0.9;
/// Trials in one search.
const TRIALS: usize = 25;

/// The loss along a line: φ(α) = f(θ + α d).
pub(super) struct Line<F> {
    loss: F,
    /// θ + α d of the last trial.
    pub point: Vec<f64>,
    /// ∇f of the last trial.
    pub gradient: Vec<f64>,
    pub evaluations: usize,
    max_evaluations: usize,
}

/// A point on the line: α, φ(α) and φ'(α).
#[derive(Clone, Copy)]
pub(super) struct Trial {
    pub step: f64,
    pub value: f64,
    pub slope: f64,
}

impl Trial {
    pub fn is_finite(&self) -> bool {
        self.value.is_finite()
    }
}

/// What a line search has found.
pub(super) enum Found {
    /// A step that satisfies the strong Wolfe conditions: the last trial.
    Good(Trial),
    /// Out of trials, a step that only goes down enough: not the last trial.
    Lower(Trial),
    /// Out of trials, no step down; the last trial.
    Nothing(Trial),
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Line<F> {
    pub fn new(loss: F, parameters: usize, max_evaluations: usize) -> Self {
        Self {
            loss,
            point: vec![0.0; parameters],
            gradient: vec![0.0; parameters],
            evaluations: 0,
            max_evaluations,
        }
    }

    pub fn is_used_up(&self) -> bool {
        self.evaluations >= self.max_evaluations
    }

    /// One trial. A gradient that is not finite makes the value NaN.
    pub fn evaluate(&mut self, from: &[f64], direction: &[f64], step: f64) -> Trial {
        add_scaled(from, step, direction, &mut self.point);
        raise(&mut self.point, floor::HALF);
        self.evaluations += 1;
        let value = (self.loss)(&self.point, &mut self.gradient);
        raise(&mut self.gradient, floor::HALF);
        let slope = dot(&self.gradient, direction);
        let value = if value.is_finite() && !slope.is_finite() {
            f64::NAN
        } else {
            value
        };
        Trial { step, value, slope }
    }

    /// A step along the line that satisfies the strong Wolfe conditions, if there is one to be found in [`TRIALS`]
    /// trials. Without a `high` this is Algorithm 3.5, with one it is 3.6.
    pub fn search(&mut self, from: &[f64], direction: &[f64], start: Trial, first: f64) -> Found {
        // `low` goes down enough and is the lowest so far; once there is a `high`, a good step lies between the two.
        let (mut low, mut high) = (start, None);
        let mut last = start;
        let mut step = first;
        for _ in 0..TRIALS {
            let promise = low.slope * (step - low.step);
            if self.is_used_up() || promise.abs() <= f64::EPSILON * low.value.abs() {
                break;
            }
            let trial = self.evaluate(from, direction, step);
            last = trial;
            let enough = start.value + DECREASE * step * start.slope;
            if !trial.is_finite() || trial.value > enough || trial.value >= low.value {
                high = Some(trial);
            } else if trial.slope.abs() <= CURVATURE * start.slope.abs() {
                return Found::Good(trial);
            } else {
                let ahead = high.map_or(1.0, |high: Trial| high.step - trial.step);
                if trial.slope * ahead >= 0.0 {
                    high = Some(low);
                } else if high.is_none() {
                    step = beyond(low, trial);
                }
                low = trial;
            }
            if let Some(high) = high {
                step = between(low, high);
            }
        }
        if low.step > 0.0 {
            Found::Lower(low)
        } else {
            Found::Nothing(last)
        }
    }
}

/// The next trial past `b`, where the line still falls: the cubic's minimum, 1.1 to 4 times as far again as from a to b
/// (Moré and Thuente 1994, "Line search algorithms with guaranteed sufficient decrease").
fn beyond(a: Trial, b: Trial) -> f64 {
    let (near, far) = (1.1 * (b.step - a.step), 4.0 * (b.step - a.step));
    let ahead = cubic_minimum(a, b) - b.step;
    if ahead > 0.0 {
        b.step + ahead.clamp(near, far)
    } else {
        // The cubic falls for ever.
        b.step + far
    }
}

/// The next trial between two: the cubic's minimum, at least a tenth of the way from either end.
fn between(low: Trial, high: Trial) -> f64 {
    let width = high.step - low.step;
    let part = (cubic_minimum(low, high) - low.step) / width;
    if part.is_nan() {
        // No minimum, or a trial that is not finite.
        low.step + width / 2.0
    } else {
        low.step + width * part.clamp(0.1, 0.9)
    }
}

/// The minimum of the cubic through two trials and their slopes (3.59); NaN if there is none.
fn cubic_minimum(a: Trial, b: Trial) -> f64 {
    let width = b.step - a.step;
    let d1 = a.slope + b.slope - 3.0 * (b.value - a.value) / width;
    let d2 = (d1 * d1 - a.slope * b.slope).sqrt() * width.signum();
    b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_cubic_is_found_from_its_two_ends() {
        // x³/3 - 2x: the minimum is at √2.
        let at = |x: f64| Trial {
            step: x,
            value: x.powi(3) / 3.0 - 2.0 * x,
            slope: x * x - 2.0,
        };
        for (a, b) in [(0.0, 2.0), (2.0, 0.0), (0.0, 1.0), (1.0, 3.0)] {
            let minimum = cubic_minimum(at(a), at(b));
            assert!((minimum - 2f64.sqrt()).abs() < 1e-14, "{a} {b}: {minimum}");
        }
    }

    #[test]
    fn a_flat_place_that_is_hardly_lower_is_passed_over() {
        // A parabola down to -1/4 at 1/2, but at 1 a shelf: level, and lower than the start by half of the 1e-4 asked for.
        let loss = |x: &[f64], gradient: &mut [f64]| {
            let value;
            (value, gradient[0]) = if x[0] == 1.0 {
                (-5e-5, 0.0)
            } else {
                (x[0] * x[0] - x[0], 2.0 * x[0] - 1.0)
            };
            value
        };
        let start = Trial {
            step: 0.0,
            value: 0.0,
            slope: -1.0,
        };
        let mut line = Line::new(loss, 1, 100);
        let Found::Good(trial) = line.search(&[0.0], &[1.0], start, 1.0) else {
            panic!("the parabola has good steps");
        };
        assert!(trial.step < 1.0 && trial.value < -0.1, "{}", trial.step);
    }
}
