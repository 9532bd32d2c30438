//! A page as mdBook is to read it: Markdown, with HTML where the book puts something in.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::manuscript::Manuscript;
use super::notebooks;
use super::page::{Answer, Block, Page, Stand};
use super::problem::Problems;
use super::program::Program;
use super::prose::{self, Prose, Setting, Span};
use super::snapshot::Evidence;
use super::source_pages;
use crate::edition::{self, Commit, Edition};
use crate::live;
use crate::site;

/// The page as mdBook's Markdown; the sentence of a problem if the manuscript has one.
pub fn page(page: &Page, manuscript: &Manuscript, edition: &Edition) -> Result<String, String> {
    // The manuscript has reported what is wrong with the program.
    let program = Program::of(page, manuscript, &mut Problems::default());
    let mut html = Html {
        manuscript,
        edition,
        page,
        program: program.as_ref(),
        markdown: String::new(),
        ids: BTreeMap::new(),
        guesses: 0,
    };
    for block in &page.blocks {
        html.block(block)?;
    }
    html.foot()?;
    Ok(html.markdown)
}

struct Html<'a> {
    manuscript: &'a Manuscript,
    edition: &'a Edition,
    page: &'a Page,
    program: Option<&'a Program>,
    markdown: String,
    /// How often each figure was shown on this page.
    ids: BTreeMap<String, usize>,
    /// How many guesses this page has asked for.
    guesses: usize,
}

