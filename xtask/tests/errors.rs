//! Whatever is missing or broken around the book is answered by one message that names it and the way out, and a failure.
//!
//! The cases are a table: what is broken, what is asked for, what is said. They run the program on a small project of their
//! own, with nothing on the search path but stand-ins for the programs it looks for. How an install that fails is told is
//! in `tests/tools.rs`, how the mirror and the book tell of differences in `src/mirror/tests.rs` and `src/book/tests.rs`.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;
use xtask::mirror;
use xtask::project::Project;

/// Something missing or broken, and the answer.
struct Case {
    /// Done to a project in which nothing is wrong.
    broken: fn(&Small),
    /// What `cargo xtask` is asked for.
    asked: &'static str,
    /// Folders of stand-ins in `tests/programs/` that are on the search path.
    programs: &'static [&'static str],
    environment: &'static [(&'static str, &'static str)],
    /// A line of stderr, or its beginning where it ends in `...`; `{root}` is the project.
    says: &'static str,
    exit: i32,
}

/// Nothing is wrong with the project itself, and the answer is a failure.
const ASKED: Case = Case {
    broken: |_| (),
    asked: "",
    programs: &[],
    environment: &[],
    says: "",
    exit: 1,
};

/// A step that cannot run counts as failed, as it does in CI.
const CI: (&str, &str) = ("CI", "true");
const CHROME: (&str, &str) = ("CHROME", "/bin/true");

const CASES: &[Case] = &[
    // What is asked for.
    Case {
        asked: "biuld",
        says: "error: unrecognized subcommand 'biuld'",
        exit: 2,
        ..ASKED
    },
    Case {
        asked: "test --only formatting",
        says: "error: invalid value 'formatting' for '--only <STEP>'",
        exit: 2,
        ..ASKED
    },
    Case {
        asked: "peers --rounds 0",
        says: "error: invalid value '0' for '--rounds <COUNT>': 0 is not in 1..=4294967295",
        exit: 2,
        ..ASKED
    },
    Case {
        asked: "notebook chapter99",
        says: "error: there is no notebook `chapter99` in chapters/; there are chapter1_one, chapter2_two",
        ..ASKED
    },
    Case {
        asked: "test --only notebooks --notebook chapter99",
        says: "error: there is no notebook `chapter99` in chapters/; there are chapter1_one, chapter2_two",
        ..ASKED
    },
    Case {
        broken: |small| fs::remove_file(small.path("xtask/Cargo.toml")).unwrap(),
        asked: "build",
        says: "error: {root} is not inside the project: run `cargo xtask` from a checkout of the book",
        ..ASKED
    },
    // What is not installed, or not in the version it should be.
    Case {
        asked: "build",
        programs: &["wrong", "broken"],
        says: "error: mdbook 0.5.4 is needed; install it yourself with `cargo install --locked mdbook@0.5.4`, or set \
               HNN_TOOLS to a folder that has mdbook-0.5.4/bin/mdbook, and run this again: failed to install mdbook \
               0.5.4: ...",
        ..ASKED
    },
    Case {
        asked: "build",
        programs: &["wrong"],
        environment: &[("HNN_TOOLS", "/dev/null/tools")],
        says: "error: mdbook 0.5.4 is needed, and there is no room for it in /dev/null/tools: set HNN_TOOLS to a folder \
               that can be written: Not a directory (os error 20)",
        ..ASKED
    },
    Case {
        asked: "build",
        programs: &["wrong"],
        environment: &[("HNN_TOOLS", "/tmp/a:b")],
        says: "error: HNN_TOOLS is /tmp/a:b, which holds what separates the folders of a search path: choose another",
        ..ASKED
    },
    Case {
        asked: "test --only notebooks",
        environment: &[CI],
        says: "needs Python 3.10 or newer; install it from python.org or with your system's package manager, and run \
               this again",
        ..ASKED
    },
    Case {
        asked: "notebook chapter1",
        programs: &["old"],
        says: "error: needs Python 3.10 or newer; install it from python.org or with your system's package manager, and \
               run this again",
        ..ASKED
    },
    Case {
        asked: "notebook chapter1",
        programs: &["old-rust"],
        says: "error: needs Rust 1.95 or newer; evcxr_jupyter 0.22.0 is compiled with it, and this is Rust 1.94.1: run \
               `rustup update` and then this again",
        ..ASKED
    },
    Case {
        asked: "test --only browser",
        programs: &["right"],
        environment: &[CI],
        says: "needs Chromium or Chrome; install one (`apt-get install chromium` on Debian) or set CHROME to its \
               program, and run this again",
        ..ASKED
    },
    Case {
        asked: "test --only browser",
        programs: &["right"],
        environment: &[CI, CHROME],
        says: "needs Node.js 18 or newer; install it from nodejs.org or with your system's package manager, and run \
               this again",
        ..ASKED
    },
    Case {
        asked: "test --only browser",
        programs: &["right", "old"],
        environment: &[CI, CHROME],
        says: "needs Node.js 18 or newer; install it from nodejs.org or with your system's package manager, and run \
               this again",
        ..ASKED
    },
    Case {
        asked: "test --only browser",
        programs: &["right", "node"],
        environment: &[CI, CHROME],
        says: "needs npm; install it beside Node.js, and run this again",
        ..ASKED
    },
    // Evidence and notebooks that are not whole.
    Case {
        broken: |small| small.cut("snapshots/chapter1/check.snap", "---\nsource: tests\n"),
        asked: "mirror --check",
        says: "error: snapshots/chapter1/check.snap:1: the header, from one line `---` to another, is broken: write the \
               snapshot anew with `cargo insta test`",
        ..ASKED
    },
    Case {
        broken: |small| {
            small.cut(
                "snapshots/chapter1/check.snap",
                "description: table\n---\n| a |\n",
            )
        },
        asked: "mirror",
        says: "error: snapshots/chapter1/check.snap:1: the header, from one line `---` to another, is broken: write the \
               snapshot anew with `cargo insta test`",
        ..ASKED
    },
    Case {
        broken: |small| {
            small.cut(
                "snapshots/chapter1/check.snap",
                "---\ndescription: table\n---\n| a |\n",
            )
        },
        asked: "mirror --check",
        says: "error: snapshots/chapter1/check.snap:4: this is not a Markdown table: every line begins with `|`, the \
               second is a rule",
        ..ASKED
    },
    Case {
        broken: |small| {
            small.cut(
                "snapshots/chapter1/check.snap",
                "---\ndescription: table\n---\n| a |\n|---|\n",
            )
        },
        asked: "mirror --check",
        says: "error: chapters/chapter1_one.ipynb: cell 4 (listing book/one.md:5) differs from the book",
        ..ASKED
    },
    Case {
        broken: |small| {
            fs::write(small.path("snapshots/chapter1/check.snap"), [0xff, 0xfe]).unwrap()
        },
        asked: "mirror --check",
        says: "error: reading snapshots/chapter1/check.snap: stream did not contain valid UTF-8",
        ..ASKED
    },
    Case {
        broken: |small| small.cut("chapters/chapter1_one.ipynb", "{\n \"cells\": ["),
        asked: "mirror --check",
        says: "error: chapters/chapter1_one.ipynb: this is no notebook: EOF while parsing a list at line 2 column 11",
        ..ASKED
    },
    Case {
        broken: |small| small.cut("chapters/chapter1_one.ipynb", "{}"),
        asked: "mirror --check",
        says: "error: chapters/chapter1_one.ipynb: this notebook has no cells",
        ..ASKED
    },
    Case {
        broken: Small::remove_a_cell,
        asked: "mirror --check",
        says: "error: chapters/chapter1_one.ipynb: cell 3 (the opening of book/one.md) differs from the book",
        ..ASKED
    },
    Case {
        broken: |small| small.cut("chapters/chapter1_one.ipynb", "{\n \"cells\": ["),
        asked: "test --only notebooks",
        environment: &[CI],
        says: "chapters/chapter1_one.ipynb: this is no notebook: EOF while parsing a list at line 2 column 11; \
               `cargo xtask mirror` writes the notebooks from the book",
        ..ASKED
    },
    Case {
        broken: Small::put_a_folder_in_the_way,
        asked: "mirror",
        says: "error: failed to write chapters/chapter2_two.ipynb: Is a directory (os error 21)",
        ..ASKED
    },
];

