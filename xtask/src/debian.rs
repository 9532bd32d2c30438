//! Setting up outside programs on Debian and its relatives.

use std::process::Command;

use anstream::eprintln;
use anyhow::Result;

use crate::command;
use crate::search_path::SearchPath;

/// Installs `packages` with apt-get if this process may do that: it is root and apt-get is there.
/// Says so first. `false` if it may not.
pub fn install(packages: &[&str], search: &SearchPath) -> Result<bool> {
    let Some(apt_get) = search.find(&["apt-get"]).filter(|_| is_root()) else {
        return Ok(false);
    };
    eprintln!(
        "installing with apt-get, as this is a Debian-like system and you are root: {}",
        packages.join(", ")
    );
    let attempt = format!("to install {} with apt-get", packages.join(", "));
    command::run(&attempt, Command::new(&apt_get).arg("update"))?;
    command::run(
        &attempt,
        Command::new(&apt_get)
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    Ok(true)
}

/// Whether this process is root on Linux.
#[cfg(target_os = "linux")]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Whether this process is root on Linux.
#[cfg(not(target_os = "linux"))]
pub fn is_root() -> bool {
    false
}
