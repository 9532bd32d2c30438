//! A run that is taken a few steps at a time.

use std::borrow::Cow;
use std::ops::ControlFlow;

use hnn::Result;
use hnn::learning::{Evaluator, Optimizer, Shuffled, Step, run};
use hnn::model::Network;
use hnn::phase_space::Dataset;
use hnn::random::Gaussian;
use hnn::trial::Settings;

/// The training of [`Settings`] from a seed, as [`hnn::trial::Outcome`] has it: the same bits, however it is cut.
pub struct Training {
    settings: Settings,
    data: Dataset,
    network: Network,
    objective: Evaluator,
    batches: Shuffled<'static, Gaussian>,
    optimizer: Box<dyn Optimizer>,
    taken: usize,
    has_diverged: bool,
}

impl Training {
    /// Before the first step.
    ///
    /// # Errors
    ///
    /// As [`Settings::start`].
    pub fn new(settings: Settings, seed: u64) -> Result<Self> {
        let (data, network, random) = settings.start(seed)?;
        Self::on(settings, data, network, random)
    }

    /// Of this network on these data, whatever the settings say of data, points and widths, as [`hnn::trial::Outcome::on`].
    ///
    /// # Errors
    ///
    /// [`hnn::Error::Setting`] for settings that no run can use.
    pub fn on(
        settings: Settings,
        data: Dataset,
        network: Network,
        random: Gaussian,
    ) -> Result<Self> {
        let horizon = settings.schedule.schedule(settings.steps);
        horizon.check(settings.learning_rate, settings.steps)?;
        Ok(Self {
            objective: Evaluator::new(settings.objective.loss(settings.l2), &network)?,
            batches: Shuffled::new(Cow::Owned(data.clone()), settings.batch_size, random)?,
            optimizer: settings.optimizer(&network),
            data,
            network,
            settings,
            taken: 0,
            has_diverged: false,
        })
    }

    /// Takes so many steps, or those that are left; `observe` sees each before it is taken.
    pub fn advance(&mut self, steps: usize, mut observe: impl FnMut(&Step)) {
        let all = self.settings.steps;
        let from = self.taken;
        let to = all.min(from + steps);
        if self.has_diverged {
            return;
        }
        let schedule = self.settings.schedule.schedule(all);
        let rates = (from..to).map(|step| schedule.rate(self.settings.learning_rate, step, all));
        let taken = &mut self.taken;
        let ending = run(
            &mut self.network,
            &mut self.objective,
            &mut self.batches,
            &mut self.optimizer,
            rates,
            |step| {
                if !step.loss.is_finite() {
                    return ControlFlow::Break(());
                }
                observe(&Step {
                    index: *taken,
                    ..*step
                });
                *taken += 1;
                ControlFlow::Continue(())
            },
        );
        self.has_diverged = ending.is_break();
    }

    /// Trains on along another loss from here.
    ///
    /// # Errors
    ///
    /// As [`Evaluator::new`].
    pub fn descend(&mut self, loss: hnn::learning::Loss) -> Result<()> {
        self.objective = Evaluator::new(loss, &self.network)?;
        Ok(())
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What it is trained on.
    pub fn data(&self) -> &Dataset {
        &self.data
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The steps taken.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// The steps that it takes in all: those taken, of one whose loss is no number any more.
    pub fn all(&self) -> usize {
        match self.has_diverged {
            true => self.taken,
            false => self.settings.steps,
        }
    }

    /// Whether the loss is no number any more.
    pub fn has_diverged(&self) -> bool {
        self.has_diverged
    }
}
