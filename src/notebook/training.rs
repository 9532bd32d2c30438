//! The notebook's training loop and what it reports.

use std::ops::ControlFlow;

use ndarray::{ArrayView2, Axis, s};

use super::gradients::{Gradient, Guide};
use super::{Objective, Settings};
use crate::evidence::Table;
use crate::learning::{
    Adam, Batch, Batches, Differentiable, EarlyStopping, Optimizer, Step, half_cosine, run,
};
use crate::measure::Differences;
use crate::mechanics::{Difference, Differenced};
use crate::model::{Activation, Biases, Initializer, Network};
use crate::phase_space::{Dataset, Points, linspace, min_max_normalize, oscillator_trajectory};
use crate::progress::Progress;
use crate::random::{Gaussian, RandomSource};
use crate::{Error, Result};

/// Validation points whose losses are added up together. It is fixed, as the order of a sum can change its last bit.
const BLOCK: usize = 125;

/// The notebook's data and network under given settings, with the source of its randomness.
#[derive(Clone, Debug)]
pub struct Notebook<R = Gaussian> {
    settings: Settings,
    data: Points,
    network: Network,
    random: R,
}

impl Notebook {
    /// The notebook with He-normal weights and zero biases from the settings' seed.
    ///
    /// # Errors
    ///
    /// As [`Settings::check`], and [`Error::ZeroRange`] if the data cannot be normalised.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::with_activation(settings, Activation::Relu)
    }

    /// As [`Notebook::new`], with the same initial weights under another activation.
    ///
    /// # Errors
    ///
    /// As [`Notebook::new`].
    pub fn with_activation(settings: Settings, activation: Activation) -> Result<Self> {
        let random = Gaussian::from_seed(settings.seed);
        Self::with_random(settings, activation, Initializer::He, random)
    }
}

impl<R: RandomSource + Sync> Notebook<R> {
    /// The notebook with other initial weights, and all randomness from `random`: the weights now, the shuffles later from the
    /// same stream.
    ///
    /// # Errors
    ///
    /// As [`Notebook::new`].
    pub fn with_random(
        settings: Settings,
        activation: Activation,
        weights: Initializer,
        mut random: R,
    ) -> Result<Self> {
        settings.check()?;
        let times = linspace(0.0, 10.0, settings.samples);
        let data = min_max_normalize(oscillator_trajectory(times.view(), settings.mass))?;
        let zero = Biases::Zero;
        let network = Network::random(&settings.widths, activation, weights, zero, &mut random)?;
        Ok(Self {
            settings,
            data,
            network,
            random,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// All points in time order, normalised, one (q, p) a row.
    pub fn data(&self) -> ArrayView2<'_, f64> {
        self.data.view()
    }

    /// The first four fifths of the trajectory.
    pub fn training_data(&self) -> ArrayView2<'_, f64> {
        self.data.slice(s![..self.settings.training_points(), ..])
    }

    /// The last fifth of the trajectory.
    ///
    /// **Slip**: t runs over more than one period, so validation repeats phases that were trained on.
    pub fn validation_data(&self) -> ArrayView2<'_, f64> {
        self.data.slice(s![self.settings.training_points().., ..])
    }

    /// A batch of training points, evenly spaced in time over the trajectory: one that no seed picked.
    pub fn even_batch(&self) -> Points {
        self.even_points(self.settings.batch_size)
    }

    /// So many training points, evenly spaced in time over the trajectory, or all if there are fewer.
    pub fn even_points(&self, count: usize) -> Points {
        let training = self.training_data();
        let count = count.min(training.nrows());
        let stride = training.nrows() / count;
        training.slice(s![..stride * count; stride, ..]).to_owned()
    }

    /// The loss and the hand-written gradient under these settings.
    pub fn objective(&self) -> Objective {
        Objective::new(&self.settings, &self.network)
    }

    /// Central differences of step `h` of a loss at these points, one (q, p) a row: of [`Objective::loss`], say. As
    /// [`Differences::of`], of `most` parameters of each weight matrix and bias vector at the most.
    pub fn differences(
        &self,
        points: &Points,
        h: f64,
        most: usize,
        loss: fn(&mut Objective, &Network, ArrayView2<f64>) -> f64,
    ) -> Differences {
        Differences::of(&self.network, h, most, || {
            let mut objective = self.objective();
            move |network| loss(&mut objective, network, points.view())
        })
    }

    /// One of its gradients at these points, taken as one batch, and at the network's weights as they are now.
    pub fn gradient(&self, which: Gradient, points: &Points) -> Vec<f64> {
        which.at(&self.settings, &self.network, points.view())
    }

