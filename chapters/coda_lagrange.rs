//! Coda, Lagrange: the other half of the notebook's title, and the traps of its own that it has.
//!
//! `cargo run --example lagrange`

// ANCHOR: uses
use std::f64::consts::{FRAC_PI_2, TAU};

use hnn::Error;
use hnn::evidence::{
    Animation, Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Recorded, Series, Setup,
    Shape, Table, brief, dashed,
};
use hnn::learning::{Fit, LagrangianLoss, Seeds, seeds::run_all, unobserved};
use hnn::measure::{Spread, lyapunov_exponent};
use hnn::mechanics::{Form, LearnedLagrangian, Motion, step::runge_kutta_4};
use hnn::model::Activation;
use hnn::phase_space::{
    Angles, Bead, Dataset, Lagrangian, Oscillator, Points, Spring, check_points, disc, even_circle,
    sunflower,
};
use hnn::random::Gaussian;
use hnn::trial::swing::{self, PENDULUM, SECOND, STEP, Swing};
use hnn::trial::{Kind, Learned};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Learns Lagrangians: of a spring, of a bead on a wire, of a double pendulum";
    hnn::cli::run("lagrange", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Points of the unit disc that the spring and the bead are learned from
        points: usize = 256,
        /// The double pendulum.
        pendulum: in swing::Settings,
    }
}
// ANCHOR_END: knobs

