//! A pass of a network with many outputs that carries tangents: what an acceleration needs, and the gradient of its loss.
//!
//! A network y(x; θ) is walked at once along several directions. Slot 0 holds the values, the others derivatives:
//!
//! ```text
//! values           zₗ = aₗ₋₁ Wₗ + bₗ,   aₗ = σ(zₗ)
//! along d          żₗ = ȧₗ₋₁ Wₗ,        ȧₗ = σ' żₗ                     ȧ₀ = d
//! along d and e    z̈ₗ = äₗ₋₁ Wₗ,        äₗ = σ' z̈ₗ + σ'' żₗ(d) żₗ(e)   ä₀ = f
//! ```
//!
//! The last is the mixed second derivative D_d D_e y plus the first one along f: a number with two infinitesimals whose
//! squares vanish (a hyper-dual number, Fike and Alonso 2011), pushed through the layers.
//!
//! Backwards, from ȳ, ẏ and ÿ's adjoints (one for each slot), with h̄ = z̄ₗ₊₁ Wₗ₊₁ᵀ slot by slot:
//!
//! ```text
//! z̄(de) = h̄(de) σ'
//! z̄(d)  = h̄(d) σ' + h̄(de) σ'' ż(e),   z̄(e) alike
//! z̄     = h̄ σ' + σ'' (h̄(d) ż(d) + h̄(e) ż(e) + h̄(de) z̈) + h̄(de) σ''' ż(d) ż(e)
//! ∂/∂Wₗ = Σ over slots of (their inputs)ᵀ (their z̄),   ∂/∂bₗ = Σ over rows of z̄
//! ```

use std::ops::Range;

use ndarray::ArrayView2;

use super::elementwise;
use super::network::{Layer, Network};
use super::product::{self, Shape};

/// The slots of [`Tangents::accumulate`]: the values, two directions, and both of them at once.
pub(crate) const SLOTS: usize = 4;

/// One evaluation of a network at up to so many points: the room for it, made once, and what it leaves.
///
/// In every array the rows of a slot stand one below the other, and the slots one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Tangents {
    capacity: usize,
    rows: usize,
    inputs: Vec<f64>,
    hidden: Vec<Hidden>,
    outputs: Vec<f64>,
    /// For the products with a transposed weight matrix.
    room: Vec<f64>,
}

#[derive(Clone, Debug)]
struct Hidden {
    width: usize,
    slopes: Vec<f64>,
    curvatures: Vec<f64>,
    thirds: Vec<f64>,
    /// z of every slot but the values'.
    before: Vec<f64>,
    /// a of every slot.
    after: Vec<f64>,
    /// The derivative of [`Tangents::backward`] with respect to a.
    carried: Vec<f64>,
    /// z̄ of every slot.
    adjoints: Vec<f64>,
}

impl Tangents {
    /// Room for up to `rows` points in so many slots, [`SLOTS`] at the least.
    pub fn new(network: &Network, rows: usize, slots: usize) -> Self {
        let slots = slots.max(SLOTS);
        let (output, hidden) = network.ends();
        let level = |layer: &Layer| {
            let one = rows * layer.fan_out;
            Hidden {
                width: layer.fan_out,
                slopes: vec![0.0; one],
                curvatures: vec![0.0; one],
                thirds: vec![0.0; one],
                before: vec![0.0; slots * one],
                after: vec![0.0; slots * one],
                carried: vec![0.0; one],
                adjoints: vec![0.0; SLOTS * one],
            }
        };
        let widest = network
            .layers
            .iter()
            .map(|layer| layer.fan_in.max(layer.fan_out));
        let widest = widest.max().expect("a network has an output layer");
        Self {
            capacity: rows,
            rows: 0,
            inputs: vec![0.0; slots * rows * network.inputs()],
            hidden: hidden.iter().map(level).collect(),
            outputs: vec![0.0; slots * rows * output.fan_out],
            room: Vec::with_capacity(2 * SLOTS * rows * widest),
        }
    }

    /// How many points it has room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// y at each of these points, into slot 0: as many as there is room for, a column for every input.
    pub fn values(&mut self, network: &Network, points: ArrayView2<f64>) {
        assert_eq!(points.ncols(), network.inputs(), "a column for every input");
        assert!(points.nrows() <= self.capacity, "a row for every point");
        self.rows = points.nrows();
        for (to, &from) in self.inputs.iter_mut().zip(&points) {
            *to = from;
        }
        let (output, hidden) = network.ends();
        for (index, layer) in hidden.iter().enumerate() {
            let (input, level) = at(&self.inputs, &mut self.hidden, index);
            multiply(
                network,
                layer,
                slots(self.rows, layer.fan_in, 0..1),
                input,
                &mut level.after,
            );
            let one = ..self.rows * level.width;
            elementwise::jet_rows(
                network.activation,
                &mut level.after[one],
                &network.parameters[layer.bias.clone()],
                &mut level.slopes[one],
                &mut level.curvatures[one],
                &mut level.thirds[one],
            );
        }
        self.finish(network, 0..1);
        let bias = &network.parameters[output.bias.clone()];
        for row in self.outputs[..self.rows * bias.len()].chunks_exact_mut(bias.len()) {
            row.iter_mut().zip(bias).for_each(|(y, b)| *y += b);
        }
    }

