//! The epilogue: the two faults crossed, the model that works, and what it is compared with.
//!
//! `cargo run --example repaired`

// ANCHOR: uses
use hnn::Error;
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Table, brief,
};
use hnn::learning::{Fit, Plain, Quadratic, Seeds, seeds};
use hnn::measure::{DISC_POINTS, Spread, diagonal_table, field_rmse_of, portrait};
use hnn::mechanics::{Rollout, hundred_periods};
use hnn::model::Activation;
use hnn::phase_space::{Dataset, Oscillator, State, sunflower};
use hnn::random::Gaussian;
use hnn::trial::repaired::{Repaired, Settings};
use hnn::trial::{self, Data, Objective, Runs};
// ANCHOR_END: uses

// ANCHOR: motion
/// The errors of energy and phase over 100 periods: infinite if the motion leaves the finite numbers.
struct Motion {
    energy: f64,
    phase: f64,
}

impl Motion {
    fn of(rollout: hnn::Result<Rollout>) -> hnn::Result<Self> {
        let [energy, phase] = match rollout {
            Ok(rollout) => [rollout.energy.largest, rollout.phase.last.abs()],
            Err(Error::Escaped { .. }) => [f64::INFINITY; 2],
            Err(error) => return Err(error),
        };
        Ok(Self { energy, phase })
    }
}
// ANCHOR_END: motion

// ANCHOR: constants
/// Where the long rollouts start: off the circle of the notebook's data.
const START: State = [0.8, 0.0];
/// Steps of the long rollouts: so many that the integrator's own errors are far below the networks'.
const STEPS_PER_PERIOD: usize = 400;
/// Hidden units of each layer of the two plain networks, which together have about as many weights as ours.
const PLAIN_HIDDEN: [usize; 2] = [17, 17];
// ANCHOR_END: constants

fn main() -> std::process::ExitCode {
    let about =
        "Crosses the two faults, trains the model that works, and sets it beside its rivals";
    hnn::cli::run("repaired", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// The model that works; its seed is the first of all runs.
        model: in Settings,
        /// Steps of each run that crosses the two faults
        steps: usize = 3000,
    }
}
// ANCHOR_END: knobs

/// The experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let settings: Settings = knobs.model.clone();
    let seed: u64 = settings.fit.seed;
    // A mistake is found before anything runs, and so are points too few for the simplest rival.
    settings.check()?;
    Quadratic::fit(&settings.data()?.0)?;
    // ANCHOR_END: settings

    // ANCHOR: crossed
    let crossed: Vec<Runs> = Runs::of(&crossings(seed, knobs.steps))?;
    evidence.show(
        "crossed",
        Table::of(crossed.chunks_exact(2))
            .column("network", |pair| pair[0].settings.activation)
            .column("gradient", |pair| match pair[0].settings.objective {
                Objective::Notebook => "the notebook's",
                _ => "exact",
            })
            .column("one circle", |pair| pair[0].disc())
            .column("the disc", |pair| pair[1].disc()),
    )?;
    // ANCHOR_END: crossed

    // ANCHOR: train
    let models: Vec<Repaired> =
        Seeds::new(seed, 5).each(|seed| Repaired::train(&settings.with_seed(seed)))?;
    let motions: Vec<Motion> = seeds::run_all(&models, |model| {
        Motion::of(model.hundred_periods(START, STEPS_PER_PERIOD))
    })?;
    evidence.show(
        "seeds",
        Table::of((seed..).zip(models.iter().zip(&motions)))
            .column("seed", |(seed, _)| seed)
            .column("loss", |(_, (model, _))| brief(model.minimum.value))
            .column("evaluations", |(_, (model, _))| model.minimum.evaluations)
            .column("field RMSE", |(_, (model, _))| brief(model.field_rmse()))
            .column("energy error, 100 periods", |(_, (_, motion))| {
                brief(motion.energy)
            })
            .column("phase error, 100 periods", |(_, (_, motion))| {
                brief(motion.phase)
            }),
    )?;
    // ANCHOR_END: train

    // ANCHOR: descent
    evidence.show("descent", descent(&models[0]))?;
    // ANCHOR_END: descent

    // ANCHOR: diagonal
    evidence.show(
        "diagonal",
        diagonal_table(&models[0].network, Oscillator::UNIT, 10),
    )?;
    // ANCHOR_END: diagonal

    // ANCHOR: phase-space
    let starts: Vec<State> = portrait::starts(&mut Gaussian::from_seed(seed));
    evidence.show(
        "phase-space",
        portrait::phase_space(&starts, |start| models[0].path(start)),
    )?;
    // ANCHOR_END: phase-space

    // ANCHOR: time-series
    let start: State = [1.0, 0.0];
    let path: hnn::Result<Vec<State>> = models[0].path(start);
    evidence.show(
        "time-series",
        path.and_then(|path| portrait::time_series(start, &path)),
    )?;
    // ANCHOR_END: time-series

    // ANCHOR: error-maps
    evidence.show(
        "error-maps",
        portrait::error_maps(|grid| models[0].field(grid)),
    )?;
    // ANCHOR_END: error-maps

    // ANCHOR: rivals
    let rivals: Vec<Rival> = Seeds::new(seed, 5).each(|seed| rival(&settings.with_seed(seed)))?;
    evidence.show("rivals", rivals_table(&models, &motions, &rivals))?;
    // ANCHOR_END: rivals

    // ANCHOR: facts
    evidence.show(
        "facts",
        Facts::new()
            .with("nothing", format!("{:.3}", 0.5f64.sqrt()))
            .with("points", settings.points)
            .with("evaluations_hundredth", evaluations_below(&models, 1e-2))
            .with("evaluations_thousandth", evaluations_below(&models, 1e-3)),
    )?;
    // ANCHOR_END: facts
    Ok(())
}

