//! What is seen of a model that was trained on recordings.

use crate::evidence::{Axis, Colour, Figure, LineChart, Mark, Panel, Series, brief};
use crate::learning::{Hnn, Model};
use crate::phase_space::{Dataset, Points, Recordings, rms_distance};
use crate::{Error, Result};

use super::{Split, Trained};

/// The loss, and the error on what is held out, over the evaluations.
///
/// # Errors
///
/// [`Error::Figure`] if it cannot be drawn.
pub fn course(course: &[(usize, f64, f64)]) -> Result<Figure> {
    let (last, loss, error) = *course.last().ok_or_else(|| Error::Figure {
        title: "The course of the training".into(),
        why: "there was no step".into(),
    })?;
    let line = |of: fn(&(usize, f64, f64)) -> f64| {
        let points = course.iter().map(|seen| (seen.0 as f64, of(seen)));
        let points = points.filter(|&(_, error)| error.is_finite() && error > 0.0);
        points.collect::<Vec<(f64, f64)>>()
    };
    let series = vec![
        Series::new("trained on", Colour::Blue, line(|seen| seen.1)),
        Series::new("held out", Colour::Vermillion, line(|seen| seen.2)),
    ];
    let (x, y) = (
        Axis::log("evaluations"),
        Axis::log("error, in the model's units"),
    );
    let panel = Panel::new(x, y, series);
    let title = format!(
        "Trained on, the error falls to {}; held out, to {}",
        brief(loss),
        brief(error)
    );
    let description = format!(
        "Root of the loss, and the error of the field on what is held out, over {last} evaluations of the loss, both axes \
         logarithmic."
    );
    LineChart::single(title, description, panel).draw()
}

/// The learned derivative of each column over the measured one, on what is held out.
///
/// # Errors
///
/// [`Error::Figure`] if it cannot be drawn.
pub fn field(recordings: &Recordings, model: &Hnn, held_out: &Dataset) -> Result<Figure> {
    let learned = model.field(held_out.points.view())?;
    let scaled = |field: &Points| model.units().scale_field(field.view());
    let (measured, learned) = (scaled(&held_out.field), scaled(&learned));
    let every = held_out.rows().div_ceil(150);
    let mut series: Vec<Series> = Vec::new();
    for (column, name) in recordings.names.iter().enumerate() {
        let pairs = measured
            .column(column)
            .into_iter()
            .zip(learned.column(column));
        let pairs = pairs.step_by(every).map(|(&x, &y)| (x, y));
        let colour = Colour::SERIES[column % Colour::SERIES.len()];
        series.push(Series::new(format!("d{name}/dt"), colour, pairs).marked(Mark::Dot));
    }
    let values = series
        .iter()
        .flat_map(|series| series.points.iter().flat_map(|&(x, y)| [x, y]));
    let (low, high) = values.fold((0.0, 0.0), |(a, b): (f64, f64), x| (a.min(x), b.max(x)));
    // Below the others, which hide it where they lie on it.
    let equal = Series::new("equal", Colour::Ink, vec![(low, low), (high, high)]);
    series.insert(0, equal);
    let off = rms_distance(learned.view(), measured.view());
    let title = format!(
        "Where it was not trained, the learned field is off by {}",
        brief(off)
    );
    let description = format!(
        "Learned over measured derivative of each column at the {} states held out, in the model's units; on the diagonal \
         the two are equal. The root mean square distance is {}.",
        held_out.rows(),
        brief(off)
    );
    let (x, y) = (
        Axis::new("measured derivative"),
        Axis::new("learned derivative"),
    );
    let panel = Panel::new(x, y, series);
    LineChart::single(title, description, panel).draw()
}

/// A motion that was held out, and what the two models make of its start.
pub struct Rollout {
    times: Vec<f64>,
    measured: Option<Points>,
    model: Points,
    plain: Points,
}

impl Rollout {
    /// From the first state held out, as long as its recording lasts; twenty units of the model's time where none has times.
    ///
    /// # Errors
    ///
    /// [`Error::Figure`] if a model leaves the finite numbers on the way.
    pub fn of(recordings: &Recordings, split: &Split, trained: &Trained) -> Result<Self> {
        let first = split.rows[0];
        let part = recordings.parts.iter().find(|part| part.contains(&first));
        let rows = first..part.map_or(first + 1, |part| part.end);
        let (times, measured) = match &recordings.times {
            Some(times) => {
                let indices: Vec<usize> = rows.clone().collect();
                let measured = recordings.data.select(&indices).points;
                (times[rows].to_vec(), Some(measured))
            }
            None => {
                let time = trained.model.units().time();
                (
                    (0..=200).map(|i| f64::from(i) / 10.0 * time).collect(),
                    None,
                )
            }
        };
        let start = recordings.data.points.row(first).to_vec();
        // The model is worth keeping all the same.
        let no_figure = |error: Error| Error::Figure {
            title: "The first motion held out".into(),
            why: error.to_string(),
        };
        let roll_out = |model: &dyn Model| model.trajectory(&start, &times).map_err(no_figure);
        Ok(Self {
            model: roll_out(&trained.model)?,
            plain: roll_out(&trained.plain)?,
            times,
            measured,
        })
    }

