//! What a trial varies, and the checks of it.

use crate::error::{check_moderate, check_some};
use crate::learning::{
    Adam, Frozen, Loss, Momentum, Optimizer, Schedule, Seeds, Sgd, check_batch_size,
};
use crate::model::{Activation, Biases, Initializer, Network, check_inputs, check_widths};
use crate::notebook::printed::STOPPED_AT;
use crate::phase_space::{Dataset, Oscillator, check_points, check_room, circle, disc};
use crate::random::{Gaussian, RandomSource};
use crate::{Error, Result, settings};

/// What is trained on. Both give field and energy of the unit oscillator, m = k = 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// The notebook's: one swing on the circle of radius 1, one energy
    Circle,
    /// Points uniform in the disc of radius 1, many energies
    Disc,
}

impl Data {
    /// Its name: `circle` or `disc`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Disc => "disc",
        }
    }

    /// The field RMSE on it of a network that says nothing.
    pub fn silence(self) -> f64 {
        match self {
            Self::Circle => 1.0,
            Self::Disc => std::f64::consts::FRAC_1_SQRT_2,
        }
    }

    /// `count` points of it; the circle draws nothing from `random`.
    ///
    /// # Errors
    ///
    /// As [`circle()`] and [`disc`].
    pub fn draw(self, count: usize, random: &mut impl RandomSource) -> Result<Dataset> {
        match self {
            Self::Circle => circle(&Oscillator::UNIT, count),
            Self::Disc => disc(&Oscillator::UNIT, 1.0, count, random),
        }
    }
}

/// What a run minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// The energy term alone: what the notebook's hand-written backward pass differentiates
    Notebook,
    /// Field and energy terms: the loss that the notebook reports, differentiated whole
    Full,
    /// The field term alone: what is left when nobody measures energies
    Field,
}

impl Objective {
    /// Its gradient, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Notebook => "the notebook's gradient",
            Self::Full => "the exact gradient",
            Self::Field => "the exact gradient of the field",
        }
    }

    /// The loss that it descends, with λ = `l2`.
    pub fn loss(self, l2: f64) -> Loss {
        let terms = match self {
            Self::Notebook => Loss::ENERGY,
            Self::Full => Loss::FULL,
            Self::Field => Loss::FIELD,
        };
        Loss { l2, ..terms }
    }
}

/// The rule that turns a gradient into a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptimizerKind {
    /// Stochastic gradient descent
    Sgd,
    /// Objective descent with momentum 0.9
    Momentum,
    /// Adam, with the paper's constants
    Adam,
    /// Adam with the notebook's slip: every step is corrected as the one after it
    AdamTwice,
}

/// β of [`OptimizerKind::Momentum`].
pub const MOMENTUM: f64 = 0.9;

impl OptimizerKind {
    /// An optimizer of this kind for so many parameters, before its first step.
    pub fn optimizer(self, parameters: usize) -> Box<dyn Optimizer> {
        match self {
            Self::Sgd => Box::new(Sgd),
            Self::Momentum => Box::new(Momentum::new(parameters, MOMENTUM).expect("β is in range")),
            Self::Adam => Box::new(Adam::new(parameters)),
            Self::AdamTwice => Box::new(Adam::new(parameters).counting_from(1)),
        }
    }
}

/// How the learning rate changes over the steps of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleKind {
    /// Not at all
    Constant,
    /// Half a cosine down to zero at the last step
    Cosine,
    /// Three half cosines, each twice as long as the one before, all down to zero
    Restarts,
    /// The notebook's: the beginning of half a cosine, over 27 times the steps that are taken
    Planned,
}

impl ScheduleKind {
    /// Its schedule for a run of so many steps.
    pub fn schedule(self, steps: usize) -> Schedule {
        match self {
            Self::Constant => Schedule::Constant,
            Self::Cosine => Schedule::Cosine,
            Self::Restarts => Schedule::WarmRestarts {
                // 1 + 2 + 4 of them fill the run.
                period: steps.div_ceil(7).max(1),
                growth: 2,
            },
            Self::Planned => Schedule::CosineOver {
                // 2,000 epochs were planned, and the early stop came after 74.
                horizon: steps.saturating_mul(crate::notebook::Settings::default().epochs)
                    / (STOPPED_AT + 1),
            },
        }
    }
}

