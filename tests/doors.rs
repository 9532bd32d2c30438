//! What the documentation says is refused is refused, as it says: no number comes out of points that do not fit.
//!
//! Each door is a line of the table, and a section `# Panics` or `# Errors` without a line fails: the table here has those of
//! the network and of all that asks it, `tests/doors/further.rs` the others. Units and scalings are in `tests/datasets.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{self, UnwindSafe};
use std::path::Path;

use hnn::learning::{
    Batch, DifferencedField, Evaluator, LagrangianLoss, Lbfgs, Loss, Plain, unobserved,
};
use hnn::measure::{
    self, Comparison, Differences, Paired, Rounded, Spread, Sweep, Theory, portrait,
    relative_error, signs,
};
use hnn::mechanics::{
    self, Difference, Differenced, Exact, Form, LearnedLagrangian, Method, Motion, Probes, Stencil,
    Truth, exact_with_angles, hundred_periods, step,
};
use hnn::model::{Activation, Biases, Initializer, MOST_ROWS, Network, Pass};
use hnn::phase_space::{Angles, Columns, Dataset, Oscillator, Points, Recordings, Twin, Units};
use hnn::random::Gaussian;
use hnn::{Error, Result};
use ndarray::{Array1, ArrayView2, array};

use Kind::{Errors, Panics};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Panics,
    Errors,
}
const FORWARD: Difference = Difference::Forward(1e-3);
const NOT_DIVIDED: &str =
    "epsilon = 0 must be a positive number of the precision: differences are divided by it";
const COLUMNS: &str = "a column for every input";
const STATES: &str = "a state is one q and one p";
const ODD: &str = "3 coordinates are not as many positions as momenta";
const MOVED: &str = "step = 0 is no time step: it must be finite and above 0";

fn network(inputs: usize) -> Network {
    let random = &mut Gaussian::from_seed(1);
    let (tanh, lecun) = (Activation::Tanh, Initializer::LeCun);
    Network::random(&[inputs, 4, 1], tanh, lecun, Biases::Uniform, random).unwrap()
}

fn ones(columns: usize) -> Points {
    Points::ones((5, columns))
}

/// A batch of five points of so many coordinates, and a field and energies for so many points of so many.
fn loss(loss: Loss, columns: usize, field: (usize, usize), energies: Option<usize>, length: usize) {
    let (points, field) = (ones(columns), Points::ones(field));
    let energy = energies.map(Array1::<f64>::ones);
    let batch = Batch {
        points: points.view(),
        field: field.view(),
        energy: energy.as_ref().map(|energy| energy.view()),
    };
    let (network, mut gradient) = (network(2), vec![0.0; length]);
    if length == 0 {
        Evaluator::new(loss, &network)
            .unwrap()
            .value(&network, batch);
    } else if loss == Loss::FIELD {
        let mut loss = DifferencedField::new(FORWARD, &network).unwrap();
        loss.value_and_gradient(&network, batch, &mut gradient);
    } else {
        let mut evaluator = Evaluator::new(loss, &network).unwrap();
        evaluator.value_and_gradient(&network, batch, &mut gradient);
    }
}

fn lagrangian(angles: &[bool], form: Form) -> Result<LearnedLagrangian> {
    let random = &mut Gaussian::from_seed(1);
    LearnedLagrangian::random(
        &Angles::new(angles),
        form,
        &[4],
        Activation::SquaredRelu,
        random,
    )
}

/// One whose mass at rest is -1: L = v²/2 - v².
fn massless() -> LearnedLagrangian {
    let mut model = lagrangian(&[false], Form::General).unwrap();
    let parameters = model.network_mut().parameters_mut();
    parameters.fill(0.0);
    // W₁ is 2 by 4, then b₁; w. The first unit sees v + 1/2 and is squared.
    (parameters[4], parameters[8], parameters[12]) = (1.0, 0.5, -1.0);
    model
}

fn at_rest() -> Dataset {
    Dataset::new(Points::zeros((1, 2)), Points::zeros((1, 2)), None).unwrap()
}

fn evaluator(field: f64, inputs: usize) -> Result<()> {
    let loss = Loss {
        field,
        ..Loss::FULL
    };
    Evaluator::new(loss, &network(inputs)).map(drop)
}

