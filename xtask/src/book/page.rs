//! A page of the book, cut into the blocks that directives ask for and the prose between them.

use std::ops::Range;

use super::directive::{self, Directive, Live, Pair};
use super::lines::Lines;
use super::links::{self, Link};
use super::problem::Problems;
use super::prose::{self, Inserts, MarkedText, Prose};
use super::typed_number::{self, TypedNumber};

/// A page.
#[derive(Debug)]
pub struct Page {
    /// The path from `book/`.
    pub path: String,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// The numbers that are typed into it, in order.
    pub numbers: Vec<TypedNumber>,
    /// The links that lead out of the book, in order.
    pub links: Vec<Link>,
}

/// A block of a page.
#[derive(Debug)]
pub enum Block {
    /// The first heading of level 1.
    Title(Prose),
    /// Markdown.
    Prose(Prose),
    /// Code from a file of the project.
    Listing {
        /// Where the directive stands.
        stand: Stand,
        /// The file, from the root of the project.
        path: String,
        /// The part of it; the whole file without one.
        anchor: Option<String>,
        /// Whether the page shows it, or its program alone runs it.
        is_shown: bool,
    },
    /// A table or a text.
    Output {
        /// Where the directive stands.
        stand: Stand,
        /// The name of the snapshot.
        snapshot: String,
    },
    /// A picture.
    Figure {
        /// Where the directive stands.
        stand: Stand,
        /// The name of the snapshot.
        snapshot: String,
        /// What stands below the picture.
        caption: Prose,
    },
    /// A question to the reader.
    Bet {
        /// Where the directive stands.
        stand: Stand,
        /// The name under which the answer is kept; without one the answer opens the cover that follows.
        name: Option<String>,
        /// What is asked.
        question: Prose,
        /// What can be answered.
        answers: Vec<Answer>,
    },
    /// The figure before it, with knobs.
    Live {
        /// Where the directive stands.
        stand: Stand,
        /// Which, and the words that invite to it.
        live: Live,
    },
    /// Here something begins that ends further down: a cover, by the words that open it, or else the verdicts.
    Begin {
        /// Where the directive stands.
        stand: Stand,
        /// The words of the cover.
        cover: Option<String>,
    },
    /// Here it ends.
    End {
        /// Where the directive stands.
        stand: Stand,
        /// Whether it is a cover.
        is_cover: bool,
    },
}

/// An answer to a bet.
#[derive(Debug)]
pub struct Answer {
    /// The answer.
    pub words: Prose,
    /// What the page says to whoever chooses it.
    pub reply: Option<Prose>,
}

/// Where a block directive stands.
#[derive(Debug, Clone)]
pub struct Stand {
    /// The line of the page.
    pub line: usize,
    /// The spaces and `>` before it: the list item or the quotation that it is part of.
    pub indent: String,
}

impl Page {
    /// The path from the root of the project, as messages name the page.
    pub fn file(&self) -> String {
        format!("book/{}", self.path)
    }

    /// Cuts `text`, the page at `path` from `book/`, into blocks; faults are reported.
    pub fn parse(path: &str, text: &str, problems: &mut Problems) -> Self {
        let file = format!("book/{path}");
        let lines = Lines::of(text);
        let mut inserts = Inserts::default();
        let mut cuts: Vec<Cut> = Vec::new();
        let mut open: Option<Open> = None;
        for found in directive::scan(text, &prose::code_ranges(text)) {
            let line = lines.number(found.range.start);
            let Some(directive) = problems.check(&file, line, found.directive) else {
                continue;
            };
            match directive {
                Directive::Title => {}
                Directive::Fact(name) => inserts.facts.push((found.range, name)),
                block => {
                    let whole = lines.range(line);
                    let indent = &text[whole.start..found.range.start];
                    let alone = indent.chars().all(|c| matches!(c, ' ' | '>'))
                        && text[found.range.end..whole.end].trim().is_empty();
                    if !alone {
                        let shown = &text[found.range.clone()];
                        problems.report(
                            &file,
                            line,
                            format!("`{shown}` must stand on a line of its own"),
                        );
                        continue;
                    }
                    let stand = Stand {
                        line,
                        indent: indent.to_owned(),
                    };
                    let mut cut = Cut {
                        range: whole.clone(),
                        stand,
                        directive: block,
                        caption: 0..0,
                    };
                    let nesting = match &cut.directive {
                        Directive::End(pair) => end(&mut open, *pair, &mut cut, &mut cuts),
                        _ => begin(&mut open, &cut),
                    };
                    inserts.blocks.push(found.range.clone());
                    if problems.check(&file, line, nesting).is_none() {
                        continue;
                    }
                    if let Directive::Figure(snapshot) = &cut.directive {
                        match caption(text, &lines, line, indent, &mut inserts) {
                            Some(caption) => {
                                cut.range.end = caption.end;
                                cut.caption = caption;
                            }
                            None => problems.report(
                                &file,
                                line,
                                format!("the figure `{snapshot}` has no caption: begin the next line with `: `"),
                            ),
                        }
                    }
                    cuts.push(cut);
                }
            }
        }
        if let Some(Open { pair, line, .. }) = open {
            problems.report(
                &file,
                line,
                format!("this `{pair}` has no end: write `{{{{/{pair}}}}}`"),
            );
        }
        let marked = MarkedText::parse(text, &inserts, &file, 1, problems);
        let mut blocks = Vec::new();
        let mut at = 0;
        for cut in cuts {
            push_prose(&mut blocks, &marked, at..cut.range.start);
            at = cut.range.end;
            let stand = cut.stand;
            blocks.push(match cut.directive {
                Directive::Listing { path, anchor } => Block::Listing {
                    stand,
                    path,
                    anchor,
                    is_shown: true,
                },
                Directive::Run { path, anchor } => Block::Listing {
                    stand,
                    path,
                    anchor: Some(anchor),
                    is_shown: false,
                },
                Directive::Figure(snapshot) => Block::Figure {
                    stand,
                    snapshot,
                    caption: marked.prose(cut.caption),
                },
                Directive::Output(snapshot) => Block::Output { stand, snapshot },
                Directive::Bet(_) | Directive::Guess => {
                    let line = stand.line;
                    let (bet, sentence) = bet(text, stand, cut.directive, cut.caption, &marked);
                    problems.check(&file, line, sentence);
                    bet
                }
                Directive::Live(live) => Block::Live { stand, live },
                Directive::Cover(words) => Block::Begin {
                    stand,
                    cover: Some(words),
                },
                Directive::Bets => Block::Begin { stand, cover: None },
                Directive::End(pair) => Block::End {
                    stand,
                    is_cover: pair == Pair::Cover,
                },
                Directive::Fact(_) | Directive::Title => unreachable!("these make no cut"),
            });
        }
        push_prose(&mut blocks, &marked, at..text.len());
        check_guesses(&blocks, &file, problems);
        let masked = prose::mask(text, &inserts);
        Self {
            path: path.to_owned(),
            blocks,
            numbers: typed_number::of_page(&masked),
            links: links::of_page(&masked),
        }
    }

