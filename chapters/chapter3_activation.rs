//! Chapter 3, activation: does tanh saturate, does ReLU help, and what does this problem need of an activation?
//!
//! `cargo run --example chapter3`

// ANCHOR: uses
use std::collections::HashSet;
use std::f64::consts::PI;
use std::ops::ControlFlow;

use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Recorded, Series, Table, brief,
    dashed, thousands,
};
use hnn::learning::{Batch, Evaluator, Loss};
use hnn::measure::facets::{best_on_treads, different};
use hnn::measure::{Spread, asleep, field_rmse_on_circle};
use hnn::model::{Activation, Biases, Initializer, Network};
use hnn::notebook::{self, Notebook};
use hnn::phase_space::{Dataset, Oscillator, Points, even_circle, linspace};
use hnn::random::Gaussian;
use hnn::trial::{Data, Objective, Outcome, Runs, ScheduleKind, Settings, Study, setup};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Trains with six activations, and finds what ReLU can and cannot learn";
    hnn::cli::run("chapter3", about, experiment)
}

/// The chapter's experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: train
    let runs: Vec<Runs> = Runs::of(&every_combination(&settings))?;
    // ANCHOR_END: train

    // ANCHOR: scales
    evidence.show("scales", asleep_by_scale(&settings)?)?;
    // ANCHOR_END: scales

    // ANCHOR: notebooks
    let mut notebooks: Vec<(Activation, usize, Vec<Network>)> = Vec::new();
    for epochs in [0, (settings.steps / 300).clamp(1, 10)] {
        for activation in [Activation::Tanh, Activation::Relu] {
            let networks = trained_for(epochs, activation, &settings)?;
            notebooks.push((activation, epochs, networks));
        }
    }
    let swing: Dataset = Data::Circle.draw(settings.points, &mut Gaussian::from_seed(0))?;
    // ANCHOR_END: notebooks

    // ANCHOR: layers
    let mut ratios: Vec<Spread> = Vec::new();
    for (_, _, networks) in &notebooks {
        ratios.push(first_over_last(networks, &swing)?);
    }
    evidence.show(
        "layers",
        Table::of(notebooks.iter().zip(&ratios))
            .column("network", |((activation, epochs, _), _)| {
                format!("{activation}, epoch {epochs}")
            })
            .column("gradient of W1 / of W4", |(_, ratio)| ratio),
    )?;
    // ANCHOR_END: layers

    // ANCHOR: six
    evidence.show(
        "six",
        Table::of(SIX)
            .column("activation", |activation| activation)
            .across(
                WAYS,
                |way| way.name,
                |activation, way| way.error(&runs, activation),
            ),
    )?;
    // ANCHOR_END: six

    // ANCHOR: fair
    let mut fair: Vec<Runs> = Vec::new();
    for activation in SIX {
        fair.push(at_its_best(activation, Biases::Zero, &settings)?);
    }
    fair.push(at_its_best(Activation::Relu, Biases::Uniform, &settings)?);
    evidence.show(
        "fair",
        Table::of(&fair)
            .column("activation", |runs| match runs.settings.biases {
                Biases::Zero => runs.settings.activation.to_string(),
                Biases::Uniform => format!("{}, random biases", runs.settings.activation),
            })
            .column("best rate", |runs| {
                format!("{:e}", runs.settings.learning_rate)
            })
            .column("field RMSE over the disc", Runs::disc),
    )?;
    // ANCHOR_END: fair

    // ANCHOR: staircase
    let circle: Points = even_circle(LOOK);
    evidence.show("staircase", staircase(&runs, &circle))?;
    // ANCHOR_END: staircase

    // ANCHOR: steps
    let relu: Network = trained(&runs, Activation::Relu);
    let tanh: Network = trained(&runs, Activation::Tanh);
    evidence.show("steps", steps(&relu, &tanh, &circle))?;
    // ANCHOR_END: steps

    // ANCHOR: biases
    let data: Dataset = settings.start(settings.seeds.seed)?.0;
    let by_relu: Vec<f64> = field_gradient(&relu, &data)?;
    let by_tanh: Vec<f64> = field_gradient(&tanh, &data)?;
    let mut of_biases: Vec<f64> = Vec::new();
    for block in relu.blocks().into_iter().filter(|block| !block.is_weight) {
        of_biases.extend(&by_relu[block.range]);
    }
    let losses: Vec<u64> = shifted(&relu)?;
    evidence.show(
        "biases",
        Facts::new()
            .with("biases_at_zero", zeros(&of_biases))
            .with("tanh_at_zero", zeros(&by_tanh))
            .with("shifts", thousands(losses.len()))
            .with("levels", losses.iter().collect::<HashSet<_>>().len()),
    )?;
    // ANCHOR_END: biases

    // ANCHOR: alone
    let alone: Vec<Runs> = Runs::of(&[
        field_alone(Activation::Relu, &settings),
        field_alone(Activation::Tanh, &settings),
    ])?;
    evidence.show("field-alone", without_energies(&alone))?;
    // ANCHOR_END: alone

    // ANCHOR: plateaus
    let patients: Vec<Settings> = patient(&settings).sweep(PLATEAUS, |run, kind| {
        (_, run.activation, run.frozen_biases) = kind;
    });
    let plateaus: Vec<Vec<Vec<f64>>> = settings.seeds.each_of(&patients, thirds)?;
    evidence.show(
        "plateaus",
        Table::of(PLATEAUS.iter().zip(&plateaus))
            .column("network", |((name, _, _), _)| name)
            .across(
                0..3,
                |when| format!("step {}", thousands((when + 1) * settings.steps)),
                |(_, runs), when: usize| {
                    let losses = Spread::of(runs.iter().map(|losses| losses[when]));
                    format!("{:.3} to {:.3}", losses.smallest, losses.largest)
                },
            ),
    )?;
    // ANCHOR_END: plateaus

    // ANCHOR: first-versions
    evidence.show("first-versions", first_versions()?)?;
    // ANCHOR_END: first-versions

    // ANCHOR: claim
    let mut extremes: Vec<Spread> = Vec::new();
    for activation in [Activation::Tanh, Activation::Relu] {
        let mut all = asleep_in(&settings, &runs, activation)?;
        let of_notebooks = notebooks.iter().filter(|(of, ..)| *of == activation);
        for network in of_notebooks.flat_map(|(_, _, networks)| networks) {
            all.extend(shares_asleep(network, &swing.points));
        }
        extremes.push(Spread::of(all));
    }
    evidence.show(
        "claim",
        Facts::new()
            .with("tanh_most_asleep", brief(extremes[0].largest))
            .with("relu_least_asleep", brief(extremes[1].smallest)),
    )?;
    // ANCHOR_END: claim

    // ANCHOR: verdict
    evidence.show("verdict", verdict(&runs, &fair))?;
    // ANCHOR_END: verdict

    // ANCHOR: setups
    let mut found = notebook::Settings::default().setup(10, brief(Data::Circle.silence()));
    found.network = format!("{} · relu or tanh", dashed(&NOTEBOOK));
    let watched = setup(&patients, |_| Data::Circle).scoring(&found.silence);
    let mut layers = found.clone().scoring("");
    layers.seeds = settings.seeds.seeds;
    evidence.show(
        "setups",
        Facts::new()
            .with("notebooks", layers)
            .with("six", runs.setup(|settings| settings.data))
            .with("fair", fair.setup(|_| Data::Disc))
            .with("alone", alone.setup(|_| Data::Disc))
            .with("plateaus", watched)
            .with("first_versions", found),
    )?;
    // ANCHOR_END: setups
    Ok(())
}

