//! Chapter 1, gradients: is the hand-written gradient the gradient of the loss it is printed beside?
//!
//! `cargo run --example chapter1`

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Mark, Panel, Series, Setup, Table, brief,
    dashed, thousands,
};
use hnn::learning::{Adam, Optimizer, Seeds};
use hnn::measure::{Comparison, Differences, Spread, field_rmse_on_circle, field_rmse_on_disc};
use hnn::model::transcendental::tanh;
use hnn::model::{Activation, Network};
use hnn::notebook::{Gradient, Look, Notebook, Objective, Settings};
use hnn::phase_space::Points;
use hnn::random::{Gaussian, RandomSource};
// ANCHOR_END: uses

// ANCHOR: one-unit
/// H = u tanh(w q) at one point, with labels of H and of its slope. The loss;
/// its slope by w, from the energy alone; and from both.
fn tanh_unit(w: f64, [u, q]: [f64; 2], [energy, slope]: [f64; 2]) -> [f64; 3] {
    let a = tanh(w * q);
    let s = 1.0 - a * a; // the slope of tanh there
    let (h, g) = (u * a, u * s * w); // H, and dH/dq: by w, s and u
    let loss = (h - energy).powi(2) + (g - slope).powi(2);
    // Backwards: `by_x` is how fast the loss changes with x.
    let (by_h, by_g) = (2.0 * (h - energy), 2.0 * (g - slope));
    // From h to w: u to a, s through tanh, q to w.
    let by_energy = by_h * u * s * q;
    // g = u s w has w twice: as a factor, and in s = 1 - a a,
    // which changes -2 a times as fast as a.
    let by_s = by_g * u * w;
    let by_motion = by_g * u * s + by_s * (-2.0 * a * s) * q;
    [loss, by_energy, by_energy + by_motion]
}
// ANCHOR_END: one-unit

// ANCHOR: step
/// The step of the differences: a hundred times the notebook's epsilon, far above rounding.
const STEP: f64 = 1e-5;
/// How many weights of each matrix are checked, if it has more.
const CHECKED: usize = 256;
// ANCHOR_END: step

fn main() -> std::process::ExitCode {
    let about = "Checks the notebook's gradient against its own loss, at the start and along its run, and \
                 trains with the gradient of the whole loss instead";
    hnn::cli::run("chapter1", about, experiment)
}

// ANCHOR: knobs
hnn::settings! {
    /// What of this page can be changed.
    pub struct Knobs {
        /// First of the three seeds of the initial weights and the shuffles
        seed: u64 = 0,
        /// Points on the trajectory, training and validation together
        samples: usize = 10_000,
        /// Widths of the network: two inputs, hidden layers, one output
        widths: [usize] = [2, 128, 128, 128, 1],
        /// Mass m
        mass: f64 = 1.0,
        /// Epochs that the learning rate is planned for, and the most that are run
        epochs: usize = 2000,
        /// Points in a batch
        batch_size: usize = 32,
        /// Factor of the sum of squared weights in the loss
        l2: f64 = 1e-6,
        /// Step of the forward differences
        epsilon: f64 = 1e-7,
    }
}
// ANCHOR_END: knobs

