//! Charts of lines and dots, in one or more panels.

use std::fmt::Write;

use plotters::prelude::*;

use super::figure::{self, Colour, DrawError, Figure, LINE, NAME, TICK};
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

/// How an axis spaces its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// By their size: a decade is as long as the next.
    Log,
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures, with the unit.
    pub label: String,
    /// From and to.
    pub range: (f64, f64),
    /// How it spaces its numbers.
    pub scale: Scale,
    /// Written at 0, 1, 2, … in place of numbers, if there are any.
    pub names: Vec<String>,
}

impl Axis {
    /// A linear axis of this label and range.
    pub fn new(label: impl Into<String>, range: (f64, f64)) -> Self {
        Self {
            label: label.into(),
            range,
            scale: Scale::Linear,
            names: Vec::new(),
        }
    }

    /// An axis that has a place for each of these names: the first at 0, the next at 1, and so on.
    pub fn names<S: Into<String>>(
        label: impl Into<String>,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        Self {
            names: names.clone(),
            ..Self::new(label, (-0.5, names.len() as f64 - 0.5))
        }
    }

    /// A logarithmic axis of this label and range, both ends positive.
    pub fn log(label: impl Into<String>, range: (f64, f64)) -> Self {
        Self {
            scale: Scale::Log,
            ..Self::new(label, range)
        }
    }

    /// A logarithmic axis in whole decades, from 1 as far down and up as these values go; what has no place on it, zero
    /// and what is not finite, is passed over.
    pub fn decades(label: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let (mut low, mut high) = (1.0, 1.0);
        for value in values {
            while value > 0.0 && value < low {
                low /= 10.0;
            }
            while value.is_finite() && value > high {
                high *= 10.0;
            }
        }
        if low == high {
            high *= 10.0;
        }
        Self::log(label, (low, high))
    }

    /// Where a value stands on the drawn axis.
    fn place(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => value,
            Scale::Log => libm::log10(value),
        }
    }

    fn drawn_range(&self) -> (f64, f64) {
        (self.place(self.range.0), self.place(self.range.1))
    }

    /// How many numbers to write along it, `most` at the most; every name that it has.
    fn ticks(&self, most: usize) -> usize {
        if !self.names.is_empty() {
            return self.names.len();
        }
        let (from, to) = self.drawn_range();
        match self.scale {
            Scale::Linear => most,
            Scale::Log => most.min((to - from).ceil() as usize + 1),
        }
    }

    /// The number written at a place of the drawn axis.
    fn tick(&self, place: f64) -> String {
        if !self.names.is_empty() {
            // Nothing between two names.
            let name = (place.fract().abs() < 1e-6).then(|| self.names.get(place as usize));
            return name.flatten().cloned().unwrap_or_default();
        }
        match self.scale {
            Scale::Linear => number(place),
            Scale::Log => decade(place),
        }
    }
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
}

/// One line of a panel, or one set of marks.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is: written beside the line, and in the data.
    pub label: String,
    /// Its colour, and with it its line style.
    pub colour: Colour,
    /// Its points, in order.
    pub points: Vec<(f64, f64)>,
    /// How it is drawn.
    pub mark: Mark,
    /// Where on the panel the label is centred, in data units; `None` leaves it out of the drawing.
    pub label_at: Option<(f64, f64)>,
}

impl Series {
    /// A line without a label on it.
    pub fn new(label: impl Into<String>, colour: Colour, points: Vec<(f64, f64)>) -> Self {
        Self {
            label: label.into(),
            colour,
            points,
            mark: Mark::Line,
            label_at: None,
        }
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
}

impl Panel {
    /// Axes with these lines, each axis as long as there is room for.
    pub fn new(x: Axis, y: Axis, series: Vec<Series>) -> Self {
        Self {
            x,
            y,
            series,
            square: false,
        }
    }