// ANCHOR: every-combination
/// The activations on trial.
const SIX: [Activation; 6] = [
    Activation::Relu,
    Activation::Tanh,
    Activation::Sin,
    Activation::Softplus,
    Activation::Gelu,
    Activation::Silu,
];

/// What is trained on, and by which gradient.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    data: Data,
    objective: Objective,
}

impl Way {
    const fn new(name: &'static str, data: Data, objective: Objective) -> Self {
        Self {
            name,
            data,
            objective,
        }
    }

    /// Field RMSE where the training points lie: on the circle for the circle, over the
    /// disc for the disc.
    fn error(self, runs: &[Runs], activation: Activation) -> Spread {
        let runs = runs.one(self.with(activation));
        match self.data {
            Data::Circle => runs.circle(),
            Data::Disc => runs.disc(),
        }
    }

    /// Whether settings go this way with this activation.
    fn with(self, activation: Activation) -> impl Fn(&Settings) -> bool {
        move |s| (s.activation, s.data, s.objective) == (activation, self.data, self.objective)
    }
}

/// The notebook's way to train, the two repairs, and both together.
const AS_FOUND: Way = Way::new("circle, notebook's", Data::Circle, Objective::Notebook);
const CIRCLE_EXACT: Way = Way::new("circle, exact", Data::Circle, Objective::Full);
const LABELS: Way = Way::new("disc, notebook's", Data::Disc, Objective::Notebook);
const REPAIRED: Way = Way::new("disc, exact", Data::Disc, Objective::Full);
const WAYS: [Way; 4] = [AS_FOUND, CIRCLE_EXACT, LABELS, REPAIRED];