/// The experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let seeds: Seeds = knobs.seeds;
    check(&knobs)?;
    // ANCHOR_END: settings

    // ANCHOR: momentum
    let kinds: [Kind; 4] = Kind::OF_VELOCITIES;
    let spring: Vec<Vec<Score>> =
        seeds.each_of(&kinds, |&kind, seed| score(&Spring, kind, &knobs, seed))?;
    let bead: Vec<Vec<Score>> =
        seeds.each_of(&kinds, |&kind, seed| score(&Bead, kind, &knobs, seed))?;
    evidence.show("momentum", momentum_table(&kinds, [&spring, &bead]))?;
    // ANCHOR_END: momentum

    // ANCHOR: floor
    evidence.show(
        "floor",
        Facts::new()
            .with("floor", format!("{:.4}", floor()))
            .with(
                "over_the_disc",
                spread(&bead[0], |s| s.velocity.hypot(s.acceleration)),
            )
            .with("on_the_points", spread(&bead[0], |s| s.learned.loss.sqrt()))
            .with("setup", setup(&knobs)?),
    )?;
    // ANCHOR_END: floor

    // ANCHOR: drift
    evidence.show("drift", drift(&kinds, &bead))?;
    // ANCHOR_END: drift

    // ANCHOR: zero
    let forms: [Form; 2] = [Form::Free, Form::General];
    let activations: [Activation; 3] = [Activation::Relu, Activation::Tanh, Activation::Silu];
    let trials: Vec<(Form, Activation)> = (forms.iter())
        .flat_map(|&form| activations.map(|activation| (form, activation)))
        .collect();
    let silent: Vec<Vec<Silent>> =
        seeds.each_of(&trials, |&trial, seed| by_equation(trial, &knobs, seed))?;
    evidence.show(
        "zero",
        Table::of(trials.iter().zip(&silent))
            .column("L", |((form, _), _)| name_of(*form))
            .column("activation", |((_, activation), _)| activation)
            .column("root of the loss", |(_, runs)| {
                with_mass(runs, |run| run.loss.sqrt())
            })
            .column("largest mass", |(_, runs)| with_mass(runs, |run| run.mass))
            .column("acceleration", |(_, runs)| {
                with_mass(runs, |run| run.acceleration)
            }),
    )?;
    // ANCHOR_END: zero

    // ANCHOR: no-mass
    let no_mass: String = match by_acceleration((Form::Free, Activation::Relu), &knobs, seeds.seed)
    {
        Ok(error) => format!("It has a mass, and an error of {}.", brief(error)),
        Err(error) => error.to_string(),
    };
    evidence.show("no-mass", no_mass)?;
    // ANCHOR_END: no-mass

    // ANCHOR: relu
    let forms: [Form; 3] = [Form::Free, Form::General, Form::Structured];
    let trials: Vec<(Form, Activation)> = (activations.iter())
        .flat_map(|&activation| forms.map(|form| (form, activation)))
        .collect();
    let errors: Vec<Vec<f64>> = seeds.each_of(&trials, |&trial, seed| {
        match by_acceleration(trial, &knobs, seed) {
            Err(Error::Mass { .. }) => Ok(f64::INFINITY),
            other => other,
        }
    })?;
    evidence.show(
        "relu",
        Table::of(activations.iter().zip(errors.chunks_exact(forms.len())))
            .column("activation", |(activation, _)| activation)
            .across(
                forms.iter().enumerate(),
                |(_, form)| name_of(*form),
                |(_, errors), (form, _)| with_mass(&errors[form], |&error| error),
            ),
    )?;
    // ANCHOR_END: relu

    // ANCHOR: circle
    let both: [Form; 2] = [Form::General, Form::Structured];
    let circle: Vec<Vec<[f64; 2]>> =
        seeds.each_of(&both, |&form, seed| one_circle(form, &knobs, seed))?;
    evidence.show(
        "circle",
        Table::of(both.iter().zip(&circle))
            .column("L", |(form, _)| name_of(*form))
            .column("on the circle", |(_, errors)| {
                Spread::of(errors.iter().map(|e| e[0]))
            })
            .column("over the disc", |(_, errors)| {
                Spread::of(errors.iter().map(|e| e[1]))
            }),
    )?;
    // ANCHOR_END: circle

    // ANCHOR: labels
    evidence.show("labels", labels(&bead[1]))?;
    // ANCHOR_END: labels

    // ANCHOR: pendulum
    let kinds: [Kind; 5] = [
        Kind::Structured,
        Kind::General,
        Kind::Canonical,
        Kind::Told,
        Kind::Plain,
    ];
    let swings: Vec<Swing> = run_all(&kinds, |&kind| {
        Swing::learn(kind, &knobs.pendulum, seeds.seed)
    })?;
    evidence.show(
        "pendulum",
        Table::of(kinds.iter().zip(&swings))
            .column("model", |(kind, _)| kind.name())
            .column("weights", |(_, swing)| swing.learned.numbers())
            .column("held-out force", |(_, swing)| brief(swing.force))
            .column("early energy", |(_, swing)| brief(swing.early()))
            .column("late energy", |(_, swing)| brief(swing.late()))
            .column("median start", |(_, swing)| brief(swing.of_starts().median))
            .column("worst start", |(_, swing)| brief(swing.of_starts().largest)),
    )?;
    // ANCHOR_END: pendulum

    // ANCHOR: longer
    let recorded: Recorded = Recorded::read("double-pendulum")?;
    evidence.show("longer", longer_table(&kinds, &recorded)?)?;
    // ANCHOR_END: longer

    // ANCHOR: apart
    let watched: f64 = knobs.pendulum.seconds / 5.0;
    let paths: Vec<(&'static str, Vec<[f64; 2]>)> = paths(watched, &kinds, &swings);
    evidence.show("apart", apart(watched, &paths))?;
    // ANCHOR_END: apart

    // ANCHOR: chaos
    let level: Vec<f64> = vec![FRAC_PI_2, FRAC_PI_2, 0.0, 0.0];
    let stretches: usize = (50.0 * watched).ceil() as usize;
    let exponent: f64 = lyapunov_exponent(true_pendulum, level, STEP, 100, stretches);
    evidence.show(
        "chaos",
        Facts::new()
            .with("lyapunov_time", format!("{:.1}", 1.0 / (exponent * SECOND)))
            .with("nudged", parted(&paths[0].1, &paths[1].1))
            .with("general", parted(&paths[0].1, &paths[3].1))
            .with("structured", parted(&paths[0].1, &paths[2].1))
            .with("canonical", parted(&paths[0].1, &paths[4].1))
            .with("plain", parted(&paths[0].1, &paths[6].1)),
    )?;
    // ANCHOR_END: chaos

    // ANCHOR: swinging
    evidence.show("swinging", swinging(watched, &paths))?;
    // ANCHOR_END: swinging
    Ok(())
}

