//! The program that a page tells: the pieces of one example, which are the cells of its notebook.

use super::manuscript::Manuscript;
use super::page::{Block, Page};
use super::problem::Problems;
use super::snapshot::Evidence;

/// The program of a page.
#[derive(Debug)]
pub struct Program {
    /// The example, `chapters/chapter1_gradients.rs`.
    pub path: String,
    /// The line of the page that lists or runs its first piece.
    pub line: usize,
    /// The `use` lines that every piece relies on.
    pub uses: String,
    /// What the experiment is given besides `evidence`.
    given: Option<Given>,
    /// The pieces, in the order of the page.
    pub cells: Vec<Cell>,
    /// The line of each output and figure of the page, with the piece that shows it.
    makers: Vec<(usize, usize)>,
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
    pub const KNOBS: &str = "knobs";

    /// The program of `page`, if it lists or runs pieces of an example by anchor; faults are reported.
    pub fn of(page: &Page, manuscript: &Manuscript, problems: &mut Problems) -> Option<Self> {
        let file = page.file();
        let mut pieces = page.blocks.iter().filter_map(|block| match block {
            Block::Listing {
                stand,
                path,
                anchor: Some(anchor),
                is_shown,
            } if is_example(path) => Some((stand.line, path.as_str(), anchor.as_str(), *is_shown)),
            _ => None,
        });
        let (line, path, ..) = pieces.clone().next()?;
        for (other_line, other, ..) in pieces.clone().filter(|(_, other, ..)| *other != path) {
            problems.report(
                &file,
                other_line,
                format!("this page tells `{path}` (line {line}): it cannot list pieces of `{other}` as well"),
            );
        }
        // A file that is missing is a problem of the listing, and reported there.
        let whole = manuscript.listing(path, None).ok()?;
        let uses = match manuscript.listing(path, Some(Self::USES)) {
            Ok(uses) if uses.contains("Evidence") => uses,
            _ => {
                problems.report(
                    path,
                    1,
                    format!(
                        "the notebook needs the `use` lines, `Evidence` among them: put them between \
                         `// ANCHOR: {0}` and `// ANCHOR_END: {0}`",
                        Self::USES
                    ),
                );
                String::new()
            }
        };
        let signature = whole.split_once("pub fn experiment(");
        let signature = signature
            .and_then(|(_, rest)| rest.split(')').next())
            .unwrap_or_default();
        let is_given = |(name, kind): &Given| signature.contains(&format!("{name}: {kind}"));
        let given = GIVEN.into_iter().find(is_given);
        let cells: Vec<Cell> = pieces
            .by_ref()
            .filter(|(_, other, anchor, _)| *other == path && *anchor != Self::USES)
            .filter_map(|(line, path, anchor, is_shown)| {
                let listed = manuscript.listing(path, Some(anchor)).ok()?;
                let code = match anchor {
                    Self::KNOBS => declared(&listed, given),
                    _ => listed,
                };
                Some(Cell {
                    anchor: anchor.to_owned(),
                    line,
                    code,
                    is_shown,
                    shows: Vec::new(),
                })
            })
            .collect();
        if let Some(knobs) = cells.iter().skip(1).find(|cell| cell.anchor == Self::KNOBS) {
            let sentence = "the pieces above are given what this one declares: list it first";
            problems.report(&file, knobs.line, sentence.to_owned());
        }
        let mut program = Self {
            path: path.to_owned(),
            line,
            uses,
            given,
            cells,
            makers: Vec::new(),
        };
        program.find_shown(page, manuscript, problems);
        Some(program)
    }

    /// What the set-up gives the experiment, unless a piece declares it.
    pub fn given(&self) -> Option<Given> {
        let declares = self
            .cells
            .first()
            .is_some_and(|cell| cell.anchor == Self::KNOBS);
        self.given.filter(|_| !declares)
    }

    /// The cell that the directive in `line` lists.
    pub fn cell_at(&self, line: usize) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.line == line)
    }

    /// The piece that shows what the `output` or `figure` in `line` names.
    pub fn maker(&self, line: usize) -> Option<&Cell> {
        let (_, cell) = self.makers.iter().find(|(made, _)| *made == line)?;
        self.cells.get(*cell)
    }

    /// Gives every cell the snapshots of what it shows.
    fn find_shown(&mut self, page: &Page, manuscript: &Manuscript, problems: &mut Problems) {
        let file = page.file();
        // (cell, snapshot) of every output and figure on the page.
        let mut displayed: Vec<(usize, String)> = Vec::new();
        for block in &page.blocks {
            let (line, snapshot) = match block {
                Block::Output { stand, snapshot }
                | Block::Figure {
                    stand, snapshot, ..
                } => (stand.line, snapshot),
                _ => continue,
            };
            let shown_by = self.cells.iter().rposition(|cell| {
                cell.line < line && shown(&cell.code).any(|name| is_called(snapshot, name))
            });
            match shown_by {
                Some(cell) => {
                    self.makers.push((line, cell));
                    displayed.push((cell, snapshot.clone()));
                }
                None => {
                    let name = snapshot.rsplit('/').next().unwrap_or_default();
                    problems.report(
                        &file,
                        line,
                        format!("no code above this line shows `{name}`: list or run the piece with `evidence.show(\"{name}\", ...)` first"),
                    );
                }
            }
        }
        let mut quoted: Vec<&str> = page
            .prose()
            .flat_map(|prose| prose.facts())
            .map(|fact| fact.name.snapshot.as_str())
            .collect();
        // Another chapter's facts may have the same name: those come last.
        let chapter = |snapshot: &str| snapshot.split('/').next().map(str::to_owned);
        let own = displayed.first().and_then(|(_, shown)| chapter(shown));
        quoted.sort_by_key(|snapshot| chapter(snapshot) != own);
        for (index, cell) in self.cells.iter_mut().enumerate() {
            let names: Vec<String> = shown(&cell.code).map(str::to_owned).collect();
            for name in names {
                let here = displayed
                    .iter()
                    .filter(|(at, _)| *at == index)
                    .map(|(_, snapshot)| snapshot.as_str());
                let snapshot = here
                    .chain(quoted.iter().copied())
                    .find(|snapshot| is_called(snapshot, &name));
                match snapshot {
                    Some(snapshot) => cell.shows.push(snapshot.to_owned()),
                    None => problems.report(
                        &file,
                        cell.line,
                        format!("the piece `{}` shows `{name}`, but the page does not: add an `output` or a `figure`, or quote a fact of it", cell.anchor),
                    ),
                }
            }
            let rich: Vec<&String> = cell
                .shows
                .iter()
                .filter(|snapshot| {
                    let evidence = manuscript
                        .snapshot(snapshot)
                        .map(|snapshot| &snapshot.evidence);
                    matches!(evidence, Ok(Evidence::Table(_) | Evidence::Figure(_)))
                })
                .collect();
            if let [first, second, ..] = rich[..] {
                problems.report(
                    &file,
                    cell.line,
                    format!(
                        "the piece `{}` shows `{first}` and `{second}`: a notebook keeps one table or figure of a \
                         cell, so make it two pieces",
                        cell.anchor
                    ),
                );
            }
        }
    }
}

/// Whether the file is a program, which pages tell piece by piece.
pub fn is_example(path: &str) -> bool {
    path.starts_with("chapters/") && path.ends_with(".rs")
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

fn is_called(snapshot: &str, name: &str) -> bool {
    snapshot
        .split_once('/')
        .is_some_and(|(_, last)| last == name)
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
