//! What a task needs, is not there and could not be set up.

use std::fmt;

/// The error of a task that cannot run because something outside the project is missing.
///
/// Away from CI a test step that ends with it counts as skipped, not as failed.
#[derive(Debug)]
pub struct Missing {
    needs: String,
    way_out: String,
}

impl Missing {
    /// `needs` names the thing, `way_out` is a sentence that tells how to get it.
    pub fn new(needs: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self {
            needs: needs.into(),
            way_out: way_out.into(),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "needs {}; {}", self.needs, self.way_out)
    }
}

impl std::error::Error for Missing {}