/// Every activation on both data sets with both gradients.
fn every_combination(settings: &Settings) -> Vec<Settings> {
    let with = |activation| {
        settings.sweep(WAYS, move |run, way| {
            (run.activation, run.data, run.objective) = (activation, way.data, way.objective);
        })
    };
    SIX.into_iter().flat_map(with).collect()
}

/// The first seed's network with both repairs.
fn trained(runs: &[Runs], activation: Activation) -> Network {
    let runs = runs.one(REPAIRED.with(activation));
    runs.outcomes[0].network.clone()
}
// ANCHOR_END: every-combination

// ANCHOR: asleep
/// The notebook's own widths.
const NOTEBOOK: [usize; 5] = [2, 128, 128, 128, 1];

/// The percentage of units asleep in each hidden layer, over all units and points.
fn shares_asleep(network: &Network, points: &Points) -> Vec<f64> {
    let layers = asleep(network, points.view()).into_iter();
    layers.map(|[share, _]| 100.0 * share).collect()
}

/// What is asleep in networks of the notebook's size at its points, before training, one entry a seed.
fn at_the_start(
    activation: Activation,
    weights: Initializer,
    settings: &Settings,
) -> hnn::Result<Vec<Vec<f64>>> {
    let circle = Data::Circle.draw(settings.points, &mut Gaussian::from_seed(0))?;
    settings.seeds.each(|seed| {
        let random = &mut Gaussian::from_seed(seed);
        let network = Network::random(&NOTEBOOK, activation, weights, Biases::Zero, random)?;
        Ok(shares_asleep(&network, &circle.points))
    })
}

/// The shares asleep in every layer of them and of these networks, before and after training.
fn asleep_in(settings: &Settings, runs: &[Runs], activation: Activation) -> hnn::Result<Vec<f64>> {
    let mut all = at_the_start(activation, Initializer::He, settings)?.concat();
    for runs in WAYS.map(|way| runs.one(way.with(activation))) {
        for outcome in &runs.outcomes {
            let (data, network, _) = runs.settings.start(outcome.seed)?;
            for network in [&network, &outcome.network] {
                all.extend(shares_asleep(network, &data.points));
            }
        }
    }
    Ok(all)
}
// ANCHOR_END: asleep

// ANCHOR: scales-table
/// The percentage of tanh units asleep in each layer of a network of the notebook's size at its start, by the standard
/// deviation of its weights.
fn asleep_by_scale(settings: &Settings) -> hnn::Result<Table> {
    let mut table = Table::new(["initial weights", "layer 1", "layer 2", "layer 3"]);
    for (name, weights) in [
        ("0.01 × Gaussian", Initializer::Normal(0.01)),
        ("0.1 × Gaussian", Initializer::Normal(0.1)),
        ("Glorot", Initializer::Glorot),
        ("LeCun", Initializer::LeCun),
        ("He, the notebook's", Initializer::He),
        ("0.3 × Gaussian", Initializer::Normal(0.3)),
        ("1 × Gaussian", Initializer::Normal(1.0)),
    ] {
        let shares = at_the_start(Activation::Tanh, weights, settings)?;
        let layer = |layer: usize| Spread::of(shares.iter().map(|of| of[layer])).to_string();
        table.row([name.to_owned(), layer(0), layer(1), layer(2)]);
    }
    Ok(table)
}
// ANCHOR_END: scales-table

