//! Chapter 5, optimizer: what Adam and a "cyclic" learning rate can do, and what they were given to do.
//!
//! `cargo run --example chapter5`

// ANCHOR: uses
use hnn::Error;
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Table, brief, counted,
};
use hnn::learning::{Batch, Evaluator, Loss, Schedule, Seeds, Step, half_cosine};
use hnn::measure::{Paired, Spread, field_rmse, living_units};
use hnn::model::{Activation, Network};
use hnn::notebook::{self, printed};
use hnn::phase_space::{Oscillator, rings};
use hnn::trial::{
    Data, Objective, OptimizerKind, Outcome, Runs, ScheduleKind, Settings, Study, setup,
};
// ANCHOR_END: uses

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed. A network of two layers of 32 units makes a run
    /// cheap enough for hundreds of them.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Learning rates at which every method runs
        rates: [f64] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
        /// Widths of the network: two inputs, hidden layers, one output
        widths: [usize] = [2, 32, 32, 1],
        /// Activation, where it is not the notebook's: relu, squared-relu, tanh, softplus,
        /// silu, gelu, sin or identity
        activation: Activation = Activation::Tanh,
        /// How many points there are to train on
        points: usize = 2000,
        /// Points in a batch
        batch_size: usize = 32,
        /// Steps of each run
        steps: usize = 2000,
    }
}
// ANCHOR_END: knobs

// ANCHOR: ways
/// One way to go down: a method with its schedule.
#[derive(Clone, Copy)]
struct Scheduled {
    name: &'static str,
    optimizer: OptimizerKind,
    schedule: ScheduleKind,
}

impl Scheduled {
    const fn new(name: &'static str, optimizer: OptimizerKind, schedule: ScheduleKind) -> Self {
        Self {
            name,
            optimizer,
            schedule,
        }
    }

    /// Whether a run of these settings goes this way.
    fn fits(&self, settings: &Settings) -> bool {
        (settings.optimizer, settings.schedule) == (self.optimizer, self.schedule)
    }

    /// The same at this initial rate.
    fn at(self, learning_rate: f64) -> impl Fn(&Settings) -> bool {
        move |settings| self.fits(settings) && settings.learning_rate == learning_rate
    }
}

/// Every way to go down that this page compares.
const WAYS: [Scheduled; 6] = [SGD, MOMENTUM, ADAM, PLANNED, ADAM_COSINE, RESTARTS];
const SGD: Scheduled = Scheduled::new("SGD", OptimizerKind::Sgd, ScheduleKind::Constant);
const MOMENTUM: Scheduled =
    Scheduled::new("momentum", OptimizerKind::Momentum, ScheduleKind::Constant);
const ADAM: Scheduled = adam("Adam", ScheduleKind::Constant);
const PLANNED: Scheduled = adam("Adam, planned", ScheduleKind::Planned);
const ADAM_COSINE: Scheduled = adam("Adam, cosine", ScheduleKind::Cosine);
const RESTARTS: Scheduled = adam("Adam, restarts", ScheduleKind::Restarts);

const fn adam(name: &'static str, schedule: ScheduleKind) -> Scheduled {
    Scheduled::new(name, OptimizerKind::Adam, schedule)
}

/// The rates at which runs of other lengths are compared.
const RATES: [f64; 3] = [0.003, 0.01, 0.03];
// ANCHOR_END: ways

fn main() -> std::process::ExitCode {
    let about =
        "Compares optimizers and schedules under the notebook's gradient and under the exact one";
    hnn::cli::run("chapter5", about, experiment)
}

