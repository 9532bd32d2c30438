//! HTML, cut into tags and what stands between them.

use std::ops::Range;

/// A part of a piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// A tag, without its brackets: `a href="x"`, `/a`.
    Tag(&'a str),
    /// A comment.
    Comment,
    /// What a reader sees.
    Text,
}

/// The parts of `html`, each with its range.
pub fn parts(html: &str) -> impl Iterator<Item = (Range<usize>, Part<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = html.get(at..).filter(|rest| !rest.is_empty())?;
        let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
        let (length, part) = if rest.starts_with("<!--") {
            (until("-->"), Part::Comment)
        } else if let Some(tag) = rest.strip_prefix('<') {
            let length = until(">");
            (length, Part::Tag(tag[..length - 1].trim_end_matches('>')))
        } else {
            (rest.find('<').unwrap_or(rest.len()), Part::Text)
        };
        let range = at..at + length;
        at = range.end;
        Some((range, part))
    })
}

impl<'a> Part<'a> {
    /// The value of a tag's attribute.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        let Self::Tag(tag) = self else { return None };
        let (_, value) = tag.split_once(&format!(" {name}=\""))?;
        value.split('"').next()
    }
}
