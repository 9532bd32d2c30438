//! Chapter 7, normalization: what scaling the inputs did, what the data really lacked, and what scaling may do.
//!
//! `cargo run --example chapter7`

// ANCHOR: uses
use hnn::Error;
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Setup, Table, brief, thousands,
};
use hnn::learning::Seeds;
use hnn::measure::{DISC_POINTS, Spread, field_rmse_unscaled, relative_error, twin_rmse_on_disc};
use hnn::mechanics::Exact;
use hnn::model::Activation;
use hnn::phase_space::{
    Affine, DURATION, Dataset, Oscillator, Points, Twin, Units, disc, linspace, min_max_normalize,
    oscillator_trajectory, random_rings, rings, slopes, sunflower,
};
use hnn::trial::{Data, Objective, Runs, Settings, Study};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Counts the energies that a network needs, and scales a spring's data in four ways";
    hnn::cli::run("chapter7", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Mass of the spring whose units are scaled
        mass: f64 = 2.0,
        /// Stiffness of the spring whose units are scaled
        stiffness: f64 = 8.0,
        /// How many points there are to train on, over all rings together: shared evenly by 2,
        /// 3 and 5 of them
        points: usize = 1920,
        /// Steps of each run
        steps: usize = 3000,
    }
}
// ANCHOR_END: knobs

