//! The door: data in, a model out.
//!
//! ```text
//! K(Q, P; θ)                    a network, in the units of the data: see Units
//! H(q, p) = (ab/τ) K(Q, P)      its energy, up to a constant
//! ẋ = J ∇H                      its field
//! ℓ(θ) = mean of ‖J ∇K - Ẋ‖²    what is minimised, by L-BFGS on all points at once
//! ```
//!
//! [`Fit::default`] is the setting of the book's repaired model. Two things share the interface [`Model`]: [`Hnn`], which has
//! an energy, and its rival [`Plain`](super::Plain), which has none.

use std::ops::ControlFlow;

use ndarray::{Array1, ArrayView2};

use super::{Evaluator, Lbfgs, Loss, Minimizing, Minimum, Step, minimize};
use crate::mechanics::{Exact, Method};
use crate::model::{Activation, Biases, Initializer, Network};
use crate::phase_space::{Columns, Dataset, Points, Units, check_room, rms_distance};
use crate::random::{Gaussian, RandomSource};
use crate::{Error, Result, settings};

settings! {
    /// How a model is fitted to data.
    pub struct Fit {
        /// Seed of the initial weights
        seed: u64 = 0,
        /// Widths of the hidden layers
        hidden: [usize] = [24, 24],
        /// Activation of the hidden layers: relu, squared-relu, tanh, softplus, silu, gelu, sin or identity
        activation: Activation = Activation::Silu,
        /// Pairs of steps and gradient changes that L-BFGS remembers
        memory: usize = 100,
        /// Evaluations of the loss and its gradient at the most
        evaluations: usize = 10_000,
    }
}

impl Fit {
    /// An initial network of so many inputs: LeCun's weights and biases of zero.
    ///
    /// # Errors
    ///
    /// As [`Network::random`].
    pub fn network(&self, inputs: usize, random: &mut impl RandomSource) -> Result<Network> {
        let widths = [&[inputs], &self.hidden[..], &[1]].concat();
        let (lecun, zero) = (Initializer::LeCun, Biases::Zero);
        Network::random(&widths, self.activation, lecun, zero, random)
            .map_err(|error| error.named("hidden", &self.hidden))
    }

    /// Checks that a model of so many inputs can be fitted so.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first setting that no model can use.
    pub fn check(&self, inputs: usize) -> Result<()> {
        let network = self.network(inputs, &mut Gaussian::from_seed(0))?;
        self.method().check()?;
        check_room("evaluations", self.evaluations)?;
        let parameters = network.parameters().len();
        if self.memory * parameters > MOST_REMEMBERED {
            let why = format!(
                "of {parameters} parameters each are too much: {MOST_REMEMBERED} numbers are the most"
            );
            return Err(Error::setting("memory", self.memory, why));
        }
        Ok(())
    }

    /// L-BFGS that stops when its evaluations are used up, or can go no further.
    pub fn method(&self) -> Lbfgs {
        Lbfgs {
            memory: self.memory,
            evaluations: self.evaluations,
            gradient_tolerance: 0.0,
            change_tolerance: 0.0,
        }
    }
}

/// More numbers than this take gigabytes.
const MOST_REMEMBERED: usize = 100_000_000;

/// A learned field of any number of degrees of freedom, in the units of the data it was learned from.
pub trait Model {
    /// The units that the model works in.
    fn units(&self) -> &Units;

    /// The field in these units, dZ/dT at one Z after another.
    fn scaled_field(&self) -> Box<dyn FnMut(Vec<f64>) -> Vec<f64> + '_>;

    /// The field at these points, (dq/dt, dp/dt) of one (q, p) a row.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the points have another number of columns than the data had.
    fn field(&self, points: ArrayView2<f64>) -> Result<Points> {
        self.units().check(points)?;
        let mut field = self.units().scale_points(points);
        let mut at = self.scaled_field();
        for mut row in field.rows_mut() {
            let scaled = at(row.to_vec());
            row.assign(&Array1::from(scaled));
        }
        Ok(self.units().unscale_field(field.view()))
    }

