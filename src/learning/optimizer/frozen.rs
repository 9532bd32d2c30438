//! Some parameters held where they are.

use std::ops::Range;

use super::Optimizer;
use crate::model::Network;

/// An optimizer that moves some parameters and leaves the others where they are.
#[derive(Clone, Debug)]
pub struct Frozen<O> {
    optimizer: O,
    held: Vec<Range<usize>>,
    before: Vec<f64>,
}

impl<O: Optimizer> Frozen<O> {
    /// `optimizer`, but for every bias of networks of this one's widths.
    pub fn biases(optimizer: O, network: &Network) -> Self {
        let biases = network
            .blocks()
            .into_iter()
            .filter(|block| !block.is_weight);
        Self {
            optimizer,
            held: biases.map(|block| block.range).collect(),
            before: Vec::new(),
        }
    }
}

impl<O: Optimizer> Optimizer for Frozen<O> {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        self.before.clear();
        self.before.extend_from_slice(parameters);
        self.optimizer.step(rate, parameters, gradient);
        for held in &self.held {
            parameters[held.clone()].copy_from_slice(&self.before[held.clone()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::Sgd;
    use crate::model::Activation;

    #[test]
    fn frozen_biases_stay_and_weights_move_as_they_would() {
        let network = Network::zeros(&[2, 3, 1], Activation::Relu).unwrap();
        let count = network.parameters().len();
        let mut theta = vec![1.0; count];
        Frozen::biases(Sgd, &network).step(0.25, &mut theta, &vec![4.0; count]);
        for block in network.blocks() {
            let expected = if block.is_weight { 0.0 } else { 1.0 };
            assert!(
                theta[block.range.clone()].iter().all(|&x| x == expected),
                "{block:?}: {theta:?}"
            );
        }
    }
}
