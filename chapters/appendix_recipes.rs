//! Recipes with Adam: four that bring the field to a thousandth, and what each takes.
//!
//! `cargo run --example recipes`

// ANCHOR: uses
use hnn::Error;
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Panel, Series, Table, brief,
};
use hnn::learning::Seeds;
use hnn::measure::{Spread, field_rmse};
use hnn::mechanics::{Exact, hundred_periods};
use hnn::model::Activation;
use hnn::phase_space::{Oscillator, sunflower};
use hnn::trial::{Objective, Outcome, Runs, ScheduleKind, Settings};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Trains the spring by four recipes that need Adam only, and says what each takes";
    hnn::cli::run("recipes", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// Its seeds.
        seeds: in Seeds,
        /// Steps of a run at the most
        steps: usize = 10_000,
    }
}
// ANCHOR_END: knobs

/// The experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: run
    let recipes: Vec<Recipe> = recipes(&knobs);
    let runs: Vec<Vec<Run>> = knobs.seeds.each_of(&recipes, run)?;
    evidence.show(
        "recipes",
        Table::of(recipes.iter().zip(&runs))
            .column("recipe", |(recipe, _)| recipe.name)
            .column("multiply-adds", |(recipe, _)| brief(recipe.bill()))
            .column("field RMSE", |(_, runs)| spread(runs, |run| run.disc))
            .column("steps to 0.01", |(_, runs)| first_below(runs, 1e-2))
            .column("to 0.001", |(_, runs)| first_below(runs, 1e-3))
            .column("energy error", |(_, runs)| spread(runs, |run| run.energy))
            .column("phase error", |(_, runs)| spread(runs, |run| run.phase)),
    )?;
    // ANCHOR_END: run

    // ANCHOR: apart
    let small: Settings = recipes[2].settings.clone();
    let energies = Settings {
        objective: Objective::Full,
        ..small.clone()
    };
    let few = Settings {
        points: 256,
        ..small
    };
    let changed: Vec<Runs> = Runs::of(&[energies, few])?;
    evidence.show(
        "apart",
        Table::of(
            ["and the energies as labels", "256 points for 2,000"]
                .iter()
                .zip(&changed),
        )
        .column("small silu", |(name, _)| name)
        .column("field RMSE", |(_, runs)| runs.disc()),
    )?;
    // ANCHOR_END: apart

    // ANCHOR: figure
    evidence.show("courses", courses(&recipes, &runs))?;
    // ANCHOR_END: figure

    // ANCHOR: facts
    let small: Spread = spread(&runs[2], |run| run.disc);
    let large: Spread = spread(&runs[3], |run| run.disc);
    evidence.show(
        "facts",
        Facts::new()
            .with("seeds", runs[0].len())
            .with(
                "bill",
                format!("{:.1}", recipes[3].bill() / recipes[2].bill()),
            )
            .with("gain", format!("{:.1}", small.median / large.median)),
    )?;
    // ANCHOR_END: facts
    Ok(())
}

// ANCHOR: recipes
/// Steps from one look at the field to the next, and the points of the disc that a look sees.
const LOOK: usize = 50;
const SEEN: usize = 500;

/// A recipe and what the page calls it.
struct Recipe {
    name: &'static str,
    settings: Settings,
}

impl Recipe {
    /// Multiply-adds of a gradient at one point.
    fn a_point(&self) -> f64 {
        self.settings.objective.multiply_adds(&self.settings.widths) as f64
    }

    /// Those of the whole run.
    fn bill(&self) -> f64 {
        self.a_point() * (self.settings.batch_size * self.settings.steps) as f64
    }
}

