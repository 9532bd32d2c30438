//! Facts about the data sets, the scalings and the splits, and the sentence of every setting they refuse.

use std::f64::consts::{PI, TAU};

use hnn::Result;
use hnn::notebook::{Notebook, Settings};
use hnn::phase_space::{
    Affine, Dataset, Oscillator, Points, Sizes, Trajectories, Units, circle, disc, linspace,
    min_max_normalize, oscillator_trajectory, random_rings, rings,
};
use hnn::random::{Gaussian, RandomSource};
use ndarray::{Array1, ArrayView1, array, concatenate, s};

/// The mean of many numbers.
fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values
        .into_iter()
        .fold((0.0, 0), |(sum, count), x| (sum + x, count + 1));
    sum / count as f64
}

/// |a - b| / |b|, over all entries.
fn relative_error(a: &Points, b: &Points) -> f64 {
    let norm = |x: &Points| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    norm(&(a - b)) / norm(b)
}

/// The largest |a - b| as a part of the largest |b|.
fn largest_relative_error(a: &Points, b: &Points) -> f64 {
    let largest = |x: &Points| x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    largest(&(a - b)) / largest(b)
}

fn column(values: &Array1<f64>) -> Points {
    values.clone().insert_axis(ndarray::Axis(1))
}

fn radius(z: ArrayView1<f64>) -> f64 {
    z.dot(&z).sqrt()
}

/// A number whose logarithm is uniform between those of 0.01 and 100.
fn any_size(random: &mut Gaussian) -> f64 {
    libm::exp(random.uniform(-1.0, 1.0) * libm::log(100.0))
}

fn any_units(random: &mut Gaussian) -> Units {
    Units::of(any_size(random), any_size(random), any_size(random)).unwrap()
}

fn any_oscillator(random: &mut Gaussian) -> Oscillator {
    Oscillator {
        mass: any_size(random),
        stiffness: any_size(random),
    }
}

fn sentence<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "no error".into(),
        Err(error) => error.to_string(),
    }
}

// The notebook's circle.

#[test]
fn the_circle_is_the_notebooks_data_bit_for_bit() {
    for (mass, stiffness) in [(1.0, 1.0), (2.0, 0.5)] {
        let settings = Settings {
            mass,
            stiffness,
            widths: vec![2, 1],
            ..Settings::default()
        };
        let data = circle(&settings.oscillator(), settings.samples).unwrap();
        assert_eq!(data.points, Notebook::new(settings).unwrap().data());
    }
}

#[test]
fn the_circle_has_one_energy_to_1e_8_and_it_is_one_half() {
    let energy = circle(&Oscillator::UNIT, 10_000).unwrap().energy.unwrap();
    let spread = energy.std(0.0);
    assert!((7.2e-9..7.4e-9).contains(&spread), "{spread:e}");
    let worst = energy.fold(0.0, |worst: f64, h| worst.max((h - 0.5).abs()));
    assert!((2.05e-8..2.07e-8).contains(&worst), "{worst:e}");
}

#[test]
fn normalisation_moves_the_notebooks_data_by_2e_8_at_most() {
    let normalised = circle(&Oscillator::UNIT, 10_000).unwrap().points;
    let raw = oscillator_trajectory(linspace(0.0, 10.0, 10_000).view(), 1.0);
    let moved = (normalised - raw).fold(0.0, |most: f64, x| most.max(x.abs()));
    assert!((1e-8..2.5e-8).contains(&moved), "{moved:e}");
}

#[test]
fn every_validation_point_of_the_notebook_has_a_training_point_4_43e_4_away() {
    let data = circle(&Oscillator::UNIT, 10_000).unwrap();
    let split = data.split_in_order(0.8).unwrap();
    let notebook = Notebook::new(Settings {
        widths: vec![2, 1],
        ..Settings::default()
    });
    let notebook = notebook.unwrap();
    assert_eq!(split.training.points, notebook.training_data());
    assert_eq!(split.validation.points, notebook.validation_data());
    // A turn is 6282.557 steps of 10/9999 long, so a phase comes back 0.443 steps from a training point.
    for z in split.validation.points.rows() {
        let training = split.training.points.rows().into_iter();
        let distance = training
            .map(|x| (x[0] - z[0]) * (x[0] - z[0]) + (x[1] - z[1]) * (x[1] - z[1]))
            .fold(f64::INFINITY, f64::min)
            .sqrt();
        assert!((distance - 4.4306e-4).abs() < 5e-8, "{distance:e}");
    }
}