/// A field that stands still.
fn still(_: [f64; 2]) -> [f64; 2] {
    [0.0, 0.0]
}

/// These numbers.
fn copied(numbers: &[f64]) -> Vec<f64> {
    numbers.to_vec()
}

fn truth() -> Truth {
    Truth::new(Oscillator::UNIT, [1.0, 0.0]).unwrap()
}

fn path(last: f64) -> Vec<[f64; 2]> {
    let mut path = vec![[1.0, 0.0]; portrait::POINTS];
    path[portrait::POINTS - 1][0] = last;
    path
}

/// A call that never returns an error; its panic is the answer.
macro_rules! panics {
    ($call:expr) => {
        || {
            let _ = $call;
            Ok(())
        }
    };
}

type Call = fn() -> Result<()>;
type Door = (Kind, &'static str, Call, &'static str);

#[path = "doors/further.rs"]
mod further;

#[rustfmt::skip]
const DOORS: &[Door] = &[
    (Errors, "network::zeros", || Network::zeros(&[2, 0, 1], Activation::Tanh).map(drop), "widths = [2, 0, 1] has a layer of width 0"),
    (Errors, "network::random", || Network::random(&[2], Activation::Tanh, Initializer::He, Biases::Zero, &mut Gaussian::from_seed(0)).map(drop), "needs at least an input and an output width"),
    (Errors, "network::constant", || Network::constant(&[2, 2], 1.0).map(drop), "must end with 1"),
    (Panics, "network::energy", panics!(network(2).energy(ones(3).view())), COLUMNS),
    (Panics, "network::energy", panics!(network(4).energy(ones(2).view())), COLUMNS),
    (Panics, "network::gradient", panics!(network(2).gradient(ones(4).view())), COLUMNS),
    (Panics, "network::unit_slopes", panics!(network(2).unit_slopes(ones(1).view())), COLUMNS),
    (Panics, "pass::new", panics!(Pass::new(&network(2), MOST_ROWS + 1)), "a pass has at most 128 rows, not 129"),

    (Panics, "field::field_of", panics!(mechanics::field_of([1.0; 3])), ODD),
    (Panics, "field::fields_of", panics!(mechanics::fields_of(&ones(3))), ODD),
    (Panics, "field::exact", panics!(mechanics::exact(&network(3), ones(3).view())), ODD),
    (Panics, "field::exact", panics!(mechanics::exact(&network(4), ones(2).view())), COLUMNS),
    (Panics, "field::forward_differences", panics!(mechanics::forward_differences(&network(3), 1e-3, ones(3).view())), ODD),
    (Panics, "field::forward_differences", panics!(mechanics::forward_differences(&network(2), 1e-3, ones(4).view())), COLUMNS),
    (Panics, "field::at", panics!(Exact::of(&network(4)).at([1.0, 1.0])), COLUMNS),
    (Panics, "field::at", panics!(Differenced::of(&network(4), FORWARD).at([1.0, 1.0])), "a probe for every point"),
    (Panics, "field::at", panics!(Differenced::of(&network(3), FORWARD).at([1.0; 3])), ODD),
    (Panics, "field::exact_with_angles", panics!(exact_with_angles(&network(2), &Angles::new(&[true]), ones(2).view()).len()), COLUMNS),
    (Errors, "stencil::checked", || Stencil::<f64>::checked(Difference::Central(0.0)).map(drop), NOT_DIVIDED),
    (Errors, "stencil::checked", || Stencil::<f32>::checked(Difference::Forward(1e300)).map(drop), "of the precision"),
    (Errors, "stencil::checked", || Stencil::<f32>::checked(Difference::Central(1e-50)).map(drop), "of the precision"),
    (Panics, "stencil::place", panics!(Stencil::of(FORWARD).place(0, ones(2).view(), ones(3).view_mut())), "a probe for every point"),
    (Panics, "stencil::place", panics!(Stencil::of(FORWARD).place(3, ones(2).view(), ones(2).view_mut())), "index < dim"),
    (Panics, "stencil::new", panics!(Probes::new(&network(2), FORWARD, MOST_ROWS)), "a pass has at most 128 rows"),
    (Panics, "stencil::energies", panics!(Probes::new(&network(2), FORWARD, 5).energies(&network(2), ones(4).view()).len()), "a probe for every point"),
    (Panics, "stencil::energies", panics!(Probes::new(&network(2), FORWARD, 5).energies(&Network::constant(&[2, 3, 1], 0.0).unwrap(), ones(2).view()).len()), "made for a network of other widths"),
    (Panics, "stencil::differentiate", panics!(Probes::new(&network(2), FORWARD, 5).differentiate(&network(2), ones(2).view(), &mut [0.0; 3], |_, _, _| ())), "an entry for every parameter"),

    (Errors, "lagrangian::random", || lagrangian(&[], Form::General).map(drop), "degrees = 0 leave nothing to move"),
    (Errors, "lagrangian::accelerations", || Motion::new(&massless(), 5).accelerations(massless().network(), Points::zeros((1, 2)).view()).map(drop), "at step 0 the mass matrix at q = (0), v = (0) is singular or not positive (condition number 1.0e0), so there is no acceleration"),
    (Panics, "lagrangian::accelerations", panics!(Motion::new(&massless(), 5).accelerations(massless().network(), ones(3).view()).is_err()), "a column for every q and v"),
    (Panics, "lagrangian::accelerations", panics!(Motion::new(&massless(), 4).accelerations(massless().network(), ones(2).view()).is_err()), "a row for every point"),
    (Errors, "lagrangian::fit", || LagrangianLoss::of_accelerations(&massless()).fit(&mut massless(), &at_rest(), &Lbfgs::default(), unobserved).map(drop), "the mass matrix at q = (0), v = (0) is singular or not positive"),
    (Panics, "lagrangian::field", panics!(massless().field(ones(3).view()).len()), "a column for every q and v"),
    (Panics, "lagrangian::lagrangian_and_energy", panics!(massless().lagrangian_and_energy(&[1.0])), "a column for every q and v"),
    (Panics, "lagrangian::residuals", panics!(Motion::new(&massless(), 5).residuals(massless().network(), ones(3).view(), ones(1).view()).len()), "a column for every q and v"),
    (Panics, "lagrangian::residuals", panics!(Motion::new(&massless(), 5).residuals(massless().network(), ones(2).view(), ones(2).view()).len()), "n numbers for every point"),
    (Panics, "lagrangian::residuals", panics!(Motion::new(&massless(), 4).residuals(massless().network(), ones(2).view(), ones(1).view()).len()), "a row for every point"),
    (Panics, "lagrangian::accumulate_residuals", panics!(Motion::new(&massless(), 4).accumulate_residuals(massless().network(), &[1.0], &mut [])), "n numbers for every point"),
    (Panics, "lagrangian::accumulate", panics!(Motion::new(&massless(), 4).accumulate(massless().network(), &[1.0], &mut [])), "n numbers for every point"),
    (Panics, "lagrangian::accumulate", panics!(Motion::new(&massless(), 4).accumulate(massless().network(), &[], &mut [])), "an entry for every parameter"),

    (Errors, "method::states", || Method::Leapfrog.states(still, [1.0, 0.0], 0.1).map(drop), "needs a separable H"),
    (Errors, "method::separable_states", || Method::Leapfrog.separable_states(copied, copied, [f64::NAN, 0.0], 0.1).map(drop), "start = "),
    (Errors, "method::trajectory", || Method::RungeKutta4.trajectory(still, [1.0, 0.0], 0.1, 0).map(drop), "points = 0"),
    (Errors, "method::separable_trajectory", || Method::Leapfrog.separable_trajectory(copied, copied, [1.0, 0.0], 0.0, 9).map(drop), MOVED),
    (Panics, "method::separable_states", panics!(Method::Leapfrog.separable_states(copied, copied, [1.0; 3], 0.1).unwrap().count()), ODD),
    (Panics, "method::separable_trajectory", panics!(Method::RungeKutta4.separable_trajectory(|_| [1.0], |_| [1.0], [1.0; 4], 0.1, 2)), "a slope for every coordinate"),
    (Panics, "step::symplectic_euler", panics!(step::symplectic_euler(|_| [1.0], |_| [1.0], [1.0; 4], 0.1)), "a slope for every coordinate"),
    (Panics, "step::leapfrog", panics!(step::leapfrog(copied, copied, [1.0; 3], 0.1)), ODD),
    (Errors, "step::implicit_midpoint", || step::implicit_midpoint(|[q, p]: [f64; 2]| [9.0 * p, -9.0 * q], [1.0, 0.0], 1.0, 1e-12).map(drop), "does not settle at"),
    (Errors, "rollout::new", || Truth::new(Oscillator::UNIT, [0.0, 0.0]).map(drop), "has the energy 0, which must be finite and above 0"),
    (Errors, "rollout::samples", || truth().samples([], 4.0).map(drop), "is not below half the period"),
    (Errors, "rollout::compare", || truth().compare([Ok([1.0, 0.0])], 0.1, 5).map(drop), "is too many for a rollout of 1 states"),
    (Errors, "rollout::roll_out", || truth().roll_out(Method::RungeKutta4, still, 2, 1).map(drop), "is too few to follow the phase"),
    (Errors, "rollout::hundred_periods", || hundred_periods(still, [0.0, 0.0], 9).map(drop), "has the energy 0"),

    (Errors, "loss::check", || Loss { l2: -1.0, ..Loss::FULL }.check(), "l2 = -1 must be zero or a positive number"),
    (Errors, "loss::check", || Loss { field: 0.0, energy: 0.0, ..Loss::FULL }.check(), "field weight = 0 and energy weight = 0 leave nothing to learn from"),
    (Errors, "loss::with_angles", || Evaluator::with_angles(Loss::FIELD, &network(2), &Angles::new(&[true])).map(drop), "inputs = 2 cannot see the 3 numbers"),
    (Errors, "loss::new", || evaluator(-1.0, 2), "field weight = -1"),
    (Errors, "loss::new", || evaluator(1.0, 3), "inputs = 3 are an odd number"),
    (Panics, "loss::value", panics!(loss(Loss::ENERGY, 4, (5, 4), Some(5), 0)), COLUMNS),
    (Panics, "loss::value", panics!(loss(Loss::FULL, 2, (5, 2), None, 0)), "so the batch has energies"),
    (Panics, "loss::value", panics!(loss(Loss::FULL, 2, (5, 2), Some(6), 0)), "an energy for every point"),
    (Panics, "loss::value", panics!(loss(Loss::ENERGY, 2, (1, 2), Some(5), 0)), "a field for every point"),
    (Panics, "loss::value_and_gradient", panics!(loss(Loss::FULL, 2, (6, 2), Some(5), 17)), "a field for every point"),
    (Panics, "loss::value_and_gradient", panics!(loss(Loss::FULL, 2, (5, 2), Some(5), 18)), "an entry for every parameter"),
    (Errors, "lagrangian::value", || LagrangianLoss::of_accelerations(&massless()).value(massless().network(), Batch::from(&at_rest())).map(drop), "the mass matrix at q = (0), v = (0) is singular or not positive"),
    (Panics, "lagrangian::value", panics!(LagrangianLoss::of_accelerations(&massless()).value(&network(4), Batch::from(&at_rest())).is_err()), COLUMNS),
    (Errors, "differenced::new", || DifferencedField::new(Difference::Forward(0.0), &network(2)).map(drop), NOT_DIVIDED),
    (Errors, "differenced::new", || DifferencedField::new(Difference::Central(1.0), &network(66)).map(drop), "inputs = 66 are too many"),
    (Errors, "differenced::new", || DifferencedField::new(FORWARD, &network(3)).map(drop), "inputs = 3 are an odd number"),
    (Panics, "differenced::value_and_gradient", panics!(loss(Loss::FIELD, 4, (5, 4), None, 17)), "a probe for every point"),
    (Panics, "differenced::value_and_gradient", panics!(loss(Loss::FIELD, 2, (1, 2), None, 17)), "a field for every point"),

    (Panics, "gradient_check::of", panics!(Comparison::of(&[1.0], &[])), "a slope for every entry"),
    (Panics, "gradient_check::with_exact", panics!(Comparison::with_exact(&[1.0], &[])), "a slope for every entry"),
    (Panics, "gradient_check::table", panics!(Comparison::table(&network(2), &[0.0; 18], &Differences { slopes: vec![None; 18], checked: vec![] })), "an entry for every parameter"),
    (Panics, "metrics::field_rmse_on_disc", panics!(measure::field_rmse_on_disc(&network(4), Oscillator::UNIT)), COLUMNS),
    (Panics, "metrics::field_rmse_on_circle", panics!(measure::field_rmse_on_circle(&network(1), Oscillator::UNIT)), COLUMNS),
    (Panics, "metrics::diagonal_table", panics!(measure::diagonal_table(&network(4), Oscillator::UNIT, 3)), COLUMNS),
    (Panics, "metrics::field_rmse", panics!(measure::field_rmse(&network(4), Oscillator::UNIT, ones(4).view())), STATES),
    (Panics, "metrics::field_rmse_of", panics!(measure::field_rmse_of(still, Oscillator::UNIT, ones(4).view())), STATES),
    (Panics, "metrics::twin_rmse_on_disc", panics!(measure::twin_rmse_on_disc(&network(4), Twin { c: 0.5 })), COLUMNS),
    (Errors, "metrics::field_rmse_unscaled", || measure::field_rmse_unscaled(&network(2), &Units::one(2), Oscillator::UNIT, 0.0).map(drop), "amplitude = 0"),
    (Panics, "metrics::field_rmse_unscaled", || measure::field_rmse_unscaled(&network(4), &Units::one(2), Oscillator::UNIT, 1.0).map(drop), COLUMNS),
    (Panics, "metrics::relative_error", panics!(relative_error(&Points::ones((3, 2)), &Points::ones((1, 2)))), "a label for every motion"),
    (Panics, "metrics::relative_error", panics!(relative_error(&Points::ones((3, 2)), &Points::ones((3, 1)))), "a label for every motion"),
    (Panics, "metrics::living_units", panics!(measure::living_units(&network(2), ones(3).view())), COLUMNS),
    (Panics, "metrics::asleep", panics!(measure::asleep(&network(2), ones(3).view())), COLUMNS),
    (Panics, "metrics::mean_energies", panics!(measure::mean_energies(&network(4), &[1.0])), COLUMNS),
    (Panics, "metrics::slope_outwards", panics!(measure::slope_outwards(&network(2), ones(3).view())), COLUMNS),
    (Errors, "portrait::phase_space", || portrait::phase_space(&[[1.0, 0.0]], |_| Ok(path(f64::INFINITY))).map(drop), "cannot draw the figure"),
    (Errors, "portrait::time_series", || portrait::time_series([1.0, 0.0], &path(f64::INFINITY)).map(drop), "cannot draw the figure"),
    (Errors, "portrait::error_maps", || portrait::error_maps(&[("", &|grid: ArrayView2<f64>| Points::from_elem(grid.dim(), f64::NAN))]).map(drop), "cannot draw the figure"),
    (Errors, "portrait::profiles", || portrait::profiles(&Network::constant(&[2, 1], f64::MAX)?).map(drop), "cannot draw the figure"),
    (Panics, "precision::energy", panics!(Rounded::<f32>::of(&network(2)).energy(array![[1.0, 2.0, 3.0]].view())), COLUMNS),
    (Panics, "precision::gradient", panics!(Rounded::<f64>::of(&Network::constant(&[2, 1], 0.0).unwrap()).gradient(ones(3).view())), COLUMNS),
    (Panics, "precision::field", panics!(Rounded::<f32>::of(&network(4)).field(ones(2).view())), COLUMNS),
    (Errors, "precision::differenced_field", || Rounded::<f32>::of(&network(2)).differenced_field(Difference::Central(0.0), ones(2).view()).map(drop), NOT_DIVIDED),
    (Panics, "precision::differenced_field", || Rounded::<f32>::of(&network(4)).differenced_field(FORWARD, ones(2).view()).map(drop), COLUMNS),
    (Errors, "sweep::of", || Sweep::of::<f64>(&network(2), Difference::Forward, &[0.1, 0.0], ones(2).view()).map(drop), NOT_DIVIDED),
    (Panics, "sweep::of", || Sweep::of::<f64>(&network(2), Difference::Forward, &[0.1], ones(4).view()).map(drop), COLUMNS),
    (Panics, "sweep::best", panics!(Sweep { errors: vec![] }.best()), "a sweep has steps"),
    (Panics, "theory::of", panics!(Theory::of(&network(2), ones(3).view())), COLUMNS),
    (Errors, "signs::findings", || { signs::findings(&Recordings::parse(b"t,q,p\n0,1,1\n1,1,1\n2,1,1\n", "", &Columns::default())?).map(drop) }, "nothing moves"),
    (Errors, "signs::of", || { signs::Energies::of(&Dataset::new(ones(2), ones(2), None)?, &Units::one(4)).map(drop) }, "columns of the points = 2"),
    (Errors, "signs::of", || { let data = Dataset::new(ones(2), ones(2), None)?; signs::Unexplained::of(&Plain::by(&data, |_| Ok(network(2)))?, &Dataset::new(ones(4), ones(4), None)?).map(drop) }, "columns of the points = 4"),
    (Panics, "paired::of", panics!(Paired::of(&[1.0], &[1.0, 2.0])), "a pair a seed"),
    (Panics, "spread::of", panics!(Spread::of([])), "a spread of no numbers"),
];

