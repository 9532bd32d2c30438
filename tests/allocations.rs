//! A training step allocates nothing: all room is made by the first.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hnn::learning::{
    Adam, Batch, Descent, Differentiable, Evaluator, Frozen, L2, LagrangianLoss, Loss, Optimizer,
    Schedule, descend, unobserved,
};
use hnn::mechanics::{Form, LearnedLagrangian};
use hnn::model::{Activation, Biases, Initializer, Network};
use hnn::notebook::{Notebook, Settings};
use hnn::phase_space::{Angles, Oscillator, disc};
use hnn::random::{Gaussian, RandomSource};
use ndarray::{Array1, Array2, s};

/// The system's allocator, with a count for each thread of what it was asked for.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    COUNT.with(|count| count.set(count.get() + 1));
}

// SAFETY: every call is handed on to the system's allocator as it came.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread allocates in `work`.
fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

/// What every one of ten steps after the first allocates.
fn allocations_of_a_step(mut step: impl FnMut()) -> usize {
    step();
    let counts: Vec<usize> = (0..10).map(|_| allocations(&mut step)).collect();
    assert!(counts.iter().all(|&count| count == counts[0]), "{counts:?}");
    counts[0]
}

/// The allocations of an exact step: the gradient of this loss over `rows` points, and Adam.
fn exact_step(widths: &[usize], loss: Loss, rows: usize) -> usize {
    let random = &mut Gaussian::from_seed(0);
    let (lecun, biases) = (Initializer::LeCun, Biases::Zero);
    let mut network = Network::random(widths, Activation::Tanh, lecun, biases, random).unwrap();
    let mut uniform = || random.uniform(-1.0, 1.0);
    let points = Array2::from_shape_simple_fn((rows, widths[0]), &mut uniform);
    let field = Array2::from_shape_simple_fn((rows, widths[0]), &mut uniform);
    let energy = Array1::from_shape_simple_fn(rows, &mut uniform);
    let mut evaluator = Evaluator::new(loss, &network).unwrap();
    let mut adam = Adam::new(network.parameters().len());
    let mut gradient = vec![0.0; network.parameters().len()];
    allocations_of_a_step(|| {
        let batch = Batch {
            points: points.view(),
            field: field.view(),
            energy: Some(energy.view()),
        };
        evaluator.value_and_gradient(&network, batch, &mut gradient);
        adam.step(1e-3, network.parameters_mut(), &gradient);
    })
}

#[test]
fn a_vector_on_the_heap_is_counted() {
    let heap = || {
        std::hint::black_box(vec![1.0; 9]);
    };
    let stack = || {
        std::hint::black_box([1.0; 9]);
    };
    assert_eq!((allocations(heap), allocations(stack)), (1, 0));
}

#[test]
fn an_exact_step_allocates_nothing() {
    let shapes: [&[usize]; 4] = [&[2, 1], &[2, 16, 1], &[4, 8, 5, 1], &[2, 128, 128, 128, 1]];
    let l2 = Loss {
        l2: 1e-6,
        ..Loss::FULL
    };
    for widths in shapes {
        for rows in [1, 128, 3 * 128] {
            for loss in [Loss::FIELD, Loss::ENERGY, Loss::FULL, l2] {
                assert_eq!(exact_step(widths, loss, rows), 0, "{widths:?} {loss:?}");
            }
        }
    }
}

#[test]
fn a_longer_run_allocates_no_more_than_a_short_one() {
    let run_of = |steps| {
        let mut random = Gaussian::from_seed(0);
        let data = disc(&Oscillator::UNIT, 1.0, 100, &mut random).unwrap();
        let widths = [2, 16, 1];
        let (lecun, biases) = (Initializer::LeCun, Biases::Zero);
        let network = Network::random(&widths, Activation::Tanh, lecun, biases, &mut random);
        let mut network = network.unwrap();
        let mut loss = Evaluator::new(Loss::FULL, &network).unwrap();
        let descent = Descent {
            batch_size: 32,
            steps,
            rate: 1e-3,
            schedule: Schedule::Cosine,
        };
        let adam = Adam::new(network.parameters().len());
        let mut optimizer = Frozen::biases(L2::new(adam, 1e-6).unwrap(), &network);
        allocations(|| {
            let (loss, optimizer, random) = (&mut loss, &mut optimizer, &mut random);
            let look = unobserved;
            descend(&mut network, loss, &data, &descent, optimizer, random, look).unwrap();
        })
    };
    assert_eq!(run_of(10), run_of(50));
}

#[test]
fn a_step_of_the_notebook_allocates_nothing() {
    let settings = Settings {
        samples: 500,
        ..Settings::default()
    };
    let notebook = Notebook::new(settings.clone()).unwrap();
    let mut network = notebook.network().clone();
    let mut objective = notebook.objective();
    let batch = notebook
        .training_data()
        .slice_move(s![..settings.batch_size, ..]);
    let mut adam = Adam::new(network.parameters().len());
    let mut gradient = vec![0.0; network.parameters().len()];
    let step = || {
        objective.hand_gradient(&network, batch, &mut gradient);
        adam.step(1e-3, network.parameters_mut(), &gradient);
    };
    assert_eq!(allocations_of_a_step(step), 0);
    let terms = || {
        std::hint::black_box(objective.terms(&network, batch));
    };
    assert_eq!(allocations_of_a_step(terms), 0);
}

#[test]
fn a_step_of_a_lagrangian_allocates_nothing() {
    for form in [Form::General, Form::Structured] {
        let random = &mut Gaussian::from_seed(0);
        let mut model = LearnedLagrangian::random(
            &Angles::new(&[true, false]),
            form,
            &[16, 16],
            Activation::Tanh,
            random,
        )
        .unwrap();
        let mut uniform = || random.uniform(-1.0, 1.0);
        let points = Array2::from_shape_simple_fn((200, 4), &mut uniform);
        let field = Array2::from_shape_simple_fn((200, 4), &mut uniform);
        let mut loss = LagrangianLoss::of_accelerations(&model);
        let mut adam = Adam::new(model.network().parameters().len());
        let mut gradient = vec![0.0; model.network().parameters().len()];
        let count = allocations_of_a_step(|| {
            let batch = Batch {
                points: points.view(),
                field: field.view(),
                energy: None,
            };
            let value = loss.value_and_gradient(model.network(), batch, &mut gradient);
            assert!(value.is_finite());
            adam.step(1e-3, model.network_mut().parameters_mut(), &gradient);
        });
        assert_eq!(count, 0, "{:?}", model.form());
    }
}
