//! The units in which a data set is about one, for any number of degrees of freedom.
//!
//! ```text
//! qᵢ = xᵢ + aᵢ Qᵢ,   pᵢ = yᵢ + bᵢ Pᵢ,   t = τ T,   H = (ab/τ) K,   aᵢ bᵢ = ab for every i
//! dQᵢ/dT = (τ/aᵢ) dqᵢ/dt = ∂K/∂Pᵢ,      dPᵢ/dT = (τ/bᵢ) dpᵢ/dt = -∂K/∂Qᵢ
//! ```
//!
//! Hamilton's equations stay themselves (Goldstein, Poole and Safko, *Classical Mechanics*, 9.1: a scale transformation), see
//! [`scaling`](super::scaling): each degree of freedom has units of its own, but all share one ab/τ.

use ndarray::{Array1, ArrayView1, ArrayView2, Axis};

use super::dataset::check_one_oscillator;
use super::{Dataset, Oscillator, Points};
use crate::error::check_positive;
use crate::{Error, Result};

/// Canonical units, one a column, and one of time.
///
/// [`Units::fit`] takes powers of two, in which scaling is exact in floating point and data of the unit disc are left as they
/// are; [`Units::of`] takes any.
#[derive(Clone, Debug, PartialEq)]
pub struct Units {
    origin: Array1<f64>,
    unit: Array1<f64>,
    time: f64,
}

/// The largest exponent of a unit: the product of two and of a rate is still far from overflow.
const FARTHEST: i32 = 240;

impl Units {
    /// The units that leave points of so many columns as they are.
    pub fn one(columns: usize) -> Self {
        Self {
            origin: Array1::zeros(columns),
            unit: Array1::ones(columns),
            time: 1.0,
        }
    }

    /// The smallest powers of two in which no coordinate of these data is above 1 and no component of their field.
    ///
    /// Where that would give the degrees of freedom unlike products aᵢ bᵢ, the smaller ones grow to the largest. The origin
    /// moves only where it lies outside of a column's range, to the middle of that range.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check`], and [`Error::Setting`] if the field is zero everywhere or a magnitude is beyond 2²⁴⁰ or
    /// below 2⁻²⁴⁰.
    pub fn fit(data: &Dataset) -> Result<Self> {
        data.check()?;
        let (mut origin, mut powers) = (Vec::new(), Vec::new());
        for column in data.points.columns() {
            let (low, high) = range(column);
            let centre = match low <= 0.0 && 0.0 <= high {
                true => 0.0,
                false => low / 2.0 + high / 2.0,
            };
            let largest = (high - centre).max(centre - low);
            let largest = if largest == 0.0 {
                centre.abs()
            } else {
                largest
            };
            origin.push(centre);
            powers.push(power("points", largest)?.unwrap_or(0));
        }
        let half = powers.len() / 2;
        let most = (0..half).map(|i| powers[i] + powers[half + i]).max();
        for i in 0..half {
            let missing = most.unwrap_or(0) - powers[i] - powers[half + i];
            powers[i] += (missing + 1) / 2;
            powers[half + i] += missing / 2;
        }
        let mut rate = None;
        for (column, unit) in data.field.columns().into_iter().zip(&powers) {
            let (low, high) = range(column);
            rate = rate.max(power("field", high.max(-low))?.map(|power| power - unit));
        }
        let rate = rate.ok_or_else(|| {
            let why = "at every point: nothing moves, so there is nothing to learn";
            Error::setting("field", 0, why)
        })?;
        Self::new(
            origin,
            powers.iter().map(|&n| libm::ldexp(1.0, n)).collect(),
            libm::ldexp(1.0, -rate),
        )
    }

    /// Units of one degree of freedom, a of position and b of momentum, and τ of time; the origin stays.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if one of them, or the unit of energy ab/τ, is not a positive number.
    pub fn of(position: f64, momentum: f64, time: f64) -> Result<Self> {
        check_positive("position", position)?;
        check_positive("momentum", momentum)?;
        let units = Self::new(vec![0.0; 2], vec![position, momentum], time)?;
        check_positive("energy", units.energy())?;
        Ok(units)
    }

