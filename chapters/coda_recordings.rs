//! Coda, recordings: what can be learned from states at times, which is all that anyone measures.
//!
//! `cargo run --example recordings`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Recorded, Series, Setup, Table, brief,
    dashed,
};
use hnn::learning::{Fit, Seeds};
use hnn::measure::Spread;
use hnn::model::{Activation, Network};
use hnn::phase_space::{Points, check_points, rms_distance};
use hnn::random::Gaussian;
use hnn::trial::ensemble::{on_one_circle, ring, slope};
use hnn::trial::friction::{Damped, Swing};
use hnn::trial::orbits::{Bodies, Orbits, Rival, TESTS};
use hnn::trial::protocol::{Protocol, System, strided};
use hnn::trial::recording::{Case, Learned, Score, Way, left_by_eight};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Learns energies from recordings: states at times, with noise and with friction";
    hnn::cli::run("recordings", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Recordings to learn from; as many are held out, and as many judge
        recordings: usize = 12,
        /// Evaluations of the loss and its gradient for each model
        evaluations: usize = 200,
        /// Orbits of two bodies to learn from
        orbits: usize = 100,
        /// Models that learn one circle
        members: u64 = 10,
    }
}
// ANCHOR_END: knobs

/// The experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let seeds: Seeds = knobs.seeds;
    check(&knobs)?;
    // ANCHOR_END: settings

    // ANCHOR: steps
    let clean: Vec<Case> = Case::all(long(System::Spring, 0.0, &knobs), &CLEAN, &[2, 4, 8]);
    let scores: Vec<Vec<Score>> =
        seeds.each_of(&clean, |case, seed| case.score(knobs.evaluations, seed))?;
    evidence.show("steps", steps_table(&clean, &scores))?;
    // ANCHOR_END: steps

    // ANCHOR: modified
    let strides: [usize; 4] = [1, 2, 4, 8];
    let modified: Vec<Vec<[f64; 4]>> =
        seeds.each_of(&strides, |&stride, seed| distances(stride, &knobs, seed))?;
    evidence.show("modified", modified_table(&strides, &modified))?;
    // ANCHOR_END: modified

    // ANCHOR: hill
    let scales: [f64; 6] = [-0.2, 0.0, 0.1, 0.2, 0.5, 1.0];
    evidence.show("hill", hill_table(&scales))?;
    // ANCHOR_END: hill

    // ANCHOR: noise
    let noisy: Vec<Case> = Case::all(long(System::Spring, 0.1, &knobs), &NOISY, &[1, 2, 4, 8]);
    let found: Vec<Vec<Score>> =
        seeds.each_of(&noisy, |case, seed| case.score(knobs.evaluations, seed))?;
    evidence.show("noise", noise_table(&noisy, &found))?;
    // ANCHOR_END: noise

    // ANCHOR: bent
    evidence.show("bent", noise_figure(&noisy, &found))?;
    // ANCHOR_END: bent

    // ANCHOR: begun
    let begun: Vec<Vec<[f64; 2]>> = seeds.each_of(&[0.0, 0.1], |&noise, seed| {
        begun_with_single_steps(noise, &knobs, seed)
    })?;
    let spread: fn(&[[f64; 2]], usize) -> Spread =
        |runs, which| Spread::of(runs.iter().map(|run| run[which]));
    evidence.show(
        "begun",
        Facts::new()
            .with("single", spread(&begun[0], 0))
            .with("eight", spread(&begun[0], 1))
            .with("noisy_single", spread(&begun[1], 0))
            .with("noisy_eight", spread(&begun[1], 1))
            .with("setup", setup(&clean, &knobs)),
    )?;
    // ANCHOR_END: begun

    // ANCHOR: pendulum
    let swings: Vec<Case> = [0.03, 0.1]
        .into_iter()
        .flat_map(|noise| Case::all(long(System::Pendulum, noise, &knobs), &SWINGING, &[2]))
        .collect();
    let swung: Vec<Vec<Score>> =
        seeds.each_of(&swings, |case, seed| case.score(knobs.evaluations, seed))?;
    evidence.show("pendulum", pendulum_table(&swings, &swung))?;
    // ANCHOR_END: pendulum

    // ANCHOR: friction
    let frictions: Vec<(f64, Damped)> = [0.0, 0.05, 0.2]
        .into_iter()
        .flat_map(|friction| Damped::ALL.map(|model| (friction, model)))
        .collect();
    let damped: Vec<Vec<Swing>> = seeds.each_of(&frictions, |&(friction, model), seed| {
        swing([friction, 0.0], (model, Way::Midpoint), &knobs, seed)
    })?;
    evidence.show("friction", friction_table(&frictions, &damped))?;
    // ANCHOR_END: friction

    // ANCHOR: left
    evidence.show("left", left_figure(&frictions, &damped))?;
    // ANCHOR_END: left

    // ANCHOR: invented
    evidence.show(
        "invented",
        Facts::new()
            .with("euler", rubbed([0.0, 0.0], Way::Euler, &knobs)?)
            .with("noisy", rubbed([0.05, 0.1], Way::Midpoint, &knobs)?)
            .with("setup", setup(&noisy, &knobs)),
    )?;
    // ANCHOR_END: invented

    // ANCHOR: orbits
    let learners: [(Orbits, Rival); 6] = [
        (Orbits::PUBLISHED, Rival::Silence),
        (Orbits::PUBLISHED, Rival::Energy),
        (Orbits::TURNS, Rival::Energy),
        (Orbits::ANY, Rival::Energy),
        (Orbits::PUBLISHED, Rival::Plain),
        (Orbits::ANY, Rival::Plain),
    ];
    let orbits: Vec<Vec<Bodies>> = seeds.each_of(&learners, |&(from, rival), seed| {
        let fit = fit(&knobs, &[24, 24], 4);
        Bodies::learn(from, rival, knobs.orbits, &fit, seed)
    })?;
    evidence.show("orbits", orbits_table(&learners, &orbits))?;
    // ANCHOR_END: orbits

    // ANCHOR: published
    let pendulums: Recorded = Recorded::read("published-pendulum")?;
    evidence.show("published", released_table(&pendulums)?)?;
    // ANCHOR_END: published

    // ANCHOR: bodies
    evidence.show("bodies", bodies_table(&[&orbits[1], &orbits[4]]))?;
    // ANCHOR_END: bodies

    // ANCHOR: ensemble
    let activations: [Activation; 3] = [Activation::Silu, Activation::Tanh, Activation::Softplus];
    let teams: Vec<Vec<Network>> = Seeds::new(seeds.seed, knobs.members)
        .each_of(&activations, |&activation, seed| {
            on_one_circle(activation, &fit(&knobs, &[24, 24], 2), seed)
        })?;
    evidence.show("ensemble", ensemble_table(&activations, &teams))?;
    // ANCHOR_END: ensemble

    // ANCHOR: band
    evidence.show("band", band_figure(&activations, &teams))?;
    // ANCHOR_END: band
    Ok(())
}

