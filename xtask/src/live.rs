//! What the figures with knobs run on: `live/`, compiled to WebAssembly and packed into scripts, which a page can load from
//! a folder as well as from a server.
//!
//! A figure has two: products are fused in one, and a browser that cannot fuse them takes the other. All lie in `book/live/`,
//! which git ignores, and mdBook takes them along. A book without them shows the pinned figures alone.

use std::env;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use anstream::eprintln;
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lzma_rust2::{LzmaOptions, LzmaWriter};

use crate::book::folder;
use crate::command;
use crate::missing::Missing;
use crate::project::Project;
use crate::tool::Toolbox;

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
const SOURCE: &str = "src/rust/library";
const NEEDED: &str = "Rust's library for WebAssembly";

/// How the target's standard library is had.
enum Library {
    /// Its source is installed, and is compiled with the module, which is then smaller by a twelfth.
    Source,
    /// It is installed itself.
    Installed,
}

/// That a panic has no words: in a page nobody would read them.
const SILENT: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

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
            let text = format!("hnnLive(\"{figure}\", \"{}\");\n", pack(&bytes)?);
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

/// A file `.lzma` in base 64, as `theme/live.js` unpacks it: with three bits of context for a byte, and none of its position.
fn pack(bytes: &[u8]) -> Result<String> {
    let mut options = LzmaOptions::with_preset(9);
    (options.lc, options.lp, options.pb) = (3, 0, 0);
    options.nice_len = LzmaOptions::NICE_LEN_MAX;
    let mut packer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64))?;
    packer.write_all(bytes)?;
    Ok(STANDARD.encode(packer.finish()?))
}

/// Finds it; where it is not there, rustup adds it, if it can.
fn library() -> Result<Library> {
    let mut rustc = Command::new("rustc");
    let found = rustc.args(["--print", "sysroot"]).output();
    let found =
        found.map_err(|_| Missing::new("rustc", "install it from rustup.rs and run this again"))?;
    let root = PathBuf::from(String::from_utf8_lossy(&found.stdout).trim()).join("lib/rustlib");
    let has = |path: &str| root.join(path).is_dir();
    // Whether this is a compiler that knows what `SILENT` asks.
    let silent = rustc.args(SILENT).env("RUSTC_BOOTSTRAP", "1").output();
    let (wanted, add) = match silent.is_ok_and(|said| said.status.success()) {
        true => (SOURCE, ["component", "add", "rust-src"]),
        false => (TARGET, ["target", "add", TARGET]),
    };
    if !has(wanted) {
        let add = || match has(wanted) {
            true => Ok(()),
            false => command::run("to add it", Command::new("rustup").args(add)),
        };
        let added = Toolbox::of_this_process().and_then(|tools| tools.alone(NEEDED, add));
        added.unwrap_or_else(|error| eprintln!("note: {error:#}"));
    }
    match [SOURCE, TARGET].map(has) {
        [true, _] if wanted == SOURCE => Ok(Library::Source),
        [_, true] => Ok(Library::Installed),
        _ => {
            let way_out = format!("add it with `rustup {}`, and run this again", add.join(" "));
            Err(Missing::new(NEEDED, way_out).into())
        }
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
            .args(["-Zbuild-std=std", "-Zbuild-std-features=optimize_for_size"])
            .args(["-Zpanic-immediate-abort", "--config"])
            .arg(r#"profile.release.panic = "immediate-abort""#)
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