/// The chapter's experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: problems
    check(&knobs)?;
    let right: Settings = problem(&knobs, Data::Disc, Objective::Field);
    let notebooks = Settings {
        activation: Activation::Relu,
        ..problem(&knobs, Data::Circle, Objective::Notebook)
    };
    // ANCHOR_END: problems

    // ANCHOR: schedule
    evidence.show("schedule", schedules())?;
    // ANCHOR_END: schedule

    // ANCHOR: schedule-facts
    evidence.show("plan", plan())?;
    // ANCHOR_END: schedule-facts

    // ANCHOR: notebook-gradient
    let wrong: Vec<Runs> = sweep(&notebooks, &knobs.rates, &WAYS)?;
    evidence.show(
        "notebook-gradient",
        by_rate(&WAYS, &wrong, Runs::circle, 1.0),
    )?;
    // ANCHOR_END: notebook-gradient

    // ANCHOR: control
    let whole = Settings {
        objective: Objective::Full,
        ..notebooks.clone()
    };
    let control: Vec<Runs> = sweep(&whole, &knobs.rates, &[ADAM])?;
    evidence.show("control", by_rate(&[ADAM], &control, Runs::circle, 1.0))?;
    // ANCHOR_END: control

    // ANCHOR: digging
    let wrong_adam = wrong
        .best(|s| ADAM_COSINE.fits(s), Runs::circle)
        .settings
        .clone();
    let wrong_lbfgs = full_batch(&notebooks)?;
    evidence.show("digging", digging(&wrong_adam, &wrong_lbfgs))?;
    // ANCHOR_END: digging

    // ANCHOR: notebook-facts
    evidence.show("stuck", stuck(&wrong, &control, &wrong_lbfgs))?;
    // ANCHOR_END: notebook-facts

    // ANCHOR: exact-gradient
    let exact: Vec<Runs> = sweep(&right, &knobs.rates, &WAYS)?;
    evidence.show("exact-gradient", by_rate(&WAYS, &exact, Runs::disc, 1000.0))?;
    // ANCHOR_END: exact-gradient

    // ANCHOR: best
    let lbfgs = full_batch(&right)?;
    let mut best: Table = Table::of(WAYS.map(|way| (way, exact.best(|s| way.fits(s), Runs::disc))))
        .column("method", |(way, _)| way.name)
        .column("best rate", |(_, runs)| runs.settings.learning_rate)
        .column("field RMSE", |(_, runs)| runs.disc())
        .table();
    best.row(["L-BFGS", "-", &lbfgs.disc().to_string()]);
    evidence.show("best", best)?;
    // ANCHOR_END: best

    // ANCHOR: planned
    let ten: [Settings; 2] = [ten_seeds(&notebooks), ten_seeds(&right)];
    let mut planned: Vec<(f64, [Paired; 2])> = Vec::new();
    for rate in PAIRED {
        let wrong = over_adam(&ten[0], (PLANNED, rate), rate, |run| run.circle)?;
        let exact = over_adam(&ten[1], (PLANNED, rate), rate, |run| run.disc)?;
        planned.push((rate, [wrong, exact]));
    }
    evidence.show(
        "planned",
        Table::of(&planned)
            .column("at rate", |(rate, _)| rate)
            .column("notebook's gradient", |(_, pairs)| pairs[0])
            .column("exact gradient", |(_, pairs)| pairs[1]),
    )?;
    // ANCHOR_END: planned

    // ANCHOR: horizon
    let mut horizons: Vec<Vec<Runs>> = Vec::new();
    for steps in [knobs.steps / 4, knobs.steps, knobs.steps * 4] {
        let longer = Settings {
            steps: steps.max(1),
            ..right.clone()
        };
        horizons.push(sweep(&longer, &RATES, &[ADAM, ADAM_COSINE])?);
    }
    evidence.show(
        "horizon",
        Table::of(
            [ADAM, ADAM_COSINE]
                .iter()
                .flat_map(|way| RATES.map(|rate| (way, rate))),
        )
        .column("method", |(way, _)| way.name)
        .column("rate", |(_, rate)| rate)
        .across(
            &horizons,
            |runs| format!("{} steps", runs[0].settings.steps),
            |(way, rate), runs| from_to(runs.one(way.at(rate)).disc(), 1.0),
        ),
    )?;
    // ANCHOR_END: horizon

    // ANCHOR: exact-facts
    let [cosine_rate, rate] = [ADAM_COSINE, ADAM].map(|way| {
        let best = exact.best(|s| way.fits(s), Runs::disc);
        best.settings.learning_rate
    });
    let cosine = over_adam(&ten[1], (ADAM_COSINE, cosine_rate), rate, |run| run.disc)?;
    let pairs = setup(&ten, |settings| settings.data).scoring("");
    evidence.show(
        "tool",
        tool(&exact, &lbfgs, &horizons[2], cosine).with("pairs_setup", pairs),
    )?;
    // ANCHOR_END: exact-facts

    // ANCHOR: cliff
    let cliff = Settings {
        widths: notebook::Settings::default().widths,
        learning_rate: 0.1,
        ..along(SGD, &ten[0])
    };
    let falls: Vec<Fall> = cliff.seeds.each(|seed| fall(&cliff, seed))?;
    evidence.show(
        "cliff",
        Table::of(&falls)
            .column("seed", |fall| fall.outcome.seed)
            .column("energy loss of the first batches", |fall| {
                fall.losses().take(5).collect::<Vec<_>>().join(", ")
            })
            .column("layer off", |fall| {
                fall.silent_from.map_or("-".into(), |step| step.to_string())
            })
            .column("last energy loss", |fall| match fall.outcome.diverged_at {
                Some(step) => format!("overflow, step {step}"),
                None => fall.losses().last().unwrap_or("-".into()),
            })
            .column("units on", |fall| {
                fall.on.map(|on| on.to_string()).join(", ")
            }),
    )?;
    // ANCHOR_END: cliff

    // ANCHOR: silence
    let setup = setup([&cliff], |_| Data::Circle).scoring("energy loss 0");
    evidence.show("silence", silent(&cliff, &falls)?.with("setup", setup))?;
    // ANCHOR_END: silence
    Ok(())
}

