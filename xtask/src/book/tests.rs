//! The book as a whole, on small projects: every problem with its exact message, and what mdBook gets.

use serde_json::{Value, json};

use super::fixture::Fixture;
use super::{check, notebooks, preprocess};
use crate::edition::{Commit, Edition};

const SUMMARY: &str = "# Summary\n\n- [One](one.md)\n- [Source](source.md)\n";
const CHAPTER: &str = "\
//! The first chapter.

// ANCHOR: uses
use hnn::{Error, Evidence};
// ANCHOR_END: uses

pub fn experiment(settings: Settings, evidence: &mut Evidence) -> Result<(), Error> {
    // ANCHOR: check
    let table = table(settings);
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

{{#run chapters/chapter1_one.rs:facts}}

It is {{#fact chapter1/facts.ratio}}.

{{#run chapters/chapter1_one.rs:cosine}}

{{#figure chapter1/cosine}}
: The angle $\\theta$ opens to {{#fact chapter1/facts.ratio}}.

The end.

## Whole
";
const MANIFEST: &str = "[[example]]\nname = \"one\"\npath = \"chapters/chapter1_one.rs\"\n";
const SVG: &str = "<svg viewBox=\"0 0 9 9\" role=\"img\">\n<title>Opens</title>\n<desc>From 1 to 0</desc>\n<metadata>\nt,x\n0,1\n</metadata>\n\n<path d=\"M0 0\"/>\n</svg>\n";

fn files<'a>(page: &'a str, chapter: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("Cargo.toml", MANIFEST),
        ("book/SUMMARY.md", SUMMARY),
        ("book/one.md", page),
        ("book/source.md", "# The source\n"),
        ("chapters/chapter1_one.rs", chapter),
        ("chapters/chapter1_one.ipynb", "{}"),
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

/// What mdBook gets when it sends these pages.
fn preprocessed(fixture: &Fixture, pages: &[&str]) -> Value {
    let chapter = |(index, path): (usize, &&str)| {
        json!({ "Chapter": {
            "name": path.trim_end_matches(".md"), "content": fixture.read(&format!("book/{path}")),
            "number": [index + 1], "sub_items": [], "path": path, "source_path": path, "parent_names": [],
        } })
    };
    let context = json!({
        "root": fixture.project().root, "renderer": "html", "mdbook_version": super::MDBOOK_VERSION,
        "config": { "book": { "src": "book" }, "output": { "html": {} }, "preprocessor": { "hnn": { "downloads": ["notebooks"] } } },
    });
    let items: Vec<Value> = pages.iter().enumerate().map(chapter).collect();
    let input = json!([context, { "items": items }]).to_string();
    let mut output = Vec::new();
    preprocess(&fixture.project(), input.as_bytes(), &mut output).unwrap();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn a_sound_book_has_no_problems() {
    assert_eq!(problems(PAGE, CHAPTER, &[]), "");
}

#[test]
fn a_page_becomes_markdown_with_html() {
    let book = preprocessed(
        &Fixture::of(&files(PAGE, CHAPTER)),
        &["one.md", "source.md"],
    );
    let page = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    assert_eq!(page.trim(), include_str!("page_as_html.md").trim());
}

#[test]
fn every_listed_file_has_a_page_below_the_source() {
    let book = preprocessed(
        &Fixture::of(&files(PAGE, CHAPTER)),
        &["one.md", "source.md"],
    );
    let source = &book["items"][1]["Chapter"]["sub_items"][0]["Chapter"];
    assert_eq!(source["path"], "source/chapters/chapter1_one.rs.md");
    assert_eq!(source["name"], "chapters/chapter1_one.rs");
    assert_eq!(source["number"], json!([2, 1]));
    assert_eq!(source["parent_names"], json!(["source"]));
    let content = source["content"].as_str().unwrap();
    assert!(
        content.contains("<span id=\"check\"></span>    let table = table(settings);\n"),
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
    files[1].1 = "- [One](one.md)\n";
    files.remove(3);
    let fixture = Fixture::of(&files);
    let book = preprocessed(&fixture, &["one.md"]);
    assert_eq!(
        book["items"][1]["Chapter"]["name"],
        "chapters/chapter1_one.rs"
    );
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let fixture = Fixture::of(&files(PAGE, CHAPTER));
    assert_eq!(
        preprocessed(&fixture, &["one.md", "source.md"]).to_string(),
        preprocessed(&fixture, &["one.md", "source.md"]).to_string()
    );
}

/// The one problem of the sound page with `from` replaced by `to`.
fn problem(from: &str, to: &str) -> String {
    assert!(PAGE.contains(from));
    problems(&PAGE.replacen(from, to, 1), CHAPTER, &[])
}

#[test]
fn an_unknown_file_is_corrected() {
    let found = problem("## Whole", "{{#listing chapters/chapter1_onne.rs}}");
    assert_eq!(
        found,
        "book/one.md:20: there is no file `chapters/chapter1_onne.rs`; did you mean `chapters/chapter1_one.rs`?"
    );
}

#[test]
fn a_file_outside_the_project_is_no_file() {
    let found = problem("## Whole", "{{#listing ../chapters/chapter1_one.rs}}");
    assert!(
        found.starts_with("book/one.md:20: there is no file `../chapters/chapter1_one.rs`"),
        "{found}"
    );
}

#[test]
fn an_unknown_anchor_is_corrected() {
    let found = problem("## Whole", "{{#listing chapters/chapter1_one.rs:chekc}}");
    assert_eq!(
        found,
        "book/one.md:20: `chapters/chapter1_one.rs` has no anchor `chekc`; did you mean `check`?"
    );
}

#[test]
fn an_empty_listing_is_refused() {
    let chapter = CHAPTER.replace(
        "    let table = table(settings);\n    evidence.show(\"check\", &table)?;\n",
        "",
    );
    assert_eq!(
        problems(
            &PAGE.replace("{{#output chapter1/check}}", ""),
            &chapter,
            &[]
        ),
        "book/one.md:5: the anchor `check` of `chapters/chapter1_one.rs` holds no code\n\
         snapshots/chapter1/check.snap:1: no page uses the snapshot `chapter1/check`: show it or delete it"
    );
}

#[test]
fn an_unknown_snapshot_is_corrected() {
    assert_eq!(
        problem(
            "{{#fact chapter1/facts.ratio}}",
            "{{#fact chapter1/fatcs.ratio}}"
        ),
        "book/one.md:3: there is no snapshot `chapter1/fatcs`; did you mean `chapter1/facts`?"
    );
}

#[test]
fn an_unknown_fact_is_corrected() {
    assert_eq!(
        problem("The end.", "The end {{#fact chapter1/facts.sample}}."),
        "book/one.md:18: `chapter1/facts` has no fact `sample`; did you mean `samples`?"
    );
}

#[test]
fn a_snapshot_is_shown_by_the_directive_of_its_kind() {
    assert_eq!(
        problem(
            "{{#output chapter1/check}}",
            "{{#figure chapter1/check}}\n: Caption."
        ),
        "book/one.md:7: `chapter1/check` is a table, no figure: show it with `{{#output chapter1/check}}`"
    );
    assert_eq!(
        problem(
            "{{#figure chapter1/cosine}}\n: ",
            "{{#output chapter1/cosine}}\n\n"
        ),
        "book/one.md:15: `chapter1/cosine` is a figure: show it with `{{#figure chapter1/cosine}}`"
    );
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/check.a}}"),
        "book/one.md:3: `chapter1/check` is a table: quote a cell of it, `{{#fact chapter1/check[row][column]}}`"
    );
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/facts[a][b]}}"),
        "book/one.md:3: `chapter1/facts` is facts: only tables have cells"
    );
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/cosine.a}}"),
        "book/one.md:3: `chapter1/cosine` is a figure: only facts and tables have values to quote"
    );
}

#[test]
fn a_cell_that_a_sentence_quotes_is_there_or_the_build_stops() {
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/check[$x^2$][b]}}"),
        ""
    );
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/check[$x^2$][c]}}"),
        "book/one.md:3: `chapter1/check` has no column `c`; did you mean `a`?"
    );
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/check[$x^3$][b]}}"),
        "book/one.md:3: `chapter1/check` has no row `$x^3$`; did you mean `$x^2$`?"
    );
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/chek[$x^2$][b]}}"),
        "book/one.md:3: there is no snapshot `chapter1/chek`; did you mean `chapter1/check`?"
    );
    assert_eq!(
        problem("$x_1 * y$", "{{#fact chapter1/check[$x^2$][b].median}}"),
        "book/one.md:3: the cell `2` of `chapter1/check` is no spread with a median: quote it whole"
    );
}

