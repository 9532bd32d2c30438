//! Where two notebooks differ.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// A notebook as it is on disk, whoever wrote it.
#[derive(Debug)]
pub struct Recording {
    name: String,
    cells: Vec<Cell>,
}

#[derive(Debug, PartialEq)]
struct Cell {
    kind: String,
    id: String,
    source: String,
    outputs: Outputs,
}

#[derive(Debug, Default, PartialEq)]
struct Outputs {
    /// The text of each stream and the data of each MIME type, by name; trailing newlines are gone.
    shown: Vec<(String, String)>,
    error: Option<String>,
}

impl Recording {
    /// Reads a notebook.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("failed to read {name}"))?;
        Self::parse(&name, &text)
    }

    /// Takes a notebook that messages call `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let json: Value =
            serde_json::from_str(text).with_context(|| format!("{name}: this is no notebook"))?;
        let cells = json["cells"]
            .as_array()
            .with_context(|| format!("{name}: this notebook has no cells"))?;
        Ok(Self {
            name: name.to_owned(),
            cells: cells.iter().map(Cell::parse).collect(),
        })
    }

    /// The first cell that is not what the book has, with the first line that differs; `origins` says where
    /// the book's cells come from.
    pub fn first_difference(&self, book: &Self, origins: &[String]) -> Option<String> {
        let cells = self.cells.len().max(book.cells.len());
        let at = (0..cells).find(|&at| self.cells.get(at) != book.cells.get(at))?;
        let describe =
            |recording: &Self| recording.cells.get(at).map(Cell::text).unwrap_or_default();
        let origin = origins
            .get(at)
            .map_or("past the end of the page", String::as_str);
        Some(format!(
            "{}: cell {} ({origin}) differs from the book\n{}",
            self.name,
            at + 1,
            first_differing_line(("notebook", &describe(self)), ("book", &describe(book)))
        ))
    }

    /// What came out otherwise than recorded when the notebook was run, a message a cell.
    pub fn differences_when_run(&self, executed: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        if self.cells.len() != executed.cells.len() {
            differences.push(format!(
                "{}: {} cells, but {} when run",
                self.name,
                self.cells.len(),
                executed.cells.len()
            ));
        }
        for (at, (recorded, run)) in self.cells.iter().zip(&executed.cells).enumerate() {
            let cell = format!("{}: cell {} ({})", self.name, at + 1, recorded.id);
            if recorded.source != run.source {
                let lines =
                    first_differing_line(("recorded", &recorded.source), ("run", &run.source));
                differences.push(format!("{cell} is not the code that was run\n{lines}"));
            } else if let Some(error) = &run.outputs.error {
                differences.push(format!("{cell} fails when run\n{error}"));
            } else if recorded.outputs != run.outputs {
                let lines = first_differing_line(
                    ("recorded", &recorded.outputs.text()),
                    ("run", &run.outputs.text()),
                );
                differences.push(format!("{cell} shows something else when run\n{lines}"));
            }
        }
        differences
    }
}

impl Cell {
    fn parse(cell: &Value) -> Self {
        let word = |key: &str| cell[key].as_str().unwrap_or_default().to_owned();
        Self {
            kind: word("cell_type"),
            id: word("id"),
            source: joined(&cell["source"]),
            outputs: Outputs::parse(cell["outputs"].as_array().into_iter().flatten()),
        }
    }

    fn text(&self) -> String {
        format!(
            "{} cell `{}`\n{}\n{}",
            self.kind,
            self.id,
            self.source,
            self.outputs.text()
        )
    }
}

impl Outputs {
    fn parse<'a>(outputs: impl Iterator<Item = &'a Value>) -> Self {
        let mut parsed = Self::default();
        for output in outputs {
            match output["output_type"].as_str().unwrap_or_default() {
                "stream" => {
                    let name = output["name"].as_str().unwrap_or("stdout");
                    let text = joined(&output["text"]);
                    match parsed.shown.iter_mut().find(|(known, _)| known == name) {
                        Some((_, known)) => known.push_str(&text),
                        None => parsed.shown.push((name.to_owned(), text)),
                    }
                }
                "error" => {
                    let trace = output["traceback"].as_array().into_iter().flatten();
                    let words = |key: &str| output[key].as_str().unwrap_or_default();
                    let mut error = format!("{}: {}", words("ename"), words("evalue"));
                    for line in trace.filter_map(Value::as_str) {
                        error.push('\n');
                        error.push_str(line);
                    }
                    parsed.error = Some(error);
                }
                _ => {
                    let data = output["data"].as_object().into_iter().flatten();
                    parsed
                        .shown
                        .extend(data.map(|(mime, value)| (mime.clone(), joined(value))));
                }
            }
        }
        // Whether a stream or a result is delivered first is a race.
        parsed.shown.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (_, text) in &mut parsed.shown {
            text.truncate(text.trim_end_matches('\n').len());
        }
        parsed.shown.retain(|(_, text)| !text.is_empty());
        parsed
    }

    fn text(&self) -> String {
        self.shown
            .iter()
            .map(|(name, text)| format!("[{name}]\n{text}\n"))
            .collect()
    }
}

