//! Your own data: judges a CSV file of recordings, trains on it, and keeps the model.
//!
//! `cargo run --example yours -- data.csv`, or without a file, on a pendulum of its own.

// ANCHOR: uses
use hnn::evidence::{
    Axis, Colour, Evidence, Facts, Figure, LineChart, Mark, Panel, Series, Table, brief, thousands,
};
use hnn::learning::{Fit, Hnn, Model, Plain};
use hnn::measure::signs::{self, Energies, Finding, Sign, Unexplained};
use hnn::mechanics::Method;
use hnn::model::Activation;
use hnn::phase_space::{
    Columns, Dataset, Pendulum, Points, Recordings, State, Units, rms_distance,
};
use hnn::progress::Progress;
use hnn::random::{Gaussian, RandomSource};
use hnn::trial::yours::Settings;
// ANCHOR_END: uses

fn main() -> std::process::ExitCode {
    let about = "Judges your data, trains on them, and keeps the model with a report";
    hnn::cli::run("yours", about, experiment)
}

/// The experiment, from the first line to the last.
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    // ANCHOR: read
    settings.fit.check(2)?;
    let columns: Columns = settings.file.columns();
    let recordings: Recordings = match &settings.file.data {
        Some(path) => Recordings::from_csv(path, &columns)?,
        None => {
            let file: String = pendulum(&SWINGS, |row| 100 * row, |x| x.to_string())?;
            let recordings = Recordings::parse(file.as_bytes(), "pendulum.csv", &columns)?;
            evidence.keep("pendulum.csv", &file)?;
            recordings
        }
    };
    let split: Split = Split::of(&recordings, settings.fit.seed);
    // ANCHOR_END: read

    // ANCHOR: judge
    evidence.show("columns", columns_table(&recordings))?;
    // ANCHOR_END: judge

    // ANCHOR: data
    evidence.show("data", data_table(&recordings, &split)?)?;
    // ANCHOR_END: data

    // ANCHOR: findings
    let found: Vec<Finding> = judge(&recordings, &split, settings.fit.activation)?;
    evidence.show("findings", findings_table(&found))?;
    // ANCHOR_END: findings

    // ANCHOR: train
    let trained: Trained = Trained::on(&split, &recordings.names, &settings.fit)?;
    evidence.show("scores", trained.scores(&split)?)?;
    // ANCHOR_END: train

    // ANCHOR: after
    evidence.show("after", findings_table(&trained.findings(&split)?))?;
    // ANCHOR_END: after

    // ANCHOR: course
    evidence.show("course", course(&trained.course))?;
    // ANCHOR_END: course

    // ANCHOR: field
    evidence.show("field", field(&recordings, &trained.model, &split.held_out))?;
    // ANCHOR_END: field

    // ANCHOR: rollout
    let rollout: hnn::Result<Rollout> = Rollout::of(&recordings, &split, &trained);
    let motion: Option<String> = rollout
        .as_ref()
        .ok()
        .map(|path| path.csv(&recordings.names));
    evidence.show("rollout", rollout.and_then(|path| path.draw(&recordings)))?;
    // ANCHOR_END: rollout

    // ANCHOR: energies
    evidence.show("energies", energies(&recordings, &trained.model))?;
    // ANCHOR_END: energies

    // ANCHOR: keep
    evidence.keep("model.json", &trained.model.to_json()?)?;
    motion.map_or(Ok(()), |motion| evidence.keep("rollout.csv", &motion))?;
    // ANCHOR_END: keep

    if settings.file.data.is_none() {
        // ANCHOR: careless
        let file: String = pendulum(&OVER_THE_TOP, late, sensor)?;
        evidence.keep("careless.csv", &file)?;
        let careless: Recordings =
            Recordings::parse(file.as_bytes(), "careless.csv", &Columns::default())?;
        let in_time: Split = Split::of(&careless, settings.fit.seed);
        let found: Vec<Finding> = judge(&careless, &in_time, Activation::Relu)?;
        evidence.show("careless", findings_table(&found))?;
        // ANCHOR_END: careless

        // ANCHOR: facts
        let evaluations = thousands(settings.fit.evaluations);
        evidence.show("facts", Facts::new().with("evaluations", evaluations))?;
        // ANCHOR_END: facts
    }
    Ok(())
}

