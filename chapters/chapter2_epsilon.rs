//! Chapter 2, epsilon: what does the step of the differences change, and how wrong is a difference?
//!
//! `cargo run --example chapter2`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Mark, Panel, Series, Setup, Table, brief,
    thousands,
};
use hnn::measure::{Rounded, Spread, Sweep, Theory, relative_error};
use hnn::mechanics::{Difference, Kind};
use hnn::model::{Network, Real};
use hnn::notebook::{Losses, Notebook};
use hnn::phase_space::{Points, logspace, sunflower};
use hnn::trial::{Data, Outcome, Settings, setup};
// ANCHOR_END: uses

// ANCHOR: epsilons
/// The notebook's epsilon.
const NOTEBOOKS: f64 = 1e-7;

/// Every power of ten from large to absurd.
const EPSILONS: [f64; 18] = [
    1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15,
    1e-16, 1e-20, 1e-30,
];
// ANCHOR_END: epsilons

// ANCHOR: points
/// How many points of the disc a difference is compared at.
const POINTS: usize = 200;
// ANCHOR_END: points

fn main() -> std::process::ExitCode {
    let about =
        "Changes the step of the notebook's differences, and measures how wrong differences are";
    hnn::cli::run("chapter2", about, experiment)
}

/// The chapter's experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: weights
    settings.check()?;
    let reference: Vec<(Losses, Network)> = notebooks(&settings, &short_run(NOTEBOOKS))?;
    let runs: Vec<Vec<(Losses, Network)>> = EPSILONS
        .iter()
        .map(|&epsilon| notebooks(&settings, &short_run(epsilon)))
        .collect::<hnn::Result<_>>()?;
    let all: usize = parameters(&reference);
    evidence.show(
        "weights",
        Table::of(EPSILONS.iter().zip(&runs))
            .column("ε", |(epsilon, _)| format!("{epsilon:e}"))
            .column("printed loss", |(_, runs)| printed(runs))
            .column(
                &format!("weights equal, of {}", thousands(all)),
                |(_, runs)| thousands(same_bits(&reference, runs)),
            ),
    )?;
    // ANCHOR_END: weights

    // ANCHOR: weights-facts
    let short: Setup =
        short_run(NOTEBOOKS).setup(settings.seeds.seeds, brief(Data::Circle.silence()));
    evidence.show(
        "printed",
        printed_facts(&reference, &runs).with("setup", short),
    )?;
    // ANCHOR_END: weights-facts

    // ANCHOR: stops
    let stops: Vec<(f64, Vec<usize>)> = [1e-1, 1e-4, NOTEBOOKS, 1e-10, 1e-16]
        .into_iter()
        .map(|epsilon| {
            let runs = notebooks(&settings, &impatient_run(epsilon))?;
            let epochs = runs.iter().map(|(losses, _)| losses.train.len());
            Ok((epsilon, epochs.collect()))
        })
        .collect::<hnn::Result<_>>()?;
    evidence.show(
        "stops",
        Table::of(&stops)
            .column("ε", |(epsilon, _)| format!("{epsilon:e}"))
            .across(
                settings.seeds.range().zip(0..),
                |(seed, _)| format!("epochs, seed {seed}"),
                |(_, epochs), (_, index): (u64, usize)| epochs[index],
            ),
    )?;
    // ANCHOR_END: stops

    // ANCHOR: smooth
    let smooth: [Vec<Network>; 2] = [
        settings.seeds.each(|seed| Ok(settings.start(seed)?.1))?,
        settings
            .seeds
            .each(|seed| Ok(Outcome::of(&settings, seed)?.network))?,
    ];
    // ANCHOR_END: smooth

    // ANCHOR: single
    let mut off: Vec<(f64, f64)> = Vec::new();
    for &epsilon in &EPSILONS[1..12] {
        let error = best(&sweeps::<f32>(&smooth[1], Difference::Forward, &[epsilon])?).1;
        off.push((epsilon, error.median));
    }
    evidence.show(
        "single",
        Table::of(&off)
            .column("ε", |(epsilon, _)| format!("{epsilon:e}"))
            .column("inputs unmoved", |(epsilon, _)| {
                share_lost(&smooth[1], *epsilon, 0)
            })
            .column("energies unmoved", |(epsilon, _)| {
                share_lost(&smooth[1], *epsilon, 1)
            })
            .column("error of the slopes", |(_, error)| {
                format!("{}%", brief(100.0 * error))
            }),
    )?;
    // ANCHOR_END: single

    // ANCHOR: single-facts
    let nudged: f32 = (0.6f32 + 1e-7f32) - 0.6f32;
    evidence.show(
        "f32",
        Facts::new()
            .with("spacing", brief(f32::EPSILON.into()))
            .with("nudged", brief(nudged.into())),
    )?;
    // ANCHOR_END: single-facts

    // ANCHOR: sweep
    let steps: Vec<f64> = logspace(-1.0, -16.0, 61).to_vec();
    let double: [[Vec<Sweep>; 2]; 2] = [
        both_kinds::<f64>(&smooth[0], &steps)?,
        both_kinds::<f64>(&smooth[1], &steps)?,
    ];
    let single: [[Vec<Sweep>; 2]; 2] = [
        both_kinds::<f32>(&smooth[0], &steps)?,
        both_kinds::<f32>(&smooth[1], &steps)?,
    ];
    // ANCHOR_END: sweep

    // ANCHOR: curves
    evidence.show("curves", curves(&smooth[0], &double[0], &single[0]))?;
    // ANCHOR_END: curves

    // ANCHOR: optima
    let best_steps: Vec<Optimum> = optima(&smooth, &double, &single);
    evidence.show(
        "optima",
        Table::of(&best_steps)
            .column("difference", |optimum| &optimum.name)
            .column("best ε", |optimum| brief(optimum.step))
            .column("predicted", |optimum| brief(optimum.predicted_step))
            .column("predicted error", |optimum| brief(optimum.predicted_error))
            .column("its error", |optimum| optimum.error),
    )?;
    // ANCHOR_END: optima

    // ANCHOR: optima-facts
    let looks = Setup {
        data: format!("{POINTS} points of the disc"),
        silence: "relative error 1".into(),
        ..setup([&settings], |_| Data::Disc)
    };
    evidence.show("v", v_facts(&smooth, &best_steps)?.with("setup", looks))?;
    // ANCHOR_END: optima-facts

    Ok(())
}

