//! Chapter 1, gradients: is the hand-written gradient the gradient of the loss it is printed beside?
//!
//! `cargo run --example chapter1`

// ANCHOR: uses
use hnn::activation::Activation;
use hnn::dataset::Points;
use hnn::evidence::{Axis, Colour, Evidence, Facts, Figure, LineChart, Mark, Panel, Series};
use hnn::evidence::{Table, thousands};
use hnn::gradient_check::{Comparison, Differences};
use hnn::metrics::{field_rmse_on_circle, field_rmse_on_disc};
use hnn::network::Network;
use hnn::notebook::{Gradient, Look, Notebook, Objective, Settings, Terms};
use hnn::seeds;
use hnn::trial::{Spread, brief};
// ANCHOR_END: uses

// ANCHOR: step
/// The step of the differences: a hundred times the notebook's epsilon, far above rounding.
const STEP: f64 = 1e-5;
/// How many weights of each matrix are checked, if it has more.
const CHECKED: usize = 1024;
// ANCHOR_END: step

fn main() -> std::process::ExitCode {
    let about = "Checks the notebook's hand-written gradient against differences of its own loss";
    hnn::cli::run("chapter1", about, experiment)
}

/// The chapter's experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: gradient
    let notebook = Notebook::new(settings.clone())?;
    let batch: Points = notebook.even_batch();
    let mut gradient = vec![0.0; notebook.network().parameters().len()];
    let terms = notebook.objective().terms_and_hand_gradient(
        notebook.network(),
        batch.view(),
        &mut gradient,
    );
    evidence.show("terms", terms_table(&terms))?;
    // ANCHOR_END: gradient

    // ANCHOR: own-terms
    let own = notebook.sampled_differences(&batch, STEP, CHECKED, Objective::trained_loss);
    evidence.show(
        "own-terms",
        Comparison::table(notebook.network(), &gradient, &own),
    )?;
    // ANCHOR_END: own-terms

    // ANCHOR: full-loss
    let full = notebook.sampled_differences(&batch, STEP, CHECKED, Objective::loss);
    evidence.show(
        "full-loss",
        Comparison::table(notebook.network(), &gradient, &full),
    )?;
    // ANCHOR_END: full-loss

    // ANCHOR: scatter
    evidence.show("scatter", scatter(notebook.network(), &gradient, &full)?)?;
    // ANCHOR_END: scatter

    // ANCHOR: check-facts
    let control = Comparison::of(&gradient, &own.slopes);
    let check = Comparison::of(&gradient, &full.slopes);
    let trained = terms.energy + terms.l2;
    evidence.show(
        "check",
        Facts::new()
            .with("parameters", thousands(gradient.len()))
            .with("checked", thousands(full.checked.len()))
            .with("share", format!("{:.0}", 100.0 * trained / terms.loss()))
            .with("own_error", format!("{:.0e}", control.relative_error))
            .with("cosine", format!("{:.2}", check.cosine))
            .with("norm_ratio", format!("{:.2}", check.norm_ratio))
            .with("set_aside", full.set_aside()),
    )?;
    // ANCHOR_END: check-facts

    // ANCHOR: exact
    let exact = notebook.gradient(Gradient::Exact, &batch);
    evidence.show(
        "exact",
        Comparison::table(notebook.network(), &exact, &full),
    )?;
    // ANCHOR_END: exact

    // ANCHOR: exact-tanh
    let smooth = Notebook::with_activation(settings.clone(), Activation::Tanh)?;
    let smooth_full = smooth.sampled_differences(&batch, STEP, CHECKED, Objective::loss);
    let smooth_exact = smooth.gradient(Gradient::Exact, &batch);
    evidence.show(
        "exact-tanh",
        Comparison::table(smooth.network(), &smooth_exact, &smooth_full),
    )?;
    // ANCHOR_END: exact-tanh

    // ANCHOR: connected
    let activations = [Activation::Relu, Activation::Tanh];
    let connected = seeds::each_of(&activations, three(&settings), |&activation, seed| {
        connect(&settings, activation, seed)
    })?;
    evidence.show("connected", connected_table(&activations, &connected))?;
    // ANCHOR_END: connected

    // ANCHOR: walk
    let walks = seeds::each(three(&settings), |seed| walk(&settings, seed))?;
    evidence.show("walk", walk_table(&walks))?;
    // ANCHOR_END: walk

    // ANCHOR: walk-figure
    evidence.show("walk-figure", walk_figure(&walks)?)?;
    // ANCHOR_END: walk-figure

    // ANCHOR: walk-facts
    evidence.show("along", walk_facts(&walks))?;
    // ANCHOR_END: walk-facts

    // ANCHOR: repair
    let recipes = [
        (Gradient::Hand, Activation::Relu),
        (Gradient::Differences, Activation::Relu),
        (Gradient::Exact, Activation::Relu),
        (Gradient::Hand, Activation::Tanh),
        (Gradient::Exact, Activation::Tanh),
    ];
    let repairs = seeds::each_of(&recipes, three(&settings), |&(which, activation), seed| {
        repair(&settings, which, activation, seed)
    })?;
    evidence.show("repair", repair_table(&recipes, &repairs))?;
    // ANCHOR_END: repair

    // ANCHOR: repair-figure
    evidence.show("repair-figure", repair_figure(&recipes, &repairs)?)?;
    // ANCHOR_END: repair-figure

    // ANCHOR: repair-facts
    let error = |recipe: usize, of: fn(&Run) -> f64| {
        brief(Spread::of(repairs[recipe].iter().map(of)).median)
    };
    evidence.show(
        "repaired",
        Facts::new().with("hand_circle", error(0, on_circle)),
    )?;
    // ANCHOR_END: repair-facts
    Ok(())
}

