//! The loss of recordings under a separable energy: what leapfrog makes of a state, against the states that were recorded.
//!
//! From a start z₀, for k = 1 … K and a step of h in time,
//!
//! ```text
//! p ← pₖ₋₁ - h/2 V'(qₖ₋₁),   qₖ = qₖ₋₁ + h T'(p),   pₖ = p - h/2 V'(qₖ)
//! ℓ = mean over windows and k = 0 … K of ‖zₖ - dₖ‖²
//! ```
//!
//! for windows d₀ … d_K of recorded states; between two of them there may be several steps, of which h is one. Its gradient is carried back through the steps: a kick p ← p - c V'(q) takes ∂ℓ/∂p to
//! a gradient -c ∂ℓ/∂p of V', whose derivatives by the weights and by q are one pass backwards each (see [`Pass`]); a drift alike.

use ndarray::{Array1, Array2, Array3, ArrayView2, ArrayView3, ArrayViewMut2, Axis, s};

use crate::mechanics::Separable;
use crate::model::elementwise::Order;
use crate::model::{MOST_ROWS, Pass};

/// Evaluates the loss and its gradient; holds the room for it, so that an evaluation allocates nothing.
#[derive(Clone, Debug)]
pub struct LeapfrogLoss {
    step: f64,
    /// Steps from one recorded state to the next.
    every: usize,
    /// Of T, one a step.
    drifts: Vec<Pass>,
    /// Of V, one a state.
    kicks: Vec<Pass>,
    /// zₖ - dₖ: states, windows, coordinates.
    residuals: Array3<f64>,
    q: Array2<f64>,
    p: Array2<f64>,
    by_q: Array2<f64>,
    by_p: Array2<f64>,
    by_slope: Array2<f64>,
    by_energy: Array1<f64>,
}

impl LeapfrogLoss {
    /// Room for models of this one's widths, and windows of a start and so many states more, this far apart in time, with `every`
    /// steps from one to the next.
    pub fn new(model: &Separable, apart: f64, states: usize, every: usize) -> Self {
        let n = model.degrees();
        let room = || Array2::zeros((MOST_ROWS, n));
        let steps = states * every;
        Self {
            step: apart / every as f64,
            every,
            drifts: vec![Pass::new(model.kinetic(), MOST_ROWS); steps],
            kicks: vec![Pass::new(model.potential(), MOST_ROWS); steps + 1],
            residuals: Array3::zeros((states + 1, MOST_ROWS, 2 * n)),
            q: room(),
            p: room(),
            by_q: room(),
            by_p: room(),
            by_slope: room(),
            by_energy: Array1::zeros(MOST_ROWS),
        }
    }

    /// ℓ of these windows (windows, states, coordinates) from these starts, one a row.
    ///
    /// # Panics
    ///
    /// If the windows have not a start and so many states more, or the shapes do not fit together.
    pub fn value(
        &mut self,
        model: &Separable,
        starts: ArrayView2<f64>,
        windows: ArrayView3<f64>,
    ) -> f64 {
        self.evaluate(model, starts, windows, None)
    }

    /// ℓ, with its gradient by the parameters of T and then of V, and by the starts.
    ///
    /// # Panics
    ///
    /// As [`LeapfrogLoss::value`], and if a gradient has another shape.
    pub fn value_and_gradient(
        &mut self,
        model: &Separable,
        starts: ArrayView2<f64>,
        windows: ArrayView3<f64>,
        gradient: &mut [f64],
        by_starts: ArrayViewMut2<f64>,
    ) -> f64 {
        gradient.fill(0.0);
        self.evaluate(model, starts, windows, Some((gradient, by_starts)))
    }

