//! The whole book: its pages, the code they list and the evidence they show.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind::InvalidData;
use std::path::{Component, Path};
use std::sync::LazyLock;

use anyhow::{Context, Result};
use regex::Regex;

use super::directive::Directive;
use super::page::{Asked, Page};
use super::problem::{Problems, did_you_mean};
use super::program::Program;
use super::prose::{self, Fact, Maths, Prose, Span};
use super::reviewed::{Found, Reviewed};
use super::snapshot::{self, Evidence, Snapshot};
use super::source_file::{Anchor, SourceFile};
use super::source_pages;
use super::{folder, maths};
use crate::live;
use crate::project::Project;

/// The page for wrong addresses, which mdBook builds without being told.
const NOT_FOUND: &str = "404.md";
/// What is said of a file that is no text.
const NOT_UTF_8: &str = "this file is not UTF-8: save it as UTF-8";

/// A page in `SUMMARY.md`, in reading order.
static ENTRY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\]\(([^)]+)\)").expect("the pattern is one"));

/// Everything the book is made of.
#[derive(Debug)]
pub struct Manuscript {
    /// The pages, in the order of the book.
    pub pages: Vec<Page>,
    project: Project,
    /// The files that pages may list, by path from the root.
    sources: BTreeMap<String, SourceFile>,
    snapshots: BTreeMap<String, Snapshot>,
    /// The files of `book/`, which mdBook copies into the built book.
    assets: Vec<String>,
    /// The figures that can be turned.
    figures: Vec<String>,
    /// The names of the programs for `cargo run --example`, by path.
    examples: BTreeMap<String, String>,
    problems: Problems,
}