// ANCHOR: terms-table
/// The terms of the loss, each with its share, and whether the hand-written gradient has it.
fn terms_table(terms: &Terms) -> Table {
    let mut table = Table::new(["term", "value", "share", "in the gradient"]);
    let rows = [
        ("(∂H/∂p - p/m)²", terms.velocity, "no"),
        ("(-∂H/∂q + k q)²", terms.force, "no"),
        ("(H - H_true)²", terms.energy, "yes"),
        ("λ Σ W²", terms.l2, "yes"),
    ];
    for (name, value, differentiated) in rows {
        let share = format!("{:.2}%", 100.0 * value / terms.loss());
        table.row([
            name.into(),
            format!("{value:.4}"),
            share,
            differentiated.into(),
        ]);
    }
    table
}
// ANCHOR_END: terms-table

// ANCHOR: scatter-figure
/// Every 80th weight and every 4th bias: the gradient across, the difference of the loss up.
fn scatter(network: &Network, gradient: &[f64], full: &Differences) -> hnn::Result<Figure> {
    let (mut weights, mut biases) = (Vec::new(), Vec::new());
    for block in network.blocks() {
        let (points, stride) = if block.is_weight {
            (&mut weights, 80)
        } else {
            (&mut biases, 4)
        };
        let pairs = block.range.step_by(stride);
        points.extend(pairs.filter_map(|i| Some((gradient[i], full.slopes[i]?))));
    }
    let all = || weights.iter().chain(&biases);
    let reach = all().fold(0.0, |reach: f64, (g, d)| reach.max(g.abs()).max(d.abs())) * 1.05;
    let whole = Comparison::of(gradient, &full.slopes);
    let title = format!(
        "Biases lie on the diagonal, weights do not: the gradient has {:.2} of the length",
        whole.norm_ratio
    );
    let description = format!(
        "Hand-written gradient against central differences of the full loss, for {} weights and {} biases. Biases \
         agree. Over all parameters the cosine is {:.2} and the gradient has {:.2} of the length it should have.",
        weights.len(),
        biases.len(),
        whole.cosine,
        whole.norm_ratio,
    );
    let diagonal = vec![(-reach, -reach), (reach, reach)];
    let series = vec![
        Series::new("equal", Colour::Ink, diagonal).labelled_at(0.72 * reach, 0.5 * reach),
        Series::new("weights", Colour::Vermillion, weights)
            .marked(Mark::Dot)
            .labelled_at(0.25 * reach, 0.5 * reach),
        Series::new("biases", Colour::Blue, biases)
            .marked(Mark::Cross)
            .labelled_at(-0.62 * reach, -0.35 * reach),
    ];
    let axis = |label: &str| Axis::new(label, (-reach, reach));
    let panel = Panel {
        x: axis("hand-written gradient"),
        y: axis("slope of the loss"),
        series,
        square: false,
    };
    LineChart {
        title,
        description,
        panels: vec![panel],
    }
    .draw()
}
// ANCHOR_END: scatter-figure