#[test]
fn the_circles_labels_are_its_motion_for_unit_mass_and_stiffness_only() {
    for (mass, stiffness, expected) in [
        (1.0, 1.0, 0.0),
        (2.0, 0.5, 0.5),
        (2.0, 2.0, (0.625_f64).sqrt()),
    ] {
        let data = circle(&Oscillator { mass, stiffness }, 10_000).unwrap();
        // One turn, its velocity by central differences of the points themselves.
        const TURN: usize = 6283;
        let step = 10.0 / 9999.0;
        let motion = (&data.points.slice(s![2..TURN + 2, ..]) - &data.points.slice(s![..TURN, ..]))
            / (2.0 * step);
        let labels = data.field.slice(s![1..=TURN, ..]).to_owned();
        let error = relative_error(&labels, &motion);
        assert!(
            (error - expected).abs() < 1e-4,
            "m = {mass}, k = {stiffness}: {error}"
        );
    }
}

// Rings and the disc.

#[test]
fn every_ring_has_its_energy_and_its_centre_at_rest() {
    let random = &mut Gaussian::from_seed(1);
    for _ in 0..50 {
        let oscillator = any_oscillator(random);
        let energies = [any_size(random), any_size(random), any_size(random)];
        let even = rings(&oscillator, &energies, 17).unwrap();
        let scattered = random_rings(&oscillator, &energies, 17, random).unwrap();
        for data in [&even, &scattered] {
            let energy = data.energy.as_ref().unwrap();
            for (ring, expected) in energy.exact_chunks(17).into_iter().zip(energies) {
                for h in ring {
                    assert!((h / expected - 1.0).abs() < 1e-14);
                }
            }
        }
        let ring = even.points.slice(s![..17, ..]);
        for x in ring.columns() {
            let largest = x.fold(0.0, |most: f64, x| most.max(x.abs()));
            assert!(x.sum().abs() < 1e-14 * largest * 17.0);
        }
    }
}

#[test]
fn even_rings_start_where_the_notebook_starts_and_turn_with_the_motion() {
    let data = rings(&Oscillator::UNIT, &[0.5, 2.0], 4).unwrap();
    let expected = array![
        [0.0, 1.0],
        [1.0, 0.0],
        [0.0, -1.0],
        [-1.0, 0.0],
        [0.0, 2.0],
        [2.0, 0.0],
        [0.0, -2.0],
        [-2.0, 0.0]
    ];
    assert!(largest_relative_error(&data.points, &expected) < 1e-15);
    let second = data.points.row(1).to_owned() - data.points.row(0);
    assert!(second.dot(&data.field.row(0)) > 0.0);
}

#[test]
fn random_phases_of_a_ring_are_uniform() {
    const COUNT: usize = 40_000;
    let random = &mut Gaussian::from_seed(2);
    let points = random_rings(&Oscillator::UNIT, &[0.5], COUNT, random)
        .unwrap()
        .points;
    // Mean 0 and variance 1/2 of q, p, cos 2φ and sin 2φ: four standard errors.
    let bound = 4.0 * (0.5 / COUNT as f64).sqrt();
    let moments = [
        mean(points.column(0).to_vec()),
        mean(points.column(1).to_vec()),
        mean(points.rows().into_iter().map(|z| z[1] * z[1] - z[0] * z[0])),
        mean(points.rows().into_iter().map(|z| 2.0 * z[0] * z[1])),
    ];
    assert!(moments.iter().all(|m| m.abs() < bound), "{moments:?}");
}

