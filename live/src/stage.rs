//! A figure that a page has on it, asked in words and answered in JSON.
//!
//! ```text
//! begin         its knobs, what may be said of a file, and what can be dragged
//! turn 3 0 2    the knobs stand at these places; then as for an advance
//! advance 20    steps taken, and in all
//! draw          drawings with their titles, tables, and what they say
//! read          a file: its name, what is said of it and its bytes on the lines that follow; then as for an advance
//! ```
//!
//! An answer that is `{"error": "..."}` is a sentence for the reader.

use hnn::evidence::{self, Table};
use serde::Serialize;

use crate::{Experiment, Figure, Given, Handle, Knob, Places};

/// A figure and, once it has begun, its experiment.
pub struct Stage {
    figure: &'static Figure,
    begun: Option<Begun>,
}

struct Begun {
    knobs: Vec<Knob>,
    experiment: Box<dyn Experiment>,
}

// Written without a tree of values between: that would bring all of JSON into the module.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Begun {
        knobs: Vec<Knob>,
        reads: &'static [(&'static str, &'static str)],
        handle: Option<Handle>,
    },
    Gone {
        taken: usize,
        all: usize,
    },
    Drawn {
        figures: Vec<Drawn>,
        tables: Vec<Listed>,
        says: String,
    },
    Refused {
        error: String,
    },
}

#[derive(Serialize)]
struct Drawn {
    title: String,
    svg: String,
}

#[derive(Serialize)]
struct Listed {
    name: &'static str,
    /// The headings first.
    rows: Vec<Vec<String>>,
}

impl Listed {
    fn of((name, table): (&'static str, Table)) -> Self {
        let rows = std::iter::once(table.headings()).chain(table.rows().iter().map(Vec::as_slice));
        let plain = |row: &[String]| row.iter().map(|cell| cell.replace("\\|", "|")).collect();
        Self {
            name,
            rows: rows.map(plain).collect(),
        }
    }
}

impl Stage {
    /// Before the figure has begun.
    pub const fn of(figure: &'static Figure) -> Self {
        let begun = None;
        Self { figure, begun }
    }

    /// Answers a question.
    pub fn answer(&mut self, question: &[u8]) -> String {
        let answer = match question.strip_prefix(b"read\n") {
            Some(file) => self.read(file),
            None => self.answer_in_words(&String::from_utf8_lossy(question)),
        };
        let answer = answer.unwrap_or_else(|error| Answer::Refused { error });
        serde_json::to_string(&answer).expect("an answer is of words and numbers")
    }

    fn answer_in_words(&mut self, question: &str) -> Result<Answer, String> {
        let mut words = question.split(' ');
        let verb = words.next().unwrap_or_default();
        let numbers: Result<Vec<usize>, _> = words.map(str::parse).collect();
        let numbers = numbers.map_err(|error| format!("`{question}`: {error}"))?;
        if verb == "begin" {
            let begun = Begun::new(self.figure).map_err(|error| error.to_string())?;
            let answer = begun.tell();
            self.begun = Some(begun);
            return Ok(answer);
        }
        let begun = self.begun()?;
        let answer = match (verb, &numbers[..]) {
            ("turn", _) if begun.is_possible(&numbers) => begun.experiment.turn(&Places(numbers)),
            ("advance", &[steps]) => begun.experiment.advance(steps),
            ("draw", []) => return begun.draw().map_err(|error| error.to_string()),
            _ => return Err(format!("`{question}` is no question")),
        };
        answer.map_err(|error| error.to_string())?;
        Ok(begun.gone())
    }

    fn read(&mut self, file: &[u8]) -> Result<Answer, String> {
        let begun = self.begun()?;
        let count = begun.experiment.reads().len();
        let mut lines = file.splitn(count + 2, |&byte| byte == b'\n');
        let mut line = || lines.next().unwrap_or_default();
        let word = |line| std::str::from_utf8(line).map_err(|error| error.to_string());
        let name = word(line())?;
        let said: Result<Vec<&str>, String> = (0..count).map(|_| word(line())).collect();
        let (said, bytes) = (said?, line());
        let read = begun.experiment.read(&Given { name, said, bytes });
        read.map_err(|error| error.to_string())?;
        Ok(begun.gone())
    }

    fn begun(&mut self) -> Result<&mut Begun, String> {
        let begun = self.begun.as_mut();
        begun.ok_or_else(|| "the figure has not begun".to_owned())
    }
}

impl Begun {
    fn new(figure: &Figure) -> hnn::Result<Self> {
        let knobs = (figure.knobs)();
        let experiment = (figure.begin)(&Places::start(&knobs))?;
        Ok(Self { knobs, experiment })
    }

    fn tell(&self) -> Answer {
        Answer::Begun {
            knobs: self.knobs.clone(),
            reads: self.experiment.reads(),
            handle: self.experiment.handle(),
        }
    }

    fn gone(&self) -> Answer {
        let (taken, all) = self.experiment.progress();
        Answer::Gone { taken, all }
    }

    /// Whether every knob has such a place.
    fn is_possible(&self, places: &[usize]) -> bool {
        let mut pairs = self.knobs.iter().zip(places);
        places.len() == self.knobs.len() && pairs.all(|(knob, &at)| at < knob.places.len())
    }

    fn draw(&self) -> hnn::Result<Answer> {
        let figures = self.experiment.draw()?;
        let drawn = |figure: &evidence::Figure| Drawn {
            title: figure.title().to_owned(),
            svg: figure.drawing(),
        };
        Ok(Answer::Drawn {
            figures: figures.iter().map(drawn).collect(),
            tables: self
                .experiment
                .tables()
                .into_iter()
                .map(Listed::of)
                .collect(),
            says: self.experiment.says(),
        })
    }
}
