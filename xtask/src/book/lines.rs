//! Lines of a text, by byte offset.

use std::ops::Range;

/// Where the lines of a text begin.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of `text`.
    pub fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The number, from 1, of the line that holds `offset`.
    pub fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset)
    }

    /// The byte range of a line, its line break included; empty past the end.
    pub fn range(&self, number: usize) -> Range<usize> {
        let start = self
            .starts
            .get(number - 1)
            .copied()
            .unwrap_or(self.text.len());
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        start..end
    }
}
