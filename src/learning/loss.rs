//! Losses of an energy and its slopes, and their exact gradients.
//!
//! With the learned field ẋ̂ = J ∇H, that is (dq/dt, dp/dt) = (∂H/∂p, -∂H/∂q), over n points:
//!
//! ```text
//! ℓ(θ) = 1/n Σ [ w_f ‖ẋ̂ - ẋ‖² + w_e (H - H_true)² ] + λ Σ W²
//! ```
//!
//! The field term is the loss of Greydanus, Dzamba and Yosinski (2019); the energy term needs labels that no
//! measurement gives. One path computes the gradient of both: see [`Pass`].

mod differenced;
mod lagrangian;
mod leapfrog;

use ndarray::{Array2, ArrayView1, ArrayView2, s};

use super::Differentiable;
use crate::error::check_not_negative;
use crate::model::elementwise::Order;
use crate::model::{MOST_ROWS, Network, Pass};
use crate::phase_space::{Angles, Dataset};
use crate::{Error, Result};

pub use differenced::DifferencedField;
pub use lagrangian::LagrangianLoss;
pub use leapfrog::LeapfrogLoss;

/// The weights of the terms of a loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// w_f, of the field term.
    pub field: f64,
    /// w_e, of the energy term.
    pub energy: f64,
    /// λ, of the squared weights.
    pub l2: f64,
}

impl Loss {
    /// The field term alone: what a Hamiltonian network is trained on when nobody measures energies.
    pub const FIELD: Self = Self::of(1.0, 0.0);
    /// Field and energy terms, both of weight 1: the notebook's loss, meant whole.
    pub const FULL: Self = Self::of(1.0, 1.0);
    /// The energy term alone: the part of its loss that the notebook differentiates.
    pub const ENERGY: Self = Self::of(0.0, 1.0);

    const fn of(field: f64, energy: f64) -> Self {
        let l2 = 0.0;
        Self { field, energy, l2 }
    }

    /// Checks the weights.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if one is negative or not finite, or if field and energy are both zero.
    pub fn check(&self) -> Result<()> {
        check_not_negative("field weight", self.field)?;
        check_not_negative("energy weight", self.energy)?;
        check_not_negative("l2", self.l2)?;
        if self.field == 0.0 && self.energy == 0.0 {
            let why = "and energy weight = 0 leave nothing to learn from";
            return Err(Error::setting("field weight", 0, why));
        }
        Ok(())
    }
}

/// Points with what the data say about them.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// x, one a row: positions first, then momenta.
    pub points: ArrayView2<'a, f64>,
    /// ẋ at each point.
    pub field: ArrayView2<'a, f64>,
    /// H_true at each point, where it is known.
    pub energy: Option<ArrayView1<'a, f64>>,
}

impl<'a> From<&'a Dataset> for Batch<'a> {
    fn from(data: &'a Dataset) -> Self {
        Self {
            points: data.points.view(),
            field: data.field.view(),
            energy: data.energy.as_ref().map(|energy| energy.view()),
        }
    }
}

impl<'a> Batch<'a> {
    /// The points from one to before another.
    pub(crate) fn block(&self, from: usize, to: usize) -> Batch<'a> {
        Batch {
            points: self.points.slice_move(s![from..to, ..]),
            field: self.field.slice_move(s![from..to, ..]),
            energy: self.energy.map(|energy| energy.slice_move(s![from..to])),
        }
    }

    /// # Panics
    ///
    /// If there is not a field, and an energy where there are energies, for every point.
    fn check(&self) {
        let (rows, shape) = (self.points.nrows(), self.points.dim());
        assert_eq!(self.field.dim(), shape, "a field for every point");
        let energies = self.energy.map_or(rows, |energy| energy.len());
        assert_eq!(energies, rows, "an energy for every point");
    }

    /// Its points in order, at most `rows` at once.
    fn blocks(self, rows: usize) -> impl Iterator<Item = Batch<'a>> {
        let count = self.points.nrows();
        (0..count)
            .step_by(rows)
            .map(move |start| self.block(start, count.min(start + rows)))
    }
}

/// # Panics
///
/// If the gradient has not θ's length.
fn check_room(network: &Network, gradient: &[f64]) {
    let parameters = network.parameters().len();
    assert_eq!(gradient.len(), parameters, "an entry for every parameter");
}

/// Checks that a network has as many positions as momenta.
fn check_pairs(network: &Network) -> Result<()> {
    if network.inputs().is_multiple_of(2) {
        return Ok(());
    }
    let why = "are an odd number: there must be as many positions as momenta";
    Err(Error::setting("inputs", network.inputs(), why))
}

