//! What is known of recordings before anything is trained: what to hold out, what there is, and what is wrong with it.

use crate::Result;
use crate::evidence::{Table, brief, thousands};
use crate::measure::signs::{self, Energies, Finding, Sign};
use crate::model::Activation;
use crate::phase_space::{Dataset, Recordings, Units};
use crate::random::{Gaussian, RandomSource};

/// What is trained on and what is held out.
#[derive(Clone, Debug)]
pub struct Split {
    /// What is trained on.
    pub training: Dataset,
    /// What is held out.
    pub held_out: Dataset,
    /// The rows held out.
    pub rows: Vec<usize>,
    /// Which those are, in words.
    pub how: String,
}

impl Split {
    /// Holds out what the physics can vary: every fifth recording if there are three or more; of fewer the last fifth of the
    /// rows; and of states without times any fifth.
    pub fn of(recordings: &Recordings, seed: u64) -> Self {
        let (parts, count) = (&recordings.parts, recordings.data.rows());
        let last = count - (count / 5).max(1);
        let (rows, how): (Vec<usize>, String) = if parts.len() >= 3 {
            let chosen: Vec<usize> = (2..parts.len()).step_by(5).collect();
            let rows = chosen.iter().flat_map(|&part| parts[part].clone());
            (
                rows.collect(),
                format!("{} of {} recordings, whole", chosen.len(), parts.len()),
            )
        } else if recordings.times.is_some() {
            ((last..count).collect(), "the last fifth of the rows".into())
        } else {
            let mut order: Vec<usize> = (0..count).collect();
            Gaussian::from_seed(seed).shuffle(&mut order);
            (
                order[last..].to_vec(),
                "a fifth of the rows, at random".into(),
            )
        };
        let mut is_held_out = vec![false; count];
        rows.iter().for_each(|&row| is_held_out[row] = true);
        let kept: Vec<usize> = (0..count).filter(|&row| !is_held_out[row]).collect();
        Self {
            training: recordings.data.select(&kept),
            held_out: recordings.data.select(&rows),
            rows,
            how,
        }
    }
}

/// Every bad sign that shows before the training.
///
/// # Errors
///
/// As [`signs::findings`].
pub fn judge(
    recordings: &Recordings,
    split: &Split,
    activation: Activation,
) -> Result<Vec<Finding>> {
    let mut findings = signs::findings(recordings)?;
    findings.extend(signs::repeated(&split.training, &split.held_out));
    if activation == Activation::Relu {
        let shows = "the slopes of a network of ReLUs are constant between its kinks";
        findings.push(Finding::new(Sign::Relu, shows));
    }
    Ok(findings)
}

/// A row a column: its range, its unit in the model, and what the best constant scores for its derivative.
pub fn columns_table(recordings: &Recordings) -> Table {
    let mut table = Table::new(["column", "from", "to", "best constant for its derivative"]);
    let Dataset { points, field, .. } = &recordings.data;
    let columns = points.columns().into_iter().zip(field.columns());
    for ((column, slopes), name) in columns.zip(&recordings.names) {
        let from = column.iter().copied().fold(f64::INFINITY, f64::min);
        let to = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        table.row([name.clone(), brief(from), brief(to), brief(slopes.std(0.0))]);
    }
    table
}

/// What there is to learn from.
///
/// # Errors
///
/// As [`Units::fit`].
pub fn data_table(recordings: &Recordings, split: &Split) -> Result<Table> {
    let units = Units::fit(&recordings.data)?;
    let energies = Energies::of(&recordings.data, &units)?;
    let mut table = Table::new(["the data", "value"]);
    let mut row = |what: &str, value: String| table.row([what.to_owned(), value]);
    row("states", thousands(recordings.data.rows()));
    row("recordings", recordings.parts.len().to_string());
    let derivatives = match recordings.measured {
        true => "columns of the file",
        false => "differences along each recording",
    };
    row("derivatives", derivatives.into());
    row("significant digits", recordings.digits.to_string());
    row("distinct energies, about", energies.levels.to_string());
    row(
        "held out",
        format!("{}, {} states", split.how, split.rows.len()),
    );
    let near = signs::nearness(&split.training, &split.held_out);
    row(
        "held out to trained on, over independent draws",
        brief(near),
    );
    for (name, jumps) in &recordings.unwrapped {
        row("unwrapped", format!("{name}, at {jumps} jumps"));
    }
    let units: Vec<String> = units.unit().iter().map(f64::to_string).collect();
    row("units in the model", units.join(", "));
    Ok(table)
}
