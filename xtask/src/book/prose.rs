//! Markdown with the places where the book puts something in or changes something.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::directive::FactName;
use super::lines::Lines;
use super::problem::Problems;

/// A stretch of Markdown.
#[derive(Debug, Clone, Default)]
pub struct Prose(pub Vec<Span>);

/// A part of a stretch of Markdown.
#[derive(Debug, Clone)]
pub enum Span {
    /// Markdown as written.
    Markdown(String),
    /// The value of a fact.
    Fact(Fact),
    /// A formula.
    Maths(Maths),
    /// Where a link inside the project leads.
    LinkTarget {
        /// The line of the page.
        line: usize,
        /// The target as written, `chapter2-epsilon.md#verdict`.
        target: String,
    },
    /// What follows a heading's words, ` {#id}`.
    HeadingAttributes(String),
}

/// A fact quoted by a page.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The line of the page.
    pub line: usize,
    /// Which fact.
    pub name: FactName,
    /// What surrounds it.
    pub setting: Setting,
    source: String,
}

/// What surrounds a fact, and so what its value may be wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A sentence.
    Sentence,
    /// A heading or the description of an image: Markdown, but no elements.
    Heading,
    /// HTML written by hand.
    Html,
}

/// A formula.
#[derive(Debug, Clone)]
pub struct Maths {
    /// The line of the page that it begins in.
    pub line: usize,
    /// Whether it stands on lines of its own.
    pub display: bool,
    /// The facts that it quotes.
    pub facts: Vec<Fact>,
    source: String,
    tex: String,
}

impl Maths {
    /// The formula as the page has it, dollar signs included, with the value of each fact.
    pub fn source(
        &self,
        value: impl Fn(&Fact) -> Result<String, String>,
    ) -> Result<String, String> {
        self.with_values(&self.source, value)
    }

    /// The formula in TeX, with the value of each fact.
    pub fn tex(&self, value: impl Fn(&Fact) -> Result<String, String>) -> Result<String, String> {
        self.with_values(&self.tex, value)
    }

    fn with_values(
        &self,
        text: &str,
        value: impl Fn(&Fact) -> Result<String, String>,
    ) -> Result<String, String> {
        let mut text = text.to_owned();
        for fact in &self.facts {
            // A comma between digits is punctuation to TeX unless it stands in a group.
            let value = value(fact)?.replace(',', "{,}").replace('%', "\\%");
            text = text.replacen(&fact.source, &value, 1);
        }
        Ok(text)
    }
}

/// The begin and the end of the word that stands for a fact while Markdown is parsed.
const FACT_BEGIN: char = '\u{E000}';
const FACT_END: char = '\u{E001}';

/// How mdBook reads Markdown, and formulas.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
}

/// The ranges of code in `text`: nothing in them is a directive.
pub fn code_ranges(text: &str) -> Vec<Range<usize>> {
    Parser::new_ext(text, options())
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))))
        .map(|(_, range)| range)
        .collect()
}

/// A Markdown text that is ready to be cut into stretches.
pub struct MarkedText<'a> {
    text: &'a str,
    marks: Vec<Mark>,
    /// The range of the first heading of level 1.
    pub title: Option<Range<usize>>,
}

struct Mark {
    range: Range<usize>,
    span: Option<Span>,
}

/// What a page's text holds besides Markdown.
#[derive(Default)]
pub struct Inserts {
    /// Facts, with their ranges.
    pub facts: Vec<(Range<usize>, FactName)>,
    /// Block directives, which Markdown does not see.
    pub blocks: Vec<Range<usize>>,
    /// The `: ` that captions begin with.
    pub caption_marks: Vec<Range<usize>>,
    /// What else a stretch leaves out: the `: ` and the `> ` before the other lines of a caption.
    pub removed: Vec<Range<usize>>,
}