    /// The inputs of a slot: for all but the first its direction at each point, one a row.
    pub fn inputs_mut(&mut self, network: &Network, slot: usize) -> &mut [f64] {
        &mut self.inputs[slots(self.rows, network.inputs(), slot..slot + 1)]
    }

    /// y of the last [`Tangents::values`], or its derivatives in a slot: one point a row.
    pub fn outputs(&self, network: &Network, slot: usize) -> &[f64] {
        &self.outputs[slots(self.rows, network.ends().0.fan_out, slot..slot + 1)]
    }

    /// Fills slots with the derivatives of y along their directions.
    pub fn carry(&mut self, network: &Network, of: Range<usize>) {
        for (index, layer) in network.ends().1.iter().enumerate() {
            let (input, level) = at(&self.inputs, &mut self.hidden, index);
            let from = slots(self.rows, layer.fan_in, of.clone());
            let to = slots(self.rows, level.width, of.clone());
            multiply(network, layer, from, input, &mut level.before[to.clone()]);
            let one = self.rows * level.width;
            let rows = level.before[to.clone()].chunks_exact(one.max(1));
            for (z, a) in rows.zip(level.after[to].chunks_exact_mut(one.max(1))) {
                elementwise::multiply(z, &level.slopes[..one], a);
            }
        }
        self.finish(network, of);
    }

    /// Fills slot 3 with the derivatives of y along both directions, those of slots 1 and 2, plus those along its own.
    pub fn carry_both(&mut self, network: &Network) {
        for (index, layer) in network.ends().1.iter().enumerate() {
            let (input, level) = at(&self.inputs, &mut self.hidden, index);
            let one = self.rows * level.width;
            let (lower, z) = level.before.split_at_mut(3 * one);
            multiply(
                network,
                layer,
                slots(self.rows, layer.fan_in, 3..4),
                input,
                &mut z[..one],
            );
            elementwise::second_tangent(
                [&z[..one], &lower[one..2 * one], &lower[2 * one..]],
                [&level.slopes[..one], &level.curvatures[..one]],
                &mut level.after[3 * one..4 * one],
            );
        }
        self.finish(network, 3..4);
    }

    /// Makes slots 1 and 2 the directions that are so many times those of slots 1 to `degrees`: with `first` for slot 1
    /// and, on top of slot `degrees` + 1, with `second` for slot 2; a row of `degrees` numbers for each point.
    ///
    /// Derivatives are linear in the direction, so nothing is carried again; the inputs are left to the caller.
    pub fn combine(&mut self, degrees: usize, first: &[f64], second: &[f64]) {
        for level in &mut self.hidden {
            let (width, one) = (level.width, self.rows * level.width);
            for (row, (first, second)) in first
                .chunks_exact(degrees)
                .zip(second.chunks_exact(degrees))
                .enumerate()
            {
                for unit in row * width..(row + 1) * width {
                    let along = |weights: &[f64]| -> f64 {
                        let slots = level.before[one + unit..].iter().step_by(one);
                        weights.iter().zip(slots).map(|(w, z)| w * z).sum()
                    };
                    let z1 = along(first);
                    let z2 = along(second) + level.before[(degrees + 1) * one + unit];
                    (level.before[one + unit], level.before[2 * one + unit]) = (z1, z2);
                    level.after[one + unit] = level.slopes[unit] * z1;
                    level.after[2 * one + unit] = level.slopes[unit] * z2;
                }
            }
        }
    }

    /// ∂(c · y)/∂x at each point for these cotangents c, one a row as the outputs.
    pub fn backward(&mut self, network: &Network, cotangents: &[f64], slopes: &mut [f64]) {
        let (output, hidden) = network.ends();
        for index in (0..hidden.len()).rev() {
            let (below, above) = self.hidden.split_at_mut(index + 1);
            let level = &mut below[index];
            let one = ..self.rows * level.width;
            let (upper, adjoints) = match above.first() {
                None => (output, cotangents),
                Some(above) => (
                    &hidden[index + 1],
                    &above.adjoints[..self.rows * above.width],
                ),
            };
            upper.carry_back(
                &network.parameters,
                adjoints,
                &mut self.room,
                &mut level.carried[one],
            );
            elementwise::multiply(
                &level.carried[one],
                &level.slopes[one],
                &mut level.adjoints[one],
            );
        }
        let (first, adjoints) = match self.hidden.first() {
            None => (output, cotangents),
            Some(level) => (&hidden[0], &level.adjoints[..self.rows * level.width]),
        };
        first.carry_back(&network.parameters, adjoints, &mut self.room, slopes);
    }

