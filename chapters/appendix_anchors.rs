//! Published anchors: the data and the protocol of the paper, run by this library.
//!
//! `cargo run --example anchors`

// ANCHOR: uses
use hnn::evidence::{Evidence, Table};
use hnn::learning::{
    Adam, Descent, Evaluator, L2, Loss, Plain, Schedule, Seeds, descend, unobserved,
};
use hnn::measure::Spread;
use hnn::mechanics::{Exact, Method};
use hnn::model::{Activation, Biases, Initializer, Network};
use hnn::phase_space::{Dataset, Oscillator, Sizes, State, Trajectories, even_circle};
use hnn::random::Gaussian;
use hnn::trial::{Outcome, Runs, Settings};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about =
        "Runs the protocol of the paper on its kind of data, and trains on one energy with noise";
    hnn::cli::run("anchors", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Steps of each run on trajectories of one energy and of many
        steps: usize = 3000,
    }
}
// ANCHOR_END: knobs

/// The experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let trial = Settings {
        seeds: knobs.seeds,
        steps: knobs.steps,
        ..Settings::default()
    };
    trial.check()?;
    // ANCHOR_END: settings

    // ANCHOR: paper
    let anchors: Vec<Anchor> = knobs.seeds.each(anchor)?;
    evidence.show("paper", paper_table(&anchors))?;
    // ANCHOR_END: paper

    // ANCHOR: noisy
    evidence.show("noisy", noisy_table(&trial)?)?;
    // ANCHOR_END: noisy
    Ok(())
}

// ANCHOR: paper-table
/// Our one economy: the paper has two hidden layers of 200 units.
const WIDTHS: [usize; 4] = [2, 32, 32, 1];
/// Steps of Adam, all points at once, at a rate that does not change.
const STEPS: usize = 2000;
const RATE: f64 = 1e-3;
/// Weight decay, added to the gradient.
const DECAY: f64 = 1e-4;
/// The rollout from (1, 0): its length and its steps.
const DURATION: f64 = 20.0;
const ROLLOUT_STEPS: usize = 2000;

/// What a model scores: mean squared error of a component of the field at the test points, and of the energy on the way.
struct Score {
    test: f64,
    energy: f64,
}

/// The scores of one seed.
struct Anchor {
    floor: f64,
    tanh: Score,
    relu: Score,
    plain: Score,
}

/// One seed of the protocol: the released data, 25 trajectories to train on and 25 to test on.
fn anchor(seed: u64) -> hnn::Result<Anchor> {
    let mut random = Gaussian::from_seed(seed);
    let trajectories = Trajectories::released();
    let truth: Oscillator = trajectories.oscillator;
    let split = trajectories.sample(&mut random)?.split_in_order(0.5)?;
    let (training, test): (Dataset, Dataset) = (split.training, split.validation);
    let mut learn = |activation: Activation, loss: Loss, data: &Dataset| {
        let (orthogonal, biases) = (Initializer::Orthogonal, Biases::Zero);
        let mut network = Network::random(&WIDTHS, activation, orthogonal, biases, &mut random)?;
        let descent = Descent {
            batch_size: data.rows(),
            steps: STEPS,
            rate: RATE,
            schedule: Schedule::Constant,
        };
        let mut adam = L2::new(Adam::new(network.parameters().len()), DECAY)?;
        let loss = &mut Evaluator::new(loss, &network)?;
        let (learner, random) = (&mut network, &mut random);
        descend(learner, loss, data, &descent, &mut adam, random, unobserved)?;
        hnn::Result::Ok(network)
    };
    let field = training.clone().without_energy();
    let tanh = learn(Activation::Tanh, Loss::FIELD, &field)?;
    let relu = learn(Activation::Relu, Loss::FIELD, &field)?;
    let plain = Plain::by(&training, |labelled| {
        learn(Activation::Tanh, Loss::ENERGY, labelled)
    })?;
    let (mut tanh_field, mut relu_field) = (Exact::of(&tanh), Exact::of(&relu));
    Ok(Anchor {
        floor: test_loss(&test, |z| truth.field(z)),
        tanh: score(&test, truth, |z| tanh_field.at(z))?,
        relu: score(&test, truth, |z| relu_field.at(z))?,
        plain: score(&test, truth, |z| plain.at(z))?,
    })
}