impl Html<'_> {
    fn block(&mut self, block: &Block) -> Result<(), String> {
        match block {
            Block::Title(words) | Block::Prose(words) => {
                let words = self.prose(words)?;
                self.markdown.push_str(&words);
            }
            Block::Listing {
                is_shown: false, ..
            } => self.markdown.push('\n'),
            Block::Listing {
                stand,
                path,
                anchor,
                ..
            } => {
                let code = self.manuscript.listing(path, anchor.as_deref())?;
                let language = language(path);
                let code = if language == "rust" {
                    keep_lines_visible(&code)
                } else {
                    code
                };
                let up = self.up();
                let href = source_pages::href(path, anchor.as_deref());
                let head = format!(
                    "<figure class=\"listing\"><figcaption><a href=\"{up}{href}\">{}</a></figcaption>",
                    escape(path)
                );
                self.put(
                    stand,
                    &format!("{head}\n\n{}\n\n</figure>", fence(language, &code)),
                );
            }
            Block::Output { stand, snapshot } => {
                let snapshot = self.manuscript.output(snapshot)?;
                let name = escape(&snapshot.name);
                let made = self.made(stand);
                match &snapshot.evidence {
                    Evidence::Table(body) => {
                        let mut problems = Problems::default();
                        let table = Prose::of_markdown(
                            &unbroken(body),
                            &snapshot.path,
                            snapshot.first_line,
                            &mut problems,
                        );
                        let table = self.prose(&table)?;
                        let label = escape(&spoken(&snapshot.name));
                        self.put(
                            stand,
                            &format!(
                                "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table: {label}\" \
                                 data-snapshot=\"{name}\">\n\n{}\n\n</div>{made}",
                                table.trim_end()
                            ),
                        );
                    }
                    Evidence::Text(body) => self.put(
                        stand,
                        &format!(
                            "<div class=\"output\" data-snapshot=\"{name}\">\n\n{}\n\n</div>{made}",
                            fence("text", body)
                        ),
                    ),
                    Evidence::Facts(..) | Evidence::Figure(_) | Evidence::Unreadable => {}
                }
            }
            Block::Figure {
                stand,
                snapshot,
                caption,
            } => {
                let snapshot = self.manuscript.figure(snapshot)?;
                if let Evidence::Figure(figure) = &snapshot.evidence {
                    let id = self.unique_id(&snapshot.name);
                    let caption = self.prose(caption)?;
                    let data = figure.data.as_deref();
                    let data = data.map(|data| numbers(&id, data)).unwrap_or_default();
                    self.put(
                        stand,
                        &format!(
                            "<figure class=\"figure\" id=\"{id}\" data-snapshot=\"{}\">\n\
                             <p class=\"finding\" id=\"{id}-title\">{}</p>\n{}\n<figcaption>\n\n{}\n{}\n</figcaption>\n</figure>{data}",
                            escape(&snapshot.name),
                            typeset(&figure.title),
                            figure.inline(&id),
                            caption.trim_end(),
                            self.made(stand)
                        ),
                    );
                }
            }
            Block::Bet {
                stand,
                name,
                question,
                answers,
            } => {
                let bet = self.bet(name.as_deref(), question, answers)?;
                self.put(stand, &bet);
            }
            Block::Live {
                stand,
                live: figure,
            } => {
                let live = match self.manuscript.has_live(&figure.figure) {
                    true => format!(
                        "<div class=\"live\" data-figure=\"{}\" data-words=\"{}\"></div>",
                        figure.figure,
                        escape(&figure.words)
                    ),
                    false => format!("<p class=\"live\">{}</p>", live::WITHOUT),
                };
                self.put(stand, &live);
            }
            Block::Begin {
                stand,
                cover: Some(words),
            } => {
                let words = inline(words);
                self.put(
                    stand,
                    &format!("<details class=\"cover\"><summary>{words}</summary>"),
                );
            }
            Block::Begin { stand, cover: None } => self.put(stand, "<div class=\"bets\">"),
            Block::End { stand, is_cover } => {
                let end = if *is_cover { "</details>" } else { "</div>" };
                self.put(stand, end);
            }
        }
        Ok(())
    }

    /// A question with its answers: a group of radio buttons, which the book's script listens to.
    fn bet(
        &mut self,
        name: Option<&str>,
        question: &Prose,
        answers: &[Answer],
    ) -> Result<String, String> {
        let (class, group) = match name {
            Some(name) => (format!("bet\" data-bet=\"{name}"), format!("bet-{name}")),
            None => {
                self.guesses += 1;
                let page = self.page.path.trim_end_matches(".md");
                (
                    "bet guess".to_owned(),
                    format!("{page}-guess-{}", self.guesses),
                )
            }
        };
        let label = name.map_or("", |_| "<strong>Your bet.</strong> ");
        let mut bet = format!(
            "<fieldset class=\"{class}\">\n<legend>{label}{}</legend>\n",
            inline(&self.prose(question)?)
        );
        for Answer { words, reply } in answers {
            let words = inline(&self.prose(words)?);
            let reply = match reply {
                Some(reply) => format!(" data-reply=\"{}\"", escape(self.prose(reply)?.trim())),
                None => String::new(),
            };
            bet.push_str(&format!(
                "<label><input type=\"radio\" name=\"{group}\"{reply}> <span>{words}</span></label>\n"
            ));
        }
        if name.is_some() {
            bet.push_str("<p role=\"status\"></p>\n");
        }
        Ok(bet + "</fieldset>")
    }

    /// The way from an output or a figure to the code that shows it, where the page does not show that itself.
    fn made(&self, stand: &Stand) -> String {
        let hidden = self.program.and_then(|program| {
            let cell = program.maker(stand.line).filter(|cell| !cell.is_shown)?;
            Some((source_pages::href(&program.path, Some(&cell.anchor)), cell))
        });
        let Some((href, cell)) = hidden else {
            return String::new();
        };
        let lines = match cell.code.lines().count() {
            1 => "line",
            _ => "lines",
        };
        let up = self.up();
        format!("\n<p class=\"made\"><a href=\"{up}{href}\">The {lines} that made this</a></p>")
    }

    /// Where the code of the page is, how to run it oneself, a box that names the source of every number, and at the end of
    /// the title which edition this is.
    fn foot(&mut self) -> Result<(), String> {
        let up = self.up();
        let mut foot = String::new();
        if let Some(Program { path, .. }) = self.program {
            foot = format!(
                "The code of this page: [`{path}`]({up}{}). Run it: `cargo run --example {}`",
                source_pages::href(path, None),
                self.manuscript.example(path)?,
            );
            if let Some(notebook) = self.manuscript.notebook(path)
                && self.edition.offers(notebooks::FOLDER)
            {
                let href = notebooks::href(notebook);
                foot.push_str(&format!("; in Jupyter: [`{notebook}`]({up}{href})"));
                let repository = self.edition.repository.as_deref();
                if let Some(name) =
                    repository.and_then(|name| name.strip_prefix("https://github.com/"))
                {
                    foot.push_str(&format!(
                        ", or [in your browser](https://mybinder.org/v2/gh/{name}/main?labpath={notebook}), with nothing to \
                         install"
                    ));
                }
            }
            foot.push_str(".\n\n");
        }
        if self.page.prose().flat_map(Prose::facts).next().is_some() {
            foot.push_str(
                "<p class=\"name-facts\"><label><input type=\"checkbox\"> Name the source of every number on this \
                 page</label></p>\n\n",
            );
        }
        if self.page.path == edition::TITLE {
            foot.push_str(&self.imprint());
        }
        if let Some(repository) = &self.edition.repository {
            foot.push_str(&format!(
                "[Report a mistake on this page]({repository}/issues/new)\n\n"
            ));
        }
        if !foot.is_empty() {
            let stand = Stand {
                line: 0,
                indent: String::new(),
            };
            self.put(&stand, &format!("<div class=\"run\">\n\n{foot}</div>"));
        }
        Ok(())
    }

    /// The book in other forms, and the commit that it is made from.
    fn imprint(&self) -> String {
        let forms = site::FORMS.iter();
        let forms = forms.filter(|(file, _)| self.edition.offers(file));
        let forms: Vec<String> = forms
            .map(|(file, form)| format!("[{form}]({file})"))
            .collect();
        let mut imprint = String::new();
        if !forms.is_empty() {
            imprint = format!("The whole book to take along: {}.\n\n", forms.join(", "));
        }
        if let Some(Commit {
            hash,
            date,
            is_changed,
        }) = &self.edition.commit
        {
            let commit = match &self.edition.repository {
                Some(repository) => format!("[`{}`]({repository}/commit/{hash})", &hash[..9]),
                None => format!("`{}`", &hash[..9]),
            };
            let changed = if *is_changed {
                ", with changes since"
            } else {
                ""
            };
            imprint.push_str(&format!(
                "Made from commit {commit} of {date}{changed}.\n\n"
            ));
        }
        imprint
    }

    /// From the folder of the page up to the top of the book.
    fn up(&self) -> String {
        "../".repeat(self.page.path.matches('/').count())
    }

    /// Puts in a block between blank lines, each of its lines behind the marks of its list item or quotation.
    fn put(&mut self, stand: &Stand, block: &str) {
        let blank = format!("{}\n", stand.indent.trim_end());
        if !self.markdown.is_empty() && !self.markdown.ends_with('\n') {
            self.markdown.push('\n');
        }
        self.markdown.push_str(&blank);
        for line in block.lines() {
            self.markdown
                .push_str(format!("{}{line}", stand.indent).trim_end());
            self.markdown.push('\n');
        }
        self.markdown.push_str(&blank);
    }

    fn prose(&self, prose: &Prose) -> Result<String, String> {
        let mut markdown = String::new();
        // A stop after a formula stays with it.
        let mut stop = "";
        for (index, span) in prose.0.iter().enumerate() {
            match span {
                Span::Markdown(text) => markdown.push_str(&text[std::mem::take(&mut stop).len()..]),
                Span::HeadingAttributes(text) => markdown.push_str(text),
                Span::LinkTarget { target, .. } => markdown.push_str(target),
                Span::Fact(fact) => {
                    let value = self.manuscript.value(fact)?;
                    markdown.push_str(&match fact.setting {
                        Setting::Html => typeset(&value),
                        Setting::Heading => inert(&value),
                        Setting::Sentence => format!(
                            "<span class=\"fact\" tabindex=\"-1\" title=\"{}\">{}</span>",
                            escape(&fact.name.to_string()),
                            inert(&value)
                        ),
                    });
                }
                Span::Maths(maths) => {
                    let mathml = self.manuscript.mathml(maths)?;
                    if maths.display {
                        markdown += &format!("<span class=\"display-maths\">{mathml}</span>");
                        continue;
                    }
                    if let Some(Span::Markdown(text)) = prose.0.get(index + 1) {
                        let after = text.trim_start_matches(['.', ',', ';', ':', '?', '!', ')']);
                        stop = &text[..text.len() - after.len()];
                    }
                    markdown += &match stop {
                        "" => mathml,
                        _ => format!("<span class=\"whole\">{mathml}{stop}</span>"),
                    };
                }
            }
        }
        Ok(markdown)
    }

    /// The id of a figure. A later showing has a number, on another page as well: the whole book is also one page.
    fn unique_id(&mut self, snapshot: &str) -> String {
        let before = self.manuscript.pages.iter();
        let before = before.take_while(|page| page.path != self.page.path);
        let shows = |block: &&Block| matches!(block, Block::Figure { snapshot: shown, .. } if shown == snapshot);
        let before = before.flat_map(|page| &page.blocks).filter(shows).count();
        let id = snapshot.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let count = self.ids.entry(id.clone()).or_insert(before);
        *count += 1;
        if *count == 1 {
            id
        } else {
            format!("{id}-{count}")
        }
    }
}

