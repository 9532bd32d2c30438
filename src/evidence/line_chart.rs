//! Charts of lines and dots, in one or more panels.

use std::fmt::Write;

use plotters::prelude::*;
use plotters::style::text_anchor;

use super::axis::Axis;
use super::figure::{self, Colour, DrawError, Figure, LINE, NAME, TICK};
use super::label::{self, Drawn, Place};
use crate::Result;

/// A chart of lines, drawn by [`LineChart::draw`].
#[derive(Clone, Debug, PartialEq)]
pub struct LineChart {
    /// The finding, as a sentence.
    pub title: String,
    /// The finding and its numbers, for those who cannot see the drawing.
    pub description: String,
    /// The panels, one below the other.
    pub panels: Vec<Panel>,
}

/// One pair of axes with its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The lines, drawn in this order.
    pub series: Vec<Series>,
    /// Whether a unit is as long on both axes: for phase space, where a circle must be round.
    pub square: bool,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A line through its points.
    Line,
    /// A dot at each point.
    Dot,
    /// A cross at each point.
    Cross,
    /// An arrow from each point to the next, which is its tip: two points an arrow.
    Arrow,
}

/// One line of a panel, or one set of marks.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is, in the data.
    pub name: String,
    /// Its colour, and with it its line style.
    pub colour: Colour,
    /// Its points, in order.
    pub points: Vec<(f64, f64)>,
    /// How it is drawn.
    pub mark: Mark,
    /// What is written beside it, if anything.
    pub label: Option<String>,
    /// Where on the panel the label is centred, in data units; `None` finds a place, as near the end as there is room.
    pub label_at: Option<(f64, f64)>,
}

impl Series {
    /// A line with its label beside it.
    pub fn new(
        label: impl Into<String>,
        colour: Colour,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        let label = label.into();
        Self {
            name: label.clone(),
            colour,
            points: points.into_iter().collect(),
            mark: Mark::Line,
            label: Some(label),
            label_at: None,
        }
    }

    /// Lines of one kind, such as runs that differ by their seeds: the data count them, and one label is for all.
    pub fn each<P: IntoIterator<Item = (f64, f64)>>(
        label: &str,
        colour: Colour,
        lines: impl IntoIterator<Item = P>,
    ) -> Vec<Self> {
        let line = |(index, points): (usize, P)| Self {
            name: format!("{label}, run {}", index + 1),
            label: (index == 0).then(|| label.to_string()),
            ..Self::new("", colour, points)
        };
        lines.into_iter().enumerate().map(line).collect()
    }

    /// The same drawn with this mark.
    #[must_use]
    pub fn marked(mut self, mark: Mark) -> Self {
        self.mark = mark;
        self
    }

    /// The same with its label centred here, in data units.
    #[must_use]
    pub fn labelled_at(mut self, x: f64, y: f64) -> Self {
        self.label_at = Some((x, y));
        self
    }

    /// The same without a label beside it.
    #[must_use]
    pub fn unlabelled(mut self) -> Self {
        self.label = None;
        self
    }
}

impl Panel {
    /// Axes with these lines, each axis as long as there is room for.
    pub fn new(x: Axis, y: Axis, series: impl IntoIterator<Item = Series>) -> Self {
        Self {
            x,
            y,
            series: series.into_iter().collect(),
            square: false,
        }
    }
}

/// Room for the numbers and the name of the vertical axis, and of the horizontal one.
const LEFT: u32 = 130;
const BELOW: u32 = 96;
const MARGIN: u32 = 14;
/// Room for half of the last number of the horizontal axis.
const RIGHT: u32 = 48;

/// The drawn ranges of both axes.
#[derive(Clone, Copy)]
struct Ranges {
    x: (f64, f64),
    y: (f64, f64),
}

impl Panel {
    /// From where to where both axes run; refuses what would be drawn as nothing, or for ever.
    fn ranges(&self) -> std::result::Result<Ranges, String> {
        /// Shares of a fitted axis that stay free at each end: for half of a mark, and for a label.
        const FOR_MARKS: f64 = 0.03;
        const FOR_LABELS: f64 = 0.13;
        /// Height over width of a panel with a unit as long on both axes, at the most.
        const STEEPEST: f64 = 20.0;
        let points = || self.series.iter().flat_map(|series| &series.points);
        let has_marks = self.series.iter().any(|series| series.mark != Mark::Line);
        let across = if has_marks { FOR_MARKS } else { 0.0 };
        let x = self.x.drawn_range(points().map(|point| point.0), across)?;
        let y = self
            .y
            .drawn_range(points().map(|point| point.1), FOR_LABELS)?;
        let steepness = (y.1 - y.0) / (x.1 - x.0);
        if self.square && !(1.0 / STEEPEST..=STEEPEST).contains(&steepness) {
            return Err(format!(
                "a unit as long on both axes makes it {steepness} times as high as wide"
            ));
        }
        Ok(Ranges { x, y })
    }

