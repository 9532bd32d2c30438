//! A file of anybody's, how a model is fitted to it, and what there is to report: before the training, of it, and after.

mod figures;
mod split;
mod trained;

use crate::Result;
use crate::learning::Fit;
use crate::mechanics::Method;
use crate::phase_space::{Columns, Pendulum, State};
use crate::settings;

pub use figures::{Rollout, course, energies, field};
pub use split::{Split, columns_table, data_table, judge};
pub use trained::{Trained, Training, constant_error};

settings! {
    /// A file, which of its columns say what, and how a model is fitted to it.
    pub struct Settings {
        /// The file and its columns
        file: in File,
        /// The network and how it is trained
        fit: in Fit,
    }
}

/// What finds a column by its usual name.
const AUTO: &str = "auto";

/// A file and the names of its columns.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "cli", derive(clap::Args))]
pub struct File {
    /// A CSV file with a header; without one, a pendulum's is made
    pub data: Option<std::path::PathBuf>,
    /// Columns of the positions; auto finds q, or q1, q2, …
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_value = AUTO))]
    pub q: Vec<String>,
    /// Columns of the momenta; auto finds p, or p1, p2, …
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_value = AUTO))]
    pub p: Vec<String>,
    /// Columns of dq/dt; auto finds dq, dq/dt or dq_dt, and takes differences over time if there are none
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_value = AUTO))]
    pub dq: Vec<String>,
    /// Columns of dp/dt; auto finds them as those of dq/dt
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_value = AUTO))]
    pub dp: Vec<String>,
    /// Column of the times; auto finds t or time
    #[cfg_attr(feature = "cli", arg(long, default_value = AUTO))]
    pub time: String,
    /// Column that tells recordings apart; auto finds recording, or begins one where time goes back
    #[cfg_attr(feature = "cli", arg(long, default_value = AUTO))]
    pub recording: String,
    /// Positions that are angles and jump by a turn: turns are added; auto leaves all as they are
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_value = AUTO))]
    pub unwrap: Vec<String>,
}

impl Default for File {
    fn default() -> Self {
        let auto = || vec![AUTO.to_owned()];
        Self {
            data: None,
            q: auto(),
            p: auto(),
            dq: auto(),
            dp: auto(),
            time: AUTO.to_owned(),
            recording: AUTO.to_owned(),
            unwrap: auto(),
        }
    }
}

impl File {
    /// The columns as a file is read by them.
    pub fn columns(&self) -> Columns {
        let list = |names: &[String]| match names {
            [one] if one == AUTO => Vec::new(),
            _ => names.to_vec(),
        };
        let one = |name: &String| (name != AUTO).then(|| name.clone());
        Columns {
            q: list(&self.q),
            p: list(&self.p),
            dq: list(&self.dq),
            dp: list(&self.dp),
            time: one(&self.time),
            recording: one(&self.recording),
            unwrap: list(&self.unwrap),
        }
    }
}

/// Six swings from rest, by their angle in radians.
pub const SWINGS: [State; 6] = [
    [0.4, 0.0],
    [0.9, 0.0],
    [1.4, 0.0],
    [1.9, 0.0],
    [2.4, 0.0],
    [2.8, 0.0],
];

/// A CSV file of a pendulum's motion from each of these states: 12 units of time, a row about every tenth of one.
/// `clock` says at which thousandth a row is taken, `write` how a number is written.
///
/// # Errors
///
/// As [`Method::trajectory`].
pub fn pendulum(
    starts: &[State],
    clock: fn(usize) -> usize,
    write: fn(f64) -> String,
) -> Result<String> {
    let mut file = "t,q,p\n".to_owned();
    for &start in starts {
        let field = |z: State| Pendulum.field(z);
        let path = Method::RungeKutta4.trajectory(field, start, 1e-3, 12_101)?;
        for thousandth in (0..=120).map(clock) {
            let [q, p] = path[thousandth];
            let t = thousandth as f64 / 1000.0;
            file += &format!("{t},{},{}\n", write(q), write(p));
        }
    }
    Ok(file)
}
