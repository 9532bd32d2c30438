//! What the figures with knobs run on: `live/`, compiled to WebAssembly and packed into scripts, which a page can load from
//! a folder as well as from a server.
//!
//! A figure has two: products are fused in one, and a browser that cannot fuse them takes the other. All lie in `book/live/`,
//! which git ignores, and mdBook takes them along. A book without them shows the pinned figures alone.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::book::folder;
use crate::command;
use crate::missing::Missing;
use crate::project::Project;

/// What a page says where its figure cannot be turned.
pub const WITHOUT: &str = "In the published book this figure has knobs; <code>cargo xtask live</code> builds what they need.";

/// The two kinds of a module, and the features of the processors that they are compiled for.
const KINDS: [(&str, &str); 2] = [("plain", "+simd128"), ("fused", "+simd128,+relaxed-simd")];

/// The scripts of a figure, from `book/`.
pub fn scripts(figure: &str) -> [String; 2] {
    KINDS.map(|(kind, _)| format!("live/{figure}-{kind}.js"))
}

/// Where each figure has the module that is compiled for it.
const MODULES: &str = "live/module/examples";

/// The figures that there are modules of.
pub fn figures(project: &Project) -> Result<Vec<String>> {
    let modules = folder::files(&project.path(MODULES), ".rs")?;
    let names = modules.iter().map(|file| file.trim_end_matches(".rs"));
    Ok(names.map(str::to_owned).collect())
}

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
    let figures = figures(project)?;
    let folder = project.path("book/live");
    let mut written = Vec::new();
    for (kind, features) in KINDS {
        let modules = compile(project, kind, features, &library)?;
        for figure in &figures {
            let module = modules.join(figure).with_extension("wasm");
            let bytes = fs::read(&module)
                .with_context(|| format!("reading the module of the figure {figure}"))?;
            let packed = STANDARD.encode(miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 10));
            let text = format!("hnnLive(\"{figure}\", \"{packed}\");\n");
            let path = folder.join(format!("{figure}-{kind}.js"));
            written.push(path.clone());
            // A file that is written anew would have `mdbook serve` build the book again.
            if fs::read_to_string(&path).is_ok_and(|there| there == text) {
                continue;
            }
            fs::create_dir_all(&folder)
                .and_then(|()| fs::write(&path, text))
                .with_context(|| format!("writing {}", project.name(&path)))?;
        }
    }
    // Of figures that are no more.
    for file in folder::files(&folder, "")? {
        let path = folder.join(file);
        if !written.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("removing {}", project.name(&path)))?;
        }
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
fn flags(project: &Project, features: &str) -> String {
    let mut flags = vec![format!("-Ctarget-feature={features}")];
    let places = dirs::home_dir().map(|home| (home, "~"));
    for (from, to) in places.into_iter().chain([(project.root.clone(), ".")]) {
        flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    }
    flags.join("\x1f")
}

/// Compiles every module for processors with these features, and returns the folder that they are in then.
fn compile(project: &Project, kind: &str, features: &str, library: &Library) -> Result<PathBuf> {
    let target = project.path("target").join(format!("live-{kind}"));
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&project.root)
        .args(["build", "--locked", "--release", "--target", TARGET])
        .args(["--examples", "--manifest-path", MANIFEST])
        .arg("--target-dir")
        .arg(&target)
        // The module's own flags and no others: what is meant for this processor is not meant for the page.
        .env("CARGO_ENCODED_RUSTFLAGS", flags(project, features));
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
    Ok(target.join(TARGET).join("release/examples"))
}
