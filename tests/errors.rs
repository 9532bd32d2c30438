//! Whatever a reader does wrong is answered by one sentence that names it, and a failure.
//!
//! The cases are a table: what is done, what is said, what the exit code is. Those of the build tool are in
//! `xtask/tests/missing.txt`, those of data sets in `tests/datasets.rs`, of optimizers in `tests/optimizers.rs`. A saved
//! model that is cut short at any byte, or has one digit changed, is refused in `src/learning/saved.rs`.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use hnn::learning::Hnn;
use hnn::trial::repaired::{self, Repaired};

mod programs;

use programs::{SMALL, below_a_file, example, folder, text};

use Provoked::{Flags, Library, Run, Saved};

/// A bad input, and the answer.
struct Case {
    /// How it comes about.
    provoked: Provoked,
    /// What follows `error: `; `{out}` is the folder of the figures, `{file}` the saved model. Where it ends in `...`
    /// the rest is the system's.
    says: &'static str,
    exit: i32,
}

enum Provoked {
    /// An example is run with these flags, separated by spaces.
    Flags(&'static str, &'static str),
    /// A quick run of the notebook meets an obstacle.
    Run(Obstacle),
    /// The library is called, as examples do; they end with 1.
    Library(fn() -> hnn::Result<()>),
    /// A file with this text is loaded.
    Saved(&'static str),
}

enum Obstacle {
    /// A file where the folder of the figures should be.
    FileInTheWay,
    /// A folder of this name where a figure should be.
    FolderInTheWay(&'static str),
    /// The folder of the figures is on a file system that is mounted with these options.
    Mounted(&'static str),
    /// Stdout takes nothing.
    FullStdout,
    /// `CARGO_TARGET_DIR` names a place where no folder can be.
    NoTargetFolder,
}

const fn case(provoked: Provoked, says: &'static str, exit: i32) -> Case {
    Case {
        provoked,
        says,
        exit,
    }
}

const NOT_A_DIRECTORY: &str =
    "cannot write {out}: Not a directory (os error 20); choose another folder with --out";

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Flags that no parser takes: exit code 2, as everywhere.
    case(Flags("notebook", "--epochs many"), "invalid value 'many' for '--epochs <EPOCHS>': invalid digit found in string", 2),
    case(Flags("notebook", "--epochs 1.5"), "invalid value '1.5' for '--epochs <EPOCHS>': invalid digit found in string", 2),
    case(Flags("notebook", "--epochs -1"), "invalid value '-1' for '--epochs <EPOCHS>': invalid digit found in string", 2),
    case(Flags("notebook", "--epochs"), "a value is required for '--epochs <EPOCHS>' but none was supplied", 2),
    case(Flags("notebook", "--epoch 3"), "unexpected argument '--epoch' found", 2),
    case(Flags("notebook", "--seed 18446744073709551615"), "invalid value '18446744073709551615' for '--seed <SEED>': 18446744073709551615 is not in 0..=4294967295", 2),
    case(Flags("notebook", "--widths 2,,1"), "invalid value '' for '--widths <WIDTHS>': cannot parse integer from empty string", 2),
    case(Flags("notebook", "--widths 2,wide,1"), "invalid value 'wide' for '--widths <WIDTHS>': invalid digit found in string", 2),
    case(Flags("notebook", "7"), "unexpected argument '7' found", 2),
    case(Flags("repaired", "--activation swish"), "invalid value 'swish' for '--activation <ACTIVATION>': activation = swish is not one of relu, squared-relu, tanh, softplus, silu, gelu, sin, identity", 2),
    // Settings that no run can use.
    case(Flags("notebook", "--batch-size 9000"), "--batch-size 9000 is larger than the data: there are 8000 training points", 1),
    case(Flags("prologue", "--batch-size 0"), "--batch-size 0 leaves every batch empty: at least 1 is needed", 1),
    case(Flags("chapter1", "--samples 3"), "--samples 3 leaves nothing to train or to validate on: at least 5 are needed", 1),
    case(Flags("notebook", "--samples 1000000000000000"), "--samples 1000000000000000 is too many: 10000000 are the most", 1),
    case(Flags("notebook", "--epochs 0"), "--epochs 0 trains nothing: at least 1 is needed", 1),
    case(Flags("prologue", "--patience 0"), "--patience 0 would stop before the first epoch is judged: at least 1 is needed", 1),
    case(Flags("chapter1", "--widths 3,8,1"), "--widths 3,8,1 must start with 2 (q and p), end with 1 (the energy) and have no 0 between", 1),
    case(Flags("notebook", "--widths 2,0,1"), "--widths 2,0,1 must start with 2 (q and p), end with 1 (the energy) and have no 0 between", 1),
    case(Flags("notebook", "--widths 2,9999999999999,1"), "--widths 2,9999999999999,1 needs more than 10000000 parameters", 1),
    case(Flags("notebook", "--mass -2"), "--mass -2 must be a positive number", 1),
    case(Flags("notebook", "--stiffness inf"), "--stiffness inf must be a positive number", 1),
    case(Flags("prologue", "--learning-rate NaN"), "--learning-rate NaN must be a positive number", 1),
    case(Flags("slips", "--epsilon 0"), "--epsilon 0 must be a positive number", 1),
    case(Flags("notebook", "--l2 -1"), "--l2 -1 must be zero or a positive number", 1),
    case(Flags("notebook", "--samples 200 --widths 2,8,1 --learning-rate 1e100"), "the run diverged in epoch 0: the loss is ...", 1),
    case(Flags("anchors", "--seeds 0"), "--seeds 0 runs nothing: at least 1 is needed", 1),
    case(Flags("recipes", "--seeds 0"), "--seeds 0 runs nothing: at least 1 is needed", 1),
    case(Flags("chapter3", "--seeds 18446744073709551615"), "--seeds 18446744073709551615 is more than the 1000 that a table of spreads is for", 1),
    case(Flags("chapter2", "--batch-size 5000"), "--batch-size 5000 is larger than the data: there are 2000 points", 1),
    case(Flags("chapter4", "--depth 10"), "--depth 10 is not between 1 and 9", 1),
    case(Flags("chapter5", "--rates 0.1,0.1"), "--rates 0.1,0.1 must grow from one to the next", 1),
    case(Flags("chapter6", "--every 0"), "--every 0 records no epoch: at least 1 is needed", 1),
    case(Flags("chapter6", "--sweep-widths 3,1"), "--sweep-widths 3,1 must start with 2 (q and p), end with 1 (the energy) and have no 0 between", 1),
    case(Flags("repaired", "--hidden 24,0"), "--hidden 24,0 has a layer of width 0", 1),
    case(Flags("repaired", "--memory 10000000"), "--memory 10000000 is too many: 1000 are the most", 1),
    case(Flags("repaired", "--hidden 3000,3000 --memory 1000"), "--memory 1000 of 9015001 parameters each are too much: 100000000 numbers are the most", 1),
    case(Flags("yours", "--evaluations 18446744073709551615"), "--evaluations 18446744073709551615 is too many: 10000000 are the most", 1),
    case(Flags("notebook", "--mass 1e-310"), "--mass 1e-310 is too small to divide by", 1),
    case(Flags("notebook", "--mass 1e300"), "--mass 1e300 is too large: 1e150 is the most", 1),
    case(Flags("chapter1", "--l2 1e308"), "--l2 1e308 is too large: 1e150 is the most", 1),
    case(Flags("chapter1", "--epsilon 1.7e308"), "--epsilon 1.7e308 is too large: 1e150 is the most", 1),
    case(Flags("long_runs", "--samples 7"), "--samples 7 leaves less than a batch of 32 to train on: at least 40 are needed", 1),
    case(Flags("repaired", "--points 1"), "--points 1 do not determine a quadratic energy: they lie on one line through the origin", 1),
    case(Flags("chapter7", "--seeds 0"), "--seeds 0 runs nothing: at least 1 is needed", 1),
    case(Flags("chapter7", "--points 0"), "--points 0 are too few to share among rings: at least 64 are needed", 1),
    case(Flags("chapter7", "--points 5"), "--points 5 are too few to share among rings: at least 64 are needed", 1),
    case(Flags("chapter7", "--steps 0"), "--steps 0 trains nothing: at least 1 is needed", 1),
    case(Flags("chapter7", "--mass 0"), "--mass 0 must be a positive number", 1),
    case(Flags("chapter7", "--stiffness NaN"), "--stiffness NaN must be a positive number", 1),
    case(Library(|| repaired(|model| model.points = 0)), "points = 0 leave nothing to learn from: at least 1 is needed", 1),
    case(Library(|| repaired(|model| model.points = usize::MAX)), "points = 18446744073709551615 is too many: 10000000 are the most", 1),
    case(Library(|| repaired(|model| model.fit.memory = 0)), "memory = 0 remembers no curvature: at least 1 is needed", 1),
    case(Library(|| repaired(|model| model.fit.evaluations = 0)), "evaluations = 0 does not even reach the start: at least 1 is needed", 1),
    // A place where nothing can be written.
    case(Run(Obstacle::FileInTheWay), NOT_A_DIRECTORY, 1),
    case(Run(Obstacle::FolderInTheWay("loss-figure.svg")), "cannot write {out}/loss-figure.svg: Is a directory (os error 21); choose another folder with --out", 1),
    case(Run(Obstacle::Mounted("ro")), "cannot write {out}: Read-only file system (os error 30); choose another folder with --out", 1),
    case(Run(Obstacle::Mounted("size=4k")), "cannot write {out}/loss-figure.svg: No space left on device (os error 28); choose another folder with --out", 1),
    case(Run(Obstacle::FullStdout), "cannot write <stdout>: No space left on device (os error 28); send it elsewhere", 1),
    case(Run(Obstacle::NoTargetFolder), "failed to create directory `/dev/null...", 101),
    // Saved models that are none.
    case(Saved(""), "no model in {file}: it is cut short", 1),
    case(Saved(r#"{"format": "hnn model 1", "widths": [2, 1], "#), "no model in {file}: it is cut short", 1),
    case(Saved("no JSON"), "no model in {file}: it is not JSON: expected ident at line 1 column 2", 1),
    case(Saved("[]"), "no model in {file}: it has no `format`", 1),
    case(Saved(r#"{"format": 3}"#), "no model in {file}: its `format` is no text", 1),
    case(Saved(r#"{"format": "hnn model 2"}"#), "no model in {file}: its format is `hnn model 2`, not `hnn model 1`", 1),
    case(Saved(r#"{"format": "hnn model 1", "activation": "swish", "widths": [2, 1], "checksum": "00", "parameters": [1, 2, 3]}"#),
        "no model in {file}: activation = swish is not one of relu, squared-relu, tanh, softplus, silu, gelu, sin, identity", 1),
    case(Saved(r#"{"format": "hnn model 1", "activation": "tanh", "widths": [2, 8.5, 1], "checksum": "00", "parameters": [1, 2, 3]}"#),
        "no model in {file}: its `widths` are not all whole numbers", 1),
    case(Saved(r#"{"format": "hnn model 1", "activation": "tanh", "widths": [2, 1], "checksum": "00", "parameters": [1, null, 3]}"#),
        "no model in {file}: its `parameters` are not all numbers", 1),
    case(Saved(r#"{"format": "hnn model 1", "activation": "tanh", "widths": [2, 1], "checksum": "00", "parameters": [1, 2]}"#),
        "no model in {file}: widths [2, 1] need 3 parameters, and it has 2", 1),
    case(Saved(r#"{"format": "hnn model 1", "activation": "tanh", "widths": [2, 9223372036854775807, 1], "checksum": "00", "parameters": [1, 2]}"#),
        "no model in {file}: widths [2, 9223372036854775807, 1] are too large", 1),
    case(Saved(r#"{"format": "hnn model 1", "activation": "tanh", "widths": [2, 1], "checksum": "00", "parameters": [1, 2, 3], "origin": [0, 0], "unit": [1, 1], "time": 1}"#),
        "no model in {file}: its numbers have changed: their checksum is ...", 1),
];

fn repaired(change: fn(&mut repaired::Settings)) -> hnn::Result<()> {
    let mut settings = repaired::Settings::default();
    change(&mut settings);
    Repaired::train(&settings).map(drop)
}

/// What came of a case.
struct Answer {
    stderr: String,
    exit: Option<i32>,
}

impl Answer {
    /// Of a finished program.
    fn of(output: &std::process::Output) -> Self {
        Self {
            stderr: text(&output.stderr),
            exit: output.status.code(),
        }
    }

    /// As an example would tell of this result.
    fn of_library(result: hnn::Result<()>) -> Self {
        Self {
            stderr: result.map_or_else(|error| format!("error: {error}\n"), |()| String::new()),
            exit: Some(1),
        }
    }
}

impl Provoked {
    /// Does it; `Err` says why it cannot be done on this computer.
    fn answer(&self, out: &Path) -> Result<Answer, String> {
        match self {
            Self::Flags(name, flags) => {
                let mut run = example(name);
                let run = run.args(flags.split(' ')).arg("--out").arg(out);
                Ok(Answer::of(&patient(run).output().unwrap()))
            }
            Self::Run(obstacle) => obstacle.answer(out),
            Self::Library(call) => Ok(Answer::of_library(call())),
            Self::Saved(text) => {
                fs::write(out, text).unwrap();
                Ok(Answer::of_library(Hnn::load(out).map(drop)))
            }
        }
    }

    /// Names of the system's that stand in the message, and what they are called in the table.
    fn placeholder(&self) -> &'static str {
        match self {
            Self::Saved(_) => "{file}",
            _ => "{out}",
        }
    }
}

/// A command that would tell how it came to an end if it did so by a panic.
fn patient(command: &mut Command) -> &mut Command {
    command.env("RUST_BACKTRACE", "1")
}

impl Obstacle {
    fn answer(&self, out: &Path) -> Result<Answer, String> {
        if !cfg!(target_os = "linux") {
            return Err("the table has Linux's words for what the system refuses".to_owned());
        }
        let mut notebook = example("notebook");
        let notebook = patient(&mut notebook).args(SMALL).arg("--out").arg(out);
        match self {
            Self::FileInTheWay => {}
            Self::FolderInTheWay(name) => fs::create_dir_all(out.join(name).join("full")).unwrap(),
            Self::Mounted(options) => return mounted(options, out),
            Self::FullStdout => {
                let full = fs::File::create("/dev/full");
                notebook.stdout(full.map_err(|error| format!("/dev/full: {error}"))?);
            }
            Self::NoTargetFolder => {
                let mut cargo = Command::new(env!("CARGO"));
                let cargo = cargo.args(["run", "--offline", "--quiet", "--example", "notebook"]);
                let cargo = cargo.env("CARGO_TARGET_DIR", "/dev/null/target");
                return Ok(Answer::of(&cargo.output().unwrap()));
            }
        }
        Ok(Answer::of(&notebook.output().unwrap()))
    }
}

/// Mounts a file system on the folder, for this one run alone.
fn mounted(options: &str, out: &Path) -> Result<Answer, String> {
    fs::create_dir_all(out).unwrap();
    let alone = |script: &str| {
        let mut shell = Command::new("unshare");
        shell.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
        shell.args([
            &format!("mount -t tmpfs -o \"$1\" tmpfs \"$2\" || exit 1\n{script}"),
            "sh",
            options,
        ]);
        shell.arg(out);
        shell
    };
    let tried = alone("exit 0").output();
    match tried {
        Ok(tried) if tried.status.success() => {}
        Ok(tried) => return Err(text(&tried.stderr).trim().to_owned()),
        Err(error) => return Err(format!("unshare: {error}")),
    }
    let script = "shift 2; exec \"$@\" > /dev/null";
    let notebook = example("notebook");
    let mut run = alone(script);
    let run = patient(&mut run).arg(notebook.get_program()).args(SMALL);
    Ok(Answer::of(&run.arg("--out").arg(out).output().unwrap()))
}

#[test]
fn every_bad_input_is_one_sentence_and_a_failure() {
    assert!(CASES.len() >= 40);
    let mut complaints = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        let out = match case.provoked {
            Run(Obstacle::FileInTheWay) => below_a_file(&format!("errors-{number}")),
            _ => folder(&format!("errors-{number}")),
        };
        let answer = match case.provoked.answer(&out) {
            Ok(answer) => answer,
            Err(reason) => {
                // Past the test harness, which would keep it to itself.
                let line = format!("skipped: `{}` cannot be tried: {reason}\n", case.says);
                let _ = std::io::stderr().write_all(line.as_bytes());
                continue;
            }
        };
        let placeholder = case.provoked.placeholder();
        let said = answer
            .stderr
            .replace(&out.display().to_string(), placeholder);
        let mut lines = said.lines().filter(|line| !line.starts_with("note: "));
        let first = lines.next().unwrap_or_default();
        let expected = format!("error: {}", case.says);
        let as_expected = match expected.strip_suffix("...") {
            Some(start) => first.starts_with(start),
            None => first == expected,
        };
        // The parser of the command line goes on to say how it is used, and cargo where it failed.
        let is_alone = case.exit == 2 || case.exit == 101 || lines.next().is_none();
        let is_clean = !["panicked", "RUST_BACKTRACE", "stack backtrace"]
            .iter()
            .any(|trace| said.contains(trace));
        if !(as_expected && is_alone && is_clean) || answer.exit != Some(case.exit) {
            complaints.push(format!(
                "expected {expected}\nwith {}, and got {:?} with\n{said}",
                case.exit, answer.exit
            ));
        }
        let _ = fs::remove_dir_all(&out);
        let _ = fs::remove_file(&out);
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_saved_model_that_is_not_there_is_named() {
    let sentence = Hnn::load("no/such/model.json").unwrap_err().to_string();
    assert!(
        sentence.starts_with("cannot read no/such/model.json: "),
        "{sentence}"
    );
}