/// Few points, all in every step; more steps at a third of the rate; small batches; and a larger network.
fn recipes(knobs: &Knobs) -> Vec<Recipe> {
    let gelu = Settings {
        objective: Objective::Field,
        schedule: ScheduleKind::Cosine,
        activation: Activation::Gelu,
        points: 256,
        batch_size: 256,
        learning_rate: 3e-2,
        steps: 3000,
        seeds: knobs.seeds,
        ..Settings::default()
    };
    let softplus = Settings {
        activation: Activation::Softplus,
        learning_rate: 1e-2,
        steps: 5000,
        ..gelu.clone()
    };
    let small = Settings {
        activation: Activation::Silu,
        points: 2000,
        batch_size: 32,
        learning_rate: 1e-2,
        steps: 10_000,
        ..gelu.clone()
    };
    let large = Settings {
        widths: vec![2, 128, 128, 128, 1],
        learning_rate: 3e-3,
        ..small.clone()
    };
    let named = [
        ("gelu", gelu),
        ("softplus", softplus),
        ("small silu", small),
        ("large silu", large),
    ];
    let recipe = |(name, settings): (&'static str, Settings)| Recipe {
        name,
        settings: Settings {
            steps: settings.steps.min(knobs.steps),
            ..settings
        },
    };
    named.into_iter().map(recipe).collect()
}

/// What a run of a recipe reached. The errors of a motion that leaves the finite numbers are infinite.
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
fn run(recipe: &Recipe, seed: u64) -> hnn::Result<Run> {
    let (mut looks, points) = (Vec::new(), sunflower(SEEN));
    let outcome = Outcome::watched(&recipe.settings, seed, |step| {
        if step.index % LOOK == 0 {
            let rmse = field_rmse(step.network, Oscillator::UNIT, points.view());
            looks.push((step.index, rmse));
        }
    })?;
    looks.push((recipe.settings.steps, outcome.disc));
    let mut field = Exact::of(&outcome.network);
    // The integrator's own share at so many steps a period is 1e-5 of the energy and 1e-4 of a radian.
    let [energy, phase] = match hundred_periods(|z| field.at(z), [0.8, 0.0], 100) {
        Ok(motion) => [motion.energy.largest.abs(), motion.phase.last.abs()],
        Err(Error::Escaped { .. }) => [f64::INFINITY; 2],
        Err(error) => return Err(error),
    };
    Ok(Run {
        looks,
        disc: outcome.disc,
        energy,
        phase,
    })
}

/// The spread over the seeds of a number of each run.
fn spread<'a>(runs: impl IntoIterator<Item = &'a Run>, number: fn(&Run) -> f64) -> Spread {
    Spread::of(runs.into_iter().map(number))
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
// ANCHOR_END: recipes

// ANCHOR: courses
/// The first seed of every recipe: the error of the field against the multiply-adds spent.
fn courses(recipes: &[Recipe], runs: &[Vec<Run>]) -> hnn::Result<Figure> {
    let colours = [
        Colour::Blue,
        Colour::Vermillion,
        Colour::Green,
        Colour::Purple,
    ];
    let mut series = Vec::new();
    for ((recipe, runs), colour) in recipes.iter().zip(runs).zip(colours) {
        // A logarithmic axis has no place for what no step has been spent on.
        let looks = runs[0].looks.iter().filter(|(step, _)| *step > 0);
        let a_step = recipe.a_point() * recipe.settings.batch_size as f64;
        let points = looks.map(|&(step, rmse)| (a_step * step as f64, rmse));
        series.push(Series::new(recipe.name, colour, points));
    }
    let points = || series.iter().flat_map(|series| &series.points);
    let spent = Spread::of(points().map(|point| point.0));
    let least = Spread::of(points().map(|point| point.1)).smallest;
    let title = format!("With Adam alone, the field gets to {}", brief(least));
    let description = format!(
        "The error of the field along one run of each of {} recipes, from {} to {} multiply-adds, on logarithmic axes. The \
         errors waver while the rate is high and settle as it falls; the least is {}.",
        recipes.len(),
        brief(spent.smallest),
        brief(spent.largest),
        brief(least),
    );
    let (x, y) = (Axis::log("multiply-adds"), Axis::log("field RMSE"));
    LineChart::single(title, description, Panel::new(x, y, series)).draw()
}
// ANCHOR_END: courses
