//! The optimizers and schedules against optax, and L-BFGS against the conditions it promises to keep.
//!
//! `tests/golden/optimizers/README.md` says how the traces were made.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use hnn::learning::{
    Adam, AdamSettings, AdamW, Iterate, L2, Lbfgs, Momentum, Optimizer, Schedule, Sgd, Stop,
};
use hnn::random::{Gaussian, RandomSource};
use serde::Deserialize;
use serde::de::DeserializeOwned;

const DIMENSIONS: usize = 10;

/// Rosenbrock's valley, Σ 100 (x[i+1] - x[i]²)² + (1 - x[i])²; its minimum is 0 at (1, ..., 1).
fn rosenbrock(x: &[f64], gradient: &mut [f64]) -> f64 {
    gradient.fill(0.0);
    let mut value = 0.0;
    for i in 0..x.len() - 1 {
        let (valley, slope) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
        value += 100.0 * valley * valley + slope * slope;
        gradient[i + 1] += 200.0 * valley;
        gradient[i] += -400.0 * x[i] * valley - 2.0 * slope;
    }
    value
}

/// The traces' problem: the valley and a quartic bowl.
fn golden_problem(x: &[f64], gradient: &mut [f64]) -> f64 {
    let mut value = rosenbrock(x, gradient);
    for (g, x) in gradient.iter_mut().zip(x) {
        value += x.powi(4) / 4.0;
        *g += x.powi(3);
    }
    value
}

#[derive(Deserialize)]
struct Trace {
    rate: f64,
    #[serde(default)]
    beta: f64,
    #[serde(default)]
    beta1: f64,
    #[serde(default)]
    beta2: f64,
    #[serde(default)]
    epsilon: f64,
    #[serde(default)]
    decay: f64,
    values: Vec<f64>,
    points: Vec<Vec<f64>>,
}

fn golden<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/optimizers")
        .join(name)
        .with_extension("json");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// ‖ours - reference‖ / ‖reference‖.
fn apart(ours: &[f64], reference: &[f64]) -> f64 {
    assert_eq!(ours.len(), reference.len());
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    norm(&mut ours.iter().zip(reference).map(|(a, b)| a - b)) / norm(&mut reference.iter().copied())
}

/// Runs an optimizer along its trace and returns how far apart the two are at the worst of the steps.
fn worst_step(name: &str, schedule: Schedule, make: impl Fn(&Trace) -> Box<dyn Optimizer>) -> f64 {
    let trace: Trace = golden(name);
    let mut optimizer = make(&trace);
    let horizon = trace.points.len() - 1;
    assert_eq!(horizon, 100, "{name}: steps");
    let mut x: Vec<f64> = (0..DIMENSIONS)
        .map(|i| (7 * i % 11) as f64 / 5.0 - 1.0)
        .collect();
    let mut gradient = x.clone();
    let mut worst = 0.0f64;
    for (step, (point, value)) in trace.points.iter().zip(&trace.values).enumerate() {
        let ours = golden_problem(&x, &mut gradient);
        worst = worst.max(apart(&x, point)).max(apart(&[ours], &[*value]));
        let rate = schedule.rate(trace.rate, step, horizon);
        optimizer.step(rate, &mut x, &gradient);
    }
    worst
}