    /// Trains as the notebook does, along a gradient of the caller's choice, for this many epochs of the settings: nothing
    /// is reported and nothing stops early. Leaves the last weights in place.
    ///
    /// `watch` sees the number of steps taken and the network, before every step and after the last. Along
    /// [`Gradient::Hand`] the weights are those of [`Notebook::train`] to the last bit, as long as that has not stopped.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the epochs are more than those of the settings, [`Error::Diverged`] when the
    /// weights are no longer finite numbers after an epoch.
    pub fn follow(
        &mut self,
        which: Gradient,
        epochs: usize,
        mut watch: impl FnMut(usize, &Network),
    ) -> Result<()> {
        if epochs > self.settings.epochs {
            let why = format!(
                "but the learning rate is zero after {}",
                self.settings.epochs
            );
            return Err(Error::setting("epochs", epochs, why));
        }
        let mut guide = which.guide(&self.settings, &self.network);
        let mut taken = 0;
        let each = |step: &Step| {
            watch(taken, step.network);
            taken += 1;
        };
        let on = |_, _, _: &Self| Ok(ControlFlow::Continue(()));
        let adam = &mut self.adam();
        self.walk(&mut guide, adam, epochs, each, on)?;
        watch(taken, &self.network);
        Ok(())
    }

    /// Trains as the notebook does, to its early stop or its last epoch, and leaves the last weights in place.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`] when an epoch's loss or weights are not finite numbers.
    pub fn train(&mut self) -> Result<Losses> {
        let mut judge = self.objective();
        let mut stopping = EarlyStopping::new(self.settings.patience)?;
        let mut history = Losses::default();
        let after = |epoch, losses: f64, notebook: &Self| {
            let judged = notebook.validation_loss(&mut judge);
            let loss = notebook.printed_loss(losses);
            history.train.push(loss);
            history.validation.push(judged);
            if !(loss.is_finite() && judged.is_finite()) {
                return Err(Error::Diverged { epoch, loss });
            }
            // Slips: the loss watched here is mostly terms that are not trained, and the best weights are not kept.
            let verdict = stopping.look(judged, &[]);
            history.stopped_at = verdict.is_break().then_some(epoch);
            Ok(verdict)
        };
        let (adam, epochs) = (&mut self.adam(), self.settings.epochs);
        self.walk(&mut self.reported(), adam, epochs, |_| (), after)?;
        Ok(history)
    }

    /// Takes the same steps as [`Notebook::train`] without its report and without its early stop, for a fraction of the time.
    /// The weights are the same bits: no weight depends on a reported loss.
    ///
    /// `watch` sees the notebook after each epoch, and may break off the run.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`] when the weights are no longer finite numbers after an epoch.
    pub fn train_watched(
        &mut self,
        watch: impl FnMut(usize, &Self) -> ControlFlow<()>,
    ) -> Result<()> {
        let adam = self.adam();
        self.train_by(adam, watch)
    }

    /// As [`Notebook::train_watched`], by another optimizer: everything else, and the order of the points, is the same.
    ///
    /// # Errors
    ///
    /// As [`Notebook::train_watched`].
    pub fn train_by(
        &mut self,
        mut optimizer: impl Optimizer,
        mut watch: impl FnMut(usize, &Self) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut guide = Gradient::Hand.guide(&self.settings, &self.network);
        let after = |epoch, _, notebook: &Self| Ok(watch(epoch, notebook));
        let epochs = self.settings.epochs;
        self.walk(&mut guide, &mut optimizer, epochs, |_| (), after)
    }

    /// Slip: the step count is incremented by the loop and again inside Adam, so step k is corrected for the bias of step
    /// k + 1.
    fn adam(&self) -> Adam {
        Adam::new(self.network.parameters().len()).counting_from(1)
    }

