//! Three gradients that the notebook's training loop can follow.
//!
//! ```text
//! L = mean of (∂H/∂p - p/m)² + (-∂H/∂q + k q)² + (H - H_true)²   + λ Σ W²
//!
//! hand         ∂/∂θ of the last two terms: the notebook's own
//! differences  ∂/∂θ of all four, ∂H/∂q and ∂H/∂p being the notebook's forward differences
//! exact        ∂/∂θ of all four, ∂H/∂q and ∂H/∂p being exact: see `hnn::learning`
//! ```
//!
//! A forward difference is made of outputs of the network, H₀ = H(q, p), H₁ = H(q + ε, p) and H₂ = H(q, p + ε), so L with
//! differences is a loss of three outputs a point. An ordinary backward pass over three points instead of one does it.

use ndarray::{Array1, Array2, ArrayView2, Axis, s};

use super::{Objective, Settings};
use crate::evidence::{Colour, Mark, Series};
use crate::learning::{Batch, Evaluator, Loss};
use crate::measure::Comparison;
use crate::mechanics::{Difference, Stencil};
use crate::model::elementwise::Order;
use crate::model::{MOST_ROWS, Network, Pass};
use crate::phase_space::{Dataset, Oscillator, Points, State};

/// What the weights follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gradient {
    /// The notebook's hand-written backward pass: the gradient of the energy term and L2.
    Hand,
    /// The gradient of the whole loss, as the notebook computes that loss: with forward differences.
    Differences,
    /// The gradient of the whole loss with the exact slopes of H.
    Exact,
}

/// Writes the gradient at a batch into a slice of θ's length, and returns what came with it of the loss, NaN for
/// nothing: no run along it is reported.
pub(super) type Guide = Box<dyn FnMut(&Network, Batch, &mut [f64]) -> f64>;

impl Gradient {
    /// Its name: `hand-written`, `differences` or `exact`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand-written",
            Self::Differences => "differences",
            Self::Exact => "exact",
        }
    }

    /// What was found along it, in the marks that it has in every figure.
    pub fn marks(self, points: impl IntoIterator<Item = (f64, f64)>) -> Series {
        let (label, colour, mark) = match self {
            Self::Hand => ("notebook's gradient", Colour::Vermillion, Mark::Dot),
            Self::Differences => ("differences", Colour::Orange, Mark::Cross),
            Self::Exact => ("exact gradient", Colour::Blue, Mark::Cross),
        };
        Series::new(label, colour, points).marked(mark)
    }

    /// This gradient at a network's weights, these points being one batch.
    ///
    /// # Panics
    ///
    /// If a point is not finite or no run can use the settings.
    pub fn at(self, settings: &Settings, network: &Network, points: ArrayView2<f64>) -> Vec<f64> {
        let one_batch = Settings {
            batch_size: points.nrows(),
            ..settings.clone()
        };
        let mut gradient = vec![0.0; network.parameters().len()];
        let labelled = Dataset::of(&settings.oscillator(), points.to_owned());
        let labelled = labelled.expect("checked settings and finite points");
        self.guide(&one_batch, network)(network, Batch::from(&labelled), &mut gradient);
        gradient
    }

    /// This gradient as a function, for networks of this one's widths.
    pub(super) fn guide(self, settings: &Settings, network: &Network) -> Guide {
        match self {
            Self::Hand => {
                let mut objective = Objective::new(settings, network);
                Box::new(move |network, batch, gradient| {
                    objective.hand_gradient(network, batch.points, gradient)
                })
            }
            Self::Differences => {
                let mut connected = Connected::new(settings, network);
                Box::new(move |network, batch, gradient| {
                    connected.gradient(network, batch.points, gradient);
                    f64::NAN
                })
            }
            Self::Exact => {
                let loss = Loss {
                    l2: settings.l2,
                    ..Loss::FULL
                };
                let mut evaluator = Evaluator::new(loss, network).expect("the weights are fine");
                Box::new(move |network, batch, gradient| {
                    evaluator.value_and_gradient(network, batch, gradient)
                })
            }
        }
    }
}

/// The hand-written gradient beside the exact one, at a network on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// How many steps the network has taken.
    pub step: usize,
    /// [`Gradient::Hand`] compared with [`Gradient::Exact`].
    pub hand: Comparison,
    /// Mean of H - H_true: how much too high the learned energies are.
    pub offset: f64,
}

impl Look {
    /// Looks at a network after so many steps, the points being one batch.
    ///
    /// # Panics
    ///
    /// As [`Gradient::at`].
    pub fn at(
        step: usize,
        settings: &Settings,
        network: &Network,
        points: ArrayView2<f64>,
    ) -> Self {
        let [hand, exact] =
            [Gradient::Hand, Gradient::Exact].map(|which| which.at(settings, network, points));
        let energies = network.energy(points);
        let oscillator = settings.oscillator();
        let truths = points.rows().into_iter();
        let truths = truths.map(|z| oscillator.energy([z[0], z[1]]));
        Self {
            step,
            hand: Comparison::with_exact(&hand, &exact),
            offset: (energies.sum() - truths.sum::<f64>()) / points.nrows() as f64,
        }
    }
}

/// Points that fit into one pass together with their two neighbours.
const TOGETHER: usize = MOST_ROWS / 3;

/// The gradient of the loss with differences in it.
struct Connected {
    oscillator: Oscillator,
    l2: f64,
    stencil: Stencil<f64>,
    pass: Pass,
    /// The points, below them (q + ε, p), and below those (q, p + ε).
    probes: Points,
    /// ∂L/∂H at each of them.
    by_output: Array1<f64>,
}

