//! The notebook's training loop and what it reports.

use ndarray::{ArrayView2, Axis, s};

use super::{Objective, Settings};
use crate::dataset::{Points, linspace, min_max_normalize, oscillator_trajectory};
use crate::evidence::Table;
use crate::gradient_check::Differences;
use crate::hamiltonian::forward_difference;
use crate::network::Network;
use crate::optimizer::Adam;
use crate::progress::Progress;
use crate::random::{Gaussian, RandomSource};
use crate::schedule::half_cosine;
use crate::{Error, Result};

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
        let random = Gaussian::from_seed(settings.seed);
        Self::with_random(settings, random)
    }
}

impl<R: RandomSource + Sync> Notebook<R> {
    /// The notebook with its randomness from `random`: the weights now, the shuffles later from the same stream.
    ///
    /// # Errors
    ///
    /// As [`Notebook::new`].
    pub fn with_random(settings: Settings, mut random: R) -> Result<Self> {
        settings.check()?;
        let times = linspace(0.0, 10.0, settings.samples);
        let data = min_max_normalize(oscillator_trajectory(times.view(), settings.mass))?;
        let network = Network::he(&settings.widths, &mut random)?;
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
        let training = self.training_data();
        let stride = training.nrows() / self.settings.batch_size;
        training
            .slice(s![..stride * self.settings.batch_size; stride, ..])
            .to_owned()
    }

    /// Room for the loss and the hand-written gradient at up to `rows` points.
    pub fn objective(&self, rows: usize) -> Objective {
        Objective::new(&self.settings, &self.network, rows)
    }

    /// Central differences of step `h` of a loss at these points, one (q, p) a row: of [`Objective::loss`], say.
    pub fn differences(
        &self,
        points: &Points,
        h: f64,
        loss: fn(&mut Objective, &Network, ArrayView2<f64>) -> f64,
    ) -> Differences {
        Differences::central(&self.network, h, || {
            let mut objective = self.objective(points.nrows());
            move |network| loss(&mut objective, network, points.view())
        })
    }

    /// Trains as the notebook does, to its early stop or its last epoch, and leaves the last weights in place.
    ///
    /// **Slip**: the best weights are not kept.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`] when an epoch's loss is not a finite number.
    pub fn train(&mut self) -> Result<History> {
        let settings = &self.settings;
        let (batch_size, network) = (settings.batch_size, &mut self.network);
        let (training, validation) = self
            .data
            .view()
            .split_at(Axis(0), settings.training_points());
        let mut points = training.to_owned();
        let mut indices: Vec<usize> = Vec::with_capacity(points.nrows());
        let mut objective = Objective::new(settings, network, batch_size);
        let mut judge = Objective::new(settings, network, validation.nrows());
        let mut adam = Adam::new(network.parameters().len());
        let mut gradient = vec![0.0; network.parameters().len()];
        let mut history = History::default();
        let mut steps = 0;
        let mut best = f64::INFINITY;
        let mut wait = 0;
        let progress = Progress::start(format!("seed {}", settings.seed), settings.epochs);
        for epoch in 0..settings.epochs {
            let rate = half_cosine(settings.initial_rate, epoch, settings.epochs);
            indices.clear();
            indices.extend(0..points.nrows());
            self.random.shuffle(&mut indices);
            // Shuffles accumulate: what is shuffled is the order of the epoch before.
            points = points.select(Axis(0), &indices);
            let mut total = 0.0;
            for batch in points.axis_chunks_iter(Axis(0), batch_size) {
                total += objective
                    .terms_and_hand_gradient(network, batch, &mut gradient)
                    .loss();
                steps += 1;
                // Slip: the step count is incremented by the loop and again inside Adam, so step k is corrected
                // for the bias of step k + 1.
                adam.step(steps + 1, rate, network.parameters_mut(), &gradient);
            }
            // Slip: the mean divides by the points over the batch size, which is no whole number of batches.
            let batches = points.nrows() as f64 / batch_size as f64;
            let loss = total / batches;
            let judged = judge.terms(network, validation).without_l2();
            history.train.push(loss);
            history.validation.push(judged);
            if !(loss.is_finite() && judged.is_finite()) {
                return Err(Error::Diverged { epoch, loss });
            }
            progress.advance();
            // Slip: the loss watched here is mostly terms that are not trained.
            if judged < best {
                best = judged;
                wait = 0;
            } else {
                wait += 1;
                if wait >= settings.patience {
                    history.stopped_at = Some(epoch);
                    break;
                }
            }
        }
        Ok(history)
    }

    /// The notebook's final test: the learned field at `count` points of the diagonal q = p from -1 to 1.
    ///
    /// **Slip**: the points run from |z| = √2 through 0 and meet the circle of the data nowhere.
    pub fn test_rows(&self, count: usize) -> Vec<TestRow> {
        let diagonal = linspace(-1.0, 1.0, count);
        let row = |&x: &f64| {
            let [dq_dt, dp_dt] = forward_difference(&self.network, self.settings.epsilon, [x, x]);
            TestRow {
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

    /// [`Notebook::test_rows`] at ten points, as the notebook prints them.
    pub fn test_table(&self) -> Table {
        TestRow::table(&self.test_rows(10))
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
    /// The rows under the notebook's headings, with its digits.
    pub fn table(rows: &[TestRow]) -> Table {
        let headings = [
            "q",
            "p",
            "dH/dp",
            "-dH/dq",
            "expected dH/dp",
            "expected -dH/dq",
        ];
        let mut table = Table::new(headings);
        for row in rows {
            table.row([
                format!("{:.2}", row.q),
                format!("{:.2}", row.p),
                format!("{:.4}", row.dh_dp),
                format!("{:.4}", row.minus_dh_dq),
                format!("{:.4}", row.expected_dh_dp),
                format!("{:.4}", row.expected_minus_dh_dq),
            ]);
        }
        table
    }
}

/// The losses of a run, one an epoch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Mean training loss of each epoch, L2 included, while the weights move.
    pub train: Vec<f64>,
    /// Validation loss after each epoch.
    pub validation: Vec<f64>,
    /// The epoch of the early stop.
    pub stopped_at: Option<usize>,
}

impl History {
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