#[test]
fn disc_points_are_uniform_over_area() {
    const COUNT: usize = 40_000;
    let points = disc(&Oscillator::UNIT, 1.0, COUNT, &mut Gaussian::from_seed(3))
        .unwrap()
        .points;
    assert!(points.rows().into_iter().all(|z| radius(z) < 1.0));
    let over = |f: fn(f64, f64) -> f64| mean(points.rows().into_iter().map(|z| f(z[0], z[1])));
    // Moments of the uniform disc with their variances: each within four standard errors.
    for (name, measured, expected, variance) in [
        ("q", over(|q, _| q), 0.0, 0.25),
        ("p", over(|_, p| p), 0.0, 0.25),
        ("qp", over(|q, p| q * p), 0.0, 1.0 / 24.0),
        ("q²", over(|q, _| q * q), 0.25, 1.0 / 16.0),
        ("p²", over(|_, p| p * p), 0.25, 1.0 / 16.0),
        ("r²", over(|q, p| q * q + p * p), 0.5, 1.0 / 12.0),
        (
            "r",
            over(|q, p| (q * q + p * p).sqrt()),
            2.0 / 3.0,
            1.0 / 18.0,
        ),
        (
            "share within r = 1/2",
            over(|q, p| f64::from(q * q + p * p < 0.25)),
            0.25,
            3.0 / 16.0,
        ),
    ] {
        let error: f64 = measured - expected;
        let bound = 4.0 * f64::sqrt(variance / COUNT as f64);
        assert!(
            error.abs() < bound,
            "{name}: {measured}, expected {expected}"
        );
    }
}

#[test]
fn a_disc_of_any_oscillator_has_every_energy_up_to_its_amplitudes_alike() {
    const COUNT: usize = 20_000;
    let random = &mut Gaussian::from_seed(4);
    for _ in 0..5 {
        let oscillator = any_oscillator(random);
        let amplitude = any_size(random);
        let data = disc(&oscillator, amplitude, COUNT, random).unwrap();
        let highest = oscillator.stiffness * amplitude * amplitude / 2.0;
        let parts = data.energy.unwrap() / highest;
        assert!(parts.iter().all(|&part| (0.0..1.0).contains(&part)));
        let bound = |variance: f64| 4.0 * (variance / COUNT as f64).sqrt();
        assert!((mean(parts.to_vec()) - 0.5).abs() < bound(1.0 / 12.0));
        assert!((mean(parts.mapv(|x| x * x)) - 1.0 / 3.0).abs() < bound(4.0 / 45.0));
    }
}

// Trajectories.

/// The released recipe with many trajectories, with noise and without, of the same draws.
fn many(settings: Trajectories) -> (Dataset, Dataset) {
    let sample = |noise| {
        let settings = Trajectories {
            count: 4000,
            noise,
            ..settings
        };
        settings.sample(&mut Gaussian::from_seed(5)).unwrap()
    };
    (sample(settings.noise), sample(0.0))
}

#[test]
fn the_released_data_are_50_trajectories_of_30_points_and_split_25_to_25() {
    let data = Trajectories::default()
        .sample(&mut Gaussian::from_seed(0))
        .unwrap();
    assert_eq!(data.points.dim(), (1500, 2));
    let split = data.split_in_order(0.5).unwrap();
    assert_eq!(split.training.rows(), 25 * 30);
    let energy = split.validation.energy.unwrap();
    for trajectory in energy.exact_chunks(30) {
        let first = trajectory[0];
        assert!(trajectory.iter().all(|h| (h / first - 1.0).abs() < 1e-14));
    }
}

