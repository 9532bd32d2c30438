//! The engine against JAX, and against what must hold for any network.
//!
//! `tests/golden/engine/README.md` says how JAX's values were made.

use std::path::Path;

use hnn::learning::{Batch, Evaluator, Loss};
use hnn::measure::{Comparison, Differences};
use hnn::model::{Activation, Biases, Initializer, Network};
use hnn::random::{Gaussian, RandomSource};
use ndarray::{Array1, Array2, Axis, s};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    activation: String,
    widths: Vec<usize>,
    field: f64,
    energy: f64,
    l2: f64,
    value: f64,
    gradient: Vec<f64>,
}

/// The numbers that `generate.py` makes by the same formula, to the last bit.
fn sequence(count: usize, step: usize, scale: f64) -> Vec<f64> {
    let number = |i| scale * (((step * i + 500) % 1009) as f64 / 1009.0 - 0.5);
    (0..count).map(number).collect()
}

fn norm(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// ‖ours - reference‖ / ‖reference‖.
fn apart(ours: &[f64], reference: &[f64]) -> f64 {
    assert_eq!(ours.len(), reference.len());
    let difference = ours.iter().zip(reference).map(|(a, b)| a - b);
    norm(difference) / norm(reference.iter().copied())
}

/// Points with a field and energies.
struct Data {
    points: Array2<f64>,
    field: Array2<f64>,
    energy: Array1<f64>,
}

impl Data {
    /// Uniform in [-1, 1), all of it: nothing that any network could learn.
    fn random(count: usize, inputs: usize, random: &mut Gaussian) -> Self {
        let mut uniform =
            |columns| Array2::from_shape_simple_fn((count, columns), || random.uniform(-1.0, 1.0));
        Self {
            points: uniform(inputs),
            field: uniform(inputs),
            energy: uniform(1).remove_axis(Axis(1)),
        }
    }

    fn batch(&self) -> Batch<'_> {
        Batch {
            points: self.points.view(),
            field: self.field.view(),
            energy: Some(self.energy.view()),
        }
    }

    fn part(&self, rows: std::ops::Range<usize>) -> Batch<'_> {
        Batch {
            points: self.points.slice(s![rows.clone(), ..]),
            field: self.field.slice(s![rows.clone(), ..]),
            energy: Some(self.energy.slice(s![rows])),
        }
    }
}

fn value_and_gradient(loss: Loss, network: &Network, batch: Batch) -> (f64, Vec<f64>) {
    let mut gradient = vec![f64::NAN; network.parameters().len()];
    let mut evaluator = Evaluator::new(loss, network).unwrap();
    let value = evaluator.value_and_gradient(network, batch, &mut gradient);
    (value, gradient)
}

/// A whole number from `low` to `high`, both included.
fn whole(low: usize, high: usize, random: &mut Gaussian) -> usize {
    random.uniform(low as f64, (high + 1) as f64) as usize
}

/// Two or four inputs and up to three hidden layers of up to 20 units.
fn random_widths(random: &mut Gaussian) -> Vec<usize> {
    let mut widths = vec![2 * whole(1, 2, random)];
    for _ in 0..whole(0, 3, random) {
        widths.push(whole(1, 20, random));
    }
    widths.push(1);
    widths
}

fn random_network(activation: Activation, biases: Biases, random: &mut Gaussian) -> Network {
    let widths = random_widths(random);
    Network::random(&widths, activation, Initializer::LeCun, biases, random).unwrap()
}

fn random_loss(random: &mut Gaussian) -> Loss {
    [
        Loss::FIELD,
        Loss::ENERGY,
        Loss::FULL,
        Loss {
            field: random.uniform(0.1, 2.0),
            energy: random.uniform(0.1, 2.0),
            l2: random.uniform(0.0, 0.1),
        },
    ][whole(0, 3, random)]
}

/// Runs `prove` for every activation on networks of many seeds.
fn for_any_network(biases: Biases, mut prove: impl FnMut(&str, &Network, &mut Gaussian)) {
    for activation in Activation::ALL {
        for seed in 0..12 {
            let random = &mut Gaussian::from_seed(seed);
            let network = random_network(activation, biases, random);
            let name = format!("{activation}, seed {seed}");
            prove(&name, &network, random);
        }
    }
}

