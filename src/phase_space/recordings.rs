//! Anybody's data: recordings of a system in a CSV file.
//!
//! ```text
//! t,q,p          states and times: dz/dt by differences along each recording
//! 0.00,1.5,0.0
//! 0.05,1.4,-0.1
//!
//! q,p,dq,dp      states and their derivatives, wherever they were taken
//! 1.5,0.0,0.0,-1.0
//! ```
//!
//! A file has one header and one row a state. It may hold several recordings, one below the other: where time goes back, or
//! where a column that numbers them says so, a new one begins, and no difference is taken across the seam. Whatever is
//! wrong with a file is one sentence with row and column; rows are counted as an editor does, the header being row 1.

use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::fs;
use std::ops::Range;
use std::path::Path;

use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};
use ndarray::{ArrayView1, ArrayViewMut1, s};

use super::motion::slopes;
use super::{Dataset, Points, check_room, range};
use crate::{Error, Result};

/// Through how many points the differences along a recording are taken.
pub(crate) const NEAREST: usize = 5;

/// Which columns of a file say what. What is left empty is found by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The positions; found as `q`, or `q1`, `q2`, ….
    pub q: Vec<String>,
    /// The momenta, one a position; found as `p`, or `p1`, `p2`, ….
    pub p: Vec<String>,
    /// The derivatives of the positions; those of `q` are found as `dq`, `dq/dt` or `dq_dt`. With none of them differences
    /// along the times are taken.
    pub dq: Vec<String>,
    /// The derivatives of the momenta; found as those of the positions.
    pub dp: Vec<String>,
    /// The time of each row; found as `t` or `time`.
    pub time: Option<String>,
    /// What tells one recording from the next; found as `recording`. Without it one begins where time goes back.
    pub recording: Option<String>,
    /// The positions that are angles and jump by a turn: of 2π where the column reaches no farther, else of 360. Wherever one
    /// moves by more than half a turn along a recording, whole turns are added from there on.
    pub unwrap: Vec<String>,
}

/// The recordings of a file, one below the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Recordings {
    /// The names of the columns of the points: the positions, then the momenta.
    pub names: Vec<String>,
    /// All states, with their derivatives.
    pub data: Dataset,
    /// The time of each state, if the file has times.
    pub times: Option<Vec<f64>>,
    /// The row of the file of each state.
    pub rows: Vec<u64>,
    /// The states of each recording.
    pub parts: Vec<Range<usize>>,
    /// Whether the derivatives are columns of the file; if not, they are differences.
    pub measured: bool,
    /// The most significant digits that a number of the file has.
    pub digits: usize,
    /// The columns that were unwrapped, and how often each jumped.
    pub unwrapped: Vec<(String, usize)>,
}

impl Dataset {
    /// The states and derivatives in a CSV file with a header:
    ///
    /// ```
    /// use hnn::phase_space::{Columns, Dataset};
    ///
    /// let path = std::env::temp_dir().join("a-swing.csv");
    /// std::fs::write(&path, "t,q,p\n0.0,1.00,0.00\n0.1,0.99,-0.10\n0.2,0.98,-0.20\n").unwrap();
    /// let data = Dataset::from_csv(&path, &Columns::default())?;
    /// assert_eq!(data.points.dim(), (3, 2));
    /// assert!((data.field[[1, 1]] + 1.0).abs() < 1e-12);
    /// # Ok::<(), hnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Recordings::from_csv`].
    pub fn from_csv(path: impl AsRef<Path>, columns: &Columns) -> Result<Self> {
        Ok(Recordings::from_csv(path, columns)?.data)
    }
}

impl Recordings {
    /// The recordings in this file.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if it cannot be read, and [`Error::NoData`] with row and column for whatever else is wrong with it.
    pub fn from_csv(path: impl AsRef<Path>, columns: &Columns) -> Result<Self> {
        let path = path.as_ref();
        let bytes = fs::read(path).map_err(Error::read(path))?;
        Self::parse(&bytes, path, columns)
    }

