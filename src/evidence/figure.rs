//! A figure: an SVG drawing with its finding, its description and its data.

use std::fmt::Write;

use plotters::prelude::*;

/// The width of every drawing, in SVG units. Text sizes below are chosen for it: at a phone's 360 pixels the smallest
/// text is 9 pixels high, at a page's 750 it is as high as the page's own.
pub(super) const WIDTH: u32 = 1200;
/// Height of tick labels and of labels on lines, in SVG units.
pub(super) const TICK: f64 = 30.0;
/// Height of the names of axes and panels.
pub(super) const NAME: f64 = 32.0;
const TITLE: f64 = 37.0;
/// How many characters of the title fit on a line, in a font as wide as any that a system draws `sans-serif` with.
const TITLE_LINE: usize = 52;
/// Stroke width of a drawn line.
pub(super) const LINE: u32 = 4;

/// An SVG drawing. It carries its title (the finding), a description for those who cannot see it (the finding with
/// its numbers) and the drawn data as comma-separated values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    title: String,
    svg: String,
}

impl Figure {
    /// The finding, as a sentence.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The drawing: one SVG element, its width left to the page.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// The drawing without its title, its description and its data, for a page that has them in words.
    pub fn drawing(&self) -> String {
        let body = self.svg.split_once("</g>\n").map_or("", |(_, body)| body);
        let height = self
            .svg
            .split_once("viewBox=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .and_then(|(numbers, _)| {
                let numbers: Vec<i32> = numbers.split(' ').flat_map(str::parse).collect();
                Some(numbers.get(3)? + numbers.get(1)?)
            });
        let height = height.unwrap_or_default();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n{body}",
            escape(&self.title).replace('"', "&quot;"),
        )
    }

    /// The same with these elements on top of it.
    pub(super) fn with(mut self, elements: &str) -> Self {
        let end = self.svg.rfind("</svg>").unwrap_or(self.svg.len());
        self.svg.insert_str(end, elements);
        self
    }
}

/// A colour of Okabe and Ito's palette (2008, "Color Universal Design"), told apart with every kind of colour vision.
/// A theme may recolour a drawing by these values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Text, axes, the truth.
    Ink,
    /// First series.
    Blue,
    /// Second series.
    Vermillion,
    /// Third series.
    Green,
    /// Fourth series.
    Purple,
    /// Fifth series.
    Orange,
    /// Sixth series.
    Sky,
    /// Grid lines.
    Grid,
    /// The background.
    Paper,
}

impl Colour {
    /// The colours of series, in turn.
    pub const SERIES: [Self; 6] = [
        Self::Blue,
        Self::Vermillion,
        Self::Green,
        Self::Purple,
        Self::Orange,
        Self::Sky,
    ];

    pub(super) fn rgb(self) -> RGBColor {
        match self {
            Self::Ink => RGBColor(0x00, 0x00, 0x00),
            Self::Blue => RGBColor(0x00, 0x72, 0xB2),
            Self::Vermillion => RGBColor(0xD5, 0x5E, 0x00),
            Self::Green => RGBColor(0x00, 0x9E, 0x73),
            Self::Purple => RGBColor(0xCC, 0x79, 0xA7),
            Self::Orange => RGBColor(0xE6, 0x9F, 0x00),
            Self::Sky => RGBColor(0x56, 0xB4, 0xE9),
            Self::Grid => RGBColor(0xDD, 0xDD, 0xDD),
            Self::Paper => RGBColor(0xFF, 0xFF, 0xFF),
        }
    }

    pub(super) fn hex(self) -> String {
        let RGBColor(r, g, b) = self.rgb();
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    /// A line style of its own for every colour of a series, so that colour is never the only difference.
    fn dashes(self) -> Option<&'static str> {
        match self {
            Self::Vermillion => Some("18 9"),
            Self::Green => Some("5 7"),
            Self::Purple => Some("20 8 5 8"),
            Self::Orange => Some("30 8"),
            Self::Sky => Some("10 5 4 5 4 5"),
            Self::Ink | Self::Blue | Self::Grid | Self::Paper => None,
        }
    }
}

/// Text of this height in SVG units. plotters divides a font's size by 1.24 on the way to SVG.
pub(super) fn text(height: f64, colour: Colour) -> TextStyle<'static> {
    // By its kind: a name would have to be understood, in whatever alphabet.
    let font = FontDesc::new(FontFamily::SansSerif, height * 1.24, FontStyle::Normal);
    font.color(&colour.rgb())
}

pub(super) type Draw<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
pub(super) type DrawError = Box<dyn std::error::Error + Send + Sync>;