// ANCHOR: check
/// Finds a mistake before anything runs.
fn check(knobs: &Knobs) -> hnn::Result<()> {
    knobs.seeds.check()?;
    for (name, count) in [("recordings", knobs.recordings), ("orbits", knobs.orbits)] {
        check_points(count).map_err(|error| error.named(name, count))?;
    }
    fit(knobs, &[24, 24], 5).check(8)?;
    Seeds::new(knobs.seeds.seed, knobs.members)
        .check()
        .map_err(|error| error.named("members", knobs.members))
}

/// The epilogue's model, with layers of these widths and so many times the evaluations.
fn fit(knobs: &Knobs, hidden: &[usize], times: usize) -> Fit {
    Fit {
        hidden: hidden.to_vec(),
        evaluations: knobs.evaluations.saturating_mul(times),
        ..Fit::default()
    }
}
// ANCHOR_END: check

// ANCHOR: case
const CLEAN: [Way; 6] = [
    Way::Differences,
    Way::Euler,
    Way::Midpoint,
    Way::Leapfrog,
    Way::Finer,
    Way::Unrolled,
];
const NOISY: [Way; 7] = [
    Way::Differences,
    Way::Middle,
    Way::Euler,
    Way::Midpoint,
    Way::Leapfrog,
    Way::Unrolled,
    Way::Recorded,
];

const SWINGING: [Way; 5] = [
    Way::Differences,
    Way::Euler,
    Way::Midpoint,
    Way::Leapfrog,
    Way::Unrolled,
];

/// The longer recordings of a system, with this noise.
fn long(system: System, noise: f64, knobs: &Knobs) -> Protocol {
    Protocol {
        noise,
        ..Protocol::long(system, knobs.recordings)
    }
}
// ANCHOR_END: case