    /// The units in which the largest |q|, the largest |p| and the largest |component of the field| of these data of one
    /// degree of freedom are 1.
    ///
    /// Whole orbits of an oscillator, whatever its mass, stiffness and amplitude, become the unit oscillator's
    /// K = (Q² + P²)/2 in the unit disc.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check`] and [`Units::of`]: a coordinate or a field that is zero everywhere has no unit.
    pub fn largest(data: &Dataset) -> Result<Self> {
        data.check()?;
        check_one_oscillator(&data.points)?;
        let largest = |array: &Points| {
            let ends = [0, 1].map(|index| range(array.column(index)));
            ends.map(|(low, high)| high.max(-low))
        };
        let [position, momentum] = largest(&data.points);
        Self::of(position, momentum, 1.0)?;
        let [velocity, force] = largest(&data.field);
        let rate = f64::max(velocity / position, force / momentum);
        Self::of(position, momentum, 1.0 / rate)
    }

    /// The units that make this oscillator at this amplitude the unit oscillator at amplitude 1: a = A, b = A √(mk),
    /// τ = √(m/k), so ab/τ = k A².
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if mass, stiffness, amplitude or a unit is not a positive number.
    pub fn of_oscillator(oscillator: &Oscillator, amplitude: f64) -> Result<Self> {
        oscillator.check()?;
        check_positive("amplitude", amplitude)?;
        let impedance = (oscillator.mass * oscillator.stiffness).sqrt();
        let period = (oscillator.mass / oscillator.stiffness).sqrt();
        Self::of(amplitude, amplitude * impedance, period)
    }

    /// These origins and units of the columns, and this unit of time.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if a unit is not a positive number, an origin is not finite, there are not two columns a degree
    /// of freedom or their products differ.
    pub(crate) fn new(origin: Vec<f64>, unit: Vec<f64>, time: f64) -> Result<Self> {
        check_positive("time", time)?;
        for &unit in &unit {
            check_positive("unit", unit)?;
        }
        if origin.len() != unit.len() || unit.is_empty() || unit.len() % 2 == 1 {
            let why = "must be two a degree of freedom, and an origin each";
            return Err(Error::setting("units", unit.len(), why));
        }
        if let Some(&x) = origin.iter().find(|x| !x.is_finite()) {
            return Err(Error::setting("origin", x, "must be a finite number"));
        }
        let half = unit.len() / 2;
        if (0..half).any(|i| unit[i] * unit[half + i] != unit[0] * unit[half]) {
            let why = "have not one product for every degree of freedom";
            return Err(Error::setting("units", format!("{unit:?}"), why));
        }
        let (origin, unit) = (origin.into(), unit.into());
        Ok(Self { origin, unit, time })
    }

    /// How many columns there are: 2n.
    pub fn columns(&self) -> usize {
        self.unit.len()
    }

    /// xᵢ, then yᵢ: where the new origin lies.
    pub fn origin(&self) -> ArrayView1<'_, f64> {
        self.origin.view()
    }

    /// aᵢ, then bᵢ.
    pub fn unit(&self) -> ArrayView1<'_, f64> {
        self.unit.view()
    }

    /// τ.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// ab/τ, the old energy of the new energy 1.
    pub fn energy(&self) -> f64 {
        self.unit[0] * self.unit[self.columns() / 2] / self.time
    }

    /// (Q, P) of these (q, p), one a row.
    pub fn scale_points(&self, points: ArrayView2<f64>) -> Points {
        (&points - &self.origin) * (1.0 / &self.unit)
    }

    /// (q, p) of these (Q, P), one a row.
    pub fn unscale_points(&self, points: ArrayView2<f64>) -> Points {
        &points * &self.unit + &self.origin
    }

    /// (dQ/dT, dP/dT) of these (dq/dt, dp/dt), one a row.
    pub fn scale_field(&self, field: ArrayView2<f64>) -> Points {
        &field * (self.time / &self.unit)
    }

    /// (dq/dt, dp/dt) of these (dQ/dT, dP/dT), one a row.
    pub fn unscale_field(&self, field: ArrayView2<f64>) -> Points {
        &field * (&self.unit / self.time)
    }

    /// These data in the new units, K = (τ/ab) H for their energies.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the data have another number of columns, and as [`Dataset::check`], of the result.
    pub fn scale(&self, data: &Dataset) -> Result<Dataset> {
        self.check(data.points.view())?;
        let points = self.scale_points(data.points.view());
        let energy = data.energy.as_ref().map(|energy| energy / self.energy());
        Dataset::new(points, self.scale_field(data.field.view()), energy)
    }

    /// The oscillator that this oscillator is in units of one degree of freedom:
    ///
    /// ```text
    /// K = (τ/ab) (b²P²/2m + k a²Q²/2) = P²/2M + κ Q²/2,   M = a m/(b τ),   κ = a τ k/b
    /// ```
    pub fn scale_oscillator(&self, oscillator: &Oscillator) -> Oscillator {
        let (position, momentum) = (self.unit[0], self.unit[1]);
        Oscillator {
            mass: position / (momentum * self.time) * oscillator.mass,
            stiffness: position * self.time / momentum * oscillator.stiffness,
        }
    }

    /// Checks that points have as many columns.
    pub(crate) fn check(&self, points: ArrayView2<f64>) -> Result<()> {
        if points.ncols() == self.columns() {
            return Ok(());
        }
        let why = format!("where the model was fitted to {}", self.columns());
        let columns = points.len_of(Axis(1));
        Err(Error::setting("columns of the points", columns, why))
    }
}

