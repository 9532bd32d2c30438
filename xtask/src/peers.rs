//! The engine and its peers side by side: the same steps on the same numbers, one thread each, in one run.
//!
//! Every program prints one line of JSON for each kind of step, see `benches/peers/problem.py`. They take turns, round
//! after round, so that whatever else the computer does hits all of them; what is told is the median of the rounds and
//! their range. A peer whose losses are not ours is an error: then the times would compare different things.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anstream::{eprintln, println};
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::command;
use crate::project::Project;
use crate::search_path::SearchPath;
use crate::venv::Venv;

/// Relative difference of losses and gradients that rounding explains. The notebook's differences have a step of 1e-7,
/// which leaves them 9 digits.
const TOLERANCE: f64 = 1e-7;

/// A kind of step.
struct Work {
    /// As the programs name it.
    name: &'static str,
    title: &'static str,
    /// How many of which matrix products it is made of, as `benches/engine.rs` names those.
    products: &'static [(f64, &'static str)],
}

const WORKS: [Work; 4] = [
    Work {
        name: "notebook",
        title: "the notebook's step",
        products: &[
            (2.0, "64x128x128"),
            (2.0, "32x128x128"),
            (2.0, "32x128x128t"),
            (2.0, "128tx32x128"),
        ],
    },
    Work {
        name: "unreported",
        title: "the notebook's, unreported",
        products: &[
            (2.0, "32x128x128"),
            (2.0, "32x128x128t"),
            (2.0, "128tx32x128"),
        ],
    },
    Work {
        name: "hnn",
        title: "exact Hamiltonian step, tanh",
        products: &[
            (4.0, "32x128x128"),
            (4.0, "32x128x128t"),
            (2.0, "128tx64x128"),
        ],
    },
    Work {
        name: "lnn",
        title: "structured Lagrangian step, SiLU",
        products: &[],
    },
];

/// What a program prints for one kind of step.
#[derive(Debug, Deserialize)]
struct Line {
    peer: String,
    work: String,
    losses: Vec<f64>,
    gradient_norm: f64,
    microseconds: f64,
}

/// A program to time.
struct Program {
    /// As facts name it.
    name: &'static str,
    command: Box<dyn Fn() -> Command>,
}

/// The times of several rounds.
#[derive(Clone, Debug, Default)]
struct Times(Vec<f64>);

impl Times {
    fn sorted(&self) -> Vec<f64> {
        let mut times = self.0.clone();
        times.sort_by(f64::total_cmp);
        times
    }

    fn median(&self) -> f64 {
        let times = self.sorted();
        0.5 * (times[(times.len() - 1) / 2] + times[times.len() / 2])
    }

    fn range(&self) -> (f64, f64) {
        let times = self.sorted();
        (times[0], times[times.len() - 1])
    }
}

/// Everything measured: times by kind of step and program, and the engine's own by the name of the benchmark.
#[derive(Debug, Default)]
struct Measured {
    machine: String,
    pinned: Option<usize>,
    rounds: u32,
    /// (work, program) to its title and times.
    steps: BTreeMap<(String, String), (String, Times)>,
    /// The losses and the gradient of this library, by kind of step.
    ours: BTreeMap<String, Vec<f64>>,
    /// Benchmark of `benches/engine.rs` to microseconds.
    engine: BTreeMap<String, Times>,
    skipped: Vec<String>,
}

/// Runs everything `rounds` times, prints the table and writes it, with every number as a fact, into `benches/peers/`.
pub fn compare(project: &Project, rounds: u32) -> Result<()> {
    let search = SearchPath::of_this_process();
    let venv = Venv {
        folder: project.path("target/peers/venv"),
        requirements: project.path("benches/peers/requirements.txt"),
        oldest_python: (3, 11),
        purpose: "the peers",
    };
    venv.set_up(&search)?;
    command::run(
        "to build the benchmarks",
        Command::new("cargo")
            .args(["bench", "--package", "hnn", "--benches", "--no-run"])
            .current_dir(&project.root),
    )?;
    let pin = Pin::find(&search);
    let mut measured = Measured {
        machine: machine(),
        pinned: pin.as_ref().map(|pin| pin.processor),
        rounds,
        ..Measured::default()
    };
    let programs = programs(project, &venv, &search, &mut measured.skipped);
    for round in 1..=rounds {
        for program in &programs {
            eprintln!("round {round} of {rounds}: {}", program.name);
            measured.run(program, pin.as_ref())?;
        }
        eprintln!("round {round} of {rounds}: the engine's benchmarks");
        measured.run_engine(project, pin.as_ref())?;
    }
    let (table, facts) = (measured.table(), measured.facts());
    println!("{table}");
    for (name, text) in [("measured.md", table), ("measured.txt", facts)] {
        let file = project.path("benches/peers").join(name);
        fs::write(&file, text).with_context(|| format!("failed to write {}", file.display()))?;
        eprintln!("wrote {}", project.name(&file));
    }
    Ok(())
}