    /// Trains epoch by epoch in the notebook's way: `each` sees every step before it is taken, and `after` every epoch, the
    /// sum of its losses in the order of the steps, and the notebook after it.
    fn walk(
        &mut self,
        objective: &mut impl Differentiable,
        optimizer: &mut impl Optimizer,
        epochs: usize,
        mut each: impl FnMut(&Step),
        mut after: impl FnMut(usize, f64, &Self) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut batches = Cumulative::of(self);
        let progress = Progress::start(format!("seed {}", self.settings.seed), epochs);
        for epoch in 0..epochs {
            let mut losses = 0.0;
            let observe = |step: &Step| {
                losses += step.loss;
                each(step);
            };
            self.walk_on(&mut batches, usize::MAX, objective, optimizer, observe)?;
            progress.advance();
            if after(epoch, losses, self)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// So many steps, or those that are left of the epoch.
    fn walk_on(
        &mut self,
        batches: &mut Cumulative,
        steps: usize,
        objective: &mut impl Differentiable,
        optimizer: &mut impl Optimizer,
        mut each: impl FnMut(&Step),
    ) -> Result<()> {
        if batches.left() == 0 {
            batches.shuffle(&mut self.random);
        }
        let epoch = batches.shuffles - 1;
        let rate = half_cosine(self.settings.learning_rate, epoch, self.settings.epochs);
        let rates = std::iter::repeat_n(rate, steps.min(batches.left()));
        let observe = |step: &Step| {
            each(step);
            ControlFlow::<()>::Continue(())
        };
        let network = &mut self.network;
        let _ = run(network, objective, batches, optimizer, rates, observe);
        if batches.left() == 0 {
            let size = self.network.squared_weights();
            if !size.is_finite() {
                return Err(Error::Diverged { epoch, loss: size });
            }
        }
        Ok(())
    }

    /// The training loss that it prints of an epoch whose losses have this sum.
    ///
    /// **Slip**: the mean divides by the points over the batch size, which is no whole number of batches.
    pub fn printed_loss(&self, losses: f64) -> f64 {
        let points = self.settings.training_points() as f64;
        losses / (points / self.settings.batch_size as f64)
    }

    /// The hand-written gradient, and with it the loss that is printed.
    fn reported(&self) -> Guide {
        let mut objective = self.objective();
        Box::new(
            move |network: &Network, batch: Batch, gradient: &mut [f64]| {
                objective
                    .terms_and_hand_gradient(network, batch.points, gradient)
                    .loss()
            },
        )
    }

    /// The loss that the notebook reports after an epoch: the mean over all validation points, without L2. `objective` is the
    /// notebook's, which is megabytes large and made once.
    pub fn validation_loss(&self, objective: &mut Objective) -> f64 {
        let points = self.validation_data();
        let sums = points
            .axis_chunks_iter(Axis(0), BLOCK)
            .map(|block| objective.terms(&self.network, block).without_l2() * block.nrows() as f64);
        sums.sum::<f64>() / points.nrows() as f64
    }

    /// The notebook's final test of its network at ten points, as it prints it.
    pub fn test_table(&self) -> Table {
        TestRow::table(&TestRow::of(&self.network, self.settings.epsilon, 10))
    }
}

/// A run of the notebook that is taken some steps at a time, the same bits however it is cut.
pub struct Run<R = Gaussian> {
    notebook: Notebook<R>,
    batches: Cumulative,
    guide: Guide,
    adam: Adam,
    taken: usize,
}

impl<R: RandomSource + Sync> Run<R> {
    /// The steps of [`Notebook::follow`], before the first of them.
    pub fn along(notebook: Notebook<R>, gradient: Gradient) -> Self {
        let guide = gradient.guide(&notebook.settings, &notebook.network);
        Self::guided(notebook, guide)
    }

    /// The steps of [`Notebook::train`], each with the loss that it reports, before the first of them.
    pub fn reported(notebook: Notebook<R>) -> Self {
        let guide = notebook.reported();
        Self::guided(notebook, guide)
    }

    fn guided(notebook: Notebook<R>, guide: Guide) -> Self {
        Self {
            batches: Cumulative::of(&notebook),
            guide,
            adam: notebook.adam(),
            notebook,
            taken: 0,
        }
    }

    /// Takes so many steps, or those that are left; `each` sees every one before it is taken.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`] when the weights are no longer finite numbers after an epoch.
    pub fn advance(&mut self, steps: usize, mut each: impl FnMut(&Step)) -> Result<()> {
        let to = self.all().min(self.taken.saturating_add(steps));
        while self.taken < to {
            let (batches, guide, adam) = (&mut self.batches, &mut self.guide, &mut self.adam);
            let taken = &mut self.taken;
            let left = to - *taken;
            self.notebook.walk_on(batches, left, guide, adam, |step| {
                let index = *taken;
                each(&Step {
                    index,
                    evaluations: index + 1,
                    ..*step
                });
                *taken += 1;
            })?;
        }
        Ok(())
    }

    /// From here on along another gradient; the optimizer remembers the steps before.
    pub fn exchange(&mut self, gradient: Gradient) {
        self.guide = gradient.guide(&self.notebook.settings, &self.notebook.network);
    }

    /// The steps taken.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// The steps in all the epochs of the settings.
    pub fn all(&self) -> usize {
        self.notebook.settings.epochs * self.in_an_epoch()
    }

    /// The steps in an epoch.
    pub fn in_an_epoch(&self) -> usize {
        self.batches.in_an_epoch()
    }

    /// The notebook as it is now.
    pub fn notebook(&self) -> &Notebook<R> {
        &self.notebook
    }
}

/// The notebook's batches: all training points once an epoch, the last batch as short as it comes.
struct Cumulative {
    data: Dataset,
    order: Vec<usize>,
    batch_size: usize,
    used: usize,
    shuffles: usize,
}

impl Cumulative {
    /// Before the first shuffle.
    fn of<R: RandomSource + Sync>(notebook: &Notebook<R>) -> Self {
        let points = notebook.training_data().to_owned();
        let used = points.nrows();
        let data = Dataset::of(&notebook.settings.oscillator(), points);
        Self {
            order: Vec::with_capacity(used),
            used,
            data: data.expect("checked settings and finite points"),
            batch_size: notebook.settings.batch_size,
            shuffles: 0,
        }
    }

    fn in_an_epoch(&self) -> usize {
        self.data.rows().div_ceil(self.batch_size)
    }

    /// Batches until the next shuffle is due.
    fn left(&self) -> usize {
        (self.data.rows() - self.used).div_ceil(self.batch_size)
    }

    /// Shuffles accumulate: what is shuffled is the order of the epoch before.
    fn shuffle(&mut self, random: &mut impl RandomSource) {
        self.order.clear();
        self.order.extend(0..self.data.rows());
        random.shuffle(&mut self.order);
        self.data = self.data.select(&self.order);
        self.used = 0;
        self.shuffles += 1;
    }
}

impl Batches for Cumulative {
    fn next(&mut self) -> Batch<'_> {
        let from = self.used;
        self.used = self.data.rows().min(from + self.batch_size);
        Batch::from(&self.data).block(from, self.used)
    }
}

/// One row of the notebook's final table, its headings as names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestRow {
    /// Position.
    pub q: f64,
    /// Momentum.
    pub p: f64,
    /// Learned ∂H/∂p.
    pub dh_dp: f64,
    /// What stands under "-dH/dq". **Slip**: it is +∂H/∂q.
    pub minus_dh_dq: f64,
    /// p.
    pub expected_dh_dp: f64,
    /// -q.
    pub expected_minus_dh_dq: f64,
}