/// A project of two pages.
struct Small {
    folder: TempDir,
}

impl Small {
    fn new() -> Self {
        let small = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let page = |chapter: &str| {
            format!(
                "# A page\n\n{{{{#listing chapters/{chapter}.rs:check}}}}\n\n{{{{#output chapter1/check}}}}\n\nSo it is.\n"
            )
        };
        let program = "// ANCHOR: uses\nuse hnn::Evidence;\n// ANCHOR_END: uses\n\
                       // ANCHOR: check\nevidence.show(\"check\", table())?;\n// ANCHOR_END: check\n";
        let table = "---\ndescription: table\n---\n| a |\n|---|\n| 1 |\n";
        let example =
            |path: &str| format!("[[example]]\nname = \"{path}\"\npath = \"chapters/{path}.rs\"\n");
        let manifest = example("chapter1_one") + &example("chapter2_two");
        let one = page("chapter1_one").replace("# A page\n", "# One\n\nThe opening.\n");
        let two = page("chapter2_two").replace("chapter1/", "chapter2/");
        for (path, text) in [
            ("Cargo.toml", manifest.as_str()),
            ("xtask/Cargo.toml", ""),
            ("xtask/jupyter/requirements.txt", ""),
            (
                "book/SUMMARY.md",
                "# Summary\n\n- [One](one.md)\n- [Two](two.md)\n",
            ),
            ("book/one.md", one.as_str()),
            ("book/two.md", &two),
            ("chapters/chapter1_one.rs", program),
            ("chapters/chapter2_two.rs", program),
            ("snapshots/chapter1/check.snap", table),
            ("snapshots/chapter2/check.snap", table),
        ] {
            let path = small.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        mirror::write(&Project::at(small.folder.path())).unwrap();
        small
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Leaves this of a file.
    fn cut(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    fn remove_a_cell(&self) {
        let path = self.path("chapters/chapter1_one.ipynb");
        let mut notebook: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        notebook["cells"].as_array_mut().unwrap().remove(2);
        fs::write(path, notebook.to_string()).unwrap();
    }

    fn put_a_folder_in_the_way(&self) {
        let path = self.path("chapters/chapter2_two.ipynb");
        fs::remove_file(&path).unwrap();
        fs::create_dir_all(path.join("full")).unwrap();
    }

    /// The program, in this project, with no more on the search path than these stand-ins.
    fn xtask(&self, programs: &[&str]) -> Command {
        let stand_ins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
        let folders = programs.iter().map(|folder| stand_ins.join(folder));
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask
            .current_dir(self.folder.path())
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("CARGO_HOME", self.path("cargo-home"))
            .env("HNN_TOOLS", self.path("tools"))
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null());
        for name in ["CARGO_MANIFEST_DIR", "CI", "CHROME", "DISPLAY"] {
            xtask.env_remove(name);
        }
        xtask
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn whatever_is_missing_or_broken_is_named_with_the_way_out() {
    let mut complaints = Vec::new();
    for case in CASES {
        let small = Small::new();
        (case.broken)(&small);
        let mut run = small.xtask(case.programs);
        let run = run
            .args(case.asked.split(' '))
            .envs(case.environment.iter().copied());
        let output = run.output().unwrap();
        let root = small.folder.path().canonicalize().unwrap();
        let said = text(&output.stderr).replace(&root.display().to_string(), "{root}");
        let is_said = match case.says.strip_suffix("...") {
            Some(start) => said.lines().any(|line| line.starts_with(start)),
            None => said.lines().any(|line| line == case.says),
        };
        let is_clean = !["panicked", "stack backtrace", "Traceback"]
            .iter()
            .any(|trace| said.contains(trace));
        let left = half_written(&small);
        if !is_said || !is_clean || output.status.code() != Some(case.exit) || !left.is_empty() {
            complaints.push(format!(
                "`cargo xtask {}` should end with {} and say\n{}\nbut ends with {:?}, leaves {left:?} and says\n{said}",
                case.asked,
                case.exit,
                case.says,
                output.status.code()
            ));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Files in a project that are neither what a case began with nor whole notebooks.
fn half_written(small: &Small) -> Vec<PathBuf> {
    ["chapters", "target", "."]
        .iter()
        .filter_map(|folder| fs::read_dir(small.path(folder)).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|kind| kind == "part" || kind == "tmp")
        })
        .collect()
}

#[test]
fn no_variable_of_the_caller_switches_a_gate_off() {
    let weakening = [
        ("INSTA_FORCE_PASS", "1"),
        ("INSTA_UPDATE", "always"),
        ("INSTA_WORKSPACE_ROOT", "/nowhere"),
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
        let mut run = small.xtask(&["frank"]);
        let run = run.args(["test", "--only", step]).envs(weakening);
        let output = run.envs(alone).env("RUST_BACKTRACE", "0").output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(
            said.contains("RUST_BACKTRACE="),
            "the stand-in tells its environment: {said}"
        );
        assert!(said.contains("INSTA_FORCE_PASS is not passed on"), "{said}");
        for (name, value) in weakening.iter().copied().chain(alone) {
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
    let small = Small::new();
    let full = fs::File::create("/dev/full");
    let Ok(full) = full else {
        eprintln!("skipped: there is no /dev/full on this system");
        return;
    };
    let mut list = small.xtask(&[]);
    let list = list.args(["test", "--list"]);
    let output = list.stdout(full).output().unwrap();
    assert_eq!(
        text(&output.stderr),
        "error: failed to print the steps: stdout takes no more: No space left on device (os error 28)\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn an_interrupted_mirror_leaves_whole_notebooks() {
    let small = Small::new();
    let notebook = small.path("chapters/chapter1_one.ipynb");
    let whole = fs::read(&notebook).unwrap();
    // Where in its work it is hit differs from time to time: what is left never does.
    for milliseconds in [0, 1, 2, 3, 5, 8, 13] {
        fs::write(&notebook, "old").unwrap();
        let mut run = small.xtask(&[]);
        let run = run.arg("mirror").stderr(Stdio::null());
        let mut mirror = run.spawn().unwrap();
        sleep(Duration::from_millis(milliseconds));
        let id = mirror.id().to_string();
        Command::new("kill")
            .args(["-s", "INT", &id])
            .status()
            .unwrap();
        mirror.wait().unwrap();
        let found = fs::read(&notebook).unwrap();
        assert!(found == b"old" || found == whole, "{}", text(&found));
        let names = fs::read_dir(small.path("chapters")).unwrap();
        assert_eq!(names.count(), 4, "a half of a notebook is left");
    }
}
