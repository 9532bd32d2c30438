//! The problem that the engine and its peers are timed on, made from integers so that every language gets the same bits.
//!
//! ```text
//! xₖ₊₁ = (1103515245 xₖ + 12345) mod 2³¹,   uₖ = xₖ / 2³⁰ - 1        from x₀ = 1, in [-1, 1)
//! θ       W = √(6 / fan in) u row by row and b = 0.1 u, layer by layer   from the first u on
//! points  (q, p) = (u, u)                                              from the u after θ on
//! truth   dq/dt = p,  dp/dt = -q,  H = (p² + q²) / 2
//! ```
//!
//! The Lagrangian's step has widths and points of its own, (q, v) = (π u, π u, 2 u, 2 u), and the double pendulum's accelerations.

use std::f64::consts::PI;

use hnn::learning::{Adam, Batch, Differentiable, Evaluator, LagrangianLoss, Loss, Optimizer};
use hnn::mechanics::{Form, LearnedLagrangian};
use hnn::model::{Activation, Network};
use hnn::notebook::{Objective, Settings};
use hnn::phase_space::{Angles, Dataset, DoublePendulum, Lagrangian};
use hnn::random::Gaussian;
use ndarray::{Array1, Array2, ArrayView2, s};

/// Two inputs, three hidden layers, one energy.
pub const WIDTHS: [usize; 5] = [2, 128, 128, 128, 1];
/// Points in a batch.
pub const BATCH: usize = 32;
/// Batches, over and over.
pub const BATCHES: usize = 250;
/// Adam's learning rate.
pub const RATE: f64 = 1e-3;

fn uniform() -> impl Iterator<Item = f64> {
    let mut x: u64 = 1;
    std::iter::repeat_with(move || {
        x = (1_103_515_245 * x + 12_345) % (1 << 31);
        x as f64 / f64::from(1 << 30) - 1.0
    })
}

/// The network that every run starts from.
pub fn network(activation: Activation) -> Network {
    let mut network = Network::zeros(&WIDTHS, activation).expect("widths of a network");
    fill(&mut network, &mut uniform());
    network
}

/// θ of the sequence.
fn fill(network: &mut Network, uniform: &mut impl Iterator<Item = f64>) {
    for block in network.blocks() {
        let scale = if block.is_weight {
            (6.0 / block.shape.0 as f64).sqrt()
        } else {
            0.1
        };
        for parameter in &mut network.parameters_mut()[block.range] {
            *parameter = scale * uniform.next().expect("it never ends");
        }
    }
}

/// The first `count` points, one (q, p) a row.
pub fn points(count: usize) -> Array2<f64> {
    let parameters = network(Activation::Tanh).parameters().len();
    let values = uniform().skip(parameters).take(2 * count);
    Array2::from_shape_vec((count, 2), values.collect()).expect("two values a point")
}

/// The parameters with what a step of Adam needs.
struct Training {
    network: Network,
    adam: Adam,
    gradient: Vec<f64>,
    points: Array2<f64>,
    steps: usize,
}

impl Training {
    fn new(activation: Activation) -> Self {
        let network = network(activation);
        let count = network.parameters().len();
        Self {
            network,
            adam: Adam::new(count),
            gradient: vec![0.0; count],
            points: points(BATCH * BATCHES),
            steps: 0,
        }
    }

    /// The rows of the next batch.
    fn batch(&self) -> std::ops::Range<usize> {
        let start = self.steps % BATCHES * BATCH;
        start..start + BATCH
    }

    fn descend(&mut self) {
        let parameters = self.network.parameters_mut();
        self.adam.step(RATE, parameters, &self.gradient);
        self.steps += 1;
    }
}

/// A step that can be repeated, and checked.
#[allow(
    dead_code,
    reason = "one of the two programs that share this file does not check"
)]
pub trait Step {
    /// One step on the next batch: its loss before the step.
    fn step(&mut self) -> f64;
    /// The norm of the gradient of the last step.
    fn gradient_norm(&self) -> f64;
}

/// The notebook's step: its reported loss by forward differences, its hand-written gradient, Adam.
pub struct Hand {
    training: Training,
    objective: Objective,
}

impl Hand {
    pub fn new() -> Self {
        let training = Training::new(Activation::Relu);
        let objective = Objective::new(&Settings::default(), &training.network);
        Self {
            training,
            objective,
        }
    }
}

impl Step for Hand {
    fn step(&mut self) -> f64 {
        let batch = self.training.points.slice(s![self.training.batch(), ..]);
        let (network, gradient) = (&self.training.network, &mut self.training.gradient);
        let terms = self
            .objective
            .terms_and_hand_gradient(network, batch, gradient);
        self.training.descend();
        terms.loss()
    }

