//! What a gradient costs, counted: multiplications of a weight, or of a weight's slope, followed by an addition.
//!
//! With s = Σ fan in · fan out over all layers, f that of the first and l that of the last, the formulas at the top of
//! [`crate::model`] take for one point
//!
//! ```text
//! energy     H                          s
//!            ∂ℓ/∂θ of the energy term   2s - f - l               (the hidden layers twice, the first and last once)
//! slopes     ∇H                         s - l
//!            tangents along ḡ           s - l
//!            ∂ℓ/∂θ of both terms        3s - f - 2l
//! ```
//!
//! Work that grows with the units and not with the weights, the activations among it, is left out.

use super::Objective;

/// Multiply-adds of one energy at one point, for a network of these widths.
pub fn forward(widths: &[usize]) -> usize {
    widths.windows(2).map(|pair| pair[0] * pair[1]).sum()
}

impl Objective {
    /// Multiply-adds of this gradient at one point, for a network of these widths with a hidden layer.
    ///
    /// # Panics
    ///
    /// If there is no hidden layer.
    pub fn multiply_adds(self, widths: &[usize]) -> usize {
        assert!(widths.len() > 2, "{widths:?} has no hidden layer");
        let all = forward(widths);
        let (first, last) = (widths[0] * widths[1], widths[widths.len() - 2]);
        match self {
            Self::Notebook => all + (2 * all - first - last),
            Self::Full | Self::Field => all + 2 * (all - last) + (3 * all - first - 2 * last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_network_costs_what_its_formulas_count() {
        // 2-3-1, line by line: H 6 + 3; ∂ℓ/∂w 3, ∂ℓ/∂W₁ 6; ∇H 6; ż 6; ∂ℓ/∂W₁ from values and from tangents 12.
        assert_eq!(forward(&[2, 3, 1]), 9);
        assert_eq!(Objective::Notebook.multiply_adds(&[2, 3, 1]), 9 + 3 + 6);
        assert_eq!(
            Objective::Full.multiply_adds(&[2, 3, 1]),
            9 + 6 + 6 + 3 + 12
        );
        // 2-3-4-1 has 12 more between: H once; back once and ∂ℓ/∂W₂ once; u back, ż, q back, ∂ℓ/∂W₂ twice.
        assert_eq!(
            Objective::Notebook.multiply_adds(&[2, 3, 4, 1]),
            (6 + 12 + 4) + 4 + (12 + 12) + 6
        );
        assert_eq!(
            Objective::Full.multiply_adds(&[2, 3, 4, 1]),
            (6 + 12 + 4) + (12 + 6) + (6 + 12) + 4 + (12 + 24) + 12
        );
    }
}
