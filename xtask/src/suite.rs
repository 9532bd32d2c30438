//! A run of test steps: a header and a time for each, and a summary that says what to do.

use std::env;
use std::io::Write;
use std::time::Instant;

use anstream::eprintln;
use anstyle::{AnsiColor, Style};
use anyhow::{Context, Error, Result, bail};

use crate::jupyter;
use crate::missing::Missing;
use crate::project::Project;
use crate::step::{EXECUTED, Step, Wish};

/// How many of the slowest notebooks the summary names.
const SLOWEST: usize = 5;

/// How a step ended, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// It needs something that is not there, and this is not CI.
    Skipped,
    Failed,
}

impl Outcome {
    /// In CI everything can be set up, so what is missing there is a failure.
    fn of(result: &Result<()>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(error) if error.is::<Missing>() && !in_ci() => Self::Skipped,
            Err(_) => Self::Failed,
        }
    }

    fn word(self) -> (&'static str, Style) {
        let (word, colour) = match self {
            Self::Passed => ("ok", AnsiColor::Green),
            Self::Skipped => ("skipped", AnsiColor::Yellow),
            Self::Failed => ("FAILED", AnsiColor::Red),
        };
        (word, colour.on_default().bold())
    }
}

/// Runs `steps`, all of them even after a failure, and fails if one did.
pub fn run(project: &Project, steps: &[Step], wish: &Wish) -> Result<()> {
    let heading = Style::new().bold();
    // A name that no notebook has is found out before the first step.
    for name in &wish.notebooks {
        jupyter::notebook(project, name)?;
    }
    let whole = Instant::now();
    let mut outcomes = Vec::new();
    let mut summary = Vec::new();
    for &step in steps {
        let started = Instant::now();
        let name = step.name();
        eprintln!("\n{heading}== {name}: {}{heading:#}", step.describe());
        let result = step.run(project, wish);
        let outcome = Outcome::of(&result);
        let (word, style) = outcome.word();
        let seconds = started.elapsed().as_secs_f64();
        let mut headline = String::new();
        if let Err(error) = result {
            let sentence = error.to_string();
            headline = sentence.lines().next().unwrap_or_default().to_owned();
            eprintln!("{style}{}{style:#}", chain(&error));
        }
        eprintln!("{style}{word}{style:#} after {seconds:.1} s");
        let line = format!("{name:<10} {seconds:>7.1} s   {headline}");
        summary.push(format!("{style}{word:>8}{style:#}  {}", line.trim_end()));
        if step == Step::Notebooks {
            let seconds = jupyter::seconds(&project.path(EXECUTED));
            let slowest = seconds.into_iter().take(SLOWEST);
            summary.extend(
                slowest.map(|(name, seconds)| format!("          {seconds:>18.1} s   {name}")),
            );
        }
        outcomes.push((outcome, name));
    }
    let names = |wanted: Outcome| -> Vec<&str> {
        let outcomes = outcomes.iter().filter(|(outcome, _)| *outcome == wanted);
        outcomes.map(|(_, name)| name.as_str()).collect()
    };
    let failed = names(Outcome::Failed);
    eprintln!("\n{heading}== summary{heading:#}\n{}", summary.join("\n"));
    eprintln!(
        "{} passed, {} skipped, {} failed in {:.1} s",
        names(Outcome::Passed).len(),
        names(Outcome::Skipped).len(),
        failed.len(),
        whole.elapsed().as_secs_f64()
    );
    if !failed.is_empty() {
        bail!(
            "{} failed; once mended: `cargo xtask test --only {}`",
            failed.join(" and "),
            failed.join(",")
        );
    }
    Ok(())
}

/// Prints the steps and what they prove.
pub fn list() -> Result<()> {
    let mut stdout = anstream::stdout();
    for step in Step::select(&[]) {
        writeln!(stdout, "{:<10} {}", step.name(), step.describe())
            .context("failed to print the steps: stdout takes no more")?;
    }
    Ok(())
}

/// The whole chain of an error, the way out last.
fn chain(error: &Error) -> String {
    let mut causes: Vec<_> = error.chain().map(ToString::to_string).collect();
    causes.reverse();
    causes.join("\n")
}

/// Whether this is CI, where everything can be set up.
pub fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
