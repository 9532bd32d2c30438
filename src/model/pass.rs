//! One evaluation of a network: its energies, their exact slopes, and the exact gradient of any loss of both.
//!
//! The energies are carried forwards as in [`Network`]: zₗ = aₗ₋₁ Wₗ + bₗ, aₗ = σ(zₗ), H = a_L₋₁ w + b.
//!
//! # Its slopes, backwards (reverse mode)
//!
//! ```text
//! uₗ = ∂H/∂zₗ:   u_L₋₁ = wᵀ ⊙ σ'(z_L₋₁),   uₗ = (uₗ₊₁ Wₗ₊₁ᵀ) ⊙ σ'(zₗ),   ∇H = u₁ W₁ᵀ
//! ```
//!
//! # The gradient of a loss ℓ(H, ∇H), backwards once more (reverse over reverse)
//!
//! Write h̄ = ∂ℓ/∂H and ḡ = ∂ℓ/∂∇H, one row a point. The sum ḡ·∇H is the derivative of H along ḡ, so it is carried forwards
//! first, as tangents of every layer, and then everything is differentiated backwards (Pearlmutter 1994, "Fast exact
//! multiplication by the Hessian"):
//!
//! ```text
//! ȧ₀ = ḡ,   żₗ = ȧₗ₋₁ Wₗ,   ȧₗ = σ'(zₗ) ⊙ żₗ
//! rₗ = ∂ℓ/∂zₗ:   r_L₋₁ = h̄ wᵀ ⊙ σ' + wᵀ ⊙ σ'' ⊙ ż
//!                rₗ = (rₗ₊₁ Wₗ₊₁ᵀ) ⊙ σ'(zₗ) + (uₗ₊₁ Wₗ₊₁ᵀ) ⊙ σ''(zₗ) ⊙ żₗ
//! ∂ℓ/∂Wₗ = aₗ₋₁ᵀ rₗ + ȧₗ₋₁ᵀ uₗ,   ∂ℓ/∂bₗ = Σ over rows of rₗ
//! ∂ℓ/∂w  = a_L₋₁ᵀ h̄ + Σ ȧ_L₋₁,    ∂ℓ/∂b  = Σ h̄
//! ```
//!
//! Values and tangents stand one below the other, and so do rₗ and uₗ, so each ∂ℓ/∂Wₗ is one matrix product.

use ndarray::linalg::general_mat_vec_mul;
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2};

use super::elementwise::{self, Order};
use super::network::{Layer, Network};
use super::product::{self, Shape};

/// The most points of one pass: few enough that the values of a layer stay near the processor.
pub const MOST_ROWS: usize = 128;

/// One evaluation of a network at up to [`MOST_ROWS`] points: the room for it, made once, and what it leaves.
///
/// It is filled in the order of the formulas at the top of this module: the energies forwards, their slopes backwards
/// where ∇H is wanted, and the gradient of a loss backwards once more.
#[derive(Clone, Debug)]
pub struct Pass {
    rows: usize,
    /// The points, and below them ḡ.
    inputs: Vec<f64>,
    hidden: Vec<Hidden>,
    energies: Vec<f64>,
    gradients: Vec<f64>,
    /// For the products with a transposed weight matrix.
    room: Vec<f64>,
}

/// The values of one hidden layer, `rows` by its width.
#[derive(Clone, Debug)]
struct Hidden {
    width: usize,
    /// aₗ, and below it żₗ and then ȧₗ.
    values: Vec<f64>,
    /// σ'(zₗ).
    slopes: Vec<f64>,
    /// σ''(zₗ).
    curvatures: Vec<f64>,
    /// uₗ₊₁ Wₗ₊₁ᵀ, and then that ⊙ σ'' ⊙ żₗ.
    carried: Vec<f64>,
    /// rₗ, and below it uₗ.
    adjoints: Vec<f64>,
}