/// The chapter's experiment, from the first line to the last.
pub fn experiment(knobs: Knobs, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: settings
    let settings = Settings {
        seed: knobs.seed,
        samples: knobs.samples,
        widths: knobs.widths.clone(),
        mass: knobs.mass,
        epochs: knobs.epochs,
        batch_size: knobs.batch_size,
        l2: knobs.l2,
        epsilon: knobs.epsilon,
        ..Settings::default()
    };
    // ANCHOR_END: settings

    // ANCHOR: gradient
    let notebook = Notebook::new(settings.clone())?;
    let batch: Points = notebook.even_batch();
    let mut gradient = vec![0.0; notebook.network().parameters().len()];
    let terms = notebook.objective().terms_and_hand_gradient(
        notebook.network(),
        batch.view(),
        &mut gradient,
    );
    let parts: [(&str, f64, &str); 4] = [
        ("(∂H/∂p - p/m)²", terms.velocity, "no"),
        ("(-∂H/∂q + k q)²", terms.force, "no"),
        ("(H - H_true)²", terms.energy, "yes"),
        ("λ Σ W²", terms.l2, "yes"),
    ];
    evidence.show(
        "terms",
        Table::of(&parts)
            .column("term", |(name, _, _)| name)
            .column("value", |(_, value, _)| format!("{value:.4}"))
            .column("share", |(_, value, _)| {
                format!("{:.2}%", 100.0 * value / terms.loss())
            })
            .column("in the gradient", |(_, _, differentiated)| differentiated),
    )?;
    // ANCHOR_END: gradient

    // ANCHOR: unit
    let (here, data) = ([1.5, 0.8], [0.32, 0.8]); // u and q; the spring's energy q²/2, and its slope q
    let [loss, by_energy, by_both] = tanh_unit(0.4, here, data);
    let [above, below] = [STEP, -STEP].map(|step| tanh_unit(0.4 + step, here, data)[0]);
    let [_, lucky, both] = tanh_unit(0.7, here, data);
    evidence.show(
        "unit",
        Facts::new()
            .with("loss", format!("{loss:.6}"))
            .with(
                "differences",
                format!("{:.6}", (above - below) / (2.0 * STEP)),
            )
            .with("energy", format!("{by_energy:.6}"))
            .with("both", format!("{by_both:.6}"))
            .with("lucky_energy", format!("{lucky:.3}"))
            .with("lucky_both", format!("{both:.3}")),
    )?;
    // ANCHOR_END: unit

    // ANCHOR: own-terms
    let own = notebook.differences(&batch, STEP, CHECKED, Objective::trained_loss);
    // ANCHOR_END: own-terms

    // ANCHOR: own-table
    evidence.show(
        "own-terms",
        Comparison::table(notebook.network(), &gradient, &own),
    )?;
    // ANCHOR_END: own-table

    // ANCHOR: full-loss
    let full = notebook.differences(&batch, STEP, CHECKED, Objective::loss);
    // ANCHOR_END: full-loss

    // ANCHOR: full-table
    evidence.show(
        "full-loss",
        Comparison::table(notebook.network(), &gradient, &full),
    )?;
    // ANCHOR_END: full-table

    // ANCHOR: scatter
    evidence.show("scatter", scatter(notebook.network(), &gradient, &full))?;
    // ANCHOR_END: scatter

    // ANCHOR: check-facts
    let control = Comparison::of(&gradient, &own.slopes);
    let check = Comparison::of(&gradient, &full.slopes);
    let trained = terms.energy + terms.l2;
    let silent = Network::constant(&settings.widths, 0.5)?;
    let silence = brief(field_rmse_on_circle(&silent, settings.oscillator()));
    let batches = Setup {
        data: format!("{} points of the circle", batch.nrows()),
        ..settings.setup(1, silence.clone())
    };
    evidence.show(
        "check",
        Facts::new()
            .with("setup", &batches)
            .with("parameters", thousands(gradient.len()))
            .with("checked", thousands(full.checked.len()))
            .with("share", format!("{:.0}", 100.0 * trained / terms.loss()))
            .with("own_error", format!("{:.0e}", control.relative_error))
            .with("cosine", format!("{:.2}", check.cosine))
            .with("norm_ratio", format!("{:.2}", check.norm_ratio)),
    )?;
    // ANCHOR_END: check-facts

    // ANCHOR: connected
    let activations = [Activation::Relu, Activation::Tanh];
    let connected = three(&settings).each_of(&activations, |&activation, seed| {
        connect(&settings, activation, seed)
    })?;
    evidence.show(
        "connected",
        Table::of(activations.iter().zip(&connected))
            .column("network", |(activation, _)| activation)
            .column("relative error of the connected gradient", |(_, seeds)| {
                Spread::of(seeds.iter().map(|seed| seed.relative_error))
            }),
    )?;
    // ANCHOR_END: connected

    // ANCHOR: exact
    let smooth = Notebook::with_activation(settings.clone(), Activation::Tanh)?;
    let smooth_full = smooth.differences(&batch, STEP, CHECKED, Objective::loss);
    let smooth_exact = smooth.gradient(Gradient::Exact, &batch);
    evidence.show(
        "exact",
        Comparison::table(smooth.network(), &smooth_exact, &smooth_full),
    )?;
    // ANCHOR_END: exact

    // ANCHOR: walk
    let walks = three(&settings).each(|seed| walk(&settings, seed))?;
    evidence.show("walk-figure", walk_figure(&walks))?;
    // ANCHOR_END: walk

    // ANCHOR: repair
    let recipes = [
        (Gradient::Hand, Activation::Relu),
        (Gradient::Differences, Activation::Relu),
        (Gradient::Exact, Activation::Relu),
        (Gradient::Hand, Activation::Tanh),
        (Gradient::Exact, Activation::Tanh),
    ];
    let repairs = three(&settings).each_of(&recipes, |&(gradient, activation), seed| {
        train(&settings, gradient, activation, seed)
    })?;
    evidence.show(
        "repair",
        Table::of(recipes.iter().zip(&repairs))
            .column("gradient", |((gradient, _), _)| gradient.name())
            .column("network", |((_, activation), _)| activation)
            .column("circle", |(_, runs)| spread(runs, |run| run.circle))
            .column("disc", |(_, runs)| spread(runs, |run| run.disc)),
    )?;
    // ANCHOR_END: repair

    // ANCHOR: along
    let setup = settings.setup(3, silence).scoring("");
    evidence.show("along", walk_facts(&walks).with("setup", setup))?;
    // ANCHOR_END: along

    // ANCHOR: adam
    evidence.show(
        "adam",
        Facts::new()
            .with("steady", format!("{:.2}", adams_step(|_| 1.0)))
            .with("coin", format!("{:.2}", adams_step(|coin| coin))),
    )?;
    // ANCHOR_END: adam

    // ANCHOR: exact-facts
    let smooth_check = Comparison::of(&smooth_exact, &smooth_full.slopes);
    let apart = Spread::of(connected.iter().flatten().map(|seed| seed.relative_error));
    evidence.show(
        "checked",
        Facts::new()
            .with(
                "setup",
                Setup {
                    network: format!("{} · relu or tanh", dashed(&settings.widths)),
                    gradient: "connected and exact gradients".into(),
                    seeds: 3,
                    ..batches.scoring("")
                },
            )
            .with("tanh_error", format!("{:.0e}", smooth_check.relative_error))
            .with("connected_error", format!("{:.0e}", apart.largest)),
    )?;
    // ANCHOR_END: exact-facts

    // ANCHOR: repair-facts
    evidence.show("repaired", repair_facts(&settings, &repairs, &silent))?;
    // ANCHOR_END: repair-facts
    Ok(())
}