// ANCHOR: check
/// Finds a mistake before anything runs.
fn check(knobs: &Knobs) -> hnn::Result<()> {
    knobs.seeds.check()?;
    check_points(knobs.points)?;
    knobs.pendulum.check()
}

/// The epilogue's model, with as many evaluations as those of the pendulum.
fn fit(knobs: &Knobs) -> Fit {
    Fit {
        evaluations: knobs.pendulum.evaluations,
        ..Fit::default()
    }
}
// ANCHOR_END: check

// ANCHOR: setup
/// The experiment on spring and bead in a line.
fn setup(knobs: &Knobs) -> hnn::Result<Setup> {
    let silence = |data: hnn::Result<Dataset>| {
        let squares = data?.field.column(1).mapv(|a| a * a);
        hnn::Result::Ok(brief(squares.mean().unwrap_or_default().sqrt()))
    };
    let spring = silence(Spring.data(sunflower(2000)))?;
    let bead = silence(Bead.data(sunflower(2000)))?;
    let (hidden, activation) = (dashed(&fit(knobs).hidden), fit(knobs).activation);
    Ok(Setup {
        network: format!("4 models of {hidden} {activation} units"),
        data: format!("{} points of the disc", knobs.points),
        gradient: "exact gradients, L-BFGS".into(),
        seeds: knobs.seeds.seeds,
        silence: format!("acceleration RMSE {spring} or {bead}"),
    })
}
// ANCHOR_END: setup

// ANCHOR: score
/// A learned motion of one degree of freedom; what is wrong with its velocity and its acceleration, in the root mean square
/// over the disc; and how the true energy changes along it, as a share of its first value.
struct Score {
    learned: Learned,
    velocity: f64,
    acceleration: f64,
    energy: f64,
    /// Turns, and the change of the energy until then.
    course: Vec<(f64, f64)>,
}

/// Steps to a turn, which is 2π of time: the true energies move by less than 1e-6 in 100 turns.
const STEPS: usize = 200;

fn score(system: &impl Lagrangian<1>, kind: Kind, knobs: &Knobs, seed: u64) -> hnn::Result<Score> {
    let mut random = Gaussian::from_seed(seed);
    let points = disc(&Oscillator::UNIT, 1.0, knobs.points, &mut random)?.points;
    let (data, angles) = (system.data(points)?, Angles::none(1));
    let learned = Learned::fit(kind, &data, &angles, &fit(knobs), &mut random)?;
    let test = system.data(sunflower(2000))?;
    let field = learned.field(test.points.iter().copied().collect());
    let mut squares = [0.0; 2];
    for (index, (learned, truth)) in field.iter().zip(&test.field).enumerate() {
        squares[index % 2] += (learned - truth).powi(2) / test.rows() as f64;
    }
    let energy = |z: &[f64]| system.energy([z[0]], [z[1]]);
    let (mut z, mut course) = (vec![0.8, 0.0], Vec::new());
    let start = energy(&z);
    for index in 0..=100 * STEPS {
        course.push((index as f64 / STEPS as f64, energy(&z) / start - 1.0));
        z = runge_kutta_4(|z| learned.field(z), z, TAU / STEPS as f64);
    }
    let sizes = course.iter().map(|(_, change)| change.abs());
    Ok(Score {
        velocity: squares[0].sqrt(),
        acceleration: squares[1].sqrt(),
        energy: Spread::of(sizes).largest,
        learned,
        course,
    })
}

fn spread(scores: &[Score], number: impl Fn(&Score) -> f64) -> Spread {
    Spread::of(scores.iter().map(number))
}

