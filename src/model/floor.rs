//! No subnormal number in a long run: a number too small to matter is zero, by rule.
//!
//! A positive number below 2⁻¹⁰²² is *subnormal*: it has fewer digits, and some processors take ten times as long over a loop
//! with such numbers in it. A run comes to them by decay: of a unit that has gone silent, means of gradients shrink by a
//! constant factor a step, and so do weights under a penalty. So what a run keeps from one step to the next is zero below a
//! floor, which leaves room for what the next step makes of it:
//!
//! ```text
//! g, m, velocity   zero below 2⁻⁹⁶⁰   β m, (1-β) g ≥ 2⁻¹⁰¹³ as 1-β ≥ 2⁻⁵³; η m ≥ 2⁻¹⁰²⁰ for η, β ≥ 2⁻⁶⁰
//! g²               zero below 2⁻⁹⁰⁰   (1-β) g² ≥ 2⁻⁹⁵³
//! v, a mean of g²  zero below 2⁻⁹⁰⁰   β v ≥ 2⁻⁹⁶⁰
//! θ                zero below 2⁻⁹⁰⁰   λ θ ≥ 2⁻⁹⁶⁰ for λ ≥ 2⁻⁶⁰, so that a penalty brings θ down to its floor; θ x ≥ 2⁻¹⁰²⁰ for
//!                                     inputs and neighbours x ≥ 2⁻¹²⁰
//! ```
//!
//! A sum or difference needs no room: it is zero or at least the last digit of its smaller term, and tiny terms meet the floor
//! together. The floors are this low because a weight of 2⁻²⁰⁰ does matter: Adam divides by ε = 10⁻⁸ where gradients vanish, and
//! so multiplies what is left of a unit by up to 10⁵ a step when the unit finds something to do again. From 2⁻⁹⁰⁰ that would
//! take it fifty steps. What a unit loses below is its way back from zero.
//!
//! Where numbers meet in products, L-BFGS's dot products and the tails of two layers, half the digits of the exponent must do:
//!
//! ```text
//! points and gradients of L-BFGS              zero below 2⁻⁴⁵⁰   differences s, y ≥ 2⁻⁵⁰³; s·y, y·y ≥ 2⁻¹⁰⁰⁶
//! σ, σ', σ'' of SiLU, softplus and GELU       zero below 2⁻⁴⁵⁰   a product of two ≥ 2⁻⁹⁰⁰
//! ```
//!
//! What is left is passing. Two weights that fade together have products of 2⁻¹⁰²² to 2⁻¹⁰⁷⁴ for some hundred steps. GELU's own
//! arithmetic meets such numbers at |x| from 37 to 39, and that of SiLU and softplus near 708, where no unit of a healthy run is.
//! β₁ᵗ, one number a step, is subnormal for 350 steps. Early stopping only compares; a rollout keeps its energy, and would have
//! to lose a factor of 2¹⁰⁰⁰ of its state.
//!
//! The rule is arithmetic and no flag of a processor, so every machine, a browser's included, has the same bits.

/// Of parameters, of squared gradients and of means of those: 2⁻⁹⁰⁰.
pub(crate) const PARAMETER: f64 = HALF * HALF;
/// Of gradients and of means of them: 2⁻⁹⁶⁰.
pub(crate) const GRADIENT: f64 = f64::from_bits((1023 - 960) << 52);
/// Of what is multiplied with its like: 2⁻⁴⁵⁰.
pub(crate) const HALF: f64 = f64::from_bits((1023 - 450) << 52);

/// x, or 0 if it is smaller than the floor. NaN stays.
#[inline(always)]
pub(crate) fn above(floor: f64, x: f64) -> f64 {
    if x.abs() < floor { 0.0 } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_the_floor_is_zero_and_nothing_else_changes() {
        assert_eq!(HALF, libm::exp2(-450.0));
        assert_eq!(
            (PARAMETER, GRADIENT),
            (libm::exp2(-900.0), libm::exp2(-960.0))
        );
        for x in [1.0, -1.0] {
            assert_eq!(above(HALF, x * HALF), x * HALF);
            assert_eq!(above(HALF, x * HALF.next_down()), 0.0);
        }
        assert!(above(HALF, f64::NAN).is_nan());
    }
}
