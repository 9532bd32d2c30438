//! A page's Markdown as Jupyter shows it, with places kept for the code cells.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::book::directive::Directive;
use crate::book::folder;
use crate::book::html::{escape, fence, language};
use crate::book::manuscript::Manuscript;
use crate::book::page::{Block, Page};
use crate::book::program::Program;
use crate::book::prose::{self, Prose, Setting, Span};
use crate::book::source_pages;

/// Stands where a code cell goes.
const CELL: char = '\u{E002}';

/// The first line of a page, `# Gradients`, and the Markdown around its code cells: one stretch more than there are cells,
/// blank where two follow each other. `notebooks` has the notebook of each page that has one, by the page's path.
pub fn texts(
    page: &Page,
    program: &Program,
    manuscript: &Manuscript,
    notebooks: &BTreeMap<String, String>,
) -> Result<(String, Vec<String>), String> {
    let writer = Writer {
        page,
        manuscript,
        notebooks,
    };
    let mut body = String::new();
    for block in &page.blocks {
        let asked = match block {
            Block::Prose(words) => {
                append(&mut body, &writer.prose(words)?);
                continue;
            }
            Block::Asked(asked) => asked,
        };
        let text = match &asked.directive {
            Directive::Listing { .. } if program.cell_at(asked.line).is_some() => {
                append(&mut body, &CELL.to_string());
                continue;
            }
            Directive::Listing { path, anchor, .. } => format!(
                "[`{path}`]({}):\n\n{}",
                beside_notebooks(path),
                fence(
                    language(path),
                    &manuscript.listing(path, anchor.as_deref())?
                )
            ),
            Directive::Figure(_) => writer.prose(&asked.words)?,
            // A notebook covers nothing: the question stands above the cell that answers it.
            Directive::Bet(name) => {
                let label = name.as_ref().map_or("", |_| "**Your bet.** ");
                let mut bet = format!("{label}{}\n", writer.prose(&asked.words)?.trim());
                for answer in &asked.answers {
                    bet += &format!("\n- {}", writer.prose(&answer.words)?.trim());
                }
                bet
            }
            // An output belongs to the cell of its code, and a page with a program has no other.
            _ => continue,
        };
        let lines = text.lines();
        let lines = lines.map(|line| format!("{}{line}", asked.indent).trim_end().to_owned());
        append(&mut body, &lines.collect::<Vec<_>>().join("\n"));
    }
    let body = name_quotations(&unfold_around_cells(&body));
    let (title, body) = body.split_once('\n').unwrap_or((&body, ""));
    let texts = body
        .split(CELL)
        .map(|text| text.trim_matches('\n').trim_end().to_owned());
    Ok((title.to_owned(), texts.collect()))
}

struct Writer<'a> {
    page: &'a Page,
    manuscript: &'a Manuscript,
    notebooks: &'a BTreeMap<String, String>,
}

impl Writer<'_> {
    fn prose(&self, prose: &Prose) -> Result<String, String> {
        let mut markdown = String::new();
        for span in &prose.0 {
            match span {
                Span::Markdown(text) => markdown.push_str(text),
                // Jupyter would show them.
                Span::HeadingAttributes(_) => {}
                Span::Link(_, target) if prose::leads_out(target) => markdown.push_str(target),
                Span::Link(_, target) => markdown.push_str(&self.link(target)),
                Span::Maths(maths) => {
                    markdown += &maths.filled(&maths.source, |fact| self.manuscript.value(fact))?;
                }
                Span::Fact(fact) => {
                    let value = self.manuscript.value(fact)?;
                    markdown.push_str(&match fact.setting {
                        Setting::Html => escape(&value),
                        Setting::Sentence | Setting::Heading => literal(&value),
                    });
                }
            }
        }
        Ok(markdown)
    }

    /// A link from the notebook to what the page links to: to a page's notebook if it has one.
    fn link(&self, target: &str) -> String {
        let (path, fragment) = match target.split_once('#') {
            Some((path, fragment)) => (path, format!("#{fragment}")),
            None => (target, String::new()),
        };
        let page = folder::resolve(&self.page.path, path);
        if let Some(notebook) = self.notebooks.get(&page) {
            return beside_notebooks(notebook) + &fragment;
        }
        match source_pages::file(&page) {
            Some(file) => beside_notebooks(file),
            None => beside_notebooks(&format!("book/{page}")) + &fragment,
        }
    }
}

/// The path of a file of the project as seen from the notebooks.
fn beside_notebooks(path: &str) -> String {
    match path.strip_prefix("chapters/") {
        Some(name) => name.to_owned(),
        None => format!("../{path}"),
    }
}

/// Adds a block after a blank line.
fn append(body: &mut String, block: &str) {
    let block = block.trim_matches('\n');
    if block.trim().is_empty() {
        return;
    }
    if !body.is_empty() {
        body.push_str("\n\n");
    }
    body.push_str(block.trim_end());
}

/// Markdown for exactly this text.
fn literal(text: &str) -> String {
    let mut literal = String::new();
    for c in text.chars() {
        match c {
            '<' => literal.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '$' | '|' | '~' | '&' => {
                literal.extend(['\\', c])
            }
            c => literal.push(c),
        }
    }
    literal
}

/// A folded part: what begins it, its summary, its words.
static FOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)<details[^>]*>\s*(?:<summary>(.*?)</summary>)?(.*?)</details>")
        .expect("the pattern is one")
});

/// Folded parts that hold code cells cannot stay folded: a notebook has no folds across cells. Their
/// summaries become bold lines.
fn unfold_around_cells(body: &str) -> String {
    let unfold = |fold: &Captures| match (fold.get(1), fold[2].trim()) {
        (_, words) if !words.contains(CELL) => fold[0].to_owned(),
        (Some(summary), words) => format!("**{}**\n\n{words}", summary.as_str().trim()),
        (None, words) => words.to_owned(),
    };
    FOLD.replace_all(body, unfold).into_owned()
}

/// The title of a quotation, `> [!NOTE]`.
static QUOTATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^([ >]*>) *\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]$")
        .expect("the pattern is one")
});

/// `> [!NOTE]` is a title to mdBook and plain text to Jupyter.
fn name_quotations(body: &str) -> String {
    let title = |found: &Captures| {
        let (indent, kind) = (&found[1], &found[2]);
        let kind = kind[..1].to_owned() + &kind[1..].to_lowercase();
        format!("{indent} **{kind}**\n{indent}")
    };
    QUOTATION.replace_all(body, title).into_owned()
}