    /// The same with every label to the right of its line's end, as far as this place of the horizontal axis, and labels
    /// of lines that end close together moved apart.
    #[must_use]
    pub fn labelled_at_ends(mut self, x: f64) -> Self {
        /// A label's height, as a share of the panel's.
        const ROOM: f64 = 0.085;
        let (bottom, top) = self.y.drawn_range();
        let room = ROOM * (top - bottom);
        let end = |series: &Series| series.points.last().map(|point| self.y.place(point.1));
        let mut order: Vec<(usize, f64)> = self
            .series
            .iter()
            .enumerate()
            .filter_map(|(index, series)| Some((index, end(series)?)))
            .collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut above = f64::INFINITY;
        for (index, place) in order {
            above = place.min(above - room);
            let y = match self.y.scale {
                Scale::Linear => above,
                Scale::Log => libm::exp10(above),
            };
            self.series[index].label_at = Some((x, y));
        }
        self
    }
}

/// Room for the numbers and the name of the vertical axis, and of the horizontal one.
const LEFT: u32 = 130;
const BELOW: u32 = 96;
const MARGIN: u32 = 14;
/// Room for half of the last number of the horizontal axis.
const RIGHT: u32 = 40;

impl Panel {
    /// Height of the panel in SVG units.
    fn height(&self) -> u32 {
        if self.square {
            let across = f64::from(figure::WIDTH - LEFT - MARGIN - RIGHT);
            let length = |axis: &Axis| axis.drawn_range().1 - axis.drawn_range().0;
            let ratio = length(&self.y) / length(&self.x);
            (across * ratio) as u32 + BELOW + 2 * MARGIN
        } else {
            560
        }
    }

    /// Refuses what would be drawn as nothing, or for ever.
    fn check(&self) -> std::result::Result<(), String> {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let columns: [(&Axis, Vec<f64>); 2] = [
            (&self.x, points().map(|point| point.0).collect()),
            (&self.y, points().map(|point| point.1).collect()),
        ];
        for (axis, values) in columns {
            let Axis { label, range, .. } = axis;
            let (from, to) = axis.drawn_range();
            if !(from.is_finite() && to.is_finite() && from < to) {
                return Err(format!(
                    "the axis `{label}` runs from {} to {}",
                    range.0, range.1
                ));
            }
            if let Some(off) = values
                .into_iter()
                .find(|&value| !axis.place(value).is_finite())
            {
                return Err(format!("the axis `{label}` has no place for {off}"));
            }
        }
        Ok(())
    }

