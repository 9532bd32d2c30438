//! The runs that take too long for a page: the notebook's own network without its penalty, what was tried to find out what
//! drives it then, the first versions that the notebook may have had, and the double pendulum of the coda, learned for longer.
//!
//! `cargo run --release --example long_runs -- --out recorded` writes `recorded/*.csv` anew, in about three quarters of an hour of a core.
//! The pages read those files. `tests/long_runs.rs` takes the first epochs of the runs again and compares every digit.

use std::fmt::Write;
use std::ops::ControlFlow;

use hnn::evidence::Evidence;
use hnn::learning::{
    Adam, AdamSettings, Batch, Evaluator, Fit, Loss, Momentum, Optimizer, Seeds, Sgd, half_cosine,
    seeds::run_all,
};
use hnn::measure::asleep;
use hnn::model::{Activation, Initializer, Network};
use hnn::notebook::{Notebook, Settings};
use hnn::phase_space::Dataset;
use hnn::progress::Progress;
use hnn::random::Gaussian;
use hnn::trial::released::{Released, released_pendulum};
use hnn::trial::swing::{self, Swing};
use hnn::trial::{self, Kind};
use ndarray::{ArrayView2, Axis};

hnn::settings! {
    /// What of the long runs can be changed.
    pub struct Knobs {
        /// Seeds of the run without a penalty; the others have three at the most, the first
        /// versions twice as many
        seeds: u64 = 5,
        /// Widths of the network
        widths: [usize] = [2, 128, 128, 128, 1],
        /// Points on the trajectory
        samples: usize = 10_000,
        /// Epochs of a run at the most
        longest: usize = 2000,
        /// Epochs from one row to the next
        every: usize = 20,
        /// Hidden layers of the published pendulum
        hidden: [usize] = [200, 200],
        /// Steps of the published pendulum
        steps: usize = 2000,
        /// The double pendulum, whose longer runs take five times its evaluations.
        pendulum: in swing::Settings,
    }
}

fn main() -> std::process::ExitCode {
    let about =
        "Runs the notebook's network without its penalty to the end, and looks for what drives it";
    hnn::cli::run("long_runs", about, experiment)
}

/// Every long run, a file each.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    Seeds::new(0, knobs.seeds).check()?;
    knobs.pendulum.check()?;
    trial::Settings {
        steps: knobs.steps,
        ..trial::Settings::default()
    }
    .check()?;
    let hidden = knobs.hidden.clone();
    Fit {
        hidden,
        ..Fit::default()
    }
    .check(2)?;
    for (flag, value) in [
        ("every", knobs.every),
        ("longest", knobs.longest),
        ("steps", knobs.steps),
    ] {
        if value == 0 {
            let why = "records no epoch: at least 1 is needed";
            return Err(hnn::Error::setting(flag, 0, why));
        }
    }
    let notebooks = Settings {
        samples: knobs.samples,
        ..Settings::default()
    };
    if notebooks.training_points() < notebooks.batch_size {
        let why = "leaves less than a batch of 32 to train on: at least 40 are needed";
        return Err(hnn::Error::setting("samples", knobs.samples, why));
    }
    let progress = Progress::start("long runs", LONG.len() + 2);
    for run in LONG {
        let seeds: Vec<u64> = (0..run.seeds.min(knobs.seeds)).collect();
        let rows = run_all(&seeds, |&seed| run.rows(&knobs, seed))?;
        evidence.keep(
            &format!("{}.csv", run.name),
            &(HEADER.to_owned() + &rows.concat()),
        )?;
        progress.advance();
    }
    let all: Vec<u64> = (0..2 * knobs.seeds).collect();
    let rows = run_all(&all, |&seed| first_versions(&knobs, seed))?;
    evidence.keep(
        "first-versions.csv",
        &(VERSIONS.to_owned() + &rows.concat()),
    )?;
    progress.advance();
    let jobs: Vec<(Kind, u64)> = (KINDS.iter())
        .flat_map(|&kind| (0..knobs.seeds.min(3)).map(move |seed| (kind, seed)))
        .collect();
    let mut rows = SWINGS.to_owned();
    let page = knobs.pendulum.evaluations;
    for evaluations in [page.min(100), page.saturating_mul(5)] {
        let pendulum = swing::Settings {
            evaluations,
            ..knobs.pendulum.clone()
        };
        rows += &run_all(&jobs, |&(kind, seed)| swing(kind, &pendulum, seed))?.concat();
    }
    evidence.keep("double-pendulum.csv", &rows)?;
    let seeds: Vec<u64> = (0..knobs.seeds.min(3)).collect();
    let mut rows = RELEASED.to_owned();
    for steps in [20, knobs.steps] {
        rows += &run_all(&seeds, |&seed| released(&knobs, steps, seed))?.concat();
    }
    evidence.keep("published-pendulum.csv", &rows)
}