#[test]
fn values_and_gradients_are_those_of_jax() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/engine/cases.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 256);
    let (mut worst_value, mut worst_gradient) = (0.0f64, 0.0f64);
    for case in &cases {
        let activation: Activation = case.activation.parse().unwrap();
        let mut network = Network::zeros(&case.widths, activation).unwrap();
        let parameters = sequence(network.parameters().len(), 377, 2.0);
        network.parameters_mut().copy_from_slice(&parameters);
        let (count, inputs) = (131, case.widths[0]);
        let rows = |step, scale| {
            Array2::from_shape_vec((count, inputs), sequence(count * inputs, step, scale)).unwrap()
        };
        let data = Data {
            points: rows(619, 3.0),
            field: rows(233, 2.0),
            energy: Array1::from(sequence(count, 89, 2.0)),
        };
        let loss = Loss {
            field: case.field,
            energy: case.energy,
            l2: case.l2,
        };
        let (value, gradient) = value_and_gradient(loss, &network, data.batch());
        let by_value = apart(&[value], &[case.value]);
        let by_gradient = apart(&gradient, &case.gradient);
        assert!(
            by_value < 1e-13 && by_gradient < 1e-12,
            "{} {:?} {loss:?}: value {by_value:.1e}, gradient {by_gradient:.1e}",
            case.activation,
            case.widths
        );
        worst_value = worst_value.max(by_value);
        worst_gradient = worst_gradient.max(by_gradient);
    }
    println!("worst value {worst_value:.1e}, worst gradient {worst_gradient:.1e}");
}

#[test]
fn the_gradient_of_any_loss_is_its_central_difference() {
    let mut worst = 0.0f64;
    for_any_network(Biases::Uniform, |name, network, random| {
        let loss = random_loss(random);
        let data = Data::random(whole(1, 40, random), network.inputs(), random);
        let batch = data.batch();
        let (_, gradient) = value_and_gradient(loss, network, batch);
        let differences = Differences::of(network, 2e-5, usize::MAX, || {
            let mut evaluator = Evaluator::new(loss, network).unwrap();
            move |network| evaluator.value(network, batch)
        });
        let comparison = Comparison::of(&gradient, &differences.slopes);
        assert!(
            comparison.relative_error < 1e-7 && comparison.compared * 10 >= gradient.len() * 7,
            "{name}: {loss:?} {comparison:?}"
        );
        worst = worst.max(comparison.relative_error);
    });
    println!("worst {worst:.1e}");
}

#[test]
fn slopes_are_the_differences_of_the_energy() {
    const H: f64 = 1e-5;
    for_any_network(Biases::Uniform, |name, network, random| {
        let points = Data::random(30, network.inputs(), random).points;
        let slopes = network.gradient(points.view());
        for column in 0..network.inputs() {
            let moved = |by: f64| {
                let mut moved = points.clone();
                moved.column_mut(column).mapv_inplace(|x| x + by);
                network.energy(moved.view())
            };
            let [wide, narrow] = [H, H / 2.0].map(|h| (moved(h) - moved(-h)) / (2.0 * h));
            let mut judged = 0;
            for (row, &slope) in slopes.column(column).iter().enumerate() {
                // Where the two disagree, a kink lies between the neighbours.
                if (wide[row] - narrow[row]).abs() < 1e-8 {
                    assert!(
                        (slope - narrow[row]).abs() < 1e-8,
                        "{name}: {slope} and {}",
                        narrow[row]
                    );
                    judged += 1;
                }
            }
            assert!(judged >= 28, "{name}: only {judged} of 30 points judged");
        }
    });
}

#[test]
fn a_relu_network_without_biases_obeys_euler_at_any_depth() {
    // H(s x) = sᵈ H(x) for s > 0, so x·∇H = d H; d doubles with every layer of squared units.
    for_any_network(Biases::Zero, |name, network, random| {
        let hidden = network.blocks().len() / 2 - 1;
        let degree = match network.activation() {
            Activation::Relu => 1.0,
            Activation::SquaredRelu => (1 << hidden) as f64,
            _ => return,
        };
        let points = Data::random(20, network.inputs(), random).points;
        let along = (&points * &network.gradient(points.view())).sum_axis(Axis(1));
        let energies = network.energy(points.view());
        for (along, h) in along.iter().zip(&energies) {
            let scale = 1.0 + h.abs();
            assert!(
                (along - degree * h).abs() < 1e-12 * scale,
                "{name}: {along} {h}"
            );
        }
    });
}