#[test]
fn noise_is_on_the_states_alone_gaussian_and_as_large_as_stated() {
    let (noisy, clean) = many(Trajectories::released());
    assert_eq!(noisy.field, clean.field);
    assert_eq!(noisy.energy, clean.energy);
    let noise = (noisy.points - &clean.points) / 0.1;
    let count = noise.len() as f64;
    let moment = |power| mean(noise.iter().map(|x: &f64| x.powi(power)));
    // Moments of the standard normal distribution, within four standard errors.
    for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (4, 3.0, 96.0)] {
        let error = moment(power) - expected;
        assert!(
            error.abs() < 4.0 * f64::sqrt(variance / count),
            "{power}: {error}"
        );
    }
    let together = mean(noise.rows().into_iter().map(|z| z[0] * z[1]));
    assert!(together.abs() < 4.0 * (2.0 / count).sqrt());
}

#[test]
fn the_true_field_scores_four_hundredths_on_the_released_data() {
    let (noisy, _) = many(Trajectories::released());
    let truth = Dataset::of(&Trajectories::released().oscillator, noisy.points).unwrap();
    let score = mean((truth.field - noisy.field).mapv(|x| x * x));
    assert!((score - 0.04).abs() < 5e-4, "{score}");
}

#[test]
fn the_released_sizes_start_below_the_papers_in_39_of_100_trajectories() {
    let (_, released) = many(Trajectories::released());
    let energy = released.energy.unwrap();
    assert!(energy.iter().all(|h| (0.01 - 1e-15..1.0).contains(h)));
    let below = mean(energy.iter().map(|&h| f64::from(h < 0.2)));
    let expected = (0.2_f64.sqrt() - 0.1) / 0.9;
    assert!((expected - 0.386).abs() < 1e-3);
    assert!((below - expected).abs() < 4.0 * (0.25_f64 / 4000.0).sqrt());

    let (_, paper) = many(Trajectories::paper());
    let energy = paper.energy.unwrap();
    assert!(energy.iter().all(|h| (0.2 - 1e-14..1.0).contains(h)));
    assert!((mean(energy) - 0.6).abs() < 4.0 * (0.64_f64 / 12.0 / 4000.0).sqrt());
}

#[test]
fn the_released_directions_lean_to_the_diagonals_by_three_minus_pi() {
    let lean = |settings| {
        let (_, data) = many(settings);
        let starts = data.points.slice(s![..;30, ..]).to_owned();
        // cos 4φ = 1 - 8 q²p²/r⁴
        mean(starts.rows().into_iter().map(|z| {
            let product = z[0] * z[1] / z.dot(&z);
            1.0 - 8.0 * product * product
        }))
    };
    let error = 4.0 * (0.5_f64 / 4000.0).sqrt();
    assert!((lean(Trajectories::released()) - (3.0 - PI)).abs() < error);
    assert!(lean(Trajectories::paper()).abs() < error);
}

#[test]
fn the_released_points_are_three_twenty_ninths_of_time_apart_at_frequency_two() {
    let (_, data) = many(Trajectories::released());
    for [z, next] in [0, 7, 28].map(|row| [data.points.row(row), data.points.row(row + 1)]) {
        let turned = z.dot(&next) / z.dot(&z);
        assert!((turned - libm::cos(2.0 * 3.0 / 29.0)).abs() < 1e-14);
    }
}

#[test]
fn clean_trajectories_move_as_their_field_says() {
    let random = &mut Gaussian::from_seed(6);
    for _ in 0..20 {
        let oscillator = any_oscillator(random);
        let turn = TAU * (oscillator.mass / oscillator.stiffness).sqrt();
        let settings = Trajectories {
            oscillator,
            count: 1,
            points: 2001,
            duration: turn,
            sizes: Sizes::Energy {
                low: 1.0,
                high: 2.0,
            },
            noise: 0.0,
            ..Trajectories::released()
        };
        let data = settings.sample(random).unwrap();
        let step = turn / 2000.0;
        let points = &data.points;
        let motion = (&points.slice(s![2.., ..]) - &points.slice(s![..-2, ..])) / (2.0 * step);
        // Compared a column at a time: q and p may differ by many orders of magnitude.
        for (x, field) in motion.columns().into_iter().zip(data.field.columns()) {
            let field = field.slice(s![1..field.len() - 1]).to_owned();
            let error = relative_error(&column(&x.to_owned()), &column(&field));
            assert!(error < 2e-6, "{error:e}");
        }
        let back = (&points.row(2000) - &points.row(0)) / points.row(0);
        assert!(back.iter().all(|x| x.abs() < 1e-10), "{back}");
    }
}