// ANCHOR: setup
/// These cases in a line.
fn setup(cases: &[Case], knobs: &Knobs) -> Setup {
    let hidden = cases.iter().map(|case| dashed(&case.fit(1).hidden));
    let mut hidden: Vec<String> = hidden.collect();
    hidden.dedup();
    let (hidden, activation) = (hidden.join(" or "), Fit::default().activation);
    let (recordings, noise) = (knobs.recordings, cases[0].protocol.noise);
    Setup {
        network: format!("{hidden} units · {activation}"),
        data: format!("{recordings} recordings, noise {noise}"),
        gradient: "exact gradients, L-BFGS".into(),
        seeds: knobs.seeds.seeds,
        silence: "relative error 1".into(),
    }
}
// ANCHOR_END: setup

// ANCHOR: begin
/// The error of the field at the longest step: of what single steps have learned, and of what eight make of that.
fn begun_with_single_steps(noise: f64, knobs: &Knobs, seed: u64) -> hnn::Result<[f64; 2]> {
    let case = Case::all(long(System::Spring, noise, knobs), &[Way::Leapfrog], &[8])[0];
    let mut random = Gaussian::from_seed(seed);
    let [training, held_out, clean] = case.draw(&mut random);
    let (fit, data) = (case.fit(knobs.evaluations), [&training, &held_out]);
    let single = Learned::fit(Way::Leapfrog, data, case.step(), &fit, &mut random)?;
    let eight = match (&single, Way::Unrolled.leaps()) {
        (Learned::Parts(model), Some(leaps)) => {
            Learned::follow(model.clone(), leaps, data, case.step(), &fit)?
        }
        _ => single.clone(),
    };
    let error = |learned| Score::of(learned, &case, &clean);
    Ok([error(&single)?.field, error(&eight)?.field])
}
// ANCHOR_END: begin

// ANCHOR: tables
fn of(scores: &[Score], number: fn(&Score) -> f64) -> Spread {
    Spread::of(scores.iter().map(number))
}

fn steps_table(cases: &[Case], scores: &[Vec<Score>]) -> Table {
    Table::of(cases.iter().zip(scores))
        .column("way", |(case, _)| case.way.name())
        .column("step", |(case, _)| format!("{:.2}", case.step()))
        .column("its own loss", |(_, scores)| of(scores, |s| s.own))
        .column("field", |(_, scores)| of(scores, |s| s.field))
        .column("energy", |(_, scores)| of(scores, |s| s.energy))
        .column("energy, own steps", |(_, scores)| {
            match scores[0].own_energy.is_nan() {
                true => "-".into(),
                false => of(scores, |s| s.own_energy).to_string(),
            }
        })
        .column("clock", |(_, scores)| of(scores, |s| s.clock))
        .column("by formula", |(case, _)| {
            brief(
                case.way
                    .clock(case.protocol.system.frequency() * case.step()),
            )
        })
        .table()
}

/// With noise: the error of the field, a column a step.
fn noise_table(cases: &[Case], scores: &[Vec<Score>]) -> Table {
    let steps = cases.iter().filter(|case| case.way == cases[0].way).count();
    let rows: Vec<_> = cases.chunks(steps).zip(scores.chunks(steps)).collect();
    Table::of(rows)
        .column("way", |(cases, _)| cases[0].way.name())
        .across(
            cases[..steps].iter().enumerate(),
            |(_, case)| format!("{:.2}", case.step()),
            |(_, scores), (which, _)| of(&scores[which], |s| s.field),
        )
        .table()
}
/// The pendulum; a clock may be fast or slow.
fn pendulum_table(cases: &[Case], scores: &[Vec<Score>]) -> Table {
    Table::of(cases.iter().zip(scores))
        .column("noise", |(case, _)| case.protocol.noise)
        .column("way", |(case, _)| case.way.name())
        .column("field", |(_, scores)| of(scores, |s| s.field))
        .column("energy", |(_, scores)| of(scores, |s| s.energy))
        .column("clock, off by", |(_, scores)| of(scores, |s| s.clock.abs()))
        .table()
}
// ANCHOR_END: tables

