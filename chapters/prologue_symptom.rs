//! The prologue: the notebook's main run, four more seeds, and the constant that scores 1.0.
//!
//! `cargo run --example prologue`

// ANCHOR: uses
use hnn::evidence::{Evidence, Facts, Table, thousands};
use hnn::network::Network;
use hnn::notebook::{History, Notebook, Settings, TestRow, figures, printed};
use hnn::random::Gaussian;
use hnn::seeds;
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about =
        "Runs the notebook, sets its results beside the original's, and scores a constant network";
    hnn::cli::run("prologue", about, experiment)
}

/// The prologue's experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: train
    let mut notebook = Notebook::new(settings.clone())?;
    let history = notebook.train()?;
    evidence.show("losses", history.lines())?;
    // ANCHOR_END: train

    // ANCHOR: loss-figure
    evidence.show("loss-figure", figures::losses(&history)?)?;
    // ANCHOR_END: loss-figure

    // ANCHOR: compare
    evidence.show("printed-losses", beside_the_original(&history))?;
    // ANCHOR_END: compare

    // ANCHOR: test-table
    evidence.show("test-table", notebook.test_table())?;
    // ANCHOR_END: test-table

    // ANCHOR: printed-table
    evidence.show("printed-table", TestRow::table(&printed::test_rows()))?;
    // ANCHOR_END: printed-table

    // ANCHOR: original
    let lowest = printed::LOSSES
        .iter()
        .map(|line| line.1)
        .fold(f64::INFINITY, f64::min);
    let (last_printed, last_loss, _) = printed::LOSSES[printed::LOSSES.len() - 1];
    let corner = printed::test_rows()[9];
    evidence.show(
        "original",
        Facts::new()
            .with("first_train_loss", format!("{:.3}", printed::LOSSES[0].1))
            .with("lowest_train_loss", format!("{lowest:.3}"))
            .with("last_printed_epoch", last_printed)
            .with("last_train_loss", format!("{last_loss:.3}"))
            .with("stopped_at", printed::STOPPED_AT)
            .with("corner_dh_dp", corner.dh_dp)
            .with("corner_expected", format!("{:.0}", corner.expected_dh_dp)),
    )?;
    // ANCHOR_END: original

    // ANCHOR: phase-space
    let mut starts = Gaussian::from_seed(settings.seed);
    evidence.show("phase-space", figures::phase_space(&notebook, &mut starts)?)?;
    // ANCHOR_END: phase-space

    // ANCHOR: time-series
    evidence.show("time-series", figures::time_series(&notebook)?)?;
    // ANCHOR_END: time-series

    // ANCHOR: error-maps
    evidence.show("error-maps", figures::error_maps(&notebook)?)?;
    // ANCHOR_END: error-maps

    // ANCHOR: run-facts
    let (best_epoch, best) = history.best().unwrap_or_default();
    let last = history.train.len() - 1;
    evidence.show(
        "run",
        Facts::new()
            .with("weights", thousands(notebook.network().parameters().len()))
            .with("first_train_loss", format!("{:.3}", history.train[0]))
            .with("best_epoch", best_epoch)
            .with("best_validation_loss", format!("{best:.3}"))
            .with("last_epoch", last)
            .with("last_train_loss", format!("{:.3}", history.train[last]))
            .with(
                "last_validation_loss",
                format!("{:.3}", history.validation[last]),
            ),
    )?;
    // ANCHOR_END: run-facts

    // ANCHOR: seeds
    let others = seeds::each(settings.seed + 1..settings.seed + 5, |seed| {
        let mut notebook = Notebook::new(Settings {
            seed,
            ..settings.clone()
        })?;
        Ok((seed, notebook.train()?))
    })?;
    let runs = [vec![(settings.seed, history)], others].concat();
    evidence.show("seeds", by_seed(&runs))?;
    // ANCHOR_END: seeds

    // ANCHOR: constant
    let constant = Network::constant(&settings.widths, 0.5)?;
    let terms = notebook.objective().terms(&constant, notebook.data());
    evidence.show(
        "constant",
        Facts::new()
            .with("velocity_term", format!("{:.4}", terms.velocity))
            .with("force_term", format!("{:.4}", terms.force))
            .with("energy_term", format!("{:.0e}", terms.energy))
            .with("l2_term", terms.l2)
            .with("loss", format!("{:.4}", terms.loss())),
    )?;
    // ANCHOR_END: constant
    Ok(())
}

// ANCHOR: beside-the-original
/// Our losses beside the ones that the original printed, at its epochs.
fn beside_the_original(history: &History) -> Table {
    let mut table = Table::new([
        "epoch",
        "original train",
        "ours train",
        "original validation",
        "ours validation",
    ]);
    for (epoch, train, validation) in printed::LOSSES {
        let ours = |losses: &[f64]| {
            losses
                .get(epoch)
                .map_or("-".into(), |loss| format!("{loss:.4}"))
        };
        table.row([
            epoch.to_string(),
            format!("{train:.4}"),
            ours(&history.train),
            format!("{validation:.4}"),
            ours(&history.validation),
        ]);
    }
    table
}
// ANCHOR_END: beside-the-original

// ANCHOR: by-seed
/// One row a run: where it started, its best, and where it stopped.
fn by_seed(runs: &[(u64, History)]) -> Table {
    let mut table = Table::new([
        "seed",
        "train loss, epoch 0",
        "best validation",
        "in epoch",
        "stopped at",
        "train loss there",
    ]);
    for (seed, history) in runs {
        let (epoch, best) = history.best().unwrap_or_default();
        let last = history.train.len() - 1;
        table.row([
            seed.to_string(),
            format!("{:.3}", history.train[0]),
            format!("{best:.3}"),
            epoch.to_string(),
            history
                .stopped_at
                .map_or("-".into(), |epoch| epoch.to_string()),
            format!("{:.3}", history.train[last]),
        ]);
    }
    table
}
// ANCHOR_END: by-seed
