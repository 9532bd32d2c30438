//! One changed character anywhere in the book's evidence fails the tests, with a message that names the place.
//!
//! Each test changes a copy of the project, one character of a chapter at a time, in every chapter there is: of every anchor
//! and of every snapshot. What is changed is found through the directives of the pages, so new chapters are covered as they come. Chapters that are
//! made of other files are changed together, since none can speak for another.

use std::collections::{BTreeSet, VecDeque};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use xtask::book::directive::{self, Cell, Directive, FactName, ValueName};
use xtask::book::prose;
use xtask::project::Project;
use xtask::{book, mirror};

#[test]
fn a_change_in_a_listing_names_the_cell_that_shows_it() {
    let copy = Copy::of_the_project();
    let changes = |chapter: &Chapter| {
        let anchors = chapter.anchors();
        assert!(!anchors.is_empty(), "{} lists no code", chapter.page);
        let change = |(_, anchor): (usize, String)| Change {
            place: copy.code_in(&chapter.program, &anchor),
            names: vec![format!("{}: cell ", chapter.notebook), chapter.page.clone()],
        };
        anchors.into_iter().map(change).collect()
    };
    copy.each_fails(changes, mirror::check);
}

#[test]
fn a_change_of_a_recorded_value_names_the_cell_that_shows_it() {
    let copy = Copy::of_the_project();
    let changes = |chapter: &Chapter| {
        let values = chapter.asking_for(|directive| match directive {
            Directive::Output(name) => Some(copy.value_in(&format!("snapshots/{name}.snap"))),
            Directive::Figure(name) => Some(copy.value_in(&format!("snapshots/{name}.snap.svg"))),
            _ => None,
        });
        let facts = chapter.facts().into_iter();
        let facts = facts.filter_map(|(line, name)| Some((line, copy.value_of(&name)?)));
        let change = |(_, place)| Change {
            place,
            names: vec![format!("{}: cell ", chapter.notebook)],
        };
        values.into_iter().chain(facts).map(change).collect()
    };
    let places = copy.each_fails(changes, mirror::check);
    assert!(places > 0, "the book shows no evidence");
}

#[test]
fn a_changed_anchor_name_names_both_ends() {
    let copy = Copy::of_the_project();
    let changes = |chapter: &Chapter| {
        let ends = |(line, anchor): (usize, String)| {
            let page = format!("{}:{line}: ", chapter.page);
            let defined = copy.anchor(&chapter.program, &anchor);
            let definition = format!("{}:{}: ", chapter.program, defined.line);
            let listed = copy.directive(chapter, line, &format!(":{anchor}}}}}"));
            [
                Change {
                    place: defined,
                    names: vec![page.clone(), definition],
                },
                Change {
                    place: listed,
                    names: vec![page, format!("did you mean `{anchor}`?")],
                },
            ]
        };
        chapter.anchors().into_iter().flat_map(ends).collect()
    };
    copy.each_fails(changes, book::check);
}

#[test]
fn a_changed_fact_name_names_the_sentence_that_quotes_it() {
    let copy = Copy::of_the_project();
    let changes = |chapter: &Chapter| {
        let ends = |(line, name): (usize, FactName)| {
            let page = format!("{}:{line}: ", chapter.page);
            let known = match &name.value {
                ValueName::Fact(fact) => fact.clone(),
                ValueName::Cell(cell) => cell.column.clone(),
            };
            [
                Change {
                    place: copy.name_of(&name),
                    names: vec![page.clone(), known],
                },
                Change {
                    place: copy.directive(chapter, line, &format!("{name}}}}}")),
                    // Another fact may be as near: `relu` and `gelu`.
                    names: vec![page, "did you mean `".to_owned()],
                },
            ]
        };
        chapter.facts().into_iter().flat_map(ends).collect()
    };
    let places = copy.each_fails(changes, book::check);
    assert!(places > 0, "the book quotes no fact");
}

#[test]
fn a_changed_value_fails_the_test_that_computes_it() {
    // One page that is quick to compute speaks for all: they are pinned by the same lines.
    let (chapter, test) = ("slips", "the_slips_show_what_is_pinned");
    let program = snapshot_tests();
    let copy = Copy::of_the_project();
    let name = copy.text_snapshot_of(chapter);
    let place = copy.value_in(&format!("snapshots/{chapter}/{name}"));
    let computed = copy.line(&place);
    let (changed, run) = copy.with(&[&place], || {
        (copy.line(&place), copy.run_test(&program, test))
    });
    let said = [&run.stdout, &run.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes))
        .concat();
    assert!(
        !run.status.success(),
        "{}: another value passes unnoticed",
        place.file
    );
    assert_names(
        &said,
        &[&place.file, &format!("-{changed}"), &format!("+{computed}")],
    );
}

