//! The slips: what the notebook's table and its simulation say of a network that is exactly right, and what it does to
//! count Adam's steps twice.
//!
//! `cargo run --example slips`

// ANCHOR: uses
use hnn::evidence::{Evidence, Facts, Table, brief};
use hnn::learning::Seeds;
use hnn::measure::{Paired, field_rmse_on_disc};
use hnn::mechanics::{Exact, Method};
use hnn::model::{Activation, Network};
use hnn::notebook::{self, TestRow};
use hnn::phase_space::{Oscillator, State};
use hnn::trial::{Data, Objective, OptimizerKind, Outcome, Runs, ScheduleKind, Settings};
// ANCHOR_END: uses

// ANCHOR: grid
/// The notebook simulates with this step, and draws the true path at points 10/999 apart.
const STEP: f64 = 0.01;
/// Points of a simulated path.
const POINTS: usize = 1000;
// ANCHOR_END: grid

fn main() -> std::process::ExitCode {
    let about = "Puts an exactly right network through the notebook's own tests";
    hnn::cli::run("slips", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Points on the trajectory, training and validation together
        samples: usize = 10_000,
        /// Points in a batch
        batch_size: usize = 32,
        /// Step of the forward differences
        epsilon: f64 = 1e-7,
        /// Steps of each run of Adam
        steps: usize = 2000,
    }
}
// ANCHOR_END: knobs

/// The experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let settings = notebook::Settings {
        samples: knobs.samples,
        batch_size: knobs.batch_size,
        epsilon: knobs.epsilon,
        ..Default::default()
    };
    settings.check()?;
    let [circle, disc]: [Settings; 2] = problems(knobs.steps);
    circle.check()?;
    // ANCHOR_END: settings

    // ANCHOR: exact
    let exact: Network = exact_network()?;
    let rows: Vec<TestRow> = TestRow::of(&exact, settings.epsilon, 10);
    evidence.show("test-table", TestRow::table(&rows))?;
    // ANCHOR_END: exact

    // ANCHOR: energies
    let gains: Vec<(Method, Vec<f64>)> = Method::ALL
        .into_iter()
        .map(|method| Ok((method, energies(&exact, method)?)))
        .collect::<hnn::Result<_>>()?;
    evidence.show(
        "energies",
        Table::of(&gains)
            .column("method", |(method, _)| method.name())
            .column("order", |(method, _)| method.order())
            .column("symplectic", |(method, _)| {
                if method.is_symplectic() { "yes" } else { "no" }
            })
            .column("gained at the end", |(_, gain)| {
                format!("{:.1e}", gain[POINTS - 1])
            })
            .column("off at the most", |(_, gain)| format!("{:.1e}", most(gain))),
    )?;
    // ANCHOR_END: energies

    // ANCHOR: twice
    evidence.show("twice", twice())?;
    // ANCHOR_END: twice

    // ANCHOR: pairs
    let wrong: Vec<Paired> = twice_over_once(&circle, |run| run.circle)?;
    let right: Vec<Paired> = twice_over_once(&disc, |run| run.disc)?;
    evidence.show(
        "pairs",
        Table::of(RATES.iter().zip(wrong.iter().zip(&right)))
            .column("at rate", |(rate, _)| rate)
            .column("notebook's gradient", |(_, (wrong, _))| wrong)
            .column("exact gradient", |(_, (_, right))| right),
    )?;
    // ANCHOR_END: pairs

    // ANCHOR: facts
    evidence.show("facts", facts(&settings, &exact, &rows, &gains))?;
    // ANCHOR_END: facts
    Ok(())
}

// ANCHOR: exact-network
/// H = (q² + p²)/2 to the last bit: max(x, 0)² + max(-x, 0)² is x², so four squared ReLUs do.
fn exact_network() -> hnn::Result<Network> {
    let mut network = Network::zeros(&[2, 4, 1], Activation::SquaredRelu)?;
    let theta = network.parameters_mut();
    // W1: one row for q, one for p. Then b1 = 0, W2 = 1/2, b2 = 0.
    theta[..8].copy_from_slice(&[1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0, -1.0]);
    theta[12..16].fill(0.5);
    Ok(network)
}
// ANCHOR_END: exact-network

// ANCHOR: walk
/// The relative gain of energy at each point of the notebook's simulation from (1, 0), by this method.
fn energies(network: &Network, method: Method) -> hnn::Result<Vec<f64>> {
    // This energy is separable: dq/dt depends on p alone and dp/dt on q alone, so every method applies.
    let (mut at_rest, mut in_motion) = (Exact::of(network), Exact::of(network));
    let velocity = |p: &[f64]| [in_motion.at([0.0, p[0]])[0]];
    let force = |q: &[f64]| [at_rest.at([q[0], 0.0])[1]];
    let path = method.separable_trajectory(velocity, force, [1.0, 0.0], STEP, POINTS)?;
    let gain = |z: &State| Oscillator::UNIT.energy(*z) / Oscillator::UNIT.energy([1.0, 0.0]) - 1.0;
    Ok(path.iter().map(gain).collect())
}

