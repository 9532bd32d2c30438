//! Where the project is on disk.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A checkout of the book: every task works on one, whatever the current directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The folder that holds `Cargo.toml`, `book/`, `chapters/`, `snapshots/` and `xtask/`.
    pub root: PathBuf,
}

impl Project {
    /// The project this program was started for: the one cargo runs it from, or else the one around
    /// the current directory.
    pub fn find() -> Result<Self> {
        let cwd = env::current_dir().context("asking for the current directory")?;
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        manifest_dir
            .as_deref()
            .and_then(Self::around)
            .or_else(|| Self::around(&cwd))
            .with_context(|| {
                format!(
                    "{} is not inside the project: run `cargo xtask` from a checkout of the book",
                    cwd.display()
                )
            })
    }

    /// The project at `root`, taken as it is.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The path of a file or folder named from the root, such as `book/SUMMARY.md`.
    pub fn path(&self, from_root: impl AsRef<Path>) -> PathBuf {
        self.root.join(from_root)
    }

    /// `path` as messages name it: from the root where it is inside the project.
    pub fn name<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }

    /// A message with every path inside the project named from the root.
    pub fn names_in(&self, message: &str) -> String {
        let root = format!("{}{}", self.root.display(), std::path::MAIN_SEPARATOR);
        message.replace(&root, "")
    }

    fn around(dir: &Path) -> Option<Self> {
        dir.ancestors()
            .find(|dir| dir.join("Cargo.toml").is_file() && dir.join("xtask/Cargo.toml").is_file())
            .map(Self::at)
    }
}
