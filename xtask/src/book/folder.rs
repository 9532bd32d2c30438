//! Files and paths, named with forward slashes on every system.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The files below `folder` whose names end in `ending`, as sorted paths from it. No folder, no files.
pub fn files(folder: &Path, ending: &str) -> Result<Vec<String>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(folder, "", ending, &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, ending: &str, files: &mut Vec<String>) -> Result<()> {
    let reading = || format!("reading the folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type().with_context(reading)?.is_dir() {
            // Notebook servers leave copies in hidden folders.
            if !name.starts_with('.') {
                collect(&entry.path(), &format!("{path}/"), ending, files)?;
            }
        } else if name.ends_with(ending) {
            files.push(path);
        }
    }
    Ok(())
}

/// A path with forward slashes.
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// Where a link from the file `from` to `target` leads.
pub fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