/// A row for each model of the spring, and then of the bead.
fn momentum_table(kinds: &[Kind], scores: [&[Vec<Score>]; 2]) -> Table {
    let mut table = Table::new([
        "system",
        "model",
        "velocity",
        "acceleration",
        "energy, 100 turns",
    ]);
    for (system, scores) in ["spring", "bead"].into_iter().zip(scores) {
        for (kind, scores) in kinds.iter().zip(scores) {
            let numbers = [
                spread(scores, |score| score.velocity),
                spread(scores, |score| score.acceleration),
                spread(scores, |score| score.energy),
            ];
            let [velocity, acceleration, energy] = numbers.map(|spread| spread.to_string());
            table.row([
                system.into(),
                kind.name().into(),
                velocity,
                acceleration,
                energy,
            ]);
        }
    }
    table
}
// ANCHOR_END: score

// ANCHOR: floor-of
/// The least root mean square of (v, a) - J ∇H over the unit disc that any H of q and v reaches on the bead: the series over
/// m, its integrals by the midpoint rule.
fn floor() -> f64 {
    const RADII: usize = 400;
    let radii: Vec<f64> = (0..RADII)
        .map(|i| (i as f64 + 0.5) / RADII as f64)
        .collect();
    let rho = |r: f64| {
        let s = (1.0 + r * r).sqrt();
        (s - 1.0) / (s + 1.0)
    };
    let mut sum = 0.0;
    for m in 1..=8 {
        for &r in &radii {
            for &s in &radii {
                let (inner, outer) = (r.min(s), r.max(s));
                let green = (inner / outer).powi(2 * m) - (inner * outer).powi(2 * m);
                sum += 4.0 * (rho(r) * rho(s)).powi(m) * green * r * s / f64::from(m);
            }
        }
    }
    sum.sqrt() / RADII as f64
}
// ANCHOR_END: floor-of

// ANCHOR: drift-figure
/// The bead's energy along the first seed's motions.
fn drift(kinds: &[Kind], bead: &[Vec<Score>]) -> hnn::Result<Figure> {
    let colours = [
        Colour::Vermillion,
        Colour::Green,
        Colour::Blue,
        Colour::Purple,
    ];
    let mut lines = Vec::new();
    for ((kind, scores), colour) in kinds.iter().zip(bead).zip(colours) {
        let course = scores[0].course.iter().step_by(4);
        let points = course.take_while(|(turns, _)| *turns <= 4.0).copied();
        lines.push(Series::new(kind.name(), colour, points));
    }
    let [told, plain] = [0, 3].map(|kind: usize| brief(bead[kind][0].energy));
    let title = format!("Told that p = v, the bead's energy sways by {told}");
    let description = format!(
        "The change of the bead's true energy, over its first value, along four learned motions of 4 turns. Told that p = v it \
         sways by {told}. The Lagrangians' lie on zero. The plain network's creeps: after 100 turns it has moved by {plain}."
    );
    let (x, y) = (Axis::new("turns"), Axis::new("change of the energy"));
    LineChart::single(title, description, Panel::new(x, y, lines)).draw()
}
// ANCHOR_END: drift-figure

// ANCHOR: by-equation
/// A Lagrangian learned from the loss of its equation: where the loss ended, the largest size of its mass over the disc, and
/// what is wrong with the accelerations that its equation gives, whatever the sign of its mass.
struct Silent {
    loss: f64,
    mass: f64,
    acceleration: f64,
}

/// The spring's data on the disc, and a model to learn from them.
fn untrained(
    (form, activation): (Form, Activation),
    knobs: &Knobs,
    seed: u64,
) -> hnn::Result<(Dataset, LearnedLagrangian)> {
    let mut random = Gaussian::from_seed(seed);
    let data = Spring.data(disc(&Oscillator::UNIT, 1.0, knobs.points, &mut random)?.points)?;
    let (angles, hidden) = (Angles::none(1), fit(knobs).hidden);
    let model = LearnedLagrangian::random(&angles, form, &hidden, activation, &mut random)?;
    Ok((data, model))
}

