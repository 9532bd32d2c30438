//! Chapter 3, activation: does tanh saturate, does ReLU help, and what does this problem need of an activation?
//!
//! `cargo run --example chapter3`

// ANCHOR: uses
use std::collections::HashSet;
use std::f64::consts::PI;
use std::ops::ControlFlow;

use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, HeatMap, LineChart, Mark, Panel, Recorded, Series,
    Table, brief, thousands,
};
use hnn::learning::{Batch, Evaluator, Loss};
use hnn::measure::{Spread, field_rmse_on_circle};
use hnn::model::{Activation, Biases, Initializer, Network};
use hnn::notebook::{self, Notebook};
use hnn::phase_space::{Dataset, Oscillator, Points, even_circle, linspace};
use hnn::random::Gaussian;
use hnn::trial::{Data, Objective, Outcome, Runs, ScheduleKind, Settings, Study};
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

    // ANCHOR: saturation
    evidence.show("saturation", saturation(&settings, &runs)?)?;
    // ANCHOR_END: saturation

    // ANCHOR: scales
    evidence.show("scales", asleep_by_scale(&settings)?)?;
    // ANCHOR_END: scales

    // ANCHOR: layers
    let three = [Activation::Tanh, Activation::Relu, Activation::Silu];
    let mut norms: Vec<(String, Vec<Spread>)> = Vec::new();
    for epochs in [0, later(&settings)] {
        for activation in three {
            let name = format!("{activation}, epoch {epochs}");
            norms.push((name, gradient_norms(activation, epochs, &settings)?));
        }
    }
    evidence.show(
        "layers",
        Table::of(["W1", "W2", "W3", "W4", "first / last"].iter().enumerate())
            .column("gradient of", |(_, name)| name)
            .across(&norms, |norms| &norms.0, |(row, _), norms| norms.1[row]),
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
                |activation, way| where_trained(runs.one(way.with(activation))),
            ),
    )?;
    // ANCHOR_END: six

    // ANCHOR: fair
    let fair: Vec<Fair> = SIX
        .iter()
        .map(|&activation| Fair::of(activation, &settings))
        .collect::<hnn::Result<_>>()?;
    evidence.show(
        "fair",
        Table::of(&fair)
            .column("activation", |fair| fair.best.settings.activation)
            .column("initial variance", |fair| fair.own)
            .column("best rate", |fair| {
                format!("{:e}", fair.best.settings.learning_rate)
            })
            .column("field RMSE over the disc", |fair| fair.best.disc())
            .column("with the other variance", |fair| fair.redrawn.disc()),
    )?;
    // ANCHOR_END: fair

    // ANCHOR: six-figure
    evidence.show("six-figure", six_figure(&runs))?;
    // ANCHOR_END: six-figure

    // ANCHOR: values
    let circle: Points = even_circle(LOOK);
    let trio = [Activation::Relu, Activation::Tanh, Activation::Silu];
    evidence.show(
        "values",
        Table::of(
            trio.iter()
                .flat_map(|&activation| &runs.one(REPAIRED.with(activation)).outcomes),
        )
        .column("activation", |run| run.network.activation())
        .column("seed", |run| run.seed)
        .column("different values", |run| {
            thousands(different(&run.network, &circle))
        })
        .column("field RMSE on the circle", |run| brief(run.circle)),
    )?;
    // ANCHOR_END: values

    // ANCHOR: steps
    let relu: Network = trained(&runs, Activation::Relu);
    let tanh: Network = trained(&runs, Activation::Tanh);
    evidence.show("steps", steps(&relu, &tanh))?;
    // ANCHOR_END: steps

    // ANCHOR: by-block
    let data: Dataset = settings.start(settings.seeds.seed)?.0;
    let by_relu: Vec<f64> = field_gradient(&relu, &data)?;
    let by_tanh: Vec<f64> = field_gradient(&tanh, &data)?;
    evidence.show(
        "by-block",
        Table::of(&relu.blocks())
            .column("", |block| &block.name)
            .column("entries", |block| thousands(block.range.len()))
            .column("relu", |block| brief(length(&by_relu[block.range.clone()])))
            .column("relu: zero", |block| {
                thousands(zeros(&by_relu[block.range.clone()]))
            })
            .column("tanh", |block| brief(length(&by_tanh[block.range.clone()])))
            .column("tanh: zero", |block| {
                thousands(zeros(&by_tanh[block.range.clone()]))
            }),
    )?;
    // ANCHOR_END: by-block

    // ANCHOR: shifts
    let shifted_relu: Vec<(f64, f64)> = shifted(&relu)?;
    let shifted_tanh: Vec<(f64, f64)> = shifted(&tanh)?;
    evidence.show("shifts", shifts(&shifted_relu, &shifted_tanh))?;
    // ANCHOR_END: shifts

    // ANCHOR: alone
    let alone: Vec<Runs> = Runs::of(&[
        field_alone(Activation::Relu, &settings),
        field_alone(Activation::Tanh, &settings),
    ])?;
    evidence.show(
        "alone",
        Table::of(&alone)
            .column("field term alone", |runs| runs.settings.activation)
            .column("field RMSE over the disc", Runs::disc)
            .column("largest bias", |runs| {
                runs.spread(|run| largest_bias(&run.network))
            }),
    )?;
    // ANCHOR_END: alone

    // ANCHOR: rays
    evidence.show("rays", rays(&alone))?;
    // ANCHOR_END: rays

    // ANCHOR: histories
    let histories: Vec<Vec<History>> =
        settings
            .seeds
            .each_of(&PLATEAUS, |&(_, activation, frozen_biases), seed| {
                let patient = Settings {
                    activation,
                    frozen_biases,
                    ..patient(&settings)
                };
                record(&patient, seed)
            })?;
    evidence.show(
        "plateaus",
        Table::of(PLATEAUS.iter().zip(&histories))
            .column("network", |((name, _, _), _)| name)
            .column("lowest loss on the way", |(_, histories)| {
                range(lowest(histories))
            })
            .column("last third", |(_, histories)| range(ending(histories).0))
            .column("at the end", |(_, histories)| range(ending(histories).1)),
    )?;
    // ANCHOR_END: histories

    // ANCHOR: first-versions
    evidence.show("first-versions", first_versions()?)?;
    // ANCHOR_END: first-versions

    // ANCHOR: plateau-figure
    evidence.show("plateau-figure", plateau_figure(&histories))?;
    // ANCHOR_END: plateau-figure

    // ANCHOR: claim
    let tanh_asleep: Spread = extremes(&settings, &runs, Activation::Tanh)?;
    let relu_asleep: Spread = extremes(&settings, &runs, Activation::Relu)?;
    evidence.show(
        "claim",
        Facts::new()
            .with("tanh_most_asleep", brief(tanh_asleep.largest))
            .with("relu_least_asleep", brief(relu_asleep.smallest)),
    )?;
    // ANCHOR_END: claim

    // ANCHOR: verdict
    evidence.show("verdict", verdict(&runs, &fair))?;
    // ANCHOR_END: verdict

    // ANCHOR: staircase
    evidence.show(
        "staircase",
        staircase(runs.one(REPAIRED.with(Activation::Relu)), &circle),
    )?;
    // ANCHOR_END: staircase

    // ANCHOR: biases
    let mut of_biases: Vec<f64> = Vec::new();
    for block in relu.blocks().into_iter().filter(|block| !block.is_weight) {
        of_biases.extend(&by_relu[block.range]);
    }
    evidence.show(
        "biases",
        Facts::new()
            .with("biases", of_biases.len())
            .with("biases_at_zero", zeros(&of_biases))
            .with("tanh_at_zero", zeros(&by_tanh))
            .with("shifts", thousands(shifted_relu.len()))
            .with("levels", levels(&shifted_relu)),
    )?;
    // ANCHOR_END: biases

    // ANCHOR: field-alone
    evidence.show("field-alone", without_energies(&alone[0], &data))?;
    // ANCHOR_END: field-alone
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
struct Setup {
    name: &'static str,
    data: Data,
    objective: Objective,
}

