//! The whole book: its pages, the code they list and the evidence they show.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_summary::{Summary, SummaryItem, parse_summary};

use super::cells::Cells;
use super::directive::ValueName;
use super::examples::Examples;
use super::links::Link;
use super::page::{Block, Page};
use super::problem::Problems;
use super::program::{self, Program};
use super::prose::{Fact, Maths, Prose, Span};
use super::reviewed::{Kind, Reviewed};
use super::snapshot::{Evidence, Snapshot};
use super::source_file::SourceFile;
use super::source_pages;
use super::suggestion::did_you_mean;
use super::typed_number::TypedNumber;
use super::{folder, maths};
use crate::live;
use crate::project::Project;

/// The page for wrong addresses, which mdBook builds without being told.
const NOT_FOUND: &str = "404.md";

/// Everything the book is made of.
#[derive(Debug)]
pub struct Manuscript {
    /// The pages, in the order of the book.
    pub pages: Vec<Page>,
    /// The files that pages may list, by path from the root.
    sources: BTreeMap<String, SourceFile>,
    snapshots: BTreeMap<String, Snapshot>,
    /// The files of `book/`, which mdBook copies into the built book.
    assets: Vec<String>,
    /// The figures that can be turned.
    figures: Vec<String>,
    numbers: Reviewed,
    links: Reviewed,
    examples: Examples,
    /// The notebooks beside the programs, by path from the root.
    notebooks: BTreeSet<String>,
    problems: Problems,
}

impl Manuscript {
    /// Reads the pages that `book/SUMMARY.md` lists, and what they are made of.
    pub fn open(project: &Project) -> Result<Self> {
        let mut problems = Problems::default();
        let path = project.path("book/SUMMARY.md");
        let text = fs::read_to_string(&path).context("reading book/SUMMARY.md")?;
        let summary = parse_summary(&text).context("book/SUMMARY.md")?;
        let mut texts = Vec::new();
        for location in locations(&summary) {
            match fs::read_to_string(project.path("book").join(&location)) {
                Ok(text) => texts.push((location, text)),
                Err(_) => {
                    let line = text
                        .lines()
                        .position(|line| line.contains(&format!("({location})")));
                    let sentence = format!(
                        "there is no page `book/{location}`: write it or take it off the list"
                    );
                    problems.report("book/SUMMARY.md", line.unwrap_or(0) + 1, sentence);
                }
            }
        }
        Self::of_pages(project, texts, problems)
    }