const RELEASED: &str =
    "model,steps,seed,test loss,q² + p²,energy,q² + p² of the data,energy of the data\n";

/// The rows of a pendulum learned as published.
pub fn released(knobs: &Knobs, steps: usize, seed: u64) -> hnn::Result<String> {
    let found = released_pendulum(&knobs.hidden, steps, seed)?;
    let rows = ["the true field", "H", "plain"].into_iter().zip(found);
    let row = |(model, found): (&str, Released)| {
        let ([e1, e2], [s1, s2]) = (found.energies, found.squares);
        let digits = [found.loss, s1, e1, s2, e2]
            .map(|x| format!("{x:.5e}"))
            .join(",");
        format!("{model},{steps},{seed},{digits}\n")
    };
    Ok(rows.map(row).collect())
}

const SWINGS: &str = "model,evaluations,seed,held-out force,early energy,late energy\n";
/// What learns the double pendulum.
const KINDS: [Kind; 5] = [
    Kind::Structured,
    Kind::General,
    Kind::Canonical,
    Kind::Told,
    Kind::Plain,
];

/// The row of a learned double pendulum: its errors, those of the energy being means over the starts.
pub fn swing(kind: Kind, settings: &swing::Settings, seed: u64) -> hnn::Result<String> {
    let evaluations = settings.evaluations;
    let swing = Swing::learn(kind, settings, seed)?;
    let errors = [swing.force, swing.early(), swing.late()];
    let digits = errors.map(|error| format!("{error:.5e}")).join(",");
    Ok(format!("{},{evaluations},{seed},{digits}\n", kind.name()))
}

/// A way to run the notebook: in what it differs from what its author left, which has the penalty.
#[derive(Clone, Copy)]
pub struct Long {
    /// The name of its file.
    pub name: &'static str,
    l2: f64,
    activation: Activation,
    optimizer: Rule,
    rate: f64,
    /// Of how many points all of them are one batch; 0 for the notebook's batches of 32 out
    /// of 8,000.
    whole: usize,
    longest: usize,
    seeds: u64,
}

/// What makes a step of a gradient.
#[derive(Clone, Copy)]
enum Rule {
    /// The notebook's Adam, with this ε in its denominator.
    Adam(f64),
    Sgd,
    /// One that is not divided as Adam's is, or not as long.
    Mixed(Mix),
}

/// What tells Adam's division from the length of its steps.
#[derive(Clone, Copy)]
enum Mix {
    /// Along the mean of gradients, undivided; as long as Adam's own step would be here.
    AsLong,
    /// Along the mean of gradients, divided by one number: the root of the mean over all
    /// parameters of Adam's v.
    OneDivisor,
    /// Along Adam's own step; as long as one of gradient descent at this rate would be.
    AsShort,
}

const NO_PENALTY: Long = Long {
    name: "no-penalty",
    l2: 0.0,
    activation: Activation::Relu,
    optimizer: Rule::Adam(1e-8),
    rate: 1e-3,
    whole: 0,
    longest: 2000,
    seeds: 5,
};

const TRIED: Long = Long {
    longest: 1000,
    seeds: 3,
    ..NO_PENALTY
};

/// The run without a penalty, the one with the author's, and what was tried on the one without.
#[rustfmt::skip]
pub const LONG: [Long; 10] = [
    NO_PENALTY,
    Long { name: "penalty", l2: 1e-6, longest: 200, ..TRIED },
    Long { name: "softplus", activation: Activation::Softplus, longest: 400, ..TRIED },
    Long { name: "sgd", optimizer: Rule::Sgd, rate: 1e-2, ..TRIED },
    Long { name: "large-epsilon", optimizer: Rule::Adam(1e-3), ..TRIED },
    Long { name: "whole-batch", whole: 32, ..TRIED },
    Long { name: "short-steps", rate: 1e-4, ..TRIED },
    Long { name: "as-long", optimizer: Rule::Mixed(Mix::AsLong), ..TRIED },
    Long { name: "one-divisor", optimizer: Rule::Mixed(Mix::OneDivisor), ..TRIED },
    Long { name: "as-short", optimizer: Rule::Mixed(Mix::AsShort), rate: 1e-2, ..TRIED },
];

const HEADER: &str = "seed,epoch,rate,loss,energy term,origin,slope,squared weights,asleep 1,asleep 2,asleep 3,always asleep 1,always asleep 2,always asleep 3,output bias,reach\n";