impl Setup {
    const fn new(name: &'static str, data: Data, objective: Objective) -> Self {
        Self {
            name,
            data,
            objective,
        }
    }

    /// Whether settings go this way with this activation.
    fn with(self, activation: Activation) -> impl Fn(&Settings) -> bool {
        move |s| (s.activation, s.data, s.objective) == (activation, self.data, self.objective)
    }
}

/// The notebook's way to train, the two repairs, and both together.
const AS_FOUND: Setup = Setup::new("circle, notebook's", Data::Circle, Objective::Notebook);
const CIRCLE_EXACT: Setup = Setup::new("circle, exact", Data::Circle, Objective::Full);
const LABELS: Setup = Setup::new("disc, notebook's", Data::Disc, Objective::Notebook);
const REPAIRED: Setup = Setup::new("disc, exact", Data::Disc, Objective::Full);
const WAYS: [Setup; 4] = [AS_FOUND, CIRCLE_EXACT, LABELS, REPAIRED];

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
    runs.one(REPAIRED.with(activation)).outcomes[0]
        .network
        .clone()
}
// ANCHOR_END: every-combination

// ANCHOR: saturation-table
/// A unit is asleep at a point where its activation is less steep than this.
const ASLEEP: f64 = 0.1;
/// The notebook's own widths.
const NOTEBOOK: [usize; 5] = [2, 128, 128, 128, 1];

/// The percentage of units asleep in each hidden layer, over all units and points.
fn asleep(network: &Network, points: &Points) -> Vec<f64> {
    let layers = network.unit_slopes(points.view());
    let share = |slopes: &Points| {
        let asleep = slopes.iter().filter(|slope| slope.abs() < ASLEEP).count();
        100.0 * asleep as f64 / slopes.len() as f64
    };
    layers.iter().map(share).collect()
}

/// The notebook's initial network of this seed, with another activation.
fn notebook_network(activation: Activation, seed: u64) -> hnn::Result<Network> {
    let random = &mut Gaussian::from_seed(seed);
    Network::random(&NOTEBOOK, activation, Initializer::He, Biases::Zero, random)
}

