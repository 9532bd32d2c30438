//! How long the engine takes: `cargo bench --package hnn-benches`. The peers in `peers/` do the same work on the same numbers, see `problem`.

#[path = "peers/problem.rs"]
mod problem;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hnn::mechanics::{Exact, Method};
use hnn::model::{Activation, Network};
use hnn::notebook::{Notebook, Settings};
use hnn::random::{Gaussian, RandomSource};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2};
use problem::{Hand, Hnn, Lnn, Step, WIDTHS};

/// Steps that a late one comes after.
const LATE: usize = 20_000;

/// One training step, the next batch each time.
fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step");
    let mut hand = Hand::new();
    group.bench_function("notebook", |bencher| {
        bencher.iter(|| black_box(hand.step()))
    });
    // By then some units have been silent for long, and what Adam remembers of their gradients has faded.
    for _ in 0..LATE {
        hand.step();
    }
    group.bench_function("notebook-late", |bencher| {
        bencher.iter(|| black_box(hand.step()))
    });
    let mut hnn = Hnn::new();
    group.bench_function("hnn", |bencher| bencher.iter(|| black_box(hnn.step())));
    let mut lnn = Lnn::new();
    group.bench_function("lnn", |bencher| bencher.iter(|| black_box(lnn.step())));
}

/// ∇H at 1,000 points.
fn field(criterion: &mut Criterion) {
    let network = problem::network(Activation::Tanh);
    let points = problem::points(1000);
    let mut group = criterion.benchmark_group("field");
    group.bench_function("exact", |bencher| {
        bencher.iter(|| network.gradient(black_box(points.view())))
    });
}

/// Ten true periods of implicit midpoint with a step of 0.1 along the exact field of a network that has learned some.
fn rollout(criterion: &mut Criterion) {
    let network = learned();
    let mut group = criterion.benchmark_group("rollout");
    group.sample_size(10);
    group.bench_function("midpoint", |bencher| {
        bencher.iter(|| {
            let mut exact = Exact::of(&network);
            let path = Method::ImplicitMidpoint.trajectory(|z| exact.at(z), [1.0, 0.0], 0.1, 629);
            path.expect("a learned field is smooth")
        })
    });
}

fn learned() -> Network {
    let mut hnn = Hnn::new();
    for _ in 0..2000 {
        hnn.step();
    }
    hnn.network().clone()
}

/// One epoch of the notebook: 8,000 training points in batches of 32 and 2,000 to validate on.
fn epoch(criterion: &mut Criterion) {
    let settings = Settings {
        epochs: 1,
        ..Settings::default()
    };
    let notebook = Notebook::new(settings).expect("the notebook's own settings");
    let mut group = criterion.benchmark_group("epoch");
    group.sample_size(10);
    group.bench_function("notebook", |bencher| {
        bencher.iter_batched(
            || notebook.clone(),
            |mut notebook| notebook.train(),
            BatchSize::SmallInput,
        )
    });
}

/// The matrix products that steps are made of, named rows x inner dimension x columns, `t` where a factor is transposed.
fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product");
    let random = &mut Gaussian::from_seed(0);
    let mut matrix = |rows, columns| -> Array2<f64> {
        Array2::from_shape_simple_fn((rows, columns), || random.uniform(-1.0, 1.0))
    };
    let width = WIDTHS[1];
    for rows in [32, 64] {
        let (values, weight, mut out) = (
            matrix(rows, width),
            matrix(width, width),
            matrix(rows, width),
        );
        let mut bench = |name: &str, weight: ArrayView2<f64>| {
            group.bench_function(format!("{rows}x128x128{name}"), |bencher| {
                bencher.iter(|| general_mat_mul(1.0, black_box(&values), &weight, 0.0, &mut out))
            });
        };
        bench("", weight.view());
        bench("t", weight.t());
        // Into the gradient of a weight matrix, from the values below and the adjoints above.
        let (adjoints, mut gradient) = (matrix(rows, width), matrix(width, width));
        group.bench_function(format!("128tx{rows}x128"), |bencher| {
            bencher.iter(|| {
                general_mat_mul(1.0, &black_box(&values).t(), &adjoints, 0.0, &mut gradient)
            })
        });
    }
}

criterion_group!(engine, steps, field, rollout, epoch, products);
criterion_main!(engine);
