//! Ten thousand calls nobody thought of: shapes that do not fit, NaN, infinities, numbers at the ends of the range.
//!
//! Whatever is called either answers, and then rightly, or refuses as it is documented to. `RANDOM_CALLS=seed` tries others.

use std::panic::{self, AssertUnwindSafe};

use hnn::evidence::{Axis, Colour, LineChart, Panel, Series};
use hnn::learning::{
    Adam, AdamSettings, Batch, DifferencedField, Evaluator, Fit, Hnn, Loss, Model, Optimizer,
    Quadratic, Schedule,
};
use hnn::measure::relative_error;
use hnn::mechanics::{Difference, Differenced, Exact, Method, Stencil};
use hnn::model::{Activation, Biases, Initializer, Network};
use hnn::phase_space::{Columns, Dataset, Oscillator, Points, Recordings, Units};
use hnn::random::{Gaussian, RandomSource};
use ndarray::Array1;

const CALLS: usize = 10_000;

/// What a call came to.
#[derive(Debug)]
enum Ending {
    /// Numbers.
    Answer(Vec<f64>),
    /// One sentence.
    #[allow(dead_code, reason = "shown in complaints")]
    Refused(String),
    /// A documented panic.
    #[allow(dead_code, reason = "shown in complaints")]
    Panicked(String),
}

/// What panics say, as the documentation has it: arguments of a caller's own making that do not fit together.
const DOCUMENTED: [&str; 9] = [
    "a column for every input",
    "a field for every point",
    "an energy for every point",
    "this loss has an energy term, so the batch has energies",
    "an entry for every parameter",
    "a probe for every point",
    "are not as many positions as momenta",
    "a label for every motion",
    "a row for every point",
];

struct Chance(Gaussian);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0.uniform(0.0, count as f64) as usize
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A number as data have it; now and then one that data have by mistake.
    fn number(&mut self, wild: bool) -> f64 {
        const WILD: [f64; 12] = [
            0.0,
            -0.0,
            1e-320,
            5e-324,
            1e-170,
            1e160,
            -1e300,
            f64::MAX,
            f64::MIN_POSITIVE,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        if wild && self.below(6) == 0 {
            self.one_of(&WILD)
        } else {
            self.0.standard()
        }
    }

    fn points(&mut self, rows: usize, columns: usize, wild: bool) -> Points {
        Points::from_shape_simple_fn((rows, columns), || self.number(wild))
    }

    fn network(&mut self, inputs: usize) -> Network {
        let hidden = 1 + self.below(5);
        let activation = self.one_of(&Activation::ALL);
        let widths = [inputs, hidden, 1 + self.below(3), 1];
        Network::random(
            &widths,
            activation,
            Initializer::LeCun,
            Biases::Uniform,
            &mut self.0,
        )
        .unwrap()
    }

    /// Usually the number wanted, and sometimes another.
    fn about(&mut self, wanted: usize) -> usize {
        if self.below(4) == 0 {
            self.below(6)
        } else {
            wanted
        }
    }
}

/// Runs a call; a panic that no documentation announces is a complaint.
fn ended(call: impl FnOnce() -> hnn::Result<Vec<f64>>) -> Result<Ending, String> {
    match panic::catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(answer)) => Ok(Ending::Answer(answer)),
        Ok(Err(error)) => {
            let sentence = error.to_string();
            match sentence.contains('\n') || sentence.len() > 1000 {
                true => Err(format!("not one sentence: {sentence}")),
                false => Ok(Ending::Refused(sentence)),
            }
        }
        Err(said) => {
            let text = said.downcast_ref::<String>().cloned();
            let text =
                text.unwrap_or_else(|| said.downcast_ref::<&str>().unwrap_or(&"").to_string());
            match DOCUMENTED.iter().any(|known| text.contains(known)) {
                true => Ok(Ending::Panicked(text)),
                false => Err(format!("an undocumented panic: {text}")),
            }
        }
    }
}

/// A complaint unless the call answered just when it should have, and then only numbers where there were only numbers.
fn answered(ending: Ending, should: bool, proper: bool) -> Result<(), String> {
    match ending {
        Ending::Answer(numbers) if should && proper => {
            match numbers.iter().all(|x| x.is_finite()) {
                true => Ok(()),
                false => Err(format!("answers {numbers:?}")),
            }
        }
        Ending::Answer(_) if should => Ok(()),
        Ending::Refused(_) | Ending::Panicked(_) if !should => Ok(()),
        other => Err(format!(
            "{} answer: {other:?}",
            if should { "no" } else { "an" }
        )),
    }
}

