//! Snapshots that wait for a decision.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// Fails if a test left a new value beside a pinned one (`*.snap.new`) that nobody decided on yet.
pub fn none_pending(project: &Project) -> Result<()> {
    let folder = project.path("snapshots");
    let mut pending = Vec::new();
    collect_pending(&folder, &mut pending)
        .with_context(|| format!("failed to list {}", folder.display()))?;
    if pending.is_empty() {
        return Ok(());
    }
    pending.sort();
    let lines: Vec<_> = pending
        .iter()
        .map(|path| {
            format!(
                "{}: this new value waits for a decision",
                project.name(path)
            )
        })
        .collect();
    bail!("{}\ndecide with `cargo insta review`", lines.join("\n"))
}

fn collect_pending(folder: &Path, pending: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_pending(&path, pending)?;
        } else if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains(".snap.new"))
        {
            pending.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_snapshot_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path());
        none_pending(&project).unwrap();
        fs::create_dir_all(project.path("snapshots/chapter1")).unwrap();
        fs::write(project.path("snapshots/chapter1/check.snap.new"), "").unwrap();
        let error = none_pending(&project).unwrap_err().to_string();
        assert!(
            error.starts_with("snapshots/chapter1/check.snap.new: "),
            "{error}"
        );
        assert!(error.ends_with("`cargo insta review`"), "{error}");
    }
}
