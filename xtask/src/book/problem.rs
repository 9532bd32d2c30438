//! What is wrong with the book: where, and in one sentence.

use anyhow::{Result, bail};

/// All problems of a book, each with its file, its line and a sentence, so that one build shows every one of them.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<(String, usize, String)>);

impl Problems {
    /// Adds a problem; `file` is named from the project's root, lines count from 1.
    pub fn report(&mut self, file: impl Into<String>, line: usize, sentence: impl Into<String>) {
        self.0.push((file.into(), line, sentence.into()));
    }

    /// Adds the problem if there is one, and passes the value on if there is not.
    pub fn check<T>(&mut self, file: &str, line: usize, outcome: Result<T, String>) -> Option<T> {
        outcome
            .map_err(|sentence| self.report(file, line, sentence))
            .ok()
    }

    /// Fails with all problems, sorted, one a line; or passes if there are none.
    pub fn into_result(mut self) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort();
        self.0.dedup();
        let lines = self.0.iter();
        let lines = lines.map(|(file, line, sentence)| format!("{file}:{line}: {sentence}"));
        bail!(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// The end of a sentence about an unknown name: ``; did you mean `x`?``, or nothing if no known name is near.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let limit = (name.chars().count() / 3).max(2);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
        .unwrap_or_default()
}