/// The gains of one of the methods.
fn gain_of(gains: &[(Method, Vec<f64>)], method: Method) -> &[f64] {
    let found = gains.iter().find(|(other, _)| *other == method);
    found.map_or(&[], |(_, gain)| gain)
}

/// How far the energy is off at the most.
fn most(gain: &[f64]) -> f64 {
    gain.iter()
        .fold(0.0, |most, gain| f64::max(most, gain.abs()))
}
// ANCHOR_END: walk

// ANCHOR: numbers
/// The numbers that the sentences quote.
fn facts(
    settings: &notebook::Settings,
    exact: &Network,
    rows: &[TestRow],
    gains: &[(Method, Vec<f64>)],
) -> Facts {
    let training = settings.training_points();
    let worst = rows
        .iter()
        .map(|row| (row.minus_dh_dq - row.expected_minus_dh_dq).abs())
        .fold(0.0, f64::max);
    let radius = |row: &TestRow| (row.q * row.q + row.p * row.p).sqrt();
    let off = |row: &TestRow| (radius(row) - 1.0).abs();
    let nearest = rows.iter().map(off).fold(f64::INFINITY, f64::min);
    let last = |method: Method| gain_of(gains, method)[POINTS - 1];
    Facts::new()
        .with(
            "exact_rmse",
            brief(field_rmse_on_disc(exact, Oscillator::UNIT)),
        )
        .with("worst_sign", format!("{worst:.1}"))
        .with("farthest", format!("{:.2}", radius(&rows[0])))
        .with("nearest_to_circle", format!("{nearest:.2}"))
        .with(
            "euler_gain_percent",
            format!("{:.1}", 100.0 * last(Method::ExplicitEuler)),
        )
        .with(
            "rk4_gain",
            format!("{:.0e}", last(Method::RungeKutta4).abs()),
        )
        .with(
            "late_by",
            format!("{:.2}", 10.0 - STEP * (POINTS - 1) as f64),
        )
        .with("batches", training / settings.batch_size)
        .with("left_over", training % settings.batch_size)
}
// ANCHOR_END: numbers

// ANCHOR: problems
/// The rates at which runs that count twice are set beside runs that count once.
const RATES: [f64; 3] = [0.001, 0.01, 0.1];

/// The notebook's problem in small, and one with many energies and the exact gradient.
fn problems(steps: usize) -> [Settings; 2] {
    let disc = Settings {
        widths: vec![2, 32, 32, 1],
        schedule: ScheduleKind::Constant,
        steps,
        ..Settings::default()
    };
    let circle = Settings {
        data: Data::Circle,
        objective: Objective::Notebook,
        activation: Activation::Relu,
        ..disc.clone()
    };
    [circle, disc]
}

/// The error of runs that count twice over that of runs that count once, at each of these rates, with ten seeds.
fn twice_over_once(problem: &Settings, error: fn(&Outcome) -> f64) -> hnn::Result<Vec<Paired>> {
    let ten = Settings {
        seeds: Seeds::new(0, 10),
        ..problem.clone()
    };
    let at_rates = |optimizer| {
        let settings = ten.sweep(RATES, |run, rate| {
            (run.optimizer, run.learning_rate) = (optimizer, rate);
        });
        Runs::of(&settings)
    };
    let runs = [
        at_rates(OptimizerKind::AdamTwice)?,
        at_rates(OptimizerKind::Adam)?,
    ];
    let errors = |runs: &Runs| -> Vec<f64> { runs.outcomes.iter().map(error).collect() };
    let pairs = runs[0].iter().zip(&runs[1]);
    Ok(pairs
        .map(|(ahead, right)| Paired::of(&errors(ahead), &errors(right)))
        .collect())
}
// ANCHOR_END: problems

// ANCHOR: correction
/// How long step k is, corrected as step k + 1, over what it should be.
fn correction(k: usize) -> f64 {
    let [beta1, beta2] = [0.9, 0.999].map(|beta: f64| {
        // 1 - βᵏ and 1 - βᵏ⁺¹.
        let power = (0..k).fold(1.0, |power, _| power * beta);
        [1.0 - power, 1.0 - power * beta]
    });
    beta1[0] / beta1[1] * (beta2[1] / beta2[0]).sqrt()
}
// ANCHOR_END: correction

// ANCHOR: twice-facts
/// The factor at the first step, where it is largest, and from which step on it is within two hundredths.
fn twice() -> Facts {
    let longest = (1..=1000).max_by(|&j, &k| correction(j).total_cmp(&correction(k)));
    let far = (1..=1000).rfind(|&k| (correction(k) - 1.0).abs() > 0.02);
    Facts::new()
        .with("derived", format!("{:.4}", correction(1)))
        .with("longest_at", longest.unwrap_or_default())
        .with(
            "longest",
            format!("{:.3}", correction(longest.unwrap_or(1))),
        )
        .with("within", far.unwrap_or_default() + 1)
}
// ANCHOR_END: twice-facts