    /// The book of these pages, each with its path from `book/` and its text.
    pub fn of_pages(
        project: &Project,
        mut texts: Vec<(String, String)>,
        mut problems: Problems,
    ) -> Result<Self> {
        for stray in folder::files(&project.path("book"), ".md")? {
            if !["SUMMARY.md", NOT_FOUND].contains(&stray.as_str())
                && !texts.iter().any(|(path, _)| *path == stray)
            {
                problems.report(
                    format!("book/{stray}"),
                    1,
                    "`book/SUMMARY.md` does not list this page: list it or delete it",
                );
            }
        }
        if let Ok(text) = fs::read_to_string(project.path("book").join(NOT_FOUND)) {
            if text.contains("{{#") {
                let sentence = "mdBook builds this page by itself: it can have no directive";
                problems.report(format!("book/{NOT_FOUND}"), 1, sentence);
            }
            texts.push((NOT_FOUND.to_owned(), text));
        }
        let pages: Vec<Page> = texts
            .iter()
            .map(|(path, text)| Page::parse(path, text, &mut problems))
            .collect();

        let mut listed: BTreeSet<String> = BTreeSet::new();
        for folder in ["chapters", "src"] {
            let files = folder::files(&project.path(folder), ".rs")?;
            listed.extend(files.into_iter().map(|file| format!("{folder}/{file}")));
        }
        listed.extend(
            pages
                .iter()
                .flat_map(|page| &page.blocks)
                .filter_map(|block| match block {
                    Block::Listing { path, .. } if is_inside(path) => Some(path.clone()),
                    _ => None,
                }),
        );
        let mut sources = BTreeMap::new();
        for path in listed {
            if let Ok(text) = fs::read_to_string(project.path(&path)) {
                let source = SourceFile::parse(&path, &text, &mut problems);
                sources.insert(path, source);
            }
        }

        let snapshots_folder = project.path("snapshots");
        let mut snapshots = BTreeMap::new();
        for file in folder::files(&snapshots_folder, ".snap")? {
            let name = file.trim_end_matches(".snap");
            if name.matches('/').count() != 1 {
                problems.report(
                    format!("snapshots/{file}"),
                    1,
                    "snapshots live one folder deep: `snapshots/chapter1/name.snap`",
                );
                continue;
            }
            let text = fs::read_to_string(snapshots_folder.join(&file))
                .with_context(|| format!("reading snapshots/{file}"))?;
            let snapshot = Snapshot::parse(name, &text, &snapshots_folder, &mut problems);
            snapshots.insert(name.to_owned(), snapshot);
        }
        for picture in folder::files(&snapshots_folder, ".snap.svg")? {
            let name = picture.trim_end_matches(".snap.svg");
            if !snapshots.contains_key(name) {
                problems.report(
                    format!("snapshots/{picture}"),
                    1,
                    format!("the snapshot `snapshots/{name}.snap` of this picture is missing: delete the picture"),
                );
            }
        }
        let numbers = Reviewed::read(Kind::Number, project, &mut problems);
        let links = Reviewed::read(Kind::Link, project, &mut problems);
        let manifest = fs::read_to_string(project.path("Cargo.toml")).unwrap_or_default();
        let examples = Examples::parse(&manifest)?;
        let notebooks = folder::files(&project.path("chapters"), ".ipynb")?;
        let notebooks = notebooks.iter().map(|file| format!("chapters/{file}"));
        let notebooks = notebooks.collect();
        let assets = folder::files(&project.path("book"), "")?;
        Ok(Self {
            pages,
            sources,
            snapshots,
            assets,
            figures: live::figures(project)?,
            numbers,
            links,
            examples,
            notebooks,
            problems,
        })
    }

    /// Whether this figure can be turned: whether what it runs on was built.
    pub fn has_live(&self, figure: &str) -> bool {
        let scripts = live::scripts(figure);
        scripts.iter().all(|script| self.assets.contains(script))
    }

    /// Fails with everything that is wrong with the book.
    pub fn check(&self) -> Result<()> {
        let mut problems = self.problems.clone();
        let mut used = Used::default();
        let mut told: BTreeMap<String, String> = BTreeMap::new();
        for page in &self.pages {
            let file = page.file();
            for block in &page.blocks {
                self.check_block(block, &file, &mut used, &mut problems);
            }
            for prose in page.prose() {
                self.check_prose(prose, page, &mut used, &mut problems);
            }
            self.check_numbers(page, &mut problems);
            self.check_links(page, &mut problems);
            if let Some(program) = Program::of(page, self, &mut problems) {
                used.anchors
                    .insert((program.path.clone(), Program::USES.to_owned()));
                let shown = program.cells.iter().flat_map(|cell| &cell.shows);
                used.shown.extend(shown.cloned());
                problems.check(&program.path, 1, self.examples.name(&program.path));
                if let Some(first) = told.insert(program.path.clone(), file.clone()) {
                    problems.report(
                        &file,
                        program.line,
                        format!(
                            "`{}` is the program of `{first}` already: its notebook mirrors one page",
                            program.path
                        ),
                    );
                }
            }
        }
        self.check_bets(&mut problems);
        let (mut numbers, mut links) = (Vec::new(), Vec::new());
        for page in &self.pages {
            let typed = page.numbers.iter().map(|number| number.written.as_str());
            numbers.push((page.path.as_str(), typed.collect()));
            let addresses = page.links.iter().map(|link| link.address.as_str());
            links.push((page.path.as_str(), addresses.collect()));
        }
        self.numbers.check_use(&numbers, &mut problems);
        self.links.check_use(&links, &mut problems);
        for source in self.sources.values() {
            for anchor in &source.anchors {
                if !used
                    .anchors
                    .contains(&(source.path.clone(), anchor.name.clone()))
                {
                    problems.report(
                        &source.path,
                        anchor.line,
                        format!(
                            "no page lists the anchor `{}`: list it, run it or remove it",
                            anchor.name
                        ),
                    );
                }
            }
        }
        for snapshot in self.snapshots.values() {
            if !used.snapshots.contains(&snapshot.name) {
                problems.report(
                    &snapshot.path,
                    1,
                    format!(
                        "no page uses the snapshot `{}`: show it or delete it",
                        snapshot.name
                    ),
                );
            }
            // What no program of a page shows is the record of something else.
            if let Evidence::Facts(facts, body) = &snapshot.evidence
                && used.shown.contains(&snapshot.name)
            {
                for (line, name) in facts.names(body) {
                    if !used.values.contains(&format!("{}.{name}", snapshot.name)) {
                        problems.report(
                            &snapshot.path,
                            snapshot.first_line + line,
                            format!("no page quotes the fact `{name}`: quote it or delete it"),
                        );
                    }
                }
            }
            if let Evidence::Table(body) = &snapshot.evidence {
                let prose =
                    Prose::of_markdown(body, &snapshot.path, snapshot.first_line, &mut problems);
                for span in &prose.0 {
                    if let Span::Maths(maths) = span {
                        problems.check(&snapshot.path, maths.line, self.mathml(maths));
                    }
                }
            }
        }
        problems.into_result()
    }