// ANCHOR: pendulum
/// Six swings from rest, by their angle in radians.
const SWINGS: [State; 6] = [
    [0.4, 0.0],
    [0.9, 0.0],
    [1.4, 0.0],
    [1.9, 0.0],
    [2.4, 0.0],
    [2.8, 0.0],
];
/// One that goes over the top again and again.
const OVER_THE_TOP: [State; 1] = [[0.0, 2.2]];

/// A CSV file of a pendulum's motion from each of these states: 12 units of time, a row about every tenth of one.
/// `clock` says at which thousandth a row is taken, `write` how a number is written.
fn pendulum(
    starts: &[State],
    clock: fn(usize) -> usize,
    write: fn(f64) -> String,
) -> hnn::Result<String> {
    let mut file = "t,q,p\n".to_owned();
    for &start in starts {
        let field = |z: State| Pendulum.field(z);
        let path = Method::RungeKutta4.trajectory(field, start, 1e-3, 12_101)?;
        for thousandth in (0..=120).map(clock) {
            let [q, p] = path[thousandth];
            let t = thousandth as f64 / 1000.0;
            file += &format!("{t},{},{}\n", write(q), write(p));
        }
    }
    Ok(file)
}

/// Every other row is late.
fn late(row: usize) -> usize {
    100 * row + 40 * (row % 2)
}

/// Four decimals, and an angle between -π and π, as most sensors give it.
fn sensor(x: f64) -> String {
    use std::f64::consts::TAU;
    format!("{:.4}", x - TAU * (x / TAU).round())
}

/// What is trained on and what is held out.
struct Split {
    training: Dataset,
    held_out: Dataset,
    /// The rows held out.
    rows: Vec<usize>,
    how: String,
}

impl Split {
    /// Holds out what the physics can vary: every fifth recording if there are three or
    /// more; of fewer the last fifth of the rows; and of states without times any fifth.
    fn of(recordings: &Recordings, seed: u64) -> Self {
        let (parts, count) = (&recordings.parts, recordings.data.rows());
        let last = count - (count / 5).max(1);
        let (rows, how): (Vec<usize>, String) = if parts.len() >= 3 {
            let chosen: Vec<usize> = (2..parts.len()).step_by(5).collect();
            let rows = chosen.iter().flat_map(|&part| parts[part].clone());
            (
                rows.collect(),
                format!("{} of {} recordings, whole", chosen.len(), parts.len()),
            )
        } else if recordings.times.is_some() {
            ((last..count).collect(), "the last fifth of the rows".into())
        } else {
            let mut order: Vec<usize> = (0..count).collect();
            Gaussian::from_seed(seed).shuffle(&mut order);
            (
                order[last..].to_vec(),
                "a fifth of the rows, at random".into(),
            )
        };
        let mut is_held_out = vec![false; count];
        rows.iter().for_each(|&row| is_held_out[row] = true);
        let kept: Vec<usize> = (0..count).filter(|&row| !is_held_out[row]).collect();
        Self {
            training: recordings.data.select(&kept),
            held_out: recordings.data.select(&rows),
            rows,
            how,
        }
    }
}
// ANCHOR_END: pendulum

// ANCHOR: pages
/// The page that explains a sign.
fn page(sign: Sign) -> &'static str {
    match sign {
        Sign::OneEnergy => "chapter 7, What the data really lacked",
        Sign::Repeated => "chapter 6, A split that cannot fail",
        Sign::Constant => "prologue, What 1.0 means",
        Sign::Scales => "chapter 7, Units that Hamilton's equations like",
        Sign::Labels | Sign::Wrapped => "chapter 7, Points that move must take their labels along",
        Sign::Steps | Sign::Coarse | Sign::Seam => "chapter 2, The evidence: two ways to be wrong",
        Sign::Single => "chapter 2, In single precision, 1e-7 is a trap",
        Sign::NotHamiltonian => "notation, One function that knows all arrows",
        Sign::Relu => "chapter 3, A field in steps",
        Sign::Overfit => "chapter 6, Early stopping",
    }
}

fn findings_table(findings: &[Finding]) -> Table {
    let mut table = Table::new(["bad sign", "how it shows", "read"]);
    for Finding { sign, shows } in findings {
        table.row([sign.name(), shows, page(*sign)]);
    }
    if findings.is_empty() {
        table.row([
            "none",
            "no sign that this report knows",
            "epilogue, Carry this away",
        ]);
    }
    table
}
// ANCHOR_END: pages

