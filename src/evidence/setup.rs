//! An experiment in a line.

use std::fmt;

/// What stands above an experiment's results: `network · data · gradient · seeds · what silence scores`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Widths and activation.
    pub network: String,
    /// How many points there are, and of what.
    pub data: String,
    /// What the weights follow.
    pub gradient: String,
    /// How many seeds it runs with.
    pub seeds: u64,
    /// What a model that says nothing scores, and by which measure; empty where the results are no scores.
    pub silence: String,
}

/// Widths of layers as text: `2-32-32-1`.
pub fn dashed(widths: &[usize]) -> String {
    let widths = widths.iter().map(usize::to_string);
    widths.collect::<Vec<_>>().join("-")
}

impl Setup {
    /// The same with results by which silence scores this.
    #[must_use]
    pub fn scoring(self, silence: &str) -> Self {
        Self {
            silence: silence.into(),
            ..self
        }
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            network,
            data,
            gradient,
            seeds,
            silence,
        } = self;
        let plural = if *seeds == 1 { "" } else { "s" };
        write!(f, "{network} · {data} · {gradient} · {seeds} seed{plural}")?;
        match silence.as_str() {
            "" => Ok(()),
            silence => write!(f, " · silence: {silence}"),
        }
    }
}
