//! A Python virtual environment inside the project, set up from a pinned list of packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anstream::eprintln;
use anyhow::{Context, Result, bail};

use crate::command;
use crate::missing::Missing;
use crate::search_path::SearchPath;
use crate::stamp::Stamp;

/// A virtual environment, and what belongs into it.
#[derive(Debug)]
pub struct Venv<'a> {
    /// Where it is.
    pub folder: PathBuf,
    /// The list of its packages, each with its version and the hashes of its files.
    pub requirements: PathBuf,
    /// The oldest Python every package supports.
    pub oldest_python: (u32, u32),
    /// What it is for, as messages name it: `Jupyter`.
    pub purpose: &'a str,
}

impl Venv<'_> {
    /// Sets it up unless it is set up from this very list.
    pub fn set_up(&self, search: &SearchPath) -> Result<()> {
        let list = fs::read_to_string(&self.requirements)
            .with_context(|| format!("failed to read {}", self.requirements.display()))?;
        let packages = |version: String| {
            Stamp::new(
                self.folder.join("packages-set-up"),
                format!("{version}{list}"),
            )
        };
        // Packages are of one Python: after an upgrade there are none.
        if version(&self.python()).is_some_and(|version| packages(version).is_current()) {
            return Ok(());
        }
        eprintln!(
            "setting up {} in {} (about a minute, once)",
            self.purpose,
            self.folder.display()
        );
        self.create(search)?;
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--requirement",
        ];
        command::run(
            &format!("to install the packages of {}", self.purpose),
            Command::new(self.python())
                .args(install)
                .arg(&self.requirements),
        )
        .with_context(|| {
            format!(
                "{} could not be set up: look at pip's message above, and run this again",
                self.purpose
            )
        })?;
        packages(version(&self.python()).unwrap_or_default()).set()
    }

    /// Its Python.
    pub fn python(&self) -> PathBuf {
        let program = if cfg!(windows) {
            "Scripts/python.exe"
        } else {
            "bin/python"
        };
        self.folder.join(program)
    }

    fn create(&self, search: &SearchPath) -> Result<()> {
        let python = find_python(search, self.oldest_python)?;
        let way_out = if cfg!(target_os = "linux") {
            "install it (`apt-get install python3-venv` on Debian and Ubuntu) and run this again"
        } else {
            "install a Python that has it and run this again"
        };
        let created = command::run(
            &format!("to create {}", self.folder.display()),
            Command::new(&python)
                .args(["-m", "venv", "--clear"])
                .arg(&self.folder),
        );
        created.or_else(|error| {
            eprintln!("{error:#}");
            bail!(Missing::new("Python's venv module", way_out))
        })
    }
}

/// What a Python says it is, if it runs.
fn version(python: &Path) -> Option<String> {
    command::answer(python, &["--version"])
}

/// A Python that is new enough.
fn find_python(search: &SearchPath, (major, minor): (u32, u32)) -> Result<PathBuf> {
    // Windows has the launcher `py`.
    let names = ["python3", "python", "py"];
    let mut pythons = names.iter().flat_map(|name| search.find_all(name));
    let test = format!("import sys; sys.exit(sys.version_info < ({major}, {minor}))");
    let python = pythons.find(|python| command::answer(python, &["-c", &test]).is_some());
    python.ok_or_else(|| {
        Missing::new(
            format!("Python {major}.{minor} or newer"),
            "install it from python.org or with your system's package manager, and run this again",
        )
        .into()
    })
}
