//! What a Hamiltonian network is compared with: the same data, and no Hamiltonian, or no network.
//!
//! ```text
//! Plain      dqᵢ/dt = Fᵢ(q, p; θ),  dpᵢ/dt = Gᵢ(q, p; θ)    networks that know of no energy
//! Quadratic  H = a q²/2 + b qp + c p²/2                    the spring's own form, with three numbers open
//! ```
//!
//! The first is the baseline of Greydanus, Dzamba and Yosinski (2019). The second is what anyone would try first who has
//! seen the data; it is linear in a, b and c, so one solution of the normal equations finds them.

use ndarray::{ArrayView1, ArrayView2, Axis};

use super::{Fit, Loss, Minimizing, Model};
use crate::model::elementwise::Order;
use crate::model::{Network, Pass};
use crate::phase_space::mass::eliminate;
use crate::phase_space::{Coordinates, Dataset, Points, State, Units, check_one_oscillator};
use crate::random::Gaussian;
use crate::{Error, Result};

/// A field from plain networks, one a component: two for each degree of freedom.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain {
    networks: Vec<Network>,
    units: Units,
}

impl Plain {
    /// Trains every network by L-BFGS on the mean squared error of its component, in the units of the data: the derivatives
    /// of the positions first, then those of the momenta from the same stream of random numbers.
    ///
    /// # Errors
    ///
    /// As [`Units::fit`], [`Fit::network`] and [`Minimizing::new`].
    pub fn fit(data: &Dataset, fit: &Fit) -> Result<Self> {
        let units = Units::fit(data)?;
        let mut networks = Self::begin(data, &units, fit)?;
        for one in &mut networks {
            while one.stop().is_none() {
                one.step()?;
            }
        }
        let networks = networks.iter().map(|one| one.network().clone());
        Ok(Self::new(networks.collect(), units))
    }

    /// What [`Plain::fit`] minimises in these units, a network after the other, before the first step.
    ///
    /// # Errors
    ///
    /// As [`Plain::fit`].
    pub fn begin(data: &Dataset, units: &Units, fit: &Fit) -> Result<Vec<Minimizing>> {
        let mut random = Gaussian::from_seed(fit.seed);
        let components = components(&units.scale(data)?)?;
        let begin = |labelled| {
            let network = fit.network(units.columns(), &mut random)?;
            Minimizing::new(network, Loss::ENERGY, labelled, &fit.method())
        };
        components.into_iter().map(begin).collect()
    }

    /// A field from its parts: networks in these units, one a component.
    pub fn new(networks: Vec<Network>, units: Units) -> Self {
        Self { networks, units }
    }

    /// Fits the networks in any other way, in the data's own units: `fit` is given the data with a component in the place of
    /// the energy, one after the other, and returns a network whose value is near it.
    ///
    /// # Errors
    ///
    /// Those of `fit`.
    pub fn by(data: &Dataset, mut fit: impl FnMut(&Dataset) -> Result<Network>) -> Result<Self> {
        let networks = components(data)?;
        let networks = networks.iter().map(&mut fit).collect::<Result<_>>()?;
        Ok(Self::new(networks, Units::one(data.points.ncols())))
    }

    /// Weights and biases of all networks together.
    pub fn parameters(&self) -> usize {
        let counts = self
            .networks
            .iter()
            .map(|network| network.parameters().len());
        counts.sum()
    }

    /// The slopes of each component in the model's own units, ∂Żᵢ/∂Zⱼ of these Z, one a row: for each i an array with a
    /// column for each j.
    pub fn scaled_jacobians(&self, points: ArrayView2<f64>) -> Vec<Points> {
        let networks = self.networks.iter();
        networks.map(|network| network.gradient(points)).collect()
    }

    /// The learned field at one point.
    ///
    /// # Panics
    ///
    /// If the point has not as many coordinates as the data.
    pub fn at<S: Coordinates>(&self, z: S) -> S {
        let point = ArrayView1::from(z.as_ref()).insert_axis(Axis(0));
        let field = self.field(point).expect("a point of as many coordinates");
        let mut at = z.clone();
        let components = at.as_mut().iter_mut().zip(field);
        components.for_each(|(to, component)| *to = component);
        at
    }
}

impl Model for Plain {
    fn units(&self) -> &Units {
        &self.units
    }

    fn scaled_field(&self) -> Box<dyn FnMut(Vec<f64>) -> Vec<f64> + '_> {
        let passes = self.networks.iter().map(|network| Pass::new(network, 1));
        let mut passes: Vec<Pass> = passes.collect();
        Box::new(move |mut z| {
            let point = z.clone();
            let point = ArrayView1::from(&point).insert_axis(Axis(0));
            for ((to, pass), network) in z.iter_mut().zip(&mut passes).zip(&self.networks) {
                pass.forward(network, point, Order::First);
                *to = pass.energies()[0];
            }
            z
        })
    }
}

/// The data with each component of the field in the place of the energy, one after the other.
fn components(data: &Dataset) -> Result<Vec<Dataset>> {
    let labelled = data.field.columns().into_iter().map(|labels| {
        let (points, field) = (data.points.clone(), data.field.clone());
        Dataset::new(points, field, Some(labels.to_owned()))
    });
    labelled.collect()
}