impl Differentiable for Evaluator {
    fn value_and_gradient(&mut self, network: &Network, batch: Batch, gradient: &mut [f64]) -> f64 {
        Self::value_and_gradient(self, network, batch, gradient)
    }

    fn energy_weight(&self) -> f64 {
        self.loss.energy
    }

    fn coordinates(&self, network: &Network) -> usize {
        network.inputs() + self.angles.positions() - self.angles.features()
    }
}

impl Differentiable for DifferencedField {
    fn value_and_gradient(&mut self, network: &Network, batch: Batch, gradient: &mut [f64]) -> f64 {
        Self::value_and_gradient(self, network, batch, gradient)
    }
}

/// Evaluates a loss and its gradient; holds the room for it, so that an evaluation allocates nothing.
#[derive(Clone, Debug)]
pub struct Evaluator {
    loss: Loss,
    angles: Angles,
    pass: Pass,
    /// (φ(q), p), where a position is an angle.
    inputs: Array2<f64>,
    by_position: Vec<f64>,
    by_energy: Vec<f64>,
    by_gradient: Array2<f64>,
}

impl Evaluator {
    /// Room for this loss on networks of this one's widths, for batches of any size.
    ///
    /// # Errors
    ///
    /// As [`Loss::check`], and [`Error::Setting`] if the loss has a field term and the inputs are not as many positions as
    /// momenta.
    pub fn new(loss: Loss, network: &Network) -> Result<Self> {
        loss.check()?;
        if loss.field > 0.0 {
            check_pairs(network)?;
        }
        Self::with_angles(loss, network, &Angles::none(network.inputs() / 2))
    }

    /// The same for a network of (φ(q), p), which sees the sine and the cosine of each position that is an angle; its points
    /// are (q, p).
    ///
    /// # Errors
    ///
    /// As [`Loss::check`], and [`Error::Setting`] if the network has not an input for every feature and momentum.
    pub fn with_angles(loss: Loss, network: &Network, angles: &Angles) -> Result<Self> {
        loss.check()?;
        let (inputs, seen) = (network.inputs(), angles.features() + angles.positions());
        // A value needs no pairs, and so its points may have any number of columns.
        if inputs != seen && (loss.field > 0.0 || angles.has_any()) {
            let why = format!(
                "cannot see the {seen} numbers that these positions and as many momenta are"
            );
            return Err(Error::setting("inputs", inputs, why));
        }
        Ok(Self {
            loss,
            angles: angles.clone(),
            pass: Pass::new(network, MOST_ROWS),
            inputs: Array2::zeros((MOST_ROWS, inputs)),
            by_position: vec![0.0; angles.positions()],
            by_energy: vec![0.0; MOST_ROWS],
            by_gradient: Array2::zeros((MOST_ROWS, inputs)),
        })
    }

    /// ℓ on a batch; NaN on one without points, which has no mean.
    ///
    /// # Panics
    ///
    /// If the batch does not fit the network, has not a field and an energy for every point, or has no energies where the
    /// loss asks for them; if the network has other widths than this room was made for.
    pub fn value(&mut self, network: &Network, batch: Batch) -> f64 {
        self.evaluate(network, batch, None)
    }

    /// ℓ on a batch, and its gradient with respect to θ into `gradient`, which has θ's order and length.
    ///
    /// # Panics
    ///
    /// As [`Evaluator::value`], and if `gradient` has another length.
    pub fn value_and_gradient(
        &mut self,
        network: &Network,
        batch: Batch,
        gradient: &mut [f64],
    ) -> f64 {
        check_room(network, gradient);
        gradient.fill(0.0);
        let value = self.evaluate(network, batch, Some(gradient));
        if self.loss.l2 > 0.0 {
            network.scale_and_decay(gradient, 1.0, 1.0, 2.0 * self.loss.l2);
        }
        value
    }

    fn evaluate(
        &mut self,
        network: &Network,
        batch: Batch,
        mut gradient: Option<&mut [f64]>,
    ) -> f64 {
        batch.check();
        let count = batch.points.nrows();
        let mut sum = 0.0;
        for block in batch.blocks(MOST_ROWS) {
            let order = if gradient.is_some() && self.loss.field > 0.0 {
                Order::Second
            } else {
                Order::First
            };
            if self.angles.has_any() {
                let mut inputs = self.inputs.slice_mut(s![..block.points.nrows(), ..]);
                let rows = block.points.rows().into_iter().zip(inputs.rows_mut());
                rows.for_each(|(point, mut to)| {
                    self.angles
                        .write(point, to.as_slice_mut().expect("a row is one piece"));
                });
                self.pass.forward(network, inputs.view(), order);
            } else {
                self.pass.forward(network, block.points, order);
            }
            sum += self.residuals(network, block, 1.0 / count as f64);
            if let Some(gradient) = &mut gradient {
                let rows = block.points.nrows();
                let by_energy = ArrayView1::from(&self.by_energy[..rows]);
                let by_gradient =
                    (self.loss.field > 0.0).then(|| self.by_gradient.slice(s![..rows, ..]));
                self.pass
                    .accumulate(network, by_energy, by_gradient, gradient);
            }
        }
        let l2 = if self.loss.l2 > 0.0 {
            self.loss.l2 * network.squared_weights()
        } else {
            0.0
        };
        sum / count as f64 + l2
    }