/// The chapter's experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let trial = Settings {
        seeds: knobs.seeds,
        points: knobs.points,
        steps: knobs.steps,
        ..Settings::default()
    };
    let spring = Oscillator {
        mass: knobs.mass,
        stiffness: knobs.stiffness,
    };
    check(&trial, &spring)?;
    // ANCHOR_END: settings

    // ANCHOR: shift
    let raw: Points = oscillator_trajectory(linspace(0.0, DURATION, 10_000).view(), 1.0);
    let data: Dataset = Dataset::of(&Oscillator::UNIT, min_max_normalize(raw.clone())?)?;
    let moves: Points = (&data.points - &raw).mapv(f64::abs);
    let largest: f64 = moves.fold(0.0, |most, &x| f64::max(most, x));
    // ANCHOR_END: shift

    // ANCHOR: shift-facts
    let energies: Vec<f64> = data.energy.iter().flatten().copied().collect();
    let mean: f64 = energies.iter().sum::<f64>() / energies.len() as f64;
    let squares: f64 = energies.iter().map(|e| (e - mean) * (e - mean)).sum();
    let deviation: f64 = (squares / energies.len() as f64).sqrt();
    evidence.show(
        "shift",
        Facts::new()
            .with("points", thousands(data.rows()))
            .with("largest_move", brief(largest))
            .with("mean_energy", format!("{mean:.1}"))
            .with("energy_deviation", brief(deviation)),
    )?;
    // ANCHOR_END: shift-facts

    // ANCHOR: twins
    let circle: Points = rings(&Oscillator::UNIT, &[0.5], 1000)?.points;
    let all_over: Points = sunflower(DISC_POINTS);
    evidence.show(
        "twins",
        Table::of([-0.5, 0.0, 0.5, 1.0])
            .column("c", |c| format!("{c:.1}"))
            .column("error on the circle", |c| {
                brief(slope_error(&circle, Twin { c }))
            })
            .column("error over the disc", |c| {
                brief(slope_error(&all_over, Twin { c }))
            }),
    )?;
    // ANCHOR_END: twins

    // ANCHOR: rings
    let smooth: Settings = Settings {
        activation: Activation::Silu,
        ..trial.clone()
    };
    let relu: Settings = Settings {
        activation: Activation::Relu,
        objective: Objective::Full,
        ..trial.clone()
    };
    let mut ring_runs: Vec<Vec<Runs>> = Vec::new();
    for settings in [&trial, &smooth, &relu] {
        ring_runs.push(over_rings(settings)?);
    }
    evidence.show(
        "rings",
        Table::of(["1", "2", "3", "5", "all radii"].iter().enumerate())
            .column("rings", |(_, name)| name)
            .across(
                &ring_runs,
                |runs| runs[0].settings.activation,
                |(row, _), runs| runs[row].disc(),
            ),
    )?;
    // ANCHOR_END: rings

    // ANCHOR: slopes
    evidence.show("slopes", slope_figure(&ring_runs))?;
    // ANCHOR_END: slopes

    // ANCHOR: taste
    evidence.show(
        "taste",
        Table::of(ring_runs.iter().map(|runs| &runs[0]))
            .column("activation", |runs| runs.settings.activation)
            .column("if the spring is true", |runs| {
                runs.spread(|run| twin_rmse_on_disc(&run.network, Twin { c: 0.0 }))
            })
            .column("if the twin is", |runs| {
                runs.spread(|run| twin_rmse_on_disc(&run.network, Twin { c: 0.5 }))
            }),
    )?;
    // ANCHOR_END: taste

    // ANCHOR: labels
    let recordings: [(f64, f64, f64); 3] =
        [(1.0, 1.0, DURATION), (2.0, 2.0, DURATION), (1.0, 1.0, 2.0)];
    let mut label_errors: Vec<[f64; 4]> = Vec::new();
    for (mass, stiffness, duration) in recordings {
        label_errors.push(errors_of_labels(mass, stiffness, duration)?);
    }
    let labels = ["not scaled", "formulas again", "kept", "chain rule"];
    evidence.show(
        "labels",
        Table::of(recordings.iter().zip(&label_errors))
            .column("m", |(recording, _)| recording.0)
            .column("k", |(recording, _)| recording.1)
            .column("time", |(recording, _)| recording.2)
            .across(
                labels.iter().enumerate(),
                |(_, name)| name,
                |(_, errors), (which, _)| brief(errors[which]),
            ),
    )?;
    // ANCHOR_END: labels

    // ANCHOR: scaled
    let stiff: Oscillator = Oscillator {
        stiffness: 1e4 * spring.stiffness,
        ..spring
    };
    let springs: [(Oscillator, f64); 4] =
        [(spring, 1.0), (spring, 30.0), (spring, 0.03), (stiff, 1.0)];
    let mut scaled: Vec<[Spread; 4]> = Vec::new();
    for (spring, amplitude) in &springs {
        scaled.push(errors_in_units(&trial, spring, *amplitude)?);
    }
    let ways = [
        "as measured",
        "min-max, formulas again",
        "min-max, chain rule",
        "three units",
    ];
    evidence.show(
        "scaled",
        Table::of(springs.iter().zip(&scaled))
            .column("k", |((spring, _), _)| spring.stiffness)
            .column("amplitude", |((_, amplitude), _)| amplitude)
            .across(
                ways.iter().enumerate(),
                |(_, name)| name,
                |(_, errors), (way, _)| from_to(errors[way]),
            ),
    )?;
    // ANCHOR_END: scaled

    // ANCHOR: facts
    let canonical: Spread = Spread::of(scaled.iter().map(|errors| errors[3].median));
    let between_rows: f64 = canonical.largest - canonical.smallest;
    let points: String = thousands(trial.points);
    evidence.show(
        "facts",
        Facts::new()
            .with("canonical", brief(canonical.median))
            .with("canonical_range", brief(between_rows))
            .with("tanh_on_circle", ring_runs[0][0].circle())
            .with(
                "setup",
                Setup {
                    data: format!("{points} points of 1, 2, 3, 5 rings or the disc"),
                    ..ring_runs.concat().setup(|_| Data::Disc)
                },
            )
            .with(
                "scaled_setup",
                Setup {
                    data: format!("{points} points of each of {} springs", springs.len()),
                    ..ring_runs[0].setup(|_| Data::Disc)
                },
            ),
    )?;
    // ANCHOR_END: facts
    Ok(())
}

// ANCHOR: check
/// Finds a mistake before anything runs.
fn check(trial: &Settings, spring: &Oscillator) -> hnn::Result<()> {
    let enough = 2 * trial.batch_size;
    if trial.points < enough {
        let why = format!("are too few to share among rings: at least {enough} are needed");
        return Err(Error::setting("points", trial.points, why));
    }
    trial.check()?;
    spring.check()?;
    for (setting, value) in [("mass", spring.mass), ("stiffness", spring.stiffness)] {
        if !(1e-100..1e100).contains(&value) {
            let why = "is not between 1e-100 and 1e100";
            return Err(Error::setting(setting, value, why));
        }
    }
    Ok(())
}
// ANCHOR_END: check

