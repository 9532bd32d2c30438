//! The doors of learning, of the notebook, of trials, data sets and evidence.

use hnn::evidence::{Animation, Axis, Evidence, Facts, HeatMap, LineChart, Panel, Recorded, Table};
use hnn::learning::seeds::run_all;
use hnn::learning::{
    Adam, AdamSettings, AdamW, Descent, EarlyStopping, Fit, Hnn, L2, Lbfgs, LeapfrogLoss, Momentum,
    Quadratic, Schedule, Seeds, Sgd, Shuffled, descend, minimize, unobserved,
};
use hnn::notebook::history::History;
use hnn::notebook::{self, Gradient, Look, Losses, Notebook, Run, figures};
use hnn::phase_space::trajectories::Trajectories;
use hnn::phase_space::{
    Recordings, check_points, circle, disc, nearest, random_rings, rings, rms_distance, slopes,
};
use hnn::trial::ensemble::on_one_circle;
use hnn::trial::friction::{self, Damped};
use hnn::trial::orbits::{Bodies, Orbits, Rival, in_rows, of_field};
use hnn::trial::protocol::{self, Protocol, System};
use hnn::trial::recording::{self, Case, Score, Way};
use hnn::trial::released::released_pendulum;
use hnn::trial::repaired::{self, Repaired};
use hnn::trial::swing::{self, Swing};
use hnn::trial::yours::{self, Split, Trained};
use hnn::trial::{self, Data, Learned, Outcome, Runs};

use hnn::mechanics::Separable;
use ndarray::Array3;

use super::Kind::{Errors, Panics};
use super::*;

const UNIT: Oscillator = Oscillator::UNIT;
const NO_MASS: Oscillator = Oscillator {
    mass: 0.0,
    stiffness: 1.0,
};
const NO_STEPS: &str = "steps = 0 trains nothing";
const NO_EPOCHS: &str = "epochs = 0 trains nothing";
const NO_SEEDS: &str = "seeds = 0 runs nothing";
const NOTHING_MOVES: &str = "nothing moves";
const NO_FIGURE: &str = "cannot draw the figure";

fn random() -> Gaussian {
    Gaussian::from_seed(1)
}

fn ring() -> Dataset {
    rings(&UNIT, &[0.5], 8).unwrap()
}

fn fit() -> Fit {
    Fit {
        hidden: vec![2],
        evaluations: 1,
        ..Fit::default()
    }
}

fn unfit() -> Fit {
    Fit {
        hidden: vec![0],
        ..fit()
    }
}

fn separable() -> Result<Separable> {
    Separable::new(network(1), network(1))
}

/// A loss that is a number at 1 and nowhere else.
fn on_a_cliff(x: &[f64], gradient: &mut [f64]) -> f64 {
    gradient[0] = 1.0;
    if x[0] == 1.0 { 1.0 } else { f64::NAN }
}

/// These states as one recording.
fn recordings(data: Dataset) -> Recordings {
    let count = data.rows();
    Recordings {
        names: vec!["q".into(), "p".into()],
        times: Some((0..count).map(|row| row as f64).collect()),
        rows: (0..count as u64).collect(),
        parts: std::iter::once(0..count).collect(),
        measured: false,
        digits: 15,
        unwrapped: Vec::new(),
        data,
    }
}

/// A recording at times that no axis can number.
fn late() -> Recordings {
    let mut recordings = recordings(ring());
    recordings.times = Some(vec![f64::MAX; 8]);
    recordings
}

fn split(training: Dataset) -> Split {
    Split {
        training,
        held_out: ring(),
        rows: vec![0],
        how: String::new(),
    }
}

/// The last state of a recording of eight held out.
fn last() -> Split {
    Split {
        rows: vec![7],
        ..split(ring())
    }
}

/// Four columns for two.
fn wide() -> Split {
    let four = Dataset::new(ones(4), ones(4), None).unwrap();
    Split {
        held_out: four.clone(),
        ..split(four)
    }
}

