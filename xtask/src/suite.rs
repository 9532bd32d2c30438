//! A run of test steps: a header and a time for each, and a summary that says what to do.

use std::env;
use std::io::Write;
use std::time::{Duration, Instant};

use anstream::eprintln;
use anstyle::{AnsiColor, Style};
use anyhow::{Context, Error, Result, bail};

use crate::jupyter;
use crate::missing::Missing;
use crate::project::Project;
use crate::step::{EXECUTED, Step};

/// How many of the slowest notebooks the summary names.
const SLOWEST: usize = 5;

/// How a step ended.
#[derive(Debug)]
enum Outcome {
    Passed,
    /// It needs something that is not there, and this is not CI.
    Skipped(Error),
    Failed(Error),
}

impl Outcome {
    /// In CI everything can be set up, so what is missing there is a failure.
    fn of(result: Result<()>, in_ci: bool) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(error) if error.is::<Missing>() && !in_ci => Self::Skipped(error),
            Err(error) => Self::Failed(error),
        }
    }

    fn style(&self) -> Style {
        let colour = match self {
            Self::Passed => AnsiColor::Green,
            Self::Skipped(_) => AnsiColor::Yellow,
            Self::Failed(_) => AnsiColor::Red,
        };
        colour.on_default().bold()
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Skipped(_) => "skipped",
            Self::Failed(_) => "FAILED",
        }
    }

    fn error(&self) -> Option<&Error> {
        match self {
            Self::Passed => None,
            Self::Skipped(error) | Self::Failed(error) => Some(error),
        }
    }
}

struct Report {
    step: Step,
    outcome: Outcome,
    time: Duration,
}

impl Report {
    fn print(&self) {
        let Self {
            step,
            outcome,
            time,
        } = self;
        let style = outcome.style();
        let (word, name) = (outcome.word(), step.name());
        let message = outcome.error().map(ToString::to_string).unwrap_or_default();
        let headline = message.lines().next().unwrap_or_default();
        let line = format!("{name:<10} {:>7.1} s   {headline}", time.as_secs_f64());
        eprintln!("{style}{word:>8}{style:#}  {}", line.trim_end());
    }
}

/// Runs `steps`, all of them even after a failure, and fails if one did. Where `notebooks` are named, only those are
/// executed.
pub fn run(project: &Project, steps: &[Step], notebooks: &[String]) -> Result<()> {
    let in_ci = in_ci();
    let heading = Style::new().bold();
    // A name that no notebook has is found out before the first step.
    for name in notebooks {
        jupyter::notebook(project, name)?;
    }
    let started = Instant::now();
    let mut reports = Vec::new();
    for &step in steps {
        let started = Instant::now();
        eprintln!(
            "\n{heading}== {}: {}{heading:#}",
            step.name(),
            step.describe()
        );
        let outcome = Outcome::of(step.run(project, notebooks), in_ci);
        let style = outcome.style();
        if let Some(error) = outcome.error() {
            eprintln!("{style}{}{style:#}", chain(error));
        }
        let time = started.elapsed();
        eprintln!(
            "{style}{}{style:#} after {:.1} s",
            outcome.word(),
            time.as_secs_f64()
        );
        reports.push(Report {
            step,
            outcome,
            time,
        });
    }

    eprintln!("\n{heading}== summary{heading:#}");
    for report in &reports {
        report.print();
        if report.step == Step::Notebooks {
            let seconds = jupyter::seconds(&project.path(EXECUTED)).into_iter();
            for (name, seconds) in seconds.take(SLOWEST) {
                eprintln!("          {seconds:>18.1} s   {name}");
            }
        }
    }
    let names = |wanted: fn(&Outcome) -> bool| -> Vec<String> {
        let reports = reports.iter().filter(|report| wanted(&report.outcome));
        reports.map(|report| report.step.name()).collect()
    };
    let passed = names(|outcome| matches!(outcome, Outcome::Passed));
    let skipped = names(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let failed = names(|outcome| matches!(outcome, Outcome::Failed(_)));
    let total = started.elapsed().as_secs_f64();
    eprintln!(
        "{} passed, {} skipped, {} failed in {total:.1} s",
        passed.len(),
        skipped.len(),
        failed.len()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn missing() -> Result<()> {
        Err(Missing::new("Chromium", "install it").into())
    }

    #[test]
    fn what_is_missing_skips_a_step_at_home_and_fails_it_in_ci() {
        assert!(matches!(Outcome::of(missing(), false), Outcome::Skipped(_)));
        assert!(matches!(Outcome::of(missing(), true), Outcome::Failed(_)));
        let other = || Err(anyhow::anyhow!("broken"));
        assert!(matches!(Outcome::of(other(), false), Outcome::Failed(_)));
    }

    #[test]
    fn a_failure_shows_the_cause_and_then_the_way_out() {
        let error = anyhow::anyhow!("failed to format: `cargo fmt` ended with exit status: 1")
            .context("run `cargo fmt`");
        assert_eq!(
            chain(&error),
            "failed to format: `cargo fmt` ended with exit status: 1\nrun `cargo fmt`"
        );
    }
}
