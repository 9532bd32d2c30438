//! The same bits with any number of threads, in every profile, and on every CPU.
//!
//! Each kind of run is short and ends in one number: the FNV-1a hash (Fowler, Noll and Vo) of the bits of all that it
//! computed. The pinned hashes are what these tests printed on x86-64 with AVX-512; `cargo xtask qemu` runs this same
//! file on an emulated Haswell, which has AVX2, and on an emulated Nehalem, which has neither AVX nor fused multiply-add.
//! A change that moves a last digit anywhere changes a hash: if the change is meant, copy the new hash from the failure.

use std::fmt::Write as _;

use hnn::learning::{Adam, Batch, Evaluator, Loss, Optimizer, Seeds};
use hnn::measure::{Differences, Rounded, field_rmse_on_disc};
use hnn::mechanics::Difference;
use hnn::model::{Activation, Biases, Initializer, Network};
use hnn::notebook::{Notebook, Objective, Settings};
use hnn::phase_space::{Oscillator, Points, sunflower};
use hnn::random::{Gaussian, RandomSource};
use ndarray::{Array1, Array2};

/// FNV-1a over the bits of numbers, lowest byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hash(u64);

impl Hash {
    fn of<'a>(values: impl IntoIterator<Item = &'a f64>) -> Self {
        let bytes = values.into_iter().flat_map(|x| x.to_bits().to_le_bytes());
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }
}

/// Runs `work` on so many threads.
fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(work)
}

/// Three epochs of the notebook at its full width: its losses and its last weights.
fn notebook() -> Hash {
    let settings = Settings {
        samples: 400,
        epochs: 3,
        ..Settings::default()
    };
    let mut notebook = Notebook::new(settings).unwrap();
    let history = notebook.train().unwrap();
    let losses = history.train.iter().chain(&history.validation);
    Hash::of(losses.chain(notebook.network().parameters()))
}

/// The differences of the notebook's loss, one for each parameter.
fn gradient_check() -> Hash {
    let settings = Settings {
        samples: 400,
        widths: vec![2, 24, 24, 1],
        ..Settings::default()
    };
    let notebook = Notebook::new(settings).unwrap();
    let batch = notebook.even_batch();
    let differences: Differences =
        notebook.differences(&batch, 1e-4, usize::MAX, Objective::trained_loss);
    let slopes: Vec<f64> = differences.slopes.iter().copied().flatten().collect();
    Hash::of(&slopes)
}

/// Twenty exact steps of Adam on points of the unit disc: the losses, the weights and the error of the field.
fn exact_run(activation: Activation, widths: &[usize], seed: u64) -> Vec<f64> {
    let random = &mut Gaussian::from_seed(seed);
    let (lecun, biases) = (Initializer::LeCun, Biases::Uniform);
    let mut network = Network::random(widths, activation, lecun, biases, random).unwrap();
    // 150 points are more than one pass takes.
    let points: Points = Array2::from_shape_simple_fn((150, 2), || random.uniform(-1.0, 1.0));
    let truth = Oscillator::UNIT;
    let states = || points.rows().into_iter().map(|z| [z[0], z[1]]);
    let field = Points::from(states().map(|z| truth.field(z)).collect::<Vec<_>>());
    let energy: Array1<f64> = states().map(|z| truth.energy(z)).collect();
    let loss = Loss {
        l2: 1e-6,
        ..Loss::FULL
    };
    let mut evaluator = Evaluator::new(loss, &network).unwrap();
    let mut adam = Adam::new(network.parameters().len());
    let mut gradient = vec![0.0; network.parameters().len()];
    let mut values = Vec::new();
    for _ in 0..20 {
        let batch = Batch {
            points: points.view(),
            field: field.view(),
            energy: Some(energy.view()),
        };
        values.push(evaluator.value_and_gradient(&network, batch, &mut gradient));
        adam.step(1e-3, network.parameters_mut(), &gradient);
    }
    values.push(field_rmse_on_disc(&network, truth));
    values.extend(network.parameters());
    values
}