    /// The recordings in the bytes of a file of this name.
    ///
    /// # Errors
    ///
    /// As [`Recordings::from_csv`].
    pub fn parse(bytes: &[u8], path: impl AsRef<Path>, columns: &Columns) -> Result<Self> {
        parse(bytes, columns).map_err(|complaint| match complaint {
            Complaint::File(why) => Error::NoData {
                path: path.as_ref().to_owned(),
                why: one_line(&why),
            },
            Complaint::Data(error) => error,
        })
    }
}

/// What a file has in it, for one line of a terminal: without control characters, and with an end.
fn one_line(why: &str) -> String {
    const LONGEST: usize = 300;
    let mut shown = why.chars().flat_map(|c| {
        let escaped = c.is_control().then(|| c.escape_default());
        let plain = (!c.is_control()).then_some(c);
        escaped.into_iter().flatten().chain(plain)
    });
    let mut line: String = shown.by_ref().take(LONGEST).collect();
    line.extend(shown.next().map(|_| '…'));
    line
}

/// What is wrong: with the file, as the end of a sentence, or with the data in it.
enum Complaint {
    File(String),
    Data(Error),
}

impl From<Error> for Complaint {
    fn from(error: Error) -> Self {
        Self::Data(error)
    }
}

type Parsed<T> = std::result::Result<T, Complaint>;

fn refuse<T>(why: impl Into<String>) -> Parsed<T> {
    Err(Complaint::File(why.into()))
}

fn parse(bytes: &[u8], columns: &Columns) -> Parsed<Recordings> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return refuse("it is empty");
    }
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(bytes);
    let refused = |error: csv::Error| refused(&error, bytes);
    let header = reader.headers().map_err(refused)?.clone();
    check_header(&header)?;
    let found = Found::new(&header, columns)?;
    let mut table = Columned::default();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(refused)? {
        let row = row(bytes, record.position());
        table.add(row, &record, &header, &found)?;
    }
    check_room("rows", table.rows.len())?;
    match table.rows.len() {
        0 => return refuse("it has a header and no row of numbers"),
        1 => {
            return refuse(format!(
                "it has one row, row {}: one point teaches nothing",
                table.rows[0]
            ));
        }
        _ => {}
    }
    let parts = table.parts(found.time.map(|column| &header[column]))?;
    let (width, count) = (found.states.len(), table.rows.len());
    let array = |values: Vec<f64>| Points::from_shape_vec((count, width), values);
    let mut points = array(table.states).expect("a number for each column of each row");
    let mut unwrapped = Vec::new();
    for name in &columns.unwrap {
        let mut positions = found.states[..width / 2].iter();
        let Some(column) = positions.position(|&column| header[column] == **name) else {
            return refuse(format!(
                "row 1: no position is named `{name}`, to be unwrapped"
            ));
        };
        unwrapped.push((name.clone(), unwrap(points.column_mut(column), &parts)));
    }
    let field = if found.slopes.is_empty() {
        let mut field = Points::zeros(points.dim());
        for part in &parts {
            if part.len() < 3 {
                let (first, rows) = (table.rows[part.start], part.len());
                return refuse(format!(
                    "the recording from row {first} on has {rows} of the 3 rows that a difference needs"
                ));
            }
            let part = part.clone();
            let times = ArrayView1::from(&table.times[part.clone()]);
            let along = slopes(times, points.slice(s![part.clone(), ..]), NEAREST);
            field.slice_mut(s![part, ..]).assign(&along);
        }
        field
    } else {
        array(table.slopes).expect("a number for each column of each row")
    };
    Ok(Recordings {
        names: found
            .states
            .iter()
            .map(|&column| header[column].to_owned())
            .collect(),
        data: Dataset::new(points, field, None)?,
        times: found.time.map(|_| table.times),
        rows: table.rows,
        parts,
        measured: !found.slopes.is_empty(),
        digits: table.digits,
        unwrapped,
    })
}

