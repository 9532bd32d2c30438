//! Chapter 1, gradients: is the hand-written gradient the gradient of the loss it is printed beside?
//!
//! `cargo run --example chapter1`

// ANCHOR: uses
use hnn::dataset::Points;
use hnn::evidence::{Axis, Colour, Evidence, Facts, Figure, LineChart, Mark, Panel, Series};
use hnn::evidence::{Table, thousands};
use hnn::gradient_check::{Comparison, Differences};
use hnn::network::Network;
use hnn::notebook::{Notebook, Objective, Settings, Terms};
// ANCHOR_END: uses

// ANCHOR: step
/// The step of the differences: a hundred times the notebook's epsilon, far above rounding.
const STEP: f64 = 1e-5;
// ANCHOR_END: step

fn main() -> std::process::ExitCode {
    let about = "Checks the notebook's hand-written gradient against differences of its own loss";
    hnn::cli::run("chapter1", about, experiment)
}

/// The chapter's experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: gradient
    let notebook = Notebook::new(settings)?;
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
    let own = notebook.differences(&batch, STEP, Objective::trained_loss);
    evidence.show(
        "own-terms",
        Comparison::table(notebook.network(), &gradient, &own),
    )?;
    // ANCHOR_END: own-terms

    // ANCHOR: full-loss
    let full = notebook.differences(&batch, STEP, Objective::loss);
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
            .with("share", format!("{:.0}", 100.0 * trained / terms.loss()))
            .with("own_error", format!("{:.0e}", control.relative_error))
            .with("cosine", format!("{:.2}", check.cosine))
            .with("norm_ratio", format!("{:.2}", check.norm_ratio))
            .with("set_aside", full.set_aside()),
    )?;
    // ANCHOR_END: check-facts
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
