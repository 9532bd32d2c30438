use ndarray::{Array2, ArrayView1, Axis, s};

use super::Batch;
use crate::mechanics::Difference;
use crate::model::elementwise::Order;
use crate::model::{MOST_ROWS, Network, Pass};
use crate::{Error, Result};

/// The field loss with the slopes of H taken by differences, and the gradient of that loss, differences and all.
///
/// ```text
/// ℓ(θ) = 1/n Σ ‖ẋ̂ - ẋ‖²,   ∂H/∂xᵢ ≈ (H(x⁺) - H(x⁻)) / d
/// ```
///
/// A difference is a sum of values of H, so this gradient is one of values of H alone and asks for no σ''. It divides by d
/// a second time, and so does its rounding error.
#[derive(Clone, Debug)]
pub struct DifferencedField {
    difference: Difference,
    pass: Pass,
    probes: Array2<f64>,
    by_energy: Vec<f64>,
}

impl DifferencedField {
    /// Room for this loss on networks of this one's widths, for batches of any size.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if ε is no positive number, or if the values of one point do not fit into a pass.
    pub fn new(difference: Difference, network: &Network) -> Result<Self> {
        let (Difference::Forward(epsilon) | Difference::Central(epsilon)) = difference;
        if !(epsilon.is_finite() && epsilon > 0.0) {
            let why = "must be a positive number: differences are divided by it";
            return Err(Error::setting("epsilon", epsilon, why));
        }
        if difference.energies(network.inputs()) > MOST_ROWS {
            let why = format!("are too many: the values at a point must fit into {MOST_ROWS} rows");
            return Err(Error::setting("inputs", network.inputs(), why));
        }
        Ok(Self {
            difference,
            pass: Pass::new(network, MOST_ROWS),
            probes: Array2::zeros((MOST_ROWS, network.inputs())),
            by_energy: vec![0.0; MOST_ROWS],
        })
    }

    /// ℓ on a batch, and its gradient with respect to θ into `gradient`, which has θ's order and length.
    ///
    /// # Panics
    ///
    /// If the batch does not fit the network.
    pub fn value_and_gradient(
        &mut self,
        network: &Network,
        batch: Batch,
        gradient: &mut [f64],
    ) -> f64 {
        gradient.fill(0.0);
        let count = batch.points.nrows();
        let together = MOST_ROWS / self.difference.energies(network.inputs());
        let mut sum = 0.0;
        for block in batch.blocks(together) {
            let rows = self.probe(block);
            let probes = self.probes.slice(s![..rows, ..]);
            self.pass.forward(network, probes, Order::First);
            sum += self.residuals(block, 1.0 / count as f64);
            let by_energy = ArrayView1::from(&self.by_energy[..rows]);
            self.pass.accumulate(network, by_energy, None, gradient);
        }
        sum / count as f64
    }

    /// The rows, within those of one point, of x⁺ and x⁻ along a coordinate, and the distance d.
    fn pair(&self, coordinate: usize) -> (usize, usize, f64) {
        match self.difference {
            Difference::Forward(epsilon) => (1 + coordinate, 0, epsilon),
            Difference::Central(epsilon) => (2 * coordinate, 2 * coordinate + 1, 2.0 * epsilon),
        }
    }

    /// Puts down the points at which this block needs H, and returns how many.
    fn probe(&mut self, block: Batch) -> usize {
        let inputs = block.points.ncols();
        let each = self.difference.energies(inputs);
        for (index, x) in block.points.axis_iter(Axis(0)).enumerate() {
            let first = index * each;
            for row in first..first + each {
                self.probes.row_mut(row).assign(&x);
            }
            for coordinate in 0..inputs {
                let (above, below, _) = self.pair(coordinate);
                match self.difference {
                    Difference::Forward(epsilon) => {
                        self.probes[[first + above, coordinate]] += epsilon;
                    }
                    Difference::Central(epsilon) => {
                        self.probes[[first + above, coordinate]] += epsilon;
                        self.probes[[first + below, coordinate]] -= epsilon;
                    }
                }
            }
        }
        block.points.nrows() * each
    }

