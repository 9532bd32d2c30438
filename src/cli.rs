//! The command line of the examples.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser};

use crate::Result;
use crate::evidence::Evidence;
use crate::progress;

#[derive(Parser)]
struct Flags<K: Args> {
    #[command(flatten)]
    knobs: K,
    /// Folder for the figures [default: out/<name of the example>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs an example: reads its flags, shows its evidence on stdout, writes its figures to the `--out` folder.
///
/// `name` is the example's, `about` one sentence for `--help`. With other settings than the default ones it says on
/// stderr that the output is not the book's. An error is printed to stderr as one sentence; the exit code tells.
pub fn run<K>(
    name: &'static str,
    about: &'static str,
    experiment: impl FnOnce(K, &mut Evidence) -> Result<()>,
) -> ExitCode
where
    K: Args + Default + PartialEq,
{
    let command = Flags::<K>::command().name(name).about(about);
    let flags = match Flags::<K>::from_arg_matches(&command.get_matches()) {
        Ok(flags) => flags,
        Err(error) => error.exit(),
    };
    let out = flags.out.unwrap_or_else(|| ["out", name].iter().collect());
    if flags.knobs != K::default() {
        eprintln!("note: these are not the default settings, so the output is not the book's");
    }
    progress::draw_on_terminals();
    let attempt = || experiment(flags.knobs, &mut Evidence::terminal(out)?);
    match attempt() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