fn finite(numbers: &Points) -> bool {
    numbers.iter().all(|x| x.is_finite())
}

type Attempt = fn(&mut Chance) -> Result<(), String>;

/// Energies and slopes of many points are those of each point alone, to the last bit, whatever stands beside it.
fn energies(chance: &mut Chance) -> Result<(), String> {
    let inputs = 1 + chance.below(4);
    let (network, columns) = (chance.network(inputs), chance.about(inputs));
    let rows = chance.below(200);
    let points = chance.points(rows, columns, true);
    let ending = ended(|| {
        let energies = network.energy(points.view());
        let slopes = network.gradient(points.view());
        for (row, z) in points.rows().into_iter().enumerate() {
            let z = z.insert_axis(ndarray::Axis(0));
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
            assert!(
                same(network.energy(z)[0], energies[row]),
                "row {row} has another energy alone"
            );
            let alone = network.gradient(z);
            assert!(
                alone.iter().zip(slopes.row(row)).all(|(&a, &b)| same(a, b)),
                "row {row} has other slopes alone"
            );
            let bad = z.iter().any(|x| x.is_nan());
            assert!(
                !bad || energies[row].is_nan() || network.activation() == Activation::Relu,
                "row {row} hides a NaN"
            );
        }
        Ok(vec![])
    })?;
    answered(ending, columns == inputs, false)
}

fn widths(chance: &mut Chance) -> Result<(), String> {
    let widths: Vec<usize> = (0..chance.below(5))
        .map(|_| chance.one_of(&[0, 1, 1, 2, 3, 100_000_000, usize::MAX]))
        .collect();
    let fits = widths.len() > 1
        && widths.iter().all(|&w| (1..100).contains(&w))
        && widths.last() == Some(&1);
    let ending = ended(|| {
        Network::zeros(&widths, Activation::Tanh).map(|network| network.parameters().to_vec())
    })?;
    answered(ending, fits, true)
}

fn data_sets(chance: &mut Chance) -> Result<(), String> {
    let (rows, columns) = (chance.below(4), chance.below(6));
    let (other_rows, other_columns) = (chance.about(rows), chance.about(columns));
    let (points, field) = (
        chance.points(rows, columns, true),
        chance.points(other_rows, other_columns, true),
    );
    let energies = (chance.below(2) == 0).then(|| chance.about(rows));
    let energy = energies.map(|count| Array1::from_shape_simple_fn(count, || chance.number(true)));
    let fits = rows > 0
        && columns > 0
        && columns.is_multiple_of(2)
        && points.dim() == field.dim()
        && finite(&points)
        && finite(&field)
        && energy
            .as_ref()
            .is_none_or(|e| e.len() == rows && e.iter().all(|x| x.is_finite()));
    let ending = ended(|| Dataset::new(points, field, energy).map(|_| vec![]))?;
    answered(ending, fits, true)
}