// ANCHOR: twin
/// The root mean square, over these points, of the distance between a twin's slope along the radius and the spring's.
fn slope_error(points: &Points, twin: Twin) -> f64 {
    let radii = points
        .rows()
        .into_iter()
        .map(|z| (z[0] * z[0] + z[1] * z[1]).sqrt());
    let squares = radii.map(|r| (twin.slope(r) - r) * (twin.slope(r) - r));
    (squares.sum::<f64>() / points.nrows() as f64).sqrt()
}
// ANCHOR_END: twin

// ANCHOR: over-rings
/// Trains on one, two, three and five rings of evenly spaced radii, and on points all over the disc.
fn over_rings(trial: &Settings) -> hnn::Result<Vec<Runs>> {
    let cases = [Some(1), Some(2), Some(3), Some(5), None];
    let settings = |_: &Option<usize>| trial.clone();
    Runs::over(&cases, settings, |case, random| {
        let Some(count) = *case else {
            return disc(&Oscillator::UNIT, 1.0, trial.points, random);
        };
        let radii = (1..=count).map(|ring| ring as f64 / count as f64);
        let energies: Vec<f64> = radii.map(|radius| radius * radius / 2.0).collect();
        random_rings(&Oscillator::UNIT, &energies, trial.points / count, random)
    })
}

/// The slope of the learned energy along one radius, of the networks that saw one ring.
fn slope_figure(ring_runs: &[Vec<Runs>]) -> hnn::Result<Figure> {
    let radii = linspace(0.0, 1.1, 111);
    let curve = |slope: &dyn Fn(f64) -> f64| -> Vec<(f64, f64)> {
        radii.iter().map(|&r| (r, slope(r))).collect()
    };
    let mut series = vec![
        Series::new("spring", Colour::Ink, curve(&|r| r)),
        Series::new("twin", Colour::Sky, curve(&|r| Twin { c: 0.5 }.slope(r))),
    ];
    let (mut at_ring, mut halfway) = (Vec::new(), Vec::new());
    let colours = [Colour::Vermillion, Colour::Purple, Colour::Green];
    for (runs, colour) in ring_runs.iter().map(|runs| &runs[0]).zip(colours) {
        let lines = runs.outcomes.iter().map(|outcome| {
            let slope = |r: f64| -Exact::of(&outcome.network).at([r, 0.0])[1];
            at_ring.push((slope(1.0) - 1.0).abs());
            halfway.push(slope(0.5));
            curve(&slope)
        });
        series.extend(Series::each(runs.settings.activation.name(), colour, lines));
    }
    let (at_ring, halfway) = (Spread::of(at_ring), Spread::of(halfway));
    let title = format!(
        "On the ring all learned slopes are within {} of the truth; halfway in, where 0.5 is true, they run from {} to {}",
        brief(at_ring.largest),
        brief(halfway.smallest),
        brief(halfway.largest)
    );
    let description = format!(
        "Slope of the learned energy against the radius, for networks trained on the ring of radius 1. {title}. The \
         slope of the twin is the cube of the radius, and the spring's is the radius."
    );
    let panel = Panel::new(
        Axis::new("radius"),
        Axis::new("slope of H along the radius"),
        series,
    );
    LineChart::single(title, description, panel).draw()
}
// ANCHOR_END: over-rings

// ANCHOR: errors-of-labels
/// Records q = sin t, p = m cos t as the notebook does, and scales it. Four relative errors of labels against what the
/// points do: of the formulas before the scaling, of the formulas evaluated again after it (the notebook's way), of the
/// labels from before kept as they were, and of the same divided as the chain rule asks.
fn errors_of_labels(mass: f64, stiffness: f64, duration: f64) -> hnn::Result<[f64; 4]> {
    const COUNT: usize = 10_000;
    let times = linspace(0.0, duration, COUNT);
    let motion = |points: &Points| slopes(times.view(), points.view(), 3);
    let oscillator = Oscillator { mass, stiffness };
    let raw = Dataset::of(&oscillator, oscillator_trajectory(times.view(), mass))?;
    let scaling = Affine::min_max(&raw.points)?;
    let points = scaling.scale_points(&raw.points);
    let moving = motion(&points);
    let again = Dataset::of(&oscillator, points)?.field;
    Ok([
        relative_error(&raw.field, &motion(&raw.points)),
        relative_error(&again, &moving),
        relative_error(&raw.field, &moving),
        relative_error(&scaling.scale_field(&raw.field), &moving),
    ])
}
// ANCHOR_END: errors-of-labels

