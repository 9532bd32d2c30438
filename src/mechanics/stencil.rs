//! Differences: the slopes of an energy from its values at a distance ε, and the way back.
//!
//! A slope takes H at two probes, x⁺ and x⁻, at a distance d along one coordinate. With n coordinates and eᵢ the unit
//! vector of coordinate i, the probes of a point x are these, numbered from 0:
//!
//! ```text
//! forward   x, x + ε e₁, x + ε e₂, …           x⁺ = x + ε eᵢ,  x⁻ = x,         d = ε     n + 1 probes
//! central   x + ε e₁, x - ε e₁, x + ε e₂, …    x⁺ = x + ε eᵢ,  x⁻ = x - ε eᵢ,  d = 2ε    2n probes
//!
//! ∂H/∂xᵢ ≈ (H(x⁺) - H(x⁻)) / d
//! ```
//!
//! That is a sum of values of H. So a loss ℓ of the slopes is one of energies, and its gradient needs no σ'':
//!
//! ```text
//! ∂ℓ/∂H(x⁺) = Σ ∂ℓ/∂(slope) / d,   ∂ℓ/∂H(x⁻) = -Σ ∂ℓ/∂(slope) / d        over the slopes that the probe is in
//! ```

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, s};

use crate::model::elementwise::Order;
use crate::model::{Network, Pass, Real};
use crate::phase_space::Points;
use crate::{Error, Result};

/// A finite difference: the slope of H along a coordinate, from values of H at a distance ε.
///
/// How far it is from the true slope, and which ε suits which arithmetic, is told in [`Theory`](crate::measure::Theory).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Difference {
    /// (H(x + ε eᵢ) - H(x)) / ε, of this ε.
    Forward(f64),
    /// (H(x + ε eᵢ) - H(x - ε eᵢ)) / 2ε, of this ε.
    Central(f64),
}

/// A kind of difference that waits for its ε: [`Difference::Forward`] or [`Difference::Central`].
pub type Kind = fn(f64) -> Difference;

impl Difference {
    /// Every kind, with its name.
    pub const KINDS: [(&'static str, Kind); 2] =
        [("forward", Self::Forward), ("central", Self::Central)];

    /// How many values of H give all slopes at a point of so many coordinates.
    pub fn energies(self, coordinates: usize) -> usize {
        match self {
            Self::Forward(_) => coordinates + 1,
            Self::Central(_) => 2 * coordinates,
        }
    }
}

/// A difference in a precision of arithmetic: ε is rounded to it, and so is every operation.
///
/// Slopes are divided by the rounded ε, not by the distance between the rounded probes: that is what the notebook does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stencil<T> {
    difference: Difference,
    epsilon: T,
    distance: T,
}

impl<T: Real> Stencil<T> {
    /// The stencil of this difference. One whose ε rounds to 0 divides by 0, and its slopes are no numbers.
    pub fn of(difference: Difference) -> Self {
        let (Difference::Forward(epsilon) | Difference::Central(epsilon)) = difference;
        let epsilon = T::round(epsilon);
        let distance = match difference {
            Difference::Forward(_) => epsilon,
            Difference::Central(_) => epsilon + epsilon,
        };
        Self {
            difference,
            epsilon,
            distance,
        }
    }

    /// The same, where slopes must be numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if ε is no positive number of the precision, or too large a one.
    pub fn checked(difference: Difference) -> Result<Self> {
        let stencil = Self::of(difference);
        if stencil.epsilon > T::zero() && stencil.distance.widen().is_finite() {
            return Ok(stencil);
        }
        let (Difference::Forward(epsilon) | Difference::Central(epsilon)) = difference;
        let why = "must be a positive number of the precision: differences are divided by it";
        Err(Error::setting("epsilon", epsilon, why))
    }

    /// The numbers of the probes x⁺ and x⁻ of a coordinate.
    pub fn pair(&self, coordinate: usize) -> [usize; 2] {
        match self.difference {
            Difference::Forward(_) => [coordinate + 1, 0],
            Difference::Central(_) => [2 * coordinate, 2 * coordinate + 1],
        }
    }

    /// Puts the probe of this number of each of these points, one a row, into `to`.
    ///
    /// # Panics
    ///
    /// If the two are not of one shape, or the points have fewer probes.
    pub fn place(&self, probe: usize, points: ArrayView2<T>, mut to: ArrayViewMut2<T>) {
        assert_eq!(points.dim(), to.dim(), "a probe for every point");
        to.assign(&points);
        let (coordinate, shift) = match self.difference {
            Difference::Forward(_) if probe == 0 => return,
            Difference::Forward(_) => (probe - 1, self.epsilon),
            Difference::Central(_) if probe.is_multiple_of(2) => (probe / 2, self.epsilon),
            Difference::Central(_) => (probe / 2, T::zero() - self.epsilon),
        };
        to.column_mut(coordinate).mapv_inplace(|x| x + shift);
    }

