//! Phase space: states z = (q, p), systems that move in it, and sets of its points with what is known there.
//!
//! ```text
//! Oscillator              the harmonic oscillator, its energy and its field
//! Pendulum                a system that is no spring
//! TwoBodies               one of four degrees of freedom
//! Lagrangian              systems of positions and velocities: Spring, Bead, DoublePendulum
//! Angles                  which positions are angles
//! Dataset                 points z, field dz/dt, and the energy H(z) where the data give it
//! ├─ circle               one trajectory of the oscillator, as the notebook has it
//! ├─ rings, random_rings  points on the orbits of given energies
//! ├─ disc                 points spread evenly over all energies up to one
//! ├─ Trajectories         noisy trajectories, as published with the method
//! ├─ slopes               how fast the points themselves move
//! ├─ Recordings           anybody's data: a CSV file
//! ├─ Affine               the same data in other units, and what Hamilton's equations ask of the units
//! ├─ Units                canonical units of any number of degrees of freedom
//! └─ Split                what is trained on and what is held out
//! even_circle, sunflower  points that no seed picked
//! ```

mod angles;
mod circle;
mod dataset;
mod lagrangian;
pub(crate) mod mass;
mod motion;
mod oscillator;
mod pendulum;
mod point_sets;
mod recordings;
mod rings;
pub mod scaling;
mod split;
pub mod trajectories;
mod twin;
mod two_bodies;
mod units;

use ndarray::Array2;

pub use angles::Angles;
pub use circle::{DURATION, circle, oscillator_trajectory};
pub use dataset::{Dataset, check_points};
pub(crate) use dataset::{check_one_oscillator, check_room};
pub use lagrangian::{Bead, DoublePendulum, Lagrangian, Spring};
pub use motion::{rms_distance, slopes};
pub use oscillator::Oscillator;
pub use pendulum::Pendulum;
pub use point_sets::{even_circle, linspace, logspace, nearest, sunflower};
pub(crate) use recordings::NEAREST;
pub use recordings::{Columns, Recordings};
pub use rings::{disc, random_rings, rings};
pub use scaling::{Affine, min_max_normalize};
pub use split::Split;
pub use trajectories::{Directions, Sizes, Trajectories};
pub use twin::Twin;
pub use two_bodies::TwoBodies;
pub use units::Units;
pub(crate) use units::range;

/// Points of phase space: one a row, columns q and p (with more degrees of freedom q1..qk, then p1..pk).
pub type Points = Array2<f64>;

/// A state of one oscillator: [q, p].
pub type State = [f64; 2];

/// A state of any system: its n positions, then its n momenta. A [`State`] is one, and so are a longer array and a `Vec`.
pub trait Coordinates: Clone + AsRef<[f64]> + AsMut<[f64]> {}

impl<const N: usize> Coordinates for [f64; N] {}

impl Coordinates for Vec<f64> {}