fn no_numbers() -> Dataset {
    let mut data = ring();
    data.field.fill(f64::NAN);
    data
}

fn trained(split: &Split) -> Result<Trained> {
    Trained::on(split, &["q".into(), "p".into()], &fit())
}

fn model() -> Hnn {
    Hnn::fit(&ring(), &fit()).unwrap()
}

fn fails() -> Error {
    Error::setting("this", 1, "fails")
}

/// A small notebook with this change.
fn small(change: fn(&mut notebook::Settings)) -> notebook::Settings {
    let mut settings = notebook::Settings {
        samples: 20,
        widths: vec![2, 8, 8, 1],
        batch_size: 4,
        epochs: 3,
        ..notebook::Settings::default()
    };
    change(&mut settings);
    settings
}

fn no_epochs() -> notebook::Settings {
    small(|settings| settings.epochs = 0)
}

fn diverging() -> Notebook {
    Notebook::new(small(|settings| settings.learning_rate = 1e100)).unwrap()
}

/// Its differences look so far ahead that their energies are no numbers.
fn blind() -> Notebook {
    let settings = small(|settings| settings.epsilon = 1e150);
    Notebook::with_activation(settings, Activation::SquaredRelu).unwrap()
}

fn no_steps() -> trial::Settings {
    trial::Settings {
        steps: 0,
        ..trial::Settings::default()
    }
}

fn no_points() -> repaired::Settings {
    repaired::Settings {
        points: 0,
        ..repaired::Settings::default()
    }
}

/// A model whose field is too large for a step.
fn steep() -> Repaired {
    let settings = repaired::Settings {
        fit: fit(),
        ..repaired::Settings::default()
    };
    let mut model = Repaired::train(&settings).unwrap();
    model.network.parameters_mut().fill(1e300);
    model
}

const CONSTANTS: AdamSettings = AdamSettings {
    beta1: 1.0,
    beta2: 0.999,
    epsilon: 1e-8,
};
const BETA: &str = "beta1 = 1 must be at least 0 and less than 1";

fn map(range: (f64, f64)) -> HeatMap {
    HeatMap {
        title: "t".into(),
        description: "d".into(),
        maps: vec![("m".into(), Points::ones((2, 2)))],
        axes: ("x".into(), "y".into()),
        range,
    }
}

