//! A multilayer perceptron that maps a point of phase space to one number, its energy.
//!
//! ```text
//! a₀ = x                             x = (q, p), one point a row
//! zₗ = aₗ₋₁ Wₗ + bₗ,  aₗ = σ(zₗ)      hidden layers l = 1 … L-1
//! H  = a_L₋₁ w + b                   one number a row
//! ```
//!
//! All parameters θ live in one vector, in the order W₁, b₁, W₂, b₂, … and each W row by row over (fan in, fan out),
//! so that an optimizer is one loop and a gradient check can name every weight by its index.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, s};

use super::Activation;
use super::elementwise::{self, Order};
use super::pass::{MOST_ROWS, Pass, matrix_mut};
use super::product::{self, Shape};
use crate::phase_space::Points;
use crate::random::RandomSource;
use crate::{Error, Result};

/// A multilayer perceptron H(x; θ) with one output; some of this crate's own have several.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub(super) activation: Activation,
    pub(super) layers: Vec<Layer>,
    pub(super) parameters: Vec<f64>,
}

/// One layer's shape, and where its weights and biases stand in θ.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    pub fan_in: usize,
    pub fan_out: usize,
    pub weight: Range<usize>,
    pub bias: Range<usize>,
}

impl Layer {
    /// The shape of so many rows times W.
    pub fn product(&self, rows: usize) -> Shape {
        Shape {
            rows,
            inner: self.fan_in,
            columns: self.fan_out,
        }
    }

    /// out ← adjoints Wᵀ.
    pub fn carry_back(
        &self,
        parameters: &[f64],
        adjoints: &[f64],
        room: &mut Vec<f64>,
        out: &mut [f64],
    ) {
        let back = Shape {
            rows: adjoints.len() / self.fan_out,
            inner: self.fan_out,
            columns: self.fan_in,
        };
        let weight = &parameters[self.weight.clone()];
        product::multiply_by_transposed(back, adjoints, weight, room, out);
    }
}

/// How initial weights are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initializer {
    /// Variance 2 / fan in (He et al. 2015, "Delving deep into rectifiers").
    He,
    /// Variance 1 / fan in (LeCun et al. 1998, "Efficient backprop").
    LeCun,
    /// Variance 2 / (fan in + fan out) (Glorot and Bengio 2010).
    Glorot,
    /// Orthonormal rows or columns, whichever are fewer (Saxe, McClelland and Ganguli 2014), by Gram and Schmidt's
    /// process on Gaussian vectors.
    Orthogonal,
    /// A Gaussian of this standard deviation in every layer.
    Normal(f64),
}

/// How initial biases are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Biases {
    /// All zero.
    Zero,
    /// Uniform in [-bound, bound), the bound 1 / √(fan in), as PyTorch does.
    Uniform,
}

/// One weight matrix or bias vector: its name (`W1`, `b1`, …) and where it stands in θ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// `W1`, `b1`, `W2`, …
    pub name: String,
    /// Its indices in the parameter vector.
    pub range: Range<usize>,
    /// (fan in, fan out) of a weight matrix, (1, fan out) of a bias.
    pub shape: (usize, usize),
    /// Whether it is a weight matrix.
    pub is_weight: bool,
}

/// The largest network: one that a computer still has room to run.
const MOST_PARAMETERS: usize = 10_000_000;

/// Checks that a network of these widths has the inputs q and p.
pub(crate) fn check_inputs(widths: &[usize]) -> Result<()> {
    if widths.first() != Some(&2) {
        let why = "must start with 2, for q and p";
        return Err(Error::setting("widths", format!("{widths:?}"), why));
    }
    Ok(())
}

/// Checks that these are the widths of a network.
pub(crate) fn check_widths(widths: &[usize]) -> Result<()> {
    check_map(widths)?;
    if widths.last() != Some(&1) {
        let why = "must end with 1: a network has one energy";
        return Err(Error::setting("widths", format!("{widths:?}"), why));
    }
    Ok(())
}

/// The same of one with any number of outputs.
fn check_map(widths: &[usize]) -> Result<()> {
    let fail = |why: &str| Err(Error::setting("widths", format!("{widths:?}"), why));
    if widths.len() < 2 {
        return fail("needs at least an input and an output width");
    }
    if widths.contains(&0) {
        return fail("has a layer of width 0");
    }
    if parameters_of(widths).is_none_or(|count| count > MOST_PARAMETERS) {
        return fail(&format!("needs more than {MOST_PARAMETERS} parameters"));
    }
    Ok(())
}

/// How many parameters a network of these widths has, if they can be counted.
pub(crate) fn parameters_of(widths: &[usize]) -> Option<usize> {
    widths.windows(2).try_fold(0usize, |sum, pair| {
        let layer = pair[0].checked_add(1)?.checked_mul(pair[1])?;
        sum.checked_add(layer)
    })
}

impl Network {
    /// A network of these widths (inputs, hidden …, 1) with every parameter zero.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless there are at least an input and an output width, all at least 1, and the last is 1, or if
    /// there would be more than 10 million parameters.
    pub fn zeros(widths: &[usize], activation: Activation) -> Result<Self> {
        check_widths(widths)?;
        Ok(Self::zero_map(widths, activation))
    }

