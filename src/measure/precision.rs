//! A network in single or double precision, and its field by exact slopes or by differences.
//!
//! With n coordinates, eᵢ the unit vector of coordinate i, and u the unit roundoff of the arithmetic:
//!
//! ```text
//! exact      ∂H/∂xᵢ                                  error ~ u
//! forward    (H(x + ε eᵢ) - H(x)) / ε                error ~ ε |H''|/2  + 2u |H| / ε      best ε ~ √u
//! central    (H(x + ε eᵢ) - H(x - ε eᵢ)) / 2ε        error ~ ε² |H'''|/6 + u |H| / ε      best ε ~ ∛u
//! ```
//!
//! (Press et al., *Numerical Recipes*, 5.7.) Every operation of H, of its slopes and of the differences is rounded to the
//! precision; only an activation is computed in double precision and then rounded. Matrix products are the chains of
//! fused multiply-adds of the engine, so they too are the same bits on every CPU.

mod sweep;
mod theory;

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::Result;
use crate::mechanics::{Difference, Stencil, fields_of};
use crate::model::{Activation, Network, Real};
use crate::phase_space::Points;

pub use sweep::Sweep;
pub use theory::Theory;

/// A B.
fn multiply<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>) -> Array2<T> {
    let (a, b) = (a.as_standard_layout(), b.as_standard_layout());
    let mut c = Array2::zeros((a.nrows(), b.ncols()));
    let slice = "row by row in memory";
    T::multiply(
        a.as_slice().expect(slice),
        b.as_slice().expect(slice),
        b.ncols(),
        c.as_slice_mut().expect(slice),
    );
    c
}

/// A network whose parameters are rounded to a precision, and which computes in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rounded<T> {
    activation: Activation,
    layers: Vec<Layer<T>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Layer<T> {
    weight: Array2<T>,
    bias: Array1<T>,
}

/// σ and σ' of a hidden layer, one point a row.
struct Activated<T> {
    values: Array2<T>,
    slopes: Array2<T>,
}

impl<T: Real> Rounded<T> {
    /// This network, rounded.
    pub fn of(network: &Network) -> Self {
        let rounded: Vec<Array2<T>> = network
            .blocks()
            .into_iter()
            .map(|block| {
                let values = network.parameters()[block.range].iter();
                let values = values.map(|&x| T::round(x)).collect();
                Array2::from_shape_vec(block.shape, values).expect("a block has its own shape")
            })
            .collect();
        let layers = rounded.chunks_exact(2).map(|pair| Layer {
            weight: pair[0].clone(),
            bias: pair[1].row(0).to_owned(),
        });
        Self {
            activation: network.activation(),
            layers: layers.collect(),
        }
    }

    /// H at each of these points, one a row.
    ///
    /// # Panics
    ///
    /// If the points have not as many columns as the network has inputs.
    pub fn energy(&self, points: ArrayView2<T>) -> Array1<T> {
        let hidden = self.hidden(points);
        let last = hidden.last().map_or(points, |layer| layer.values.view());
        let output = self.layers.last().expect("a network has an output layer");
        last.dot(&output.weight.column(0)) + output.bias[0]
    }

    /// ∇H at each of these points, one a row, backwards through the network: as exact as the precision allows.
    ///
    /// # Panics
    ///
    /// As [`Rounded::energy`].
    // ANCHOR: backwards
    pub fn gradient(&self, points: ArrayView2<T>) -> Array2<T> {
        let hidden = self.hidden(points);
        let (output, layers) = self.layers.split_last().expect("an output layer");
        let row = output.weight.column(0).insert_axis(Axis(0));
        let shape = (points.nrows(), output.weight.nrows());
        let mut carried = row.broadcast(shape).expect("one row fits all").to_owned();
        for (layer, activated) in layers.iter().zip(&hidden).rev() {
            let adjoints = carried * &activated.slopes;
            carried = multiply(adjoints.view(), layer.weight.t());
        }
        carried
    }
    // ANCHOR_END: backwards

    /// The learned field (∂H/∂p, -∂H/∂q) at each of these points, one a row, by exact slopes. The points are rounded first.
    ///
    /// # Panics
    ///
    /// As [`Rounded::energy`].
    pub fn field(&self, points: ArrayView2<f64>) -> Points {
        let gradient = self.gradient(points.mapv(T::round).view());
        fields_of(&gradient.mapv(T::widen))
    }

    /// The same by differences, as exact as they are.
    ///
    /// The points are rounded first.
    ///
    /// # Errors
    ///
    /// As [`Stencil::checked`].
    ///
    /// # Panics
    ///
    /// As [`Rounded::energy`].
    pub fn differenced_field(
        &self,
        difference: Difference,
        points: ArrayView2<f64>,
    ) -> Result<Points> {
        let points = points.mapv(T::round);
        let stencil = Stencil::checked(difference)?;
        let gradient = stencil.gradient(points.view(), |probes| self.energy(probes));
        Ok(fields_of(&gradient.mapv(T::widen)))
    }