fn losses(chance: &mut Chance) -> Result<(), String> {
    let inputs = 1 + chance.below(4);
    let network = chance.network(inputs);
    let (rows, columns) = (chance.below(9), chance.about(inputs));
    let wild = chance.below(2) == 0;
    let points = chance.points(rows, columns, wild);
    let (field_rows, field_columns) = (chance.about(rows), chance.about(columns));
    let field = chance.points(field_rows, field_columns, wild);
    let energy = (chance.below(2) == 0).then(|| Array1::<f64>::ones(chance.about(rows)));
    let loss = Loss {
        field: chance.one_of(&[0.0, 1.0, -1.0, f64::NAN, f64::INFINITY]),
        energy: chance.one_of(&[0.0, 1.0, 1e-300]),
        l2: chance.one_of(&[0.0, 1e-6, -1.0, f64::NAN]),
    };
    let length = if chance.below(5) == 0 {
        3
    } else {
        network.parameters().len()
    };
    let batch = Batch {
        points: points.view(),
        field: field.view(),
        energy: energy.as_ref().map(|e| e.view()),
    };
    let by_differences = chance.below(3) == 0;
    let epsilon = chance.one_of(&[1e-3, 1e-7, 0.0, -1.0, f64::NAN, f64::INFINITY]);
    let usable = match by_differences {
        true => epsilon > 0.0 && epsilon.is_finite(),
        false => loss.check().is_ok(),
    };
    let with_field = by_differences || loss.field > 0.0;
    // A batch of nothing has no mean, and nothing that could have the wrong width.
    let fits = usable
        && (columns == inputs || rows == 0)
        && field.dim() == points.dim()
        && energy.as_ref().is_none_or(|e| e.len() == rows)
        && (by_differences || loss.energy == 0.0 || energy.is_some() || rows == 0)
        && (!with_field || inputs.is_multiple_of(2))
        && length == network.parameters().len();
    let ending = ended(|| {
        let mut gradient = vec![0.0; length];
        let value = if by_differences {
            DifferencedField::new(Difference::Forward(epsilon), &network)?.value_and_gradient(
                &network,
                batch,
                &mut gradient,
            )
        } else {
            Evaluator::new(loss, &network)?.value_and_gradient(&network, batch, &mut gradient)
        };
        gradient.push(value);
        Ok(gradient)
    })?;
    answered(ending, fits, !wild && rows > 0)
}

fn learned_fields(chance: &mut Chance) -> Result<(), String> {
    let inputs = 1 + chance.below(4);
    let network = chance.network(inputs);
    let coordinates = chance.about(inputs);
    let z: Vec<f64> = (0..coordinates).map(|_| chance.number(false)).collect();
    let fits = coordinates == inputs && inputs.is_multiple_of(2);
    let ending = ended(|| Ok(Exact::of(&network).at(z.clone())))?;
    answered(ending, fits, true)?;
    let pair = [chance.number(false), chance.number(false)];
    let ending = ended(|| {
        Ok(Differenced::of(&network, Difference::Central(1e-4))
            .at(pair)
            .to_vec())
    })?;
    answered(ending, inputs == 2, true)
}