    /// As [`Network::zeros`], with as many outputs as the last width says.
    fn zero_map(widths: &[usize], activation: Activation) -> Self {
        let mut start = 0;
        let layers = widths
            .windows(2)
            .map(|pair| {
                let weight = start..start + pair[0] * pair[1];
                let bias = weight.end..weight.end + pair[1];
                start = bias.end;
                Layer {
                    fan_in: pair[0],
                    fan_out: pair[1],
                    weight,
                    bias,
                }
            })
            .collect();
        Self {
            activation,
            layers,
            parameters: vec![0.0; start],
        }
    }

    /// A network whose weights are drawn layer by layer and row by row, each layer's biases after its weights.
    ///
    /// # Errors
    ///
    /// As [`Network::zeros`].
    pub fn random(
        widths: &[usize],
        activation: Activation,
        initializer: Initializer,
        biases: Biases,
        random: &mut impl RandomSource,
    ) -> Result<Self> {
        check_widths(widths)?;
        Self::random_map(widths, activation, initializer, biases, random)
    }

    /// As [`Network::random`], with as many outputs as the last width says: a map, and no energy.
    pub(crate) fn random_map(
        widths: &[usize],
        activation: Activation,
        initializer: Initializer,
        biases: Biases,
        random: &mut impl RandomSource,
    ) -> Result<Self> {
        check_map(widths)?;
        let mut network = Self::zero_map(widths, activation);
        for layer in &network.layers {
            let (fan_in, fan_out) = (layer.fan_in as f64, layer.fan_out as f64);
            let variance = match initializer {
                Initializer::He => 2.0 / fan_in,
                Initializer::LeCun => 1.0 / fan_in,
                Initializer::Glorot => 2.0 / (fan_in + fan_out),
                Initializer::Orthogonal => 1.0,
                Initializer::Normal(deviation) => deviation * deviation,
            };
            let weights = &mut network.parameters[layer.weight.clone()];
            for weight in weights.iter_mut() {
                *weight = random.standard() * libm::sqrt(variance);
            }
            if initializer == Initializer::Orthogonal {
                orthonormalize(matrix_mut(weights, layer.fan_in, layer.fan_out));
            }
            if biases == Biases::Uniform {
                let bound = 1.0 / libm::sqrt(fan_in);
                for bias in &mut network.parameters[layer.bias.clone()] {
                    *bias = random.uniform(-bound, bound);
                }
            }
        }
        Ok(network)
    }

    /// The network that answers `energy` everywhere: no weights, and the output bias alone.
    ///
    /// # Errors
    ///
    /// As [`Network::zeros`].
    pub fn constant(widths: &[usize], energy: f64) -> Result<Self> {
        let mut network = Self::zeros(widths, Activation::Relu)?;
        let bias = network.parameters.last_mut();
        *bias.expect("a network has an output bias") = energy;
        Ok(network)
    }

    /// How many inputs it has: twice the degrees of freedom.
    pub fn inputs(&self) -> usize {
        self.layers[0].fan_in
    }

    /// The output layer, and the hidden ones.
    pub(super) fn ends(&self) -> (&Layer, &[Layer]) {
        let layers = self.layers.split_last();
        layers.expect("a network has an output layer")
    }

    /// Its widths: inputs, hidden …, 1.
    pub fn widths(&self) -> Vec<usize> {
        let outputs = self.layers.iter().map(|layer| layer.fan_out);
        std::iter::once(self.inputs()).chain(outputs).collect()
    }

    /// The activation of its hidden layers.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// θ: every parameter, W₁, b₁, W₂, b₂, …
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// θ, to be changed.
    pub fn parameters_mut(&mut self) -> &mut [f64] {
        &mut self.parameters
    }

    /// The weight matrices and bias vectors in the order in which they stand in θ.
    pub fn blocks(&self) -> Vec<Block> {
        let numbered = self.layers.iter().zip(1..);
        numbered
            .flat_map(|(layer, number)| {
                [
                    Block {
                        name: format!("W{number}"),
                        range: layer.weight.clone(),
                        shape: (layer.fan_in, layer.fan_out),
                        is_weight: true,
                    },
                    Block {
                        name: format!("b{number}"),
                        range: layer.bias.clone(),
                        shape: (1, layer.fan_out),
                        is_weight: false,
                    },
                ]
            })
            .collect()
    }

    /// Σ W² over the weight matrices, the biases left out.
    pub fn squared_weights(&self) -> f64 {
        let squares = self.layers.iter().map(|layer| {
            let weight = ArrayView1::from(&self.parameters[layer.weight.clone()]);
            weight.dot(&weight)
        });
        squares.sum()
    }

    /// gradient ← gradient · `scale` + `rate` W over the weight matrices, and gradient · `bias_scale` over the biases.
    pub(crate) fn scale_and_decay(
        &self,
        gradient: &mut [f64],
        scale: f64,
        bias_scale: f64,
        rate: f64,
    ) {
        for layer in &self.layers {
            let weights = &self.parameters[layer.weight.clone()];
            elementwise::scale_and_add(&mut gradient[layer.weight.clone()], scale, weights, rate);
            for bias in &mut gradient[layer.bias.clone()] {
                *bias *= bias_scale;
            }
        }
    }