/// Exact runs of four seeds, one a worker, at widths that no kernel's tile divides and at full width.
fn exact(activation: Activation) -> Hash {
    let runs = Seeds::new(0, 4).each(|seed| {
        let width = [1, 19, 45, 128][seed as usize];
        Ok(exact_run(activation, &[2, width, width, 1], seed))
    });
    Hash::of(runs.unwrap().iter().flatten())
}

/// The field in single precision: exactly, and by differences.
fn single(activation: Activation) -> Hash {
    let random = &mut Gaussian::from_seed(0);
    let (lecun, biases) = (Initializer::LeCun, Biases::Uniform);
    let widths = [2, 45, 128, 1];
    let network = Network::random(&widths, activation, lecun, biases, random).unwrap();
    let rounded = Rounded::<f32>::of(&network);
    let points = sunflower(200);
    let differences = [Difference::Forward(1e-3), Difference::Central(1e-2)];
    let by_differences = differences.map(|difference| {
        let field = rounded.differenced_field(difference, points.view());
        field.unwrap()
    });
    let exact = rounded.field(points.view());
    Hash::of([exact].iter().chain(&by_differences).flatten())
}

/// Every activation and its derivatives, from -40 to 40.
fn activations() -> Hash {
    let jets = Activation::ALL.iter().flat_map(|activation| {
        (-4000..=4000).map(|hundredth| activation.jet(0.01 * f64::from(hundredth)))
    });
    let values: Vec<[f64; 3]> = jets
        .map(|jet| [jet.value, jet.slope, jet.curvature])
        .collect();
    Hash::of(values.iter().flatten())
}

/// A run of a network with one layer, which has no matrix product, only products of a matrix with a vector.
fn no_hidden_layer() -> Hash {
    Hash::of(&exact_run(Activation::Identity, &[2, 1], 0))
}

/// Every kind of run with its hash, one a line.
fn hashes() -> String {
    let mut lines = String::new();
    let mut line = |name: String, Hash(hash): Hash| {
        writeln!(lines, "{name:<24}{hash:016x}").unwrap();
    };
    line("activations".into(), activations());
    line("no hidden layer".into(), no_hidden_layer());
    line("notebook".into(), notebook());
    line("gradient check".into(), gradient_check());
    for activation in Activation::ALL {
        line(format!("exact {activation}"), exact(activation));
        line(format!("single {activation}"), single(activation));
    }
    lines
}

const PINNED: &str = "\
activations             862b26dfdeef8bc0
no hidden layer         81333b89ebed2198
notebook                d7603e06f151a3ce
gradient check          0c0f5c97c44ba8f9
exact relu              e803a3a4ee24311d
single relu             4219100ddf208479
exact squared-relu      b6d3d486f490d75b
single squared-relu     0f8052fe1519fdd7
exact tanh              4782886d5b3085e6
single tanh             1a259fe864cc2b0a
exact softplus          575a5800e73a6d1c
single softplus         ec4b1675c992c440
exact silu              fad4c72cda4bef3f
single silu             cc04089ff8ba9661
exact gelu              ffe6e2c94ad3a2bc
single gelu             b3ef22452329ddac
exact sin               0db14729430aca3c
single sin              0dfde895c409c76a
exact identity          b3a2ee75d81961bd
single identity         727c6504c5aca1d0
";

#[test]
fn every_run_ends_in_its_pinned_bits() {
    let hashes = hashes();
    assert!(hashes == PINNED, "pinned:\n{PINNED}\nnow:\n{hashes}");
}

#[test]
fn one_thread_and_two_give_the_same_bits() {
    assert_eq!(on_threads(1, hashes), on_threads(2, hashes));
}

#[test]
fn one_bit_more_is_another_hash() {
    let next = f64::from_bits(1f64.to_bits() + 1);
    assert_ne!(Hash::of(&[1.0]), Hash::of(&[next]));
    // The published test vector of the empty string.
    assert_eq!(Hash::of(&[]), Hash(0xcbf2_9ce4_8422_2325));
}
