//! The book as a whole, on small projects: every problem with its exact message, and what mdBook gets.

use serde_json::{Value, json};

use super::fixture::Fixture;
use super::{check, preprocess};

const SUMMARY: &str = "# Summary\n\n- [One](one.md)\n- [Source](source.md)\n";
const CHAPTER: &str = "\
//! The first chapter.

// ANCHOR: uses
use hnn::{Error, Evidence};
// ANCHOR_END: uses

pub fn experiment(seed: u64, evidence: &mut Evidence) -> Result<(), Error> {
    // ANCHOR: check
    let table = table(seed);
    evidence.show(\"check\", &table)?;
    // ANCHOR_END: check
    // ANCHOR: facts
    evidence.show(\"facts\", &table.facts())?;
    // ANCHOR_END: facts
    // ANCHOR: cosine
    evidence.show(\"cosine\", &table.figure())?;
    // ANCHOR_END: cosine
    Ok(())
}
";
const PAGE: &str = "\
# One, {{#fact chapter1/facts.samples}} samples

Let $x_1 * y$ be {{#fact chapter1/facts.ratio}}.

{{#listing chapters/chapter1_one.rs:check}}

{{#output chapter1/check}}

{{#listing chapters/chapter1_one.rs:facts}}

{{#output chapter1/facts}}

{{#listing chapters/chapter1_one.rs:cosine}}

{{#figure chapter1/cosine}}
: The angle $\\theta$ opens to {{#fact chapter1/facts.ratio}}.
";
const SVG: &str = "<svg viewBox=\"0 0 9 9\" role=\"img\">\n<title>Opens</title>\n<desc>From 1 to 0</desc>\n\n<path d=\"M0 0\"/>\n</svg>\n";

fn files<'a>(page: &'a str, chapter: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("book/SUMMARY.md", SUMMARY),
        ("book/one.md", page),
        ("book/source.md", "# The source\n"),
        ("chapters/chapter1_one.rs", chapter),
        ("src/lib.rs", "//! A library.\n"),
        (
            "snapshots/chapter1/check.snap",
            "---\nsource: t.rs\ndescription: table\n---\n| a | b |\n|---|--:|\n| $x^2$ | 2 |\n",
        ),
        (
            "snapshots/chapter1/facts.snap",
            "---\ndescription: facts\n---\nratio = 0.4632\nsamples = 33,537\n",
        ),
        (
            "snapshots/chapter1/cosine.snap",
            "---\ndescription: figure\nextension: svg\nsnapshot_kind: binary\n---\n",
        ),
        ("snapshots/chapter1/cosine.snap.svg", SVG),
    ]
}

fn problems(page: &str, chapter: &str, more: &[(&str, &str)]) -> String {
    let fixture = Fixture::of(&files(page, chapter));
    for (path, text) in more {
        fixture.write(path, text);
    }
    check(&fixture.project())
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

/// What mdBook gets for the page and for the whole book.
fn preprocessed(fixture: &Fixture) -> Value {
    let chapter = |name: &str, number: u32, path: &str| {
        json!({ "Chapter": {
            "name": name, "content": fixture.read(&format!("book/{path}")), "number": [number],
            "sub_items": [], "path": path, "source_path": path, "parent_names": [],
        } })
    };
    let context = json!({
        "root": fixture.project().root, "renderer": "html", "mdbook_version": super::MDBOOK_VERSION,
        "config": { "book": { "src": "book" }, "output": { "html": {} }, "preprocessor": { "hnn": {} } },
    });
    let book = json!({ "items": [chapter("One", 1, "one.md"), chapter("Source", 2, "source.md")] });
    let mut output = Vec::new();
    preprocess(
        &fixture.project(),
        json!([context, book]).to_string().as_bytes(),
        &mut output,
    )
    .unwrap();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn a_sound_book_has_no_problems() {
    assert_eq!(problems(PAGE, CHAPTER, &[]), "");
}

#[test]
fn a_page_becomes_markdown_with_html() {
    let book = preprocessed(&Fixture::of(&files(PAGE, CHAPTER)));
    let page = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    insta::assert_snapshot!(page);
}

#[test]
fn every_listed_file_has_a_page_below_the_source() {
    let book = preprocessed(&Fixture::of(&files(PAGE, CHAPTER)));
    let source = &book["items"][1]["Chapter"]["sub_items"][0]["Chapter"];
    assert_eq!(source["path"], "source/chapters/chapter1_one.rs.md");
    assert_eq!(source["name"], "chapters/chapter1_one.rs");
    assert_eq!(source["number"], json!([2, 1]));
    assert_eq!(source["parent_names"], json!(["Source"]));
    let content = source["content"].as_str().unwrap();
    assert!(
        content.contains("<span id=\"check\"></span>    let table = table(seed);\n"),
        "{content}"
    );
    assert!(
        content.contains("evidence: &amp;mut Evidence) -&gt; Result&lt;(), Error&gt; {\n"),
        "{content}"
    );
    assert!(!content.contains("ANCHOR"), "{content}");
}

#[test]
fn without_a_source_page_the_files_come_last() {
    let mut files = files(PAGE, CHAPTER);
    files[0].1 = "- [One](one.md)\n";
    files.remove(2);
    let fixture = Fixture::of(&files);
    fixture.write("book/source.md", "");
    let book = preprocessed(&fixture);
    assert_eq!(book["items"].as_array().unwrap().len(), 2);
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let fixture = Fixture::of(&files(PAGE, CHAPTER));
    assert_eq!(
        preprocessed(&fixture).to_string(),
        preprocessed(&fixture).to_string()
    );
}