// ANCHOR: crossings
/// Both gradients on both kinds of data, for the notebook's network and for a small smooth one; three seeds each.
fn crossings(seed: u64, steps: usize) -> Vec<trial::Settings> {
    let smooth = trial::Settings {
        seeds: Seeds::new(seed, 3),
        activation: Activation::Silu,
        steps,
        ..trial::Settings::default()
    };
    let notebooks = trial::Settings {
        widths: vec![2, 128, 128, 128, 1],
        activation: Activation::Relu,
        learning_rate: 1e-3,
        ..smooth.clone()
    };
    let ways = [Objective::Notebook, Objective::Full]
        .into_iter()
        .flat_map(|objective| [Data::Circle, Data::Disc].map(|data| (objective, data)));
    let cross = |model: trial::Settings| {
        model.sweep(ways.clone(), |run, way| (run.objective, run.data) = way)
    };
    [notebooks, smooth].into_iter().flat_map(cross).collect()
}
// ANCHOR_END: crossings

// ANCHOR: descent-figure
/// The loss over the evaluations that it took.
fn descent(model: &Repaired) -> hnn::Result<Figure> {
    let (last, end) = model.trace[model.trace.len() - 1];
    let start = model.trace[0].1;
    // A point for every few percent of the way: enough for a line on a logarithmic axis.
    let mut points: Vec<(f64, f64)> = Vec::new();
    for &(evaluations, value) in &model.trace {
        let at = evaluations as f64;
        if points.last().is_none_or(|&(before, _)| at >= 1.04 * before) {
            points.push((at, value));
        }
    }
    points.push((last as f64, end));
    let title = format!(
        "The loss falls from {} to {} and does not stop at any round number",
        brief(start),
        brief(end)
    );
    let description = format!(
        "Loss of the field against evaluations of the loss and its gradient, both on logarithmic axes. It begins at {} \
         and is {} after {last} evaluations.",
        brief(start),
        brief(end),
    );
    let line = Series::new("loss", Colour::Blue, points).unlabelled();
    let panel = Panel::new(Axis::log("evaluations"), Axis::log("loss"), [line]);
    LineChart::single(title, description, panel).draw()
}
// ANCHOR_END: descent-figure

// ANCHOR: rival
/// What two other models make of the data of a seed.
struct Rival {
    plain_weights: usize,
    plain_field: f64,
    plain_motion: Motion,
    quadratic_field: f64,
    quadratic_motion: Motion,
}

/// Trains the rivals on the same points, with the same method and as many evaluations.
fn rival(settings: &Settings) -> hnn::Result<Rival> {
    let (data, _): (Dataset, Gaussian) = settings.data()?;
    let plain = Plain::fit(
        &data,
        &Fit {
            hidden: PLAIN_HIDDEN.to_vec(),
            ..settings.fit.clone()
        },
    )?;
    let quadratic = Quadratic::fit(&data)?;
    let points = sunflower(DISC_POINTS);
    Ok(Rival {
        plain_weights: plain.parameters(),
        plain_field: field_rmse_of(|z| plain.at(z), Oscillator::UNIT, points.view()),
        plain_motion: Motion::of(hundred_periods(|z| plain.at(z), START, STEPS_PER_PERIOD))?,
        quadratic_field: field_rmse_of(|z| quadratic.at(z), Oscillator::UNIT, points.view()),
        quadratic_motion: Motion::of(hundred_periods(
            |z| quadratic.at(z),
            START,
            STEPS_PER_PERIOD,
        ))?,
    })
}

/// A row for each model: how many numbers it has, and its three errors over the seeds.
fn rivals_table(models: &[Repaired], motions: &[Motion], rivals: &[Rival]) -> Table {
    let mut table = Table::new([
        "model",
        "numbers",
        "field RMSE",
        "energy error, 100 periods",
        "phase error, 100 periods",
    ]);
    let mut row = |name: &str, numbers: usize, field: Vec<f64>, motions: Vec<&Motion>| {
        table.row([
            name.to_string(),
            numbers.to_string(),
            Spread::of(field).to_string(),
            Spread::of(motions.iter().map(|motion| motion.energy)).to_string(),
            Spread::of(motions.iter().map(|motion| motion.phase)).to_string(),
        ]);
    };
    row(
        &format!("two plain networks, {} seeds", rivals.len()),
        rivals[0].plain_weights,
        rivals.iter().map(|rival| rival.plain_field).collect(),
        rivals.iter().map(|rival| &rival.plain_motion).collect(),
    );
    row(
        &format!("the repaired model, {} seeds", models.len()),
        models[0].network.parameters().len(),
        models.iter().map(Repaired::field_rmse).collect(),
        motions.iter().collect(),
    );
    row(
        &format!("least squares, {} seeds", rivals.len()),
        3,
        rivals.iter().map(|rival| rival.quadratic_field).collect(),
        rivals.iter().map(|rival| &rival.quadratic_motion).collect(),
    );
    table
}
// ANCHOR_END: rival

// ANCHOR: evaluations
/// After how many evaluations every model's loss was below the square of this.
fn evaluations_below(models: &[Repaired], loss: f64) -> f64 {
    let count = |model: &Repaired| {
        let below = model.trace.iter().find(|(_, value)| value.sqrt() < loss);
        below.map_or(f64::INFINITY, |&(evaluations, _)| evaluations as f64)
    };
    Spread::of(models.iter().map(count)).largest
}
// ANCHOR_END: evaluations
