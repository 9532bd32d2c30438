//! Five ways to learn a motion from states and how they change: what the page on Lagrangians compares.

use std::ops::ControlFlow;

use ndarray::s;

use crate::Result;
use crate::learning::{Evaluator, Fit, LagrangianLoss, Loss, Step, minimize};
use crate::mechanics::{Form, LearnedLagrangian, exact_with_angles};
use crate::model::Network;
use crate::phase_space::{Angles, Dataset, Points};
use crate::progress::Progress;
use crate::random::RandomSource;

/// What is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An energy of q and v, as if v were the momentum.
    Told,
    /// An energy of q and p.
    Canonical,
    /// A Lagrangian, N(q, v) + |v|²/2.
    General,
    /// A Lagrangian, v·M(q) v / 2 - V(q).
    Structured,
    /// The accelerations themselves, a network for each.
    Plain,
}

impl Kind {
    /// Those for which no momentum has to be known.
    pub const OF_VELOCITIES: [Self; 4] = [Self::Told, Self::General, Self::Structured, Self::Plain];

    /// What a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Told => "H of q and v",
            Self::Canonical => "H of q and p",
            Self::General => "general L",
            Self::Structured => "structured L",
            Self::Plain => "plain",
        }
    }
}

/// A motion that was learned.
#[derive(Clone, Debug)]
pub struct Learned {
    angles: Angles,
    model: Model,
    /// The loss at the end of training.
    pub loss: f64,
}

#[derive(Clone, Debug)]
enum Model {
    Energy(Network),
    Lagrangian(LearnedLagrangian),
    Plain(Vec<Network>),
}

impl Learned {
    /// Trains one of a kind, by L-BFGS on all points at once: (q, p) with their field for an energy that knows its momenta,
    /// (q, v) with (v, a) for all others.
    ///
    /// # Errors
    ///
    /// As [`Fit::network`], [`minimize`] and [`LagrangianLoss::fit`].
    pub fn fit(
        kind: Kind,
        data: &Dataset,
        angles: &Angles,
        fit: &Fit,
        random: &mut impl RandomSource,
    ) -> Result<Self> {
        let (n, method) = (angles.positions(), fit.method());
        let inputs = angles.features() + n;
        let networks = if kind == Kind::Plain { n } else { 1 };
        let progress = Progress::start(kind.name(), networks * fit.evaluations);
        let told = |network: usize| {
            let (progress, before) = (&progress, network * fit.evaluations);
            move |step: &Step| {
                progress.reach(before + step.evaluations);
                ControlFlow::Continue(())
            }
        };
        let (model, loss) = match kind {
            Kind::Told | Kind::Canonical => {
                let mut energy = fit.network(inputs, random)?;
                let mut loss = Evaluator::with_angles(Loss::FIELD, &energy, angles)?;
                let end = minimize(&mut energy, &mut loss, data, &method, told(0))?;
                (Model::Energy(energy), end.value)
            }
            Kind::General | Kind::Structured => {
                let form = match kind {
                    Kind::General => Form::General,
                    _ => Form::Structured,
                };
                let (hidden, activation) = (&fit.hidden, fit.activation);
                let mut model =
                    LearnedLagrangian::random(angles, form, hidden, activation, random)?;
                let mut loss = LagrangianLoss::of_accelerations(&model);
                let end = loss.fit(&mut model, data, &method, told(0))?;
                (Model::Lagrangian(model), end.value)
            }
            Kind::Plain => {
                let (mut networks, mut sum) = (Vec::new(), 0.0);
                for i in 0..n {
                    let labels = Some(data.field.column(n + i).to_owned());
                    let data = Dataset::new(data.points.clone(), data.field.clone(), labels)?;
                    let mut acceleration = fit.network(inputs, random)?;
                    let mut loss = Evaluator::with_angles(Loss::ENERGY, &acceleration, angles)?;
                    let end = minimize(&mut acceleration, &mut loss, &data, &method, told(i))?;
                    sum += end.value;
                    networks.push(acceleration);
                }
                (Model::Plain(networks), sum)
            }
        };
        let angles = angles.clone();
        Ok(Self {
            angles,
            model,
            loss,
        })
    }

    /// Weights and biases.
    pub fn numbers(&self) -> usize {
        let numbers = |network: &Network| network.parameters().len();
        match &self.model {
            Model::Energy(network) => numbers(network),
            Model::Lagrangian(model) => numbers(model.network()),
            Model::Plain(networks) => networks.iter().map(numbers).sum(),
        }
    }

    /// The Lagrangian, if that is what was learned.
    pub fn lagrangian(&self) -> Option<&LearnedLagrangian> {
        match &self.model {
            Model::Lagrangian(model) => Some(model),
            _ => None,
        }
    }

    /// How states move that stand one after another: (dq/dt, dv/dt) of (q, v), or (dq/dt, dp/dt) of (q, p). Not a number
    /// where there is no mass.
    ///
    /// # Panics
    ///
    /// If the numbers are not of whole states.
    pub fn field(&self, z: Vec<f64>) -> Vec<f64> {
        let n = self.angles.positions();
        let states = (z.len() / (2 * n), 2 * n);
        let z = Points::from_shape_vec(states, z).expect("the numbers of whole states");
        let field = match &self.model {
            Model::Energy(network) => exact_with_angles(network, &self.angles, z.view()),
            Model::Lagrangian(model) => model.field(z.view()),
            Model::Plain(networks) => {
                let seen = self.angles.points(z.view());
                let mut field = Points::zeros(z.dim());
                let velocities = z.slice(s![.., n..]);
                field.slice_mut(s![.., ..n]).assign(&velocities);
                for (i, network) in networks.iter().enumerate() {
                    field.column_mut(n + i).assign(&network.energy(seen.view()));
                }
                field
            }
        };
        field.into_raw_vec_and_offset().0
    }
}
