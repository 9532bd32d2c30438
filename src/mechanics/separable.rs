//! Energies of two parts, H(q, p) = T(p) + V(q), each a network: what leapfrog can integrate.

use ndarray::{ArrayView2, s};

use super::field::degrees;
use crate::model::Network;
use crate::phase_space::Points;
use crate::{Error, Result};

/// H(q, p) = T(p) + V(q).
#[derive(Clone, Debug, PartialEq)]
pub struct Separable {
    kinetic: Network,
    potential: Network,
}

impl Separable {
    /// The energy of a network T of the momenta and a network V of the positions.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if they have not as many inputs.
    pub fn new(kinetic: Network, potential: Network) -> Result<Self> {
        let (momenta, positions) = (kinetic.inputs(), potential.inputs());
        if momenta != positions {
            let why = format!("are not as many as the {positions} positions");
            return Err(Error::setting("momenta", momenta, why));
        }
        Ok(Self { kinetic, potential })
    }

    /// T.
    pub fn kinetic(&self) -> &Network {
        &self.kinetic
    }

    /// V.
    pub fn potential(&self) -> &Network {
        &self.potential
    }

    /// How many positions there are.
    pub fn degrees(&self) -> usize {
        self.potential.inputs()
    }

    /// The parameters of T, then those of V.
    pub fn parameters(&self) -> Vec<f64> {
        [self.kinetic.parameters(), self.potential.parameters()].concat()
    }

    /// Sets them.
    ///
    /// # Panics
    ///
    /// If there are not as many.
    pub fn set_parameters(&mut self, parameters: &[f64]) {
        let (kinetic, potential) = parameters.split_at(self.kinetic.parameters().len());
        self.kinetic.parameters_mut().copy_from_slice(kinetic);
        self.potential.parameters_mut().copy_from_slice(potential);
    }

    /// (∂T/∂p, -∂V/∂q) at each of these points, one (q, p) a row.
    ///
    /// # Panics
    ///
    /// If the points have not a column for every position and momentum.
    pub fn field(&self, points: ArrayView2<f64>) -> Points {
        let n = degrees(points.ncols());
        let mut field = Points::zeros(points.dim());
        let velocities = self.kinetic.gradient(points.slice(s![.., n..]));
        let slopes = self.potential.gradient(points.slice(s![.., ..n]));
        field.slice_mut(s![.., ..n]).assign(&velocities);
        field.slice_mut(s![.., n..]).scaled_add(-1.0, &slopes);
        field
    }
}