// ANCHOR: scatter-figure
/// Every other weight that was checked and every 4th bias: the gradient across, the difference of the loss up.
fn scatter(network: &Network, gradient: &[f64], full: &Differences) -> hnn::Result<Figure> {
    let (mut weights, mut biases) = (Vec::new(), Vec::new());
    for block in network.blocks() {
        let (points, stride) = if block.is_weight {
            (&mut weights, 2)
        } else {
            (&mut biases, 4)
        };
        let pairs = block
            .range
            .filter_map(|i| Some((gradient[i], full.slopes[i]?)));
        points.extend(pairs.step_by(stride));
    }
    let all = weights.iter().chain(&biases).flat_map(|&(g, d)| [g, d]);
    // Of no numbers there is no range, and an axis says so.
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (least, most) = all.fold(none, |(least, most), x| (x.min(least), x.max(most)));
    let room = 0.05 * (most - least);
    let (low, high) = (least - room, most + room);
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
    let series = [
        Series::new("equal", Colour::Ink, [(low, low), (high, high)]),
        Series::new("weights", Colour::Green, weights).marked(Mark::Dot),
        Series::new("biases", Colour::Purple, biases).marked(Mark::Cross),
    ];
    let axis = |label: &str| Axis::new(label).between(low, high);
    let (x, y) = (axis("hand-written gradient"), axis("slope of the loss"));
    let panel = Panel {
        square: true,
        ..Panel::new(x, y, series)
    };
    LineChart::single(title, description, panel).draw()
}
// ANCHOR_END: scatter-figure

// ANCHOR: connected-table
/// The seed of the settings and the two after it.
fn three(settings: &Settings) -> Seeds {
    Seeds::new(settings.seed, 3)
}

