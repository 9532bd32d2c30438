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

use std::ops::Range;

use rayon::prelude::*;

use crate::evidence::Table;
use crate::model::Network;
use crate::progress::Progress;

/// A difference is trusted where steps h and h/2 agree to this fraction of it, or of the median difference if that is
/// larger.
const AGREEMENT: f64 = 0.02;

/// Central differences of a loss at a network's parameters, in the order of θ.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// The difference of step h/2, or `None` where the steps h and h/2 disagree or none was taken.
    pub slopes: Vec<Option<f64>>,
    /// The parameters that differences were taken of, in rising order.
    pub checked: Vec<usize>,
}

impl Differences {
    /// Differences of step `h` > 0 of the loss at `network`: of `most` ≥ 1 parameters of each weight matrix and bias vector,
    /// evenly spaced over those that have more.
    ///
    /// `loss` is called once for each worker and returns the loss as a function of the network. Parameters are
    /// independent of each other, so the result does not depend on the number of cores.
    pub fn of<L: FnMut(&Network) -> f64>(
        network: &Network,
        h: f64,
        most: usize,
        loss: impl Fn() -> L + Sync,
    ) -> Self {
        let some = network.blocks().into_iter().flat_map(|block| {
            let count = block.range.len().min(most);
            (0..count).map(move |index| block.range.start + index * block.range.len() / count)
        });
        let checked: Vec<usize> = some.collect();
        let progress = Progress::start("gradient check", checked.len());
        // ANCHOR: difference
        let difference = |(network, loss): &mut (Network, L), index: usize| {
            let theta = network.parameters()[index];
            let mut at = |shift: f64| {
                network.parameters_mut()[index] = theta + shift;
                loss(network)
            };
            let wide = (at(h) - at(-h)) / (2.0 * h);
            let narrow = (at(h / 2.0) - at(-h / 2.0)) / h;
            network.parameters_mut()[index] = theta;
            progress.advance();
            (wide, narrow)
        };
        // ANCHOR_END: difference
        let pairs: Vec<(f64, f64)> = checked
            .par_iter()
            .map_init(
                || (network.clone(), loss()),
                |state, &index| difference(state, index),
            )
            .collect();
        let mut slopes = vec![None; network.parameters().len()];
        for (&index, slope) in checked.iter().zip(trusted(&pairs)) {
            slopes[index] = slope;
        }
        Self { slopes, checked }
    }

    /// How many of the checked parameters with these indices are set aside because two steps disagreed.
    fn set_aside_in(&self, range: Range<usize>) -> usize {
        let checked = self.checked.iter().filter(|index| range.contains(index));
        checked
            .filter(|&&index| self.slopes[index].is_none())
            .count()
    }
}

/// The narrow difference of each pair, where the wide one confirms it.
fn trusted(pairs: &[(f64, f64)]) -> Vec<Option<f64>> {
    // The median size, because a few differences taken across a jump are larger than all slopes together.
    let mut sizes: Vec<f64> = pairs.iter().map(|(_, narrow)| narrow.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
    let agree = |&(wide, narrow): &(f64, f64)| {
        let close = (wide - narrow).abs() <= AGREEMENT * narrow.abs().max(median);
        close.then_some(narrow)
    };
    pairs.iter().map(agree).collect()
}

/// A gradient beside the differences of the loss it is said to descend, over the parameters that both have.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// How many parameters are compared.
    pub compared: usize,
    /// ‖gradient‖.
    pub length: f64,
    /// ‖differences‖.
    pub true_length: f64,
    /// ‖gradient‖ / ‖differences‖.
    pub norm_ratio: f64,
    /// Cosine of the angle between the two: 1 where they point the same way.
    pub cosine: f64,
    /// ‖gradient - differences‖ / ‖differences‖.
    pub relative_error: f64,
}