settings! {
    /// The settings of a trial. A chapter varies one or two of them and leaves the others as they are here. Those that say how
    /// much is trained, and how fast, are flags of the examples that have this group.
    ///
    /// The default is small enough to run dozens of times while a reader waits. Data and gradient are the ones that work; a
    /// chapter that wants the notebook's says so.
    pub struct Settings {
        /// Its seeds.
        seeds: in Seeds,
        /// What is trained on
        data: fixed Data = Data::Disc,
        /// How many points there are to train on
        points: usize = 2000,
        /// What is minimised
        objective: fixed Objective = Objective::Field,
        /// Widths of the network: two inputs, hidden layers, one output
        widths: [usize] = [2, 64, 64, 1],
        /// Activation of the hidden layers
        activation: fixed Activation = Activation::Tanh,
        /// What the biases start as
        biases: fixed Biases = Biases::Zero,
        /// Whether the biases stay where they start
        frozen_biases: fixed bool = false,
        /// The rule that turns a gradient into a step
        optimizer: fixed OptimizerKind = OptimizerKind::Adam,
        /// Learning rate at the first step
        learning_rate: f64 = 3e-3,
        /// How the learning rate changes
        schedule: fixed ScheduleKind = ScheduleKind::Cosine,
        /// Factor of the sum of squared weights in the loss
        l2: fixed f64 = 0.0,
        /// Points in a batch
        batch_size: usize = 32,
        /// Steps of the run
        steps: usize = 3000,
    }
}

impl Settings {
    /// Checks every setting, before any work is done.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that no run can use.
    pub fn check(&self) -> Result<()> {
        self.seeds.check()?;
        check_points(self.points)?;
        if self.data == Data::Circle && self.points == 1 {
            let why = "is no circle: at least 2 are needed";
            return Err(Error::setting("points", 1, why));
        }
        check_inputs(&self.widths)?;
        check_widths(&self.widths)?;
        check_some("steps", self.steps, "trains nothing")?;
        check_room("steps", self.steps)?;
        check_batch_size(self.batch_size, self.points)?;
        check_moderate("learning_rate", self.learning_rate)?;
        self.objective.loss(self.l2).check()
    }

    /// These settings once for each value, which `set` puts into them.
    pub fn sweep<T>(
        &self,
        values: impl IntoIterator<Item = T>,
        set: impl Fn(&mut Self, T),
    ) -> Vec<Self> {
        let with = |value| {
            let mut settings = self.clone();
            set(&mut settings, value);
            settings
        };
        values.into_iter().map(with).collect()
    }

    /// The points of a seed and its initial network: He's variance for the weights of the rectified activations, LeCun's for
    /// the others. The source of randomness goes on to draw the batches.
    ///
    /// # Errors
    ///
    /// As [`Settings::check`], [`Data::draw`] and [`Network::random`].
    pub fn start(&self, seed: u64) -> Result<(Dataset, Network, Gaussian)> {
        self.check()?;
        let mut random = Gaussian::from_seed(seed);
        let data = self.data.draw(self.points, &mut random)?;
        let network = self.network(&mut random)?;
        Ok((data, network, random))
    }

    /// The optimizer of this network, before its first step.
    pub fn optimizer(&self, network: &Network) -> Box<dyn Optimizer> {
        let optimizer = self.optimizer.optimizer(network.parameters().len());
        if self.frozen_biases {
            Box::new(Frozen::biases(optimizer, network))
        } else {
            optimizer
        }
    }

    /// The initial network alone, drawn from `random`.
    ///
    /// # Errors
    ///
    /// As [`Network::random`].
    pub fn network(&self, random: &mut impl RandomSource) -> Result<Network> {
        let initializer = match self.activation {
            Activation::Relu | Activation::SquaredRelu => Initializer::He,
            _ => Initializer::LeCun,
        };
        Network::random(
            &self.widths,
            self.activation,
            initializer,
            self.biases,
            random,
        )
    }
}
