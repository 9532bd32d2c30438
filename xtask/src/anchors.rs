//! The links inside the built book: every one leads to a file, and to a place in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use quick_xml::escape::unescape;

use crate::book::folder;
use crate::book::problem::Problems;
use crate::book::suggestion::did_you_mean;
use crate::project::Project;

/// Pages of mdBook's own: the whole book once more, and the page for wrong addresses, whose links begin elsewhere.
const REPEATED: [&str; 2] = ["print.html", "404.html"];

/// Fails with every link of `site/` that leads nowhere, named by its line in `book/`.
pub fn check(project: &Project) -> Result<()> {
    let site = project.path("site");
    let files: BTreeSet<String> = folder::files(&site, "")?.into_iter().collect();
    let mut pages = BTreeMap::new();
    for path in files.iter().filter(|path| path.ends_with(".html")) {
        let html =
            fs::read_to_string(site.join(path)).with_context(|| format!("reading site/{path}"))?;
        pages.insert(path.as_str(), Anchors::of(&html));
    }
    let mut problems = Problems::default();
    for (path, anchors) in &pages {
        if REPEATED.contains(path) {
            continue;
        }
        for link in &anchors.links {
            if let Some(sentence) = fault(path, link, &files, &pages) {
                let (file, line) = origin(project, path, link);
                problems.report(file, line, sentence);
            }
        }
    }
    problems.into_result()
}

/// What a page links to, and what can be linked to in it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Anchors {
    links: BTreeSet<String>,
    ids: BTreeSet<String>,
}

impl Anchors {
    fn of(html: &str) -> Self {
        let mut anchors = Self::default();
        for tag in tags(html) {
            anchors.ids.extend(attribute(tag, "id"));
            if tag.starts_with("a ") {
                anchors.links.extend(attribute(tag, "href"));
            }
        }
        anchors
    }
}

fn fault(
    page: &str,
    link: &str,
    files: &BTreeSet<String>,
    pages: &BTreeMap<&str, Anchors>,
) -> Option<String> {
    let (target, place) = link.split_once('#').unwrap_or((link, ""));
    let has_scheme = target
        .split('/')
        .next()
        .is_some_and(|first| first.contains(':'));
    if has_scheme || target.starts_with('/') {
        return None;
    }
    let target = match target.split('?').next() {
        None | Some("") => page.to_owned(),
        Some(target) => folder::resolve(page, &decoded(target)),
    };
    if !files.contains(&target) {
        let known = files.iter().map(String::as_str);
        return Some(format!(
            "there is no `{target}` in the built book{}",
            did_you_mean(&target, known)
        ));
    }
    let place = decoded(place);
    let ids = &pages.get(target.as_str())?.ids;
    let known = ids.iter().map(String::as_str);
    (!place.is_empty() && !ids.contains(&place)).then(|| {
        format!(
            "`{target}` has no place `#{place}`{}",
            did_you_mean(&place, known)
        )
    })
}

/// Where a link of a built page was written: in the page's Markdown, or else in what the page shows.
fn origin(project: &Project, page: &str, link: &str) -> (String, usize) {
    let file = format!("book/{}", page.replace(".html", ".md"));
    let Ok(text) = fs::read_to_string(project.path(&file)) else {
        return (format!("site/{page}"), 1);
    };
    let written = link.replacen(".html", ".md", 1);
    let line = text.lines().position(|line| line.contains(&written));
    (file, line.map_or(1, |line| line + 1))
}

/// The insides of the tags of an HTML page, comments and the text of scripts and styles aside.
fn tags(html: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let mut quote = None;
        let end = rest.find(|c| match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
                false
            }
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                false
            }
            None => c == '>',
        });
        let (tag, after) = rest.split_at(end.unwrap_or(rest.len()));
        tags.push(tag);
        rest = after;
        for raw in ["script", "style"] {
            if tag.split_whitespace().next() == Some(raw) {
                rest = rest
                    .find(&format!("</{raw}"))
                    .map_or("", |end| &rest[end..]);
            }
        }
    }
    tags
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    let value = value.split('"').next()?;
    Some(unescape(value).map_or_else(|_| value.to_owned(), |value| value.into_owned()))
}

/// An address without its percent signs.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::fixture::Fixture;

    fn problems(one: &str) -> String {
        let two =
            "<h1 id=\"two\"><a class=\"header\" href=\"#two\">Two</a></h1><p id=\"größe\"></p>";
        let fixture = Fixture::of(&[
            ("site/one.html", one),
            ("site/deep/two.html", two),
            ("site/a.csv", ""),
            (
                "book/one.md",
                "# One\n\n[Two](deep/two.md#tow) and [three](three.md)\n",
            ),
        ]);
        check(&fixture.project())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn links_that_lead_somewhere_are_no_problem() {
        let one = "<a href=\"deep/two.html#two\">a</a><a href=\"deep/two.html#gr%C3%B6%C3%9Fe\">b</a>\
            <a href=\"a.csv\">c</a><a href=\"https://example.org/#x\">d</a><a href=\"data:text/csv,1\">e</a><a href=\"#f\" id=\"f\">f</a>\
            <!-- <a href=\"gone.html\"> --><script>'<a href=\"' + url + '\">'</script><code>&lt;a href=\"gone\"&gt;</code>";
        assert_eq!(problems(one), "");
    }

    #[test]
    fn a_broken_link_is_named_by_its_line_in_the_book() {
        let one = "<a class=\"x\" href=\"deep/two.html#tow\">a</a><a href=\"three.html\">b</a>";
        assert_eq!(
            problems(one),
            "book/one.md:3: `deep/two.html` has no place `#tow`; did you mean `two`?\n\
             book/one.md:3: there is no `three.html` in the built book"
        );
    }
}