// Scalings.

#[test]
fn min_max_is_the_notebooks_formula_bit_for_bit() {
    let points = disc(&Oscillator::UNIT, 7.0, 1000, &mut Gaussian::from_seed(7))
        .unwrap()
        .points;
    let mut expected = points.clone();
    for mut x in expected.columns_mut() {
        let min = x.fold(f64::INFINITY, |a, &b| a.min(b));
        let max = x.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        x.mapv_inplace(|x| 2.0 * (x - min) / (max - min) - 1.0);
    }
    assert_eq!(min_max_normalize(points).unwrap(), expected);
}

#[test]
fn canonical_units_round_trip_to_1e_14() {
    let random = &mut Gaussian::from_seed(9);
    let mut worst: f64 = 0.0;
    for _ in 0..200 {
        let data = disc(&any_oscillator(random), any_size(random), 100, random).unwrap();
        let units = any_units(random);
        let scaled = units.scale(&data).unwrap();
        let energy = scaled.energy.unwrap() * units.energy();
        for (a, b) in [
            (&units.unscale_points(scaled.points.view()), &data.points),
            (&units.unscale_field(scaled.field.view()), &data.field),
            (&column(&energy), &column(data.energy.as_ref().unwrap())),
        ] {
            for (a, b) in a.iter().zip(b) {
                worst = worst.max((a / b - 1.0).abs());
            }
        }
    }
    assert!(worst < 1e-14, "{worst:e}");
}

#[test]
fn a_true_field_scaled_canonically_is_the_field_of_the_scaled_energy() {
    let random = &mut Gaussian::from_seed(10);
    for _ in 0..200 {
        let oscillator = any_oscillator(random);
        let data = disc(&oscillator, any_size(random), 20, random).unwrap();
        let scaling = any_units(random);
        let scaled = scaling.scale(&data).unwrap();
        // K(Q, P) = (c/ab) H(aQ, bP), differentiated without using what is tested: H is quadratic, so its central
        // differences are exact for any step.
        let [a, b, c] = [scaling.unit()[0], scaling.unit()[1], scaling.time()];
        let k = |q: f64, p: f64| c / (a * b) * oscillator.energy([a * q, b * p]);
        for (z, field) in scaled.points.rows().into_iter().zip(scaled.field.rows()) {
            let [hq, hp] = [z[0].abs(), z[1].abs()];
            let dk_dq = (k(z[0] + hq, 0.0) - k(z[0] - hq, 0.0)) / (2.0 * hq);
            let dk_dp = (k(0.0, z[1] + hp) - k(0.0, z[1] - hp)) / (2.0 * hp);
            assert!((field[0] / dk_dp - 1.0).abs() < 1e-13);
            assert!((field[1] / -dk_dq - 1.0).abs() < 1e-13);
        }
        for (z, energy) in scaled.points.rows().into_iter().zip(scaled.energy.unwrap()) {
            assert!((energy / k(z[0], z[1]) - 1.0).abs() < 1e-13);
        }
    }
}

#[test]
fn the_scaled_oscillator_is_an_oscillator_of_the_scaled_mass_and_stiffness() {
    let random = &mut Gaussian::from_seed(11);
    for _ in 0..200 {
        let oscillator = any_oscillator(random);
        let data = disc(&oscillator, any_size(random), 20, random).unwrap();
        let scaling = any_units(random);
        let scaled = scaling.scale(&data).unwrap();
        let expected = Dataset::of(
            &scaling.scale_oscillator(&oscillator),
            scaled.points.clone(),
        )
        .unwrap();
        assert!(largest_relative_error(&scaled.field, &expected.field) < 1e-14);
        let [energy, expected] = [scaled, expected].map(|data| column(&data.energy.unwrap()));
        assert!(largest_relative_error(&energy, &expected) < 1e-14);
    }
}