// ANCHOR: problem
/// These data and this objective, with what this page leaves to be changed.
fn problem(knobs: &Knobs, data: Data, objective: Objective) -> Settings {
    Settings {
        seeds: knobs.seeds,
        data,
        points: knobs.points,
        objective,
        widths: knobs.widths.clone(),
        activation: knobs.activation,
        batch_size: knobs.batch_size,
        steps: knobs.steps,
        ..Settings::default()
    }
}

/// Finds a mistake before anything runs.
fn check(knobs: &Knobs) -> hnn::Result<()> {
    let problem = problem(knobs, Data::Circle, Objective::Field);
    problem.check()?;
    if !knobs.rates.is_sorted_by(|a, b| a < b) {
        let why = "must grow from one to the next";
        return Err(Error::setting("rates", format!("{:?}", knobs.rates), why));
    }
    let at_rates = problem.sweep(&knobs.rates, |run, &rate| run.learning_rate = rate);
    at_rates
        .iter()
        .try_for_each(Settings::check)
        .map_err(|error| error.named("rates", &knobs.rates))
}
// ANCHOR_END: problem

// ANCHOR: real-cycle
/// A cycle as its inventors run it: restarts after 10 epochs, after 20 more, 40 more, …
fn real_cycle(epoch: usize) -> f64 {
    let cycle = Schedule::WarmRestarts {
        period: 10,
        growth: 2,
    };
    cycle.rate(1.0, epoch, notebook::Settings::default().epochs)
}
// ANCHOR_END: real-cycle

// ANCHOR: schedule-figure
/// The notebook's rate beside a real cycle: over all planned epochs, and up to the stop.
fn schedules() -> hnn::Result<Figure> {
    let planned = notebook::Settings::default().epochs;
    let stop = printed::STOPPED_AT as f64;
    let notebooks = |epoch| half_cosine(1.0, epoch, planned);
    let fallen = 100.0 * (1.0 - notebooks(printed::STOPPED_AT));
    let panel = |epochs: usize| {
        let line = |label, colour, rate: &dyn Fn(usize) -> f64| {
            let epochs = (0..=epochs).step_by((epochs / 400).max(1));
            Series::new(
                label,
                colour,
                epochs.map(|epoch| (epoch as f64, rate(epoch))),
            )
        };
        Panel::new(
            Axis::new("epoch"),
            Axis::new("rate / first rate").between(0.0, 1.1),
            [
                line("real cycle", Colour::Vermillion, &real_cycle),
                line("the notebook's", Colour::Blue, &notebooks),
                Series::new("early stop", Colour::Ink, [(stop, 0.0), (stop, 1.1)]),
            ],
        )
    };
    LineChart {
        title: format!(
            "The early stop came in epoch {stop} of {planned}: by then the rate had fallen by {fallen:.2}%"
        ),
        description: format!(
            "Learning rate over its first value. The notebook's half cosine falls from 1 at epoch 0 to 0 at epoch \
             {planned}; at the early stop in epoch {stop} it is down by {fallen:.2}%. A cycle with warm restarts \
             after 10, 30, 70, 150, … epochs falls to nearly 0 and returns to 1 again and again."
        ),
        panels: vec![panel(planned), panel(100)],
    }
    .draw()
}
// ANCHOR_END: schedule-figure