/// The gradient with differences in it against the exact one, at a seed's initial weights.
fn connect(settings: &Settings, activation: Activation, seed: u64) -> hnn::Result<Comparison> {
    let notebook = Notebook::with_activation(settings.with_seed(seed), activation)?;
    let batch = notebook.even_batch();
    let [connected, exact] =
        [Gradient::Differences, Gradient::Exact].map(|which| notebook.gradient(which, &batch));
    Ok(Comparison::with_exact(&connected, &exact))
}
// ANCHOR_END: connected-table

// ANCHOR: walk-drawing
/// The run is followed for this many epochs at the most: about as far as early stopping lets it go.
const EPOCHS: usize = 70;
/// The two gradients are compared once in so many steps, and at an early step besides.
const EVERY: usize = 500;
const EARLY: usize = 100;
/// They are taken at this many training points.
const POINTS: usize = 500;

/// Follows the notebook's own run and looks at its gradient on the way.
fn walk(settings: &Settings, seed: u64) -> hnn::Result<Vec<Look>> {
    let mut notebook = Notebook::new(settings.with_seed(seed))?;
    let points = notebook.even_points(POINTS);
    let epochs = EPOCHS.min(settings.epochs);
    let mut looks = Vec::new();
    notebook.follow(Gradient::Hand, epochs, |step, network| {
        if step % EVERY == 0 || step == EARLY {
            looks.push(Look::at(step, settings, network, points.view()));
        }
    })?;
    Ok(looks)
}

/// Every look of every seed, told apart by whether the learned energies are too low or too high.
fn walk_figure(walks: &[Vec<Look>]) -> hnn::Result<Figure> {
    let looks = || walks.iter().flatten();
    let marks = |too_high: bool| {
        let marked = looks().filter(move |look| (look.offset > 0.0) == too_high);
        marked.map(|look| (look.step as f64, look.hand.cosine))
    };
    let later = || looks().filter(|look| look.step > 0);
    let uphill = later().filter(|look| look.hand.cosine < 0.0).count();
    let end = looks().fold(1.0, |end: f64, look| end.max(look.step as f64));
    let title = format!(
        "After the start the hand-written gradient points away from the true one in {uphill} of {} looks",
        later().count()
    );
    let description = format!(
        "Cosine between hand-written and exact gradient over the steps of {} runs. It is near 1 at the start. Afterwards \
         it jumps between about 0.9 and about -0.9: up where the learned energies are too low on average, down where they \
         are too high.",
        walks.len()
    );
    let level =
        |name, cosine| Series::new(name, Colour::Ink, [(0.0, cosine), (end, cosine)]).unlabelled();
    let series = [
        level("equal direction", 1.0),
        level("at a right angle", 0.0),
        Series::new("energies too low", Colour::Green, marks(false)).marked(Mark::Dot),
        Series::new("energies too high", Colour::Purple, marks(true)).marked(Mark::Cross),
    ];
    let cosine = Axis::new("cosine with the true gradient").between(-1.1, 1.1);
    let panel = Panel::new(
        Axis::new("steps of training").between(0.0, end),
        cosine,
        series,
    );
    LineChart::single(title, description, panel).draw()
}
// ANCHOR_END: walk-drawing

// ANCHOR: adams-step
/// Adam's thousandth step over the rate, root mean square of a thousand weights, for gradients of size 1e-6 whose sign is made
/// of a coin, -1 or 1.
fn adams_step(sign: impl Fn(f64) -> f64) -> f64 {
    const WEIGHTS: usize = 1000;
    let mut random = Gaussian::from_seed(0);
    let mut coin = || random.standard().signum();
    let mut adam = Adam::new(WEIGHTS);
    let mut weights = vec![0.0; WEIGHTS];
    let mut before = weights.clone();
    for _ in 0..1000 {
        before.copy_from_slice(&weights);
        let gradient: Vec<f64> = (0..WEIGHTS).map(|_| 1e-6 * sign(coin())).collect();
        adam.step(1.0, &mut weights, &gradient);
    }
    let squares = weights.iter().zip(&before).map(|(a, b)| (a - b) * (a - b));
    (squares.sum::<f64>() / WEIGHTS as f64).sqrt()
}
// ANCHOR_END: adams-step

