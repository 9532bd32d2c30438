//! A page as mdBook is to read it: Markdown, with HTML where the book puts something in.

use std::collections::BTreeMap;

use super::manuscript::Manuscript;
use super::notebooks;
use super::page::{Block, Page, Stand};
use super::problem::Problems;
use super::program::Program;
use super::prose::{Prose, Setting, Span};
use super::snapshot::Evidence;
use super::source_pages;

/// The page as mdBook's Markdown; the sentence of a problem if the manuscript has one.
pub fn page(page: &Page, manuscript: &Manuscript) -> Result<String, String> {
    let mut html = Html {
        manuscript,
        page,
        markdown: String::new(),
        ids: BTreeMap::new(),
    };
    for block in &page.blocks {
        html.block(block)?;
    }
    // The manuscript has reported what is wrong with the program.
    if let Some(program) = Program::of(page, manuscript, &mut Problems::default()) {
        html.foot(&program)?;
    }
    Ok(html.markdown)
}

struct Html<'a> {
    manuscript: &'a Manuscript,
    page: &'a Page,
    markdown: String,
    /// How often each figure was shown on this page.
    ids: BTreeMap<String, usize>,
}

impl Html<'_> {
    fn block(&mut self, block: &Block) -> Result<(), String> {
        match block {
            Block::Title(words) | Block::Prose(words) => {
                let words = self.prose(words)?;
                self.markdown.push_str(&words);
            }
            Block::Listing {
                stand,
                path,
                anchor,
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
                match &snapshot.evidence {
                    Evidence::Table(body) => {
                        let mut problems = Problems::default();
                        let table = Prose::of_markdown(
                            body,
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
                                 data-snapshot=\"{name}\">\n\n{}\n\n</div>",
                                table.trim_end()
                            ),
                        );
                    }
                    Evidence::Text(body) | Evidence::Facts(_, body) => self.put(
                        stand,
                        &format!(
                            "<div class=\"output\" data-snapshot=\"{name}\">\n\n{}\n\n</div>",
                            fence("text", body)
                        ),
                    ),
                    Evidence::Figure(_) | Evidence::Unreadable => {}
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
                             {}\n<figcaption>\n\n{}\n\n</figcaption>\n</figure>{data}",
                            escape(&snapshot.name),
                            figure.inline(&id),
                            caption.trim_end()
                        ),
                    );
                }
            }
        }
        Ok(())
    }

    /// How to run the page oneself: its program, and its notebook if that has been written.
    fn foot(&mut self, program: &Program) -> Result<(), String> {
        let path = &program.path;
        let up = self.up();
        let mut foot = format!(
            "Run this page: `cargo run --example {}` ([`{path}`]({up}{}))",
            self.manuscript.example(path)?,
            source_pages::href(path, None)
        );
        if let Some(notebook) = self.manuscript.notebook(path) {
            let href = notebooks::href(notebook);
            foot.push_str(&format!("; in Jupyter: [`{notebook}`]({up}{href})"));
        }
        let stand = Stand {
            line: 0,
            indent: String::new(),
        };
        self.put(&stand, &format!("<div class=\"run\">\n\n{foot}.\n\n</div>"));
        Ok(())
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
        for span in &prose.0 {
            match span {
                Span::Markdown(text) | Span::HeadingAttributes(text) => markdown.push_str(text),
                Span::LinkTarget { target, .. } => markdown.push_str(target),
                Span::Fact(fact) => {
                    let value = self.manuscript.value(fact)?;
                    markdown.push_str(&match fact.setting {
                        Setting::Html => escape(&value),
                        Setting::Heading => inert(&value),
                        Setting::Sentence => format!(
                            "<span class=\"fact\" title=\"{}\">{}</span>",
                            escape(&fact.name.to_string()),
                            inert(&value)
                        ),
                    });
                }
                Span::Maths(maths) => {
                    let mathml = self.manuscript.mathml(maths)?;
                    markdown.push_str(&if maths.display {
                        format!("<span class=\"display-maths\">{mathml}</span>")
                    } else {
                        mathml
                    });
                }
            }
        }
        Ok(markdown)
    }

    fn unique_id(&mut self, snapshot: &str) -> String {
        let id = snapshot.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let count = self.ids.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 {
            id
        } else {
            format!("{id}-{count}")
        }
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
