//! The same data in other units, and what Hamilton's equations ask of the units.
//!
//! **A scaling moves points, so it must move velocities too.** With x = x₀ + s X the chain rule says
//!
//! ```text
//! dX/dt = (dx/dt) / s
//! ```
//!
//! A data set whose points are scaled and whose field is not describes no motion: [`Affine`] carries both.
//!
//! **It must move the energy too, or Hamilton's equations fail.** Let
//!
//! ```text
//! q = a Q,   p = b P,   t = τ T
//! ```
//!
//! Then, using dq/dt = ∂H/∂p and ∂/∂p = (1/b) ∂/∂P,
//!
//! ```text
//! dQ/dT =  (τ/a) dq/dt =  (τ/a) ∂H/∂p =  (τ/ab) ∂H/∂P
//! dP/dT =  (τ/b) dp/dt = -(τ/b) ∂H/∂q = -(τ/ab) ∂H/∂Q
//! ```
//!
//! These are Hamilton's equations again, for the energy
//!
//! ```text
//! K(Q, P) = (τ/ab) H(aQ, bP),   that is,   H = (ab/τ) K
//! ```
//!
//! and for no other, up to a constant. [`Canonical`] carries points, field and energy together (Goldstein, Poole and
//! Safko, *Classical Mechanics*, 9.1: a scale transformation). With k degrees of freedom the same a and b serve all of
//! them: the two lines must share one factor τ/ab, or there is no K.
//!
//! With one degree of freedom every affine map of q and of p keeps *some* energy, K = H/ab + constant, provided the
//! field takes the chain rule. What min-max normalisation of points alone gets wrong is therefore the labels.

use ndarray::{Array1, ArrayView1, Axis};

use super::Oscillator;
use super::dataset::{check_finite, shape};
use super::{Dataset, Points};
use crate::error::check_positive;
use crate::{Error, Result};

/// Min-max normalisation to [-1, 1], each column by its own range:
///
/// ```text
/// x ↦ 2 (x - min x) / (max x - min x) - 1
/// ```
///
/// # Errors
///
/// As [`Affine::min_max`].
pub fn min_max_normalize(points: Points) -> Result<Points> {
    Ok(Affine::min_max(&points)?.scale_points(&points))
}

/// A scaling of each column by itself, x = x₀ + s (X + X₀), time unchanged:
///
/// ```text
/// X = (x - x₀) / s - X₀,   dX/dt = (dx/dt) / s
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    origin: Array1<f64>,
    unit: Array1<f64>,
    shift: f64,
}

impl Affine {
    /// The scaling that takes each column of these points to [-1, 1]: x₀ = min, s = (max - min)/2, X₀ = 1.
    ///
    /// # Errors
    ///
    /// [`Error::ZeroRange`] if a column's values are all equal; [`Error::Setting`] if there is no point or a range
    /// overflows; [`Error::NotFinite`] for a value that is not a finite number.
    pub fn min_max(points: &Points) -> Result<Self> {
        Self::fit(points, 1.0, |_, min, max| (min, (max - min) / 2.0))
    }

    /// The scaling that takes each column of these points to mean 0 and variance 1 (over n, not n - 1): x₀ = mean,
    /// s = standard deviation, X₀ = 0.
    ///
    /// # Errors
    ///
    /// As [`Affine::min_max`].
    pub fn standard(points: &Points) -> Result<Self> {
        Self::fit(points, 0.0, |column, min, max| {
            let count = column.len() as f64;
            // Measured from the minimum in units of the range, so that no square overflows or vanishes.
            let range = max - min;
            let mean = column.iter().map(|x| (x - min) / range).sum::<f64>() / count;
            let square = |x: &f64| {
                let deviation = (x - min) / range - mean;
                deviation * deviation
            };
            let variance = column.iter().map(square).sum::<f64>() / count;
            (min + range * mean, range * variance.sqrt())
        })
    }

