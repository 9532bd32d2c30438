//! The browser check: the built book in a real, headless Chromium.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::debian;
use crate::missing::Missing;
use crate::project::Project;
use crate::search_path::SearchPath;
use crate::stamp::Stamp;

/// The names under which systems install Chromium or Chrome.
const CHROMIUMS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// The oldest Node.js the check runs on.
const OLDEST_NODE: u32 = 18;

/// Reads `site/` as its readers do, with mouse and keyboard, on screen and on paper: see `tests/browser/`.
pub fn check(project: &Project, search: &SearchPath) -> Result<()> {
    let folder = project.path("tests/browser");
    let chromium = find_chromium(env::var_os("CHROME"), search)?;
    let node = find_node(search)?;
    let npm = find_npm(search)?;
    install_packages(&folder, &npm)?;
    command::run(
        "to check the book in a browser",
        Command::new(node)
            .args(["--test", "--test-reporter=spec"])
            .env("CHROME", chromium)
            .env("SITE", project.path("site"))
            .current_dir(&folder),
    )
    .context("a page does not hold up in a browser: look above")
}

fn install_packages(folder: &Path, npm: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let list =
        fs::read_to_string(&lock).with_context(|| format!("failed to read {}", lock.display()))?;
    let packages = Stamp::new(folder.join("node_modules/.packages-set-up"), list);
    if packages.is_current() {
        return Ok(());
    }
    command::run(
        "to install the browser driver",
        Command::new(npm)
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder),
    )?;
    packages.set()
}

fn find_chromium(chosen: Option<OsString>, search: &SearchPath) -> Result<PathBuf> {
    if let Some(chrome) = chosen {
        return Ok(chrome.into());
    }
    let app = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let find = || {
        search
            .find(CHROMIUMS)
            .or_else(|| app.is_file().then(|| app.to_owned()))
    };
    find_or_install(find, &["chromium"], search)?.ok_or_else(|| {
        Missing::new(
            "Chromium or Chrome",
            "install one (`apt-get install chromium` on Debian) or set CHROME to its program, and run this again",
        )
        .into()
    })
}

fn find_node(search: &SearchPath) -> Result<PathBuf> {
    let find = || {
        search.find_all("node").find(|node| {
            let test =
                format!("process.exit(parseInt(process.versions.node) < {OLDEST_NODE} ? 1 : 0)");
            Command::new(node)
                .args(["-e", &test])
                .status()
                .is_ok_and(|status| status.success())
        })
    };
    find_or_install(find, &["nodejs", "npm"], search)?.ok_or_else(|| {
        Missing::new(
            format!("Node.js {OLDEST_NODE} or newer"),
            "install it from nodejs.org or with your system's package manager, and run this again",
        )
        .into()
    })
}

fn find_npm(search: &SearchPath) -> Result<PathBuf> {
    find_or_install(|| search.find(&["npm"]), &["npm"], search)?
        .ok_or_else(|| Missing::new("npm", "install it beside Node.js, and run this again").into())
}

fn find_or_install(
    find: impl Fn() -> Option<PathBuf>,
    packages: &[&str],
    search: &SearchPath,
) -> Result<Option<PathBuf>> {
    match find() {
        Some(program) => Ok(Some(program)),
        None if debian::install(packages, search)? => Ok(find()),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_no_host() {
        let lock = Project::find()
            .unwrap()
            .path("tests/browser/package-lock.json");
        let lock = fs::read_to_string(lock).unwrap();
        assert!(
            lock.contains("\"integrity\"") && !lock.contains("://"),
            "{lock}"
        );
    }

    #[test]
    fn the_chosen_browser_is_used() {
        let chosen = find_chromium(Some("/opt/chrome".into()), &SearchPath::of([])).unwrap();
        assert_eq!(chosen, Path::new("/opt/chrome"));
    }

    #[test]
    fn a_missing_npm_names_the_way_out() {
        let error = find_npm(&SearchPath::of([])).unwrap_err();
        assert!(error.is::<Missing>());
        assert_eq!(
            error.to_string(),
            "needs npm; install it beside Node.js, and run this again"
        );
    }
}
