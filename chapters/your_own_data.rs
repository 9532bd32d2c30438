//! Your own data: judges a CSV file of recordings, trains on it, and keeps the model.
//!
//! `cargo run --example yours -- data.csv`, or without a file, on a pendulum of its own.

// ANCHOR: uses
use hnn::evidence::{Evidence, Facts, Table, thousands};
use hnn::measure::signs::{Finding, Sign};
use hnn::model::Activation;
use hnn::phase_space::{Columns, Recordings, State};
use hnn::trial::yours::{self, Rollout, SWINGS, Settings, Split, Trained, judge, pendulum};
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Judges your data, trains on them, and keeps the model with a report";
    hnn::cli::run("yours", about, experiment)
}

/// The experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: read
    settings.fit.check(2)?;
    let columns: Columns = settings.file.columns();
    let recordings: Recordings = match &settings.file.data {
        Some(path) => Recordings::from_csv(path, &columns)?,
        None => {
            let file: String = pendulum(&SWINGS, |row| 100 * row, |x| x.to_string())?;
            let recordings = Recordings::parse(file.as_bytes(), "pendulum.csv", &columns)?;
            evidence.keep("pendulum.csv", &file)?;
            recordings
        }
    };
    let split: Split = Split::of(&recordings, settings.fit.seed);
    // ANCHOR_END: read

    // ANCHOR: judge
    evidence.show("columns", yours::columns_table(&recordings))?;
    // ANCHOR_END: judge

    // ANCHOR: data
    evidence.show("data", yours::data_table(&recordings, &split)?)?;
    // ANCHOR_END: data

    // ANCHOR: findings
    let found: Vec<Finding> = judge(&recordings, &split, settings.fit.activation)?;
    evidence.show("findings", findings_table(&found))?;
    // ANCHOR_END: findings

    // ANCHOR: train
    let trained: Trained = Trained::on(&split, &recordings.names, &settings.fit)?;
    evidence.show("scores", trained.scores(&split)?)?;
    // ANCHOR_END: train

    // ANCHOR: after
    evidence.show("after", findings_table(&trained.findings(&split)?))?;
    // ANCHOR_END: after

    // ANCHOR: course
    evidence.show("course", yours::course(&trained.course))?;
    // ANCHOR_END: course

    // ANCHOR: field
    evidence.show(
        "field",
        yours::field(&recordings, &trained.model, &split.held_out),
    )?;
    // ANCHOR_END: field

    // ANCHOR: rollout
    let rollout: hnn::Result<Rollout> = Rollout::of(&recordings, &split, &trained);
    let motion: Option<String> = rollout
        .as_ref()
        .ok()
        .map(|path| path.csv(&recordings.names));
    evidence.show("rollout", rollout.and_then(|path| path.draw(&recordings)))?;
    // ANCHOR_END: rollout

    // ANCHOR: energies
    evidence.show("energies", yours::energies(&recordings, &trained.model))?;
    // ANCHOR_END: energies

    // ANCHOR: keep
    evidence.keep("model.json", &trained.model.to_json()?)?;
    motion.map_or(Ok(()), |motion| evidence.keep("rollout.csv", &motion))?;
    // ANCHOR_END: keep

    if settings.file.data.is_none() {
        // ANCHOR: careless
        let file: String = pendulum(&OVER_THE_TOP, late, sensor)?;
        evidence.keep("careless.csv", &file)?;
        let careless: Recordings =
            Recordings::parse(file.as_bytes(), "careless.csv", &Columns::default())?;
        let in_time: Split = Split::of(&careless, settings.fit.seed);
        let found: Vec<Finding> = judge(&careless, &in_time, Activation::Relu)?;
        evidence.show("careless", findings_table(&found))?;
        // ANCHOR_END: careless

        // ANCHOR: facts
        let evaluations = thousands(settings.fit.evaluations);
        evidence.show("facts", Facts::new().with("evaluations", evaluations))?;
        // ANCHOR_END: facts
    }
    Ok(())
}

// ANCHOR: clumsy
/// One that goes over the top again and again.
const OVER_THE_TOP: [State; 1] = [[0.0, 2.2]];

/// Every other row is late.
fn late(row: usize) -> usize {
    100 * row + 40 * (row % 2)
}

/// Four decimals, and an angle between -π and π, as most sensors give it.
fn sensor(x: f64) -> String {
    use std::f64::consts::TAU;
    format!("{:.4}", x - TAU * (x / TAU).round())
}
// ANCHOR_END: clumsy

// ANCHOR: pages
/// The page that explains a sign.
fn page(sign: Sign) -> &'static str {
    match sign {
        Sign::OneEnergy => "chapter 7, What the data really lacked",
        Sign::Repeated => "chapter 6, A split that cannot fail",
        Sign::Constant => "prologue, What 1.0 means",
        Sign::Scales => "chapter 7, Units that Hamilton's equations like",
        Sign::Labels | Sign::Wrapped => "chapter 7, Points that move must take their labels along",
        Sign::Steps | Sign::Coarse | Sign::Seam => "chapter 2, The evidence: two ways to be wrong",
        Sign::Single => "chapter 2, In single precision, 1e-7 is a trap",
        Sign::NotHamiltonian => "notation, One function that knows all arrows",
        Sign::Relu => "chapter 3, A field in steps",
        Sign::Overfit => "chapter 6, Early stopping",
    }
}

fn findings_table(findings: &[Finding]) -> Table {
    let mut table = Table::new(["bad sign", "how it shows", "read"]);
    for Finding { sign, shows } in findings {
        table.row([sign.name(), shows, page(*sign)]);
    }
    if findings.is_empty() {
        table.row([
            "none",
            "no sign that this report knows",
            "epilogue, Carry this away",
        ]);
    }
    table
}
// ANCHOR_END: pages