// ANCHOR: walk-facts
/// What the sentences say of the looks: at the start, and after it.
fn walk_facts(walks: &[Vec<Look>]) -> Facts {
    let later = || walks.iter().flatten().filter(|look| look.step > 0);
    let start = Spread::of(walks.iter().map(|walk| walk[0].hand.cosine));
    let uphill = later().filter(|look| look.hand.cosine < 0.0).count();
    let explained = later().filter(|look| (look.hand.cosine < 0.0) == (look.offset > 0.0));
    let offset = Spread::of(walks.iter().flatten().map(|look| look.offset.abs()));
    let last = walks[0].len() - 1;
    let length = |look: usize, of: fn(&Comparison) -> f64| {
        brief(Spread::of(walks.iter().map(|walk| of(&walk[look].hand))).median)
    };
    Facts::new()
        .with("last_step", thousands(walks[0][last].step))
        .with(
            "start",
            format!("{:.2} to {:.2}", start.smallest, start.largest),
        )
        .with("looks", later().count())
        .with("uphill", uphill)
        .with("explained", explained.count())
        .with("offset", brief(offset.median))
        .with("hand_first", length(0, |hand| hand.length))
        .with("hand_last", length(last, |hand| hand.length))
        .with("exact_first", length(0, |hand| hand.true_length))
        .with("exact_last", length(last, |hand| hand.true_length))
}
// ANCHOR_END: walk-facts

// ANCHOR: repair-run
/// Epochs of a run along another gradient. The learning rate falls to zero over them.
const REPAIR: usize = 10;
/// The steps of a run, and its errors on the circle and over the disc after the last.
struct Run {
    steps: usize,
    circle: f64,
    disc: f64,
}

/// The notebook's training, but along this gradient and with this activation.
fn train(
    settings: &Settings,
    gradient: Gradient,
    activation: Activation,
    seed: u64,
) -> hnn::Result<Run> {
    let epochs = REPAIR.min(settings.epochs);
    let settings = Settings {
        epochs,
        ..settings.with_seed(seed)
    };
    let truth = settings.oscillator();
    let mut notebook = Notebook::with_activation(settings, activation)?;
    let mut steps = 0;
    notebook.follow(gradient, epochs, |step, _| steps = step)?;
    Ok(Run {
        steps,
        circle: field_rmse_on_circle(notebook.network(), truth),
        disc: field_rmse_on_disc(notebook.network(), truth),
    })
}

/// The spread over the seeds of a number of each run.
fn spread(runs: &[Run], number: fn(&Run) -> f64) -> Spread {
    Spread::of(runs.iter().map(number))
}
// ANCHOR_END: repair-run

// ANCHOR: repair-sentences
/// What the sentences say of the repaired runs, and what a network that predicts no motion would score.
fn repair_facts(settings: &Settings, repairs: &[Vec<Run>], silent: &Network) -> Facts {
    let circle = |recipe: usize| spread(&repairs[recipe], |run| run.circle).median;
    let truth = settings.oscillator();
    let on_circle = brief(field_rmse_on_circle(silent, truth));
    let on_disc = brief(field_rmse_on_disc(silent, truth));
    let setup = Setup {
        network: format!("{} · relu or tanh", dashed(&settings.widths)),
        gradient: "3 gradients".into(),
        silence: format!("field RMSE {on_circle} or {on_disc}"),
        ..settings.setup(3, String::new())
    };
    Facts::new()
        .with("setup", setup)
        .with("steps", thousands(repairs[0][0].steps))
        .with("times", format!("{:.0}", circle(0) / circle(2)))
        .with("silent_circle", on_circle)
        .with("silent_disc", on_disc)
}
// ANCHOR_END: repair-sentences