// ANCHOR: by-rate
/// This problem, approached in this way.
fn along(way: Scheduled, problem: &Settings) -> Settings {
    Settings {
        optimizer: way.optimizer,
        schedule: way.schedule,
        ..problem.clone()
    }
}

/// Runs every way at every rate, way by way.
fn sweep(problem: &Settings, rates: &[f64], ways: &[Scheduled]) -> hnn::Result<Vec<Runs>> {
    let at_rates = |&way| {
        along(way, problem).sweep(rates, |run: &mut Settings, &rate| run.learning_rate = rate)
    };
    Runs::of(&ways.iter().flat_map(at_rates).collect::<Vec<_>>())
}

/// One row a way, one column a rate: the smallest error of the seeds, and the largest, times
/// `unit`.
fn by_rate(ways: &[Scheduled], runs: &[Runs], error: fn(&Runs) -> Spread, unit: f64) -> Table {
    let rates = runs
        .all(|s| ways[0].fits(s))
        .map(|runs| runs.settings.learning_rate);
    Table::of(ways)
        .column("at rate", |way| way.name)
        .across(
            rates,
            |rate| rate,
            |way, rate| from_to(error(runs.one(way.at(rate))), unit),
        )
        .table()
}

/// The ends of a spread, times `unit`.
fn from_to(spread: Spread, unit: f64) -> String {
    let ends = [spread.smallest, spread.largest].map(|end| brief(unit * end));
    if ends[0] == ends[1] {
        return ends[0].clone();
    }
    ends.join("–")
}
// ANCHOR_END: by-rate

// ANCHOR: digging-figure
/// L-BFGS on the same problem, for as many gradients of single points.
fn full_batch(problem: &Settings) -> hnn::Result<Runs> {
    let settings = problem.full_batch();
    let outcomes = settings
        .seeds
        .each(|seed| Outcome::full_batch(&settings, seed, |_| ()))?;
    Ok(Runs { settings, outcomes })
}

/// An error of the network along a run: across, the gradients of single points spent so far.
fn course(
    settings: &Settings,
    by_lbfgs: bool,
    error: impl Fn(&Network) -> f64,
) -> hnn::Result<Vec<(f64, f64)>> {
    let mut points = Vec::new();
    let mut next = 0.0;
    let mut look = |step: &Step| {
        // A dozen looks a decade.
        let before = if by_lbfgs {
            step.evaluations
        } else {
            step.index
        };
        if before as f64 > next {
            next = 1.2 * before as f64;
            points.push(((before * settings.batch_size) as f64, error(step.network)));
        }
    };
    let seed = settings.seeds.seed;
    let outcome = match by_lbfgs {
        true => Outcome::full_batch(settings, seed, &mut look)?,
        false => Outcome::watched(settings, seed, &mut look)?,
    };
    let end = (settings.steps * settings.batch_size) as f64;
    points.push((end, error(&outcome.network)));
    points.retain(|point| point.1.is_finite() && point.1 > 0.0);
    Ok(points)
}

/// Under the notebook's gradient: above the trained error, below the wanted one.
fn digging(adam: &Settings, lbfgs: &Runs) -> hnn::Result<Figure> {
    let ring = rings(&Oscillator::UNIT, &[0.5], 500)?;
    let energy_error = |network: &Network| {
        let energies = network.energy(ring.points.view());
        let squares = energies.iter().map(|h| (h - 0.5) * (h - 0.5));
        (squares.sum::<f64>() / ring.rows() as f64).sqrt()
    };
    let field_error = |network: &Network| field_rmse(network, Oscillator::UNIT, ring.points.view());
    let panel = |y: Axis, error: &dyn Fn(&Network) -> f64| {
        let by_adam = course(adam, false, error)?;
        let by_lbfgs = course(&lbfgs.settings, true, error)?;
        let series = [
            Series::new("Adam, cosine", Colour::Vermillion, by_adam),
            Series::new("L-BFGS", Colour::Blue, by_lbfgs),
        ];
        let x = Axis::log("gradients of single points");
        hnn::Result::Ok(Panel::new(x, y, series))
    };
    let last = |outcome: &Outcome| outcome.losses.last().map_or(f64::NAN, |loss| loss.sqrt());
    let median = brief(lbfgs.spread(last).median);
    let field = lbfgs.circle();
    LineChart {
        title: format!(
            "The better tool digs deeper in the wrong place: in the median energy RMSE {median}, field RMSE {}",
            brief(field.median)
        ),
        description: format!(
            "Under the notebook's gradient. Above, the RMSE of the energy, which is trained: L-BFGS takes it to {median} in the median of the seeds. \
             Below, the RMSE of the field, which is wanted: it ends at {field}, where no field at all scores 1."
        ),
        // What hardly falls needs no decades.
        panels: vec![
            panel(Axis::log("energy RMSE"), &energy_error)?,
            panel(Axis::new("field RMSE").holding([0.0, 1.0]), &field_error)?,
        ],
    }
    .draw()
}
// ANCHOR_END: digging-figure