// ANCHOR: judging
/// Every bad sign that shows before the training.
fn judge(
    recordings: &Recordings,
    split: &Split,
    activation: Activation,
) -> hnn::Result<Vec<Finding>> {
    let mut findings = signs::findings(recordings)?;
    findings.extend(signs::repeated(&split.training, &split.held_out));
    if activation == Activation::Relu {
        let shows = "the slopes of a network of ReLUs are constant between its kinks";
        findings.push(Finding::new(Sign::Relu, shows));
    }
    Ok(findings)
}

/// A row a column: its range, its unit in the model, and what the best constant scores for its derivative.
fn columns_table(recordings: &Recordings) -> Table {
    let mut table = Table::new(["column", "from", "to", "best constant for its derivative"]);
    let Dataset { points, field, .. } = &recordings.data;
    let columns = points.columns().into_iter().zip(field.columns());
    for ((column, slopes), name) in columns.zip(&recordings.names) {
        let from = column.iter().copied().fold(f64::INFINITY, f64::min);
        let to = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        table.row([name.clone(), brief(from), brief(to), brief(slopes.std(0.0))]);
    }
    table
}

/// What there is to learn from.
fn data_table(recordings: &Recordings, split: &Split) -> hnn::Result<Table> {
    let units = Units::fit(&recordings.data)?;
    let energies = Energies::of(&recordings.data, &units)?;
    let mut table = Table::new(["the data", "value"]);
    let mut row = |what: &str, value: String| table.row([what.to_owned(), value]);
    row("states", thousands(recordings.data.rows()));
    row("recordings", recordings.parts.len().to_string());
    let derivatives = match recordings.measured {
        true => "columns of the file",
        false => "differences along each recording",
    };
    row("derivatives", derivatives.into());
    row("significant digits", recordings.digits.to_string());
    row("distinct energies, about", energies.levels.to_string());
    row(
        "held out",
        format!("{}, {} states", split.how, split.rows.len()),
    );
    let near = signs::nearness(&split.training, &split.held_out);
    row(
        "held out to trained on, over independent draws",
        brief(near),
    );
    for (name, jumps) in &recordings.unwrapped {
        row("unwrapped", format!("{name}, at {jumps} jumps"));
    }
    let units: Vec<String> = units.unit().iter().map(f64::to_string).collect();
    row("units in the model", units.join(", "));
    Ok(table)
}
// ANCHOR_END: judging

// ANCHOR: training
/// The model, its rival, and the course of the training.
struct Trained {
    model: Hnn,
    plain: Plain,
    /// Evaluations, root of the loss, and error on what is held out, both in the units of
    /// the model.
    course: Vec<(usize, f64, f64)>,
}

impl Trained {
    /// Trains both on the same states, in as many evaluations.
    fn on(split: &Split, names: &[String], fit: &Fit) -> hnn::Result<Self> {
        let units = Units::fit(&split.training)?;
        let mut course: Vec<(usize, f64, f64)> = Vec::new();
        let progress = Progress::start("Hamiltonian network", fit.evaluations);
        let watch = |evaluations: usize, loss: f64, model: &Hnn| {
            progress.reach(evaluations);
            let seen = course.last().map_or(0, |&(seen, ..)| seen);
            if evaluations as f64 >= 1.04 * seen as f64 {
                let error = scaled_error(model, &split.held_out).unwrap_or(f64::NAN);
                course.push((evaluations, loss.sqrt(), error));
            }
        };
        let mut random = Gaussian::from_seed(fit.seed);
        let (model, _) = Hnn::fit_watched(&split.training, units, fit, &mut random, watch)?;
        let model = model.named(names)?;
        drop(progress);
        let _progress = Progress::start("plain networks", 1);
        let plain = Plain::fit(&split.training, fit)?;
        Ok(Self {
            model,
            plain,
            course,
        })
    }

