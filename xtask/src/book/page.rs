//! A page of the book, cut into the blocks that directives ask for and the prose between them.

use std::ops::Range;

use super::directive::{self, Directive};
use super::lines::Lines;
use super::problem::Problems;
use super::prose::{self, Inserts, MarkedText, Prose, Span};
use super::typed_number;

/// A page.
#[derive(Debug)]
pub struct Page {
    /// The path from `book/`.
    pub path: String,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// The numbers that are typed into it, in order, each with its line.
    pub numbers: Vec<(usize, String)>,
}

/// A block of a page.
#[derive(Debug)]
pub enum Block {
    /// Markdown.
    Prose(Prose),
    /// What a directive asks for.
    Asked(Asked),
}

/// What a directive on a line of its own asks for.
#[derive(Debug)]
pub struct Asked {
    /// The line of the page.
    pub line: usize,
    /// The spaces and `>` before the directive: the list item or the quotation that it is part of.
    pub indent: String,
    /// What is asked for.
    pub directive: Directive,
    /// The caption of a figure, the question of a bet.
    pub words: Prose,
    /// The answers to a bet.
    pub answers: Vec<Answer>,
}

/// An answer to a bet.
#[derive(Debug)]
pub struct Answer {
    /// The answer.
    pub words: Prose,
    /// What the page says to whoever chooses it.
    pub reply: Option<Prose>,
}

/// A directive in a text: the lines that it takes, and of them the caption of a figure, or the question and the answers of
/// a bet.
struct Cut {
    range: Range<usize>,
    words: Range<usize>,
    line: usize,
    indent: String,
    directive: Directive,
}

impl Page {
    /// The path from the root of the project, as messages name the page.
    pub fn file(&self) -> String {
        format!("book/{}", self.path)
    }

    /// Cuts `text`, the page at `path` from `book/`, into blocks; faults are reported.
    pub fn parse(path: &str, text: &str, problems: &mut Problems) -> Self {
        let file = format!("book/{path}");
        let mut inserts = Inserts::default();
        let cuts = cuts(text, &file, &mut inserts, problems);
        let marked = MarkedText::parse(text, &inserts, &file, 1, problems);
        let mut numbers = typed_number::of_page(&inserts.mask(text));
        let mut blocks = Vec::new();
        let mut at = 0;
        for cut in cuts {
            blocks.push(Block::Prose(marked.prose(at..cut.range.start)));
            at = cut.range.end;
            let (words, answers) = match cut.directive {
                Directive::Bet(_) => bet(text, cut.words, &marked),
                _ => (marked.prose(cut.words), Vec::new()),
            };
            if matches!(cut.directive, Directive::Bet(_)) {
                problems.check(&file, cut.line, check_bet(&words, &answers));
            }
            if let Directive::Cover(words) | Directive::Live(_, words) = &cut.directive {
                let typed = typed_number::of_page(words).into_iter();
                numbers.extend(typed.map(|(_, number)| (cut.line, number)));
            }
            blocks.push(Block::Asked(Asked {
                line: cut.line,
                indent: cut.indent,
                directive: cut.directive,
                words,
                answers,
            }));
        }
        blocks.push(Block::Prose(marked.prose(at..text.len())));
        let page = Self {
            path: path.to_owned(),
            blocks,
            numbers,
        };
        page.check_guesses(problems);
        page
    }

    /// What the directives ask for.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> + Clone {
        self.blocks.iter().filter_map(|block| match block {
            Block::Asked(asked) => Some(asked),
            _ => None,
        })
    }

    /// All prose of the page, captions included.
    pub fn prose(&self) -> impl Iterator<Item = &Prose> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Prose(prose) => vec![prose],
            Block::Asked(Asked { words, answers, .. }) => {
                let answers = answers.iter();
                let answers =
                    answers.flat_map(|answer| [Some(&answer.words), answer.reply.as_ref()]);
                [words].into_iter().chain(answers.flatten()).collect()
            }
        })
    }

    /// The targets of its links, each with its line.
    pub fn links(&self) -> impl Iterator<Item = (usize, &str)> {
        let spans = self.prose().flat_map(|prose| &prose.0);
        spans.filter_map(|span| match span {
            Span::Link(line, target) => Some((*line, target.as_str())),
            _ => None,
        })
    }

    /// The snapshots that the page shows or quotes.
    pub fn snapshots(&self) -> impl Iterator<Item = &str> {
        let shown = self.asked().filter_map(|asked| match &asked.directive {
            Directive::Output(snapshot) | Directive::Figure(snapshot) => Some(snapshot.as_str()),
            _ => None,
        });
        let quoted = self.prose().flat_map(Prose::facts);
        shown.chain(quoted.map(|fact| fact.name.snapshot.as_str()))
    }

    /// Reports the guesses without a cover to open.
    fn check_guesses(&self, problems: &mut Problems) {
        let mut guess = None;
        let guesses = self.asked().filter_map(|asked| match asked.directive {
            Directive::Bet(None) => Some(Some(asked.line)),
            Directive::Cover(_) => Some(None),
            _ => None,
        });
        for next in guesses.chain([Some(0)]) {
            if let (Some(line), Some(_)) = (guess, next) {
                let sentence = "no cover follows this guess: put what answers it between `{{#cover ...}}` and `{{/cover}}`";
                problems.report(self.file(), line, sentence);
            }
            guess = next;
        }
    }
}

