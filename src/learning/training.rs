//! Training: the one loop, and what it is made of.
//!
//! ```text
//! gradients   Differentiable    a loss with its gradient: an Evaluator, differences, a closure
//! batches     Batches           Shuffled ones, named Rows, or all points of a &Dataset at every step
//! steps       Optimizer, rates  θ ← θ - η …, one rate a step
//! observers   a closure         sees every Step before it is taken, and may break off: records, stops early, gives up
//! ```
//!
//! - [`run`]: the loop itself; [`descend`]: on shuffled batches of a data set, with an eye on divergence
//! - [`minimize`]: L-BFGS on all points at once, for data that fit, with the same gradients and observers; [`Minimizing`]: step
//!   by step

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::{Batch, Descending, Evaluator, Lbfgs, Loss, Minimum, Optimizer, Schedule, Stop};
use crate::error::check_some;
use crate::model::Network;
use crate::phase_space::Dataset;
use crate::random::RandomSource;
use crate::{Error, Result};

/// A loss with its gradient.
pub trait Differentiable {
    /// The loss of a batch, and its gradient with respect to θ into `gradient`, which has θ's order and length.
    fn value_and_gradient(&mut self, network: &Network, batch: Batch, gradient: &mut [f64]) -> f64;

    /// w_e, if the loss compares energies, so that the data must have them; else 0.
    fn energy_weight(&self) -> f64 {
        0.0
    }

    /// How many coordinates a point has: as many as the network has inputs, unless the loss makes the inputs of them.
    fn coordinates(&self, network: &Network) -> usize {
        network.inputs()
    }
}

impl<F: FnMut(&Network, Batch, &mut [f64]) -> f64> Differentiable for F {
    fn value_and_gradient(&mut self, network: &Network, batch: Batch, gradient: &mut [f64]) -> f64 {
        self(network, batch, gradient)
    }
}

/// How batches are drawn.
pub trait Batches {
    /// The next batch.
    fn next(&mut self) -> Batch<'_>;
}

/// All points at every step.
impl Batches for &Dataset {
    fn next(&mut self) -> Batch<'_> {
        Batch::from(*self)
    }
}

/// Batches of the rows that a function names for each step, counted from 0.
#[derive(Clone, Debug)]
pub struct Rows<'a, F> {
    data: &'a Dataset,
    rows: F,
    taken: usize,
    batch: Dataset,
}

impl<'a, F: FnMut(usize) -> Vec<usize>> Rows<'a, F> {
    /// Batches of these data.
    pub fn of(data: &'a Dataset, rows: F) -> Self {
        Self {
            data,
            rows,
            taken: 0,
            batch: data.select(&[]),
        }
    }
}

impl<F: FnMut(usize) -> Vec<usize>> Batches for Rows<'_, F> {
    /// # Panics
    ///
    /// If there is no such row.
    fn next(&mut self) -> Batch<'_> {
        self.batch = self.data.select(&(self.rows)(self.taken));
        self.taken += 1;
        Batch::from(&self.batch)
    }
}

/// Batches drawn without replacement, in a new order each time round; what is left over at the end of a round and fills no
/// batch waits for the next one.
#[derive(Debug)]
pub struct Shuffled<'a, R> {
    data: Cow<'a, Dataset>,
    random: R,
    order: Vec<usize>,
    used: usize,
    batch: Dataset,
}

impl<'a, R: RandomSource> Shuffled<'a, R> {
    /// Batches of so many points.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if that is none, or more than there are.
    pub fn new(data: Cow<'a, Dataset>, batch_size: usize, random: R) -> Result<Self> {
        let points = data.rows();
        check_batch_size(batch_size, points)?;
        let order: Vec<usize> = (0..points).collect();
        Ok(Self {
            batch: data.select(&order[..batch_size]),
            data,
            random,
            order,
            used: points,
        })
    }
}

/// Checks that batches of this size can be drawn from so many points.
pub(crate) fn check_batch_size(batch_size: usize, points: usize) -> Result<()> {
    check_some("batch_size", batch_size, "leaves every batch empty")?;
    if batch_size > points {
        let why = format!("is larger than the data: there are {points} points");
        return Err(Error::setting("batch_size", batch_size, why));
    }
    Ok(())
}