impl<'a> MarkedText<'a> {
    /// Finds everything that is not plain Markdown in `text`, of which line 1 is line `first_line` of `file`.
    pub fn parse(
        text: &'a str,
        inserts: &Inserts,
        file: &str,
        first_line: usize,
        problems: &mut Problems,
    ) -> Self {
        let masked = mask(text, inserts);
        let lines = Lines::of(text);
        let line = |offset: usize| lines.number(offset) + first_line - 1;
        let fact = |at: &Range<usize>, name: &FactName, setting| Fact {
            line: line(at.start),
            name: name.clone(),
            setting,
            source: text[at.clone()].to_owned(),
        };

        let mut marks = Vec::new();
        let mut title: Option<Range<usize>> = None;
        let mut settings: Vec<(Range<usize>, Setting)> = Vec::new();
        let mut in_code = false;
        let mut events = Parser::new_ext(&masked, options()).into_offset_iter();
        for (_, definition) in events.reference_definitions().iter() {
            let span = definition.span.clone();
            let dest = masked[span.clone()]
                .find(&*definition.dest)
                .map(|at| at + span.start);
            marks.extend(link_target(dest, &definition.dest, &line));
        }
        for (event, range) in events.by_ref() {
            match event {
                Event::Start(Tag::Heading {
                    level,
                    id,
                    classes,
                    attrs,
                }) => {
                    if level == pulldown_cmark::HeadingLevel::H1 && title.is_none() {
                        title = Some(range.clone());
                    }
                    if id.is_some() || !classes.is_empty() || !attrs.is_empty() {
                        marks.extend(heading_attributes(text, &range));
                    }
                    settings.push((range, Setting::Heading));
                }
                Event::Start(Tag::Image { .. }) => settings.push((range, Setting::Heading)),
                Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
                    settings.push((range, Setting::Html))
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let inside = &masked[range.clone()];
                    let dest = inside.rfind("](").and_then(|at| {
                        let from = at + 2;
                        let skipped = inside[from..].len()
                            - inside[from..].trim_start_matches([' ', '<', '\n']).len();
                        let from = from + skipped;
                        inside[from..]
                            .starts_with(&*dest_url)
                            .then_some(range.start + from)
                    });
                    marks.extend(link_target(dest, &dest_url, &line));
                }
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(TagEnd::CodeBlock) => in_code = false,
                Event::InlineMath(ref tex) | Event::DisplayMath(ref tex) => {
                    let inside = inserts
                        .facts
                        .iter()
                        .filter(|(at, _)| range.contains(&at.start));
                    let facts: Vec<Fact> = inside
                        .map(|(at, name)| fact(at, name, Setting::Sentence))
                        .collect();
                    let maths = Maths {
                        line: line(range.start),
                        display: matches!(event, Event::DisplayMath(_)),
                        source: text[range.clone()].to_owned(),
                        tex: unmask(tex, &facts),
                        facts,
                    };
                    marks.push(Mark {
                        range,
                        span: Some(Span::Maths(maths)),
                    });
                }
                Event::Text(_) if !in_code => {
                    let dollar = masked[range.clone()].find('$').map(|at| range.start + at);
                    if let Some(at) = dollar.filter(|&at| !masked[..at].ends_with('\\')) {
                        problems.report(
                            file,
                            line(at),
                            "this `$` opens no maths that closes: write `\\$` for a dollar sign",
                        );
                    }
                }
                _ => {}
            }
        }
        for (at, name) in &inserts.facts {
            let setting = settings
                .iter()
                .rev()
                .find(|(range, _)| range.contains(&at.start));
            let setting = setting.map_or(Setting::Sentence, |&(_, setting)| setting);
            marks.push(Mark {
                range: at.clone(),
                span: Some(Span::Fact(fact(at, name, setting))),
            });
        }
        for removed in inserts.removed.iter().chain(&inserts.caption_marks) {
            marks.push(Mark {
                range: removed.clone(),
                span: None,
            });
        }
        marks.sort_by_key(|mark| (mark.range.start, usize::MAX - mark.range.end));
        Self { text, marks, title }
    }

    /// The stretch of Markdown in `range`.
    pub fn prose(&self, range: Range<usize>) -> Prose {
        let mut spans = Vec::new();
        let mut at = range.start;
        for mark in self
            .marks
            .iter()
            .filter(|mark| range.contains(&mark.range.start))
        {
            if mark.range.start < at {
                continue;
            }
            if at < mark.range.start {
                spans.push(Span::Markdown(self.text[at..mark.range.start].to_owned()));
            }
            spans.extend(mark.span.clone());
            at = mark.range.end;
        }
        if at < range.end {
            spans.push(Span::Markdown(self.text[at..range.end].to_owned()));
        }
        Prose(spans)
    }
}