    /// The states at these times of the motion that is at `start` = (q, p) at the first of them, one a row.
    ///
    /// Steps of Runge and Kutta's fourth order, 64 or more in the unit of time of the model, so that what is wrong in the
    /// motion is the model's and not theirs.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the start has another number of coordinates than the data or the times do not increase or would
    /// take more than a hundred million steps; [`Error::Escaped`] if the motion leaves the finite numbers.
    fn trajectory(&self, start: &[f64], times: &[f64]) -> Result<Points> {
        const STEPS: f64 = 64.0;
        const MOST: f64 = 1e8;
        let units = self.units();
        let columns = units.columns();
        let start = ArrayView2::from_shape((1, start.len()), start).expect("one row");
        units.check(start)?;
        let refuse = |value: f64, why: &str| Err(Error::setting("times", value, why));
        let Some((&first, later)) = times.split_first() else {
            return refuse(0.0, "are none: a motion has its start");
        };
        let length = (times[times.len() - 1] - first) / units.time() * STEPS;
        if !(length.is_finite() && length + later.len() as f64 <= MOST) {
            return refuse(length, "steps are too many, or a time is not finite");
        }
        let mut state = units.scale_points(start).into_raw_vec_and_offset().0;
        let mut path = state.clone();
        let mut field = self.scaled_field();
        let mut before = first;
        for &time in later {
            let duration = (time - before) / units.time();
            if duration.is_nan() || duration <= 0.0 {
                return refuse(time, "does not increase on the time before it");
            }
            let steps = (duration * STEPS).ceil().max(1.0) as usize;
            let step = duration / steps as f64;
            let states = Method::RungeKutta4.states(&mut field, state.clone(), step)?;
            for next in states.take(steps + 1) {
                state = next?;
            }
            path.extend_from_slice(&state);
            before = time;
        }
        let path = Points::from_shape_vec((times.len(), columns), path).expect("a state a time");
        Ok(units.unscale_points(path.view()))
    }

    /// The root mean square of ‖f - ẋ‖ over the rows of data that the model has not seen, in the data's own units.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check`] and [`Model::field`].
    fn error(&self, held_out: &Dataset) -> Result<f64> {
        held_out.check()?;
        let learned = self.field(held_out.points.view())?;
        Ok(rms_distance(learned.view(), held_out.field.view()))
    }
}

/// A Hamiltonian neural network that was fitted to data, with the units it was fitted in.
///
/// ```
/// use hnn::learning::{Fit, Hnn, Model};
/// use hnn::phase_space::Dataset;
/// use ndarray::{Array2, Axis, concatenate};
///
/// // Two coupled springs at 60 points, and their accelerations there.
/// let points = Array2::from_shape_fn((60, 4), |(i, j)| ((i * (2 * j + 3)) as f64).sin());
/// let springs = ndarray::arr2(&[[0., 0., -2., 1.], [0., 0., 1., -2.], [1., 0., 0., 0.], [0., 1., 0., 0.]]);
/// let data = Dataset::new(points.clone(), points.dot(&springs), None)?;
/// let (training, held_out) = (data.select(&(0..45).collect::<Vec<_>>()), data.select(&(45..60).collect::<Vec<_>>()));
///
/// let fit = Fit { hidden: vec![12], evaluations: 300, ..Fit::default() };
/// let model = Hnn::fit(&training, &fit)?;
/// let error = model.error(&held_out)?;
/// assert!(error < 0.1, "{error}");
/// let path = model.trajectory(&[1.0, 0.0, 0.0, 0.0], &[0.0, 1.0, 2.0])?;
/// let energies = model.energy(path.view())?;
/// assert!((energies[2] - energies[0]).abs() < 1e-6);
/// # Ok::<(), hnn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Hnn {
    network: Network,
    units: Units,
    names: Vec<String>,
}

impl Hnn {
    /// Fits a network to the field of these data; their energies, if there are any, play no part.
    ///
    /// # Errors
    ///
    /// As [`Units::fit`], [`Fit::network`] and [`minimize`](super::minimize).
    pub fn fit(data: &Dataset, fit: &Fit) -> Result<Self> {
        let random = &mut Gaussian::from_seed(fit.seed);
        let fitted = Self::fit_watched(data, Units::fit(data)?, fit, random, |_, _, _| ());
        Ok(fitted?.0)
    }

