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
//! and for no other, up to a constant. [`Units`](super::Units) carry points, field and energy together. With more degrees of
//! freedom each may have an a and a b of its own, but all lines must share one factor τ/ab, or there is no K.
//!
//! With one degree of freedom every affine map of q and of p keeps *some* energy, K = H/ab + constant, provided the
//! field takes the chain rule. What min-max normalisation of points alone gets wrong is therefore the labels.

use ndarray::Array1;

use super::Points;
use super::dataset::{check_finite, shape};
use super::units::range;
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

/// The scaling of each column of points by itself to [-1, 1], time unchanged:
///
/// ```text
/// X = (x - x₀) / s - 1,   dX/dt = (dx/dt) / s,   x₀ = min x,   s = (max x - min x)/2
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    origin: Array1<f64>,
    unit: Array1<f64>,
}

impl Affine {
    /// The scaling of these points.
    ///
    /// # Errors
    ///
    /// [`Error::ZeroRange`] if a column's values are all equal; [`Error::Setting`] if there is no point or a range
    /// overflows; [`Error::NotFinite`] for a value that is not a finite number.
    pub fn min_max(points: &Points) -> Result<Self> {
        if points.is_empty() {
            let why = "is empty: at least one point is needed";
            return Err(Error::setting("points", shape(points), why));
        }
        check_finite("points", points)?;
        let mut scaling = Self {
            origin: Array1::zeros(points.ncols()),
            unit: Array1::zeros(points.ncols()),
        };
        for (index, column) in points.columns().into_iter().enumerate() {
            let (min, max) = range(column);
            if min == max {
                return Err(Error::ZeroRange {
                    points: column.len(),
                    value: min,
                });
            }
            check_positive("range", max - min)?;
            let unit = (max - min) / 2.0;
            check_positive("unit", unit)?;
            (scaling.origin[index], scaling.unit[index]) = (min, unit);
        }
        Ok(scaling)
    }

    /// X of these x.
    ///
    /// # Panics
    ///
    /// If there is another number of columns than it was fitted to.
    pub fn scale_points(&self, points: &Points) -> Points {
        self.check_columns(points);
        (points - &self.origin) / &self.unit - 1.0
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

    /// Without it a single column would be broadcast to all.
    fn check_columns(&self, array: &Points) {
        let (columns, fitted) = (array.ncols(), self.unit.len());
        assert_eq!(
            columns, fitted,
            "the scaling was fitted to {fitted} columns"
        );
    }
}