    /// Where a point of it is in the drawing of this panel alone, without labels beside it: from the left and from above.
    /// Nothing, if the panel cannot be drawn.
    pub fn place(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let ranges = self.ranges().ok()?;
        let (across, down) = self.plot(self.height(ranges), RIGHT);
        let share = |axis: &Axis, (from, to): (f64, f64), at| (axis.place(at) - from) / (to - from);
        Some((
            f64::from(MARGIN + LEFT) + across * share(&self.x, ranges.x, x),
            f64::from(MARGIN) + down * (1.0 - share(&self.y, ranges.y, y)),
        ))
    }

    /// Height of the panel in SVG units.
    fn height(&self, ranges: Ranges) -> u32 {
        if self.square {
            let across = f64::from(figure::WIDTH - LEFT - MARGIN - RIGHT);
            let ratio = (ranges.y.1 - ranges.y.0) / (ranges.x.1 - ranges.x.0);
            (across * ratio) as u32 + BELOW + 2 * MARGIN
        } else {
            560
        }
    }

    /// What the labels see of the series, in a plot of this size.
    fn seen(&self, ranges: Ranges, size: Place) -> Vec<Drawn> {
        let share = |(from, to): (f64, f64), place: f64| (place - from) / (to - from);
        // What is drawn outside is not seen, however far outside it is.
        let place = |&(x, y): &(f64, f64)| {
            (
                size.0 * share(ranges.x, self.x.place(x)).clamp(-1.0, 2.0),
                size.1 * (1.0 - share(ranges.y, self.y.place(y))).clamp(-1.0, 2.0),
            )
        };
        let drawn = |series: &Series| Drawn {
            points: series.points.iter().map(place).collect(),
            is_line: series.mark == Mark::Line,
            colour: series.colour,
            label: series.label.clone(),
            at: series.label_at.as_ref().map(place),
        };
        self.series.iter().map(drawn).collect()
    }

    /// Size of the plot with this much room to its right.
    fn plot(&self, height: u32, right: u32) -> Place {
        let across = figure::WIDTH - MARGIN - LEFT - right;
        (f64::from(across), f64::from(height - 2 * MARGIN - BELOW))
    }

    /// The room to the right of the plot that its labels want, if they stand there.
    fn room_beside(&self, ranges: Ranges, height: u32) -> Option<u32> {
        /// Labels that would take a larger share of the width stand inside.
        const MOST: f64 = 0.35;
        let size = self.plot(height, RIGHT);
        let room = label::room_beside(&self.seen(ranges, size), size)?;
        (!self.square && room < MOST * size.0).then_some(room as u32)
    }

    fn draw(
        &self,
        area: &figure::Draw,
        ranges: Ranges,
        right: u32,
    ) -> std::result::Result<(), DrawError> {
        let (_, height) = area.dim_in_pixel();
        let size = self.plot(height, right);
        let seen = self.seen(ranges, size);
        let labels = match self.room_beside(ranges, height) {
            Some(_) => label::beside(&seen, size),
            None => label::inside(&seen, size),
        };
        let place = |&(x, y): &(f64, f64)| (self.x.place(x), self.y.place(y));
        let pixel = |(x, y): Place| (x.round() as i32, y.round() as i32);
        let mut chart = ChartBuilder::on(area)
            .margin(MARGIN)
            .margin_right(right)
            .set_label_area_size(LabelAreaPosition::Left, LEFT)
            .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
            .build_cartesian_2d(ranges.x.0..ranges.x.1, ranges.y.0..ranges.y.1)?;
        chart
            .configure_mesh()
            .axis_style(Colour::Ink.rgb().stroke_width(2))
            .bold_line_style(Colour::Grid.rgb().stroke_width(2))
            .light_line_style(TRANSPARENT)
            .x_label_formatter(&|&x| self.x.tick(x))
            .y_label_formatter(&|&y| self.y.tick(y))
            .x_labels(self.x.ticks(ranges.x, 7))
            .y_labels(self.y.ticks(ranges.y, 7))
            .label_style(figure::text(TICK, Colour::Ink))
            .axis_desc_style(figure::text(NAME, Colour::Ink))
            .x_desc(&self.x.label)
            .y_desc(&self.y.label)
            .draw()?;
        let plot = chart.plotting_area().strip_coord_spec();
        for (series, drawn) in self.series.iter().zip(&seen) {
            let (colour, points) = (series.colour.rgb(), series.points.iter().map(place));
            match series.mark {
                Mark::Line => {
                    chart.draw_series([PathElement::new(
                        points.collect::<Vec<_>>(),
                        colour.stroke_width(LINE),
                    )])?;
                }
                Mark::Dot => {
                    chart.draw_series(points.map(|at| Circle::new(at, 6, colour.filled())))?;
                }
                Mark::Cross => {
                    chart
                        .draw_series(points.map(|at| Cross::new(at, 7, colour.stroke_width(3))))?;
                }
                Mark::Arrow => {
                    for pair in drawn.points.chunks_exact(2) {
                        let (neck, head) = arrow_head(pair[0], pair[1]);
                        let shaft = [pair[0], neck].map(pixel);
                        plot.draw(&PathElement::new(shaft, colour.stroke_width(LINE)))?;
                        plot.draw(&Polygon::new(head.map(pixel), colour.filled()))?;
                    }
                }
            }
        }
        let centred = text_anchor::Pos::new(text_anchor::HPos::Center, text_anchor::VPos::Center);
        for (series, at) in self.series.iter().zip(labels) {
            if let (Some(label), Some((x, y))) = (&series.label, at) {
                let style = figure::text(TICK, series.colour).pos(centred);
                plot.draw_text(label, &style, pixel((x, y)))?;
            }
        }
        Ok(())
    }

