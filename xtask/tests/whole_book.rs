//! Whatever changes below the book itself, and not below a small one, is named: every anchor, every fact, every program.

#![cfg(unix)]

use std::fs;
use std::process::Command;

use regex::Regex;
use tempfile::TempDir;
use xtask::book::{self, directive, folder, lines::Lines, prose};
use xtask::mirror;
use xtask::project::Project;

/// What the book is made of.
const PARTS: [&str; 8] = [
    "Cargo.toml",
    "book",
    "chapters",
    "live",
    "reviewed",
    "snapshots",
    "src",
    "tests",
];

/// What `check` says of a copy of the project in which everything that `pattern` finds in these files is `other`.
fn said(
    check: fn(&Project) -> anyhow::Result<()>,
    ending: &str,
    pattern: &str,
    other: &str,
) -> String {
    let place = TempDir::new().unwrap();
    let (original, changed) = (Project::find().unwrap(), Project::at(place.path()));
    let copied = Command::new("cp")
        .arg("-R")
        .args(PARTS)
        .arg(&changed.root)
        .current_dir(original.root)
        .status();
    assert!(copied.unwrap().success());
    let pattern = Regex::new(pattern).unwrap();
    for file in folder::files(&changed.root, ending).unwrap() {
        let path = changed.path(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &*pattern.replace_all(&text, other)).unwrap();
    }
    check(&changed).unwrap_err().to_string()
}

/// Every directive of the book that begins with one of these, as `book/prologue.md:12: `.
fn directives(beginnings: &[&str]) -> Vec<String> {
    let project = Project::find().unwrap();
    let mut places = Vec::new();
    for page in folder::files(&project.path("book"), ".md").unwrap() {
        let text = fs::read_to_string(project.path("book").join(&page)).unwrap();
        let lines = Lines::of(&text);
        for found in directive::scan(&text, &prose::code_ranges(&text)) {
            let written = &text[found.range.clone()];
            let is_wanted = beginnings
                .iter()
                .any(|beginning| written.starts_with(beginning));
            let names_part = written.contains([':', '.']) && !written.contains('[');
            if is_wanted && names_part {
                places.push(format!("book/{page}:{}: ", lines.number(found.range.start)));
            }
        }
    }
    assert!(places.len() > 100, "{places:?}");
    places
}

fn assert_names(said: &str, places: &[String]) {
    for place in places {
        assert!(said.contains(place), "nothing names {place} in\n{said}");
    }
}

#[test]
fn another_anchor_is_named_by_every_listing() {
    let said = said(book::check, ".rs", r"(// ANCHOR(?:_END)?: \S+)", "${1}x");
    let listings = directives(&["{{#listing", "{{#run"]);
    assert_names(&said, &listings);
}

#[test]
fn another_fact_is_named_by_every_sentence() {
    let said = said(book::check, ".snap", r"(?m)^(\w+) = ", "${1}x = ");
    assert_names(&said, &directives(&["{{#fact"]));
}

#[test]
fn other_code_is_named_by_every_notebook() {
    let said = said(mirror::check, ".rs", r"(?m);$", "; // Changed.");
    let notebooks = folder::files(&Project::find().unwrap().path("chapters"), ".ipynb");
    assert_names(&said, &notebooks.unwrap());
}
