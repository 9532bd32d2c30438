//! Chapter 6, regularization: does the network overfit, and what do a penalty and early stopping do to it?
//!
//! `cargo run --example chapter6`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Recorded, Series, Setup, Table, brief,
    counted, thousands,
};
use hnn::learning::{EarlyStopping, Seeds};
use hnn::measure::{CIRCLE_POINTS, Spread, field_rmse};
use hnn::notebook::history::{Epoch, History, is_stuck};
use hnn::notebook::{self, Notebook};
use hnn::phase_space::{Oscillator, even_circle, nearest};
use hnn::trial::{self, Data, Objective, Runs, Study};
// ANCHOR_END: uses

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Widths of the network; the notebook's, 2,128,128,128,1, takes four times as long
        widths: [usize] = [2, 64, 64, 64, 1],
        /// Widths of the network of the sweeps over λ
        sweep_widths: [usize] = [2, 32, 32, 32, 1],
        /// Factor λ of the sum of squared weights, but in the sweeps
        l2: f64 = 1e-6,
        /// Epochs of a run without early stopping at the most
        longest: usize = 250,
        /// Epochs from one record to the next
        every: usize = 5,
        /// Steps of each run with the exact gradient
        steps: usize = 3000,
    }
}
// ANCHOR_END: knobs

// ANCHOR: penalties
/// The λ of the sweep: none, the notebook's, and more of it.
const PENALTIES: [f64; 4] = [0.0, 1e-6, 1e-5, 1e-4];
// ANCHOR_END: penalties

// ANCHOR: wider
/// The λ of the runs with the exact gradient.
const WIDER: [f64; 7] = [0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];
// ANCHOR_END: wider

fn main() -> std::process::ExitCode {
    let about = "Records the notebook's run beyond its early stop, with and without its penalty";
    hnn::cli::run("chapter6", about, experiment)
}