#[test]
fn unit_scaling_makes_every_oscillator_at_every_amplitude_the_unit_oscillator() {
    let random = &mut Gaussian::from_seed(12);
    for _ in 0..200 {
        let oscillator = any_oscillator(random);
        let amplitude = any_size(random);
        let energy = oscillator.stiffness * amplitude * amplitude / 2.0;
        let data = rings(&oscillator, &[energy], 64).unwrap();
        let unit = rings(&Oscillator::UNIT, &[0.5], 64).unwrap();
        for scaling in [
            Units::of_oscillator(&oscillator, amplitude).unwrap(),
            Units::largest(&data).unwrap(),
        ] {
            let scaled = scaling.scale(&data).unwrap();
            assert!(largest_relative_error(&scaled.points, &unit.points) < 1e-14);
            assert!(largest_relative_error(&scaled.field, &unit.field) < 1e-14);
            let energy = scaled.energy.unwrap();
            assert!(energy.iter().all(|h| (h - 0.5).abs() < 1e-14));
        }
    }
}

#[test]
fn min_max_of_points_alone_makes_the_field_wrong_by_its_units() {
    // A whole orbit has units a = A and b = A √(mk); the true scaled field is the old one over (a, b).
    let random = &mut Gaussian::from_seed(13);
    for _ in 0..200 {
        let oscillator = any_oscillator(random);
        let [a, b] = {
            let amplitude = any_size(random);
            let impedance = (oscillator.mass * oscillator.stiffness).sqrt();
            [amplitude, amplitude * impedance]
        };
        let data = rings(&oscillator, &[oscillator.stiffness * a * a / 2.0], 64).unwrap();
        let scaling = Affine::min_max(&data.points).unwrap();
        let truth = scaling.scale_field(&data.field);
        let error = relative_error(&data.field, &truth);
        let expected = (((a - 1.0) * (a - 1.0) + (b - 1.0) * (b - 1.0)) / 2.0).sqrt();
        assert!((error / expected - 1.0).abs() < 1e-10, "{error} {expected}");
    }
}

#[test]
fn for_mass_and_stiffness_two_min_max_alone_is_wrong_by_71_percent_and_canonical_scaling_by_none() {
    let heavy = Oscillator {
        mass: 2.0,
        stiffness: 2.0,
    };
    // The notebook's trajectory q = sin t, p = 2 cos t, here with its true field.
    let data = rings(&heavy, &[1.0], 64).unwrap();
    let points = min_max_normalize(data.points.clone()).unwrap();
    // In these coordinates the motion is that of K = (Q² + P²)/2.
    let truth = Dataset::of(&Oscillator::UNIT, points.clone()).unwrap();
    let [unchained, relabelled] = [
        relative_error(&data.field, &truth.field),
        relative_error(&Dataset::of(&heavy, points).unwrap().field, &truth.field),
    ];
    assert!((unchained - 0.5_f64.sqrt()).abs() < 1e-12, "{unchained}");
    assert!(
        (relabelled - 0.625_f64.sqrt()).abs() < 1e-12,
        "{relabelled}"
    );
    let scaled = Units::of(1.0, 2.0, 1.0).unwrap().scale(&data).unwrap();
    assert!(largest_relative_error(&scaled.points, &truth.points) < 1e-14);
    assert!(largest_relative_error(&scaled.field, &truth.field) < 1e-14);
    // The old energy label, 1, is K's twice over: ab/c = 2.
    assert!(
        scaled
            .energy
            .unwrap()
            .iter()
            .all(|k| (k - 0.5).abs() < 1e-14)
    );
}

#[test]
#[should_panic(expected = "fitted to 2 columns")]
fn a_scaling_of_two_columns_does_not_broadcast_one() {
    let scaling = Affine::min_max(&array![[0.0, 1.0], [1.0, 0.0]]).unwrap();
    scaling.scale_points(&array![[0.5]]);
}

// Splits.