#[test]
fn malformed_maths_is_found_in_pages_captions_and_tables() {
    assert_eq!(
        problem("$x_1 * y$", "\n$$\\begin{aligned} a \\end{algned}$$\n")
            .lines()
            .count(),
        1,
    );
    assert_eq!(
        problem("$\\theta$", "$\\tehta$"),
        "book/one.md:16: malformed maths `\\tehta`: there is no command `\\tehta`"
    );
    let table = "---\nsource: t.rs\ndescription: table\n---\n| a | b |\n|---|--:|\n| $x^$ | 2 |\n";
    assert_eq!(
        problems(PAGE, CHAPTER, &[("snapshots/chapter1/check.snap", table)]),
        "snapshots/chapter1/check.snap:7: malformed maths `x^`: expected a token"
    );
}

#[test]
fn a_fact_inside_maths_is_a_number_to_tex() {
    let page = PAGE.replace("$x_1 * y$", "$n = {{#fact chapter1/facts.samples}}$");
    let book = preprocessed(
        &Fixture::of(&files(&page, CHAPTER)),
        &["one.md", "source.md"],
    );
    let content = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    assert!(
        content.contains("<mn>33</mn><mrow><mo>&#44;</mo></mrow><mn>537</mn>"),
        "{content}"
    );
}

