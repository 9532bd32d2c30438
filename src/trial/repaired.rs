//! The model that works.
//!
//! ```text
//! data      the field ẋ at points of many energies: no energy is given to it
//! model     H(q, p; θ): a small multilayer perceptron, smooth, LeCun's initialisation
//! loss      mean of ‖J ∇H - ẋ‖², differentiated exactly
//! method    L-BFGS on all points at once
//! ```
//!
//! Against the notebook it changes the gradient (the exact one of the loss that is reported), the data (a disc of energies
//! instead of one circle) and, because the rest now allows it, the method.

use std::ops::ControlFlow;

use ndarray::ArrayView2;

use crate::Result;
use crate::learning::{Evaluator, Lbfgs, Loss, Minimum, minimize};
use crate::measure::{field_rmse_on_disc, portrait};
use crate::mechanics::{self, Exact, Method, Rollout, hundred_periods};
use crate::model::{Activation, Biases, Initializer, Network, check_inputs};
use crate::phase_space::{DURATION, Dataset, Oscillator, State, check_points, disc};
use crate::random::Gaussian;

/// The settings of the repaired model.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(
    feature = "cli",
    command(next_help_heading = "The repaired model's settings")
)]
pub struct Settings {
    /// Seed of the points and of the initial weights
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().seed))]
    pub seed: u64,
    /// How many points of the unit disc the data give the field at
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().points))]
    pub points: usize,
    /// Widths of the network: two inputs, hidden layers, one output
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_values_t = Settings::default().widths))]
    pub widths: Vec<usize>,
    /// Activation of the hidden layers: relu, squared-relu, tanh, softplus, silu, gelu, sin or identity
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().activation))]
    pub activation: Activation,
    /// Pairs of steps and gradient changes that L-BFGS remembers
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().memory))]
    pub memory: usize,
    /// Evaluations of the loss and its gradient at the most
    #[cfg_attr(feature = "cli", arg(long, default_value_t = Settings::default().evaluations))]
    pub evaluations: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            points: 256,
            widths: vec![2, 24, 24, 1],
            activation: Activation::Silu,
            memory: 100,
            evaluations: 10_000,
        }
    }
}

impl Settings {
    /// Checks what the parts of the model do not check themselves, or under other names.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) if the network has not two inputs, or there are no points or too many.
    pub fn check(&self) -> Result<()> {
        check_points(self.points)?;
        check_inputs(&self.widths)
    }

    /// The data, fields without energies, and the initial network, both drawn from the seed.
    ///
    /// # Errors
    ///
    /// As [`Settings::check`], [`disc`] and [`Network::random`].
    pub fn start(&self) -> Result<(Dataset, Network)> {
        self.check()?;
        let mut random = Gaussian::from_seed(self.seed);
        let data = disc(&Oscillator::UNIT, 1.0, self.points, &mut random)?.without_energy();
        let (lecun, zero) = (Initializer::LeCun, Biases::Zero);
        let network = Network::random(&self.widths, self.activation, lecun, zero, &mut random)?;
        Ok((data, network))
    }

    /// L-BFGS that stops when its evaluations are used up, or can go no further.
    pub fn method(&self) -> Lbfgs {
        Lbfgs {
            memory: self.memory,
            max_evaluations: self.evaluations,
            gradient_tolerance: 0.0,
            change_tolerance: 0.0,
        }
    }
}

/// A trained model, and how well it does.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The trained network.
    pub network: Network,
    /// Where L-BFGS ended.
    pub minimum: Minimum,
    /// Evaluations so far and the loss there, at the start and after each step.
    pub trace: Vec<(usize, f64)>,
}

impl Repaired {
    // ANCHOR: train
    /// Draws the data and the weights from the seed, and trains.
    ///
    /// # Errors
    ///
    /// As [`Settings::start`], and what the training refuses.
    pub fn train(settings: &Settings) -> Result<Self> {
        let (data, mut network) = settings.start()?;
        let mut loss = Evaluator::new(Loss::FIELD, &network)?;
        let (method, mut trace) = (settings.method(), Vec::new());
        let minimum = minimize(&mut network, &mut loss, &data, &method, |step| {
            trace.push((step.evaluations, step.loss));
            ControlFlow::Continue(())
        })?;
        Ok(Self {
            network,
            minimum,
            trace,
        })
    }
    // ANCHOR_END: train

    /// The learned field at these points, one (q, p) a row.
    pub fn field(&self, points: ArrayView2<f64>) -> Vec<State> {
        mechanics::exact(&self.network, points)
    }

    /// The learned path from `start`, [`portrait::POINTS`] states over 10 units of time, by steps of Runge and Kutta's
    /// fourth order: what is wrong in it is the model's.
    ///
    /// # Errors
    ///
    /// As [`Method::trajectory`].
    pub fn path(&self, start: State) -> Result<Vec<State>> {
        let mut field = Exact::of(&self.network);
        let step = DURATION / (portrait::POINTS - 1) as f64;
        Method::RungeKutta4.trajectory(|z| field.at(z), start, step, portrait::POINTS)
    }

    /// The root mean square error of the learned field over the unit disc.
    pub fn field_rmse(&self) -> f64 {
        field_rmse_on_disc(&self.network, Oscillator::UNIT)
    }

    /// The learned motion from `start` over 100 periods, see [`hundred_periods`].
    ///
    /// # Errors
    ///
    /// As [`hundred_periods`].
    pub fn hundred_periods(&self, start: State, steps_per_period: usize) -> Result<Rollout> {
        let mut field = Exact::of(&self.network);
        hundred_periods(|z| field.at(z), start, steps_per_period)
    }
}
