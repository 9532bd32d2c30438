//! Where evidence goes: a terminal, Jupyter, or a test.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Exhibit;
use crate::{Error, Result};

/// Receives what an experiment shows.
#[derive(Debug)]
pub struct Evidence {
    sink: Sink,
    shown: Vec<Shown>,
}

#[derive(Debug)]
enum Sink {
    Terminal { folder: PathBuf },
    Jupyter,
    Collected,
}

/// One exhibit under its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The name that the experiment gave it, unique in the experiment.
    pub name: String,
    /// The exhibit.
    pub exhibit: Exhibit,
}

impl Evidence {
    /// Prints to stdout and writes figures to `folder`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] if the folder cannot be made or written to: found out now, not after the experiment.
    pub fn terminal(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let attempt = || {
            fs::create_dir_all(&folder)?;
            probe(&folder)
        };
        attempt().map_err(Error::write(&folder))?;
        Ok(Self::of(Sink::Terminal { folder }))
    }

    /// Displays in a notebook with the evcxr kernel, one exhibit a cell: of several it keeps the last of each MIME type.
    pub fn jupyter() -> Self {
        Self::of(Sink::Jupyter)
    }

    /// Shows nothing; [`Evidence::shown`] has it all.
    pub fn collected() -> Self {
        Self::of(Sink::Collected)
    }

    fn of(sink: Sink) -> Self {
        Self {
            sink,
            shown: Vec::new(),
        }
    }

    /// Everything shown so far.
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// Shows an exhibit under a name. Given the attempt to draw a figure, it says where the figure would be that there is none.
    ///
    /// # Errors
    ///
    /// Those of the attempt that are not about drawing;
    /// [`Error::Setting`] if the name is taken, except in Jupyter, where a cell may run twice; [`Error::Write`] if a
    /// figure or stdout cannot be written.
    pub fn show<E: TryInto<Exhibit>>(&mut self, name: &str, exhibit: E) -> Result<()>
    where
        Error: From<E::Error>,
    {
        let exhibit = exhibit.try_into()?;
        match &self.sink {
            Sink::Jupyter => display(&exhibit).map_err(Error::write("<stdout>")),
            Sink::Terminal { .. } | Sink::Collected
                if self.shown.iter().any(|shown| shown.name == name) =>
            {
                let why = "was shown already: an exhibit's name is unique";
                Err(Error::setting("name", name, why))
            }
            Sink::Terminal { folder } => print(name, &exhibit, folder),
            Sink::Collected => Ok(()),
        }?;
        self.shown.push(Shown {
            name: name.to_string(),
            exhibit,
        });
        Ok(())
    }

    /// Keeps a file beside the figures and says where. Only a terminal has a folder for it.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] if the file or stdout cannot be written.
    pub fn keep(&self, name: &str, contents: &str) -> Result<()> {
        let Sink::Terminal { folder } = &self.sink else {
            return Ok(());
        };
        let path = folder.join(name);
        fs::write(&path, contents).map_err(Error::write(&path))?;
        say(&format!("File: {}\n\n", path.display()))
    }
}

fn say(text: &str) -> Result<()> {
    let said = io::stdout().lock().write_all(text.as_bytes());
    said.map_err(Error::write("<stdout>"))
}

fn print(name: &str, exhibit: &Exhibit, folder: &Path) -> Result<()> {
    let mut text = format!("{}\n\n", exhibit.text());
    if let Exhibit::Figure(figure) = exhibit {
        let path = folder.join(format!("{name}.svg"));
        fs::write(&path, figure.svg()).map_err(Error::write(&path))?;
        text = format!("Figure: {}\n  {}\n\n", figure.title(), path.display());
    }
    say(&text)
}

/// Proves that files can be written in a folder.
fn probe(folder: &Path) -> io::Result<()> {
    let file = folder.join(format!(".writable.{}", std::process::id()));
    fs::write(&file, "")?;
    fs::remove_file(&file)
}

/// evcxr's display protocol: blocks of stdout that name their MIME type and become the cell's result, which holds one of
/// each type. What is printed without such a block is handed on beside the result, and its last line sometimes after the
/// kernel has said that the cell is done: then it is lost (of 6,300 cells on two busy cores once, with evcxr 0.22.0).
fn display(exhibit: &Exhibit) -> io::Result<()> {
    let block = |mime: &str, content: &str| {
        format!("EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT\n")
    };
    let text = exhibit.text();
    let rich = match exhibit {
        Exhibit::Text(_) | Exhibit::Facts(_) => String::new(),
        Exhibit::Table(_) => block("text/markdown", &text),
        Exhibit::Figure(figure) => block("image/svg+xml", figure.svg()),
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all((rich + &block("text/plain", &text)).as_bytes())?;
    stdout.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Figure;

    #[test]
    fn a_name_is_shown_once() {
        let mut evidence = Evidence::collected();
        evidence.show("losses", "one".to_string()).unwrap();
        let error = evidence.show("losses", "two".to_string()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "name = losses was shown already: an exhibit's name is unique"
        );
        assert_eq!(evidence.shown().len(), 1);
    }

    #[test]
    fn a_figure_that_cannot_be_drawn_is_a_sentence_in_its_place_and_another_error_is_one() {
        let mut evidence = Evidence::collected();
        let error = Error::Figure {
            title: "Loss".into(),
            why: "a loss of 0 has no logarithm".into(),
        };
        evidence.show("loss", Err::<Figure, _>(error)).unwrap();
        let sentence = "No figure: cannot draw the figure `Loss`: a loss of 0 has no logarithm";
        assert_eq!(evidence.shown()[0].exhibit.text(), sentence);
        let error = Error::setting("steps", 0, "trains nothing");
        assert!(evidence.show("race", Err::<Figure, _>(error)).is_err());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_found_out_before_the_experiment() {
        let file = std::env::temp_dir().join(format!("hnn-not-a-folder-{}", std::process::id()));
        fs::write(&file, "").unwrap();
        let error = Evidence::terminal(&file).unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        fs::remove_file(&file).unwrap();
    }
}