// ANCHOR: fall
/// One run, the first step that finds a hidden layer off at every point, and the living units of each layer at the end.
struct Fall {
    outcome: Outcome,
    silent_from: Option<usize>,
    on: [usize; 3],
}

impl Fall {
    fn losses(&self) -> impl Iterator<Item = String> {
        self.outcome.losses.iter().copied().map(brief)
    }
}

fn fall(settings: &Settings, seed: u64) -> hnn::Result<Fall> {
    let ring = rings(&Oscillator::UNIT, &[0.5], 100)?;
    let mut silent_from = None;
    let outcome = Outcome::watched(settings, seed, |step| {
        if silent_from.is_none() && living_units(step.network, ring.points.view()).contains(&0) {
            silent_from = Some(step.index);
        }
    })?;
    let on = living_units(&outcome.network, ring.points.view());
    Ok(Fall {
        on: [on[0], on[1], on[2]],
        outcome,
        silent_from,
    })
}
// ANCHOR_END: fall

// ANCHOR: plan
/// The planned schedule, and where it was cut.
fn plan() -> Facts {
    let planned = notebook::Settings::default().epochs;
    let fallen_at = |epoch: usize| 1.0 - half_cosine(1.0, epoch, planned);
    let tenth = (0..planned).find(|&epoch| fallen_at(epoch) >= 0.1);
    let restarts = (1..=printed::STOPPED_AT).filter(|&epoch| real_cycle(epoch) == 1.0);

    Facts::new()
        .with("planned", planned)
        .with("stopped_at", printed::STOPPED_AT)
        .with(
            "fallen",
            format!("{:.2}", 100.0 * fallen_at(printed::STOPPED_AT)),
        )
        .with(
            "tenth_at",
            tenth.map_or("-".into(), |epoch| epoch.to_string()),
        )
        .with("restarts", restarts.count())
        .with(
            "last_rate",
            format!("{:.6}", half_cosine(0.001, printed::STOPPED_AT, planned)),
        )
}
// ANCHOR_END: plan

// ANCHOR: pairs
/// The rates at which the notebook's schedule is compared with a fixed rate.
const PAIRED: [f64; 3] = [0.001, 0.01, 0.1];

/// The same problem with ten seeds: what is to be called no difference takes more than three.
fn ten_seeds(problem: &Settings) -> Settings {
    Settings {
        seeds: Seeds::new(problem.seeds.seed, 10),
        ..problem.clone()
    }
}

/// The error of this way at a rate over that of Adam at another, seed by seed.
fn over_adam(
    problem: &Settings,
    (way, rate): (Scheduled, f64),
    adams_rate: f64,
    error: fn(&Outcome) -> f64,
) -> hnn::Result<Paired> {
    let run = |way, learning_rate| Settings {
        learning_rate,
        ..along(way, problem)
    };
    let runs = Runs::of(&[run(way, rate), run(ADAM, adams_rate)])?;
    let errors = |runs: &Runs| -> Vec<f64> { runs.outcomes.iter().map(error).collect() };
    Ok(Paired::of(&errors(&runs[0]), &errors(&runs[1])))
}
// ANCHOR_END: pairs

// ANCHOR: stuck
/// What the notebook's gradient leaves, whatever follows it.
fn stuck(wrong: &[Runs], control: &[Runs], lbfgs: &Runs) -> Facts {
    let every = || wrong.iter().flat_map(|runs| &runs.outcomes);
    let silent = every().filter(|outcome| (outcome.circle - 1.0).abs() < 1e-9);
    let best_control = control.best(|_| true, Runs::circle);
    let last_loss = |outcome: &Outcome| outcome.losses.last().copied().unwrap_or(f64::NAN);

    Facts::new()
        .with("setup", wrong.setup(|_| Data::Circle))
        .with("control_setup", control.setup(|_| Data::Circle))
        .with("runs", every().count())
        .with("silent", silent.count())
        .with("control_median", brief(best_control.circle().median))
        .with("lbfgs_loss", brief(lbfgs.spread(last_loss).median))
        .with("lbfgs_field", lbfgs.circle())
}
// ANCHOR_END: stuck

