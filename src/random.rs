//! Random numbers with a documented stream, so that a seed means the same run everywhere.
//!
//! Bits come from ChaCha8 (`rand_chacha`), whose stream is specified. Normal variates come from Box and Muller's
//! transform (1958) over the `libm` crate,
//!
//! ```text
//! x = √(-2 ln u) cos 2πv,    u uniform in (0, 1], v uniform in [0, 1)
//! ```
//!
//! and not from `rand_distr`, whose ziggurat calls the platform's `exp` and `ln` for its rare tail values.

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Where a run's randomness comes from: its initial weights first, then one shuffle an epoch.
pub trait RandomSource {
    /// A variate of mean 0 and variance 1.
    fn standard(&mut self) -> f64;
    /// A uniform variate in [low, high).
    fn uniform(&mut self, low: f64, high: f64) -> f64;
    /// Puts the indices in a random order.
    fn shuffle(&mut self, indices: &mut [usize]);
}

impl<R: RandomSource + ?Sized> RandomSource for &mut R {
    fn standard(&mut self) -> f64 {
        (**self).standard()
    }
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        (**self).uniform(low, high)
    }
    fn shuffle(&mut self, indices: &mut [usize]) {
        (**self).shuffle(indices);
    }
}

/// The library's own source: ChaCha8 bits, Gaussian standard variates.
#[derive(Clone, Debug)]
pub struct Gaussian {
    bits: ChaCha8Rng,
}

impl Gaussian {
    /// The stream of this seed.
    pub fn from_seed(seed: u64) -> Self {
        Self {
            bits: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// Uniform in [0, 1): the upper 53 bits of an output, as an integer, times 2⁻⁵³.
    fn unit(&mut self) -> f64 {
        (self.bits.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}

impl RandomSource for Gaussian {
    fn standard(&mut self) -> f64 {
        let u = 1.0 - self.unit();
        let v = self.unit();
        libm::sqrt(-2.0 * libm::log(u)) * libm::cos(std::f64::consts::TAU * v)
    }

    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn shuffle(&mut self, indices: &mut [usize]) {
        indices.shuffle(&mut self.bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_variates_have_mean_zero_variance_one_and_normal_tails() {
        const COUNT: usize = 100_000;
        let mut source = Gaussian::from_seed(0);
        let sample: Vec<f64> = (0..COUNT).map(|_| source.standard()).collect();
        let mean = sample.iter().sum::<f64>() / COUNT as f64;
        let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / COUNT as f64;
        let beyond_two = sample.iter().filter(|x| x.abs() > 2.0).count() as f64 / COUNT as f64;
        // Four standard errors of each statistic at this sample size.
        assert!(mean.abs() < 0.013, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.018, "variance {variance}");
        assert!(
            (beyond_two - 0.0455).abs() < 0.0027,
            "P(|x| > 2) = {beyond_two}"
        );
    }

    #[test]
    fn a_seed_is_a_stream() {
        let draw = |seed| {
            let mut source = Gaussian::from_seed(seed);
            let mut indices: Vec<usize> = (0..20).collect();
            let x = source.standard();
            source.shuffle(&mut indices);
            (x.to_bits(), indices)
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