#[test]
fn every_first_order_optimizer_follows_optax_for_a_hundred_steps() {
    use Schedule::{Constant, Cosine};
    let momentum = |t: &Trace| Momentum::new(DIMENSIONS, t.beta).unwrap();
    let adam = || Adam::new(DIMENSIONS);
    let adamw =
        |t: &Trace| -> Box<dyn Optimizer> { Box::new(AdamW::new(DIMENSIONS, t.decay).unwrap()) };
    let worst = [
        ("sgd", worst_step("sgd", Constant, |_| Box::new(Sgd))),
        (
            "sgd-l2",
            worst_step("sgd-l2", Constant, |t| {
                Box::new(L2::new(Sgd, t.decay).unwrap())
            }),
        ),
        (
            "momentum",
            worst_step("momentum", Constant, |t| Box::new(momentum(t))),
        ),
        (
            "momentum-l2",
            worst_step("momentum-l2", Constant, |t| {
                Box::new(L2::new(momentum(t), t.decay).unwrap())
            }),
        ),
        ("adam", worst_step("adam", Constant, |_| Box::new(adam()))),
        (
            "adam-constants",
            worst_step("adam-constants", Constant, |t| {
                let settings = AdamSettings {
                    beta1: t.beta1,
                    beta2: t.beta2,
                    epsilon: t.epsilon,
                };
                Box::new(Adam::with(DIMENSIONS, settings).unwrap())
            }),
        ),
        (
            "adam-cosine",
            worst_step("adam-cosine", Cosine, |_| Box::new(adam())),
        ),
        (
            "adam-l2",
            worst_step("adam-l2", Constant, |t| {
                Box::new(L2::new(adam(), t.decay).unwrap())
            }),
        ),
        ("adamw", worst_step("adamw", Constant, adamw)),
        ("adamw-cosine", worst_step("adamw-cosine", Cosine, adamw)),
    ];
    for (name, apart) in worst {
        println!("{name}: within {apart:.1e}");
        assert!(apart <= 1e-10, "{name} is {apart:e} from optax");
    }
}

#[derive(Deserialize)]
struct GoldenRates {
    rate: f64,
    horizon: usize,
    period: usize,
    warm_up: usize,
    rates: BTreeMap<String, Vec<f64>>,
}

#[test]
fn every_schedule_follows_optax_to_the_horizon_and_past_it() {
    let golden: GoldenRates = golden("schedules");
    let restarts = |growth| Schedule::WarmRestarts {
        period: golden.period,
        growth,
    };
    let schedule = |name: &str| match name {
        "constant" => Schedule::Constant,
        "cosine" => Schedule::Cosine,
        "restarts" => restarts(1),
        "restarts-doubling" => restarts(2),
        "warm-up" => Schedule::Constant.after_warm_up(golden.warm_up),
        "warm-up-cosine" => Schedule::Cosine.after_warm_up(golden.warm_up),
        "warm-up-restarts" => restarts(2).after_warm_up(golden.warm_up),
        _ => panic!("no schedule is called {name}"),
    };
    assert_eq!(golden.rates.len(), 7);
    for (name, rates) in &golden.rates {
        let schedule = schedule(name);
        schedule.check(golden.rate, golden.horizon).unwrap();
        assert!(rates.len() > golden.horizon);
        for (step, &reference) in rates.iter().enumerate() {
            let ours = schedule.rate(golden.rate, step, golden.horizon);
            assert!(
                (ours - reference).abs() <= 1e-14 * golden.rate,
                "{name}: step {step} has the rate {ours}, in optax {reference}"
            );
        }
    }
}

fn unwatched(_: Iterate) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tolerances that only the accuracy asked for can meet.
fn to_the_end() -> Lbfgs {
    Lbfgs {
        gradient_tolerance: 1e-15,
        change_tolerance: 0.0,
        ..Lbfgs::default()
    }
}

#[test]
fn lbfgs_finds_the_minimum_of_rosenbrocks_valley_to_ten_digits() {
    for dimensions in [2, 20] {
        let start: Vec<f64> = (0..dimensions)
            .map(|i| if i % 2 == 0 { -1.2 } else { 1.0 })
            .collect();
        let minimum = to_the_end()
            .minimize(&start, rosenbrock, unwatched)
            .unwrap();
        println!(
            "{dimensions} dimensions: {} steps, {} evaluations",
            minimum.steps, minimum.evaluations
        );
        assert_eq!(minimum.stop, Stop::Gradient);
        assert!(minimum.value < 1e-20, "{}", minimum.value);
        assert!(apart(&minimum.point, &vec![1.0; dimensions]) < 1e-10);
        assert!(minimum.evaluations < 40 * dimensions.max(5), "{minimum:?}");
    }
}

