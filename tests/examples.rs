//! The examples as programs: their flags, their output, their files. Every example of `Cargo.toml` is tried. How they
//! fail is in `tests/errors.rs`.

use std::path::Path;
use std::process::Output;

mod programs;

use programs::{SMALL, below_a_file, example, folder, names, text};

const NOTE: &str = "note: these are not the default settings, so the output is not the book's\n";

/// Runs the notebook with these flags for more than those of a small run.
fn small_notebook(flags: &[&str], out: &Path) -> Output {
    let mut notebook = example("notebook");
    let notebook = notebook.args(SMALL).args(flags).arg("--out").arg(out);
    notebook.output().unwrap()
}

#[test]
fn the_notebook_prints_its_losses_and_table_and_says_where_its_figures_are() {
    let out = folder("figures");
    let output = small_notebook(&[], &out);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.starts_with("Epoch    0: train "), "{stdout}");
    assert!(stdout.contains("expected -dH/dq"), "{stdout}");
    for figure in ["loss-figure", "phase-space", "time-series", "error-maps"] {
        let path = out.join(format!("{figure}.svg"));
        assert!(stdout.contains(&path.display().to_string()), "{stdout}");
        assert!(
            std::fs::read_to_string(&path).unwrap().starts_with("<svg "),
            "{}",
            path.display()
        );
    }
    assert_eq!(
        std::fs::read_dir(&out).unwrap().count(),
        4,
        "nothing but the figures is left"
    );
    assert_eq!(stderr, NOTE);
}

#[test]
fn a_seed_is_a_run_and_another_seed_another() {
    let first_loss = |seed: &str| {
        let out = folder(&format!("seed-{seed}"));
        let output = small_notebook(&[&format!("--seed={seed}")], &out);
        text(&output.stdout).lines().next().unwrap().to_owned()
    };
    assert_eq!(first_loss("5"), first_loss("5"));
    assert_ne!(first_loss("5"), first_loss("6"));
}

#[test]
fn a_reader_that_has_gone_ends_a_run_in_silence() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut notebook = example("notebook");
    let notebook = notebook.args(SMALL).arg("--out").arg(folder("no-reader"));
    let output = notebook.stdout(writer).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), NOTE);
}

#[test]
fn a_run_from_a_subfolder_puts_its_figures_into_the_project() {
    let project = folder("project");
    let below = project.join("chapters");
    std::fs::create_dir_all(&below).unwrap();
    let mut notebook = example("notebook");
    let notebook = notebook.args(SMALL).current_dir(&below);
    let in_project = notebook.env("CARGO_MANIFEST_DIR", &project).output();
    assert!(in_project.unwrap().status.success());
    let figure = Path::new("out/notebook/loss-figure.svg");
    assert!(project.join(figure).exists() && !below.join("out").exists());
    // Without cargo there is no project.
    let alone = notebook.env_remove("CARGO_MANIFEST_DIR").output();
    assert!(alone.unwrap().status.success() && below.join(figure).exists());
}

/// Flags that make a run short, for the examples that have them.
const SHORT: [&str; 6] = [
    "--seeds=1",
    "--steps=60",
    "--epochs=12",
    "--evaluations=30",
    "--longest=6",
    "--every=3",
];

#[test]
fn every_example_runs_to_its_end_with_another_seed() {
    for name in names() {
        let flags = Flag::all_of(&name);
        let has = |short: &&&str| {
            flags
                .iter()
                .any(|flag| short.starts_with(&format!("{}=", flag.name)))
        };
        let mut run = example(&name);
        let run = run.arg("--seed=7").args(SHORT.iter().filter(has));
        let run = run.arg("--out").arg(folder(&format!("seed-7-{name}")));
        let output = run.output().unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
        assert_eq!(text(&output.stderr), NOTE, "{name}");
        assert!(!output.stdout.is_empty(), "{name}");
    }
}

/// A flag as `-h` tells of it.
#[derive(Debug)]
struct Flag {
    name: String,
    takes_value: bool,
    help: String,
    default: Option<String>,
    possible: Vec<String>,
}

impl Flag {
    /// The flags of an example, but for `--help`.
    fn all_of(example_name: &str) -> Vec<Self> {
        let output = example(example_name).arg("-h").output().unwrap();
        assert!(output.status.success());
        let stdout = text(&output.stdout);
        let lines = stdout.lines().map(str::trim);
        let flags = lines.filter(|line| line.starts_with("--"));
        flags.map(Self::parse).collect()
    }

    /// `--data <DATA>  What is trained on [default: disc] [possible values: circle, disc]`
    fn parse(line: &str) -> Self {
        let (spelled, explained) = line.split_once("  ").unwrap_or((line, ""));
        let bracket = |label: &str| {
            let start = explained.find(&format!("[{label}: "))? + label.len() + 3;
            Some(explained[start..].split(']').next().unwrap().to_owned())
        };
        Self {
            name: spelled.split(' ').next().unwrap().to_owned(),
            takes_value: spelled.contains('<'),
            help: explained.split('[').next().unwrap().trim().to_owned(),
            default: bracket("default"),
            possible: bracket("possible values")
                .map(|values| values.split(", ").map(str::to_owned).collect())
                .unwrap_or_default(),
        }
    }

    /// Values that are not the default. One of them is of the flag's kind.
    fn others(&self) -> Vec<String> {
        let kinds = ["7", "8", "0.25", "2,9,1", "relu", "sin"].map(str::to_owned);
        let others = kinds.iter().chain(&self.possible);
        others
            .filter(|other| Some(*other) != self.default.as_ref())
            .map(|other| format!("{}={other}", self.name))
            .collect()
    }
}

#[test]
fn help_explains_every_flag_and_gives_its_default() {
    for name in names() {
        let flags = Flag::all_of(&name);
        for wanted in ["--seed", "--out"] {
            assert!(flags.iter().any(|flag| flag.name == wanted), "{name}");
        }
        for flag in &flags {
            assert!(flag.help.len() > 5, "{name}: {flag:?}");
            assert!(
                flag.default.is_some() || !flag.takes_value,
                "{name}: {flag:?}"
            );
        }
        let output = example(&name).arg("--help").output().unwrap();
        let help = text(&output.stdout);
        assert!(output.status.success());
        assert!(help.contains("The defaults are the book's"), "{help}");
        let about = help.lines().next().unwrap();
        assert!(about.contains(' ') && !about.starts_with("Usage"), "{help}");
    }
}

#[test]
fn one_changed_flag_is_noted_and_none_is_not() {
    // Where no folder can be made, a run ends after the note.
    let nowhere = below_a_file("note");
    let said = |name: &str, flags: &[String]| {
        let mut run = example(name);
        let output = run.arg("--out").arg(&nowhere).args(flags).output().unwrap();
        (output.status.code(), text(&output.stderr))
    };
    for name in names() {
        let (_, unchanged) = said(&name, &[]);
        assert!(
            unchanged.starts_with("error: cannot write"),
            "{name}: {unchanged}"
        );
        for flag in Flag::all_of(&name) {
            if flag.name == "--out" {
                continue;
            }
            let others = match flag.takes_value {
                true => flag.others(),
                false => vec![flag.name.clone()],
            };
            let accepted = others
                .iter()
                .map(|other| said(&name, std::slice::from_ref(other)))
                .find(|(code, _)| *code == Some(1));
            let (_, changed) = accepted.unwrap_or_else(|| panic!("{name}: {flag:?}"));
            assert!(changed.starts_with(NOTE), "{name} {flag:?}: {changed}");
        }
    }
}