    /// All prose of the page, captions included.
    pub fn prose(&self) -> impl Iterator<Item = &Prose> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Title(prose) | Block::Prose(prose) | Block::Figure { caption: prose, .. } => {
                vec![prose]
            }
            Block::Bet {
                question, answers, ..
            } => {
                let answers = answers.iter();
                let answers =
                    answers.flat_map(|answer| [Some(&answer.words), answer.reply.as_ref()]);
                [Some(question)]
                    .into_iter()
                    .chain(answers)
                    .flatten()
                    .collect()
            }
            _ => Vec::new(),
        })
    }

    /// The name of the page's bet, and the line that it stands in.
    pub fn bets(&self) -> impl Iterator<Item = (&str, usize)> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Bet {
                stand,
                name: Some(name),
                ..
            } => Some((name.as_str(), stand.line)),
            _ => None,
        })
    }

    /// The snapshots that the page shows or quotes.
    pub fn snapshots(&self) -> impl Iterator<Item = &str> {
        let shown = self.blocks.iter().filter_map(|block| match block {
            Block::Output { snapshot, .. } | Block::Figure { snapshot, .. } => {
                Some(snapshot.as_str())
            }
            _ => None,
        });
        let quoted = self.prose().flat_map(Prose::facts);
        shown.chain(quoted.map(|fact| fact.name.snapshot.as_str()))
    }
}

struct Cut {
    range: Range<usize>,
    stand: Stand,
    directive: Directive,
    /// The caption of a figure, or the question and the answers of a bet.
    caption: Range<usize>,
}

/// A directive whose end has not come yet.
struct Open {
    pair: Pair,
    line: usize,
}