    fn check_block(&self, block: &Block, file: &str, used: &mut Used, problems: &mut Problems) {
        match block {
            Block::Listing {
                stand,
                path,
                anchor,
                is_shown,
            } => {
                problems.check(file, stand.line, self.listing(path, anchor.as_deref()));
                if !is_shown && !program::is_example(path) {
                    let sentence =
                        format!("`{path}` is no program that a page could run: list it, or not");
                    problems.report(file, stand.line, sentence);
                }
                used.anchors
                    .extend(anchor.clone().map(|anchor| (path.clone(), anchor)));
            }
            Block::Output { stand, snapshot } => {
                problems.check(file, stand.line, self.output(snapshot));
                used.snapshots.insert(snapshot.clone());
            }
            Block::Figure {
                stand, snapshot, ..
            } => {
                problems.check(file, stand.line, self.figure(snapshot));
                used.snapshots.insert(snapshot.clone());
            }
            Block::Live { stand, live } => {
                let figure = &live.figure;
                if !self.figures.contains(figure) {
                    let sentence = format!(
                        "there is no figure `{figure}`: those with knobs are {}",
                        self.figures.join(", ")
                    );
                    problems.report(file, stand.line, sentence);
                }
            }
            Block::Title(_)
            | Block::Prose(_)
            | Block::Bet { .. }
            | Block::Begin { .. }
            | Block::End { .. } => {}
        }
    }

    /// A bet has one page; and where bets are laid beside the verdicts, no chapter is without one.
    fn check_bets(&self, problems: &mut Problems) {
        let mut placed: BTreeMap<&str, String> = BTreeMap::new();
        for page in &self.pages {
            for (name, line) in page.bets() {
                if let Some(first) = placed.insert(name, page.file()) {
                    let sentence = format!(
                        "`{first}` has the bet `{name}` already: give this one another name"
                    );
                    problems.report(page.file(), line, sentence);
                }
            }
        }
        let verdicts = self.pages.iter().find(|page| {
            let mut blocks = page.blocks.iter();
            blocks.any(|block| matches!(block, Block::Begin { cover: None, .. }))
        });
        let Some(verdicts) = verdicts.map(Page::file) else {
            return;
        };
        let chapters = self.pages.iter();
        for page in
            chapters.filter(|page| page.path.starts_with("chapter") && page.bets().next().is_none())
        {
            problems.report(
                page.file(),
                1,
                format!("this chapter has no bet to lay beside its verdict in `{verdicts}`: open it with `{{{{#bet name}}}}`"),
            );
        }
    }

    fn check_prose(&self, prose: &Prose, page: &Page, used: &mut Used, problems: &mut Problems) {
        let file = page.file();
        for fact in prose.facts() {
            problems.check(&file, fact.line, self.value(fact));
            used.snapshots.insert(fact.name.snapshot.clone());
            used.values.insert(fact.name.to_string());
        }
        for span in &prose.0 {
            match span {
                // A fact that is missing is one problem, not two.
                Span::Maths(maths) if maths.facts.iter().all(|fact| self.value(fact).is_ok()) => {
                    problems.check(&file, maths.line, self.mathml(maths));
                }
                Span::LinkTarget { line, target } => {
                    problems.check(&file, *line, self.check_link(page, target));
                }
                _ => {}
            }
        }
    }