impl Comparison {
    /// Compares a gradient with differences, entry by entry; entries set aside are left out of both.
    ///
    /// # Panics
    ///
    /// If they are not equally long.
    pub fn of(gradient: &[f64], slopes: &[Option<f64>]) -> Self {
        assert_eq!(
            gradient.len(),
            slopes.len(),
            "a slope for every entry of the gradient"
        );
        let (mut compared, mut gg, mut gs, mut ss, mut apart) = (0, 0.0, 0.0, 0.0, 0.0);
        for (&g, &slope) in gradient.iter().zip(slopes) {
            if let Some(s) = slope {
                compared += 1;
                gg += g * g;
                gs += g * s;
                ss += s * s;
                apart += (g - s) * (g - s);
            }
        }
        Self {
            compared,
            length: gg.sqrt(),
            true_length: ss.sqrt(),
            norm_ratio: (gg / ss).sqrt(),
            cosine: gs / (gg * ss).sqrt(),
            relative_error: (apart / ss).sqrt(),
        }
    }

    /// Compares a gradient with another one, which is taken for the truth.
    ///
    /// # Panics
    ///
    /// If they are not equally long.
    pub fn with_exact(gradient: &[f64], exact: &[f64]) -> Self {
        let exact: Vec<Option<f64>> = exact.iter().copied().map(Some).collect();
        Self::of(gradient, &exact)
    }

    /// A row for every weight matrix and bias vector of the network, and one for all of θ.
    ///
    /// # Panics
    ///
    /// If gradient, slopes and θ are not equally long.
    pub fn table(network: &Network, gradient: &[f64], differences: &Differences) -> Table {
        let mut table = Table::new([
            "parameters",
            "compared",
            "set aside",
            "norm ratio",
            "cosine",
            "relative error",
        ]);
        assert_eq!(
            gradient.len(),
            network.parameters().len(),
            "an entry for every parameter"
        );
        let mut row = |name: &str, range: Range<usize>| {
            let slopes = &differences.slopes[range.clone()];
            let comparison = Self::of(&gradient[range.clone()], slopes);
            table.row([
                name.to_string(),
                comparison.compared.to_string(),
                differences.set_aside_in(range).to_string(),
                format!("{:.4}", comparison.norm_ratio),
                format!("{:.4}", comparison.cosine),
                format!("{:.1e}", comparison.relative_error),
            ]);
        };
        for block in network.blocks() {
            row(&block.name, block.range);
        }
        row("all", 0..differences.slopes.len());
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_at_a_jump_is_set_aside_and_the_others_are_not() {
        let network = Network::constant(&[2, 3, 1], 0.5).unwrap();
        let jump_at = network.parameters().len() - 1;
        // The loss jumps by 1 within h but not within h/2 of the last parameter.
        let loss = || {
            move |network: &Network| {
                let theta = network.parameters();
                theta.iter().sum::<f64>() + f64::from(theta[jump_at] > 0.5 + 7e-5)
            }
        };
        let differences = Differences::of(&network, 1e-4, usize::MAX, loss);
        assert_eq!(differences.set_aside_in(0..differences.slopes.len()), 1);
        assert_eq!(differences.slopes[jump_at], None);
    }

    #[test]
    fn a_sample_has_the_differences_of_the_whole_and_nothing_else() {
        let network = Network::constant(&[2, 5, 1], 0.5).unwrap();
        let loss =
            || |network: &Network| network.parameters().iter().map(|w| w * w + w).sum::<f64>();
        let whole = Differences::of(&network, 1e-4, usize::MAX, loss);
        let sample = Differences::of(&network, 1e-4, 4, loss);
        // W1 has 10 parameters, b1 and W2 have 5, b2 has 1.
        assert_eq!(
            sample.checked,
            [0, 2, 5, 7, 10, 11, 12, 13, 15, 16, 17, 18, 20]
        );
        assert_eq!(sample.set_aside_in(0..sample.slopes.len()), 0);
        for (index, slope) in sample.slopes.iter().enumerate() {
            let expected = sample.checked.contains(&index).then(|| whole.slopes[index]);
            assert_eq!(*slope, expected.flatten());
        }
    }

    #[test]
    fn opposite_gradients_have_cosine_minus_one() {
        let comparison = Comparison::of(&[1.0, -2.0, 9.0], &[Some(-0.5), Some(1.0), None]);
        assert_eq!(comparison.compared, 2);
        assert!((comparison.cosine + 1.0).abs() < 1e-15);
        assert!((comparison.norm_ratio - 2.0).abs() < 1e-15);
    }
}
