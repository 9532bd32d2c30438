//! The reviewed list: the numbers that pages may have without quoting a fact, each with the reason.
//!
//! `reviewed/numbers.txt` has one entry a line, and comments after `#`:
//!
//! ```text
//! # page       number  kind      why
//! prologue.md  10,000  setting   points of the swing, in the notebook's own run
//! *            1.0     name      the title of the book
//! ```
//!
//! A page is named by its path from `book/`; `*` stands for all of them. The number is given as the page has it; for a list of
//! references, and for nothing else, `*` stands for every number of the page. An
//! entry that no page needs is a problem too, so the list holds nothing but what stands in the book.

use super::lines;
use super::problem::Problems;
use super::suggestion::did_you_mean;
use super::typed_number::TypedNumber;

/// Where the list is.
pub const FILE: &str = "reviewed/numbers.txt";

/// The page of an entry for all pages.
const EVERY_PAGE: &str = "*";

/// The number of an entry for all numbers of a page of references.
const EVERY_NUMBER: &str = "*";

/// Why a number need not be a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The year something was published or found.
    Year,
    /// A constant of an equation or of geometry.
    Equation,
    /// A setting of a run.
    Setting,
    /// How many things the text itself lists.
    Count,
    /// Part of a name: a version, a section of a book.
    Name,
    /// The page, the volume, the number of a cited work.
    Reference,
    /// A figure of a published source, quoted with its source in the sentence.
    Source,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Year,
        Self::Equation,
        Self::Setting,
        Self::Count,
        Self::Name,
        Self::Reference,
        Self::Source,
    ];

    /// The word for it in the list.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Equation => "equation",
            Self::Setting => "setting",
            Self::Count => "count",
            Self::Name => "name",
            Self::Reference => "reference",
            Self::Source => "source",
        }
    }

    fn parse(word: &str) -> Result<Self, String> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == word);
        kind.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{word}` is no kind of number: it is one of {names}")
        })
    }
}

/// A number that may stand in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line of the list.
    pub line: usize,
    /// The page, or `*`.
    pub page: String,
    /// The number as the page has it.
    pub number: String,
    /// Why it need not be a fact.
    pub kind: Kind,
    /// The same, in words.
    pub why: String,
}

impl Entry {
    fn parse(line: usize, text: &str) -> Result<Self, String> {
        let mut rest = text;
        let mut word = || {
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            rest = after.trim_start();
            word
        };
        let (page, number, kind) = (word(), word(), word());
        if rest.is_empty() {
            return Err(format!(
                "`{text}` should look like `prologue.md  10,000  setting  points of the swing`"
            ));
        }
        let kind = Kind::parse(kind)?;
        if number == EVERY_NUMBER && (page == EVERY_PAGE || kind != Kind::Reference) {
            return Err(format!(
                "`{EVERY_NUMBER}` may stand for every number of one page of references alone: name the number"
            ));
        }
        Ok(Self {
            line,
            page: page.to_owned(),
            number: number.to_owned(),
            kind,
            why: rest.to_owned(),
        })
    }

    fn allows(&self, page: &str, number: &str) -> bool {
        (self.page == page || self.page == EVERY_PAGE)
            && (self.number == number || self.number == EVERY_NUMBER)
    }
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct Reviewed(Vec<Entry>);

impl Reviewed {
    /// Reads the list; faulty entries are reported.
    pub fn parse(text: &str, problems: &mut Problems) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for (number, line) in lines::entries(text) {
            entries.extend(problems.check(FILE, number, Entry::parse(number, line)));
        }
        for entry in &entries {
            let twin = entries.iter().find(|other| {
                let wider = other.page == EVERY_PAGE && entry.page != EVERY_PAGE;
                let earlier = other.page == entry.page && other.line < entry.line;
                other.number == entry.number && (wider || earlier)
            });
            if let Some(Entry { line, number, .. }) = twin {
                problems.report(
                    FILE,
                    entry.line,
                    format!("line {line} allows `{number}` here already: delete one of the two"),
                );
            }
        }
        Self(entries)
    }

    /// Whether the number may stand in the page at `page` from `book/`.
    pub fn allows(&self, page: &str, number: &str) -> bool {
        self.0.iter().any(|entry| entry.allows(page, number))
    }

    /// Reports the entries that none of `pages` needs, each with its path and its numbers.
    pub fn check_use(&self, pages: &[(&str, &[TypedNumber])], problems: &mut Problems) {
        for entry in &self.0 {
            let Entry { page, number, .. } = entry;
            let paths = pages.iter().map(|(path, _)| *path);
            let needed = pages.iter().any(|(path, numbers)| {
                let mut numbers = numbers.iter();
                numbers.any(|number| entry.allows(path, &number.written))
            });
            let sentence = if needed {
                continue;
            } else if page == EVERY_PAGE {
                format!("no page has the number `{number}`: delete this entry")
            } else if paths.clone().any(|path| path == page) {
                format!("`{page}` does not have the number `{number}`: delete this entry")
            } else {
                format!("there is no page `{page}`{}", did_you_mean(page, paths))
            };
            problems.report(FILE, entry.line, sentence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(list: &str) -> String {
        let mut problems = Problems::default();
        let numbers = ["1.0", "10,000"].map(|written| TypedNumber {
            line: 1,
            written: written.to_owned(),
        });
        let pages = [("one.md", &numbers[..]), ("two.md", &numbers[..1])];
        Reviewed::parse(list, &mut problems).check_use(&pages, &mut problems);
        let problems = problems.into_result().err().map(|error| error.to_string());
        problems.unwrap_or_default()
    }

    #[test]
    fn an_entry_allows_a_number_on_its_page() {
        let list =
            "# A comment.\n\n*  1.0  name  the title\none.md 10,000 setting how many points\n";
        assert_eq!(problems(list), "");
        let list = Reviewed::parse(list, &mut Problems::default());
        assert!(list.allows("one.md", "10,000") && list.allows("two.md", "1.0"));
        assert!(!list.allows("two.md", "10,000") && !list.allows("one.md", "1"));
    }

    #[test]
    fn only_a_list_of_references_is_allowed_whole() {
        assert_eq!(
            problems("one.md * reference volumes and years\n* 1.0 name the title\n"),
            ""
        );
        let sentence =
            "`*` may stand for every number of one page of references alone: name the number";
        for entry in ["* * reference volumes", "one.md * setting points"] {
            assert_eq!(
                problems(&format!("{entry}\n")),
                format!("reviewed/numbers.txt:1: {sentence}")
            );
        }
    }

    #[test]
    fn an_entry_says_why() {
        assert_eq!(
            problems("* 1.0 name\n"),
            "reviewed/numbers.txt:1: `* 1.0 name` should look like `prologue.md  10,000  setting  points of the swing`"
        );
        assert_eq!(
            problems("\n* 1.0 nmae the title\n"),
            "reviewed/numbers.txt:2: `nmae` is no kind of number: it is one of year, equation, setting, count, name, \
             reference, source"
        );
    }

    #[test]
    fn an_entry_that_nothing_needs_is_refused() {
        assert_eq!(
            problems(
                "two.md 10,000 setting points\n* 7 count theories\noen.md 1.0 name the title\n"
            ),
            "reviewed/numbers.txt:1: `two.md` does not have the number `10,000`: delete this entry\n\
             reviewed/numbers.txt:2: no page has the number `7`: delete this entry\n\
             reviewed/numbers.txt:3: there is no page `oen.md`; did you mean `one.md`?"
        );
    }

    #[test]
    fn an_entry_that_another_covers_is_refused() {
        assert_eq!(
            problems("one.md 1.0 name a\n* 1.0 name b\n* 1.0 count c\n"),
            "reviewed/numbers.txt:1: line 2 allows `1.0` here already: delete one of the two\n\
             reviewed/numbers.txt:3: line 2 allows `1.0` here already: delete one of the two"
        );
    }
}
