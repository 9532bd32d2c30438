//! The notebooks as files of the built book, so that a page can offer its own.
//!
//! mdBook takes along what lies in `book/`, so copies lie in `book/notebooks/`, which git ignores.

use std::fs;

use anyhow::{Context, Result};

use super::folder;
use super::manuscript::Manuscript;
use crate::project::Project;

const FOLDER: &str = "notebooks";

/// The link from a page at the top of the book to a notebook, `chapters/chapter1_gradients.ipynb`.
pub fn href(notebook: &str) -> String {
    let name = notebook.rsplit('/').next().unwrap_or_default();
    format!("{FOLDER}/{name}")
}

/// Copies the notebooks of the pages to where mdBook finds them, and removes what is left of others.
pub fn lay_out(project: &Project, manuscript: &Manuscript) -> Result<()> {
    let folder = project.path("book").join(FOLDER);
    let mut wanted = Vec::new();
    for notebook in manuscript.page_notebooks() {
        let text =
            fs::read(project.path(notebook)).with_context(|| format!("reading {notebook}"))?;
        let copy = project.path("book").join(href(notebook));
        wanted.push(href(notebook));
        // A file that is written anew would have `mdbook serve` build the book again, for ever.
        if fs::read(&copy).is_ok_and(|there| there == text) {
            continue;
        }
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&copy, text))
            .with_context(|| format!("copying {notebook} into the book"))?;
    }
    for file in folder::files(&folder, ".ipynb")? {
        if !wanted.contains(&href(&file)) {
            fs::remove_file(folder.join(&file)).with_context(|| format!("removing {file}"))?;
        }
    }
    Ok(())
}