/// What is asleep in it at the notebook's points, one entry a seed.
fn at_its_start(settings: &Settings, activation: Activation) -> hnn::Result<Vec<Vec<f64>>> {
    let circle = Data::Circle.draw(settings.points, &mut Gaussian::from_seed(0))?;
    settings
        .seeds
        .each(|seed| Ok(asleep(&notebook_network(activation, seed)?, &circle.points)))
}

/// The same in the networks of these runs at the points they are trained on, before and after.
fn before_and_after(runs: &Runs) -> hnn::Result<Vec<[Vec<f64>; 2]>> {
    let both = |outcome: &Outcome| {
        let (data, network, _) = runs.settings.start(outcome.seed)?;
        Ok([&network, &outcome.network].map(|network| asleep(network, &data.points)))
    };
    runs.outcomes.iter().map(both).collect()
}

/// Who sleeps: the share in the layer where it is largest.
fn saturation(settings: &Settings, runs: &[Runs]) -> hnn::Result<Table> {
    let mut table = Table::new([
        "units",
        "network",
        "asleep at first, %",
        "after training, %",
    ]);
    let worst = |shares: &Vec<f64>| shares.iter().copied().fold(0.0, f64::max);
    for activation in [Activation::Tanh, Activation::Relu] {
        let start = Spread::of(at_its_start(settings, activation)?.iter().map(worst)).to_string();
        let name = activation.to_string();
        table.row([&name, "notebook's size, at its start", &start, "-"]);
        for (way, network) in [
            (AS_FOUND, "circle, notebook's gradient"),
            (REPAIRED, "disc, exact gradient"),
        ] {
            let shares = before_and_after(runs.one(way.with(activation)))?;
            let [first, after] = [0, 1].map(|when: usize| {
                Spread::of(shares.iter().map(|both| worst(&both[when]))).to_string()
            });
            table.row([&name, network, &first, &after]);
        }
    }
    Ok(table)
}

/// The smallest and the largest share asleep in any layer of these networks, before or after training.
fn extremes(settings: &Settings, runs: &[Runs], activation: Activation) -> hnn::Result<Spread> {
    let mut all = at_its_start(settings, activation)?.concat();
    for way in WAYS {
        let shares = before_and_after(runs.one(way.with(activation)))?;
        all.extend(shares.concat().concat());
    }
    Ok(Spread::of(all))
}
// ANCHOR_END: saturation-table

// ANCHOR: scales-table
/// The percentage of tanh units asleep in each layer of a network of the notebook's size at its start, by the standard
/// deviation of its weights.
fn asleep_by_scale(settings: &Settings) -> hnn::Result<Table> {
    let circle = Data::Circle.draw(settings.points, &mut Gaussian::from_seed(0))?;
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
        let shares = settings.seeds.each(|seed| {
            let random = &mut Gaussian::from_seed(seed);
            let (tanh, zero) = (Activation::Tanh, Biases::Zero);
            let network = Network::random(&NOTEBOOK, tanh, weights, zero, random)?;
            Ok(asleep(&network, &circle.points))
        })?;
        let layer = |layer: usize| Spread::of(shares.iter().map(|of| of[layer])).to_string();
        table.row([name.to_owned(), layer(0), layer(1), layer(2)]);
    }
    Ok(table)
}
// ANCHOR_END: scales-table

// ANCHOR: layers-table
/// The epochs of the notebook's run before the later look: ten, or fewer if these settings have fewer steps.
fn later(settings: &Settings) -> usize {
    (settings.steps / 300).clamp(1, 10)
}

/// The length of the notebook's gradient with respect to each weight matrix, over the seeds, after so many epochs of the
/// notebook; and last, the first length over the last one.
fn gradient_norms(
    activation: Activation,
    epochs: usize,
    settings: &Settings,
) -> hnn::Result<Vec<Spread>> {
    let data = Data::Circle.draw(settings.points, &mut Gaussian::from_seed(0))?;
    let of_seed = settings.seeds.each(|seed| {
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
        let network = notebook.network();
        let mut gradient = vec![0.0; network.parameters().len()];
        Evaluator::new(Loss::ENERGY, network)?.value_and_gradient(
            network,
            Batch::from(&data),
            &mut gradient,
        );
        let weights = network.blocks().into_iter().filter(|block| block.is_weight);
        let mut lengths: Vec<f64> = weights
            .map(|block| length(&gradient[block.range]))
            .collect();
        lengths.push(lengths[0] / lengths[lengths.len() - 1]);
        Ok(lengths)
    })?;
    let spread = |index: usize| Spread::of(of_seed.iter().map(|lengths| lengths[index]));
    Ok((0..of_seed[0].len()).map(spread).collect())
}

/// The root of the sum of squares.
fn length(gradient: &[f64]) -> f64 {
    gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
}
// ANCHOR_END: layers-table

// ANCHOR: six-table
/// Field RMSE where the training points lie: on the circle for the circle, over the disc for the disc.
fn where_trained(runs: &Runs) -> Spread {
    runs.spread(|run| error_of(run, runs.settings.data))
}

