//! The book: its pages, what they are made of, and what mdBook gets to read.
//!
//! ```text
//! Manuscript                     the whole book, with everything that is wrong with it
//! ├── Page                       book/*.md, as listed by SUMMARY.md
//! │   └── Block                  what a directive on a line of its own asks for, and the prose between
//! │       └── Prose > Span       Markdown, and the facts, formulas and links in it
//! ├── Reviewed                   reviewed/*.txt: the typed numbers that may stand in the pages, the links out of the book
//! ├── SourceFile > Anchor        chapters/*.rs, src/**/*.rs
//! ├── Snapshot > Evidence        snapshots/*/*.snap: a table, a text, facts or a figure
//! └── Program > Cell             the pieces of one example that a page lists or runs, and what each shows
//! ```
//!
//! Two back ends read a manuscript without problems: `html`, for mdBook, and [`crate::mirror`], for Jupyter.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use anyhow::{Context, Result, anyhow, bail};
use mdbook_preprocessor::{MDBOOK_VERSION, parse_input};

use crate::edition::Edition;
use crate::project::Project;

pub mod directive;
pub mod figure;
pub mod folder;
pub mod html;
pub mod lines;
pub mod manuscript;
pub mod markup;
pub mod maths;
pub mod notebooks;
pub mod page;
pub mod problem;
pub mod program;
pub mod prose;
pub mod reviewed;
pub mod snapshot;
pub mod source_file;
pub mod source_pages;
pub mod typed_number;

use manuscript::Manuscript;
use problem::Problems;

/// Checks every directive of every page, without mdBook.
pub fn check(project: &Project) -> Result<()> {
    Manuscript::open(project)?.check()
}

/// Answers mdBook: reads its book from `stdin`, writes it to `stdout` with every directive carried out.
pub fn preprocess(project: &Project, mut stdin: impl Read, stdout: impl Write) -> Result<()> {
    let mut sent = Vec::new();
    stdin
        .read_to_end(&mut sent)
        .context("reading the book that mdBook sends")?;
    needs_this_mdbook(&sent)?;
    let (context, mut book) =
        parse_input(sent.as_slice()).context("reading the book that mdBook sends")?;
    let downloads = context.config.get("preprocessor.hnn.downloads");
    let edition = Edition {
        downloads: downloads.context("reading book.toml")?.unwrap_or_default(),
        ..Edition::of(project)?
    };
    if context.mdbook_version != MDBOOK_VERSION {
        eprintln!(
            "warning: this book is checked with mdBook {MDBOOK_VERSION}; this is mdBook {}",
            context.mdbook_version
        );
    }
    let pages = book
        .chapters()
        .filter_map(|chapter| {
            Some((
                folder::slashed(chapter.source_path.as_deref()?),
                chapter.content.clone(),
            ))
        })
        .collect();
    let manuscript = Manuscript::of_pages(project, pages, Problems::default())?;
    manuscript.check()?;
    let written = manuscript.pages.iter().map(|page| {
        let content = html::page(page, &manuscript, &edition);
        let content = content.map_err(|sentence| anyhow!("{}: {sentence}", page.file()))?;
        Ok((page.path.clone(), content))
    });
    let mut written = written.collect::<Result<BTreeMap<_, _>>>()?;
    book.for_each_chapter_mut(|chapter| {
        let path = chapter.source_path.as_deref().map(folder::slashed);
        if let Some(content) = path.and_then(|path| written.remove(&path)) {
            chapter.content = content;
        }
    });
    source_pages::append(&mut book, &manuscript);
    serde_json::to_writer(stdout, &book).context("sending the book to mdBook")
}

/// Refuses what another series of mdBook sends: it has another form, which could not be read.
fn needs_this_mdbook(sent: &[u8]) -> Result<()> {
    // What is no JSON at all is for the reader of the whole to say.
    let sent: serde_json::Value = serde_json::from_slice(sent).unwrap_or_default();
    let series = |version: &str| version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    match sent[0]["mdbook_version"].as_str() {
        Some(version) if series(version) != series(MDBOOK_VERSION) => bail!(
            "this is mdBook {version}, and the book needs mdBook {}: install it with `cargo install --locked \
             mdbook@{MDBOOK_VERSION}`, or let `cargo xtask serve` bring its own",
            series(MDBOOK_VERSION)
        ),
        _ => Ok(()),
    }
}
