//! The figures that a page has on it, asked in words and answered in JSON.
//!
//! ```text
//! rate begin         its knobs
//! rate turn 3 0 2    the knobs stand at these places; then as for an advance
//! rate advance 20    steps taken, and in all
//! rate draw          drawings with their titles, and what they say
//! ```
//!
//! An answer that is `{"error": "..."}` is a sentence for the reader.

use std::collections::BTreeMap;

use hnn::evidence;
use serde_json::{Value, json};

use crate::{Experiment, FIGURES, Figure, Knob, Places};

/// The figures that have begun.
#[derive(Default)]
pub struct Stage {
    begun: BTreeMap<String, Begun>,
}

struct Begun {
    knobs: Vec<Knob>,
    experiment: Box<dyn Experiment>,
}

impl Stage {
    /// Answers a question.
    pub fn answer(&mut self, question: &str) -> String {
        let answer = self.answer_in_words(question);
        answer
            .unwrap_or_else(|error| json!({ "error": error }))
            .to_string()
    }

    fn answer_in_words(&mut self, question: &str) -> Result<Value, String> {
        let mut words = question.split(' ');
        let name = words.next().unwrap_or_default();
        let verb = words.next().unwrap_or_default();
        let numbers: Result<Vec<usize>, _> = words.map(str::parse).collect();
        let numbers = numbers.map_err(|error| format!("`{question}`: {error}"))?;
        if verb == "begin" {
            let figure = FIGURES.iter().find(|figure| figure.name == name);
            let figure = figure.ok_or_else(|| format!("there is no figure `{name}`"))?;
            let begun = Begun::new(figure).map_err(|error| error.to_string())?;
            let answer = begun.tell();
            self.begun.insert(name.to_owned(), begun);
            return Ok(answer);
        }
        let begun = self.begun.get_mut(name);
        let begun = begun.ok_or_else(|| format!("the figure `{name}` has not begun"))?;
        let answer = match (verb, &numbers[..]) {
            ("turn", _) if begun.is_possible(&numbers) => begun.experiment.turn(&Places(numbers)),
            ("advance", &[steps]) => begun.experiment.advance(steps),
            ("draw", []) => return begun.draw().map_err(|error| error.to_string()),
            _ => return Err(format!("`{question}` is no question")),
        };
        answer.map_err(|error| error.to_string())?;
        let (taken, all) = begun.experiment.progress();
        Ok(json!({ "taken": taken, "all": all }))
    }
}

impl Begun {
    fn new(figure: &Figure) -> hnn::Result<Self> {
        let knobs = (figure.knobs)();
        let experiment = (figure.begin)(&Places::start(&knobs))?;
        Ok(Self { knobs, experiment })
    }

    fn tell(&self) -> Value {
        let knobs = self.knobs.iter().map(|knob| {
            json!({
                "name": knob.name,
                "label": knob.label,
                "places": knob.places,
                "start": knob.start,
                "choice": knob.is_choice,
            })
        });
        json!({ "knobs": knobs.collect::<Vec<_>>() })
    }

    /// Whether every knob has such a place.
    fn is_possible(&self, places: &[usize]) -> bool {
        let mut pairs = self.knobs.iter().zip(places);
        places.len() == self.knobs.len() && pairs.all(|(knob, &at)| at < knob.places.len())
    }

    fn draw(&self) -> hnn::Result<Value> {
        let figures: Vec<Value> = self.experiment.draw()?.iter().map(shown).collect();
        Ok(json!({ "figures": figures, "says": self.experiment.says() }))
    }
}

fn shown(figure: &evidence::Figure) -> Value {
    json!({ "title": figure.title(), "svg": figure.drawing() })
}