fn error_of(run: &Outcome, data: Data) -> f64 {
    match data {
        Data::Circle => run.circle,
        Data::Disc => run.disc,
    }
}
// ANCHOR_END: six-table

// ANCHOR: fair-table
/// The rates that each activation may choose from.
const RATES: [f64; 3] = [3e-3, 1e-2, 3e-2];

/// An activation at its best, with both repairs.
struct Fair {
    /// The runs at the rate with the lowest loss on points set aside.
    best: Runs,
    /// Whose variance its initial weights have.
    own: &'static str,
    /// The same with the other variance.
    redrawn: Runs,
}

impl Fair {
    fn of(activation: Activation, settings: &Settings) -> hnn::Result<Self> {
        let repaired = Settings {
            activation,
            data: REPAIRED.data,
            objective: REPAIRED.objective,
            ..settings.clone()
        };
        let runs = Runs::of(&repaired.sweep(RATES, |run, rate| run.learning_rate = rate))?;
        let aside = Data::Disc.draw(500, &mut Gaussian::from_seed(1000))?;
        let loss = |run: &Outcome| -> hnn::Result<f64> {
            let mut full = Evaluator::new(Loss::FULL, &run.network)?;
            Ok(full.value(&run.network, Batch::from(&aside)))
        };
        let mut judged = Vec::new();
        for runs in runs {
            let losses: hnn::Result<Vec<f64>> = runs.outcomes.iter().map(loss).collect();
            judged.push((Spread::of(losses?).median, runs));
        }
        let best = judged.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
        let best = best.expect("there are rates").1;
        let (own, other) = match activation {
            Activation::Relu => ("He's", Initializer::LeCun),
            _ => ("LeCun's", Initializer::He),
        };
        let outcomes = settings.seeds.each(|seed| {
            let run = &best.settings;
            let mut random = Gaussian::from_seed(seed);
            let data = run.data.draw(run.points, &mut random)?;
            let (zero, widths) = (Biases::Zero, &run.widths);
            let network = Network::random(widths, activation, other, zero, &mut random)?;
            Outcome::on(run, seed, &data, network, &mut random, |_| ())
        })?;
        let redrawn = Runs {
            settings: best.settings.clone(),
            outcomes,
        };
        Ok(Self { best, own, redrawn })
    }
}
// ANCHOR_END: fair-table

// ANCHOR: six-chart
/// How many times ReLU's median error is the other's, with both repairs: least and most over the five others.
fn times_worse(runs: &[Runs]) -> Spread {
    let median = |activation| runs.one(REPAIRED.with(activation)).disc().median;
    Spread::of(SIX[1..].iter().map(|&other| median(SIX[0]) / median(other)))
}

/// One panel a data set; a mark for each seed.
fn six_figure(runs: &[Runs]) -> hnn::Result<Figure> {
    let from_below = || SIX.into_iter().rev();
    let marks = |data: Data, objective: Objective| {
        let way = Setup::new("", data, objective);
        let of_activation = |(place, activation)| {
            let outcomes = runs.one(way.with(activation)).outcomes.iter();
            outcomes.map(move |run| (error_of(run, data), place as f64))
        };
        let marks: Vec<(f64, f64)> = from_below().enumerate().flat_map(of_activation).collect();
        marks.into_iter().filter(|mark| mark.0.is_finite())
    };
    // A field of zero scores about 1, so that is always in the picture; and one scale is for both panels.
    let all = || {
        WAYS.into_iter()
            .flat_map(|way| marks(way.data, way.objective))
    };
    let scale = || all().map(|mark| mark.0).chain([1.0]);
    let panel = |data: Data, label: &str| {
        let series = [
            Series::new(
                "notebook's gradient",
                Colour::Vermillion,
                marks(data, Objective::Notebook),
            )
            .marked(Mark::Cross),
            Series::new("exact gradient", Colour::Blue, marks(data, Objective::Full))
                .marked(Mark::Dot),
        ];
        let names = from_below().map(|activation| activation.name());
        Panel::new(
            Axis::log(label).holding(scale()),
            Axis::names("", names),
            series,
        )
    };
    let times = times_worse(runs);
    let (least, most) = (brief(times.smallest), brief(times.largest));
    LineChart {
        title: format!(
            "Many energies and the exact gradient: ReLU errs {least} to {most} times as much as the others"
        ),
        description: format!(
            "Field error of six activations, one mark a seed, under the notebook's gradient and the exact one, trained \
             on the circle (above, measured on it) and on the disc (below, measured over it). With the exact gradient \
             ReLU is last on both. On the disc its median error is {least} to {most} times that of the others."
        ),
        panels: vec![
            panel(Data::Circle, "field RMSE on the circle, trained on it"),
            panel(Data::Disc, "field RMSE over the disc, trained on it"),
        ],
    }
    .draw()
}
// ANCHOR_END: six-chart

// ANCHOR: different
/// Points of the circle at which the values of a field are counted.
const LOOK: usize = 20_000;

