//! The port against NumPy: every golden trace in `tests/golden`, and in the folder that `GOLDEN_DIR` names.
//!
//! `tests/golden/README.md` says how the traces were made.

use std::path::{Path, PathBuf};

use hnn::model::{Activation, Initializer};
use hnn::notebook::{Losses, Notebook, Settings, TestRow};
use hnn::random::RandomSource;
use serde::Deserialize;

/// SplitMix64 (Steele, Lea and Flood 2014), the traces' generator.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * 2f64.powi(-53)
    }
}

impl RandomSource for SplitMix64 {
    fn standard(&mut self) -> f64 {
        (2.0 * self.unit() - 1.0) * 3f64.sqrt()
    }

    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn shuffle(&mut self, indices: &mut [usize]) {
        for i in (1..indices.len()).rev() {
            let j = self.next() % (i as u64 + 1);
            indices.swap(i, j as usize);
        }
    }
}

#[derive(Deserialize)]
struct Golden {
    seed: u64,
    samples: usize,
    widths: Vec<usize>,
    mass: f64,
    stiffness: f64,
    epochs: usize,
    patience: usize,
    batch_size: usize,
    initial_lr: f64,
    stopped_at: Option<usize>,
    train_losses: Vec<f64>,
    val_losses: Vec<f64>,
    table: Vec<[f64; 6]>,
    parameter_sums: Vec<[f64; 2]>,
}

impl Golden {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn settings(&self) -> Settings {
        Settings {
            seed: self.seed,
            samples: self.samples,
            widths: self.widths.clone(),
            mass: self.mass,
            stiffness: self.stiffness,
            epochs: self.epochs,
            patience: self.patience,
            batch_size: self.batch_size,
            learning_rate: self.initial_lr,
            ..Settings::default()
        }
    }

    fn run(&self) -> (Notebook<SplitMix64>, Losses) {
        let mut notebook = Notebook::with_random(
            self.settings(),
            Activation::Relu,
            Initializer::He,
            SplitMix64(self.seed),
        )
        .unwrap();
        let history = notebook.train().unwrap();
        (notebook, history)
    }
}

fn golden_files() -> Vec<PathBuf> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = std::iter::once(ours).chain(std::env::var_os("GOLDEN_DIR").map(PathBuf::from));
    let mut files: Vec<PathBuf> = folders
        .flat_map(|folder| {
            let entries = std::fs::read_dir(&folder)
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            entries.map(|entry| entry.unwrap().path())
        })
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
}

/// Relative difference; absolute where the reference is below `floor`.
fn apart(ours: f64, reference: f64, floor: f64) -> f64 {
    (ours - reference).abs() / reference.abs().max(floor)
}

#[track_caller]
fn assert_close(what: &str, ours: &[f64], reference: &[f64], floor: f64, tolerance: f64) {
    assert_eq!(ours.len(), reference.len(), "{what}: how many");
    for (index, (&ours, &reference)) in ours.iter().zip(reference).enumerate() {
        let apart = apart(ours, reference, floor);
        assert!(
            apart <= tolerance,
            "{what}[{index}] = {ours}, in NumPy {reference}: {apart:e} apart"
        );
    }
}

#[test]
fn the_port_follows_numpy_through_every_golden_trace() {
    let files = golden_files();
    assert!(files.len() >= 3, "the golden traces are missing: {files:?}");
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let golden = Golden::read(&path);
        let (notebook, history) = golden.run();
        assert_eq!(
            history.stopped_at, golden.stopped_at,
            "{name}: the epoch of the early stop"
        );
        assert_close(
            &format!("{name}: train loss"),
            &history.train,
            &golden.train_losses,
            1e-300,
            1e-6,
        );
        assert_close(
            &format!("{name}: validation loss"),
            &history.validation,
            &golden.val_losses,
            1e-300,
            1e-6,
        );
        let epsilon = notebook.settings().epsilon;
        let rows = TestRow::of(notebook.network(), epsilon, golden.table.len());
        for (row, reference) in rows.iter().zip(&golden.table) {
            let row = [
                row.q,
                row.p,
                row.dh_dp,
                row.minus_dh_dq,
                row.expected_dh_dp,
                row.expected_minus_dh_dq,
            ];
            assert_close(
                &format!("{name}: table row q = {}", row[0]),
                &row,
                reference,
                1.0,
                1e-5,
            );
        }
        let parameters = notebook.network().parameters();
        let blocks = notebook.network().blocks();
        assert_eq!(
            blocks.len(),
            golden.parameter_sums.len(),
            "{name}: how many weights and biases"
        );
        for (block, reference) in blocks.iter().zip(&golden.parameter_sums) {
            let values = &parameters[block.range.clone()];
            let sums = [
                values.iter().sum::<f64>(),
                values.iter().map(|x| x * x).sum::<f64>(),
            ];
            assert_close(
                &format!("{name}: sum and sum of squares of {}", block.name),
                &sums,
                reference,
                1e-300,
                1e-6,
            );
        }
        let worst = history
            .train
            .iter()
            .zip(&golden.train_losses)
            .map(|(&a, &b)| apart(a, b, 1e-300));
        println!(
            "{name}: train losses within {:.1e}",
            worst.fold(0.0, f64::max)
        );
    }
}
