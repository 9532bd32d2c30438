//! Energies that one circle of data cannot tell from the spring's.

use super::{Dataset, Oscillator, random_rings};
use crate::Result;
use crate::random::RandomSource;

/// The energy r²/2 + c (r² - 1)²/2 of the distance r from the origin: the unit oscillator's for c = 0, else a twin of it, with the
/// same energy and the same slopes wherever r = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Twin {
    /// c.
    pub c: f64,
}

impl Twin {
    /// H at this distance from the origin.
    pub fn energy(&self, r: f64) -> f64 {
        let beside = r * r - 1.0;
        r * r / 2.0 + self.c * beside * beside / 2.0
    }

    // ANCHOR: twin-slope
    /// dH/dr.
    pub fn slope(&self, r: f64) -> f64 {
        r + 2.0 * self.c * r * (r * r - 1.0)
    }
    // ANCHOR_END: twin-slope

    /// Field and energy at `count` points of each of these circles, at the phases of [`random_rings`].
    ///
    /// On the circle of radius 1 they are the unit oscillator's, bit for bit.
    ///
    /// # Errors
    ///
    /// As [`random_rings`].
    pub fn random_rings(
        &self,
        radii: &[f64],
        count: usize,
        random: &mut impl RandomSource,
    ) -> Result<Dataset> {
        let energies: Vec<f64> = radii.iter().map(|radius| radius * radius / 2.0).collect();
        let mut data = random_rings(&Oscillator::UNIT, &energies, count, random)?;
        let radii = radii
            .iter()
            .flat_map(|radius| std::iter::repeat_n(*radius, count));
        let energies = data.energy.iter_mut().flatten();
        for ((r, mut field), energy) in radii.zip(data.field.rows_mut()).zip(energies) {
            field *= self.slope(r) / r;
            *energy += self.energy(r) - r * r / 2.0;
        }
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Gaussian;

    #[test]
    fn the_slope_is_that_of_the_energy() {
        let (twin, d) = (Twin { c: 0.5 }, 1e-5);
        for r in [0.2, 0.7, 1.0, 1.3] {
            let slope = (twin.energy(r + d) - twin.energy(r - d)) / (2.0 * d);
            assert!((twin.slope(r) - slope).abs() < 1e-9, "at {r}");
            assert!((twin.slope(r) - r * r * r).abs() < 1e-15, "at {r}");
        }
    }

    #[test]
    fn on_the_unit_circle_all_twins_have_the_same_data_and_elsewhere_their_own() {
        let data = |c: f64, radius: f64| {
            let random = &mut Gaussian::from_seed(1);
            Twin { c }.random_rings(&[radius], 50, random).unwrap()
        };
        assert_eq!(data(0.5, 1.0), data(0.0, 1.0));
        let spring = random_rings(&Oscillator::UNIT, &[0.125], 50, &mut Gaussian::from_seed(1));
        assert_eq!(data(0.0, 0.5), spring.unwrap());
        let field = data(0.5, 0.5).field;
        let slopes = field.rows().into_iter().map(|row| row[0].hypot(row[1]));
        assert!(
            slopes
                .into_iter()
                .all(|slope| (slope - 0.125).abs() < 1e-12)
        );
    }
}