fn by_equation(trial: (Form, Activation), knobs: &Knobs, seed: u64) -> hnn::Result<Silent> {
    let (data, mut model) = untrained(trial, knobs, seed)?;
    let mut loss = LagrangianLoss::of_equation(&model);
    let method = fit(knobs).method();
    let end = loss.fit(&mut model, &data, &method, unobserved)?;
    let (mut largest, mut squares) = (0.0, 0.0);
    let (points, mut motion) = (sunflower(2000), Motion::new(&model, 1));
    for z in points.rows() {
        // M a + C v - ∂L/∂q is a line in a.
        let mut residual = |a: f64| {
            let (z, a) = (Points::from(vec![[z[0], z[1]]]), Points::from(vec![[a]]));
            motion.residuals(model.network(), z.view(), a.view())[[0, 0]]
        };
        let (rest, mass) = (residual(0.0), residual(1.0) - residual(0.0));
        largest = f64::max(largest, mass.abs());
        squares += (-rest / mass + z[0]).powi(2) / points.nrows() as f64;
    }
    Ok(Silent {
        loss: end.value,
        mass: largest,
        acceleration: squares.sqrt(),
    })
}

fn name_of(form: Form) -> &'static str {
    match form {
        Form::Free => "N alone",
        Form::General => "general",
        Form::Structured => "structured",
    }
}

/// The spread of a number of the runs that have a mass.
fn with_mass<R>(runs: &[R], number: impl Fn(&R) -> f64) -> String {
    let finite: Vec<f64> = runs.iter().map(number).filter(|x| x.is_finite()).collect();
    match runs.len() - finite.len() {
        0 => Spread::of(finite).to_string(),
        none if finite.is_empty() => format!("no mass in {none}"),
        none => format!("{}, no mass in {none}", Spread::of(finite)),
    }
}
// ANCHOR_END: by-equation

// ANCHOR: by-acceleration
/// What is wrong with the accelerations on these data, in the root mean square.
fn error_on(model: &LearnedLagrangian, data: &Dataset) -> hnn::Result<f64> {
    let mut loss = LagrangianLoss::of_accelerations(model);
    Ok(loss.value(model.network(), data.into())?.sqrt())
}

/// Learns the spring from its accelerations: their error over the disc.
fn by_acceleration(trial: (Form, Activation), knobs: &Knobs, seed: u64) -> hnn::Result<f64> {
    let (data, mut model) = untrained(trial, knobs, seed)?;
    let mut loss = LagrangianLoss::of_accelerations(&model);
    let method = fit(knobs).method();
    loss.fit(&mut model, &data, &method, unobserved)?;
    error_on(&model, &Spring.data(sunflower(2000))?)
}

/// Learns it from the circle of radius 1 alone: the error there, and over the disc.
fn one_circle(form: Form, knobs: &Knobs, seed: u64) -> hnn::Result<[f64; 2]> {
    let (_, mut model) = untrained((form, Activation::Silu), knobs, seed)?;
    let data = Spring.data(even_circle(knobs.points))?;
    let mut loss = LagrangianLoss::of_accelerations(&model);
    let method = fit(knobs).method();
    loss.fit(&mut model, &data, &method, unobserved)?;
    let inside = match error_on(&model, &Spring.data(sunflower(2000))?) {
        Err(Error::Mass { .. }) => f64::INFINITY,
        other => other?,
    };
    Ok([error_on(&model, &Spring.data(even_circle(1000))?)?, inside])
}
// ANCHOR_END: by-acceleration