// ANCHOR: noise-figure
/// The median error of the field against the time from one state to the next.
fn noise_figure(cases: &[Case], scores: &[Vec<Score>]) -> hnn::Result<Figure> {
    let colours = [
        Colour::Ink,
        Colour::Orange,
        Colour::Vermillion,
        Colour::Blue,
        Colour::Green,
        Colour::Purple,
    ];
    let shown = NOISY.iter().filter(|way| **way != Way::Recorded);
    let lines = shown.zip(colours).map(|(way, colour)| {
        let of_this = cases
            .iter()
            .zip(scores)
            .filter(|(case, _)| case.way == *way);
        let points = of_this.map(|(case, scores)| (case.step(), of(scores, |s| s.field).median));
        Series::new(way.name(), colour, points)
    });
    let medians = |way: Way| {
        let of_this = cases.iter().zip(scores).filter(|(case, _)| case.way == way);
        let medians = of_this.map(|(_, scores)| brief(of(scores, |s| s.field).median));
        medians.collect::<Vec<_>>().join(", ")
    };
    let description = format!(
        "The error of the field learned from noisy states of a spring, over the size of the true one, against the time from one \
         state to the next that counts: a line for each way. The midpoint's goes {}, and that of eight steps {}.",
        medians(Way::Midpoint),
        medians(Way::Unrolled)
    );
    let (x, y) = (
        Axis::log("time from state to state"),
        Axis::log("error of the field"),
    );
    let panel = Panel::new(x, y, lines.collect::<Vec<_>>());
    LineChart::single(
        "The same recordings, by steps of four lengths",
        description,
        panel,
    )
    .draw()
}
// ANCHOR_END: noise-figure

// ANCHOR: distances
/// The pendulum without noise: by midpoint steps the loss, and how far the field is from the true one and from that of the energy
/// that such steps should learn; and by leapfrog the loss.
fn distances(stride: usize, knobs: &Knobs, seed: u64) -> hnn::Result<[f64; 4]> {
    let case = |way| Case::all(long(System::Pendulum, 0.0, knobs), &[way], &[stride])[0];
    let midpoint = case(Way::Midpoint);
    let Protocol { system, .. } = midpoint.protocol;
    let step = midpoint.step();
    let mut random = Gaussian::from_seed(seed);
    let [training, held_out, clean] = midpoint.draw(&mut random);
    let data = [&training, &held_out];
    let fit = fit(knobs, &[24, 24], 5);
    let learned = Learned::fit(Way::Midpoint, data, step, &fit, &mut random)?;
    let asked = Way::Midpoint.labelled(&strided(&clean, stride), step)?;
    let field = learned.field(&asked.points);
    let truth = midpoint.protocol.field(&asked.points);
    let rows = asked.points.rows().into_iter();
    let method = rows.map(|z| system.modified_field(step, [z[0], z[1]]));
    let method = Points::from(method.collect::<Vec<_>>());
    let unit = rms_distance(truth.view(), Points::zeros(truth.dim()).view());
    let [own, far, near] =
        [&asked.field, &truth, &method].map(|to| rms_distance(field.view(), to.view()) / unit);
    let leapfrog = case(Way::Leapfrog).score(knobs.evaluations, seed)?;
    Ok([own, far, near, leapfrog.own])
}

fn modified_table(strides: &[usize], found: &[Vec<[f64; 4]>]) -> Table {
    let step = Protocol::published(System::Pendulum).step;
    let spread = |runs: &[[f64; 4]], which: usize| Spread::of(runs.iter().map(|run| run[which]));
    Table::of(strides.iter().zip(found))
        .column("step", |(stride, _)| {
            format!("{:.2}", *stride as f64 * step)
        })
        .column("midpoint's loss", |(_, runs)| spread(runs, 0))
        .column("from the truth", |(_, runs)| spread(runs, 1))
        .column("from the formula", |(_, runs)| spread(runs, 2))
        .column("leapfrog's loss", |(_, runs)| spread(runs, 3))
        .table()
}
// ANCHOR_END: distances

// ANCHOR: hill-table
fn hill_table(scales: &[f64]) -> Table {
    let x = 8.0 * System::Spring.frequency() * Protocol::long(System::Spring, 1).step;
    Table::of(scales)
        .column("s", |s| s)
        .column("eight steps of 0.41", |s| {
            format!("{:.3}", left_by_eight(*s, x))
        })
        .column("of 0.21", |s| format!("{:.3}", left_by_eight(*s, x / 2.0)))
        .table()
}
// ANCHOR_END: hill-table

