//! Drawings that move when the reader asks them to, and stand still otherwise: on paper, without a script, in a notebook.

use std::fmt::Write;

use plotters::prelude::*;

use super::figure::{self, Colour, Figure, LINE, TICK};
use crate::Result;

/// Lines of a few points each that move, all in one plane with a unit as long on both axes.
///
/// ```text
/// shape    a line of points at each moment, drawn at one of them and animated by SMIL, `begin="indefinite"`
/// trace    where the last point of the shape goes, drawn as a still line
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Animation {
    /// The finding, as a sentence.
    pub title: String,
    /// The finding and its numbers, for those who cannot see the drawing.
    pub description: String,
    /// The shapes.
    pub shapes: Vec<Shape>,
    /// From and to on both axes.
    pub range: (f64, f64),
    /// Seconds that a play takes.
    pub seconds: f64,
    /// The moment at which it stands until it is played; the last one if there are not so many.
    pub still: usize,
    /// Whether the shapes' traces are drawn.
    pub traced: bool,
}

/// One line that moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What it is.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// How many lines broad it is; below another one that it may meet it is seen if it is the broader.
    pub breadth: u32,
    /// Its points, moment by moment, as many at each.
    pub moments: Vec<Vec<(f64, f64)>>,
}

const SIDE: u32 = 800;

impl Animation {
    /// Draws it.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Figure`] if the range is empty or not finite, if there is no shape or one without points, or if a point
    /// is not of finite numbers.
    pub fn draw(&self) -> Result<Figure> {
        let refused = |why: &str| crate::Error::Figure {
            title: self.title.clone(),
            why: why.into(),
        };
        let (from, to) = self.range;
        let length = to - from;
        if !(length.is_finite() && length > 0.0) {
            return Err(refused("its range is empty or not finite"));
        }
        let points = || {
            self.shapes
                .iter()
                .flat_map(|shape| &shape.moments)
                .flatten()
        };
        if self.shapes.is_empty()
            || self
                .shapes
                .iter()
                .any(|shape| shape.moments.concat().is_empty())
        {
            return Err(refused("a shape without points shows nothing"));
        }
        if !points().all(|(x, y)| x.is_finite() && y.is_finite()) {
            return Err(refused("a point is not of finite numbers"));
        }
        let mut origin = (0, 0);
        let place = |&(x, y): &(f64, f64)| {
            let share = f64::from(SIDE) / length;
            ((share * (x - from)), (share * (to - y)))
        };
        let drawn = figure::draw(&self.title, &self.description, &self.csv(), SIDE, |area| {
            origin = area.get_base_pixel();
            origin.0 += (figure::WIDTH - SIDE) as i32 / 2;
            let left = (figure::WIDTH - SIDE) as i32 / 2;
            for (index, shape) in self.shapes.iter().enumerate() {
                let trace = shape.moments.iter().filter_map(|moment| moment.last());
                let trace: Vec<(i32, i32)> = trace
                    .map(place)
                    .map(|(x, y)| (left + x as i32, y as i32))
                    .collect();
                if self.traced {
                    area.draw(&PathElement::new(trace, shape.colour.rgb().stroke_width(2)))?;
                }
                let text = figure::text(TICK, shape.colour);
                area.draw(&Text::new(
                    shape.name.clone(),
                    (12, 12 + 40 * index as i32),
                    text,
                ))?;
            }
            Ok(())
        })?;
        let moving = self.shapes.iter().map(|shape| {
            self.moving(shape, |point| {
                let (x, y) = place(point);
                (x + f64::from(origin.0), y + f64::from(origin.1))
            })
        });
        Ok(drawn.with(&moving.collect::<String>()))
    }

    /// A shape as it stands and as it moves.
    fn moving(&self, shape: &Shape, place: impl Fn(&(f64, f64)) -> (f64, f64)) -> String {
        let moments: Vec<String> = shape
            .moments
            .iter()
            .map(|moment| {
                let points = moment
                    .iter()
                    .map(&place)
                    .map(|(x, y)| format!("{x:.0},{y:.0}"));
                points.collect::<Vec<_>>().join(" ")
            })
            .collect();
        let colour = shape.colour.hex();
        let width = LINE * shape.breadth;
        format!(
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\" stroke-linejoin=\"round\" \
             points=\"{}\"><animate attributeName=\"points\" begin=\"indefinite\" dur=\"{}s\" repeatCount=\"indefinite\" \
             values=\"{}\"/></polyline>\n",
            moments[self.still.min(moments.len() - 1)],
            self.seconds,
            moments.join(";"),
        )
    }

    /// The last point of every shape at every moment.
    fn csv(&self) -> String {
        let mut csv = String::new();
        for shape in &self.shapes {
            let name = figure::csv_name(&shape.name);
            let _ = writeln!(csv, "x of {name},y of {name}");
            for (x, y) in shape.moments.iter().filter_map(|moment| moment.last()) {
                let _ = writeln!(csv, "{x},{y}");
            }
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn animation(moments: Vec<Vec<(f64, f64)>>) -> Animation {
        Animation {
            title: "A rod turns".into(),
            description: "It turns once in 2 seconds".into(),
            shapes: vec![Shape {
                name: "rod".into(),
                colour: Colour::Blue,
                breadth: 2,
                moments,
            }],
            range: (-1.0, 1.0),
            seconds: 2.0,
            still: 0,
            traced: true,
        }
    }

    #[test]
    fn it_stands_as_it_begins_and_moves_through_every_moment_when_it_is_asked_to() {
        let figure = animation(vec![
            vec![(0.0, 0.0), (1.0, 0.0)],
            vec![(0.0, 0.0), (0.0, 1.0)],
        ])
        .draw()
        .unwrap();
        let moving = figure
            .svg()
            .lines()
            .find(|line| line.contains("<animate"))
            .unwrap();
        let part = |name: &str| {
            let (_, rest) = moving.split_once(&format!(" {name}=\"")).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        let moments: Vec<String> = part("values").split(';').map(str::to_owned).collect();
        assert_eq!((moments.len(), &moments[0]), (2, &part("points")));
        assert_eq!(
            (part("begin"), part("dur")),
            ("indefinite".into(), "2s".into())
        );
        assert!(
            figure.svg().ends_with("</svg>")
                && figure.svg().contains("x of rod,y of rod\n1,0\n0,1")
        );
    }

    #[test]
    fn what_cannot_be_drawn_is_a_sentence() {
        let why = |animation: Animation| animation.draw().unwrap_err().to_string();
        assert!(why(animation(vec![])).contains("without points"));
        assert!(why(animation(vec![vec![(f64::NAN, 0.0)]])).contains("finite numbers"));
        let empty = Animation {
            range: (1.0, 1.0),
            ..animation(vec![vec![(0.0, 0.0)]])
        };
        assert!(why(empty).contains("its range is empty"));
    }
}
