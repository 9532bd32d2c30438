//! The steps of `cargo xtask test`: what each one proves, and how.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;

use crate::browser::Browser;
use crate::command::run;
use crate::jupyter::{self, Jupyter};
use crate::live;
use crate::mirror::difference::Recording;
use crate::project::Project;
use crate::search_path::SearchPath;
use crate::snapshots;
use crate::suite;
use crate::tool::{CARGO_INSTA, Toolbox};
use crate::{book, mirror, site};

/// Where the executed notebooks are left.
pub const EXECUTED: &str = "target/notebooks";
/// Where it is noted which pages a browser has been through.
const BROWSED: &str = "target/passed-in-a-browser";

/// What is wished of the steps that leave out what passed before.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// Execute only this notebook, such as `chapter5`; may be given more than once
    #[arg(long = "notebook", value_name = "NAME", value_delimiter = ',')]
    pub notebooks: Vec<String>,
    /// Execute notebooks and open pages that have not changed as well, as CI does
    #[arg(long)]
    pub afresh: bool,
}

/// A step of the test run. The order is the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Step {
    /// The code is formatted
    Format,
    /// Clippy has nothing to say
    Clippy,
    /// All Rust tests pass, every number is the pinned one, no snapshot is left over
    Snapshots,
    /// The documentation builds without a warning
    Docs,
    /// Every listing, output, figure, fact and formula of the book exists, no measured number is typed, and the book builds
    Book,
    /// The notebooks are what the book says
    Mirror,
    /// Every notebook, executed in a real Rust kernel, gives the outputs it records
    Notebooks,
    /// The book holds up in a browser: every page in every theme and width, by keyboard, on paper and without a server
    Browser,
}

impl Step {
    /// Its name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .expect("no step is hidden")
            .get_name()
            .to_owned()
    }

    /// What it proves, in a line.
    pub fn describe(self) -> String {
        let value = self.to_possible_value().expect("no step is hidden");
        value
            .get_help()
            .expect("every step is described")
            .to_string()
    }

    /// The steps to run: those of `only`, or all of them; in their own order, none twice.
    pub fn select(only: &[Self]) -> Vec<Self> {
        let all = Self::value_variants().iter().copied();
        all.filter(|step| only.is_empty() || only.contains(step))
            .collect()
    }

    /// Runs it. The error says what failed and the way out; it is [`Missing`](crate::missing::Missing) where the step
    /// could not run.
    pub fn run(self, project: &Project, wish: &Wish) -> Result<()> {
        let search = SearchPath::of_this_process();
        // CI takes nobody's word.
        let afresh = wish.afresh || suite::in_ci();
        match self {
            Self::Format => format(project),
            Self::Clippy => clippy(project),
            Self::Snapshots => snapshots(project),
            Self::Docs => docs(project),
            Self::Book => {
                book::check(project)?;
                site::build(project)
            }
            Self::Mirror => mirror::check(project),
            Self::Notebooks => execute(project, &wish.notebooks, afresh, &search),
            Self::Browser => {
                site::publish(project, &search)?;
                Browser::set_up(project, &search)?.check(&project.path(BROWSED), afresh)
            }
        }
    }
}

fn format(project: &Project) -> Result<()> {
    for manifest in ["Cargo.toml", live::MANIFEST] {
        let check = ["fmt", "--all", "--check", "--manifest-path", manifest];
        run("to check the formatting", cargo(project).args(check)).context(format!(
            "the code is not formatted: run `cargo fmt --all --manifest-path {manifest}`"
        ))?;
    }
    Ok(())
}

fn clippy(project: &Project) -> Result<()> {
    let lint = |attempt: &str, what: &[&str]| {
        let mut clippy = cargo(project);
        // With `--cap-lints` there, nothing would be denied.
        for flags in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_RUSTFLAGS",
        ] {
            clippy.env_remove(flags);
        }
        let clippy = clippy.arg("clippy").args(what);
        run(attempt, clippy.args(["--", "--deny", "warnings"]))
            .context("clippy has something to say: follow its advice above")
    };
    lint(
        "to check the workspace with clippy",
        &["--workspace", "--all-targets"],
    )?;
    // What a notebook compiles: the library alone, without the command line of the examples.
    lint(
        "to check the library alone with clippy",
        &["--package", "hnn", "--lib"],
    )?;
    lint(
        "to check the door to the figures with clippy",
        &["--manifest-path", live::MANIFEST, "--target-dir", "target"],
    )
}

fn snapshots(project: &Project) -> Result<()> {
    snapshots::none_pending(project)?;
    let cargo_insta = Toolbox::of_this_process()?.get(&CARGO_INSTA)?;
    run(
        "to test the workspace against the snapshots",
        Command::new(cargo_insta)
            .args(["test", "--workspace", "--exclude", "xtask"])
            .args(["--test-runner", "cargo-test", "--no-quiet"])
            .args(["--check", "--unreferenced", "reject"])
            .current_dir(&project.root),
    )
    .context(
        "a test failed or a snapshot differs: look above; \
         if the new value is meant, accept it with `cargo insta test --review`",
    )?;
    // The tool is compiled already, as it is run.
    let tool = ["test", "--profile", "tool", "--package", "xtask"];
    run("to test the build tool", cargo(project).args(tool))
        .context("a test of the build tool failed: look above")?;
    snapshots::none_pending(project)
}

fn docs(project: &Project) -> Result<()> {
    run(
        "to build the documentation",
        cargo(project)
            .args(["doc", "--workspace", "--no-deps", "--all-features"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )
    .context("the documentation has warnings: mend what rustdoc names above")
}

fn execute(project: &Project, names: &[String], afresh: bool, search: &SearchPath) -> Result<()> {
    let recorded = if names.is_empty() {
        jupyter::notebooks(project)?
    } else {
        let named = names.iter().map(|name| jupyter::notebook(project, name));
        let named = named.collect::<Result<BTreeSet<_>>>()?;
        named.into_iter().collect()
    };
    // What cannot be compared afterwards need not be executed first.
    for notebook in &recorded {
        Recording::read(notebook).map_err(|error| {
            let sentence = project.names_in(&format!("{error:#}"));
            anyhow!("{sentence}; `cargo xtask mirror` writes the notebooks from the book")
        })?;
    }
    let executed = project.path(EXECUTED);
    // Who names a notebook wants it executed.
    Jupyter::set_up(project, search)?
        .execute(&recorded, &executed, afresh || !names.is_empty())
        .context("a cell of a notebook failed: look above")?;
    let differences: Vec<String> = recorded
        .iter()
        .filter_map(|recorded| {
            let name = recorded.file_name().expect("a notebook has a file name");
            mirror::compare_executed(recorded, &executed.join(name)).err()
        })
        .map(|error| project.names_in(&format!("{error:#}")))
        .collect();
    if !differences.is_empty() {
        bail!("{}", differences.join("\n"));
    }
    Ok(())
}

fn cargo(project: &Project) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&project.root);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_choice_every_step_runs() {
        assert_eq!(Step::select(&[]), Step::value_variants());
    }

    #[test]
    fn chosen_steps_run_once_and_in_their_own_order() {
        let only = [Step::Mirror, Step::Format, Step::Mirror];
        assert_eq!(Step::select(&only), [Step::Format, Step::Mirror]);
    }
}
