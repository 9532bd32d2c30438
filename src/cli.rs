//! The command line of the examples.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser};

use crate::evidence::Evidence;
use crate::{Error, Result, progress};

#[derive(Parser)]
struct Flags<K: Args> {
    #[command(flatten)]
    knobs: K,
    /// Folder for the figures [default: out/<name of the example>, in the project]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs an example: reads its flags, shows its evidence on stdout, writes its figures to the `--out` folder.
///
/// `name` is the example's, `about` one sentence for `--help`. With other settings than the default ones it says on
/// stderr that the output is not the book's. An error is printed to stderr as one sentence; the exit code tells. When
/// whatever reads stdout has seen enough and gone, the run ends in silence, and that is no failure.
pub fn run<K>(
    name: &'static str,
    about: &'static str,
    experiment: impl FnOnce(K, &mut Evidence) -> Result<()>,
) -> ExitCode
where
    K: Args + Default + PartialEq,
{
    let typed = command::<K>(name, about).get_matches();
    let flags = match Flags::<K>::from_arg_matches(&typed) {
        Ok(flags) => flags,
        Err(error) => error.exit(),
    };
    let out = flags
        .out
        .unwrap_or_else(|| project().join("out").join(name));
    if flags.knobs != K::default() {
        say("note: these are not the default settings, so the output is not the book's");
    }
    progress::draw_on_terminals();
    let attempt = || experiment(flags.knobs, &mut Evidence::terminal(&out)?);
    match attempt() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if has_no_reader(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {}", sentence(&error, &typed, &out)));
            ExitCode::FAILURE
        }
    }
}

fn command<K: Args>(name: &'static str, about: &'static str) -> Command {
    let room = u64::from(u32::MAX);
    let command = Flags::<K>::command()
        .name(name)
        .about(about)
        // Else `--help` opens with what the code says of its settings.
        .long_about(None::<&str>)
        .after_help("The defaults are the book's; with another value the output is not what its pages show.")
        // `--mass -2` is a mass that is refused, not an unknown flag `-2`.
        .mut_args(|arg| arg.allow_negative_numbers(true));
    if command.get_arguments().all(|arg| arg.get_id() != "seed") {
        return command;
    }
    // An experiment counts further seeds up from the first.
    command.mut_arg("seed", |seed| {
        seed.value_parser(clap::value_parser!(u64).range(..=room))
    })
}

/// The folder of the project whose example cargo runs, from wherever that is; empty, the folder the program is started
/// in, where that is the same or no cargo runs it.
fn project() -> PathBuf {
    let project = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = env::current_dir().ok();
    project
        .filter(|project| Some(project) != here.as_ref())
        .unwrap_or_default()
}

/// Whether whatever read stdout has gone, as `head` does.
fn has_no_reader(error: &Error) -> bool {
    matches!(error, Error::Write { path, source }
        if path == Path::new("<stdout>") && source.kind() == io::ErrorKind::BrokenPipe)
}

/// The error, with the flag as it is typed where it is about one, and with the way out where the command line has one.
fn sentence(error: &Error, typed: &ArgMatches, out: &Path) -> String {
    if let Error::Setting { setting, why, .. } = error
        && let Ok(Some(values)) = typed.try_get_raw(setting)
    {
        let values: Vec<_> = values.map(|value| value.to_string_lossy()).collect();
        let (flag, value) = (setting.replace('_', "-"), values.join(","));
        return format!("--{flag} {value} {why}");
    }
    let way_out = match error {
        Error::Write { path, .. } if path == Path::new("<stdout>") => "; send it elsewhere",
        Error::Write { path, .. } if path.starts_with(out) => "; choose another folder with --out",
        _ => "",
    };
    format!("{error}{way_out}")
}

/// A line on stderr. When nobody reads that, there is nobody to tell.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_figure_s_file_is_helped_by_another_folder() {
        let full = |path: &str| Error::Write {
            path: path.into(),
            source: io::ErrorKind::StorageFull.into(),
        };
        let sentence =
            |path: &str| sentence(&full(path), &ArgMatches::default(), Path::new("out/x"));
        assert!(sentence("out/x/loss.svg").ends_with("; choose another folder with --out"));
        assert!(sentence("<stdout>").ends_with("; send it elsewhere"));
        assert!(!sentence("elsewhere/network.json").contains(';'));
    }

    #[test]
    fn a_setting_is_named_as_its_flag_is_typed() {
        let command = command::<crate::learning::Fit>("x", "Fits");
        let typed = command.get_matches_from(["x", "--hidden", "2,99"]);
        let sentence = |setting, value: &str| {
            let error = Error::setting(setting, value, "is too much");
            sentence(&error, &typed, Path::new("out/x"))
        };
        assert_eq!(sentence("hidden", "[2, 99]"), "--hidden 2,99 is too much");
        assert_eq!(sentence("no_flag", "7"), "no_flag = 7 is too much");
    }
}
