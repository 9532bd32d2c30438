//! An outside command: echoed before it runs, its failure wrapped in what was being attempted.

use std::env;
use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anstream::eprintln;
use anstyle::{Effects, Style};
use anyhow::{Context, Result, bail};

/// How the names of variables begin with which a caller's environment could weaken a check, so that no program is handed
/// one, unless the task itself sets it: insta accepts what differs (`INSTA_FORCE_PASS`), `node --test` tries nothing
/// (`NODE_TEST_CONTEXT`) or a part (`NODE_OPTIONS`), Python skips assertions (`PYTHONOPTIMIZE`), mdBook takes another
/// configuration, and `cargo fmt` and `cargo doc` run another program.
const WEAKENING: &[&str] = &[
    "CARGO_BUILD_RUSTDOC",
    "CARGO_ENCODED_RUSTDOCFLAGS",
    "CLIPPY_",
    "EVCXR_",
    "INSTA_",
    "MDBOOK_",
    "NODE_OPTIONS",
    "NODE_TEST_",
    "PLAYWRIGHT_",
    "PWDEBUG",
    "PW_",
    "PYTHONHOME",
    "PYTHONOPTIMIZE",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUSTDOC",
    "RUSTFMT",
];

/// Whether a variable of this name could weaken a check: in the list above, or a program that cargo starts tests with.
fn weakens(name: &str) -> bool {
    let is_runner = name.starts_with("CARGO_TARGET_") && name.ends_with("_RUNNER");
    is_runner || WEAKENING.iter().any(|start| name.starts_with(start))
}

/// Runs `command` in the foreground and waits for it, without what could weaken a check in the environment.
///
/// `attempt` completes the sentence "failed ...": `to build the book`.
pub fn run(attempt: &str, command: &mut Command) -> Result<()> {
    for (name, _) in env::vars_os() {
        let is_set_here = command.get_envs().any(|(set, _)| set == name);
        if !is_set_here && name.to_str().is_some_and(weakens) {
            eprintln!(
                "{} is not passed on: it could weaken a check",
                name.display()
            );
            command.env_remove(name);
        }
    }
    let line = typed(command);
    let dim = Style::new().effects(Effects::DIMMED);
    eprintln!("{dim}$ {line}{dim:#}");
    let status = command
        .status()
        .with_context(|| format!("failed {attempt}: `{line}` could not be started"))?;
    if !status.success() {
        bail!("failed {attempt}: `{line}` ended with {status}");
    }
    Ok(())
}

/// What a program prints when it is asked this, without a word to whoever waits; nothing if it fails or is not there.
pub fn answer(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let asked = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output();
    let answer = asked.ok().filter(|answer| answer.status.success())?;
    Some(String::from_utf8_lossy(&answer.stdout).into_owned())
}

/// A command as one would type it into a shell, with the environment variables it sets.
fn typed(command: &Command) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:@+,%\\".contains(c);
    let word = |word: &OsStr| match word.to_string_lossy() {
        word if !word.is_empty() && word.chars().all(plain) => word.into_owned(),
        word => format!("'{word}'"),
    };
    let set = command.get_envs().filter_map(|(name, value)| {
        let value = word(value?);
        Some(format!("{}={value}", name.display()))
    });
    let words = [command.get_program()]
        .into_iter()
        .chain(command.get_args());
    set.chain(words.map(word)).collect::<Vec<_>>().join(" ")
}
