//! The notebooks as files of the built book, so that a page can offer its own.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::manuscript::Manuscript;
use crate::edition::Edition;
use crate::project::Project;

/// Where they lie in the built book.
pub const FOLDER: &str = "notebooks";

/// How a notebook of the project takes the library, in its JSON.
const BESIDE: &str = r#"":dep hnn = { path = \"..\" }\n","#;

/// The link from a page at the top of the book to a notebook, `chapters/chapter1_gradients.ipynb`.
pub fn href(notebook: &str) -> String {
    let name = notebook.rsplit('/').next().unwrap_or_default();
    format!("{FOLDER}/{name}")
}

/// Copies the notebooks of the pages into the built book. A copy has no library beside it: where the edition says which
/// commit of which repository it is, it takes the library from there.
pub fn lay_out(project: &Project, edition: &Edition, site: &Path) -> Result<()> {
    let manuscript = Manuscript::open(project)?;
    fs::create_dir_all(site.join(FOLDER)).context("making a folder for the notebooks")?;
    for notebook in manuscript.page_notebooks() {
        let text = fs::read_to_string(project.path(&notebook))
            .with_context(|| format!("reading {notebook}"))?;
        let copy = match (&edition.repository, &edition.commit) {
            (Some(repository), Some(commit)) => {
                ensure!(
                    text.contains(BESIDE),
                    "{notebook} does not begin with the library"
                );
                let lines = [
                    format!(":dep hnn = {{ git = \"{repository}\", rev = \"{}\" }}\n", commit.hash),
                    "// In a clone of that repository, this instead: :dep hnn = { path = \"..\" }\n".to_owned(),
                ];
                let lines = lines.map(|line| serde_json::json!(line).to_string() + ",");
                text.replacen(BESIDE, &lines.join("\n    "), 1)
            }
            _ => text,
        };
        fs::write(site.join(href(&notebook)), copy)
            .with_context(|| format!("copying {notebook} into the book"))?;
    }
    Ok(())
}