    /// σ and σ' of every hidden layer.
    fn hidden(&self, points: ArrayView2<T>) -> Vec<Activated<T>> {
        let inputs = self.layers[0].weight.nrows();
        assert_eq!(points.ncols(), inputs, "a column for every input");
        let layers = &self.layers[..self.layers.len() - 1];
        let mut hidden: Vec<Activated<T>> = Vec::with_capacity(layers.len());
        for layer in layers {
            let input = hidden.last().map_or(points, |layer| layer.values.view());
            let mut values = multiply(input, layer.weight.view()) + &layer.bias;
            let mut slopes = Array2::zeros(values.dim());
            for (value, slope) in values.iter_mut().zip(&mut slopes) {
                let jet = self.activation.jet(value.widen());
                (*value, *slope) = (T::round(jet.value), T::round(jet.slope));
            }
            hidden.push(Activated { values, slopes });
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::relative_error;
    use crate::mechanics::{Differenced, forward_differences};
    use crate::model::{Biases, Initializer};
    use crate::phase_space::sunflower;
    use crate::random::Gaussian;

    fn network(activation: Activation, width: usize) -> Network {
        let random = &mut Gaussian::from_seed(5);
        let (widths, biases) = ([2, width, width, 1], Biases::Uniform);
        Network::random(&widths, activation, Initializer::LeCun, biases, random).unwrap()
    }

    fn theory_holds<T: Real + Sync>() {
        let (network, points) = (network(Activation::Tanh, 64), sunflower(400));
        let theory = Theory::of(&network, points.view());
        let steps: Vec<f64> = (4..48)
            .map(|quarter| libm::exp10(-0.25 * f64::from(quarter)))
            .collect();
        for (name, kind) in Difference::KINDS {
            let sweep = Sweep::of::<T>(&network, kind, &steps, points.view()).unwrap();
            let (best, least) = sweep.best();
            let (step, error) = theory.best(kind, T::UNIT_ROUNDOFF);
            println!(
                "{name}: best step {best:.1e}, theory {step:.1e}; error {least:.1e}, theory {error:.1e}"
            );
            // Theory counts one rounding of H, not those on the way to it.
            assert!((0.25..4.0).contains(&(best / step)), "{best} {step}");
            assert!((0.25..4.0).contains(&(least / error)), "{least} {error}");
        }
    }

    #[test]
    fn theory_measures_the_derivatives() {
        // H = x₊² + 3, at one input.
        let mut network = Network::zeros(&[1, 2, 1], Activation::SquaredRelu).unwrap();
        network
            .parameters_mut()
            .copy_from_slice(&[1.0, 0.0, 0.0, 1.0, 1.0, 3.0, 0.0]);
        let theory = Theory::of(&network, ndarray::array![[0.5]].view());
        assert!((theory.energy - 3.25).abs() < 1e-15, "{theory:?}");
        assert!((theory.slope - 1.0).abs() < 1e-15, "{theory:?}");
        assert!((theory.curvature - 2.0).abs() < 1e-9, "{theory:?}");
        assert!(theory.third < 1e-6, "{theory:?}");
    }

    #[test]
    fn the_best_steps_in_double_precision_are_where_theory_says() {
        theory_holds::<f64>();
    }

    #[test]
    fn the_best_steps_in_single_precision_are_where_theory_says() {
        theory_holds::<f32>();
    }

    #[test]
    fn exact_slopes_in_single_precision_have_five_digits() {
        for activation in Activation::ALL {
            let network = network(activation, 64);
            let points = sunflower(400);
            let double = Rounded::<f64>::of(&network).field(points.view());
            let single = Rounded::<f32>::of(&network).field(points.view());
            let error = relative_error(&single, &double);
            println!("{activation}: {error:.1e}");
            assert!(0.0 < error && error < 1e-5, "{activation}: {error}");
        }
    }

    #[test]
    fn double_precision_is_the_engine_to_the_last_bit() {
        for activation in Activation::ALL {
            let network = network(activation, 19);
            let points = sunflower(300);
            let rounded = Rounded::<f64>::of(&network);
            assert_eq!(rounded.energy(points.view()), network.energy(points.view()));
            assert_eq!(
                rounded.gradient(points.view()),
                network.gradient(points.view())
            );
            let differenced = |difference| {
                let field = rounded.differenced_field(difference, points.view());
                field.unwrap()
            };
            let rows = |fields: Vec<[f64; 2]>| Array2::from(fields);
            let forward = Difference::Forward(1e-7);
            assert_eq!(
                differenced(forward),
                forward_differences(&network, 1e-7, points.view())
            );
            for difference in [forward, Difference::Central(1e-5)] {
                let mut field = Differenced::of(&network, difference);
                let one_by_one = points.rows().into_iter().map(|z| field.at([z[0], z[1]]));
                assert_eq!(differenced(difference), rows(one_by_one.collect()));
            }
        }
    }
}