fn rollouts(chance: &mut Chance) -> Result<(), String> {
    let method = chance.one_of(&[
        Method::ExplicitEuler,
        Method::RungeKutta4,
        Method::ImplicitMidpoint,
    ]);
    let (step, points) = (
        chance.one_of(&[0.1, 1.0, 1e300, 0.0, -0.1, f64::NAN]),
        chance.below(5),
    );
    let start = [chance.number(true), chance.number(true)];
    let stiffness = chance.one_of(&[1.0, 1e3, 1e160]);
    // Refused or finite: an answer is never anything else.
    match ended(|| {
        let states = method.trajectory(|[q, p]| [p, -stiffness * q], start, step, points)?;
        Ok(states.concat())
    })? {
        Ending::Answer(states)
            if states.iter().all(|x| x.is_finite()) && step > 0.0 && points > 0 =>
        {
            Ok(())
        }
        Ending::Refused(_) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

fn fits(chance: &mut Chance) -> Result<(), String> {
    let degrees = 1 + chance.below(2);
    let (rows, wild) = (1 + chance.below(12), chance.below(2) == 0);
    let points = chance.points(rows, 2 * degrees, wild);
    let field = match chance.below(3) {
        0 => points.clone(),
        1 => Points::zeros(points.dim()),
        _ => chance.points(rows, 2 * degrees, wild),
    };
    let data = Dataset {
        points,
        field,
        energy: None,
    };
    let fit = Fit {
        hidden: vec![chance.below(4)],
        activation: chance.one_of(&Activation::ALL),
        evaluations: chance.below(6),
        memory: chance.below(3),
        ..Fit::default()
    };
    match ended(|| {
        let model = Hnn::fit(&data, &fit)?;
        Units::fit(&data)?;
        Ok(vec![model.error(&data)?])
    })? {
        Ending::Answer(error) if error[0].is_finite() && data.check().is_ok() => Ok(()),
        Ending::Refused(_) => Ok(()),
        other => Err(format!("{other:?} for {data:?} {fit:?}")),
    }
}

/// The truth comes back at any amplitude, or a sentence.
fn quadratics(chance: &mut Chance) -> Result<(), String> {
    let scale = chance.one_of(&[1.0, 1e-6, 1e160, 1e-170, 1e-300, 1e300]);
    let rows = 3 + chance.below(6);
    let points = chance.points(rows, 2, false) * scale;
    let spring = Oscillator {
        mass: 2.0,
        stiffness: 8.0,
    };
    let mut field = points.clone();
    for mut z in field.rows_mut() {
        let [dq, dp] = spring.field([z[0], z[1]]);
        (z[0], z[1]) = (dq, dp);
    }
    let data = Dataset::new(points, field, None);
    match ended(|| Quadratic::fit(&data?).map(|Quadratic { a, b, c }| vec![a, b, c]))? {
        Ending::Answer(found) => {
            let near = found
                .iter()
                .zip([8.0, 0.0, 0.5])
                .all(|(x, truth)| (x - truth).abs() < 1e-6);
            near.then_some(())
                .ok_or_else(|| format!("{found:?} at {scale:e}"))
        }
        Ending::Refused(_) if scale > 1e299 => Ok(()),
        other => Err(format!("{other:?} at {scale:e}")),
    }
}

fn errors(chance: &mut Chance) -> Result<(), String> {
    let (rows, columns) = (1 + chance.below(4), 1 + chance.below(4));
    let (a, b) = (
        chance.points(rows, columns, false),
        (chance.about(rows), chance.about(columns)),
    );
    let b = chance.points(b.0, b.1, false);
    let ending = ended(|| Ok(vec![relative_error(&a, &b)]))?;
    answered(ending, a.dim() == b.dim(), true)
}

fn steps_of_adam(chance: &mut Chance) -> Result<(), String> {
    let number = |chance: &mut Chance| chance.one_of(&[0.9, 0.999, 0.0, 1.0, -0.1, f64::NAN, 1e-8]);
    let settings = AdamSettings {
        beta1: number(chance),
        beta2: number(chance),
        epsilon: number(chance),
    };
    let fits = settings.check().is_ok();
    let proper = |beta: f64| (0.0..1.0).contains(&beta);
    let ending = ended(|| {
        let mut parameters = vec![1.0, -1.0, 1e-300];
        let mut adam = Adam::with(3, settings)?;
        for _ in 0..5 {
            adam.step(1e-3, &mut parameters, &[1e-200, 0.0, 1e150]);
        }
        Ok(parameters)
    })?;
    if fits && !(proper(settings.beta1) && proper(settings.beta2)) {
        return Err(format!("{settings:?} is let in"));
    }
    answered(ending, fits, true)
}

fn schedules(chance: &mut Chance) -> Result<(), String> {
    let size = |chance: &mut Chance| chance.one_of(&[0, 1, 2, 7, usize::MAX]);
    let schedule = match chance.below(4) {
        0 => Schedule::Cosine,
        1 => Schedule::CosineOver {
            horizon: size(chance),
        },
        2 => Schedule::WarmRestarts {
            period: size(chance),
            growth: size(chance),
        },
        _ => Schedule::WarmUp {
            steps: size(chance),
            then: Box::new(Schedule::Cosine),
        },
    };
    let (initial, horizon) = (
        chance.one_of(&[1e-3, 0.0, -1.0, f64::NAN, f64::INFINITY]),
        size(chance),
    );
    let ending = ended(|| {
        schedule.check(initial, horizon)?;
        let last = horizon.saturating_sub(1);
        Ok([0, 1, last / 2, last]
            .map(|step| schedule.rate(initial, step.min(last), horizon))
            .to_vec())
    })?;
    match ending {
        Ending::Answer(rates) if rates.iter().any(|rate| !(0.0..=initial).contains(rate)) => {
            Err(format!("{schedule:?} over {horizon}: {rates:?}"))
        }
        _ => Ok(()),
    }
}

fn stencils(chance: &mut Chance) -> Result<(), String> {
    let epsilon = chance.one_of(&[
        1e-7,
        1e-3,
        0.0,
        -1.0,
        f64::NAN,
        f64::INFINITY,
        1e300,
        1e-320,
    ]);
    let difference = [Difference::Forward(epsilon), Difference::Central(epsilon)][chance.below(2)];
    let usable = epsilon > 0.0 && epsilon.is_finite();
    let ending = ended(|| Stencil::<f64>::checked(difference).map(|_| vec![]))?;
    answered(ending, usable, true)
}

fn charts(chance: &mut Chance) -> Result<(), String> {
    let end = |chance: &mut Chance| {
        chance.one_of(&[
            0.0,
            1.0,
            -1.0,
            9e307,
            -9e307,
            1e-320,
            f64::NAN,
            f64::INFINITY,
            1e300,
        ])
    };
    let axis = |chance: &mut Chance| {
        let axis = if chance.below(3) == 0 {
            Axis::log("x")
        } else {
            Axis::new("x")
        };
        match chance.below(3) {
            0 => axis.between(end(chance), end(chance)),
            1 => axis.holding([end(chance)]),
            _ => axis,
        }
    };
    let (x, y) = (axis(chance), axis(chance));
    let points: Vec<(f64, f64)> = (0..chance.below(4))
        .map(|_| (chance.number(true), chance.number(true)))
        .collect();
    let mut panel = Panel::new(x, y, [Series::new("line", Colour::Blue, points)]);
    panel.square = chance.below(4) == 0;
    // Drawn or refused, and soon.
    ended(|| {
        LineChart::single("A title", "What is seen.", panel)
            .draw()
            .map(|_| vec![])
    })
    .map(drop)
}

fn files(chance: &mut Chance) -> Result<(), String> {
    let names = [
        "t",
        "q",
        "p",
        "dq",
        "dp",
        "q1",
        "q2",
        "p1",
        "p2",
        "recording",
        "x",
        "",
    ];
    let columns = chance.below(6);
    let mut text = (0..columns)
        .map(|_| chance.one_of(&names))
        .collect::<Vec<_>>()
        .join(",");
    for row in 0..chance.below(12) {
        let width = chance.about(columns);
        let cells: Vec<String> = (0..width)
            .map(|_| match chance.below(12) {
                0 => chance
                    .one_of(&[
                        "", "NaN", "inf", "1,5", "\"", "1e999", "\u{fffd}", "-", "0x1", "\n",
                    ])
                    .to_owned(),
                1 => row.to_string(),
                _ => chance.number(false).to_string(),
            })
            .collect();
        text += &format!(
            "{}{}",
            chance.one_of(&["\n", "\r\n", "\n\n", "\r"]),
            cells.join(",")
        );
    }
    match ended(|| {
        let recordings = Recordings::parse(text.as_bytes(), "data.csv", &Columns::default())?;
        recordings.data.check()?;
        Ok(recordings
            .data
            .points
            .iter()
            .chain(&recordings.data.field)
            .copied()
            .collect())
    })? {
        Ending::Answer(numbers) if !numbers.is_empty() && numbers.iter().all(|x| x.is_finite()) => {
            Ok(())
        }
        Ending::Refused(_) => Ok(()),
        other => Err(format!("{other:?} for {text:?}")),
    }
}

const ATTEMPTS: [(&str, Attempt); 14] = [
    ("energies and slopes", energies),
    ("widths", widths),
    ("data sets", data_sets),
    ("losses", losses),
    ("learned fields", learned_fields),
    ("rollouts", rollouts),
    ("fits", fits),
    ("quadratic energies", quadratics),
    ("relative errors", errors),
    ("steps of Adam", steps_of_adam),
    ("schedules", schedules),
    ("stencils", stencils),
    ("charts", charts),
    ("files", files),
];

#[test]
fn ten_thousand_calls_answer_rightly_or_refuse_as_documented() {
    let given = std::env::var("RANDOM_CALLS").ok();
    let seed = given.map_or(1, |seed| seed.parse().expect("RANDOM_CALLS is a number"));
    println!("RANDOM_CALLS={seed}");
    let mut chance = Chance(Gaussian::from_seed(seed));
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let mut complaints = Vec::new();
    for call in 0..CALLS {
        let (name, attempt) = ATTEMPTS[call % ATTEMPTS.len()];
        if let Err(complaint) = attempt(&mut chance) {
            complaints.push(format!("call {call}, {name}: {complaint}"));
        }
    }
    panic::set_hook(hook);
    let few = &complaints[..complaints.len().min(20)];
    assert!(
        complaints.is_empty(),
        "{} of {CALLS} with seed {seed}:\n{}",
        complaints.len(),
        few.join("\n")
    );
}
