//! The links that lead out of the book, each with what it should show.
//!
//! No test contacts another host, so `reviewed/links.txt` says for every address what a reader should find there, one a
//! line, and comments after `#`:
//!
//! ```text
//! # address                          what it should show
//! https://arxiv.org/abs/1906.01563   Greydanus, Dzamba and Yosinski, "Hamiltonian Neural Networks"
//! ```
//!
//! CI follows them once a week. An address that no page links to is a problem too.

use pulldown_cmark::{Event, Parser, Tag};

use super::lines::{self, Lines};
use super::problem::Problems;
use super::prose;

/// Where the list is.
pub const FILE: &str = "reviewed/links.txt";

/// A link to another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The line of the page.
    pub line: usize,
    /// Where it leads.
    pub address: String,
}

/// The links of a page to other hosts, in order; `text` is the page without its directives.
pub fn of_page(text: &str) -> Vec<Link> {
    let lines = Lines::of(text);
    let mut links = Vec::new();
    for (event, range) in Parser::new_ext(text, prose::options()).into_offset_iter() {
        let mut add = |at: usize, address: &str| {
            if address.starts_with("https://") || address.starts_with("http://") {
                links.push(Link {
                    line: lines.number(at),
                    address: address.to_owned(),
                });
            }
        };
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                add(range.start, &dest_url);
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                for attribute in ["href=\"", "src=\""] {
                    for (at, found) in html.match_indices(attribute) {
                        let address = &html[at + found.len()..];
                        add(range.start + at, address.split('"').next().unwrap_or(""));
                    }
                }
            }
            _ => {}
        }
    }
    links
}

/// An address on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line of the list.
    pub line: usize,
    /// Where the links lead.
    pub address: String,
    /// What a reader should find there.
    pub shows: String,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct Links(pub Vec<Entry>);

impl Links {
    /// Reads the list; faulty entries are reported.
    pub fn parse(text: &str, problems: &mut Problems) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for (line, text) in lines::entries(text) {
            let Some((address, shows)) = text.split_once(char::is_whitespace) else {
                let sentence =
                    format!("`{text}` should be followed by what a reader should find there");
                problems.report(FILE, line, sentence);
                continue;
            };
            if let Some(twin) = entries.iter().find(|entry| entry.address == address) {
                let sentence = format!(
                    "line {} lists `{address}` already: delete one of the two",
                    twin.line
                );
                problems.report(FILE, line, sentence);
            }
            entries.push(Entry {
                line,
                address: address.to_owned(),
                shows: shows.trim().to_owned(),
            });
        }
        Self(entries)
    }

    /// Reports the links that are not on the list, and the entries that no link needs; every page comes with its file.
    pub fn check<'a>(
        &self,
        pages: impl Iterator<Item = (String, &'a [Link])> + Clone,
        problems: &mut Problems,
    ) {
        for (file, links) in pages.clone() {
            for Link { line, address } in links {
                if !self.0.iter().any(|entry| entry.address == *address) {
                    problems.report(
                        &file,
                        *line,
                        format!(
                            "`{address}` is not on the list of links: add the line `{address}  what a reader should \
                             find there` to {FILE}"
                        ),
                    );
                }
            }
        }
        for Entry { line, address, .. } in &self.0 {
            let mut links = pages.clone().flat_map(|(_, links)| links);
            if !links.any(|link| link.address == *address) {
                let sentence = format!("no page links to `{address}`: delete this entry");
                problems.report(FILE, *line, sentence);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# One\n\nSee [a](https://a.example/x), [b][b] and <https://c.example>.\n\n\
        `https://code.example` and [here](two.md).\n\n<p><a href=\"http://d.example\">d</a></p>\n\n[b]: https://b.example\n";

    fn problems(list: &str) -> String {
        let mut problems = Problems::default();
        let links = of_page(PAGE);
        let pages = [("book/one.md".to_owned(), &links[..])];
        Links::parse(list, &mut problems).check(pages.into_iter(), &mut problems);
        let problems = problems.into_result().err().map(|error| error.to_string());
        problems.unwrap_or_default()
    }

    #[test]
    fn links_to_other_hosts_are_found_with_their_lines() {
        let found = of_page(PAGE);
        let found: Vec<_> = found
            .iter()
            .map(|link| (link.line, link.address.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (3, "https://a.example/x"),
                (3, "https://b.example"),
                (3, "https://c.example"),
                (7, "http://d.example"),
            ]
        );
    }

    #[test]
    fn a_complete_list_has_no_problems() {
        let list = "# The list.\n\nhttps://a.example/x  a\nhttps://b.example b\nhttps://c.example c\nhttp://d.example d\n";
        assert_eq!(problems(list), "");
    }

    #[test]
    fn a_link_that_is_not_listed_and_an_entry_that_is_not_linked_are_refused() {
        let list = "https://a.example/x a\nhttps://b.example b\nhttps://c.example c\nhttps://e.example e\n";
        assert_eq!(
            problems(list),
            "book/one.md:7: `http://d.example` is not on the list of links: add the line `http://d.example  what a \
             reader should find there` to reviewed/links.txt\n\
             reviewed/links.txt:4: no page links to `https://e.example`: delete this entry"
        );
    }

    #[test]
    fn an_entry_says_what_it_should_show_once() {
        let list = "https://a.example/x a\nhttps://a.example/x b\nhttps://b.example\nhttps://c.example c\nhttp://d.example d\n";
        assert_eq!(
            problems(list),
            "book/one.md:3: `https://b.example` is not on the list of links: add the line `https://b.example  what a \
             reader should find there` to reviewed/links.txt\n\
             reviewed/links.txt:2: line 1 lists `https://a.example/x` already: delete one of the two\n\
             reviewed/links.txt:3: `https://b.example` should be followed by what a reader should find there"
        );
    }
}
