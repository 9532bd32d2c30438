//! The model: a network that maps a point of phase space to its energy, with exact derivatives.
//!
//! - [`Network`]: H(x; θ), a multilayer perceptron; [`Activation`], its σ with σ' and σ''
//! - [`Pass`]: one evaluation, with the slopes of H and the gradient of any loss of both
//! - [`Real`]: the precision of arithmetic
//! - the kernels below them: `product` (matrices), `elementwise` (whole arrays), [`transcendental`] (e to the x and kin);
//!   `floor`, below which a number is zero

mod activation;
pub(crate) mod elementwise;
pub(crate) mod floor;
mod network;
mod pass;
pub(crate) mod product;
mod real;
pub(crate) mod tangents;
pub mod transcendental;

pub use activation::{Activation, Jet};
pub use network::{Biases, Block, Initializer, Network};
pub(crate) use network::{check_inputs, check_widths, parameters_of};
pub use pass::{MOST_ROWS, Pass};
pub use real::Real;
