//! A learned Lagrangian: its accelerations and their gradient, against differences of the plainest code there is.

use hnn::learning::{Batch, Differentiable, LagrangianLoss};
use hnn::measure::{Comparison, Differences};
use hnn::mechanics::{Form, LearnedLagrangian, Motion};
use hnn::model::Activation;
use hnn::phase_space::{Angles, Points};
use hnn::random::{Gaussian, RandomSource};

fn random_points(rows: usize, columns: usize, random: &mut Gaussian) -> Points {
    Points::from_shape_simple_fn((rows, columns), || random.uniform(-1.0, 1.0))
}

/// The forms that have a mass from the start, of one to three degrees of freedom.
fn forms() -> impl Iterator<Item = (usize, Form)> {
    (1..=3).flat_map(|degrees| [Form::General, Form::Structured].map(|form| (degrees, form)))
}

/// Every second position is an angle.
fn angles(degrees: usize) -> Vec<bool> {
    (0..degrees).map(|i| i % 2 == 1).collect()
}

fn model(
    degrees: usize,
    form: Form,
    hidden: &[usize],
    activation: Activation,
    random: &mut Gaussian,
) -> LearnedLagrangian {
    let mut model = LearnedLagrangian::random(
        &Angles::new(&angles(degrees)),
        form,
        hidden,
        activation,
        random,
    )
    .unwrap();
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
        for (degrees, form) in forms().chain((1..=3).map(|degrees| (degrees, Form::Free))) {
            for hidden in [&[5][..], &[6, 4], &[4, 5, 4]] {
                let model = model(degrees, form, hidden, activation, random);
                let points = random_points(131, 2 * degrees, random);
                let field = random_points(131, 2 * degrees, random);
                let batch = Batch {
                    points: points.view(),
                    field: field.view(),
                    energy: None,
                };
                let losses = [
                    LagrangianLoss::of_equation,
                    LagrangianLoss::of_accelerations,
                ];
                for (which, of) in losses.into_iter().enumerate() {
                    // A free form has no mass to divide by.
                    if which == 1 && form == Form::Free {
                        continue;
                    }
                    let mut loss = of(&model);
                    let mut gradient = vec![f64::NAN; model.network().parameters().len()];
                    let value = loss.value_and_gradient(model.network(), batch, &mut gradient);
                    assert_eq!(value, loss.value(model.network(), batch).unwrap());
                    let differences = Differences::of(model.network(), 2e-5, usize::MAX, || {
                        let mut loss = of(&model);
                        move |network| loss.value(network, batch).unwrap()
                    });
                    let comparison = Comparison::of(&gradient, &differences.slopes);
                    assert!(
                        comparison.compared * 10 >= gradient.len() * 9
                            && comparison.relative_error < 1e-6,
                        "{activation} {form:?} {hidden:?} {which}: {comparison:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn accelerations_obey_the_equation_that_they_were_solved_from() {
    let random = &mut Gaussian::from_seed(6);
    for (degrees, form) in forms() {
        let model = model(degrees, form, &[6, 5], Activation::Silu, random);
        let points = random_points(9, 2 * degrees, random);
        let mut motion = Motion::new(&model, 9);
        let a = motion
            .accelerations(model.network(), points.view())
            .unwrap()
            .to_owned();
        let residuals = motion.residuals(model.network(), points.view(), a.view());
        assert!(residuals.iter().all(|r| r.abs() < 1e-13), "{residuals}");
        let none = ndarray::Array2::zeros(a.dim());
        let residuals = motion.residuals(model.network(), points.view(), none.view());
        assert!(residuals.iter().any(|r| r.abs() > 1e-3), "{residuals}");
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
            _ => Form::Structured,
        };
        let (activation, random) = (
            case.activation.parse().unwrap(),
            &mut Gaussian::from_seed(0),
        );
        let mut model = LearnedLagrangian::random(
            &Angles::new(&angles(n)),
            form,
            &case.hidden,
            activation,
            random,
        )
        .unwrap();
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
        let value = LagrangianLoss::of_accelerations(&model).value_and_gradient(
            model.network(),
            batch,
            &mut gradient,
        );
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
        let model = model(degrees, form, &[7, 6], Activation::Tanh, random);
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
            motion.lagrangian_and_energy(model.network(), 0)[1]
        };
        let rate = (energy(1e-5) - energy(-1e-5)) / 2e-5;
        assert!(rate.abs() < 1e-8, "{form:?}: {rate}");
    }
}