// ANCHOR: labels-figure
/// L along both axes of the bead's phase space, counted from its value at rest, as each seed has learned it.
fn labels(scores: &[Score]) -> hnn::Result<Figure> {
    let places: Vec<f64> = (-20..=20).map(|i| f64::from(i) / 20.0).collect();
    let mut ends: Vec<f64> = Vec::new();
    let mut panel = |name: &str, state: fn(f64) -> [f64; 2]| {
        let mut lines = Vec::new();
        for model in scores.iter().filter_map(|score| score.learned.lagrangian()) {
            let l = |z: [f64; 2]| model.lagrangian_and_energy(&z)[0];
            let from_rest = |&x: &f64| (x, l(state(x)) - l([0.0, 0.0]));
            lines.push(places.iter().map(from_rest).collect::<Vec<_>>());
            ends.push(l(state(1.0)) - l([0.0, 0.0]));
        }
        let bead = |&x: &f64| (x, Bead.lagrangian([state(x)[0]], [state(x)[1]]));
        let mut series = vec![Series::new(
            "the bead's",
            Colour::Ink,
            places.iter().map(bead),
        )];
        series.extend(Series::each("learned", Colour::Vermillion, lines));
        Panel::new(Axis::new(name), Axis::new("L, from rest"), series)
    };
    let panels = vec![
        panel("position q, at v = 0", |q| [q, 0.0]),
        panel("velocity v, at q = 0", |v| [0.0, v]),
    ];
    let worst = brief(Spread::of(scores.iter().map(|score| score.acceleration)).largest);
    let [q, v] = [&ends[..scores.len()], &ends[scores.len()..]].map(|ends| {
        let ends = Spread::of(ends.iter().copied());
        format!("{:.2} to {:.2}", ends.smallest, ends.largest)
    });
    LineChart {
        title: "Right accelerations, and as many Lagrangians as seeds".into(),
        description: format!(
            "L from its value at rest, along the position and along the velocity: the bead's, and {} learned ones, whose accelerations are right to {worst}. At q = 1 the bead's \
             is -0.5, the learned ones {q}; at v = 1 the bead's is 0.5, the learned ones {v}.",
            scores.len()
        ),
        panels,
    }
    .draw()
}
// ANCHOR_END: labels-figure

// ANCHOR: longer-table
/// A row for each model, stopped early and trained for long, over the seeds that were recorded.
fn longer_table(kinds: &[Kind], recorded: &Recorded) -> hnn::Result<Table> {
    let columns = ["held-out force", "early energy", "late energy"];
    let mut table = Table::new([&["model", "evaluations"], &columns[..]].concat());
    for kind in kinds {
        for runs in recorded.with("model", kind.name())?.each("evaluations")? {
            let evaluations = runs.numbers("evaluations")?[0];
            let mut row = vec![kind.name().to_owned(), evaluations.to_string()];
            for column in columns {
                row.push(Spread::of(runs.numbers(column)?).to_string());
            }
            table.row(row);
        }
    }
    Ok(table)
}
// ANCHOR_END: longer-table

// ANCHOR: paths
/// By how much the upper arm is moved in a second true pendulum.
const NUDGE: f64 = 1e-3;

/// The angles at every step, let go with both arms level: truly, once more with the upper arm moved a little, and as each
/// model has learned it.
fn paths(seconds: f64, kinds: &[Kind], swings: &[Swing]) -> Vec<(&'static str, Vec<[f64; 2]>)> {
    let follow = |nudge: f64, field: &dyn Fn(Vec<f64>) -> Vec<f64>| -> Vec<[f64; 2]> {
        let mut z = vec![FRAC_PI_2 + nudge, FRAC_PI_2, 0.0, 0.0];
        let mut angles = || {
            z = runge_kutta_4(field, std::mem::take(&mut z), STEP);
            [z[0], z[1]]
        };
        (0..(seconds * SECOND / STEP) as usize)
            .map(|_| angles())
            .collect()
    };
    let mut paths = vec![
        ("true", follow(0.0, &true_pendulum)),
        ("true, nudged", follow(NUDGE, &true_pendulum)),
    ];
    for (kind, swing) in kinds.iter().zip(swings) {
        paths.push((kind.name(), follow(0.0, &|z| swing.learned.field(z))));
    }
    paths
}