#[test]
fn an_anchor_that_no_page_lists_is_refused() {
    let library = "//! A library.\n\n// ANCHOR: norm\npub fn norm() {}\n// ANCHOR_END: norm\n";
    assert_eq!(
        problems(PAGE, CHAPTER, &[("src/norm/mod.rs", library)]),
        "src/norm/mod.rs:3: no page lists the anchor `norm`: list it, run it or remove it"
    );
}

#[test]
fn a_snapshot_that_no_page_uses_is_refused() {
    let text = "---\ndescription: text\n---\nx\n";
    assert_eq!(
        problems(PAGE, CHAPTER, &[("snapshots/chapter1/old.snap", text)]),
        "snapshots/chapter1/old.snap:1: no page uses the snapshot `chapter1/old`: show it or delete it"
    );
}

#[test]
fn a_picture_without_its_snapshot_is_refused() {
    assert_eq!(
        problems(PAGE, CHAPTER, &[("snapshots/chapter1/old.snap.svg", SVG)]),
        "snapshots/chapter1/old.snap.svg:1: the snapshot `snapshots/chapter1/old.snap` of this picture is \
         missing: delete the picture"
    );
}

#[test]
fn a_page_that_the_summary_does_not_list_is_refused() {
    assert_eq!(
        problems(PAGE, CHAPTER, &[("book/draft.md", "{{#nonsense}}\n")]),
        "book/draft.md:1: `book/SUMMARY.md` does not list this page: list it or delete it"
    );
}

