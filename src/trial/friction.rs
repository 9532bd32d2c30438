//! A pendulum with friction, learned from recordings by models that know of it and by one that does not.
//!
//! ```text
//! energy      dq/dt = ∂H/∂v,   dv/dt = -∂H/∂q
//! friction    dq/dt = ∂H/∂v,   dv/dt = -∂H/∂q - γ dq/dt      γ a number, learned together with H
//! plain       dq/dt = v,       dv/dt = a network of (q, v)
//! ```

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use super::orbits::in_rows;
use super::protocol::{Protocol, System, states_of};
use super::recording::Way;
use super::{Kind, Learned};
use crate::Result;
use crate::learning::{Evaluator, Fit, Loss};
use crate::mechanics::{exact, step::runge_kutta_4};
use crate::model::Network;
use crate::phase_space::{Angles, Dataset, Points, rms_distance};
use crate::random::Gaussian;

/// What learns a swing that dies away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damped {
    /// An energy.
    Energy,
    /// An energy, and a number for the friction.
    Rubbed,
    /// The acceleration.
    Plain,
}

impl Damped {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Energy, Self::Rubbed, Self::Plain];

    /// What a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Energy => "H",
            Self::Rubbed => "H and friction",
            Self::Plain => "plain acceleration",
        }
    }
}

/// An energy H(q, v), and γ in dv/dt = -∂H/∂q - γ dq/dt, learned together: γ dq/dt joins the labels.
fn with_friction(data: &Dataset, fit: &Fit, random: &mut Gaussian) -> Result<(Network, f64)> {
    let mut network = fit.network(2, random)?;
    let mut loss = Evaluator::new(Loss::FIELD, &network)?;
    let (mut labelled, rows) = (data.clone(), data.rows() as f64);
    let weights = network.parameters().len();
    let start = [network.parameters(), &[0.0]].concat();
    let minimum = fit.method().minimize(
        &start,
        |unknowns, gradient| {
            let (parameters, friction) = (&unknowns[..weights], unknowns[weights]);
            network.parameters_mut().copy_from_slice(parameters);
            let moved = friction * &data.field.column(0) + data.field.column(1);
            labelled.field.column_mut(1).assign(&moved);
            let batch = (&labelled).into();
            let value = loss.value_and_gradient(&network, batch, &mut gradient[..weights]);
            let off = exact(&network, data.points.view()) - &labelled.field;
            let along = &off.column(1) * &data.field.column(0);
            gradient[weights] = -2.0 * along.sum() / rows;
            value
        },
        |_| ControlFlow::Continue(()),
    )?;
    network
        .parameters_mut()
        .copy_from_slice(&minimum.point[..weights]);
    Ok((network, minimum.point[weights]))
}

/// A swing that was learned from recordings.
#[derive(Clone, Debug)]
pub struct Swing {
    /// The root mean square of the error of its field, over that of the true one.
    pub field: f64,
    /// The friction that was found; 0 where none was looked for.
    pub friction: f64,
    /// Turns of small swings, and the share of the energy that is left then, along the motion from rest at two radians.
    pub left: Vec<(f64, f64)>,
    /// The same of the true motion.
    pub truly: Vec<(f64, f64)>,
}