/// Notes that a directive with an end begins; a sentence if it may not begin here.
fn begin(open: &mut Option<Open>, cut: &Cut) -> Result<(), String> {
    let pair = match cut.directive {
        Directive::Bet(_) => Some(Pair::Bet),
        Directive::Guess => Some(Pair::Guess),
        Directive::Cover(_) => Some(Pair::Cover),
        Directive::Bets => Some(Pair::Bets),
        _ => None,
    };
    match (&open, pair) {
        (Some(Open { pair, line }), Some(_)) => Err(format!(
            "the `{pair}` of line {line} has not ended: write `{{{{/{pair}}}}}` first"
        )),
        (
            Some(Open {
                pair: pair @ (Pair::Bet | Pair::Guess),
                line,
            }),
            None,
        ) => Err(format!(
            "the `{pair}` of line {line} has a question and answers, and nothing else: write `{{{{/{pair}}}}}` first"
        )),
        (None, Some(pair)) => {
            *open = Some(Open {
                pair,
                line: cut.stand.line,
            });
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Ends what is open. A bet is one cut, from its first line to its last.
fn end(
    open: &mut Option<Open>,
    pair: Pair,
    cut: &mut Cut,
    cuts: &mut Vec<Cut>,
) -> Result<(), String> {
    match open.take() {
        Some(begun) if begun.pair == pair => {}
        Some(begun) => {
            let sentence = format!(
                "the `{}` of line {} ends with `{{{{/{}}}}}`",
                begun.pair, begun.line, begun.pair
            );
            *open = Some(begun);
            return Err(sentence);
        }
        None => return Err(format!("no `{pair}` begins above this end")),
    }
    if matches!(pair, Pair::Bet | Pair::Guess)
        && let Some(begun) = cuts.pop()
    {
        let ends = std::mem::replace(cut, begun);
        cut.caption = cut.range.end..ends.range.start;
        cut.range.end = ends.range.end;
    }
    Ok(())
}

/// The bet whose question and answers stand in `body`, and what is wrong with it.
fn bet(
    text: &str,
    stand: Stand,
    directive: Directive,
    body: Range<usize>,
    marked: &MarkedText<'_>,
) -> (Block, Result<(), String>) {
    // Parts begin at the start, at `- ` and at `: `; each ends where the next begins.
    let mut parts = vec![(' ', body.start..body.end)];
    let mut at = body.start;
    for line in text[body.clone()].split_inclusive('\n') {
        let words = line.trim_start();
        if let Some(mark) = ["- ", ": "].iter().find(|mark| words.starts_with(**mark)) {
            if let Some((_, part)) = parts.last_mut() {
                part.end = at;
            }
            let from = at + line.len() - words.len() + mark.len();
            parts.push((words.chars().next().unwrap_or(' '), from..body.end));
        }
        at += line.len();
    }
    let mut parts = parts.into_iter();
    let question = parts.next().map(|(_, part)| marked.prose(part));
    let question = question.unwrap_or_default();
    let mut answers: Vec<Answer> = Vec::new();
    for (mark, part) in parts {
        let words = marked.prose(part);
        match (mark, answers.last_mut()) {
            (':', Some(answer)) => answer.reply = Some(words),
            _ => answers.push(Answer { words, reply: None }),
        }
    }
    let sentence = match (question.is_blank(), answers.len()) {
        (true, _) => Err("there is no question above the answers".to_owned()),
        (_, count @ 0..2) => Err(format!(
            "there are {count} answers to choose from: write two or more, each behind `- ` on a line of its own"
        )),
        _ => Ok(()),
    };
    let name = match directive {
        Directive::Bet(name) => Some(name),
        _ => None,
    };
    let bet = Block::Bet {
        stand,
        name,
        question,
        answers,
    };
    (bet, sentence)
}

/// Reports the guesses without a cover to open, and the bets beside a first one.
fn check_guesses(blocks: &[Block], file: &str, problems: &mut Problems) {
    let mut first = None;
    let mut guess = None;
    let lost = |line: Option<usize>, problems: &mut Problems| {
        if let Some(line) = line {
            let sentence = "no cover follows this guess: put what answers it between `{{#cover ...}}` and `{{/cover}}`";
            problems.report(file, line, sentence);
        }
    };
    for block in blocks {
        match block {
            Block::Bet {
                stand, name: None, ..
            } => lost(guess.replace(stand.line), problems),
            Block::Bet { stand, .. } => match first {
                None => first = Some(stand.line),
                Some(first) => problems.report(
                    file,
                    stand.line,
                    format!("this page has a bet in line {first}: make this one a `guess`"),
                ),
            },
            Block::Begin { cover: Some(_), .. } => guess = None,
            _ => {}
        }
    }
    lost(guess, problems);
}

fn push_prose(blocks: &mut Vec<Block>, marked: &MarkedText<'_>, range: Range<usize>) {
    let title = marked
        .title
        .clone()
        .filter(|title| range.contains(&title.start));
    let Some(title) = title else {
        blocks.push(Block::Prose(marked.prose(range)));
        return;
    };
    blocks.push(Block::Prose(marked.prose(range.start..title.start)));
    blocks.push(Block::Title(marked.prose(title.clone())));
    blocks.push(Block::Prose(marked.prose(title.end..range.end)));
}

/// The caption below the directive in `line`: its range, with the marks to leave out noted in `inserts`.
fn caption(
    text: &str,
    lines: &Lines<'_>,
    line: usize,
    indent: &str,
    inserts: &mut Inserts,
) -> Option<Range<usize>> {
    let mut caption: Option<Range<usize>> = None;
    for number in line + 1.. {
        let range = lines.range(number);
        let shown = &text[range.clone()];
        let prefix = shown.len()
            - shown
                .strip_prefix(indent)
                .unwrap_or(shown.trim_start())
                .len();
        let words = &shown[prefix..];
        if words.trim().is_empty() || caption.is_none() && !words.starts_with(": ") {
            break;
        }
        if prefix > 0 {
            inserts.removed.push(range.start..range.start + prefix);
        }
        if words.starts_with(": ") {
            let mark = range.start + prefix..range.start + prefix + 2;
            match caption {
                None => inserts.caption_marks.push(mark),
                Some(_) => inserts.removed.push(mark),
            }
        }
        caption = Some(caption.map_or(range.start, |caption| caption.start)..range.end);
    }
    caption
}
