//! A number over several seeds.

use std::fmt;

use crate::evidence::brief;

/// The smallest, the middle and the largest of a number over several runs.
///
/// Prints the median and, in brackets, from where to where: `0.0034 (0.0031 to 0.0040)`; to as many decimals as it is asked for,
/// as in `{:.3}`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The smallest.
    pub smallest: f64,
    /// The median: the middle one, or the mean of the middle two.
    pub median: f64,
    /// The largest.
    pub largest: f64,
}

impl Spread {
    /// The spread of these numbers.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = numbers.into_iter().collect();
        assert!(!sorted.is_empty(), "a spread of no numbers");
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            (sorted[middle - 1] + sorted[middle]) / 2.0
        };
        Self {
            smallest: sorted[0],
            median,
            largest: sorted[sorted.len() - 1],
        }
    }

    /// Whether some value of the one range lies in the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.smallest <= other.largest && other.smallest <= self.largest
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = [self.median, self.smallest, self.largest];
        let [median, smallest, largest] = numbers.map(|number| match f.precision() {
            Some(decimals) => format!("{number:.decimals$}"),
            None => brief(number),
        });
        write!(f, "{median} ({smallest} to {largest})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_prints_its_median_and_its_ends() {
        let spread = Spread::of([0.004, 0.0031, 0.00341]);
        assert_eq!(spread.to_string(), "0.0034 (0.0031 to 0.0040)");
        assert_eq!(format!("{spread:.3}"), "0.003 (0.003 to 0.004)");
        assert_eq!(Spread::of([1.0, 2.0]).median, 1.5);
    }

    #[test]
    fn spreads_overlap_where_they_share_a_value() {
        let [low, middle, high] = [[1.0, 2.0], [2.0, 4.0], [3.0, 5.0]].map(Spread::of);
        assert!(low.overlaps(&middle) && middle.overlaps(&low) && middle.overlaps(&high));
        assert!(!low.overlaps(&high) && !high.overlaps(&low));
    }
}
