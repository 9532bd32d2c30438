//! The engine and its peers side by side: the same steps on the same numbers, one thread each, in one run.
//!
//! Every program prints one line of JSON for each kind of step, see `benches/peers/problem.py`. They take turns, round
//! after round, so that whatever else the computer does hits all of them; what is told is the median of the rounds and
//! their range. A peer whose losses are not ours is an error: then the times would compare different things.

use std::collections::BTreeMap;
use std::env::consts;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use anstream::{eprintln, println};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::book::folder;
use crate::command;
use crate::project::Project;
use crate::search_path::SearchPath;
use crate::venv::Venv;

/// Relative difference of losses and gradients that rounding explains. The notebook's differences have a step of 1e-7,
/// which leaves them 9 digits.
const TOLERANCE: f64 = 1e-7;

/// How many of which matrix products, as `benches/engine.rs` names those.
type Products = &'static [(f64, &'static str)];

/// The kinds of steps as the programs name them, each with its title and the matrix products it is made of.
const WORKS: [(&str, &str, Products); 4] = [
    (
        "notebook",
        "the notebook's step",
        &[
            (2.0, "64x128x128"),
            (2.0, "32x128x128"),
            (2.0, "32x128x128t"),
            (2.0, "128tx32x128"),
        ],
    ),
    (
        "unreported",
        "the notebook's, unreported",
        &[
            (2.0, "32x128x128"),
            (2.0, "32x128x128t"),
            (2.0, "128tx32x128"),
        ],
    ),
    (
        "hnn",
        "exact Hamiltonian step, tanh",
        &[
            (4.0, "32x128x128"),
            (4.0, "32x128x128t"),
            (2.0, "128tx64x128"),
        ],
    ),
    ("lnn", "structured Lagrangian step, SiLU", &[]),
];

/// This library's program, which runs first: what the others compute must agree with it.
const OURS: &str = "rust";

/// What a program prints for one kind of step.
#[derive(Debug, Deserialize)]
struct Line {
    peer: String,
    work: String,
    losses: Vec<f64>,
    gradient_norm: f64,
    microseconds: f64,
}

/// Microseconds of several rounds.
type Times = Vec<f64>;

/// The median, the least and the greatest.
fn spread(times: &Times) -> [f64; 3] {
    let mut times = times.clone();
    times.sort_by(f64::total_cmp);
    let last = times.len() - 1;
    [
        0.5 * (times[last / 2] + times[times.len() / 2]),
        times[0],
        times[last],
    ]
}

