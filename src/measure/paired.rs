//! Two settings, seed by seed.

use std::fmt;

use super::Spread;
use crate::evidence::brief;

/// The errors of one setting over those of another, a ratio a seed. Runs of one seed share their points, initial weights
/// and batches, so what a seed does to both cancels, which two [`Spread`]s side by side cannot show.
///
/// How many ratios are above 1 is the statistic of the sign test (Dixon and Mood 1946, "The statistical sign test"). Prints
/// the median and the range, `1.004 (0.985 to 1.021)`: what is near 1 is told from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The spread of the ratios.
    pub ratio: Spread,
    /// How many of them are above 1.
    pub above: usize,
    /// How many there are.
    pub seeds: usize,
}

impl Paired {
    /// Each of these errors over the other of the same seed.
    ///
    /// # Panics
    ///
    /// If there are none, or not as many of both.
    pub fn of(errors: &[f64], others: &[f64]) -> Self {
        assert_eq!(errors.len(), others.len(), "a pair a seed");
        let pairs = errors.iter().zip(others);
        let ratios: Vec<f64> = pairs.map(|(error, other)| error / other).collect();
        Self {
            above: ratios.iter().filter(|&&ratio| ratio > 1.0).count(),
            ratio: Spread::of(ratios),
            seeds: errors.len(),
        }
    }
}

impl fmt::Display for Paired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratios = [self.ratio.median, self.ratio.smallest, self.ratio.largest];
        let [median, smallest, largest] = ratios.map(|ratio| match ratio {
            0.1..10.0 => format!("{ratio:.3}"),
            _ => brief(ratio),
        });
        write!(f, "{median} ({smallest} to {largest})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_that_is_hard_for_both_makes_no_difference() {
        // The ranges overlap, and yet the one is a tenth worse with every seed.
        let (errors, others) = ([1.1, 11.0, 110.0], [1.0, 10.0, 100.0]);
        let paired = Paired::of(&errors, &others);
        assert_eq!(paired.to_string(), "1.100 (1.100 to 1.100)");
        assert_eq!((paired.above, paired.seeds), (3, 3));
        let wide = Paired::of(&[2.0, 1.0], &[1.0, 50.0]);
        assert_eq!(wide.to_string(), "1.010 (0.020 to 2.000)");
        assert_eq!(wide.above, 1);
    }
}