#[rustfmt::skip]
pub const FURTHER: &[Door] = &[
    (Panics, "facts::with", panics!(Facts::new().with("A name", 1)), "A name"),
    (Errors, "heat_map::draw", || map((0.0, f64::INFINITY)).draw().map(drop), NO_FIGURE),
    (Errors, "line_chart::draw", || LineChart::single("t", "d", Panel::new(Axis::new("x").between(1.0, 1.0), Axis::new("y"), [])).draw().map(drop), NO_FIGURE),
    (Errors, "recorded::read", || Recorded::read("nothing").map(drop), "no data in recorded/nothing.csv"),
    (Errors, "recorded::with", || Recorded::read("penalty")?.with("seed", "99").map(drop), "no row has seed 99"),
    (Errors, "recorded::each", || Recorded::read("penalty")?.each("layer").map(drop), "no column is called layer"),
    (Errors, "recorded::numbers", || Recorded::read("first-versions")?.numbers("activation").map(drop), "is no number"),
    (Errors, "sink::terminal", || Evidence::terminal("Cargo.toml/below").map(drop), "cannot write Cargo.toml/below"),
    (Errors, "sink::show", || { let mut evidence = Evidence::collected(); evidence.show("a", "1".to_owned())?; evidence.show("a", "2".to_owned()) }, "was shown already"),
    (Errors, "sink::keep", || Evidence::terminal(env!("CARGO_TARGET_TMPDIR"))?.keep("no/such/folder.csv", ""), "cannot write "),
    (Panics, "table::row", panics!(Table::new(["a", "b"]).row(["1"])), "a cell for every heading"),

    (Errors, "baseline::fit", || Quadratic::fit(&at_rest()).map(drop), "do not determine a quadratic energy"),
    (Errors, "baseline::fit", || Plain::fit(&at_rest(), &fit()).map(drop), NOTHING_MOVES),
    (Errors, "baseline::by", || Plain::by(&ring(), |_| Err(fails())).map(drop), "this = 1 fails"),
    (Panics, "baseline::at", panics!(Plain::fit(&ring(), &fit()).unwrap().at([1.0; 4])), "as many coordinates"),
    (Errors, "baseline::begin", || Plain::begin(&ring(), &Units::one(4), &fit()).map(drop), "columns of the points = 2"),
    (Errors, "hnn::begin", || Hnn::begin(&ring(), &Units::one(4), &fit()).map(drop), "columns of the points = 2"),
    (Errors, "hnn::new", || Hnn::new(network(1), Units::one(2)).map(drop), "units = 2 cannot serve"),
    (Errors, "yours::pendulum", || yours::pendulum(&[[f64::NAN, 0.0]], |row| row, |x| x.to_string()).map(drop), "is not a finite state"),
    (Errors, "split::judge", || yours::judge(&recordings(at_rest()), &split(ring()), Activation::Tanh).map(drop), NOTHING_MOVES),
    (Errors, "split::data_table", || yours::data_table(&recordings(at_rest()), &split(ring())).map(drop), NOTHING_MOVES),
    (Errors, "trained::new", || yours::Training::new(&split(at_rest()), &[], &fit()).map(drop), NOTHING_MOVES),
    (Errors, "trained::on", || trained(&split(at_rest())).map(drop), NOTHING_MOVES),
    (Errors, "trained::trained", || yours::Training::new(&split(ring()), &["q".into()], &fit())?.trained().map(drop), "are not a name for each"),
    (Errors, "trained::findings", || trained(&split(ring()))?.findings(&wide()).map(drop), "columns of the points = 4"),
    (Errors, "trained::scores", || trained(&split(ring()))?.scores(&wide()).map(drop), "columns of the points = 4"),
    (Errors, "figures::course", || yours::course(&[]).map(drop), NO_FIGURE),
    (Errors, "figures::field", || yours::field(&recordings(ring()), &model(), &no_numbers()).map(drop), NO_FIGURE),
    (Errors, "figures::energies", || yours::energies(&recordings(wide().training), &model()).map(drop), "columns of the points = 4"),
    (Errors, "figures::of", || yours::Rollout::of(&recordings(wide().training), &split(ring()), &trained(&split(ring()))?).map(drop), NO_FIGURE),
    (Errors, "figures::draw", || yours::Rollout::of(&late(), &last(), &trained(&split(ring()))?)?.draw(&late()).map(drop), NO_FIGURE),
    (Errors, "early_stopping::new", || EarlyStopping::new(0).map(drop), "patience = 0"),
    (Errors, "hnn::network", || Fit { hidden: vec![0], ..fit() }.network(2, &mut random()).map(drop), "width 0"),
    (Errors, "hnn::check", || Fit { evaluations: 0, ..fit() }.check(2), "evaluations = 0"),
    (Errors, "hnn::fit", || Hnn::fit(&at_rest(), &fit()).map(drop), NOTHING_MOVES),
    (Errors, "hnn::fit_watched", || Hnn::fit_watched(&ring(), Units::one(4), &fit(), &mut random(), |_, _, _| ()).map(drop), "columns of the points = 2"),
    (Errors, "hnn::named", || model().named(&["q".into()]).map(drop), "are not a name for each of the model's 2 columns"),
    (Errors, "hnn::energy", || model().energy(ones(3).view()).map(drop), "columns of the points = 3"),
    (Errors, "saved::save", || model().save("Cargo.toml/below"), "cannot write Cargo.toml/below"),
    (Errors, "saved::load", || Hnn::load("no/such/model.json").map(drop), "cannot read no/such/model.json"),
    (Errors, "schedule::check", || Schedule::Cosine.check(-1.0, 5), "learning_rate = -1"),
    (Errors, "seeds::check", || Seeds::new(u64::MAX, 2).check(), "leaves no room"),
    (Errors, "seeds::each", || Seeds::new(0, 0).each(|_| Ok(())).map(drop), NO_SEEDS),
    (Errors, "seeds::each_of", || Seeds::new(0, 0).each_of(&[1], |_, _| Ok(())).map(drop), NO_SEEDS),
    (Errors, "seeds::run_all", || run_all(&[1], |_| Err::<(), _>(fails())).map(drop), "this = 1 fails"),
    (Errors, "training::new", || Shuffled::new(std::borrow::Cow::Owned(ring()), 9, random()).map(drop), "batch_size = 9 is larger than the data"),
    (Errors, "training::descend", || {
        let (mut network, descent) = (network(4), Descent { batch_size: 4, steps: 1, rate: 0.1, schedule: Schedule::Constant });
        let mut loss = Evaluator::new(Loss::FIELD, &network)?;
        descend(&mut network, &mut loss, &ring(), &descent, &mut Sgd, &mut random(), unobserved)
    }, "columns of the points = 2 but the network has 4 inputs"),
    (Errors, "training::minimize", || {
        let mut network = network(4);
        let mut loss = Evaluator::new(Loss::FIELD, &network)?;
        minimize(&mut network, &mut loss, &ring(), &Lbfgs::default(), unobserved).map(drop)
    }, "columns of the points = 2 but the network has 4 inputs"),
    (Errors, "mod::check", || Lbfgs { memory: 0, ..Lbfgs::default() }.check(), "memory = 0"),
    (Errors, "mod::minimize", || Lbfgs::default().minimize(&[1.0], |_, _| f64::NAN, |_| std::ops::ControlFlow::Continue(())).map(drop), "diverged at step 0"),
    (Errors, "mod::begin", || Lbfgs::default().begin(&[1.0], |_, _| f64::NAN).map(drop), "diverged at step 0"),
    (Errors, "mod::step", || Lbfgs::default().begin(&[1.0], on_a_cliff)?.step().map(drop), "diverged at step 1"),
    (Errors, "adam::check", || CONSTANTS.check(), BETA),
    (Errors, "adam::with", || Adam::with(1, CONSTANTS).map(drop), BETA),
    (Errors, "adam::with", || AdamW::with(1, CONSTANTS, 0.1).map(drop), BETA),
    (Errors, "adam::new", || AdamW::new(1, -1.0).map(drop), "decay = -1"),
    (Errors, "mod::new", || L2::new(Sgd, -1.0).map(drop), "decay = -1"),
    (Errors, "sgd::new", || Momentum::new(1, 1.0).map(drop), "beta = 1"),

    (Errors, "figures::losses", || figures::losses(&Losses { train: vec![], validation: vec![], stopped_at: None }).map(drop), "the history is empty"),
    (Errors, "figures::phase_space", || figures::phase_space(&blind(), &mut random()).map(drop), "of the trajectory is not finite"),
    (Errors, "figures::time_series", || figures::time_series(&blind()).map(drop), "of the trajectory is not finite"),
    (Errors, "figures::error_maps", || figures::error_maps(&blind()).map(drop), NO_FIGURE),
    (Panics, "gradients::at", panics!(Gradient::Hand.at(&small(|_| ()), &network(2), array![[f64::NAN, 0.0]].view())), "checked settings and finite points"),
    (Panics, "gradients::at", panics!(Look::at(0, &small(|_| ()), &network(2), array![[f64::NAN, 0.0]].view())), "checked settings and finite points"),
    (Errors, "history::record", || History::record(small(|_| ()), 0, 1).map(drop), "every = 0"),
    (Errors, "history::record_all", || History::record_all(&[small(|_| ())], Seeds::new(0, 0), 1, 1).map(drop), NO_SEEDS),
    (Panics, "history::last", panics!(History { settings: small(|_| ()), epochs: vec![], stop: None }.last().index), "epoch 0 is recorded"),
    (Errors, "settings::check", || no_epochs().check(), NO_EPOCHS),
    (Errors, "training::new", || Notebook::new(no_epochs()).map(drop), NO_EPOCHS),
    (Errors, "training::with_activation", || Notebook::with_activation(no_epochs(), Activation::Tanh).map(drop), NO_EPOCHS),
    (Errors, "training::with_random", || Notebook::with_random(no_epochs(), Activation::Tanh, Initializer::He, random()).map(drop), NO_EPOCHS),
    (Errors, "training::follow", || diverging().follow(Gradient::Exact, 9, |_, _| ()), "the learning rate is zero after"),
    (Errors, "training::advance", || Run::along(diverging(), Gradient::Hand).advance(usize::MAX, |_| ()), "the run diverged in epoch 0"),
    (Errors, "training::train", || diverging().train().map(drop), "the run diverged in epoch 0"),
    (Errors, "training::train_watched", || diverging().train_watched(|_, _| std::ops::ControlFlow::Continue(())), "the run diverged in epoch 0"),
    (Errors, "training::train_by", || diverging().train_by(Sgd, |_, _| std::ops::ControlFlow::Continue(())), "the run diverged in epoch 0"),

    (Errors, "circle::circle", || circle(&NO_MASS, 9).map(drop), "mass = 0"),
    (Errors, "dataset::new", || Dataset::new(ones(3), ones(3), None).map(drop), "3"),
    (Errors, "dataset::of", || Dataset::of(&NO_MASS, ones(2)).map(drop), "mass = 0"),
    (Errors, "dataset::check", || { let mut data = ring(); data.field[[1, 0]] = f64::NAN; data.check() }, "field: row 1, column 0"),
    (Panics, "dataset::select", panics!(ring().select(&[8])), "index < dim"),
    (Panics, "angles::points", panics!(Angles::none(2).points(ones(1).view()).len()), "a column for every position"),
    (Errors, "dataset::check_points", || check_points(0), "points = 0 leave nothing to learn from"),
    (Errors, "learned::fit", || Learned::fit(trial::Kind::Plain, &at_rest(), &Angles::none(1), &Fit { hidden: vec![0], ..fit() }, &mut random()).map(drop), "hidden = [0]"),
    (Panics, "learned::field", panics!(Learned::fit(trial::Kind::Plain, &ring(), &Angles::none(1), &fit(), &mut random()).unwrap().field(vec![1.0]).len()), "the numbers of whole states"),
    (Errors, "swing::check", || swing::Settings { states: 0, ..Default::default() }.check(), "states = 0 leave nothing to learn from"),
    (Errors, "swing::check", || swing::Settings { evaluations: 0, ..Default::default() }.check(), "evaluations = 0 does not even reach the start"),
    (Errors, "swing::check", || swing::Settings { seconds: 1e6, ..Default::default() }.check(), "seconds = 1000000 are too many"),
    (Errors, "swing::learn", || Swing::learn(trial::Kind::Plain, &swing::Settings { seconds: 0.0, ..Default::default() }, 1).map(drop), "seconds = 0 must be a positive number"),
    (Errors, "animation::draw", || Animation { title: String::new(), description: String::new(), shapes: vec![], range: (0.0, 1.0), still: 0, traced: false, seconds: 1.0 }.draw().map(drop), NO_FIGURE),
    (Panics, "oscillator::fields", panics!(Oscillator::UNIT.fields(ones(3).view()).len()), "a state is one q and one p"),
    (Panics, "motion::slopes", panics!(slopes(ndarray::aview1(&[0.0]), ones(2).view(), 3)), "a time for every point"),
    (Panics, "motion::rms_distance", panics!(rms_distance(ones(2).view(), ones(3).view())), "a row for a row"),
    (Errors, "oscillator::check", || NO_MASS.check(), "mass = 0"),
    (Panics, "point_sets::nearest", panics!(nearest(ones(2).view(), Points::ones((0, 2)).view())), "there are others"),
    (Errors, "recordings::from_csv", || Recordings::from_csv("nowhere.csv", &Columns::default()).map(drop), "cannot read nowhere.csv"),
    (Errors, "recordings::from_csv", || Dataset::from_csv("nowhere.csv", &Columns::default()).map(drop), "cannot read nowhere.csv"),
    (Errors, "recordings::parse", || Recordings::parse(b"", "a.csv", &Columns::default()).map(drop), "no data in a.csv: it is empty"),
    (Errors, "rings::rings", || rings(&UNIT, &[], 9).map(drop), "has no ring"),
    (Errors, "rings::random_rings", || random_rings(&UNIT, &[-1.0], 9, &mut random()).map(drop), "energy = -1"),
    (Errors, "rings::disc", || disc(&UNIT, 0.0, 9, &mut random()).map(drop), "amplitude = 0"),
    (Errors, "twin::random_rings", || Twin { c: 0.5 }.random_rings(&[], 9, &mut random()).map(drop), "has no ring"),
    (Errors, "split::split_in_order", || ring().split_in_order(2.0).map(drop), "fraction = 2"),
    (Errors, "trajectories::check", || Trajectories { count: 0, ..Trajectories::default() }.check(), "count = 0"),
    (Errors, "trajectories::sample", || Trajectories { count: 0, ..Trajectories::default() }.sample(&mut random()).map(drop), "count = 0"),

    (Panics, "cost::multiply_adds", panics!(trial::Objective::Full.multiply_adds(&[2, 1])), "has no hidden layer"),
    (Errors, "full_batch::full_batch", || Outcome::full_batch(&no_steps(), 0, |_| ()).map(drop), NO_STEPS),
    (Errors, "mod::of", || Outcome::of(&no_steps(), 0).map(drop), NO_STEPS),
    (Errors, "mod::of", || Runs::of(&[no_steps()]).map(drop), NO_STEPS),
    (Errors, "mod::watched", || Outcome::watched(&no_steps(), 0, |_| ()).map(drop), NO_STEPS),
    (Errors, "mod::on", || Outcome::on(&trial::Settings::default(), 0, &ring(), network(2), &mut random(), |_| ()).map(drop), "batch_size = 32 is larger than the data"),
    (Errors, "mod::over", || Runs::over(&[()], |()| no_steps(), |(), _| Ok(ring())).map(drop), NO_STEPS),
    (Errors, "repaired::check", || no_points().check(), "points = 0"),
    (Errors, "repaired::data", || no_points().data().map(drop), "points = 0"),
    (Errors, "repaired::train", || Repaired::train(&no_points()).map(drop), "points = 0"),
    (Errors, "repaired::path", || steep().path([1.0, 0.0]).map(drop), "of the trajectory is not finite"),
    (Errors, "repaired::hundred_periods", || steep().hundred_periods([0.0, 0.0], 9).map(drop), "has the energy 0"),
    (Errors, "settings::check", || no_steps().check(), NO_STEPS),
    (Errors, "settings::draw", || Data::Circle.draw(0, &mut random()).map(drop), "0"),
    (Errors, "settings::start", || no_steps().start(0).map(drop), NO_STEPS),
    (Errors, "settings::network", || trial::Settings { widths: vec![2], ..no_steps() }.network(&mut random()).map(drop), "needs at least an input"),

    (Errors, "friction::learn", || friction::Swing::learn(&Protocol::long(System::Pendulum, 1), Damped::Plain, Way::Euler, &unfit(), 0).map(drop), "hidden = [0]"),
    (Errors, "orbits::learn", || Bodies::learn(Orbits::ANY, Rival::Energy, 1, &unfit(), 0).map(drop), "hidden = [0]"),
    (Errors, "ensemble::on_one_circle", || on_one_circle(Activation::Tanh, &unfit(), 0).map(drop), "hidden = [0]"),
    (Panics, "protocol::strided", panics!(protocol::strided(&Array3::ones((2, 3, 2)), 0).len()), "divide by zero"),
    (Errors, "orbits::of_field", || of_field(&ring(), &unfit(), &mut random()).map(drop), "hidden = [0]"),
    (Panics, "orbits::in_rows", panics!(in_rows(&Points::clone, 2, vec![1.0]).len()), "whole states"),
    (Errors, "recording::labelled", || Way::Euler.labelled(&Array3::ones((2, 1, 2)), 0.1).map(drop), "states = 1 are too few: 5 are needed"),
    (Errors, "recording::labelled", || Way::Euler.labelled(&Array3::from_elem((2, 5, 2), f64::NAN), 0.1).map(drop), "points: row 0, column 0"),
    (Errors, "recording::fit", || recording::Learned::fit(Way::Euler, [&Array3::ones((2, 5, 2)); 2], 0.1, &unfit(), &mut random()).map(drop), "hidden = [0]"),
    (Errors, "recording::fit", || recording::Learned::fit(Way::Unrolled, [&Array3::ones((2, 8, 2)); 2], 0.1, &fit(), &mut random()).map(drop), "states = 8 are too few: 9 are needed"),
    (Errors, "recording::begin", || recording::Learning::begin(Way::Midpoint, [&Array3::ones((2, 5, 2)); 2], 0.1, &unfit(), &mut random()).map(drop), "hidden = [0]"),
    (Errors, "recording::misses", || recording::Learned::Whole(network(2)).misses(Way::Euler, &Array3::ones((2, 1, 2)), 0.1).map(drop), "states = 1 are too few"),
    (Errors, "recording::follow", || recording::Learned::follow(separable()?, Way::Leapfrog.leaps().unwrap(), [&Array3::ones((2, 3, 2)); 2], 0.1, &Fit { evaluations: 0, ..fit() }).map(drop), "evaluations = 0"),
    (Errors, "recording::of", || Score::of(&recording::Learned::Whole(network(2)), &Case { protocol: Protocol::published(System::Spring), way: Way::Euler, stride: 1 }, &Array3::ones((2, 1, 2))).map(drop), "states = 1 are too few"),
    (Errors, "recording::score", || Case { protocol: Protocol::long(System::Spring, 1), way: Way::Euler, stride: 1 }.score(0, 0).map(drop), "evaluations = 0"),
    (Errors, "released::released_pendulum", || released_pendulum(&[2], 0, 0).map(drop), "horizon = 0 trains nothing"),
    (Errors, "separable::new", || Separable::new(network(1), network(2)).map(drop), "momenta = 1 are not as many as the 2 positions"),
    (Panics, "separable::field", panics!(separable().unwrap().field(ones(3).view()).len()), "3 coordinates are not as many positions as momenta"),
    (Panics, "separable::set_parameters", panics!(separable().unwrap().set_parameters(&[1.0])), "mid > len"),
    (Panics, "leapfrog::value", panics!(LeapfrogLoss::new(&separable().unwrap(), 0.1, 2, 1).value(&separable().unwrap(), ones(2).view(), Array3::ones((2, 2, 2)).view())), "as many states as there is room for"),
    (Panics, "leapfrog::value_and_gradient", panics!(LeapfrogLoss::new(&separable().unwrap(), 0.1, 1, 1).value_and_gradient(&separable().unwrap(), ones(2).view(), Array3::ones((9, 2, 2)).view(), &mut [], ones(2).view_mut())), "a start for every window"),
];
