use ndarray::ArrayView2;
use rayon::prelude::*;

use super::Rounded;
use crate::Result;
use crate::measure::relative_error;
use crate::mechanics::Kind;
use crate::model::{Network, Real};

/// Differences against exact slopes, over the steps ε.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// Each ε with the error of the field it gives: root mean square over the points, relative to the exact field.
    pub errors: Vec<(f64, f64)>,
}

impl Sweep {
    /// The differences of a kind, [`Difference::Forward`](crate::mechanics::Difference::Forward) or `Central`, in the precision T at every step, against
    /// the exact slopes of the unrounded network.
    ///
    /// # Errors
    ///
    /// As [`Rounded::differenced_field`].
    ///
    /// # Panics
    ///
    /// As [`Rounded::energy`].
    pub fn of<T: Real + Sync>(
        network: &Network,
        kind: Kind,
        steps: &[f64],
        points: ArrayView2<f64>,
    ) -> Result<Self> {
        let exact = Rounded::<f64>::of(network).field(points);
        let rounded = Rounded::<T>::of(network);
        let error = |&epsilon: &f64| {
            let field = rounded.differenced_field(kind(epsilon), points)?;
            Ok((epsilon, relative_error(&field, &exact)))
        };
        let errors = steps.par_iter().map(error).collect::<Result<_>>()?;
        Ok(Self { errors })
    }

    /// The step of the smallest error, and that error.
    ///
    /// # Panics
    ///
    /// If there are no steps.
    pub fn best(&self) -> (f64, f64) {
        let errors = self.errors.iter().copied();
        errors
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .expect("a sweep has steps")
    }
}