/// Σ cᵢ (xᵢ - i)² / 2 with curvatures from 1 to 10³ in 30 dimensions.
fn quadratic(x: &[f64], gradient: &mut [f64]) -> f64 {
    let mut value = 0.0;
    for (i, (g, x)) in gradient.iter_mut().zip(x).enumerate() {
        let curvature = 1e3f64.powf(i as f64 / 29.0);
        *g = curvature * (x - i as f64);
        value += *g * (x - i as f64) / 2.0;
    }
    value
}

#[test]
fn lbfgs_finds_the_minimum_of_an_ill_conditioned_quadratic() {
    let minimum = to_the_end()
        .minimize(&[0.0; 30], quadratic, unwatched)
        .unwrap();
    assert_eq!(minimum.stop, Stop::Gradient);
    let exact: Vec<f64> = (0..30).map(f64::from).collect();
    assert!(apart(&minimum.point, &exact) < 1e-10);
}

#[test]
fn every_step_of_lbfgs_satisfies_the_strong_wolfe_conditions() {
    let settings = Lbfgs {
        gradient_tolerance: 1e-8,
        ..to_the_end()
    };
    type Problem = fn(&[f64], &mut [f64]) -> f64;
    let problems: [Problem; 3] = [rosenbrock, golden_problem, quadratic];
    let mut steps = 0;
    for seed in 0..30 {
        let mut random = Gaussian::from_seed(seed);
        let start: Vec<f64> = (0..2 + seed % 20)
            .map(|_| 3.0 * random.standard())
            .collect();
        for problem in problems {
            let mut before: Option<(Vec<f64>, f64, Vec<f64>)> = None;
            let minimum = settings.minimize(&start, problem, |now| {
                if let Some((point, value, gradient)) = &before {
                    // α d is the step itself, so both conditions can be had from its two ends.
                    let slope = |gradient: &[f64]| -> f64 {
                        let moves = now.point.iter().zip(point).map(|(b, a)| b - a);
                        moves.zip(gradient).map(|(s, g)| s * g).sum()
                    };
                    let (first, second) = (slope(gradient), slope(now.gradient));
                    let rounding = 1e-6 * first.abs();
                    assert!(first < 0.0, "seed {seed} step {}: uphill", now.step);
                    assert!(
                        now.value <= value + 1e-4 * first + rounding,
                        "seed {seed} step {}: {value} only fell to {}",
                        now.step,
                        now.value
                    );
                    assert!(
                        second.abs() <= 0.9 * first.abs() + rounding,
                        "seed {seed} step {}: the slope {first} is still {second}",
                        now.step
                    );
                    steps += 1;
                }
                before = Some((now.point.to_vec(), now.value, now.gradient.to_vec()));
                ControlFlow::Continue(())
            });
            assert_eq!(minimum.unwrap().stop, Stop::Gradient, "seed {seed}");
        }
    }
    assert!(steps > 1000, "{steps} steps were looked at");
}

#[test]
fn the_unit_of_the_loss_does_not_decide_when_lbfgs_has_converged() {
    for unit in [1e-24, 1e-12, 1e12] {
        let scaled = |x: &[f64], gradient: &mut [f64]| {
            let value = quadratic(x, gradient);
            gradient.iter_mut().for_each(|g| *g *= unit);
            unit * value
        };
        let minimum = to_the_end()
            .minimize(&[0.0; 30], scaled, unwatched)
            .unwrap();
        let exact: Vec<f64> = (0..30).map(f64::from).collect();
        assert_eq!(minimum.stop, Stop::Gradient, "{unit}");
        assert!(apart(&minimum.point, &exact) < 1e-6, "{unit}: {minimum:?}");
    }
}