#[test]
fn a_split_in_order_cuts_once_and_loses_nothing() {
    let data = rings(&Oscillator::UNIT, &[0.5, 1.0], 7).unwrap();
    for fraction in [0.1, 0.5, 0.8, 0.99] {
        let split = data.split_in_order(fraction).unwrap();
        assert_eq!(split.training.rows(), (fraction * 14.0) as usize);
        let joined = |part: fn(&Dataset) -> &Points| {
            let parts = [part(&split.training), part(&split.validation)];
            concatenate(ndarray::Axis(0), &parts.map(|x| x.view())).unwrap()
        };
        assert_eq!(joined(|data| &data.points), data.points);
        assert_eq!(joined(|data| &data.field), data.field);
    }
}

#[test]
fn data_without_energy_stay_without_it() {
    let data = rings(&Oscillator::UNIT, &[0.5], 10)
        .unwrap()
        .without_energy();
    let split = data.split_in_order(0.5).unwrap();
    assert_eq!(split.training.energy, None);
    let scaled = Units::largest(&data).unwrap().scale(&data).unwrap();
    assert_eq!(scaled.energy, None);
}

// What is refused.

#[test]
fn unfit_arrays_are_one_sentence_with_the_shape_or_the_place() {
    let points = array![[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]];
    let new = |points: &Points, field: &Points, energy: Option<Array1<f64>>| {
        sentence(Dataset::new(points.clone(), field.clone(), energy))
    };
    let spoil = |row, column, value| {
        let mut spoilt = points.clone();
        spoilt[[row, column]] = value;
        spoilt
    };
    let none = Points::zeros((0, 2));
    let odd = Points::zeros((4, 3));
    let two = Points::zeros((2, 2));
    let cases = [
        (
            new(&none, &none, None),
            "points = 0×2 is empty: at least one point is needed",
        ),
        (
            new(&odd, &odd, None),
            "points = 4×3 must have an even number of columns, a q and a p for each degree of freedom",
        ),
        (
            new(&points, &two, None),
            "field = 2×2 must have the shape of the points, 3×2",
        ),
        (
            new(&points, &points, Some(array![1.0, 2.0])),
            "energy = 2 values cannot label 3 points: one a point is needed",
        ),
        (
            new(&spoil(2, 1, f64::NAN), &points, None),
            "points: row 2, column 1 (counted from 0) is NaN, not a finite number",
        ),
        (
            new(&points, &spoil(1, 0, f64::NEG_INFINITY), None),
            "field: row 1, column 0 (counted from 0) is -inf, not a finite number",
        ),
        (
            new(&points, &points, Some(array![1.0, 2.0, f64::NAN])),
            "energy: row 2, column 0 (counted from 0) is NaN, not a finite number",
        ),
        (
            sentence(Dataset::of(&Oscillator::UNIT, Points::zeros((3, 4)))),
            "points = 3×4 must have 2 columns, the q and p of one oscillator",
        ),
        (
            sentence(min_max_normalize(spoil(0, 0, f64::NAN))),
            "points: row 0, column 0 (counted from 0) is NaN, not a finite number",
        ),
        (
            sentence(Affine::min_max(&none)),
            "points = 0×2 is empty: at least one point is needed",
        ),
        (
            sentence(Affine::min_max(&array![[1.0, 3.0], [2.0, 3.0]])),
            "cannot normalise 2 values that all equal 3: their range is zero",
        ),
        (
            sentence(Affine::min_max(&array![[f64::MIN], [f64::MAX]])),
            "range = inf must be a positive number",
        ),
    ];
    for (sentence, expected) in cases {
        assert_eq!(sentence, expected);
    }
}

