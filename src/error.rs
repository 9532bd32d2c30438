//! What can go wrong: one sentence each, naming the value.

use std::path::PathBuf;

/// An error of this library. Its `Display` is one sentence that names the offending value.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting that no run can use.
    #[error("{setting} = {value} {why}")]
    Setting {
        /// The setting's name, as the settings type spells it.
        setting: &'static str,
        /// The value that was given.
        value: String,
        /// Why it cannot be used, as the rest of a sentence.
        why: String,
    },
    /// All values are equal, so min-max normalisation would divide by zero.
    #[error("cannot normalise {points} values that all equal {value}: their range is zero")]
    ZeroRange {
        /// How many values there are.
        points: usize,
        /// The value they share.
        value: f64,
    },
    /// A value of the data that is not a finite number.
    #[error("{array}: row {row}, column {column} (counted from 0) is {value}, not a finite number")]
    NotFinite {
        /// Which array: points, field or energy.
        array: &'static str,
        /// The row, counted from 0.
        row: usize,
        /// The column, counted from 0.
        column: usize,
        /// The value.
        value: f64,
    },
    /// The loss stopped being a finite number.
    #[error("the run diverged in epoch {epoch}: the loss is {loss}")]
    Diverged {
        /// The epoch, counted from 0.
        epoch: usize,
        /// The loss of that epoch.
        loss: f64,
    },
    /// The loss or its gradient stopped being finite in a run that counts steps.
    #[error("the run diverged at step {step}: the loss is {loss}")]
    DivergedAtStep {
        /// The step, counted from 1; 0 is the start.
        step: usize,
        /// The loss; NaN where only its gradient is not finite.
        loss: f64,
    },
    /// A trajectory left the finite numbers.
    #[error("state {index} of the trajectory is not finite: {}", shown(state))]
    Escaped {
        /// How many steps lead from the start to it.
        index: usize,
        /// The state.
        state: Vec<f64>,
    },
    /// The iterations of an implicit step did not settle.
    #[error(
        "implicit midpoint with step {} does not settle at {}: after {iterations} iterations the next state still \
         moves by {correction:.1e}; the step is too long, or the field jumps or is noisy",
        short(step.to_string()), shown(state)
    )]
    Unsettled {
        /// h.
        step: f64,
        /// The state the step starts from.
        state: Vec<f64>,
        /// How many iterations were taken.
        iterations: usize,
        /// The size of the last correction.
        correction: f64,
    },
    /// A learned mass matrix without an inverse, or not positive.
    #[error(
        "at step {step} the mass matrix at q = {}, v = {} is singular or not positive (condition number {condition:.1e}), so there \
         is no acceleration",
        listed(q),
        listed(v)
    )]
    Mass {
        /// The step of a training or a rollout, counted from 1; 0 is the start.
        step: usize,
        /// The positions.
        q: Vec<f64>,
        /// The velocities.
        v: Vec<f64>,
        /// ‖M‖ ‖M⁻¹‖.
        condition: f64,
    },
    /// A file or folder that could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that holds no data that could be learned from.
    #[error("no data in {}: {why}", path.display())]
    NoData {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with row and column.
        why: String,
    },
    /// A file that holds no model, or a damaged one.
    #[error("no model in {}: {why}", path.display())]
    NoModel {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A figure that could not be drawn.
    #[error("cannot draw the figure `{title}`: {why}")]
    Figure {
        /// The figure's title.
        title: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// A setting that no run can use: its name, its value, and why, as the rest of a sentence.
    pub fn setting(
        setting: &'static str,
        value: impl std::fmt::Display,
        why: impl Into<String>,
    ) -> Self {
        Self::Setting {
            setting,
            value: short(value.to_string()),
            why: why.into(),
        }
    }

    /// What the system says of a file that could not be read.
    pub(crate) fn read(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        |source| Self::Read { path, source }
    }

    /// What the system says of a file or folder that could not be written.
    pub(crate) fn write(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        |source| Self::Write { path, source }
    }

    /// The same, if it is about a setting, under the name and the value that the caller has for it.
    #[must_use]
    pub fn named(self, setting: &'static str, value: impl std::fmt::Debug) -> Self {
        match self {
            Self::Setting { why, .. } => Self::setting(setting, format!("{value:?}"), why),
            other => other,
        }
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// A state for a sentence: `(q, p) = (1, 0)`, `(q1, q2, p1, p2) = (1, 0, 0, 2)`.
fn shown(state: &[f64]) -> String {
    let names: Vec<String> = match state.len() {
        2 => vec!["q".into(), "p".into()],
        length => ["q", "p"]
            .iter()
            .flat_map(|name| (1..=length / 2).map(move |index| format!("{name}{index}")))
            .collect(),
    };
    format!("({}) = {}", names.join(", "), listed(state))
}

/// `(1, 0.5)`.
pub(crate) fn listed(numbers: &[f64]) -> String {
    let numbers = numbers.iter().map(|x| short(x.to_string()));
    let numbers: Vec<String> = numbers.collect();
    format!("({})", numbers.join(", "))
}

/// A number of hundreds of digits by its power of ten.
fn short(number: String) -> String {
    const LONGEST: usize = 24;
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", &number[..]),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, part].concat();
    let is_long = number.len() > LONGEST && all.bytes().all(|digit| digit.is_ascii_digit());
    let Some(first) = all.find(|digit| digit != '0').filter(|_| is_long) else {
        return number;
    };
    let power = whole.len() as i64 - 1 - first as i64;
    let (one, rest) = all[first..].trim_end_matches('0').split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{one}{point}{rest}e{power}")
}

/// Checks that a number is finite and above zero.
pub(crate) fn check_positive(setting: &'static str, value: f64) -> Result<()> {
    if value.is_subnormal() && value > 0.0 {
        return Err(Error::setting(setting, value, "is too small to divide by"));
    }
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Error::setting(setting, value, "must be a positive number"))
}

/// Checks that a number that an experiment is set by is above zero, and not too large to be squared.
pub(crate) fn check_moderate(setting: &'static str, value: f64) -> Result<()> {
    check_positive(setting, value)?;
    check_not_negative(setting, value)
}

/// The same for one that may be zero.
pub(crate) fn check_not_negative(setting: &'static str, value: f64) -> Result<()> {
    const LARGEST: f64 = 1e150;
    let why = match value {
        0.0..=LARGEST => return Ok(()),
        _ if value > LARGEST && value.is_finite() => {
            format!("is too large: {LARGEST:e} is the most")
        }
        _ => "must be zero or a positive number".to_owned(),
    };
    Err(Error::setting(setting, value, why))
}

/// Checks that there is one at least of what is counted; `why` is what none would do.
pub(crate) fn check_some(setting: &'static str, count: usize, why: &str) -> Result<()> {
    match count {
        0 => Err(Error::setting(
            setting,
            0,
            format!("{why}: at least 1 is needed"),
        )),
        _ => Ok(()),
    }
}

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_number_is_told_by_its_power_and_nothing_else_is() {
        for number in [1e300, -1.25e-200, f64::MAX, 5e-324, 123456789e30, -1e24] {
            assert_eq!(short(number.to_string()), format!("{number:e}"));
        }
        for other in [
            "0.1",
            "-12",
            "NaN",
            "[24, 24, 24, 24, 24, 24, 24]",
            "00000000000000000000000000",
        ] {
            assert_eq!(short(other.into()), other);
        }
    }
}
