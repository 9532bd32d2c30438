//! The steps in this library, reported as the peers report theirs: `cargo bench --package hnn-benches --bench peers`.

mod problem;

use std::time::Instant;

use problem::{BATCHES, Hand, Hnn, Lnn, Step, Unreported};

/// Epochs to time. The peers take as many.
const EPOCHS: usize = 8;

fn main() {
    report("notebook", &mut Hand::new());
    report("unreported", &mut Unreported::new());
    report("hnn", &mut Hnn::new());
    report("lnn", &mut Lnn::new());
}

fn report(work: &str, step: &mut impl Step) {
    let mut losses = vec![step.step()];
    let gradient_norm = step.gradient_norm();
    losses.extend((1..10).map(|_| step.step()));
    let mut epoch = || {
        let start = Instant::now();
        for _ in 0..BATCHES {
            step.step();
        }
        start.elapsed().as_secs_f64()
    };
    epoch();
    let mut seconds: Vec<f64> = (0..EPOCHS).map(|_| epoch()).collect();
    seconds.sort_by(f64::total_cmp);
    let median = 0.5 * (seconds[EPOCHS / 2 - 1] + seconds[EPOCHS / 2]);
    let line = serde_json::json!({
        "peer": "this library",
        "work": work,
        "losses": losses,
        "gradient_norm": gradient_norm,
        "microseconds": median / BATCHES as f64 * 1e6,
    });
    println!("{line}");
}
