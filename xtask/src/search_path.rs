//! The folders in which outside programs are looked for.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// A list of folders in the form of the `PATH` variable.
#[derive(Debug, Clone)]
pub struct SearchPath(OsString);

impl SearchPath {
    /// The `PATH` of this process.
    pub fn of_this_process() -> Self {
        Self(env::var_os("PATH").unwrap_or_default())
    }

    /// A search path of exactly these folders.
    pub fn of(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(env::join_paths(folders).expect("folders of a search path contain no separator"))
    }

    /// This path with one more folder at the end.
    pub fn then(&self, folder: PathBuf) -> Self {
        Self::of(env::split_paths(&self.0).chain([folder]))
    }

    /// Every program of that name, in the order of the folders.
    pub fn find_all(&self, program: impl AsRef<OsStr>) -> impl Iterator<Item = PathBuf> {
        which::which_in_all(program, Some(&self.0), ".")
            .into_iter()
            .flatten()
    }

    /// The first program that has one of these names, earlier names first.
    pub fn find(&self, names: &[&str]) -> Option<PathBuf> {
        names.iter().find_map(|name| self.find_all(name).next())
    }
}
