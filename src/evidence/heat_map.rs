//! Heat maps with colour bars.

use std::fmt::Write;

use ndarray::Array2;
use plotters::prelude::*;
use plotters::style::colors::colormaps::ViridisRGB;

use super::axis::{Axis, number};
use super::figure::{self, Colour, DrawError, Figure, NAME, TICK};
use crate::Result;

/// Maps of one quantity over the same square of phase space, two in a row, under one colour scale.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// The finding, as a sentence.
    pub title: String,
    /// The finding and its numbers, for those who cannot see the drawing.
    pub description: String,
    /// Name and values of each map. Row i, column j is the value at (x, y) = (j, i) of the grid.
    pub maps: Vec<(String, Array2<f64>)>,
    /// Names of the two axes.
    pub axes: (String, String),
    /// From and to on both axes: the centres of the outermost cells.
    pub range: (f64, f64),
}

/// Colours are drawn in this many steps, so that neighbours of one colour merge into one rectangle.
const STEPS: usize = 25;
const LEFT: u32 = 105;
/// Of that the part which keeps the axis' name off the edge.
const EDGE: u32 = 12;
const BELOW: u32 = 100;
const BAR: u32 = 150;

impl HeatMap {
    /// Draws the maps and one colour bar, from 0 to the largest value.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Figure`] if a value is negative or not finite, if all are zero, if there is no map or one without
    /// cells, or if the range is empty, not finite or of no length that can be numbered.
    pub fn draw(&self) -> Result<Figure> {
        let refused = |why: String| crate::Error::Figure {
            title: self.title.clone(),
            why,
        };
        let (from, to) = self.range;
        for label in [&self.axes.0, &self.axes.1] {
            let axis = Axis::new(label).between(from, to);
            axis.drawn_range([].into_iter(), 0.0).map_err(refused)?;
        }
        if self.maps.is_empty() || self.maps.iter().any(|(_, map)| map.is_empty()) {
            return Err(refused("a map without cells shows nothing".into()));
        }
        let values = || self.maps.iter().flat_map(|(_, map)| map.iter().copied());
        let top = values().fold(0.0, f64::max);
        if !(top > 0.0 && values().all(|value| value.is_finite() && value >= 0.0)) {
            let why = "its values must be zero or positive, and not all zero";
            return Err(refused(why.into()));
        }
        Axis::new("colours")
            .between(0.0, top)
            .drawn_range([].into_iter(), 0.0)
            .map_err(refused)?;
        let columns = self.maps.len().min(2);
        let across = (figure::WIDTH - BAR) / columns as u32;
        let rows = self.maps.chunks(columns);
        let lowest = rows.len() - 1;
        let height = across - LEFT + BELOW + 50;
        let heights = height * rows.len() as u32;
        let body = |area: &figure::Draw| {
            let (mut below, bar) = area.split_horizontally(columns as u32 * across);
            for (index, row) in rows.enumerate() {
                let (mut rest, next) = below.split_vertically(height);
                for (name, map) in row {
                    let (left, right) = rest.split_horizontally(across);
                    self.draw_map(&left, name, map, top, index == lowest)?;
                    rest = right;
                }
                below = next;
            }
            draw_bar(&bar, top)
        };
        figure::draw(&self.title, &self.description, &self.csv(), heights, body)
    }

    fn draw_map(
        &self,
        area: &figure::Draw,
        name: &str,
        map: &Array2<f64>,
        top: f64,
        is_lowest: bool,
    ) -> std::result::Result<(), DrawError> {
        let (rows, columns) = map.dim();
        let (from, to) = self.range;
        let cell = (to - from) / (columns.max(2) - 1) as f64;
        let edge = |index: usize| from + (index as f64 - 0.5) * cell;
        let mut chart = ChartBuilder::on(area)
            .margin_top(4)
            .margin_left(EDGE)
            .margin_right(10)
            .caption(name, figure::text(NAME, Colour::Ink))
            .set_label_area_size(LabelAreaPosition::Left, LEFT - EDGE)
            .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
            .build_cartesian_2d(edge(0)..edge(columns), edge(0)..edge(rows))?;
        chart
            .configure_mesh()
            .disable_mesh()
            .axis_style(Colour::Ink.rgb().stroke_width(2))
            .x_label_formatter(&|&x| number(x))
            .y_label_formatter(&|&y| number(y))
            .x_labels(4)
            .y_labels(4)
            .label_style(figure::text(TICK, Colour::Ink))
            .axis_desc_style(figure::text(NAME, Colour::Ink))
            .x_desc(if is_lowest { &self.axes.0 } else { "" })
            .y_desc(&self.axes.1)
            .draw()?;
        let rectangles = merge(&map.mapv(|value| step(value, top)));
        chart.draw_series(rectangles.iter().map(|r| {
            let corners = [
                (edge(r.columns.0), edge(r.rows.0)),
                (edge(r.columns.1), edge(r.rows.1)),
            ];
            Rectangle::new(corners, colour(r.step).filled())
        }))?;
        Ok(())
    }

