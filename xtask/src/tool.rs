//! The cargo tools the project is built with, each in exactly one version.
//!
//! A tool is taken from `PATH` or cargo's own folder if that very version is there, else from a folder of
//! its own in the tool cache (`<cache>/<tool>-<version>/bin`), else installed into that folder. So
//! nobody's own mdBook of another version is touched, and two checkouts share one copy.

use std::env;
use std::fs;
use std::path::{self, Path, PathBuf};
use std::process::{Command, Stdio};

use anstream::eprintln;
use anyhow::{Context, Result, anyhow};

use crate::command;
use crate::missing::Missing;
use crate::search_path::SearchPath;

/// Builds the book.
pub const MDBOOK: Tool = Tool {
    name: "mdbook",
    version: "0.5.4",
    proof: Proof::VersionFlag,
    oldest_rust: None,
    minutes: "one to four minutes",
};

/// The Rust kernel of the notebooks. Knows no `--version`.
pub const EVCXR_JUPYTER: Tool = Tool {
    name: "evcxr_jupyter",
    version: "0.22.0",
    proof: Proof::InstallRecord,
    oldest_rust: Some(95),
    minutes: "four to eight minutes",
};

/// Runs the snapshot tests and judges what they left behind.
pub const CARGO_INSTA: Tool = Tool {
    name: "cargo-insta",
    version: "1.49.0",
    proof: Proof::VersionFlag,
    oldest_rust: None,
    minutes: "about a minute",
};

/// A program from crates.io, pinned to one version.
#[derive(Debug)]
pub struct Tool {
    /// The crate and the program in it.
    pub name: &'static str,
    /// The one version the project is built with.
    pub version: &'static str,
    proof: Proof,
    /// The oldest Rust 1.x it compiles with, where that is newer than the project's own.
    pub oldest_rust: Option<u32>,
    minutes: &'static str,
}

/// How an installed program shows which version it is.
#[derive(Debug)]
enum Proof {
    /// The program prints it when asked with `--version`.
    VersionFlag,
    /// Cargo wrote it down beside the folder of the program, in `.crates.toml`.
    InstallRecord,
}

impl Tool {
    /// Whether the program at `path` is this tool in this version.
    fn is_at(&self, path: &Path) -> bool {
        match self.proof {
            Proof::VersionFlag => Command::new(path)
                .arg("--version")
                .stdin(Stdio::null())
                .output()
                .is_ok_and(|output| self.is_named_in(&String::from_utf8_lossy(&output.stdout))),
            Proof::InstallRecord => path
                .parent()
                .and_then(Path::parent)
                .and_then(|root| fs::read_to_string(root.join(".crates.toml")).ok())
                .is_some_and(|record| self.is_recorded_in(&record)),
        }
    }

    /// Fails if the Rust that is found first in `search` is too old for it.
    pub fn check_rust(&self, search: &SearchPath) -> Result<()> {
        let (Some(oldest), Some(rustc)) = (self.oldest_rust, search.find(&["rustc"])) else {
            return Ok(());
        };
        let said = Command::new(rustc).arg("--version").output();
        let said = said.map_or(String::new(), |said| {
            String::from_utf8_lossy(&said.stdout).into_owned()
        });
        let version = said.split(' ').nth(1).unwrap_or_default();
        let minor = version
            .split('.')
            .nth(1)
            .and_then(|minor| minor.parse().ok());
        match minor {
            Some(minor) if oldest > minor => {
                let needs = format!("Rust 1.{oldest} or newer");
                let way_out = format!(
                    "{} {} is compiled with it, and this is Rust {version}: run `rustup update` and then this again",
                    self.name, self.version
                );
                Err(Missing::new(needs, way_out).into())
            }
            _ => Ok(()),
        }
    }

    /// Whether the output of `--version`, such as `mdbook v0.5.4`, names exactly this version.
    fn is_named_in(&self, output: &str) -> bool {
        output
            .split_whitespace()
            .any(|word| word.strip_prefix('v').unwrap_or(word) == self.version)
    }