/// Everything measured.
#[derive(Debug, Default)]
struct Measured {
    /// How each program calls itself, and its times, by kind of step and program.
    steps: BTreeMap<(String, String), (String, Times)>,
    /// The losses and the gradient of this library, by kind of step.
    ours: BTreeMap<String, Vec<f64>>,
    /// Benchmarks of `benches/engine.rs`.
    engine: BTreeMap<String, Times>,
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
    let bench = |args: &[&str]| -> Vec<String> {
        let cargo = ["cargo", "bench", "--package", "hnn"].iter();
        cargo.chain(args).map(|&word| word.to_owned()).collect()
    };
    let script = |python: &Path, name: &str| {
        let script = project.path("benches/peers").join(name);
        [python, &script]
            .map(|path| path.display().to_string())
            .into()
    };
    let mut programs = vec![
        (OURS, bench(&["--quiet", "--bench", "peers"])),
        ("numpy", script(&venv.python(), "numpy_steps.py")),
        ("jax", script(&venv.python(), "jax_steps.py")),
    ];
    let torch = search.find_all("python3").find(|python| {
        let asked = Command::new(python).args(["-c", "import torch"]).output();
        asked.is_ok_and(|output| output.status.success())
    });
    match torch {
        Some(python) => programs.push(("torch", script(&python, "torch_steps.py"))),
        None => eprintln!(
            "skipped: PyTorch, which no Python on this computer has (`apt-get install python3-torch libopenblas0` on Debian)"
        ),
    }
    // On one processor alone, where the system can.
    let processor = thread::available_parallelism().map_or(0, |count| count.get() - 1);
    let taskset = search.find(&["taskset"]);
    let results = project.path("target/peers/criterion");
    let run = |name: &str, words: &[String]| -> Result<String> {
        let mut command = match &taskset {
            Some(taskset) => Command::new(taskset),
            None => Command::new(&words[0]),
        };
        match &taskset {
            Some(_) => command
                .args(["--cpu-list", &processor.to_string()])
                .args(words),
            None => command.args(&words[1..]),
        };
        command
            .current_dir(&project.root)
            .env("CRITERION_HOME", &results);
        let output = command.output();
        let output =
            output.with_context(|| format!("failed to time {name}: it could not be started"))?;
        let message = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "failed to time {name}: {}",
            message.trim()
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let build = bench(&["--benches", "--no-run"]);
    let mut cargo = Command::new(&build[0]);
    cargo.args(&build[1..]).current_dir(&project.root);
    command::run("to build the benchmarks", &mut cargo)?;

    let mut measured = Measured::default();
    let engine = bench(&["--quiet", "--bench", "engine", "--", "--quick", "--quiet"]);
    for round in 1..=rounds {
        for (name, words) in &programs {
            eprintln!("round {round} of {rounds}: {name}");
            measured.add_steps(name, &run(name, words)?)?;
        }
        eprintln!("round {round} of {rounds}: the engine's benchmarks");
        run("the engine", &engine)?;
        measured.add_engine(&results)?;
    }
    let place = match taskset {
        Some(_) => format!("pinned to processor {processor}"),
        None => "not pinned".to_owned(),
    };
    let machine = machine();
    let table = format!(
        "{machine}; one thread each, {place}; median of {rounds} rounds, and their range.\n\n{}",
        measured.table()
    );
    let facts = format!(
        "machine = {machine}\nrounds = {rounds}\n{}",
        measured.facts()
    );
    println!("{table}");
    for (name, text) in [("measured.md", table), ("measured.txt", facts)] {
        let file = project.path("benches/peers").join(name);
        fs::write(&file, text).with_context(|| format!("failed to write {}", file.display()))?;
        eprintln!("wrote {}", project.name(&file));
    }
    Ok(())
}

impl Measured {
    fn add_steps(&mut self, name: &str, printed: &str) -> Result<()> {
        for line in printed.lines() {
            let line: Line = serde_json::from_str(line)
                .with_context(|| format!("{name} printed another line than a report: {line}"))?;
            let mut numbers = line.losses;
            numbers.push(line.gradient_norm);
            let ours = self
                .ours
                .entry(line.work.clone())
                .or_insert_with(|| numbers.clone());
            let close = |(a, b): (&f64, &f64)| (a - b).abs() <= TOLERANCE * a.abs();
            ensure!(
                ours.len() == numbers.len() && ours.iter().zip(&numbers).all(close),
                "{name} computes something else in the step `{}`: the first losses and the norm of the first gradient are \
                 {numbers:?}, and ours {ours:?}",
                line.work
            );
            let key = (line.work, name.to_owned());
            let (title, times) = self.steps.entry(key).or_default();
            *title = line.peer;
            times.push(line.microseconds);
        }
        Ok(())
    }

    /// Reads what criterion left.
    fn add_engine(&mut self, results: &Path) -> Result<()> {
        const ESTIMATES: &str = "/new/estimates.json";
        for file in folder::files(results, ESTIMATES.trim_start_matches("/new/"))? {
            let Some(name) = file.strip_suffix(ESTIMATES) else {
                continue;
            };
            let text = fs::read_to_string(results.join(&file))
                .with_context(|| format!("failed to read {file}"))?;
            let estimates: serde_json::Value = serde_json::from_str(&text)?;
            let median = estimates["median"]["point_estimate"].as_f64();
            let nanoseconds = median.with_context(|| format!("{file} has no median"))?;
            self.engine
                .entry(name.to_owned())
                .or_default()
                .push(nanoseconds / 1000.0);
        }
        Ok(())
    }

    /// The programs that took this kind of step: name, title and times.
    fn of(&self, work: &str) -> impl Iterator<Item = (&str, &str, &Times)> {
        let steps = self.steps.iter().filter(move |((of, _), _)| of == work);
        steps.map(|((_, name), (title, times))| (name.as_str(), title.as_str(), times))
    }

    fn median(&self, work: &str, program: &str) -> Option<f64> {
        let mut programs = self.of(work);
        Some(spread(programs.find(|(name, ..)| *name == program)?.2)[0])
    }

