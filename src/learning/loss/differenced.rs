use super::{Batch, check_pairs, check_room};
use crate::mechanics::{Difference, Probes, Stencil};
use crate::model::{MOST_ROWS, Network};
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
    /// How many points one pass takes with their probes.
    together: usize,
    probes: Probes,
}

impl DifferencedField {
    /// Room for this loss on networks of this one's widths, for batches of any size.
    ///
    /// # Errors
    ///
    /// As [`Stencil::checked`], and [`Error::Setting`] if the values of one point do not fit into a pass or the inputs are
    /// not as many positions as momenta.
    pub fn new(difference: Difference, network: &Network) -> Result<Self> {
        Stencil::<f64>::checked(difference)?;
        check_pairs(network)?;
        let together = MOST_ROWS / difference.energies(network.inputs());
        if together == 0 {
            let why = format!("are too many: the values at a point must fit into {MOST_ROWS} rows");
            return Err(Error::setting("inputs", network.inputs(), why));
        }
        Ok(Self {
            together,
            probes: Probes::new(network, difference, together),
        })
    }

    /// ℓ on a batch, and its gradient with respect to θ into `gradient`, which has θ's order and length.
    ///
    /// # Panics
    ///
    /// As [`Evaluator::value_and_gradient`](super::Evaluator::value_and_gradient).
    pub fn value_and_gradient(
        &mut self,
        network: &Network,
        batch: Batch,
        gradient: &mut [f64],
    ) -> f64 {
        batch.check();
        check_room(network, gradient);
        gradient.fill(0.0);
        let (count, half) = (batch.points.nrows() as f64, batch.points.ncols() / 2);
        let (stencil, share) = (self.probes.stencil, 1.0 / count);
        let mut sum = 0.0;
        for block in batch.blocks(self.together) {
            let mut squares = 0.0;
            let loss = |row: usize, energies: &[f64], by_energies: &mut [f64]| {
                for coordinate in 0..2 * half {
                    let wanted = if coordinate < half {
                        -block.field[[row, half + coordinate]]
                    } else {
                        block.field[[row, coordinate - half]]
                    };
                    let residual = stencil.slope(energies, coordinate) - wanted;
                    squares += residual * residual;
                    stencil.pull_back(2.0 * residual * share, coordinate, by_energies);
                }
            };
            self.probes
                .differentiate(network, block.points, gradient, loss);
            sum += squares;
        }
        sum / count
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

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
            let differences = Differences::of(&network, 2e-5, usize::MAX, || {
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
}
