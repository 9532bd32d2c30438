//! Choosing a step: differences of a network with kinks, under an integrator, and in a loss that is trained.
//!
//! `cargo run --example step`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Table, brief, thousands,
};
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
    let smooth: Vec<Network> = initial(&settings)?;
    let kinked: Vec<Network> = initial(&relu)?;
    let steps: Vec<f64> = logspace(-1.0, -16.0, 61).to_vec();
    let round: Vec<Sweep> = sweeps(&smooth, Difference::Forward, &steps)?;
    let sharp: Vec<Sweep> = sweeps(&kinked, Difference::Forward, &steps)?;
    // ANCHOR_END: networks

    // ANCHOR: kinks
    evidence.show("kinks", kinks(&kinked, &sharp, &round[0]))?;
    // ANCHOR_END: kinks

    // ANCHOR: kinks-facts
    let relu_at_the_notebooks = sweeps(&kinked, Difference::Forward, &[NOTEBOOKS])?;
    evidence.show(
        "relu",
        Facts::new()
            .with("best_error", best(&sharp).1)
            .with("notebooks_error", best(&relu_at_the_notebooks).1),
    )?;
    // ANCHOR_END: kinks-facts

    // ANCHOR: asked
    let mut asked: Vec<(usize, (Spread, Spread))> = Vec::new();
    for count in [20, 200, 2000] {
        asked.push((count, best_at(&kinked, count)?));
    }
    evidence.show(
        "asked",
        Table::of(&asked)
            .column("points", |(count, _)| thousands(*count))
            .column("best ε", |(_, (step, _))| step)
            .column("its error", |(_, (_, error))| error),
    )?;
    // ANCHOR_END: asked

    // ANCHOR: settled
    let trained: Vec<Network> = settings
        .seeds
        .each(|seed| Ok(Outcome::of(&settings, seed)?.network))?;
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
    let exactly: Spread = learned_exactly(&settings)?;
    let learned: Vec<(f64, Spread)> = EPSILONS
        .iter()
        .map(|&epsilon| {
            let rmse = learned_by(&settings, Difference::Forward(epsilon))?;
            Ok((epsilon, rmse))
        })
        .collect::<hnn::Result<_>>()?;
    evidence.show("learned", learned_figure(&learned, exactly))?;
    // ANCHOR_END: learned

    // ANCHOR: learned-facts
    evidence.show("learning", learned_facts(&learned, exactly))?;
    // ANCHOR_END: learned-facts

    Ok(())
}

// ANCHOR: sweeps
/// How many points of the disc a difference is compared at.
const POINTS: usize = 200;
/// The notebook's epsilon.
const NOTEBOOKS: f64 = 1e-7;
/// The steps that are trained with.
const EPSILONS: [f64; 15] = [
    1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15,
];

/// The networks of these settings before training, one a seed.
fn initial(settings: &Settings) -> hnn::Result<Vec<Network>> {
    let drawn = |seed| Ok(settings.start(seed)?.1);
    settings.seeds.each(drawn)
}

/// The error of the differences of a kind at every step, one sweep a network.
fn sweeps(networks: &[Network], kind: Kind, steps: &[f64]) -> hnn::Result<Vec<Sweep>> {
    let points = sunflower(POINTS);
    let sweep = |network: &Network| Sweep::of::<f64>(network, kind, steps, points.view());
    networks.iter().map(sweep).collect()
}

/// The steps with the least errors, and those errors.
fn best(sweeps: &[Sweep]) -> (Spread, Spread) {
    let spread =
        |number: fn((f64, f64)) -> f64| Spread::of(sweeps.iter().map(|sweep| number(sweep.best())));
    (spread(|best| best.0), spread(|best| best.1))
}
// ANCHOR_END: sweeps

// ANCHOR: kinks-figure
/// The lines of sweeps, errors that have no place on the axis left out.
fn lines(name: &str, colour: Colour, sweeps: &[Sweep]) -> Vec<Series> {
    let drawn = |&(_, error): &(f64, f64)| error > 0.0 && error.is_finite();
    let errors = sweeps
        .iter()
        .map(|sweep| sweep.errors.iter().copied().filter(drawn));
    Series::each(name, colour, errors)
}

/// The share of nudges of this size that change the slopes of a ReLU network, that is, cross a kink.
fn crossing(network: &Network, epsilon: f64, count: usize) -> f64 {
    let points = sunflower(count);
    let here = network.gradient(points.view());
    let mut crossed = 0;
    for coordinate in 0..2 {
        let mut moved = points.clone();
        moved.column_mut(coordinate).mapv_inplace(|x| x + epsilon);
        let there = network.gradient(moved.view());
        crossed += here
            .rows()
            .into_iter()
            .zip(there.rows())
            .filter(|(a, b)| a != b)
            .count();
    }
    crossed as f64 / (2 * count) as f64
}