// ANCHOR: short-run
/// The notebook's settings on a tenth of its points, for five epochs, with this ε.
fn short_run(epsilon: f64) -> hnn::notebook::Settings {
    hnn::notebook::Settings {
        samples: 1000,
        epochs: 5,
        epsilon,
        ..Default::default()
    }
}

/// Runs the notebook once a seed: what it printed, and its last weights.
fn notebooks(
    settings: &Settings,
    notebook: &hnn::notebook::Settings,
) -> hnn::Result<Vec<(Losses, Network)>> {
    settings.seeds.each(|seed| {
        let mut notebook = Notebook::new(hnn::notebook::Settings {
            seed,
            ..notebook.clone()
        })?;
        let losses = notebook.train()?;
        Ok((losses, notebook.network().clone()))
    })
}
// ANCHOR_END: short-run

// ANCHOR: same-bits
/// How many weights and biases of these runs equal the reference's to the last bit.
fn same_bits(reference: &[(Losses, Network)], runs: &[(Losses, Network)]) -> usize {
    let pairs = reference.iter().zip(runs).flat_map(|((_, a), (_, b))| {
        let (a, b) = (a.parameters(), b.parameters());
        a.iter().zip(b)
    });
    pairs.filter(|(a, b)| a.to_bits() == b.to_bits()).count()
}
// ANCHOR_END: same-bits

// ANCHOR: weights-table
/// How many weights and biases these runs have together.
fn parameters(runs: &[(Losses, Network)]) -> usize {
    runs.iter()
        .map(|(_, network)| network.parameters().len())
        .sum()
}

/// The last training loss that each of these runs printed.
fn printed(runs: &[(Losses, Network)]) -> Spread {
    let last = |losses: &Losses| losses.train[losses.train.len() - 1];
    Spread::of(runs.iter().map(|(losses, _)| last(losses)))
}
// ANCHOR_END: weights-table

