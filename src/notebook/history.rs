//! The notebook's run without its early stop, epoch by epoch.
//!
//! The steps are those of [`Notebook::train`], bit for bit; only the report is left out, and where the early stop would end the
//! run the weights are noted and the run goes on. On the circle of the data, where every point z has |z| = 1, an epoch's
//! record has
//!
//! ```text
//! energy at the origin   c = H(0)
//! slope outwards         s = mean of z · ∇H          1 in truth
//! ```

use std::ops::ControlFlow;

use ndarray::{ArrayView2, Axis, s};

use super::{Notebook, Objective, Settings, Terms};
use crate::Result;
use crate::error::check_some;
use crate::learning::{Best, EarlyStopping, Seeds};
use crate::measure::slope_outwards;
use crate::phase_space::{Points, nearest};

/// How many training points a record looks at, at the most, evenly spaced along the trajectory.
const LOOKED_AT: usize = 2000;

// ANCHOR: epoch
/// A run after one of its epochs. All numbers belong to the same weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Which epoch, counted from 0.
    pub index: usize,
    /// The terms of the loss at points that are trained on.
    pub training: Terms,
    /// The terms of the loss at the points set aside.
    pub validation: Terms,
    /// The terms of the loss at the training points nearest to those set aside.
    pub nearest: Terms,
    /// Σ W².
    pub squared_weights: f64,
    /// c, the energy at the origin.
    pub origin: f64,
    /// s, the slope outwards on the circle.
    pub slope: f64,
}
// ANCHOR_END: epoch

impl Epoch {
    /// What the notebook prints, without the penalty: the mean squared errors of slopes and energy.
    pub fn loss(&self) -> f64 {
        self.training.without_l2()
    }

    /// The part of the loss that the notebook's gradient descends: the energy term and the penalty.
    pub fn trained(&self) -> f64 {
        self.training.energy + self.training.l2
    }

    /// Whether the network has become a constant that scores 1.000.
    pub fn is_stuck(&self) -> bool {
        is_stuck(self.loss(), self.slope)
    }
}

/// Whether a network of this loss and this slope outwards has become a constant that scores 1.000.
pub fn is_stuck(loss: f64, slope: f64) -> bool {
    (loss - 1.0).abs() < 5e-4 && slope.abs() < 1e-3
}

/// What early stopping would have made of a run.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The epoch in which the run would have ended.
    pub epoch: usize,
    /// The validation loss there.
    pub validation: f64,
    /// The best validation loss until then, its epoch and its weights.
    pub best: Best,
}

/// A run of the notebook without its early stop.
#[derive(Clone, Debug)]
pub struct History {
    /// The run's settings.
    pub settings: Settings,
    /// The epochs that are recorded, the first of them epoch 0.
    pub epochs: Vec<Epoch>,
    /// Where early stopping would have ended the run, if it came to that.
    pub stop: Option<Stop>,
}