// ANCHOR: swing
/// A pendulum with friction, learned in this way.
fn swing(
    [friction, noise]: [f64; 2],
    (model, way): (Damped, Way),
    knobs: &Knobs,
    seed: u64,
) -> hnn::Result<Swing> {
    let protocol = Protocol {
        friction,
        ..long(System::Pendulum, noise, knobs)
    };
    Swing::learn(&protocol, model, way, &fit(knobs, &[24, 24], 1), seed)
}

/// The friction that is found with this one and this noise.
fn rubbed(truly: [f64; 2], way: Way, knobs: &Knobs) -> hnn::Result<Spread> {
    let learn = |seed| swing(truly, (Damped::Rubbed, way), knobs, seed);
    let found = knobs.seeds.each(learn)?;
    Ok(Spread::of(found.iter().map(|swing| swing.friction)))
}
// ANCHOR_END: swing

// ANCHOR: friction-table
fn friction_table(frictions: &[(f64, Damped)], swings: &[Vec<Swing>]) -> Table {
    let spread =
        |swings: &[Swing], number: &dyn Fn(&Swing) -> f64| Spread::of(swings.iter().map(number));
    Table::of(frictions.iter().zip(swings))
        .column("friction", |((friction, _), _)| friction)
        .column("model", |((_, model), _)| model.name())
        .column("field", |(_, swings)| spread(swings, &|swing| swing.field))
        .column("energy left", |(_, swings)| {
            spread(swings, &|swing| Swing::at_the_end(&swing.left))
        })
        .column("in truth", |(_, swings)| {
            format!("{:.4}", Swing::at_the_end(&swings[0].truly))
        })
        .column("friction found", |((_, model), swings)| match model {
            Damped::Rubbed => spread(swings, &|swing| swing.friction).to_string(),
            _ => "-".into(),
        })
        .table()
}
// ANCHOR_END: friction-table

// ANCHOR: left-figure
/// The energy that is left along the motions of the strongest friction.
fn left_figure(frictions: &[(f64, Damped)], swings: &[Vec<Swing>]) -> hnn::Result<Figure> {
    let strongest = frictions.len() - Damped::ALL.len();
    let of_strongest = &swings[strongest..];
    let thin = |course: &[(f64, f64)]| course.iter().step_by(8).copied().collect::<Vec<_>>();
    let mut lines = vec![Series::new(
        "in truth",
        Colour::Ink,
        thin(&of_strongest[0][0].truly),
    )];
    let colours = [Colour::Vermillion, Colour::Blue, Colour::Green];
    for ((model, swings), colour) in Damped::ALL.iter().zip(of_strongest).zip(colours) {
        lines.push(Series::new(model.name(), colour, thin(&swings[0].left)));
    }
    let [truly, kept] = [&of_strongest[0][0].truly, &of_strongest[0][0].left]
        .map(|course| brief(Swing::at_the_end(course)));
    let title = format!("After ten turns {truly} of the energy is left, and H says {kept}");
    let description = format!(
        "The true energy along motions learned from a pendulum with friction {}, over its first value. In truth {truly} of it is \
         left after ten turns. The energy alone keeps {kept}.",
        frictions[strongest].0
    );
    let (x, y) = (Axis::new("turns"), Axis::new("share of the energy"));
    LineChart::single(title, description, Panel::new(x, y, lines)).draw()
}
// ANCHOR_END: left-figure

// ANCHOR: orbits-table
fn orbits_table(learners: &[(Orbits, Rival)], found: &[Vec<Bodies>]) -> Table {
    let name = |(from, rival): (Orbits, Rival)| match rival {
        Rival::Silence => "nothing",
        _ if from == Orbits::PUBLISHED => "published orbits",
        _ if from == Orbits::TURNS => "and other turns",
        _ => "and other middles",
    };
    let table = Table::of(learners.iter().zip(found))
        .column("model", |((_, rival), _)| match rival {
            Rival::Silence => "silence",
            Rival::Energy => "H",
            Rival::Plain => "plain",
        })
        .column("learned from", |(learner, _)| name(*learner))
        .across(
            TESTS.iter().enumerate(),
            |(_, (_, name))| *name,
            |(_, found), (which, _)| Spread::of(found.iter().map(|bodies| bodies.losses[which])),
        )
        .column("angular momentum", |((_, rival), found)| match rival {
            Rival::Silence => "-".into(),
            _ => Spread::of(found.iter().map(|bodies| bodies.turning)).to_string(),
        });
    table.table()
}
// ANCHOR_END: orbits-table

