//! `cargo run --example yours -- data.csv` on files of strangers: what comes out, and what each faulty one is told.

use std::fs;
use std::path::Path;
use std::process::Output;

use hnn::learning::{Hnn, Model};
use hnn::mechanics::Method;
use hnn::phase_space::{Columns, Recordings};
use hnn::random::{Gaussian, RandomSource};

mod programs;

use programs::{example, folder, text};

/// Runs the example on a file of this text.
fn run(name: &str, file: &str, flags: &str) -> (Output, std::path::PathBuf) {
    let out = folder(&format!("yours-{name}"));
    fs::create_dir_all(&out).unwrap();
    let data = out.join("data.csv");
    fs::write(&data, file).unwrap();
    let mut yours = example("yours");
    let yours = yours.arg(&data).args(flags.split_whitespace());
    let output = yours.arg("--out").arg(&out).output().unwrap();
    (output, out)
}

/// The saved model and the rolled out motion of a run that went well, and what it printed.
fn kept(name: &str, file: &str, flags: &str) -> (Hnn, String, String) {
    let (output, out) = run(name, file, flags);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{name}: {stderr}");
    for figure in ["course", "field", "rollout", "energies"] {
        let svg = fs::read_to_string(out.join(format!("{figure}.svg"))).unwrap();
        assert!(svg.starts_with("<svg "), "{name}: {figure}");
    }
    let model = Hnn::load(out.join("model.json")).unwrap();
    let rollout = fs::read_to_string(out.join("rollout.csv")).unwrap();
    let _ = fs::remove_dir_all(&out);
    (model, rollout, stdout)
}

/// Rows of t and of the states of a field from each start, every tenth of a unit of time.
fn recorded<const N: usize>(
    header: &str,
    starts: &[[f64; N]],
    field: impl Fn([f64; N]) -> [f64; N] + Copy,
) -> String {
    let mut file = format!("{header}\n");
    for &start in starts {
        let path = Method::RungeKutta4
            .trajectory(field, start, 0.01, 801)
            .unwrap();
        for (index, z) in path.iter().enumerate().step_by(10) {
            let cells: Vec<String> = z.iter().map(f64::to_string).collect();
            file += &format!("{},{}\n", index as f64 / 100.0, cells.join(","));
        }
    }
    file
}

fn pendulum([q, p]: [f64; 2]) -> [f64; 2] {
    [p, -q.sin()]
}

#[test]
fn a_pendulum_that_goes_over_the_top_is_learned_under_other_names() {
    // Angles up to 20: the motion is the same in each turn, and the network is not told so.
    let starts = [
        [0.0, 1.0],
        [0.0, 1.7],
        [0.0, 2.2],
        [0.0, 2.4],
        [1.0, 0.0],
        [0.0, 2.6],
    ];
    let file = recorded("seconds,angle,momentum", &starts, pendulum);
    let flags = "--time seconds --q angle --p momentum --evaluations 1500";
    let (model, rollout, stdout) = kept("pendulum", &file, flags);
    assert!(
        stdout.contains("| 1 of 6 recordings, whole, 81 states"),
        "{stdout}"
    );
    assert!(!stdout.contains("a wrapped angle"), "{stdout}");
    assert!(
        rollout.starts_with("t,angle,momentum\n0,0,2.2\n"),
        "{rollout}"
    );
    assert_eq!(rollout.lines().count(), 82);
    let points = ndarray::arr2(&[[0.5, 0.8], [3.5, 2.0], [6.5, 1.8]]);
    let energies = model.energy(points.view()).unwrap();
    let truth = |[q, p]: [f64; 2]| p * p / 2.0 - q.cos();
    let rise = truth([3.5, 2.0]) - truth([0.5, 0.8]);
    assert!((energies[1] - energies[0] - rise).abs() < 0.1, "{energies}");
}

/// Two masses, coupled by springs: [q1, q2, p1, p2].
fn coupled([q1, q2, p1, p2]: [f64; 4]) -> [f64; 4] {
    [p1, p2 / 3.0, -2.0 * q1 + q2, q1 - 2.0 * q2]
}

