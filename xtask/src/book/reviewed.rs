//! The reviewed lists: what pages may have that no build can check, each entry with the reason, one a line, and comments
//! after `#`.
//!
//! `reviewed/numbers.txt` has the typed numbers that need not quote a fact, by page, or `*` for all pages; for a page of
//! references `*` may stand for every number:
//!
//! ```text
//! prologue.md  10,000  setting, points of the swing, in the notebook's own run
//! *            1.0     name, the title of the book
//! ```
//!
//! `reviewed/links.txt` has the links that lead out of the book, each with what a reader should find there. No test contacts
//! another host; CI follows the links once a week:
//!
//! ```text
//! https://arxiv.org/abs/1906.01563   Greydanus, Dzamba and Yosinski, "Hamiltonian Neural Networks"
//! ```
//!
//! An entry that no page needs is a problem too, so a list holds nothing but what stands in the book.

use std::fs;

use super::problem::Problems;
use super::suggestion::did_you_mean;
use crate::project::Project;

/// The page of an entry for all pages, and the entry for everything of its page.
const EVERY: &str = "*";

/// What something on a list is, and so what its lines look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A typed number.
    Number,
    /// A link.
    Link,
}

impl Kind {
    /// Where its list is.
    pub fn file(self) -> &'static str {
        match self {
            Self::Number => "reviewed/numbers.txt",
            Self::Link => "reviewed/links.txt",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Link => "link",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Number => "prologue.md  10,000  setting, points of the swing",
            Self::Link => "https://example.org  what a reader should find there",
        }
    }
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    line: usize,
    page: String,
    /// The number or the address, as the page has it.
    thing: String,
}

impl Entry {
    /// Reads a line: a page where numbers are listed, the thing, and why.
    fn parse(kind: Kind, line: usize, text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let page = match kind {
            Kind::Number => words.next(),
            Kind::Link => Some(EVERY),
        };
        match (page, words.next(), words.next()) {
            (Some(EVERY), Some(EVERY), _) => Err(format!(
                "`{EVERY}` may stand for every number of one page alone"
            )),
            (Some(page), Some(thing), Some(_)) => Ok(Self {
                line,
                page: page.to_owned(),
                thing: thing.to_owned(),
            }),
            _ => Err(format!("`{text}` should look like `{}`", kind.example())),
        }
    }

    fn allows(&self, page: &str, thing: &str) -> bool {
        [page, EVERY].contains(&self.page.as_str()) && [thing, EVERY].contains(&self.thing.as_str())
    }
}

/// A list.
#[derive(Debug, Clone)]
pub struct Reviewed {
    kind: Kind,
    entries: Vec<Entry>,
}

impl Reviewed {
    /// Reads the list; a book without one allows nothing. Faulty entries are reported.
    pub fn read(kind: Kind, project: &Project, problems: &mut Problems) -> Self {
        let text = fs::read_to_string(project.path(kind.file())).unwrap_or_default();
        let lines = (1..).zip(text.lines().map(str::trim));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let parse =
            |(line, text)| problems.check(kind.file(), line, Entry::parse(kind, line, text));
        let entries: Vec<Entry> = lines.filter_map(parse).collect();
        for entry in &entries {
            let twin = entries.iter().find(|other| {
                let wider = other.page == EVERY && entry.page != EVERY;
                let earlier = other.page == entry.page && other.line < entry.line;
                other.thing == entry.thing && (wider || earlier)
            });
            if let Some(Entry { line, thing, .. }) = twin {
                let sentence =
                    format!("line {line} allows `{thing}` here already: delete one of the two");
                problems.report(kind.file(), entry.line, sentence);
            }
        }
        Self { kind, entries }
    }

    /// Whether this may stand in the page at `page` from `book/`.
    pub fn allows(&self, page: &str, thing: &str) -> bool {
        self.entries.iter().any(|entry| entry.allows(page, thing))
    }

    /// Reports the entries that none of `pages` needs, each with its path and what it has.
    pub fn check_use(&self, pages: &[(&str, Vec<&str>)], problems: &mut Problems) {
        for entry in &self.entries {
            let Entry { page, thing, line } = entry;
            let name = self.kind.name();
            let paths = pages.iter().map(|(path, _)| *path);
            let is_needed = |(path, things): &(&str, Vec<&str>)| {
                things.iter().any(|thing| entry.allows(path, thing))
            };
            let sentence = if pages.iter().any(is_needed) {
                continue;
            } else if page == EVERY {
                format!("no page has the {name} `{thing}`: delete this entry")
            } else if paths.clone().any(|path| path == page) {
                format!("`{page}` does not have the {name} `{thing}`: delete this entry")
            } else {
                format!("there is no page `{page}`{}", did_you_mean(page, paths))
            };
            problems.report(self.kind.file(), *line, sentence);
        }
    }
}