    /// The fastest of the other programs: its name and median.
    fn fastest_peer(&self, work: &str) -> Option<(&str, f64)> {
        let peers = self.of(work).filter(|(name, ..)| *name != OURS);
        let medians = peers.map(|(name, _, times)| (name, spread(times)[0]));
        medians.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn table(&self) -> String {
        let mut table = "| step | program | µs | range | to the fastest peer |\n| --- | --- | ---: | ---: | ---: |\n".to_owned();
        for (work, title, _) in WORKS {
            let fastest = self
                .fastest_peer(work)
                .map_or(f64::NAN, |(_, fastest)| fastest);
            for (_, peer, times) in self.of(work) {
                let [median, low, high] = spread(times);
                let ratio = median / fastest;
                let _ = writeln!(
                    table,
                    "| {title} | {peer} | {median:.0} | {low:.0} to {high:.0} | {ratio:.2} |"
                );
            }
        }
        table.push_str("\n| benchmark | µs | range |\n| --- | ---: | ---: |\n");
        for (name, times) in &self.engine {
            let [median, low, high] = spread(times);
            let _ = writeln!(table, "| `{name}` | {median:.1} | {low:.1} to {high:.1} |");
        }
        table
    }

    /// Every number as `name = value`, times in microseconds.
    fn facts(&self) -> String {
        let mut facts = String::new();
        let mut fact = |name: &str, value: String| {
            let _ = writeln!(facts, "{name} = {value}");
        };
        for (work, _, products) in WORKS {
            for (program, title, times) in self.of(work) {
                let name = format!("{work}_{program}");
                let [median, low, high] = spread(times).map(|time| format!("{time:.0}"));
                fact(&format!("{name}_program"), title.to_owned());
                fact(&name, median);
                fact(&format!("{name}_low"), low);
                fact(&format!("{name}_high"), high);
            }
            let Some(ours) = self.median(work, OURS) else {
                continue;
            };
            if let Some((peer, fastest)) = self.fastest_peer(work) {
                fact(&format!("{work}_fastest_peer"), peer.to_owned());
                fact(&format!("{work}_ratio"), format!("{:.2}", ours / fastest));
            }
            // The products by themselves, as `general_mat_mul` takes them.
            let products = products.iter().map(|(count, name)| {
                let times = self.engine.get(&format!("product/{name}"))?;
                Some(count * spread(times)[0])
            });
            if let Some(products) = products.sum::<Option<f64>>().filter(|sum| *sum > 0.0) {
                fact(&format!("{work}_products"), format!("{products:.0}"));
                let share = 100.0 * products / ours;
                fact(&format!("{work}_products_percent"), format!("{share:.0}"));
            }
        }
        for (program, _, unreported) in self.of("unreported") {
            if let Some(whole) = self.median("notebook", program) {
                let share = 100.0 * (1.0 - spread(unreported)[0] / whole);
                fact(&format!("report_{program}_percent"), format!("{share:.0}"));
            }
        }
        for (name, times) in &self.engine {
            let name = name.replace(['/', '-'], "_");
            let [median, low, high] = spread(times).map(|time| format!("{time:.1}"));
            fact(&name, median);
            fact(&format!("{name}_low"), low);
            fact(&format!("{name}_high"), high);
        }
        facts
    }
}

/// The processor as it calls itself, where the system tells, and the system.
fn machine() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut lines = described.lines();
    let model = lines.find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or(consts::ARCH, |model| {
        model.trim_start_matches([' ', '\t', ':'])
    });
    format!("{model}, {}", consts::OS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(work: &str, loss: f64, microseconds: f64) -> String {
        format!(
            "{{\"peer\": \"Abacus 1\", \"work\": \"{work}\", \"losses\": [{loss}], \"gradient_norm\": 2.0, \
             \"microseconds\": {microseconds}}}\n"
        )
    }

    #[test]
    fn a_peer_that_computes_something_else_is_refused() {
        let mut measured = Measured::default();
        measured.add_steps(OURS, &line("hnn", 3.0, 1.0)).unwrap();
        measured
            .add_steps("abacus", &line("hnn", 3.0 + 1e-8, 1.0))
            .unwrap();
        let error = measured
            .add_steps("abacus", &line("hnn", 3.1, 1.0))
            .unwrap_err();
        let error = error.to_string();
        assert!(
            error.starts_with("abacus computes something else in the step `hnn`"),
            "{error}"
        );
    }

    #[test]
    fn the_ratio_is_to_the_fastest_of_the_others_and_the_report_costs_what_a_step_saves_without_it()
    {
        let mut measured = Measured::default();
        for (name, times) in [
            (OURS, [6.0, 5.0, 7.0]),
            ("numpy", [30.0; 3]),
            ("jax", [8.0, 12.0, 9.0]),
        ] {
            for time in times {
                let printed = line("notebook", 1.0, time) + &line("unreported", 1.0, 0.75 * time);
                measured.add_steps(name, &printed).unwrap();
            }
        }
        let facts = measured.facts();
        for fact in [
            "notebook_fastest_peer = jax\nnotebook_ratio = 0.67\n",
            "report_rust_percent = 25\n",
        ] {
            assert!(facts.contains(fact), "{facts}");
        }
        let table = measured.table();
        assert!(
            table.contains("| Abacus 1 | 6 | 5 to 7 | 0.67 |"),
            "{table}"
        );
    }
}
