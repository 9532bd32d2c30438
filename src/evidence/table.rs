//! Tables that read well in a terminal and are Markdown at the same time.

use std::fmt;

/// Rows under headings. Prints as an aligned pipe table (GitHub-flavoured Markdown), columns of numbers to the right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table under these headings.
    pub fn new<S: Into<String>>(headings: impl IntoIterator<Item = S>) -> Self {
        Self {
            headings: headings.into_iter().map(cell).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// If it has not one cell a heading.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let row: Vec<String> = cells.into_iter().map(cell).collect();
        assert_eq!(row.len(), self.headings.len(), "a cell for every heading");
        self.rows.push(row);
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| &row[column]);
        let widest = cells
            .chain([&self.headings[column]])
            .map(|cell| cell.chars().count())
            .max();
        widest.unwrap_or(0).max(3)
    }

    fn is_numeric(&self, column: usize) -> bool {
        self.rows.iter().all(|row| {
            let number: String = row[column].chars().filter(|c| !"%,".contains(*c)).collect();
            number.trim().parse::<f64>().is_ok() || ["", "-"].contains(&number.trim())
        })
    }
}

/// A cell's text, with the one character escaped that would end it.
fn cell(text: impl Into<String>) -> String {
    text.into().replace('|', "\\|")
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<(usize, bool)> = (0..self.headings.len())
            .map(|column| (self.width(column), self.is_numeric(column)))
            .collect();
        let line = |f: &mut fmt::Formatter<'_>, cells: &[String]| {
            for (cell, &(width, numeric)) in cells.iter().zip(&columns) {
                if numeric {
                    write!(f, "| {cell:>width$} ")?;
                } else {
                    write!(f, "| {cell:<width$} ")?;
                }
            }
            write!(f, "|")
        };
        line(f, &self.headings)?;
        writeln!(f)?;
        for &(width, numeric) in &columns {
            let dashes = "-".repeat(width);
            write!(
                f,
                "{}",
                if numeric {
                    format!("| {dashes}:")
                } else {
                    format!("|:{dashes} ")
                }
            )?;
        }
        write!(f, "|")?;
        for row in &self.rows {
            writeln!(f)?;
            line(f, row)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_markdown() {
        let mut table = Table::new(["weight", "|x|"]);
        table.row(["W1[0, 0]", "-0.5"]);
        table.row(["b2[7]", "12.25"]);
        let expected = "\
| weight   | \\|x\\| |
|:-------- | -----:|
| W1[0, 0] |  -0.5 |
| b2[7]    | 12.25 |";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    #[should_panic(expected = "a cell for every heading")]
    fn a_row_has_a_cell_for_every_heading() {
        Table::new(["q", "p"]).row(["1"]);
    }
}
