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

use super::problem::Problems;
use super::suggestion::did_you_mean;

/// A source file with its anchors.
#[derive(Debug)]
pub struct SourceFile {
    /// The path from the root of the project.
    pub path: String,
    /// The anchors, in order of their beginning.
    pub anchors: Vec<Anchor>,
    lines: Vec<Line>,
}

/// A named part of a source file.
#[derive(Debug)]
pub struct Anchor {
    /// The name, `[a-z0-9-]+`.
    pub name: String,
    /// The line of its `ANCHOR` comment, from 1.
    pub line: usize,
    held: Range<usize>,
}

#[derive(Debug)]
enum Line {
    Code(String),
    Mark,
}

enum Mark<'a> {
    Begin(&'a str),
    End(&'a str),
}

impl SourceFile {
    /// Reads the anchors of `text`; faulty ones are reported.
    pub fn parse(path: &str, text: &str, problems: &mut Problems) -> Self {
        let mut anchors: Vec<Anchor> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            match mark(line) {
                None => {
                    lines.push(Line::Code(line.trim_end().to_owned()));
                    continue;
                }
                Some(Err(sentence)) => problems.report(path, number, sentence),
                Some(Ok(Mark::Begin(name))) => {
                    match anchors.iter().find(|anchor| anchor.name == name) {
                        Some(first) => problems.report(
                            path,
                            number,
                            format!(
                                "the anchor `{name}` is already defined in line {}",
                                first.line
                            ),
                        ),
                        None => {
                            open.push(anchors.len());
                            anchors.push(Anchor {
                                name: name.to_owned(),
                                line: number,
                                held: number..number,
                            });
                        }
                    }
                }
                Some(Ok(Mark::End(name))) => {
                    match open.iter().rposition(|&at| anchors[at].name == name) {
                        Some(at) => anchors[open.remove(at)].held.end = index,
                        None => problems.report(
                            path,
                            number,
                            format!("`// ANCHOR_END: {name}` ends an anchor that is not open"),
                        ),
                    }
                }
            }
            lines.push(Line::Mark);
        }
        for &at in &open {
            let anchor = &mut anchors[at];
            anchor.held.end = lines.len();
            problems.report(
                path,
                anchor.line,
                format!(
                    "the anchor `{0}` never ends: add `// ANCHOR_END: {0}`",
                    anchor.name
                ),
            );
        }
        Self {
            path: path.to_owned(),
            anchors,
            lines,
        }
    }

    /// The code of an anchor, dedented, or of the whole file; without the anchors' comments.
    pub fn listing(&self, anchor: Option<&str>) -> Result<String, String> {
        let held = match anchor {
            None => 0..self.lines.len(),
            Some(name) => match self.anchors.iter().find(|anchor| anchor.name == name) {
                Some(anchor) => anchor.held.clone(),
                None => {
                    let known = self.anchors.iter().map(|anchor| anchor.name.as_str());
                    return Err(format!(
                        "`{}` has no anchor `{name}`{}",
                        self.path,
                        did_you_mean(name, known)
                    ));
                }
            },
        };
        let kept = self.kept(held);
        if kept.is_empty() {
            return Err(match anchor {
                Some(name) => format!("the anchor `{name}` of `{}` holds no code", self.path),
                None => format!("`{}` holds no code", self.path),
            });
        }
        let lines: Vec<&str> = kept.iter().map(|&(_, line)| line).collect();
        Ok(dedent(&lines))
    }

    /// The whole file without anchor comments, line by line, each with the anchors that begin with it.
    pub fn lines_with_anchors(&self) -> Vec<(&str, Vec<&str>)> {
        let kept = self.kept(0..self.lines.len());
        let mut anchors = self.anchors.iter().peekable();
        kept.iter()
            .map(|&(index, line)| {
                let mut beginning = Vec::new();
                while !line.is_empty()
                    && let Some(anchor) = anchors.next_if(|anchor| anchor.held.start <= index)
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
        let mut after_mark = false;
        for index in held {
            match &self.lines[index] {
                Line::Mark => after_mark = true,
                Line::Code(line) => {
                    let repeated =
                        after_mark && kept.last().is_some_and(|(_, last)| last.is_empty());
                    if !(line.is_empty() && (kept.is_empty() || repeated)) {
                        kept.push((index, line));
                    }
                    after_mark = false;
                }
            }
        }
        while kept.last().is_some_and(|(_, line)| line.is_empty()) {
            kept.pop();
        }
        kept
    }
}

fn mark(line: &str) -> Option<Result<Mark<'_>, String>> {
    let comment = line.trim().strip_prefix("//")?.trim();
    if !comment.to_uppercase().starts_with("ANCHOR") {
        return None;
    }
    let (word, name) = comment.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    Some(match word {
        "ANCHOR" if is_name => Ok(Mark::Begin(name)),
        "ANCHOR_END" if is_name => Ok(Mark::End(name)),
        "ANCHOR" | "ANCHOR_END" => Err(format!(
            "`{name}` is no name for an anchor: use a-z, 0-9 and hyphens"
        )),
        _ => Err(format!(
            "`{}` is not spelled like an anchor: `// ANCHOR: name` or `// ANCHOR_END: name`",
            line.trim()
        )),
    })
}

fn dedent(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let dedented: Vec<&str> = lines
        .iter()
        .map(|line| line.get(margin..).unwrap_or_default())
        .collect();
    dedented.join("\n")
}
