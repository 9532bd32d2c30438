//! A source file and its anchored parts.
//!
//! An anchor is what stands between two comment lines, in mdBook's spelling:
//!
//! ```text
//! // ANCHOR: hand-gradient
//! let step = ...
//! // ANCHOR_END: hand-gradient
//! ```

use std::ops::Range;

use super::problem::{Problems, did_you_mean};

/// A source file with its anchors.
#[derive(Debug)]
pub struct SourceFile {
    /// The path from the root of the project.
    pub path: String,
    /// The anchors, in order of their beginning.
    pub anchors: Vec<Anchor>,
    /// The lines of code, and nothing for those that begin or end an anchor.
    lines: Vec<Option<String>>,
}

/// A named part of a source file.
#[derive(Debug)]
pub struct Anchor {
    /// The name, `[a-z0-9-]+`.
    pub name: String,
    /// The line of its `ANCHOR` comment, from 1.
    pub line: usize,
    /// The index of the line that ends it, if one does.
    end: Option<usize>,
}

impl SourceFile {
    /// Reads the anchors of `text`; faulty ones are reported.
    pub fn parse(path: &str, text: &str, problems: &mut Problems) -> Self {
        let mut anchors: Vec<Anchor> = Vec::new();
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let Some((word, name)) = mark(line) else {
                lines.push(Some(line.trim_end().to_owned()));
                continue;
            };
            lines.push(None);
            let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let known = anchors.iter_mut().find(|anchor| anchor.name == name);
            let sentence = match (word, known) {
                ("ANCHOR" | "ANCHOR_END", _) if name.is_empty() || !name.chars().all(is_letter) => {
                    format!("`{name}` is no name for an anchor: use a-z, 0-9 and hyphens")
                }
                ("ANCHOR", Some(first)) => {
                    format!(
                        "the anchor `{name}` is already defined in line {}",
                        first.line
                    )
                }
                ("ANCHOR", None) => {
                    let (name, line) = (name.to_owned(), index + 1);
                    anchors.push(Anchor {
                        name,
                        line,
                        end: None,
                    });
                    continue;
                }
                ("ANCHOR_END", Some(open)) if open.end.is_none() => {
                    open.end = Some(index);
                    continue;
                }
                ("ANCHOR_END", _) => {
                    format!("`// ANCHOR_END: {name}` ends an anchor that is not open")
                }
                _ => format!(
                    "`{}` is not spelled like an anchor: `// ANCHOR: name` or `// ANCHOR_END: name`",
                    line.trim()
                ),
            };
            problems.report(path, index + 1, sentence);
        }
        for Anchor { name, line, .. } in anchors.iter().filter(|anchor| anchor.end.is_none()) {
            let sentence = format!("the anchor `{name}` never ends: add `// ANCHOR_END: {name}`");
            problems.report(path, *line, sentence);
        }
        let path = path.to_owned();
        Self {
            path,
            anchors,
            lines,
        }
    }

    /// The code of an anchor, dedented, or of the whole file; without the anchors' comments.
    pub fn listing(&self, name: Option<&str>) -> Result<String, String> {
        let path = &self.path;
        let mut held = 0..self.lines.len();
        if let Some(name) = name {
            let anchor = self.anchors.iter().find(|anchor| anchor.name == name);
            let anchor = anchor.ok_or_else(|| {
                let known = self.anchors.iter().map(|anchor| anchor.name.as_str());
                format!(
                    "`{path}` has no anchor `{name}`{}",
                    did_you_mean(name, known)
                )
            })?;
            held = anchor.line..anchor.end.unwrap_or(held.end);
        }
        let lines: Vec<&str> = self.kept(held).iter().map(|&(_, line)| line).collect();
        match (lines.is_empty(), name) {
            (false, _) => Ok(dedent(&lines)),
            (_, Some(name)) => Err(format!("the anchor `{name}` of `{path}` holds no code")),
            (_, None) => Err(format!("`{path}` holds no code")),
        }
    }

    /// The whole file without anchor comments, line by line, each with the anchors that begin with it.
    pub fn lines_with_anchors(&self) -> Vec<(&str, Vec<&str>)> {
        let mut anchors = self.anchors.iter().peekable();
        let kept = self.kept(0..self.lines.len()).into_iter();
        kept.map(|(index, line)| {
            let mut beginning = Vec::new();
            while !line.is_empty()
                && let Some(anchor) = anchors.next_if(|anchor| anchor.line <= index)
            {
                beginning.push(anchor.name.as_str());
            }
            (line, beginning)
        })
        .collect()
    }

    /// The lines of code in `held` with their indices: no blank ones at either end, and no doubled ones
    /// where an anchor's comment stood between two.
    fn kept(&self, held: Range<usize>) -> Vec<(usize, &str)> {
        let mut kept: Vec<(usize, &str)> = Vec::new();
        for index in held {
            let Some(line) = self.lines[index].as_deref() else {
                continue;
            };
            let after_mark = index > 0 && self.lines[index - 1].is_none();
            let after_blank = kept.last().is_none_or(|(_, last)| last.is_empty());
            let is_first = kept.is_empty();
            if !(line.is_empty() && after_blank && (after_mark || is_first)) {
                kept.push((index, line));
            }
        }
        while kept.last().is_some_and(|(_, line)| line.is_empty()) {
            kept.pop();
        }
        kept
    }
}

/// The word and the name of a comment that is meant to begin or to end an anchor.
fn mark(line: &str) -> Option<(&str, &str)> {
    let (word, name) = line.trim().strip_prefix("//")?.trim().split_once(':')?;
    let is_meant = word.to_uppercase().starts_with("ANCHOR");
    is_meant.then(|| (word, name.trim()))
}

fn dedent(lines: &[&str]) -> String {
    let full = lines.iter().filter(|line| !line.is_empty());
    let margin = full
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min();
    let dedented = lines
        .iter()
        .map(|line| line.get(margin.unwrap_or(0)..).unwrap_or_default());
    dedented.collect::<Vec<_>>().join("\n")
}