    /// The drawn points: one block of columns for lines that share their x, another block for the next.
    fn csv(&self) -> String {
        let same_x = |a: &Series, b: &Series| {
            a.points
                .iter()
                .map(|p| p.0)
                .eq(b.points.iter().map(|p| p.0))
        };
        let drawn: Vec<&Series> = self
            .series
            .iter()
            .filter(|series| !series.points.is_empty())
            .collect();
        let mut csv = String::new();
        for block in drawn.chunk_by(|a, b| same_x(a, b)) {
            let _ = write!(csv, "{}", figure::csv_name(&self.x.label));
            for series in block {
                let _ = write!(csv, ",{}", figure::csv_name(&series.name));
            }
            csv.push('\n');
            for (row, point) in block[0].points.iter().enumerate() {
                let _ = write!(csv, "{}", point.0);
                for series in block {
                    let _ = write!(csv, ",{}", series.points[row].1);
                }
                csv.push('\n');
            }
        }
        csv
    }
}

/// Where an arrow's shaft ends, and the corners of its head.
fn arrow_head(tail: Place, tip: Place) -> (Place, [Place; 3]) {
    const LONG: f64 = 22.0;
    const WIDE: f64 = 9.0;
    let (x, y) = (tip.0 - tail.0, tip.1 - tail.1);
    let length = (x * x + y * y).sqrt().max(1.0);
    let (x, y) = (x / length, y / length);
    let neck = (tip.0 - LONG * x, tip.1 - LONG * y);
    let corner = |side: f64| (neck.0 - side * y, neck.1 + side * x);
    (neck, [corner(WIDE), tip, corner(-WIDE)])
}