// ANCHOR: tool
/// What method, slip and schedule are worth under the exact gradient.
fn tool(exact: &[Runs], lbfgs: &Runs, longest: &[Runs], cosine: Paired) -> Facts {
    let best = |runs: &[Runs], way: Scheduled| runs.best(|s| way.fits(s), Runs::disc).disc().median;
    let (sgd, adam) = (best(exact, SGD), best(exact, ADAM));
    let schedule = best(longest, ADAM) / best(longest, ADAM_COSINE);

    Facts::new()
        .with("setup", exact.setup(|_| Data::Disc))
        .with("sgd_over_adam", format!("{:.1}", sgd / adam))
        .with(
            "sgd_over_lbfgs",
            format!("{:.0}", sgd / lbfgs.disc().median),
        )
        .with("schedule_longest", format!("{schedule:.1}"))
        .with("cosine_over_adam", cosine)
        .with("evaluations", lbfgs.settings.steps)
        .with("points", lbfgs.settings.points)
}
// ANCHOR_END: tool

// ANCHOR: silent
/// How the runs ended, and the loss that the notebook would report of those that did not overflow.
fn silent(cliff: &Settings, falls: &[Fall]) -> hnn::Result<Facts> {
    let (swing, _, _) = cliff.start(cliff.seeds.seed)?;
    let alive = falls
        .iter()
        .filter(|fall| fall.outcome.diverged_at.is_none());
    let mut losses = Vec::new();
    for Fall { outcome, .. } in alive.clone() {
        let mut reported = Evaluator::new(Loss::FULL, &outcome.network)?;
        losses.push(reported.value(&outcome.network, Batch::from(&swing)));
    }
    let least = losses.iter().copied().reduce(f64::min);
    let latest = alive.clone().filter_map(|fall| fall.silent_from).max();
    Ok(Facts::new()
        .with(
            "blown",
            counted(falls.len() - losses.len(), falls.len(), "run"),
        )
        .with(
            "least_loss",
            least.map_or("-".into(), |loss| format!("{loss:.7}")),
        )
        .with("latest", latest.unwrap_or_default()))
}
// ANCHOR_END: silent

