//! How many milliseconds the run of a figure takes outside of a page, as it stands: `speed rate`. `tests/browser/speed.mjs` sets it
//! beside the page.

use std::time::Instant;

use hnn_live::{Stage, figures};

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let figure = figures::FIGURES.iter().find(|figure| figure.name == name);
    let mut stage = Stage::of(figure.expect("the name of a figure"));
    stage.answer(b"begin");
    let begun = Instant::now();
    loop {
        let gone = stage.answer(b"advance 20");
        let gone: serde_json::Value = serde_json::from_str(&gone).expect("JSON");
        if gone["taken"] == gone["all"] {
            break;
        }
    }
    println!("{:.1}", 1e3 * begun.elapsed().as_secs_f64());
}