/// How many different fields the network has at these points. Equal means equal in every bit.
fn different(network: &Network, points: &Points) -> usize {
    let slopes = network.gradient(points.view());
    let bits = |slope: &f64| slope.to_bits();
    let rows = slopes.rows().into_iter();
    let seen: HashSet<Vec<u64>> = rows.map(|row| row.iter().map(bits).collect()).collect();
    seen.len()
}
// ANCHOR_END: different

// ANCHOR: steps-figure
/// A line without the points that lie on the straight between their neighbours, up to `tolerance`.
fn corners(line: &[(f64, f64)], tolerance: f64) -> Vec<(f64, f64)> {
    let bend = |i: usize| line[i - 1].1 + line[i + 1].1 - 2.0 * line[i].1;
    let kept = |&i: &usize| i == 0 || i + 1 == line.len() || bend(i).abs() > tolerance;
    (0..line.len()).filter(kept).map(|i| line[i]).collect()
}

/// dq/dt and its error over a quarter turn, by the angle in degrees.
fn quarter(network: &Network) -> [Vec<(f64, f64)>; 2] {
    let angles = linspace(0.0, 90.0, 4001);
    let turn = even_circle(16_000);
    let slopes = network.gradient(turn.view());
    let learned = |i: usize| (angles[i], slopes[[i, 1]]);
    let error = |i: usize| (angles[i], slopes[[i, 1]] - turn[[i, 1]]);
    [
        (0..=4000).map(learned).collect(),
        (0..=4000).map(error).collect(),
    ]
}

/// Above, the learned motion over a quarter turn of the circle; below, its error.
fn steps(relu: &Network, tanh: &Network) -> hnn::Result<Figure> {
    let ([relu_line, relu_error], [tanh_line, tanh_error]) = (quarter(relu), quarter(tanh));
    let values = different(relu, &even_circle(LOOK));
    let sparse = |line: Vec<(f64, f64)>| line.into_iter().step_by(80);
    let largest = Spread::of(relu_error.iter().map(|point| point.1.abs())).largest;
    let angle = || Axis::new("angle on the circle, degrees");
    let turn = even_circle(360);
    let truth = (0..=90).map(|degree| (degree as f64, turn[[degree, 1]]));
    LineChart {
        title: format!("ReLU answers with {values} fixed values on the whole circle, tanh with a curve"),
        description: format!(
            "The learned dq/dt over a quarter turn of the unit circle, of networks trained on the disc with the exact \
             gradient. ReLU's is a staircase that takes {values} values over the whole turn; its error here is a sawtooth \
             of up to {}. tanh's is a smooth curve.",
            brief(largest)
        ),
        panels: vec![
            Panel::new(
                angle(),
                Axis::new("dq/dt"),
                [
                    Series::new("truth", Colour::Ink, truth),
                    Series::new("tanh", Colour::Vermillion, sparse(tanh_line)),
                    Series::new("relu", Colour::Blue, corners(&relu_line, 1e-9)),
                ],
            ),
            Panel::new(
                angle(),
                Axis::new("error of dq/dt"),
                [
                    Series::new("relu", Colour::Blue, corners(&relu_error, 1e-5)),
                    Series::new("tanh", Colour::Vermillion, sparse(tanh_error)),
                ],
            ),
        ],
    }
    .draw()
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
// ANCHOR_END: field-gradient

// ANCHOR: shifted
/// The field term at 32 points of the circle, with all biases of the first layer shifted alike.
fn shifted(network: &Network) -> hnn::Result<Vec<(f64, f64)>> {
    let data = Dataset::of(&Oscillator::UNIT, even_circle(32))?;
    let mut evaluator = Evaluator::new(Loss::FIELD, network)?;
    let biases = network.blocks()[1].range.clone();
    let loss = |&shift: &f64| {
        let mut moved = network.clone();
        for bias in &mut moved.parameters_mut()[biases.clone()] {
            *bias += shift;
        }
        (shift, evaluator.value(&moved, Batch::from(&data)))
    };
    Ok(linspace(-0.02, 0.02, 2001).iter().map(loss).collect())
}

/// How many different losses there are along the shifts.
fn levels(shifted: &[(f64, f64)]) -> usize {
    let losses = shifted.iter().map(|point| point.1.to_bits());
    losses.collect::<HashSet<u64>>().len()
}
// ANCHOR_END: shifted

// ANCHOR: shifts-figure
/// One panel an activation.
fn shifts(relu: &[(f64, f64)], tanh: &[(f64, f64)]) -> hnn::Result<Figure> {
    let levels = levels(relu);
    let panel = |name: &str, colour: Colour, line: &[(f64, f64)]| {
        let line = line.iter().map(|(shift, loss)| (*shift, 1000.0 * loss));
        Panel::new(
            Axis::new("shift of the first layer's biases"),
            Axis::new("field term, thousandths"),
            [Series::new(name, colour, line)],
        )
    };
    let sparse: Vec<(f64, f64)> = tanh.iter().copied().step_by(40).collect();
    LineChart {
        title: format!("Along its biases ReLU's loss is a staircase of {levels} levels, tanh's a slope"),
        description: format!(
            "The field term at 32 points of the circle while all biases of the first hidden layer are shifted by up to \
             0.02 either way. For ReLU it takes {levels} values with jumps between them; for tanh it changes smoothly."
        ),
        panels: vec![
            panel("relu", Colour::Blue, &corners(relu, 1e-12)),
            panel("tanh", Colour::Vermillion, &sparse),
        ],
    }
    .draw()
}
// ANCHOR_END: shifts-figure

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
    let biases = network
        .blocks()
        .into_iter()
        .filter(|block| !block.is_weight);
    let sizes = biases.flat_map(|block| network.parameters()[block.range].to_vec());
    sizes.map(f64::abs).fold(0.0, f64::max)
}
// ANCHOR_END: alone-settings

