//! Learning: what a network is asked to do, and how its parameters get there.
//!
//! - [`Loss`]: losses of H and its slopes; [`Evaluator`]: their exact gradients; [`DifferencedField`]: with differences;
//!   [`LagrangianLoss`]: of a Lagrangian's accelerations; [`LeapfrogLoss`]: of recorded states, through an integrator
//! - [`Optimizer`]: how a gradient moves θ ([`Sgd`], [`Momentum`], [`Adam`], [`AdamW`]); [`Schedule`]: how its rate changes
//! - [`Lbfgs`]: a method that looks along the gradient before it moves; [`EarlyStopping`]: when to give up
//! - [`run`]: the training loop, of a [`Differentiable`] loss on [`Batches`], [`Step`] by step before an observer;
//!   [`descend`], [`minimize`]: that and L-BFGS on a data set, [`Minimizing`] step by step
//! - [`Hnn`]: data in, a model out; [`Fit`]: how; [`Model`]: what it shares with its rival
//! - [`Plain`], [`Quadratic`]: what a Hamiltonian network is compared with
//! - [`seeds`]: independent runs over the cores

mod baseline;
mod early_stopping;
mod hnn;
mod lbfgs;
mod loss;
mod optimizer;
mod saved;
mod schedule;
pub mod seeds;
mod training;

pub use baseline::{Plain, Quadratic};
pub use early_stopping::{Best, EarlyStopping};
pub use hnn::{Fit, Hnn, Model};
pub use lbfgs::{Descending, Iterate, Lbfgs, Minimum, Stop};
pub use loss::{Batch, DifferencedField, Evaluator, LagrangianLoss, LeapfrogLoss, Loss};
pub use optimizer::{Adam, AdamSettings, AdamW, Frozen, L2, Momentum, Optimizer, Sgd};
pub use schedule::{Schedule, half_cosine};
pub use seeds::Seeds;
pub(crate) use training::check_batch_size;
pub use training::{
    Batches, Descent, Differentiable, Minimizing, Rows, Shuffled, Step, descend, minimize, run,
    unobserved,
};