// ANCHOR: errors-in-units
/// The field error, in the spring's own units, of networks trained on its data in four ways.
fn errors_in_units(
    trial: &Settings,
    spring: &Oscillator,
    amplitude: f64,
) -> hnn::Result<[Spread; 4]> {
    let largest_swing = rings(spring, &[spring.energy([amplitude, 0.0])], 360)?;
    let canonical = Units::largest(&largest_swing)?;
    let min_max = Units::of(canonical.unit()[0], canonical.unit()[1], 1.0)?;
    let ways = [
        (Units::one(2), false),
        (min_max.clone(), true),
        (min_max, false),
        (canonical, false),
    ];
    let settings = |_: &(Units, bool)| trial.clone();
    let runs = Runs::over(&ways, settings, |(scaling, formulas_again), random| {
        let data = scaling.scale(&disc(spring, amplitude, trial.points, random)?)?;
        match formulas_again {
            true => Dataset::of(spring, data.points),
            false => Ok(data),
        }
    })?;
    let mut errors = Vec::new();
    for (runs, (scaling, _)) in runs.iter().zip(&ways) {
        let mut each = Vec::new();
        for outcome in &runs.outcomes {
            let network = &outcome.network;
            each.push(field_rmse_unscaled(network, scaling, *spring, amplitude)?);
        }
        errors.push(Spread::of(each));
    }
    Ok([errors[0], errors[1], errors[2], errors[3]])
}

/// The smallest and the largest error of the seeds.
fn from_to(errors: Spread) -> String {
    format!("{} to {}", brief(errors.smallest), brief(errors.largest))
}
// ANCHOR_END: errors-in-units