/// 300 states, anywhere, with derivatives by their side; `z` turns a state and its field into what is written.
fn scattered(header: &str, z: fn([f64; 4]) -> [f64; 4]) -> String {
    let mut random = Gaussian::from_seed(4);
    let mut file = format!("{header}\n");
    for _ in 0..300 {
        let state = [(); 4].map(|()| random.uniform(-1.0, 1.0));
        let cells: Vec<String> = z(state)
            .iter()
            .chain(&z(coupled(state)))
            .map(f64::to_string)
            .collect();
        file += &format!("{}\n", cells.join(","));
    }
    file
}

const TWO: &str = "q1,q2,p1,p2,dq1/dt,dq2/dt,dp1/dt,dp2/dt";

#[test]
fn two_degrees_of_freedom_are_learned_from_states_without_times() {
    let file = scattered(TWO, |z| z);
    let (model, rollout, stdout) = kept("two", &file, "--evaluations 600");
    assert!(
        stdout.contains("a fifth of the rows, at random"),
        "{stdout}"
    );
    assert!(stdout.contains("| none "), "{stdout}");
    assert_eq!(rollout.lines().next(), Some("t,q1,q2,p1,p2"));
    let found = Recordings::parse(file.as_bytes(), "", &Columns::default()).unwrap();
    let error = model.error(&found.data).unwrap();
    assert!(error < 0.02, "{error}");
}

#[test]
fn a_velocity_in_the_place_of_a_momentum_has_no_energy() {
    let file = scattered(TWO, |[q1, q2, p1, p2]| [q1, q2, p1, p2 / 3.0]);
    let (_, _, stdout) = kept("velocity", &file, "--evaluations 600");
    assert!(stdout.contains("| not Hamiltonian "), "{stdout}");
}

#[test]
fn friction_has_no_energy() {
    let damped = |z: [f64; 2]| {
        let [dq, dp] = pendulum(z);
        [dq, dp - 0.2 * z[1]]
    };
    let starts = [[0.5, 0.0], [1.0, 0.0], [1.5, 0.0], [2.0, 0.0]];
    let (_, _, stdout) = kept(
        "friction",
        &recorded("t,q,p", &starts, damped),
        "--evaluations 600",
    );
    assert!(stdout.contains("| not Hamiltonian "), "{stdout}");
}

#[test]
fn a_file_with_a_fault_is_told_its_row_and_column() {
    let good = recorded("t,q,p", &[[1.0, 0.0]], pendulum);
    let with = |from: &str, to: &str| good.replacen(from, to, 1);
    let third = good.lines().nth(2).unwrap().to_owned();
    let cells: Vec<&str> = third.split(',').collect();
    let cell = |column: usize, to: &str| {
        let mut cells = cells.clone();
        cells[column] = to;
        with(&third, &cells.join(","))
    };
    #[rustfmt::skip]
    let faults: [(String, &str, &str); 10] = [
        (String::new(), "", "it is empty"),
        (with("t,q,p\n", ""), "", "row 1: it has numbers where the names of the columns should stand"),
        (good.replace(',', ";"), "", "row 1: semicolons stand between its cells, not commas"),
        (good.lines().take(2).collect::<Vec<_>>().join("\n"), "", "it has one row, row 2: one point teaches nothing"),
        (good.clone(), "--p momentum", "row 1: no column is named `momentum`; it has t, q, p"),
        (good.clone(), "--q q --p p,t", "1 of its columns are positions and 2 momenta: each degree of freedom has one of both"),
        (cell(1, "1.2.3"), "", "row 3, column `q`: `1.2.3` is not a number"),
        (cell(2, "NaN"), "", "row 3, column `p`: `NaN` is not a finite number"),
        (with(&third, "0.1,1"), "", "row 3: it has 2 cells, and the header has 3"),
        (cell(0, "0"), "", "row 3, column `t`: the time 0 does not increase on the 0 of row 2"),
    ];
    for (index, (file, flags, says)) in faults.iter().enumerate() {
        let (output, out) = run(&format!("fault-{index}"), file, flags);
        let stderr = text(&output.stderr);
        let data = out.join("data.csv");
        let expected = format!("error: no data in {}: {says}", data.display());
        assert_eq!(stderr.lines().last(), Some(expected.as_str()), "{index}");
        assert_eq!(output.status.code(), Some(1), "{index}");
        assert_left(&out);
    }
}

/// Nothing but the data is left.
fn assert_left(out: &Path) {
    assert_eq!(fs::read_dir(out).unwrap().count(), 1);
    let _ = fs::remove_dir_all(out);
}