/// Runs programs on one processor alone, where the system can.
struct Pin {
    taskset: PathBuf,
    processor: usize,
}

impl Pin {
    fn find(search: &SearchPath) -> Option<Self> {
        Some(Self {
            taskset: search.find(&["taskset"])?,
            processor: thread::available_parallelism().ok()?.get() - 1,
        })
    }

    /// The same command, pinned.
    fn apply(pin: Option<&Self>, command: Command) -> Command {
        let Some(pin) = pin else { return command };
        let mut pinned = Command::new(&pin.taskset);
        pinned.args(["--cpu-list", &pin.processor.to_string()]);
        pinned.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                pinned.env(name, value);
            }
        }
        if let Some(folder) = command.get_current_dir() {
            pinned.current_dir(folder);
        }
        pinned
    }
}

/// This library and every peer that is there.
fn programs(
    project: &Project,
    venv: &Venv,
    search: &SearchPath,
    skipped: &mut Vec<String>,
) -> Vec<Program> {
    let root = project.root.clone();
    let bench = move || {
        let mut cargo = Command::new("cargo");
        cargo.args(["bench", "--quiet", "--package", "hnn", "--bench", "peers"]);
        cargo.current_dir(&root);
        cargo
    };
    let script = |python: PathBuf, name: &str| {
        let script = project.path("benches/peers").join(name);
        move || {
            let mut command = Command::new(&python);
            command.arg(&script);
            command
        }
    };
    let mut programs = vec![
        Program {
            name: "rust",
            command: Box::new(bench),
        },
        Program {
            name: "numpy",
            command: Box::new(script(venv.python(), "numpy_steps.py")),
        },
        Program {
            name: "jax",
            command: Box::new(script(venv.python(), "jax_steps.py")),
        },
    ];
    let has_torch = |python: &PathBuf| {
        let asked = Command::new(python).args(["-c", "import torch"]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    match search.find_all("python3").find(has_torch) {
        Some(python) => programs.push(Program {
            name: "torch",
            command: Box::new(script(python, "torch_steps.py")),
        }),
        None => skipped.push(
            "PyTorch, which no Python on this computer has (`apt-get install python3-torch libopenblas0` on Debian)".into(),
        ),
    }
    programs
}

impl Measured {
    fn run(&mut self, program: &Program, pin: Option<&Pin>) -> Result<()> {
        let name = program.name;
        let output = Pin::apply(pin, (program.command)())
            .output()
            .with_context(|| format!("failed to time {name}: it could not be started"))?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            bail!("failed to time {name}: {}", message.trim());
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let line: Line = serde_json::from_str(line)
                .with_context(|| format!("{name} printed another line than a report: {line}"))?;
            self.check(name, &line)?;
            let key = (line.work, name.to_owned());
            let (title, times) = self.steps.entry(key).or_default();
            *title = line.peer;
            times.0.push(line.microseconds);
        }
        Ok(())
    }

    /// The first program is this library; what the others compute must agree with it.
    fn check(&mut self, name: &str, line: &Line) -> Result<()> {
        let mut numbers = line.losses.clone();
        numbers.push(line.gradient_norm);
        let ours = self
            .ours
            .entry(line.work.clone())
            .or_insert_with(|| numbers.clone());
        ensure!(
            agree(ours, &numbers),
            "{name} computes something else in the step `{}`: the first losses and the norm of the first gradient are \
             {numbers:?}, and ours {ours:?}",
            line.work
        );
        Ok(())
    }

    fn run_engine(&mut self, project: &Project, pin: Option<&Pin>) -> Result<()> {
        let results = project.path("target/peers/criterion");
        let mut cargo = Command::new("cargo");
        cargo
            .args(["bench", "--quiet", "--package", "hnn", "--bench", "engine"])
            .args(["--", "--quick", "--quiet"])
            .env("CRITERION_HOME", &results)
            .current_dir(&project.root);
        let output = Pin::apply(pin, cargo).output();
        let output = output.context("failed to run the benchmarks: cargo could not be started")?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            bail!("failed to run the benchmarks: {}", message.trim());
        }
        for group in folders(&results)? {
            for benchmark in folders(&group)? {
                let file = benchmark.join("new/estimates.json");
                let text = fs::read_to_string(&file)
                    .with_context(|| format!("failed to read {}", file.display()))?;
                let estimates: serde_json::Value = serde_json::from_str(&text)?;
                let nanoseconds = estimates["median"]["point_estimate"]
                    .as_f64()
                    .with_context(|| format!("{} has no median", file.display()))?;
                let name = benchmark.strip_prefix(&results)?.to_string_lossy();
                let times = self.engine.entry(name.replace('\\', "/")).or_default();
                times.0.push(nanoseconds / 1000.0);
            }
        }
        Ok(())
    }

    /// The fastest of the other programs: its name and median.
    fn fastest_peer(&self, work: &str) -> Option<(&str, f64)> {
        let peers = self
            .steps
            .iter()
            .filter(|((of, name), _)| of == work && name != "rust");
        peers
            .map(|((_, name), (_, times))| (name.as_str(), times.median()))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The time of the products of a step by themselves, as `general_mat_mul` takes them.
    fn products(&self, products: &[(f64, &str)]) -> Option<f64> {
        if products.is_empty() {
            return None;
        }
        let times = products.iter().map(|(count, name)| {
            let times = self.engine.get(&format!("product/{name}"))?;
            Some(count * times.median())
        });
        times.sum()
    }

    fn table(&self) -> String {
        let mut table = String::new();
        let place = self.pinned.map_or("not pinned".to_owned(), |processor| {
            format!("pinned to processor {processor}")
        });
        let _ = writeln!(
            table,
            "{}; one thread each, {place}; median of {} rounds, and their range.\n\n\
             | step | program | µs | range | to the fastest peer |\n\
             | --- | --- | ---: | ---: | ---: |",
            self.machine, self.rounds
        );
        for Work {
            name: work, title, ..
        } in WORKS
        {
            let fastest = self.fastest_peer(work);
            for ((_, _), (peer, times)) in self.steps.iter().filter(|((of, _), _)| of == work) {
                let (low, high) = times.range();
                let median = times.median();
                let ratio = fastest.map_or(f64::NAN, |(_, fastest)| median / fastest);
                let _ = writeln!(
                    table,
                    "| {title} | {peer} | {median:.0} | {low:.0} to {high:.0} | {ratio:.2} |"
                );
            }
        }
        table.push_str("\n| benchmark | µs | range |\n| --- | ---: | ---: |\n");
        for (name, times) in &self.engine {
            let (low, high) = times.range();
            let median = times.median();
            let _ = writeln!(table, "| `{name}` | {median:.1} | {low:.1} to {high:.1} |");
        }
        for skipped in &self.skipped {
            let _ = writeln!(table, "\nSkipped: {skipped}.");
        }
        table
    }

    /// Every number as `name = value`, times in microseconds.
    fn facts(&self) -> String {
        let mut facts = format!("machine = {}\nrounds = {}\n", self.machine, self.rounds);
        let mut fact = |name: &str, value: String| {
            let _ = writeln!(facts, "{name} = {value}");
        };
        for Work {
            name: work,
            products,
            ..
        } in WORKS
        {
            for ((_, program), (title, times)) in
                self.steps.iter().filter(|((of, _), _)| of == work)
            {
                let (low, high) = times.range();
                fact(&format!("{work}_{program}_program"), title.clone());
                fact(
                    &format!("{work}_{program}"),
                    format!("{:.0}", times.median()),
                );
                fact(&format!("{work}_{program}_low"), format!("{low:.0}"));
                fact(&format!("{work}_{program}_high"), format!("{high:.0}"));
            }
            let ours = self.steps.get(&(work.to_owned(), "rust".to_owned()));
            if let (Some((_, ours)), Some((peer, fastest))) = (ours, self.fastest_peer(work)) {
                fact(&format!("{work}_fastest_peer"), peer.to_owned());
                fact(
                    &format!("{work}_ratio"),
                    format!("{:.2}", ours.median() / fastest),
                );
            }
            if let (Some((_, ours)), Some(products)) = (ours, self.products(products)) {
                fact(&format!("{work}_products"), format!("{products:.0}"));
                let share = 100.0 * products / ours.median();
                fact(&format!("{work}_products_percent"), format!("{share:.0}"));
            }
        }
        for ((_, program), (_, unreported)) in
            self.steps.iter().filter(|((of, _), _)| of == "unreported")
        {
            let whole = self.steps.get(&("notebook".to_owned(), program.clone()));
            if let Some((_, whole)) = whole {
                let share = 100.0 * (1.0 - unreported.median() / whole.median());
                fact(&format!("report_{program}_percent"), format!("{share:.0}"));
            }
        }
        for (name, times) in &self.engine {
            let name = name.replace(['/', '-'], "_");
            let (low, high) = times.range();
            fact(&name, format!("{:.1}", times.median()));
            fact(&format!("{name}_low"), format!("{low:.1}"));
            fact(&format!("{name}_high"), format!("{high:.1}"));
        }
        facts
    }
}

/// Whether all numbers are those of the other list but for rounding.
fn agree(ours: &[f64], theirs: &[f64]) -> bool {
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= TOLERANCE * a.abs();
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(close)
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>> {
    let list = || format!("failed to list {}", parent.display());
    let mut folders = Vec::new();
    for entry in fs::read_dir(parent).with_context(list)? {
        let path = entry.with_context(list)?.path();
        // Criterion's summary of everything, and its summary of a group.
        if path.is_dir() && path.file_name().is_some_and(|name| name != "report") {
            folders.push(path);
        }
    }
    Ok(folders)
}

/// The processor as it calls itself, and the system.
fn machine() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = described
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']).to_owned());
    let asked = || {
        let mut sysctl = Command::new("sysctl");
        let output = sysctl
            .args(["-n", "machdep.cpu.brand_string"])
            .output()
            .ok()?;
        let name = String::from_utf8(output.stdout).ok()?;
        (!name.trim().is_empty()).then(|| name.trim().to_owned())
    };
    let processor = model
        .or_else(asked)
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{processor}, {}", std::env::consts::OS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_computes_something_else_is_refused() {
        let line = |loss| Line {
            peer: "Abacus 1".into(),
            work: "hnn".into(),
            losses: vec![loss],
            gradient_norm: 2.0,
            microseconds: 1.0,
        };
        let mut measured = Measured::default();
        measured.check("rust", &line(3.0)).unwrap();
        measured.check("abacus", &line(3.0 + 1e-8)).unwrap();
        let error = measured
            .check("abacus", &line(3.1))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("abacus computes something else in the step `hnn`"),
            "{error}"
        );
    }

    #[test]
    fn the_report_costs_what_the_step_saves_without_it() {
        let mut measured = Measured::default();
        for (work, time) in [("notebook", 200.0), ("unreported", 150.0)] {
            let key = (work.to_owned(), "rust".to_owned());
            measured
                .steps
                .insert(key, ("RUST".into(), Times(vec![time])));
        }
        let facts = measured.facts();
        assert!(facts.contains("report_rust_percent = 25\n"), "{facts}");
    }

    #[test]
    fn the_ratio_is_to_the_fastest_of_the_others() {
        let mut measured = Measured {
            machine: "Abacus".into(),
            rounds: 3,
            ..Measured::default()
        };
        for (name, times) in [
            ("rust", [6.0, 5.0, 7.0]),
            ("numpy", [30.0; 3]),
            ("jax", [8.0, 12.0, 9.0]),
        ] {
            let key = ("hnn".to_owned(), name.to_owned());
            measured
                .steps
                .insert(key, (name.to_uppercase(), Times(times.into())));
        }
        let facts = measured.facts();
        assert!(
            facts.contains("hnn_fastest_peer = jax\nhnn_ratio = 0.67\n"),
            "{facts}"
        );
        let table = measured.table();
        assert!(table.contains("| RUST | 6 | 5 to 7 | 0.67 |"), "{table}");
    }
}