    /// H at each of these points, one a row.
    ///
    /// # Panics
    ///
    /// If the points have not as many columns as the network has inputs.
    pub fn energy(&self, points: ArrayView2<f64>) -> Array1<f64> {
        let mut energies = Array1::zeros(points.nrows());
        self.walk(points, |pass, block| {
            energies.slice_mut(s![block]).assign(&pass.energies());
        });
        energies
    }

    /// ∇H at each of these points, one a row, exactly.
    ///
    /// # Panics
    ///
    /// As [`Network::energy`].
    pub fn gradient(&self, points: ArrayView2<f64>) -> Points {
        let mut gradients = Array2::zeros(points.dim());
        self.walk(points, |pass, block| {
            pass.slopes(self);
            gradients.slice_mut(s![block, ..]).assign(&pass.gradients());
        });
        gradients
    }

    /// Evaluates H at these points, as many at once as a pass takes, and each time hands `then` the pass and which points
    /// they are.
    fn walk(&self, points: ArrayView2<f64>, mut then: impl FnMut(&mut Pass, Range<usize>)) {
        let (count, columns) = points.dim();
        assert_eq!(columns, self.inputs(), "a column for every input");
        let mut pass = Pass::new(self, count.min(MOST_ROWS));
        for start in (0..count).step_by(MOST_ROWS) {
            let block = start..count.min(start + MOST_ROWS);
            pass.forward(self, points.slice(s![block.clone(), ..]), Order::First);
            then(&mut pass, block);
        }
    }

    /// σ'(zₗ) of every hidden layer l = 1 … L-1: one point a row, one unit a column.
    ///
    /// # Panics
    ///
    /// As [`Network::energy`].
    pub fn unit_slopes(&self, points: ArrayView2<f64>) -> Vec<Array2<f64>> {
        let widths = self.widths();
        let hidden = &widths[1..widths.len() - 1];
        let mut slopes: Vec<_> = hidden
            .iter()
            .map(|&width| Array2::zeros((points.nrows(), width)))
            .collect();
        self.walk(points, |pass, block| {
            for (layer, to) in slopes.iter_mut().enumerate() {
                to.slice_mut(s![block.clone(), ..])
                    .assign(&pass.unit_slopes(layer));
            }
        });
        slopes
    }
}

/// Makes the rows orthonormal, or the columns if they are fewer.
fn orthonormalize(mut matrix: ArrayViewMut2<f64>) {
    if matrix.nrows() > matrix.ncols() {
        matrix.swap_axes(0, 1);
    }
    for index in 0..matrix.nrows() {
        // Twice, because one pass leaves a remainder of round-off size along nearly parallel rows.
        for _ in 0..2 {
            for earlier in 0..index {
                let along = matrix.row(index).dot(&matrix.row(earlier));
                let earlier = matrix.row(earlier).to_owned();
                matrix.row_mut(index).scaled_add(-along, &earlier);
            }
            let length = libm::sqrt(matrix.row(index).dot(&matrix.row(index)));
            matrix.row_mut(index).mapv_inplace(|x| x / length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pass::matrix;
    use super::*;
    use crate::random::Gaussian;

    #[test]
    fn orthogonal_weights_have_orthonormal_rows_or_columns() {
        let widths = [2, 8, 5, 1];
        let random = &mut Gaussian::from_seed(1);
        let network = Network::random(
            &widths,
            Activation::Tanh,
            Initializer::Orthogonal,
            Biases::Zero,
            random,
        )
        .unwrap();
        for layer in &network.layers {
            let weight = &network.parameters[layer.weight.clone()];
            let weight = matrix(weight, layer.fan_in, layer.fan_out);
            let fewer = if layer.fan_in < layer.fan_out {
                weight
            } else {
                weight.reversed_axes()
            };
            let gram = fewer.dot(&fewer.t());
            for ((i, j), &x) in gram.indexed_iter() {
                assert!((x - f64::from(i == j)).abs() < 1e-14, "{gram}");
            }
        }
    }

    #[test]
    fn unit_slopes_are_the_activation_s_at_every_point_and_unit() {
        let random = &mut Gaussian::from_seed(3);
        let (tanh, lecun) = (Activation::Tanh, Initializer::LeCun);
        let network = Network::random(&[2, 3, 1], tanh, lecun, Biases::Uniform, random).unwrap();
        // More points than one pass takes.
        let points = Array2::from_shape_simple_fn((MOST_ROWS + 5, 2), || random.uniform(-2.0, 2.0));
        let slopes = network.unit_slopes(points.view());
        assert_eq!(slopes.len(), 1);
        let theta = network.parameters();
        for ((row, unit), &slope) in slopes[0].indexed_iter() {
            let z = points[[row, 0]] * theta[unit]
                + points[[row, 1]] * theta[3 + unit]
                + theta[6 + unit];
            assert!((slope - tanh.jet(z).slope).abs() < 1e-14);
        }
    }
}
