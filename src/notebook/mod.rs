//! The notebook as found: its network, its loss, its hand-written gradient and its training loop, slips and all.
//!
//! This is the patient, not the cure. It follows the document *Hamiltonian and Lagrange Neural Networks* step by step
//! and is checked against traces of the NumPy original (`tests/parity.rs`). What the notebook computes wrongly is
//! computed wrongly here, and marked where it stands with the word **slip**: a bug, kept on purpose.
//!
//! - [`Settings`]: every default of the notebook, as a parameter
//! - [`Objective`]: the loss it reports and the gradient it follows, which are not each other's
//! - [`Gradient`]: that one, and two that are the gradient of the whole loss; [`Look`]: how far it is off
//! - [`Notebook`]: the data, the network and the training loop
//! - [`Run`]: that loop, some steps at a time
//! - [`Losses`]: what the run prints; [`figures`] and [`Notebook::test_table`]: what it shows at the end
//! - [`history`]: the run without its early stop
//! - [`printed`]: what the original printed

pub mod figures;
mod gradients;
pub mod history;
mod objective;
pub mod printed;
mod settings;
mod training;

pub use gradients::{Gradient, Look};
pub use objective::{Objective, Terms};
pub use settings::Settings;
pub use training::{Losses, Notebook, Run, TestRow};
