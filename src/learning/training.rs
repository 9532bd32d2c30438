//! Training: a loss, a data set and a way down.
//!
//! - [`minimize`]: L-BFGS on all points at once, for data that fit
//! - [`descend`]: one step a batch with any [`Optimizer`], for everything else; [`descend_watched`] with an eye on it

use std::ops::ControlFlow;

use ndarray::Axis;

use super::{Batch, Evaluator, Iterate, Lbfgs, Loss, Minimum, Optimizer, Schedule};
use crate::model::Network;
use crate::phase_space::Dataset;
use crate::random::RandomSource;
use crate::{Error, Result};

/// Minimises the loss on the whole data set by L-BFGS and leaves the best weights in the network.
///
/// # Errors
///
/// As [`Loss::check`] and [`Lbfgs::minimize`], and [`Error::Setting`] if the data do not fit the network or the loss.
pub fn minimize(
    network: &mut Network,
    data: &Dataset,
    loss: Loss,
    method: &Lbfgs,
) -> Result<Minimum> {
    minimize_watched(network, data, loss, method, |_| ())
}

/// As [`minimize`]; `watch` sees the start and the point after each step.
///
/// # Errors
///
/// As [`minimize`].
pub fn minimize_watched(
    network: &mut Network,
    data: &Dataset,
    loss: Loss,
    method: &Lbfgs,
    mut watch: impl FnMut(Iterate),
) -> Result<Minimum> {
    check_fit(network, data, loss)?;
    let mut evaluator = Evaluator::new(loss, network)?;
    let start = network.parameters().to_vec();
    let minimum = method.minimize_watched(
        &start,
        |parameters, gradient| {
            network.parameters_mut().copy_from_slice(parameters);
            evaluator.value_and_gradient(network, Batch::from(data), gradient)
        },
        |iterate| {
            watch(iterate);
            ControlFlow::Continue(())
        },
    )?;
    network.parameters_mut().copy_from_slice(&minimum.point);
    Ok(minimum)
}

/// How [`descend`] goes down.
#[derive(Clone, Debug, PartialEq)]
pub struct Descent {
    /// Points in a batch.
    pub batch_size: usize,
    /// Steps to take, and the horizon of the schedule.
    pub steps: usize,
    /// The learning rate that the schedule starts from.
    pub rate: f64,
    /// How the rate changes.
    pub schedule: Schedule,
}

impl Descent {
    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that no run on so many points can use.
    pub fn check(&self, points: usize) -> Result<()> {
        if self.batch_size == 0 {
            return Err(Error::setting(
                "batch_size",
                0,
                "leaves every batch empty: at least 1 is needed",
            ));
        }
        if self.batch_size > points {
            let why = format!("is larger than the data: there are {points} points");
            return Err(Error::setting("batch_size", self.batch_size, why));
        }
        self.schedule.check(self.rate, self.steps)
    }
}

/// Takes one step of the optimizer for each batch and returns the loss before every step.
///
/// Batches are drawn without replacement, in a new order each time round; what is left over at the end of a round and
/// fills no batch waits for the next one.
///
/// # Errors
///
/// As [`Descent::check`] and [`Loss::check`], [`Error::Setting`] if the data do not fit the network or the loss, and
/// [`Error::DivergedAtStep`] when a loss is not a finite number: the network then holds the weights of that step.
pub fn descend(
    network: &mut Network,
    data: &Dataset,
    loss: Loss,
    descent: &Descent,
    optimizer: &mut impl Optimizer,
    random: &mut impl RandomSource,
) -> Result<Vec<f64>> {
    let mut losses = Vec::new();
    descend_watched(
        network,
        data,
        loss,
        descent,
        optimizer,
        random,
        |_, loss, _| {
            losses.push(loss);
        },
    )?;
    Ok(losses)
}

/// As [`descend`]; `watch` is told the number of each step, the loss of its batch and the network before it.
///
/// # Errors
///
/// As [`descend`].
pub fn descend_watched(
    network: &mut Network,
    data: &Dataset,
    loss: Loss,
    descent: &Descent,
    optimizer: &mut impl Optimizer,
    random: &mut impl RandomSource,
    mut watch: impl FnMut(usize, f64, &Network),
) -> Result<()> {
    check_fit(network, data, loss)?;
    descent.check(data.rows())?;
    let mut evaluator = Evaluator::new(loss, network)?;
    let mut gradient = vec![0.0; network.parameters().len()];
    let mut next = network.clone();
    let mut order: Vec<usize> = (0..data.rows()).collect();
    let mut used = data.rows();
    let mut batch = data.select(&order[..descent.batch_size]);
    for step in 0..descent.steps {
        if used + descent.batch_size > order.len() {
            random.shuffle(&mut order);
            used = 0;
        }
        gather(data, &order[used..used + descent.batch_size], &mut batch);
        used += descent.batch_size;
        let value = evaluator.value_and_gradient(network, Batch::from(&batch), &mut gradient);
        if !value.is_finite() {
            return Err(Error::DivergedAtStep { step, loss: value });
        }
        watch(step, value, network);
        let rate = descent.schedule.rate(descent.rate, step, descent.steps);
        optimizer.step(rate, network.parameters(), &gradient, next.parameters_mut());
        std::mem::swap(network, &mut next);
    }
    Ok(())
}