    // ANCHOR: slope
    /// ∂H/∂xᵢ at a point x, from H at its probes.
    pub fn slope(&self, energies: &[T], coordinate: usize) -> T {
        let [above, below] = self.pair(coordinate);
        (energies[above] - energies[below]) / self.distance
    }
    // ANCHOR_END: slope

    // ANCHOR: pull-back
    /// Adds to ∂ℓ/∂H at the probes of a point what comes from
    /// ∂ℓ/∂(slope) along a coordinate.
    pub fn pull_back(&self, by_slope: T, coordinate: usize, by_energies: &mut [T]) {
        let [above, below] = self.pair(coordinate);
        let by_energy = by_slope / self.distance;
        by_energies[above] = by_energies[above] + by_energy;
        by_energies[below] = by_energies[below] - by_energy;
    }
    // ANCHOR_END: pull-back

    /// The slopes at each of these points, one a row, of any function of points.
    pub fn gradient(
        &self,
        points: ArrayView2<T>,
        mut energy: impl FnMut(ArrayView2<T>) -> Array1<T>,
    ) -> Array2<T> {
        let probes = self.difference.energies(points.ncols());
        let mut energies = Array2::zeros((points.nrows(), probes));
        let mut moved = Array2::zeros(points.dim());
        for (probe, mut column) in energies.columns_mut().into_iter().enumerate() {
            self.place(probe, points, moved.view_mut());
            column.assign(&energy(moved.view()));
        }
        Array2::from_shape_fn(points.dim(), |(row, coordinate)| {
            let energies = energies.row(row);
            self.slope(energies.to_slice().expect("one point a row"), coordinate)
        })
    }
}

/// A network at the probes of up to so many points at once, with the room for it.
#[derive(Clone, Debug)]
pub struct Probes {
    /// Where the probes are.
    pub stencil: Stencil<f64>,
    /// How many probes a point has.
    each: usize,
    pass: Pass,
    /// The probes of the first point, those of the second, …
    points: Points,
    /// ∂ℓ/∂H at each of them.
    by_energy: Vec<f64>,
}

impl Probes {
    /// Room for up to `together` points, for networks of this one's widths.
    ///
    /// # Panics
    ///
    /// If their probes are more than [`MOST_ROWS`](crate::model::MOST_ROWS).
    pub fn new(network: &Network, difference: Difference, together: usize) -> Self {
        let each = difference.energies(network.inputs());
        let rows = together * each;
        Self {
            stencil: Stencil::of(difference),
            each,
            pass: Pass::new(network, rows),
            points: Array2::zeros((rows, network.inputs())),
            by_energy: vec![0.0; rows],
        }
    }

    /// H at the probes of the first of these points, at those of the second, …
    ///
    /// # Panics
    ///
    /// If the points are more than there is room for, or do not fit the network.
    pub fn energies(&mut self, network: &Network, points: ArrayView2<f64>) -> &[f64] {
        let rows = points.nrows() * self.each;
        for probe in 0..self.each {
            let to = self.points.slice_mut(s![probe..rows;self.each, ..]);
            self.stencil.place(probe, points, to);
        }
        let probes = self.points.slice(s![..rows, ..]);
        self.pass.forward(network, probes, Order::First);
        self.pass.energies().to_slice().expect("a vector")
    }

    /// Adds to `gradient` the gradient with respect to θ of a loss of the energies at the probes of these points.
    ///
    /// `loss` is asked once a point: it is given the row of the point, H at its probes, and zeros to which it adds ∂ℓ/∂H.
    ///
    /// # Panics
    ///
    /// As [`Probes::energies`], and if `gradient` has not θ's length.
    pub fn differentiate(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
        gradient: &mut [f64],
        mut loss: impl FnMut(usize, &[f64], &mut [f64]),
    ) {
        self.energies(network, points);
        let energies = self.pass.energies().to_slice().expect("a vector");
        let by_energy = &mut self.by_energy[..energies.len()];
        by_energy.fill(0.0);
        let by_point = by_energy.chunks_exact_mut(self.each);
        for (row, (h, by_h)) in energies.chunks_exact(self.each).zip(by_point).enumerate() {
            loss(row, h, by_h);
        }
        let by_energy = ArrayView1::from(&*by_energy);
        self.pass.accumulate(network, by_energy, None, gradient);
    }
}
