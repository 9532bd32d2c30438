//! The model that works: five seeds of the repaired network, its error and its motion.
//!
//! `cargo run --example repaired`

use hnn::evidence::{Evidence, Facts, Table};
use hnn::repaired::{Repaired, Settings};
use hnn::seeds;

fn main() -> std::process::ExitCode {
    let about = "Trains the model that works, from five seeds, on the field alone";
    hnn::cli::run("repaired", about, experiment)
}

/// The experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    let runs = seeds::each(settings.seed..settings.seed + 5, |seed| {
        let model = Repaired::train(&Settings {
            seed,
            ..settings.clone()
        })?;
        let motion = model.hundred_periods([0.8, 0.0], 1000)?;
        Ok((seed, model, motion))
    })?;
    let mut table = Table::new([
        "seed",
        "loss",
        "evaluations",
        "field RMSE",
        "energy error, 100 periods",
        "phase error, 100 periods",
    ]);
    for (seed, model, motion) in &runs {
        table.row([
            seed.to_string(),
            format!("{:.1e}", model.minimum.value),
            model.minimum.evaluations.to_string(),
            format!("{:.1e}", model.field_rmse()),
            format!("{:.1e}", motion.energy.largest.abs()),
            format!("{:.1e}", motion.phase.last.abs()),
        ]);
    }
    evidence.show("seeds", table)?;
    let worst = |number: &dyn Fn(usize) -> f64| (0..runs.len()).map(number).fold(0.0, f64::max);
    evidence.show(
        "worst",
        Facts::new()
            .with(
                "field_rmse",
                format!("{:.1e}", worst(&|run| runs[run].1.field_rmse())),
            )
            .with(
                "energy_error",
                format!("{:.1e}", worst(&|run| runs[run].2.energy.largest.abs())),
            )
            .with(
                "phase_error",
                format!("{:.1e}", worst(&|run| runs[run].2.phase.last.abs())),
            ),
    )?;
    Ok(())
}
