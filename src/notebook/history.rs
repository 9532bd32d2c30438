//! The notebook's run without its early stop, frame by frame.
//!
//! The steps are those of [`Notebook::train`], bit for bit; only the report is left out, and where the early stop would end the
//! run the weights are noted and the run goes on. On the circle of the data, where every point z has |z| = 1, a frame
//! measures
//!
//! ```text
//! energy at the origin   c = H(0)
//! slope outwards         s = mean of z · ∇H          1 in truth
//! ```

use std::ops::ControlFlow;

use ndarray::{ArrayView2, Axis, s};

use super::{Notebook, Objective, Settings as Run, Terms};
use crate::learning::Seeds;
use crate::learning::{Best, EarlyStopping};
use crate::model::Network;
use crate::phase_space::{Points, nearest};
use crate::{Error, Result, settings};

/// How many training points a frame looks at, at the most, evenly spaced along the trajectory.
const LOOKED_AT: usize = 2000;

settings! {
    /// What is filmed, and for how long; the defaults are the book's.
    pub struct Settings {
        /// Its seeds.
        seeds: in Seeds,
        /// Widths of the filmed network; the notebook's, 2,128,128,128,1, takes four times as long
        widths: [usize] = [2, 64, 64, 64, 1],
        /// Widths of the network of the sweeps over λ
        sweep_widths: [usize] = [2, 32, 32, 32, 1],
        /// Factor λ of the sum of squared weights in the film
        l2: f64 = 1e-6,
        /// Epochs of a film at the most
        longest: usize = 250,
        /// Epochs from one frame to the next
        every: usize = 5,
    }
}

impl Settings {
    /// The notebook's run with this λ on a network of these widths: everything else is as its author left it.
    pub fn run(&self, l2: f64, widths: &[usize]) -> Run {
        Run {
            l2,
            widths: widths.to_vec(),
            ..Run::default()
        }
    }

    /// Films a run with every seed, until it is at 1.000 or as long as these settings allow.
    ///
    /// # Errors
    ///
    /// As [`Settings::shoot_all`].
    pub fn shoot(&self, run: &Run) -> Result<Vec<Film>> {
        Ok(self.shoot_all(std::slice::from_ref(run))?.remove(0))
    }

    /// Films each of these runs with every seed, on as many cores as there are; the films come by run, then by seed.
    ///
    /// # Errors
    ///
    /// As [`Settings::check`] and [`Film::shoot`].
    pub fn shoot_all(&self, runs: &[Run]) -> Result<Vec<Vec<Film>>> {
        self.check()?;
        self.seeds.each_of(runs, |run, seed| {
            let run = Run {
                seed,
                ..run.clone()
            };
            Film::shoot(run, self.every, self.longest)
        })
    }

    /// Checks what the notebook's own settings do not check.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for the first one that no film can use.
    pub fn check(&self) -> Result<()> {
        self.seeds.check()?;
        check_reel(self.every, self.longest)
    }
}

fn check_reel(every: usize, longest: usize) -> Result<()> {
    if every == 0 {
        let why = "shows no frame: at least 1 is needed";
        return Err(Error::setting("every", 0, why));
    }
    if longest == 0 {
        let why = "shows no frame: at least 1 is needed";
        return Err(Error::setting("longest", 0, why));
    }
    Ok(())
}

// ANCHOR: frame
/// A run after one of its epochs. All numbers belong to the same weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The epoch, counted from 0.
    pub epoch: usize,
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
// ANCHOR_END: frame

impl Frame {
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
        (self.loss() - 1.0).abs() < 5e-4 && self.slope.abs() < 1e-3
    }
}

/// What early stopping would have made of a run.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The epoch in which the run would have ended.
    pub epoch: usize,
    /// The validation loss there.
    pub validation: f64,
    /// The network there, which the notebook goes on with.
    pub returned: Network,
    /// The best validation loss until then, its epoch and its weights.
    pub best: Best,
}

impl Stop {
    /// The network of the best validation loss.
    pub fn restored(&self) -> Network {
        let mut network = self.returned.clone();
        network
            .parameters_mut()
            .copy_from_slice(&self.best.parameters);
        network
    }
}

/// A run of the notebook without its early stop.
#[derive(Clone, Debug)]
pub struct Film {
    /// The run's settings.
    pub run: Run,
    /// The frames, the first one after epoch 0.
    pub frames: Vec<Frame>,
    /// Where early stopping would have ended it, if the film is that long.
    pub stop: Option<Stop>,
}

