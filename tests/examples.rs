//! The examples as programs: their flags, their output, their files. Every example of `Cargo.toml` is tried. How they
//! fail is in `tests/errors.rs`.

use std::path::Path;
use std::process::Output;

mod programs;

use programs::flags::{Flag, Short, Shown};
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

#[test]
fn every_flag_of_every_example_changes_what_is_shown_or_is_refused() {
    for example in Short::all() {
        let name = &example.name;
        let base = Shown::by(name, &example.but(&[]), &format!("short-{name}"));
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
