//! How good a learned field is, in one number each.

use ndarray::{ArrayView1, ArrayView2, Axis};

use crate::Result;
use crate::evidence::Table;
use crate::mechanics::{self, Exact};
use crate::model::Network;
use crate::phase_space::{
    Oscillator, Points, State, Twin, Units, even_circle, linspace, rms_distance, sunflower,
};

/// How many points [`field_rmse_on_disc`] looks at.
pub const DISC_POINTS: usize = 2000;

/// How many points [`field_rmse_on_circle`] looks at.
pub const CIRCLE_POINTS: usize = 1000;

/// The root mean square of ‖J ∇H - ẋ‖ over the unit disc, J ∇H being the learned field and ẋ the true one.
///
/// The mean is over the [`DISC_POINTS`] points of [`sunflower`], the same for every model. A field that is zero everywhere scores
/// 1/√2 on the unit oscillator, √(mean of r²) over the disc.
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn field_rmse_on_disc(network: &Network, truth: Oscillator) -> f64 {
    field_rmse(network, truth, sunflower(DISC_POINTS).view())
}

/// The root mean square of ‖J ∇H - ẋ‖ over [`CIRCLE_POINTS`] points of the unit circle, evenly spaced: the one energy that
/// the notebook's data have.
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn field_rmse_on_circle(network: &Network, truth: Oscillator) -> f64 {
    field_rmse(network, truth, even_circle(CIRCLE_POINTS).view())
}

/// The learned field at `count` points of the diagonal q = p from -1 to 1 beside the true one: the notebook's last
/// table, with its signs put right.
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn diagonal_table(network: &Network, truth: Oscillator, count: usize) -> Table {
    let mut table = Table::new(["q = p", "dq/dt", "true dq/dt", "dp/dt", "true dp/dt"]);
    let mut learned = Exact::of(network);
    for x in linspace(-1.0, 1.0, count) {
        let ([dq, dp], [true_dq, true_dp]) = (learned.at([x, x]), truth.field([x, x]));
        table.row([x, dq, true_dq, dp, true_dp].map(|number| format!("{number:.4}")));
    }
    table
}

/// The root mean square of ‖J ∇H - ẋ‖ over these points, one (q, p) a row.
///
/// # Panics
///
/// If the network has other than two inputs, or the points other than two columns.
pub fn field_rmse(network: &Network, truth: Oscillator, points: ArrayView2<f64>) -> f64 {
    let learned = mechanics::exact(network, points);
    rms_distance(learned.view(), truth.fields(points).view())
}

/// The root mean square of ‖f - ẋ‖ over these points, one (q, p) a row, for any field f. It is asked once a point, in
/// order.
///
/// # Panics
///
/// If the points have other than two columns.
pub fn field_rmse_of(
    mut field: impl FnMut(State) -> State,
    truth: Oscillator,
    points: ArrayView2<f64>,
) -> f64 {
    let truth = truth.fields(points);
    let learned = points.rows().into_iter().map(|z| field([z[0], z[1]]));
    let learned = Points::from(learned.collect::<Vec<State>>());
    rms_distance(learned.view(), truth.view())
}

/// The error of a network that lives in the units `scaling`, taken back to the oscillator's own units and judged over all
/// orbits of amplitude up to `amplitude`.
///
/// It is the root mean square over those orbits, with position, momentum and time counted in the units of
/// [`Units::of_oscillator`], so that springs of every mass, stiffness and amplitude are judged alike: a field of zero scores
/// 1/√2, and for the unit oscillator it is [`field_rmse_on_disc`].
///
/// # Errors
///
/// As [`Units::of_oscillator`].
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn field_rmse_unscaled(
    network: &Network,
    scaling: &Units,
    truth: Oscillator,
    amplitude: f64,
) -> Result<f64> {
    let unit = Units::of_oscillator(&truth, amplitude)?;
    let points = unit.unscale_points(sunflower(DISC_POINTS).view());
    let learned = mechanics::exact(network, scaling.scale_points(points.view()).view());
    let error = scaling.unscale_field(learned.view()) - truth.fields(points.view());
    let squares = unit.scale_field(error.view()).mapv(|x| x * x).sum();
    Ok((squares / points.nrows() as f64).sqrt())
}

