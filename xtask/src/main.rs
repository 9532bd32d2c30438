//! `cargo xtask`: everything but writing the book.

use std::io;
use std::process::ExitCode;

use anstream::eprintln;
use anstyle::AnsiColor;
use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::jupyter::{self, Jupyter};
use xtask::project::Project;
use xtask::search_path::SearchPath;
use xtask::site::{self, Serving};
use xtask::step::{Step, Wish};
use xtask::{book, live, mirror, peers, qemu, suite};

/// The build tool of "Stuck at 1.0"
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the book, serve it, and rebuild it on every change
    Serve(Serving),
    /// Build the book into `site/`
    Build,
    /// Build the book into `site/` as it is published: with itself as a PDF and an EPUB
    Publish,
    /// Check everything, as CI does
    Test {
        /// Run only this step; may be given more than once
        #[arg(long, value_name = "STEP", value_delimiter = ',')]
        only: Vec<Step>,
        #[command(flatten)]
        wish: Wish,
        /// List the steps instead
        #[arg(long)]
        list: bool,
    },
    /// Open the notebooks in JupyterLab, which is set up in `.venv` first
    Notebook {
        /// The notebook to open, such as `chapter5`
        name: Option<String>,
        /// Set everything up, and open nothing
        #[arg(long, conflicts_with = "name")]
        set_up: bool,
    },
    /// Build what the figures with knobs run on
    Live,
    /// Write the notebooks from the book
    Mirror {
        /// Only check that they are what the book says
        #[arg(long)]
        check: bool,
    },
    /// Check that every result is the same bits on emulated processors
    Qemu,
    /// Time the engine and its peers, NumPy, JAX and PyTorch, side by side on one thread
    Peers {
        /// How often each is run, one after the other
        #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
    },
    /// Expand the book's directives (called by mdBook)
    #[command(hide = true)]
    Preprocess,
}

fn main() -> ExitCode {
    match perform(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let style = AnsiColor::Red.on_default().bold();
            eprintln!("{style}error:{style:#} {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let project = Project::find()?;
    match task {
        Task::Serve(serving) => site::serve(&project, &serving)?,
        Task::Build => site::build(&project)?,
        Task::Publish => site::publish(&project, &SearchPath::of_this_process())?,
        Task::Test { list: true, .. } => suite::list()?,
        Task::Test { only, wish, .. } => suite::run(&project, &Step::select(&only), &wish)?,
        Task::Notebook { set_up: true, .. } => {
            Jupyter::set_up(&project, &SearchPath::of_this_process())?;
        }
        Task::Notebook { name, .. } => {
            // A name that no notebook has is found out before anything is set up for it.
            let wanted = name.map(|name| jupyter::notebook(&project, &name));
            let wanted = wanted.transpose()?;
            Jupyter::set_up(&project, &SearchPath::of_this_process())?
                .open_lab(wanted.as_deref())?
        }
        Task::Mirror { check: true } => mirror::check(&project)?,
        Task::Mirror { check: false } => {
            for notebook in mirror::write(&project)? {
                eprintln!("wrote {}", project.name(&notebook));
            }
        }
        Task::Live => live::build(&project)?,
        Task::Qemu => qemu::check(&project, &SearchPath::of_this_process())?,
        Task::Peers { rounds } => peers::compare(&project, rounds)?,
        Task::Preprocess => book::preprocess(&project, io::stdin(), io::stdout())?,
    }
    Ok(())
}