#[cfg(test)]
mod exercises {
    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: the epoch at which a half cosine over so many epochs has lost this share.
    fn epoch_of_fall(_share: f64, _planned: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_epoch_of_fall(answer: impl Fn(f64, f64) -> f64) -> Result<(), String> {
        for (share, planned) in [(0.0033, 2000), (0.1, 2000), (0.4, 2000), (0.1, 74)] {
            // The first whole epoch at which so much is lost.
            let truth = (0..planned)
                .find(|&epoch| 1.0 - half_cosine(1.0, epoch, planned) >= share)
                .unwrap_or(planned);
            let yours = answer(share, planned as f64);
            if yours.ceil() != truth as f64 {
                return Err(format!(
                    "of {planned} epochs, {share} of the rate is lost in epoch {truth}; \
                     your answer is {yours}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn epoch_of_fall_solved(share: f64, planned: f64) -> f64 {
        planned / std::f64::consts::PI * (1.0 - 2.0 * share).acos()
    }
    // ANCHOR_END: solution-1

    // ANCHOR: exercise-2
    /// Your turn: how many steps of SGD bring the last bias of a silent network to within
    /// `close` of one half.
    fn steps_to_one_half(_rate: f64, _bias: f64, _close: f64) -> usize {
        0
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_steps_to_one_half(
        answer: impl Fn(f64, f64, f64) -> usize,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let ring = rings(&Oscillator::UNIT, &[0.5], 32)?;
        for (rate, bias, close) in [(0.1, 10.0, 1e-3), (0.1, 1e80, 1e-6), (0.7, -3.0, 1e-2)] {
            let mut network = Network::constant(&[2, 4, 1], bias)?;
            let loss = &mut Evaluator::new(Loss::ENERGY, &network)?;
            let (rates, sgd) = (std::iter::repeat(rate), &mut hnn::learning::Sgd);
            let close_enough = |step: &Step| match step.network.parameters().last() {
                Some(bias) if (bias - 0.5).abs() <= close => {
                    std::ops::ControlFlow::Break(step.index)
                }
                _ => std::ops::ControlFlow::Continue(()),
            };
            let ending =
                hnn::learning::run(&mut network, loss, &mut &ring, sgd, rates, close_enough);
            let truth = ending.break_value().unwrap_or_default();
            let yours = answer(rate, bias, close);
            if yours != truth {
                return Err(format!(
                    "at rate {rate} from {bias:e} it takes {truth} steps to within {close}; \
                     your answer is {yours}"
                )
                .into());
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn steps_to_one_half_solved(rate: f64, bias: f64, close: f64) -> usize {
        let factor = (1.0 - 2.0 * rate).abs();
        ((close / (bias - 0.5).abs()).ln() / factor.ln()).ceil() as usize
    }
    // ANCHOR_END: solution-2

    // ANCHOR: exercise-3
    /// Your turn: the rate of this step in a run of so many. Start at 0.03.
    fn my_rate(_step: usize, _steps: usize) -> f64 {
        0.03
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    /// The field RMSE after 2,000 steps of Adam at these rates: the median of three seeds.
    fn error_with(rate: impl Fn(usize, usize) -> f64) -> hnn::Result<f64> {
        let trial = Settings {
            widths: vec![2, 32, 32, 1],
            steps: 2000,
            ..Settings::default()
        };
        let mut errors = Vec::new();
        for seed in 0..3 {
            let (data, mut network, _) = trial.start(seed)?;
            let loss = &mut Evaluator::new(Loss::FIELD, &network)?;
            let rows = |step| (0..32).map(|row| (32 * step + row) % 2000).collect();
            let batches = &mut hnn::learning::Rows::of(&data, rows);
            let adam = &mut hnn::learning::Adam::new(network.parameters().len());
            let rates = (0..trial.steps).map(|step| rate(step, trial.steps));
            let look = hnn::learning::unobserved;
            let _ = hnn::learning::run(&mut network, loss, batches, adam, rates, look);
            errors.push(hnn::measure::field_rmse_on_disc(&network, Oscillator::UNIT));
        }
        Ok(Spread::of(errors).median)
    }

    fn check_my_rate(answer: impl Fn(usize, usize) -> f64) -> Result<(), String> {
        let [fixed, yours] = [error_with(|_, _| 0.03), error_with(answer)];
        let fixed = fixed.map_err(|error| error.to_string())?;
        let yours = yours.map_err(|error| error.to_string())?;
        if yours < fixed / 2.0 {
            return Ok(());
        }
        Err(format!(
            "your rates end at {}, a fixed 0.03 at {}: get to half of it",
            brief(yours),
            brief(fixed)
        ))
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn my_rate_solved(step: usize, steps: usize) -> f64 {
        0.03 * (1.0 - step as f64 / steps as f64)
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn epoch_of_fall` first"]
    fn exercise_1() -> Result<(), String> {
        check_epoch_of_fall(epoch_of_fall)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_epoch_of_fall(epoch_of_fall_solved)?;
        // ANCHOR_END: try-1
        let line = |share, planned| share * planned;
        assert!(check_epoch_of_fall(line).is_err(), "a straight line passes");
        Ok(())
    }

    #[test]
    #[ignore = "your turn: write `fn steps_to_one_half` first"]
    fn exercise_2() -> Result<(), Box<dyn std::error::Error>> {
        check_steps_to_one_half(steps_to_one_half)
    }

    #[test]
    fn solution_2() -> Result<(), Box<dyn std::error::Error>> {
        // ANCHOR: try-2
        check_steps_to_one_half(steps_to_one_half_solved)?;
        // ANCHOR_END: try-2
        let half_the_slope = |rate: f64, bias: f64, close: f64| {
            ((close / (bias - 0.5).abs()).ln() / (1.0 - rate).ln()).ceil() as usize
        };
        assert!(check_steps_to_one_half(half_the_slope).is_err());
        Ok(())
    }

    #[test]
    #[ignore = "your turn: write `fn my_rate` first"]
    fn exercise_3() -> Result<(), String> {
        check_my_rate(my_rate)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_my_rate(my_rate_solved)?;
        // ANCHOR_END: try-3
        assert!(check_my_rate(|_, _| 0.02).is_err(), "a fixed rate passes");
        Ok(())
    }
}