/// The compiled tests of the chapters, as the run that this test is part of has compiled them.
fn snapshot_tests() -> PathBuf {
    let cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "test",
            "--workspace",
            "--exclude",
            "xtask",
            "--test",
            "chapters",
            "--no-run",
            "--message-format=json",
        ])
        .current_dir(Project::find().unwrap().root)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    String::from_utf8(cargo.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "chapters")
        .find_map(|message| Some(message["executable"].as_str()?.into()))
        .expect("cargo names the program it compiled")
}

fn assert_names(message: &str, places: &[&str]) {
    for place in places {
        assert!(
            message.contains(place),
            "nothing names `{place}` in\n{message}"
        );
    }
}

/// A copy of what the book is made of.
struct Copy {
    project: Project,
    _folder: TempDir,
}

/// A page that tells a program, the program, and the notebook made from both.
struct Chapter {
    page: String,
    program: String,
    notebook: String,
    text: String,
    directives: Vec<(usize, Directive)>,
}

/// One character that is changed, and what the complaint has to name.
struct Change {
    place: Place,
    names: Vec<String>,
}

/// One character of a file.
struct Place {
    file: String,
    line: usize,
    at: usize,
    changed: char,
}

impl Copy {
    /// The copy before any change, which passes.
    fn of_the_project() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let original = Project::find().unwrap();
        // A page lists the tests as well, and snapshots are found from their folder.
        let parts = [
            "book",
            "chapters",
            "live",
            "reviewed",
            "snapshots",
            "src",
            "tests",
        ];
        for part in parts {
            copy_folder(&original.path(part), &folder.path().join(part));
        }
        // The examples have their names there.
        fs::copy(
            original.path("Cargo.toml"),
            folder.path().join("Cargo.toml"),
        )
        .unwrap();
        let project = Project::at(folder.path());
        for check in [book::check, mirror::check] {
            check(&project).unwrap_or_else(|error| panic!("the untouched copy fails:\n{error:#}"));
        }
        Self {
            project,
            _folder: folder,
        }
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.project.path(file))
            .unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Every chapter of the book. A book without one proves nothing.
    fn chapters(&self) -> Vec<Chapter> {
        let mut pages: Vec<String> = fs::read_dir(self.project.path("book"))
            .unwrap()
            .map(|entry| format!("book/{}", entry.unwrap().file_name().display()))
            .filter(|page| page.ends_with(".md") && page != "book/SUMMARY.md")
            .collect();
        pages.sort();
        let chapters: Vec<_> = pages
            .into_iter()
            .filter_map(|page| self.chapter(page))
            .collect();
        assert!(!chapters.is_empty(), "no page lists a program by anchor");
        chapters
    }

    fn chapter(&self, page: String) -> Option<Chapter> {
        let text = self.read(&page);
        let directives: Vec<_> = directive::scan(&text, &prose::code_ranges(&text))
            .into_iter()
            .map(|found| (line_of(&text, found.range.start), found.directive.unwrap()))
            .collect();
        let program = directives
            .iter()
            .find_map(|(_, directive)| match directive {
                Directive::Listing {
                    path,
                    anchor: Some(_),
                }
                | Directive::Run { path, .. }
                    if path.starts_with("chapters/") =>
                {
                    Some(path.clone())
                }
                _ => None,
            })?;
        let notebook = program.replace(".rs", ".ipynb");
        Some(Chapter {
            page,
            program,
            notebook,
            text,
            directives,
        })
    }

    /// A letter of the code between the marks of `anchor`, in none of its strings.
    fn code_in(&self, program: &str, anchor: &str) -> Place {
        let text = self.read(program);
        let start = self.anchor(program, anchor).at;
        let end = start
            + text[start..]
                .find(&format!("// ANCHOR_END: {anchor}\n"))
                .unwrap();
        let mut at = start + text[start..].find('\n').unwrap() + 1;
        for line in text[at..end].split_inclusive('\n') {
            // Not in a string, nor in the word that says what the cell shows.
            let code = line
                .split('"')
                .next()
                .unwrap()
                .split(".show(")
                .next()
                .unwrap();
            if !line.trim_start().starts_with("// ANCHOR") && code.contains(is_word) {
                return Place::last_word(program, &text, at..at + code.len());
            }
            at += line.len();
        }
        panic!("{program}: there is no code to change in `{anchor}`");
    }

    /// The last character of the name where `anchor` is defined.
    fn anchor(&self, program: &str, anchor: &str) -> Place {
        let text = self.read(program);
        let mark = format!("// ANCHOR: {anchor}\n");
        let start = text
            .find(&mark)
            .unwrap_or_else(|| panic!("{program}: no `{anchor}`"));
        Place::last_word(program, &text, start..start + mark.len())
    }

    /// The first letter of the anchor or fact in `name`, which is the end of a directive in that line of the page. Not its
    /// end, where names differ: `check-7` would be as near to `check-1` as to `check-2`, and `costq` to `cost` as to `costs`.
    fn directive(&self, chapter: &Chapter, line: usize, name: &str) -> Place {
        let before: usize = chapter
            .text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let start = before + chapter.text[before..].find(name).unwrap();
        // Of a cell the first character of its column.
        let last = match name.find("][") {
            Some(mark) => mark + 2,
            None => name.rfind([':', '.']).map_or(0, |mark| mark + 1),
        };
        let is_changed = |c: char| match name.contains("][") {
            true => is_word(c),
            false => c.is_ascii_lowercase(),
        };
        let letter = last + name[last..].find(is_changed).unwrap();
        Place::at(&chapter.page, &chapter.text, start + letter)
    }

    /// The last character of the value or of the drawing that a snapshot records.
    fn value_in(&self, file: &str) -> Place {
        let text = self.read(file);
        let header = if file.ends_with(".snap") {
            text[3..].find("\n---\n").unwrap()
        } else {
            0
        };
        // A digit, but none in the name of a fact.
        let is_value = |(at, c): &(usize, char)| {
            let line = text[header + at..].lines().next().unwrap_or_default();
            c.is_ascii_digit() && !line.contains(" = ")
        };
        let digit = text[header..].char_indices().rev().find(is_value);
        let digit = digit.map(|(at, _)| header + at);
        let at = digit.unwrap_or_else(|| header + text[header..].rfind(is_word).unwrap());
        Place::at(file, &text, at)
    }

    /// The end of the name by which a snapshot has a value: of a fact, or of a cell's column.
    fn name_of(&self, name: &FactName) -> Place {
        let file = format!("snapshots/{}.snap", name.snapshot);
        let text = self.read(&file);
        let written = match &name.value {
            ValueName::Fact(fact) => format!("\n{fact} = "),
            ValueName::Cell(Cell { column, .. }) => format!(" {column} "),
        };
        let start = text
            .find(&written)
            .unwrap_or_else(|| panic!("{file}: no `{written}`"));
        Place::last_word(&file, &text, start..start + written.len())
    }

    /// The end of the value of a fact; how a table gives the value of a cell is the business of its own tests.
    fn value_of(&self, name: &FactName) -> Option<Place> {
        let ValueName::Fact(fact) = &name.value else {
            return None;
        };
        let file = format!("snapshots/{}.snap", name.snapshot);
        let text = self.read(&file);
        let value = text.find(&format!("\n{fact} = "))? + fact.len() + 4;
        let end = text[value..]
            .find('\n')
            .map_or(text.len(), |length| value + length);
        Some(Place::last_word(&file, &text, value..end))
    }

    /// The first snapshot of a chapter that is no drawing.
    fn text_snapshot_of(&self, chapter: &str) -> String {
        let mut names: Vec<String> = fs::read_dir(self.project.path("snapshots").join(chapter))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".snap"))
            .filter(|name| {
                !self
                    .project
                    .path(format!("snapshots/{chapter}/{name}.svg"))
                    .exists()
            })
            .collect();
        names.sort();
        names.swap_remove(0)
    }

    /// Runs one of the compiled snapshot tests against the snapshots of the copy.
    fn run_test(&self, program: &Path, test: &str) -> Output {
        let mut run = Command::new(program);
        for (name, _) in
            env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("INSTA_"))
        {
            run.env_remove(name);
        }
        run.args(["--exact", test])
            .env("INSTA_WORKSPACE_ROOT", &self.project.root)
            .env("INSTA_UPDATE", "no")
            .output()
            .unwrap()
    }

    /// Makes the changes of every chapter, of one chapter one at a time, and wants each named; returns how many there are.
    fn each_fails(
        &self,
        changes: impl Fn(&Chapter) -> Vec<Change>,
        check: fn(&Project) -> anyhow::Result<()>,
    ) -> usize {
        let chapters = self.chapters();
        let mut left: Vec<_> = chapters
            .iter()
            .map(|chapter| (chapter, VecDeque::from(changes(chapter))))
            .collect();
        let mut count = 0;
        loop {
            let mut together: Vec<(&Chapter, Change)> = Vec::new();
            for (chapter, changes) in &mut left {
                let meets = |next: &Change| {
                    let others = together.iter();
                    others.clone().any(|(other, change)| {
                        other.uses(&next.place.file) || chapter.uses(&change.place.file)
                    })
                };
                if changes.front().is_some_and(|next| !meets(next)) {
                    together.push((*chapter, changes.pop_front().unwrap()));
                }
            }
            if together.is_empty() {
                return count;
            }
            count += together.len();
            let places: Vec<_> = together.iter().map(|(_, change)| &change.place).collect();
            let said = match self.with(&places, || check(&self.project)) {
                Ok(()) => String::new(),
                Err(error) => format!("{error:#}"),
            };
            for (_, Change { place, names }) in &together {
                assert!(
                    names.iter().all(|name| said.contains(name.as_str())),
                    "{}:{}: another character, and not all of {names:?} are named in\n{said}",
                    place.file,
                    place.line
                );
            }
        }
    }

    /// The line of `place`, as it is now.
    fn line(&self, place: &Place) -> String {
        let text = self.read(&place.file);
        text.lines().nth(place.line - 1).unwrap().to_owned()
    }

    /// Does something while the characters at these places of different files are others. The copy is as before afterwards.
    fn with<T>(&self, places: &[&Place], action: impl FnOnce() -> T) -> T {
        let before: Vec<String> = places.iter().map(|place| self.read(&place.file)).collect();
        for (place, text) in places.iter().zip(&before) {
            let mut other = text.clone();
            other.replace_range(place.at..=place.at, &place.changed.to_string());
            fs::write(self.project.path(&place.file), other).unwrap();
        }
        let outcome = action();
        for (place, text) in places.iter().zip(before) {
            fs::write(self.project.path(&place.file), text).unwrap();
        }
        outcome
    }
}

