//! The notebooks: every page that tells a program, as a Jupyter notebook beside that program.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, Result, bail};

use crate::book::folder;
use crate::book::manuscript::Manuscript;
use crate::project::Project;

pub mod difference;
pub mod document;
pub mod notebook;

use difference::{Recording, first_difference};

/// Writes every notebook from the book; returns their paths.
pub fn write(project: &Project) -> Result<Vec<PathBuf>> {
    let notebooks = mirrored(project)?.into_iter();
    let write = |(name, json): (String, String)| {
        let path = project.path(&name);
        replace(project, &path, &json).with_context(|| format!("failed to write {name}"))?;
        Ok(path)
    };
    notebooks.map(write).collect()
}

/// Gives a file new contents at once, so that whoever interrupts this finds the old notebook or the new one. What is half
/// written stands in `target/`, where nobody takes it for a notebook.
fn replace(project: &Project, path: &Path, text: &str) -> io::Result<()> {
    let folder = project.path("target");
    fs::create_dir_all(&folder)?;
    let half = folder.join(format!("notebook.{}.part", process::id()));
    let replaced = fs::write(&half, text).and_then(|()| fs::rename(&half, path));
    if replaced.is_err() {
        // Best effort: what matters is the error that is returned.
        let _ = fs::remove_file(&half);
    }
    replaced
}

/// Fails if a notebook is not what the book says.
pub fn check(project: &Project) -> Result<()> {
    let notebooks = mirrored(project)?;
    let complaint = |(name, json)| complaint(name, json, &project.path(name));
    let mut complaints: Vec<String> = notebooks.iter().filter_map(complaint).collect();
    for file in folder::files(&project.path("chapters"), ".ipynb")? {
        let path = format!("chapters/{file}");
        if !notebooks.contains_key(&path) {
            let program = path.replace(".ipynb", ".rs");
            complaints.push(format!(
                "{path}: no page lists pieces of `{program}` by anchor: delete the notebook"
            ));
        }
    }
    if complaints.is_empty() {
        return Ok(());
    }
    complaints.push("`cargo xtask mirror` writes the notebooks from the book".to_owned());
    bail!(complaints.join("\n"))
}

/// Compares the outputs of an executed notebook with the recorded ones, cell by cell.
///
/// Counts, the way a stream was cut into messages, and newlines at the end of an output do not matter.
pub fn compare_executed(recorded: &Path, executed: &Path) -> Result<()> {
    let differences = Recording::read(recorded)?.differences_when_run(&Recording::read(executed)?);
    if differences.is_empty() {
        return Ok(());
    }
    bail!(differences.join("\n"))
}

fn mirrored(project: &Project) -> Result<BTreeMap<String, String>> {
    let manuscript = Manuscript::open(project)?;
    manuscript.check()?;
    notebook::of_all_pages(&manuscript)
}

fn complaint(name: &String, json: &String, path: &Path) -> Option<String> {
    let Ok(text) = fs::read_to_string(path) else {
        return Some(format!("{name}: there is no such notebook yet"));
    };
    let (line, both) = first_difference(("notebook", &text), ("book", json));
    (text != *json).then(|| format!("{name}:{line}: it differs from the book\n{both}"))
}
