//! Choosing a step: differences of a network with kinks, under an integrator, and in a loss that is trained.
//!
//! `cargo run --example step`

// ANCHOR: uses
use hnn::evidence::{Evidence, Table, brief, thousands};
use hnn::learning::{
    DifferencedField, Differentiable, Evaluator, Lbfgs, Loss, minimize, unobserved,
};
use hnn::measure::{Spread, Sweep, field_rmse_on_disc};
use hnn::mechanics::step::implicit_midpoint;
use hnn::mechanics::{Difference, Differenced, Exact, Kind};
use hnn::model::{Activation, Network};
use hnn::phase_space::{Dataset, Oscillator, State, logspace, sunflower};
use hnn::trial::{Outcome, Settings};
// ANCHOR_END: uses

// ANCHOR: constants
/// The notebook's epsilon.
const NOTEBOOKS: f64 = 1e-7;
/// How many points of the disc there are to compare at, and to train on.
const POINTS: usize = 200;
// ANCHOR_END: constants

fn main() -> std::process::ExitCode {
    let about = "Takes differences of a network with kinks, under an integrator, and in a loss that is trained";
    hnn::cli::run("step", about, experiment)
}

/// The experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: networks
    settings.check()?;
    let relu = Settings {
        activation: Activation::Relu,
        ..settings.clone()
    };
    let kinked: Vec<Network> = settings.seeds.each(|seed| Ok(relu.start(seed)?.1))?;
    let trained: Vec<Network> = settings
        .seeds
        .each(|seed| Ok(Outcome::of(&settings, seed)?.network))?;
    // ANCHOR_END: networks

    // ANCHOR: asked
    let mut asked: Vec<(usize, [Spread; 3])> = Vec::new();
    for count in [20, 200, 2000] {
        asked.push((count, asked_at(&kinked, count)?));
    }
    evidence.show(
        "asked",
        Table::of(&asked)
            .column("points", |(count, _)| thousands(*count))
            .column("best ε", |(_, [step, ..])| step)
            .column("its error", |(_, [_, error, _])| error)
            .column("error at 1e-7", |(_, [.., error])| error),
    )?;
    // ANCHOR_END: asked

    // ANCHOR: settled
    evidence.show("settled", settled_table(&trained)?)?;
    // ANCHOR_END: settled

    // ANCHOR: costs
    evidence.show(
        "costs",
        Table::of([2, 20, 200])
            .column("inputs", |inputs| inputs)
            .column("forward", |inputs| {
                Difference::Forward(1.0).energies(inputs)
            })
            .column("central", |inputs| {
                Difference::Central(1.0).energies(inputs)
            })
            .column("exact", |inputs| {
                format!("{:.2}", exact_cost(inputs, &settings.widths))
            }),
    )?;
    // ANCHOR_END: costs

    // ANCHOR: learned
    let mut learned: Vec<(f64, Spread)> = Vec::new();
    for epsilon in [1e-1, 1e-3, 1e-5, NOTEBOOKS, 1e-9, 1e-11, 1e-13, 1e-15] {
        learned.push((
            epsilon,
            learned_by(&settings, Difference::Forward(epsilon))?,
        ));
    }
    let mut table = Table::of(&learned)
        .column("ε that is trained with", |(epsilon, _)| {
            format!("{epsilon:e}")
        })
        .column("ε/√2", |(epsilon, _)| brief(epsilon / 2f64.sqrt()))
        .column("field RMSE", |(_, error)| error)
        .table();
    table.row([
        "exact slopes",
        "-",
        &learned_exactly(&settings)?.to_string(),
    ]);
    evidence.show("learned", table)?;
    // ANCHOR_END: learned

    Ok(())
}

// ANCHOR: asked-table
/// The best step of networks, its error, and that of the notebook's step, when they are asked at so many points.
fn asked_at(networks: &[Network], count: usize) -> hnn::Result<[Spread; 3]> {
    let steps = logspace(-3.0, -9.0, 25).to_vec();
    let sweeps = swept(networks, Difference::Forward, &steps, count)?;
    let notebooks = swept(networks, Difference::Forward, &[NOTEBOOKS], count)?;
    let spread =
        |number: fn(&Sweep) -> f64, sweeps: &[Sweep]| Spread::of(sweeps.iter().map(number));
    Ok([
        spread(|sweep| sweep.best().0, &sweeps),
        spread(|sweep| sweep.best().1, &sweeps),
        spread(|sweep| sweep.best().1, &notebooks),
    ])
}