    /// The sum of the squared residuals of a block; leaves ∂ℓ/∂H at each probe of the mean over all points.
    fn residuals(&mut self, block: Batch, share: f64) -> f64 {
        let inputs = block.points.ncols();
        let (half, each) = (inputs / 2, self.difference.energies(inputs));
        let mut sum = 0.0;
        self.by_energy.fill(0.0);
        for (index, truth) in block.field.axis_iter(Axis(0)).enumerate() {
            let first = index * each;
            for coordinate in 0..inputs {
                let (above, below, distance) = self.pair(coordinate);
                let (above, below) = (first + above, first + below);
                let energies = self.pass.energies();
                let slope = (energies[above] - energies[below]) / distance;
                let wanted = if coordinate < half {
                    -truth[half + coordinate]
                } else {
                    truth[coordinate - half]
                };
                let residual = slope - wanted;
                sum += residual * residual;
                let by_slope = 2.0 * residual * share / distance;
                self.by_energy[above] += by_slope;
                self.by_energy[below] -= by_slope;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::{Evaluator, Loss};
    use crate::measure::{Comparison, Differences};
    use crate::model::{Activation, Biases, Initializer};
    use crate::random::{Gaussian, RandomSource};

    /// A network, and more points than one pass takes.
    fn setting(inputs: usize) -> (Network, Array2<f64>, Array2<f64>) {
        let random = &mut Gaussian::from_seed(4);
        let (widths, biases) = ([inputs, 7, 5, 1], Biases::Uniform);
        let lecun = Initializer::LeCun;
        let network = Network::random(&widths, Activation::Tanh, lecun, biases, random).unwrap();
        let mut draw =
            || Array2::from_shape_simple_fn((MOST_ROWS + 3, inputs), || random.uniform(-1.0, 1.0));
        (network, draw(), draw())
    }

    const DIFFERENCES: [Difference; 2] = [Difference::Forward(1e-2), Difference::Central(1e-2)];

    #[test]
    fn its_gradient_is_the_slope_of_its_loss() {
        for (inputs, difference) in [(2, DIFFERENCES[0]), (4, DIFFERENCES[1])] {
            let (network, points, field) = setting(inputs);
            let batch = Batch {
                points: points.view(),
                field: field.view(),
                energy: None,
            };
            let mut loss = DifferencedField::new(difference, &network).unwrap();
            let mut gradient = vec![f64::NAN; network.parameters().len()];
            loss.value_and_gradient(&network, batch, &mut gradient);
            let differences = Differences::central(&network, 2e-5, || {
                let mut loss = DifferencedField::new(difference, &network).unwrap();
                let mut unused = gradient.clone();
                move |network| loss.value_and_gradient(network, batch, &mut unused)
            });
            let comparison = Comparison::of(&gradient, &differences.slopes);
            assert_eq!(comparison.compared, gradient.len());
            assert!(comparison.relative_error < 1e-7, "{comparison:?}");
        }
    }

    #[test]
    fn it_tends_to_the_exact_loss_as_the_step_tends_to_zero() {
        let (network, points, field) = setting(2);
        let batch = Batch {
            points: points.view(),
            field: field.view(),
            energy: None,
        };
        let mut gradient = vec![0.0; network.parameters().len()];
        let exact = Evaluator::new(Loss::FIELD, &network)
            .unwrap()
            .value(&network, batch);
        let mut off = |difference| {
            let mut loss = DifferencedField::new(difference, &network).unwrap();
            (loss.value_and_gradient(&network, batch, &mut gradient) - exact).abs()
        };
        // A tenth of the step is a tenth of a forward error and a hundredth of a central one.
        let forward = off(Difference::Forward(1e-4)) / off(Difference::Forward(1e-3));
        assert!((0.08..0.12).contains(&forward), "{forward}");
        let central = off(Difference::Central(1e-3)) / off(Difference::Central(1e-2));
        assert!((0.008..0.012).contains(&central), "{central}");
    }

    #[test]
    fn a_step_that_divides_nothing_is_refused() {
        let (network, ..) = setting(2);
        let refused = DifferencedField::new(Difference::Forward(0.0), &network).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "epsilon = 0 must be a positive number: differences are divided by it"
        );
    }
}