// ANCHOR: weights-facts-made
/// The numbers of that table which the sentences quote.
fn printed_facts(reference: &[(Losses, Network)], runs: &[Vec<(Losses, Network)>]) -> Facts {
    let median = |runs: &[(Losses, Network)]| brief(printed(runs).median);
    // At the notebook's ε the reference is compared with its repetition, which is no evidence about ε.
    let others: Vec<_> = EPSILONS
        .iter()
        .zip(runs)
        .filter(|&(&epsilon, _)| epsilon != NOTEBOOKS)
        .map(|(_, runs)| runs)
        .collect();
    let level = others
        .iter()
        .filter(|runs| median(runs) == median(reference))
        .count();
    let same = others.iter().map(|runs| same_bits(reference, runs));
    Facts::new()
        .with("others", others.len())
        .with("level", level)
        .with("same", thousands(same.sum()))
        .with("at_1e_30", format!("{:.4}", printed(&runs[17]).median))
}
// ANCHOR_END: weights-facts-made

// ANCHOR: stops-table
/// The same tenth of the points, now with early stopping, and a tenth of the notebook's patience.
fn impatient_run(epsilon: f64) -> hnn::notebook::Settings {
    hnn::notebook::Settings {
        samples: 1000,
        patience: 5,
        epsilon,
        ..Default::default()
    }
}
// ANCHOR_END: stops-table

// ANCHOR: sweeps
/// The error of the differences of a kind at every step, one sweep a network, computed in the precision T.
fn sweeps<T: Real + Sync>(
    networks: &[Network],
    kind: Kind,
    steps: &[f64],
) -> hnn::Result<Vec<Sweep>> {
    let points = sunflower(POINTS);
    let sweep = |network: &Network| Sweep::of::<T>(network, kind, steps, points.view());
    networks.iter().map(sweep).collect()
}

/// Forward and central differences.
fn both_kinds<T: Real + Sync>(networks: &[Network], steps: &[f64]) -> hnn::Result<[Vec<Sweep>; 2]> {
    Ok([
        sweeps::<T>(networks, Difference::Forward, steps)?,
        sweeps::<T>(networks, Difference::Central, steps)?,
    ])
}

/// The steps with the least errors, and those errors.
fn best(sweeps: &[Sweep]) -> (Spread, Spread) {
    (
        Spread::of(sweeps.iter().map(|sweep| sweep.best().0)),
        Spread::of(sweeps.iter().map(|sweep| sweep.best().1)),
    )
}
// ANCHOR_END: sweeps

// ANCHOR: curves-figure
/// The best steps and their errors as theory has them, in the precision T.
fn predicted<T: Real>(networks: &[Network], kind: Kind) -> Vec<(f64, f64)> {
    let points = sunflower(POINTS);
    let theories = networks
        .iter()
        .map(|network| Theory::of(network, points.view()));
    theories
        .map(|theory| theory.best(kind, T::UNIT_ROUNDOFF))
        .collect()
}

/// The lines of sweeps, errors that have no place on the axis left out.
fn lines(name: &str, colour: Colour, sweeps: &[Sweep]) -> Vec<Series> {
    let drawn = |&(_, error): &(f64, f64)| error > 0.0 && error.is_finite();
    let errors = sweeps
        .iter()
        .map(|sweep| sweep.errors.iter().copied().filter(drawn));
    Series::each(name, colour, errors)
}

/// Forward and central differences, and crosses where theory puts their best steps in the precision T.
fn curves_panel<T: Real>(
    title: &str,
    networks: &[Network],
    [forward, central]: &[Vec<Sweep>; 2],
) -> Panel {
    let crosses = [
        predicted::<T>(networks, Difference::Forward),
        predicted::<T>(networks, Difference::Central),
    ]
    .concat();
    let crosses = crosses.into_iter().filter(|(step, _)| step.is_finite());
    let mut series = lines("forward", Colour::Blue, forward);
    series.extend(lines("central", Colour::Vermillion, central));
    series.push(Series::new("predicted", Colour::Ink, crosses).marked(Mark::Cross));
    let x = Axis::log(format!("ε, {title}"));
    Panel::new(x.between(1e-16, 1e-1), Axis::log("relative error"), series)
}

