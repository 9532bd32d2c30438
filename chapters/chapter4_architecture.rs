//! Chapter 4, architecture: would a wider and deeper network have done it?
//!
//! `cargo run --example chapter4`

// ANCHOR: uses
use hnn::Error;
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Table, brief, thousands,
};
use hnn::learning::{Batch, Evaluator, Lbfgs, Loss, Seeds, minimize, unobserved};
use hnn::measure::{Spread, field_rmse_on_disc, least_relu_rmse_on_circle};
use hnn::model::{Activation, Network};
use hnn::notebook::Gradient;
use hnn::phase_space::{Dataset, Oscillator};
use hnn::trial::{Data, Objective, Runs, ScheduleKind, Settings, Study, setup};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about =
        "Trains every width at every depth, by the notebook's gradient and by the exact one";
    hnn::cli::run("chapter4", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Widths of the hidden layers, from narrow to wide
        widths: [usize] = [8, 16, 32, 64, 128],
        /// Hidden layers of the deepest networks
        depth: usize = 3,
        /// Steps of every run
        steps: usize = 2000,
    }
}
// ANCHOR_END: knobs

/// The chapter's experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let networks: Vec<Vec<usize>> = every_size(&knobs)?;
    let as_found = Settings {
        seeds: knobs.seeds,
        steps: knobs.steps,
        data: Data::Circle,
        points: 10_000,
        objective: Objective::Notebook,
        activation: Activation::Relu,
        learning_rate: 1e-3,
        schedule: ScheduleKind::Constant,
        l2: 1e-6,
        ..Settings::default()
    };
    // ANCHOR_END: settings

    // ANCHOR: whole-gradient
    let exact = Settings {
        objective: Objective::Full,
        ..as_found.clone()
    };
    // ANCHOR_END: whole-gradient

    // ANCHOR: as-found
    let found_runs = Runs::of(&of_sizes(&as_found, &networks))?;
    evidence.show("as-found", by_size(&knobs, &found_runs, Runs::circle))?;
    // ANCHOR_END: as-found

    // ANCHOR: asked
    let (circle, _, _) = as_found.start(knobs.seeds.seed)?;
    evidence.show(
        "asked",
        Table::of(found_runs.all(|settings| is_extreme(&knobs, &settings.widths)))
            .column("network", |runs| name(&runs.settings.widths))
            .column("energy error", |runs| {
                runs.spread(|run| energy_error(&run.network, &circle))
            })
            .column("slope along", |runs| {
                runs.spread(|run| slopes(&run.network, &circle).0)
            })
            .column("slope across", |runs| {
                runs.spread(|run| slopes(&run.network, &circle).1)
            }),
    )?;
    // ANCHOR_END: asked

    // ANCHOR: tanh
    let ends = [networks[0].clone(), networks[networks.len() - 1].clone()];
    let tanh = Settings {
        activation: Activation::Tanh,
        ..as_found.clone()
    };
    let tanh_runs = Runs::of(&of_sizes(&tanh, &ends))?;
    // ANCHOR_END: tanh

    // ANCHOR: exact
    let exact_runs = Runs::of(&of_sizes(&exact, &networks))?;
    evidence.show("exact", by_size(&knobs, &exact_runs, Runs::circle))?;
    // ANCHOR_END: exact

    // ANCHOR: sizes
    evidence.show("sizes", against_weights(&found_runs, &exact_runs))?;
    // ANCHOR_END: sizes

    // ANCHOR: units
    let mut fits: Vec<(usize, Spread)> = Vec::new();
    for (units, settings) in UNITS.into_iter().zip(of_units(knobs.seeds)) {
        fits.push((units, fit(&settings)?));
    }
    evidence.show(
        "units",
        Table::of(&fits)
            .column("tanh units", |(units, _)| units)
            .column("weights", |(units, _)| weights(&layers(1, *units)))
            .column("field RMSE on the disc", |(_, error)| error),
    )?;
    // ANCHOR_END: units

    // ANCHOR: ways
    let found_on_disc = Runs::of(&of_sizes(&on_disc(&as_found), &ends))?;
    let exact_on_disc = Runs::of(&of_sizes(&on_disc(&exact), &ends))?;
    let last = networks.len() - 1;
    let ways: Vec<Vec<Runs>> = vec![
        vec![found_runs[0].clone(), found_runs[last].clone()],
        found_on_disc,
        vec![exact_runs[0].clone(), exact_runs[last].clone()],
        exact_on_disc,
    ];
    evidence.show(
        "ways",
        Table::of(&ways)
            .column("gradient", |runs| gradient_name(runs[0].settings.objective))
            .column("data", |runs| runs[0].settings.data.name())
            .column(&name(&ends[0]), |runs| runs[0].disc())
            .column(&name(&ends[1]), |runs| runs[1].disc()),
    )?;
    // ANCHOR_END: ways

    // ANCHOR: right
    let right = Settings {
        seeds: knobs.seeds,
        steps: knobs.steps,
        ..Settings::default()
    };
    let right_runs = Runs::of(&of_sizes(&right, &networks))?;
    evidence.show("right", by_size(&knobs, &right_runs, Runs::disc))?;
    // ANCHOR_END: right

    // ANCHOR: grid-facts
    evidence.show("grid", grid_facts(&found_runs, &exact_runs))?;
    // ANCHOR_END: grid-facts

    // ANCHOR: size
    let notebook = hnn::notebook::Settings::default().widths;
    let units: usize = notebook[1..notebook.len() - 1].iter().sum();
    evidence.show(
        "size",
        Facts::new()
            .with("notebook_units", units)
            .with("tanh_small", tanh_runs[0].circle())
            .with("tanh_large", tanh_runs[1].circle())
            .with("steps", thousands(knobs.steps))
            .with("setup", found_runs.setup(|_| Data::Circle))
            .with("exact_setup", exact_runs.setup(|_| Data::Circle))
            .with("units_setup", setup(&of_units(knobs.seeds), |_| Data::Disc))
            .with("ways_setup", ways.concat().setup(|_| Data::Disc))
            .with("right_setup", right_runs.setup(|_| Data::Disc)),
    )?;
    // ANCHOR_END: size
    Ok(())
}

