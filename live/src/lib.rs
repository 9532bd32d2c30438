//! The experiments of the book that run in its pages.
//!
//! ```text
//! Figure          a page's figure by its name: its knobs, and how it begins
//! ├─ Knob         what the reader turns: the places where it may stand
//! └─ Experiment   what stands behind it: is turned, goes on for some steps, is drawn
//! Stage           a figure as a page has it, asked in words and answered in JSON: `live/module` is the door to it
//! ```
//!
//! An experiment is made of the library's parts and drawn by the library, as the pinned figures are. It is a
//! demonstration: what the book says is pinned in `snapshots/`.

mod experiment;
pub mod figures;
mod knob;
mod stage;
mod training;

pub use experiment::{Experiment, Figure, Given, Handle};
pub use knob::{Knob, Places};
pub use stage::Stage;
pub use training::Training;