impl TestRow {
    /// The notebook's final test: the learned field at `count` points of the diagonal q = p from -1 to 1, by forward
    /// differences of step `epsilon`.
    ///
    /// **Slip**: the points run from |z| = √2 through 0 and meet the circle of the data nowhere.
    pub fn of(network: &Network, epsilon: f64, count: usize) -> Vec<Self> {
        let diagonal = linspace(-1.0, 1.0, count);
        let mut field = Differenced::of(network, Difference::Forward(epsilon));
        let row = |&x: &f64| {
            let [dq_dt, dp_dt] = field.at([x, x]);
            Self {
                q: x,
                p: x,
                dh_dp: dq_dt,
                // Slip: the loop's -∂H/∂q is negated once more under the heading "-dH/dq".
                minus_dh_dq: -dp_dt,
                expected_dh_dp: x,
                expected_minus_dh_dq: -x,
            }
        };
        diagonal.iter().map(row).collect()
    }

    /// The rows under the notebook's headings, with its digits.
    pub fn table(rows: &[TestRow]) -> Table {
        Table::of(rows)
            .column("q", |row| format!("{:.2}", row.q))
            .column("p", |row| format!("{:.2}", row.p))
            .column("dH/dp", |row| format!("{:.4}", row.dh_dp))
            .column("-dH/dq", |row| format!("{:.4}", row.minus_dh_dq))
            .column("expected dH/dp", |row| format!("{:.4}", row.expected_dh_dp))
            .column("expected -dH/dq", |row| {
                format!("{:.4}", row.expected_minus_dh_dq)
            })
            .table()
    }
}

/// The losses of a run, one an epoch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Losses {
    /// Mean training loss of each epoch, L2 included, while the weights move.
    pub train: Vec<f64>,
    /// Validation loss after each epoch.
    pub validation: Vec<f64>,
    /// The epoch of the early stop.
    pub stopped_at: Option<usize>,
}