// ANCHOR: every-size
/// The widths of every network, depth by depth: 2, hidden …, 1.
fn every_size(knobs: &Knobs) -> hnn::Result<Vec<Vec<usize>>> {
    let refuse = |setting, value: String, why| Err(Error::setting(setting, value, why));
    if !(1..=9).contains(&knobs.depth) {
        return refuse("depth", knobs.depth.to_string(), "is not between 1 and 9");
    }
    if knobs.widths.contains(&0) || !knobs.widths.is_sorted_by(|a, b| a < b) {
        let why = "must be at least 1 and grow from one to the next";
        return refuse("widths", format!("{:?}", knobs.widths), why);
    }
    let of_depth = |depth| knobs.widths.iter().map(move |&width| layers(depth, width));
    let networks: Vec<Vec<usize>> = (1..=knobs.depth).flat_map(of_depth).collect();
    for settings in of_sizes(&Settings::default(), &networks) {
        settings.check()?;
    }
    Ok(networks)
}

/// The widths of a network of so many equal hidden layers.
fn layers(depth: usize, width: usize) -> Vec<usize> {
    let hidden = std::iter::repeat_n(width, depth);
    std::iter::once(2).chain(hidden).chain([1]).collect()
}

/// The same run on each of these networks.
fn of_sizes(settings: &Settings, networks: &[Vec<usize>]) -> Vec<Settings> {
    settings.sweep(networks, |run, widths| run.widths.clone_from(widths))
}
// ANCHOR_END: every-size

// ANCHOR: by-size
/// Widths down, depths across: the error of every size, its median over the seeds and its ends.
fn by_size(knobs: &Knobs, runs: &[Runs], error: fn(&Runs) -> Spread) -> Table {
    let depths = 1..=knobs.depth;
    Table::of(&knobs.widths)
        .column("width", |width| width)
        .across(
            depths,
            |depth| format!("hidden layers: {depth}"),
            |width, depth| error(runs.one(|settings| settings.widths == layers(depth, *width))),
        )
        .table()
}
// ANCHOR_END: by-size

// ANCHOR: asked-table
/// The root mean square of H - H_true on the circle: what training asked to be small.
fn energy_error(network: &Network, circle: &Dataset) -> f64 {
    let mut term = Evaluator::new(Loss::ENERGY, network).expect("its one weight is 1");
    term.value(network, Batch::from(circle)).sqrt()
}

