//! Points of phase space with what is known at each: the field and, where the data give it, the energy.
//!
//! No real data set has H for a label, and the method needs none: it trains on the field.
//! [`Dataset::without_energy`] leaves it out.

use ndarray::{Array1, Axis};

use super::{Oscillator, Points};
use crate::error::check_some;
use crate::{Error, Result};

/// Points of phase space with what is known there, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// z = (q, p).
    pub points: Points,
    /// dz/dt at each point, (dq/dt, dp/dt).
    pub field: Points,
    /// H at each point, where the data give it.
    pub energy: Option<Array1<f64>>,
}

impl Dataset {
    /// A checked data set.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check`].
    pub fn new(points: Points, field: Points, energy: Option<Array1<f64>>) -> Result<Self> {
        let data = Self {
            points,
            field,
            energy,
        };
        data.check()?;
        Ok(data)
    }

    /// These points with the oscillator's own field and energy.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if mass or stiffness is not a positive number or the points are not one (q, p) a row, and as
    /// [`Dataset::check`].
    pub fn of(oscillator: &Oscillator, points: Points) -> Result<Self> {
        oscillator.check()?;
        check_one_oscillator(&points)?;
        let field = oscillator.fields(points.view());
        let energies = points.rows().into_iter();
        let energies = energies.map(|z| oscillator.energy([z[0], z[1]]));
        let energies: Array1<f64> = energies.collect();
        Self::new(points, field, Some(energies))
    }

    /// Checks that the shapes agree, that there is at least one point and that every value is finite.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] naming the array and its shape, or [`Error::NotFinite`] naming the array, row and column.
    pub fn check(&self) -> Result<()> {
        let expected = shape(&self.points);
        let (rows, columns) = self.points.dim();
        if rows == 0 {
            let why = "is empty: at least one point is needed";
            return Err(Error::setting("points", expected, why));
        }
        if columns == 0 || columns % 2 == 1 {
            let why = "must have an even number of columns, a q and a p for each degree of freedom";
            return Err(Error::setting("points", expected, why));
        }
        if self.field.dim() != self.points.dim() {
            let why = format!("must have the shape of the points, {expected}");
            return Err(Error::setting("field", shape(&self.field), why));
        }
        check_finite("points", &self.points)?;
        check_finite("field", &self.field)?;
        if let Some(energy) = &self.energy {
            if energy.len() != rows {
                let why = format!("values cannot label {rows} points: one a point is needed");
                return Err(Error::setting("energy", energy.len(), why));
            }
            check_finite("energy", &energy.view().insert_axis(Axis(1)).to_owned())?;
        }
        Ok(())
    }

    /// How many points there are.
    pub fn rows(&self) -> usize {
        self.points.nrows()
    }

    /// The same data without energies: all that a measurement of the motion gives.
    pub fn without_energy(self) -> Self {
        Self {
            energy: None,
            ..self
        }
    }

    /// The rows of these indices, in their order.
    ///
    /// # Panics
    ///
    /// If an index is not below [`Dataset::rows`].
    pub fn select(&self, indices: &[usize]) -> Self {
        let energy = self.energy.as_ref();
        Self {
            points: self.points.select(Axis(0), indices),
            field: self.field.select(Axis(0), indices),
            energy: energy.map(|energy| energy.select(Axis(0), indices)),
        }
    }
}

/// Checks that points are one (q, p) a row.
pub(crate) fn check_one_oscillator(points: &Points) -> Result<()> {
    if points.ncols() == 2 {
        return Ok(());
    }
    let why = "must have 2 columns, the q and p of one oscillator";
    Err(Error::setting("points", shape(points), why))
}

/// Rows×columns, for a sentence.
pub(super) fn shape(points: &Points) -> String {
    format!("{}×{}", points.nrows(), points.ncols())
}

pub(super) fn check_finite(array: &'static str, values: &Points) -> Result<()> {
    match values.indexed_iter().find(|(_, x)| !x.is_finite()) {
        Some(((row, column), &value)) => Err(Error::NotFinite {
            array,
            row,
            column,
            value,
        }),
        None => Ok(()),
    }
}

/// The largest data set: one that a computer still has room for.
const MOST_POINTS: usize = 10_000_000;

/// Checks that there are points to learn from, and not too many.
pub(crate) fn check_points(count: usize) -> Result<()> {
    check_some("points", count, "leave nothing to learn from")?;
    check_room("points", count)
}

/// Checks that so many points are not too many.
pub(crate) fn check_room(setting: &'static str, count: usize) -> Result<()> {
    if count <= MOST_POINTS {
        return Ok(());
    }
    let why = format!("is too many: {MOST_POINTS} are the most");
    Err(Error::setting(setting, count, why))
}
