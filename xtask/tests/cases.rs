//! A small book, whole and broken: what it becomes, and what is said of each mistake and of each thing that is missing.
//!
//! The book is in `small.txt`. What breaks it is in `mistakes.txt` and `missing.txt`, a case between blank lines:
//!
//! ```text
//! # What the case is about.
//! book/one.md: The end => The beginning
//! $ CI=true xtask mirror --check
//! ! error: a line that is said, or its beginning ...
//! ```
//!
//! First the changes of files, with `\n` for a line break: nothing before `=>` stands for the whole file, and nothing on both
//! sides for a file that is gone. Then a command, which runs with nothing on the search path but the stand-ins of `programs/`
//! that `PATH` names; without one the book is checked. The lines behind `! ` are all that is said of the book, or among what
//! the command says.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::edition::{Commit, Edition};
use xtask::project::Project;
use xtask::tool::MDBOOK;
use xtask::{book, mirror};

/// Stand-ins for the programs that the tool looks for. They are kept and not written by the tests: a program cannot be
/// started while some other thread still has it open for writing.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs");

/// The small book in a folder of its own.
struct Small(TempDir);

impl Small {
    fn new() -> Self {
        let small = Self(tempfile::tempdir().unwrap());
        for file in include_str!("small.txt").split("\n==> ").skip(1) {
            let (path, text) = file.split_once('\n').unwrap();
            small.write(path, text);
        }
        small
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn project(&self) -> Project {
        Project::at(self.0.path())
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// The program, with no more on the search path than these stand-ins.
    fn xtask(&self, stand_ins: &str) -> Command {
        let folders = stand_ins
            .split(':')
            .map(|folder| Path::new(PROGRAMS).join(folder));
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask
            .current_dir(self.0.path())
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("CARGO_HOME", self.path("cargo-home"))
            .env("HNN_TOOLS", self.path("tools"))
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null());
        for name in [
            "CARGO_MANIFEST_DIR",
            "CI",
            "CHROME",
            "DISPLAY",
            "HNN_SITE",
            "HNN_REPOSITORY",
        ] {
            xtask.env_remove(name);
        }
        xtask
    }

    /// What mdBook is sent when it sends these pages.
    fn preprocessed(&self, pages: &[&str], mdbook: &str) -> anyhow::Result<Value> {
        let chapter = |(index, path): (usize, &&str)| {
            json!({ "Chapter": {
                "name": path.trim_end_matches(".md"), "content": self.read(&format!("book/{path}")),
                "number": [index + 1], "sub_items": [], "path": path, "source_path": path, "parent_names": [],
            } })
        };
        let context = json!({
            "root": self.0.path(), "renderer": "html", "mdbook_version": mdbook,
            "config": {
                "book": { "src": "book" }, "output": { "html": {} },
                "preprocessor": { "hnn": { "downloads": ["notebooks"] } },
            },
        });
        let items: Vec<Value> = pages.iter().enumerate().map(chapter).collect();
        let input = json!([context, { "items": items }]).to_string();
        // Not in this process, whose environment may say where the book is kept.
        let mut xtask = self.xtask("right");
        let mut preprocess = xtask
            .arg("preprocess")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        preprocess
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())?;
        let output = preprocess.wait_with_output()?;
        anyhow::ensure!(output.status.success(), said(&output));
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_small_book_is_sent_to_mdbook_as_recorded() {
    let small = Small::new();
    let pages = ["one.md", "two.md", "source.md"];
    let book = small.preprocessed(&pages, MDBOOK.version).unwrap();
    let page = |item: &Value| {
        item["Chapter"]["content"]
            .as_str()
            .unwrap()
            .trim()
            .to_owned()
    };
    for (at, name) in ["one", "two", "source"].into_iter().enumerate() {
        let made = page(&book["items"][at]);
        assert_eq!(
            made,
            small.read(&format!("made/{name}.md")).trim(),
            "{made}"
        );
    }
    let file = &book["items"][2]["Chapter"]["sub_items"][0];
    assert_eq!(page(file), small.read("made/file.md").trim());
    assert_eq!(
        file["Chapter"]["path"],
        "source/chapters/chapter1_one.rs.md"
    );
    assert_eq!(file["Chapter"]["number"], json!([3, 1]));
    let older = small
        .preprocessed(&pages, "0.4.52")
        .unwrap_err()
        .to_string();
    assert!(
        older.starts_with("error: this is mdBook 0.4.52, and the book needs mdBook 0.5: "),
        "{older}"
    );
}

#[test]
fn its_notebooks_are_the_recorded_ones_and_a_published_copy_takes_the_library_from_the_commit() {
    let small = Small::new();
    let path = "chapters/chapter1_one.ipynb";
    let recorded = small.read(path);
    fs::remove_file(small.path(path)).unwrap();
    assert_eq!(mirror::write(&small.project()).unwrap().len(), 2);
    assert_eq!(
        small.read(path).trim(),
        recorded.trim(),
        "{}",
        small.read(path)
    );
    let edition = Edition {
        repository: Some("https://example.org/ada".to_owned()),
        commit: Some(Commit {
            hash: "abc".to_owned(),
            date: "2026-11-26".to_owned(),
            is_changed: false,
        }),
        ..Edition::default()
    };
    book::notebooks::lay_out(&small.project(), &edition, &small.path("site")).unwrap();
    let copy = small.read("site/notebooks/chapter1_one.ipynb");
    assert!(
        copy.contains(r#"":dep hnn = { git = \"https://example.org/ada\", rev = \"abc\" }\n","#)
    );
}

#[test]
fn every_mistake_in_the_book_is_named() {
    every_case(include_str!("mistakes.txt"));
}

#[test]
fn whatever_is_missing_or_broken_is_named_with_the_way_out() {
    every_case(include_str!("missing.txt"));
}

fn every_case(cases: &str) {
    let complaints: Vec<String> = cases.split("\n\n").filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What another answer than this case has, if it has another.
fn complaint(case: &str) -> Option<String> {
    let small = Small::new();
    let mut command = None;
    let mut expected = Vec::new();
    for line in case.lines().filter(|line| !line.starts_with("# ")) {
        if let Some(line) = line.strip_prefix("! ") {
            expected.push(line);
        } else if let Some(line) = line.strip_prefix("$ ") {
            command = Some(line);
        } else {
            let (file, change) = line.split_once(": ").expect(line);
            let (from, to) = change.split_once("=>").expect(line);
            let [from, to] = [from, to].map(|text| text.trim_matches(' ').replace("\\n", "\n"));
            match from.as_str() {
                "" if to.is_empty() => fs::remove_file(small.path(file)).unwrap(),
                "" => small.write(file, &to),
                from => {
                    let text = small.read(file);
                    assert!(text.contains(from), "{line}");
                    small.write(file, &text.replacen(from, &to, 1));
                }
            }
        }
    }
    let answer = match command {
        Some(command) => {
            let (settings, asked) = command.split_once("xtask ").expect(command);
            let settings = settings.replace("{programs}", PROGRAMS);
            let settings = settings
                .split_whitespace()
                .map(|set| set.split_once('=').expect(set));
            let stand_ins = settings.clone().find(|(name, _)| *name == "PATH");
            let mut run = small.xtask(stand_ins.map_or("", |(_, folders)| folders));
            run.envs(settings.filter(|(name, _)| *name != "PATH"));
            let output = run.args(asked.split(' ')).output().unwrap();
            let is_failure = said(&output).contains("error: ");
            assert_eq!(output.status.success(), !is_failure, "{case}");
            said(&output)
        }
        None => book::check(&small.project())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default(),
    };
    let root = small.0.path().canonicalize().unwrap();
    let answer = answer.replace(&root.display().to_string(), "{root}");
    let answer = answer.replace(PROGRAMS, "{programs}");
    let is_said = |expected: &&str| match expected.strip_suffix("...") {
        Some(start) => answer.lines().any(|line| line.starts_with(start)),
        None => answer.lines().any(|line| line == *expected),
    };
    let is_clean = !["panicked", "stack backtrace", "Traceback"]
        .iter()
        .any(|trace| answer.contains(trace));
    let is_all = command.is_some() || answer.lines().count() == expected.len();
    let is_right = is_clean && is_all && expected.iter().all(is_said);
    (!is_right).then(|| format!("{case}\nbut this is said:\n{answer}\n"))
}

#[test]
fn no_variable_of_the_caller_switches_a_gate_off() {
    let weakening = [
        ("INSTA_FORCE_PASS", "1"),
        ("INSTA_UPDATE", "always"),
        ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "true"),
        ("CARGO_ENCODED_RUSTDOCFLAGS", "--cap-lints=allow"),
        ("CLIPPY_CONF_DIR", "/nowhere"),
        ("MDBOOK_BUILD__BUILD_DIR", "/nowhere"),
        ("NODE_TEST_CONTEXT", "child"),
        ("NODE_OPTIONS", "--test-only"),
        ("PWDEBUG", "1"),
        ("PYTHONOPTIMIZE", "2"),
        ("RUSTDOC", "true"),
        ("RUSTFMT", "true"),
    ];
    for (step, alone) in [
        ("snapshots", None),
        ("format", None),
        ("clippy", Some(("RUSTFLAGS", "--cap-lints=allow"))),
        ("docs", None),
    ] {
        let small = Small::new();
        let mut run = small.xtask("frank");
        let run = run
            .args(["test", "--only", step])
            .envs(weakening)
            .envs(alone);
        let output = run.env("RUST_BACKTRACE", "0").output().unwrap();
        let said = said(&output);
        assert!(output.status.success(), "{said}");
        assert!(
            said.contains("RUST_BACKTRACE="),
            "the stand-in tells its environment: {said}"
        );
        for (name, value) in weakening.into_iter().chain(alone) {
            let told = [format!("{name}='{value}'"), format!("{name}=\"{value}\"")];
            assert!(
                !told.iter().any(|told| said.contains(told)),
                "{step}: {said}"
            );
        }
    }
}

#[test]
fn the_steps_are_listed_to_whoever_still_reads() {
    let Ok(full) = fs::File::create("/dev/full") else {
        eprintln!("skipped: there is no /dev/full on this system");
        return;
    };
    let small = Small::new();
    let mut list = small.xtask("");
    let output = list.args(["test", "--list"]).stdout(full).output().unwrap();
    assert_eq!(
        said(&output),
        "error: failed to print the steps: stdout takes no more: No space left on device (os error 28)\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let small = Small::new();
    fs::write(small.path("book/two.md"), b"\xff").unwrap();
    fs::write(small.path("src/lib.rs"), b"\xff").unwrap();
    let said = book::check(&small.project()).unwrap_err().to_string();
    for file in ["book/two.md", "src/lib.rs"] {
        assert!(said.contains(&format!("{file}:1: this file is not UTF-8")));
    }
}