impl Pass {
    /// Room for passes of up to `rows` points through this network, or another of its widths.
    ///
    /// # Panics
    ///
    /// If `rows` is larger than [`MOST_ROWS`].
    pub fn new(network: &Network, rows: usize) -> Self {
        assert!(
            rows <= MOST_ROWS,
            "a pass has at most {MOST_ROWS} rows, not {rows}"
        );
        let (output, hidden) = network.ends();
        debug_assert_eq!(output.fan_out, 1);
        let widest = network
            .layers
            .iter()
            .map(|layer| layer.fan_in + layer.fan_out);
        let widest = widest.max().expect("a network has an output layer");
        let room = |layer: &Layer| {
            let one = rows * layer.fan_out;
            Hidden {
                width: layer.fan_out,
                values: vec![0.0; 2 * one],
                slopes: vec![0.0; one],
                curvatures: vec![0.0; one],
                carried: vec![0.0; one],
                adjoints: vec![0.0; 2 * one],
            }
        };
        Self {
            rows: 0,
            inputs: vec![0.0; 2 * rows * network.inputs()],
            hidden: hidden.iter().map(room).collect(),
            energies: vec![0.0; rows],
            gradients: vec![0.0; rows * network.inputs()],
            room: Vec::with_capacity(rows * widest),
        }
    }

