//! The epilogue: the two faults crossed, the model that works, and what it is compared with.
//!
//! `cargo run --example repaired`

// ANCHOR: uses
use hnn::Error;
use hnn::evidence::{Evidence, Facts, Setup, Table, brief, counted};
use hnn::learning::{
    Evaluator, Fit, Hnn, Loss, Plain, Quadratic, Seeds, minimize, seeds, unobserved,
};
use hnn::measure::{DISC_POINTS, Paired, Spread, diagonal_table, field_rmse_of, portrait};
use hnn::mechanics::{Exact, Rollout, forward_differences, hundred_periods};
use hnn::model::{Activation, Network};
use hnn::notebook::{self, Notebook};
use hnn::phase_space::{Dataset, Oscillator, Points, State, Units, sunflower};
use hnn::random::{Gaussian, RandomSource};
use hnn::trial::repaired::{Repaired, Settings};
use hnn::trial::{self, Data, Objective, Runs, Study, setup};
// ANCHOR_END: uses

// ANCHOR: score
/// The errors of energy and phase over 100 periods: infinite if the motion leaves the finite numbers.
#[derive(Clone, Copy)]
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

/// How wrong a learned field is: on the disc of the data and on the ring outside of it, from radius 1 to 1.5, and how far a
/// state goes astray that starts on the one or on the other.
#[derive(Clone, Copy)]
struct Score {
    field: f64,
    outside: f64,
    motion: Motion,
    far: Motion,
}

fn score(mut field: impl FnMut(State) -> State, steps_per_period: usize) -> hnn::Result<Score> {
    let (disc, mut ring) = (sunflower(DISC_POINTS), sunflower(DISC_POINTS));
    for mut z in ring.rows_mut() {
        // Radius r of the disc becomes √(1 + 1.25 r²), which spreads the points evenly.
        let squared = z[0] * z[0] + z[1] * z[1];
        z *= (1.25 + 1.0 / squared).sqrt();
    }
    let unit = Oscillator::UNIT;
    Ok(Score {
        field: field_rmse_of(&mut field, unit, disc.view()),
        outside: field_rmse_of(&mut field, unit, ring.view()),
        motion: Motion::of(hundred_periods(&mut field, START, steps_per_period))?,
        far: Motion::of(hundred_periods(&mut field, FAR, steps_per_period))?,
    })
}
// ANCHOR_END: score

// ANCHOR: constants
/// Where the long rollouts start: off the circle of the notebook's data.
const START: State = [0.8, 0.0];
/// And where they start that go beyond all data.
const FAR: State = [1.3, 0.0];
/// Standard deviation of the noise on the labels, and evaluations there: with many more the networks learn it by heart.
const NOISE: f64 = 0.1;
const EVALUATIONS: usize = 300;
/// And fewer and more of them, to see what that number decides.
const BUDGETS: [usize; 4] = [30, 100, 300, 1000];
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
        /// Epochs of the notebook as found at the most; it stops early by itself
        as_found: usize = 2000,
        /// Steps of a long rollout to a period; of those with larger errors an eighth
        per_period: usize = 400,
    }
}
// ANCHOR_END: knobs

// ANCHOR: check
/// Finds steps too few to follow a phase, or more than anybody waits for, before anything runs.
fn check_per_period(per_period: usize) -> hnn::Result<()> {
    if (24..=100_000).contains(&per_period) {
        return Ok(());
    }
    let why = "is no number of steps between 24 and 100000";
    Err(Error::setting("per_period", per_period, why))
}
// ANCHOR_END: check