/// The chapter's experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: runs
    let run: notebook::Settings = penalised_run(knobs.l2, &knobs.widths);
    let exact_run = trial::Settings {
        seeds: knobs.seeds,
        objective: Objective::Full,
        widths: vec![2, 32, 32, 1],
        steps: knobs.steps,
        ..trial::Settings::default()
    };
    // A mistake is found before anything runs.
    exact_run.check()?;
    run.check()?;
    penalised_run(0.0, &knobs.sweep_widths)
        .check()
        .map_err(|error| error.named("sweep_widths", &knobs.sweep_widths))?;
    // ANCHOR_END: runs

    // ANCHOR: history
    let histories: Vec<History> = record(&knobs, std::slice::from_ref(&run))?.remove(0);
    let shortest: usize = histories
        .iter()
        .map(|history| history.epochs.len())
        .min()
        .unwrap_or(0);
    evidence.show(
        "gap",
        Table::of((0..shortest).step_by(4))
            .column("epoch", |index| histories[0].epochs[index].index)
            .column("training loss", |index| {
                over(&histories, |history| history.epochs[index].loss())
            })
            .column("validation minus training", |index| {
                over(&histories, |history| gap(&history.epochs[index]))
            })
            .column("validation minus nearest training", |index| {
                over(&histories, |history| gap_to_nearest(&history.epochs[index]))
            }),
    )?;
    // ANCHOR_END: history

    // ANCHOR: split
    let notebook = Notebook::new(run.clone())?;
    let (twins, distances) = nearest(notebook.validation_data(), notebook.training_data());
    // ANCHOR_END: split

    // ANCHOR: split-facts
    evidence.show(
        "split",
        Facts::new()
            .with("validation_points", thousands(twins.len()))
            .with("farthest", brief(Spread::of(distances).largest)),
    )?;
    // ANCHOR_END: split-facts

    // ANCHOR: valley
    evidence.show(
        "valley",
        Table::of(histories[0].epochs.iter().step_by(5))
            .column("epoch", |epoch| epoch.index)
            .column("energy term", |epoch| brief(epoch.training.energy))
            .column("penalty", |epoch| brief(epoch.training.l2))
            .column("c", |epoch| format!("{:.3}", epoch.origin))
            .column("(1/2 + c)²", |epoch| {
                format!("{:.3}", (0.5 + epoch.origin) * (0.5 + epoch.origin))
            })
            .column("loss", |epoch| format!("{:.3}", epoch.loss())),
    )?;
    // ANCHOR_END: valley

    // ANCHOR: history-facts
    let facts = history_facts(&knobs, &histories)?;
    evidence.show(
        "history",
        facts.with("setup", setup(&run, knobs.seeds.seeds)),
    )?;
    // ANCHOR_END: history-facts

    // ANCHOR: sweep
    let sweep_runs = PENALTIES.map(|l2| penalised_run(l2, &knobs.sweep_widths));
    let sweep: Vec<Vec<History>> = record(&knobs, &sweep_runs)?;
    evidence.show(
        "sweep",
        Table::of(&sweep)
            .column("λ", |histories| plain(histories[0].settings.l2))
            .column("came to 1.000", |histories| {
                format!("{} of {}", stuck(histories).len(), histories.len())
            })
            .column("in epoch", |histories| or_none(stuck(histories)))
            .column("last loss", |histories| {
                format!("{:.3}", over(histories, |history| history.last().loss()))
            })
            .column("Σ W², epoch 0", |histories| {
                over(histories, |history| history.epochs[0].squared_weights)
            })
            .column("Σ W², last", |histories| {
                over(histories, |history| history.last().squared_weights)
            }),
    )?;
    // ANCHOR_END: sweep

    // ANCHOR: sweep-facts
    let facts = sweep_facts(&knobs, &sweep);
    evidence.show(
        "sweeps",
        facts.with("setup", setup(&sweep_runs[0], knobs.seeds.seeds)),
    )?;
    // ANCHOR_END: sweep-facts

    // ANCHOR: to-the-end
    let without: Vec<Recorded> = Recorded::read("no-penalty")?.each("seed")?;
    let with: Vec<Recorded> = Recorded::read("penalty")?.each("seed")?;
    evidence.show("to-the-end", to_the_end(&without)?)?;
    // ANCHOR_END: to-the-end

    // ANCHOR: both-ways
    evidence.show("both-ways", both_ways(&without, &with))?;
    // ANCHOR_END: both-ways

    // ANCHOR: tried
    evidence.show("tried", changed(&TRIED, &["asleep 2"])?)?;
    // ANCHOR_END: tried

    // ANCHOR: apart
    evidence.show("apart", changed(&APART, &["asleep 3", "reach"])?)?;
    // ANCHOR_END: apart

    // ANCHOR: to-the-end-facts
    let found = notebook::Settings::default();
    evidence.show(
        "full-width",
        to_the_end_facts(&without, &with)?
            .with("setup", setup(&found, without.len() as u64))
            .with(
                "tried_setup",
                Setup {
                    gradient: "the notebook's gradient, or as the row says".into(),
                    ..setup(&found, with.len() as u64)
                },
            ),
    )?;
    // ANCHOR_END: to-the-end-facts

    // ANCHOR: cure
    let circle: Vec<Runs> = Runs::of(&penalised(&exact_run, Data::Circle))?;
    let disc: Vec<Runs> = Runs::of(&penalised(&exact_run, Data::Disc))?;
    evidence.show(
        "cure",
        Table::of(circle.iter().zip(&disc))
            .column("λ", |(circle, _)| plain(circle.settings.l2))
            .column("one energy: on it", |(circle, _)| circle.circle())
            .column("at half of it", |(circle, _)| at_half(circle))
            .column("over the disc", |(circle, _)| circle.disc())
            .column("many energies: over the disc", |(_, disc)| disc.disc()),
    )?;
    // ANCHOR_END: cure

    // ANCHOR: cure-facts
    evidence.show("exact", cure_facts(&circle, &disc))?;
    // ANCHOR_END: cure-facts
    Ok(())
}

// ANCHOR: record
/// The notebook's run with this λ on a network of these widths: everything else is as its author left it.
fn penalised_run(l2: f64, widths: &[usize]) -> notebook::Settings {
    notebook::Settings {
        l2,
        widths: widths.to_vec(),
        ..notebook::Settings::default()
    }
}

/// A run in a line, with so many seeds.
fn setup(run: &notebook::Settings, seeds: u64) -> Setup {
    run.setup(seeds, brief(Data::Circle.silence()))
}

/// The histories of these runs, a list of seeds for each.
fn record(knobs: &Knobs, runs: &[notebook::Settings]) -> hnn::Result<Vec<Vec<History>>> {
    History::record_all(runs, knobs.seeds, knobs.every, knobs.longest)
}
// ANCHOR_END: record

