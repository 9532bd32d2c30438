//! A page of the book, cut into the blocks that directives ask for and the prose between them.

use std::ops::Range;

use super::directive::{self, Directive};
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
                    inserts.blocks.push(found.range);
                    cuts.push(cut);
                }
            }
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
                Directive::Fact(_) | Directive::Title => unreachable!("these make no cut"),
            });
        }
        push_prose(&mut blocks, &marked, at..text.len());
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
        self.blocks.iter().filter_map(|block| match block {
            Block::Title(prose) | Block::Prose(prose) | Block::Figure { caption: prose, .. } => {
                Some(prose)
            }
            Block::Listing { .. } | Block::Output { .. } => None,
        })
    }

    /// The snapshots that the page shows or quotes.
    pub fn snapshots(&self) -> impl Iterator<Item = &str> {
        let shown = self.blocks.iter().filter_map(|block| match block {
            Block::Output { snapshot, .. } | Block::Figure { snapshot, .. } => {
                Some(snapshot.as_str())
            }
            Block::Title(_) | Block::Prose(_) | Block::Listing { .. } => None,
        });
        let quoted = self.prose().flat_map(Prose::facts);
        shown.chain(quoted.map(|fact| fact.name.snapshot.as_str()))
    }
}

struct Cut {
    range: Range<usize>,
    stand: Stand,
    directive: Directive,
    caption: Range<usize>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::prose::{Setting, Span};

    fn parse(text: &str) -> (Page, String) {
        let mut problems = Problems::default();
        let page = Page::parse("a.md", text, &mut problems);
        let problems = problems.into_result().err().map(|error| error.to_string());
        (page, problems.unwrap_or_default())
    }

    #[test]
    fn the_title_is_a_block_of_its_own() {
        let (page, problems) = parse("# Gradients {#top}\n\nOne.\n");
        assert_eq!(problems, "");
        let Block::Title(title) = &page.blocks[1] else {
            panic!("{page:?}")
        };
        assert!(matches!(&title.0[..], [
            Span::Markdown(words),
            Span::HeadingAttributes(attributes),
            Span::Markdown(_)
        ] if words == "# Gradients" && attributes == " {#top}"));
    }

    #[test]
    fn directives_inside_code_are_shown() {
        let (page, problems) =
            parse("`{{#fact a/b.c}}`\n\n```text\n{{#nonsense}}\n```\n\n    {{#listing x.rs:y}}\n");
        assert_eq!(problems, "");
        assert_eq!(page.blocks.len(), 1);
        assert_eq!(page.prose().flat_map(Prose::facts).count(), 0);
    }

    #[test]
    fn a_block_directive_stands_alone() {
        let (_, problems) = parse("See {{#output chapter1/check}} here.\n- {{#listing a.rs:b}}\n");
        assert_eq!(
            problems,
            "book/a.md:1: `{{#output chapter1/check}}` must stand on a line of its own\n\
             book/a.md:2: `{{#listing a.rs:b}}` must stand on a line of its own"
        );
    }

    #[test]
    fn a_figure_needs_a_caption() {
        let (_, problems) = parse("{{#figure chapter1/cosine}}\n\nText.\n");
        assert_eq!(
            problems,
            "book/a.md:1: the figure `chapter1/cosine` has no caption: begin the next line with `: `"
        );
    }

    #[test]
    fn a_caption_loses_its_marks_and_keeps_facts_and_formulas() {
        let (page, problems) = parse(
            "> {{#figure chapter1/cosine}}\n> : Angle $\\theta_0$,\n> : {{#fact chapter1/check.ratio}}.\n\nText.\n",
        );
        assert_eq!(problems, "");
        let Block::Figure { stand, caption, .. } = &page.blocks[1] else {
            panic!("{page:?}")
        };
        assert_eq!((stand.line, stand.indent.as_str()), (1, "> "));
        assert!(matches!(&caption.0[..], [
            Span::Markdown(angle),
            Span::Maths(maths),
            Span::Markdown(comma),
            Span::Fact(fact),
            Span::Markdown(stop),
        ] if angle == "Angle " && !maths.display && comma == ",\n" && fact.line == 3 && stop == ".\n"));
    }

    #[test]
    fn a_fact_knows_what_surrounds_it() {
        let (page, _) = parse("# {{#fact a/b.c}}\n\n{{#fact a/b.c}}\n\n<p>{{#fact a/b.c}}</p>\n");
        let settings: Vec<Setting> = page
            .prose()
            .flat_map(Prose::facts)
            .map(|fact| fact.setting)
            .collect();
        assert_eq!(
            settings,
            [Setting::Heading, Setting::Sentence, Setting::Html]
        );
    }

    #[test]
    fn a_dollar_sign_that_opens_nothing_is_refused() {
        let (_, problems) = parse("One.\n\nIt costs $5.\n\nOr `$5`, or \\$5.\n");
        assert_eq!(
            problems,
            "book/a.md:3: this `$` opens no maths that closes: write `\\$` for a dollar sign"
        );
    }

    #[test]
    fn underscores_and_stars_inside_formulas_are_maths() {
        let (page, problems) = parse("Let $a_b * c_d$ and $x_1 * y$ be.\n");
        assert_eq!(problems, "");
        let maths = page
            .prose()
            .flat_map(|prose| &prose.0)
            .filter(|span| matches!(span, Span::Maths(_)));
        assert_eq!(maths.count(), 2);
    }
}