    fn check_numbers(&self, page: &Page, problems: &mut Problems) {
        for TypedNumber { line, written } in &page.numbers {
            if self.numbers.allows(&page.path, written) {
                continue;
            }
            let way_out = match self.quotation(page, written) {
                Some(quotation) => format!("quote the fact with this value (`{quotation}`)"),
                None => {
                    let chapter = page.snapshots().find_map(|name| name.split_once('/'));
                    let chapter = chapter.map_or("chapter", |(chapter, _)| chapter);
                    format!("quote a fact (`{{{{#fact {chapter}/...}}}}`)")
                }
            };
            problems.report(
                page.file(),
                *line,
                format!(
                    "the number `{written}` is typed by hand: {way_out}, or, if it is no measurement, put it on the \
                     reviewed list {}",
                    Kind::Number.file()
                ),
            );
        }
    }

    fn check_links(&self, page: &Page, problems: &mut Problems) {
        for Link { line, address } in &page.links {
            if !self.links.allows(&page.path, address) {
                let sentence = format!(
                    "`{address}` is not on the list of links: add the line `{address}  what a reader should find there` to {}",
                    Kind::Link.file()
                );
                problems.report(page.file(), *line, sentence);
            }
        }
    }

    /// How the page would quote this number, if a chapter whose evidence it shows has a fact with this value.
    fn quotation(&self, page: &Page, written: &str) -> Option<String> {
        let chapters: BTreeSet<&str> = page
            .snapshots()
            .filter_map(|name| Some(name.split_once('/')?.0))
            .collect();
        let quote = |value: &str| {
            self.snapshots.values().find_map(|snapshot| {
                let (chapter, _) = snapshot.name.split_once('/')?;
                match &snapshot.evidence {
                    Evidence::Facts(facts, _) if chapters.contains(chapter) => {
                        let fact = facts.with_value(value)?;
                        Some(format!("{{{{#fact {}.{fact}}}}}", snapshot.name))
                    }
                    Evidence::Table(table) if chapters.contains(chapter) => {
                        let cell = Cells::of(table).with_value(value)?;
                        Some(format!("{{{{#fact {}{cell}}}}}", snapshot.name))
                    }
                    _ => None,
                }
            })
        };
        quote(written).or_else(|| Some(quote(written.strip_suffix('%')?)? + "%"))
    }

    fn check_link(&self, page: &Page, target: &str) -> Result<(), String> {
        let path = folder::resolve(&page.path, target.split('#').next().unwrap_or_default());
        if !path.ends_with(".md") {
            return match self.assets.contains(&path) {
                true => Ok(()),
                false => Err(format!(
                    "`{target}` is not in the built book: link to a page or to a file of `book/`"
                )),
            };
        }
        let known = self.pages.iter().map(|page| page.path.as_str());
        if known.clone().any(|known| known == path) || self.has_source_page(&path) {
            return Ok(());
        }
        Err(format!(
            "there is no page `{path}`{}",
            did_you_mean(&path, known)
        ))
    }

    fn has_source_page(&self, path: &str) -> bool {
        self.listed_sources()
            .iter()
            .any(|source| source_pages::path(&source.path) == path)
    }

    /// The files that pages list, by path.
    pub fn listed_sources(&self) -> Vec<&SourceFile> {
        let listed: BTreeSet<&str> = self
            .pages
            .iter()
            .flat_map(|page| &page.blocks)
            .filter_map(|block| match block {
                Block::Listing { path, .. } => Some(path.as_str()),
                _ => None,
            })
            .collect();
        listed
            .into_iter()
            .filter_map(|path| self.sources.get(path))
            .collect()
    }

    /// The name of a program for `cargo run --example`.
    pub fn example(&self, program: &str) -> Result<&str, String> {
        self.examples.name(program)
    }

