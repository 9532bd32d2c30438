//! TeX to MathML, for inline HTML inside Markdown.

use std::sync::LazyLock;

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};
use regex::{Captures, Regex};

use super::markup::{self, Part};

/// The MathML of a formula on one line, safe inside Markdown; or why there is none.
pub fn mathml(tex: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(tex, &storage).collect();
    if let Some(error) = events.iter().find_map(|event| event.as_ref().err()) {
        return Err(sentence(tex, &error.to_string()));
    }
    if events.is_empty() {
        return Err("there is nothing between the dollar signs".to_owned());
    }
    let config = RenderConfig {
        display_mode: if display {
            DisplayMode::Block
        } else {
            DisplayMode::Inline
        },
        ..RenderConfig::default()
    };
    let mut mathml = String::new();
    push_mathml(&mut mathml, events.into_iter(), config).expect("a string takes every byte");
    if mathml.contains("<merror") {
        return Err(sentence(tex, "it renders as an error"));
    }
    // Unicode's micro sign has no italic form, and its Greek letter has.
    Ok(inert(&mathml.replace('\u{b5}', "\u{3bc}")))
}

/// The renderer's message is a drawing of several lines: its first says what is wrong.
fn sentence(tex: &str, message: &str) -> String {
    let what = message
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("parsing error: ");
    let tex = tex.split_whitespace().collect::<Vec<_>>().join(" ");
    match unknown_command(&tex) {
        Some(command) => format!("malformed maths `{tex}`: there is no command `{command}`"),
        None => format!("malformed maths `{tex}`: {what}"),
    }
}

/// The first command of the formula that the renderer does not know by itself.
fn unknown_command(tex: &str) -> Option<&str> {
    tex.match_indices('\\').find_map(|(at, _)| {
        let letters = tex[at + 1..]
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let command = &tex[at..at + 1 + letters];
        let storage = Storage::new();
        let error = Parser::new(command, &storage).find_map(Result::err)?;
        (letters > 0 && error.to_string().contains("unknown primitive")).then_some(command)
    })
}

/// Markdown still reads the text between the tags: as entities its punctuation means nothing to it. One
/// attribute the renderer writes without a space before it, which Markdown would not take for a tag.
fn inert(mathml: &str) -> String {
    let mut inert = String::with_capacity(2 * mathml.len());
    let mathml = mathml.replace('\n', " ");
    for (range, part) in markup::parts(&mathml) {
        let text = &mathml[range];
        match part {
            Part::Text => {
                inert += &PUNCTUATION.replace_all(text, |found: &Captures| {
                    let mut marks = found[0].chars();
                    match (marks.next(), marks.next()) {
                        (Some(mark), None) => format!("&#{};", u32::from(mark)),
                        _ => found[0].to_owned(),
                    }
                })
            }
            _ => inert += &text.replace("\"minsize", "\" minsize"),
        }
    }
    inert
}

/// An entity, or a mark.
static PUNCTUATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"&[^&;]+;|[[:punct:]]").expect("the pattern is one"));