// ANCHOR: gap-table
/// Validation loss minus training loss, at the same weights.
fn gap(epoch: &Epoch) -> f64 {
    epoch.validation.without_l2() - epoch.training.without_l2()
}

/// Validation loss minus the loss at the training points nearest to the validation points.
fn gap_to_nearest(epoch: &Epoch) -> f64 {
    epoch.validation.without_l2() - epoch.nearest.without_l2()
}

/// The spread over the runs of a number of each.
fn over(histories: &[History], number: impl Fn(&History) -> f64) -> Spread {
    Spread::of(histories.iter().map(number))
}

/// The epochs in which runs came to 1.000.
fn stuck(histories: &[History]) -> Vec<f64> {
    let epochs = histories.iter().filter_map(History::stuck_at);
    epochs.map(|epoch| epoch as f64).collect()
}

/// The spread of numbers, if there are any.
fn or_none(numbers: Vec<f64>) -> String {
    match numbers.is_empty() {
        true => "-".into(),
        false => Spread::of(numbers).to_string(),
    }
}
// ANCHOR_END: gap-table

// ANCHOR: history-facts-table
/// What the page says of the runs.
fn history_facts(knobs: &Knobs, histories: &[History]) -> hnn::Result<Facts> {
    let run = &histories[0].settings;
    let last_epoch = over(histories, |history| history.last().index as f64).largest as usize;
    let steps = run.training_points().div_ceil(run.batch_size) * (last_epoch + 1);
    // Gradient descent on the penalty alone multiplies every weight by 1 - 2ηλ, step by step.
    let factor = 1.0 - 2.0 * run.learning_rate * run.l2;
    let kept = factor.powf(2.0 * steps as f64);
    let epochs = || histories.iter().flat_map(|history| &history.epochs);
    let largest = |number: fn(&Epoch) -> f64| brief(epochs().map(number).fold(0.0, f64::max));
    let negative = epochs().filter(|epoch| gap(epoch) < 0.0).count();
    // Of the one term that is trained for the data: validation over training.
    let ratio = |epoch: &Epoch| epoch.validation.energy / epoch.training.energy;
    let to_nearest = |epoch: &Epoch| epoch.validation.energy / epoch.nearest.energy;
    let settled = histories.iter().flat_map(|history| &history.epochs[1..]);
    let energy = settled
        .map(|epoch| epoch.training.energy)
        .fold(0.0, f64::max);
    let mut trained_stops = 0;
    for history in histories {
        let mut stopping = EarlyStopping::new(run.patience.div_ceil(knobs.every))?;
        let mut looks = history.epochs.iter();
        trained_stops +=
            usize::from(looks.any(|epoch| stopping.look(epoch.trained(), &[]).is_break()));
    }
    let first = |number: fn(&Epoch) -> f64| over(histories, |history| number(&history.epochs[0]));
    let last = |number: fn(&Epoch) -> f64| over(histories, |history| number(history.last()));
    let share = first(|epoch| 100.0 * epoch.training.l2 / epoch.loss());
    Ok(Facts::new()
        .with("gap", largest(|epoch| gap(epoch).abs()))
        .with(
            "negative_gaps",
            format!("{:.0}%", 100.0 * negative as f64 / epochs().count() as f64),
        )
        .with(
            "gap_to_nearest",
            largest(|epoch| gap_to_nearest(epoch).abs()),
        )
        .with("energy_ratio", Spread::of(epochs().map(ratio)))
        .with(
            "energy_ratio_nearest",
            format!("{:.3}", Spread::of(epochs().map(to_nearest))),
        )
        .with("penalty_share", format!("{:.1}%", share.median))
        .with("energy_at_most", brief(energy))
        .with("first_weights", first(|epoch| epoch.squared_weights))
        .with("last_weights", last(|epoch| epoch.squared_weights))
        .with("last_loss", format!("{:.3}", last(Epoch::loss).median))
        .with("first_trained", first(Epoch::trained))
        .with("last_trained", last(Epoch::trained))
        .with(
            "trained_stops",
            counted(trained_stops, histories.len(), "run"),
        )
        .with("steps", thousands(steps))
        .with("descent", format!("{:.2}%", 100.0 * (1.0 - kept))))
}
// ANCHOR_END: history-facts-table