// ANCHOR: published-table
/// The recorded pendulums, with what the authors' README prints.
fn released_table(recorded: &Recorded) -> hnn::Result<Table> {
    let whole = recorded
        .each("steps")?
        .pop()
        .unwrap_or_else(|| recorded.clone());
    let columns = [
        "test loss",
        "q² + p²",
        "energy",
        "q² + p² of the data",
        "energy of the data",
    ];
    let mut table = Table::new([&["model"], &columns[..]].concat());
    for model in ["the true field", "H", "plain"] {
        let runs = whole.with("model", model)?;
        let mut row = vec![model.to_owned()];
        for column in columns {
            row.push(Spread::of(runs.numbers(column)?).to_string());
        }
        table.row(row);
    }
    table.row([
        "H, README",
        "0.0356 ± 0.0018",
        "0.0249 ± 0.0054",
        "-",
        "-",
        "-",
    ]);
    table.row([
        "plain, README",
        "0.0353 ± 0.0018",
        "0.042 ± 0.010",
        "-",
        "-",
        "-",
    ]);
    Ok(table)
}

/// Two bodies, with what the README prints.
fn bodies_table(orbits: &[&Vec<Bodies>]) -> Table {
    let printed = [
        ["2.82e-6 ± 0.04e-6", "3.9e-5 ± 0.5e-5"],
        ["2.96e-5 ± 0.09e-5", "0.063 ± 0.034"],
    ];
    Table::of(["H", "plain"].into_iter().zip(orbits).zip(printed))
        .column("model", |((name, _), _)| name)
        .column("test loss", |((_, found), _)| {
            Spread::of(found.iter().map(|bodies| bodies.losses[0]))
        })
        .column("README", |(_, [loss, _])| loss)
        .column("energy", |((_, found), _)| {
            Spread::of(found.iter().map(|bodies| bodies.energy))
        })
        .column("README's energy", |(_, [_, energy])| energy)
        .table()
}
// ANCHOR_END: published-table

// ANCHOR: ensemble-table
fn ensemble_table(activations: &[Activation], teams: &[Vec<Network>]) -> Table {
    let all = teams.concat();
    let of_all = [0.5, 1.0, 1.5].map(|radius| (None, radius, ring(radius, &all)));
    let rows = activations.iter().zip(teams);
    let rows = rows.flat_map(|(activation, team)| {
        [0.5, 1.0, 1.5].map(|radius| (Some(activation), radius, ring(radius, team)))
    });
    let rows = rows.chain(of_all);
    Table::of(rows.collect::<Vec<_>>())
        .column("activation", |(activation, ..)| {
            activation.map_or("all together".into(), ToString::to_string)
        })
        .column("radius", |(_, radius, _)| format!("{radius:.1}"))
        .column("error of the mean", |(.., [error, _])| brief(error))
        .column("spread", |(.., [_, spread])| brief(spread))
        .column("error in spreads", |(.., [error, spread])| {
            format!("{:.1}", error / spread)
        })
        .table()
}
// ANCHOR_END: ensemble-table

