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

use std::collections::BTreeSet;
use std::{fs, io};

use super::problem::Problems;
use crate::project::Project;

/// The page of an entry for all pages, and the entry for everything of its page.
const EVERY: &str = "*";

/// A list.
#[derive(Debug, Clone, Copy)]
pub enum Reviewed {
    /// Typed numbers.
    Numbers,
    /// Links.
    Links,
}

/// Something that should be on a list: its page, from `book/`, its line there, and how it is written.
pub type Found<'a> = (&'a str, usize, &'a str);

impl Reviewed {
    /// Reports what is not on the list, with the way out, and the entries that nothing needs. A book without a list allows
    /// nothing.
    pub fn check(
        self,
        project: &Project,
        found: &[Found],
        way_out: impl Fn(&Found) -> String,
        problems: &mut Problems,
    ) {
        let (list, thing, example) = match self {
            Self::Numbers => (
                "numbers",
                "number",
                "prologue.md  10,000  setting, points of the swing",
            ),
            Self::Links => (
                "links",
                "link",
                "https://example.org  what a reader should find there",
            ),
        };
        let file = format!("reviewed/{list}.txt");
        let text = match fs::read_to_string(project.path(&file)) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return problems.report(&file, 1, format!("it cannot be read: {error}"));
            }
            text => text.unwrap_or_default(),
        };
        let mut allowed = vec![false; found.len()];
        let mut entries = BTreeSet::new();
        for (line, text) in (1..).zip(text.lines().map(str::trim)) {
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let mut words = text.split_whitespace();
            let page = match self {
                Self::Numbers => words.next(),
                Self::Links => Some(EVERY),
            };
            let (Some(page), Some(entry), Some(_)) = (page, words.next(), words.next()) else {
                problems.report(
                    &file,
                    line,
                    format!("`{text}` should look like `{example}`"),
                );
                continue;
            };
            if !entries.insert((page, entry)) {
                let sentence = format!("`{entry}` stands here twice: delete one of the two");
                problems.report(&file, line, sentence);
            }
            let mut is_needed = false;
            for ((place, _, written), allowed) in found.iter().zip(&mut allowed) {
                let is_here = [EVERY, place].contains(&page);
                if is_here && [EVERY, written].contains(&entry) && [page, entry] != [EVERY; 2] {
                    (is_needed, *allowed) = (true, true);
                }
            }
            if !is_needed {
                let place = if page == EVERY { "the book" } else { page };
                let sentence = format!("`{entry}` is no {thing} of {place}: delete this entry");
                problems.report(&file, line, sentence);
            }
        }
        for (found, _) in found.iter().zip(allowed).filter(|(_, allowed)| !allowed) {
            let (page, line, _) = found;
            let sentence = format!("{} {file}", way_out(found));
            problems.report(format!("book/{page}"), *line, sentence);
        }
    }
}
