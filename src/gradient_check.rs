//! Gradient checks: does this vector point where that loss says?
//!
//! The oracle is the central difference of the loss, one parameter at a time (Press et al., *Numerical Recipes*, 5.7):
//!
//! ```text
//! ∂L/∂θᵢ ≈ (L(θ + h eᵢ) - L(θ - h eᵢ)) / 2h
//! ```
//!
//! A loss that depends on the slopes of a ReLU network jumps where a unit switches on or off. A difference taken
//! across a jump measures the jump, not the slope, so every difference is taken twice, with h and with h/2: where the
//! two disagree the parameter is set aside and counted.

use rayon::prelude::*;

use crate::network::Network;

/// How far the differences of step h and h/2 may be apart, relative to the largest of the gradient, before the
/// parameter is set aside.
const AGREEMENT: f64 = 1e-2;

/// Central differences of a loss at a network's parameters, one a parameter, in the order of θ.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// The difference of step h/2, or `None` where the loss jumps within h.
    pub slopes: Vec<Option<f64>>,
}

impl Differences {
    /// Differences of step `h` > 0 of the loss at `network`.
    ///
    /// `loss` is called once on each thread and returns the loss as a function of the network. Parameters are
    /// independent of each other, so the result does not depend on the number of threads.
    pub fn central<L: FnMut(&Network) -> f64>(
        network: &Network,
        h: f64,
        loss: impl Fn() -> L + Sync,
    ) -> Self {
        let count = network.parameters().len();
        let start = || (network.clone(), loss());
        let difference = |(network, loss): &mut (Network, L), index: usize| {
            let theta = network.parameters()[index];
            let mut at = |shift: f64| {
                network.parameters_mut()[index] = theta + shift;
                loss(network)
            };
            let wide = (at(h) - at(-h)) / (2.0 * h);
            let narrow = (at(h / 2.0) - at(-h / 2.0)) / h;
            network.parameters_mut()[index] = theta;
            (wide, narrow)
        };
        let pairs: Vec<(f64, f64)> = (0..count)
            .into_par_iter()
            .map_init(start, |state, index| difference(state, index))
            .collect();
        let mut sizes: Vec<f64> = pairs.iter().map(|pair| pair.1.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        // The median guards against the jumps themselves, which are far larger than any slope.
        let scale = sizes[count * 99 / 100];
        let judge = |(wide, narrow): (f64, f64)| {
            ((wide - narrow).abs() <= AGREEMENT * narrow.abs().max(AGREEMENT * scale))
                .then_some(narrow)
        };
        Self {
            slopes: pairs.into_iter().map(judge).collect(),
        }
    }
}