impl Film {
    /// Films a run: a frame every so many epochs, until the network is stuck at 1.000 or `longest` epochs have passed.
    ///
    /// # Errors
    ///
    /// As [`Notebook::new`] and [`Notebook::train_watched`], and [`Error::Setting`] if `every` or `longest` is 0.
    pub fn shoot(run: Run, every: usize, longest: usize) -> Result<Self> {
        check_reel(every, longest)?;
        let mut notebook = Notebook::new(run)?;
        let mut camera = Camera::aimed_at(&notebook);
        let mut stopping = EarlyStopping::new(notebook.settings().patience)?;
        let mut frames: Vec<Frame> = Vec::new();
        let mut stop = None;
        notebook.train_watched(|epoch, notebook| {
            if stop.is_none() {
                let validation = notebook.validation_loss_by(&mut camera.objective);
                let network = notebook.network();
                if stopping.look(validation, network.parameters()).is_break() {
                    stop = stopping.best().map(|best| Stop {
                        epoch,
                        validation,
                        returned: network.clone(),
                        best: best.clone(),
                    });
                }
            }
            if epoch % every == 0 || epoch + 1 == longest {
                frames.push(camera.frame(epoch, notebook));
            }
            if epoch + 1 >= longest || frames.last().is_some_and(Frame::is_stuck) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        Ok(Self {
            run: notebook.settings().clone(),
            frames,
            stop,
        })
    }

    /// The epoch of the first frame at 1.000, if the run came to that.
    pub fn stuck_at(&self) -> Option<usize> {
        let frame = self.frames.iter().find(|frame| frame.is_stuck());
        frame.map(|frame| frame.epoch)
    }

    /// The last frame.
    ///
    /// # Panics
    ///
    /// If there is none, which [`Film::shoot`] rules out.
    pub fn last(&self) -> &Frame {
        self.frames.last().expect("a film has its first epoch")
    }
}

/// The points that a frame looks at, and what it looks with.
struct Camera {
    objective: Objective,
    training: Points,
    nearest: Points,
}

impl Camera {
    fn aimed_at(notebook: &Notebook) -> Self {
        let training = notebook.training_data();
        let stride = training.nrows().div_ceil(LOOKED_AT);
        let (nearest, _) = nearest(notebook.validation_data(), training);
        Self {
            objective: notebook.objective(),
            training: training.slice(s![..; stride, ..]).to_owned(),
            nearest: training.select(Axis(0), &nearest),
        }
    }

    fn frame(&mut self, epoch: usize, notebook: &Notebook) -> Frame {
        let network = notebook.network();
        let objective = &mut self.objective;
        let gradients = network.gradient(self.training.view());
        let outwards = gradients.iter().zip(&self.training).map(|(g, z)| g * z);
        Frame {
            epoch,
            training: objective.terms(network, self.training.view()),
            validation: objective.terms(network, notebook.validation_data()),
            nearest: objective.terms(network, self.nearest.view()),
            squared_weights: network.squared_weights(),
            origin: network.energy(ArrayView2::from(&[[0.0, 0.0]]))[0],
            slope: outwards.sum::<f64>() / self.training.nrows() as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Run {
        Run {
            samples: 200,
            widths: vec![2, 12, 12, 1],
            batch_size: 16,
            patience: 6,
            ..Run::default()
        }
    }

    #[test]
    fn a_film_notes_what_the_notebook_returns_and_what_it_threw_away() {
        let mut notebook = Notebook::new(small()).unwrap();
        let history = notebook.train().unwrap();
        let film = Film::shoot(small(), 7, 2000).unwrap();
        let stop = film.stop.as_ref().unwrap();
        assert_eq!(Some(stop.epoch), history.stopped_at);
        assert_eq!(stop.returned.parameters(), notebook.network().parameters());
        assert_eq!(history.best(), Some((stop.best.look, stop.best.value)));
        assert_eq!(history.validation[stop.epoch], stop.validation);
        assert_ne!(stop.restored().parameters(), stop.returned.parameters());
        assert!(film.last().epoch > stop.epoch, "the run goes on");
    }

    #[test]
    fn a_strong_penalty_ends_in_the_constant_that_scores_1() {
        let run = Run {
            l2: 1e-3,
            ..small()
        };
        let film = Film::shoot(run, 10, 2000).unwrap();
        let last = film.last();
        assert_eq!(film.stuck_at(), Some(last.epoch));
        assert!(last.squared_weights < film.frames[0].squared_weights / 10.0);
        assert!((last.origin - 0.5).abs() < 0.02, "{last:?}");
    }

    #[test]
    fn films_come_back_by_run_and_seed_and_end_when_they_must() {
        let settings = Settings {
            seeds: Seeds::new(0, 2),
            longest: 4,
            every: 3,
            ..Settings::default()
        };
        let films = settings
            .shoot_all(&[small(), Run { l2: 0.0, ..small() }])
            .unwrap();
        let which = |film: &Film| (film.run.l2, film.run.seed);
        let all: Vec<_> = films.iter().flatten().map(which).collect();
        assert_eq!(all, [(1e-6, 0), (1e-6, 1), (0.0, 0), (0.0, 1)]);
        let epochs: Vec<_> = films[0][0].frames.iter().map(|frame| frame.epoch).collect();
        assert_eq!(epochs, [0, 3]);
    }

    #[test]
    fn settings_that_no_film_can_use_are_errors() {
        let sentence = |settings: Settings| settings.check().unwrap_err().to_string();
        let default = Settings::default;
        assert_eq!(
            sentence(Settings {
                every: 0,
                ..default()
            }),
            "every = 0 shows no frame: at least 1 is needed"
        );
        assert_eq!(
            sentence(Settings {
                longest: 0,
                ..default()
            }),
            "longest = 0 shows no frame: at least 1 is needed"
        );
        assert_eq!(
            sentence(Settings {
                seeds: Seeds::new(0, 0),
                ..default()
            }),
            "seeds = 0 runs nothing: at least 1 is needed"
        );
        assert_eq!(
            sentence(Settings {
                seeds: Seeds::new(0, u64::MAX),
                ..default()
            }),
            "seeds = 18446744073709551615 is more than the 1000 that a table of spreads is for"
        );
        let narrow = Settings {
            sweep_widths: vec![3, 1],
            ..default()
        };
        let run = narrow.run(0.0, &narrow.sweep_widths);
        assert!(narrow.shoot(&run).is_err());
    }
}