/// Adds whole turns along each recording, so that no step is longer than half of one; how often that was needed.
fn unwrap(mut angles: ArrayViewMut1<f64>, parts: &[Range<usize>]) -> usize {
    let (low, high) = range(angles.view());
    // Rounded angles reach a little farther than a turn.
    let turn = if high - low < 1.01 * TAU { TAU } else { 360.0 };
    let mut jumps = 0;
    for part in parts {
        let (mut before, mut turns) = (angles[part.start], 0.0);
        for angle in angles.slice_mut(s![part.clone()]) {
            let jump = ((*angle - before) / turn).round();
            (before, turns) = (*angle, turns - jump);
            jumps += usize::from(jump != 0.0);
            *angle += turns * turn;
        }
    }
    jumps
}

/// The row, as an editor counts it, of the record that begins after this position and the empty rows there.
fn row(bytes: &[u8], position: Option<&Position>) -> u64 {
    let Some(position) = position else { return 0 };
    let rest = bytes.iter().skip(position.byte() as usize);
    let skipped = rest.take_while(|byte| b"\r\n".contains(byte));
    position.line() + skipped.filter(|&&byte| byte == b'\n').count() as u64
}

/// The sentence for what the parser of the format refuses.
fn refused(error: &csv::Error, bytes: &[u8]) -> Complaint {
    let row = |position: &Option<Position>| row(bytes, position.as_ref());
    let why = match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => format!(
            "row {}: it has {len} cells, and the header has {expected_len}",
            row(pos)
        ),
        ErrorKind::Utf8 { pos, err } => format!(
            "row {}, column {}: it is not text in UTF-8",
            row(pos),
            err.field() + 1
        ),
        _ => error.to_string(),
    };
    Complaint::File(why)
}

fn check_header(header: &StringRecord) -> Parsed<()> {
    for (separator, name) in [(';', "semicolons"), ('\t', "tabs")] {
        if header.len() == 1 && header[0].contains(separator) {
            return refuse(format!("row 1: {name} stand between its cells, not commas"));
        }
    }
    if header.iter().any(|name| name.parse::<f64>().is_ok()) {
        return refuse("row 1: it has numbers where the names of the columns should stand");
    }
    let mut seen = BTreeSet::new();
    match header.iter().find(|name| !seen.insert(*name)) {
        Some(twice) => refuse(format!("row 1: two columns are named `{twice}`")),
        None => Ok(()),
    }
}

/// Which column is which.
struct Found {
    states: Vec<usize>,
    slopes: Vec<usize>,
    time: Option<usize>,
    recording: Option<usize>,
}

impl Found {
    fn new(header: &StringRecord, columns: &Columns) -> Parsed<Self> {
        let place = |name: &str| header.iter().position(|known| known == name);
        let named = |name: &String| {
            place(name).ok_or_else(|| {
                let known: Vec<&str> = header.iter().collect();
                Complaint::File(format!(
                    "row 1: no column is named `{name}`; it has {}",
                    known.join(", ")
                ))
            })
        };
        let all = |names: &[String]| names.iter().map(named).collect::<Parsed<Vec<usize>>>();
        let states = |names: &[String], letter: &str| -> Parsed<Vec<usize>> {
            if !names.is_empty() || place(letter).is_some() {
                let letter = [letter.to_owned()];
                return all(if names.is_empty() { &letter } else { names });
            }
            let numbered = (1..).map_while(|index| place(&format!("{letter}{index}")));
            let numbered: Vec<usize> = numbered.collect();
            if numbered.is_empty() {
                named(&letter.to_owned())?;
            }
            Ok(numbered)
        };
        let (q, p) = (states(&columns.q, "q")?, states(&columns.p, "p")?);
        if q.len() != p.len() {
            return refuse(format!(
                "{} of its columns are positions and {} momenta: each degree of freedom has one of both",
                q.len(),
                p.len()
            ));
        }
        let slopes = |names: &[String], of: &[usize]| -> Parsed<Vec<usize>> {
            if !names.is_empty() {
                return all(names);
            }
            let spelled = |&column: &usize| {
                let name = &header[column];
                [
                    format!("d{name}"),
                    format!("d{name}/dt"),
                    format!("d{name}_dt"),
                ]
                .iter()
                .find_map(|name| place(name))
            };
            Ok(of.iter().filter_map(spelled).collect())
        };
        let (dq, dp) = (slopes(&columns.dq, &q)?, slopes(&columns.dp, &p)?);
        if dq.len() + dp.len() > 0 && (dq.len(), dp.len()) != (q.len(), p.len()) {
            return refuse(format!(
                "{} of its columns are derivatives of the {} positions and {} of the momenta: there must be one for each, \
                 or none",
                dq.len(),
                q.len(),
                dp.len()
            ));
        }
        let one = |name: &Option<String>, usual: &[&str]| match name {
            Some(name) => named(name).map(Some),
            None => Ok(usual.iter().find_map(|name| place(name))),
        };
        let found = Self {
            states: [q, p].concat(),
            slopes: [dq, dp].concat(),
            time: one(&columns.time, &["t", "time"])?,
            recording: one(&columns.recording, &["recording"])?,
        };
        if found.slopes.is_empty() && found.time.is_none() {
            return refuse(
                "row 1: it has neither derivatives (as `dq`, `dp`) nor times (as `t`), so nothing says how it moves",
            );
        }
        let mut seen = BTreeSet::new();
        let mut used = found.states.iter().chain(&found.slopes).chain(&found.time);
        match used.find(|column| !seen.insert(**column)) {
            Some(&twice) => {
                let name = &header[twice];
                refuse(format!("the column `{name}` is named for two things"))
            }
            None => Ok(found),
        }
    }
}

