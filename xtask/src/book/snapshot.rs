//! Pinned evidence: what the tests have recorded in `snapshots/`, and the values in it that sentences quote.

use std::fs;
use std::path::Path;

use super::figure::Figure;
use super::problem::{Problems, did_you_mean};

/// One insta snapshot.
#[derive(Debug)]
pub struct Snapshot {
    /// The name that pages use, `chapter1/cosine`.
    pub name: String,
    /// The file, from the root of the project.
    pub path: String,
    /// The line of the file, from 1, that the content begins with.
    pub first_line: usize,
    /// The content: an aligned Markdown table, lines of text, or lines `name = value`.
    pub body: String,
    /// What it is.
    pub evidence: Evidence,
}

/// What a snapshot holds.
#[derive(Debug)]
pub enum Evidence {
    /// A table.
    Table,
    /// Lines of text.
    Text,
    /// Named values.
    Facts,
    /// A picture.
    Figure(Figure),
    /// A snapshot that could not be read: its problem is reported, and nothing more is said about it.
    Unreadable,
}

/// The numbers of a spread such as `0.0034 (0.0031 to 0.0040)`, as pages name them.
const PARTS: [&str; 3] = ["median", "smallest", "largest"];

impl Snapshot {
    /// Reads the snapshot `name` from the text of its file; a figure's picture lies beside the file in `folder`.
    pub fn parse(name: &str, text: &str, folder: &Path, problems: &mut Problems) -> Self {
        let path = format!("snapshots/{name}.snap");
        let header = text
            .strip_prefix("---\n")
            .and_then(|text| text.split_once("\n---\n"));
        let (header, body) = header.unwrap_or_default();
        let first_line = header.lines().count() + 3;
        let kind = header
            .lines()
            .find_map(|line| line.strip_prefix("description:"));
        let kind = kind.map(|kind| kind.trim().trim_matches(['"', '\'']));
        let body = body.strip_suffix('\n').unwrap_or(body).to_owned();
        let anew = "write it anew with `cargo insta test`";
        let evidence = match kind {
            _ if header.is_empty() => Err((
                1,
                format!("the header, from one line `---` to another, is broken: {anew}"),
            )),
            Some("table") if is_table(&body) => Ok(Evidence::Table),
            Some("table") => {
                let rule = "every line begins with `|`, the second is a rule";
                Err((first_line, format!("this is not a Markdown table: {rule}")))
            }
            Some("text") => Ok(Evidence::Text),
            Some("facts") => {
                check_facts(&body, &path, first_line, problems);
                Ok(Evidence::Facts)
            }
            Some("figure") => match fs::read_to_string(folder.join(format!("{name}.snap.svg"))) {
                Ok(svg) => {
                    let figure = problems.check(&format!("{path}.svg"), 1, Figure::parse(&svg));
                    Ok(figure.map_or(Evidence::Unreadable, Evidence::Figure))
                }
                Err(_) => Err((1, format!("the picture `{path}.svg` is missing: {anew}"))),
            },
            _ => {
                let kinds = "`table`, `text`, `facts` or `figure`";
                Err((
                    1,
                    format!("its `description` is the kind of evidence: {kinds}"),
                ))
            }
        };
        let evidence = evidence.unwrap_or_else(|(line, sentence)| {
            problems.report(&path, line, sentence);
            Evidence::Unreadable
        });
        Self {
            name: name.to_owned(),
            path,
            first_line,
            body,
            evidence,
        }
    }

    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.evidence {
            Evidence::Table => "a table",
            Evidence::Text => "a text",
            Evidence::Facts => "facts",
            Evidence::Figure(_) => "a figure",
            Evidence::Unreadable => "unreadable",
        }
    }

    /// The value that a page calls `.fact` or `[row][column].part`.
    pub fn value(&self, value: &str) -> Result<String, String> {
        let (name, kind) = (&self.name, self.kind());
        match (&self.evidence, value.strip_prefix('.')) {
            (Evidence::Unreadable, _) => Ok(String::new()),
            (Evidence::Facts, Some(fact)) => {
                let mut facts = facts(&self.body);
                let found = facts.clone().find(|(_, known, _)| *known == fact);
                found.map(|(_, _, value)| value.to_owned()).ok_or_else(|| {
                    let suggestion = did_you_mean(fact, facts.by_ref().map(|(_, name, _)| name));
                    format!("`{name}` has no fact `{fact}`{suggestion}")
                })
            }
            (Evidence::Table, None) => self.cell(value),
            (Evidence::Table, Some(_)) => Err(format!(
                "`{name}` is a table: quote a cell of it, `{{{{#fact {name}[row][column]}}}}`"
            )),
            (_, None) => Err(format!("`{name}` is {kind}: only tables have cells")),
            _ => Err(format!(
                "`{name}` is {kind}: only facts and tables have values to quote"
            )),
        }
    }

    /// A cell of the table, or a part of it. A row goes by its first cell and, where others share that, by as many of the
    /// next ones as tell it apart.
    fn cell(&self, value: &str) -> Result<String, String> {
        let name = &self.name;
        let (row, column, part) = cell(value).ok_or_else(|| format!("`{value}` names no cell"))?;
        let mut rows = self.body.lines().map(cells);
        let headings = rows.next().unwrap_or_default();
        let rows: Vec<Vec<String>> = rows.skip(1).collect();
        let at = headings
            .iter()
            .position(|heading| heading == column)
            .ok_or_else(|| {
                let suggestion = did_you_mean(column, headings.iter().map(String::as_str));
                format!("`{name}` has no column `{column}`{suggestion}")
            })?;
        let mut found = rows
            .iter()
            .filter(|cells| names(cells).any(|known| known == row));
        let text = match (found.next(), found.next()) {
            (Some(cells), None) => cells.get(at).cloned().unwrap_or_default(),
            (Some(first), Some(_)) => {
                let longer = names(first)
                    .find(|known| known.len() > row.len())
                    .unwrap_or_default();
                return Err(format!(
                    "`{name}` has several rows `{row}`: add what their next cells say, as in `{longer}`"
                ));
            }
            (None, _) => {
                let known: Vec<String> = rows.iter().flat_map(|cells| names(cells)).collect();
                let suggestion = did_you_mean(row, known.iter().map(String::as_str));
                return Err(format!("`{name}` has no row `{row}`{suggestion}"));
            }
        };
        let Some(part) = part else { return Ok(text) };
        part_of(&text, part).ok_or_else(|| {
            format!("the cell `{text}` of `{name}` is no spread with a {part}: quote it whole")
        })
    }

    /// How a page would quote this value, if it is one of these.
    pub fn quotation(&self, value: &str) -> Option<String> {
        let name = match self.evidence {
            Evidence::Facts => {
                let (_, fact, _) = facts(&self.body).find(|(_, _, known)| *known == value)?;
                format!(".{fact}")
            }
            Evidence::Table => {
                let mut rows = self.body.lines().map(cells);
                let headings = rows.next()?;
                rows.skip(1).find_map(|row| {
                    let column = row.iter().skip(1).position(|cell| cell == value)? + 1;
                    Some(format!("[{}][{}]", row[0], headings[column]))
                })?
            }
            _ => return None,
        };
        Some(format!("{{{{#fact {}{name}}}}}", self.name))
    }
}