// ANCHOR: trained-for
/// The notebook's network after so many epochs of its own training, one a seed.
fn trained_for(
    epochs: usize,
    activation: Activation,
    settings: &Settings,
) -> hnn::Result<Vec<Network>> {
    settings.seeds.each(|seed| {
        let run = notebook::Settings {
            seed,
            ..notebook::Settings::default()
        };
        let mut notebook = Notebook::with_activation(run, activation)?;
        if epochs > 0 {
            notebook.train_watched(|epoch, _| match epoch + 1 < epochs {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            })?;
        }
        Ok(notebook.network().clone())
    })
}
// ANCHOR_END: trained-for

// ANCHOR: layers-table
/// The length of the first matrix's gradient over that of the last one's, over these networks.
fn first_over_last(networks: &[Network], data: &Dataset) -> hnn::Result<Spread> {
    let mut ratios = Vec::new();
    for network in networks {
        let mut gradient = vec![0.0; network.parameters().len()];
        let mut energy = Evaluator::new(Loss::ENERGY, network)?;
        energy.value_and_gradient(network, Batch::from(data), &mut gradient);
        let weights = network.blocks().into_iter().filter(|block| block.is_weight);
        let squares = weights.map(|block| gradient[block.range].iter().map(|g| g * g).sum::<f64>());
        let lengths: Vec<f64> = squares.map(f64::sqrt).collect();
        ratios.push(lengths[0] / lengths[lengths.len() - 1]);
    }
    Ok(Spread::of(ratios))
}
// ANCHOR_END: layers-table

// ANCHOR: fair-table
/// The rates that each activation may choose from.
const RATES: [f64; 5] = [1e-3, 3e-3, 1e-2, 3e-2, 1e-1];

/// The runs with both repairs at the rate with the lowest loss on points set aside.
fn at_its_best(activation: Activation, biases: Biases, settings: &Settings) -> hnn::Result<Runs> {
    let repaired = Settings {
        activation,
        biases,
        data: REPAIRED.data,
        objective: REPAIRED.objective,
        ..settings.clone()
    };
    let aside = Data::Disc.draw(500, &mut Gaussian::from_seed(1000))?;
    let loss = |run: &Outcome| -> hnn::Result<f64> {
        let mut full = Evaluator::new(Loss::FULL, &run.network)?;
        Ok(full.value(&run.network, Batch::from(&aside)))
    };
    let mut judged = Vec::new();
    for runs in Runs::of(&repaired.sweep(RATES, |run, rate| run.learning_rate = rate))? {
        let losses: hnn::Result<Vec<f64>> = runs.outcomes.iter().map(loss).collect();
        judged.push((Spread::of(losses?).median, runs));
    }
    let best = judged.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
    Ok(best.expect("there are rates").1)
}
// ANCHOR_END: fair-table

// ANCHOR: steps-figure
/// The learned motion over a quarter turn of the circle.
fn steps(relu: &Network, tanh: &Network, circle: &Points) -> hnn::Result<Figure> {
    let (turn, angles) = (even_circle(16_000), linspace(0.0, 90.0, 4001));
    let line = |velocity: &dyn Fn(usize) -> f64| -> Vec<(f64, f64)> {
        (0..=4000).map(|i| (angles[i], velocity(i))).collect()
    };
    let [relu_slopes, tanh_slopes] = [relu, tanh].map(|network| network.gradient(turn.view()));
    let stairs = line(&|i| relu_slopes[[i, 1]]);
    // Points on the straight between their neighbours are not drawn.
    let bend = |i: usize| stairs[i - 1].1 + stairs[i + 1].1 - 2.0 * stairs[i].1;
    let kept = |&i: &usize| i == 0 || i == 4000 || bend(i).abs() > 1e-9;
    let corners = (0..=4000).filter(kept).map(|i| stairs[i]);
    let sparse = |line: Vec<(f64, f64)>| line.into_iter().step_by(80);
    let off = |i: usize| (relu_slopes[[i, 1]] - turn[[i, 1]]).abs();
    let largest = brief(Spread::of((0..=4000).map(off)).largest);
    let values = different(relu, circle.view());
    let title =
        format!("ReLU answers with {values} fixed values on the whole circle, tanh with a curve");
    let description = format!(
        "The learned dq/dt over a quarter turn of the unit circle, of networks trained on the disc with the exact \
         gradient. ReLU's is a staircase that takes {values} values over the whole turn and is off by up to {largest} \
         here. tanh's is a smooth curve."
    );
    let series = [
        Series::new("truth", Colour::Ink, sparse(line(&|i| turn[[i, 1]]))),
        Series::new(
            "tanh",
            Colour::Vermillion,
            sparse(line(&|i| tanh_slopes[[i, 1]])),
        ),
        Series::new("relu", Colour::Blue, corners),
    ];
    let (x, y) = (
        Axis::new("angle on the circle, degrees"),
        Axis::new("dq/dt"),
    );
    LineChart::single(title, description, Panel::new(x, y, series)).draw()
}
// ANCHOR_END: steps-figure

