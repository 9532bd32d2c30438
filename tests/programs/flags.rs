//! The flags of the examples, and short runs of them.

use super::{example, folder, names, text};

/// A flag as `-h` tells of it.
#[derive(Debug)]
pub struct Flag {
    pub name: String,
    pub takes_value: bool,
    pub help: String,
    pub default: Option<String>,
}

impl Flag {
    /// The flags of an example, but for `--help`.
    pub fn all_of(example_name: &str) -> Vec<Self> {
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
    pub fn other(&self, value: Option<&str>) -> String {
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

/// Flags that make a run short, for the examples that have them. A list is of the widths of a network, but in chapter 4.
const SHORT: [&str; 25] = [
    "--seeds=1",
    "--steps=40",
    "--epochs=200",
    "--as-found=1",
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
    "--states=30",
    "--seconds=0.2",
    "--per-period=24",
    "--recordings=3",
    "--orbits=3",
    "--members=2",
];

/// A run's way to its end, what it said, and what it showed, figures included.
pub struct Shown {
    pub succeeded: bool,
    pub stderr: String,
    pub exhibits: String,
}

impl Shown {
    pub fn by(example_name: &str, flags: &[String], out: &str) -> Self {
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
    pub fn assert_refused(&self, flag: &str, typed: &str) {
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

/// An example, and its flags for a short run.
pub struct Short {
    pub name: String,
    pub flags: Vec<Flag>,
}

impl Short {
    pub fn all() -> impl Iterator<Item = Self> {
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

    /// The flags of a short run, without those that are changed.
    pub fn but(&self, changed: &[&str]) -> Vec<String> {
        let others = self.flags.iter();
        let others = others.filter(|flag| !changed.contains(&flag.name.as_str()));
        let set = |flag: &Flag| Some(format!("{}={}", flag.name, self.value(flag)?));
        others.filter_map(set).collect()
    }

    /// Runs it for each flag but `--out`, changed to each of the values that `others` has for it and its value so far.
    pub fn changed(
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
            let flags = [self.but(&[flag]), vec![other.clone()]].concat();
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