/// How a call ends: its kind and what it says.
fn outcome(call: impl FnOnce() -> Result<()> + UnwindSafe) -> Option<(Kind, String)> {
    match panic::catch_unwind(call) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some((Errors, Error::to_string(&error))),
        Err(said) => {
            let said = said.downcast::<String>().map_or_else(
                |said| said.downcast_ref::<&str>().unwrap_or(&"").to_string(),
                |said| *said,
            );
            Some((Panics, said))
        }
    }
}

#[test]
fn every_door_refuses_what_it_says() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let mut complaints = Vec::new();
    for &(kind, name, call, says) in DOORS.iter().chain(further::FURTHER) {
        let got = outcome(call);
        if !matches!(&got, Some((ended, said)) if *ended == kind && said.contains(says)) {
            complaints.push(format!("{name}: {kind:?} with `{says}`, not {got:?}"));
        }
    }
    panic::set_hook(hook);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Doors that are tried in `tests/datasets.rs`, one that takes a model with a parameter that is no number: `src/learning/saved.rs`,
/// and two that pass on what `mod::step` refuses, a loss that no network here has.
const ELSEWHERE: [&str; 5] = [
    " scaling::",
    " units::",
    " saved::to_json",
    " training::step",
    " trained::step",
];

/// The documented doors of a file or of all files below a folder: kind and `file::function`.
fn documented(path: &Path, doors: &mut BTreeSet<String>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        return entries.for_each(|entry| documented(&entry.unwrap().path(), doors));
    }
    let file = path.file_stem().unwrap().to_str().unwrap();
    let mut sections = Vec::new();
    for line in fs::read_to_string(path).unwrap().lines().map(str::trim) {
        if let Some(section) = line.strip_prefix("/// # ") {
            if ["Errors", "Panics"].contains(&section) {
                sections.push(section.to_owned());
            }
        } else if line.starts_with("fn ") || line.starts_with("pub(") {
            sections.clear();
        } else if let Some(function) = line.strip_prefix("pub fn ") {
            let name = function.split(['(', '<']).next().unwrap();
            let found = sections.drain(..);
            doors.extend(found.map(|section| format!("{section} {file}::{name}")));
        }
    }
}

#[test]
fn every_documented_door_is_tried() {
    let mut doors = BTreeSet::new();
    documented(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut doors,
    );
    doors.retain(|door| !ELSEWHERE.iter().any(|place| door.contains(place)));
    let tried = DOORS
        .iter()
        .chain(further::FURTHER)
        .map(|(kind, name, ..)| format!("{kind:?} {name}"));
    let tried: BTreeSet<_> = tried.collect();
    let untried: Vec<_> = doors.difference(&tried).collect();
    let undocumented: Vec<_> = tried.difference(&doors).collect();
    assert!(untried.is_empty(), "nobody tries {untried:?}");
    assert!(undocumented.is_empty(), "nothing says {undocumented:?}");
}
