//! The prologue: the notebook's main run, the constant that scores 1.0, and three runs that are not stopped early.
//!
//! `cargo run --example prologue`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Mark, Panel, Series, Table, brief, thousands,
};
use hnn::learning::seeds;
use hnn::model::Network;
use hnn::notebook::film::Film;
use hnn::notebook::{History, Notebook, Settings, TestRow, figures, printed};
use hnn::random::Gaussian;
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Runs the notebook beside the original, scores a constant network, and lets three runs go on";
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

    // ANCHOR: films
    let films: Vec<Film> = seeds::each(settings.seed..settings.seed + 3, |seed| {
        let run = Settings {
            seed,
            ..settings.clone()
        };
        Film::shoot(run, FRAMES, LONGEST)
    })?;
    evidence.show("films", films_table(&films))?;
    // ANCHOR_END: films

    // ANCHOR: collapse
    evidence.show("collapse", collapse(&films)?)?;
    // ANCHOR_END: collapse

    // ANCHOR: film-facts
    evidence.show("film", film_facts(&films))?;
    // ANCHOR_END: film-facts
    Ok(())
}

// ANCHOR: lens
/// Epochs from one look at a run to the next, and at the most.
const FRAMES: usize = 5;
const LONGEST: usize = 300;
// ANCHOR_END: lens

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

// ANCHOR: facts-of-films
/// When the runs would have been stopped, when they were at 1.000, and what was left of the first one's squared weights.
fn film_facts(films: &[Film]) -> Facts {
    let stuck: Vec<usize> = films.iter().filter_map(Film::stuck_at).collect();
    let stops = films.iter().filter_map(|film| film.stop.as_ref());
    let stops: Vec<usize> = stops.map(|stop| stop.epoch).collect();
    let first = |epochs: &[usize]| epochs.iter().copied().min().unwrap_or_default();
    let last = |epochs: &[usize]| epochs.iter().copied().max().unwrap_or_default();
    let end = films[0].last();
    Facts::new()
        .with("seeds", films.len())
        .with("stuck", stuck.len())
        .with("first_stop", first(&stops))
        .with("last_stop", last(&stops))
        .with("first_stuck", first(&stuck))
        .with("last_stuck", last(&stuck))
        .with("loss_at_the_end", format!("{:.3}", end.loss()))
        .with(
            "energy_term_at_the_end",
            format!("{:.0e}", end.training.energy),
        )
        .with(
            "first_weights",
            format!("{:.0}", films[0].frames[0].squared_weights),
        )
        .with("last_weights", brief(end.squared_weights))
}
// ANCHOR_END: facts-of-films

// ANCHOR: films-table
/// One row a run: its best, where early stopping would have ended it, and where it came to when it was let go on.
fn films_table(films: &[Film]) -> Table {
    let mut table = Table::new([
        "seed",
        "best validation loss",
        "in epoch",
        "early stop in epoch",
        "validation loss there",
        "loss 1.000 in epoch",
    ]);
    for film in films {
        let epoch = |epoch: Option<usize>| epoch.map_or("-".into(), |epoch| epoch.to_string());
        let loss = |loss: Option<f64>| loss.map_or("-".into(), |loss| format!("{loss:.3}"));
        let stop = film.stop.as_ref();
        table.row([
            film.run.seed.to_string(),
            loss(stop.map(|stop| stop.best.value)),
            epoch(stop.map(|stop| stop.best.look)),
            epoch(stop.map(|stop| stop.epoch)),
            loss(stop.map(|stop| stop.validation)),
            epoch(film.stuck_at()),
        ]);
    }
    table
}
// ANCHOR_END: films-table

// ANCHOR: collapse-figure
/// The loss of every run, each with a cross where early stopping would have ended it.
fn collapse(films: &[Film]) -> hnn::Result<Figure> {
    let line = |film: &Film| {
        film.frames
            .iter()
            .map(|frame| (frame.epoch as f64, frame.loss()))
            .collect()
    };
    let end = films
        .iter()
        .map(|film| film.last().epoch)
        .max()
        .unwrap_or_default() as f64;
    let colours = [Colour::Blue, Colour::Vermillion, Colour::Green];
    let mut series: Vec<Series> = films
        .iter()
        .zip(colours)
        .enumerate()
        .map(|(index, (film, colour))| {
            let across = (0.3 + 0.2 * index as f64) * end;
            Series::new(format!("seed {}", film.run.seed), colour, line(film))
                .labelled_at(across, 1.06)
        })
        .collect();
    let stops: Vec<(f64, f64)> = films
        .iter()
        .filter_map(|film| film.stop.as_ref())
        .map(|stop| (stop.epoch as f64, stop.validation))
        .collect();
    series.push(
        Series::new("early stops", Colour::Ink, stops)
            .marked(Mark::Cross)
            .labelled_at(0.62 * end, 0.3),
    );
    let stuck = films
        .iter()
        .filter(|film| film.stuck_at().is_some())
        .count();
    let title = format!(
        "Let go on, {stuck} of {} runs climb to a loss of 1.000 and stay",
        films.len()
    );
    let description = format!(
        "The loss of {} runs of the notebook without early stopping, over up to {end} epochs. Each falls to about a quarter, \
         turns and climbs; {stuck} arrive at 1.000. Crosses mark where early stopping would have ended them.",
        films.len(),
    );
    let (x, y) = (
        Axis::new("epoch", (0.0, end)),
        Axis::new("loss", (0.0, 1.15)),
    );
    LineChart::single(title, description, Panel::new(x, y, series)).draw()
}
// ANCHOR_END: collapse-figure