/// The network with the units of hidden layer `layer` (from 1) in the order `order`, and where each parameter came from.
fn permuted(network: &Network, layer: usize, order: &[usize]) -> (Network, Vec<usize>) {
    let blocks = network.blocks();
    let mut from: Vec<usize> = (0..network.parameters().len()).collect();
    let width = order.len();
    let [weight, bias, next] = [0, 1, 2].map(|index| &blocks[2 * (layer - 1) + index]);
    for (to, &source) in order.iter().enumerate() {
        for row in 0..weight.shape.0 {
            from[weight.range.start + row * width + to] = weight.range.start + row * width + source;
        }
        from[bias.range.start + to] = bias.range.start + source;
        for column in 0..next.shape.1 {
            let index = |unit| next.range.start + unit * next.shape.1 + column;
            from[index(to)] = index(source);
        }
    }
    let mut permuted = network.clone();
    for (to, &source) in from.iter().enumerate() {
        permuted.parameters_mut()[to] = network.parameters()[source];
    }
    (permuted, from)
}

#[test]
fn hidden_units_may_change_places() {
    for_any_network(Biases::Uniform, |name, network, random| {
        let hidden = network.blocks().len() / 2 - 1;
        let data = Data::random(20, network.inputs(), random);
        let loss = random_loss(random);
        let (value, gradient) = value_and_gradient(loss, network, data.batch());
        for layer in 1..=hidden {
            let width = network.blocks()[2 * layer - 1].shape.1;
            let mut order: Vec<usize> = (0..width).collect();
            random.shuffle(&mut order);
            let (other, from) = permuted(network, layer, &order);
            let (other_value, other_gradient) = value_and_gradient(loss, &other, data.batch());
            let moved: Vec<f64> = from.iter().map(|&index| gradient[index]).collect();
            assert!(apart(&[other_value], &[value]) < 1e-13, "{name}");
            assert!(apart(&other_gradient, &moved) < 1e-12, "{name}");
        }
    });
}

#[test]
fn blocks_of_any_size_have_the_same_loss_and_gradient() {
    for_any_network(Biases::Uniform, |name, network, random| {
        let count = whole(1, 300, random);
        let data = Data::random(count, network.inputs(), random);
        let loss = Loss {
            l2: 0.0,
            ..random_loss(random)
        };
        let (value, gradient) = value_and_gradient(loss, network, data.batch());
        let size = whole(1, count, random);
        let (mut sum, mut gradient_sum) = (0.0, vec![0.0; gradient.len()]);
        for start in (0..count).step_by(size) {
            let rows = start..count.min(start + size);
            let share = rows.len() as f64 / count as f64;
            let (value, gradient) = value_and_gradient(loss, network, data.part(rows));
            sum += share * value;
            for (total, g) in gradient_sum.iter_mut().zip(gradient) {
                *total += share * g;
            }
        }
        assert!(apart(&[sum], &[value]) < 1e-13, "{name}: blocks of {size}");
        assert!(
            apart(&gradient_sum, &gradient) < 1e-12,
            "{name}: blocks of {size}"
        );
    });
}

#[test]
fn a_point_has_the_same_bits_in_any_company() {
    for_any_network(Biases::Uniform, |name, network, random| {
        let points = Data::random(whole(100, 300, random), network.inputs(), random).points;
        let (energies, slopes) = (
            network.energy(points.view()),
            network.gradient(points.view()),
        );
        for (row, point) in points.axis_chunks_iter(Axis(0), 1).enumerate() {
            assert_eq!(network.energy(point)[0], energies[row], "{name}");
            assert_eq!(network.gradient(point).row(0), slopes.row(row), "{name}");
        }
    });
}

#[test]
fn a_network_that_is_right_everywhere_has_no_loss_and_no_gradient() {
    for_any_network(Biases::Uniform, |name, network, random| {
        let mut data = Data::random(whole(1, 200, random), network.inputs(), random);
        data.energy = network.energy(data.points.view());
        let slopes = network.gradient(data.points.view());
        let half = network.inputs() / 2;
        data.field
            .slice_mut(s![.., ..half])
            .assign(&slopes.slice(s![.., half..]));
        data.field
            .slice_mut(s![.., half..])
            .assign(&-&slopes.slice(s![.., ..half]));
        let (value, gradient) = value_and_gradient(Loss::FULL, network, data.batch());
        assert_eq!(value, 0.0, "{name}");
        assert!(gradient.iter().all(|&g| g == 0.0), "{name}");
    });
}