/// Words outside of Markdown, which sets apostrophes itself.
fn typeset(text: &str) -> String {
    escape(&text.replace('\'', "’"))
}

/// A table in which no number and no range is broken in two: a cell breaks between the one and the other.
fn unbroken(table: &str) -> String {
    let line = |line: &str| {
        line.split('|')
            .map(unbroken_cell)
            .collect::<Vec<_>>()
            .join("|")
    };
    table.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn unbroken_cell(cell: &str) -> String {
    let number = |word: &str| {
        let bare = word.trim_matches(['(', ')', '%', ',']);
        matches!(bare, "to" | "±" | "diverged") || bare.replace(',', "").parse::<f64>().is_ok()
    };
    let mut wholes: Vec<Vec<&str>> = Vec::new();
    for word in cell.trim().split(' ') {
        match wholes.last_mut() {
            Some(last) if number(word) && number(last[0]) && !word.starts_with('(') => {
                last.push(word)
            }
            _ => wholes.push(vec![word]),
        }
    }
    let whole = |words: Vec<&str>| match number(words[0]) {
        true => format!("<span class=\"whole\">{}</span>", words.join(" ")),
        false => words[0].to_owned(),
    };
    match cell.trim() {
        "" => cell.to_owned(),
        text => cell.replacen(
            text,
            &wholes.into_iter().map(whole).collect::<Vec<_>>().join(" "),
            1,
        ),
    }
}

/// What a figure draws, folded away: a link that holds all of it, and that the book's script makes a table of. The
/// search looks at text alone, so that it is not flooded with digits.
fn numbers(id: &str, data: &str) -> String {
    let mut csv = String::new();
    for byte in data.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b',' => {
                csv.push(char::from(byte))
            }
            byte => csv.push_str(&format!("%{byte:02X}")),
        }
    }
    format!(
        "\n<details class=\"data\"><summary>The numbers of this figure</summary>\n\
         <p><a download=\"{id}.csv\" href=\"data:text/csv;charset=utf-8,{csv}\">All digits, as a CSV file</a></p>\n\
         </details>"
    )
}

