//! The model: a multilayer perceptron that maps a point of phase space to one number, its energy.
//!
//! ```text
//! a₀ = z                              z = (q, p), one point a row
//! aₗ = relu(aₗ₋₁ Wₗ + bₗ)             hidden layers l = 1 … L-1
//! H  = a_L₋₁ W_L + b_L                one number a row
//! ```
//!
//! All parameters θ live in one vector, in the order W₁, b₁, W₂, b₂, … and each W row by row over (fan in, fan out),
//! so that an optimizer is one loop and a gradient check can name every weight by its index.

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, s};

use crate::elementwise;
use crate::random::RandomSource;
use crate::{Error, Result};

/// A multilayer perceptron with ReLU hidden layers and a linear output, H(z; θ).
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    layers: Vec<Layer>,
    parameters: Vec<f64>,
}

/// One layer's shape, and where its weights and biases stand in θ.
#[derive(Clone, Debug, PartialEq)]
struct Layer {
    fan_in: usize,
    fan_out: usize,
    weight: Range<usize>,
    bias: Range<usize>,
}

impl Layer {
    fn weight<'a>(&self, parameters: &'a [f64]) -> ArrayView2<'a, f64> {
        ArrayView2::from_shape(
            (self.fan_in, self.fan_out),
            &parameters[self.weight.clone()],
        )
        .expect("the range has the layer's size")
    }

    fn weight_mut<'a>(&self, parameters: &'a mut [f64]) -> ArrayViewMut2<'a, f64> {
        ArrayViewMut2::from_shape(
            (self.fan_in, self.fan_out),
            &mut parameters[self.weight.clone()],
        )
        .expect("the range has the layer's size")
    }
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

impl Network {
    /// A network of these widths (input, hidden …, output) with every parameter zero.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless there are at least an input and an output width, all at least 1.
    pub fn zeros(widths: &[usize]) -> Result<Self> {
        let shown = || format!("{widths:?}");
        if widths.len() < 2 {
            return Err(Error::setting(
                "widths",
                shown(),
                "needs at least an input and an output width",
            ));
        }
        if widths.contains(&0) {
            return Err(Error::setting("widths", shown(), "has a layer of width 0"));
        }
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
        Ok(Self {
            layers,
            parameters: vec![0.0; start],
        })
    }

    /// He's initialisation (He et al. 2015, "Delving deep into rectifiers"): weights of mean 0 and variance
    /// 2 / fan in, drawn layer by layer and row by row; biases zero.
    ///
    /// # Errors
    ///
    /// As [`Network::zeros`].
    pub fn he(widths: &[usize], random: &mut impl RandomSource) -> Result<Self> {
        let mut network = Self::zeros(widths)?;
        for layer in &network.layers {
            let deviation = libm::sqrt(2.0 / layer.fan_in as f64);
            for weight in &mut network.parameters[layer.weight.clone()] {
                *weight = random.standard() * deviation;
            }
        }
        Ok(network)
    }

    /// The network that answers `energy` everywhere: no weights, and the output biases alone.
    ///
    /// # Errors
    ///
    /// As [`Network::zeros`].
    pub fn constant(widths: &[usize], energy: f64) -> Result<Self> {
        let mut network = Self::zeros(widths)?;
        let output = network
            .layers
            .last()
            .expect("there are at least two widths");
        network.parameters[output.bias.clone()].fill(energy);
        Ok(network)
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
        self.layers
            .iter()
            .map(|layer| {
                let weight = ArrayView1::from(&self.parameters[layer.weight.clone()]);
                weight.dot(&weight)
            })
            .sum()
    }

    /// H at each of these points, one a row.
    pub fn energy(&self, points: ArrayView2<f64>) -> Array1<f64> {
        let mut pass = Forward::new(self, points.nrows());
        self.forward(points, &mut pass);
        pass.output(0..points.nrows()).to_owned()
    }

