//! What is trained on and what is held out.
//!
//! A split says nothing about generalisation by itself: points held out of one orbit lie on the same orbit, and points
//! held out at random lie between their neighbours in time. What matters is whether an *energy* was held out.

use super::Dataset;
use crate::{Error, Result};

/// The two parts of a data set. Neither is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The part to train on.
    pub training: Dataset,
    /// The part held out.
    pub validation: Dataset,
}

impl Dataset {
    /// Splits in the order of the rows: the first ⌊fraction · rows⌋ are trained on, as in the notebook.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the fraction is not between 0 and 1 or leaves a part empty; as [`Dataset::check`].
    pub fn split_in_order(&self, fraction: f64) -> Result<Split> {
        self.check()?;
        if !(fraction > 0.0 && fraction < 1.0) {
            let why = "must lie between 0 and 1, the part of the points to train on";
            return Err(Error::setting("fraction", fraction, why));
        }
        let rows = self.rows();
        let training = (fraction * rows as f64) as usize;
        if training == 0 || training == rows {
            let part = if training == 0 { "train" } else { "validate" };
            let why = format!("of {rows} points leaves none to {part} on");
            return Err(Error::setting("fraction", fraction, why));
        }
        let order: Vec<usize> = (0..rows).collect();
        Ok(Split {
            training: self.select(&order[..training]),
            validation: self.select(&order[training..]),
        })
    }
}