/// The field RMSE over the unit disc where the twin's energy is the true one, with the points of [`field_rmse_on_disc`].
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn twin_rmse_on_disc(network: &Network, twin: Twin) -> f64 {
    let points = sunflower(DISC_POINTS);
    let gradients = network.gradient(points.view());
    let mut squares = 0.0;
    for (z, gradient) in points.rows().into_iter().zip(gradients.rows()) {
        let r = (z[0] * z[0] + z[1] * z[1]).sqrt();
        let steepness = twin.slope(r) / r;
        for (slope, x) in gradient.iter().zip(z) {
            squares += (slope - steepness * x) * (slope - steepness * x);
        }
    }
    (squares / points.nrows() as f64).sqrt()
}

/// ‖labels - motion‖ / ‖motion‖, both over all points: 0 for labels that are the motion, 1 for labels that are zero.
///
/// # Panics
///
/// If the two are not of one shape.
pub fn relative_error(labels: &Points, motion: &Points) -> f64 {
    assert_eq!(labels.dim(), motion.dim(), "a label for every motion");
    let norm = |array: &Points| array.iter().map(|x| x * x).sum::<f64>().sqrt();
    norm(&(labels - motion)) / norm(motion)
}

/// The smallest field RMSE on the unit circle that any network with one hidden layer of so many ReLUs can have, on the
/// unit oscillator.
///
/// Each of n units switches along a straight line. The lines cut the circle into at most 2n arcs, on each of which the
/// slopes of the network are constant while the true ones turn. Of arcs of angle α, equal ones are best, α = π/n:
///
/// ```text
/// error = √(1 - (sin(α/2) / (α/2))²) ≈ π / (2√3 n)
/// ```
// ANCHOR: least-relu-error
pub fn least_relu_rmse_on_circle(units: usize) -> f64 {
    let half = std::f64::consts::FRAC_PI_2 / units as f64;
    let mean = libm::sin(half) / half;
    libm::sqrt(1.0 - mean * mean)
}
// ANCHOR_END: least-relu-error

/// How many units of each hidden layer are alive: their activation has a slope at one of these points at least. A ReLU that
/// is off at every point passes nothing on, no value forwards and no gradient backwards.
///
/// # Panics
///
/// If the points have not as many columns as the network has inputs.
pub fn living_units(network: &Network, points: ArrayView2<f64>) -> Vec<usize> {
    let alive = |unit: &ArrayView1<f64>| unit.iter().any(|&slope| slope != 0.0);
    let layers = network.unit_slopes(points).into_iter();
    layers
        .map(|slopes| slopes.axis_iter(Axis(1)).filter(alive).count())
        .collect()
}

/// A unit is asleep at a point where its activation is less steep than this.
const ASLEEP: f64 = 0.1;

/// Of each hidden layer the share of units asleep, their activation less steep than 0.1 either way: over all points, and the
/// share of units that are asleep at every point.
///
/// # Panics
///
/// If the points have not as many columns as the network has inputs.
pub fn asleep(network: &Network, points: ArrayView2<f64>) -> Vec<[f64; 2]> {
    let sleeps = |slope: &f64| slope.abs() < ASLEEP;
    let layers = network.unit_slopes(points).into_iter();
    layers
        .map(|slopes| {
            let asleep = slopes.iter().filter(|slope| sleeps(slope)).count();
            let units = slopes.axis_iter(Axis(1));
            let always = units.filter(|unit| unit.iter().all(sleeps)).count();
            [
                asleep as f64 / slopes.len() as f64,
                always as f64 / slopes.ncols() as f64,
            ]
        })
        .collect()
}

