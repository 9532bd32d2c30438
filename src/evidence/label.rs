//! Where the labels of a panel stand: beside their lines, as near the ends as there is room, and apart from each other.

use super::figure::{Colour, TICK};

/// A place in SVG units, from the upper left corner of the plot.
pub(super) type Place = (f64, f64);

/// A series as its label sees it.
pub(super) struct Drawn {
    /// Its points.
    pub points: Vec<Place>,
    /// Whether a line joins them.
    pub is_line: bool,
    /// Its colour, which a label shares with all of its kind.
    pub colour: Colour,
    /// Its label, if it has one to be placed.
    pub label: Option<String>,
    /// Where its label is centred already.
    pub at: Option<Place>,
}

/// About how wide a character is, over its height.
const CHARACTER: f64 = 0.6;
/// Height of a line of labels.
const LINE: f64 = 1.15 * TICK;
/// How far a label keeps off its line.
const OFF: f64 = 12.0;
/// How far a label keeps off the middle of a mark.
const OFF_MARKS: f64 = 14.0;
/// How finely lines are seen.
const FINE: f64 = 6.0;

/// About how wide a label is drawn.
pub(super) fn width(label: &str) -> f64 {
    CHARACTER * TICK * label.chars().count() as f64
}

/// How much room to the right of the plot the labels of these series want: of lines that all end near the right edge of the plot,
/// room for the longest.
pub(super) fn room_beside(series: &[Drawn], (across, _): Place) -> Option<f64> {
    let labelled = || series.iter().filter(|drawn| drawn.label.is_some());
    let ends_right = |drawn: &Drawn| {
        let last = drawn.points.last();
        drawn.is_line && drawn.at.is_none() && last.is_some_and(|end| end.0 > 0.93 * across)
    };
    if labelled().count() < 2 || !labelled().all(ends_right) {
        return None;
    }
    let widths = labelled()
        .filter_map(|drawn| drawn.label.as_deref())
        .map(width);
    Some(widths.fold(0.0, f64::max) + OFF)
}

/// The centres of the labels to the right of their lines' ends, moved apart.
pub(super) fn beside(series: &[Drawn], (across, down): Place) -> Vec<Option<Place>> {
    let ends = series
        .iter()
        .enumerate()
        .filter(|(_, drawn)| drawn.label.is_some());
    let mut order: Vec<(usize, f64)> = ends
        .filter_map(|(index, drawn)| Some((index, drawn.points.last()?.1.clamp(0.0, down))))
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    // Downwards, each at least a line below the one before it; then upwards from the bottom.
    for index in 1..order.len() {
        order[index].1 = order[index].1.max(order[index - 1].1 + LINE);
    }
    let mut below = down + LINE;
    for (_, y) in order.iter_mut().rev() {
        *y = y.min(below - LINE);
        below = *y;
    }
    let mut places = vec![None; series.len()];
    for (index, y) in order {
        let label = series[index].label.as_deref().unwrap_or_default();
        places[index] = Some((across + OFF + width(label) / 2.0, y));
    }
    places
}

/// The centres of the labels inside a plot of this size: of each label the place with the least in its way.
pub(super) fn inside(series: &[Drawn], size: Place) -> Vec<Option<Place>> {
    let seen: Vec<(&Drawn, Place)> = series
        .iter()
        .flat_map(|drawn| trail(drawn, FINE).into_iter().map(move |at| (drawn, at)))
        .filter(|(_, at)| is_within(*at, size))
        .collect();
    let mut taken: Vec<Frame> = series
        .iter()
        .filter_map(|drawn| Some(Frame::around(drawn.at?, drawn.label.as_deref()?)))
        .collect();
    let mut places: Vec<Option<Place>> = Vec::new();
    for drawn in series {
        let place = match (&drawn.label, drawn.at) {
            (Some(label), None) => best(drawn, label, &seen, &taken, size),
            (_, at) => at,
        };
        if let (Some(at), Some(label), None) = (place, &drawn.label, drawn.at) {
            taken.push(Frame::around(at, label));
        }
        places.push(place);
    }
    places
}

/// A label's rectangle: its centre, and half its width and height.
struct Frame {
    centre: Place,
    half: Place,
}

impl Frame {
    fn around(centre: Place, label: &str) -> Self {
        Self {
            centre,
            half: (width(label) / 2.0, LINE / 2.0),
        }
    }

    /// How far a place is from the rectangle; 0 inside.
    fn distance(&self, (x, y): Place) -> f64 {
        let beyond = |off: f64, half: f64| (off.abs() - half).max(0.0);
        let off = (
            beyond(x - self.centre.0, self.half.0),
            beyond(y - self.centre.1, self.half.1),
        );
        (off.0 * off.0 + off.1 * off.1).sqrt()
    }

    fn overlaps(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64, halves: f64| (a - b).abs() < halves + OFF / 2.0;
        near(self.centre.0, other.centre.0, self.half.0 + other.half.0)
            && near(self.centre.1, other.centre.1, self.half.1 + other.half.1)
    }
}