// ANCHOR: band-figure
/// The slope outwards that each model has learned, one panel an activation.
fn band_figure(activations: &[Activation], teams: &[Vec<Network>]) -> hnn::Result<Figure> {
    let radii: Vec<f64> = (1..=15).map(|i| f64::from(i) / 10.0).collect();
    let panels = activations.iter().zip(teams).map(|(activation, team)| {
        let lines = team
            .iter()
            .map(|network| radii.iter().map(|&r| (r, slope(network, r))).collect());
        let truth = Series::new("in truth", Colour::Ink, radii.iter().map(|&r| (r, r)));
        let mut series = vec![truth];
        series.extend(Series::each(
            "learned",
            Colour::Vermillion,
            lines.collect::<Vec<Vec<_>>>(),
        ));
        let name = format!("radius, {activation}");
        Panel::new(Axis::new(&name), Axis::new("slope of the energy"), series)
    });
    let said = activations.iter().zip(teams).map(|(activation, team)| {
        let at = Spread::of(team.iter().map(|network| slope(network, 1.5)));
        format!("{activation} {:.2} to {:.2}", at.smallest, at.largest)
    });
    let said = said.collect::<Vec<_>>().join(", ");
    LineChart {
        title: "Ten seeds differ by less than they err".into(),
        description: format!(
            "The slope of the energy outwards against the radius: the true one, and those of models that learned the circle of \
             radius 1 alone, a panel for each activation. At radius 1.5, where 1.5 is true, they say: {said}."
        ),
        panels: panels.collect(),
    }
    .draw()
}
// ANCHOR_END: band-figure

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: factors of T and V that make a leapfrog step x of the unit spring exact.
    fn exact_leapfrog(_x: f64) -> [f64; 2] {
        [f64::NAN; 2]
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_leapfrog(answer: fn(f64) -> [f64; 2]) -> Result<(), String> {
        for x in [0.1f64, 0.8, 2.0] {
            let [kinetic, potential] = answer(x);
            let (mut q, mut p) = (0.6, -0.3);
            p -= x / 2.0 * potential * q;
            q += x * kinetic * p;
            p -= x / 2.0 * potential * q;
            let truly = [
                0.6 * x.cos() - 0.3 * x.sin(),
                -0.3 * x.cos() - 0.6 * x.sin(),
            ];
            let missed = (q - truly[0]).hypot(p - truly[1]);
            if missed.is_nan() || missed > 1e-12 {
                return Err(format!("a step of {x} misses the spring by {missed}"));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn exact_leapfrog_solved(x: f64) -> [f64; 2] {
        [x.sin() / x, 2.0 * (x / 2.0).tan() / x]
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn exact_leapfrog` first"]
    fn exercise_1() -> Result<(), String> {
        check_leapfrog(exact_leapfrog)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_leapfrog(exact_leapfrog_solved)?;
        // ANCHOR_END: try-1
        assert!(
            check_leapfrog(|_| [1.0; 2]).is_err(),
            "the true energy passes"
        );
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: the deviation of (-z₂ + 8 z₁ - 8 z₋₁ + z₋₂)/12h, each z with its own noise.
    fn noise_of_slope(_noise: f64, _h: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_noise(answer: fn(f64, f64) -> f64) -> Result<(), String> {
        use hnn::random::RandomSource;
        let random = &mut Gaussian::from_seed(0);
        for (noise, h) in [(0.1, 0.1), (0.02, 0.4)] {
            let mut z = || noise * random.standard();
            let slopes = (0..100_000).map(|_| (8.0 * (z() - z()) - z() + z()) / (12.0 * h));
            let found = (slopes.map(|x| x * x).sum::<f64>() / 1e5).sqrt();
            let said = answer(noise, h);
            if said.is_nan() || (said / found - 1.0).abs() > 0.02 {
                return Err(format!(
                    "noise of {noise} at a step of {h} gives {found}, not {said}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn noise_of_slope_solved(noise: f64, h: f64) -> f64 {
        130f64.sqrt() / 12.0 * noise / h
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn noise_of_slope` first"]
    fn exercise_2() -> Result<(), String> {
        check_noise(noise_of_slope)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_noise(noise_of_slope_solved)?;
        // ANCHOR_END: try-2
        assert!(
            check_noise(|noise, h| 18.0 / 12.0 * noise / h).is_err(),
            "noises add"
        );
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: the least RMS over the disc that any energy leaves of friction γ.
    fn floor_of_friction(_friction: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_floor(answer: fn(f64) -> f64) -> Result<(), String> {
        let friction = 0.2;
        let disc = hnn::phase_space::sunflower(20_000);
        // The best energy has a term c q p beside the spring's.
        let left = |c: f64| {
            let rows = disc.rows().into_iter();
            let squares = rows.map(|z| (c * z[0]).powi(2) + ((friction - c) * z[1]).powi(2));
            (squares.sum::<f64>() / disc.nrows() as f64).sqrt()
        };
        let tried = (0..=200).map(|i| left(f64::from(i) / 1000.0));
        let (best, said) = (tried.fold(f64::INFINITY, f64::min), answer(friction));
        if said.is_nan() || (said / best - 1.0).abs() > 1e-3 {
            return Err(format!(
                "a friction of {friction} leaves {best}, not {said}"
            ));
        }
        Ok(())
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn floor_of_friction_solved(friction: f64) -> f64 {
        friction / 8f64.sqrt()
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn floor_of_friction` first"]
    fn exercise_3() -> Result<(), String> {
        check_floor(floor_of_friction)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_floor(floor_of_friction_solved)?;
        // ANCHOR_END: try-3
        assert!(
            check_floor(|friction| friction / 2.0).is_err(),
            "all of the friction is left"
        );
        Ok(())
    }
}
