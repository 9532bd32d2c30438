//! Coda, recordings: what can be learned from states at times, which is all that anyone measures.
//!
//! `cargo run --example recordings`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Table, brief,
};
use hnn::learning::{Fit, Schedule, Seeds};
use hnn::measure::Spread;
use hnn::mechanics::{exact, fields_of};
use hnn::model::{Activation, Network};
use hnn::phase_space::{Dataset, Oscillator, Points, check_points, even_circle, rms_distance};
use hnn::random::Gaussian;
use hnn::trial::friction::{Damped, Swing};
use hnn::trial::orbits::{Bodies, Rival, Starts, TESTS, of_field};
use hnn::trial::recording::{Learned, Protocol, Score, System, Way};
use hnn::trial::released::{Released, released_pendulum};
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
        /// Recordings to learn from; as many are held out
        recordings: usize = 25,
        /// Evaluations of the loss and its gradient for each model
        evaluations: usize = 300,
        /// Orbits of two bodies to learn from
        orbits: usize = 100,
        /// Steps of the published protocol
        steps: usize = 2000,
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
    let mut cases: Vec<Case> = Vec::new();
    for noise in [0.0, 0.1] {
        for way in Way::ALL {
            let longer = [0.5, 1.0, 2.0, 4.0];
            cases.extend(longer.map(|longer| Case::new(System::Spring, way, longer, noise)));
        }
    }
    let scores: Vec<Vec<Score>> = seeds.each_of(&cases, |case, seed| case.score(&knobs, seed))?;
    evidence.show("steps", steps_table(&cases, &scores))?;
    // ANCHOR_END: steps

    // ANCHOR: modified
    let longer: [f64; 4] = [1.0, 2.0, 4.0, 8.0];
    let modified: Vec<Vec<[f64; 3]>> =
        seeds.each_of(&longer, |&longer, seed| distances(longer, &knobs, seed))?;
    evidence.show("modified", modified_table(&longer, &modified))?;
    // ANCHOR_END: modified

    // ANCHOR: begun
    let begun: Vec<[f64; 2]> = seeds.each(|seed| begun_with_single_steps(&knobs, seed))?;
    evidence.show(
        "begun",
        Facts::new()
            .with("single", Spread::of(begun.iter().map(|run| run[0])))
            .with("eight", Spread::of(begun.iter().map(|run| run[1]))),
    )?;
    // ANCHOR_END: begun

    // ANCHOR: noise
    evidence.show("noise", noise_figure(&cases, &scores))?;
    // ANCHOR_END: noise

    // ANCHOR: pendulum
    let swings: Vec<Case> = Way::ALL
        .map(|way| Case::new(System::Pendulum, way, 1.0, 0.1))
        .to_vec();
    let swung: Vec<Vec<Score>> = seeds.each_of(&swings, |case, seed| case.score(&knobs, seed))?;
    evidence.show("pendulum", ways_table(&swings, &swung))?;
    // ANCHOR_END: pendulum

    // ANCHOR: orbits
    let learners: [(Starts, Rival); 5] = [
        (Starts::Published, Rival::Silence),
        (Starts::Published, Rival::Energy),
        (Starts::Published, Rival::Plain),
        (Starts::Any, Rival::Energy),
        (Starts::Any, Rival::Plain),
    ];
    let orbits: Vec<Vec<Bodies>> = seeds.each_of(&learners, |&(starts, rival), seed| {
        let fit = fit(&knobs, &[24, 24], 3);
        Bodies::learn(starts, rival, knobs.orbits, &fit, seed)
    })?;
    evidence.show("orbits", orbits_table(&learners, &orbits))?;
    // ANCHOR_END: orbits

    // ANCHOR: published
    let pendulums: Vec<Released> = seeds.each(|seed| released_pendulum(knobs.steps, seed))?;
    evidence.show("published", published_table(&pendulums, &orbits))?;
    // ANCHOR_END: published

    // ANCHOR: friction
    let frictions: Vec<(f64, Damped)> = [0.0, 0.05, 0.2]
        .into_iter()
        .flat_map(|friction| Damped::ALL.map(|model| (friction, model)))
        .collect();
    let damped: Vec<Vec<Swing>> = seeds.each_of(&frictions, |&(friction, model), seed| {
        let fit = fit(&knobs, &[24, 24], 1);
        Swing::learn(friction, model, knobs.recordings, &fit, seed)
    })?;
    evidence.show("friction", friction_table(&frictions, &damped))?;
    // ANCHOR_END: friction

    // ANCHOR: left
    evidence.show("left", left_figure(&frictions, &damped))?;
    // ANCHOR_END: left

    // ANCHOR: ensemble
    let activations: [Activation; 3] = [Activation::Silu, Activation::Tanh, Activation::Softplus];
    let teams: Vec<Vec<Network>> = Seeds::new(seeds.seed, knobs.members)
        .each_of(&activations, |&activation, seed| {
            on_one_circle(activation, &knobs, seed)
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
    let points = |name: &'static str, count: usize| {
        check_points(count).map_err(|error| error.named(name, count))
    };
    points("recordings", knobs.recordings)?;
    points("orbits", knobs.orbits)?;
    Schedule::Constant
        .check(1.0, knobs.steps)
        .map_err(|error| error.named("steps", knobs.steps))?;
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
/// Recordings of a system, and how they are learned from.
#[derive(Clone, Copy)]
struct Case {
    protocol: Protocol,
    way: Way,
    /// By how much the time between two states is longer than the published one.
    longer: f64,
}

impl Case {
    fn new(system: System, way: Way, longer: f64, noise: f64) -> Self {
        let published = Protocol::published(system);
        let protocol = Protocol {
            step: longer * published.step,
            noise,
            ..published
        };
        Self {
            protocol,
            way,
            longer,
        }
    }

    fn score(&self, knobs: &Knobs, seed: u64) -> hnn::Result<Score> {
        let mut random = Gaussian::from_seed(seed);
        let protocol = Protocol {
            recordings: knobs.recordings,
            ..self.protocol
        };
        let (training, _) = protocol.draw(&mut random);
        let (held_out, clean) = protocol.draw(&mut random);
        let hidden = match self.way {
            Way::Leapfrog | Way::Unrolled => [16, 16],
            _ => [24, 24],
        };
        let (fit, step) = (fit(knobs, &hidden, 1), protocol.step);
        let learned = Learned::fit(self.way, [&training, &held_out], step, &fit, &mut random)?;
        Score::of(&learned, self.way, &protocol, &clean)
    }

    /// By how much what is learned of a spring is fast, if its way is followed to the letter; x = ωh.
    fn formula(&self) -> f64 {
        let x = self.protocol.system.frequency() * self.protocol.step;
        match self.way {
            Way::Differences => (8.0 * x.sin() - (2.0 * x).sin()) / (6.0 * x) - 1.0,
            Way::Euler => x.sin() / x - 1.0,
            Way::Midpoint => 2.0 * (x / 2.0).tan() / x - 1.0,
            Way::Leapfrog | Way::Unrolled => 2.0 * (x / 2.0).sin() / x - 1.0,
        }
    }
}
// ANCHOR_END: case

// ANCHOR: begin
/// The error of the field at the longest step, of what single steps have learned, and of what eight make of that.
fn begun_with_single_steps(knobs: &Knobs, seed: u64) -> hnn::Result<[f64; 2]> {
    let Case { protocol, .. } = Case::new(System::Spring, Way::Unrolled, 4.0, 0.0);
    let protocol = Protocol {
        recordings: knobs.recordings,
        ..protocol
    };
    let mut random = Gaussian::from_seed(seed);
    let (training, _) = protocol.draw(&mut random);
    let (held_out, clean) = protocol.draw(&mut random);
    let (fit, data) = (fit(knobs, &[16, 16], 1), [&training, &held_out]);
    let single = Learned::fit(Way::Leapfrog, data, protocol.step, &fit, &mut random)?;
    let Learned::Parts(model) = single.clone() else {
        return Ok([f64::NAN; 2]);
    };
    let eight = Learned::follow(model, 8, data, protocol.step, &fit)?;
    let error = |learned| Score::of(learned, Way::Leapfrog, &protocol, &clean).map(|s| s.field);
    Ok([error(&single)?, error(&eight)?])
}
// ANCHOR_END: begin

// ANCHOR: ways-table
fn of(scores: &[Score], number: fn(&Score) -> f64) -> Spread {
    Spread::of(scores.iter().map(number))
}

/// What is wrong with each way.
fn ways_table(cases: &[Case], scores: &[Vec<Score>]) -> Table {
    Table::of(cases.iter().zip(scores))
        .column("way", |(case, _)| case.way.name())
        .column("its own loss", |(_, scores)| of(scores, |s| s.own))
        .column("field", |(_, scores)| of(scores, |s| s.field))
        .column("energy", |(_, scores)| of(scores, |s| s.energy))
        .column("clock", |(_, scores)| of(scores, |s| s.clock))
        .table()
}

/// The same without noise, for steps of several lengths, with what the clock should be.
fn steps_table(cases: &[Case], scores: &[Vec<Score>]) -> Table {
    let rows = cases.iter().zip(scores);
    let rows: Vec<_> = rows
        .filter(|(case, _)| case.protocol.noise == 0.0 && case.longer >= 1.0)
        .collect();
    Table::of(rows)
        .column("way", |(case, _)| case.way.name())
        .column("step", |(case, _)| format!("{:.2}", case.protocol.step))
        .column("its own loss", |(_, scores)| of(scores, |s| s.own))
        .column("field", |(_, scores)| of(scores, |s| s.field))
        .column("energy", |(_, scores)| of(scores, |s| s.energy))
        .column("clock", |(_, scores)| of(scores, |s| s.clock))
        .column("by formula", |(case, _)| brief(case.formula()))
        .table()
}
// ANCHOR_END: ways-table

// ANCHOR: noise-figure
const COLOURS: [Colour; 5] = [
    Colour::Ink,
    Colour::Vermillion,
    Colour::Blue,
    Colour::Green,
    Colour::Purple,
];

/// The median error of the field against the time between two states, without noise and with it.
fn noise_figure(cases: &[Case], scores: &[Vec<Score>]) -> hnn::Result<Figure> {
    let panel = |noise: f64| {
        let lines = Way::ALL.iter().zip(COLOURS).map(|(way, colour)| {
            let of_this = cases
                .iter()
                .zip(scores)
                .filter(|(case, _)| case.way == *way && case.protocol.noise == noise);
            let points =
                of_this.map(|(case, scores)| (case.protocol.step, of(scores, |s| s.field).median));
            Series::new(way.name(), colour, points)
        });
        let name = format!("time between two states, noise {noise}");
        Panel::new(
            Axis::log(&name),
            Axis::log("error of the field"),
            lines.collect::<Vec<_>>(),
        )
    };
    LineChart {
        title: "Short steps for clean states, long ones for noisy".into(),
        description: "The error of the learned field, over the size of the true one, against the time between two states, on logarithmic \
            axes. Without noise all five ways get worse as it grows, Euler's fastest. With noise of 0.1 they get better \
            first: there is a best step."
            .into(),
        panels: vec![panel(0.0), panel(0.1)],
    }
    .draw()
}
// ANCHOR_END: noise-figure

// ANCHOR: distances
/// The pendulum by midpoint steps without noise: the loss, and how far the field is from the true one and from that of the
/// modified energy.
fn distances(longer: f64, knobs: &Knobs, seed: u64) -> hnn::Result<[f64; 3]> {
    let case = Case::new(System::Pendulum, Way::Midpoint, longer, 0.0);
    let Protocol { system, step, .. } = case.protocol;
    let mut random = Gaussian::from_seed(seed);
    let protocol = Protocol {
        recordings: knobs.recordings,
        ..case.protocol
    };
    let (training, _) = protocol.draw(&mut random);
    let (held_out, clean) = protocol.draw(&mut random);
    let fit = fit(knobs, &[24, 24], 5);
    let learned = Learned::fit(case.way, [&training, &held_out], step, &fit, &mut random)?;
    let asked = case.way.labelled(&clean, step)?;
    let field = learned.field(&asked.points);
    let of_rows = |at: &dyn Fn([f64; 2]) -> [f64; 2]| {
        Points::from(
            asked
                .points
                .rows()
                .into_iter()
                .map(|z| at([z[0], z[1]]))
                .collect::<Vec<_>>(),
        )
    };
    let truth = of_rows(&|z| system.field(0.0, z));
    let modified = of_rows(&|z| system.modified_field(step, z));
    let unit = rms_distance(truth.view(), Points::zeros(truth.dim()).view());
    Ok([&asked.field, &truth, &modified].map(|to| rms_distance(field.view(), to.view()) / unit))
}

fn modified_table(longer: &[f64], found: &[Vec<[f64; 3]>]) -> Table {
    let step = Protocol::published(System::Pendulum).step;
    let spread = |runs: &[[f64; 3]], which: usize| Spread::of(runs.iter().map(|run| run[which]));
    Table::of(longer.iter().zip(found))
        .column("step", |(longer, _)| format!("{:.2}", *longer * step))
        .column("its own loss", |(_, runs)| spread(runs, 0))
        .column("from the true field", |(_, runs)| spread(runs, 1))
        .column("from the modified one", |(_, runs)| spread(runs, 2))
        .table()
}
// ANCHOR_END: distances

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
fn orbits_table(learners: &[(Starts, Rival)], found: &[Vec<Bodies>]) -> Table {
    let table = Table::of(learners.iter().zip(found))
        .column("learned from", |((starts, rival), _)| {
            match (starts, rival) {
                (_, Rival::Silence) => "nothing",
                (Starts::Any, _) => "any orbits",
                _ => "published ones",
            }
        })
        .column("model", |((_, rival), _)| match rival {
            Rival::Silence => "silence",
            Rival::Energy => "H",
            Rival::Plain => "plain",
        })
        .across(
            TESTS.iter().enumerate(),
            |(_, (_, name))| *name,
            |(_, found), (which, _)| Spread::of(found.iter().map(|bodies| bodies.losses[which])),
        )
        .column("angular momentum", |(_, found)| {
            Spread::of(found.iter().map(|bodies| bodies.turning))
        });
    table.table()
}
// ANCHOR_END: orbits-table

// ANCHOR: published-table
/// What the authors' README prints beside ours.
fn published_table(pendulums: &[Released], orbits: &[Vec<Bodies>]) -> Table {
    let mut table = Table::new([
        "system",
        "model",
        "test loss",
        "published",
        "energy",
        "q² + p²",
        "published energy",
    ]);
    let losses = ["-", "0.0356 ± 0.0018", "0.0353 ± 0.0018"];
    let energies = ["-", "0.0249 ± 0.0054", "0.042 ± 0.010"];
    for (which, name) in ["the true field", "H", "plain"].into_iter().enumerate() {
        let spread = |of: fn(&Released) -> &[f64; 3]| {
            Spread::of(pendulums.iter().map(|found| of(found)[which])).to_string()
        };
        let ours = [
            spread(|found| &found.losses),
            spread(|found| &found.energies),
            spread(|found| &found.squares),
        ];
        let [loss, energy, squares] = &ours;
        table.row([
            "pendulum",
            name,
            loss,
            losses[which],
            energy,
            squares,
            energies[which],
        ]);
    }
    let losses = ["2.82e-6 ± 0.04e-6", "2.96e-5 ± 0.09e-5"];
    let energies = ["3.9e-5 ± 0.5e-5", "0.063 ± 0.034"];
    for (which, name) in ["H", "plain"].into_iter().enumerate() {
        let spread =
            |of: fn(&Bodies) -> f64| Spread::of(orbits[which + 1].iter().map(of)).to_string();
        let [loss, energy] = [
            spread(|found| found.losses[0]),
            spread(|found| found.energy),
        ];
        table.row([
            "two bodies",
            name,
            &loss,
            losses[which],
            &energy,
            "-",
            energies[which],
        ]);
    }
    table
}
// ANCHOR_END: published-table

// ANCHOR: members
/// An energy learned from the unit spring's circle of radius 1.
fn on_one_circle(activation: Activation, knobs: &Knobs, seed: u64) -> hnn::Result<Network> {
    let data = Dataset::of(&Oscillator::UNIT, even_circle(256))?.without_energy();
    let fit = Fit {
        activation,
        ..fit(knobs, &[24, 24], 1)
    };
    of_field(&data, &fit, &mut Gaussian::from_seed(seed))
}

/// What models say on a circle: how far their mean is from the truth, and how far they are from their mean, in the root mean
/// square.
fn ring(radius: f64, members: &[Network]) -> [f64; 2] {
    let circle = radius * even_circle(360);
    let fields: Vec<Points> = members
        .iter()
        .map(|network| exact(network, circle.view()))
        .collect();
    let sum = fields
        .iter()
        .fold(Points::zeros(circle.dim()), |sum, field| sum + field);
    let mean = sum / members.len() as f64;
    let truth = fields_of(&circle);
    let squares = fields
        .iter()
        .map(|field| rms_distance(field.view(), mean.view()).powi(2));
    let spread = (squares.sum::<f64>() / members.len() as f64).sqrt();
    [rms_distance(mean.view(), truth.view()), spread]
}

/// The slope of an energy outwards, the mean over a circle; in truth it is the radius.
fn slope(network: &Network, radius: f64) -> f64 {
    let circle = radius * even_circle(360);
    (network.gradient(circle.view()) * &circle).sum() / (radius * circle.nrows() as f64)
}
// ANCHOR_END: members

// ANCHOR: ensemble-table
fn ensemble_table(activations: &[Activation], teams: &[Vec<Network>]) -> Table {
    let rows = activations.iter().zip(teams);
    let rows = rows.flat_map(|(activation, team)| {
        [0.5, 1.0, 1.5].map(|radius| (activation, radius, ring(radius, team)))
    });
    Table::of(rows.collect::<Vec<_>>())
        .column("activation", |(activation, ..)| activation)
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
    use hnn::mechanics::step::leapfrog;
    use hnn::phase_space::sunflower;
    use hnn::random::RandomSource;

    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: two factors, of T and of V, with which a step of leapfrog is exact for the spring of frequency 1; x is the step.
    fn exact_leapfrog(_x: f64) -> [f64; 2] {
        [f64::NAN; 2]
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_leapfrog(answer: fn(f64) -> [f64; 2]) -> Result<(), String> {
        for x in [0.1f64, 0.8, 2.0] {
            let [kinetic, potential] = answer(x);
            let (velocity, force) = (
                |p: &[f64]| [kinetic * p[0]],
                |q: &[f64]| [-potential * q[0]],
            );
            let [q, p] = leapfrog(velocity, force, [0.6, -0.3], x);
            let there = Oscillator::UNIT.after([0.6, -0.3], x);
            let missed = (q - there[0]).hypot(p - there[1]);
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
    /// Your turn: the standard deviation of the slope (-z₂ + 8 z₁ - 8 z₋₁ + z₋₂)/12h, where each z has noise of its own.
    fn noise_of_slope(_noise: f64, _h: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_noise(answer: fn(f64, f64) -> f64) -> Result<(), String> {
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
    /// Your turn: the least root mean square over the unit disc that any energy leaves of the unit spring with friction γ.
    fn floor_of_friction(_friction: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_floor(answer: fn(f64) -> f64) -> Result<(), String> {
        let friction = 0.2;
        // The best energy has a term in q p; more of it, or less, is worse.
        let left = |c: f64| {
            let squares = sunflower(20_000)
                .rows()
                .into_iter()
                .map(|z| {
                    let (velocity, force) = (c * z[0], (friction - c) * z[1]);
                    velocity * velocity + force * force
                })
                .sum::<f64>();
            (squares / 20_000.0).sqrt()
        };
        let best = (0..=200)
            .map(|i| left(f64::from(i) / 1000.0))
            .fold(f64::INFINITY, f64::min);
        let said = answer(friction);
        if said.is_nan() || (said / best - 1.0).abs() > 1e-3 {
            return Err(format!(
                "with a friction of {friction} the best leaves {best}, not {said}"
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