#[test]
fn a_page_that_the_summary_lists_must_exist() {
    assert_eq!(
        problems(
            PAGE,
            CHAPTER,
            &[(
                "book/SUMMARY.md",
                "# Summary\n\n- [One](one.md)\n- [Source](source.md)\n- [Two](two.md)\n"
            )]
        ),
        "book/SUMMARY.md:5: there is no page `book/two.md`: write it or take it off the list"
    );
}

#[test]
fn a_link_leads_into_the_built_book() {
    assert_eq!(
        problem("## Whole", "[Source](sorce.md), [code](../src/lib.rs)"),
        "book/one.md:20: `../src/lib.rs` is not in the built book: link to a page or to a file of `book/`\n\
         book/one.md:20: there is no page `sorce.md`; did you mean `source.md`?"
    );
}

#[test]
fn a_link_out_of_the_book_is_on_the_list_with_what_it_should_show() {
    let page = PAGE.replace("The end.", "See [it](https://example.org/a.md).");
    assert_eq!(
        problems(&page, CHAPTER, &[]),
        "book/one.md:18: `https://example.org/a.md` is not on the list of links: add the line \
         `https://example.org/a.md  what a reader should find there` to reviewed/links.txt"
    );
    let list = "https://example.org/a.md  an example\n";
    assert_eq!(
        problems(&page, CHAPTER, &[("reviewed/links.txt", list)]),
        ""
    );
}

#[test]
fn a_program_is_an_example_that_the_page_can_name() {
    assert_eq!(
        problems(PAGE, CHAPTER, &[("Cargo.toml", "")]),
        "chapters/chapter1_one.rs:1: `Cargo.toml` names no example of this path: add an `[[example]]` with \
         `path = \"chapters/chapter1_one.rs\"`"
    );
}

#[test]
fn a_notebook_that_is_taken_along_takes_the_library_from_the_commit() {
    let fixture = Fixture::of(&files(PAGE, CHAPTER));
    let notebook = "    \":dep hnn = { path = \\\"..\\\" }\\n\",\n    \"use hnn::Evidence;\"\n";
    fixture.write("chapters/chapter1_one.ipynb", notebook);
    let commit = Commit {
        hash: "abc".to_owned(),
        date: "2026-11-26".to_owned(),
        is_changed: false,
    };
    let edition = Edition {
        repository: Some("https://example.org/ada".to_owned()),
        commit: Some(commit),
        ..Edition::default()
    };
    let project = fixture.project();
    notebooks::lay_out(&project, &edition, &project.path("site")).unwrap();
    let copy = fixture.read("site/notebooks/chapter1_one.ipynb");
    let taken = r#":dep hnn = { git = \"https://example.org/ada\", rev = \"abc\" }\n"#;
    assert!(copy.starts_with(&format!("    \"{taken}\",\n")), "{copy}");
    assert!(copy.ends_with("\n    \"use hnn::Evidence;\"\n"), "{copy}");
}

#[test]
fn a_page_tells_one_program() {
    let other = "// ANCHOR: other\nfn other() {}\n// ANCHOR_END: other\n";
    let page = PAGE.replace("## Whole", "{{#listing chapters/chapter2.rs:other}}");
    assert_eq!(
        problems(&page, CHAPTER, &[("chapters/chapter2.rs", other)]),
        "book/one.md:20: this page tells `chapters/chapter1_one.rs` (line 5): it cannot list pieces of \
         `chapters/chapter2.rs` as well"
    );
}

#[test]
fn a_program_is_told_by_one_page() {
    let page =
        "# Source\n\n{{#listing chapters/chapter1_one.rs:check}}\n\n{{#output chapter1/check}}\n";
    assert_eq!(
        problems(PAGE, CHAPTER, &[("book/source.md", page)]),
        "book/source.md:3: `chapters/chapter1_one.rs` is the program of `book/one.md` already: its notebook \
         mirrors one page"
    );
}

