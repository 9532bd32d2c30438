//! The notebook's run without its early stop, recorded as [`hnn::notebook::history`] records it, while it runs.

use std::ops::ControlFlow;

use hnn::Result;
use hnn::learning::EarlyStopping;
use hnn::measure::{living_units, slope_outwards};
use hnn::model::Network;
use hnn::notebook::history::is_stuck;
use hnn::notebook::{Gradient, Notebook, Objective, Run, Settings};
use hnn::phase_space::{Points, even_circle};

use super::profile::profile;
use super::walk::walk;

/// Epochs from one record to the next, and at the most; the same as in the chapters that record.
pub(super) const EVERY: usize = 5;
pub(super) const LONGEST: usize = 250;

/// How many points the loss is taken at, and how many units must live at.
const POINTS: usize = 2000;
const CIRCLE: usize = 200;

/// The run of chapter 6's sweeps: the notebook's, on a quarter of its width.
pub(super) fn quarter(l2: f64) -> Settings {
    Settings {
        widths: vec![2, 32, 32, 32, 1],
        l2,
        ..Settings::default()
    }
}

/// What there was to see after an epoch.
pub(super) struct Seen {
    pub epoch: usize,
    /// The printed loss, without the penalty.
    pub loss: f64,
    /// Σ W².
    pub squared_weights: f64,
    /// The mean slope outwards on the circle, 1 in truth.
    pub slope: f64,
    /// The share of the units that are on somewhere on the circle.
    pub living: f64,
    pub profile: Vec<(f64, f64)>,
    pub network: Network,
}

/// A run as early stopping found it.
pub(super) struct Stopped {
    pub seen: Seen,
    /// The validation loss there.
    pub validation: f64,
    /// The epoch of the least validation loss until then, and that.
    pub best: (usize, f64),
}

pub(super) struct Recorded {
    pub run: Run,
    /// Before the first step.
    pub first: Seen,
    pub seen: Vec<Seen>,
    /// Where early stopping ends it, or would have ended it.
    pub stopped: Option<Stopped>,
    pub stops: bool,
    watch: Watch,
}

struct Watch {
    objective: Objective,
    points: Points,
    circle: Points,
    stopping: EarlyStopping,
}

impl Recorded {
    pub fn new(notebook: Notebook) -> Result<Self> {
        let run = Run::along(notebook, Gradient::Hand);
        let notebook = run.notebook();
        let mut watch = Watch {
            objective: notebook.objective(),
            points: notebook.even_points(POINTS),
            circle: even_circle(CIRCLE),
            stopping: EarlyStopping::new(notebook.settings().patience)?,
        };
        Ok(Self {
            first: watch.look(0, &run),
            run,
            seen: Vec::new(),
            stopped: None,
            stops: false,
            watch,
        })
    }

    /// Goes on until it is stuck, is stopped, or has come to its end.
    pub fn advance(&mut self, steps: usize) -> Result<()> {
        let (taken, all) = self.progress();
        if taken == all {
            return Ok(());
        }
        let (watch, seen, stopped) = (&mut self.watch, &mut self.seen, &mut self.stopped);
        let of_epoch = self.run.in_an_epoch();
        walk(&mut self.run, steps, all, of_epoch, |run| {
            let epoch = run.taken() / of_epoch - 1;
            if stopped.is_none() {
                *stopped = watch.judge(epoch, run);
            }
            if epoch.is_multiple_of(EVERY) || run.taken() == all {
                seen.push(watch.look(epoch, run));
            }
            let is_stuck = seen.last().is_some_and(Seen::is_stuck);
            match is_stuck || self.stops && stopped.is_some() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })
    }

    pub fn progress(&self) -> (usize, usize) {
        let taken = self.run.taken();
        match self.last().is_stuck() || self.stops && self.stopped.is_some() {
            true => (taken, taken),
            false => (taken, LONGEST * self.run.in_an_epoch()),
        }
    }

    /// The last record; before the first epoch, what there is at the start.
    pub fn last(&self) -> &Seen {
        self.seen.last().unwrap_or(&self.first)
    }
}

impl Watch {
    fn look(&mut self, epoch: usize, run: &Run) -> Seen {
        let network = run.notebook().network();
        let living = living_units(network, self.circle.view());
        let units: usize = network.widths()[1..].iter().sum::<usize>() - 1;
        Seen {
            epoch,
            loss: self
                .objective
                .terms(network, self.points.view())
                .without_l2(),
            squared_weights: network.squared_weights(),
            slope: slope_outwards(network, self.points.view()),
            living: living.iter().sum::<usize>() as f64 / units as f64,
            profile: profile(network),
            network: network.clone(),
        }
    }

    fn judge(&mut self, epoch: usize, run: &Run) -> Option<Stopped> {
        let validation = run.notebook().validation_loss(&mut self.objective);
        let has_ended = self.stopping.look(validation, &[]).is_break();
        let best = self.stopping.best().filter(|_| has_ended)?;
        let best = (best.look, best.value);
        Some(Stopped {
            seen: self.look(epoch, run),
            validation,
            best,
        })
    }
}

impl Seen {
    pub fn is_stuck(&self) -> bool {
        is_stuck(self.loss, self.slope)
    }
}