/// Draws a figure: what `body` draws into `height` units, and above it the title.
pub(super) fn draw(
    title: &str,
    description: &str,
    data: &str,
    height: u32,
    body: impl FnOnce(&Draw) -> std::result::Result<(), DrawError>,
) -> crate::Result<Figure> {
    let attempt = || -> std::result::Result<String, DrawError> {
        let mut drawn = String::new();
        {
            let root = SVGBackend::with_string(&mut drawn, (WIDTH, height)).into_drawing_area();
            body(&root)?;
            root.present()?;
        }
        finish(&drawn, title, description, data, height)
    };
    match attempt() {
        Ok(svg) => Ok(Figure {
            title: title.to_string(),
            svg,
        }),
        Err(why) => Err(crate::Error::Figure {
            title: title.to_string(),
            why: why.to_string(),
        }),
    }
}

/// plotters' drawing under a header of our own: scalable, titled, described, with its data and its line styles. The title
/// stands above zero, so that a page that has it in words can cut it off.
fn finish(
    drawn: &str,
    title: &str,
    description: &str,
    data: &str,
    height: u32,
) -> std::result::Result<String, DrawError> {
    const TITLE_HEIGHT: usize = 46;
    let (_, body) = drawn
        .split_once(">\n")
        .ok_or("plotters drew no SVG element")?;
    let lines = wrap(title);
    let above = lines.len() * TITLE_HEIGHT + 14;
    let (paper, ink) = (Colour::Paper.hex(), Colour::Ink.hex());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 -{above} {WIDTH} {}\" role=\"img\">\n\
         <title>{}</title>\n<desc>{}</desc>\n<metadata>\n{}\n</metadata>\n\
         <rect x=\"0\" y=\"-{above}\" width=\"{WIDTH}\" height=\"{}\" fill=\"{paper}\"/>\n\
         <g class=\"title\" font-family=\"sans-serif\" font-size=\"{TITLE}\" fill=\"{ink}\">\n",
        height as usize + above,
        escape(title),
        escape(description),
        escape(data.trim_end()),
        height as usize + above,
    );
    for (above, line) in (1..=lines.len()).rev().zip(&lines) {
        let y = above * TITLE_HEIGHT;
        writeln!(
            svg,
            "<text x=\"12\" y=\"-{y}\" dy=\"0.76em\">{}</text>",
            escape(line)
        )?;
    }
    svg.push_str("</g>\n");
    // Rectangles that touch are drawn without seams.
    let lines: Vec<&str> = body.lines().collect();
    for group in lines.chunk_by(|a, b| is_rectangle(a) == is_rectangle(b)) {
        let seamless = group.len() > 1 && is_rectangle(group[0]);
        if seamless {
            svg.push_str("<g shape-rendering=\"crispEdges\">\n");
        }
        for line in group {
            writeln!(svg, "{}", restyle(line))?;
        }
        if seamless {
            svg.push_str("</g>\n");
        }
    }
    Ok(svg.trim_end().to_string())
}

fn is_rectangle(line: &str) -> bool {
    line.starts_with("<rect")
}

/// An element as plotters draws it, without what is the default, and with our line styles.
fn restyle(line: &str) -> String {
    let line = line
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "");
    if line.starts_with("<text") {
        // Text keeps clear of the lines behind it.
        let halo = format!(
            "stroke=\"{}\" stroke-width=\"8\" stroke-linejoin=\"round\"",
            Colour::Paper.hex()
        );
        return line.replacen("<text", &format!("<text {halo} paint-order=\"stroke\""), 1);
    }
    let dashes = Colour::SERIES.iter().find_map(|colour| {
        let stroke = format!(" stroke=\"{}\"", colour.hex());
        let drawn_in_it = line.starts_with("<polyline") && line.contains(&stroke);
        drawn_in_it.then(|| colour.dashes()).flatten()
    });
    match dashes {
        Some(dashes) => line.replacen(
            "<polyline",
            &format!("<polyline stroke-dasharray=\"{dashes}\""),
            1,
        ),
        None => line,
    }
}

/// A name as a spreadsheet reads it: in quotes if it holds a comma or a quote.
pub(super) fn csv_name(name: &str) -> String {
    match name.contains([',', '"', '\n']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_string(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Breaks a title between words.
fn wrap(title: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in title.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= TITLE_LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_break_between_words() {
        let lines = wrap(
            "Validation loss 0.26 at best, in epoch 11, and then it climbs and climbs until the run ends",
        );
        let broken = [
            "Validation loss 0.26 at best, in epoch 11, and then",
            "it climbs and climbs until the run ends",
        ];
        assert_eq!(lines, broken);
    }

    #[test]
    fn a_name_with_a_comma_stays_one_cell() {
        assert_eq!(csv_name("true, solid"), "\"true, solid\"");
        assert_eq!(csv_name("the \"truth\""), "\"the \"\"truth\"\"\"");
        assert_eq!(csv_name("step"), "step");
    }

    #[test]
    fn no_two_series_share_a_line_style() {
        for (index, a) in Colour::SERIES.iter().enumerate() {
            for b in &Colour::SERIES[index + 1..] {
                assert_ne!(a.dashes(), b.dashes(), "{a:?} and {b:?}");
            }
        }
    }
}
