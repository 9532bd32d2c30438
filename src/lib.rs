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
//! The house, each room built on those above it:
//!
//! ```text
//! evidence      tables, text, facts and figures: the same in a terminal, in Jupyter and in a test
//! phase_space   states z = (q, p), the oscillator, sets of points
//! model         the network H(z; θ), its exact slopes, the kernels
//! mechanics     fields, integrators, rollouts: how z moves
//! learning      losses, optimizers, training: how θ moves
//! measure       how good a field is, how right a gradient
//! notebook      the patient: the notebook as found, slips and all
//! trial         what the chapters vary, and the model that works
//! ```
//!
//! Below them all: [`Error`], [`settings!`], [`random`] numbers with a documented stream, [`progress`].
//!
//! Every result is the same bits on every CPU: the network's matrix products add in one order, transcendental functions
//! come from the `libm` crate or [`model::transcendental`], random numbers from ChaCha8.

#[cfg(feature = "cli")]
pub mod cli;
mod error;
pub mod evidence;
pub mod learning;
pub mod measure;
pub mod mechanics;
pub mod model;
pub mod notebook;
pub mod phase_space;
pub mod progress;
pub mod random;
pub mod settings;
pub mod trial;

pub use error::{Error, Result};