fn true_pendulum(z: Vec<f64>) -> Vec<f64> {
    let [a1, a2] = PENDULUM.acceleration([z[0], z[1]], [z[2], z[3]]);
    vec![z[2], z[3], a1, a2]
}

fn distance(one: &[f64; 2], other: &[f64; 2]) -> f64 {
    (one[0] - other[0]).hypot(one[1] - other[1])
}

/// The second at which two paths are first 0.1 radians apart.
fn parted(one: &[[f64; 2]], other: &[[f64; 2]]) -> String {
    let mut pairs = one.iter().zip(other);
    let parted = pairs.position(|(one, other)| distance(one, other) > 0.1);
    parted.map_or("none".into(), |index| {
        format!("{:.1}", (index + 1) as f64 * STEP / SECOND)
    })
}

/// How far every other path is from the first, over time.
fn apart(seconds: f64, paths: &[(&'static str, Vec<[f64; 2]>)]) -> hnn::Result<Figure> {
    let (true_path, others) = (&paths[0].1, &paths[1..]);
    let colours = [
        Colour::Ink,
        Colour::Blue,
        Colour::Green,
        Colour::Purple,
        Colour::Vermillion,
        Colour::Orange,
    ];
    let mut lines = Vec::new();
    for ((name, path), colour) in others.iter().zip(colours) {
        let pairs = true_path.iter().zip(path);
        let distances = pairs.map(|(one, other)| distance(one, other));
        let timed = distances.enumerate().skip(20).step_by(10);
        let points = timed.map(|(index, apart)| ((index + 1) as f64 * STEP / SECOND, apart));
        lines.push(Series::new(*name, colour, points));
    }
    let [nudged, structured] = [1, 2].map(|which: usize| parted(true_path, &paths[which].1));
    let title = format!("Lost after {structured} s, and a nudged true one after {nudged} s");
    let description = format!(
        "The distance of the angles from the true ones over {seconds} seconds, on a logarithmic axis. A true pendulum whose upper \
         arm began {NUDGE} radians away is 0.1 away after {nudged} seconds, the structured Lagrangian's after {structured}."
    );
    let (x, y) = (Axis::new("seconds"), Axis::log("distance of the angles"));
    LineChart::single(title, description, Panel::new(x, y, lines)).draw()
}

/// The true pendulum and the structured Lagrangian's.
fn swinging(seconds: f64, paths: &[(&'static str, Vec<[f64; 2]>)]) -> hnn::Result<Figure> {
    let shape = |which: usize, colour: Colour, breadth: u32| {
        let (name, path) = &paths[which];
        Shape {
            name: (*name).into(),
            colour,
            breadth,
            moments: path
                .iter()
                .step_by(8)
                .map(|&q| PENDULUM.joints(q).to_vec())
                .collect(),
        }
    };
    let parted = parted(&paths[0].1, &paths[2].1);
    Animation {
        title: format!("Two pendulums swing as one for {parted} seconds"),
        description: format!(
            "Two double pendulums over {seconds} seconds, let go with both arms level, and the way of their ends: the true one and the \
             structured Lagrangian's. Their angles are 0.1 apart after {parted} seconds."
        ),
        shapes: vec![shape(0, Colour::Ink, 4), shape(2, Colour::Vermillion, 2)],
        range: (-2.1, 2.1),
        seconds,
        still: 0,
        traced: true,
    }
    .draw()
}
// ANCHOR_END: paths

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: the acceleration of a bead on a wire with y' = s and y'' = c at q.
    fn on_a_wire(_s: f64, _c: f64, _v: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_wire(answer: fn(f64, f64, f64) -> f64) -> Result<(), String> {
        for (q, v) in [(0.0, 1.0), (0.7, -1.3), (-1.5, 0.4)] {
            // On y = q²/2, and on y = q³ the energy (1 + s²) v²/2 + y must not change.
            let (parabola, a) = (answer(q, 1.0, v), Bead.acceleration([q], [v])[0]);
            let (s, c) = (3.0 * q * q, 6.0 * q);
            let power = s * c * v.powi(3) + (1.0 + s * s) * v * answer(s, c, v) + s * v;
            if !((parabola - a).abs() < 1e-12 && power.abs() < 1e-12) {
                return Err(format!(
                    "at q = {q}, v = {v}: {parabola} for {a}, and the energy changes by {power}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn on_a_wire_solved(s: f64, c: f64, v: f64) -> f64 {
        -(s * c * v * v + s) / (1.0 + s * s)
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn on_a_wire` first"]
    fn exercise_1() -> Result<(), String> {
        check_wire(on_a_wire)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_wire(on_a_wire_solved)?;
        // ANCHOR_END: try-1
        assert!(
            check_wire(|s, _, _| -s / (1.0 + s * s)).is_err(),
            "the wire's bend does not matter"
        );
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: the V' that is right on the circle, with the mass M and its slope M' at q.
    fn potential_slope(_mass: f64, _mass_slope: f64, _q: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_twin(answer: fn(f64, f64, f64) -> f64) -> Result<(), String> {
        for (q, v) in [(1.0f64, 0.0f64), (0.6, 0.8), (-0.8, 0.6)] {
            let (mass, slope) = (2.0 + q.sin(), q.cos());
            let a = -(answer(mass, slope, q) + slope * v * v / 2.0) / mass;
            if a.is_nan() || (a + q).abs() > 1e-12 {
                return Err(format!(
                    "with M = 2 + sin q the acceleration at ({q}, {v}) is {a}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn potential_slope_solved(mass: f64, mass_slope: f64, q: f64) -> f64 {
        q * mass - mass_slope * (1.0 - q * q) / 2.0
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn potential_slope` first"]
    fn exercise_2() -> Result<(), String> {
        check_twin(potential_slope)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_twin(potential_slope_solved)?;
        // ANCHOR_END: try-2
        assert!(
            check_twin(|mass, _, q| q * mass).is_err(),
            "a mass that changes is no matter"
        );
        Ok(())
    }

    // ANCHOR: exercise-3
    /// a, of q and v.
    type Acceleration = dyn Fn(f64, f64) -> f64;

    /// Your turn: the divergence of the field (v, a) at (q, v).
    fn divergence(_a: &Acceleration, _q: f64, _v: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_divergence(answer: fn(&Acceleration, f64, f64) -> f64) -> Result<(), String> {
        let (q, v) = (0.7, -1.3);
        let spring = answer(&|q, _| -q, q, v);
        let bead = answer(&|q, v| Bead.acceleration([q], [v])[0], q, v);
        let friction = answer(&|q, v| -q - 0.3 * v, q, v);
        let said = [spring, bead, friction];
        let right = [0.0, -2.0 * q * v / (1.0 + q * q), -0.3];
        if said
            .iter()
            .zip(right)
            .all(|(said, right)| (said - right).abs() < 1e-6)
        {
            return Ok(());
        }
        Err(format!(
            "of a spring, the bead and friction: {said:?}, not {right:?}"
        ))
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn divergence_solved(a: &Acceleration, q: f64, v: f64) -> f64 {
        (a(q, v + 1e-5) - a(q, v - 1e-5)) / 2e-5
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn divergence` first"]
    fn exercise_3() -> Result<(), String> {
        check_divergence(divergence)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_divergence(divergence_solved)?;
        // ANCHOR_END: try-3
        let in_q = check_divergence(|a, q, v| (a(q + 1e-5, v) - a(q - 1e-5, v)) / 2e-5);
        assert!(in_q.is_err(), "a slope along q passes");
        Ok(())
    }

    #[test]
    fn the_floor_is_the_one_that_polynomials_of_degree_12_find() {
        // By least squares, outside of this project: 0.0464593, and 0.0464594 by those of degree 10.
        assert!((floor() - 0.046459).abs() < 2e-6, "{}", floor());
    }
}
