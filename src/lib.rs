//! The library of the book *Stuck at 1.0*: a Hamiltonian neural network, and the notebook that could not train one.
//!
//! A Hamiltonian neural network learns one scalar function, the energy H(q, p), and reads the motion off its
//! gradient (Greydanus, Dzamba and Yosinski 2019, "Hamiltonian Neural Networks", NeurIPS):
//!
//! ```text
//! dq/dt =  ∂H/∂p
//! dp/dt = -∂H/∂q
//! ```
//!
//! Data flows one way: [`dataset`] → [`network`] → loss → [`optimizer`] → [`evidence`].
//!
//! - [`dataset`]: points of phase space, z = (q, p)
//! - [`activation`], [`network`]: the model H(x; θ) and its exact slopes
//! - [`loss`]: losses of H and its slopes, with their exact gradient with respect to θ
//! - [`metrics`], [`portrait`]: how good a learned field is, in numbers and in drawings
//! - [`hamiltonian`]: vector fields, true and learned
//! - [`precision`]: the same in single or double precision, by exact slopes or by differences
//! - [`optimizer`], [`schedule`], [`lbfgs`], [`early_stopping`]: how θ moves, and when it stops
//! - [`training`]: a loss, a data set and a way down; [`repaired`]: the model that works;
//!   [`baseline`]: what it is compared with
//! - [`trial`]: one way to train, of which a chapter varies a part
//! - [`integrator`]: how z moves
//! - [`rollout`]: how far z is from the true oscillator, energy and phase apart
//! - [`notebook`]: the notebook as found, slips and all
//! - [`gradient_check`]: a gradient against differences of the loss it claims to descend
//! - [`evidence`]: tables, text, facts and figures, the same in a terminal, in Jupyter and in a test
//! - [`seeds`]: independent runs over the cores
//! - [`random`]: random numbers with a documented stream
//!
//! Every result is the same bits on every CPU: the network's matrix products add in one order, transcendental functions
//! come from the `libm` crate or [`transcendental`], random numbers from ChaCha8.

pub mod activation;
pub mod baseline;
#[cfg(feature = "cli")]
pub mod cli;
pub mod dataset;
pub mod early_stopping;
mod elementwise;
mod error;
pub mod evidence;
pub mod gradient_check;
pub mod hamiltonian;
pub mod integrator;
pub mod lbfgs;
pub mod loss;
pub mod metrics;
pub mod network;
pub mod notebook;
pub mod optimizer;
pub mod portrait;
pub mod precision;
mod product;
pub mod progress;
pub mod random;
pub mod repaired;
pub mod rollout;
mod saved;
pub mod schedule;
pub mod seeds;
pub mod training;
pub mod transcendental;
pub mod trial;
mod whole_file;

pub use error::{Error, Result};