#[cfg(test)]
mod exercises {
    // ANCHOR: exercise-1
    /// Your turn: the units of position, momentum and time in which this spring, swinging
    /// with this amplitude, is the spring of mass 1 and stiffness 1 on the unit circle.
    fn units(_mass: f64, _stiffness: f64, _amplitude: f64) -> [f64; 3] {
        [1.0, 1.0, 1.0]
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_units(answer: impl Fn(f64, f64, f64) -> [f64; 3]) -> Result<(), String> {
        for (mass, stiffness, amplitude) in [(2.0, 8.0, 30.0), (0.2, 50.0, 0.05), (3.0, 0.1, 1.0)] {
            let spring = hnn::phase_space::Oscillator { mass, stiffness };
            let [a, b, tau] = answer(mass, stiffness, amplitude);
            let units =
                hnn::phase_space::Units::of(a, b, tau).map_err(|error| error.to_string())?;
            let case = format!("m = {mass}, k = {stiffness}, amplitude {amplitude}");
            let swing = hnn::phase_space::rings(&spring, &[spring.energy([amplitude, 0.0])], 60);
            let swing = swing.map_err(|error| error.to_string())?;
            let points = units.scale_points(swing.points.view());
            for z in points.rows() {
                let radius = (z[0] * z[0] + z[1] * z[1]).sqrt();
                if (radius - 1.0).abs() > 1e-9 {
                    return Err(format!(
                        "{case}: a scaled point lies at radius {radius:.3}, not 1"
                    ));
                }
            }
            let scaled = units.scale_oscillator(&spring);
            if (scaled.mass - 1.0).abs() > 1e-9 || (scaled.stiffness - 1.0).abs() > 1e-9 {
                return Err(format!(
                    "{case}: in your units the mass is {:.3} and the stiffness {:.3}",
                    scaled.mass, scaled.stiffness
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn units_solved(mass: f64, stiffness: f64, amplitude: f64) -> [f64; 3] {
        let largest_momentum = amplitude * (mass * stiffness).sqrt();
        [amplitude, largest_momentum, (mass / stiffness).sqrt()]
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn units` first"]
    fn exercise_1() -> Result<(), String> {
        check_units(units)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_units(units_solved)?;
        // ANCHOR_END: try-1
        let min_max = |mass: f64, stiffness: f64, amplitude: f64| {
            [amplitude, amplitude * (mass * stiffness).sqrt(), 1.0]
        };
        assert!(
            check_units(min_max).is_err(),
            "the time unit does not matter"
        );
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: the relative error of the notebook's labels, over whole turns.
    fn label_error(_mass: f64, _stiffness: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_label_error(answer: impl Fn(f64, f64) -> f64) -> Result<(), String> {
        for (mass, stiffness) in [(1.0, 1.0), (2.0, 2.0), (2.0, 0.5), (0.5, 3.0), (4.0, 1.0)] {
            let oscillator = hnn::phase_space::Oscillator { mass, stiffness };
            let times = hnn::phase_space::linspace(0.0, std::f64::consts::TAU, 10_001);
            let raw = hnn::phase_space::oscillator_trajectory(times.view(), mass);
            let measure = || -> hnn::Result<f64> {
                let points = hnn::phase_space::min_max_normalize(raw)?;
                let moving = hnn::phase_space::slopes(times.view(), points.view(), 3);
                let labels = hnn::phase_space::Dataset::of(&oscillator, points)?.field;
                Ok(hnn::measure::relative_error(&labels, &moving))
            };
            let measured = measure().map_err(|error| error.to_string())?;
            let said = answer(mass, stiffness);
            if said.is_nan() || (said - measured).abs() > 1e-3 {
                return Err(format!(
                    "for m = {mass}, k = {stiffness} your answer is {said}, the labels are off by {measured:.3}"
                ));
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn label_error_solved(mass: f64, stiffness: f64) -> f64 {
        let (velocity, force) = (1.0 / mass - 1.0, stiffness - 1.0);
        ((velocity * velocity + force * force) / 2.0).sqrt()
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn label_error` first"]
    fn exercise_2() -> Result<(), String> {
        check_label_error(label_error)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_label_error(label_error_solved)?;
        // ANCHOR_END: try-2
        let by_frequency = |mass: f64, stiffness: f64| ((stiffness / mass).sqrt() - 1.0).abs();
        assert!(
            check_label_error(by_frequency).is_err(),
            "a plausible wrong answer passes"
        );
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: the radii of two rings that pin a tanh network down over the disc.
    fn radii() -> [f64; 2] {
        [0.95, 1.0]
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_radii(radii: [f64; 2]) -> Result<(), String> {
        if radii
            .iter()
            .any(|radius| !(*radius > 0.0 && *radius <= 1.0))
        {
            return Err(format!("{radii:?} are not radii between 0 and 1"));
        }
        let energies = radii.map(|radius| radius * radius / 2.0);
        let settings = hnn::trial::Settings {
            widths: vec![2, 32, 32, 1],
            steps: 1500,
            ..Default::default()
        };
        let runs = hnn::trial::Runs::over(
            &[energies],
            |_| settings.clone(),
            |energies, random| {
                hnn::phase_space::random_rings(
                    &hnn::phase_space::Oscillator::UNIT,
                    energies,
                    300,
                    random,
                )
            },
        );
        let error = runs.map_err(|error| error.to_string())?[0].disc();
        if error.largest > 0.06 {
            return Err(format!(
                "rings of radius {radii:?} leave an error of {error}: 0.06 is wanted"
            ));
        }
        Ok(())
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn radii_solved() -> [f64; 2] {
        [0.5, 1.0]
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn radii` first"]
    fn exercise_3() -> Result<(), String> {
        check_radii(radii())
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_radii(radii_solved())?;
        // ANCHOR_END: try-3
        for wrong in [[0.95, 1.0], [1.0, 1.0], [0.05, 0.1]] {
            let verdict = check_radii(wrong);
            println!("{verdict:?}");
            assert!(verdict.is_err(), "{wrong:?} passes");
        }
        Ok(())
    }
}
