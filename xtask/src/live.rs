//! What the figures with knobs run on: `live/`, compiled to WebAssembly and packed into scripts, which a page can load from
//! a folder as well as from a server.
//!
//! There are two: products are fused in one, and a browser that cannot fuse them takes the other. Both lie in `book/live/`,
//! which git ignores, and mdBook takes them along. A book without them shows the pinned figures alone.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::command;
use crate::missing::Missing;
use crate::project::Project;

/// What a page says where its figure cannot be turned.
pub const WITHOUT: &str = "In the published book this figure has knobs; <code>cargo xtask live</code> builds what they need.";

/// A module as a script.
pub struct Script {
    /// Its file, from `book/`.
    pub name: &'static str,
    features: &'static str,
}

/// Every script.
pub const SCRIPTS: [Script; 2] = [
    Script {
        name: "live/plain.js",
        features: "+simd128",
    },
    Script {
        name: "live/fused.js",
        features: "+simd128,+relaxed-simd",
    },
];

/// The package that is compiled for the page, a workspace of its own.
pub const MANIFEST: &str = "live/module/Cargo.toml";

const TARGET: &str = "wasm32-unknown-unknown";

/// How the target's standard library is had.
enum Library {
    /// It is installed.
    Installed,
    /// Its source is installed, and is compiled with the module.
    Source,
}

/// Builds the scripts; [`Missing`] where the toolchain cannot.
pub fn build(project: &Project) -> Result<()> {
    let library = library()?;
    for script in &SCRIPTS {
        let module = compile(project, script, &library)?;
        let bytes =
            fs::read(&module).with_context(|| format!("reading the module of {}", script.name))?;
        let packed = STANDARD.encode(miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 10));
        let text = format!("hnnLive(\"{packed}\");\n");
        let path = project.path("book").join(script.name);
        // A file that is written anew would have `mdbook serve` build the book again.
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        let folder = path.parent().expect("a script lies in a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("writing {}", project.name(&path)))?;
    }
    Ok(())
}

fn library() -> Result<Library> {
    let rustup = "install it from rustup.rs and run this again";
    let found = Command::new("rustc").args(["--print", "sysroot"]).output();
    let found = found.map_err(|_| Missing::new("rustc", rustup))?;
    let root = PathBuf::from(String::from_utf8_lossy(&found.stdout).trim()).join("lib/rustlib");
    let has = |path: &Path| root.join(path).is_dir();
    if has(Path::new(TARGET)) {
        Ok(Library::Installed)
    } else if has(Path::new("src/rust/library")) {
        Ok(Library::Source)
    } else {
        Err(Missing::new(
            "Rust's library for WebAssembly",
            format!("add it with `rustup target add {TARGET}` and run this again"),
        )
        .into())
    }
}

/// What rustc is told, separated as cargo wants it: the features, and to name files as they are found anywhere.
fn flags(project: &Project, script: &Script) -> String {
    let mut flags = vec![format!("-Ctarget-feature={}", script.features)];
    let places = dirs::home_dir().map(|home| (home, "~"));
    for (from, to) in places.into_iter().chain([(project.root.clone(), ".")]) {
        flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    }
    flags.join("\x1f")
}

/// Compiles the module for processors with these features.
fn compile(project: &Project, script: &Script, library: &Library) -> Result<PathBuf> {
    let name = script.name.replace(['/', '.'], "-");
    let target = project.path("target").join(name);
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&project.root)
        .args(["build", "--locked", "--release", "--target", TARGET])
        .args(["--manifest-path", MANIFEST])
        .arg("--target-dir")
        .arg(&target)
        // The module's own flags and no others: what is meant for this processor is not meant for the page.
        .env("CARGO_ENCODED_RUSTFLAGS", flags(project, script));
    if let Library::Source = library {
        cargo
            .args(["-Zbuild-std=std,panic_abort"])
            .arg("-Zbuild-std-features=optimize_for_size")
            .env("RUSTC_BOOTSTRAP", "1");
    }
    if env::var_os("CI").is_none() {
        cargo.arg("--quiet");
    }
    command::run(
        "to compile the figures' experiments for the page",
        &mut cargo,
    )?;
    Ok(target.join(TARGET).join("release/live.wasm"))
}
