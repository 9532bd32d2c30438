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

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_count_from_one_and_hold_their_break() {
        let text = "one\ntwo\n";
        let lines = Lines::of(text);
        assert_eq!(
            (lines.number(0), lines.number(3), lines.number(4)),
            (1, 1, 2)
        );
        assert_eq!(&text[lines.range(2)], "two\n");
        assert_eq!(&text[lines.range(9)], "");
    }
}