    /// Computes H at each of these points and keeps every layer's values in `pass`, for [`Forward::output`] and
    /// [`Network::backward`].
    ///
    /// # Panics
    ///
    /// If `pass` was made for other widths or for fewer rows.
    pub fn forward(&self, points: ArrayView2<f64>, pass: &mut Forward) {
        let rows = points.nrows();
        let last = self.layers.len() - 1;
        for (index, layer) in self.layers.iter().enumerate() {
            let (before, after) = pass.values.split_at_mut(index);
            let input = match before.last() {
                None => points,
                Some(values) => values.slice(s![..rows, ..]),
            };
            let mut output = after[0].slice_mut(s![..rows, ..]);
            general_mat_mul(
                1.0,
                &input,
                &layer.weight(&self.parameters),
                0.0,
                &mut output,
            );
            let output = output.into_slice().expect("whole rows are contiguous");
            let bias = &self.parameters[layer.bias.clone()];
            if index < last {
                elementwise::add_bias_and_relu(output, bias);
            } else {
                elementwise::add_bias(output, bias);
            }
        }
    }

    /// The gradient with respect to θ of a loss that depends on H alone, by reverse accumulation:
    ///
    /// ```text
    /// δ_L = ∂loss/∂H
    /// δₗ  = (δₗ₊₁ Wₗ₊₁ᵀ) ⊙ relu'(aₗ)
    /// ∂loss/∂Wₗ = aₗ₋₁ᵀ δₗ,   ∂loss/∂bₗ = Σ over rows of δₗ
    /// ```
    ///
    /// `points` are the first rows given to the [`Network::forward`] that filled `pass`, one for each entry of
    /// `loss_by_energy` (∂loss/∂H). Overwrites `gradient`, which has θ's order and length.
    ///
    /// # Panics
    ///
    /// If the shapes do not fit together.
    pub fn backward(
        &self,
        points: ArrayView2<f64>,
        pass: &mut Forward,
        loss_by_energy: ArrayView1<f64>,
        gradient: &mut [f64],
    ) {
        let rows = loss_by_energy.len();
        let Forward { values, deltas } = pass;
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let (before, after) = deltas.split_at_mut(index + 1);
            let mut delta = before[index].slice_mut(s![..rows, ..]);
            let value = values[index].slice(s![..rows, ..]);
            match after.first() {
                None => delta.assign(&loss_by_energy.insert_axis(Axis(1))),
                Some(next) => {
                    let above = next.slice(s![..rows, ..]);
                    let weight = self.layers[index + 1].weight(&self.parameters);
                    general_mat_mul(1.0, &above, &weight.t(), 0.0, &mut delta);
                    let delta = delta.as_slice_mut().expect("whole rows are contiguous");
                    elementwise::mask_by_relu(
                        delta,
                        value.as_slice().expect("whole rows are contiguous"),
                    );
                }
            }
            let input = match index {
                0 => points.slice(s![..rows, ..]),
                _ => values[index - 1].slice(s![..rows, ..]),
            };
            general_mat_mul(
                1.0,
                &input.t(),
                &delta,
                0.0,
                &mut layer.weight_mut(gradient),
            );
            let delta = delta.into_slice().expect("whole rows are contiguous");
            elementwise::sum_rows(delta, &mut gradient[layer.bias.clone()]);
        }
    }
}

/// The values that a forward pass leaves for the backward pass, and room for the backward pass's own.
#[derive(Clone, Debug)]
pub struct Forward {
    /// aₗ of each layer, after its activation; the last is H.
    values: Vec<Array2<f64>>,
    /// δₗ of each layer.
    deltas: Vec<Array2<f64>>,
}

impl Forward {
    /// Room for passes of up to `rows` points through this network, or another of its widths.
    pub fn new(network: &Network, rows: usize) -> Self {
        let room = |layer: &Layer| Array2::zeros((rows, layer.fan_out));
        let values: Vec<_> = network.layers.iter().map(room).collect();
        Self {
            deltas: values.clone(),
            values,
        }
    }

    /// H at these rows of the points that were last given to [`Network::forward`].
    pub fn output(&self, rows: Range<usize>) -> ArrayView1<'_, f64> {
        let output = self.values.last().expect("a network has an output layer");
        output.slice(s![rows, 0])
    }
}
