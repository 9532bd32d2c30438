//! What stands behind a figure of a page.

use hnn::Result;
use hnn::evidence;

use crate::{Knob, Places};

/// An experiment that the reader turns knobs of.
pub trait Experiment {
    /// The knobs stand elsewhere now. What can go on with the new settings goes on; the rest begins again.
    ///
    /// # Errors
    ///
    /// As the library, for settings that it refuses.
    fn turn(&mut self, places: &Places) -> Result<()>;

    /// Goes on for so many steps of its own, or to its end if that is nearer. What stands still has come to its end.
    ///
    /// # Errors
    ///
    /// As the library. A run that diverges has come to its end.
    fn advance(&mut self, _steps: usize) -> Result<()> {
        Ok(())
    }

    /// The steps taken and those that it takes in all; none of both for what stands still.
    fn progress(&self) -> (usize, usize) {
        (0, 0)
    }

    /// What there is to see now, in one drawing or several.
    ///
    /// # Errors
    ///
    /// [`hnn::Error::Figure`] if it cannot be drawn.
    fn draw(&self) -> Result<Vec<evidence::Figure>>;

    /// The same in a sentence or two, for those who do not see it.
    fn says(&self) -> String;
}

/// A figure of a page.
pub struct Figure {
    /// Its name in the book: `{{#live rate}}`.
    pub name: &'static str,
    /// What the reader turns.
    pub knobs: fn() -> Vec<Knob>,
    /// Its experiment, with the knobs where they stand.
    pub begin: fn(&Places) -> Result<Box<dyn Experiment>>,
}