impl Chapter {
    /// The anchors of the program that the page lists or runs, each with its line.
    fn anchors(&self) -> Vec<(usize, String)> {
        self.asking_for(|directive| match directive {
            Directive::Listing { path, anchor } if *path == self.program => anchor.clone(),
            Directive::Run { anchor, .. } => Some(anchor.clone()),
            _ => None,
        })
    }

    /// The first fact or cell that the page quotes of each snapshot, with its line: what holds for one holds for the next.
    fn facts(&self) -> Vec<(usize, FactName)> {
        let mut facts = self.asking_for(|directive| match directive {
            Directive::Fact(name) => Some(name.clone()),
            _ => None,
        });
        let mut seen = BTreeSet::new();
        facts.retain(|(_, name)| seen.insert(name.snapshot.clone()));
        facts
    }

    /// Whether the page or its notebook is made of this file.
    fn uses(&self, file: &str) -> bool {
        let is_snapshot = |name: &str| {
            let rest = file.strip_prefix("snapshots/");
            let rest = rest.and_then(|rest| rest.strip_prefix(name));
            rest.is_some_and(|rest| rest.starts_with(".snap"))
        };
        let is_of = |(_, directive): &(usize, Directive)| match directive {
            Directive::Listing { path, .. } | Directive::Run { path, .. } => path == file,
            Directive::Output(name) | Directive::Figure(name) => is_snapshot(name),
            Directive::Fact(name) => is_snapshot(&name.snapshot),
            _ => false,
        };
        [&self.page, &self.program, &self.notebook].contains(&&file.to_owned())
            || self.directives.iter().any(is_of)
    }

