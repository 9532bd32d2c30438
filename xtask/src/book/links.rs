//! The links that lead out of the book.

use pulldown_cmark::{Event, Parser, Tag};

use super::lines::Lines;
use super::markup;
use super::prose;

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
                for (tag, part) in markup::parts(&html) {
                    let addresses = ["href", "src"].map(|name| part.attribute(name));
                    for address in addresses.into_iter().flatten() {
                        add(range.start + tag.start, address);
                    }
                }
            }
            _ => {}
        }
    }
    links
}
