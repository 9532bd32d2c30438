//! The examples as programs: their flags, their errors, their files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The example of this name, built as `cargo run` would.
fn example(name: &str) -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let cargo = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--examples"])
            .status();
        assert!(cargo.unwrap().success(), "the examples do not build");
        let test = std::env::current_exe().unwrap();
        test.ancestors()
            .nth(2)
            .expect("a test is in target/<profile>/deps")
            .join("examples")
    });
    Command::new(folder.join(name))
}

/// Flags for a run of less than a second.
const SMALL: [&str; 8] = [
    "--samples",
    "200",
    "--widths",
    "2,8,8,1",
    "--epochs",
    "3",
    "--batch-size",
    "16",
];

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn run(name: &str, flags: &[&str], out: &Path) -> Output {
    example(name)
        .args(flags)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap()
}

#[test]
fn the_notebook_prints_its_losses_and_table_and_says_where_its_figures_are() {
    let out = folder("figures");
    let output = run("notebook", &SMALL, &out);
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
    assert_eq!(
        stderr,
        "note: these are not the default settings, so the output is not the book's\n"
    );
}

#[test]
fn a_seed_is_a_run_and_another_seed_another() {
    let losses = |seed: &str| {
        let flags = [&SMALL[..], &["--seed", seed]].concat();
        text(&run("notebook", &flags, &folder(&format!("seed-{seed}"))).stdout)
    };
    let figures_aside = |stdout: String| stdout.lines().next().unwrap().to_owned();
    assert_eq!(figures_aside(losses("5")), figures_aside(losses("5")));
    assert_ne!(figures_aside(losses("5")), figures_aside(losses("6")));
}

#[test]
fn a_bad_setting_is_one_sentence_and_a_failure() {
    let cases = [
        (
            ["--batch-size", "9000"],
            "error: batch_size = 9000 is larger than the data: there are 8000 training points\n",
        ),
        (
            ["--batch-size", "0"],
            "error: batch_size = 0 leaves every batch empty: at least 1 is needed\n",
        ),
        (
            ["--samples", "3"],
            "error: samples = 3 leaves nothing to train or to validate on: at least 5 are needed\n",
        ),
        (
            ["--epsilon", "0"],
            "error: epsilon = 0 must be a positive number\n",
        ),
        (
            ["--mass", "-2"],
            "error: mass = -2 must be a positive number\n",
        ),
        (
            ["--initial-rate", "NaN"],
            "error: initial_rate = NaN must be a positive number\n",
        ),
    ];
    for (flags, sentence) in cases {
        for name in ["notebook", "prologue", "chapter1"] {
            let flags = [format!("{}={}", flags[0], flags[1])];
            let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            let output = run(name, &flags, &folder("bad-setting"));
            let stderr = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{name} {flags:?}");
            assert!(stderr.ends_with(sentence), "{name} {flags:?}: {stderr}");
            assert!(!stderr.contains("panicked"), "{stderr}");
        }
    }
}

#[test]
fn a_value_that_is_no_number_names_the_flag() {
    let output = run("notebook", &["--epochs", "many"], &folder("no-number"));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("'many' for '--epochs <EPOCHS>'"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_found_out_before_the_run() {
    let file = folder("a-file");
    std::fs::write(&file, "").unwrap();
    let output = run("notebook", &[], &file.join("below"));
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr.starts_with(&format!(
            "error: cannot write {}: ",
            file.join("below").display()
        )),
        "{stderr}"
    );
    assert!(output.stdout.is_empty(), "nothing was trained");
}

#[test]
fn help_explains_every_setting() {
    for name in ["notebook", "prologue", "chapter1"] {
        let output = example(name).arg("--help").output().unwrap();
        let stdout = text(&output.stdout);
        assert!(output.status.success());
        for flag in [
            "--seed",
            "--out",
            "--batch-size",
            "--widths",
            "--patience",
            "--epsilon",
        ] {
            assert!(stdout.contains(flag), "{name}: {stdout}");
        }
    }
}