impl LineChart {
    /// A chart of one panel. `title` says the finding, `description` the finding and its numbers.
    pub fn single(title: impl Into<String>, description: impl Into<String>, panel: Panel) -> Self {
        Self {
            title: title.into(),
            description: description.into(),
            panels: vec![panel],
        }
    }

    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Figure`] if a range is empty, not finite or of no length that can be numbered, if a point of a
    /// logarithmic axis is not positive, or if plotters cannot draw it.
    pub fn draw(&self) -> Result<Figure> {
        let data: String = self.panels.iter().map(Panel::csv).collect();
        let ranges: std::result::Result<Vec<Ranges>, String> =
            self.panels.iter().map(Panel::ranges).collect();
        let refused = |why: String| crate::Error::Figure {
            title: self.title.clone(),
            why,
        };
        let panels = self.panels.iter().zip(ranges.map_err(refused)?);
        let panels: Vec<(&Panel, Ranges, u32)> = panels
            .map(|(panel, ranges)| (panel, ranges, panel.height(ranges)))
            .collect();
        // Panels below each other end in one line.
        let rooms = panels.iter();
        let rooms = rooms.filter_map(|(panel, ranges, height)| panel.room_beside(*ranges, *height));
        let right = rooms.max().unwrap_or(0).max(RIGHT);
        figure::draw(
            &self.title,
            &self.description,
            &data,
            panels.iter().map(|(_, _, height)| height).sum(),
            |area| {
                let mut rest = area.clone();
                for (panel, ranges, height) in &panels {
                    let (above, below) = rest.split_vertically(*height);
                    panel.draw(&above, *ranges, right)?;
                    rest = below;
                }
                Ok(())
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(range: (f64, f64)) -> LineChart {
        let points = [(0.0, 1.0), (1.0, 0.25)];
        let panel = Panel::new(
            Axis::new("epoch").between(0.0, 1.0),
            Axis::new("loss").between(range.0, range.1),
            [
                Series::new("training", Colour::Blue, points).labelled_at(0.5, 0.9),
                Series::new("validation", Colour::Vermillion, points),
            ],
        );
        LineChart::single("The loss & its <floor>", "It falls from 1 to 0.25.", panel)
    }

    #[test]
    fn lines_of_one_kind_have_one_label_and_are_counted_in_the_data() {
        let lines = Series::each("exact, tanh", Colour::Blue, [[(0.0, 1.0)], [(0.0, 2.0)]]);
        let labels: Vec<Option<&str>> = lines.iter().map(|line| line.label.as_deref()).collect();
        assert_eq!(labels, [Some("exact, tanh"), None]);
        let panel = Panel::new(Axis::new("step"), Axis::new("loss"), lines);
        let names = "step,\"exact, tanh, run 1\",\"exact, tanh, run 2\"\n0,1,2\n";
        assert_eq!(panel.csv(), names);
    }

    #[test]
    fn the_data_pass_over_what_has_no_points() {
        let key = Series::new("true, solid", Colour::Ink, []);
        let line = Series::new("true", Colour::Ink, [(0.5, 1.0)]);
        let panel = Panel::new(
            Axis::new("q, metres"),
            Axis::new("p"),
            [key.clone(), line, key],
        );
        assert_eq!(panel.csv(), "\"q, metres\",true\n0.5,1\n");
    }

    #[test]
    fn a_figure_carries_its_title_description_data_and_line_styles() {
        let figure = chart((0.0, 1.0)).draw().unwrap();
        let svg = figure.svg();
        assert!(
            svg.contains("<title>The loss &amp; its &lt;floor&gt;</title>"),
            "{svg}"
        );
        assert!(svg.contains("<desc>It falls from 1 to 0.25.</desc>"));
        assert!(svg.contains("epoch,training,validation\n0,1,1\n1,0.25,0.25\n"));
        assert_eq!(
            svg.matches("stroke-dasharray").count(),
            1,
            "only the second line is dashed"
        );
        let (element, _) = svg.split_once('>').unwrap();
        assert!(
            !element.contains("width"),
            "the page decides how wide it is: {element}"
        );
    }

    #[test]
    fn an_axis_of_names_writes_every_name_once() {
        let mut chart = chart((0.0, 1.0));
        chart.panels[0].y = Axis::names("activation", ["sin", "tanh", "gelu", "silu", "relu"]);
        let figure = chart.draw().unwrap();
        for name in ["sin", "tanh", "gelu", "silu", "relu"] {
            let written = figure.svg().lines().filter(|line| *line == name).count();
            assert_eq!(written, 1, "{name}");
        }
    }

    #[test]
    fn an_arrow_s_head_ends_at_its_tip_and_is_as_wide_on_both_sides() {
        let head = arrow_head((0.0, 0.0), (0.0, 100.0));
        let corners = [(-9.0, 78.0), (0.0, 100.0), (9.0, 78.0)];
        assert_eq!(head, ((0.0, 78.0), corners));
    }

    #[test]
    fn a_logarithmic_axis_has_no_place_for_zero() {
        let mut chart = chart((1e-3, 1.0));
        chart.panels[0].y = Axis::log("loss");
        chart.draw().unwrap();
        chart.panels[0].series[0].points[1].1 = 0.0;
        let error = chart.draw().unwrap_err().to_string();
        assert!(
            error.ends_with("the axis `loss` has no place for 0"),
            "{error}"
        );
    }

    #[test]
    fn what_can_be_numbered_is_drawn_however_large_or_small() {
        let (mut drawn, mut refused) = (0, 0);
        for power in (-320..=307).step_by(19) {
            let length: f64 = format!("1e{power}").parse().unwrap();
            for from in [0.0, -length / 3.0, 1.0, -1e9 * length, 3e5 * length] {
                match chart((from, from + length)).draw() {
                    Ok(_) => drawn += 1,
                    Err(_) => refused += 1,
                }
            }
        }
        assert!(drawn > 80 && refused > 20, "{drawn} {refused}");
    }
}