    /// Every map as rows of the grid, from the lowest y up.
    fn csv(&self) -> String {
        let mut csv = String::new();
        for (name, map) in &self.maps {
            let top = map.iter().copied().fold(0.0, f64::max);
            let _ = writeln!(csv, "{}", figure::csv_name(name));
            for row in map.rows() {
                let cells: Vec<String> = row.iter().map(|&value| written(value, top)).collect();
                let _ = writeln!(csv, "{}", cells.join(","));
            }
        }
        csv
    }
}

/// A value as the data list it: four decimals, or in powers of ten where even the largest has none of them.
fn written(value: f64, top: f64) -> String {
    if top < 1e-2 {
        format!("{value:.1e}")
    } else {
        format!("{value:.4}")
    }
}

fn step(value: f64, top: f64) -> usize {
    ((value / top * STEPS as f64) as usize).min(STEPS - 1)
}

fn colour(step: usize) -> RGBColor {
    ViridisRGB::get_color((step as f64 + 0.5) / STEPS as f64)
}

/// Neighbouring cells of one colour: rows and columns from (included) and to (excluded).
struct Patch {
    rows: (usize, usize),
    columns: (usize, usize),
    step: usize,
}

/// Covers the grid with rectangles of one colour each: runs along a row, then equal runs of neighbouring rows.
fn merge(steps: &Array2<usize>) -> Vec<Patch> {
    let mut done: Vec<Patch> = Vec::new();
    let mut open: Vec<Patch> = Vec::new();
    for (index, row) in steps.rows().into_iter().enumerate() {
        let mut start = 0;
        let mut next: Vec<Patch> = Vec::new();
        for run in row.to_vec().chunk_by(|a, b| a == b) {
            let columns = (start, start + run.len());
            start = columns.1;
            let above = open
                .iter()
                .position(|patch| patch.columns == columns && patch.step == run[0]);
            let from = above.map_or(index, |position| open.swap_remove(position).rows.0);
            next.push(Patch {
                rows: (from, index + 1),
                columns,
                step: run[0],
            });
        }
        done.append(&mut open);
        open = next;
    }
    done.append(&mut open);
    done
}

fn draw_bar(area: &figure::Draw, top: f64) -> std::result::Result<(), DrawError> {
    let mut chart = ChartBuilder::on(area)
        .margin_top(50)
        .margin_bottom(BELOW)
        .margin_left(10)
        .margin_right(4)
        .set_label_area_size(LabelAreaPosition::Right, 90)
        .build_cartesian_2d(0.0..1.0, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(Colour::Ink.rgb().stroke_width(2))
        .y_label_formatter(&|&y| {
            if top < 1e-2 && y > 0.0 {
                format!("{y:.0e}")
            } else {
                number(y)
            }
        })
        .y_labels(5)
        .label_style(figure::text(TICK, Colour::Ink))
        .draw()?;
    let height = top / STEPS as f64;
    chart.draw_series((0..STEPS).map(|step| {
        let from = step as f64 * height;
        Rectangle::new([(0.0, from), (1.0, from + height)], colour(step).filled())
    }))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn merged_rectangles_cover_every_cell_once_in_its_own_colour() {
        let steps = array![[1, 1, 2], [1, 1, 3], [1, 1, 3], [0, 1, 3]];
        let patches = merge(&steps);
        let mut covered = Array2::from_elem(steps.dim(), None);
        for patch in &patches {
            for row in patch.rows.0..patch.rows.1 {
                for column in patch.columns.0..patch.columns.1 {
                    assert_eq!(
                        covered[[row, column]].replace(patch.step),
                        None,
                        "covered twice"
                    );
                }
            }
        }
        assert_eq!(covered.mapv(|step| step.expect("covered")), steps);
        assert_eq!(patches.len(), 5);
    }

    fn refused(map: Array2<f64>, range: (f64, f64)) -> String {
        let map = HeatMap {
            title: "Nothing".into(),
            description: String::new(),
            maps: vec![("speed".into(), map)],
            axes: ("q".into(), "p".into()),
            range,
        };
        let error = map.draw().unwrap_err().to_string();
        let (_, why) = error.split_once("`Nothing`: ").unwrap();
        why.to_string()
    }

    #[test]
    fn a_map_of_nothing_is_an_error() {
        let unit = (-1.0, 1.0);
        let zero = refused(Array2::zeros((3, 3)), unit);
        assert_eq!(
            zero,
            "its values must be zero or positive, and not all zero"
        );
        let negative = refused(array![[-1.0, 2.0]], unit);
        assert_eq!(negative, zero);
        let empty = refused(Array2::zeros((0, 3)), unit);
        assert_eq!(empty, "a map without cells shows nothing");
    }

    #[test]
    fn a_map_over_no_finite_range_is_refused_and_not_a_hang() {
        let why = refused(Array2::ones((3, 3)), (0.0, f64::INFINITY));
        assert_eq!(why, "the axis `q` runs from 0 to inf");
        let why = refused(array![[1e-320, 0.0]], (-1.0, 1.0));
        assert!(
            why.starts_with("the axis `colours` runs from 0 to "),
            "{why}"
        );
    }
}