// ANCHOR: field-gradient
/// The gradient of the field term alone, with respect to every parameter.
fn field_gradient(network: &Network, data: &Dataset) -> hnn::Result<Vec<f64>> {
    let mut gradient = vec![0.0; network.parameters().len()];
    let mut evaluator = Evaluator::new(Loss::FIELD, network)?;
    evaluator.value_and_gradient(network, Batch::from(data), &mut gradient);
    Ok(gradient)
}

/// How many of these numbers are zero, exactly.
fn zeros(numbers: &[f64]) -> usize {
    numbers.iter().filter(|&&x| x == 0.0).count()
}

/// The field term at 32 points of the circle with all biases of the first layer shifted alike, by up to 0.02 either way: the
/// bits of its values.
fn shifted(network: &Network) -> hnn::Result<Vec<u64>> {
    let data = Dataset::of(&Oscillator::UNIT, even_circle(32))?;
    let mut evaluator = Evaluator::new(Loss::FIELD, network)?;
    let biases = network.blocks()[1].range.clone();
    let loss = |&shift: &f64| {
        let mut moved = network.clone();
        for bias in &mut moved.parameters_mut()[biases.clone()] {
            *bias += shift;
        }
        evaluator.value(&moved, Batch::from(&data)).to_bits()
    };
    Ok(linspace(-0.02, 0.02, 2001).iter().map(loss).collect())
}
// ANCHOR_END: field-gradient

// ANCHOR: alone-settings
/// Many energies, and the field term alone: how a Hamiltonian network is trained on a measured motion.
fn field_alone(activation: Activation, settings: &Settings) -> Settings {
    Settings {
        activation,
        data: Data::Disc,
        objective: Objective::Field,
        ..settings.clone()
    }
}

/// The largest bias of a network, whatever its sign.
fn largest_bias(network: &Network) -> f64 {
    let blocks = network.blocks().into_iter();
    let biases = blocks.filter(|block| !block.is_weight);
    let sizes = biases.flat_map(|block| network.parameters()[block.range].to_vec());
    sizes.map(f64::abs).fold(0.0, f64::max)
}
// ANCHOR_END: alone-settings

// ANCHOR: record
/// The three kinds of run: the activation, and whether its biases are frozen.
const PLATEAUS: [(&str, Activation, bool); 3] = [
    ("tanh, biases trained", Activation::Tanh, false),
    ("relu, biases trained", Activation::Relu, false),
    ("relu, biases frozen", Activation::Relu, true),
];

/// The notebook's gradient and data, with a hundred times its penalty on the weights so that a run is short.
fn patient(settings: &Settings) -> Settings {
    Settings {
        data: Data::Circle,
        objective: Objective::Notebook,
        schedule: ScheduleKind::Constant,
        l2: 1e-4,
        steps: 3 * settings.steps,
        ..settings.clone()
    }
}

/// The notebook's loss without the penalty, on the whole circle: motion terms and energy term.
fn reported(network: &Network) -> f64 {
    let circle = even_circle(500);
    let energies = network.energy(circle.view());
    let misses = energies.iter().map(|h| (h - 0.5) * (h - 0.5));
    let motion = field_rmse_on_circle(network, Oscillator::UNIT);
    motion * motion + misses.sum::<f64>() / circle.nrows() as f64
}

/// The loss at each third of a run of these settings.
fn thirds(settings: &Settings, seed: u64) -> hnn::Result<Vec<f64>> {
    let mut losses = Vec::new();
    let outcome = Outcome::watched(settings, seed, |step| {
        if step.index > 0 && 3 * step.index % settings.steps == 0 {
            losses.push(reported(step.network));
        }
    })?;
    losses.push(reported(&outcome.network));
    Ok(losses)
}
// ANCHOR_END: record

