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

/// Flags that make a run short, for the examples that have them. A list is of the widths of a network, but in chapter 4.
const SHORT: [&str; 18] = [
    "--seeds=1",
    "--steps=40",
    "--epochs=200",
    "--patience=2",
    "--evaluations=30",
    "--memory=3",
    "--longest=6",
    "--every=3",
    "--samples=200",
    "--points=80",
    "--batch-size=16",
    "--widths=2,8,8,1",
    "--sweep-widths=2,6,1",
    "--hidden=6,6",
    "--depth=2",
    "--rates=0.01",
    "--l2=0.001",
    "--epsilon=0.01",
];

/// A run's way to its end, what it said, and what it showed, figures included.
struct Shown {
    succeeded: bool,
    stderr: String,
    exhibits: String,
}

impl Shown {
    fn by(example_name: &str, flags: &[String], out: &str) -> Self {
        let out = folder(out);
        let mut run = example(example_name);
        let output = run.args(flags).arg("--out").arg(&out).output().unwrap();
        let mut exhibits = text(&output.stdout).replace(&out.display().to_string(), "");
        let mut figures: Vec<_> = std::fs::read_dir(&out).into_iter().flatten().collect();
        figures.sort_by_key(|figure| figure.as_ref().unwrap().path());
        for figure in figures {
            exhibits += &std::fs::read_to_string(figure.unwrap().path()).unwrap();
        }
        Self {
            succeeded: output.status.success(),
            stderr: text(&output.stderr),
            exhibits,
        }
    }

    /// One sentence names the flag or, in a file that does not have it, the value.
    fn assert_refused(&self, flag: &str, typed: &str) {
        let sentence = self.stderr.lines().find(|line| line.starts_with("error: "));
        let value = typed.split('=').next_back().unwrap_or_default();
        let named = sentence.is_some_and(|s| s.contains(flag) || s.contains(&format!("`{value}`")));
        assert!(
            named && !self.stderr.contains("panicked"),
            "{typed}: {}",
            self.stderr
        );
    }
}

/// The flags of an example, and those of [`SHORT`] that it has, but for the one that is changed.
struct Short {
    name: String,
    flags: Vec<Flag>,
}

impl Short {
    fn all() -> impl Iterator<Item = Self> {
        names().into_iter().map(|name| Self {
            flags: Flag::all_of(&name),
            name,
        })
    }

    fn value(&self, flag: &Flag) -> Option<&'static str> {
        if (self.name.as_str(), flag.name.as_str()) == ("chapter4", "--widths") {
            return Some("4,8");
        }
        let of = |short: &&'static str| short.strip_prefix(&flag.name)?.strip_prefix('=');
        SHORT.iter().find_map(of)
    }

    fn but(&self, changed: &str) -> Vec<String> {
        let others = self.flags.iter().filter(|flag| flag.name != changed);
        let set = |flag: &Flag| Some(format!("{}={}", flag.name, self.value(flag)?));
        others.filter_map(set).collect()
    }

    /// Runs it for each flag but `--out`, changed to each of the values that `others` has for it and its value so far.
    fn changed(
        &self,
        others: impl Fn(&Flag, Option<&str>) -> Vec<String>,
    ) -> Vec<(String, String, Shown)> {
        let mut jobs = Vec::new();
        for flag in self.flags.iter().filter(|flag| flag.name != "--out") {
            for other in others(flag, self.value(flag)) {
                jobs.push((flag.name.clone(), other));
            }
        }
        let shown = hnn::learning::seeds::run_all(&jobs, |(flag, other)| {
            let flags = [self.but(flag), vec![other.clone()]].concat();
            Ok(Shown::by(
                &self.name,
                &flags,
                &format!("{}{other}", self.name),
            ))
        });
        let jobs = jobs.into_iter().zip(shown.unwrap());
        jobs.map(|((flag, other), shown)| (flag, other, shown))
            .collect()
    }
}

#[test]
fn every_flag_of_every_example_changes_what_is_shown_or_is_refused() {
    for example in Short::all() {
        let name = &example.name;
        let base = Shown::by(name, &example.but(""), &format!("short-{name}"));
        assert!(
            base.succeeded && !base.exhibits.is_empty(),
            "{name}: {}",
            base.stderr
        );
        for (flag, other, shown) in example.changed(|flag, value| vec![flag.other(value)]) {
            match shown.succeeded {
                true => assert!(
                    shown.exhibits != base.exhibits,
                    "{name} {other} changes nothing"
                ),
                false => shown.assert_refused(&flag, &other),
            }
        }
    }
}

