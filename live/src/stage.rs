//! A figure that a page has on it, asked in words and answered in JSON.
//!
//! ```text
//! begin         its knobs
//! turn 3 0 2    the knobs stand at these places; then as for an advance
//! advance 20    steps taken, and in all
//! draw          drawings with their titles, and what they say
//! ```
//!
//! An answer that is `{"error": "..."}` is a sentence for the reader.

use hnn::evidence;
use serde::Serialize;

use crate::{Experiment, Figure, Knob, Places};

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
    Begun { knobs: Vec<Knob> },
    Gone { taken: usize, all: usize },
    Drawn { figures: Vec<Drawn>, says: String },
    Refused { error: String },
}

#[derive(Serialize)]
struct Drawn {
    title: String,
    svg: String,
}

impl Stage {
    /// Before the figure has begun.
    pub const fn of(figure: &'static Figure) -> Self {
        let begun = None;
        Self { figure, begun }
    }

    /// Answers a question.
    pub fn answer(&mut self, question: &str) -> String {
        let answer = self.answer_in_words(question);
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
            let knobs = begun.knobs.clone();
            self.begun = Some(begun);
            return Ok(Answer::Begun { knobs });
        }
        let begun = self.begun.as_mut();
        let begun = begun.ok_or_else(|| format!("`{question}` before the figure has begun"))?;
        let answer = match (verb, &numbers[..]) {
            ("turn", _) if begun.is_possible(&numbers) => begun.experiment.turn(&Places(numbers)),
            ("advance", &[steps]) => begun.experiment.advance(steps),
            ("draw", []) => return begun.draw().map_err(|error| error.to_string()),
            _ => return Err(format!("`{question}` is no question")),
        };
        answer.map_err(|error| error.to_string())?;
        let (taken, all) = begun.experiment.progress();
        Ok(Answer::Gone { taken, all })
    }
}

impl Begun {
    fn new(figure: &Figure) -> hnn::Result<Self> {
        let knobs = (figure.knobs)();
        let experiment = (figure.begin)(&Places::start(&knobs))?;
        Ok(Self { knobs, experiment })
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
            says: self.experiment.says(),
        })
    }
}