// ANCHOR: three
/// The first seed of the settings and the two after it.
fn three(settings: &Settings) -> std::ops::Range<u64> {
    settings.seed..settings.seed.saturating_add(3)
}
// ANCHOR_END: three

// ANCHOR: connected-table
/// The gradient with differences in it against the exact one, at a seed's initial weights.
fn connect(settings: &Settings, activation: Activation, seed: u64) -> hnn::Result<Comparison> {
    let settings = Settings {
        seed,
        ..settings.clone()
    };
    let notebook = Notebook::with_activation(settings, activation)?;
    let batch = notebook.even_batch();
    let [connected, exact] =
        [Gradient::Differences, Gradient::Exact].map(|which| notebook.gradient(which, &batch));
    Ok(Comparison::with_exact(&connected, &exact))
}

/// A row an activation, its relative error over the seeds.
fn connected_table(activations: &[Activation], connected: &[Vec<Comparison>]) -> Table {
    let mut table = Table::new(["network", "relative error"]);
    for (activation, seeds) in activations.iter().zip(connected) {
        let error = Spread::of(seeds.iter().map(|comparison| comparison.relative_error));
        table.row([activation.to_string(), error.to_string()]);
    }
    table
}
// ANCHOR_END: connected-table

// ANCHOR: walk-run
/// The run is followed for this many epochs at the most: about as far as early stopping lets it go.
const EPOCHS: usize = 70;
/// Both gradients are looked at once in so many steps, and after step 100.
const EVERY: usize = 500;
/// How many training points they are taken at.
const POINTS: usize = 500;

/// Follows the notebook's own run and looks at its gradient on the way.
fn walk(settings: &Settings, seed: u64) -> hnn::Result<Vec<Look>> {
    let settings = Settings {
        seed,
        ..settings.clone()
    };
    let mut notebook = Notebook::new(settings.clone())?;
    let points = notebook.even_points(POINTS);
    let epochs = EPOCHS.min(settings.epochs);
    let mut looks = Vec::new();
    notebook.follow(Gradient::Hand, epochs, |step, network| {
        if step % EVERY == 0 || step == 100 {
            looks.push(Look::at(step, &settings, network, points.view()));
        }
    })?;
    Ok(looks)
}
// ANCHOR_END: walk-run

// ANCHOR: walk-table
/// The cosine of every seed and the spread of the norm ratio, at some of the steps.
fn walk_table(walks: &[Vec<Look>]) -> Table {
    let mut table = Table::new(["step", "cosine", "norm ratio"]);
    for index in 0..walks[0].len() {
        let step = walks[0][index].step;
        if ![0, 100, 500, 1000].contains(&step) && step % 2500 != 0 {
            continue;
        }
        let looks = || walks.iter().map(|walk| &walk[index]);
        let cosines: Vec<String> = looks()
            .map(|look| format!("{:.2}", look.hand.cosine))
            .collect();
        table.row([
            thousands(step),
            cosines.join(", "),
            Spread::of(looks().map(|look| look.hand.norm_ratio)).to_string(),
        ]);
    }
    table
}
// ANCHOR_END: walk-table