impl Long {
    /// A row for every so many epochs of one seed, and for the last.
    pub fn rows(&self, knobs: &Knobs, seed: u64) -> hnn::Result<String> {
        let longest = self.longest.min(knobs.longest);
        let mut settings = Settings {
            seed,
            l2: self.l2,
            samples: knobs.samples,
            widths: knobs.widths.clone(),
            learning_rate: self.rate,
            ..Settings::default()
        };
        let planned = settings.epochs;
        // As many steps of one batch as the notebook takes in an epoch count as one.
        let mut steps = 1;
        if self.whole > 0 {
            steps = settings.training_points().div_ceil(settings.batch_size);
            (settings.samples, settings.batch_size) = (self.whole * 5 / 4, self.whole);
            settings.epochs *= steps;
        }
        let mut notebook = Notebook::with_activation(settings, self.activation)?;
        let count = notebook.network().parameters().len();
        let rule: Box<dyn Optimizer> = match self.optimizer {
            Rule::Sgd => Box::new(Sgd),
            Rule::Adam(epsilon) => {
                let settings = AdamSettings {
                    epsilon,
                    ..AdamSettings::default()
                };
                Box::new(Adam::with(count, settings)?.counting_from(1))
            }
            Rule::Mixed(mix) => Box::new(Mixed::new(mix, count)?),
        };
        let points = notebook.even_points(LOOKED_AT);
        let mut objective = notebook.objective();
        let mut rows = String::new();
        notebook.train_by(rule, |pass, notebook| {
            let epoch = pass / steps;
            let is_last = pass + 1 == longest * steps;
            if pass % knobs.every.saturating_mul(steps) == 0 || is_last {
                let network = notebook.network();
                let terms = objective.terms(network, points.view());
                let slopes = network.gradient(points.view());
                let outwards: f64 = slopes.iter().zip(&points).map(|(g, z)| g * z).sum();
                let numbers = [
                    half_cosine(self.rate, epoch, planned),
                    terms.without_l2(),
                    terms.energy,
                    network.energy(ArrayView2::from(&[[0.0, 0.0]]))[0],
                    outwards / points.nrows() as f64,
                    network.squared_weights(),
                ];
                // Of each of three hidden layers, if there are as many.
                let mut shares = asleep(network, points.view());
                shares.resize(3, [0.0; 2]);
                let bias = network.parameters()[count - 1];
                let shares = [0, 1].map(|kind| shares.iter().map(move |layer| layer[kind]));
                let all = numbers.into_iter().chain(shares.into_iter().flatten());
                let all = all.chain([bias, reach(network, points.view())]);
                let digits: Vec<String> = all.map(|number| format!("{number:.5e}")).collect();
                let _ = writeln!(rows, "{seed},{epoch},{}", digits.join(","));
            }
            match is_last {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })?;
        Ok(rows)
    }
}

/// With m and v Adam's means, and Δ the step that Adam would take here after the same gradients:
///
/// ```text
/// AsLong       θ ← θ - ‖Δ‖ m / ‖m‖
/// OneDivisor   θ ← θ - η m̂ / (√mean(v̂) + ε)
/// AsShort      θ ← θ + η ‖g‖ Δ / ‖Δ‖
/// ```
struct Mixed {
    mix: Mix,
    adam: Adam,
    /// Its velocity is m / (1 - β₁).
    momentum: Momentum,
    /// The mean of v.
    mean: f64,
    /// β₁ᵗ and β₂ᵗ.
    powers: [f64; 2],
}

impl Mixed {
    /// For so many parameters; its count begins where the notebook's does.
    fn new(mix: Mix, count: usize) -> hnn::Result<Self> {
        let AdamSettings { beta1, beta2, .. } = AdamSettings::default();
        Ok(Self {
            mix,
            adam: Adam::new(count).counting_from(1),
            momentum: Momentum::new(count, beta1)?,
            mean: 0.0,
            powers: [beta1, beta2],
        })
    }