/// The experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let settings: Settings = knobs.model.clone();
    let seed: u64 = settings.fit.seed;
    // So many that the integrator's errors are far below the networks'; at an eighth an exact field is off by 3e-4 in energy.
    let per_period: usize = knobs.per_period;
    check_per_period(per_period)?;
    // A mistake is found before anything runs, and so are points too few for the simplest rival.
    settings.check()?;
    Quadratic::fit(&settings.data()?.0)?;
    let as_found = notebook::Settings {
        epochs: knobs.as_found,
        ..notebook::Settings::default()
    };
    as_found
        .check()
        .map_err(|error| error.named("as_found", knobs.as_found))?;
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
    let ours: Vec<Score> = seeds::run_all(&models, |model| {
        let mut field = Exact::of(&model.network);
        score(|z| field.at(z), per_period)
    })?;
    evidence.show(
        "seeds",
        Table::of((seed..).zip(models.iter().zip(&ours)))
            .column("seed", |(seed, _)| seed)
            .column("loss", |(_, (model, _))| brief(model.minimum.value))
            .column("evaluations", |(_, (model, _))| model.minimum.evaluations)
            .column("field RMSE", |(_, (_, score))| brief(score.field))
            .column("energy error, 100 periods", |(_, (_, score))| {
                brief(score.motion.energy)
            })
            .column("phase error, 100 periods", |(_, (_, score))| {
                brief(score.motion.phase)
            }),
    )?;
    // ANCHOR_END: train

    // ANCHOR: chain
    let changed: Vec<Runs> = Runs::of(&changes(&crossed, &settings))?;
    let mut errors: Vec<Spread> = crossed
        .iter()
        .filter(|runs| is_on_the_way(&runs.settings))
        .chain(&changed)
        .map(Runs::disc)
        .collect();
    errors.push(Spread::of(ours[..3].iter().map(|score| score.field)));
    evidence.show(
        "chain",
        Table::of(CHAIN.iter().zip(&errors))
            .column("what changes, row by row", |(change, _)| change)
            .column("field RMSE over the disc", |(_, error)| error),
    )?;
    // ANCHOR_END: chain

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
    let mut found: Notebook = Notebook::new(as_found)?;
    found.train()?;
    let step: f64 = found.settings().epsilon;
    evidence.show(
        "error-maps",
        portrait::error_maps(&[
            ("as found", &|grid| {
                forward_differences(found.network(), step, grid)
            }),
            ("repaired", &|grid| models[0].field(grid)),
        ]),
    )?;
    // ANCHOR_END: error-maps

    // ANCHOR: rivals
    let rivals: Vec<Rival> =
        Seeds::new(seed, 5).each(|seed| rival(&settings.with_seed(seed), per_period))?;
    evidence.show("rivals", rivals_table(&models, &ours, &rivals))?;
    // ANCHOR_END: rivals

    // ANCHOR: harder
    let noisy: Vec<[Score; 6]> =
        Seeds::new(seed, 10).each(|seed| noisy(&settings.with_seed(seed), per_period / 8))?;
    evidence.show("harder", harder_table(&ours, &rivals, &noisy))?;
    // ANCHOR_END: harder

    // ANCHOR: budgets
    let mut budgets: Vec<[Spread; 2]> = Vec::new();
    for evaluations in BUDGETS {
        let pairs: Vec<[f64; 2]> = match evaluations {
            // These are there already.
            EVALUATIONS => (noisy.iter())
                .map(|[ours, plain, ..]| [ours.field, plain.field])
                .collect(),
            _ => Seeds::new(seed, 10)
                .each(|seed| noisy_fields(&settings.with_seed(seed), evaluations))?,
        };
        budgets.push([0, 1].map(|which| Spread::of(pairs.iter().map(|pair| pair[which]))));
    }
    evidence.show(
        "budgets",
        Table::of(BUDGETS.iter().zip(&budgets))
            .column("evaluations", |(evaluations, _)| evaluations)
            .column("ours", |(_, [ours, _])| ours)
            .column("two plain", |(_, [_, plain])| plain),
    )?;
    // ANCHOR_END: budgets

    // ANCHOR: facts
    let plain: Vec<Score> = rivals.iter().map(|rival| rival.plain).collect();
    let [noisy_ours, noisy_plain, given, alone, separable, _]: [Vec<Score>; 6] =
        std::array::from_fn(|which| noisy.iter().map(|scores| scores[which]).collect());
    let energy = over(&plain, &ours, |score| score.motion.energy);
    let noisy_energy = over(&noisy_plain, &noisy_ours, |score| score.motion.energy);
    let noisy_field = over(&noisy_plain, &noisy_ours, |score| score.field);
    let given_energy = over(&given, &noisy_ours, |score| score.motion.energy);
    let given_field = over(&given, &noisy_ours, |score| score.field);
    let alone_field = over(&alone, &given, |score| score.field);
    let alone_energy = over(&alone, &noisy_ours, |score| score.motion.energy);
    let separable_field = over(&separable, &alone, |score| score.field);
    let separable_energy = over(&separable, &noisy_ours, |score| score.motion.energy);
    let above: fn(Paired) -> String = |pairs| counted(pairs.above, pairs.seeds, "seed");
    let clean = Setup {
        gradient: "the exact gradient of the field, L-BFGS".into(),
        seeds: 5,
        ..setup([&changed[changed.len() - 1].settings], |_| Data::Disc)
    };
    let rival = Setup {
        network: "3 models".into(),
        gradient: "L-BFGS, or least squares".into(),
        ..clean.clone()
    };
    let noise = Setup {
        network: format!("{} models", NOISY.len()),
        data: format!("{}, noise 0 or {NOISE}", clean.data),
        seeds: 10,
        ..rival.clone()
    };
    evidence.show(
        "facts",
        Facts::new()
            .with("setup", crossed.setup(|_| Data::Disc))
            .with(
                "chain_setup",
                [&crossed[..], &changed].concat().setup(|_| Data::Disc),
            )
            .with("seeds_setup", clean)
            .with("rivals_setup", rival)
            .with("harder_setup", noise)
            .with("nothing", format!("{:.3}", 0.5f64.sqrt()))
            .with("points", settings.points)
            .with("energy", energy)
            .with("energy_above", above(energy))
            .with("noisy_energy_above", above(noisy_energy))
            .with("noisy_field", noisy_field)
            .with("noisy_field_above", above(noisy_field))
            .with("given_energy_above", above(given_energy))
            .with("given_field", given_field)
            .with("alone_field", alone_field)
            .with("alone_energy", alone_energy)
            .with("separable_field", separable_field)
            .with("separable_energy", separable_energy),
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

// ANCHOR: changes
/// From the notebook to the model that works, one change at a time.
const CHAIN: [&str; 11] = [
    "relu, the notebook's gradient, one circle",
    "the exact gradient",
    "the disc for the circle",
    "SiLU for ReLU, LeCun's weights for He's",
    "two layers of 64 for three of 128",
    "three times the rate",
    "no energies",
    "256 points for 2,000",
    "two layers of 24",
    "all points in every step, as many as L-BFGS takes",
    "L-BFGS for Adam: the model",
];

/// Whether a crossing lies on the way from the notebook to the model.
fn is_on_the_way(settings: &trial::Settings) -> bool {
    let mended = (
        settings.objective == Objective::Full,
        settings.data == Data::Disc,
    );
    settings.activation == Activation::Relu && mended != (false, true)
}

/// The changes that follow on the mended notebook, up to the method.
fn changes(crossed: &[Runs], model: &Settings) -> Vec<trial::Settings> {
    let mended = crossed.iter().rfind(|runs| is_on_the_way(&runs.settings));
    let mut now = mended
        .expect("the way ends in the mended notebook")
        .settings
        .clone();
    let mut all = Vec::new();
    let mut change = |change: fn(&mut trial::Settings, &Settings)| {
        change(&mut now, model);
        all.push(now.clone());
    };
    change(|now, _| now.activation = Activation::Silu);
    change(|now, _| now.widths = trial::Settings::default().widths);
    change(|now, _| now.learning_rate *= 3.0);
    change(|now, _| now.objective = Objective::Field);
    change(|now, model| now.points = model.points);
    change(|now, model| now.widths = [vec![2], model.fit.hidden.clone(), vec![1]].concat());
    change(|now, model| (now.batch_size, now.steps) = (model.points, model.fit.evaluations));
    all
}
// ANCHOR_END: changes

// ANCHOR: rival
/// What two other models make of the data of a seed.
struct Rival {
    weights: usize,
    plain: Score,
    quadratic: Score,
}

/// The same fit for one of the two plain networks.
fn plain_fit(fit: &Fit) -> Fit {
    Fit {
        hidden: PLAIN_HIDDEN.to_vec(),
        ..fit.clone()
    }
}

/// Trains the rivals on the same points, with the same method and as many evaluations.
fn rival(settings: &Settings, per_period: usize) -> hnn::Result<Rival> {
    let (data, _): (Dataset, Gaussian) = settings.data()?;
    let plain = Plain::fit(&data, &plain_fit(&settings.fit))?;
    let quadratic = Quadratic::fit(&data)?;
    Ok(Rival {
        weights: plain.parameters(),
        plain: score(|z| plain.at(z), per_period)?,
        quadratic: score(|z| quadratic.at(z), per_period)?,
    })
}

/// A row for each model: how many numbers it has, and its three errors over the seeds.
fn rivals_table(models: &[Repaired], ours: &[Score], rivals: &[Rival]) -> Table {
    let mut table = Table::new([
        "model",
        "numbers",
        "field RMSE",
        "energy error, 100 periods",
        "phase error, 100 periods",
    ]);
    let mut row = |name: &str, numbers: usize, scores: Vec<Score>| {
        let spread = |number: fn(&Score) -> f64| Spread::of(scores.iter().map(number)).to_string();
        table.row([
            format!("{name}, {} seeds", scores.len()),
            numbers.to_string(),
            spread(|score| score.field),
            spread(|score| score.motion.energy),
            spread(|score| score.motion.phase),
        ]);
    };
    let of = |which: fn(&Rival) -> Score| rivals.iter().map(which).collect();
    let weights = models[0].network.parameters().len();
    row(
        "two plain networks",
        rivals[0].weights,
        of(|rival| rival.plain),
    );
    row("the repaired model", weights, ours.to_vec());
    row("least squares", 3, of(|rival| rival.quadratic));
    table
}
// ANCHOR_END: rival

// ANCHOR: noisy
/// What learns from labels with noise. The last four are told dq/dt = p, or the shape of H.
const NOISY: [&str; 6] = [
    "ours",
    "two plain",
    "F(q, p)",
    "F(q)",
    "p²/2 + V(q)",
    "least squares",
];

/// One score for each of [`NOISY`]: ours, two plain networks, a force that is learned as F(q, p) and one as F(q) with dq/dt = p,
/// the separable H, and the quadratic one.
fn noisy(settings: &Settings, per_period: usize) -> hnn::Result<[Score; 6]> {
    let (data, mut random, fit) = noisy_data(settings, EVALUATIONS)?;
    let ours = hamiltonian(&data, &fit, &mut random)?;
    let plain = Plain::fit(&data, &plain_fit(&fit))?;
    let quadratic = Quadratic::fit(&data)?;

    // Points at which nothing moves, so that p is told to nobody.
    let mut resting = data.clone();
    resting.points.column_mut(1).fill(0.0);
    resting.field.column_mut(0).fill(0.0);
    let both = force(&data, &fit, &mut random)?;
    let potential = hamiltonian(&resting, &fit, &mut random)?;
    let alone = force(&resting, &fit, &mut random)?;

    let mut learned = Exact::of(ours.network());
    let mut slope = Exact::of(potential.network());
    let at = |force: &Network, z: State| force.energy(Points::from(vec![z]).view())[0];
    Ok([
        score(|z| learned.at(z), per_period)?,
        score(|z| plain.at(z), per_period)?,
        score(|z| [z[1], at(&both, z)], per_period)?,
        score(|z| [z[1], at(&alone, [z[0], 0.0])], per_period)?,
        score(|z| [z[1], slope.at([z[0], 0.0])[1]], per_period)?,
        score(|z| quadratic.at(z), per_period)?,
    ])
}

/// The data of a seed with noise on their labels, and how they are fitted.
fn noisy_data(settings: &Settings, evaluations: usize) -> hnn::Result<(Dataset, Gaussian, Fit)> {
    let (mut data, mut random) = settings.data()?;
    data.field.mapv_inplace(|x| x + NOISE * random.standard());
    let fit = Fit {
        evaluations: evaluations.min(settings.fit.evaluations),
        ..settings.fit.clone()
    };
    Ok((data, random, fit))
}

/// A Hamiltonian network that is fitted to these data in their own units.
fn hamiltonian(data: &Dataset, fit: &Fit, random: &mut Gaussian) -> hnn::Result<Hnn> {
    let (model, _) = Hnn::fit_watched(data, Units::one(2), fit, random, |_, _, _| ())?;
    Ok(model)
}

/// A network, as large as ours, whose value is the force dp/dt.
fn force(data: &Dataset, fit: &Fit, random: &mut Gaussian) -> hnn::Result<Network> {
    let forces = Some(data.field.column(1).to_owned());
    let labelled = Dataset::new(data.points.clone(), data.field.clone(), forces)?;
    let mut network = fit.network(2, random)?;
    let mut loss = Evaluator::new(Loss::ENERGY, &network)?;
    minimize(
        &mut network,
        &mut loss,
        &labelled,
        &fit.method(),
        unobserved,
    )?;
    Ok(network)
}

/// The field errors of ours and of two plain networks on noisy labels, after so many evaluations.
fn noisy_fields(settings: &Settings, evaluations: usize) -> hnn::Result<[f64; 2]> {
    let (data, mut random, fit) = noisy_data(settings, evaluations)?;
    let ours = hamiltonian(&data, &fit, &mut random)?;
    let plain = Plain::fit(&data, &plain_fit(&fit))?;
    let (disc, unit) = (sunflower(DISC_POINTS), Oscillator::UNIT);
    let mut learned = Exact::of(ours.network());
    Ok([
        field_rmse_of(|z| learned.at(z), unit, disc.view()),
        field_rmse_of(|z| plain.at(z), unit, disc.view()),
    ])
}

/// A row for each kind of data and each model.
fn harder_table(ours: &[Score], rivals: &[Rival], noisy: &[[Score; 6]]) -> Table {
    let mut table = Table::new([
        "model",
        "field inside",
        "field outside",
        "energy, from inside",
        "energy, from outside",
    ]);
    let mut row = |model: &str, scores: Vec<Score>| {
        let spread = |number: fn(&Score) -> f64| Spread::of(scores.iter().map(number)).to_string();
        table.row([
            model.to_string(),
            spread(|score| score.field),
            spread(|score| score.outside),
            spread(|score| score.motion.energy),
            spread(|score| score.far.energy),
        ]);
    };
    row("clean, ours", ours.to_vec());
    let plain = rivals.iter().map(|rival| rival.plain);
    row("clean, two plain", plain.collect());
    for (which, model) in NOISY.into_iter().enumerate() {
        let scores = noisy.iter().map(|scores| scores[which]);
        row(&format!("noisy, {model}"), scores.collect());
    }
    table
}

/// An error of these models over that of others with the same seeds.
fn over(models: &[Score], others: &[Score], error: fn(&Score) -> f64) -> Paired {
    let errors = |scores: &[Score]| scores.iter().map(error).collect::<Vec<f64>>();
    Paired::of(&errors(models), &errors(others))
}
// ANCHOR_END: noisy