#[test]
fn lbfgs_says_why_it_stopped() {
    let start = [-1.2, 1.0];
    let stop = |settings: Lbfgs| settings.minimize(&start, rosenbrock, unwatched).unwrap();
    let default = Lbfgs::default;

    let minimum = stop(default());
    assert_eq!(minimum.stop, Stop::Gradient);

    let coarse = stop(Lbfgs {
        change_tolerance: 0.5,
        ..default()
    });
    assert_eq!(coarse.stop, Stop::Change);

    for evaluations in 1..minimum.evaluations {
        let short = stop(Lbfgs {
            evaluations,
            ..default()
        });
        assert_eq!(
            (short.stop, short.evaluations),
            (Stop::Evaluations, evaluations)
        );
        let value = rosenbrock(&short.point, &mut [0.0; 2]);
        assert_eq!(short.value, value, "the value is that of the point");
    }

    let watched = default()
        .minimize(&start, rosenbrock, |now| match now.step {
            5 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .unwrap();
    assert_eq!((watched.stop, watched.steps), (Stop::Watcher, 5));

    let wrong_sign = |x: &[f64], gradient: &mut [f64]| {
        gradient[0] = -2.0 * x[0];
        x[0] * x[0]
    };
    let minimum = default().minimize(&[3.0], wrong_sign, unwatched).unwrap();
    assert_eq!((minimum.stop, minimum.value), (Stop::NoDescent, 9.0));
}

#[test]
fn lbfgs_backs_off_from_where_the_loss_is_not_finite() {
    // 9x - ln x, a number only to the right of 0: the first step from 1/2, of length 1, goes too far.
    let mut outside = 0;
    let barrier = |x: &[f64], gradient: &mut [f64]| {
        outside += usize::from(x[0] <= 0.0);
        gradient[0] = 9.0 - 1.0 / x[0];
        9.0 * x[0] - x[0].ln()
    };
    let minimum = to_the_end().minimize(&[0.5], barrier, unwatched).unwrap();
    assert!((minimum.point[0] - 1.0 / 9.0).abs() < 1e-8, "{minimum:?}");
    assert!(outside > 0);
}

#[test]
fn a_loss_that_is_not_finite_is_an_error_with_its_step() {
    let minimize = |loss: fn(f64) -> (f64, f64)| {
        let loss = |x: &[f64], gradient: &mut [f64]| {
            let value;
            (value, gradient[0]) = loss(x[0]);
            value
        };
        let error = Lbfgs::default()
            .minimize(&[1.0], loss, unwatched)
            .unwrap_err();
        error.to_string()
    };
    assert_eq!(
        minimize(|_| (f64::INFINITY, 1.0)),
        "the run diverged at step 0: the loss is inf"
    );
    assert_eq!(
        minimize(|_| (1.0, f64::NAN)),
        "the run diverged at step 0: the loss is NaN"
    );
    // Finite at the start and nowhere else.
    assert_eq!(
        minimize(|x| if x == 1.0 {
            (1.0, 1.0)
        } else {
            (f64::NAN, 1.0)
        }),
        "the run diverged at step 1: the loss is NaN"
    );
}

#[test]
fn every_unfit_setting_of_lbfgs_is_one_sentence_with_its_value() {
    let default = Lbfgs::default;
    let cases = [
        (
            Lbfgs {
                memory: 0,
                ..default()
            },
            "memory = 0 remembers no curvature: at least 1 is needed",
        ),
        (
            Lbfgs {
                evaluations: 0,
                ..default()
            },
            "evaluations = 0 does not even reach the start: at least 1 is needed",
        ),
        (
            Lbfgs {
                gradient_tolerance: -1.0,
                ..default()
            },
            "gradient_tolerance = -1 must be zero or a positive number",
        ),
        (
            Lbfgs {
                change_tolerance: f64::NAN,
                ..default()
            },
            "change_tolerance = NaN must be zero or a positive number",
        ),
    ];
    for (settings, sentence) in cases {
        let error = settings
            .minimize(&[1.0, 1.0], rosenbrock, unwatched)
            .unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn lbfgs_leaves_alone_what_is_too_flat_to_be_squared() {
    // The square of the second slope is subnormal.
    let bowl = |x: &[f64], gradient: &mut [f64]| {
        gradient.copy_from_slice(&[2.0 * x[0], 1e-158]);
        x[0] * x[0] + 1e-158 * x[1]
    };
    let minimum = to_the_end().minimize(&[1.0, 1.0], bowl, |now| {
        assert_eq!(now.gradient[1], 0.0);
        ControlFlow::Continue(())
    });
    assert_eq!(minimum.unwrap().point, [0.0, 1.0]);
}