/// Notebooks keep a text whole or as a list of its lines.
fn joined(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The first line that two texts do not share, both ways.
fn first_differing_line(
    (name, text): (&str, &str),
    (other_name, other_text): (&str, &str),
) -> String {
    const END: &str = "(nothing more)";
    let width = name.len().max(other_name.len());
    // Not `lines`, which sees no difference between line endings.
    let (mut lines, mut other_lines) = (
        text.split_terminator('\n'),
        other_text.split_terminator('\n'),
    );
    loop {
        let (line, other) = (lines.next(), other_lines.next());
        if line != other || line.is_none() {
            let shown = |line: Option<&str>| line.unwrap_or(END).replace('\r', "\\r");
            let (line, other) = (shown(line), shown(other));
            return format!("  {name:width$} | {line}\n  {other_name:width$} | {other}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn recording(outputs: Value) -> Recording {
        let cell = json!({ "cell_type": "code", "id": "loss", "source": ["a;\n", "b;"], "outputs": outputs });
        Recording::parse("chapters/a.ipynb", &json!({ "cells": [cell] }).to_string()).unwrap()
    }

    #[test]
    fn chunks_counts_and_final_newlines_do_not_matter() {
        let recorded = recording(json!([
            { "output_type": "stream", "name": "stdout", "text": ["loss 1.0\n", "loss 0.5\n"] },
            { "output_type": "execute_result", "execution_count": null, "metadata": {},
              "data": { "text/plain": ["| a |\n", "|---|"] } },
        ]));
        let run = recording(json!([
            { "output_type": "stream", "name": "stdout", "text": "loss 1.0\nloss" },
            { "output_type": "execute_result", "execution_count": 7, "metadata": {},
              "data": { "text/plain": "| a |\n|---|\n" } },
            { "output_type": "stream", "name": "stdout", "text": " 0.5" },
        ]));
        assert_eq!(recorded.differences_when_run(&run), [""; 0]);
    }

    #[test]
    fn a_digit_that_comes_out_differently_is_shown_both_ways() {
        let recorded = recording(
            json!([{ "output_type": "stream", "name": "stdout", "text": "a\nloss 0.50\n" }]),
        );
        let run = recording(
            json!([{ "output_type": "stream", "name": "stdout", "text": "a\nloss 0.51\n" }]),
        );
        assert_eq!(
            recorded.differences_when_run(&run),
            [
                "chapters/a.ipynb: cell 1 (loss) shows something else when run\n  \
              recorded | loss 0.50\n  run      | loss 0.51"
            ]
        );
    }

    #[test]
    fn an_output_that_is_not_recorded_is_a_difference() {
        let run =
            recording(json!([{ "output_type": "stream", "name": "stderr", "text": "warning\n" }]));
        assert_eq!(
            recording(json!([])).differences_when_run(&run),
            [
                "chapters/a.ipynb: cell 1 (loss) shows something else when run\n  \
              recorded | (nothing more)\n  run      | [stderr]"
            ]
        );
    }

    #[test]
    fn other_line_endings_are_a_difference_that_is_seen() {
        let stream = |text| json!([{ "output_type": "stream", "name": "stdout", "text": text }]);
        let [unix, windows] = ["a\nb\n", "a\r\nb\n"].map(|text| recording(stream(text)));
        assert_eq!(
            unix.differences_when_run(&windows),
            [
                "chapters/a.ipynb: cell 1 (loss) shows something else when run\n  \
              recorded | a\n  run      | a\\r"
            ]
        );
    }

    #[test]
    fn an_error_is_a_difference() {
        let error = json!([{ "output_type": "error", "ename": "Error", "evalue": "no seed", "traceback": ["here"] }]);
        assert_eq!(
            recording(json!([])).differences_when_run(&recording(error)),
            ["chapters/a.ipynb: cell 1 (loss) fails when run\nError: no seed\nhere"]
        );
    }

    #[test]
    fn other_code_is_a_difference() {
        let recorded = recording(json!([]));
        let text = r#"{"cells": [{"cell_type": "code", "id": "loss", "source": "a;\nc;", "outputs": []}]}"#;
        let run = Recording::parse("run.ipynb", text).unwrap();
        assert_eq!(
            recorded.differences_when_run(&run),
            [
                "chapters/a.ipynb: cell 1 (loss) is not the code that was run\n  recorded | b;\n  run      | c;"
            ]
        );
    }
}
