//! What a folder was set up from, so that it is set up again exactly when that changes.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// A file inside a set-up folder that repeats the list the folder was set up from.
#[derive(Debug)]
pub struct Stamp {
    file: PathBuf,
    list: String,
}

impl Stamp {
    /// The stamp `file` for a folder that should be set up from `list`.
    pub fn new(file: impl Into<PathBuf>, list: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            list: list.into(),
        }
    }

    /// Whether the folder was set up from this very list.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|list| list == self.list)
    }

    /// Notes that the folder is set up now.
    pub fn set(&self) -> Result<()> {
        fs::write(&self.file, &self.list)
            .with_context(|| format!("failed to write {}", self.file.display()))
    }
}