#[test]
fn the_notebook_needs_the_use_lines() {
    let chapter = CHAPTER
        .replace("// ANCHOR: uses\n", "")
        .replace("// ANCHOR_END: uses\n", "");
    assert_eq!(
        problems(PAGE, &chapter, &[]),
        "chapters/chapter1_one.rs:1: the notebook needs the `use` lines, `Evidence` among them: put them between \
         `// ANCHOR: uses` and `// ANCHOR_END: uses`"
    );
}

#[test]
fn an_output_belongs_to_the_code_above_it() {
    let page = PAGE.replace(
        "{{#listing chapters/chapter1_one.rs:check}}\n\n{{#output chapter1/check}}",
        "{{#output chapter1/check}}\n\n{{#listing chapters/chapter1_one.rs:check}}",
    );
    assert_eq!(
        problems(&page, CHAPTER, &[]),
        "book/one.md:5: no code above this line shows `check`: list or run the piece with \
         `evidence.show(\"check\", ...)` first\n\
         book/one.md:7: the piece `check` shows `check`, but the page does not: add an `output` or a `figure`, or quote \
         a fact of it"
    );
}

#[test]
fn what_the_code_shows_the_page_shows() {
    let found = problem("{{#output chapter1/check}}", "");
    assert_eq!(
        found,
        "book/one.md:5: the piece `check` shows `check`, but the page does not: add an `output` or a `figure`, \
         or quote a fact of it\n\
         snapshots/chapter1/check.snap:1: no page uses the snapshot `chapter1/check`: show it or delete it"
    );
}

/// An exercise as programs have it, below the experiment.
const EXERCISES: &str = "
#[cfg(test)]
mod exercises {
    // ANCHOR: exercise-1
    /// Your turn.
    fn plateau(_degree: f64) -> f64 {
        f64::NAN
    }
    // ANCHOR_END: exercise-1

    // ANCHOR: check-1
    fn check_plateau(answer: impl Fn(f64) -> f64) -> Result<(), String> {
        compare(answer(2.0), 0.0)
    }
    // ANCHOR_END: check-1

    #[test]
    fn solution_1() -> Result<(), String> {
        // ANCHOR: try-1
        check_plateau(plateau)?;
        // ANCHOR_END: try-1
        Ok(())
    }

