//! Recipes with Adam: three that bring the field to a thousandth, and what each takes.
//!
//! `cargo run --example recipes`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Table, brief,
};
use hnn::learning::seeds;
use hnn::measure::{Spread, field_rmse};
use hnn::mechanics::{Exact, hundred_periods};
use hnn::model::Activation;
use hnn::phase_space::{Oscillator, sunflower};
use hnn::trial::{Gradient, Outcome, Rate, Settings};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Trains the spring by three recipes that need Adam only, and says what each takes";
    hnn::cli::run("recipes", about, experiment)
}

/// The experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: run
    let recipes: Vec<Settings> = recipes(&settings);
    let seeds = settings.seed..settings.seed + settings.seeds;
    let runs: Vec<Vec<Run>> = seeds::each_of(&recipes, seeds, run)?;
    evidence.show("recipes", table(&recipes, &runs))?;
    // ANCHOR_END: run

    // ANCHOR: figure
    evidence.show("courses", courses(&recipes, &runs)?)?;
    // ANCHOR_END: figure

    // ANCHOR: facts
    evidence.show("facts", facts(&runs))?;
    // ANCHOR_END: facts
    Ok(())
}

// ANCHOR: recipes
/// Steps from one look at the field to the next, and the points of the disc that a look sees.
const LOOK: usize = 50;
const SEEN: usize = 500;

/// Few points, all in every step; more steps at a third of the rate; a large network, small batches, and the energy as well.
fn recipes(settings: &Settings) -> Vec<Settings> {
    let at_once = Settings {
        gradient: Gradient::Field,
        rate: Rate::Cosine,
        points: 256,
        batch_size: 256,
        ..settings.clone()
    };
    let gelu = Settings {
        activation: Activation::Gelu,
        initial_rate: 3e-2,
        steps: 3000,
        ..at_once.clone()
    };
    let softplus = Settings {
        activation: Activation::Softplus,
        initial_rate: 1e-2,
        steps: 5000,
        ..at_once
    };
    let silu = Settings {
        activation: Activation::Silu,
        gradient: Gradient::Full,
        widths: vec![2, 128, 128, 128, 1],
        points: 2000,
        batch_size: 32,
        initial_rate: 1e-3,
        steps: 10_000,
        ..gelu.clone()
    };
    vec![gelu, softplus, silu]
}

/// What a run of a recipe reached.
struct Run {
    /// Every [`LOOK`] steps: the step, and the field RMSE over the disc.
    looks: Vec<(usize, f64)>,
    disc: f64,
    energy: f64,
    phase: f64,
}

impl Run {
    /// The step of the first look below this error.
    fn first_below(&self, error: f64) -> Option<usize> {
        let below = self.looks.iter().find(|(_, rmse)| *rmse < error);
        below.map(|(step, _)| *step)
    }
}

/// One seed of a recipe, and a rollout over a hundred periods.
fn run(recipe: &Settings, seed: u64) -> hnn::Result<Run> {
    let (mut looks, points) = (Vec::new(), sunflower(SEEN));
    let outcome = Outcome::watched(recipe, seed, |step| {
        if step.index % LOOK == 0 {
            let rmse = field_rmse(step.network, Oscillator::UNIT, points.view());
            looks.push((step.index, rmse));
        }
    })?;
    looks.push((recipe.steps, outcome.disc));
    let mut field = Exact::of(&outcome.network);
    // The integrator's own share at so many steps a period is 1e-5 of the energy and 1e-4 of a radian.
    let motion = hundred_periods(|z| field.at(z), [0.8, 0.0], 100)?;
    Ok(Run {
        looks,
        disc: outcome.disc,
        energy: motion.energy.largest.abs(),
        phase: motion.phase.last.abs(),
    })
}
// ANCHOR_END: recipes

// ANCHOR: table
/// One row a recipe: medians over the seeds, and the ends.
fn table(recipes: &[Settings], runs: &[Vec<Run>]) -> Table {
    let mut table = Table::new([
        "recipe",
        "field RMSE",
        "steps to 0.01",
        "to 0.001",
        "energy error",
        "phase error",
    ]);
    for (recipe, runs) in recipes.iter().zip(runs) {
        let spread = |number: fn(&Run) -> f64| Spread::of(runs.iter().map(number)).to_string();
        table.row([
            recipe.activation.to_string(),
            spread(|run| run.disc),
            first_below(runs, 1e-2),
            first_below(runs, 1e-3),
            spread(|run| run.energy),
            spread(|run| run.phase),
        ]);
    }
    table
}

/// The earliest and the latest first look below this error, and how many runs had none.
fn first_below(runs: &[Run], error: f64) -> String {
    let steps = || runs.iter().filter_map(|run| run.first_below(error));
    let never = runs.len() - steps().count();
    let reached = match (steps().min(), steps().max()) {
        (Some(first), Some(last)) if first < last => format!("{first} to {last}"),
        (Some(first), _) => first.to_string(),
        _ => return "never".into(),
    };
    if never == 0 {
        return reached;
    }
    format!("{reached}, {never} never")
}
// ANCHOR_END: table

// ANCHOR: courses
/// The first seed of every recipe: the error of the field against the gradients spent.
fn courses(recipes: &[Settings], runs: &[Vec<Run>]) -> hnn::Result<Figure> {
    let colours = [Colour::Blue, Colour::Vermillion, Colour::Green];
    let series: Vec<Series> = recipes
        .iter()
        .zip(runs)
        .zip(colours)
        .map(|((recipe, runs), colour)| {
            let spent = |step: usize| (step * recipe.batch_size) as f64;
            // A logarithmic axis has no place for what no step has been spent on.
            let looks = runs[0].looks.iter().filter(|(step, _)| *step > 0);
            let points = looks.map(|&(step, rmse)| (spent(step), rmse)).collect();
            Series::new(recipe.activation.to_string(), colour, points)
        })
        .collect();
    let points = || series.iter().flat_map(|series| &series.points);
    let (first, last) = points().fold((f64::MAX, 0.0_f64), |(first, last), point| {
        (first.min(point.0), last.max(point.0))
    });
    let errors = points().map(|point| point.1);
    let least = errors.clone().fold(f64::MAX, f64::min);
    let title = format!("With Adam alone, the field gets to {}", brief(least));
    let description = format!(
        "The error of the field along one run of each of {} recipes, from {} to {} gradients of single points, on logarithmic axes. The \
         errors waver while the rate is high and settle as it falls; the least is {}.",
        recipes.len(),
        brief(first),
        brief(last),
        brief(least),
    );
    let panel = Panel::new(
        Axis::log("gradients of single points", (first, 8.0 * last)),
        Axis::decades("field RMSE", errors),
        series,
    );
    LineChart::single(title, description, panel.labelled_at_ends(1.3 * last)).draw()
}
// ANCHOR_END: courses

// ANCHOR: medians
/// What the sentences quote.
fn facts(runs: &[Vec<Run>]) -> Facts {
    let median =
        |runs: &[Run], number: fn(&Run) -> f64| brief(Spread::of(runs.iter().map(number)).median);
    let all = || runs.iter().flatten();
    let phases = Spread::of(all().map(|run| run.phase));
    Facts::new()
        .with("seeds", runs[0].len())
        .with("gelu", median(&runs[0], |run| run.disc))
        .with("softplus", median(&runs[1], |run| run.disc))
        .with("silu", median(&runs[2], |run| run.disc))
        .with("least_phase", brief(phases.smallest))
        .with("largest_phase", brief(phases.largest))
        .with(
            "largest_energy",
            brief(Spread::of(all().map(|run| run.energy)).largest),
        )
}
// ANCHOR_END: medians