    fn gradient_norm(&self) -> f64 {
        norm(&self.training.gradient)
    }
}

/// The notebook's step without its report: the energies, the hand-written gradient, Adam.
#[allow(
    dead_code,
    reason = "one of the two programs that share this file times the whole step only"
)]
pub struct Unreported(Hand);

#[allow(dead_code, reason = "as above")]
impl Unreported {
    pub fn new() -> Self {
        Self(Hand::new())
    }
}

impl Step for Unreported {
    fn step(&mut self) -> f64 {
        let Hand {
            training,
            objective,
        } = &mut self.0;
        let batch = training.points.slice(s![training.batch(), ..]);
        let energy_term = objective.hand_gradient(&training.network, batch, &mut training.gradient);
        training.descend();
        energy_term
    }

    fn gradient_norm(&self) -> f64 {
        self.0.gradient_norm()
    }
}

/// The step of a Hamiltonian network: field and energy loss, both exact, with their exact gradient, Adam.
pub struct Hnn {
    training: Training,
    evaluator: Evaluator,
    field: Array2<f64>,
    energy: Array1<f64>,
}

impl Hnn {
    pub fn new() -> Self {
        let training = Training::new(Activation::Tanh);
        let evaluator = Evaluator::new(Loss::FULL, &training.network).expect("a loss");
        let points: ArrayView2<f64> = training.points.view();
        let field = Array2::from_shape_fn(points.dim(), |(row, column)| match column {
            0 => points[[row, 1]],
            _ => -points[[row, 0]],
        });
        let energy = points.map_axis(ndarray::Axis(1), |z| 0.5 * (z[1] * z[1] + z[0] * z[0]));
        Self {
            training,
            evaluator,
            field,
            energy,
        }
    }

    /// The network as trained so far.
    #[allow(
        dead_code,
        reason = "one of the two programs that share this file has no use for it"
    )]
    pub fn network(&self) -> &Network {
        &self.training.network
    }
}

impl Step for Hnn {
    fn step(&mut self) -> f64 {
        let rows = self.training.batch();
        let batch = Batch {
            points: self.training.points.slice(s![rows.clone(), ..]),
            field: self.field.slice(s![rows.clone(), ..]),
            energy: Some(self.energy.slice(s![rows])),
        };
        let (network, gradient) = (&self.training.network, &mut self.training.gradient);
        let loss = self.evaluator.value_and_gradient(network, batch, gradient);
        self.training.descend();
        loss
    }

    fn gradient_norm(&self) -> f64 {
        norm(&self.training.gradient)
    }
}

/// Points in a batch of the Lagrangian's.
const SWINGS: usize = 128;

/// The step of a structured Lagrangian that learns the double pendulum: its accelerations, their exact gradient, Adam.
pub struct Lnn {
    model: LearnedLagrangian,
    loss: LagrangianLoss,
    adam: Adam,
    gradient: Vec<f64>,
    data: Dataset,
    steps: usize,
}

impl Lnn {
    pub fn new() -> Self {
        let (angles, random) = (Angles::new(&[true; 2]), &mut Gaussian::from_seed(0));
        let (form, silu) = (Form::Structured, Activation::Silu);
        let mut model = LearnedLagrangian::random(&angles, form, &[32, 32], silu, random)
            .expect("widths of a network");
        let mut uniform = uniform();
        fill(model.network_mut(), &mut uniform);
        let points = Array2::from_shape_simple_fn((SWINGS * BATCHES, 4), || {
            uniform.next().expect("it never ends")
        });
        let points = points * Array1::from(vec![PI, PI, 2.0, 2.0]);
        let pendulum = DoublePendulum { gravity: 1.0 };
        let count = model.network().parameters().len();
        Self {
            loss: LagrangianLoss::of_accelerations(&model),
            model,
            adam: Adam::new(count),
            gradient: vec![0.0; count],
            data: pendulum.data(points).expect("finite numbers"),
            steps: 0,
        }
    }
}

impl Step for Lnn {
    fn step(&mut self) -> f64 {
        let start = self.steps % BATCHES * SWINGS;
        let rows = start..start + SWINGS;
        let batch = Batch {
            points: self.data.points.slice(s![rows.clone(), ..]),
            field: self.data.field.slice(s![rows, ..]),
            energy: None,
        };
        let network = self.model.network();
        let loss = self
            .loss
            .value_and_gradient(network, batch, &mut self.gradient);
        let parameters = self.model.network_mut().parameters_mut();
        self.adam.step(RATE, parameters, &self.gradient);
        self.steps += 1;
        loss
    }

    fn gradient_norm(&self) -> f64 {
        norm(&self.gradient)
    }
}

#[allow(dead_code, reason = "as above")]
fn norm(gradient: &[f64]) -> f64 {
    gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
}