/// Forward differences of kinked networks beside those of a smooth one; below, how many of them cross a kink.
fn kinks(kinked: &[Network], sharp: &[Sweep], round: &Sweep) -> hnn::Result<Figure> {
    let (step, error) = best(sharp);
    let shares = kinked.iter().zip(sharp).map(|(network, sweep)| {
        let steps = sweep.errors.iter().map(|&(epsilon, _)| epsilon);
        let shares = steps.map(|epsilon| (epsilon, crossing(network, epsilon, POINTS)));
        shares.filter(|&(_, share)| share > 0.0)
    });
    let epsilons = || Axis::log("ε").between(1e-16, 1e-1);
    let mut errors = lines("smooth", Colour::Blue, std::slice::from_ref(round));
    errors.extend(lines("ReLU", Colour::Vermillion, sharp));
    let upper = Panel::new(epsilons(), Axis::log("relative error"), errors);
    let shares = Series::each("nudges across a kink", Colour::Vermillion, shares);
    let lower = Panel::new(epsilons(), Axis::log("share of nudges"), shares);
    LineChart {
        title: format!(
            "ReLU has no curvature: where no nudge meets a kink, at an ε of {}, the error falls to {}",
            brief(step.median),
            brief(error.median)
        ),
        description: format!(
            "Above: relative error of forward differences in f64 over the step, for {} ReLU networks and a smooth one. \
             The ReLU curves drop to {error} at a step of {step} and then rise with the smooth one's rounding. Below: the \
             share of nudges that cross a kink, which shrinks with the step and is zero from there on.",
            kinked.len(),
        ),
        panels: vec![upper, lower],
    }
    .draw()
}
// ANCHOR_END: kinks-figure

// ANCHOR: asked-table
/// The best step of networks, and its error, when they are asked at so many points.
fn best_at(networks: &[Network], count: usize) -> hnn::Result<(Spread, Spread)> {
    let steps = logspace(-3.0, -9.0, 25).to_vec();
    let points = sunflower(count);
    let sweeps: Vec<Sweep> = networks
        .iter()
        .map(|network| Sweep::of::<f64>(network, Difference::Forward, &steps, points.view()))
        .collect::<hnn::Result<_>>()?;
    Ok(best(&sweeps))
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
            let error = best(&sweeps(networks, kind, &[epsilon])?).1;
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

// ANCHOR: learned-figure
/// The error of the learned field over the ε it was trained with.
fn learned_figure(learned: &[(f64, Spread)], exactly: Spread) -> hnn::Result<Figure> {
    let line = |number: fn(&Spread) -> f64| {
        let points = learned.iter();
        points.map(move |(epsilon, spread)| (*epsilon, number(spread)))
    };
    let shift = learned
        .iter()
        .map(|&(epsilon, _)| (epsilon, epsilon / 2f64.sqrt()));
    let shift = shift.filter(|&(_, error)| error > 5e-5);
    let ends = |error| [(1e-15, error), (1e-1, error)];
    let title = format!(
        "Trained through, an ε of 1e-7 would do no harm: it learns to {}, exact slopes to {}",
        learned
            .iter()
            .find(|run| run.0 == NOTEBOOKS)
            .map_or("-".into(), |run| brief(run.1.median)),
        brief(exactly.median)
    );
    let description = format!(
        "Field RMSE over the disc of networks trained on differences, over the step. From 0.1 down it falls along \
         the line ε divided by the root of 2, stays level with the {} of exact slopes in the middle, and rises again \
         where the step is so small that rounding drowns the gradient.",
        exactly
    );
    let series = [
        Series::new("ε/√2", Colour::Ink, shift),
        Series::new("exact slopes", Colour::Green, ends(exactly.median)),
        Series::new("differences", Colour::Blue, line(|spread| spread.median)),
        Series::new("smallest", Colour::Sky, line(|spread| spread.smallest)).unlabelled(),
        Series::new("largest", Colour::Sky, line(|spread| spread.largest)).unlabelled(),
    ];
    let (x, y) = (Axis::log("ε that is trained with"), Axis::log("field RMSE"));
    LineChart::single(title, description, Panel::new(x, y, series)).draw()
}
// ANCHOR_END: learned-figure

// ANCHOR: learned-facts-made
/// Four errors from that figure, and one that was predicted.
fn learned_facts(learned: &[(f64, Spread)], exactly: Spread) -> Facts {
    let at = |epsilon: f64| learned.iter().find(|run| run.0 == epsilon).map(|run| run.1);
    let shown = |epsilon: f64| at(epsilon).map_or("-".into(), |spread| spread.to_string());
    Facts::new()
        .with("exact", exactly)
        .with("at_1e_1", shown(1e-1))
        .with("predicted_at_1e_1", brief(0.1 / 2f64.sqrt()))
        .with("at_the_notebooks", shown(NOTEBOOKS))
        .with("at_1e_15", shown(1e-15))
}
// ANCHOR_END: learned-facts-made
