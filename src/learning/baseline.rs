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

use super::{Lbfgs, Loss, minimize};
use crate::model::{Activation, Biases, Initializer, Network};
use crate::phase_space::{Dataset, State};
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
    /// As [`Network::random`] and [`minimize`].
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
            minimize(&mut network, labelled, Loss::ENERGY, method)?;
            Ok(network)
        })
    }

    /// Fits both networks in any other way: `fit` is given the data with a component in the place of the energy, dq/dt
    /// first, and returns a network whose value is near it.
    ///
    /// # Errors
    ///
    /// Those of `fit`.
    pub fn fit(data: &Dataset, mut fit: impl FnMut(&Dataset) -> Result<Network>) -> Result<Self> {
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
    /// [`Error::Setting`] if the points do not determine the three numbers: if all lie on one line through the origin.
    pub fn fit(data: &Dataset) -> Result<Self> {
        // Each point gives two rows: dq/dt = (0, q, p)·(a, b, c) and dp/dt = (-q, -p, 0)·(a, b, c).
        let mut system = [[0.0; 4]; 3];
        for (z, field) in data.points.rows().into_iter().zip(data.field.rows()) {
            let (q, p) = (z[0], z[1]);
            for (row, label) in [([0.0, q, p], field[0]), ([-q, -p, 0.0], field[1])] {
                for (equation, &factor) in system.iter_mut().zip(&row) {
                    for (entry, &other) in equation.iter_mut().zip(row.iter().chain([&label])) {
                        *entry += factor * other;
                    }
                }
            }
        }
        let [a, b, c] = solve(system).ok_or_else(|| {
            let why =
                "do not determine a quadratic energy: they lie on one line through the origin";
            Error::setting("points", data.rows(), why)
        })?;
        Ok(Self { a, b, c })
    }

    /// Its field at one point.
    pub fn at(&self, [q, p]: State) -> State {
        let Self { a, b, c } = *self;
        [b * q + c * p, -a * q - b * p]
    }
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