/// The slope of H along the circle, its root mean square, and across it, outwards, its mean.
fn slopes(network: &Network, circle: &Dataset) -> (f64, f64) {
    let gradients = network.gradient(circle.points.view());
    let (mut along, mut across) = (0.0, 0.0);
    for (slope, z) in gradients.rows().into_iter().zip(circle.points.rows()) {
        along += (slope[0] * z[1] - slope[1] * z[0]).powi(2);
        across += slope[0] * z[0] + slope[1] * z[1];
    }
    let count = circle.rows() as f64;
    ((along / count).sqrt(), across / count)
}

/// Whether a network is among the narrowest or the widest of its depth.
fn is_extreme(knobs: &Knobs, widths: &[usize]) -> bool {
    knobs.widths.first() == Some(&widths[1]) || knobs.widths.last() == Some(&widths[1])
}

/// `3 x 128` for 2-128-128-128-1.
fn name(widths: &[usize]) -> String {
    format!("{} x {}", widths.len() - 2, widths[1])
}
// ANCHOR_END: asked-table

// ANCHOR: sizes-figure
/// How many weights and biases a network of these widths has.
fn weights(widths: &[usize]) -> usize {
    widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
}

/// Every run of both gradients: its number of weights across, its error on the circle up.
fn against_weights(found: &[Runs], exact: &[Runs]) -> hnn::Result<Figure> {
    let points = |runs: &[Runs]| -> Vec<(f64, f64)> {
        let outcomes = runs.iter().flat_map(|runs| &runs.outcomes);
        let finite = outcomes.filter(|run| run.circle.is_finite());
        finite
            .map(|run| (run.network.parameters().len() as f64, run.circle))
            .collect()
    };
    let (found_points, exact_points) = (points(found), points(exact));
    let all = || found_points.iter().chain(&exact_points);
    let across = Spread::of(all().map(|point| point.0));
    let (left, right) = (across.smallest, across.largest);
    let bottom = Spread::of(all().map(|point| point.1)).smallest.min(0.01);
    let last = found.len() - 1;
    let times = weights(&found[last].settings.widths) / weights(&found[0].settings.widths);
    let change = |runs: &[Runs]| {
        let median = |runs: &Runs| brief(runs.circle().median);
        format!("from {} to {}", median(&runs[0]), median(&runs[last]))
    };
    let title = format!(
        "{} times the weights take the notebook's error {}, the exact gradient's {}",
        thousands(times),
        change(found),
        change(exact),
    );
    let description = format!(
        "Field error on the circle against the number of weights, both logarithmic, {} runs by each gradient. With the \
         notebook's gradient the runs gather at one half, the error of a cone: {}. With the exact gradient they fall, {}.",
        found_points.len(),
        change(found),
        change(exact),
    );
    let least = (1..).map(|units| {
        (
            weights(&layers(1, units)) as f64,
            least_relu_rmse_on_circle(units),
        )
    });
    let least = least.skip_while(|point| point.0 < left);
    let least = least.take_while(|point| point.0 < right && point.1 > bottom);
    let series = [
        Series::new("a cone", Colour::Ink, [(left, 0.5), (right, 0.5)]),
        Series::new("least, one layer", Colour::Green, least),
        Gradient::Hand.marks(points(found)),
        Gradient::Exact.marks(points(exact)),
    ];
    let (x, y) = (Axis::log("weights"), Axis::log("field RMSE on the circle"));
    LineChart::single(title, description, Panel::new(x, y, series)).draw()
}
// ANCHOR_END: sizes-figure

// ANCHOR: fit
/// How many tanh units one hidden layer is given.
const UNITS: [usize; 6] = [1, 2, 3, 4, 8, 16];

/// The trials of such layers.
fn of_units(seeds: Seeds) -> Vec<Settings> {
    let few = Settings {
        seeds,
        points: 256,
        ..Settings::default()
    };
    of_sizes(&few, &UNITS.map(|units| layers(1, units)))
}

/// The error over the disc after all points are minimised at once.
fn fit(trial: &Settings) -> hnn::Result<Spread> {
    let method = Lbfgs {
        memory: 50,
        evaluations: 2000,
        gradient_tolerance: 0.0,
        change_tolerance: 0.0,
    };
    let errors = trial.seeds.each(|seed| {
        let (data, mut network, _) = trial.start(seed)?;
        let mut loss = Evaluator::new(Loss::FIELD, &network)?;
        minimize(&mut network, &mut loss, &data, &method, unobserved)?;
        Ok(field_rmse_on_disc(&network, Oscillator::UNIT))
    })?;
    Ok(Spread::of(errors))
}
// ANCHOR_END: fit

