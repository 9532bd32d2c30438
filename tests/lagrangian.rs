//! A learned Lagrangian: its accelerations and their gradient, against differences of the plainest code there is.

use hnn::learning::{AccelerationLoss, Batch, Differentiable};
use hnn::measure::{Comparison, Differences};
use hnn::mechanics::{Form, LearnedLagrangian, Motion};
use hnn::model::Activation;
use hnn::phase_space::Points;
use hnn::random::{Gaussian, RandomSource};

fn random_points(rows: usize, columns: usize, random: &mut Gaussian) -> Points {
    Points::from_shape_simple_fn((rows, columns), || random.uniform(-1.0, 1.0))
}

/// Both forms, of one to three degrees of freedom, every second position an angle.
fn forms() -> Vec<(usize, Form)> {
    let angles = |degrees: usize| (0..degrees).map(|i| i % 2 == 1).collect();
    (1..=3)
        .flat_map(|degrees| {
            [Form::General, Form::Structured(angles(degrees))].map(|form| (degrees, form))
        })
        .collect()
}

fn model(
    degrees: usize,
    form: Form,
    hidden: &[usize],
    activation: Activation,
    random: &mut Gaussian,
) -> LearnedLagrangian {
    let mut model = LearnedLagrangian::random(degrees, form, hidden, activation, random).unwrap();
    // Small enough that M of the general form stays near 1, biases and all.
    for parameter in model.network_mut().parameters_mut() {
        *parameter = 0.6 * *parameter + 0.1 * random.standard();
    }
    model
}

#[test]
fn every_gradient_of_a_loss_of_accelerations_is_the_slope_of_its_loss() {
    let random = &mut Gaussian::from_seed(5);
    for activation in [
        Activation::Tanh,
        Activation::Softplus,
        Activation::Silu,
        Activation::Gelu,
        Activation::Sin,
    ] {
        for (degrees, form) in forms() {
            for hidden in [&[5][..], &[6, 4], &[4, 5, 4]] {
                let model = model(degrees, form.clone(), hidden, activation, random);
                let points = random_points(131, 2 * degrees, random);
                let field = random_points(131, 2 * degrees, random);
                let batch = Batch {
                    points: points.view(),
                    field: field.view(),
                    energy: None,
                };
                let mut loss = AccelerationLoss::new(&model);
                let mut gradient = vec![f64::NAN; model.network().parameters().len()];
                let value = loss.value_and_gradient(model.network(), batch, &mut gradient);
                assert_eq!(value, loss.value(model.network(), batch).unwrap());
                let differences = Differences::of(model.network(), 2e-5, usize::MAX, || {
                    let mut loss = AccelerationLoss::new(&model);
                    move |network| loss.value(network, batch).unwrap()
                });
                let comparison = Comparison::of(&gradient, &differences.slopes);
                assert!(
                    comparison.compared * 10 >= gradient.len() * 9
                        && comparison.relative_error < 1e-6,
                    "{activation} {form:?} {hidden:?}: {comparison:?}"
                );
            }
        }
    }
}

/// A case of `tests/golden/lagrangian`.
#[derive(serde::Deserialize)]
struct Case {
    activation: String,
    form: String,
    degrees: usize,
    hidden: Vec<usize>,
    value: f64,
    accelerations: Vec<f64>,
    gradient: Vec<f64>,
}

/// The numbers that `generate.py` makes.
fn sequence(count: usize, step: usize, scale: f64) -> Vec<f64> {
    let number = |i: usize| scale * (((step * i + 500) % 1009) as f64 / 1009.0 - 0.5);
    (0..count).map(number).collect()
}

/// The largest difference, over the largest number.
fn apart(ours: &[f64], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let largest =
        |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0, |a: f64, b| a.max(b.abs()));
    largest(&mut ours.iter().zip(theirs).map(|(a, b)| a - b)) / largest(&mut theirs.iter().copied())
}

#[test]
fn accelerations_and_gradients_are_those_of_jax() {
    const POINTS: usize = 17;
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/lagrangian/cases.json"
    );
    let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(cases.len(), 94);
    for case in cases {
        let n = case.degrees;
        let form = match case.form.as_str() {
            "general" => Form::General,
            _ => Form::Structured((0..n).map(|i| i % 2 == 1).collect()),
        };
        let (activation, random) = (
            case.activation.parse().unwrap(),
            &mut Gaussian::from_seed(0),
        );
        let mut model =
            LearnedLagrangian::random(n, form, &case.hidden, activation, random).unwrap();
        let parameters = model.network_mut().parameters_mut();
        parameters.copy_from_slice(&sequence(parameters.len(), 377, 1.0));
        let points =
            Points::from_shape_vec((POINTS, 2 * n), sequence(POINTS * 2 * n, 619, 3.0)).unwrap();
        let truths = sequence(POINTS * n, 233, 2.0);
        let field = Points::from_shape_fn((POINTS, 2 * n), |(row, i)| {
            if i < n {
                f64::NAN
            } else {
                truths[row * n + i - n]
            }
        });
        let learned: Vec<f64> = Motion::new(&model, POINTS)
            .accelerations(model.network(), points.view())
            .unwrap()
            .iter()
            .copied()
            .collect();
        let batch = Batch {
            points: points.view(),
            field: field.view(),
            energy: None,
        };
        let mut gradient = vec![0.0; model.network().parameters().len()];
        let value =
            AccelerationLoss::new(&model).value_and_gradient(model.network(), batch, &mut gradient);
        let off = [
            apart(&learned, &case.accelerations),
            apart(&[value], &[case.value]),
            apart(&gradient, &case.gradient),
        ];
        assert!(
            off.iter().all(|&off| off < 1e-11),
            "{} {} {n} {:?}: {off:?}",
            case.activation,
            case.form,
            case.hidden
        );
    }
}

#[test]
fn accelerations_keep_the_energy_and_solve_euler_and_lagrange_s_equation() {
    let random = &mut Gaussian::from_seed(8);
    for (degrees, form) in forms() {
        let model = model(degrees, form.clone(), &[7, 6], Activation::Tanh, random);
        let mut motion = Motion::new(&model, 2);
        let z = random_points(1, 2 * degrees, random);
        let a = motion
            .accelerations(model.network(), z.view())
            .unwrap()
            .to_owned();
        // The energy along (v, a) does not change.
        let moved = |t: f64| {
            let mut z = z.clone();
            for i in 0..degrees {
                z[[0, i]] += t * z[[0, degrees + i]];
                z[[0, degrees + i]] += t * a[[0, i]];
            }
            z
        };
        let mut energy = |t: f64| {
            motion
                .accelerations(model.network(), moved(t).view())
                .unwrap();
            let mut energy = [0.0];
            motion.energies(model.network(), &mut energy);
            energy[0]
        };
        let rate = (energy(1e-5) - energy(-1e-5)) / 2e-5;
        assert!(rate.abs() < 1e-8, "{form:?}: {rate}");
    }
}
