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
//! Anybody's data go in, and a model comes out that knows an energy and rolls out the motion:
//!
//! ```
//! use hnn::learning::{Fit, Hnn, Model};
//! use hnn::phase_space::{Oscillator, disc};
//! use hnn::random::Gaussian;
//!
//! // 80 states of a spring with dq/dt and dp/dt at each; `Dataset::from_csv` reads your own.
//! let data = disc(&Oscillator::UNIT, 1.0, 80, &mut Gaussian::from_seed(1))?;
//! let split = data.split_in_order(0.8)?;
//! let model = Hnn::fit(&split.training, &Fit { evaluations: 400, ..Fit::default() })?;
//! assert!(model.error(&split.validation)? < 0.01);
//! let path = model.trajectory(&[0.5, 0.0], &[0.0, 1.0, 2.0])?;
//! let energies = model.energy(path.view())?;
//! assert!((energies[2] - energies[0]).abs() < 1e-9);
//! # Ok::<(), hnn::Error>(())
//! ```
//!
//! The house, each room built on those above it:
//!
//! ```text
//! evidence      tables, text, facts and figures: the same in a terminal, in Jupyter and in a test
//! phase_space   states z = (q, p), the oscillator, sets of points, anybody's recordings
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
