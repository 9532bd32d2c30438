//! The program that a page tells: the pieces of one example, which are the cells of its notebook.

use super::directive::Directive;
use super::manuscript::Manuscript;
use super::page::Page;
use super::problem::Problems;

/// The program of a page.
#[derive(Debug)]
pub struct Program {
    /// The example, `chapters/chapter1_gradients.rs`.
    pub path: String,
    /// The line of the page that lists or runs its first piece.
    pub line: usize,
    /// The `use` lines that every piece relies on.
    pub uses: String,
    /// What the experiment is given besides `evidence`, unless a piece declares it.
    pub given: Option<Given>,
    /// The pieces, in the order of the page.
    pub cells: Vec<Cell>,
}

/// What an experiment may be given besides the evidence: the name that the pieces use, and the type, whose default the
/// notebook takes.
type Given = (&'static str, &'static str);

const GIVEN: [Given; 2] = [("knobs", "Knobs"), ("settings", "Settings")];

/// A piece of a program.
#[derive(Debug)]
pub struct Cell {
    /// The anchor.
    pub anchor: String,
    /// The line of the page that lists it.
    pub line: usize,
    /// The code.
    pub code: String,
    /// Whether the page shows it too.
    pub is_shown: bool,
    /// The snapshots of what it shows, in the order in which it shows them.
    pub shows: Vec<String>,
}

impl Program {
    /// The anchor around the `use` lines of an example.
    pub const USES: &str = "uses";

    /// The anchor around the settings that an example declares for itself.
    const KNOBS: &str = "knobs";

    /// The program of `page`, if it lists or runs pieces of an example by anchor; faults are reported.
    pub fn of(page: &Page, manuscript: &Manuscript, problems: &mut Problems) -> Option<Self> {
        let pieces = page.asked().filter_map(|asked| match &asked.directive {
            Directive::Listing {
                path,
                anchor: Some(anchor),
                is_shown,
            } if path.starts_with("chapters/") && path.ends_with(".rs") => {
                Some((asked.line, path, anchor, *is_shown))
            }
            _ => None,
        });
        let (line, path, ..) = pieces.clone().next()?;
        // A file that is missing is a problem of the listing, and reported there.
        let whole = manuscript.listing(path, None).ok()?;
        let uses = manuscript
            .listing(path, Some(Self::USES))
            .unwrap_or_default();
        if !uses.contains("Evidence") {
            let sentence = format!(
                "the notebook needs the `use` lines, `Evidence` among them: put them between `// ANCHOR: {0}` and \
                 `// ANCHOR_END: {0}`",
                Self::USES
            );
            problems.report(path, 1, sentence);
        }
        let signature = whole.split_once("pub fn experiment(").unwrap_or_default().1;
        let signature = signature.split(')').next().unwrap_or_default();
        let is_given = |(name, kind): &Given| signature.contains(&format!("{name}: {kind}"));
        let mut given = GIVEN.into_iter().find(is_given);
        // What one program shows is pinned in one folder.
        let folder = page.snapshots().next().unwrap_or_default();
        let folder = folder.split('/').next().unwrap_or_default();
        let mut cells: Vec<Cell> = Vec::new();
        for (here, other, anchor, is_shown) in pieces {
            let mut report = |sentence: String| problems.report(page.file(), here, sentence);
            if other != path {
                // What a page lists of another program it quotes.
                if !is_shown {
                    report(format!(
                        "this page tells `{path}`, from line {line}: it cannot run a piece of `{other}` as well"
                    ));
                }
                continue;
            }
            if let Some(cell) = cells.iter().find(|cell| cell.anchor == *anchor) {
                report(format!("line {} has this piece already", cell.line));
            }
            if anchor == Self::KNOBS && given.is_some() && !cells.is_empty() {
                report("the pieces above are given what this one declares: run it first".into());
            }
            let Ok(mut code) = manuscript.listing(path, Some(anchor)) else {
                continue;
            };
            match anchor.as_str() {
                Self::USES => continue,
                Self::KNOBS => code = declared(&code, given.take()),
                _ => {}
            }
            let names = shown(&code).filter(|_| !folder.is_empty());
            let shows = names.map(|name| format!("{folder}/{name}"));
            cells.push(Cell {
                anchor: anchor.clone(),
                line: here,
                is_shown,
                shows: shows.collect(),
                code,
            });
        }
        let program = Self {
            path: path.clone(),
            line,
            uses,
            given,
            cells,
        };
        program.check(page, manuscript, problems);
        Some(program)
    }

    /// The cell that the directive in `line` lists.
    pub fn cell_at(&self, line: usize) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.line == line)
    }

    /// The piece above this line that shows what is pinned as `snapshot`.
    pub fn maker(&self, line: usize, snapshot: &str) -> Option<&Cell> {
        let shows = |cell: &&Cell| cell.shows.iter().any(|shown| shown == snapshot);
        let above = self.cells.iter().rev().filter(|cell| cell.line < line);
        above.into_iter().find(shows)
    }

    fn check(&self, page: &Page, manuscript: &Manuscript, problems: &mut Problems) {
        for asked in page.asked() {
            if let Directive::Output(snapshot) | Directive::Figure(snapshot) = &asked.directive
                && self.maker(asked.line, snapshot).is_none()
            {
                let name = snapshot.rsplit('/').next().unwrap_or_default();
                let sentence = format!(
                    "no code above this line shows `{name}`: list or run the piece with `evidence.show(\"{name}\", ...)` first"
                );
                problems.report(page.file(), asked.line, sentence);
            }
        }
        for cell in &self.cells {
            if let [_, second, ..] = &cell.shows[..] {
                let name = second.rsplit('/').next().unwrap_or_default();
                let sentence = format!(
                    "a cell of a notebook shows one thing: give `{name}` a piece of its own"
                );
                problems.report(page.file(), cell.line, sentence);
            }
            for snapshot in &cell.shows {
                problems.check(&page.file(), cell.line, manuscript.snapshot(snapshot));
            }
        }
    }
}

/// The cell of the settings that an example declares. Only what no macro makes is known to the cells that follow, so they are
/// declared in a module.
fn declared(settings: &str, given: Option<Given>) -> String {
    let mut cell = "mod knobs {\n    use super::*;\n".to_owned();
    for line in settings.lines() {
        cell.push_str(format!("    {line}").trim_end());
        cell.push('\n');
    }
    cell.push('}');
    if let Some((name, kind)) = given {
        cell.push_str(&format!(
            "\nuse knobs::{kind};\n\nlet {name} = {kind}::default();"
        ));
    }
    cell
}

/// The names in `show("name", ...)`, in order, comments aside.
fn shown(code: &str) -> impl Iterator<Item = &str> {
    code.match_indices("show(").filter_map(|(at, call)| {
        let line_start = code[..at].rfind('\n').map_or(0, |end| end + 1);
        let argument = code[at + call.len()..].trim_start().strip_prefix('"')?;
        let name = &argument[..argument.find('"')?];
        (!code[line_start..at].contains("//")).then_some(name)
    })
}
