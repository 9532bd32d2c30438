//! Where two notebooks differ.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// What the cells of a notebook do and show, whoever wrote it.
#[derive(Debug)]
pub struct Recording {
    name: String,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    id: String,
    source: String,
    shown: String,
}

impl Recording {
    /// Reads a notebook.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("failed to read {name}"))?;
        let json: Value =
            serde_json::from_str(&text).with_context(|| format!("{name}: this is no notebook"))?;
        let cells = json["cells"].as_array();
        let cells = cells.with_context(|| format!("{name}: this notebook has no cells"))?;
        let cell = |cell: &Value| Cell {
            id: joined(&cell["id"]),
            source: joined(&cell["source"]),
            shown: shown(&cell["outputs"]),
        };
        let cells = cells.iter().map(cell).collect();
        Ok(Self { name, cells })
    }

    /// What came out otherwise than recorded when the notebook was run, a message a cell.
    pub fn differences_when_run(&self, executed: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let (count, run) = (self.cells.len(), executed.cells.len());
        if count != run {
            differences.push(format!("{}: {count} cells, but {run} when run", self.name));
        }
        for (at, (recorded, run)) in self.cells.iter().zip(&executed.cells).enumerate() {
            let pairs = [
                (
                    &recorded.source,
                    &run.source,
                    "is not the code that was run",
                ),
                (&recorded.shown, &run.shown, "shows something else when run"),
            ];
            let other = pairs.iter().find(|(recorded, run, _)| recorded != run);
            if let Some((recorded, run, sentence)) = other {
                let (_, lines) = first_difference(("recorded", recorded), ("run", run));
                let cell = format!("cell {} ({})", at + 1, self.cells[at].id);
                differences.push(format!("{}: {cell} {sentence}\n{lines}", self.name));
            }
        }
        differences
    }
}

/// The text of each stream and the data of each MIME type, by name, without newlines at the end: how a stream was cut into
/// messages does not matter, nor whether it or the result was delivered first.
fn shown(outputs: &Value) -> String {
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    for output in outputs.as_array().into_iter().flatten() {
        let mut add =
            |name: String, text: &Value| shown.entry(name).or_default().push_str(&joined(text));
        match output["output_type"].as_str() {
            Some("stream") => add(joined(&output["name"]), &output["text"]),
            Some("error") => add(
                format!(
                    "{}: {}",
                    joined(&output["ename"]),
                    joined(&output["evalue"])
                ),
                &output["traceback"],
            ),
            _ => {
                for (mime, data) in output["data"].as_object().into_iter().flatten() {
                    add(mime.clone(), data);
                }
            }
        }
    }
    let shown = shown
        .iter()
        .map(|(name, text)| (name, text.trim_end_matches('\n')));
    shown
        .map(|(name, text)| format!("[{name}]\n{text}\n"))
        .collect()
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

/// The first line that two texts do not share: its number, and the line both ways.
pub fn first_difference(
    (name, text): (&str, &str),
    (other_name, other_text): (&str, &str),
) -> (usize, String) {
    let width = name.len().max(other_name.len());
    // Not `lines`, which sees no difference between line endings.
    let mut lines = text.split_terminator('\n');
    let mut other_lines = other_text.split_terminator('\n');
    let mut number = 1;
    loop {
        let (line, other) = (lines.next(), other_lines.next());
        if line != other || line.is_none() {
            let shown = |line: Option<&str>| line.unwrap_or("(nothing more)").replace('\r', "\\r");
            let (line, other) = (shown(line), shown(other));
            let both = format!("  {name:width$} | {line}\n  {other_name:width$} | {other}");
            return (number, both);
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A notebook of one cell.
    fn recording(source: &str, outputs: &[&str]) -> Recording {
        let outputs = outputs.join(", ");
        let cell = format!(r#"{{"id": "loss", "source": {source}, "outputs": [{outputs}]}}"#);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ipynb");
        fs::write(&path, format!(r#"{{"cells": [{cell}]}}"#)).unwrap();
        let cells = Recording::read(&path).unwrap().cells;
        let name = "a.ipynb".to_owned();
        Recording { name, cells }
    }

    const CODE: &str = r#"["a;\n", "b;"]"#;
    const TABLE: &str = r#"{"output_type": "execute_result", "execution_count": null, "data": {"text/plain": ["| a |\n", "|---|"]}}"#;
    const PRINTED: &str =
        r#"{"output_type": "stream", "name": "stdout", "text": ["loss 1.0\n", "loss 0.5\n"]}"#;
    const BEGUN: &str = r#"{"output_type": "stream", "name": "stdout", "text": "loss 1.0\nloss"}"#;
    const COUNTED: &str = r#"{"output_type": "execute_result", "execution_count": 7, "data": {"text/plain": "| a |\n|---|\n"}}"#;

    #[test]
    fn chunks_counts_order_and_final_newlines_do_not_matter_and_all_else_does() {
        let recorded = recording(CODE, &[PRINTED, TABLE]);
        let run = |source: &str, more: &str| {
            let run = recording(source, &[BEGUN, COUNTED, more]);
            recorded.differences_when_run(&run).join("\n")
        };
        let stream = |name: &str, text: &str| {
            format!(r#"{{"output_type": "stream", "name": "{name}", "text": "{text}"}}"#)
        };
        let ended = stream("stdout", " 0.5");
        let warned = ended.clone() + ", " + &stream("stderr", "warning");
        let failed = r#", {"output_type": "error", "ename": "Error", "evalue": "no seed"}"#;
        let other = "a.ipynb: cell 1 (loss) shows something else when run\n  recorded | ";
        for (more, difference) in [
            (stream("stdout", " 0.6"), "loss 0.5\n  run      | loss 0.6"),
            (
                stream("stdout", " 0.5\\r\\n"),
                "loss 0.5\n  run      | loss 0.5\\r",
            ),
            (warned, "[stdout]\n  run      | [stderr]"),
            (
                ended.clone() + failed,
                "[stdout]\n  run      | [Error: no seed]",
            ),
        ] {
            assert_eq!(run(CODE, &more), format!("{other}{difference}"));
        }
        assert_eq!(run(CODE, &ended), "");
        assert_eq!(
            run(r#""a;\nc;""#, &ended),
            "a.ipynb: cell 1 (loss) is not the code that was run\n  recorded | b;\n  run      | c;"
        );
    }
}