    /// The notebook beside a program, if it has been written.
    pub fn notebook(&self, program: &str) -> Option<&str> {
        let path = program.strip_suffix(".rs")?.to_owned() + ".ipynb";
        self.notebooks.get(&path).map(String::as_str)
    }

    /// The notebooks of the pages that tell a program.
    pub fn page_notebooks(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().filter_map(|page| {
            let program = Program::of(page, self, &mut Problems::default())?;
            self.notebook(&program.path)
        })
    }

    /// The code of a listing.
    pub fn listing(&self, path: &str, anchor: Option<&str>) -> Result<String, String> {
        match self.sources.get(path) {
            Some(source) => source.listing(anchor),
            None => {
                let known = self.sources.keys().map(String::as_str);
                Err(format!(
                    "there is no file `{path}`{}",
                    did_you_mean(path, known)
                ))
            }
        }
    }

    /// A table or a text.
    pub fn output(&self, name: &str) -> Result<&Snapshot, String> {
        let snapshot = self.snapshot(name)?;
        match &snapshot.evidence {
            Evidence::Facts(..) => Err(format!(
                "`{name}` is facts, for sentences to quote: `{{{{#fact {name}.value}}}}`"
            )),
            Evidence::Figure(_) => Err(format!(
                "`{name}` is a figure: show it with `{{{{#figure {name}}}}}`"
            )),
            _ => Ok(snapshot),
        }
    }

    /// A figure.
    pub fn figure(&self, name: &str) -> Result<&Snapshot, String> {
        let snapshot = self.snapshot(name)?;
        match &snapshot.evidence {
            Evidence::Figure(_) | Evidence::Unreadable => Ok(snapshot),
            other => Err(format!(
                "`{name}` is {other}, no figure: show it with `{{{{#output {name}}}}}`"
            )),
        }
    }

    /// The value of a fact, or of a table's cell.
    pub fn value(&self, fact: &Fact) -> Result<String, String> {
        let name = &fact.name.snapshot;
        match (&self.snapshot(name)?.evidence, &fact.name.value) {
            (Evidence::Unreadable, _) => Ok(String::new()),
            (Evidence::Facts(facts, _), ValueName::Fact(fact)) => {
                Ok(facts.value(name, fact)?.to_owned())
            }
            (Evidence::Table(table), ValueName::Cell(cell)) => Cells::of(table).value(name, cell),
            (Evidence::Table(_), ValueName::Fact(_)) => Err(format!(
                "`{name}` is a table: quote a cell of it, `{{{{#fact {name}[row][column]}}}}`"
            )),
            (other, ValueName::Cell(_)) => {
                Err(format!("`{name}` is {other}: only tables have cells"))
            }
            (other, _) => Err(format!(
                "`{name}` is {other}: only facts and tables have values to quote"
            )),
        }
    }

    /// A formula as MathML.
    pub fn mathml(&self, maths: &Maths) -> Result<String, String> {
        maths::mathml(&maths.tex(|fact| self.value(fact))?, maths.display)
    }

    /// A snapshot of any kind.
    pub fn snapshot(&self, name: &str) -> Result<&Snapshot, String> {
        self.snapshots.get(name).ok_or_else(|| {
            let known = self.snapshots.keys().map(String::as_str);
            format!("there is no snapshot `{name}`{}", did_you_mean(name, known))
        })
    }
}

#[derive(Default)]
struct Used {
    anchors: BTreeSet<(String, String)>,
    snapshots: BTreeSet<String>,
    /// What the programs of pages show.
    shown: BTreeSet<String>,
    /// The facts and cells that sentences quote, as they name them.
    values: BTreeSet<String>,
}

fn is_inside(path: &str) -> bool {
    !path.starts_with('/')
        && Path::new(path)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// The paths of the pages in reading order.
fn locations(summary: &Summary) -> Vec<String> {
    fn collect(items: &[SummaryItem], locations: &mut Vec<String>) {
        for item in items {
            if let SummaryItem::Link(link) = item {
                locations.extend(link.location.as_deref().map(folder::slashed));
                collect(&link.nested_items, locations);
            }
        }
    }
    let mut locations = Vec::new();
    for items in [
        &summary.prefix_chapters,
        &summary.numbered_chapters,
        &summary.suffix_chapters,
    ] {
        collect(items, &mut locations);
    }
    locations
}