// ANCHOR: by-way
/// The same trial on points of many energies.
fn on_disc(trial: &Settings) -> Settings {
    Settings {
        data: Data::Disc,
        ..trial.clone()
    }
}

fn gradient_name(objective: Objective) -> &'static str {
    match objective {
        Objective::Notebook => "notebook's",
        Objective::Full | Objective::Field => "exact",
    }
}
// ANCHOR_END: by-way

// ANCHOR: facts
/// The numbers of both grids on the circle, as the text quotes them.
fn grid_facts(found: &[Runs], exact: &[Runs]) -> Facts {
    let last = found.len() - 1;
    let (small, large) = (&found[0].settings.widths, &found[last].settings.widths);
    let of_all = found.iter().flat_map(|runs| &runs.outcomes);
    let found_best = Spread::of(of_all.map(|run| run.circle)).smallest;
    let outcomes = || exact.iter().flat_map(|runs| &runs.outcomes);
    let below = outcomes().filter(|run| run.circle < found_best).count();
    // The widest layer of ReLUs whose best is as bad as the notebook's largest network.
    let explains =
        (1..).take_while(|&n| least_relu_rmse_on_circle(n) >= found[last].circle().median);
    Facts::new()
        .with("runs", outcomes().count())
        .with("weights_small", thousands(weights(small)))
        .with("weights_large", thousands(weights(large)))
        .with("times", thousands(weights(large) / weights(small)))
        .with("found_best", brief(found_best))
        .with("exact_below", below)
        .with("least_small", brief(least_relu_rmse_on_circle(small[1])))
        .with("least_large", brief(least_relu_rmse_on_circle(large[1])))
        .with("least_explains", explains.count())
}
// ANCHOR_END: facts

#[cfg(test)]
mod exercises {
    use super::*;

