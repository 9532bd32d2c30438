//! A page as a notebook: its prose, the pieces of its program, and what they show.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use serde_json::{Value, json};

use super::document;
use crate::book::manuscript::Manuscript;
use crate::book::page::Page;
use crate::book::problem::Problems;
use crate::book::program::{Cell, Program};
use crate::book::snapshot::Evidence;
use crate::tool::EVCXR_JUPYTER;

/// The notebooks of all pages that tell a program, each with its path from the root of the project,
/// `chapters/chapter1_gradients.ipynb`.
pub fn of_all_pages(manuscript: &Manuscript) -> Result<BTreeMap<String, String>> {
    let mut problems = Problems::default();
    let mut told = Vec::new();
    let mut notebooks = BTreeMap::new();
    for page in &manuscript.pages {
        if let Some(program) = Program::of(page, manuscript, &mut problems) {
            let path = format!("{}.ipynb", program.path.trim_end_matches(".rs"));
            notebooks.insert(page.path.clone(), path.clone());
            told.push((page, program, path));
        }
    }
    problems.into_result()?;
    let mirror = |(page, program, path): (&Page, Program, String)| {
        let cells = cells(page, &program, manuscript, &notebooks, &path);
        let cells = cells.map_err(|sentence| anyhow!("{}: {sentence}", page.file()))?;
        let json = json(cells).with_context(|| format!("writing {path}"))?;
        Ok((path, json))
    };
    told.into_iter().map(mirror).collect()
}

/// The cells of the notebook at `path`; `notebooks` has the notebook of each page that has one, by the page's path.
fn cells(
    page: &Page,
    program: &Program,
    manuscript: &Manuscript,
    notebooks: &BTreeMap<String, String>,
    path: &str,
) -> Result<Vec<Value>, String> {
    let (title, texts) = document::texts(page, program, manuscript, notebooks)?;
    let mut cells = vec![
        markdown("title", &format!("{title}\n\n{}", how_to_run(path))),
        code("set-up", &set_up(program), Vec::new()),
    ];
    let mut before = "opening".to_owned();
    let mut pieces = program.cells.iter();
    for text in &texts {
        if !text.is_empty() {
            cells.push(markdown(&before, text));
        }
        if let Some(cell) = pieces.next() {
            let outputs = outputs(cell, manuscript)?;
            cells.push(code(&cell.anchor, &cell.code, outputs));
            before = format!("after-{}", cell.anchor);
        }
    }
    Ok(cells)
}

/// What a reader should know before the first code cell is run.
fn how_to_run(path: &str) -> String {
    let name = path
        .trim_start_matches("chapters/")
        .trim_end_matches(".ipynb");
    let kernel = EVCXR_JUPYTER.version;
    let rust = EVCXR_JUPYTER.oldest_rust.unwrap_or_default();
    format!(
        "*This page is a notebook. Its first code cell compiles the library, which takes about a minute; run the cells from \
         top to bottom.*\n\n\
         *Is there no kernel called Rust? In a terminal, `cargo xtask notebook {name}` sets up JupyterLab with the kernel in \
         the project's own folder and opens this page. For a JupyterLab of your own, \
         `cargo install --locked evcxr_jupyter@{kernel}` and then `evcxr_jupyter --install` add it. The kernel needs \
         Rust 1.{rust} or newer.*\n\n\
         *The first line looks for the library in the folder above. Somewhere else it can take it from the project's \
         repository, by the commit: `:dep hnn = {{ git = \"address\", rev = \"commit\" }}`. In a copy from the published \
         book it does.*"
    )
}

/// The first code cell: the library, the names that the pieces use, and what the experiment is given, unless a piece
/// declares it.
fn set_up(program: &Program) -> String {
    let mut code = format!(
        ":dep hnn = {{ path = \"..\" }}\n{}\nlet mut evidence = Evidence::jupyter();",
        program.uses
    );
    if let Some((name, kind)) = program.given {
        code.push_str(&format!("\nlet {name} = {kind}::default();"));
    }
    code
}

/// What a cell shows.
fn outputs(cell: &Cell, manuscript: &Manuscript) -> Result<Vec<Value>, String> {
    let mut outputs = Vec::new();
    for name in &cell.shows {
        let snapshot = manuscript.snapshot(name)?;
        let body = lines(&snapshot.body);
        let data = match &snapshot.evidence {
            Evidence::Text | Evidence::Facts => json!({ "text/plain": body }),
            Evidence::Table => json!({ "text/markdown": body, "text/plain": body }),
            Evidence::Figure(figure) => {
                json!({ "image/svg+xml": lines(&figure.svg), "text/plain": lines(&figure.title) })
            }
            Evidence::Unreadable => continue,
        };
        outputs.push(json!({
            "output_type": "execute_result", "execution_count": null, "data": data, "metadata": {},
        }));
    }
    Ok(outputs)
}

/// Text as notebooks keep it: a list of lines, each with its break.
fn lines(text: &str) -> Vec<String> {
    text.split_inclusive('\n').map(str::to_owned).collect()
}

fn markdown(id: &str, text: &str) -> Value {
    json!({ "cell_type": "markdown", "id": id, "metadata": {}, "source": lines(text) })
}

fn code(id: &str, code: &str, outputs: Vec<Value>) -> Value {
    json!({
        "cell_type": "code", "id": id, "metadata": {}, "execution_count": null, "source": lines(code),
        "outputs": outputs,
    })
}

/// The file of a notebook with these cells, each with an id of its own.
fn json(mut cells: Vec<Value>) -> Result<String> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for cell in &mut cells {
        // At most 64 of the characters that anchors are made of.
        let id = cell["id"].as_str().unwrap_or_default().chars().take(60);
        let id: String = id.collect();
        let count = known.entry(id.clone()).or_default();
        *count += 1;
        cell["id"] = match *count {
            1 => id.into(),
            count => format!("{id}-{count}").into(),
        };
    }
    let mut notebook = json!({
        "metadata": {
            "kernelspec": { "name": "rust", "display_name": "Rust", "language": "rust" },
            "language_info": {
                "name": "rust", "codemirror_mode": "rust", "file_extension": ".rs", "mimetype": "text/rust",
                "pygments_lexer": "rust",
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
        "cells": cells,
    });
    notebook.sort_all_objects();
    let mut json = Vec::new();
    let layout = serde_json::ser::PrettyFormatter::with_indent(b" ");
    notebook.serialize(&mut serde_json::Serializer::with_formatter(
        &mut json, layout,
    ))?;
    json.push(b'\n');
    Ok(String::from_utf8(json)?)
}
