//! Markdown with the places where the book puts something in or changes something.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::directive::FactName;
use super::lines::Lines;
use super::markup;
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
    /// Where a link leads: the line of the page, and the target as written, `chapter2-epsilon.md#verdict`.
    Link(usize, String),
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
    /// As the page has it, dollar signs included, with marks for the facts.
    pub source: String,
    /// In TeX, with marks for the facts.
    pub tex: String,
}

impl Maths {
    /// The source or the TeX, with the value of each fact.
    pub fn filled(
        &self,
        text: &str,
        value: impl Fn(&Fact) -> Result<String, String>,
    ) -> Result<String, String> {
        let mut facts = self.facts.iter();
        let mut filled = String::new();
        for part in text.split_inclusive(FACT_END) {
            let (words, _) = part.split_once(FACT_BEGIN).unwrap_or((part, ""));
            filled.push_str(words);
            if let Some(fact) = facts.next().filter(|_| words.len() < part.len()) {
                // A comma between digits is punctuation to TeX unless it stands in a group.
                filled += &value(fact)?.replace(',', "{,}").replace('%', "\\%");
            }
        }
        Ok(filled)
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
    /// What is not plain Markdown, in order; what stands for nothing is left out.
    marks: Vec<(Range<usize>, Option<Span>)>,
}

/// What a page's text holds besides Markdown.
#[derive(Default)]
pub struct Inserts {
    /// Facts, with their ranges.
    pub facts: Vec<(Range<usize>, FactName)>,
    /// Block directives, which Markdown does not see.
    pub blocks: Vec<Range<usize>>,
    /// What captions leave out: the `: ` and what stands before it.
    pub removed: Vec<Range<usize>>,
}

impl Inserts {
    /// The text as Markdown is to see it, byte for byte as long: facts are words, block directives are not there.
    pub fn mask(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        let ends = FACT_BEGIN.len_utf8() + FACT_END.len_utf8();
        for (at, _) in &self.facts {
            let word = format!("{FACT_BEGIN}{}{FACT_END}", "x".repeat(at.len() - ends));
            masked.replace_range(at.clone(), &word);
        }
        for at in &self.blocks {
            masked.replace_range(at.clone(), &" ".repeat(at.len()));
        }
        for at in self
            .removed
            .iter()
            .filter(|at| text[(*at).clone()].starts_with(':'))
        {
            masked.replace_range(at.clone(), "x ");
        }
        masked
    }
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
        let masked = inserts.mask(text);
        let lines = Lines::of(text);
        let line = |offset: usize| lines.number(offset) + first_line - 1;
        let fact = |at: &Range<usize>, name: &FactName, setting| Fact {
            line: line(at.start),
            name: name.clone(),
            setting,
        };
        let link = |inside: Range<usize>, target: &str| {
            let at = inside.start + masked[inside].find(target)?;
            let leads_elsewhere = !target.is_empty()
                && !target.starts_with(['#', '/'])
                && !target.contains(FACT_BEGIN);
            let span = Span::Link(line(at), target.to_owned());
            leads_elsewhere.then(|| (at..at + target.len(), Some(span)))
        };

        let mut marks = Vec::new();
        let mut settings: Vec<(Range<usize>, Setting)> = Vec::new();
        let mut in_code = false;
        let mut events = Parser::new_ext(&masked, options()).into_offset_iter();
        for (_, definition) in events.reference_definitions().iter() {
            marks.extend(link(definition.span.clone(), &definition.dest));
        }
        for (event, range) in events.by_ref() {
            match event {
                Event::Start(Tag::Heading { .. }) => {
                    marks.extend(heading_attributes(text, &range));
                    settings.push((range, Setting::Heading));
                }
                Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
                    for (inside, part) in markup::parts(&masked[range.clone()]) {
                        let inside = range.start + inside.start..range.start + inside.end;
                        let targets = ["href", "src"].map(|name| part.attribute(name));
                        for target in targets.into_iter().flatten() {
                            marks.extend(link(inside.clone(), target));
                        }
                    }
                    settings.push((range, Setting::Html))
                }
                Event::Start(
                    ref tag @ (Tag::Link { ref dest_url, .. } | Tag::Image { ref dest_url, .. }),
                ) => {
                    let at = range.start + masked[range.clone()].rfind("](").unwrap_or(0);
                    marks.extend(link(at..range.end, dest_url));
                    if matches!(tag, Tag::Image { .. }) {
                        settings.push((range, Setting::Heading));
                    }
                }
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(TagEnd::CodeBlock) => in_code = false,
                Event::InlineMath(ref tex) | Event::DisplayMath(ref tex) => {
                    let inside = inserts.facts.iter();
                    let inside = inside.filter(|(at, _)| range.contains(&at.start));
                    let facts = inside.map(|(at, name)| fact(at, name, Setting::Sentence));
                    let maths = Maths {
                        line: line(range.start),
                        display: matches!(event, Event::DisplayMath(_)),
                        facts: facts.collect(),
                        source: masked[range.clone()].to_owned(),
                        tex: tex.to_string(),
                    };
                    marks.push((range, Some(Span::Maths(maths))));
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
            let mut around = settings.iter().rev();
            let around = around.find(|(range, _)| range.contains(&at.start));
            let setting = around.map_or(Setting::Sentence, |&(_, setting)| setting);
            marks.push((at.clone(), Some(Span::Fact(fact(at, name, setting)))));
        }
        marks.extend(
            inserts
                .removed
                .iter()
                .map(|removed| (removed.clone(), None)),
        );
        marks.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        Self { text, marks }
    }

    /// The stretch of Markdown in `range`.
    pub fn prose(&self, range: Range<usize>) -> Prose {
        let mut spans = Vec::new();
        let mut at = range.start;
        let plain = |range: Range<usize>| {
            let text = &self.text[range];
            (!text.is_empty()).then(|| Span::Markdown(text.to_owned()))
        };
        for (mark, span) in self
            .marks
            .iter()
            .filter(|(mark, _)| range.contains(&mark.start))
        {
            if mark.start >= at {
                spans.extend(plain(at..mark.start));
                spans.extend(span.clone());
                at = mark.end;
            }
        }
        spans.extend(plain(at..range.end.max(at)));
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
        let is_blank = |span: &Span| matches!(span, Span::Markdown(text) if text.trim().is_empty());
        self.0.iter().all(is_blank)
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

/// Whether a link leads out of the book.
pub fn leads_out(target: &str) -> bool {
    let first = target.split(['/', '#']).next().unwrap_or_default();
    first.contains(':')
}

/// The braces at the end of a heading, and the space before them.
fn heading_attributes(text: &str, heading: &Range<usize>) -> Option<(Range<usize>, Option<Span>)> {
    let words = text[heading.clone()].trim_end();
    let at = words.strip_suffix('}')?.rfind(" {#")?;
    let range = heading.start + at..heading.start + words.len();
    Some((range, Some(Span::HeadingAttributes(words[at..].to_owned()))))
}