#[cfg(test)]
mod exercises {
    // ANCHOR: exercise-1
    /// Your turn: the slopes of one point's loss by the five energies
    /// `[h, h_q_above, h_q_below, h_p_above, h_p_below]`, for m = k = 1.
    fn by_energies(_energies: [f64; 5], _point: [f64; 2], _epsilon: f64) -> [f64; 5] {
        [f64::NAN; 5]
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_by_energies(
        answer: impl Fn([f64; 5], [f64; 2], f64) -> [f64; 5],
    ) -> Result<(), String> {
        let epsilon = 0.1;
        let loss = |[h, q_above, q_below, p_above, p_below]: [f64; 5], [q, p]: [f64; 2]| {
            let velocity = (p_above - p_below) / (2.0 * epsilon) - p;
            let force = -(q_above - q_below) / (2.0 * epsilon) + q;
            let energy = h - 0.5 * (p * p + q * q);
            velocity * velocity + force * force + energy * energy
        };
        let names = ["h", "h_q_above", "h_q_below", "h_p_above", "h_p_below"];
        for point in [[0.6, -0.8], [-1.0, 0.3]] {
            let energies = [0.4, 0.5, 0.35, 0.3, 0.45];
            let slopes = answer(energies, point, epsilon);
            for (index, name) in names.iter().enumerate() {
                let at = |shift: f64| {
                    let mut moved = energies;
                    moved[index] += shift;
                    loss(moved, point)
                };
                let truth = (at(1e-4) - at(-1e-4)) / 2e-4;
                let close = (slopes[index] - truth).abs() < 1e-6;
                if !close {
                    let yours = slopes[index];
                    return Err(format!(
                        "at {point:?} the slope by {name} is {truth:.4}, your answer is {yours:.4}"
                    ));
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-1

    // ANCHOR: solution-1
    fn by_energies_solved(energies: [f64; 5], [q, p]: [f64; 2], epsilon: f64) -> [f64; 5] {
        let [h, q_above, q_below, p_above, p_below] = energies;
        let velocity = (p_above - p_below) / (2.0 * epsilon) - p;
        let force = -(q_above - q_below) / (2.0 * epsilon) + q;
        let by_h = 2.0 * (h - 0.5 * (p * p + q * q));
        let (by_p, by_q) = (velocity / epsilon, -force / epsilon);
        [by_h, by_q, -by_q, by_p, -by_p]
    }
    // ANCHOR_END: solution-1

    #[test]
    #[ignore = "your turn: write `fn by_energies` first"]
    fn exercise_1() -> Result<(), String> {
        check_by_energies(by_energies)
    }

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_by_energies(by_energies_solved)?;
        // ANCHOR_END: try-1
        let unscaled = |energies, point, epsilon| {
            by_energies_solved(energies, point, epsilon).map(|slope| slope * epsilon)
        };
        assert!(check_by_energies(unscaled).is_err(), "a forgotten ε passes");
        assert!(check_by_energies(by_energies).is_err(), "no answer passes");
        Ok(())
    }

    // ANCHOR: exercise-2
    /// Your turn: the gradient of (dH/dq - y)² by θ = `[w, b, u]`,
    /// where H(q) = u tanh(w q + b).
    fn one_unit(_theta: [f64; 3], _q: f64, _y: f64) -> [f64; 3] {
        [f64::NAN; 3]
    }
    // ANCHOR_END: exercise-2

    // ANCHOR: check-2
    fn check_one_unit(answer: impl Fn([f64; 3], f64, f64) -> [f64; 3]) -> Result<(), String> {
        let loss = |[w, b, u]: [f64; 3], q: f64, y: f64| {
            let tanh = |x: f64| hnn::model::Activation::Tanh.jet(x).value;
            let energy = |q: f64| u * tanh(w * q + b);
            // The slope of H by differences: an answer by another road than yours.
            let slope = (energy(q + 1e-4) - energy(q - 1e-4)) / 2e-4;
            (slope - y) * (slope - y)
        };
        for (theta, q, y) in [([0.7, -0.2, 1.3], 0.5, 0.9), ([-1.1, 0.4, 0.6], -0.8, 0.1)] {
            let gradient = answer(theta, q, y);
            for (index, name) in ["w", "b", "u"].iter().enumerate() {
                let at = |shift: f64| {
                    let mut moved = theta;
                    moved[index] += shift;
                    loss(moved, q, y)
                };
                let truth = (at(1e-4) - at(-1e-4)) / 2e-4;
                let close = (gradient[index] - truth).abs() < 1e-5;
                if !close {
                    let yours = gradient[index];
                    return Err(format!(
                        "for [w, b, u] = {theta:?}, q = {q} and y = {y} the slope by {name} is {truth:.4}, your answer is {yours:.4}"
                    ));
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-2

    // ANCHOR: solution-2
    fn one_unit_solved([w, b, u]: [f64; 3], q: f64, y: f64) -> [f64; 3] {
        let sigma = hnn::model::Activation::Tanh.jet(w * q + b);
        let s = sigma.slope;
        let by_g = 2.0 * (u * s * w - y);
        let by_z = by_g * u * w * sigma.curvature;
        [by_g * u * s + by_z * q, by_z, by_g * s * w]
    }
    // ANCHOR_END: solution-2

    #[test]
    #[ignore = "your turn: write `fn one_unit` first"]
    fn exercise_2() -> Result<(), String> {
        check_one_unit(one_unit)
    }

    #[test]
    fn solution_2() -> Result<(), String> {
        // ANCHOR: try-2
        check_one_unit(one_unit_solved)?;
        // ANCHOR_END: try-2
        // The gradient of (H - y)², which is what the notebook's backward pass would make of it.
        let of_the_value = |[w, b, u]: [f64; 3], q: f64, y: f64| {
            let sigma = hnn::model::Activation::Tanh.jet(w * q + b);
            let by_h = 2.0 * (u * sigma.value - y);
            let by_z = by_h * u * sigma.slope;
            [by_z * q, by_z, by_h * sigma.value]
        };
        assert!(
            check_one_unit(of_the_value).is_err(),
            "a gradient of H passes"
        );
        assert!(check_one_unit(one_unit).is_err(), "no answer passes");
        Ok(())
    }

    // ANCHOR: exercise-3
    /// Your turn: does the exact gradient of the motion terms move
    /// the hidden biases of a network with this activation?
    fn moves_biases(_activation: hnn::model::Activation) -> Option<bool> {
        None
    }
    // ANCHOR_END: exercise-3

    // ANCHOR: check-3
    fn check_moves_biases(
        answer: impl Fn(hnn::model::Activation) -> Option<bool>,
    ) -> Result<(), String> {
        for activation in hnn::model::Activation::ALL {
            let settings = hnn::trial::Settings {
                widths: vec![2, 8, 8, 1],
                points: 50,
                activation,
                ..hnn::trial::Settings::default()
            };
            let trouble = |error: hnn::Error| error.to_string();
            let (data, network, _) = settings.start(0).map_err(trouble)?;
            let field = hnn::learning::Loss::FIELD;
            let mut evaluator = hnn::learning::Evaluator::new(field, &network).map_err(trouble)?;
            let mut gradient = vec![0.0; network.parameters().len()];
            let batch = hnn::learning::Batch::from(&data);
            evaluator.value_and_gradient(&network, batch, &mut gradient);
            let blocks = network.blocks();
            let hidden = blocks[..blocks.len() - 2]
                .iter()
                .filter(|block| !block.is_weight);
            let truth = hidden
                .flat_map(|block| &gradient[block.range.clone()])
                .any(|g| *g != 0.0);
            match answer(activation) {
                Some(yours) if yours == truth => {}
                Some(yours) => {
                    return Err(format!(
                        "for {activation} you say {yours}, the gradient says {truth}"
                    ));
                }
                None => return Err(format!("you say nothing of {activation}")),
            }
        }
        Ok(())
    }
    // ANCHOR_END: check-3

    // ANCHOR: solution-3
    fn moves_biases_solved(activation: hnn::model::Activation) -> Option<bool> {
        let bent = [-1.5, -0.5, 0.5, 1.5].map(|x| activation.jet(x).curvature != 0.0);
        Some(bent.contains(&true))
    }
    // ANCHOR_END: solution-3

    #[test]
    #[ignore = "your turn: write `fn moves_biases` first"]
    fn exercise_3() -> Result<(), String> {
        check_moves_biases(moves_biases)
    }

    #[test]
    fn solution_3() -> Result<(), String> {
        // ANCHOR: try-3
        check_moves_biases(moves_biases_solved)?;
        // ANCHOR_END: try-3
        let all_but_relu = |activation| Some(activation != hnn::model::Activation::Relu);
        assert!(
            check_moves_biases(all_but_relu).is_err(),
            "the linear network is forgotten"
        );
        assert!(
            check_moves_biases(moves_biases).is_err(),
            "no answer passes"
        );
        Ok(())
    }
}
