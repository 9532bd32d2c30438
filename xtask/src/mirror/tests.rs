//! Notebooks of a small project with two chapters.

use serde_json::{Value, json};

use super::{check, compare_executed, write};
use crate::book::fixture::Fixture;

const ONE: &str = "\
# One in {{#fact chapter1/facts.samples}} {#one}

> [!NOTE]
> See [the second](two.md#angle), [the source](source.md), and $x_1 * {{#fact chapter1/facts.samples}}$.

{{#listing chapters/chapter1_one.rs:check}}

It prints {{#fact chapter1/facts.ratio}}.

{{#output chapter1/check}}

{{#listing src/lib.rs:norm}}

{{#output chapter1/log}}

<details>
<summary>Solution</summary>

{{#run chapters/chapter1_one.rs:cosine}}

{{#figure chapter1/cosine}}
: The angle $\\theta$.

</details>
";
const CHAPTER_ONE: &str = "\
// ANCHOR: uses
use hnn::{Error, Evidence};
// ANCHOR_END: uses

pub fn experiment(settings: Settings, evidence: &mut Evidence) -> Result<(), Error> {
    // ANCHOR: check
    evidence.show(\"facts\", &facts(settings))?;
    evidence.show(\"check\", &table(settings))?;
    evidence.show(\"log\", &log(settings))?;
    // ANCHOR_END: check
    // ANCHOR: cosine
    evidence.show(\"cosine\", &figure(settings))?;
    // ANCHOR_END: cosine
}
";
const TWO: &str =
    "# Two\n\n{{#output chapter1/log}}\n\n{{#listing chapters/chapter2_two.rs:run}}\n";
const CHAPTER_TWO: &str = "\
// ANCHOR: uses
use hnn::Evidence;
// ANCHOR_END: uses
// ANCHOR: run
let a = 1;
// ANCHOR_END: run
";
const SVG: &str =
    "<svg viewBox=\"0 0 9 9\">\n<title>Opens</title>\n<desc>From 1 to 0</desc>\n</svg>\n";

fn book() -> Fixture {
    Fixture::of(&[
        (
            "Cargo.toml",
            "[[example]]\nname = \"one\"\npath = \"chapters/chapter1_one.rs\"\n\
             [[example]]\nname = \"two\"\npath = \"chapters/chapter2_two.rs\"\n",
        ),
        (
            "book/SUMMARY.md",
            "# Summary\n\n- [One](one.md)\n- [Two](two.md)\n- [Source](source.md)\n",
        ),
        ("book/one.md", ONE),
        (
            "book/two.md",
            &TWO.replace("{{#output chapter1/log}}\n\n", "## The angle {#angle}\n\n"),
        ),
        ("book/source.md", "# The source\n"),
        ("chapters/chapter1_one.rs", CHAPTER_ONE),
        ("chapters/chapter2_two.rs", CHAPTER_TWO),
        (
            "src/lib.rs",
            "// ANCHOR: norm\npub fn norm() {}\n// ANCHOR_END: norm\n",
        ),
        (
            "snapshots/chapter1/check.snap",
            "---\ndescription: table\n---\n| a |\n|---|\n",
        ),
        (
            "snapshots/chapter1/facts.snap",
            "---\ndescription: facts\n---\nratio = 0.5_x\nsamples = 33,537\n",
        ),
        (
            "snapshots/chapter1/log.snap",
            "---\ndescription: text\n---\nstep 1\nstep 2\n",
        ),
        (
            "snapshots/chapter1/cosine.snap",
            "---\ndescription: figure\n---\n",
        ),
        ("snapshots/chapter1/cosine.snap.svg", SVG),
    ])
}

fn cells(book: &Fixture, notebook: &str) -> Vec<Value> {
    let json: Value = serde_json::from_str(&book.read(notebook)).unwrap();
    json["cells"].as_array().unwrap().clone()
}

fn source(cell: &Value) -> String {
    cell["source"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect()
}

#[test]
fn every_page_with_a_program_has_its_notebook() {
    let book = book();
    let written = write(&book.project()).unwrap();
    assert_eq!(
        written,
        [
            book.project().path("chapters/chapter1_one.ipynb"),
            book.project().path("chapters/chapter2_two.ipynb")
        ]
    );
    check(&book.project()).unwrap();
}

#[test]
fn the_notebook_has_the_cells_of_the_page() {
    let book = book();
    write(&book.project()).unwrap();
    let cells = cells(&book, "chapters/chapter1_one.ipynb");
    let ids: Vec<&str> = cells
        .iter()
        .map(|cell| cell["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "title",
            "set-up",
            "opening",
            "check",
            "after-check",
            "cosine",
            "after-cosine"
        ]
    );
    let title = source(&cells[0]);
    assert!(title.starts_with("# One in 33,537\n\n*This page is a notebook."));
    for hint in [
        "compiles the library, which takes about a minute",
        "`cargo xtask notebook chapter1_one`",
        "`evcxr_jupyter --install`",
    ] {
        assert!(title.contains(hint), "{title}");
    }
    assert_eq!(
        source(&cells[1]),
        ":dep hnn = { path = \"..\" }\nuse hnn::{Error, Evidence};\nlet mut evidence = Evidence::jupyter();\n\
         let settings = Settings::default();"
    );
    assert_eq!(
        source(&cells[2]),
        "> **Note**\n>\n> See [the second](chapter2_two.ipynb#angle), [the source](../book/source.md), and \
         $x_1 * 33{,}537$."
    );
    assert_eq!(
        source(&cells[4]),
        "It prints 0.5\\_x.\n\n[`src/lib.rs`](../src/lib.rs):\n\n```rust\npub fn norm() {}\n```\n\n**Solution**"
    );
    assert_eq!(source(&cells[6]), "The angle $\\theta$.");
}

#[test]
fn a_question_stands_above_the_cell_that_answers_it_and_nothing_is_covered() {
    let book = book();
    let asked = "{{#guess}}\nHow far?\n\n- To {{#fact chapter1/facts.ratio}}.\n  : Really?\n- Farther.\n{{/guess}}\n\n";
    let page = book
        .read("book/one.md")
        .replace(
            "{{#listing chapters/chapter1_one.rs:check}}",
            &format!("{asked}{{{{#listing chapters/chapter1_one.rs:check}}}}"),
        )
        .replace("It prints", "{{#cover The print}}\n\nIt prints")
        .replace(
            "{{#listing src/lib.rs:norm}}",
            "{{/cover}}\n\n{{#listing src/lib.rs:norm}}",
        )
        .replace(
            "> [!NOTE]",
            "{{#bet scale}}\nIs it so?\n\n- Yes.\n- No.\n{{/bet}}\n\n> [!NOTE]",
        );
    book.write("book/one.md", &page);
    write(&book.project()).unwrap();
    let cells = cells(&book, "chapters/chapter1_one.ipynb");
    let opening = source(&cells[2]);
    assert!(
        opening.starts_with("**Your bet.** Is it so?\n\n- Yes.\n- No.\n\n> **Note**"),
        "{opening}"
    );
    assert!(
        opening.ends_with("\n\nHow far?\n\n- To 0.5\\_x.\n- Farther."),
        "{opening}"
    );
    let after = source(&cells[4]);
    assert!(
        after.starts_with("It prints 0.5\\_x.\n\n[`src/lib.rs`]"),
        "{after}"
    );
}

#[test]
fn a_cell_records_what_it_shows_in_the_order_of_its_code() {
    let book = book();
    write(&book.project()).unwrap();
    let cells = cells(&book, "chapters/chapter1_one.ipynb");
    assert_eq!(
        cells[3]["outputs"],
        json!([
            { "output_type": "stream", "name": "stdout",
              "text": ["ratio = 0.5_x\n", "samples = 33,537\n", "step 1\n", "step 2\n"] },
            { "output_type": "execute_result", "execution_count": null, "metadata": {},
              "data": { "text/markdown": ["| a |\n", "|---|"], "text/plain": ["| a |\n", "|---|"] } },
        ])
    );
    assert_eq!(
        cells[5]["outputs"][0]["data"],
        json!({
            "image/svg+xml": ["<svg viewBox=\"0 0 9 9\">\n", "<title>Opens</title>\n", "<desc>From 1 to 0</desc>\n", "</svg>"],
            "text/plain": ["Opens"],
        })
    );
    assert_eq!(cells[3]["execution_count"], Value::Null);
}

#[test]
fn the_notebook_is_a_rust_notebook_that_other_programs_read() {
    let book = book();
    write(&book.project()).unwrap();
    let text = book.read("chapters/chapter1_one.ipynb");
    let notebook: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&notebook["nbformat"], &notebook["nbformat_minor"]),
        (&json!(4), &json!(5))
    );
    assert_eq!(notebook["metadata"]["kernelspec"]["name"], "rust");
    assert_eq!(notebook["metadata"]["language_info"]["name"], "rust");
    assert!(text.ends_with("}\n"));
}

#[test]
fn a_notebook_that_the_book_has_left_behind_is_refused() {
    let book = book();
    write(&book.project()).unwrap();
    let stale = book
        .read("chapters/chapter1_one.ipynb")
        .replace("step 2", "step 3");
    book.write("chapters/chapter1_one.ipynb", &stale);
    assert_eq!(
        check(&book.project()).unwrap_err().to_string(),
        "chapters/chapter1_one.ipynb: cell 4 (listing book/one.md:6) differs from the book\n  \
           notebook | step 3\n  book     | step 2\n\
         `cargo xtask mirror` writes the notebooks from the book"
    );
}

#[test]
fn missing_and_orphaned_notebooks_are_refused() {
    let book = book();
    book.write("chapters/chapter9_gone.ipynb", "{}");
    assert_eq!(
        check(&book.project()).unwrap_err().to_string(),
        "chapters/chapter1_one.ipynb: there is no such notebook yet\n\
         chapters/chapter2_two.ipynb: there is no such notebook yet\n\
         chapters/chapter9_gone.ipynb: no page lists pieces of `chapters/chapter9_gone.rs` by anchor: delete the \
         notebook\n\
         `cargo xtask mirror` writes the notebooks from the book"
    );
}

#[test]
fn other_metadata_is_a_difference_too() {
    let book = book();
    write(&book.project()).unwrap();
    let other = book
        .read("chapters/chapter1_one.ipynb")
        .replace("\"Rust\"", "\"Rust 2\"");
    book.write("chapters/chapter1_one.ipynb", &other);
    let message = check(&book.project()).unwrap_err().to_string();
    assert!(
        message.starts_with(
            "chapters/chapter1_one.ipynb: the metadata or the layout differ from the book's\n"
        ),
        "{message}"
    );
}

#[test]
fn other_line_endings_alone_are_named() {
    let book = book();
    write(&book.project()).unwrap();
    let windows = book
        .read("chapters/chapter1_one.ipynb")
        .replace('\n', "\r\n");
    book.write("chapters/chapter1_one.ipynb", &windows);
    let message = check(&book.project()).unwrap_err().to_string();
    let says = "chapters/chapter1_one.ipynb: its lines end in \\r\\n, the book's in \\n\n";
    assert!(message.starts_with(says), "{message}");
}

#[test]
fn an_executed_notebook_is_compared_by_its_outputs() {
    let book = book();
    write(&book.project()).unwrap();
    let recorded = book.project().path("chapters/chapter1_one.ipynb");
    let executed = book.project().path("out/executed.ipynb");
    let run = book
        .read("chapters/chapter1_one.ipynb")
        .replace("\"execution_count\": null", "\"execution_count\": 3");
    book.write("out/executed.ipynb", &run);
    compare_executed(&recorded, &executed).unwrap();
    book.write("out/executed.ipynb", &run.replace("step 2", "step 3"));
    let message = compare_executed(&recorded, &executed)
        .unwrap_err()
        .to_string();
    assert!(
        message.ends_with(
            "chapter1_one.ipynb: cell 4 (check) shows something else when run\n  recorded | step 2\n  \
             run      | step 3"
        ),
        "{message}"
    );
}

#[test]
fn a_book_with_problems_has_no_notebooks() {
    let book = book();
    book.write("book/two.md", TWO);
    let message = write(&book.project()).unwrap_err().to_string();
    assert_eq!(
        message,
        "book/two.md:3: no code above this line shows `log`: list or run the piece with \
         `evidence.show(\"log\", ...)` first"
    );
}