// ANCHOR: walk-facts-made
fn walk_facts(walks: &[Vec<Look>]) -> Facts {
    let later: Vec<&Look> = walks
        .iter()
        .flatten()
        .filter(|look| look.step > 100)
        .collect();
    let uphill = later.iter().filter(|look| look.hand.cosine < 0.0).count();
    let explained = later
        .iter()
        .filter(|look| (look.hand.cosine < 0.0) == (look.offset > 0.0))
        .count();
    Facts::new()
        .with("looks", later.len())
        .with("uphill", uphill)
        .with("explained", explained)
        .with(
            "offset",
            Spread::of(later.iter().map(|look| look.offset.abs())),
        )
        .with(
            "mean",
            Spread::of(walks.iter().map(|walk| {
                walk.iter()
                    .filter(|look| look.step > 100)
                    .map(|look| look.hand.cosine)
                    .sum::<f64>()
            })),
        )
        .with(
            "each",
            format!(
                "{:?}",
                walks
                    .iter()
                    .map(|walk| walk.iter().filter(|look| look.hand.cosine < 0.0).count())
                    .collect::<Vec<_>>()
            ),
        )
}
// ANCHOR_END: walk-facts-made

// ANCHOR: walk-drawing
fn walk_figure(walks: &[Vec<Look>]) -> hnn::Result<Figure> {
    let colours = [Colour::Blue, Colour::Vermillion, Colour::Green];
    let series = walks
        .iter()
        .zip(colours)
        .enumerate()
        .map(|(index, (walk, colour))| {
            let points = walk
                .iter()
                .map(|look| (look.step as f64, look.hand.cosine))
                .collect();
            Series::new(format!("seed {index}"), colour, points)
        })
        .collect();
    LineChart {
        title: "x".into(),
        description: "y".into(),
        panels: vec![Panel {
            x: Axis::new("step", (0.0, 17500.0)),
            y: Axis::new("cosine", (-1.0, 1.0)),
            series,
            square: false,
        }],
    }
    .draw()
}
// ANCHOR_END: walk-drawing

// ANCHOR: repair-run
/// Epochs of each repaired run; the rate falls to zero over them.
const REPAIR_EPOCHS: usize = 10;

/// A run: the error on the circle on its way, and the network at its end.
type Run = (Vec<(f64, f64)>, Network);

fn on_circle(run: &Run) -> f64 {
    field_rmse_on_circle(&run.1, UNIT)
}

const UNIT: hnn::hamiltonian::Oscillator = hnn::hamiltonian::Oscillator {
    mass: 1.0,
    stiffness: 1.0,
};

fn repair(
    settings: &Settings,
    which: Gradient,
    activation: Activation,
    seed: u64,
) -> hnn::Result<Run> {
    let epochs = REPAIR_EPOCHS.min(settings.epochs);
    let settings = Settings {
        seed,
        epochs,
        ..settings.clone()
    };
    let truth = settings.oscillator();
    let mut notebook = Notebook::with_activation(settings, activation)?;
    let mut track = Vec::new();
    notebook.follow(which, epochs, |step, network| {
        if step % 250 == 0 {
            track.push((step as f64, field_rmse_on_circle(network, truth)));
        }
    })?;
    Ok((track, notebook.network().clone()))
}

fn repair_table(recipes: &[(Gradient, Activation)], repairs: &[Vec<Run>]) -> Table {
    let mut table = Table::new(["gradient", "network", "circle", "disc"]);
    for ((which, activation), runs) in recipes.iter().zip(repairs) {
        table.row([
            which.name().to_string(),
            activation.to_string(),
            Spread::of(runs.iter().map(on_circle)).to_string(),
            Spread::of(runs.iter().map(|r| field_rmse_on_disc(&r.1, UNIT))).to_string(),
        ]);
    }
    table
}
// ANCHOR_END: repair-run

fn repair_figure(recipes: &[(Gradient, Activation)], repairs: &[Vec<Run>]) -> hnn::Result<Figure> {
    let colours = [Colour::Blue, Colour::Vermillion, Colour::Green];
    let series = repairs[2]
        .iter()
        .zip(colours)
        .enumerate()
        .map(|(index, (run, colour))| Series::new(format!("seed {index}"), colour, run.0.clone()))
        .collect();
    LineChart {
        title: "x".into(),
        description: format!("{}", recipes.len()),
        panels: vec![Panel {
            x: Axis::new("step", (0.0, 2500.0)),
            y: Axis::log("error", (1e-3, 3.0)),
            series,
            square: false,
        }],
    }
    .draw()
}
