//! The engine and its peers side by side, timed by `benches/peers/compare.py`.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::project::Project;
use crate::search_path::SearchPath;
use crate::venv::Venv;

/// Sets up the peers, runs everything `rounds` times and leaves the tables and every number in `benches/peers/`.
pub fn compare(project: &Project, rounds: u32) -> Result<()> {
    let venv = Venv {
        folder: project.path("target/peers/venv"),
        requirements: project.path("benches/peers/requirements.txt"),
        oldest_python: (3, 11),
        purpose: "the peers",
    };
    venv.set_up(&SearchPath::of_this_process())?;
    command::run(
        "to build the benchmarks",
        Command::new("cargo")
            .args(["bench", "--package", "hnn-benches", "--benches", "--no-run"])
            .current_dir(&project.root),
    )?;
    command::run(
        "to time the engine and its peers",
        Command::new(venv.python())
            .arg(project.path("benches/peers/compare.py"))
            .args(["--rounds", &rounds.to_string()])
            .current_dir(&project.root),
    )
}