    fn evaluate(
        &mut self,
        model: &Separable,
        starts: ArrayView2<f64>,
        windows: ArrayView3<f64>,
        mut to: Option<(&mut [f64], ArrayViewMut2<f64>)>,
    ) -> f64 {
        let (count, states, coordinates) = windows.dim();
        let recorded = self.residuals.len_of(Axis(0));
        assert_eq!(states, recorded, "as many states as there is room for");
        assert_eq!(
            starts.dim(),
            (count, coordinates),
            "a start for every window"
        );
        let share = 1.0 / (count * states) as f64;
        let mut sum = 0.0;
        for from in (0..count).step_by(MOST_ROWS) {
            let rows = from..count.min(from + MOST_ROWS);
            let windows = windows.slice(s![rows.clone(), .., ..]);
            sum += self.forwards(model, starts.slice(s![rows.clone(), ..]), windows);
            if let Some((gradient, by_starts)) = &mut to {
                let by_starts = by_starts.slice_mut(s![rows, ..]);
                self.backwards(model, 2.0 * share, gradient, by_starts);
            }
        }
        sum * share
    }

    fn forwards(
        &mut self,
        model: &Separable,
        starts: ArrayView2<f64>,
        windows: ArrayView3<f64>,
    ) -> f64 {
        let (rows, n) = (starts.nrows(), model.degrees());
        let (h, kicks) = (self.step, self.kicks.len());
        let mut q = self.q.slice_mut(s![..rows, ..]);
        let mut p = self.p.slice_mut(s![..rows, ..]);
        q.assign(&starts.slice(s![.., ..n]));
        p.assign(&starts.slice(s![.., n..]));
        let mut sum = 0.0;
        for k in 0..kicks {
            let kick = &mut self.kicks[k];
            kick.forward(model.potential(), q.view(), Order::Second);
            kick.slopes(model.potential());
            if k > 0 {
                p.scaled_add(-h / 2.0, &kick.gradients());
            }
            if k % self.every == 0 {
                let state = k / self.every;
                let mut residuals = self.residuals.slice_mut(s![state, ..rows, ..]);
                residuals.slice_mut(s![.., ..n]).assign(&q);
                residuals.slice_mut(s![.., n..]).assign(&p);
                residuals -= &windows.index_axis(Axis(1), state);
                sum += residuals.iter().map(|r| r * r).sum::<f64>();
            }
            if let Some(drift) = self.drifts.get_mut(k) {
                p.scaled_add(-h / 2.0, &kick.gradients());
                drift.forward(model.kinetic(), p.view(), Order::Second);
                drift.slopes(model.kinetic());
                q.scaled_add(h, &drift.gradients());
            }
        }
        sum
    }