// ANCHOR: rays-figure
/// The speed |∇H| of the learned motion over the square.
fn rays(alone: &[Runs]) -> hnn::Result<Figure> {
    const SIDE: usize = 60;
    let axis = linspace(-1.0, 1.0, SIDE);
    let grid = Points::from_shape_fn((SIDE * SIDE, 2), |(index, coordinate)| {
        axis[if coordinate == 0 {
            index % SIDE
        } else {
            index / SIDE
        }]
    });
    let speed = |runs: &Runs| {
        let slopes = runs.outcomes[0].network.gradient(grid.view());
        let speeds = Points::from_shape_fn((SIDE, SIDE), |(row, column)| {
            let i = row * SIDE + column;
            (slopes[[i, 0]] * slopes[[i, 0]] + slopes[[i, 1]] * slopes[[i, 1]]).sqrt()
        });
        (runs.settings.activation.to_string(), speeds)
    };
    let centre = SIDE / 2;
    let maps: Vec<(String, Points)> = alone.iter().map(speed).collect();
    let along = |map: &Points| (map[[centre, centre + 5]], map[[centre, SIDE - 1]]);
    let ((relu_near, relu_far), (tanh_near, tanh_far)) = (along(&maps[0].1), along(&maps[1].1));
    HeatMap {
        title: format!(
            "Trained on the field alone, ReLU's motion is as fast near the centre ({}) as at the rim ({})",
            brief(relu_near),
            brief(relu_far)
        ),
        description: format!(
            "Speed of the learned motion over the square from -1 to 1; the true speed is the distance from the centre. \
             ReLU's is the same all along each ray from the centre: {} near it and {} at the rim. tanh's grows outwards, \
             from {} to {}.",
            brief(relu_near),
            brief(relu_far),
            brief(tanh_near),
            brief(tanh_far)
        ),
        maps,
        axes: ("position q".into(), "momentum p".into()),
        range: (-1.0, 1.0),
    }
    .draw()
}
// ANCHOR_END: rays-figure

// ANCHOR: record
/// The reported loss during a run: the step, and the loss there.
type History = Vec<(f64, f64)>;

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

/// One run of these settings.
fn record(settings: &Settings, seed: u64) -> hnn::Result<History> {
    let every = settings.steps.div_ceil(60);
    let mut looks = Vec::new();
    let outcome = Outcome::watched(settings, seed, |step| {
        if step.index % every == 0 {
            looks.push((step.index as f64, reported(step.network)));
        }
    })?;
    looks.push((settings.steps as f64, reported(&outcome.network)));
    Ok(looks)
}
/// The reported loss in the last third of the runs of a kind: smallest and largest; and at the end of each.
fn ending(histories: &[History]) -> (Spread, Spread) {
    let late = histories
        .iter()
        .flat_map(|history| history[2 * history.len() / 3..].iter().map(|look| look.1));
    let last = histories.iter().map(|history| history[history.len() - 1].1);
    (Spread::of(late), Spread::of(last))
}

/// The lowest loss that a run of a kind comes to on its way, over the seeds.
fn lowest(histories: &[History]) -> Spread {
    let lowest = |history: &History| {
        let losses = history.iter().map(|look| look.1);
        losses.fold(f64::INFINITY, f64::min)
    };
    Spread::of(histories.iter().map(lowest))
}

fn range(losses: Spread) -> String {
    format!("{:.3} to {:.3}", losses.smallest, losses.largest)
}
// ANCHOR_END: record

// ANCHOR: first-versions-table
/// The loss after the first and after the sixth epoch, over ten seeds, by what the first version may have been.
fn first_versions() -> hnn::Result<Table> {
    let recorded = Recorded::read("first-versions")?;
    let mut table = Table::new([
        "network",
        "Adam, epoch 1",
        "Adam, epoch 6",
        "descent, epoch 1",
        "descent, epoch 6",
    ]);
    for activation in ["tanh", "relu"] {
        for weights in ["0.01", "0.1", "Glorot", "He", "1"] {
            let of_network = recorded
                .with("activation", activation)?
                .with("weights", weights)?;
            let loss = |optimizer, epoch| -> hnn::Result<String> {
                let runs = of_network.with("optimizer", optimizer)?;
                // A run that diverges has fewer rows.
                let all = runs.each("seed")?.len();
                let losses = runs.with("epoch", epoch)?.numbers("loss")?;
                let ended = losses.iter().filter(|&&loss| loss < 1e9).count();
                Ok(match ended == all {
                    true => to_a_thousandth(Spread::of(losses)),
                    false => "diverges".into(),
                })
            };
            table.row([
                match weights.parse::<f64>() {
                    Ok(_) => format!("{activation}, {weights} × Gaussian"),
                    Err(_) => format!("{activation}, {weights}"),
                },
                loss("Adam", "0")?,
                loss("Adam", "5")?,
                loss("SGD", "0")?,
                loss("SGD", "5")?,
            ]);
        }
    }
    Ok(table)
}