/// The numbers of the file so far.
#[derive(Default)]
struct Columned {
    states: Vec<f64>,
    slopes: Vec<f64>,
    times: Vec<f64>,
    labels: Vec<String>,
    rows: Vec<u64>,
    digits: usize,
}

impl Columned {
    fn add(
        &mut self,
        row: u64,
        record: &StringRecord,
        header: &StringRecord,
        found: &Found,
    ) -> Parsed<()> {
        let mut digits = self.digits;
        let mut number = |&column: &usize| {
            let (cell, name) = (&record[column], &header[column]);
            let refuse = |why: &str| Complaint::File(format!("row {row}, column `{name}`: {why}"));
            if cell.is_empty() {
                return Err(refuse("it is empty"));
            }
            let number: f64 = cell
                .parse()
                .map_err(|_| refuse(&format!("`{cell}` is not a number")))?;
            if !number.is_finite() {
                return Err(refuse(&format!("`{cell}` is not a finite number")));
            }
            digits = digits.max(significant(cell));
            Ok(number)
        };
        for column in &found.states {
            self.states.push(number(column)?);
        }
        for column in &found.slopes {
            self.slopes.push(number(column)?);
        }
        if let Some(column) = &found.time {
            self.times.push(number(column)?);
        }
        self.digits = digits;
        self.labels
            .extend(found.recording.map(|column| record[column].to_owned()));
        self.rows.push(row);
        Ok(())
    }

    /// The states of each recording, whose times increase.
    fn parts(&self, time: Option<&str>) -> Parsed<Vec<Range<usize>>> {
        let mut starts = vec![0];
        for index in 1..self.rows.len() {
            let labelled = self.labels.get(index - 1) != self.labels.get(index);
            let (before, now) = match time {
                Some(_) => (self.times[index - 1], self.times[index]),
                None => (0.0, 1.0),
            };
            if labelled || (self.labels.is_empty() && now < before) {
                starts.push(index);
            } else if now <= before {
                return refuse(format!(
                    "row {}, column `{}`: the time {now} does not increase on the {before} of row {}",
                    self.rows[index],
                    time.unwrap_or_default(),
                    self.rows[index - 1]
                ));
            }
        }
        starts.push(self.rows.len());
        Ok(starts.windows(2).map(|ends| ends[0]..ends[1]).collect())
    }
}

/// How many significant digits a number is written with.
fn significant(cell: &str) -> usize {
    let mantissa = cell.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.chars().filter(char::is_ascii_digit);
    let digits: String = digits.collect();
    digits.trim_start_matches('0').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_marked_as_cut_only_where_it_is() {
        for (length, cut) in [(299, false), (300, false), (301, true)] {
            let line = one_line(&"x".repeat(length));
            let expected = "x".repeat(length.min(300)) + if cut { "…" } else { "" };
            assert_eq!(line, expected);
        }
        assert_eq!(one_line("a\nb"), "a\\nb");
    }
}