    fn draw(&self, area: &figure::Draw) -> std::result::Result<(), DrawError> {
        let ((left, right), (bottom, top)) = (self.x.drawn_range(), self.y.drawn_range());
        let place = |&(x, y): &(f64, f64)| (self.x.place(x), self.y.place(y));
        let mut chart = ChartBuilder::on(area)
            .margin(MARGIN)
            .margin_right(RIGHT)
            .set_label_area_size(LabelAreaPosition::Left, LEFT)
            .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
            .build_cartesian_2d(left..right, bottom..top)?;
        chart
            .configure_mesh()
            .axis_style(Colour::Ink.rgb().stroke_width(2))
            .bold_line_style(Colour::Grid.rgb().stroke_width(2))
            .light_line_style(TRANSPARENT)
            .x_label_formatter(&|&x| self.x.tick(x))
            .y_label_formatter(&|&y| self.y.tick(y))
            .x_labels(self.x.ticks(7))
            .y_labels(self.y.ticks(6))
            .label_style(figure::text(TICK, Colour::Ink))
            .axis_desc_style(figure::text(NAME, Colour::Ink))
            .x_desc(&self.x.label)
            .y_desc(&self.y.label)
            .draw()?;
        for series in &self.series {
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
            }
        }
        for series in &self.series {
            if let Some(at) = series.label_at.as_ref().map(place) {
                let style =
                    figure::text(TICK, series.colour).pos(plotters::style::text_anchor::Pos::new(
                        plotters::style::text_anchor::HPos::Center,
                        plotters::style::text_anchor::VPos::Center,
                    ));
                chart.draw_series([Text::new(series.label.clone(), at, style)])?;
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
        let mut csv = String::new();
        for block in self.series.chunk_by(same_x) {
            let labels: Vec<&str> = block.iter().map(|series| series.label.as_str()).collect();
            let _ = writeln!(csv, "{},{}", self.x.label, labels.join(","));
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

/// A tick's number with as many decimals as it needs, four at the most.
pub(super) fn number(tick: f64) -> String {
    let text = format!("{tick:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// The number at a place of a logarithmic axis: nothing between two decades.
fn decade(place: f64) -> String {
    let power = place.round();
    if (place - power).abs() > 1e-6 {
        return String::new();
    }
    match power as i32 {
        power @ -2..=4 => number(libm::exp10(f64::from(power))),
        power => format!("1e{power}"),
    }
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
    /// [`crate::Error::Figure`] if a range is empty or not finite, if a point of a logarithmic axis is not positive, or if
    /// plotters cannot draw it.
    pub fn draw(&self) -> Result<Figure> {
        let heights: Vec<u32> = self.panels.iter().map(Panel::height).collect();
        let data: String = self.panels.iter().map(Panel::csv).collect();
        figure::draw(
            &self.title,
            &self.description,
            &data,
            heights.iter().sum(),
            |area| {
                let mut rest = area.clone();
                for (panel, &height) in self.panels.iter().zip(&heights) {
                    panel.check()?;
                    let (above, below) = rest.split_vertically(height);
                    panel.draw(&above)?;
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
        let points = vec![(0.0, 1.0), (1.0, 0.25)];
        let panel = Panel::new(
            Axis::new("epoch", (0.0, 1.0)),
            Axis::new("loss", range),
            vec![
                Series::new("training", Colour::Blue, points.clone()).labelled_at(0.5, 0.9),
                Series::new("validation", Colour::Vermillion, points),
            ],
        );
        LineChart::single("The loss & its <floor>", "It falls from 1 to 0.25.", panel)
    }

    #[test]
    fn an_axis_of_decades_holds_its_values() {
        let range = |values: &[f64]| Axis::decades("x", values.iter().copied()).range;
        let (low, high) = range(&[0.02, 3.0]);
        assert!((low - 0.01).abs() < 1e-15 && high == 10.0, "{low} {high}");
        assert_eq!(range(&[250.0]), (1.0, 1000.0));
        assert_eq!(range(&[0.0, f64::INFINITY, f64::NAN]), (1.0, 10.0));
    }

    #[test]
    fn labels_of_lines_that_end_close_together_stand_apart_in_the_lines_order() {
        let line = |end: f64| Series::new("", Colour::Ink, vec![(1.0, 1.0), (2.0, end)]);
        let panel = Panel::new(
            Axis::new("x", (0.0, 3.0)),
            Axis::new("y", (0.0, 1.0)),
            vec![line(0.5), line(0.51), line(0.1)],
        );
        let at = |series: &Series| series.label_at.unwrap().1;
        let panel = panel.labelled_at_ends(2.5);
        let ys: Vec<f64> = panel.series.iter().map(at).collect();
        assert_eq!((ys[1], ys[2]), (0.51, 0.1));
        assert!((ys[1] - ys[0] - 0.085).abs() < 1e-12, "{ys:?}");
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
    fn ticks_have_the_decimals_they_need() {
        let ticks = [0.0, -0.0, 10.0, -0.5, 0.0625, 1e-9];
        assert_eq!(ticks.map(number), ["0", "0", "10", "-0.5", "0.0625", "0"]);
    }

    #[test]
    fn a_logarithmic_axis_numbers_its_decades() {
        let places = [-9.0, -3.0, -2.0, 0.0, 3.0, 4.0, 5.0, -2.5];
        let numbers = ["1e-9", "1e-3", "0.01", "1", "1000", "10000", "1e5", ""];
        assert_eq!(places.map(decade), numbers);
        let axis = Axis::log("error", (1e-9, 1.0));
        assert_eq!((axis.drawn_range(), axis.ticks(6)), ((-9.0, 0.0), 6));
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
        let axis = Axis::names("activation", ["sin", "tanh"]);
        let ticks = [0.0, 0.5, 1.0, 2.0].map(|place| axis.tick(place));
        assert_eq!(ticks, ["sin", "", "tanh", ""]);
    }

    #[test]
    fn a_logarithmic_axis_has_no_place_for_zero() {
        let mut chart = chart((1e-3, 1.0));
        chart.panels[0].y.scale = Scale::Log;
        chart.draw().unwrap();
        chart.panels[0].series[0].points[1].1 = 0.0;
        let error = chart.draw().unwrap_err().to_string();
        assert!(
            error.ends_with("the axis `loss` has no place for 0"),
            "{error}"
        );
    }

    #[test]
    fn the_same_chart_is_the_same_bytes() {
        assert_eq!(
            chart((0.0, 1.0)).draw().unwrap(),
            chart((0.0, 1.0)).draw().unwrap()
        );
    }

    #[test]
    fn an_empty_range_is_an_error_and_not_a_hang() {
        let error = chart((1.0, 1.0)).draw().unwrap_err().to_string();
        assert_eq!(
            error,
            "cannot draw the figure `The loss & its <floor>`: the axis `loss` runs from 1 to 1"
        );
    }
}