    fn backwards(
        &mut self,
        model: &Separable,
        share: f64,
        gradient: &mut [f64],
        mut by_starts: ArrayViewMut2<f64>,
    ) {
        let (rows, n) = (by_starts.nrows(), model.degrees());
        let h = self.step;
        let (by_kinetic, by_potential) = gradient.split_at_mut(model.kinetic().parameters().len());
        let by_energy = self.by_energy.slice(s![..rows]);
        let mut by_q = self.by_q.slice_mut(s![..rows, ..]);
        let mut by_p = self.by_p.slice_mut(s![..rows, ..]);
        let mut by_slope = self.by_slope.slice_mut(s![..rows, ..]);
        by_q.fill(0.0);
        by_p.fill(0.0);
        for k in (0..self.kicks.len()).rev() {
            // by_p is of the momentum half a step later, and from here on of that at the state.
            by_slope.assign(&by_p);
            if k % self.every == 0 {
                let residuals = self.residuals.slice(s![k / self.every, ..rows, ..]);
                by_p.scaled_add(share, &residuals.slice(s![.., n..]));
                by_q.scaled_add(share, &residuals.slice(s![.., ..n]));
            }
            if k > 0 {
                by_slope += &by_p;
            }
            by_slope *= -h / 2.0;
            let kick = &mut self.kicks[k];
            kick.accumulate(
                model.potential(),
                by_energy,
                Some(by_slope.view()),
                by_potential,
            );
            kick.add_by_points(model.potential(), by_q.view_mut());
            if k > 0 {
                by_slope.assign(&by_q);
                by_slope *= h;
                let drift = &mut self.drifts[k - 1];
                drift.accumulate(
                    model.kinetic(),
                    by_energy,
                    Some(by_slope.view()),
                    by_kinetic,
                );
                drift.add_by_points(model.kinetic(), by_p.view_mut());
            }
        }
        by_starts.slice_mut(s![.., ..n]).assign(&by_q);
        by_starts.slice_mut(s![.., n..]).assign(&by_p);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanics::Method;
    use crate::model::{Activation, Biases, Initializer, Network};
    use crate::random::{Gaussian, RandomSource};

    fn model(degrees: usize, activation: Activation, random: &mut Gaussian) -> Separable {
        let [kinetic, potential] = [(); 2].map(|()| {
            let (widths, lecun) = ([degrees, 5, 4, 1], Initializer::LeCun);
            Network::random(&widths, activation, lecun, Biases::Uniform, random).unwrap()
        });
        Separable::new(kinetic, potential).unwrap()
    }

    #[test]
    fn the_gradient_is_that_of_differences_by_every_weight_and_every_start() {
        let random = &mut Gaussian::from_seed(3);
        let activations = [Activation::Tanh, Activation::Silu];
        for (degrees, steps, every, activation) in [
            (1, 1, 1, activations[0]),
            (2, 5, 1, activations[1]),
            (1, 2, 3, activations[1]),
        ] {
            let model = model(degrees, activation, random);
            let shape = (MOST_ROWS + 2, steps + 1, 2 * degrees);
            let windows = Array3::from_shape_simple_fn(shape, || random.uniform(-1.0, 1.0));
            let starts = windows.index_axis(Axis(1), 0).to_owned() + 0.1;
            let mut loss = LeapfrogLoss::new(&model, 0.3, steps, every);
            let mut gradient = vec![f64::NAN; model.parameters().len()];
            let mut by_starts = Array2::from_elem(starts.dim(), f64::NAN);
            let (starts_, windows_) = (starts.view(), windows.view());
            let value = loss.value_and_gradient(
                &model,
                starts_,
                windows_,
                &mut gradient,
                by_starts.view_mut(),
            );
            assert_eq!(value, loss.value(&model, starts_, windows_));
            let d = 1e-5;
            let largest = gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
            for index in 0..gradient.len() {
                let mut at = |by: f64| {
                    let (mut moved, mut parameters) = (model.clone(), model.parameters());
                    parameters[index] += by;
                    moved.set_parameters(&parameters);
                    loss.value(&moved, starts_, windows_)
                };
                let slope = (at(d) - at(-d)) / (2.0 * d);
                assert!((slope - gradient[index]).abs() < 1e-8 * (1.0 + largest));
            }
            for ((row, column), &by_start) in by_starts.indexed_iter().step_by(7) {
                let mut at = |by: f64| {
                    let mut moved = starts.clone();
                    moved[[row, column]] += by;
                    loss.value(&model, moved.view(), windows_)
                };
                assert!(((at(d) - at(-d)) / (2.0 * d) - by_start).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn its_steps_are_those_of_the_integrator() {
        let random = &mut Gaussian::from_seed(4);
        let model = model(1, Activation::Tanh, random);
        let slope = |network: &Network, x: f64| network.gradient(ndarray::aview2(&[[x]]))[[0, 0]];
        let path: Vec<[f64; 2]> = Method::Leapfrog
            .separable_trajectory(
                |p: &[f64]| [slope(model.kinetic(), p[0])],
                |q: &[f64]| [-slope(model.potential(), q[0])],
                [0.3, -0.8],
                0.3,
                6,
            )
            .unwrap();
        let windows = Array3::from_shape_fn((1, 6, 2), |(_, k, i)| path[k][i]);
        let starts = windows.index_axis(Axis(1), 0);
        let loss = LeapfrogLoss::new(&model, 0.3, 5, 1).value(&model, starts, windows.view());
        assert!(loss < 1e-30, "{loss}");
    }
}