/// The errors of differences of a kind over these steps, at so many points of the disc, one sweep a network.
fn swept(networks: &[Network], kind: Kind, steps: &[f64], count: usize) -> hnn::Result<Vec<Sweep>> {
    let points = sunflower(count);
    let sweep = |network: &Network| Sweep::of::<f64>(network, kind, steps, points.view());
    networks.iter().map(sweep).collect()
}
// ANCHOR_END: asked-table

// ANCHOR: settled-table
/// Whether a thousand steps of the implicit midpoint rule, a hundred a period, all settle to this tolerance.
fn settles(mut field: impl FnMut(State) -> State, tolerance: f64) -> bool {
    let step = std::f64::consts::TAU / 100.0;
    let walk = |z, _| implicit_midpoint(&mut field, z, step, tolerance);
    (0..1000).try_fold([1.0, 0.0], walk).is_ok()
}

/// The tolerances that are tried, from the strictest on.
const TOLERANCES: [f64; 10] = [
    1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6,
];

/// The strictest tolerance to which the steps of all networks settle.
fn strictest(settles: impl Fn(&Network, f64) -> bool, networks: &[Network]) -> String {
    let of_all = |&&to: &&f64| networks.iter().all(|network| settles(network, to));
    let found = TOLERANCES.iter().find(of_all);
    found.map_or("none".into(), |to| format!("{to:e}"))
}

/// One row for each way to the slopes: how wrong they are, and from which tolerance on the integrator takes them.
fn settled_table(networks: &[Network]) -> hnn::Result<Table> {
    let mut table = Table::new(["slopes", "ε", "error of the slopes", "settles to"]);
    let exact = |network: &Network, to| {
        let mut field = Exact::of(network);
        settles(|z| field.at(z), to)
    };
    table.row(["exact", "-", "-", &strictest(exact, networks)]);
    for (name, kind) in Difference::KINDS {
        for epsilon in [1e-1, 1e-3, 1e-5, NOTEBOOKS] {
            let sweeps = swept(networks, kind, &[epsilon], POINTS)?;
            let error = Spread::of(sweeps.iter().map(|sweep| sweep.best().1));
            let differenced = |network: &Network, to| {
                let mut field = Differenced::of(network, kind(epsilon));
                settles(|z| field.at(z), to)
            };
            let to = strictest(differenced, networks);
            table.row([name, &format!("{epsilon:e}"), &brief(error.median), &to]);
        }
    }
    Ok(table)
}
// ANCHOR_END: settled-table

// ANCHOR: costs-table
/// Multiplications for all exact slopes at one point, in units of those for one energy.
fn exact_cost(inputs: usize, widths: &[usize]) -> f64 {
    let widths = [&[inputs], &widths[1..]].concat();
    let layers = widths.windows(2).map(|pair| pair[0] * pair[1]);
    let energy: usize = layers.sum();
    // Backwards every layer is one product again, but for the output's, which is a row of weights already.
    (2 * energy - widths[widths.len() - 2]) as f64 / energy as f64
}
// ANCHOR_END: costs-table

// ANCHOR: learned-runs
/// The small problem of the book's repaired model: as many points of the disc, two layers of 24 SiLU units.
fn small_problem(settings: &Settings, seed: u64) -> hnn::Result<(Dataset, Network)> {
    let small = Settings {
        points: POINTS,
        widths: vec![2, 24, 24, 1],
        activation: Activation::Silu,
        ..settings.clone()
    };
    let (data, network, _) = small.start(seed)?;
    Ok((data, network))
}

/// The field RMSE of the network after L-BFGS has followed this loss for 200 evaluations.
fn minimized(
    mut network: Network,
    mut loss: impl Differentiable,
    data: &Dataset,
) -> hnn::Result<f64> {
    let method = Lbfgs {
        memory: 100,
        gradient_tolerance: 0.0,
        change_tolerance: 0.0,
        evaluations: 200,
    };
    minimize(&mut network, &mut loss, data, &method, unobserved)?;
    Ok(field_rmse_on_disc(&network, Oscillator::UNIT))
}

/// The error of the field that is learned with these differences in place of slopes, over the seeds.
fn learned_by(settings: &Settings, difference: Difference) -> hnn::Result<Spread> {
    let rmse = settings.seeds.each(|seed| {
        let (data, network) = small_problem(settings, seed)?;
        let loss = DifferencedField::new(difference, &network)?;
        minimized(network, loss, &data)
    })?;
    Ok(Spread::of(rmse))
}

/// The same with exact slopes.
fn learned_exactly(settings: &Settings) -> hnn::Result<Spread> {
    let rmse = settings.seeds.each(|seed| {
        let (data, network) = small_problem(settings, seed)?;
        let loss = Evaluator::new(Loss::FIELD, &network)?;
        minimized(network, loss, &data)
    })?;
    Ok(Spread::of(rmse))
}
// ANCHOR_END: learned-runs