    /// The bad signs that only a trained model shows.
    fn findings(&self, split: &Split) -> hnn::Result<Vec<Finding>> {
        /// The share of the motion that a model may leave unexplained.
        const UNEXPLAINED: f64 = 0.01;
        let mut findings = Vec::new();
        let [plain, model] = [
            self.plain.error(&split.held_out)?,
            self.model.error(&split.held_out)?,
        ];
        let left = Unexplained::of(&self.plain, &split.training)?;
        // The floor is borne out: it is what the Hamiltonian network is off by, and the plain ones are far below.
        if left.share > UNEXPLAINED
            && plain < model / 2.0
            && (0.5..2.0).contains(&(left.floor / model))
        {
            let shows = format!(
                "no energy can explain {} of the motion, a floor of {}: plain networks are off by {}, the Hamiltonian one by \
                 {}; the mean divergence is {}, where friction's is below 0 and a velocity in the place of a momentum has none",
                brief(left.share),
                brief(left.floor),
                brief(plain),
                brief(model),
                brief(left.divergence)
            );
            findings.push(Finding::new(Sign::NotHamiltonian, shows));
        }
        let errors = self.course.iter().map(|&(at, _, error)| (at, error));
        let best = errors
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or_default();
        let last = scaled_error(&self.model, &split.held_out)?;
        if best.1 < 0.7 * last {
            let shows = format!(
                "the error on what is held out was {} after {} evaluations and is {} at the end",
                brief(best.1),
                best.0,
                brief(last)
            );
            findings.push(Finding::new(Sign::Overfit, shows));
        }
        Ok(findings)
    }

    /// A row a model, from the one that knows nothing: errors in the data's own units.
    fn scores(&self, split: &Split) -> hnn::Result<Table> {
        let mut table = Table::new([
            "model",
            "numbers",
            "error, trained on",
            "error, held out",
            "of the constant's",
        ]);
        let constant = constant_error(split);
        let mut row = |name: &str, numbers: usize, [trained, held_out]: [f64; 2]| {
            let share = brief(held_out / constant[1]);
            table.row([
                name.into(),
                numbers.to_string(),
                brief(trained),
                brief(held_out),
                share,
            ]);
        };
        let errors = |model: &dyn Model| -> hnn::Result<[f64; 2]> {
            Ok([model.error(&split.training)?, model.error(&split.held_out)?])
        };
        row("the best constant", split.training.points.ncols(), constant);
        row(
            "plain networks",
            self.plain.parameters(),
            errors(&self.plain)?,
        );
        let numbers = self.model.network().parameters().len();
        row("the Hamiltonian network", numbers, errors(&self.model)?);
        Ok(table)
    }
}

/// The error on held-out data in the units of the model, in which all columns count alike.
fn scaled_error(model: &Hnn, held_out: &Dataset) -> hnn::Result<f64> {
    let learned = model.field(held_out.points.view())?;
    let scaled = |field: &Points| model.units().scale_field(field.view());
    Ok(rms_distance(
        scaled(&learned).view(),
        scaled(&held_out.field).view(),
    ))
}

/// The error of the mean derivative of the training data: on them, and on what is held out.
fn constant_error(split: &Split) -> [f64; 2] {
    let means = split.training.field.columns().into_iter();
    let means: Vec<f64> = means.map(|column| column.mean().unwrap_or(0.0)).collect();
    [&split.training, &split.held_out].map(|data| {
        let constant = Points::from_shape_fn(data.field.dim(), |(_, column)| means[column]);
        rms_distance(constant.view(), data.field.view())
    })
}
// ANCHOR_END: training

// ANCHOR: figures
/// The loss, and the error on what is held out, over the evaluations.
fn course(course: &[(usize, f64, f64)]) -> hnn::Result<Figure> {
    let (last, loss, error) = course[course.len() - 1];
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
fn field(recordings: &Recordings, model: &Hnn, held_out: &Dataset) -> hnn::Result<Figure> {
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
    series.push(Series::new(
        "equal",
        Colour::Ink,
        vec![(low, low), (high, high)],
    ));
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
struct Rollout {
    times: Vec<f64>,
    measured: Option<Points>,
    model: Points,
    plain: Points,
}

impl Rollout {
    /// From the first state held out, as long as its recording lasts; twenty units of the
    /// model's time where none has times.
    fn of(recordings: &Recordings, split: &Split, trained: &Trained) -> hnn::Result<Self> {
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
        let no_figure = |error: hnn::Error| hnn::Error::Figure {
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

    fn draw(&self, recordings: &Recordings) -> hnn::Result<Figure> {
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
            series.push(line("measured", Colour::Ink, measured).marked(Mark::Dot));
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
    fn csv(&self, names: &[String]) -> String {
        let mut file = format!("t,{}\n", names.join(","));
        for (t, row) in self.times.iter().zip(self.model.rows()) {
            let cells: Vec<String> = row.iter().map(f64::to_string).collect();
            file += &format!("{t},{}\n", cells.join(","));
        }
        file
    }
}

/// The learned energy along each recording, measured from that of the first state of the file.
fn energies(recordings: &Recordings, model: &Hnn) -> hnn::Result<Figure> {
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
// ANCHOR_END: figures