    /// H at each point last evaluated.
    pub fn energies(&self) -> ArrayView1<'_, f64> {
        ArrayView1::from(&self.energies[..self.rows])
    }

    /// ∇H at each point last evaluated, one a row, where it was asked for.
    pub fn gradients(&self) -> ArrayView2<'_, f64> {
        let inputs = self.inputs.len() / (2 * self.energies.len()).max(1);
        matrix(&self.gradients[..self.rows * inputs], self.rows, inputs)
    }

    /// σ' of every unit of this hidden layer, counted from 0, at each point last evaluated.
    pub(super) fn unit_slopes(&self, layer: usize) -> ArrayView2<'_, f64> {
        let Hidden { width, slopes, .. } = &self.hidden[layer];
        matrix(&slopes[..self.rows * width], self.rows, *width)
    }

    /// H at each of these points, with all that the later calls need.
    ///
    /// # Panics
    ///
    /// If the points have not as many columns as the network has inputs, or the pass was made for other widths or for
    /// fewer rows.
    pub(crate) fn forward(&mut self, network: &Network, points: ArrayView2<f64>, order: Order) {
        let rows = points.nrows();
        self.check(network, points);
        self.rows = rows;
        let (output, layers) = network.ends();
        matrix_mut(
            &mut self.inputs[..rows * points.ncols()],
            rows,
            points.ncols(),
        )
        .assign(&points);
        for (index, layer) in layers.iter().enumerate() {
            let (before, after) = self.hidden.split_at_mut(index);
            let input = before.last().map_or(&self.inputs, |hidden| &hidden.values);
            let input = &input[..rows * layer.fan_in];
            let this = &mut after[0];
            let size = rows * layer.fan_out;
            let values = &mut this.values[..size];
            // ANCHOR: forward
            let weight = &network.parameters[layer.weight.clone()];
            product::multiply(layer.product(rows), input, weight, values);
            let bias = &network.parameters[layer.bias.clone()];
            let (slopes, curvatures) = (&mut this.slopes[..size], &mut this.curvatures[..size]);
            elementwise::activate(network.activation, order, values, bias, slopes, curvatures);
            // ANCHOR_END: forward
        }
        let last = self
            .hidden
            .last()
            .map_or(&self.inputs, |hidden| &hidden.values);
        let last = matrix(&last[..rows * output.fan_in], rows, output.fan_in);
        let weight = ArrayView1::from(&network.parameters[output.weight.clone()]);
        let mut energies = ArrayViewMut1::from(&mut self.energies[..rows]);
        energies.fill(network.parameters[output.bias.start]);
        general_mat_vec_mul(1.0, &last, &weight, 1.0, &mut energies);
    }

    /// The one door: whatever reaches a network comes through here.
    fn check(&self, network: &Network, points: ArrayView2<f64>) {
        let (rows, columns) = points.dim();
        assert_eq!(columns, network.inputs(), "a column for every input");
        let most = self.energies.len();
        assert!(
            rows <= most,
            "this pass has room for {most} points, not {rows}"
        );
        let hidden = network.ends().1.iter();
        let is_made_for = self.inputs.len() == 2 * most * columns
            && hidden
                .map(|layer| layer.fan_out)
                .eq(self.hidden.iter().map(|hidden| hidden.width));
        assert!(
            is_made_for,
            "this pass was made for a network of other widths"
        );
    }

    /// ∇H at each point of the last [`Pass::forward`].
    pub(crate) fn slopes(&mut self, network: &Network) {
        let rows = self.rows;
        let (output, layers) = network.ends();
        let weight = &network.parameters[output.weight.clone()];
        for index in (0..layers.len()).rev() {
            let (before, after) = self.hidden.split_at_mut(index + 1);
            let this = &mut before[index];
            let size = rows * this.width;
            let (carried, slopes) = (&mut this.carried[..size], &this.slopes[..size]);
            // ANCHOR: slopes
            match after.first() {
                None => carried
                    .chunks_exact_mut(this.width)
                    .for_each(|row| row.copy_from_slice(weight)),
                Some(above) => layers[index + 1].carry_back(
                    &network.parameters,
                    &above.adjoints[rows * above.width..2 * rows * above.width],
                    &mut self.room,
                    carried,
                ),
            }
            elementwise::multiply(carried, slopes, &mut this.adjoints[size..2 * size]);
            // ANCHOR_END: slopes
        }
        let inputs = network.inputs();
        let gradients = &mut self.gradients[..rows * inputs];
        match self.hidden.first() {
            None => gradients
                .chunks_exact_mut(inputs)
                .for_each(|row| row.copy_from_slice(weight)),
            Some(first) => layers[0].carry_back(
                &network.parameters,
                &first.adjoints[rows * first.width..2 * rows * first.width],
                &mut self.room,
                gradients,
            ),
        }
    }

    /// Adds to `gradient` the gradient with respect to θ of a loss of H and, if `by_gradient` is given, of ∇H.
    ///
    /// `by_energy` is ∂ℓ/∂H and `by_gradient` ∂ℓ/∂∇H, one entry or row for each point of the last [`Pass::forward`],
    /// which for the latter was of [`Order::Second`] and followed by [`Pass::slopes`].
    ///
    /// # Panics
    ///
    /// If the shapes do not fit together.
    pub(crate) fn accumulate(
        &mut self,
        network: &Network,
        by_energy: ArrayView1<f64>,
        by_gradient: Option<ArrayView2<f64>>,
        gradient: &mut [f64],
    ) {
        let rows = self.rows;
        assert_eq!(by_energy.len(), rows, "an entry for every point");
        assert_eq!(
            gradient.len(),
            network.parameters.len(),
            "an entry for every parameter"
        );
        if let Some(direction) = by_gradient {
            assert_eq!(
                direction.dim(),
                (rows, network.inputs()),
                "a row for every point"
            );
        }
        let (output, layers) = network.ends();
        let stacked = if let Some(direction) = by_gradient {
            self.carry_tangents(network, direction);
            2 * rows
        } else {
            rows
        };
        let weight = &network.parameters[output.weight.clone()];
        {
            let last = self
                .hidden
                .last()
                .map_or(&self.inputs, |hidden| &hidden.values);
            let values = matrix(&last[..rows * output.fan_in], rows, output.fan_in);
            let mut by_weight = ArrayViewMut1::from(&mut gradient[output.weight.clone()]);
            general_mat_vec_mul(1.0, &values.t(), &by_energy, 1.0, &mut by_weight);
            if by_gradient.is_some() {
                let tangents = &last[rows * output.fan_in..2 * rows * output.fan_in];
                elementwise::add_rows(tangents, &mut gradient[output.weight.clone()]);
            }
            gradient[output.bias.start] += by_energy.sum();
        }
        for index in (0..layers.len()).rev() {
            let layer = &layers[index];
            let (before, after) = self.hidden.split_at_mut(index + 1);
            let (before, this) = before.split_at_mut(index);
            let this = &mut this[0];
            let size = rows * this.width;
            let adjoint = &mut this.adjoints[..size];
            // ANCHOR: adjoints
            match after.first() {
                None => {
                    for (row, &h) in adjoint.chunks_exact_mut(this.width).zip(by_energy) {
                        row.iter_mut().zip(weight).for_each(|(r, &w)| *r = h * w);
                    }
                }
                Some(above) => layers[index + 1].carry_back(
                    &network.parameters,
                    &above.adjoints[..rows * above.width],
                    &mut self.room,
                    adjoint,
                ),
            }
            if by_gradient.is_some() {
                elementwise::multiply_and_add(adjoint, &this.slopes[..size], &this.carried[..size]);
            } else {
                elementwise::multiply_by(adjoint, &this.slopes[..size]);
            }
            // ANCHOR_END: adjoints
            // ANCHOR: by-weights
            elementwise::add_rows(adjoint, &mut gradient[layer.bias.clone()]);
            let input = before.last().map_or(&self.inputs, |hidden| &hidden.values);
            let by_weight = Shape {
                rows: layer.fan_in,
                inner: stacked,
                columns: layer.fan_out,
            };
            product::add_transposed(
                by_weight,
                &input[..stacked * layer.fan_in],
                &this.adjoints[..stacked * this.width],
                &mut gradient[layer.weight.clone()],
            );
            // ANCHOR_END: by-weights
        }
    }

    /// Adds ∂ℓ/∂x of a loss of ∇H, at each point of the last [`Pass::accumulate`], to `to`: what a loss of several passes
    /// carries back from one to those before it. The slopes are gone then.
    ///
    /// # Panics
    ///
    /// If there is not a row for every point and a column for every input.
    pub(crate) fn add_by_points(&mut self, network: &Network, mut to: ArrayViewMut2<f64>) {
        let (rows, inputs) = (self.rows, network.inputs());
        let Some(first) = self.hidden.first() else {
            // Without a hidden layer ∇H does not depend on x.
            return;
        };
        network.ends().1[0].carry_back(
            &network.parameters,
            &first.adjoints[..rows * first.width],
            &mut self.room,
            &mut self.gradients[..rows * inputs],
        );
        to += &matrix(&self.gradients[..rows * inputs], rows, inputs);
    }

    /// The tangents ȧₗ of every hidden layer along `direction`, and uₗ₊₁ Wₗ₊₁ᵀ ⊙ σ'' ⊙ żₗ.
    fn carry_tangents(&mut self, network: &Network, direction: ArrayView2<f64>) {
        let rows = self.rows;
        let inputs = network.inputs();
        matrix_mut(
            &mut self.inputs[rows * inputs..2 * rows * inputs],
            rows,
            inputs,
        )
        .assign(&direction);
        for (index, layer) in network.layers[..self.hidden.len()].iter().enumerate() {
            let (before, after) = self.hidden.split_at_mut(index);
            let input = before.last().map_or(&self.inputs, |hidden| &hidden.values);
            let input = &input[rows * layer.fan_in..2 * rows * layer.fan_in];
            let this = &mut after[0];
            let size = rows * this.width;
            let tangents = &mut this.values[size..2 * size];
            // ANCHOR: tangents
            let weight = &network.parameters[layer.weight.clone()];
            product::multiply(layer.product(rows), input, weight, tangents);
            let (slopes, curvatures) = (&this.slopes[..size], &this.curvatures[..size]);
            elementwise::tangent(tangents, slopes, curvatures, &mut this.carried[..size]);
            // ANCHOR_END: tangents
        }
    }
}

pub(super) fn matrix(values: &[f64], rows: usize, columns: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((rows, columns), values).expect("as many values as rows times columns")
}

pub(super) fn matrix_mut(
    values: &mut [f64],
    rows: usize,
    columns: usize,
) -> ArrayViewMut2<'_, f64> {
    ArrayViewMut2::from_shape((rows, columns), values)
        .expect("as many values as rows times columns")
}