fn to_a_thousandth(loss: Spread) -> String {
    let Spread {
        median,
        smallest,
        largest,
    } = loss;
    format!("{median:.3} ({smallest:.3} to {largest:.3})")
}
// ANCHOR_END: first-versions-table

// ANCHOR: plateau-chart
/// Every run, one line a seed.
fn plateau_figure(histories: &[Vec<History>]) -> hnn::Result<Figure> {
    let styles = [
        ("tanh", Colour::Vermillion),
        ("relu", Colour::Green),
        ("relu, biases frozen", Colour::Blue),
    ];
    // The first look stands far above the others.
    let drawn = |history: &History| history[1..].to_vec();
    let lines = styles.into_iter().zip(histories);
    let series = lines.flat_map(|((label, colour), histories)| {
        Series::each(label, colour, histories.iter().map(drawn))
    });
    let (frozen, _) = ending(&histories[2]);
    let (_, tanh) = ending(&histories[0]);
    let title = format!(
        "tanh goes to {:.2} and stays. ReLU without biases stays at {:.2}",
        tanh.median, frozen.median
    );
    let description = format!(
        "The notebook's loss under the notebook's gradient and data, over the steps of three runs each. tanh ends at \
         {:.3}. ReLU falls to about a quarter and climbs to {:.3}. ReLU with its biases frozen at zero stays between \
         {:.3} and {:.3}.",
        tanh.median,
        ending(&histories[1]).1.median,
        frozen.smallest,
        frozen.largest
    );
    let loss = Axis::new("loss as the notebook reports it").holding([0.0]);
    let panel = Panel::new(Axis::new("step").holding([0.0]), loss, series);
    LineChart::single(title, description, panel).draw()
}
// ANCHOR_END: plateau-chart

// ANCHOR: verdict-facts
/// What the table of six says, as the sentences quote it.
fn verdict(runs: &[Runs], fair: &[Fair]) -> Facts {
    let error = |activation, way: Setup| where_trained(runs.one(way.with(activation)));
    let elsewhere = |activation| brief(runs.one(CIRCLE_EXACT.with(activation)).disc().median);
    const PLACES: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "last"];
    // ReLU comes first in each list.
    let place_of = |medians: Vec<f64>| {
        let better = medians.iter().filter(|&&other| other < medians[0]);
        PLACES[better.count()]
    };
    let place = |way| place_of(SIX.map(|activation| error(activation, way).median).to_vec());
    let among = |runs: fn(&Fair) -> &Runs| {
        place_of(fair.iter().map(|fair| runs(fair).disc().median).collect())
    };
    // ReLU with LeCun's variance against the others with He's.
    let (place_fair, place_redrawn) = (among(|fair| &fair.best), among(|fair| &fair.redrawn));
    let beside = |way| {
        let relu = error(Activation::Relu, way);
        let overlaps = |other: &&Activation| error(**other, way).overlaps(&relu);
        let names: Vec<&str> = SIX[1..]
            .iter()
            .filter(overlaps)
            .map(|other| other.name())
            .collect();
        match names.is_empty() {
            true => "none".to_string(),
            false => names.join(" and "),
        }
    };
    let energies = |outcome: &Outcome| {
        let circle = even_circle(500);
        let misses = outcome
            .network
            .energy(circle.view())
            .mapv(|h| (h - 0.5) * (h - 0.5));
        (misses.sum() / circle.nrows() as f64).sqrt()
    };
    let tanh = runs.one(AS_FOUND.with(Activation::Tanh));
    let times = times_worse(runs);
    Facts::new()
        .with("place_as_found", place(AS_FOUND))
        .with("place_circle_exact", place(CIRCLE_EXACT))
        .with("place_labels", place(LABELS))
        .with("place_repaired", place(REPAIRED))
        .with("place_fair", place_fair)
        .with("place_redrawn", place_redrawn)
        .with("beside_circle_exact", beside(CIRCLE_EXACT))
        .with("beside_labels", beside(LABELS))
        .with("beside_repaired", beside(REPAIRED))
        .with("tanh_energy_error", brief(tanh.spread(energies).median))
        .with("least_times", brief(times.smallest))
        .with("most_times", brief(times.largest))
        .with("tanh_elsewhere", elsewhere(Activation::Tanh))
        .with("relu_elsewhere", elsewhere(Activation::Relu))
        .with("softplus_elsewhere", elsewhere(Activation::Softplus))
}
// ANCHOR_END: verdict-facts