/// The smallest and the largest of these numbers.
pub(crate) fn range(column: ArrayView1<f64>) -> (f64, f64) {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let wider = |(low, high): (f64, f64), &x: &f64| (low.min(x), high.max(x));
    column.iter().fold(ends, wider)
}

/// n of the smallest power 2ⁿ that is no smaller than this magnitude; none of zero.
fn power(array: &'static str, magnitude: f64) -> Result<Option<i32>> {
    if magnitude == 0.0 {
        return Ok(None);
    }
    let (mantissa, exponent) = libm::frexp(magnitude);
    let power = if mantissa == 0.5 {
        exponent - 1
    } else {
        exponent
    };
    if !magnitude.is_finite() || power.abs() > FARTHEST {
        let why = "is too large or too small to be scaled: choose other units for the data";
        return Err(Error::setting(array, format!("{magnitude:e}"), why));
    }
    Ok(Some(power))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::phase_space::{Oscillator, disc};
    use crate::random::Gaussian;

    #[test]
    fn the_unit_disc_is_left_as_it_is_to_the_last_bit() {
        for seed in 0..20 {
            let mut random = Gaussian::from_seed(seed);
            let data = disc(&Oscillator::UNIT, 1.0, 256, &mut random).unwrap();
            let units = Units::fit(&data).unwrap();
            assert_eq!(units, Units::one(2));
            assert_eq!(units.scale(&data).unwrap(), data);
        }
    }

    #[test]
    fn every_degree_of_freedom_shares_one_unit_of_energy() {
        let points = array![[100.0, -0.3, 2.0, 5e-4], [-70.0, 0.1, -1.0, -1e-4]];
        let field = array![[1.0, 2.0, 30.0, 4.0], [0.0, 0.0, 0.0, 0.0]];
        let data = Dataset::new(points, field, None).unwrap();
        let units = Units::fit(&data).unwrap();
        assert_eq!(units.unit[0] * units.unit[2], units.unit[1] * units.unit[3]);
        let scaled = units.scale(&data).unwrap();
        let largest = |array: &Points| array.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        assert!(largest(&scaled.points) <= 1.0 && largest(&scaled.points) > 0.5);
        assert!(largest(&scaled.field) <= 1.0 && largest(&scaled.field) > 0.5);
        assert_eq!(units.unscale_points(scaled.points.view()), data.points);
        assert_eq!(units.unscale_field(scaled.field.view()), data.field);
    }

    #[test]
    fn an_origin_moves_only_where_the_data_do_not_reach_it() {
        let points = array![[1000.0, -1.0], [1001.0, 2.0]];
        let data = Dataset::new(points, array![[1.0, 0.5], [0.5, 1.0]], None).unwrap();
        let units = Units::fit(&data).unwrap();
        assert_eq!(units.origin.to_vec(), [1000.5, 0.0]);
        assert_eq!(units.unit.to_vec(), [0.5, 2.0]);
    }

    #[test]
    fn data_that_do_not_move_or_are_out_of_all_measure_are_refused() {
        let said = |points: Points, field: Points| {
            let data = Dataset::new(points, field, None).unwrap();
            Units::fit(&data).unwrap_err().to_string()
        };
        assert_eq!(
            said(array![[1.0, 0.0]], array![[0.0, 0.0]]),
            "field = 0 at every point: nothing moves, so there is nothing to learn"
        );
        assert_eq!(
            said(
                array![[1e300, 0.0], [-1.0, 0.0]],
                array![[1.0, 0.0], [1.0, 0.0]]
            ),
            "points = 1e300 is too large or too small to be scaled: choose other units for the data"
        );
    }
}