impl Manuscript {
    /// Reads the pages that `book/SUMMARY.md` lists, and what they are made of.
    pub fn open(project: &Project) -> Result<Self> {
        let mut problems = Problems::default();
        let summary = fs::read_to_string(project.path("book/SUMMARY.md"));
        let summary = summary.context("reading book/SUMMARY.md")?;
        let mut texts = Vec::new();
        for (line, entry) in (1..).zip(summary.lines()) {
            let Some(entry) = ENTRY.captures(entry) else {
                continue;
            };
            let path = &entry[1];
            match fs::read_to_string(project.path("book").join(path)) {
                Ok(text) => texts.push((path.to_owned(), text)),
                Err(error) if error.kind() == InvalidData => {
                    problems.report(format!("book/{path}"), 1, NOT_UTF_8);
                }
                Err(_) => {
                    let sentence =
                        format!("there is no page `book/{path}`: write it or take it off the list");
                    problems.report("book/SUMMARY.md", line, sentence);
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
        let assets = folder::files(&project.path("book"), "")?;
        for stray in assets.iter().filter(|file| file.ends_with(".md")) {
            let is_listed = texts.iter().any(|(path, _)| path == stray);
            if !is_listed && !["SUMMARY.md", NOT_FOUND].contains(&stray.as_str()) {
                let sentence = "`book/SUMMARY.md` does not list this page: list it or delete it";
                problems.report(format!("book/{stray}"), 1, sentence);
            }
        }
        if let Ok(text) = fs::read_to_string(project.path("book").join(NOT_FOUND)) {
            if text.contains("{{#") {
                let sentence = "mdBook builds this page by itself: it can have no directive";
                problems.report(format!("book/{NOT_FOUND}"), 1, sentence);
            }
            texts.push((NOT_FOUND.to_owned(), text));
        }
        let pages = texts
            .iter()
            .map(|(path, text)| Page::parse(path, text, &mut problems));
        let pages: Vec<Page> = pages.collect();
        let sources = sources(project, &pages, &mut problems)?;
        let snapshots = snapshots(project, &mut problems)?;
        let manifest = fs::read_to_string(project.path("Cargo.toml")).unwrap_or_default();
        let manifest: toml::Table = manifest.parse().context("Cargo.toml")?;
        let examples = manifest.get("example").and_then(toml::Value::as_array);
        let examples = examples.into_iter().flatten().filter_map(|example| {
            let text = |key: &str| Some(example.get(key)?.as_str()?.to_owned());
            Some((text("path")?, text("name")?))
        });
        Ok(Self {
            pages,
            project: project.clone(),
            sources,
            snapshots,
            assets,
            figures: live::figures(project)?,
            examples: examples.collect(),
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
            for asked in page.asked() {
                let outcome = self.check_asked(asked, &mut used);
                problems.check(&file, asked.line, outcome);
            }
            for prose in page.prose() {
                self.check_prose(prose, page, &mut used, &mut problems);
            }
            let Some(program) = Program::of(page, self, &mut problems) else {
                continue;
            };
            let path = &program.path;
            used.anchors
                .insert((path.clone(), Program::USES.to_owned()));
            let shown = program.cells.iter().flat_map(|cell| &cell.shows);
            used.shown.extend(shown.cloned());
            problems.check(path, 1, self.example(path));
            if let Some(first) = told.insert(path.clone(), file.clone()) {
                let sentence = format!(
                    "`{path}` is the program of `{first}` already: its notebook mirrors one page"
                );
                problems.report(&file, program.line, sentence);
            }
        }
        self.check_bets(&mut problems);
        self.check_lists(&mut problems);
        for source in self.sources.values() {
            for Anchor { name, line, .. } in &source.anchors {
                let key = (source.path.clone(), name.clone());
                if !used.anchors.contains(&key) {
                    let sentence =
                        format!("no page lists the anchor `{name}`: list it, run it or remove it");
                    problems.report(&source.path, *line, sentence);
                }
            }
        }
        for snapshot in self.snapshots.values() {
            self.check_snapshot(snapshot, &used, &mut problems);
        }
        problems.into_result()
    }

    fn check_asked(&self, asked: &Asked, used: &mut Used) -> Result<(), String> {
        match &asked.directive {
            Directive::Listing { path, anchor, .. } => {
                let anchors = anchor.iter().map(|anchor| (path.clone(), anchor.clone()));
                used.anchors.extend(anchors);
                self.listing(path, anchor.as_deref()).map(|_| ())
            }
            Directive::Output(snapshot) | Directive::Figure(snapshot) => {
                used.snapshots.insert(snapshot.clone());
                let as_figure = matches!(asked.directive, Directive::Figure(_));
                self.shown(snapshot, as_figure).map(|_| ())
            }
            Directive::Live(figure, _) if !self.figures.contains(figure) => {
                let known = self.figures.join(", ");
                Err(format!(
                    "there is no figure `{figure}`: those with knobs are {known}"
                ))
            }
            _ => Ok(()),
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
                Span::Link(line, target) if !prose::leads_out(target) => {
                    problems.check(&file, *line, self.check_link(page, target));
                }
                _ => {}
            }
        }
    }

    fn check_link(&self, page: &Page, target: &str) -> Result<(), String> {
        let path = folder::resolve(&page.path, target.split('#').next().unwrap_or_default());
        let listed = self.listed_sources();
        let mut pages = self.pages.iter().map(|page| page.path.as_str());
        if !path.ends_with(".md") {
            let is_there = self.assets.contains(&path);
            return is_there.then_some(()).ok_or_else(|| {
                format!(
                    "`{target}` is not in the built book: link to a page or to a file of `book/`"
                )
            });
        }
        let is_there = pages.clone().any(|page| page == path)
            || listed
                .iter()
                .any(|source| source_pages::path(&source.path) == path);
        is_there.then_some(()).ok_or_else(|| {
            let suggestion = did_you_mean(&path, pages.by_ref());
            format!("there is no page `{path}`{suggestion}")
        })
    }

    /// A page has one bet and a bet one page; and where bets are laid beside the verdicts, no chapter is without one.
    fn check_bets(&self, problems: &mut Problems) {
        let mut placed: BTreeMap<&str, String> = BTreeMap::new();
        let mut without = Vec::new();
        let mut verdicts = None;
        for page in &self.pages {
            let mut first = None;
            for asked in page.asked() {
                match &asked.directive {
                    Directive::Bets => verdicts = verdicts.or(Some(page.file())),
                    Directive::Bet(Some(name)) => {
                        if let Some(line) = first.replace(asked.line) {
                            let sentence = format!(
                                "this page has a bet in line {line}: make this one a `guess`"
                            );
                            problems.report(page.file(), asked.line, sentence);
                        } else if let Some(other) = placed.insert(name, page.file()) {
                            let sentence = format!(
                                "`{other}` has the bet `{name}` already: give this one another name"
                            );
                            problems.report(page.file(), asked.line, sentence);
                        }
                    }
                    _ => {}
                }
            }
            if first.is_none() && page.path.starts_with("chapter") {
                without.push(page.file());
            }
        }
        for (page, verdicts) in without.into_iter().zip(verdicts.iter().cycle()) {
            let sentence = format!(
                "this chapter has no bet to lay beside its verdict in `{verdicts}`: open it with `{{{{#bet name}}}}`"
            );
            problems.report(page, 1, sentence);
        }
    }

    /// Typed numbers and links out of the book are on their lists.
    fn check_lists(&self, problems: &mut Problems) {
        let mut numbers: Vec<Found> = Vec::new();
        let mut links: Vec<Found> = Vec::new();
        for page in &self.pages {
            let typed = page.numbers.iter();
            numbers
                .extend(typed.map(|(line, written)| (page.path.as_str(), *line, written.as_str())));
            let out = page.links().filter(|(_, target)| prose::leads_out(target));
            links.extend(out.map(|(line, target)| (page.path.as_str(), line, target)));
        }
        let way_out = |(page, _, written): &Found| {
            let quotation = self.quotation(page, written);
            let quote = quotation.map_or_else(
                || "quote a fact (`{{#fact chapter/...}}`)".to_owned(),
                |quotation| format!("quote the fact with this value (`{quotation}`)"),
            );
            format!(
                "the number `{written}` is typed by hand: {quote}, or, if it is no measurement, put it on the reviewed list"
            )
        };
        Reviewed::Numbers.check(&self.project, &numbers, way_out, problems);
        let way_out = |(_, _, target): &Found| {
            format!(
                "`{target}` is not on the list of links: add the line `{target}  what a reader should find there` to"
            )
        };
        Reviewed::Links.check(&self.project, &links, way_out, problems);
    }

    /// How the page would quote this number, if a chapter whose evidence it shows has a fact with this value.
    fn quotation(&self, page: &str, written: &str) -> Option<String> {
        let page = self.pages.iter().find(|known| known.path == page)?;
        let chapter = |name: &str| name.split('/').next().map(str::to_owned);
        let chapters: BTreeSet<_> = page.snapshots().map(chapter).collect();
        let quote = |value: &str| {
            let near = self.snapshots.values();
            let mut near = near.filter(|snapshot| chapters.contains(&chapter(&snapshot.name)));
            near.find_map(|snapshot| snapshot.quotation(value))
        };
        quote(written).or_else(|| Some(quote(written.strip_suffix('%')?)? + "%"))
    }

    fn check_snapshot(&self, snapshot: &Snapshot, used: &Used, problems: &mut Problems) {
        let Snapshot {
            name,
            path,
            first_line,
            body,
            ..
        } = snapshot;
        if !used.snapshots.contains(name) {
            let sentence = format!("no page uses the snapshot `{name}`: show it or delete it");
            problems.report(path, 1, sentence);
        }
        match snapshot.evidence {
            // What no program of a page shows is the record of something else.
            Evidence::Facts if used.shown.contains(name) => {
                for (line, fact, _) in snapshot::facts(body) {
                    if !used.values.contains(&format!("{name}.{fact}")) {
                        let sentence =
                            format!("no page quotes the fact `{fact}`: quote it or delete it");
                        problems.report(path, first_line + line, sentence);
                    }
                }
            }
            Evidence::Table => {
                for span in Prose::of_markdown(body, path, *first_line, problems).0 {
                    if let Span::Maths(maths) = span {
                        problems.check(path, maths.line, self.mathml(&maths));
                    }
                }
            }
            _ => {}
        }
    }

    /// The files that pages list, by path.
    pub fn listed_sources(&self) -> Vec<&SourceFile> {
        let listed: BTreeSet<&str> = self.pages.iter().flat_map(listed).collect();
        let sources = listed.into_iter();
        sources.filter_map(|path| self.sources.get(path)).collect()
    }

    /// The name of a program for `cargo run --example`, such as `chapter1`; or what to add.
    pub fn example(&self, path: &str) -> Result<&str, String> {
        self.examples.get(path).map(String::as_str).ok_or_else(|| {
            format!("`Cargo.toml` names no example of this path: add an `[[example]]` with `path = \"{path}\"`")
        })
    }

    /// The notebook beside a program, if it has been written.
    pub fn notebook(&self, program: &str) -> Option<String> {
        let path = program.strip_suffix(".rs")?.to_owned() + ".ipynb";
        self.project.path(&path).is_file().then_some(path)
    }

    /// The notebooks of the pages that tell a program.
    pub fn page_notebooks(&self) -> impl Iterator<Item = String> {
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
                let suggestion = did_you_mean(path, self.sources.keys().map(String::as_str));
                Err(format!("there is no file `{path}`{suggestion}"))
            }
        }
    }

    /// A figure, or else a table or a text.
    pub fn shown(&self, name: &str, as_figure: bool) -> Result<&Snapshot, String> {
        let snapshot = self.snapshot(name)?;
        match (&snapshot.evidence, as_figure) {
            (Evidence::Facts, _) => Err(format!(
                "`{name}` is facts, for sentences to quote: `{{{{#fact {name}.value}}}}`"
            )),
            (Evidence::Figure(_), false) => Err(format!(
                "`{name}` is a figure: show it with `{{{{#figure {name}}}}}`"
            )),
            (Evidence::Table | Evidence::Text, true) => Err(format!(
                "`{name}` is {}, no figure: show it with `{{{{#output {name}}}}}`",
                snapshot.kind()
            )),
            _ => Ok(snapshot),
        }
    }

    /// The value of a fact, or of a table's cell.
    pub fn value(&self, fact: &Fact) -> Result<String, String> {
        self.snapshot(&fact.name.snapshot)?.value(&fact.name.value)
    }

    /// A formula as MathML.
    pub fn mathml(&self, maths: &Maths) -> Result<String, String> {
        let tex = maths.filled(&maths.tex, |fact| self.value(fact))?;
        maths::mathml(&tex, maths.display)
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

/// The files that a page lists.
fn listed(page: &Page) -> impl Iterator<Item = &str> {
    page.asked().filter_map(|asked| match &asked.directive {
        Directive::Listing { path, .. } => Some(path.as_str()),
        _ => None,
    })
}

/// The files of the library, the programs, and what else pages list from inside the project.
fn sources(
    project: &Project,
    pages: &[Page],
    problems: &mut Problems,
) -> Result<BTreeMap<String, SourceFile>> {
    let is_inside = |path: &&str| {
        let mut parts = Path::new(path).components();
        parts.all(|part| matches!(part, Component::Normal(_)))
    };
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for folder in ["chapters", "src"] {
        let files = folder::files(&project.path(folder), ".rs")?;
        paths.extend(files.into_iter().map(|file| format!("{folder}/{file}")));
    }
    let listed = pages.iter().flat_map(listed).filter(is_inside);
    paths.extend(listed.map(str::to_owned));
    let mut sources = BTreeMap::new();
    for path in paths {
        match fs::read_to_string(project.path(&path)) {
            Ok(text) => {
                let source = SourceFile::parse(&path, &text, problems);
                sources.insert(path, source);
            }
            Err(error) if error.kind() == InvalidData => problems.report(path, 1, NOT_UTF_8),
            Err(_) => {} // Who lists it is told.
        }
    }
    Ok(sources)
}

fn snapshots(project: &Project, problems: &mut Problems) -> Result<BTreeMap<String, Snapshot>> {
    let folder = project.path("snapshots");
    let mut snapshots = BTreeMap::new();
    for file in folder::files(&folder, ".snap")? {
        let name = file.trim_end_matches(".snap");
        let text = fs::read_to_string(folder.join(&file));
        let text = text.with_context(|| format!("reading snapshots/{file}"))?;
        let snapshot = Snapshot::parse(name, &text, &folder, problems);
        snapshots.insert(name.to_owned(), snapshot);
    }
    for picture in folder::files(&folder, ".snap.svg")? {
        let name = picture.trim_end_matches(".snap.svg");
        if !snapshots.contains_key(name) {
            let sentence = format!(
                "the snapshot `snapshots/{name}.snap` of this picture is missing: delete the picture"
            );
            problems.report(format!("snapshots/{picture}"), 1, sentence);
        }
    }
    Ok(snapshots)
}