/// H = a q²/2 + b qp + c p²/2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quadratic {
    /// a: a spring has its stiffness k here.
    pub a: f64,
    /// b: a spring has 0 here.
    pub b: f64,
    /// c: a spring has 1/m here.
    pub c: f64,
}

impl Quadratic {
    /// The quadratic energy whose field (bq + cp, -aq - bp) is nearest to the data in the least squares, by the normal
    /// equations and elimination with pivots.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check`], and [`Error::Setting`] if the points are not one (q, p) a row or do not determine three
    /// finite numbers: if all lie on one line through the origin.
    pub fn fit(data: &Dataset) -> Result<Self> {
        data.check()?;
        check_one_oscillator(&data.points)?;
        // Powers of two round nothing, and the squares of such numbers neither overflow nor vanish.
        let [point, field] = [&data.points, &data.field].map(exponent);
        let scaled = |x: f64, exponent: i32| libm::scalbn(x, -exponent);
        // Each point gives two rows: dq/dt = (0, q, p)·(a, b, c) and dp/dt = (-q, -p, 0)·(a, b, c).
        let mut system = [[0.0; 4]; 3];
        for (z, label) in data.points.rows().into_iter().zip(data.field.rows()) {
            let [q, p] = [z[0], z[1]].map(|x| scaled(x, point));
            let [dq, dp] = [label[0], label[1]].map(|x| scaled(x, field));
            for (row, label) in [([0.0, q, p], dq), ([-q, -p, 0.0], dp)] {
                for (equation, &factor) in system.iter_mut().zip(&row) {
                    for (entry, &other) in equation.iter_mut().zip(row.iter().chain([&label])) {
                        *entry += factor * other;
                    }
                }
            }
        }
        let fail = |why: &str| {
            let why = format!("do not determine a quadratic energy: {why}");
            Error::setting("points", data.rows(), why)
        };
        let mut system = system.concat();
        let scale = system.iter().fold(0.0, |top: f64, x| top.max(x.abs()));
        if !eliminate(3, &mut system, 1e-12 * scale) {
            return Err(fail("they lie on one line through the origin"));
        }
        let [a, b, c] = [3, 7, 11].map(|at| scaled(system[at], point - field));
        if ![a, b, c].iter().all(|x| x.is_finite()) {
            return Err(fail("it would have to be infinite"));
        }
        Ok(Self { a, b, c })
    }

    /// Its field at one point.
    pub fn at(&self, [q, p]: State) -> State {
        let Self { a, b, c } = *self;
        [b * q + c * p, -a * q - b * p]
    }
}

/// The least power of two above all of these sizes.
fn exponent(numbers: &Points) -> i32 {
    let largest = numbers.iter().fold(0.0, |top: f64, x| top.max(x.abs()));
    libm::frexp(largest).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phase_space::{Oscillator, disc, rings};
    use crate::random::Gaussian;

    const STIFF: Oscillator = Oscillator {
        mass: 2.0,
        stiffness: 3.0,
    };

    #[test]
    fn least_squares_finds_stiffness_and_mass() {
        let data = disc(&STIFF, 1.0, 50, &mut Gaussian::from_seed(1)).unwrap();
        let Quadratic { a, b, c } = Quadratic::fit(&data).unwrap();
        for (found, truth) in [(a, 3.0), (b, 0.0), (c, 0.5)] {
            assert!((found - truth).abs() < 1e-13, "{found} for {truth}");
        }
    }

    #[test]
    fn points_on_a_line_determine_nothing() {
        let mut data = rings(&STIFF, &[1.0], 8).unwrap();
        for mut row in data.points.rows_mut() {
            row[1] = 2.0 * row[0];
        }
        let error = Quadratic::fit(&data).unwrap_err().to_string();
        let sentence = "points = 8 do not determine a quadratic energy: they lie on one line through the origin";
        assert_eq!(error, sentence);
    }

    #[test]
    fn the_unit_of_the_data_does_not_matter() {
        let data = disc(&STIFF, 1.0, 50, &mut Gaussian::from_seed(1)).unwrap();
        let fitted = Quadratic::fit(&data).unwrap();
        for power in [531, -565] {
            let unit = libm::scalbn(1.0, power);
            let field = &data.field * unit;
            let same = Dataset::new(&data.points * unit, field.clone(), None).unwrap();
            assert_eq!(Quadratic::fit(&same).unwrap(), fitted);
            let other = Dataset::new(data.points.clone(), field, None).unwrap();
            assert_eq!(Quadratic::fit(&other).unwrap().a, fitted.a * unit);
        }
    }

    #[test]
    fn data_that_are_no_oscillator_s_are_refused() {
        let mut wrong = disc(&STIFF, 1.0, 9, &mut Gaussian::from_seed(1)).unwrap();
        wrong.points[[3, 1]] = f64::NAN;
        let not_finite = Quadratic::fit(&wrong).unwrap_err();
        assert!(
            matches!(not_finite, Error::NotFinite { .. }),
            "{not_finite}"
        );
        let four = Dataset::new(Points::ones((9, 4)), Points::ones((9, 4)), None).unwrap();
        let why = "points = 9×4 must have 2 columns, the q and p of one oscillator";
        assert_eq!(Quadratic::fit(&four).unwrap_err().to_string(), why);
        assert!(Plain::fit(&wrong, &Fit::default()).is_err());
    }
}