    /// As a figure of the first column.
    ///
    /// # Errors
    ///
    /// [`Error::Figure`] if it cannot be drawn.
    pub fn draw(&self, recordings: &Recordings) -> Result<Figure> {
        let name = &recordings.names[0];
        let line = |label: &str, colour, path: &Points| {
            let points = self.times.iter().copied().zip(path.column(0).to_vec());
            Series::new(label, colour, points)
        };
        let mut series = vec![
            line("Hamiltonian", Colour::Blue, &self.model),
            line("plain", Colour::Vermillion, &self.plain),
        ];
        if let Some(measured) = &self.measured {
            // So many dots that the lines are seen between them.
            let mut measured = line("measured", Colour::Ink, measured).marked(Mark::Dot);
            let every = measured.points.len().div_ceil(30);
            measured.points = measured.points.into_iter().step_by(every).collect();
            series.push(measured);
        }
        let from = self.times[0];
        let end = self.times[self.times.len() - 1];
        let panel = Panel::new(Axis::new("time"), Axis::new(name.clone()), series);
        let title = match self.off() {
            Some(off) => format!(
                "From the same start, {} is off by {} at the most",
                name,
                brief(off)
            ),
            None => format!("From a state held out, {name} as the models roll it out"),
        };
        let description = format!(
            "{name} over time from the first state held out: as measured, if the file has times, and as the Hamiltonian and \
             the plain model roll it out, from {} to {}.",
            brief(from),
            brief(end)
        );
        LineChart::single(title, description, panel).draw()
    }

    /// The largest distance of the first column from the measured one.
    fn off(&self) -> Option<f64> {
        let measured = self.measured.as_ref()?.column(0).to_owned();
        let off = (&self.model.column(0) - &measured).mapv(f64::abs);
        Some(off.iter().copied().fold(0.0, f64::max))
    }

    /// The Hamiltonian model's rollout as a file.
    pub fn csv(&self, names: &[String]) -> String {
        let mut file = format!("t,{}\n", names.join(","));
        for (t, row) in self.times.iter().zip(self.model.rows()) {
            let cells: Vec<String> = row.iter().map(f64::to_string).collect();
            file += &format!("{t},{}\n", cells.join(","));
        }
        file
    }
}

/// The learned energy along each recording, measured from that of the first state of the file.
///
/// # Errors
///
/// As [`Hnn::energy`], and [`Error::Figure`] if it cannot be drawn.
pub fn energies(recordings: &Recordings, model: &Hnn) -> Result<Figure> {
    let learned = model.energy(recordings.data.points.view())?;
    let first = learned[0];
    let mut series = Vec::new();
    let mut strays: f64 = 0.0;
    for (index, part) in recordings.parts.iter().enumerate() {
        let values = || part.clone().map(|row| learned[row] - first);
        let (low, high) = values().fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
        strays = strays.max(high - low);
        let every = part.len().div_ceil(300);
        let points = values()
            .enumerate()
            .step_by(every)
            .map(|(row, x)| (row as f64, x));
        let colour = Colour::SERIES[index % Colour::SERIES.len()];
        let line = Series::new(format!("recording {}", index + 1), colour, points);
        // There is room beside the chart for a few labels.
        let labelled = index < Colour::SERIES.len();
        series.push(if labelled { line } else { line.unlabelled() });
    }
    let ends = learned
        .iter()
        .fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
    let title = format!(
        "Along a recording the learned energy strays by {}, from one to another by {}",
        brief(strays),
        brief(ends.1 - ends.0)
    );
    let description = format!(
        "Learned energy of every state over its place in its recording, for {} recordings. It would be constant along each \
         if the model were right and nothing took energy away.",
        recordings.parts.len()
    );
    let (x, y) = (
        Axis::new("row of the recording"),
        Axis::new("learned energy"),
    );
    let panel = Panel::new(x, y, series);
    LineChart::single(title, description, panel).draw()
}