/// The directives of a page that stand on lines of their own; what else is no Markdown is noted in `inserts`.
fn cuts(text: &str, file: &str, inserts: &mut Inserts, problems: &mut Problems) -> Vec<Cut> {
    let lines = Lines::of(text);
    let mut cuts: Vec<Cut> = Vec::new();
    let mut open = None;
    for found in directive::scan(text, &prose::code_ranges(text)) {
        let line = lines.number(found.range.start);
        let directive = match problems.check(file, line, found.directive) {
            None | Some(Directive::Title) => continue,
            Some(Directive::Fact(name)) => {
                inserts.facts.push((found.range, name));
                continue;
            }
            Some(directive) => directive,
        };
        let mut range = lines.range(line);
        let indent = &text[range.start..found.range.start];
        let after = &text[found.range.end..range.end];
        if !indent.trim_matches([' ', '>']).is_empty() || !after.trim().is_empty() {
            let shown = &text[found.range];
            problems.report(
                file,
                line,
                format!("`{shown}` must stand on a line of its own"),
            );
            continue;
        }
        inserts.blocks.push(found.range);
        let nesting = nest(&mut open, &directive, line);
        if problems.check(file, line, nesting).is_none() {
            continue;
        }
        let mut words = 0..0;
        match &directive {
            Directive::Figure(snapshot) => {
                words = caption(text, &lines, line, indent, inserts);
                range.end = range.end.max(words.end);
                if words.is_empty() {
                    let sentence = format!(
                        "the figure `{snapshot}` has no caption: begin the next line with `: `"
                    );
                    problems.report(file, line, sentence);
                }
            }
            // A bet is one cut, from its first line to its last.
            Directive::End("bet" | "guess") => {
                if let Some(bet) = cuts.last_mut() {
                    bet.words = bet.range.end..range.start;
                    bet.range.end = range.end;
                }
                continue;
            }
            _ => {}
        }
        let indent = indent.to_owned();
        cuts.push(Cut {
            range,
            words,
            line,
            indent,
            directive,
        });
    }
    if let Some((name, line)) = open {
        let sentence = format!("this `{name}` has no end: write `{{{{/{name}}}}}`");
        problems.report(file, line, sentence);
    }
    cuts
}

/// Notes what begins and ends; a sentence if it may not do so here. What is open has a name and a line.
fn nest(
    open: &mut Option<(&'static str, usize)>,
    directive: &Directive,
    line: usize,
) -> Result<(), String> {
    let begins = match directive {
        Directive::Bet(Some(_)) => Some("bet"),
        Directive::Bet(None) => Some("guess"),
        Directive::Cover(_) => Some("cover"),
        Directive::Bets => Some("bets"),
        _ => None,
    };
    let is_open = |begun: &str, at: usize| {
        format!("the `{begun}` of line {at} is open here: end it with `{{{{/{begun}}}}}` first")
    };
    match (directive, *open) {
        (Directive::End(name), Some((begun, _))) if *name == begun => *open = None,
        (Directive::End(name), None) => return Err(format!("no `{name}` begins above this end")),
        (_, None) => *open = begins.map(|name| (name, line)),
        (Directive::End(_), Some((begun, at))) | (_, Some((begun @ ("bet" | "guess"), at))) => {
            return Err(is_open(begun, at));
        }
        (_, Some((begun, at))) if begins.is_some() => return Err(is_open(begun, at)),
        _ => {}
    }
    Ok(())
}

/// The question and the answers in `body`. A part begins at the start, at `- ` and at `: `, and ends where the next begins.
fn bet(text: &str, body: Range<usize>, marked: &MarkedText<'_>) -> (Prose, Vec<Answer>) {
    let mut parts = vec![(' ', body.clone())];
    let mut at = body.start;
    for line in text[body.clone()].split_inclusive('\n') {
        let words = line.trim_start();
        if words.starts_with("- ") || words.starts_with(": ") {
            parts.last_mut().expect("there is a first part").1.end = at;
            let mark = if words.starts_with('-') { '-' } else { ':' };
            parts.push((mark, at + line.len() - words.len() + 2..body.end));
        }
        at += line.len();
    }
    let mut question = Prose::default();
    let mut answers: Vec<Answer> = Vec::new();
    for (mark, part) in parts {
        let words = marked.prose(part);
        match (mark, answers.last_mut()) {
            (' ', _) => question = words,
            (':', Some(answer)) => answer.reply = Some(words),
            _ => answers.push(Answer { words, reply: None }),
        }
    }
    (question, answers)
}

fn check_bet(question: &Prose, answers: &[Answer]) -> Result<(), String> {
    match answers.len() {
        _ if question.is_blank() => Err("there is no question above the answers".to_owned()),
        count @ 0..2 => Err(format!(
            "there are {count} answers to choose from: write two or more, each behind `- ` on a line of its own"
        )),
        _ => Ok(()),
    }
}

/// The caption below the directive in `line`, with the marks to leave out noted in `inserts`; empty if there is none.
fn caption(
    text: &str,
    lines: &Lines<'_>,
    line: usize,
    indent: &str,
    inserts: &mut Inserts,
) -> Range<usize> {
    let start = lines.range(line + 1).start;
    let mut caption = start..start;
    for number in line + 1.. {
        let range = lines.range(number);
        let shown = &text[range.clone()];
        let words = shown.strip_prefix(indent).unwrap_or(shown.trim_start());
        let is_marked = words.starts_with(": ");
        if words.trim().is_empty() || caption.is_empty() && !is_marked {
            break;
        }
        let mark = range.end - words.len();
        inserts.removed.push(range.start..mark);
        if is_marked {
            inserts.removed.push(mark..mark + 2);
        }
        caption.end = range.end;
    }
    caption
}