/// How many directions [`mean_energies`] looks in.
const DIRECTIONS: usize = 64;

/// H over each of these distances from the origin: the mean over 64 evenly spaced directions.
///
/// # Panics
///
/// If the network has other than two inputs.
pub fn mean_energies(network: &Network, radii: &[f64]) -> Vec<f64> {
    let circle = even_circle(DIRECTIONS);
    let mean = |&radius: &f64| {
        let energies = network.energy((radius * &circle).view());
        energies.sum() / DIRECTIONS as f64
    };
    radii.iter().map(mean).collect()
}

/// z · ∇H over these points, one z a row: the mean slope outwards, where they lie on the unit circle.
///
/// # Panics
///
/// If the points do not fit the network.
pub fn slope_outwards(network: &Network, points: ArrayView2<f64>) -> f64 {
    let gradients = network.gradient(points);
    let outwards = gradients.iter().zip(points).map(|(g, z)| g * z);
    outwards.sum::<f64>() / points.nrows() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Activation;

    #[test]
    fn a_cone_is_as_high_as_it_is_wide_and_equally_steep_all_the_way() {
        // H = relu(q) + relu(-q), whose mean over a turn is 2 r / π.
        let mut cone = Network::zeros(&[2, 2, 1], Activation::Relu).unwrap();
        cone.parameters_mut()[..2].copy_from_slice(&[1.0, -1.0]);
        cone.parameters_mut()[6..8].copy_from_slice(&[1.0, 1.0]);
        let slope = slope_outwards(&cone, even_circle(64).view());
        let energies = mean_energies(&cone, &[0.0, 0.5, 1.0]);
        assert!(
            (slope - std::f64::consts::FRAC_2_PI).abs() < 1e-3,
            "{slope}"
        );
        for (energy, part) in energies.iter().zip([0.0, 0.5, 1.0]) {
            assert!((energy - part * slope).abs() < 1e-12, "{energies:?}");
        }
    }

    #[test]
    fn a_field_of_zero_scores_one_over_root_two_on_the_disc_and_one_on_the_circle() {
        let nothing = Network::zeros(&[2, 1], Activation::Identity).unwrap();
        let (disc, circle) = (field_rmse_on_disc, field_rmse_on_circle);
        assert!((disc(&nothing, Oscillator::UNIT) - 0.5f64.sqrt()).abs() < 1e-12);
        assert!((circle(&nothing, Oscillator::UNIT) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_polygon_of_relus_reaches_the_least_error() {
        let unit = Oscillator::UNIT;
        let relu = Activation::Relu;
        for units in [3, 7, 15] {
            // H = c Σ relu(wᵢ·z), the wᵢ evenly turned: an odd number of them switches along as many different lines.
            let mut network = Network::zeros(&[2, units, 1], relu).unwrap();
            let turn = std::f64::consts::TAU / units as f64;
            let mut fit = [0.0; 2];
            for index in 0..units {
                let (sin, cos) = libm::sincos(turn * index as f64);
                let weights = network.parameters_mut();
                (weights[index], weights[units + index]) = (cos, sin);
                weights[3 * units + index] = 1.0;
            }
            // The best c, by least squares: the field is linear in it.
            for index in 0..CIRCLE_POINTS {
                let angle = std::f64::consts::TAU * (index as f64 + 0.5) / CIRCLE_POINTS as f64;
                let (sin, cos) = libm::sincos(angle);
                let [dq, dp] = Exact::of(&network).at([sin, cos]);
                fit[0] += dq * cos - dp * sin;
                fit[1] += dq * dq + dp * dp;
            }
            for index in 0..units {
                network.parameters_mut()[3 * units + index] = fit[0] / fit[1];
            }
            let (least, error) = (
                least_relu_rmse_on_circle(units),
                field_rmse_on_circle(&network, unit),
            );
            assert!(
                (error / least - 1.0).abs() < 0.02,
                "{units} units: {error}, {least}"
            );
        }
    }

    #[test]
    fn a_unit_that_is_off_at_every_point_is_not_alive() {
        // Two layers of three units; one of the first is held off by its bias, and the second layer hears nothing.
        let mut network = Network::zeros(&[2, 3, 3, 1], Activation::Relu).unwrap();
        let blocks = network.blocks();
        network.parameters_mut()[blocks[0].range.clone()].fill(1.0);
        network.parameters_mut()[blocks[1].range.start] = -2.0;
        let points = sunflower(50);
        assert_eq!(living_units(&network, points.view()), [2, 0]);
        let smooth = Network::zeros(&[2, 3, 3, 1], Activation::Tanh).unwrap();
        assert_eq!(living_units(&smooth, points.view()), [3, 3]);
    }

    #[test]
    fn a_unit_is_asleep_where_its_activation_is_nearly_flat() {
        // One of two tanh units is far to the right at every point, the other at the origin: 1 - tanh²(0) = 1.
        let mut network = Network::zeros(&[2, 2, 1], Activation::Tanh).unwrap();
        let biases = network.blocks()[1].range.clone();
        network.parameters_mut()[biases.start] = 5.0;
        assert_eq!(asleep(&network, sunflower(50).view()), [[0.5, 0.5]]);
        // Along q alone it is asleep on one side.
        network.parameters_mut()[biases.start] = 0.0;
        network.parameters_mut()[0] = 10.0;
        let points = ndarray::array![[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        assert_eq!(asleep(&network, points.view()), [[0.25, 0.0]]);
    }

    #[test]
    fn the_diagonal_table_has_the_true_signs() {
        // H = p.
        let mut network = Network::zeros(&[2, 1], Activation::Identity).unwrap();
        network.parameters_mut()[1] = 1.0;
        let unit = Oscillator::UNIT;
        let table = diagonal_table(&network, unit, 3).to_string();
        let first = table.lines().nth(2).unwrap();
        assert_eq!(
            first,
            "| -1.0000 | 1.0000 |    -1.0000 | -0.0000 |     1.0000 |"
        );
    }

    #[test]
    fn the_error_of_a_network_in_other_units_counts_in_the_springs_own() {
        let (truth, amplitude) = (
            Oscillator {
                mass: 2.0,
                stiffness: 8.0,
            },
            30.0,
        );
        let nothing = Network::zeros(&[2, 1], Activation::Identity).unwrap();
        let other = Units::of(3.0, 7.0, 0.1).unwrap();
        let zero = field_rmse_unscaled(&nothing, &other, truth, amplitude).unwrap();
        assert!((zero - 0.5f64.sqrt()).abs() < 1e-12, "{zero}");
        // K = P in the units of the orbit has the field (1, 0) there.
        let mut constant = nothing.clone();
        constant.parameters_mut()[1] = 1.0;
        let unit = Units::of_oscillator(&truth, amplitude).unwrap();
        let rmse = field_rmse_unscaled(&constant, &unit, truth, amplitude).unwrap();
        let on_disc = field_rmse_on_disc(&constant, crate::phase_space::Oscillator::UNIT);
        assert!((rmse - on_disc).abs() < 1e-12, "{rmse} {on_disc}");
    }

    #[test]
    fn a_constant_slope_scores_its_distance_from_the_truth() {
        // H = p has the field (1, 0); its mean squared distance from (p, -q) over the disc is 1 + 1/2.
        let mut network = Network::zeros(&[2, 1], Activation::Identity).unwrap();
        network.parameters_mut()[1] = 1.0;
        let rmse = field_rmse_on_disc(&network, Oscillator::UNIT);
        assert!((rmse * rmse - 1.5).abs() < 1e-3, "{rmse}");
    }

    #[test]
    fn labels_of_zero_are_wrong_by_all_of_the_motion() {
        let motion = Points::ones((5, 2));
        assert_eq!(relative_error(&Points::zeros((5, 2)), &motion), 1.0);
    }
}
