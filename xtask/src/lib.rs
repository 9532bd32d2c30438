//! The build tool of *Stuck at 1.0*.

pub mod browser;
pub mod command;
pub mod debian;
pub mod jupyter;
pub mod missing;
pub mod project;
pub mod search_path;
pub mod site;
pub mod snapshots;
pub mod stamp;
pub mod step;
pub mod suite;
pub mod tool;

/// The directives of the book (being written).
pub mod book {
    use std::io::{Read, Write};

    use anyhow::Result;

    use crate::project::Project;

    /// The mdBook preprocessor.
    pub fn preprocess(_: &Project, mut stdin: impl Read, mut stdout: impl Write) -> Result<()> {
        std::io::copy(&mut stdin, &mut stdout)?;
        Ok(())
    }

    /// All directive checks, without mdBook.
    pub fn check(_: &Project) -> Result<()> {
        Ok(())
    }
}

/// The notebook mirror (being written).
pub mod mirror {
    use std::path::{Path, PathBuf};

    use anyhow::Result;

    use crate::project::Project;

    /// Writes the notebooks.
    pub fn write(_: &Project) -> Result<Vec<PathBuf>> {
        Ok(Vec::new())
    }

    /// Fails if a notebook is not what the book says.
    pub fn check(_: &Project) -> Result<()> {
        Ok(())
    }

    /// Compares the outputs of an executed notebook with the recorded ones.
    pub fn compare_executed(_: &Path, _: &Path) -> Result<()> {
        Ok(())
    }
}
