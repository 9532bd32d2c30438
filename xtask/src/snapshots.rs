//! Snapshots that wait for a decision.

use anyhow::{Result, bail};

use crate::book::folder;
use crate::project::Project;

/// Fails if a test left a new value beside a pinned one (`*.snap.new`) that nobody decided on yet.
pub fn none_pending(project: &Project) -> Result<()> {
    let mut pending = folder::files(&project.path("snapshots"), "")?;
    pending.retain(|file| file.contains(".snap.new"));
    if pending.is_empty() {
        return Ok(());
    }
    let lines = pending.iter();
    let lines: Vec<_> = lines
        .map(|file| format!("snapshots/{file}: this new value waits for a decision"))
        .collect();
    bail!("{}\ndecide with `cargo insta review`", lines.join("\n"))
}
