//! Evidence: what an experiment shows, the same in a terminal, in Jupyter and in a test.
//!
//! ```text
//! Evidence::show(name, exhibit)
//!     terminal   prints the text; writes the figure to a folder and says where
//!     Jupyter    displays tables and figures richly, prints the rest
//!     collected  keeps it, for a test to pin
//! ```

mod animation;
mod axis;
mod facts;
mod figure;
mod heat_map;
mod label;
mod line_chart;
mod number;
mod recorded;
mod setup;
mod sink;
mod table;

use crate::{Error, Result};

pub use animation::{Animation, Shape};
pub use axis::{Axis, Scale};
pub use facts::Facts;
pub use figure::{Colour, Figure};
pub use heat_map::HeatMap;
pub use line_chart::{LineChart, Mark, Panel, Series};
pub use number::{brief, counted, thousands};
pub use recorded::Recorded;
pub use setup::{Setup, dashed};
pub use sink::{Evidence, Shown};
pub use table::{Rows, Table};

/// Something an experiment shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Exhibit {
    /// Rows and columns.
    Table(Table),
    /// Lines of text.
    Text(String),
    /// Named values, to be quoted in sentences.
    Facts(Facts),
    /// A drawing, with its data and a description.
    Figure(Figure),
}

impl Exhibit {
    /// `table`, `text`, `facts` or `figure`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "table",
            Self::Text(_) => "text",
            Self::Facts(_) => "facts",
            Self::Figure(_) => "figure",
        }
    }

    /// The exhibit in plain text; of a figure, its title.
    pub fn text(&self) -> String {
        match self {
            Self::Table(table) => table.to_string(),
            Self::Text(text) => text.trim_end().to_string(),
            Self::Facts(facts) => facts.to_string(),
            Self::Figure(figure) => figure.title().to_string(),
        }
    }
}

impl From<Table> for Exhibit {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl<I: Copy> From<Rows<I>> for Exhibit {
    fn from(rows: Rows<I>) -> Self {
        Self::Table(rows.table())
    }
}

impl From<String> for Exhibit {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Facts> for Exhibit {
    fn from(facts: Facts) -> Self {
        Self::Facts(facts)
    }
}

impl From<Figure> for Exhibit {
    fn from(figure: Figure) -> Self {
        Self::Figure(figure)
    }
}

/// A figure that cannot be drawn, because a number or a path has left its axes, is a sentence in its place.
impl TryFrom<Result<Figure>> for Exhibit {
    type Error = Error;

    fn try_from(drawn: Result<Figure>) -> Result<Self> {
        match drawn {
            Ok(figure) => Ok(figure.into()),
            Err(
                error @ (Error::Figure { .. } | Error::Escaped { .. } | Error::Unsettled { .. }),
            ) => Ok(format!("No figure: {error}").into()),
            Err(error) => Err(error),
        }
    }
}
