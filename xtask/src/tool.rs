//! The cargo tools the project is built with, each in exactly one version.
//!
//! A tool is taken from `PATH` or cargo's own folder if that very version is there, else from a folder of
//! its own in the tool cache (`<cache>/<tool>-<version>/bin`), else installed into that folder. So
//! nobody's own mdBook of another version is touched, and two checkouts share one copy.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{self, Path, PathBuf};
use std::process::Command;

use anstream::eprintln;
use anyhow::{Context, Result, anyhow};

use crate::command;
use crate::missing::Missing;
use crate::search_path::SearchPath;

/// Builds the book.
pub const MDBOOK: Tool = Tool {
    name: "mdbook",
    version: "0.5.4",
    oldest_rust: None,
    minutes: "one to four minutes",
};

/// The Rust kernel of the notebooks.
pub const EVCXR_JUPYTER: Tool = Tool {
    name: "evcxr_jupyter",
    version: "0.22.0",
    oldest_rust: Some(95),
    minutes: "four to eight minutes",
};

/// Runs the snapshot tests and judges what they left behind.
pub const CARGO_INSTA: Tool = Tool {
    name: "cargo-insta",
    version: "1.49.0",
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
    /// The oldest Rust 1.x it compiles with, where that is newer than the project's own.
    pub oldest_rust: Option<u32>,
    minutes: &'static str,
}

impl Tool {
    /// Whether the program at `path` is this tool in this version: cargo has it on its list of what it installed there, or
    /// the program says so.
    fn is_at(&self, path: &Path) -> bool {
        let entry = format!("\"{} {} (", self.name, self.version);
        let root = path.parent().and_then(Path::parent).unwrap_or(path);
        let list = fs::read_to_string(root.join(".crates.toml")).unwrap_or_default();
        if list.contains(&entry) {
            return true;
        }
        let said = command::answer(path, &["--version"]).unwrap_or_default();
        let mut words = said.split_whitespace();
        words.any(|word| word.strip_prefix('v').unwrap_or(word) == self.version)
    }

    /// Fails if the Rust that is found first in `search` is too old for it.
    pub fn check_rust(&self, search: &SearchPath) -> Result<()> {
        let said = search.find(&["rustc"]);
        let said = said.and_then(|rustc| command::answer(rustc, &["--version"]));
        let said = said.unwrap_or_default();
        let version = said.split(' ').nth(1).unwrap_or_default();
        let minor = version
            .split('.')
            .nth(1)
            .and_then(|minor| minor.parse().ok());
        match (self.oldest_rust, minor) {
            (Some(oldest), Some(minor)) if oldest > minor => Err(Missing::new(
                format!("Rust 1.{oldest} or newer"),
                format!(
                    "{} {} is compiled with it, and this is Rust {version}: run `rustup update` and then this again",
                    self.name, self.version
                ),
            )
            .into()),
            _ => Ok(()),
        }
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
        let folder = |name: &str| {
            env::var_os(name)
                .filter(|folder| !folder.is_empty())
                .map(PathBuf::from)
        };
        let cargo_home = folder("CARGO_HOME").or_else(|| Some(dirs::home_dir()?.join(".cargo")));
        let mut search = SearchPath::of_this_process();
        if let Some(cargo_home) = cargo_home {
            search = search.then(cargo_home.join("bin"));
        }
        let cache = folder("HNN_TOOLS").or_else(|| Some(dirs::cache_dir()?.join("stuck-at-1.0")));
        let cache = cache.context("no folder to keep tools in: set HNN_TOOLS to one")?;
        // Tools are started from several folders.
        let cache = path::absolute(&cache)
            .with_context(|| format!("{} is no folder to keep tools in", cache.display()))?;
        // Their folders become parts of a search path.
        env::join_paths([&cache]).map_err(|_| {
            let folder = cache.display();
            anyhow!("HNN_TOOLS is {folder}, which holds what separates the folders of a search path: choose another")
        })?;
        Ok(Self { search, cache })
    }

    /// The path of `tool`, which is installed first if need be.
    pub fn get(&self, tool: &Tool) -> Result<PathBuf> {
        match self.find(tool) {
            Some(path) => Ok(path),
            // Who waited for another checkout finds what that one installed.
            None => self.alone(&format!("{} {}", tool.name, tool.version), || {
                self.find(tool).map_or_else(|| self.install(tool), Ok)
            }),
        }
    }

    /// Sets up what is `needed` while no other checkout does.
    pub fn alone<T>(&self, needed: &str, set_up: impl FnOnce() -> Result<T>) -> Result<T> {
        let open =
            fs::create_dir_all(&self.cache).and_then(|()| File::create(self.cache.join("lock")));
        let lock = open.with_context(|| {
            let cache = self.cache.display();
            format!("{needed} is needed, and there is no room for it in {cache}: set HNN_TOOLS to a folder that can be written")
        })?;
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            eprintln!("waiting for another checkout, which sets something up");
            lock.lock()?;
        }
        set_up()
    }

    fn find(&self, tool: &Tool) -> Option<PathBuf> {
        let search = self.search.then(self.home_of(tool).join("bin"));
        search.find_all(tool.name).find(|path| tool.is_at(path))
    }

    fn home_of(&self, tool: &Tool) -> PathBuf {
        self.cache.join(format!("{}-{}", tool.name, tool.version))
    }

    fn install(&self, tool: &Tool) -> Result<PathBuf> {
        let (name, version, minutes) = (tool.name, tool.version, tool.minutes);
        let home = self.home_of(tool);
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
        let cargo = self.search.find(&["cargo"]);
        command::run(
            &format!("to install {name} {version}"),
            Command::new(cargo.unwrap_or_else(|| "cargo".into()))
                .args(["install", "--locked", "--root"])
                .arg(&home)
                .arg(format!("{name}@{version}")),
        )
        .with_context(way_out)?;
        self.find(tool).with_context(way_out)
    }
}