/// Mean squared error of a component: the points are noisy, the labels are not.
fn test_loss(test: &Dataset, mut field: impl FnMut(State) -> State) -> f64 {
    let rows = test.points.rows().into_iter().zip(test.field.rows());
    let squares = rows.map(|(z, label)| {
        let [dq, dp] = field([z[0], z[1]]);
        let (velocity, force) = (dq - label[0], dp - label[1]);
        velocity * velocity + force * force
    });
    squares.sum::<f64>() / (2 * test.rows()) as f64
}

fn score(
    test: &Dataset,
    truth: Oscillator,
    mut field: impl FnMut(State) -> State,
) -> hnn::Result<Score> {
    let test = test_loss(test, &mut field);
    let (start, step) = ([1.0, 0.0], DURATION / ROLLOUT_STEPS as f64);
    let path = Method::RungeKutta4.trajectory(field, start, step, ROLLOUT_STEPS + 1)?;
    let off = |z: &State| truth.energy(*z) - truth.energy(start);
    let squares: f64 = path.iter().map(|z| off(z) * off(z)).sum();
    Ok(Score {
        test,
        energy: squares / path.len() as f64,
    })
}

/// Rows: the true field and three models. What the authors published stands beside our medians and ranges.
fn paper_table(anchors: &[Anchor]) -> Table {
    let mut table = Table::new([
        "model",
        "test loss",
        "published",
        "energy",
        "published energy",
    ]);
    let spread =
        |number: &dyn Fn(&Anchor) -> f64| Spread::of(anchors.iter().map(number)).to_string();
    let floor = spread(&|anchor| anchor.floor);
    table.row(["the true field", &floor, "-", "0", "-"]);
    let mut row = |name: &str, score: fn(&Anchor) -> &Score, published: &str, printed: &str| {
        let test = spread(&|anchor| score(anchor).test);
        let energy = spread(&|anchor| score(anchor).energy);
        table.row([name, &test, published, &energy, printed]);
    };
    row(
        "tanh",
        |anchor| &anchor.tanh,
        "0.0359 ± 0.0018",
        "0.00038 ± 0.00007",
    );
    row(
        "two plain tanh",
        |anchor| &anchor.plain,
        "0.0367 ± 0.0019",
        "0.17 ± 0.02",
    );
    row("relu", |anchor| &anchor.relu, "-", "-");
    table
}
// ANCHOR_END: paper-table

// ANCHOR: noisy-table
/// The energies, the noise and the labels of a row.
type Recorded = (Sizes, f64, &'static str);

/// Trajectories as Greydanus and co-authors describe them, and the same ones all of one energy; labels of the state before
/// the noise, as theirs are, and labels of the noisy point itself.
fn noisy_table(trial: &Settings) -> hnn::Result<Table> {
    let many = Trajectories::paper().sizes;
    let (low, high) = (0.5, 0.5);
    let one = Sizes::Energy { low, high };
    let cases: [Recorded; 6] = [
        (one, 0.0, "-"),
        (one, 0.1, "clean state"),
        (one, 0.1, "noisy point"),
        (many, 0.0, "-"),
        (many, 0.1, "clean state"),
        (many, 0.1, "noisy point"),
    ];
    let settings = |_: &Recorded| trial.clone();
    let runs = Runs::over(&cases, settings, |&(sizes, noise, labels), random| {
        let trajectories = Trajectories {
            count: 25,
            sizes,
            noise,
            ..Trajectories::paper()
        };
        let data = trajectories.sample(random)?;
        match labels {
            "noisy point" => Dataset::of(&Oscillator::UNIT, data.points),
            _ => Ok(data),
        }
    })?;
    let table = Table::of(cases.iter().zip(&runs))
        .column("25 trajectories of", |((sizes, ..), _)| {
            match *sizes == one {
                true => "one energy",
                false => "energies 0.2 to 1",
            }
        })
        .column("noise", |((_, noise, _), _)| noise)
        .column("labels of the", |((.., labels), _)| labels)
        .across(
            [0.9, 1.1],
            |radius| format!("slope at {radius}"),
            |(_, runs), radius| format!("{:.2}", mean_slope(runs, radius)),
        )
        .column("error over the disc", |(_, runs)| runs.disc());
    Ok(table.table())
}

/// The slope outwards at this radius, the mean over the circle and the median over the seeds; in truth it is the radius.
fn mean_slope(runs: &Runs, radius: f64) -> f64 {
    let circle = radius * even_circle(360);
    let slope = |run: &Outcome| {
        let outwards = run.network.gradient(circle.view()) * &circle;
        outwards.sum() / (radius * circle.nrows() as f64)
    };
    runs.spread(slope).median
}
// ANCHOR_END: noisy-table