// ANCHOR: first-versions-table
/// The loss after the first and after the sixth epoch, over ten seeds, by what the first version may have been.
fn first_versions() -> hnn::Result<Table> {
    let recorded = Recorded::read("first-versions")?;
    let head = [
        "network",
        "Adam, epoch 1",
        "Adam, epoch 6",
        "descent, epoch 6",
    ];
    let mut table = Table::new(head);
    for activation in ["tanh", "relu"] {
        for weights in ["0.01", "0.1", "Glorot", "He", "0.3", "1"] {
            let of_network = recorded
                .with("activation", activation)?
                .with("weights", weights)?;
            let loss = |optimizer, epoch| -> hnn::Result<String> {
                let runs = of_network.with("optimizer", optimizer)?;
                // A run that overflows has no such row.
                let mut losses = runs.with("epoch", epoch)?.numbers("loss")?;
                losses.resize(runs.each("seed")?.len(), f64::INFINITY);
                let losses = Spread::of(losses);
                Ok(match losses.largest < 10.0 {
                    true => format!("{losses:.3}"),
                    false => losses.to_string(),
                })
            };
            table.row([
                match weights.parse::<f64>() {
                    Ok(_) => format!("{activation}, {weights} × Gaussian"),
                    Err(_) => format!("{activation}, {weights}"),
                },
                loss("Adam", "0")?,
                loss("Adam", "5")?,
                loss("SGD", "5")?,
            ]);
        }
    }
    Ok(table)
}
// ANCHOR_END: first-versions-table

// ANCHOR: verdict-facts
/// What the tables do not say and the sentences quote.
fn verdict(runs: &[Runs], fair: &[Runs]) -> Facts {
    let smooth = fair[1..SIX.len()].iter();
    let times = Spread::of(smooth.map(|other| fair[0].disc().median / other.disc().median));
    let elsewhere = |activation| brief(runs.one(CIRCLE_EXACT.with(activation)).disc().median);
    Facts::new()
        .with("least_times", brief(times.smallest))
        .with("most_times", brief(times.largest))
        .with("tanh_elsewhere", elsewhere(Activation::Tanh))
        .with("relu_elsewhere", elsewhere(Activation::Relu))
        .with("softplus_elsewhere", elsewhere(Activation::Softplus))
}
// ANCHOR_END: verdict-facts

// ANCHOR: staircase-facts
/// Points of the circle at which the values of a field are counted.
const LOOK: usize = 20_000;

/// How many values ReLU's field has on the circle, and how well as many even steps could do.
fn staircase(runs: &[Runs], circle: &Points) -> Facts {
    let relu = runs.one(REPAIRED.with(Activation::Relu));
    let counts = relu.spread(|outcome| different(&outcome.network, circle.view()) as f64);
    let smooth = different(&trained(runs, Activation::Tanh), circle.view());
    let floor = PI / (3f64.sqrt() * counts.median);
    let ours = relu.circle().median;
    let best = relu.spread(|outcome| best_on_treads(&outcome.network, circle.view()));
    Facts::new()
        .with("points", thousands(LOOK))
        .with("fewest", counts.smallest)
        .with("most", counts.largest)
        .with("smooth", thousands(smooth))
        .with("floor", brief(floor))
        .with("rmse", brief(ours))
        .with("best_heights", brief(best.median))
}
// ANCHOR_END: staircase-facts

// ANCHOR: alone-facts
/// What the field term alone leads ReLU and tanh to.
fn without_energies(alone: &[Runs]) -> Facts {
    let (relu, tanh) = (&alone[0], &alone[1]);
    let (error, floor) = (relu.disc(), 1.0 / 18f64.sqrt());
    let above = 100.0 * (error.largest / floor - 1.0);
    Facts::new()
        .with("floor", format!("{floor:.4}"))
        .with("relu_smallest", format!("{:.4}", error.smallest))
        .with("relu_largest", format!("{:.4}", error.largest))
        .with("above", format!("{above:.1}"))
        .with(
            "largest_bias",
            relu.spread(|run| largest_bias(&run.network)).largest,
        )
        .with("tanh", brief(tanh.disc().median))
}
// ANCHOR_END: alone-facts

