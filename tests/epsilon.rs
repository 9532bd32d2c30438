//! Epsilon is in the number that the notebook prints, and nowhere in its weights.

use std::collections::HashSet;

use hnn::notebook::{Notebook, Settings};

/// The bits of the weights, and of the last loss that was printed, after three epochs with this ε.
fn run(epsilon: f64) -> (Vec<u64>, u64) {
    let settings = Settings {
        samples: 200,
        widths: vec![2, 24, 24, 1],
        epochs: 3,
        epsilon,
        ..Settings::default()
    };
    let mut notebook = Notebook::new(settings).unwrap();
    let history = notebook.train().unwrap();
    let weights = notebook.network().parameters().iter();
    (
        weights.map(|weight| weight.to_bits()).collect(),
        history.train[2].to_bits(),
    )
}

#[test]
fn no_epsilon_reaches_a_single_bit_of_the_weights() {
    let epsilons = (1..=16).map(|digits| format!("1e-{digits}").parse().unwrap());
    let runs: Vec<(Vec<u64>, u64)> = epsilons.map(run).collect();
    for (weights, _) in &runs {
        assert_eq!(*weights, runs[0].0);
    }
    // The same runs print another loss for each ε, so it was not ignored.
    let printed: HashSet<u64> = runs.iter().map(|run| run.1).collect();
    assert_eq!(printed.len(), runs.len());
    // And the weights did move.
    assert_ne!(run(1e-7).0, {
        let untrained = Notebook::new(Settings {
            samples: 200,
            widths: vec![2, 24, 24, 1],
            ..Settings::default()
        });
        let weights = untrained.unwrap().network().parameters().to_vec();
        weights.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
    });
}

#[test]
fn where_every_nudge_is_lost_the_printed_loss_is_that_of_a_constant() {
    let settings = Settings {
        samples: 200,
        widths: vec![2, 24, 24, 1],
        epsilon: 1e-30,
        ..Settings::default()
    };
    let notebook = Notebook::new(settings).unwrap();
    let terms = notebook
        .objective()
        .terms(notebook.network(), notebook.training_data());
    let data = notebook.training_data();
    let constant = data.iter().map(|x| x * x).sum::<f64>() / data.nrows() as f64;
    assert!(
        (terms.velocity + terms.force - constant).abs() < 1e-12,
        "{terms:?} {constant}"
    );
}
