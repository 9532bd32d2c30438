//! The built book: the folder `site/`, and serving it while writing.

use std::env;
use std::fs::File;
use std::io::IsTerminal;
use std::process::Command;
use std::thread;
use std::time::SystemTime;

use anstream::eprintln;
use anyhow::Result;

use crate::anchors;
use crate::command;
use crate::live;
use crate::missing::Missing;
use crate::project::Project;
use crate::tool::{MDBOOK, Toolbox};

/// How to serve the book.
#[derive(Debug, clap::Args)]
pub struct Serving {
    /// Do not open the book in a browser
    #[arg(long)]
    pub no_open: bool,
    /// Port to listen on
    #[arg(long, short, default_value_t = 3000)]
    pub port: u16,
    /// Host name to listen on
    #[arg(long, short = 'n', default_value = "localhost")]
    pub hostname: String,
}

/// Builds the book into `site/`, and checks that its links lead somewhere. Where the toolchain cannot compile for the page,
/// its figures have no knobs.
pub fn build(project: &Project) -> Result<()> {
    let mdbook = Toolbox::of_this_process()?.get(&MDBOOK)?;
    match live::build(project) {
        Err(error) if error.is::<Missing>() => {
            eprintln!("note: no figure has knobs: that {error}");
        }
        built => built?,
    }
    command::run(
        "to build the book",
        Command::new(mdbook).arg("build").current_dir(&project.root),
    )?;
    anchors::check(project)
}

/// Builds the book, serves it and rebuilds it whenever prose, code or evidence changes.
pub fn serve(project: &Project, serving: &Serving) -> Result<()> {
    let mdbook = Toolbox::of_this_process()?.get(&MDBOOK)?;
    let mut serve = Command::new(mdbook);
    serve
        .arg("serve")
        .args([
            "--port",
            &serving.port.to_string(),
            "--hostname",
            &serving.hostname,
        ])
        .current_dir(&project.root);
    if !serving.no_open && someone_is_watching() {
        serve.arg("--open");
    }
    // The pages are there at once, and the knobs when they are compiled.
    thread::scope(|scope| {
        scope.spawn(|| {
            let built = live::build(project).and_then(|()| stir(project));
            if let Err(error) = built {
                eprintln!("note: no figure has knobs: {error:#}");
            }
        });
        command::run("to serve the book", &mut serve)
    })
}

/// Has a serving mdBook build the book again: it does not watch what git ignores, as the modules are.
fn stir(project: &Project) -> Result<()> {
    let summary = File::options()
        .append(true)
        .open(project.path("book/SUMMARY.md"))?;
    Ok(summary.set_modified(SystemTime::now())?)
}

/// Whether a browser window would be seen by whoever started this: a terminal with a desktop around it.
pub fn someone_is_watching() -> bool {
    let desktop = cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]
            .iter()
            .any(|name| env::var_os(name).is_some());
    desktop && env::var_os("CI").is_none() && std::io::stdout().is_terminal()
}
