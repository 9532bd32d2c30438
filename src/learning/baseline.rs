//! What a Hamiltonian network is compared with: the same data, and no Hamiltonian, or no network.
//!
//! ```text
//! Plain      dq/dt = F(q, p; θ₁),  dp/dt = G(q, p; θ₂)      two networks that know of no energy
//! Quadratic  H = a q²/2 + b qp + c p²/2                     the answer's own form, with three numbers open
//! ```
//!
//! The first is the baseline of Greydanus, Dzamba and Yosinski (2019). The second is what anyone would try first who has
//! seen the data; it is linear in a, b and c, so one solution of the normal equations finds them.

use ndarray::{Array1, Axis};

use super::{Evaluator, Lbfgs, Loss, minimize, unobserved};
use crate::model::{Activation, Biases, Initializer, Network};
use crate::phase_space::{Dataset, Points, State, check_one_oscillator};
use crate::random::RandomSource;
use crate::{Error, Result};

/// A field from two plain networks, one a component.
#[derive(Clone, Debug)]
pub struct Plain {
    velocity: Network,
    force: Network,
}

impl Plain {
    /// Trains both networks by L-BFGS on the mean squared error of their component, from LeCun weights and zero biases:
    /// dq/dt first, then dp/dt from the same stream of random numbers.
    ///
    /// # Errors
    ///
    /// As [`Plain::fit`], [`Network::random`] and [`minimize`].
    pub fn train(
        data: &Dataset,
        widths: &[usize],
        activation: Activation,
        method: &Lbfgs,
        random: &mut impl RandomSource,
    ) -> Result<Self> {
        let (lecun, zero) = (Initializer::LeCun, Biases::Zero);
        Self::fit(data, |labelled| {
            let mut network = Network::random(widths, activation, lecun, zero, random)?;
            let mut loss = Evaluator::new(Loss::ENERGY, &network)?;
            minimize(&mut network, &mut loss, labelled, method, unobserved)?;
            Ok(network)
        })
    }

    /// Fits both networks in any other way: `fit` is given the data with a component in the place of the energy, dq/dt
    /// first, and returns a network whose value is near it.
    ///
    /// # Errors
    ///
    /// Those of `fit`, as [`Dataset::check`], and [`Error::Setting`] if the points are not one (q, p) a row.
    pub fn fit(data: &Dataset, mut fit: impl FnMut(&Dataset) -> Result<Network>) -> Result<Self> {
        check_one_oscillator(&data.points)?;
        let mut component = |column: usize| {
            let labels: Array1<f64> = data.field.index_axis(Axis(1), column).to_owned();
            let (points, field) = (data.points.clone(), data.field.clone());
            fit(&Dataset::new(points, field, Some(labels))?)
        };
        Ok(Self {
            velocity: component(0)?,
            force: component(1)?,
        })
    }

    /// Weights and biases of both networks together.
    pub fn parameters(&self) -> usize {
        self.velocity.parameters().len() + self.force.parameters().len()
    }

    /// The learned field at one point.
    pub fn at(&self, z: State) -> State {
        let point = ndarray::arr2(&[z]);
        let value = |network: &Network| network.energy(point.view())[0];
        [value(&self.velocity), value(&self.force)]
    }
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
        let solved =
            solve(system).ok_or_else(|| fail("they lie on one line through the origin"))?;
        let [a, b, c] = solved.map(|x| scaled(x, point - field));
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

/// The solution of three equations, each its three coefficients and its right-hand side; `None` if they are singular to
/// rounding.
fn solve(mut system: [[f64; 4]; 3]) -> Option<[f64; 3]> {
    let scale = system
        .iter()
        .flatten()
        .fold(0.0, |top: f64, x| top.max(x.abs()));
    for column in 0..3 {
        let pivot = (column..3).max_by(|&i, &j| {
            let size = |row: usize| system[row][column].abs();
            size(i).total_cmp(&size(j))
        })?;
        system.swap(column, pivot);
        let equation = system[column];
        if equation[column].abs() <= 1e-12 * scale {
            return None;
        }
        for row in (0..3).filter(|&row| row != column) {
            let factor = system[row][column] / equation[column];
            for (entry, &above) in system[row].iter_mut().zip(&equation) {
                *entry -= factor * above;
            }
        }
    }
    Some([0, 1, 2].map(|row| system[row][3] / system[row][row]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::field_rmse_of;
    use crate::phase_space::{Oscillator, disc, rings, sunflower};
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
        let never = |_: &Dataset| unreachable!("the data are looked at first");
        assert_eq!(Plain::fit(&four, never).unwrap_err().to_string(), why);
    }

    #[test]
    fn a_plain_network_learns_both_components() {
        let unit = Oscillator {
            mass: 1.0,
            stiffness: 1.0,
        };
        let mut random = Gaussian::from_seed(2);
        let data = disc(&unit, 1.0, 100, &mut random).unwrap().without_energy();
        let method = Lbfgs {
            max_evaluations: 300,
            ..Lbfgs::default()
        };
        let plain =
            Plain::train(&data, &[2, 8, 1], Activation::Tanh, &method, &mut random).unwrap();
        let rmse = field_rmse_of(|z| plain.at(z), unit, sunflower(500).view());
        assert!(rmse < 0.01, "{rmse}");
        assert_eq!(plain.parameters(), 2 * (16 + 8 + 8 + 1));
    }
}