    // ANCHOR: compare
    fn compare(yours: f64, truth: f64) -> Result<(), String> {
        if yours == truth { Ok(()) } else { Err(format!(\"check_plateau({yours})\")) }
    }
    // ANCHOR_END: compare
}
";

/// The problems of the sound page with an exercise of these listings.
fn exercise(anchors: &[&str]) -> String {
    let listing = |anchor: &&str| format!("\n{{{{#listing chapters/chapter1_one.rs:{anchor}}}}}\n");
    let page = format!("{PAGE}\n## Exercises\n\n### 1. The plateau\n");
    let page = page + &anchors.iter().map(listing).collect::<String>();
    problems(&page, &format!("{CHAPTER}{EXERCISES}"), &[])
}

#[test]
fn an_exercise_is_made_of_listings() {
    assert_eq!(exercise(&["exercise-1", "compare", "check-1", "try-1"]), "");
}

#[test]
fn every_anchor_of_an_exercise_is_listed() {
    assert_eq!(
        exercise(&["exercise-1", "compare", "check-1"]),
        "chapters/chapter1_one.rs:38: no page lists the anchor `try-1`: list it, run it or remove it"
    );
}

#[test]
fn facts_are_for_sentences_to_quote() {
    assert_eq!(
        problem("The end.", "{{#output chapter1/facts}}"),
        "book/one.md:18: `chapter1/facts` is facts, for sentences to quote: `{{#fact chapter1/facts.value}}`"
    );
    assert_eq!(
        problem("{{#fact chapter1/facts.samples}} samples", ""),
        "snapshots/chapter1/facts.snap:5: no page quotes the fact `samples`: quote it or delete it"
    );
}

#[test]
fn only_a_program_is_run_unseen() {
    let library = "// ANCHOR: norm\npub fn norm() {}\n// ANCHOR_END: norm\n";
    let page = PAGE.replace("The end.", "{{#run src/lib.rs:norm}}");
    assert_eq!(
        problems(&page, CHAPTER, &[("src/lib.rs", library)]),
        "book/one.md:18: `src/lib.rs` is no program that a page could run: list it, or not"
    );
}

#[test]
fn a_cell_shows_one_rich_thing() {
    let chapter = CHAPTER
        .replace("    // ANCHOR_END: check\n", "")
        .replace(
            "    // ANCHOR_END: facts\n",
            "    // ANCHOR_END: facts\n    // ANCHOR_END: check\n",
        )
        .replace(
            "evidence.show(\"facts\", &table.facts())?;",
            "evidence.show(\"cosine\", &table.figure())?;",
        );
    let page = "# One {{#fact chapter1/facts.ratio}} {{#fact chapter1/facts.samples}}\n\n{{#listing chapters/chapter1_one.rs:check}}\n\n{{#output chapter1/check}}\n\n{{#figure chapter1/cosine}}\n: C.\n";
    let found = problems(page, &chapter, &[]);
    assert!(
        found.starts_with(
            "book/one.md:3: the piece `check` shows `chapter1/check` and `chapter1/cosine`: a notebook keeps one \
             table or figure of a cell, so make it two pieces\n"
        ),
        "{found}"
    );
}

#[test]
fn a_typed_number_is_refused_and_the_fact_with_its_value_named() {
    assert_eq!(
        problem("The end.", "It fell to 0.285."),
        "book/one.md:18: the number `0.285` is typed by hand: quote a fact (`{{#fact chapter1/...}}`), or, if it is no \
         measurement, put it on the reviewed list reviewed/numbers.txt"
    );
    assert_eq!(
        problem("The angle", "At 0.4632% the angle"),
        "book/one.md:16: the number `0.4632%` is typed by hand: quote the fact with this value \
         (`{{#fact chapter1/facts.ratio}}%`), or, if it is no measurement, put it on the reviewed list reviewed/numbers.txt"
    );
}

#[test]
fn a_number_on_the_reviewed_list_may_be_typed() {
    let page = PAGE.replace("The end.", "It takes 16.87.");
    let list = |list: &str| problems(&page, CHAPTER, &[("reviewed/numbers.txt", list)]);
    assert_eq!(list("one.md 16.87 a setting\n"), "");
    assert_eq!(
        list("* 16.87 a setting\n* 17.87 a setting\n"),
        "reviewed/numbers.txt:2: no page has the number `17.87`: delete this entry"
    );
}

#[test]
fn all_problems_are_reported_at_once_in_order() {
    let page = PAGE
        .replace("$x_1 * y$", "$")
        .replace("{{#output chapter1/check}}", "{{#outptu chapter1/check}}");
    let found = problems(&page, CHAPTER, &[]);
    let places: Vec<&str> = found
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "book/one.md:3",
            "book/one.md:5",
            "book/one.md:7",
            "snapshots/chapter1/check.snap:1"
        ]
    );
}

#[test]
fn blocks_stay_in_their_list_item_or_quotation() {
    let page = PAGE
        .replace("{{#listing chapters/chapter1_one.rs:check}}\n\n{{#output chapter1/check}}", "1. Run:\n\n   {{#listing chapters/chapter1_one.rs:check}}\n\n> See:\n> {{#output chapter1/check}}");
    let book = preprocessed(
        &Fixture::of(&files(&page, CHAPTER)),
        &["one.md", "source.md"],
    );
    let content = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    assert!(
        content.contains("\n   ```rust\n   let table = table(settings);\n"),
        "{content}"
    );
    assert!(
        content.contains("\n>\n> | a | b |\n> |---|--:|\n"),
        "{content}"
    );
}

const BET: &str =
    "{{#bet NAME}}\nIs it *\"so\"*?\n\n- Yes.\n  : Are you sure?\n- No.\n{{/bet}}\n\n";
const GUESS: &str =
    "{{#guess}}\nHow far?\n\n- To {{#fact chapter1/facts.ratio}}.\n- Farther.\n{{/guess}}\n\n";

#[test]
fn a_bet_is_a_group_of_radio_buttons_and_a_cover_a_fold() {
    let cover = "{{#cover The *check*}}\n\n{{#output chapter1/check}}\n\nSo.\n\n{{/cover}}";
    let page = PAGE
        .replace("{{#output chapter1/check}}", &format!("{GUESS}{cover}"))
        .replace("Let $x_1", &(BET.replace("NAME", "scale") + "Let $x_1"));
    let fixture = Fixture::of(&files(&page, CHAPTER));
    let book = preprocessed(&fixture, &["one.md", "source.md"]);
    let content = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    for expected in [
        "<fieldset class=\"bet\" data-bet=\"scale\">\n\
         <legend><strong>Your bet.</strong> Is it <em>“so”</em>?</legend>\n\
         <label><input type=\"radio\" name=\"bet-scale\" data-reply=\"Are you sure?\"> <span>Yes.</span></label>\n\
         <label><input type=\"radio\" name=\"bet-scale\"> <span>No.</span></label>\n\
         <p role=\"status\"></p>\n</fieldset>",
        "<fieldset class=\"bet guess\">\n<legend>How far?</legend>\n\
         <label><input type=\"radio\" name=\"one-guess-1\"> <span>To <span class=\"fact\"",
        "\n<details class=\"cover\"><summary>The <em>check</em></summary>\n",
        "\nSo.\n",
        "\n</details>\n",
    ] {
        assert!(content.contains(expected), "{expected}\n\n{content}");
    }
}

#[test]
fn where_bets_are_laid_beside_the_verdicts_no_chapter_is_without_one() {
    let summary = "# Summary\n\n- [One](one.md)\n- [A](chapter1.md)\n- [B](chapter2.md)\n- [Source](source.md)\n";
    let bet = BET.replace("NAME", "scale");
    let verdicts =
        format!("{PAGE}\n{{{{#bets}}}}\n\n| a | b |\n|---|---|\n\n{{{{/bets}}}}\n\n{bet}");
    let more = [
        ("book/SUMMARY.md", summary),
        ("book/chapter1.md", &format!("# A\n\n{bet}") as &str),
        ("book/chapter2.md", "# B\n"),
    ];
    assert_eq!(
        problems(&verdicts, CHAPTER, &more),
        "book/chapter1.md:3: `book/one.md` has the bet `scale` already: give this one another name\n\
         book/chapter2.md:1: this chapter has no bet to lay beside its verdict in `book/one.md`: open it with \
         `{{#bet name}}`"
    );
}

#[test]
fn a_figure_shown_twice_has_two_ids() {
    let page = format!("{PAGE}\n{{{{#figure chapter1/cosine}}}}\n: Again.\n");
    let book = preprocessed(
        &Fixture::of(&files(&page, CHAPTER)),
        &["one.md", "source.md"],
    );
    let content = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    assert_eq!(content.matches("id=\"chapter1-cosine-2-title\"").count(), 1);
}

#[test]
fn an_older_mdbook_is_named_with_the_one_that_is_needed() {
    let sent = r#"[{"root": "/", "config": {}, "renderer": "html", "mdbook_version": "0.4.52"}, {"sections": []}]"#;
    let project = crate::project::Project::at("/nowhere");
    let error = super::preprocess(&project, sent.as_bytes(), Vec::new()).unwrap_err();
    let sentence = error.to_string();
    assert!(
        sentence.starts_with("this is mdBook 0.4.52, and the book needs mdBook 0.5: "),
        "{sentence}"
    );
}