/// The V of smooth networks, in double precision above and in single below.
fn curves(
    networks: &[Network],
    double: &[Vec<Sweep>; 2],
    single: &[Vec<Sweep>; 2],
) -> hnn::Result<Figure> {
    let least = |sweeps: &[Sweep]| brief(best(sweeps).1.median);
    let (forward, central) = (least(&double[0]), least(&double[1]));
    let title = format!(
        "Too long a step is wrong, and so is too short a one: at its best a forward difference is off by {forward} in \
         f64 and by {} in f32",
        least(&single[0])
    );
    let description = format!(
        "Relative error of the field by differences over the step, for {} networks with {}, before training. Each curve \
         is a V: it falls as the step shrinks, to {forward} for forward and {central} for central differences in f64, \
         and rises again. In f32 the V is higher and further right, and levels off at 1 where no nudge is left. Crosses \
         mark the best steps that theory predicts: they stand near the bottoms.",
        networks.len(),
        networks[0].activation(),
    );
    LineChart {
        title,
        description,
        panels: vec![
            curves_panel::<f64>("computed in f64", networks, double),
            curves_panel::<f32>("computed in f32", networks, single),
        ],
    }
    .draw()
}
// ANCHOR_END: curves-figure

// ANCHOR: optima-table
/// A best step and its error, measured and predicted.
struct Optimum {
    name: String,
    step: f64,
    error: Spread,
    predicted_step: f64,
    predicted_error: f64,
}

impl Optimum {
    fn of(name: String, sweeps: &[Sweep], predicted: Vec<(f64, f64)>) -> Self {
        let (step, error) = best(sweeps);
        Self {
            name,
            step: step.median,
            error,
            predicted_step: Spread::of(predicted.iter().map(|pair| pair.0)).median,
            predicted_error: Spread::of(predicted.iter().map(|pair| pair.1)).median,
        }
    }

    /// The factor between the step and its prediction.
    fn off(&self) -> f64 {
        let factor = self.step / self.predicted_step;
        factor.max(1.0 / factor)
    }
}

/// Before and after training, of both kinds, in both precisions.
fn optima(
    networks: &[Vec<Network>; 2],
    double: &[[Vec<Sweep>; 2]; 2],
    single: &[[Vec<Sweep>; 2]; 2],
) -> Vec<Optimum> {
    let mut optima = Vec::new();
    for (state, name) in ["initial", "trained"].into_iter().enumerate() {
        for (index, (kind_name, kind)) in Difference::KINDS.into_iter().enumerate() {
            let name = |numbers: &str| format!("{name}, {kind_name}, {numbers}");
            let networks = &networks[state];
            let predicted = (
                predicted::<f64>(networks, kind),
                predicted::<f32>(networks, kind),
            );
            optima.push(Optimum::of(name("f64"), &double[state][index], predicted.0));
            optima.push(Optimum::of(name("f32"), &single[state][index], predicted.1));
        }
    }
    optima
}
// ANCHOR_END: optima-table

// ANCHOR: optima-facts-made
/// The sizes, steps and errors that the sentences quote.
fn v_facts(smooth: &[Vec<Network>; 2], optima: &[Optimum]) -> hnn::Result<Facts> {
    let points: Points = sunflower(POINTS);
    let sizes = |networks: &[Network]| {
        let theories = networks
            .iter()
            .map(|network| Theory::of(network, points.view()));
        brief(Spread::of(theories.map(|theory| theory.energy)).median)
    };
    let exact_single = smooth[1].iter().map(|network| {
        let exact = Rounded::<f64>::of(network).field(points.view());
        relative_error(&Rounded::<f32>::of(network).field(points.view()), &exact)
    });
    let in_double = sweeps::<f64>(&smooth[1], Difference::Forward, &[NOTEBOOKS])?;
    let in_single = sweeps::<f32>(&smooth[1], Difference::Forward, &[NOTEBOOKS])?;
    Ok(Facts::new()
        .with("u_double", brief(f64::UNIT_ROUNDOFF))
        .with("u_single", brief(f32::UNIT_ROUNDOFF))
        .with(
            "prediction_off",
            brief(Spread::of(optima.iter().map(Optimum::off)).largest),
        )
        .with("energy_initial", sizes(&smooth[0]))
        .with("energy_trained", sizes(&smooth[1]))
        .with("exact_single", Spread::of(exact_single))
        .with("notebooks_error", best(&in_double).1)
        .with("notebooks_trained_single", best(&in_single).1))
}
// ANCHOR_END: optima-facts-made