    fn fit(
        points: &Points,
        shift: f64,
        mut origin_and_unit: impl FnMut(ArrayView1<f64>, f64, f64) -> (f64, f64),
    ) -> Result<Self> {
        if points.is_empty() {
            let why = "is empty: at least one point is needed";
            return Err(Error::setting("points", shape(points), why));
        }
        check_finite("points", points)?;
        let mut scaling = Self {
            origin: Array1::zeros(points.ncols()),
            unit: Array1::zeros(points.ncols()),
            shift,
        };
        for (index, column) in points.axis_iter(Axis(1)).enumerate() {
            let min = column.iter().copied().fold(f64::INFINITY, f64::min);
            let max = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if min == max {
                return Err(Error::ZeroRange {
                    points: column.len(),
                    value: min,
                });
            }
            check_positive("range", max - min)?;
            let (origin, unit) = origin_and_unit(column, min, max);
            check_positive("unit", unit)?;
            (scaling.origin[index], scaling.unit[index]) = (origin, unit);
        }
        Ok(scaling)
    }

    /// x₀, one a column.
    pub fn origin(&self) -> ArrayView1<'_, f64> {
        self.origin.view()
    }

    /// s, one a column.
    pub fn unit(&self) -> ArrayView1<'_, f64> {
        self.unit.view()
    }

    /// X of these x.
    ///
    /// # Panics
    ///
    /// If there is another number of columns than it was fitted to.
    pub fn scale_points(&self, points: &Points) -> Points {
        self.check_columns(points);
        (points - &self.origin) / &self.unit - self.shift
    }

    /// x of these X.
    ///
    /// # Panics
    ///
    /// If there is another number of columns than it was fitted to.
    pub fn unscale_points(&self, points: &Points) -> Points {
        self.check_columns(points);
        (points + self.shift) * &self.unit + &self.origin
    }

    /// dX/dt of these dx/dt.
    ///
    /// # Panics
    ///
    /// If there is another number of columns than it was fitted to.
    pub fn scale_field(&self, field: &Points) -> Points {
        self.check_columns(field);
        field / &self.unit
    }

    /// dx/dt of these dX/dt.
    ///
    /// # Panics
    ///
    /// If there is another number of columns than it was fitted to.
    pub fn unscale_field(&self, field: &Points) -> Points {
        self.check_columns(field);
        field * &self.unit
    }

    /// Without it a single column would be broadcast to all.
    fn check_columns(&self, array: &Points) {
        let (columns, fitted) = (array.ncols(), self.unit.len());
        assert_eq!(
            columns, fitted,
            "the scaling was fitted to {fitted} columns"
        );
    }
}

/// The canonical scaling q = a Q, p = b P, t = τ T with H = (ab/τ) K, under which Hamilton's equations stay themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canonical {
    position: f64,
    momentum: f64,
    time: f64,
}

impl Canonical {
    /// The scaling of these units: a of position, b of momentum, τ of time.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if one of them, or the unit of energy ab/τ, is not a positive number.
    pub fn new(position: f64, momentum: f64, time: f64) -> Result<Self> {
        check_positive("position", position)?;
        check_positive("momentum", momentum)?;
        check_positive("time", time)?;
        let scaling = Self {
            position,
            momentum,
            time,
        };
        check_positive("energy", scaling.energy_unit())?;
        Ok(scaling)
    }

    /// The units in which this data set's largest |q|, largest |p| and largest |component of the field| are 1.
    ///
    /// Whole orbits of an oscillator, whatever its mass, stiffness and amplitude, become the unit oscillator's
    /// K = (Q² + P²)/2 in the unit disc.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check`] and [`Canonical::new`]: a coordinate or a field that is zero everywhere has no unit.
    pub fn fit(data: &Dataset) -> Result<Self> {
        data.check()?;
        let largest = |array: &Points| {
            let half = array.ncols() / 2;
            let (q, p) = array.view().split_at(Axis(1), half);
            [q, p].map(|part| part.iter().fold(0.0, |most: f64, x| most.max(x.abs())))
        };
        let [position, momentum] = largest(&data.points);
        Self::new(position, momentum, 1.0)?;
        let [velocity, force] = largest(&data.field);
        let rate = f64::max(velocity / position, force / momentum);
        Self::new(position, momentum, 1.0 / rate)
    }