impl Swing {
    /// Learns it in this way from such recordings; in all but their p, which becomes the velocity v = 2p.
    ///
    /// # Errors
    ///
    /// As [`Way::labelled`] and [`Learned::fit`].
    pub fn learn(
        protocol: &Protocol,
        model: Damped,
        way: Way,
        fit: &Fit,
        seed: u64,
    ) -> Result<Self> {
        let mut random = Gaussian::from_seed(seed);
        let (training, _) = protocol.draw(&mut random);
        let (_, clean) = protocol.draw(&mut random);
        let in_velocities = |mut points: Points, mut field: Points| {
            points.column_mut(1).mapv_inplace(|p| 2.0 * p);
            field.column_mut(1).mapv_inplace(|p| 2.0 * p);
            Dataset::new(points, field, None)
        };
        let labelled = way.labelled(&training, protocol.step)?;
        let data = in_velocities(labelled.points, labelled.field)?;
        let states = states_of(&clean);
        let test = in_velocities(states.clone(), protocol.field(&states))?;
        let (system, friction) = (protocol.system, protocol.friction);
        let truth = move |z: Vec<f64>| {
            let [dq, dp] = system.field(friction, [z[0], z[1] / 2.0]);
            vec![dq, 2.0 * dp]
        };
        let (field, found): (Box<Field>, f64) = match model {
            Damped::Energy | Damped::Plain => {
                let kind = match model {
                    Damped::Plain => Kind::Plain,
                    _ => Kind::Canonical,
                };
                let learned = Learned::fit(kind, &data, &Angles::none(1), fit, &mut random)?;
                (Box::new(move |z| learned.field(z)), 0.0)
            }
            Damped::Rubbed => {
                let (network, found) = with_friction(&data, fit, &mut random)?;
                let field = move |states: &Points| {
                    let mut field = exact(&network, states.view());
                    for mut row in field.rows_mut() {
                        row[1] -= found * row[0];
                    }
                    field
                };
                (Box::new(move |z| in_rows(&field, 2, z)), found)
            }
        };
        let learned = field(test.points.iter().copied().collect());
        let learned = Points::from_shape_vec(test.points.dim(), learned).expect("a field a state");
        let unit = rms_distance(test.field.view(), Points::zeros(test.field.dim()).view());
        Ok(Self {
            field: rms_distance(learned.view(), test.field.view()) / unit,
            friction: found,
            left: left(system, &*field),
            truly: left(system, &truth),
        })
    }

    /// What is left in the mean over the last of its ten turns.
    pub fn at_the_end(course: &[(f64, f64)]) -> f64 {
        let last: Vec<f64> = course
            .iter()
            .filter(|(turn, _)| *turn > 9.0)
            .map(|&(_, share)| share)
            .collect();
        last.iter().sum::<f64>() / last.len() as f64
    }
}

/// (dq/dt, dv/dt) of states (q, v) that stand one after another.
type Field = dyn Fn(Vec<f64>) -> Vec<f64>;

/// The share of the energy that is left along the motion from rest at two radians, for ten turns of small swings.
fn left(system: System, field: &Field) -> Vec<(f64, f64)> {
    const STEPS: usize = 64;
    let energy = |z: &[f64]| system.energy([z[0], z[1] / 2.0]);
    let mut z = vec![2.0, 0.0];
    let (first, mut course) = (energy(&z), Vec::new());
    for index in 0..=10 * STEPS {
        course.push((index as f64 / STEPS as f64, energy(&z) / first));
        z = runge_kutta_4(field, z, TAU / system.frequency() / STEPS as f64);
    }
    course
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_friction_of_a_pendulum_is_found_and_the_energy_alone_keeps_what_is_lost() {
        let fit = Fit {
            hidden: vec![8, 8],
            evaluations: 150,
            ..Fit::default()
        };
        let protocol = Protocol {
            noise: 0.0,
            friction: 0.2,
            ..Protocol::long(System::Pendulum, 6)
        };
        let learn = |model| Swing::learn(&protocol, model, Way::Midpoint, &fit, 1).unwrap();
        let rubbed = learn(Damped::Rubbed);
        assert!((rubbed.friction - 0.2).abs() < 0.01, "{}", rubbed.friction);
        let [left, truly] = [&rubbed.left, &rubbed.truly].map(|course| Swing::at_the_end(course));
        assert!((left - truly).abs() < 0.01, "{left} {truly}");
        let kept = Swing::at_the_end(&learn(Damped::Energy).left);
        assert!(kept > 0.5, "{kept}");
    }
}