    /// Whether cargo's list of installed crates has exactly this version.
    fn is_recorded_in(&self, record: &str) -> bool {
        let entry = format!("\"{} {} (", self.name, self.version);
        record.lines().any(|line| line.starts_with(&entry))
    }
}

/// The places where tools are looked for, and the one where they are installed.
#[derive(Debug)]
pub struct Toolbox {
    search: SearchPath,
    cache: PathBuf,
}

impl Toolbox {
    /// `PATH`, cargo's own folder, and the cache: `$HNN_TOOLS`, or `stuck-at-1.0` in the user's cache folder.
    pub fn of_this_process() -> Result<Self> {
        let home = dirs::home_dir();
        let cargo_home = env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(home?.join(".cargo")));
        let path = SearchPath::of_this_process();
        let search = match cargo_home {
            Some(cargo_home) => path.then(cargo_home.join("bin")),
            None => path,
        };
        let chosen = env::var_os("HNN_TOOLS").filter(|folder| !folder.is_empty());
        let cache = chosen
            .map(PathBuf::from)
            .or_else(|| Some(dirs::cache_dir()?.join("stuck-at-1.0")))
            .context("no folder to keep tools in: set HNN_TOOLS to one")?;
        // Tools are started from several folders.
        let cache = path::absolute(&cache)
            .with_context(|| format!("{} is no folder to keep tools in", cache.display()))?;
        // Their folders become parts of a search path.
        env::join_paths([&cache]).map_err(|_| {
            let folder = cache.display();
            anyhow!("HNN_TOOLS is {folder}, which holds what separates the folders of a search path: choose another")
        })?;
        Ok(Self::new(search, cache))
    }

    /// A toolbox that looks in `search` and keeps its own tools in `cache`.
    pub fn new(search: SearchPath, cache: impl Into<PathBuf>) -> Self {
        Self {
            search,
            cache: cache.into(),
        }
    }

    /// The path of `tool`, which is installed first if need be.
    pub fn get(&self, tool: &Tool) -> Result<PathBuf> {
        match self.find(tool) {
            Some(path) => Ok(path),
            None => self.install(tool),
        }
    }

    /// The path of `tool` if it is installed.
    pub fn find(&self, tool: &Tool) -> Option<PathBuf> {
        let cached = SearchPath::of([self.home_of(tool).join("bin")]);
        self.search
            .find_all(tool.name)
            .chain(cached.find_all(tool.name))
            .find(|path| tool.is_at(path))
    }

    fn home_of(&self, tool: &Tool) -> PathBuf {
        self.cache.join(format!("{}-{}", tool.name, tool.version))
    }

    fn install(&self, tool: &Tool) -> Result<PathBuf> {
        let Tool {
            name,
            version,
            minutes,
            ..
        } = tool;
        let home = self.home_of(tool);
        fs::create_dir_all(&home).with_context(|| {
            format!(
                "{name} {version} is needed, and there is no room for it in {}: set HNN_TOOLS to a folder that can be \
                 written",
                self.cache.display()
            )
        })?;
        eprintln!(
            "{name} {version} is not on this computer yet: installing it into {} ({minutes}, once)",
            home.display()
        );
        let way_out = || {
            format!(
                "{name} {version} is needed; install it yourself with \
                 `cargo install --locked {name}@{version}`, or set HNN_TOOLS to a folder that has \
                 {name}-{version}/bin/{name}, and run this again"
            )
        };
        command::run(
            &format!("to install {name} {version}"),
            Command::new(
                self.search
                    .find(&["cargo"])
                    .unwrap_or_else(|| "cargo".into()),
            )
            .args(["install", "--locked", "--root"])
            .arg(&home)
            .arg(format!("{name}@{version}")),
        )
        .with_context(way_out)?;
        self.find(tool).with_context(way_out)
    }
}