// ANCHOR: sweep-table
/// A penalty as one writes it: `1e-6`, and `0` for none.
fn plain(l2: f64) -> String {
    if l2 == 0.0 {
        "0".into()
    } else {
        format!("{l2:e}")
    }
}
// ANCHOR_END: sweep-table

// ANCHOR: sweep-facts-table
/// What the page says of the sweep.
fn sweep_facts(knobs: &Knobs, sweep: &[Vec<History>]) -> Facts {
    // The median epoch of 1.000 under this penalty, if every run came to it.
    let epoch = |l2: f64| {
        let histories = sweep
            .iter()
            .find(|histories| histories[0].settings.l2 == l2)?;
        let stuck = stuck(histories);
        (stuck.len() == histories.len()).then(|| Spread::of(stuck).median)
    };
    let tenfold = match (epoch(1e-6), epoch(1e-5)) {
        (Some(once), Some(tenfold)) => format!("{:.1}", once / tenfold),
        _ => "-".into(),
    };
    let widest = |l2: f64| {
        let histories = sweep
            .iter()
            .filter(|histories| histories[0].settings.l2 == l2);
        let epochs = histories.flatten().flat_map(|history| &history.epochs);
        let gaps = epochs.map(|epoch| gap_to_nearest(epoch).abs());
        brief(gaps.fold(0.0, f64::max))
    };
    Facts::new()
        .with("gap_without", widest(0.0))
        .with("gap_with", widest(1e-6))
        .with("longest", knobs.longest)
        .with("origin", over(&sweep[0], |history| history.last().origin))
        .with("tenfold", tenfold)
}
// ANCHOR_END: sweep-facts-table

// ANCHOR: to-the-end-table
/// The last number of a recorded run.
fn at_the_end(run: &Recorded, column: &str) -> hnn::Result<f64> {
    Ok(run.numbers(column)?.pop().unwrap_or(f64::NAN))
}

/// The first epoch in which the network was recorded as a constant that scores 1.000.
fn first_stuck(run: &Recorded) -> hnn::Result<Option<f64>> {
    let (losses, slopes) = (run.numbers("loss")?, run.numbers("slope")?);
    let mut both = losses.iter().zip(slopes);
    let place = both.position(|(&loss, slope)| is_stuck(loss, slope));
    let epochs = run.numbers("epoch")?;
    Ok(place.map(|place| epochs[place]))
}

/// The spread over recorded runs of a number of each.
fn over_recorded(
    runs: &[Recorded],
    number: impl Fn(&Recorded) -> hnn::Result<f64>,
) -> hnn::Result<Spread> {
    let numbers: hnn::Result<Vec<f64>> = runs.iter().map(number).collect();
    Ok(Spread::of(numbers?))
}

/// The epochs in which recorded runs came to 1.000.
fn arrivals(runs: &[Recorded]) -> hnn::Result<Vec<f64>> {
    let epochs: hnn::Result<Vec<_>> = runs.iter().map(first_stuck).collect();
    Ok(epochs?.into_iter().flatten().collect())
}

/// One row a seed.
fn to_the_end(runs: &[Recorded]) -> hnn::Result<Table> {
    let mut table = Table::new([
        "seed",
        "loss at the end",
        "1.000 in epoch",
        "c at the end",
        "Σ W², first and last",
        "asleep, first and last",
    ]);
    let percent = |share: f64| format!("{:.0}%", 100.0 * share);
    for (seed, run) in runs.iter().enumerate() {
        let weights = run.numbers("squared weights")?;
        let asleep = run.numbers("always asleep 2")?;
        let last = asleep.len() - 1;
        table.row([
            seed.to_string(),
            format!("{:.3}", at_the_end(run, "loss")?),
            first_stuck(run)?.map_or("-".into(), |epoch| epoch.to_string()),
            format!("{:.2}", at_the_end(run, "origin")?),
            format!("{:.0} → {:.0}", weights[0], weights[last]),
            format!("{} → {}", percent(asleep[0]), percent(asleep[last])),
        ]);
    }
    Ok(table)
}
// ANCHOR_END: to-the-end-table

