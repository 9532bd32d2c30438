//! The built book in a real, headless Chromium: read as its readers do, and printed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
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

/// Where an installer puts Chrome that puts it on no search path: below these folders, or in one.
const CHROMES: [(&str, &str); 3] = [
    ("ProgramFiles", "Google/Chrome/Application/chrome.exe"),
    ("LOCALAPPDATA", "Google/Chrome/Application/chrome.exe"),
    (
        "",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
];

/// The oldest Node.js the check runs on.
const OLDEST_NODE: u32 = 18;

/// A browser, and Node.js, which drives it.
pub struct Browser {
    folder: PathBuf,
    site: PathBuf,
    chromium: PathBuf,
    node: PathBuf,
}

impl Browser {
    /// Finds both, and sets up the driver.
    pub fn set_up(project: &Project, search: &SearchPath) -> Result<Self> {
        let browser = Self {
            folder: project.path("tests/browser"),
            site: project.path("site"),
            chromium: find_chromium(search)?,
            node: find_node(search)?,
        };
        let npm = search.find(&["npm"]);
        let npm = npm
            .ok_or_else(|| Missing::new("npm", "install it beside Node.js, and run this again"))?;
        let lock = browser.folder.join("package-lock.json");
        let list = fs::read_to_string(&lock)
            .with_context(|| format!("failed to read {}", lock.display()))?;
        let packages = Stamp::new(browser.folder.join("node_modules/.packages-set-up"), list);
        if !packages.is_current() {
            command::run(
                "to install the browser driver",
                Command::new(npm)
                    .args(["ci", "--no-audit", "--no-fund"])
                    .current_dir(&browser.folder),
            )?;
            packages.set()?;
        }
        Ok(browser)
    }

    /// Reads `site/` with mouse and keyboard, on screen and on paper: see `tests/browser/`. Without `afresh` only where
    /// something has changed since `passed` was written.
    pub fn check(&self, passed: &Path, afresh: bool) -> Result<()> {
        let passed = passed.to_string_lossy();
        let mut args = vec!["check.mjs", &passed];
        args.extend(afresh.then_some("--afresh"));
        self.run("to check the book in a browser", &args)
            .context("a page does not hold up in a browser: look above")
    }

    /// Runs Node.js in `tests/browser/`.
    pub fn run(&self, attempt: &str, args: &[&str]) -> Result<()> {
        command::run(
            attempt,
            Command::new(&self.node)
                .args(args)
                .env("CHROME", &self.chromium)
                .env("SITE", &self.site)
                .current_dir(&self.folder),
        )
    }
}

fn find_chromium(search: &SearchPath) -> Result<PathBuf> {
    let chosen = env::var_os("CHROME").map(PathBuf::from);
    let mut installed = CHROMES.iter().map(|(variable, program)| {
        let folder = env::var_os(variable).unwrap_or_default();
        Path::new(&folder).join(program)
    });
    let is_there = |chrome: &PathBuf| chrome.is_absolute() && chrome.is_file();
    chosen
        .or_else(|| search.find(CHROMIUMS))
        .or_else(|| installed.find(is_there))
        .ok_or_else(|| {
            Missing::new(
                "Chromium or Chrome",
                "install one (`apt-get install chromium` on Debian) or set CHROME to its program, and run this again",
            )
            .into()
        })
}

fn find_node(search: &SearchPath) -> Result<PathBuf> {
    let test = format!("process.exit(parseInt(process.versions.node) < {OLDEST_NODE} ? 1 : 0)");
    let is_new = |node: &PathBuf| command::answer(node, &["-e", &test]).is_some();
    search.find_all("node").find(is_new).ok_or_else(|| {
        Missing::new(
            format!("Node.js {OLDEST_NODE} or newer"),
            "install it from nodejs.org or with your system's package manager, and run this again",
        )
        .into()
    })
}
