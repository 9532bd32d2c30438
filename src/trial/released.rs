//! The published pendulum: exact derivatives of the clean states at 25 noisy recordings, 2,000 steps of Adam on all points at once,
//! weight decay 1e-4, two hidden layers of 200 tanh units with orthogonal initial weights; the energy along learned motions of 20
//! units of time (`experiment-pend` and `analyze-pend.ipynb` of `greydanus/hamiltonian-nn`).
//!
//! Two things are ours: the plain field is two networks where the code has one of two outputs, and all is in double precision.

use super::orbits::in_rows;
use super::protocol::{Protocol, System, states_of};
use crate::Result;
use crate::learning::{
    Adam, Descent, Evaluator, L2, Loss, Model, Plain, Schedule, descend, unobserved,
};
use crate::mechanics::{exact, step::runge_kutta_4};
use crate::model::{Activation, Biases, Initializer, Network};
use crate::phase_space::{Dataset, Points, rms_distance};
use crate::progress::Progress;
use crate::random::{Gaussian, RandomSource};

/// What is wrong with a field that was learned so, or with the true one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Released {
    /// The mean square of a component of the field at the noisy test points.
    pub loss: f64,
    /// Along 15 motions from the published starts, and from the starts of 15 recordings: the mean square change of the energy,
    pub energies: [f64; 2],
    /// and that of q² + p² against the true motion's at the same time, which is what the published code measures.
    pub squares: [f64; 2],
}

/// Learns the pendulum as published, with hidden layers of these widths and so many steps: what the true field, an energy and a plain
/// field score.
///
/// # Errors
///
/// As [`Network::random`] and [`descend`].
pub fn released_pendulum(hidden: &[usize], steps: usize, seed: u64) -> Result<[Released; 3]> {
    let system = System::Pendulum;
    let protocol = Protocol::published(system);
    let mut random = Gaussian::from_seed(seed);
    let truth = |z: &Points| protocol.field(z);
    let mut draw = || {
        let (noisy, clean) = protocol.draw(&mut random);
        let starts: Vec<f64> = clean
            .outer_iter()
            .take(15)
            .flat_map(|path| path.row(0).to_vec())
            .collect();
        Dataset::new(states_of(&noisy), truth(&states_of(&clean)), None).map(|data| (data, starts))
    };
    let ((training, _), (test, recorded)) = (draw()?, draw()?);
    let widths = [&[2], hidden, &[1]].concat();
    let progress = Progress::start("released", 3 * steps);
    let mut learn = |loss: Loss, data: &Dataset| {
        let (orthogonal, biases) = (Initializer::Orthogonal, Biases::Zero);
        let mut network =
            Network::random(&widths, Activation::Tanh, orthogonal, biases, &mut random)?;
        let descent = Descent {
            batch_size: data.rows(),
            steps,
            rate: 1e-3,
            schedule: Schedule::Constant,
        };
        let mut adam = L2::new(Adam::new(network.parameters().len()), 1e-4)?;
        let loss = &mut Evaluator::new(loss, &network)?;
        let (learner, random) = (&mut network, &mut random);
        let watch = |step: &crate::learning::Step| {
            progress.advance();
            unobserved(step)
        };
        descend(learner, loss, data, &descent, &mut adam, random, watch)?;
        Result::Ok(network)
    };
    let energy = learn(Loss::FIELD, &training)?;
    let plain = Plain::by(&training, |labelled| learn(Loss::ENERGY, labelled))?;
    let of_energy = |z: &Points| exact(&energy, z.view());
    let of_plain = |z: &Points| plain.field(z.view()).expect("states of a pendulum");
    let fields: [&dyn Fn(&Points) -> Points; 3] = [&truth, &of_energy, &of_plain];

    let published = |x: f64| x + 0.2 * x.signum();
    let published: Vec<f64> = (0..30)
        .map(|_| published(random.uniform(-0.8, 0.8)))
        .collect();
    let mut found = fields.map(|field| Released {
        loss: rms_distance(field(&test.points).view(), test.field.view()).powi(2) / 2.0,
        energies: [0.0; 2],
        squares: [0.0; 2],
    });
    for (which, starts) in [published, recorded].iter().enumerate() {
        let mut paths = fields.map(|_| starts.clone());
        for _ in 0..1000 {
            for (model, field) in fields.iter().enumerate() {
                let z = std::mem::take(&mut paths[model]);
                paths[model] = runge_kutta_4(|z| in_rows(field, 2, z), z, 0.02);
                let states = paths[model].chunks_exact(2).zip(paths[0].chunks_exact(2));
                for ((z, truly), start) in states.zip(starts.chunks_exact(2)) {
                    let [now, first] = [z, start].map(|z| system.energy([z[0], z[1]]));
                    let [square, true_one] = [z, truly].map(|z| z[0] * z[0] + z[1] * z[1]);
                    found[model].energies[which] += (now - first).powi(2) / 15_000.0;
                    found[model].squares[which] += (square - true_one).powi(2) / 15_000.0;
                }
            }
        }
    }
    Ok(found)
}