impl Losses {
    /// What the notebook prints while it trains: every tenth epoch, and the early stop.
    pub fn lines(&self) -> String {
        let losses = self.train.iter().zip(&self.validation).enumerate();
        let mut lines: Vec<String> = losses
            .step_by(10)
            .map(|(epoch, (train, validation))| {
                format!("Epoch {epoch:>4}: train {train:.6}, val {validation:.6}")
            })
            .collect();
        lines.extend(
            self.stopped_at
                .map(|epoch| format!("Early stopping at epoch {epoch}")),
        );
        lines.join("\n")
    }

    /// The smallest validation loss and its epoch.
    pub fn best(&self) -> Option<(usize, f64)> {
        let losses = self.validation.iter().copied().enumerate();
        losses.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_the_same_bits_without_the_report() {
        let settings = Settings {
            samples: 800,
            widths: vec![2, 16, 16, 1],
            epochs: 4,
            ..Settings::default()
        };
        let mut reported = Notebook::new(settings.clone()).unwrap();
        let history = reported.train().unwrap();
        let mut watched = Notebook::new(settings).unwrap();
        let mut objective = watched.objective();
        let mut losses = Vec::new();
        let watch = |epoch, notebook: &Notebook| {
            assert_eq!(epoch, losses.len());
            losses.push(notebook.validation_loss(&mut objective));
            ControlFlow::Continue(())
        };
        watched.train_watched(watch).unwrap();
        assert_eq!(losses, history.validation);
        assert_eq!(
            watched.network().parameters(),
            reported.network().parameters()
        );
    }

    #[test]
    fn a_run_is_the_same_bits_however_it_is_cut() {
        let settings = Settings {
            samples: 203,
            widths: vec![2, 9, 7, 1],
            batch_size: 16,
            epochs: 4,
            ..Settings::default()
        };
        let notebook = || Notebook::new(settings.clone()).unwrap();
        let along = |gradient| {
            let mut notebook = notebook();
            notebook.follow(gradient, 4, |_, _| ()).unwrap();
            notebook.network.parameters().to_vec()
        };
        let mut exact = Run::along(notebook(), Gradient::Exact);
        let mut seen = Vec::new();
        for steps in [1, 3, 30, 100] {
            exact.advance(steps, |step| seen.push(step.index)).unwrap();
        }
        assert_eq!((seen, exact.all()), ((0..44).collect(), exact.taken()));
        assert_eq!(exact.notebook.network.parameters(), along(Gradient::Exact));

        let mut train = notebook();
        let history = train.train().unwrap();
        let mut reported = Run::reported(notebook());
        let mut last = 0.0;
        reported.advance(33, |_| ()).unwrap();
        reported.advance(11, |step| last += step.loss).unwrap();
        assert_eq!(
            reported.notebook.network.parameters(),
            train.network.parameters()
        );
        assert_eq!(reported.notebook().printed_loss(last), history.train[3]);

        let mut both = Run::along(notebook(), Gradient::Exact);
        both.advance(20, |_| ()).unwrap();
        both.exchange(Gradient::Hand);
        both.advance(24, |_| ()).unwrap();
        for one in [Gradient::Exact, Gradient::Hand] {
            assert_ne!(both.notebook.network.parameters(), along(one), "{one:?}");
        }
    }

    #[test]
    fn weights_of_silent_units_fade_to_zero_and_never_to_subnormal_numbers() {
        let settings = Settings {
            samples: 100,
            widths: vec![2, 8, 8, 1],
            batch_size: 16,
            l2: 1e-5,
            epochs: 8000,
            ..Settings::default()
        };
        let mut notebook = Notebook::new(settings).unwrap();
        let mut zeros = 0;
        let watch = |epoch, notebook: &Notebook| {
            let parameters = notebook.network().parameters();
            let subnormal = parameters.iter().find(|x| x.is_subnormal());
            assert_eq!(subnormal, None, "epoch {epoch}");
            zeros = parameters.iter().filter(|&&x| x == 0.0).count();
            ControlFlow::Continue(())
        };
        notebook.train_watched(watch).unwrap();
        assert!(zeros > 0, "no unit went silent");
    }

    #[test]
    fn a_watched_run_ends_when_it_is_told_to() {
        let settings = Settings {
            samples: 50,
            widths: vec![2, 4, 1],
            batch_size: 8,
            ..Settings::default()
        };
        let mut notebook = Notebook::new(settings).unwrap();
        let mut epochs = 0;
        let watch = |_, _: &Notebook| {
            epochs += 1;
            if epochs == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        notebook.train_watched(watch).unwrap();
        assert_eq!(epochs, 3);
    }
}