// ANCHOR: both-ways-figure
/// Above the loss, below how much of the second layer sleeps at every point: with the penalty and without.
fn both_ways(without: &[Recorded], with: &[Recorded]) -> hnn::Result<Figure> {
    let lines = |column: &str| -> hnn::Result<Vec<Series>> {
        let mut series = Vec::new();
        for (label, colour, runs) in [
            ("λ = 0", Colour::Vermillion, without),
            ("λ = 1e-6", Colour::Blue, with),
        ] {
            let mut each = Vec::new();
            for run in runs {
                let points = run.numbers("epoch")?.into_iter().zip(run.numbers(column)?);
                each.push(points.collect::<Vec<_>>());
            }
            series.extend(Series::each(label, colour, each));
        }
        Ok(series)
    };
    let (late, soon) = (arrivals(without)?, arrivals(with)?);
    let title = format!(
        "Come to 1.000: with the penalty {} of {} runs, without it {} of {}",
        soon.len(),
        with.len(),
        late.len(),
        without.len()
    );
    let description = format!(
        "Two charts over the epochs, at the notebook's full width. Above, the loss: with the penalty {} of {} runs come to 1.000, \
         by epoch {}; without it {} of {}, in epoch {}. Below, the share of the second layer's units that are asleep at every \
         point: it rises towards one in both.",
        soon.len(),
        with.len(),
        or_none(soon.clone()),
        late.len(),
        without.len(),
        or_none(late.clone()),
    );
    let epoch = || Axis::new("epoch");
    let share = Axis::new("second layer: asleep everywhere").holding([0.0, 1.0]);
    let panels = vec![
        Panel::new(epoch(), Axis::new("loss").holding([0.0]), lines("loss")?),
        Panel::new(epoch(), share, lines("always asleep 2")?),
    ];
    LineChart {
        title,
        description,
        panels,
    }
    .draw()
}
// ANCHOR_END: both-ways-figure

// ANCHOR: tried-table
/// What was changed in the run without a penalty, and the file that has it.
const TRIED: [(&str, &str); 6] = [
    ("nothing", "no-penalty"),
    ("softplus for ReLU", "softplus"),
    ("32 points, all in every step", "whole-batch"),
    ("a tenth of the rate", "short-steps"),
    ("Adam's ε 1e-3 for 1e-8", "large-epsilon"),
    ("gradient descent for Adam", "sgd"),
];

/// What tells the division from the length of a step.
const APART: [(&str, &str); 4] = [
    ("Adam", "no-penalty"),
    ("Adam's direction, gradient descent's length", "as-short"),
    ("the gradients' direction, Adam's length", "as-long"),
    ("one divisor for all weights", "one-divisor"),
];

