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

use ndarray::ArrayView2;

use crate::learning::{Fit, Hnn, Minimum};
use crate::measure::{field_rmse_on_disc, portrait};
use crate::mechanics::{self, Exact, Method, Rollout, hundred_periods};
use crate::model::Network;
use crate::phase_space::{DURATION, Dataset, Oscillator, Points, State, Units, check_points, disc};
use crate::random::Gaussian;
use crate::{Result, settings};

settings! {
    /// The settings of the repaired model.
    pub struct Settings {
        /// How many points of the unit disc the data give the field at
        points: usize = 256,
        /// The network and how it is trained; its seed is also that of the points.
        fit: in Fit,
    }
}

impl Settings {
    /// The same with this seed.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let mut settings = self.clone();
        settings.fit.seed = seed;
        settings
    }

    /// Checks every setting, before any work is done.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) for the first one that no model can use.
    pub fn check(&self) -> Result<()> {
        check_points(self.points)?;
        self.fit.check(2)
    }

    /// The data, fields without energies, drawn from the seed; and what is left of its random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) if there are no points or too many.
    pub fn data(&self) -> Result<(Dataset, Gaussian)> {
        check_points(self.points)?;
        let mut random = Gaussian::from_seed(self.fit.seed);
        let data = disc(&Oscillator::UNIT, 1.0, self.points, &mut random)?.without_energy();
        Ok((data, random))
    }
}

/// A trained model, and how well it does.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The trained network, in the units of the disc.
    pub network: Network,
    /// Where L-BFGS ended.
    pub minimum: Minimum,
}

impl Repaired {
    // ANCHOR: train
    /// Draws the data and the weights from the seed, and trains.
    ///
    /// # Errors
    ///
    /// As [`Settings::data`] and [`Hnn::fit`].
    pub fn train(settings: &Settings) -> Result<Self> {
        let (data, mut random) = settings.data()?;
        let units = Units::one(2);
        let (model, minimum) =
            Hnn::fit_watched(&data, units, &settings.fit, &mut random, |_, _, _| ())?;
        Ok(Self {
            network: model.network().clone(),
            minimum,
        })
    }
    // ANCHOR_END: train

    /// The learned field at these points, one (q, p) a row.
    pub fn field(&self, points: ArrayView2<f64>) -> Points {
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