    /// The units that make this oscillator at this amplitude the unit oscillator at amplitude 1: a = A, b = A √(mk),
    /// τ = √(m/k), so ab/τ = k A².
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if mass, stiffness, amplitude or a unit is not a positive number.
    pub fn unit(oscillator: &Oscillator, amplitude: f64) -> Result<Self> {
        oscillator.check()?;
        check_positive("amplitude", amplitude)?;
        let impedance = (oscillator.mass * oscillator.stiffness).sqrt();
        let period = (oscillator.mass / oscillator.stiffness).sqrt();
        Self::new(amplitude, amplitude * impedance, period)
    }

    /// a, the old position of the new position 1.
    pub fn position_unit(&self) -> f64 {
        self.position
    }

    /// b, the old momentum of the new momentum 1.
    pub fn momentum_unit(&self) -> f64 {
        self.momentum
    }

    /// τ, the old time of the new time 1.
    pub fn time_unit(&self) -> f64 {
        self.time
    }

    // ANCHOR: canonical
    /// ab/τ, the old energy of the new energy 1.
    pub fn energy_unit(&self) -> f64 {
        self.position * self.momentum / self.time
    }

    /// (Q, P) of these (q, p).
    pub fn scale_points(&self, points: &Points) -> Points {
        self.by_half(points, 1.0 / self.position, 1.0 / self.momentum)
    }

    /// (q, p) of these (Q, P).
    pub fn unscale_points(&self, points: &Points) -> Points {
        self.by_half(points, self.position, self.momentum)
    }

    /// (dQ/dT, dP/dT) of these (dq/dt, dp/dt).
    pub fn scale_field(&self, field: &Points) -> Points {
        self.by_half(field, self.time / self.position, self.time / self.momentum)
    }
    // ANCHOR_END: canonical

    /// (dq/dt, dp/dt) of these (dQ/dT, dP/dT).
    pub fn unscale_field(&self, field: &Points) -> Points {
        self.by_half(field, self.position / self.time, self.momentum / self.time)
    }

    /// K of these H.
    pub fn scale_energy(&self, energy: &Array1<f64>) -> Array1<f64> {
        energy / self.energy_unit()
    }

    /// H of these K.
    pub fn unscale_energy(&self, energy: &Array1<f64>) -> Array1<f64> {
        energy * self.energy_unit()
    }

    /// The whole data set in the new units.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check`], of the result: a value can overflow.
    pub fn scale(&self, data: &Dataset) -> Result<Dataset> {
        Dataset::new(
            self.scale_points(&data.points),
            self.scale_field(&data.field),
            data.energy.as_ref().map(|energy| self.scale_energy(energy)),
        )
    }

    /// The oscillator that this oscillator is in the new units:
    ///
    /// ```text
    /// K = (τ/ab) (b²P²/2m + k a²Q²/2) = P²/2M + κ Q²/2,   M = a m/(b τ),   κ = a τ k/b
    /// ```
    pub fn scale_oscillator(&self, oscillator: &Oscillator) -> Oscillator {
        Oscillator {
            mass: self.position / (self.momentum * self.time) * oscillator.mass,
            stiffness: self.position * self.time / self.momentum * oscillator.stiffness,
        }
    }

    /// The first half of the columns times one factor, the second half times the other.
    fn by_half(&self, array: &Points, position: f64, momentum: f64) -> Points {
        let mut scaled = array.clone();
        let (mut q, mut p) = scaled.view_mut().split_at(Axis(1), array.ncols() / 2);
        q *= position;
        p *= momentum;
        scaled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn normalised_columns_span_minus_one_to_one() {
        let points = array![[0.0, 5.0], [1.0, 7.0], [4.0, 6.0]];
        let normalised = min_max_normalize(points).unwrap();
        assert_eq!(normalised, array![[-1.0, -1.0], [-0.5, 1.0], [1.0, 0.0]]);
    }

    #[test]
    fn a_constant_column_cannot_be_normalised() {
        let error = min_max_normalize(array![[0.0, 3.0], [1.0, 3.0]]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot normalise 2 values that all equal 3: their range is zero"
        );
    }
}
