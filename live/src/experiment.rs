//! What stands behind a figure of a page.

use hnn::Result;
use hnn::evidence::{self, Table};
use serde::Serialize;

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

    /// What there is to read besides, each under its name.
    fn tables(&self) -> Vec<(&'static str, Table)> {
        Vec::new()
    }

    /// What a reader who gives it a file of their own may say of the file, by name and in words; without any it takes none.
    fn reads(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Goes on with such a file. One that is refused leaves everything as it was.
    ///
    /// # Errors
    ///
    /// As the library, for a file that it cannot use.
    fn read(&mut self, _file: &Given) -> Result<()> {
        Ok(())
    }

    /// What the reader may drag, if there is something.
    fn handle(&self) -> Option<Handle> {
        None
    }
}

/// A file of the reader's.
pub struct Given<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is said of it: a word for each that [`Experiment::reads`] asks for, empty where nothing is said.
    pub said: Vec<&'a str>,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// A thing in a drawing that two knobs move: the first from left to right, the second from below.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Handle {
    /// What it is called.
    pub name: &'static str,
    /// Where it is in the drawing with the first knob at each of its places.
    pub across: Vec<i32>,
    /// Where it is with the second at each of its own.
    pub down: Vec<i32>,
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
