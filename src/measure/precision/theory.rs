use ndarray::ArrayView2;

use crate::mechanics::{Difference, Kind, Stencil};
use crate::model::Network;
use crate::phase_space::Points;

/// What the error of a difference is made of: the size of H and of its derivatives along the coordinates, root mean square
/// over points and coordinates.
///
/// ```text
/// forward   ε |H''|/2  + 2u |H| / ε    least at ε = 2 √(u |H| / |H''|)
/// central   ε² |H'''|/6 + u |H| / ε    least at ε = ∛(3u |H| / |H'''|)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theory {
    /// |H|.
    pub energy: f64,
    /// |H'|.
    pub slope: f64,
    /// |H''|.
    pub curvature: f64,
    /// |H'''|.
    pub third: f64,
}

/// The step of the differences of exact slopes from which H'' and H''' are found: their error is about its square.
const STEP: f64 = 1e-4;

impl Theory {
    /// The sizes over these points. H'' and H''' are central differences of exact slopes, good to a few digits.
    ///
    /// # Panics
    ///
    /// As [`Network::gradient`].
    pub fn of(network: &Network, points: ArrayView2<f64>) -> Self {
        let stencil = Stencil::of(Difference::Central(STEP));
        let mut moved = points.to_owned();
        let here = network.gradient(points);
        let mut second = Points::zeros(points.dim());
        let mut third = second.clone();
        for column in 0..points.ncols() {
            let [above, below] = stencil.pair(column).map(|probe| {
                stencil.place(probe, points, moved.view_mut());
                network.gradient(moved.view()).column(column).to_owned()
            });
            let here = here.column(column).mapv(|slope| 2.0 * slope);
            let difference = (&above - &below) / (2.0 * STEP);
            second.column_mut(column).assign(&difference);
            let difference = (above + below - here) / (STEP * STEP);
            third.column_mut(column).assign(&difference);
        }
        Self {
            energy: size(network.energy(points).iter()),
            slope: size(here.iter()),
            curvature: size(second.iter()),
            third: size(third.iter()),
        }
    }

    /// The step of the least error in an arithmetic of unit roundoff `u`, and that error relative to |H'|. The step of the
    /// difference that is given does not matter, only its kind.
    pub fn best(&self, kind: Kind, u: f64) -> (f64, f64) {
        let rounding = u * self.energy;
        let (step, error) = match kind(1.0) {
            Difference::Forward(_) => {
                let step = 2.0 * (rounding / self.curvature).sqrt();
                (step, 2.0 * (rounding * self.curvature).sqrt())
            }
            Difference::Central(_) => {
                let step = libm::cbrt(3.0 * u * self.energy / self.third);
                (step, 1.5 * u * self.energy / step)
            }
        };
        (step, error / self.slope)
    }
}

/// Root mean square.
fn size<'a>(numbers: impl ExactSizeIterator<Item = &'a f64>) -> f64 {
    let count = numbers.len() as f64;
    (numbers.map(|x| x * x).sum::<f64>() / count).sqrt()
}