#[test]
fn unfit_settings_are_one_sentence_with_the_value() {
    let random = &mut Gaussian::from_seed(0);
    let massless = Oscillator {
        mass: 0.0,
        ..Oscillator::UNIT
    };
    let slack = Oscillator {
        stiffness: f64::NAN,
        ..Oscillator::UNIT
    };
    let released = Trajectories::released();
    let mut sample = |settings: Trajectories| sentence(settings.sample(random));
    let trajectories = [
        (
            sample(Trajectories {
                oscillator: massless,
                ..released
            }),
            "mass = 0 must be a positive number",
        ),
        (
            sample(Trajectories {
                count: 0,
                ..released
            }),
            "count = 0 leaves the data empty: at least 1 is needed",
        ),
        (
            sample(Trajectories {
                points: 1,
                ..released
            }),
            "points = 1 makes no trajectory: at least 2 are needed",
        ),
        (
            sample(Trajectories {
                duration: -3.0,
                ..released
            }),
            "duration = -3 must be a positive number",
        ),
        (
            sample(Trajectories {
                sizes: Sizes::Radius {
                    low: 1.0,
                    high: 0.1,
                },
                ..released
            }),
            "radius = 1..0.1 must be a range of positive numbers, the smallest first",
        ),
        (
            sample(Trajectories {
                sizes: Sizes::Energy {
                    low: 0.0,
                    high: 1.0,
                },
                ..released
            }),
            "energy = 0 must be a positive number",
        ),
        (
            sample(Trajectories {
                noise: f64::INFINITY,
                ..released
            }),
            "noise = inf must be zero or a positive number",
        ),
    ];
    let data = rings(&Oscillator::UNIT, &[0.5], 10).unwrap();
    let at_rest = Dataset::of(&Oscillator::UNIT, array![[0.0, 0.0], [0.0, 0.0]]).unwrap();
    let others = [
        (
            sentence(circle(&slack, 100)),
            "stiffness = NaN must be a positive number",
        ),
        (
            sentence(circle(&Oscillator::UNIT, 1)),
            "count = 1 has no range to normalise: at least 2 are needed",
        ),
        (
            sentence(rings(&Oscillator::UNIT, &[], 10)),
            "energies = [] has no ring to put points on: at least one energy is needed",
        ),
        (
            sentence(rings(&Oscillator::UNIT, &[0.5, -1.0], 10)),
            "energy = -1 must be a positive number",
        ),
        (
            sentence(rings(&Oscillator::UNIT, &[0.5], 0)),
            "count = 0 leaves the data empty: at least 1 is needed",
        ),
        (
            sentence(rings(&Oscillator::UNIT, &[1e308], 2)),
            "amplitude = inf must be a positive number",
        ),
        (
            sentence(random_rings(&massless, &[0.5], 10, random)),
            "mass = 0 must be a positive number",
        ),
        (
            sentence(disc(&Oscillator::UNIT, 0.0, 10, random)),
            "amplitude = 0 must be a positive number",
        ),
        (
            sentence(disc(&Oscillator::UNIT, 1.0, 0, random)),
            "count = 0 leaves the data empty: at least 1 is needed",
        ),
        (
            sentence(Units::of(-1.0, 1.0, 1.0)),
            "position = -1 must be a positive number",
        ),
        (
            sentence(Units::of(1.0, f64::NAN, 1.0)),
            "momentum = NaN must be a positive number",
        ),
        (
            sentence(Units::of(1.0, 1.0, 0.0)),
            "time = 0 must be a positive number",
        ),
        (
            sentence(Units::of_oscillator(&Oscillator::UNIT, f64::INFINITY)),
            "amplitude = inf must be a positive number",
        ),
        (
            sentence(Units::largest(&at_rest)),
            "position = 0 must be a positive number",
        ),
        (
            sentence(data.split_in_order(1.5)),
            "fraction = 1.5 must lie between 0 and 1, the part of the points to train on",
        ),
        (
            sentence(data.split_in_order(f64::NAN)),
            "fraction = NaN must lie between 0 and 1, the part of the points to train on",
        ),
        (
            sentence(data.split_in_order(0.05)),
            "fraction = 0.05 of 10 points leaves none to train on",
        ),
    ];
    for (sentence, expected) in trajectories.into_iter().chain(others) {
        assert_eq!(sentence, expected);
    }
}
