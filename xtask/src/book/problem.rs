//! What is wrong with the book: where, and in one sentence.

use std::fmt;

use anyhow::{Result, bail};

/// One thing to mend, shown as `file:line: sentence`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    file: String,
    line: usize,
    sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.sentence)
    }
}

/// All problems of a book, so that one build shows every one of them.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem; `file` is named from the project's root, lines count from 1.
    pub fn report(&mut self, file: impl Into<String>, line: usize, sentence: impl Into<String>) {
        self.0.push(Problem {
            file: file.into(),
            line,
            sentence: sentence.into(),
        });
    }

    /// Adds the problem if there is one, and passes the value on if there is not.
    pub fn check<T>(&mut self, file: &str, line: usize, outcome: Result<T, String>) -> Option<T> {
        outcome
            .map_err(|sentence| self.report(file, line, sentence))
            .ok()
    }

    /// Fails with all problems, sorted, one a line; or passes if there are none.
    pub fn into_result(self) -> Result<()> {
        let mut problems = self.0;
        problems.sort();
        problems.dedup();
        if problems.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        bail!(lines.join("\n"))
    }
}
