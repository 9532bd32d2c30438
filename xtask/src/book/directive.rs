//! What a page asks for in double braces, such as `{{#listing chapters/chapter1_gradients.rs:loss}}`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::problem::did_you_mean;
use super::snapshot;

/// A directive of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// `{{#listing path:anchor}}`: code of a file of the project, or the whole file; or `{{#run path:anchor}}`: code that
    /// the page's program runs and the page does not show.
    Listing {
        /// The file, from the root of the project.
        path: String,
        /// The part of it; the whole file without one.
        anchor: Option<String>,
        /// Whether the page shows it.
        is_shown: bool,
    },
    /// `{{#output chapter/name}}`: a table or a text.
    Output(String),
    /// `{{#figure chapter/name}}`: a picture, with the caption that follows.
    Figure(String),
    /// `{{#fact chapter/name.fact}}` or `{{#fact chapter/name[row][column]}}`: one value, inside a sentence.
    Fact(FactName),
    /// `{{#bet gradients}}`: a question with its answers, which the reader's browser keeps until the verdict; or without a
    /// name `{{#guess}}`, where any answer opens the cover that follows.
    Bet(Option<String>),
    /// `{{#cover The table}}`: what is not seen before the reader asks for it, by these words.
    Cover(String),
    /// `{{#bets}}`: the verdicts that the reader's bets are laid beside.
    Bets,
    /// `{{#live rate Turn the rate}}`: the figure before it, with knobs: its experiment, and the words that invite to it.
    Live(String, String),
    /// `{{/cover}}`: the end of one of these.
    End(&'static str),
    /// `{{#title ...}}`: mdBook's own, passed through.
    Title,
}

/// The name of one value: `chapter1/check.worst_ratio`, or `chapter5/best[Adam, cosine][field RMSE].median`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactName {
    /// The facts or the table, `chapter1/check`.
    pub snapshot: String,
    /// Which of its values: `.worst_ratio`, or `[Adam, cosine][field RMSE].median`.
    pub value: String,
}

impl std::fmt::Display for FactName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.snapshot, self.value)
    }
}

/// A directive as it stands in a text.
#[derive(Debug)]
pub struct Found {
    /// From the first brace to the last.
    pub range: Range<usize>,
    /// The directive, or a sentence about what is wrong with it.
    pub directive: Result<Directive, String>,
}

/// The names of the directives, each with what may follow it.
const EXAMPLES: [(&str, &str); 11] = [
    ("listing", " chapters/chapter1_gradients.rs:anchor"),
    ("run", " chapters/chapter1_gradients.rs:anchor"),
    ("output", " chapter1/name"),
    ("figure", " chapter1/name"),
    (
        "fact",
        " chapter1/name.value}}` or `{{#fact chapter1/name[row][column].median",
    ),
    ("title", ""),
    ("bet", " gradients"),
    ("guess", ""),
    ("cover", " The table"),
    ("bets", ""),
    ("live", " rate Turn the rate"),
];
const MDBOOK_NAMES: [&str; 4] = ["include", "rustdoc_include", "playground", "playpen"];
/// What begins and ends.
const PAIRS: [&str; 4] = ["bet", "guess", "cover", "bets"];

static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    let names = EXAMPLES.map(|(name, _)| name).join("|");
    let inner = format!(r"[#/].*?|(?:{names})\b.*?");
    Regex::new(&format!(
        r"(?m)(?<escape>\\?)\{{\{{[ \t]*(?<inner>{inner})(?<end>\}}\}}|$)"
    ))
    .expect("the pattern is one")
});

/// The directives of `text` outside the ranges of code, in order.
pub fn scan(text: &str, code: &[Range<usize>]) -> Vec<Found> {
    let found = DIRECTIVE.captures_iter(text).filter_map(|found| {
        let range = found.get_match().range();
        if !found["escape"].is_empty() || code.iter().any(|code| code.contains(&range.start)) {
            return None;
        }
        let directive = match &found["end"] {
            "" => Err(format!(
                "`{}` is never closed with `}}}}`",
                found[0].trim_end()
            )),
            _ => parse(found["inner"].trim()),
        };
        Some(Found { range, directive })
    });
    found.collect()
}

fn parse(inner: &str) -> Result<Directive, String> {
    if let Some(name) = inner.strip_prefix('/') {
        let pair = PAIRS.into_iter().find(|pair| *pair == name.trim());
        return pair.map(Directive::End).ok_or_else(|| {
            let suggestion = did_you_mean(name.trim(), PAIRS);
            format!("nothing ends with `{{{{{inner}}}}}`{suggestion}")
        });
    }
    let Some(inner) = inner.strip_prefix('#') else {
        return Err(format!(
            "a directive begins with `{{{{#`: write `{{{{#{inner}}}}}`"
        ));
    };
    let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let argument = argument.trim();
    let word = |name: &str| {
        let is_word = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
        is_word.then(|| name.to_owned())
    };
    let words = (!argument.is_empty()).then(|| argument.to_owned());
    let directive = match name {
        "listing" => listing(argument, true),
        "run" => listing(argument, false),
        "output" => snapshot_name(argument).map(Directive::Output),
        "figure" => snapshot_name(argument).map(Directive::Figure),
        "fact" => fact(argument),
        "bet" => word(argument).map(|name| Directive::Bet(Some(name))),
        "guess" => words.is_none().then_some(Directive::Bet(None)),
        "cover" => words.map(Directive::Cover),
        "bets" => words.is_none().then_some(Directive::Bets),
        "live" => argument.split_once(' ').and_then(|(figure, words)| {
            Some(Directive::Live(word(figure)?, words.trim().to_owned()))
        }),
        "title" => Some(Directive::Title),
        _ => None,
    };
    directive.ok_or_else(|| match EXAMPLES.iter().find(|(known, _)| *known == name) {
        Some((_, example)) => {
            format!("`{{{{#{name} {argument}}}}}` should look like `{{{{#{name}{example}}}}}`")
        }
        None if MDBOOK_NAMES.contains(&name) => format!(
            "`{{{{#{name}}}}}` is mdBook's own and ships an empty block when it finds nothing: use `{{{{#listing}}}}`"
        ),
        None => {
            let suggestion = did_you_mean(name, EXAMPLES.map(|(name, _)| name));
            format!("there is no directive `{name}`{suggestion}")
        }
    })
}

fn listing(argument: &str, is_shown: bool) -> Option<Directive> {
    let (path, anchor) = match argument.split_once(':') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (argument, None),
    };
    let is_named = !path.is_empty() && anchor.as_deref() != Some("");
    // Only a program is run.
    let is_possible = is_shown || anchor.is_some() && path.starts_with("chapters/");
    (is_named && is_possible).then(|| Directive::Listing {
        path: path.to_owned(),
        anchor,
        is_shown,
    })
}

fn fact(argument: &str) -> Option<Directive> {
    let at = argument.find('[').or_else(|| argument.rfind('.'))?;
    let (snapshot, value) = argument.split_at(at);
    let is_value = match value.starts_with('[') {
        true => snapshot::cell(value).is_some(),
        false => value.len() > 1,
    };
    let snapshot = snapshot_name(snapshot).filter(|_| is_value)?;
    let value = value.to_owned();
    Some(Directive::Fact(FactName { snapshot, value }))
}

fn snapshot_name(name: &str) -> Option<String> {
    let (chapter, last) = name.split_once('/')?;
    let is_name = !chapter.is_empty() && !last.is_empty() && !name.contains(char::is_whitespace);
    is_name.then(|| name.to_owned())
}