    // ANCHOR: exercise-1
    /// Your turn: the 17 weights of four squared ReLUs that the notebook's gradient calls
    /// perfect, and whose motion runs backwards.
    fn backwards() -> Vec<f64> {
        vec![f64::NAN; 17]
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_backwards(answer: impl Fn() -> Vec<f64>) -> Result<(), String> {
        let network = written(&[2, 4, 1], Activation::SquaredRelu, &answer())?;
        let ring = hnn::phase_space::rings(&Oscillator::UNIT, &[0.5], 1000)
            .map_err(|error| error.to_string())?;
        let asked = energy_error(&network, &ring);
        if asked.is_nan() || asked > 1e-12 {
            return Err(format!("the energy on the circle is off by {asked:.1e}"));
        }
        let (along, across) = slopes(&network, &ring);
        if along < 1e-9 && (across + 1.0).abs() < 1e-9 {
            Ok(())
        } else {
            Err(format!(
                "the slope across the circle is {across:.3} where backwards is -1, and along it {along:.3}"
            ))
        }
    }

    /// A network with these weights, in the order of θ: W, row by row, then b, layer after
    /// layer.
    fn written(
        widths: &[usize],
        activation: Activation,
        weights: &[f64],
    ) -> Result<Network, String> {
        let mut network = Network::zeros(widths, activation).map_err(|error| error.to_string())?;
        let (needed, given) = (network.parameters().len(), weights.len());
        if needed != given {
            return Err(format!("the network has {needed} weights, not {given}"));
        }
        network.parameters_mut().copy_from_slice(weights);
        Ok(network)
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn backwards_solved() -> Vec<f64> {
        let q = [1.0, -1.0, 0.0, 0.0];
        let p = [0.0, 0.0, 1.0, -1.0];
        let bias = [0.0; 4];
        let out = [-0.5; 4];
        [&q[..], &p, &bias, &out, &[1.0]].concat()
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn backwards` first"]
    fn exercise_1() -> Result<(), String> {
        check_backwards(backwards)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_backwards(backwards_solved)?;
        // ANCHOR_END: try-1
        let forwards = || {
            let mut weights = backwards_solved();
            weights[12..].copy_from_slice(&[0.5, 0.5, 0.5, 0.5, 0.0]);
            weights
        };
        assert!(check_backwards(forwards).is_err(), "the true energy passes");
        let unlifted = || {
            let mut weights = backwards_solved();
            weights[16] = 0.0;
            weights
        };
        assert!(check_backwards(unlifted).is_err(), "a wrong energy passes");
        assert!(check_backwards(|| vec![f64::NAN; 17]).is_err());
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: how few units of this activation, in one hidden layer, make a bowl.
    fn fewest(_activation: Activation) -> usize {
        0
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_fewest(answer: impl Fn(Activation) -> usize) -> Result<(), String> {
        use hnn::model::Activation::{Gelu, Silu, Sin, Softplus, Tanh};
        for activation in [Tanh, Softplus, Silu, Gelu, Sin] {
            let units = answer(activation);
            if units == 0 {
                return Err(format!("{activation}: no unit at all makes a flat energy"));
            }
            let enough = best_of_three(activation, units)?;
            if enough > 0.1 {
                return Err(format!(
                    "{activation}: with {units} the best error is {enough:.2}: too few"
                ));
            }
            let fewer = best_of_three(activation, units - 1)?;
            if fewer < 0.1 {
                return Err(format!(
                    "{activation}: with one fewer than {units} the best error is {fewer:.4}: one too many"
                ));
            }
        }
        Ok(())
    }

    /// The best error over the disc of three seeds, with so many units of this activation.
    fn best_of_three(activation: Activation, units: usize) -> Result<f64, String> {
        if units == 0 {
            return Ok(f64::INFINITY);
        }
        let trial = Settings {
            activation,
            points: 64,
            widths: layers(1, units),
            ..Settings::default()
        };
        let method = Lbfgs {
            evaluations: 500,
            ..Lbfgs::default()
        };
        let fit = |seed| {
            let (data, mut network, _) = trial.start(seed)?;
            let mut loss = Evaluator::new(Loss::FIELD, &network)?;
            minimize(&mut network, &mut loss, &data, &method, unobserved)?;
            Ok(field_rmse_on_disc(&network, Oscillator::UNIT))
        };
        let errors = hnn::learning::Seeds::new(0, 3)
            .each(fit)
            .map_err(|error| error.to_string())?;
        Ok(Spread::of(errors).smallest)
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn fewest_solved(activation: Activation) -> usize {
        let rises = |x: f64| activation.jet(x).slope >= 0.0;
        let mut points = (-400..=400).map(|index| f64::from(index) / 100.0);
        let only_rises = points.all(rises);
        if only_rises { 3 } else { 2 }
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn fewest` first"]
    fn exercise_2() -> Result<(), String> {
        check_fewest(fewest)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_fewest(fewest_solved)?;
        // ANCHOR_END: try-2
        assert!(check_fewest(|_| 2).is_err(), "two for all passes");
        assert!(check_fewest(|_| 3).is_err(), "three for all passes");
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: the 13 weights of three tanh units whose field is right to a thousandth,
    /// without any training.
    fn three_units() -> Vec<f64> {
        vec![f64::NAN; 13]
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_three_units(answer: impl Fn() -> Vec<f64>) -> Result<(), String> {
        let network = written(&[2, 3, 1], Activation::Tanh, &answer())?;
        let error = field_rmse_on_disc(&network, Oscillator::UNIT);
        if error < 1e-3 {
            Ok(())
        } else {
            Err(format!(
                "the field RMSE over the disc is {error:.4}, not below 0.001"
            ))
        }
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn three_units_solved() -> Vec<f64> {
        let (small, bias) = (0.01, (1.0 / 3f64.sqrt()).atanh());
        let half = 3f64.sqrt() / 2.0;
        let q = [1.0, -0.5, -0.5].map(|x| small * x);
        let p = [0.0, half, -half].map(|x| small * x);
        let curvature = Activation::Tanh.jet(bias).curvature;
        let out = 2.0 / (3.0 * small * small * curvature);
        [&q[..], &p, &[bias; 3], &[out; 3], &[0.0]].concat()
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn three_units` first"]
    fn exercise_3() -> Result<(), String> {
        check_three_units(three_units)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_three_units(three_units_solved)?;
        // ANCHOR_END: try-3
        let coarse = || {
            // The same with a step of 1: no longer small.
            let mut weights = three_units_solved();
            weights[..6].iter_mut().for_each(|w| *w *= 100.0);
            weights[9..12].iter_mut().for_each(|w| *w /= 10_000.0);
            weights
        };
        assert!(check_three_units(coarse).is_err(), "a coarse bowl passes");
        assert!(check_three_units(|| vec![f64::NAN; 13]).is_err());
        Ok(())
    }
}