/// Copies rows of the data over those of the batch.
fn gather(data: &Dataset, rows: &[usize], batch: &mut Dataset) {
    for (to, &from) in rows.iter().enumerate() {
        batch.points.row_mut(to).assign(&data.points.row(from));
        batch.field.row_mut(to).assign(&data.field.row(from));
        if let (Some(to_energy), Some(energy)) = (&mut batch.energy, &data.energy) {
            to_energy[to] = energy[from];
        }
    }
}

fn check_fit(network: &Network, data: &Dataset, loss: Loss) -> Result<()> {
    data.check()?;
    let columns = data.points.len_of(Axis(1));
    if columns != network.inputs() {
        let why = format!("but the network has {} inputs", network.inputs());
        return Err(Error::setting("columns of the points", columns, why));
    }
    if loss.energy > 0.0 && data.energy.is_none() {
        let why = "asks for energies, and the data have none";
        return Err(Error::setting("energy weight", loss.energy, why));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::{Adam, Sgd};
    use crate::measure::field_rmse_on_disc;
    use crate::model::{Activation, Biases, Initializer};
    use crate::phase_space::{Oscillator, disc};
    use crate::random::Gaussian;

    const UNIT: Oscillator = Oscillator {
        mass: 1.0,
        stiffness: 1.0,
    };

    fn setting(seed: u64) -> (Network, Dataset, Gaussian) {
        let mut random = Gaussian::from_seed(seed);
        let data = disc(&UNIT, 1.0, 128, &mut random).unwrap().without_energy();
        let (silu, lecun) = (Activation::Silu, Initializer::LeCun);
        let network =
            Network::random(&[2, 16, 16, 1], silu, lecun, Biases::Zero, &mut random).unwrap();
        (network, data, random)
    }

    fn descent(steps: usize, rate: f64) -> Descent {
        Descent {
            batch_size: 48,
            steps,
            rate,
            schedule: Schedule::Cosine,
        }
    }

    #[test]
    fn adam_on_the_field_alone_learns_the_whole_disc() {
        let (mut network, data, mut random) = setting(1);
        let mut adam = Adam::new(network.parameters().len());
        let descent = descent(2000, 1e-2);
        let losses = descend(
            &mut network,
            &data,
            Loss::FIELD,
            &descent,
            &mut adam,
            &mut random,
        )
        .unwrap();
        assert_eq!(losses.len(), 2000);
        assert!(
            field_rmse_on_disc(&network, UNIT) < 2e-2,
            "{}",
            field_rmse_on_disc(&network, UNIT)
        );
    }

    #[test]
    fn lbfgs_on_all_points_beats_it_by_far() {
        let (mut network, data, _) = setting(1);
        let method = Lbfgs {
            max_evaluations: 500,
            ..Lbfgs::default()
        };
        let minimum = minimize(&mut network, &data, Loss::FIELD, &method).unwrap();
        assert_eq!(network.parameters(), minimum.point);
        assert!(
            field_rmse_on_disc(&network, UNIT) < 2e-3,
            "{}",
            field_rmse_on_disc(&network, UNIT)
        );
    }

    #[test]
    fn a_run_that_diverges_says_at_which_step() {
        let (mut network, data, mut random) = setting(2);
        let descent = Descent {
            schedule: Schedule::Constant,
            ..descent(500, 1e6)
        };
        let error = descend(
            &mut network,
            &data,
            Loss::FIELD,
            &descent,
            &mut Sgd,
            &mut random,
        )
        .unwrap_err();
        assert!(
            matches!(error, Error::DivergedAtStep { step, .. } if step < 100),
            "{error}"
        );
    }

    #[test]
    fn a_loss_that_asks_for_what_the_data_lack_is_refused() {
        let (mut network, data, mut random) = setting(3);
        let sentence = |error: Error| error.to_string();
        let mut sgd = Sgd;
        let mut run = |data: &Dataset, loss, descent: &Descent| {
            sentence(descend(&mut network, data, loss, descent, &mut sgd, &mut random).unwrap_err())
        };
        let fine = descent(1, 1e-3);
        assert_eq!(
            run(&data, Loss::FULL, &fine),
            "energy weight = 1 asks for energies, and the data have none"
        );
        let large = Descent {
            batch_size: 129,
            ..fine.clone()
        };
        assert_eq!(
            run(&data, Loss::FIELD, &large),
            "batch_size = 129 is larger than the data: there are 128 points"
        );
        let wide = Dataset::new(
            ndarray::Array2::zeros((128, 4)),
            ndarray::Array2::zeros((128, 4)),
            None,
        );
        assert_eq!(
            run(&wide.unwrap(), Loss::FIELD, &fine),
            "columns of the points = 4 but the network has 2 inputs"
        );
    }
}