#[cfg(test)]
mod exercises {
    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: the loss at which a network without biases ends up on the circle, if its
    /// activation is max(x, 0) to this power and it has so many hidden layers.
    fn plateau(_power: u32, _hidden_layers: u32) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_plateau(answer: impl Fn(u32, u32) -> f64) -> Result<(), String> {
        for (power, activation) in [(1, Activation::Relu), (2, Activation::SquaredRelu)] {
            for (layers, widths) in [(1, vec![2, 32, 1]), (2, vec![2, 32, 32, 1])] {
                let settings = Settings {
                    activation,
                    widths,
                    frozen_biases: true,
                    data: Data::Circle,
                    objective: Objective::Notebook,
                    ..Settings::default()
                };
                let run = Outcome::of(&settings, 0).map_err(|error| error.to_string())?;
                let (yours, measured) = (answer(power, layers), reported(&run.network));
                // No number at all is wrong too.
                let right = (yours - measured).abs() < 0.05;
                if !right {
                    return Err(format!(
                        "power {power}, hidden layers {layers}: you say {yours:.3}, \
                         the run ends at {measured:.3}"
                    ));
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn plateau_solved(power: u32, hidden_layers: u32) -> f64 {
        let degree = f64::from(power.pow(hidden_layers));
        (1.0 - degree / 2.0) * (1.0 - degree / 2.0)
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn plateau` first"]
    fn exercise_1() -> Result<(), String> {
        check_plateau(plateau)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_plateau(plateau_solved)?;
        // ANCHOR_END: try-1
        assert!(check_plateau(|_, _| 0.25).is_err());
        let depth_ignored = |power, _| plateau_solved(power, 1);
        assert!(check_plateau(depth_ignored).is_err());
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: the field RMSE over the disc of a ReLU network that was trained on the
    /// circle, on the field alone, from biases of zero.
    fn away_from_the_circle() -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_away(yours: f64) -> Result<(), String> {
        let settings = Settings {
            data: Data::Circle,
            objective: Objective::Field,
            activation: Activation::Relu,
            ..Settings::default()
        };
        let run = Outcome::of(&settings, 0).map_err(|error| error.to_string())?;
        let right = (yours / run.disc - 1.0).abs() < 0.02;
        if !right {
            return Err(format!(
                "you say {yours:.3}, the run scores {:.3}",
                run.disc
            ));
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn away_from_the_circle_solved() -> f64 {
        1.0 / 6f64.sqrt()
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn away_from_the_circle` first"]
    fn exercise_2() -> Result<(), String> {
        check_away(away_from_the_circle())
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_away(away_from_the_circle_solved())?;
        // ANCHOR_END: try-2
        assert!(check_away(1.0 / 18f64.sqrt()).is_err());
        assert!(check_away(f64::NAN).is_err());
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: an initial ReLU network from which the field alone can teach more. This is
    /// the one that it gets stuck with.
    fn start(widths: &[usize], random: &mut Gaussian) -> hnn::Result<Network> {
        let (relu, he) = (Activation::Relu, Initializer::He);
        Network::random(widths, relu, he, Biases::Zero, random)
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_start(
        start: impl Fn(&[usize], &mut Gaussian) -> hnn::Result<Network>,
    ) -> Result<(), String> {
        let train = || -> hnn::Result<f64> {
            let settings = field_alone(Activation::Relu, &Settings::default());
            let (data, _, mut random) = settings.start(0)?;
            let network = start(&settings.widths, &mut random)?;
            Ok(Outcome::on(&settings, 0, &data, network, &mut random, |_| ())?.disc)
        };
        let (rmse, stuck) = (
            train().map_err(|error| error.to_string())?,
            1.0 / 18f64.sqrt(),
        );
        if rmse > stuck / 2.0 {
            return Err(format!(
                "field RMSE {rmse:.4}: half of {stuck:.4} is not reached"
            ));
        }
        Ok(())
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn start_solved(widths: &[usize], random: &mut Gaussian) -> hnn::Result<Network> {
        let (relu, he) = (Activation::Relu, Initializer::He);
        Network::random(widths, relu, he, Biases::Uniform, random)
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: change `fn start` first"]
    fn exercise_3() -> Result<(), String> {
        check_start(start)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_start(start_solved)?;
        // ANCHOR_END: try-3
        assert!(check_start(start).is_err());
        Ok(())
    }
}