    /// As [`Hnn::fit`], in these units and with the initial weights from this source; `watch` is told the evaluations so far,
    /// the loss and the model there, at the start and after each step. Returned beside the model is where L-BFGS ended.
    ///
    /// # Errors
    ///
    /// As [`Hnn::fit`].
    pub fn fit_watched(
        data: &Dataset,
        units: Units,
        fit: &Fit,
        random: &mut impl RandomSource,
        mut watch: impl FnMut(usize, f64, &Self),
    ) -> Result<(Self, Minimum)> {
        let scaled = units.scale(data)?;
        let network = fit.network(units.columns(), random)?;
        let mut model = Self::new(network, units)?;
        let mut trained = model.network.clone();
        let mut loss = Evaluator::new(Loss::FIELD, &trained)?;
        let observe = |step: &Step| {
            let parameters = model.network.parameters_mut();
            parameters.copy_from_slice(step.network.parameters());
            watch(step.evaluations, step.loss, &model);
            ControlFlow::Continue(())
        };
        let minimum = minimize(&mut trained, &mut loss, &scaled, &fit.method(), observe)?;
        model.network = trained;
        Ok((model, minimum))
    }

    /// What [`Hnn::fit`] minimises in these units, before the first step.
    ///
    /// # Errors
    ///
    /// As [`Hnn::fit`].
    pub fn begin(data: &Dataset, units: &Units, fit: &Fit) -> Result<Minimizing> {
        let network = fit.network(units.columns(), &mut Gaussian::from_seed(fit.seed))?;
        Minimizing::new(network, Loss::FIELD, units.scale(data)?, &fit.method())
    }

    /// A model from its parts.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if there are not units for every input.
    pub fn new(network: Network, units: Units) -> Result<Self> {
        let columns = units.columns();
        if network.inputs() != columns {
            let why = format!("cannot serve a network of {} inputs", network.inputs());
            return Err(Error::setting("units", columns, why));
        }
        let half = columns / 2;
        let name = |column: usize| match (["q", "p"][column / half], half) {
            (letter, 1) => letter.to_owned(),
            (letter, _) => format!("{letter}{}", column % half + 1),
        };
        let names = (0..columns).map(name).collect();
        Ok(Self {
            network,
            units,
            names,
        })
    }

    /// The model with these names of its columns, the positions and then the momenta; q and p, or q1, q2, …, p1, p2, …, if
    /// it is given none. They are saved with it.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if there is not one name a column.
    pub fn named(self, names: &[String]) -> Result<Self> {
        let columns = self.units.columns();
        if names.len() != columns {
            let why = format!("are not a name for each of the model's {columns} columns");
            return Err(Error::setting("names", names.join(", "), why));
        }
        let names = names.to_vec();
        Ok(Self { names, ..self })
    }

    /// What the columns of its points are called.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The same columns of another file, for [`Dataset::from_csv`]; one without them is refused.
    pub fn columns(&self) -> Columns {
        let (q, p) = self.names.split_at(self.names.len() / 2);
        Columns {
            q: q.to_vec(),
            p: p.to_vec(),
            ..Columns::default()
        }
    }

    /// The network, which works in [`Model::units`].
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// H at these points, one (q, p) a row, up to a constant.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the points have another number of columns than the data had.
    pub fn energy(&self, points: ArrayView2<f64>) -> Result<Array1<f64>> {
        self.units.check(points)?;
        let scaled = self.units.scale_points(points);
        Ok(self.network.energy(scaled.view()) * self.units.energy())
    }
}

impl Model for Hnn {
    fn units(&self) -> &Units {
        &self.units
    }

    fn scaled_field(&self) -> Box<dyn FnMut(Vec<f64>) -> Vec<f64> + '_> {
        let mut field = Exact::of(&self.network);
        Box::new(move |z| field.at(z))
    }
}