    /// What `wanted` makes of the directives, each with the line it stands in.
    fn asking_for<T>(&self, wanted: impl Fn(&Directive) -> Option<T>) -> Vec<(usize, T)> {
        let wanted = |(line, directive): &(usize, Directive)| Some((*line, wanted(directive)?));
        self.directives.iter().filter_map(wanted).collect()
    }
}

impl Place {
    /// The last character of the last word in a part of a file.
    fn last_word(file: &str, text: &str, part: std::ops::Range<usize>) -> Self {
        let start = part.start;
        let at = text[part]
            .rfind(is_word)
            .unwrap_or_else(|| panic!("{file}: no word at {start}"));
        Self::at(file, text, start + at)
    }

    /// The character at `at`, to be changed into another of its kind: the result is a word nobody uses.
    fn at(file: &str, text: &str, at: usize) -> Self {
        let from = text[at..].chars().next().unwrap();
        let others = if from.is_ascii_digit() {
            "7391"
        } else {
            "qzxj"
        };
        let start = text[..at]
            .rfind(|c: char| !is_word(c) && !"-_.".contains(c))
            .map_or(0, |at| at + text[at..].chars().next().unwrap().len_utf8());
        let changed = others
            .chars()
            .find(|&other| other != from && !text.contains(&format!("{}{other}", &text[start..at])))
            .unwrap_or_else(|| others.chars().find(|&other| other != from).unwrap());
        Self {
            file: file.to_owned(),
            line: line_of(text, at),
            at,
            changed,
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