// ANCHOR: staircase-facts
/// How many values ReLU's field has on the circle, and how well as many even steps could do.
fn staircase(runs: &Runs, circle: &Points) -> Facts {
    let counts = runs.spread(|outcome| different(&outcome.network, circle) as f64);
    let floor = PI / (3f64.sqrt() * counts.median);
    let ours = runs.circle().median;
    Facts::new()
        .with("points", thousands(LOOK))
        .with("fewest", counts.smallest)
        .with("most", counts.largest)
        .with("floor", brief(floor))
        .with("rmse", brief(ours))
        .with("times", brief(ours / floor))
}
// ANCHOR_END: staircase-facts

// ANCHOR: alone-facts
/// The largest |z·∇H - H| of a network at these points.
fn euler(network: &Network, points: &Points) -> f64 {
    let (slopes, energies) = (
        network.gradient(points.view()),
        network.energy(points.view()),
    );
    let rows = points.rows().into_iter().zip(slopes.rows()).zip(&energies);
    rows.map(|((z, slope), h)| (z.dot(&slope) - h).abs())
        .fold(0.0, f64::max)
}

/// What the field term alone leads ReLU to, and how exactly Euler's theorem holds there.
fn without_energies(relu: &Runs, data: &Dataset) -> Facts {
    let (error, floor) = (relu.disc(), 1.0 / 18f64.sqrt());
    let above = 100.0 * (error.largest / floor - 1.0);
    let euler = relu.spread(|run| euler(&run.network, &data.points));
    Facts::new()
        .with("floor", format!("{floor:.4}"))
        .with("relu_smallest", format!("{:.4}", error.smallest))
        .with("relu_largest", format!("{:.4}", error.largest))
        .with("above", format!("{above:.1}"))
        .with("euler", format!("{:.0e}", euler.largest))
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
    /// Your turn: the least RMSE with which a field of so many values, each on an equal arc,
    /// can follow the true field on the unit circle.
    fn least_error(_values: usize) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_least_error(answer: impl Fn(usize) -> f64) -> Result<(), String> {
        const A_STEP: usize = 400;
        for values in [2, 6, 222] {
            // On the circle the true field turns with the point, so the first arc stands for all.
            let circle = even_circle(values * A_STEP);
            let column = |of: usize| (0..A_STEP).map(|i| circle[[i, of]]).collect::<Vec<_>>();
            let mut squares = 0.0;
            for field in [column(0), column(1)] {
                let mean = field.iter().sum::<f64>() / A_STEP as f64;
                squares += field.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
            }
            let measured = (squares / A_STEP as f64).sqrt();
            let yours = answer(values);
            let right = (yours / measured - 1.0).abs() < 0.01;
            if !right {
                return Err(format!(
                    "{values} values: you say {yours:.4}, their means err by {measured:.4}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn least_error_solved(values: usize) -> f64 {
        let half_arc = PI / values as f64;
        let mean = half_arc.sin() / half_arc;
        (1.0 - mean * mean).sqrt()
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn least_error` first"]
    fn exercise_2() -> Result<(), String> {
        check_least_error(least_error)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_least_error(least_error_solved)?;
        // ANCHOR_END: try-2
        assert!(check_least_error(|values| PI / values as f64).is_err());
        // Right for many values only.
        assert!(check_least_error(|values| PI / (3f64.sqrt() * values as f64)).is_err());
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: the field RMSE over the disc of a ReLU network that was trained on the
    /// circle, on the field alone, from biases of zero.
    fn away_from_the_circle() -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
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
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn away_from_the_circle_solved() -> f64 {
        1.0 / 6f64.sqrt()
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn away_from_the_circle` first"]
    fn exercise_3() -> Result<(), String> {
        check_away(away_from_the_circle())
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_away(away_from_the_circle_solved())?;
        // ANCHOR_END: try-3
        assert!(check_away(1.0 / 18f64.sqrt()).is_err());
        assert!(check_away(f64::NAN).is_err());
        Ok(())
    }

    // ANCHOR: exercise-4
    /// Your turn: an initial ReLU network from which the field alone can teach more. This is
    /// the one that it gets stuck with.
    fn start(widths: &[usize], random: &mut Gaussian) -> hnn::Result<Network> {
        Network::random(
            widths,
            Activation::Relu,
            Initializer::He,
            Biases::Zero,
            random,
        )
    }
    // ANCHOR_END: exercise-4

    // ANCHOR: check-4
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
    // ANCHOR_END: check-4

    // ANCHOR: solution-4
    fn start_solved(widths: &[usize], random: &mut Gaussian) -> hnn::Result<Network> {
        Network::random(
            widths,
            Activation::Relu,
            Initializer::He,
            Biases::Uniform,
            random,
        )
    }
    // ANCHOR_END: solution-4

    #[test]
    #[ignore = "your turn: change `fn start` first"]
    fn exercise_4() -> Result<(), String> {
        check_start(start)
    }

    #[test]
    fn solution_4() -> Result<(), String> {
        // ANCHOR: try-4
        check_start(start_solved)?;
        // ANCHOR_END: try-4
        assert!(check_start(start).is_err());
        Ok(())
    }
}