/// The facts that these lines give: the line, from 0, the name and the value.
pub fn facts(body: &str) -> impl Iterator<Item = (usize, &str, &str)> + Clone {
    body.lines().enumerate().filter_map(|(line, text)| {
        let (name, value) = text.split_once('=')?;
        Some((line, name.trim(), value.trim()))
    })
}

fn check_facts(body: &str, path: &str, first_line: usize, problems: &mut Problems) {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    for (line, text) in body
        .lines()
        .enumerate()
        .filter(|(_, text)| !text.trim().is_empty())
    {
        let (name, value) = text.split_once('=').unwrap_or_default();
        let (name, value) = (name.trim(), value.trim());
        let sentence = if name.is_empty() || value.is_empty() || !name.chars().all(is_letter) {
            format!("`{text}` is not a fact: write `name = value`")
        } else if facts(body).any(|(earlier, known, _)| known == name && earlier < line) {
            format!("the fact `{name}` is already given above")
        } else {
            continue;
        };
        problems.report(path, first_line + line, sentence);
    }
}

/// Whether every line begins with `|`, and the second is a rule.
fn is_table(body: &str) -> bool {
    let rule = body.lines().nth(1).unwrap_or_default();
    let is_rule = rule.contains('-') && rule.trim_matches(['|', '-', ':', ' ']).is_empty();
    is_rule && body.lines().all(|line| line.starts_with('|'))
}

/// The row, the column and the part that `[row][column].part` names.
pub fn cell(value: &str) -> Option<(&str, &str, Option<&str>)> {
    let (names, part) = value.strip_prefix('[')?.rsplit_once(']')?;
    let (row, column) = names.split_once("][")?;
    let part = match part {
        "" => None,
        part => Some(part.strip_prefix('.').filter(|part| PARTS.contains(part))?),
    };
    Some((row, column, part))
}

/// `a`, `a, b`, `a, b, c`, … of a row's cells.
fn names(row: &[String]) -> impl Iterator<Item = String> {
    (1..=row.len()).map(|count| row[..count].join(", "))
}

/// The cells of a line, without the marks around them.
fn cells(line: &str) -> Vec<String> {
    // A mark inside a cell is escaped.
    let line = line.replace("\\|", "\u{E003}");
    let cells = line.trim().trim_matches('|').split('|');
    cells
        .map(|cell| cell.trim().replace('\u{E003}', "|"))
        .collect()
}

/// Of `0.0034 (0.0031 to 0.0040)`, `0.0031 to 0.0040` or `0.0031–0.0040` a part.
fn part_of(text: &str, part: &str) -> Option<String> {
    let (median, ends) = match text.split_once(" (") {
        Some((median, ends)) => (Some(median), ends.strip_suffix(')')?),
        None => (None, text),
    };
    let (smallest, largest) = ends.split_once(" to ").or_else(|| ends.split_once('–'))?;
    let parts = PARTS
        .into_iter()
        .zip([median, Some(smallest), Some(largest)]);
    let (_, number) = parts.into_iter().find(|(name, _)| *name == part)?;
    number.map(str::to_owned)
}