/// A row for each change: where it led, and what these columns say at the end.
fn changed(changes: &[(&str, &'static str)], columns: &[&str]) -> hnn::Result<Table> {
    let head = ["changed", "epochs", "came to 1.000", "c at the end"];
    let more = columns.iter().map(|column| match column.split_once(' ') {
        Some((_, layer)) => format!("layer {layer} asleep"),
        None => (*column).to_owned(),
    });
    let mut table = Table::new(head.map(str::to_owned).into_iter().chain(more));
    for &(change, file) in changes {
        let runs = Recorded::read(file)?.each("seed")?;
        let last = |column: &str| over_recorded(&runs, |run| at_the_end(run, column));
        let asleep = |column: &str| {
            let share = over_recorded(&runs, |run| Ok(100.0 * at_the_end(run, column)?))?;
            hnn::Result::Ok(format!("{:.0}% to {:.0}%", share.smallest, share.largest))
        };
        let mut row = vec![
            change.to_owned(),
            thousands(last("epoch")?.largest as usize + 1),
            match arrivals(&runs)?.as_slice() {
                [] => format!("0 of {}", runs.len()),
                some => format!(
                    "{} of {}, by epoch {}",
                    some.len(),
                    runs.len(),
                    Spread::of(some.to_vec()).largest
                ),
            },
            last("origin")?.to_string(),
        ];
        for column in columns {
            row.push(match *column {
                "reach" => last(column)?.to_string(),
                _ => asleep(column)?,
            });
        }
        table.row(row);
    }
    Ok(table)
}
// ANCHOR_END: tried-table

// ANCHOR: full-width-facts
/// What the page says of the recorded runs.
fn to_the_end_facts(without: &[Recorded], with: &[Recorded]) -> hnn::Result<Facts> {
    let (late, soon) = (arrivals(without)?, arrivals(with)?);
    // Of the seeds that both have. A run that has not come yet comes later than those that have.
    let mut late_or_never = arrivals(&without[..with.len()])?;
    late_or_never.resize(with.len(), f64::INFINITY);
    let sooner = Spread::of(late_or_never).median / Spread::of(soon).median;
    let kept = |run: &Recorded| {
        let weights = run.numbers("squared weights")?;
        Ok(100.0 * weights[weights.len() - 1] / weights[0])
    };
    let kept = over_recorded(without, kept)?;
    let asleep = |place: fn(&[f64]) -> f64| {
        over_recorded(without, |run| {
            Ok(100.0 * place(&run.numbers("always asleep 2")?))
        })
    };
    let first = asleep(|shares| shares[0])?;
    let last = asleep(|shares| shares[shares.len() - 1])?;
    let range = |spread: &Spread| format!("{:.0}% to {:.0}%", spread.smallest, spread.largest);
    Ok(Facts::new()
        .with("stuck", counted(late.len(), without.len(), "run"))
        .with("sooner", format!("{sooner:.1}"))
        .with("weights_kept", range(&kept))
        .with("asleep_first", range(&first))
        .with("asleep_last", range(&last)))
}
// ANCHOR_END: full-width-facts

// ANCHOR: cure-table
/// The same trial under every penalty.
fn penalised(base: &trial::Settings, data: Data) -> Vec<trial::Settings> {
    base.sweep(WIDER, |run, l2| (run.data, run.l2) = (data, l2))
}

/// The error on the circle of half the energy of the notebook's.
fn at_half(runs: &Runs) -> Spread {
    let circle = 0.5f64.sqrt() * even_circle(CIRCLE_POINTS);
    runs.spread(|run| field_rmse(&run.network, Oscillator::UNIT, circle.view()))
}
// ANCHOR_END: cure-table

// ANCHOR: cure-facts-table
/// What the page says of the runs with the exact gradient.
fn cure_facts(circle: &[Runs], disc: &[Runs]) -> Facts {
    let none = circle[0].disc().median / circle[0].circle().median;
    let cured = circle.best(|_| true, Runs::disc);
    // What one would choose who has more points of the same energy to validate on, or points of half of it.
    let by_same = circle.best(|_| true, Runs::circle);
    let by_half = circle.best(|_| true, at_half);
    let cure = |runs: &Runs| format!("{:.1}", circle[0].disc().median / runs.disc().median);
    // The largest penalty at which the median stays within the spread of the runs without one.
    let harmless = disc
        .iter()
        .filter(|runs| runs.disc().median <= disc[0].disc().largest);
    let harmless = harmless.map(|runs| runs.settings.l2).fold(0.0, f64::max);
    Facts::new()
        .with("setup", [circle, disc].concat().setup(|_| Data::Disc))
        .with("times", format!("{none:.0}"))
        .with("cure", cure(cured))
        .with("by_same", plain(by_same.settings.l2))
        .with("by_same_cure", cure(by_same))
        .with("by_half", plain(by_half.settings.l2))
        .with("by_half_cure", cure(by_half))
        .with("harmless", plain(harmless))
        .with(
            "times_the_notebooks",
            thousands((cured.settings.l2 / notebook::Settings::default().l2).round() as usize),
        )
}
// ANCHOR_END: cure-facts-table

#[cfg(test)]
mod exercises {
    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: what share of Σ W² is left after so many steps of gradient descent
    /// on λ Σ W² alone, with λ = `l2`?
    fn left_over(_rate: f64, _l2: f64, _steps: u32) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_left_over(answer: impl Fn(f64, f64, u32) -> f64) -> Result<(), String> {
        for (rate, l2, steps) in [
            (1e-3, 1e-6, 45_000),
            (1e-2, 1e-2, 5_000),
            (1e-3, 0.1, 20_000),
        ] {
            let start = [1.0, -2.0, 0.5];
            let mut weights = start;
            for _ in 0..steps {
                let gradient = weights.map(|w| 2.0 * l2 * w);
                let sgd = &mut hnn::learning::Sgd;
                hnn::learning::Optimizer::step(sgd, rate, &mut weights, &gradient);
            }
            let squares = |weights: [f64; 3]| weights.map(|w| w * w).iter().sum::<f64>();
            let (yours, left) = (answer(rate, l2, steps), squares(weights) / squares(start));
            // A comparison with NaN is false, so that NaN is wrong as well.
            let right = (yours - left).abs() < 0.01 * left;
            if !right {
                return Err(format!(
                    "with rate {rate:e}, λ = {l2:e} and {steps} steps your answer is {yours:.4}, the run has {left:.4}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn left_over_solved(rate: f64, l2: f64, steps: u32) -> f64 {
        (1.0 - 2.0 * rate * l2).powf(2.0 * f64::from(steps))
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn left_over` first"]
    fn exercise_1() -> Result<(), String> {
        check_left_over(left_over)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_left_over(left_over_solved)?;
        // ANCHOR_END: try-1
        let weights_and_not_squares =
            |rate: f64, l2: f64, steps: u32| (1.0 - 2.0 * rate * l2).powf(f64::from(steps));
        assert!(check_left_over(weights_and_not_squares).is_err());
        let without_the_two =
            |rate: f64, l2: f64, steps: u32| (1.0 - rate * l2).powf(2.0 * f64::from(steps));
        assert!(check_left_over(without_the_two).is_err());
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: the loss of a network that a penalty has flattened on the whole disc.
    fn stuck_on_the_disc() -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_stuck_on_the_disc(answer: impl Fn() -> f64) -> Result<(), String> {
        let settings = trial::Settings {
            objective: Objective::Notebook,
            l2: 1.0,
            widths: vec![2, 16, 1],
            ..trial::Settings::default()
        };
        let network = trial::Outcome::of(&settings, 0)
            .map_err(|error| error.to_string())?
            .network;
        let points = hnn::phase_space::sunflower(hnn::measure::DISC_POINTS);
        let disc = hnn::phase_space::Dataset::of(&Oscillator::UNIT, points)
            .map_err(|error| error.to_string())?;
        let mut full = hnn::learning::Evaluator::new(hnn::learning::Loss::FULL, &network)
            .map_err(|error| error.to_string())?;
        let (yours, loss) = (
            answer(),
            full.value(&network, hnn::learning::Batch::from(&disc)),
        );
        let right = (yours - loss).abs() < 2e-3;
        if right {
            Ok(())
        } else {
            Err(format!(
                "your answer is {yours:.4}, the run is stuck at {loss:.4}"
            ))
        }
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn stuck_on_the_disc_solved() -> f64 {
        let motion = 0.5; // the mean of r² over the disc
        let energy = 0.5 * 0.5 / 12.0; // the variance of an energy spread evenly over 0 to 1/2
        motion + energy
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn stuck_on_the_disc` first"]
    fn exercise_2() -> Result<(), String> {
        check_stuck_on_the_disc(stuck_on_the_disc)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_stuck_on_the_disc(stuck_on_the_disc_solved)?;
        // ANCHOR_END: try-2
        for wrong in [1.0, 0.5, 0.75] {
            assert!(check_stuck_on_the_disc(|| wrong).is_err(), "{wrong} passes");
        }
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: an activation and a λ with which one energy is enough.
    fn recipe() -> (hnn::model::Activation, f64) {
        (hnn::model::Activation::Tanh, 1e-6)
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_recipe(answer: impl Fn() -> (hnn::model::Activation, f64)) -> Result<(), String> {
        const ENOUGH: f64 = 0.03;
        let (activation, l2) = answer();
        let settings = trial::Settings {
            data: Data::Circle,
            objective: Objective::Full,
            widths: vec![2, 32, 32, 1],
            activation,
            l2,
            ..trial::Settings::default()
        };
        let runs = Runs::of(&[settings]).map_err(|error| error.to_string())?;
        let error = runs[0].disc();
        if error.largest < ENOUGH {
            Ok(())
        } else {
            Err(format!(
                "with {activation} and λ = {l2:e} the error over the disc is {error}, and should be below {ENOUGH}"
            ))
        }
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn recipe_solved() -> (hnn::model::Activation, f64) {
        (hnn::model::Activation::Softplus, 1e-2)
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn recipe` first"]
    fn exercise_3() -> Result<(), String> {
        check_recipe(recipe)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_recipe(recipe_solved)?;
        // ANCHOR_END: try-3
        use hnn::model::Activation;
        for wrong in [(Activation::Tanh, 1e-2), (Activation::Softplus, 1e-6)] {
            assert!(check_recipe(|| wrong).is_err(), "{wrong:?} passes");
        }
        Ok(())
    }
}
