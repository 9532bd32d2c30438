//! What runs too long to repeat on every page wrote down.

use std::path::Path;

use csv::{Reader, StringRecord};

use crate::{Error, Result};

/// The rows of a file `recorded/<name>.csv` of the project: a header, then a row for each epoch that was looked at.
///
/// `cargo run --release --example long_runs -- --out recorded` writes these files; a test takes the first epochs of every run
/// in them again and compares the digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    name: &'static str,
    header: StringRecord,
    rows: Vec<StringRecord>,
}

impl Recorded {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Error::NoData`] if it is not there or no table.
    pub fn read(name: &'static str) -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded");
        let attempt = || {
            let mut reader = Reader::from_path(folder.join(name).with_extension("csv"))?;
            let header = reader.headers()?.clone();
            let rows = reader.records().collect::<csv::Result<_>>()?;
            Ok(Self { name, header, rows })
        };
        attempt().map_err(|error: csv::Error| no_data(name, error.to_string()))
    }

    /// The rows in which a column says this.
    ///
    /// # Errors
    ///
    /// [`Error::NoData`] if there is no such column or no such row.
    pub fn with(&self, column: &str, value: &str) -> Result<Self> {
        let index = self.index(column)?;
        let rows = self.rows.iter().filter(|row| &row[index] == value);
        let rows: Vec<StringRecord> = rows.cloned().collect();
        if rows.is_empty() {
            return Err(no_data(self.name, format!("no row has {column} {value}")));
        }
        Ok(Self {
            rows,
            ..self.clone()
        })
    }

    /// The rows of each value of a column, in the order in which the values first come.
    ///
    /// # Errors
    ///
    /// As [`Recorded::with`].
    pub fn each(&self, column: &str) -> Result<Vec<Self>> {
        let index = self.index(column)?;
        let mut values: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !values.contains(&&row[index]) {
                values.push(&row[index]);
            }
        }
        values
            .iter()
            .map(|value| self.with(column, value))
            .collect()
    }

    /// A column's numbers.
    ///
    /// # Errors
    ///
    /// [`Error::NoData`] if there is no such column or something else than numbers in it.
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>> {
        let index = self.index(column)?;
        let number = |row: &StringRecord| {
            let why = || format!("{column} {} is no number", &row[index]);
            row[index].parse().map_err(|_| no_data(self.name, why()))
        };
        self.rows.iter().map(number).collect()
    }

    fn index(&self, column: &str) -> Result<usize> {
        let index = self.header.iter().position(|name| name == column);
        index.ok_or_else(|| no_data(self.name, format!("no column is called {column}")))
    }
}

fn no_data(name: &str, why: String) -> Error {
    Error::NoData {
        path: Path::new("recorded").join(name).with_extension("csv"),
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_what_a_column_says() {
        let runs = Recorded::read("penalty").unwrap().each("seed").unwrap();
        assert_eq!(runs.len(), 3);
        let first = runs[1].with("epoch", "0").unwrap();
        assert_eq!(first.numbers("seed").unwrap(), [1.0]);
        assert_eq!(first.numbers("rate").unwrap(), [1e-3]);
    }

    #[test]
    fn what_is_not_recorded_is_one_sentence() {
        let versions = Recorded::read("first-versions").unwrap();
        let says = |attempt: Result<_>| attempt.err().map(|error: Error| error.to_string());
        let no_file = says(Recorded::read("nothing").map(drop)).unwrap();
        assert!(no_file.starts_with("no data in recorded/nothing.csv: "));
        let cases = [
            (
                versions.with("layer", "1").map(drop),
                "no column is called layer",
            ),
            (versions.with("seed", "99").map(drop), "no row has seed 99"),
            (
                versions.numbers("activation").map(drop),
                "activation tanh is no number",
            ),
        ];
        for (attempt, why) in cases {
            let sentence = format!("no data in recorded/first-versions.csv: {why}");
            assert_eq!(says(attempt), Some(sentence));
        }
    }
}