// ANCHOR: single-table
/// The share of nudges in f32 that do not move the input, and of those that do not move the energy.
fn lost(network: &Network, epsilon: f64) -> [f64; 2] {
    let points = sunflower(POINTS).mapv(|x| x as f32);
    let rounded = Rounded::<f32>::of(network);
    let here = rounded.energy(points.view());
    let (mut inputs, mut energies) = (0, 0);
    for coordinate in 0..2 {
        let mut moved = points.clone();
        moved
            .column_mut(coordinate)
            .mapv_inplace(|x| x + epsilon as f32);
        let there = rounded.energy(moved.view());
        let (from, to) = (points.column(coordinate), moved.column(coordinate));
        inputs += from.iter().zip(to).filter(|(a, b)| a == b).count();
        energies += here.iter().zip(&there).filter(|(a, b)| a == b).count();
    }
    [inputs, energies].map(|count| count as f64 / (2 * POINTS) as f64)
}

/// The median over networks of one of the two shares, in percent.
fn share_lost(networks: &[Network], epsilon: f64, which: usize) -> String {
    let shares = networks.iter().map(|network| lost(network, epsilon)[which]);
    format!("{:.0}%", 100.0 * Spread::of(shares).median)
}
// ANCHOR_END: single-table

#[cfg(test)]
mod exercises {
    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: the smallest nudge that moves this number, as q + nudge in f32.
    fn smallest_nudge(_q: f32) -> f32 {
        f32::NAN
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_smallest_nudge(answer: impl Fn(f32) -> f32) -> Result<(), String> {
        for k in 0..200 {
            let q = 0.01 * k as f32 - 0.995;
            let nudge = answer(q);
            if nudge.is_nan() || nudge <= 0.0 {
                return Err(format!(
                    "for q = {q} your answer is {nudge}, not a positive number"
                ));
            }
            if q + nudge == q {
                return Err(format!("{q} + {nudge:e} is still {q}"));
            }
            if q + nudge.next_down() != q {
                return Err(format!("{q} moves with less than {nudge:e} already"));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn smallest_nudge_solved(q: f32) -> f32 {
        let half = (q.next_up() - q) / 2.0;
        if q + half == q { half.next_up() } else { half }
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn smallest_nudge` first"]
    fn exercise_1() -> Result<(), String> {
        check_smallest_nudge(smallest_nudge)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_smallest_nudge(smallest_nudge_solved)?;
        // ANCHOR_END: try-1
        assert!(check_smallest_nudge(|_| f32::EPSILON).is_err());
        assert!(check_smallest_nudge(|q| (q.next_up() - q) / 2.0).is_err());
        assert!(check_smallest_nudge(|q| f32::EPSILON * q.abs() / 2.0).is_err());
        assert!(check_smallest_nudge(smallest_nudge).is_err());
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: the best ε of a forward difference was `now`. What is it after H is given
    /// in units a thousand times smaller, so that its numbers are a thousand times larger,
    /// and what if instead those of q and p are?
    fn best_in_other_units(_now: f64) -> [f64; 2] {
        [f64::NAN; 2]
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_other_units(answer: impl Fn(f64) -> [f64; 2]) -> Result<(), String> {
        let said = |error: hnn::Error| error.to_string();
        let network = Settings::default().start(0).map_err(said)?.1;
        let (first, last) = (network.blocks()[0].clone(), network.blocks()[4].clone());
        let (mut energies, mut inputs) = (network.clone(), network.clone());
        energies.parameters_mut()[last.range]
            .iter_mut()
            .for_each(|w| *w *= 1000.0);
        inputs.parameters_mut()[first.range]
            .iter_mut()
            .for_each(|w| *w /= 1000.0);
        let steps = logspace(2.0, -12.0, 113).to_vec();
        let measured = |network: &Network, scale: f64| {
            let points = sunflower(POINTS) * scale;
            let sweep = Sweep::of::<f64>(network, Difference::Forward, &steps, points.view());
            sweep.map(|sweep| sweep.best().0).map_err(said)
        };
        let now = measured(&network, 1.0)?;
        let truth = [measured(&energies, 1.0)?, measured(&inputs, 1000.0)?];
        for (what, (answer, truth)) in ["H", "q and p"]
            .iter()
            .zip(answer(now).into_iter().zip(truth))
        {
            if !(0.2..5.0).contains(&(answer / truth)) {
                return Err(format!(
                    "with {what} in other units your answer is {answer:.1e}, the best ε is {truth:.1e}; it was {now:.1e}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn best_in_other_units_solved(now: f64) -> [f64; 2] {
        [now, 1000.0 * now]
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn best_in_other_units` first"]
    fn exercise_2() -> Result<(), String> {
        check_other_units(best_in_other_units)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_other_units(best_in_other_units_solved)?;
        // ANCHOR_END: try-2
        assert!(check_other_units(|now| [now, now]).is_err());
        assert!(check_other_units(|now| [31.6 * now, 1000.0 * now]).is_err());
        assert!(check_other_units(best_in_other_units).is_err());
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: the slope of `h` at x from values of it, with an error that falls as the
    /// fourth power of ε.
    fn slope(_h: &dyn Fn(f64) -> f64, _x: f64, _epsilon: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_slope(answer: impl Fn(&dyn Fn(f64) -> f64, f64, f64) -> f64) -> Result<(), String> {
        let network = Settings::default()
            .start(0)
            .map_err(|error| error.to_string())?
            .1;
        let h = |x: f64| network.energy(Points::from(vec![[x, 0.3]]).view())[0];
        let truth = |x: f64| network.gradient(Points::from(vec![[x, 0.3]]).view())[[0, 0]];
        let worst = |slope: &dyn Fn(f64, f64) -> f64, epsilon: f64| {
            let errors = (-9..10)
                .map(|k| 0.1 * k as f64)
                .map(|x| (slope(x, epsilon) - truth(x)).abs());
            errors.fold(
                0.0,
                |worst: f64, error| if error <= worst { worst } else { error },
            )
        };
        let least = |slope: &dyn Fn(f64, f64) -> f64| {
            let errors = logspace(-1.0, -8.0, 29)
                .to_vec()
                .into_iter()
                .map(|epsilon| worst(slope, epsilon));
            errors.fold(f64::INFINITY, f64::min)
        };
        let central = least(&|x, epsilon| (h(x + epsilon) - h(x - epsilon)) / (2.0 * epsilon));
        let yours = least(&|x, epsilon| answer(&h, x, epsilon));
        if yours < central / 10.0 {
            return Ok(());
        }
        Err(format!(
            "at its best ε your slope is off by {yours:.1e} and a central difference by {central:.1e}: with the fourth \
             power it is less than a tenth"
        ))
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn slope_solved(h: &dyn Fn(f64) -> f64, x: f64, epsilon: f64) -> f64 {
        let central = |epsilon: f64| (h(x + epsilon) - h(x - epsilon)) / (2.0 * epsilon);
        (4.0 * central(epsilon) - central(2.0 * epsilon)) / 3.0
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn slope` first"]
    fn exercise_3() -> Result<(), String> {
        check_slope(slope)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_slope(slope_solved)?;
        // ANCHOR_END: try-3
        let central = |h: &dyn Fn(f64) -> f64, x: f64, e: f64| (h(x + e) - h(x - e)) / (2.0 * e);
        assert!(check_slope(central).is_err(), "a central difference passes");
        let mean = |h: &dyn Fn(f64) -> f64, x: f64, e: f64| {
            (central(h, x, e) + central(h, x, 2.0 * e)) / 2.0
        };
        assert!(check_slope(mean).is_err(), "the mean of two passes");
        assert!(check_slope(slope).is_err());
        Ok(())
    }
}