/// The candidates are above, below and beside places of the series, from its end back to its beginning.
fn best(
    drawn: &Drawn,
    label: &str,
    seen: &[(&Drawn, Place)],
    taken: &[Frame],
    size: Place,
) -> Option<Place> {
    const STEP: f64 = 24.0;
    let half = (width(label) / 2.0, LINE / 2.0);
    let up = half.1 + OFF;
    let around = [
        (half.0 + OFF, 0.0),
        (0.0, -up),
        (0.0, up),
        (-half.0, -up),
        (-half.0, up),
        (half.0, -up),
        (half.0, up),
        (0.0, -1.6 * up),
        (0.0, 1.6 * up),
    ];
    let mut anchors = trail(drawn, STEP);
    anchors.retain(|at| is_within(*at, size));
    let many = anchors.len().div_ceil(80).max(1);
    let mut least: Option<(f64, Place)> = None;
    for (back, anchor) in anchors.iter().rev().step_by(many).enumerate() {
        for (turn, shift) in around.iter().enumerate() {
            let clamp = |x: f64, half: f64, end: f64| x.max(half + 4.0).min(end - half - 4.0);
            let centre = (
                clamp(anchor.0 + shift.0, half.0, size.0),
                clamp(anchor.1 + shift.1, half.1, size.1),
            );
            let candidate = Frame { centre, half };
            let mut cost = (back * many) as f64 + 0.1 * turn as f64;
            cost += 1000.0
                * taken
                    .iter()
                    .filter(|other| other.overlaps(&candidate))
                    .count() as f64;
            let (mut own, mut other) = (f64::INFINITY, f64::INFINITY);
            for &(whose, at) in seen {
                let distance = candidate.distance(at);
                let clear = if whose.is_line { OFF / 2.0 } else { OFF_MARKS };
                if distance < clear {
                    cost += 12.0;
                }
                match whose.colour == drawn.colour {
                    true => own = own.min(distance),
                    false => other = other.min(distance),
                }
            }
            // Nearer to its own line than to another.
            cost += (own + 2.0 * OFF - other).max(0.0);
            if least.is_none_or(|(known, _)| cost < known) {
                least = Some((cost, centre));
            }
        }
    }
    least.map(|(_, centre)| centre)
}

/// Places of a series: its points, and of a line also places between them, so far apart.
fn trail(drawn: &Drawn, apart: f64) -> Vec<Place> {
    if !drawn.is_line {
        return drawn.points.clone();
    }
    let mut trail: Vec<Place> = Vec::new();
    let mut since = f64::INFINITY;
    for pair in drawn.points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt();
        let mut along = (apart - since).max(0.0);
        while along < length {
            trail.push((from.0 + dx * along / length, from.1 + dy * along / length));
            along += apart;
        }
        // What is left of the step after this piece.
        since = length - (along - apart);
    }
    trail.extend(drawn.points.last());
    trail
}

fn is_within((x, y): Place, (across, down): Place) -> bool {
    (0.0..=across).contains(&x) && (0.0..=down).contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Place = (1000.0, 400.0);

    fn line(label: &str, points: &[Place]) -> Drawn {
        Drawn {
            points: points.to_vec(),
            is_line: true,
            colour: Colour::Ink,
            label: Some(label.into()),
            at: None,
        }
    }

    #[test]
    fn labels_of_lines_that_end_close_together_stand_apart_in_the_lines_order() {
        let ends = [200.0, 201.0, 30.0, 399.0];
        let lines: Vec<Drawn> = ends
            .iter()
            .map(|&end| line("loss", &[(0.0, 0.0), (1000.0, end)]))
            .collect();
        assert_eq!(room_beside(&lines, SIZE), Some(width("loss") + OFF));
        let places = beside(&lines, SIZE);
        let ys: Vec<f64> = places.iter().map(|place| place.unwrap().1).collect();
        assert_eq!(ys, [200.0, 200.0 + LINE, 30.0, 399.0]);
        let crowd: Vec<Drawn> = (0..3)
            .map(|_| line("loss", &[(0.0, 0.0), (1000.0, 400.0)]))
            .collect();
        let places = beside(&crowd, SIZE);
        let ys: Vec<f64> = places.iter().map(|place| place.unwrap().1).collect();
        assert_eq!(ys, [400.0 - 2.0 * LINE, 400.0 - LINE, 400.0]);
    }

    #[test]
    fn labels_inside_cover_no_line_and_no_other_label() {
        let lines = [
            line("falling", &[(0.0, 20.0), (600.0, 380.0)]),
            line("rising", &[(0.0, 380.0), (600.0, 20.0)]),
            line("level", &[(0.0, 200.0), (700.0, 200.0)]),
        ];
        assert_eq!(room_beside(&lines, SIZE), None);
        let places = inside(&lines, SIZE);
        let boxes: Vec<Frame> = lines
            .iter()
            .zip(&places)
            .map(|(drawn, at)| Frame::around(at.unwrap(), drawn.label.as_deref().unwrap()))
            .collect();
        for (index, label) in boxes.iter().enumerate() {
            assert!(
                boxes[index + 1..]
                    .iter()
                    .all(|other| !label.overlaps(other))
            );
            let mut seen = lines.iter().flat_map(|line| trail(line, 1.0));
            assert!(
                seen.all(|at| label.distance(at) > 0.0),
                "{:?}",
                label.centre
            );
        }
        // At the end of its line there is room for each.
        assert!(boxes.iter().all(|label| label.centre.0 > 500.0));
    }

    #[test]
    fn a_trail_has_even_steps_around_corners() {
        let bent = line("", &[(0.0, 0.0), (10.0, 0.0), (10.0, 11.0)]);
        let expected = [
            (0.0, 0.0),
            (6.0, 0.0),
            (10.0, 2.0),
            (10.0, 8.0),
            (10.0, 11.0),
        ];
        assert_eq!(trail(&bent, 6.0), expected);
    }
}