    /// The sum of the weighted squared residuals of a block; leaves ∂ℓ/∂H and ∂ℓ/∂∇H of the mean over all points.
    fn residuals(&mut self, network: &Network, block: Batch, share: f64) -> f64 {
        let mut sum = 0.0;
        self.by_energy.fill(0.0);
        if self.loss.energy > 0.0 {
            let labels = block
                .energy
                .expect("this loss has an energy term, so the batch has energies");
            let energies = self.pass.energies();
            let by_energy = self.by_energy.iter_mut();
            for ((h_bar, &h), &label) in by_energy.zip(energies).zip(labels) {
                let residual = h - label;
                sum += self.loss.energy * residual * residual;
                *h_bar = 2.0 * self.loss.energy * residual * share;
            }
        }
        if self.loss.field > 0.0 {
            self.pass.slopes(network);
            let half = self.angles.positions();
            let features = network.inputs() - half;
            let gradients = self.pass.gradients();
            let seen = self.inputs.rows().into_iter().zip(gradients.rows());
            let rows = seen
                .zip(block.field.rows())
                .zip(self.by_gradient.rows_mut());
            for (((seen, gradient), truth), mut g_bar) in rows {
                let [seen, gradient] =
                    [seen, gradient].map(|row| row.to_slice().expect("a row is one piece"));
                let g_bar = g_bar.as_slice_mut().expect("a row is one piece");
                let slopes = &mut self.by_position;
                self.angles.pull_back(seen, gradient, slopes);
                for i in 0..half {
                    let velocity = gradient[features + i] - truth[i];
                    let force = -slopes[i] - truth[half + i];
                    sum += self.loss.field * (velocity * velocity + force * force);
                    g_bar[features + i] = 2.0 * self.loss.field * velocity * share;
                    slopes[i] = -2.0 * self.loss.field * force * share;
                }
                self.angles.along(seen, slopes, &mut g_bar[..features]);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Comparison, Differences};
    use crate::mechanics::exact_with_angles;
    use crate::model::{Activation, Biases, Initializer};
    use crate::random::{Gaussian, RandomSource};

    fn random_points(rows: usize, columns: usize, random: &mut Gaussian) -> Array2<f64> {
        Array2::from_shape_simple_fn((rows, columns), || random.uniform(-1.0, 1.0))
    }

    #[test]
    fn a_network_that_sees_angles_has_the_gradient_of_its_loss_and_the_field_of_its_energy() {
        let (random, angles) = (&mut Gaussian::from_seed(12), Angles::new(&[false, true]));
        let (widths, biases) = ([5, 6, 5, 1], Biases::Uniform);
        let network = Network::random(
            &widths,
            Activation::Tanh,
            Initializer::LeCun,
            biases,
            random,
        )
        .unwrap();
        let [points, field] = [(); 2].map(|()| random_points(MOST_ROWS + 3, 4, random));
        let batch = Batch {
            points: points.view(),
            field: field.view(),
            energy: None,
        };
        let evaluator = || Evaluator::with_angles(Loss::FIELD, &network, &angles).unwrap();
        let mut gradient = vec![f64::NAN; network.parameters().len()];
        let value = evaluator().value_and_gradient(&network, batch, &mut gradient);
        let differences = Differences::of(&network, 2e-5, usize::MAX, || {
            let mut evaluator = evaluator();
            move |network| evaluator.value(network, batch)
        });
        let comparison = Comparison::of(&gradient, &differences.slopes);
        assert!(comparison.relative_error < 1e-7, "{comparison:?}");

        let apart = exact_with_angles(&network, &angles, points.view()) - &field;
        let mean = apart.mapv(|x| x * x).sum() / points.nrows() as f64;
        assert!((mean - value).abs() < 1e-14 * value, "{mean} {value}");
        // A whole turn is no change.
        let turns = ndarray::arr2(&[
            [0.1, 0.3, 0.2, 0.5],
            [0.1, 0.3 + std::f64::consts::TAU, 0.2, 0.5],
        ]);
        let fields = exact_with_angles(&network, &angles, turns.view());
        assert!(
            (&fields.row(0) - &fields.row(1))
                .iter()
                .all(|x| x.abs() < 1e-14)
        );
    }
}