    /// η / (1 - β₁ᵗ) (1 - β₁) over the root of the mean of v̂.
    fn by_one_divisor(&mut self, rate: f64, gradient: &[f64]) -> f64 {
        let AdamSettings {
            beta1,
            beta2,
            epsilon,
        } = AdamSettings::default();
        self.powers = [self.powers[0] * beta1, self.powers[1] * beta2];
        let [first, second] = self.powers.map(|power| 1.0 - power);
        let mean = squares(gradient) / gradient.len() as f64;
        self.mean = beta2 * self.mean + (1.0 - beta2) * mean;
        rate * (1.0 - beta1) / first / ((self.mean / second).sqrt() + epsilon)
    }
}

impl Optimizer for Mixed {
    fn step(&mut self, rate: f64, parameters: &mut [f64], gradient: &[f64]) {
        let (mut mean, mut adams) = (vec![0.0; gradient.len()], parameters.to_vec());
        self.momentum.step(1.0, &mut mean, gradient);
        self.adam.step(rate, &mut adams, gradient);
        for (to, from) in adams.iter_mut().zip(&*parameters) {
            *to -= from;
        }
        let to_length = |squared: f64, of: &[f64]| match squares(of) {
            0.0 => 0.0,
            now => (squared / now).sqrt(),
        };
        let (direction, scale) = match self.mix {
            Mix::AsLong => (&mean, to_length(squares(&adams), &mean)),
            Mix::OneDivisor => (&mean, self.by_one_divisor(rate, gradient)),
            Mix::AsShort => (&adams, to_length(rate * rate * squares(gradient), &adams)),
        };
        for (parameter, step) in parameters.iter_mut().zip(direction) {
            *parameter += scale * step;
        }
    }
}

fn squares(numbers: &[f64]) -> f64 {
    numbers.iter().map(|x| x * x).sum()
}

/// Points that a row looks at.
const LOOKED_AT: usize = 1000;
/// How far H moves when every parameter moves by 1 in the direction that moves it most: Σ |∂H/∂θ|, the mean over 32 points.
fn reach(network: &Network, points: ArrayView2<f64>) -> f64 {
    let mut gradient = vec![0.0; network.parameters().len()];
    let mut evaluator = Evaluator::new(Loss::ENERGY, network).expect("the weights are fine");
    let some: Vec<_> = points
        .axis_chunks_iter(Axis(0), 1)
        .step_by(points.nrows().div_ceil(32))
        .collect();
    let reach = |z: &ArrayView2<f64>| {
        // The gradient of (H - E)² is that of H, if H is too high by one half.
        let energy = network.energy(*z) - 0.5;
        let data = Dataset::new(z.to_owned(), z.to_owned(), Some(energy)).expect("finite numbers");
        evaluator.value_and_gradient(network, Batch::from(&data), &mut gradient);
        gradient.iter().map(|slope| slope.abs()).sum::<f64>()
    };
    let count = some.len() as f64;
    some.iter().map(reach).sum::<f64>() / count
}

const VERSIONS: &str = "seed,activation,weights,optimizer,epoch,loss\n";
/// Epochs of a first version.
const FIRST: usize = 6;

/// The loss after each of the first epochs, without a penalty: two activations, six ways to draw the weights, two optimizers.
pub fn first_versions(knobs: &Knobs, seed: u64) -> hnn::Result<String> {
    let draws = [
        ("0.01", Initializer::Normal(0.01)),
        ("0.1", Initializer::Normal(0.1)),
        ("0.3", Initializer::Normal(0.3)),
        ("Glorot", Initializer::Glorot),
        ("He", Initializer::He),
        ("1", Initializer::Normal(1.0)),
    ];
    let mut rows = String::new();
    for activation in [Activation::Tanh, Activation::Relu] {
        for (name, weights) in draws {
            for (optimizer, rate) in [("Adam", 1e-3), ("SGD", 1e-2)] {
                let settings = Settings {
                    seed,
                    l2: 0.0,
                    samples: knobs.samples,
                    widths: knobs.widths.clone(),
                    learning_rate: rate,
                    ..Settings::default()
                };
                let mut notebook = Notebook::with_random(
                    settings,
                    activation,
                    weights,
                    Gaussian::from_seed(seed),
                )?;
                let points = notebook.even_points(LOOKED_AT);
                let mut objective = notebook.objective();
                let watch = |epoch: usize, notebook: &Notebook| {
                    let loss = objective
                        .terms(notebook.network(), points.view())
                        .without_l2();
                    let _ = writeln!(
                        rows,
                        "{seed},{activation},{name},{optimizer},{epoch},{loss:.5e}"
                    );
                    match epoch + 1 < FIRST {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(()),
                    }
                };
                let ending = match optimizer {
                    "SGD" => notebook.train_by(Sgd, watch),
                    _ => notebook.train_watched(watch),
                };
                match ending {
                    Err(hnn::Error::Diverged { epoch, .. }) => {
                        let _ =
                            writeln!(rows, "{seed},{activation},{name},{optimizer},{epoch},inf");
                    }
                    other => other?,
                }
            }
        }
    }
    Ok(rows)
}
