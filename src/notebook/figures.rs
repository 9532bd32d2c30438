//! The notebook's four figures.

use super::{Losses, Notebook};
use crate::evidence::{Axis, Colour, Figure, LineChart, Panel, Series};
use crate::measure::portrait;
use crate::mechanics::{Difference, Differenced, Method, forward_differences};
use crate::phase_space::State;
use crate::random::RandomSource;
use crate::{Error, Result};

/// **Slip**: the step of the simulation; the true curve is drawn on a grid of 10/999.
const STEP: f64 = 0.01;

/// Figure 1: the losses, epoch by epoch.
///
/// # Errors
///
/// [`Error::Figure`] if the history is empty.
pub fn losses(history: &Losses) -> Result<Figure> {
    let Some(best) = history.best() else {
        return Err(Error::Figure {
            title: "losses".into(),
            why: "the history is empty".into(),
        });
    };
    let epochs = history.train.len();
    let points = |losses: &[f64]| -> Vec<(f64, f64)> {
        let losses = losses.iter().enumerate();
        losses.map(|(epoch, &loss)| (epoch as f64, loss)).collect()
    };
    let (first, last) = (history.validation[0], history.validation[epochs - 1]);
    let title = format!(
        "Validation loss {:.2} at best, in epoch {}, and {last:.2} when the run ends",
        best.1, best.0
    );
    let description = format!(
        "Training and validation loss over {epochs} epochs. The validation loss is {first:.3} after epoch 0, smallest \
         at epoch {} with {:.3}, and {last:.3} at the end.",
        best.0, best.1,
    );
    let panel = Panel::new(
        Axis::new("epoch").holding([1.0]),
        Axis::new("loss").holding([0.0]),
        [
            Series::new("training", Colour::Blue, points(&history.train)),
            Series::new(
                "validation",
                Colour::Vermillion,
                points(&history.validation),
            ),
        ],
    );
    LineChart::single(title, description, panel).draw()
}

/// Figure 2: true and simulated trajectories in phase space, from five starts drawn by `random` in [-1, 1]².
///
/// # Errors
///
/// [`Error::Escaped`] if a trajectory leaves the finite numbers.
pub fn phase_space<R: RandomSource + Sync>(
    notebook: &Notebook<R>,
    random: &mut impl RandomSource,
) -> Result<Figure> {
    let starts = portrait::starts(random);
    portrait::phase_space(&starts, |start| simulated_path(notebook, start))
}

/// Figure 3: q and p over time from (1, 0), true and simulated.
///
/// # Errors
///
/// [`Error::Escaped`] if the trajectory leaves the finite numbers.
pub fn time_series<R: RandomSource + Sync>(notebook: &Notebook<R>) -> Result<Figure> {
    let start = [1.0, 0.0];
    portrait::time_series(start, &simulated_path(notebook, start)?)
}

/// Figure 4: the error of each component of the learned field over [-1, 1]², on a grid of 50 by 50.
///
/// # Errors
///
/// [`Error::Figure`] if a value is not finite.
pub fn error_maps<R: RandomSource + Sync>(notebook: &Notebook<R>) -> Result<Figure> {
    let (network, epsilon) = (notebook.network(), notebook.settings().epsilon);
    portrait::error_maps(&[("", &|grid| forward_differences(network, epsilon, grid))])
}

/// **Slip**: explicit Euler, which adds energy of its own even to an exact field.
fn simulated_path<R: RandomSource + Sync>(
    notebook: &Notebook<R>,
    start: State,
) -> Result<Vec<State>> {
    let forward = Difference::Forward(notebook.settings().epsilon);
    let mut field = Differenced::of(notebook.network(), forward);
    Method::ExplicitEuler.trajectory(|z| field.at(z), start, STEP, portrait::POINTS)
}