#[test]
fn a_mistake_is_found_before_anything_is_shown_under_the_flag_s_own_name() {
    for example in Short::all() {
        let wrong = |flag: &Flag, _: Option<&str>| -> Vec<String> {
            let mut mistakes = vec!["0", "-1", "nan", "99999999999999"];
            // So many are no mistake: the run ends before.
            let at_most = "--epochs --evaluations --every --longest --patience";
            if at_most.contains(&flag.name) || flag.help.ends_with("at the most") {
                mistakes.pop();
            }
            let typed = mistakes
                .into_iter()
                .map(|wrong| format!("{}={wrong}", flag.name));
            typed.collect()
        };
        for (flag, other, shown) in example.changed(wrong) {
            if !shown.succeeded {
                shown.assert_refused(&flag, &other);
                assert!(
                    shown.exhibits.is_empty(),
                    "{} {other}: {}",
                    example.name,
                    shown.exhibits
                );
            }
        }
    }
}

#[test]
fn a_figure_that_cannot_be_drawn_costs_nothing_else() {
    let flags = "--mass=1e-300 --samples=200 --widths=2,8,1 --epochs=2".split(' ');
    let flags: Vec<String> = flags.map(str::to_owned).collect();
    let shown = Shown::by("chapter1", &flags, "no-figure");
    assert!(shown.succeeded, "{}", shown.stderr);
    assert_eq!(shown.exhibits.matches("No figure: cannot draw").count(), 2);
    let last = shown.exhibits.lines().rev().find(|line| !line.is_empty());
    assert!(
        last.unwrap().contains(" = "),
        "the facts come last: {last:?}"
    );
}

/// A flag as `-h` tells of it.
#[derive(Debug)]
struct Flag {
    name: String,
    takes_value: bool,
    help: String,
    default: Option<String>,
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

    /// `--steps <STEPS>  Steps of each run [default: 2000]`
    fn parse(line: &str) -> Self {
        let (spelled, explained) = line.split_once("  ").unwrap_or((line, ""));
        let (help, default) = match explained.split_once(" [default: ") {
            Some((help, default)) => (help, default.split(']').next()),
            None => (explained, None),
        };
        Self {
            name: spelled.split(' ').next().unwrap().to_owned(),
            takes_value: spelled.contains('<'),
            help: help.trim().to_owned(),
            default: default.map(str::to_owned),
        }
    }

    /// The flag with another value than this one, or than its default: a larger number, a wider network, another name.
    fn other(&self, value: Option<&str>) -> String {
        let value = value.or(self.default.as_deref());
        let Some(value) = value.filter(|_| self.takes_value) else {
            return self.name.clone();
        };
        let larger = |value: &str| match (value.parse::<u64>(), value.parse::<f64>()) {
            (Ok(whole), _) => (whole + whole / 4 + 1).to_string(),
            (_, Ok(number)) => (3.0 * number).to_string(),
            _ => if value == "gelu" { "tanh" } else { "gelu" }.to_owned(),
        };
        let parts: Vec<&str> = value.split(',').collect();
        let is_network = parts.len() > 2 && parts[0] == "2" && parts.ends_with(&["1"]);
        let other = parts.iter().enumerate().map(|(index, part)| {
            let is_fixed = is_network && (index == 0 || index + 1 == parts.len());
            if is_fixed {
                (*part).to_owned()
            } else {
                larger(part)
            }
        });
        format!("{}={}", self.name, other.collect::<Vec<_>>().join(","))
    }
}

#[test]
fn help_says_what_an_example_does_and_explains_every_flag_and_its_default() {
    for name in names() {
        let flags = Flag::all_of(&name);
        assert!(flags.iter().any(|flag| flag.name == "--out"), "{name}");
        for flag in &flags {
            assert!(flag.help.len() > 5, "{name}: {flag:?}");
            assert!(
                flag.default.is_some() || !flag.takes_value,
                "{name}: {flag:?}"
            );
        }
        let [short, long] = ["-h", "--help"].map(|flag| {
            let output = example(&name).arg(flag).output().unwrap();
            assert!(output.status.success());
            text(&output.stdout)
        });
        assert!(long.contains("The defaults are the book's"), "{long}");
        let about = long.lines().next().unwrap();
        assert!(about.contains(' ') && !about.starts_with("Usage"), "{long}");
        assert_eq!(Some(about), short.lines().next());
    }
}

#[test]
fn a_default_is_shown_as_it_is_typed_and_one_changed_flag_is_noted() {
    // Where no folder can be made, a run ends after the note.
    let nowhere = below_a_file("note");
    let said = |name: &str, flags: &[String]| {
        let mut run = example(name);
        let output = run.arg("--out").arg(&nowhere).args(flags).output().unwrap();
        text(&output.stderr)
    };
    for name in names() {
        let mut flags = Flag::all_of(&name);
        flags.retain(|flag| flag.name != "--out");
        let default = |flag: &Flag| Some(format!("{}={}", flag.name, flag.default.as_ref()?));
        let defaults: Vec<String> = flags.iter().filter_map(default).collect();
        let unchanged = said(&name, &defaults);
        assert!(
            unchanged.starts_with("error: cannot write"),
            "{name}: {unchanged}"
        );
        for flag in flags {
            let changed = said(&name, &[flag.other(None)]);
            assert!(changed.starts_with(NOTE), "{name} {flag:?}: {changed}");
        }
    }
}