impl History {
    /// Records a run once in `every` epochs, until the network is stuck at 1.000 or `longest` epochs have passed.
    ///
    /// # Errors
    ///
    /// As [`Notebook::new`] and [`Notebook::train_watched`], and [`Error::Setting`](crate::Error::Setting) if `every` or `longest` is 0.
    pub fn record(settings: Settings, every: usize, longest: usize) -> Result<Self> {
        check_some("every", every, "records no epoch")?;
        check_some("longest", longest, "records no epoch")?;
        let mut notebook = Notebook::new(settings)?;
        let mut probe = Probe::of(&notebook);
        let mut stopping = EarlyStopping::new(notebook.settings().patience)?;
        let mut epochs: Vec<Epoch> = Vec::new();
        let mut stop = None;
        notebook.train_watched(|index, notebook| {
            if stop.is_none() {
                let validation = notebook.validation_loss(&mut probe.objective);
                let network = notebook.network();
                if stopping.look(validation, network.parameters()).is_break() {
                    stop = stopping.best().map(|best| Stop {
                        epoch: index,
                        validation,
                        best: best.clone(),
                    });
                }
            }
            if index % every == 0 || index + 1 == longest {
                epochs.push(probe.record(index, notebook));
            }
            if index + 1 >= longest || epochs.last().is_some_and(Epoch::is_stuck) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        Ok(Self {
            settings: notebook.settings().clone(),
            epochs,
            stop,
        })
    }

    /// Records each of these runs with each of the seeds, on as many cores as there are: by run, then by seed.
    ///
    /// # Errors
    ///
    /// As [`Seeds::check`] and [`History::record`].
    pub fn record_all(
        runs: &[Settings],
        seeds: Seeds,
        every: usize,
        longest: usize,
    ) -> Result<Vec<Vec<Self>>> {
        seeds.each_of(runs, |run, seed| {
            Self::record(run.with_seed(seed), every, longest)
        })
    }

    /// The first recorded epoch at 1.000, if the run came to that.
    pub fn stuck_at(&self) -> Option<usize> {
        let stuck = self.epochs.iter().find(|epoch| epoch.is_stuck());
        stuck.map(|epoch| epoch.index)
    }

    /// The last recorded epoch.
    ///
    /// # Panics
    ///
    /// If there is none, which [`History::record`] rules out.
    pub fn last(&self) -> &Epoch {
        self.epochs.last().expect("epoch 0 is recorded")
    }
}

/// The points that a record looks at, and what it looks with.
struct Probe {
    objective: Objective,
    training: Points,
    nearest: Points,
}

impl Probe {
    fn of(notebook: &Notebook) -> Self {
        let training = notebook.training_data();
        let stride = training.nrows().div_ceil(LOOKED_AT);
        let (nearest, _) = nearest(notebook.validation_data(), training);
        Self {
            objective: notebook.objective(),
            training: training.slice(s![..; stride, ..]).to_owned(),
            nearest: training.select(Axis(0), &nearest),
        }
    }

    fn record(&mut self, index: usize, notebook: &Notebook) -> Epoch {
        let network = notebook.network();
        let objective = &mut self.objective;
        Epoch {
            index,
            training: objective.terms(network, self.training.view()),
            validation: objective.terms(network, notebook.validation_data()),
            nearest: objective.terms(network, self.nearest.view()),
            squared_weights: network.squared_weights(),
            origin: network.energy(ArrayView2::from(&[[0.0, 0.0]]))[0],
            slope: slope_outwards(network, self.training.view()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Settings {
        Settings {
            samples: 200,
            widths: vec![2, 12, 12, 1],
            batch_size: 16,
            patience: 6,
            ..Settings::default()
        }
    }

    #[test]
    fn a_history_notes_what_the_notebook_returns_and_what_it_threw_away() {
        let mut notebook = Notebook::new(small()).unwrap();
        let losses = notebook.train().unwrap();
        let history = History::record(small(), 7, 2000).unwrap();
        let stop = history.stop.as_ref().unwrap();
        assert_eq!(Some(stop.epoch), losses.stopped_at);
        assert_eq!(losses.best(), Some((stop.best.look, stop.best.value)));
        assert_eq!(losses.validation[stop.epoch], stop.validation);
        assert_ne!(stop.best.parameters, notebook.network().parameters());
        assert!(history.last().index > stop.epoch, "the run goes on");
    }

    #[test]
    fn a_strong_penalty_ends_in_the_constant_that_scores_1() {
        let run = Settings {
            l2: 1e-3,
            ..small()
        };
        let history = History::record(run, 10, 2000).unwrap();
        let last = history.last();
        assert_eq!(history.stuck_at(), Some(last.index));
        assert!(last.squared_weights < history.epochs[0].squared_weights / 10.0);
        assert!((last.origin - 0.5).abs() < 0.02, "{last:?}");
    }

    #[test]
    fn histories_come_back_by_run_and_seed_and_end_when_they_must() {
        let runs = [small(), Settings { l2: 0.0, ..small() }];
        let histories = History::record_all(&runs, Seeds::new(0, 2), 3, 4).unwrap();
        let all = histories.iter().flatten();
        let which: Vec<_> = all.map(|h| (h.settings.l2, h.settings.seed)).collect();
        assert_eq!(which, [(1e-6, 0), (1e-6, 1), (0.0, 0), (0.0, 1)]);
        let epochs: Vec<_> = histories[0][0].epochs.iter().map(|e| e.index).collect();
        assert_eq!(epochs, [0, 3]);
    }
}
