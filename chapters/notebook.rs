//! The notebook's main block: train, print the losses and the table, draw the four figures.
//!
//! `cargo run --example notebook`

use hnn::evidence::Evidence;
use hnn::notebook::{Notebook, Settings, figures};
use hnn::random::Gaussian;

fn main() -> std::process::ExitCode {
    let about =
        "Runs the notebook: trains, prints its losses and its table, draws its four figures";
    hnn::cli::run("notebook", about, experiment)
}

/// The main block, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    let mut starts = Gaussian::from_seed(settings.seed);
    let mut notebook = Notebook::new(settings)?;
    let history = notebook.train()?;
    evidence.show("losses", history.lines())?;
    evidence.show("loss-figure", figures::losses(&history))?;
    evidence.show("test-table", notebook.test_table())?;
    evidence.show("phase-space", figures::phase_space(&notebook, &mut starts))?;
    evidence.show("time-series", figures::time_series(&notebook))?;
    evidence.show("error-maps", figures::error_maps(&notebook))?;
    Ok(())
}
