//! What a page asks for in double braces, such as `{{#listing chapters/chapter1_gradients.rs:loss}}`.

use std::ops::Range;

use super::suggestion::did_you_mean;

/// A directive of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// `{{#listing path:anchor}}`: code, from the root of the project.
    Listing {
        /// The file, from the root of the project.
        path: String,
        /// The part of it; the whole file without one.
        anchor: Option<String>,
    },
    /// `{{#run path:anchor}}`: code that the page's program runs and the page does not show.
    Run {
        /// The program, from the root of the project.
        path: String,
        /// The part of it.
        anchor: String,
    },
    /// `{{#output chapter/name}}`: a table or a text.
    Output(String),
    /// `{{#figure chapter/name}}`: a picture, with the caption that follows.
    Figure(String),
    /// `{{#fact chapter/name.fact}}` or `{{#fact chapter/name[row][column]}}`: one value, inside a sentence.
    Fact(FactName),
    /// `{{#bet gradients}}`: a question with its answers, which the reader's browser keeps until the verdict.
    Bet(String),
    /// `{{#guess}}`: a question with its answers, of which any opens the cover that follows.
    Guess,
    /// `{{#cover The table}}`: what is not seen before the reader asks for it, by these words.
    Cover(String),
    /// `{{#bets}}`: the verdicts that the reader's bets are laid beside.
    Bets,
    /// `{{#live rate Turn the rate}}`: the figure before it, with knobs, for whoever follows these words.
    Live(Live),
    /// `{{/cover}}`: the end of one of these.
    End(Pair),
    /// `{{#title ...}}`: mdBook's own, passed through.
    Title,
}

/// A figure with knobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// The name of its experiment.
    pub figure: String,
    /// What the reader is invited to do.
    pub words: String,
}

/// A directive with an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    /// From `{{#bet gradients}}` to `{{/bet}}`.
    Bet,
    /// From `{{#guess}}` to `{{/guess}}`.
    Guess,
    /// From `{{#cover The table}}` to `{{/cover}}`.
    Cover,
    /// From `{{#bets}}` to `{{/bets}}`.
    Bets,
}

impl Pair {
    const ALL: [(&str, Self); 4] = [
        ("bet", Self::Bet),
        ("guess", Self::Guess),
        ("cover", Self::Cover),
        ("bets", Self::Bets),
    ];
}

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = Self::ALL.iter().find(|(_, pair)| pair == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

/// The name of one value: `chapter1/check.worst_ratio`, or `chapter5/best[Adam, cosine][field RMSE].median`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactName {
    /// The facts or the table, `chapter1/check`.
    pub snapshot: String,
    /// Which of its values.
    pub value: ValueName,
}

/// Which value of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueName {
    /// A fact, `worst_ratio`.
    Fact(String),
    /// A cell of a table.
    Cell(Cell),
}

/// A cell of a table, by the names of its row and its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What the row's first cells say, `Adam, cosine`.
    pub row: String,
    /// The column's heading, `field RMSE`.
    pub column: String,
    /// Which number of a spread; the whole cell without one.
    pub part: Option<Part>,
}

/// A number of a spread: of `0.0034 (0.0031 to 0.0040)` or of `0.0031 to 0.0040`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The one before the brackets.
    Median,
    /// The one before `to`.
    Smallest,
    /// The one after it.
    Largest,
}

impl Part {
    const ALL: [(&str, Self); 3] = [
        ("median", Self::Median),
        ("smallest", Self::Smallest),
        ("largest", Self::Largest),
    ];
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = Self::ALL.iter().find(|(_, part)| part == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl FactName {
    /// Reads `snapshot.fact`, `snapshot[row][column]` or `snapshot[row][column].part`.
    fn parse(argument: &str) -> Option<Self> {
        let (snapshot, value) = match argument.split_once('[') {
            Some((snapshot, rest)) => {
                let (names, part) = rest.rsplit_once(']')?;
                let (row, column) = names.split_once("][")?;
                let part = match part {
                    "" => None,
                    part => {
                        let known =
                            |(name, _): &&(&str, Part)| part.strip_prefix('.') == Some(*name);
                        Some(Part::ALL.iter().find(known)?.1)
                    }
                };
                let cell = Cell {
                    row: row.to_owned(),
                    column: column.to_owned(),
                    part,
                };
                (snapshot, ValueName::Cell(cell))
            }
            None => {
                let (snapshot, fact) = argument.rsplit_once('.')?;
                (snapshot, ValueName::Fact(fact.to_owned()))
            }
        };
        let is_named = match &value {
            ValueName::Fact(fact) => !fact.is_empty(),
            ValueName::Cell(_) => true,
        };
        (is_named && is_snapshot_name(snapshot)).then(|| Self {
            snapshot: snapshot.to_owned(),
            value,
        })
    }
}

impl std::fmt::Display for FactName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.snapshot)?;
        match &self.value {
            ValueName::Fact(fact) => write!(f, ".{fact}"),
            ValueName::Cell(Cell { row, column, part }) => {
                write!(f, "[{row}][{column}]")?;
                part.map_or(Ok(()), |part| write!(f, ".{part}"))
            }
        }
    }
}

