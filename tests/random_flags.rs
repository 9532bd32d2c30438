//! One to three flags at a time with values that nobody would type on purpose. Every run comes to its end, in bounded memory:
//! with output, or with one sentence under the name of a flag and nothing shown.
//!
//! `RANDOM_FLAGS=7 RANDOM_RUNS=1000 cargo test --test random_flags -- --nocapture` tries others, of the slow examples too. A run is
//! named before it begins, so that of one that hangs the name is seen.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use hnn::learning::seeds::run_all;
use hnn::random::{Gaussian, RandomSource};

mod programs;

use programs::flags::{Flag, Short};
use programs::{example, folder, text};

const WHOLE: [&str; 22] = [
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "31",
    "97",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "10000001",
    "-1",
    "1.5",
    "1e3",
    "0x10",
    "+3",
    " 4",
    "",
    "many",
    "٣",
];
const REAL: [&str; 25] = [
    "0", "-0", "-1", "5e-324", "1e-310", "1e-300", "1e-160", "1e-30", "1e-9", "0.5", "1", "3",
    "1e3", "1e6", "1e20", "1e100", "1e150", "1e160", "1.7e308", "1e309", "nan", "inf", "-inf", "",
    "many",
];
/// Few, or too many.
const SEEDS: [&str; 6] = ["0", "1", "2", "1001", "18446744073709551615", "-1"];
const WORDS: [&str; 12] = [
    "relu",
    "Tanh",
    "softplus",
    "gelu",
    "sin",
    "identity",
    "squared-relu",
    "swish",
    "",
    "q",
    "nowhere.csv",
    "/dev/null",
];
/// Their shortest runs take seconds.
const SLOW: [&str; 4] = ["anchors", "recipes", "repaired", "chapter2"];

struct Chance(Gaussian);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0.uniform(0.0, count as f64) as usize
    }

    fn one_of(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// The flag with such a value.
    fn typed(&mut self, flag: &Flag) -> String {
        let default = flag.default.as_deref().unwrap_or_default();
        let first = default.split(',').next().unwrap_or_default();
        let pool: &[&str] = match (first.parse::<u64>(), first.parse::<f64>()) {
            _ if flag.name == "--seeds" => &SEEDS,
            // As many as there may be is a run of its own length.
            _ if flag.name == "--steps" && flag.help.ends_with("at the most") => &WHOLE[..8],
            (Ok(_), _) => &WHOLE,
            (_, Ok(_)) => &REAL,
            _ => &WORDS,
        };
        // A long list of long numbers is a large network, and a run of hours.
        let short = &pool[..pool.len().min(10)];
        let mut values = vec![self.one_of(pool)];
        if default.contains(',') {
            values = (0..1 + self.below(4)).map(|_| self.one_of(short)).collect();
            if default.starts_with("2,") && self.below(2) == 0 {
                values = [vec!["2"], values, vec!["1"]].concat();
            }
        }
        match flag.takes_value {
            true => format!("{}={}", flag.name, values.join(",")),
            false => flag.name.clone(),
        }
    }
}

struct Job {
    number: usize,
    name: String,
    flags: Vec<String>,
    typed: Vec<String>,
}

impl Job {
    fn draw(number: usize, examples: &[Short], chance: &mut Chance) -> Self {
        let example = &examples[chance.below(examples.len())];
        let flags: Vec<&Flag> = example
            .flags
            .iter()
            .filter(|flag| flag.name != "--out")
            .collect();
        let count = 1 + chance.below(3);
        let changed: BTreeSet<usize> = (0..count).map(|_| chance.below(flags.len())).collect();
        let names: Vec<&str> = changed
            .iter()
            .map(|&index| flags[index].name.as_str())
            .collect();
        Self {
            number,
            name: example.name.clone(),
            flags: example.but(&names),
            typed: changed
                .iter()
                .map(|&index| chance.typed(flags[index]))
                .collect(),
        }
    }

    /// Runs it, with four gigabytes of memory where the system has a way to say so.
    fn run(&self) -> Output {
        let out = folder(&format!("random-{}", self.number));
        let program = example(&self.name);
        let mut run = Command::new(program.get_program());
        if cfg!(unix) {
            run = Command::new("sh");
            run.args(["-c", "ulimit -v 4194304; exec \"$0\" \"$@\""])
                .arg(program.get_program());
        }
        run.args(&self.flags)
            .args(&self.typed)
            .arg("--out")
            .arg(&out);
        let output = run.output().unwrap();
        let _ = std::fs::remove_dir_all(&out);
        output
    }

    fn complaint(&self) -> Option<String> {
        let typed = self.typed.join(" ");
        println!("{}: {} {typed}", self.number, self.name);
        let output = self.run();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let lines = stderr.lines().filter(|line| !line.starts_with("note: "));
        let lines: Vec<&str> = lines.collect();
        let names_a_flag =
            |line: &str| line.contains("--") || line.starts_with("error: no data in ");
        let fine = match (output.status.code(), lines.as_slice()) {
            (Some(0), []) => !stdout.is_empty(),
            // What diverges cannot be known before it does.
            (Some(1), [line]) if line.starts_with("error: the run diverged ") => true,
            (Some(1), [line]) => {
                line.starts_with("error: ") && names_a_flag(line) && stdout.is_empty()
            }
            (Some(2), [line, ..]) => line.starts_with("error: ") && names_a_flag(line),
            _ => false,
        };
        let told = || {
            format!(
                "{} {typed}: {:?}, {} bytes shown, and\n{stderr}",
                self.name,
                output.status,
                stdout.len()
            )
        };
        (!fine).then(told)
    }
}

fn given(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
    )
}

#[test]
fn odd_flags_end_in_output_or_in_one_sentence_under_their_name() {
    let (seed, runs) = (given("RANDOM_FLAGS").unwrap_or(1), given("RANDOM_RUNS"));
    println!("RANDOM_FLAGS={seed}");
    let examples: Vec<Short> = Short::all()
        .filter(|example| runs.is_some() || !SLOW.contains(&example.name.as_str()))
        .collect();
    let mut chance = Chance(Gaussian::from_seed(seed));
    let jobs: Vec<Job> = (0..runs.unwrap_or(60) as usize)
        .map(|number| Job::draw(number, &examples, &mut chance))
        .collect();
    let complaints = run_all(&jobs, |job| Ok(job.complaint())).unwrap();
    let complaints: Vec<String> = complaints.into_iter().flatten().collect();
    assert!(
        complaints.is_empty(),
        "with seed {seed}:\n{}",
        complaints.join("\n")
    );
}
