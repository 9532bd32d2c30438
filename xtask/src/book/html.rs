//! A page as mdBook is to read it: Markdown, with HTML where the book puts something in.

use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use super::directive::Directive;
use super::manuscript::Manuscript;
use super::notebooks;
use super::page::{Answer, Asked, Block, Page};
use super::problem::Problems;
use super::program::Program;
use super::prose::{self, Prose, Setting, Span};
use super::snapshot::{Evidence, Snapshot};
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
}

impl Html<'_> {
    fn block(&mut self, block: &Block) -> Result<(), String> {
        let asked = match block {
            Block::Prose(words) => {
                self.markdown += &self.prose(words)?;
                return Ok(());
            }
            Block::Asked(asked) => asked,
        };
        let html = match &asked.directive {
            Directive::Listing {
                is_shown: false, ..
            } => {
                self.markdown.push('\n');
                return Ok(());
            }
            Directive::Listing { path, anchor, .. } => self.listing(path, anchor.as_deref())?,
            Directive::Output(snapshot) => self.output(snapshot)? + &self.made(asked, snapshot),
            Directive::Figure(snapshot) => self.figure(asked, snapshot)?,
            Directive::Bet(name) => self.bet(asked, name.as_deref())?,
            Directive::Live(figure, words) if self.manuscript.has_live(figure) => format!(
                "<div class=\"live\" data-figure=\"{figure}\" data-words=\"{}\"></div>",
                escape(words)
            ),
            Directive::Live(..) => format!("<p class=\"live\">{}</p>", live::WITHOUT),
            Directive::Cover(words) => format!(
                "<details class=\"cover\"><summary>{}</summary>",
                inline(words)
            ),
            Directive::End("cover") => "</details>".to_owned(),
            Directive::Bets => "<div class=\"bets\">".to_owned(),
            Directive::End(_) => "</div>".to_owned(),
            Directive::Fact(_) | Directive::Title => return Ok(()),
        };
        self.put(&asked.indent, &html);
        Ok(())
    }

    fn listing(&self, path: &str, anchor: Option<&str>) -> Result<String, String> {
        let code = self.manuscript.listing(path, anchor)?;
        let code = match language(path) {
            "rust" => HIDDEN.replace_all(&code, "$1#$2").into_owned(),
            _ => code,
        };
        Ok(format!(
            "<figure class=\"listing\"><figcaption><a href=\"{}{}\">{}</a></figcaption>\n\n{}\n\n</figure>",
            self.up(),
            source_pages::href(path, anchor),
            escape(path),
            fence(language(path), &code)
        ))
    }

    fn output(&self, snapshot: &str) -> Result<String, String> {
        let snapshot = self.manuscript.shown(snapshot, false)?;
        let Snapshot {
            path,
            first_line,
            body,
            ..
        } = snapshot;
        let name = escape(&snapshot.name);
        if !matches!(snapshot.evidence, Evidence::Table) {
            return Ok(format!(
                "<div class=\"output\" data-snapshot=\"{name}\">\n\n{}\n\n</div>",
                fence("text", body)
            ));
        }
        let problems = &mut Problems::default();
        let table = Prose::of_markdown(&unbroken(body), path, *first_line, problems);
        let spoken = name.rsplit('/').next().unwrap_or_default();
        Ok(format!(
            "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table: {}\" data-snapshot=\"{name}\">\n\n{}\n\n</div>",
            spoken.replace(['-', '_'], " "),
            self.prose(&table)?.trim_end()
        ))
    }

    fn figure(&self, asked: &Asked, snapshot: &str) -> Result<String, String> {
        let snapshot = self.manuscript.shown(snapshot, true)?;
        let Evidence::Figure(figure) = &snapshot.evidence else {
            return Ok(String::new());
        };
        let id = self.unique_id(asked, &snapshot.name);
        let data = figure.data.as_deref();
        Ok(format!(
            "<figure class=\"figure\" id=\"{id}\" data-snapshot=\"{}\">\n\
             <p class=\"finding\" id=\"{id}-title\">{}</p>\n{}\n<figcaption>\n\n{}\n{}\n</figcaption>\n</figure>{}",
            escape(&snapshot.name),
            typeset(&figure.title),
            figure.inline(&id),
            self.prose(&asked.words)?.trim_end(),
            self.made(asked, &snapshot.name),
            data.map(|data| numbers(&id, data)).unwrap_or_default()
        ))
    }

    /// A question with its answers: a group of radio buttons, which the book's script listens to.
    fn bet(&self, asked: &Asked, name: Option<&str>) -> Result<String, String> {
        let (class, group, label, status) = match name {
            Some(name) => (
                format!("bet\" data-bet=\"{name}"),
                format!("bet-{name}"),
                "<strong>Your bet.</strong> ",
                "<p role=\"status\"></p>\n",
            ),
            None => {
                let guesses = self.page.asked();
                let guesses = guesses.filter(|other| other.directive == asked.directive);
                let number = guesses.take_while(|other| other.line <= asked.line).count();
                let group = format!("{}-guess-{number}", self.page.path.trim_end_matches(".md"));
                ("bet guess".to_owned(), group, "", "")
            }
        };
        let question = inline(&self.prose(&asked.words)?);
        let mut bet = format!("<fieldset class=\"{class}\">\n<legend>{label}{question}</legend>\n");
        for Answer { words, reply } in &asked.answers {
            let words = inline(&self.prose(words)?);
            let reply = match reply {
                Some(reply) => format!(" data-reply=\"{}\"", escape(self.prose(reply)?.trim())),
                None => String::new(),
            };
            bet += &format!(
                "<label><input type=\"radio\" name=\"{group}\"{reply}> <span>{words}</span></label>\n"
            );
        }
        Ok(bet + status + "</fieldset>")
    }

    /// The way from an output or a figure to the code that shows it, where the page does not show that itself.
    fn made(&self, asked: &Asked, snapshot: &str) -> String {
        let hidden = self.program.and_then(|program| {
            let cell = program.maker(asked.line, snapshot)?;
            (!cell.is_shown).then_some((&program.path, cell))
        });
        let Some((path, cell)) = hidden else {
            return String::new();
        };
        let lines = match cell.code.lines().count() {
            1 => "line",
            _ => "lines",
        };
        let href = self.up() + &source_pages::href(path, Some(&cell.anchor));
        format!("\n<p class=\"made\"><a href=\"{href}\">The {lines} that made this</a></p>")
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
                let href = notebooks::href(&notebook);
                foot += &format!("; in Jupyter: [`{notebook}`]({up}{href})");
                let repository = self.edition.repository.as_deref();
                if let Some(name) =
                    repository.and_then(|name| name.strip_prefix("https://github.com/"))
                {
                    foot += &format!(
                        ", or [in your browser](https://mybinder.org/v2/gh/{name}/main?labpath={notebook}), with nothing to \
                         install"
                    );
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
            foot += &format!("[Report a mistake on this page]({repository}/issues/new)\n\n");
        }
        if !foot.is_empty() {
            self.put("", &format!("<div class=\"run\">\n\n{foot}</div>"));
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
            imprint += &format!("Made from commit {commit} of {date}{changed}.\n\n");
        }
        imprint
    }

    /// From the folder of the page up to the top of the book.
    fn up(&self) -> String {
        "../".repeat(self.page.path.matches('/').count())
    }

    /// Puts in a block between blank lines, each of its lines behind the marks of its list item or quotation.
    fn put(&mut self, indent: &str, block: &str) {
        let blank = format!("{}\n", indent.trim_end());
        if !self.markdown.is_empty() && !self.markdown.ends_with('\n') {
            self.markdown.push('\n');
        }
        self.markdown.push_str(&blank);
        for line in block.lines() {
            self.markdown += format!("{indent}{line}").trim_end();
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
                Span::Link(_, target) => markdown.push_str(target),
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
    fn unique_id(&self, asked: &Asked, snapshot: &str) -> String {
        let pages = self.manuscript.pages.iter();
        let before = pages.take_while(|page| page.path != self.page.path);
        let above = self.page.asked().filter(|other| other.line < asked.line);
        let shown = before.flat_map(Page::asked).chain(above);
        let id = snapshot.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        match shown
            .filter(|other| other.directive == asked.directive)
            .count()
        {
            0 => id,
            count => format!("{id}-{}", count + 1),
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
    let csv = data.bytes().map(|byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b',' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    let csv: String = csv.collect();
    format!(
        "\n<details class=\"data\"><summary>The numbers of this figure</summary>\n\
         <p><a download=\"{id}.csv\" href=\"data:text/csv;charset=utf-8,{csv}\">All digits, as a CSV file</a></p>\n\
         </details>"
    )
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

/// A line of Rust that mdBook hides: it begins with `#` and a space. One more `#` keeps it.
static HIDDEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^([ \t]*)(#(?:[ #]|$))").expect("the pattern is one"));

/// Text for HTML, attributes included.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The text that HTML or SVG stands for.
pub fn unescape(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
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