impl<R: RandomSource> Batches for Shuffled<'_, R> {
    fn next(&mut self) -> Batch<'_> {
        let size = self.batch.rows();
        if self.used + size > self.order.len() {
            self.random.shuffle(&mut self.order);
            self.used = 0;
        }
        gather(
            &self.data,
            &self.order[self.used..self.used + size],
            &mut self.batch,
        );
        self.used += size;
        Batch::from(&self.batch)
    }
}

/// What an observer sees: a run before one of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Steps taken so far.
    pub index: usize,
    /// Evaluations of the loss and its gradient so far.
    pub evaluations: usize,
    /// The loss of the batch; NaN if what gives the gradient gives no loss.
    pub loss: f64,
    /// Its gradient.
    pub gradient: &'a [f64],
    /// The network.
    pub network: &'a Network,
    /// The learning rate of the step. L-BFGS has none, and says 1: the step that its line search tries first.
    pub rate: f64,
}

/// The observer of a run that nobody observes.
pub fn unobserved(_: &Step) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// The training loop: a gradient, a look, a step, for as long as there are rates and the observer goes on.
///
/// Breaks with what the observer breaks with: the network is then as it was shown last.
pub fn run<B>(
    network: &mut Network,
    objective: &mut impl Differentiable,
    batches: &mut impl Batches,
    optimizer: &mut impl Optimizer,
    rates: impl IntoIterator<Item = f64>,
    mut observe: impl FnMut(&Step) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut gradient = vec![0.0; network.parameters().len()];
    for (index, rate) in rates.into_iter().enumerate() {
        let loss = objective.value_and_gradient(network, batches.next(), &mut gradient);
        observe(&Step {
            index,
            evaluations: index + 1,
            loss,
            gradient: &gradient,
            network,
            rate,
        })?;
        optimizer.step(rate, network.parameters_mut(), &gradient);
    }
    ControlFlow::Continue(())
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

/// Takes one step of the optimizer for each of the [`Shuffled`] batches, until the steps are taken or the observer breaks
/// off.
///
/// # Errors
///
/// As [`Shuffled::new`] and [`Schedule::check`], [`Error::Setting`] if the data do not fit the network or the loss, and
/// [`Error::DivergedAtStep`] when a loss is not a finite number: the network then holds the weights of that step.
pub fn descend(
    network: &mut Network,
    objective: &mut impl Differentiable,
    data: &Dataset,
    descent: &Descent,
    optimizer: &mut impl Optimizer,
    random: &mut impl RandomSource,
    mut observe: impl FnMut(&Step) -> ControlFlow<()>,
) -> Result<()> {
    check_fit(network, objective, data)?;
    let &Descent { rate, steps, .. } = descent;
    let mut batches = Shuffled::new(Cow::Borrowed(data), descent.batch_size, random)?;
    descent.schedule.check(rate, steps)?;
    let rates = (0..steps).map(|step| descent.schedule.rate(rate, step, steps));
    let ending = run(network, objective, &mut batches, optimizer, rates, |step| {
        if !step.loss.is_finite() {
            return ControlFlow::Break(Err(Error::DivergedAtStep {
                step: step.index,
                loss: step.loss,
            }));
        }
        observe(step).map_break(Ok)
    });
    ending.break_value().unwrap_or(Ok(()))
}

/// Minimises the loss on the whole data set by L-BFGS and leaves the best weights in the network. The observer sees the
/// start and the point after each step.
///
/// # Errors
///
/// As [`Lbfgs::minimize`], and [`Error::Setting`] if the data do not fit the network or the loss.
pub fn minimize(
    network: &mut Network,
    objective: &mut impl Differentiable,
    data: &Dataset,
    method: &Lbfgs,
    mut observe: impl FnMut(&Step) -> ControlFlow<()>,
) -> Result<Minimum> {
    check_fit(network, objective, data)?;
    let (start, mut shown) = (network.parameters().to_vec(), network.clone());
    let minimum = method.minimize(
        &start,
        |parameters, gradient| {
            network.parameters_mut().copy_from_slice(parameters);
            objective.value_and_gradient(network, Batch::from(data), gradient)
        },
        |iterate| {
            shown.parameters_mut().copy_from_slice(iterate.point);
            observe(&Step {
                index: iterate.step,
                evaluations: iterate.evaluations,
                loss: iterate.value,
                gradient: iterate.gradient,
                network: &shown,
                rate: 1.0,
            })
        },
    )?;
    network.parameters_mut().copy_from_slice(&minimum.point);
    Ok(minimum)
}

/// What [`minimize`] does, for one who takes the steps: with a network, a loss and data of its own.
pub struct Minimizing {
    descending: Descending<Value>,
    network: Network,
    stop: Option<Stop>,
}

/// A loss over θ, and its gradient.
type Value = Box<dyn FnMut(&[f64], &mut [f64]) -> f64>;

impl Minimizing {
    /// At the start, with one evaluation used.
    ///
    /// # Errors
    ///
    /// As [`Lbfgs::begin`], and [`Error::Setting`] if the data do not fit the network or the loss.
    pub fn new(network: Network, loss: Loss, data: Dataset, method: &Lbfgs) -> Result<Self> {
        let mut objective = Evaluator::new(loss, &network)?;
        check_fit(&network, &objective, &data)?;
        let mut tried = network.clone();
        let value: Value = Box::new(move |parameters, gradient| {
            tried.parameters_mut().copy_from_slice(parameters);
            objective.value_and_gradient(&tried, Batch::from(&data), gradient)
        });
        Ok(Self {
            descending: method.begin(network.parameters(), value)?,
            network,
            stop: None,
        })
    }

    /// Takes a step, unless it has come to its end.
    ///
    /// # Errors
    ///
    /// As [`Descending::step`].
    pub fn step(&mut self) -> Result<()> {
        if self.stop.is_none() {
            self.stop = self.descending.step()?;
            let best = self.descending.iterate().point;
            self.network.parameters_mut().copy_from_slice(best);
        }
        Ok(())
    }

    /// The network at the point that it has come to.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The loss there.
    pub fn loss(&self) -> f64 {
        self.descending.iterate().value
    }

    /// The evaluations so far.
    pub fn evaluations(&self) -> usize {
        self.descending.iterate().evaluations
    }

    /// Why it has ended, if it has.
    pub fn stop(&self) -> Option<Stop> {
        self.stop
    }
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

fn check_fit(network: &Network, objective: &impl Differentiable, data: &Dataset) -> Result<()> {
    data.check()?;
    let columns = data.points.ncols();
    let coordinates = objective.coordinates(network);
    if columns != coordinates {
        let why = format!("but the network has {coordinates} inputs");
        return Err(Error::setting("columns of the points", columns, why));
    }
    let weight = objective.energy_weight();
    if weight > 0.0 && data.energy.is_none() {
        let why = "asks for energies, and the data have none";
        return Err(Error::setting("energy weight", weight, why));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::{Evaluator, Loss, Sgd};
    use crate::model::{Activation, Biases, Initializer};
    use crate::phase_space::{Oscillator, disc};
    use crate::random::Gaussian;

    fn setting(seed: u64) -> (Network, Dataset, Gaussian) {
        let mut random = Gaussian::from_seed(seed);
        let data = disc(&Oscillator::UNIT, 1.0, 128, &mut random)
            .unwrap()
            .without_energy();
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
    fn a_run_that_is_broken_off_leaves_the_network_that_was_shown_last() {
        let (mut network, data, _) = setting(1);
        let mut field = Evaluator::new(Loss::FIELD, &network).unwrap();
        let mut shown = Vec::new();
        let until_the_sixth = |step: &Step| {
            shown = step.network.parameters().to_vec();
            if step.index < 5 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(step.evaluations)
            }
        };
        let (rates, data) = (std::iter::repeat(1e-2), &mut &data);
        let ending = run(
            &mut network,
            &mut field,
            data,
            &mut Sgd,
            rates,
            until_the_sixth,
        );
        assert_eq!(ending, ControlFlow::Break(6));
        assert_eq!(network.parameters(), shown);
    }

    #[test]
    fn a_loss_that_asks_for_what_the_data_lack_is_refused() {
        let (mut network, data, mut random) = setting(3);
        let mut run = |data: &Dataset, loss, descent: &Descent| {
            let loss = &mut Evaluator::new(loss, &network).unwrap();
            let (network, random, look) = (&mut network, &mut random, unobserved);
            let ending = descend(network, loss, data, descent, &mut Sgd, random, look);
            ending.unwrap_err().to_string()
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
