//! Pinned evidence: what the tests have recorded in `snapshots/`.

use std::fmt;
use std::path::Path;

use super::facts::Facts;
use super::figure::Figure;
use super::problem::Problems;

/// One insta snapshot.
#[derive(Debug)]
pub struct Snapshot {
    /// The name that pages use, `chapter1/cosine`.
    pub name: String,
    /// The file, from the root of the project.
    pub path: String,
    /// The line of the file, from 1, that the content begins with.
    pub first_line: usize,
    /// What it holds.
    pub evidence: Evidence,
}

/// What a snapshot holds.
#[derive(Debug)]
pub enum Evidence {
    /// An aligned Markdown table.
    Table(String),
    /// Lines of text.
    Text(String),
    /// Named values, and the lines that give them.
    Facts(Facts, String),
    /// A picture.
    Figure(Figure),
    /// A snapshot that could not be read: its problem is reported, and nothing more is said about it.
    Unreadable,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Evidence::Table(_) => "a table",
            Evidence::Text(_) => "a text",
            Evidence::Facts(..) => "facts",
            Evidence::Figure(_) => "a figure",
            Evidence::Unreadable => "unreadable",
        })
    }
}

impl Snapshot {
    /// Reads the snapshot `name` from the text of its file; a figure's picture lies beside the file.
    pub fn parse(name: &str, text: &str, folder: &Path, problems: &mut Problems) -> Self {
        let path = format!("snapshots/{name}.snap");
        let header = Header::parse(text);
        let first_line = header.lines + 1;
        let body = text
            .lines()
            .skip(header.lines)
            .collect::<Vec<_>>()
            .join("\n");
        let mut report = |line: usize, sentence: String| problems.report(&path, line, sentence);
        let evidence = match header.description.as_deref() {
            _ if !header.is_whole => {
                let sentence = "the header, from one line `---` to another, is broken: write the snapshot anew with \
                                `cargo insta test`";
                report(1, sentence.to_owned());
                Evidence::Unreadable
            }
            Some("table") if is_table(&body) => Evidence::Table(body),
            Some("table") => {
                report(first_line, "this is not a Markdown table: every line begins with `|`, the second is a rule".to_owned());
                Evidence::Unreadable
            }
            Some("text") => Evidence::Text(body),
            Some("facts") => {
                let (facts, faults) = Facts::parse(&body);
                for (line, sentence) in faults {
                    report(first_line + line, sentence);
                }
                Evidence::Facts(facts, body)
            }
            Some("figure") => {
                match std::fs::read_to_string(folder.join(format!("{name}.snap.svg"))) {
                    Ok(svg) => {
                        let figure = Figure::parse(&svg);
                        problems
                            .check(&format!("{path}.svg"), 1, figure)
                            .map_or(Evidence::Unreadable, Evidence::Figure)
                    }
                    Err(_) => {
                        report(
                            1,
                            format!(
                                "the picture `{path}.svg` is missing: write it anew with `cargo insta test`"
                            ),
                        );
                        Evidence::Unreadable
                    }
                }
            }
            Some(other) => {
                report(
                    1,
                    format!(
                        "the description `{other}` is no kind of evidence: it is `table`, `text`, `facts` or `figure`"
                    ),
                );
                Evidence::Unreadable
            }
            None => {
                report(
                    1,
                    "there is no description: it is `table`, `text`, `facts` or `figure`"
                        .to_owned(),
                );
                Evidence::Unreadable
            }
        };
        Self {
            name: name.to_owned(),
            path,
            first_line,
            evidence,
        }
    }
}

/// The YAML between the two `---` lines.
struct Header {
    description: Option<String>,
    lines: usize,
    is_whole: bool,
}

impl Header {
    fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        if lines.next() != Some("---") {
            return Self {
                description: None,
                lines: 0,
                is_whole: false,
            };
        }
        let header: Vec<&str> = lines.take_while(|line| *line != "---").collect();
        let description = header
            .iter()
            .find_map(|line| line.strip_prefix("description:"))
            .map(|value| value.trim().trim_matches(['"', '\'']).to_owned());
        let lines = header.len() + 2;
        Self {
            description,
            lines,
            is_whole: text.lines().count() >= lines,
        }
    }
}

fn is_table(body: &str) -> bool {
    let mut lines = body.lines();
    let is_rule =
        |line: &str| line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
    lines.clone().all(|line| line.starts_with('|')) && lines.nth(1).is_some_and(is_rule)
}