/// The words of a snapshot's name, to be read aloud.
fn spoken(name: &str) -> String {
    name.rsplit('/')
        .next()
        .unwrap_or_default()
        .replace(['-', '_'], " ")
}

/// The words of one paragraph, as HTML that stands inside an element. Quotation marks are curled as mdBook curls its own.
fn inline(markdown: &str) -> String {
    let options = prose::options() | Options::ENABLE_SMART_PUNCTUATION;
    let events = Parser::new_ext(markdown.trim(), options).filter(|event| {
        !matches!(
            event,
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)
        )
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html.trim().to_owned()
}

/// The language of a listing, by the ending of its file.
pub fn language(path: &str) -> &str {
    match path.rsplit('.').next().unwrap_or_default() {
        "rs" => "rust",
        "toml" => "toml",
        "py" => "python",
        "sh" => "sh",
        "json" => "json",
        _ => "text",
    }
}

/// A fenced block whose fence is longer than any in it.
pub fn fence(language: &str, code: &str) -> String {
    let mut fence = "```".to_owned();
    while code.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{}\n{fence}", code.trim_end())
}

/// mdBook hides the lines of Rust that begin with `#` and a space; one more `#` keeps them.
fn keep_lines_visible(code: &str) -> String {
    let keep = |line: &str| {
        let words = line.trim_start();
        let hidden = words == "#" || words.starts_with("# ") || words.starts_with("##");
        let margin = &line[..line.len() - words.len()];
        if hidden {
            format!("{margin}#{words}")
        } else {
            line.to_owned()
        }
    };
    code.lines().map(keep).collect::<Vec<_>>().join("\n")
}

/// Text for HTML, attributes included.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The text that HTML or SVG stands for.
pub fn unescape(html: &str) -> String {
    let mut text = String::new();
    for (at, part) in html.split('&').enumerate() {
        let entity = part.split_once(';').filter(|_| at > 0);
        let number = |digits: &str| digits.parse().ok().and_then(char::from_u32);
        let meant = entity.and_then(|(name, rest)| match name {
            "amp" => Some(('&', rest)),
            "lt" => Some(('<', rest)),
            "gt" => Some(('>', rest)),
            "quot" => Some(('"', rest)),
            "apos" => Some(('\'', rest)),
            _ => Some((number(name.strip_prefix('#')?)?, rest)),
        });
        let (c, rest) = meant.unwrap_or(('&', part));
        if at > 0 {
            text.push(c);
        }
        text.push_str(if at > 0 { rest } else { part });
    }
    text
}

/// Text that neither HTML nor Markdown reads anything into.
fn inert(text: &str) -> String {
    let mut inert = String::new();
    for c in text.chars() {
        match c {
            '.' | ',' | '-' | '+' | '%' | '/' | ':' | '=' | '(' | ')' => inert.push(c),
            c if c.is_ascii_punctuation() => inert.push_str(&format!("&#{};", u32::from(c))),
            c => inert.push(c),
        }
    }
    inert
}