    /// The second derivative of c · y of the last [`Tangents::backward`] along the directions of two slots, at each point.
    pub fn curvature(&self, one: usize, other: usize, to: &mut [f64]) {
        to.fill(0.0);
        for level in &self.hidden {
            let size = self.rows * level.width;
            let of = |slot: usize| &level.before[slot * size..(slot + 1) * size];
            elementwise::add_curvatures(
                &level.carried[..size],
                &level.curvatures[..size],
                of(one),
                of(other),
                to,
            );
        }
    }

    /// Adds to `gradient` the gradient with respect to θ of what has these derivatives with respect to y, its tangents in
    /// slots 1 and 2 and, if they are four slots long, what both give in slot 3.
    pub fn accumulate(&mut self, network: &Network, by_outputs: &[f64], gradient: &mut [f64]) {
        let (output, hidden) = network.ends();
        let rows = self.rows;
        let count = by_outputs.len() / (rows * output.fan_out).max(1);
        let last = self
            .hidden
            .last()
            .map_or(&self.inputs, |level| &level.after);
        add_by_weight(output, count * rows, last, by_outputs, gradient);
        elementwise::add_rows(
            &by_outputs[..rows * output.fan_out],
            &mut gradient[output.bias.clone()],
        );
        for index in (0..hidden.len()).rev() {
            let (below, above) = self.hidden.split_at_mut(index + 1);
            let (below, level) = below.split_at_mut(index);
            let level = &mut level[0];
            let one = rows * level.width;
            let (upper, adjoints) = match above.first() {
                None => (output, by_outputs),
                Some(above) => (
                    &hidden[index + 1],
                    &above.adjoints[..count * rows * above.width],
                ),
            };
            let adjoint = &mut level.adjoints[..count * one];
            upper.carry_back(&network.parameters, adjoints, &mut self.room, adjoint);
            elementwise::adjoints(
                adjoint,
                [
                    &level.slopes[..one],
                    &level.curvatures[..one],
                    &level.thirds[..one],
                ],
                &level.before[one..count * one],
            );
            elementwise::add_rows(&adjoint[..one], &mut gradient[hidden[index].bias.clone()]);
            let input = below.last().map_or(&self.inputs, |level| &level.after);
            add_by_weight(&hidden[index], count * rows, input, adjoint, gradient);
        }
    }

    fn finish(&mut self, network: &Network, of: Range<usize>) {
        let output = network.ends().0;
        let last = self
            .hidden
            .last()
            .map_or(&self.inputs, |level| &level.after);
        let from = slots(self.rows, output.fan_in, of.clone());
        let to = slots(self.rows, output.fan_out, of);
        multiply(network, output, from, last, &mut self.outputs[to]);
    }
}

/// Where the rows of these slots stand.
fn slots(rows: usize, width: usize, of: Range<usize>) -> Range<usize> {
    of.start * rows * width..of.end * rows * width
}

/// A hidden layer, and what goes into it.
fn at<'a>(
    inputs: &'a [f64],
    hidden: &'a mut [Hidden],
    index: usize,
) -> (&'a [f64], &'a mut Hidden) {
    let (below, above) = hidden.split_at_mut(index);
    let input = below.last().map_or(inputs, |level| &level.after);
    (input, &mut above[0])
}

/// to ← the rows in `from` of the input, times W.
fn multiply(network: &Network, layer: &Layer, from: Range<usize>, input: &[f64], to: &mut [f64]) {
    let shape = layer.product(from.len() / layer.fan_in);
    let size = shape.rows * shape.columns;
    let weight = &network.parameters[layer.weight.clone()];
    product::multiply(shape, &input[from], weight, &mut to[..size]);
}

/// ∂/∂W ← ∂/∂W + inputsᵀ adjoints, over so many rows.
fn add_by_weight(
    layer: &Layer,
    rows: usize,
    inputs: &[f64],
    adjoints: &[f64],
    gradient: &mut [f64],
) {
    let shape = Shape {
        rows: layer.fan_in,
        inner: rows,
        columns: layer.fan_out,
    };
    let inputs = &inputs[..rows * layer.fan_in];
    product::add_transposed(shape, inputs, adjoints, &mut gradient[layer.weight.clone()]);
}