impl Connected {
    fn new(settings: &Settings, network: &Network) -> Self {
        Self {
            oscillator: settings.oscillator(),
            l2: settings.l2,
            stencil: Stencil::of(Difference::Forward(settings.epsilon)),
            pass: Pass::new(network, 3 * TOGETHER),
            probes: Array2::zeros((3 * TOGETHER, 2)),
            by_output: Array1::zeros(3 * TOGETHER),
        }
    }

    fn gradient(&mut self, network: &Network, points: ArrayView2<f64>, gradient: &mut [f64]) {
        gradient.fill(0.0);
        let share = 2.0 / points.nrows() as f64;
        for block in points.axis_chunks_iter(Axis(0), TOGETHER) {
            let rows = block.nrows();
            let mut probes = self.probes.slice_mut(s![..3 * rows, ..]);
            for (probe, to) in probes.axis_chunks_iter_mut(Axis(0), rows).enumerate() {
                self.stencil.place(probe, block, to);
            }
            self.pass.forward(network, probes.view(), Order::First);
            for (row, z) in block.rows().into_iter().enumerate() {
                let energies = [0, 1, 2].map(|probe| self.pass.energies()[probe * rows + row]);
                let by_energies = self.differentiate([z[0], z[1]], energies, share);
                for (probe, by_energy) in by_energies.into_iter().enumerate() {
                    self.by_output[probe * rows + row] = by_energy;
                }
            }
            let by_output = self.by_output.slice(s![..3 * rows]);
            self.pass.accumulate(network, by_output, None, gradient);
        }
        network.scale_and_decay(gradient, 1.0, 1.0, 2.0 * self.l2);
    }

    /// ∂L/∂H at a point and its two neighbours, `share` being 2 over the points of the batch.
    fn differentiate(&self, z: State, energies: [f64; 3], share: f64) -> [f64; 3] {
        let (truth, h_true) = (self.oscillator.field(z), self.oscillator.energy(z));
        let stencil = self.stencil;
        // ANCHOR: connected
        let [dh_dq, dh_dp] = [0, 1].map(|coordinate| stencil.slope(&energies, coordinate));
        let (velocity, force) = (dh_dp - truth[0], -dh_dq - truth[1]);
        let mut by_energies = [share * (energies[0] - h_true), 0.0, 0.0];
        stencil.pull_back(share * velocity, 1, &mut by_energies);
        stencil.pull_back(-share * force, 0, &mut by_energies);
        // ANCHOR_END: connected
        by_energies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Activation;
    use crate::notebook::Notebook;

    fn settings() -> Settings {
        Settings {
            samples: 203,
            widths: vec![2, 9, 7, 1],
            batch_size: 16,
            epochs: 3,
            l2: 1e-3,
            ..Settings::default()
        }
    }

    #[test]
    fn the_connected_and_the_exact_gradient_are_the_slope_of_the_printed_loss() {
        for activation in [Activation::Relu, Activation::Tanh] {
            let notebook = Notebook::with_activation(settings(), activation).unwrap();
            // More points than fit into one pass with their neighbours.
            let points = notebook.even_points(TOGETHER + 11);
            let slopes = notebook
                .differences(&points, 1e-4, usize::MAX, Objective::loss)
                .slopes;
            for which in [Gradient::Differences, Gradient::Exact] {
                let comparison = Comparison::of(&notebook.gradient(which, &points), &slopes);
                assert!(
                    comparison.compared > 60 && comparison.relative_error < 1e-3,
                    "{activation} {which:?}: {comparison:?}"
                );
            }
        }
    }

    #[test]
    fn a_look_sees_which_way_the_energies_are_off() {
        let mut network = Network::constant(&settings().widths, 0.75).unwrap();
        let points = ndarray::array![[0.6, 0.8], [0.0, -1.0]];
        let look = Look::at(3, &settings(), &network, points.view());
        assert_eq!(
            (look.step, look.hand.compared),
            (3, network.parameters().len())
        );
        assert!((look.offset - 0.25).abs() < 1e-15, "{look:?}");
        // Of a constant network only the output bias has a gradient, and the field terms have none of it.
        assert!((look.hand.cosine - 1.0).abs() < 1e-15 && (look.hand.length - 0.5).abs() < 1e-15);
        *network.parameters_mut().last_mut().unwrap() = 0.25;
        assert!((Look::at(3, &settings(), &network, points.view()).offset + 0.25).abs() < 1e-15);
    }

    #[test]
    fn along_the_hand_written_gradient_the_weights_are_the_notebooks() {
        let mut trained = Notebook::new(settings()).unwrap();
        trained.train().unwrap();
        let mut followed = Notebook::new(settings()).unwrap();
        let mut watched = Vec::new();
        followed
            .follow(Gradient::Hand, 3, |step, _| watched.push(step))
            .unwrap();
        assert_eq!(
            trained.network().parameters(),
            followed.network().parameters()
        );
        // 162 points in batches of 16, three times.
        assert_eq!(watched, (0..=33).collect::<Vec<_>>());
    }

    #[test]
    fn more_epochs_than_the_schedule_has_are_refused() {
        let mut notebook = Notebook::new(settings()).unwrap();
        let error = notebook.follow(Gradient::Exact, 4, |_, _| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "epochs = 4 but the learning rate is zero after 3"
        );
    }
}
