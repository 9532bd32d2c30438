//! The published pendulum: exact derivatives of the clean states at 25 noisy recordings (`experiment-pend` and
//! `analyze-pend.ipynb` of `greydanus/hamiltonian-nn`), 2,000 steps of Adam on all points at once, weight decay 1e-4.
//!
//! One economy: two hidden layers of 32 units, where it has 200.

use super::orbits::in_rows;
use super::recording::{Protocol, System};
use crate::Result;
use crate::learning::{
    Adam, Descent, Evaluator, Fit, L2, Loss, Model, Plain, Schedule, descend, unobserved,
};
use crate::mechanics::{exact, step::runge_kutta_4};
use crate::model::Activation;
use crate::phase_space::{Dataset, Points, rms_distance};
use crate::random::{Gaussian, RandomSource};

/// What is wrong with the true field, with an energy's and with that of plain networks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Released {
    /// The mean square of a component of the field at the noisy test points.
    pub losses: [f64; 3],
    /// The mean square change of the energy along 15 motions of 20 units.
    pub energies: [f64; 3],
    /// The same of q² + p², against the true motion's at the same time: what the published code measures.
    pub squares: [f64; 3],
}

/// Learns the pendulum as published, in so many steps.
///
/// # Errors
///
/// As [`descend`].
pub fn released_pendulum(steps: usize, seed: u64) -> Result<Released> {
    let system = System::Pendulum;
    let protocol = Protocol::published(system);
    let mut random = Gaussian::from_seed(seed);
    let truth = |z: &Points| {
        let fields = z
            .rows()
            .into_iter()
            .map(|z| system.field(0.0, [z[0], z[1]]));
        Points::from(fields.collect::<Vec<_>>())
    };
    let mut draw = || {
        let (noisy, clean) = protocol.draw(&mut random);
        let [points, clean] = [noisy, clean].map(|states| {
            let rows = (states.len() / 2, 2);
            states.to_shape(rows).expect("whole states").to_owned()
        });
        Dataset::new(points, truth(&clean), None)
    };
    let (training, test) = (draw()?, draw()?);
    let fit = Fit {
        hidden: vec![32, 32],
        activation: Activation::Tanh,
        ..Fit::default()
    };
    let mut learn = |loss: Loss, data: &Dataset| {
        let mut network = fit.network(2, &mut random)?;
        let descent = Descent {
            batch_size: data.rows(),
            steps,
            rate: 1e-3,
            schedule: Schedule::Constant,
        };
        let mut adam = L2::new(Adam::new(network.parameters().len()), 1e-4)?;
        let loss = &mut Evaluator::new(loss, &network)?;
        let (learner, random) = (&mut network, &mut random);
        descend(learner, loss, data, &descent, &mut adam, random, unobserved)?;
        Result::Ok(network)
    };
    let energy = learn(Loss::FIELD, &training)?;
    let plain = Plain::by(&training, |labelled| learn(Loss::ENERGY, labelled))?;
    let of_energy = |z: &Points| exact(&energy, z.view());
    let of_plain = |z: &Points| plain.field(z.view()).expect("states of a pendulum");
    let fields: [&dyn Fn(&Points) -> Points; 3] = [&truth, &of_energy, &of_plain];

    let start = |x: f64| x + 0.2 * x.signum();
    let starts: Vec<f64> = (0..30).map(|_| start(random.uniform(-0.8, 0.8))).collect();
    let (mut paths, mut energies, mut squares) =
        (fields.map(|_| starts.clone()), [0.0; 3], [0.0; 3]);
    for _ in 0..1000 {
        for (which, field) in fields.iter().enumerate() {
            let z = std::mem::take(&mut paths[which]);
            paths[which] = runge_kutta_4(|z| in_rows(field, 2, z), z, 0.02);
            let states = paths[which].chunks_exact(2).zip(paths[0].chunks_exact(2));
            for ((z, truly), start) in states.zip(starts.chunks_exact(2)) {
                let [now, first] = [z, start].map(|z| system.energy([z[0], z[1]]));
                let [square, true_one] = [z, truly].map(|z| z[0] * z[0] + z[1] * z[1]);
                energies[which] += (now - first).powi(2) / 15_000.0;
                squares[which] += (square - true_one).powi(2) / 15_000.0;
            }
        }
    }
    Ok(Released {
        losses: fields
            .map(|at| rms_distance(at(&test.points).view(), test.field.view()).powi(2) / 2.0),
        energies,
        squares,
    })
}