/// A directive as it stands in a text.
#[derive(Debug)]
pub struct Found {
    /// From the first brace to the last.
    pub range: Range<usize>,
    /// The directive, or a sentence about what is wrong with it.
    pub directive: Result<Directive, String>,
}

const NAMES: [&str; 11] = [
    "listing", "run", "output", "figure", "fact", "title", "bet", "guess", "cover", "bets", "live",
];
const MDBOOK_NAMES: [&str; 4] = ["include", "rustdoc_include", "playground", "playpen"];

/// The directives of `text` outside the ranges of code, in order.
pub fn scan(text: &str, code: &[Range<usize>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{{").map(|start| at + start) {
        at = start + 2;
        let inner = &text[at..];
        if !inner
            .trim_start_matches([' ', '\t'])
            .starts_with(['#', '/'])
        {
            continue;
        }
        if text[..start].ends_with('\\') || code.iter().any(|code| code.contains(&start)) {
            continue;
        }
        let line = inner.lines().next().unwrap_or_default();
        let (end, directive) = match line.find("}}") {
            Some(end) => (at + end + 2, parse(line[..end].trim())),
            None => {
                let shown = text[start..at + line.len()].trim_end();
                (
                    at + line.len(),
                    Err(format!("`{shown}` is never closed with `}}}}`")),
                )
            }
        };
        found.push(Found {
            range: start..end,
            directive,
        });
        at = end;
    }
    found
}

fn parse(inner: &str) -> Result<Directive, String> {
    if let Some(name) = inner.strip_prefix('/') {
        let pair = Pair::ALL.iter().find(|(known, _)| *known == name.trim());
        return pair.map(|(_, pair)| Directive::End(*pair)).ok_or_else(|| {
            let known = Pair::ALL.map(|(known, _)| known);
            format!(
                "nothing ends with `{{{{{inner}}}}}`{}",
                did_you_mean(name.trim(), known)
            )
        });
    }
    let inner = inner.trim_start_matches('#');
    let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let argument = argument.trim();
    let shape =
        |example: &str| format!("`{{{{#{name} {argument}}}}}` should look like `{example}`");
    match name {
        "listing" => {
            let (path, anchor) = match argument.split_once(':') {
                Some((path, anchor)) => (path, Some(anchor.to_owned())),
                None => (argument, None),
            };
            if path.is_empty() || anchor.as_ref().is_some_and(String::is_empty) {
                return Err(shape("{{#listing chapters/chapter1_gradients.rs:anchor}}"));
            }
            Ok(Directive::Listing {
                path: path.to_owned(),
                anchor,
            })
        }
        "run" => match argument.split_once(':') {
            Some((path, anchor)) if !path.is_empty() && !anchor.is_empty() => Ok(Directive::Run {
                path: path.to_owned(),
                anchor: anchor.to_owned(),
            }),
            _ => Err(shape("{{#run chapters/chapter1_gradients.rs:anchor}}")),
        },
        "output" | "figure" => {
            if !is_snapshot_name(argument) {
                return Err(shape(&format!("{{{{#{name} chapter1/name}}}}")));
            }
            Ok(match name {
                "output" => Directive::Output(argument.to_owned()),
                _ => Directive::Figure(argument.to_owned()),
            })
        }
        "fact" => FactName::parse(argument).map(Directive::Fact).ok_or_else(|| {
            match argument.contains('[') {
                true => shape("{{#fact chapter1/name[row][column]}}` or `{{#fact chapter1/name[row][column].median}}"),
                false => shape("{{#fact chapter1/name.value}}"),
            }
        }),
        "bet" if is_word(argument) => Ok(Directive::Bet(argument.to_owned())),
        "bet" => Err(shape("{{#bet gradients}}")),
        "live" => match argument.split_once(' ') {
            Some((figure, words)) if is_word(figure) => Ok(Directive::Live(Live {
                figure: figure.to_owned(),
                words: words.trim().to_owned(),
            })),
            _ => Err(shape("{{#live rate Turn the rate}}")),
        },
        "cover" if !argument.is_empty() => Ok(Directive::Cover(argument.to_owned())),
        "cover" => Err(shape("{{#cover The table}}")),
        "guess" | "bets" if !argument.is_empty() => Err(shape(&format!("{{{{#{name}}}}}"))),
        "guess" => Ok(Directive::Guess),
        "bets" => Ok(Directive::Bets),
        "title" => Ok(Directive::Title),
        _ if MDBOOK_NAMES.contains(&name) => Err(format!(
            "`{{{{#{name}}}}}` is mdBook's own and ships an empty block when it finds nothing: use `{{{{#listing}}}}`"
        )),
        _ => Err(format!(
            "there is no directive `{name}`{}",
            did_you_mean(name, NAMES)
        )),
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase())
}

fn is_snapshot_name(name: &str) -> bool {
    !name.contains(char::is_whitespace)
        && name
            .split_once('/')
            .is_some_and(|(chapter, name)| !chapter.is_empty() && !name.is_empty())
}
