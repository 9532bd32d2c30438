//! Tables whose cells sentences quote: `chapter5/best[Adam, cosine][field RMSE].median`.

use super::directive::{Cell, Part};
use super::suggestion::did_you_mean;

/// The cells of a pinned table.
pub struct Cells {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Cells {
    /// The cells of an aligned Markdown table.
    pub fn of(table: &str) -> Self {
        let mut lines = table.lines().map(cells);
        let headings = lines.next().unwrap_or_default();
        // After the headings a rule.
        let rows = lines.skip(1).collect();
        Self { headings, rows }
    }

    /// The text of a cell of the snapshot called `snapshot`, or of a part of it.
    pub fn value(&self, snapshot: &str, cell: &Cell) -> Result<String, String> {
        let column = self.column(snapshot, &cell.column)?;
        let text = &self.row(snapshot, &cell.row)?[column];
        let Some(part) = cell.part else {
            return Ok(text.clone());
        };
        let number = part_of(text, part);
        number.ok_or_else(|| {
            format!("the cell `{text}` of `{snapshot}` is no spread with a {part}: quote it whole")
        })
    }

    fn column(&self, snapshot: &str, name: &str) -> Result<usize, String> {
        let found = self.headings.iter().position(|heading| heading == name);
        found.ok_or_else(|| {
            let known = self.headings.iter().map(String::as_str);
            let suggestion = did_you_mean(name, known);
            format!("`{snapshot}` has no column `{name}`{suggestion}")
        })
    }

    /// A row goes by its first cell and, where others share that, by as many of the next ones as tell it apart.
    fn row(&self, snapshot: &str, name: &str) -> Result<&Vec<String>, String> {
        let mut found = self
            .rows
            .iter()
            .filter(|row| names(row).any(|known| known == name));
        match (found.next(), found.next()) {
            (Some(row), None) => Ok(row),
            (Some(first), Some(_)) => {
                let longer = names(first).find(|known| known.len() > name.len());
                let longer = longer.unwrap_or_default();
                Err(format!(
                    "`{snapshot}` has several rows `{name}`: add what their next cells say, as in `{longer}`"
                ))
            }
            (None, _) => {
                let known: Vec<String> = self.rows.iter().flat_map(|row| names(row)).collect();
                let suggestion = did_you_mean(name, known.iter().map(String::as_str));
                Err(format!("`{snapshot}` has no row `{name}`{suggestion}"))
            }
        }
    }

    /// A cell that says this, as a page would name it.
    pub fn with_value(&self, value: &str) -> Option<String> {
        self.rows.iter().find_map(|row| {
            let column = row.iter().skip(1).position(|cell| cell == value)? + 1;
            Some(format!("[{}][{}]", row[0], self.headings[column]))
        })
    }
}

/// `a`, `a, b`, `a, b, c`, … of a row's cells.
fn names(row: &[String]) -> impl Iterator<Item = String> {
    (1..=row.len()).map(|count| row[..count].join(", "))
}

/// The cells of a line, without the marks around them.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.trim().trim_start_matches('|').chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            c => {
                let cell = cells.last_mut().expect("there is a first cell");
                if escaped && c != '|' {
                    cell.push('\\');
                }
                cell.push(c);
            }
        }
        escaped = false;
    }
    cells.pop();
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// Of `0.0034 (0.0031 to 0.0040)`, `0.0031 to 0.0040` or `0.0031–0.0040` a part.
fn part_of(text: &str, part: Part) -> Option<String> {
    let (median, ends) = match text.split_once(" (") {
        Some((median, ends)) => (Some(median), ends.strip_suffix(')')?),
        None => (None, text),
    };
    let (smallest, largest) = ends.split_once(" to ").or_else(|| ends.split_once('–'))?;
    let part = match part {
        Part::Median => median?,
        Part::Smallest => smallest,
        Part::Largest => largest,
    };
    Some(part.to_owned())
}
