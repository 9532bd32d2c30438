//! Learning-rate schedules.

/// Half a cosine from `initial` at epoch 0 towards 0 at `horizon` (Loshchilov and Hutter 2017, without restarts):
///
/// ```text
/// η(e) = η₀ (1 + cos(π e / E)) / 2
/// ```
///
/// `epoch` is e and `horizon` is E > 0, both counted in epochs.
pub fn half_cosine(initial: f64, epoch: usize, horizon: usize) -> f64 {
    let phase = epoch as f64 * std::f64::consts::PI / horizon as f64;
    initial * (1.0 + libm::cos(phase)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_cosine_starts_at_the_rate_halves_midway_and_ends_at_zero() {
        assert_eq!(half_cosine(1e-3, 0, 2000), 1e-3);
        assert!((half_cosine(1e-3, 1000, 2000) - 5e-4).abs() < 1e-18);
        assert!(half_cosine(1e-3, 2000, 2000).abs() < 1e-18);
    }
}
