//! Tables that read well in a terminal and are Markdown at the same time.

use std::fmt;

/// Rows under headings. Prints as an aligned pipe table (GitHub-flavoured Markdown), columns of numbers to the right.
///
/// A table of items has one row an item, and its columns are named one by one or across other items:
///
/// ```
/// use hnn::evidence::Table;
///
/// let table = Table::of([1, 2])
///     .column("n", |n| n)
///     .across(["square", "cube"].iter().zip([2, 3]), |(name, _)| name, |n: u32, (_, power)| n.pow(power))
///     .table();
/// assert_eq!(table.to_string().lines().last(), Some("|   2 |      4 |    8 |"));
/// ```
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

    /// A table with a row for each of these items, which are cheap to copy: references, pairs of them, numbers.
    pub fn of<I: Copy>(items: impl IntoIterator<Item = I>) -> Rows<I> {
        let items: Vec<I> = items.into_iter().collect();
        let table = Self {
            headings: Vec::new(),
            rows: vec![Vec::new(); items.len()],
        };
        Rows { items, table }
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

    /// What stands above the columns.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The rows, each a cell a column, as Markdown has them: `\\|` for `|`.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
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

/// The rows of a table to come, one an item: what [`Table::of`] gives, to add columns to.
#[derive(Clone, Debug)]
pub struct Rows<I> {
    items: Vec<I>,
    table: Table,
}

impl<I: Copy> Rows<I> {
    /// Adds a column of this name, with a cell for each item.
    #[must_use]
    pub fn column<D: fmt::Display>(mut self, name: &str, cell_of: impl Fn(I) -> D) -> Self {
        self.table.headings.push(cell(name));
        for (row, &item) in self.table.rows.iter_mut().zip(&self.items) {
            row.push(cell(cell_of(item).to_string()));
        }
        self
    }

    /// Adds a column for each of `others`, named by `heading`, with a cell for each pair of an item and it: the columns
    /// before it name the rows, so the heading of the first is the corner's.
    #[must_use]
    pub fn across<J: Copy, N: fmt::Display, D: fmt::Display>(
        self,
        others: impl IntoIterator<Item = J>,
        heading: impl Fn(J) -> N,
        cell_of: impl Fn(I, J) -> D,
    ) -> Self {
        others.into_iter().fold(self, |rows, other| {
            rows.column(&heading(other).to_string(), |item| cell_of(item, other))
        })
    }

    /// The table of these columns.
    pub fn table(self) -> Table {
        self.table
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
    fn a_table_of_items_has_a_row_an_item_and_a_column_a_name() {
        let runs = [("tanh", 0.5), ("relu", 0.25)];
        let table = Table::of(&runs)
            .column("activation", |run| run.0)
            .column("error", |run| run.1)
            .table();
        let expected = "\
| activation | error |
|:---------- | -----:|
| tanh       |   0.5 |
| relu       |  0.25 |";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn a_cross_table_has_a_cell_for_every_pair_under_the_corner_s_heading() {
        let table = Table::of(["SGD", "Adam"])
            .column("at rate", |method| method)
            .across(
                [0.1, 0.3],
                |rate| rate,
                |method, rate| format!("{method} {rate}"),
            )
            .table();
        let expected = "\
| at rate | 0.1      | 0.3      |
|:------- |:-------- |:-------- |
| SGD     | SGD 0.1  | SGD 0.3  |
| Adam    | Adam 0.1 | Adam 0.3 |";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    #[should_panic(expected = "a cell for every heading")]
    fn a_row_has_a_cell_for_every_heading() {
        Table::new(["q", "p"]).row(["1"]);
    }
}
