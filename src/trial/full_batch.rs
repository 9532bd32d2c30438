//! A trial of L-BFGS, which wants the same loss at every evaluation.

use std::ops::ControlFlow;

use super::{Outcome, Settings};
use crate::Result;
use crate::learning::{Evaluator, Fit, Step, minimize};

/// The most points that L-BFGS is given: enough for the small networks of a trial, few enough for many evaluations.
const MOST_POINTS: usize = 256;

impl Settings {
    /// The same settings for [`Outcome::full_batch`]: all points in one batch, 256 at the most, and as many evaluations
    /// of that batch as cost the gradients of single points that the steps of these settings cost.
    #[must_use]
    pub fn full_batch(&self) -> Self {
        let points = self.points.min(MOST_POINTS);
        Self {
            points,
            batch_size: points,
            steps: (self.steps * self.batch_size / points.max(1)).max(1),
            ..self.clone()
        }
    }
}

impl Outcome {
    /// Minimises by L-BFGS on all points at once, in `settings.steps` evaluations of the loss and its gradient at the
    /// most. Method, rate and batch size play no part. `observe` sees the start and the point after each step.
    ///
    /// # Errors
    ///
    /// As [`Settings::start`] and [`crate::learning::minimize`]. A start whose loss is not finite is an outcome.
    pub fn full_batch(
        settings: &Settings,
        seed: u64,
        mut observe: impl FnMut(&Step),
    ) -> Result<Self> {
        let (data, mut network, _) = settings.start(seed)?;
        let method = Fit {
            evaluations: settings.steps,
            ..Fit::default()
        };
        let mut loss = Evaluator::new(settings.objective.loss(settings.l2), &network)?;
        let mut losses = Vec::new();
        let ending = minimize(&mut network, &mut loss, &data, &method.method(), |step| {
            losses.push(step.loss);
            observe(step);
            ControlFlow::Continue(())
        });
        Self::judge(seed, network, losses, ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Data;

    #[test]
    fn a_full_batch_costs_what_the_steps_cost() {
        let settings = Settings::default().full_batch();
        assert_eq!((settings.points, settings.steps), (256, 375));
        let few = Settings {
            points: 10,
            steps: 1,
            batch_size: 1,
            ..Settings::default()
        };
        assert_eq!(few.full_batch().steps, 1);
    }

    #[test]
    fn lbfgs_learns_the_disc_in_the_evaluations_it_is_given() {
        let settings = Settings {
            data: Data::Disc,
            widths: vec![2, 16, 1],
            points: 64,
            steps: 200,
            ..Settings::default()
        };
        let mut seen = 0;
        let outcome = Outcome::full_batch(&settings, 0, |step| seen = step.evaluations);
        assert!(seen <= 200, "{seen}");
        assert!(outcome.unwrap().disc < 0.02);
    }
}
