//! Every chapter's evidence, pinned: what `cargo run --example` prints and draws is what stands in `snapshots/`.

use hnn::Result;
use hnn::evidence::{Evidence, Exhibit, Shown};

#[allow(dead_code)]
#[path = "../chapters/notebook.rs"]
mod notebook;

#[allow(dead_code)]
#[path = "../chapters/prologue_symptom.rs"]
mod prologue;

#[allow(dead_code)]
#[path = "../chapters/chapter1_gradients.rs"]
mod chapter1;

#[allow(dead_code)]
#[path = "../chapters/chapter2_epsilon.rs"]
mod chapter2;

#[allow(dead_code)]
#[path = "../chapters/chapter3_activation.rs"]
mod chapter3;

#[allow(dead_code)]
#[path = "../chapters/chapter4_architecture.rs"]
mod chapter4;

#[allow(dead_code)]
#[path = "../chapters/chapter5_optimizer.rs"]
mod chapter5;

#[allow(dead_code)]
#[path = "../chapters/chapter6_regularization.rs"]
mod chapter6;

#[allow(dead_code)]
#[path = "../chapters/chapter7_normalization.rs"]
mod chapter7;

#[allow(dead_code)]
#[path = "../chapters/repaired.rs"]
mod repaired;

#[allow(dead_code)]
#[path = "../chapters/coda_lagrange.rs"]
mod lagrange;

#[allow(dead_code)]
#[path = "../chapters/coda_recordings.rs"]
mod recordings;

#[allow(dead_code)]
#[path = "../chapters/appendix_anchors.rs"]
mod anchors;

#[allow(dead_code)]
#[path = "../chapters/appendix_recipes.rs"]
mod recipes;

#[allow(dead_code)]
#[path = "../chapters/appendix_slips.rs"]
mod slips;

#[allow(dead_code)]
#[path = "../chapters/appendix_step.rs"]
mod step;

#[allow(dead_code)]
#[path = "../chapters/your_own_data.rs"]
mod yours;

// ANCHOR: pin
/// Runs an experiment with the book's settings and pins each exhibit under `snapshots/<chapter>/<name>`.
fn pin<S: Default>(chapter: &str, experiment: fn(S, &mut Evidence) -> Result<()>) {
    let mut evidence = Evidence::collected();
    experiment(S::default(), &mut evidence).unwrap();
    assert!(!evidence.shown().is_empty(), "{chapter} shows nothing");
    for Shown { name, exhibit } in evidence.shown() {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(format!("../snapshots/{chapter}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(exhibit.kind());
        settings.bind(|| match exhibit {
            Exhibit::Figure(figure) => {
                insta::assert_binary_snapshot!(
                    &format!("{name}.svg"),
                    figure.svg().as_bytes().to_vec()
                );
            }
            _ => insta::assert_snapshot!(name.as_str(), exhibit.text()),
        });
    }
}
// ANCHOR_END: pin

#[test]
fn the_notebook_s_main_block_shows_what_the_prologue_pins() {
    pin("prologue", notebook::experiment);
}

#[test]
fn the_prologue_shows_what_is_pinned() {
    pin("prologue", prologue::experiment);
}

#[test]
fn chapter_1_shows_what_is_pinned() {
    pin("chapter1", chapter1::experiment);
}

#[test]
fn chapter_2_shows_what_is_pinned() {
    pin("chapter2", chapter2::experiment);
}

#[test]
fn chapter_3_shows_what_is_pinned() {
    pin("chapter3", chapter3::experiment);
}

#[test]
fn chapter_4_shows_what_is_pinned() {
    pin("chapter4", chapter4::experiment);
}

#[test]
fn chapter_5_shows_what_is_pinned() {
    pin("chapter5", chapter5::experiment);
}

#[test]
fn chapter_6_shows_what_is_pinned() {
    pin("chapter6", chapter6::experiment);
}

#[test]
fn chapter_7_shows_what_is_pinned() {
    pin("chapter7", chapter7::experiment);
}

#[test]
fn the_epilogue_shows_what_is_pinned() {
    pin("epilogue", repaired::experiment);
}

#[test]
fn the_coda_on_lagrangians_shows_what_is_pinned() {
    pin("lagrange", lagrange::experiment);
}

#[test]
fn the_coda_on_recordings_shows_what_is_pinned() {
    pin("recordings", recordings::experiment);
}

#[test]
fn the_anchors_show_what_is_pinned() {
    pin("anchors", anchors::experiment);
}

#[test]
fn the_recipes_show_what_is_pinned() {
    pin("recipes", recipes::experiment);
}

#[test]
fn the_slips_show_what_is_pinned() {
    pin("slips", slips::experiment);
}

#[test]
fn choosing_a_step_shows_what_is_pinned() {
    pin("step", step::experiment);
}

#[test]
fn your_own_data_show_what_is_pinned() {
    pin("your-own-data", yours::experiment);
}