impl Prose {
    /// Markdown without directives, such as a pinned table.
    pub fn of_markdown(text: &str, file: &str, first_line: usize, problems: &mut Problems) -> Self {
        MarkedText::parse(text, &Inserts::default(), file, first_line, problems)
            .prose(0..text.len())
    }

    /// Whether there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.0
            .iter()
            .all(|span| matches!(span, Span::Markdown(text) if text.trim().is_empty()))
    }

    /// The facts, those inside formulas included.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.0.iter().flat_map(|span| match span {
            Span::Fact(fact) => std::slice::from_ref(fact),
            Span::Maths(maths) => &maths.facts,
            _ => &[],
        })
    }
}

/// The text as Markdown is to see it, byte for byte as long: facts are words, block directives are not there.
pub fn mask(text: &str, inserts: &Inserts) -> String {
    let mut masked = text.to_owned();
    let ends = FACT_BEGIN.len_utf8() + FACT_END.len_utf8();
    for (at, _) in &inserts.facts {
        let word = format!("{FACT_BEGIN}{}{FACT_END}", "x".repeat(at.len() - ends));
        masked.replace_range(at.clone(), &word);
    }
    for at in &inserts.blocks {
        masked.replace_range(at.clone(), &" ".repeat(at.len()));
    }
    for at in &inserts.caption_marks {
        masked.replace_range(at.clone(), "x ");
    }
    for at in inserts
        .removed
        .iter()
        .filter(|at| text[(*at).clone()].starts_with(':'))
    {
        masked.replace_range(at.clone(), "  ");
    }
    masked
}

fn unmask(tex: &str, facts: &[Fact]) -> String {
    let mut unmasked = String::with_capacity(tex.len());
    let mut rest = tex;
    for fact in facts {
        let Some(start) = rest.find(FACT_BEGIN) else {
            break;
        };
        let end = rest
            .find(FACT_END)
            .map_or(rest.len(), |end| end + FACT_END.len_utf8());
        unmasked.push_str(&rest[..start]);
        unmasked.push_str(&fact.source);
        rest = &rest[end..];
    }
    unmasked + rest
}

fn link_target(at: Option<usize>, target: &str, line: &impl Fn(usize) -> usize) -> Option<Mark> {
    let at = at?;
    let inside_project = !(target.is_empty()
        || target.starts_with(['#', '/'])
        || target.contains(FACT_BEGIN)
        || target
            .split(['/', '#'])
            .next()
            .is_some_and(|first| first.contains(':')));
    inside_project.then(|| Mark {
        range: at..at + target.len(),
        span: Some(Span::LinkTarget {
            line: line(at),
            target: target.to_owned(),
        }),
    })
}

fn heading_attributes(text: &str, heading: &Range<usize>) -> Option<Mark> {
    let words = text[heading.clone()].trim_end();
    let at = words.rfind('{')?;
    let at = words[..at].trim_end().len();
    Some(Mark {
        range: heading.start + at..heading.start + words.len(),
        span: Some(Span::HeadingAttributes(words[at..].to_owned())),
    })
}
