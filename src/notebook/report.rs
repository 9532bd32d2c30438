//! The loss that the notebook prints, computed beside the training that it never influences.
//!
//! No weight ever depends on a reported loss, so the report need not hold up the next step. Training hands over the
//! weights and the batch of every step; a second thread works out what the notebook would have printed for them:
//!
//! ```text
//! training   step 1   step 2   step 3   …           steps of an epoch
//!              ↓ θ₁     ↓ θ₂     ↓ θ₃
//! report     loss(θ₁) + loss(θ₂) + loss(θ₃) + …     added in the order of the steps
//! ```
//!
//! The sum has one order, whatever the threads do, so it has the same bits with one core as with many.

use std::cell::{Cell, RefCell};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::Scope;

use ndarray::ArrayView2;

use super::Objective;
use crate::model::Network;
use crate::phase_space::Points;

/// How many steps training may be ahead. Each holds its weights.
const AHEAD: usize = 4;

/// Who is told of every step.
pub(super) trait Listener {
    /// A network for the next step's weights, whatever it holds now.
    fn spare(&self) -> Network;

    /// Takes the weights before a step, and the step's batch.
    fn note(&self, network: Network, batch: ArrayView2<f64>);
}

enum Note {
    Step { network: Network, batch: Points },
    EndOfEpoch,
}

/// Adds up the reported losses of an epoch on a thread of its own.
pub(super) struct Report {
    notes: SyncSender<Note>,
    totals: Receiver<f64>,
    /// Networks whose loss has been reported, to be written over.
    spare: Receiver<Network>,
}

impl Report {
    /// Starts the thread, for networks of this one's widths. It ends when the report is dropped.
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        mut objective: Objective,
        network: &Network,
    ) -> Self {
        let (notes, inbox) = sync_channel(AHEAD);
        let (done, totals) = channel();
        let (give_back, spare) = channel();
        for _ in 0..AHEAD + 2 {
            give_back
                .send(network.clone())
                .expect("its receiver is in this function");
        }
        scope.spawn(move || {
            let mut total = 0.0;
            for note in inbox {
                let delivered = match note {
                    Note::Step { network, batch } => {
                        total += objective.loss(&network, batch.view());
                        give_back.send(network).is_ok()
                    }
                    Note::EndOfEpoch => done.send(std::mem::take(&mut total)).is_ok(),
                };
                if !delivered {
                    break;
                }
            }
        });
        Self {
            notes,
            totals,
            spare,
        }
    }

    /// The sum of the losses noted since the last call.
    pub(super) fn total(&self) -> f64 {
        self.notes.send(Note::EndOfEpoch).expect(ALIVE);
        self.totals.recv().expect(ALIVE)
    }
}

impl Listener for Report {
    fn spare(&self) -> Network {
        self.spare.recv().expect(ALIVE)
    }

    fn note(&self, network: Network, batch: ArrayView2<f64>) {
        let batch = batch.to_owned();
        self.notes.send(Note::Step { network, batch }).expect(ALIVE);
    }
}

/// Hears of every step and works out nothing.
pub(super) struct Unheard(Cell<Option<Network>>);

impl Unheard {
    /// For networks of this one's widths.
    pub(super) fn new(network: &Network) -> Self {
        Self(Cell::new(Some(network.clone())))
    }
}

impl Listener for Unheard {
    fn spare(&self) -> Network {
        self.0.take().expect("a network comes back with every note")
    }

    fn note(&self, network: Network, _: ArrayView2<f64>) {
        self.0.set(Some(network));
    }
}

/// Shows the weights before every step to a function, with the number of steps taken.
pub(super) struct Watched<F> {
    networks: Unheard,
    steps: Cell<usize>,
    watch: RefCell<F>,
}

impl<F: FnMut(usize, &Network)> Watched<F> {
    /// For networks of this one's widths.
    pub(super) fn new(network: &Network, watch: F) -> Self {
        Self {
            networks: Unheard::new(network),
            steps: Cell::new(0),
            watch: RefCell::new(watch),
        }
    }

    /// Shows the weights after so many steps as were noted.
    pub(super) fn show(&self, network: &Network) {
        (self.watch.borrow_mut())(self.steps.get(), network);
    }
}

impl<F: FnMut(usize, &Network)> Listener for Watched<F> {
    fn spare(&self) -> Network {
        self.networks.spare()
    }

    fn note(&self, network: Network, batch: ArrayView2<f64>) {
        self.show(&network);
        self.steps.set(self.steps.get() + 1);
        self.networks.note(network, batch);
    }
}

const ALIVE: &str = "the report's thread lives as long as the report";
