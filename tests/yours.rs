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

/// A file of `tests/data`, which `make.py` there wrote.
fn strange(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data")
            .join(name),
    )
    .unwrap()
}

fn strange_text(name: &str) -> String {
    text(&strange(name))
}

/// The cell of the report beside this one.
fn reported<'a>(stdout: &'a str, name: &str) -> &'a str {
    let row = stdout
        .lines()
        .find(|line| line.starts_with(&format!("| {name} ")));
    let row = row.unwrap_or_else(|| panic!("no {name}: {stdout}"));
    row.split('|').nth(2).unwrap().trim()
}

/// The first number after these words.
fn number_after(sentence: &str, words: &str) -> f64 {
    let rest = sentence
        .split(words)
        .nth(1)
        .unwrap_or_else(|| panic!("{sentence}"));
    let number = rest
        .trim_start()
        .split([' ', ',', ';', ':'])
        .next()
        .unwrap();
    number
        .parse()
        .unwrap_or_else(|_| panic!("{words}: {sentence}"))
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
    // Its score is its distance from the data, of which a good model leaves little, and from nothing else.
    let row = stdout
        .lines()
        .find(|line| line.starts_with("| the Hamiltonian network "));
    let share = row.and_then(|row| row.split('|').nth(5)?.trim().parse::<f64>().ok());
    assert!(share.is_some_and(|share| share < 0.2), "{stdout}");
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

/// The sentence on a file that no energy explains, and the mean divergence in it.
fn not_hamiltonian(name: &str, file: &str) -> (String, f64) {
    let (_, _, stdout) = kept(name, file, "--evaluations 600");
    let sentence = reported(&stdout, "not Hamiltonian").to_owned();
    let divergence = number_after(&sentence, "the mean divergence is");
    (sentence, divergence)
}

#[test]
fn a_velocity_in_the_place_of_a_momentum_has_no_energy() {
    let file = scattered(TWO, |[q1, q2, p1, p2]| [q1, q2, p1, p2 / 3.0]);
    let (sentence, divergence) = not_hamiltonian("velocity", &file);
    assert!(divergence.abs() < 0.01, "{sentence}");
}

#[test]
fn friction_has_no_energy_and_its_rate_is_said() {
    let damped = |z: [f64; 2]| {
        let [dq, dp] = pendulum(z);
        [dq, dp - 0.2 * z[1]]
    };
    let starts = [[0.5, 0.0], [1.0, 0.0], [1.5, 0.0], [2.0, 0.0]];
    let (sentence, divergence) = not_hamiltonian("friction", &recorded("t,q,p", &starts, damped));
    assert!((divergence + 0.2).abs() < 0.02, "{sentence}");
}

#[test]
fn a_friction_that_cancels_in_the_mean_is_seen() {
    let file = scattered(TWO, |z| z);
    let pushed = file.lines().map(|line| {
        let mut cells: Vec<f64> = line
            .split(',')
            .filter_map(|cell| cell.parse().ok())
            .collect();
        match cells.len() {
            8 => {
                cells[6] -= 0.4 * cells[0] * cells[2];
                let cells: Vec<String> = cells.iter().map(f64::to_string).collect();
                cells.join(",")
            }
            _ => line.to_owned(),
        }
    });
    let pushed: Vec<String> = pushed.collect();
    let (sentence, divergence) = not_hamiltonian("odd-friction", &pushed.join("\n"));
    assert!(divergence.abs() < 0.05, "{sentence}");
}

#[test]
fn a_seam_is_told_its_row_and_its_price() {
    let whole = recorded(
        "t,q,p",
        &[[1.0, 0.0], [2.0, 0.0], [0.5, 0.0], [0.0, 1.5]],
        pendulum,
    );
    let mut rows = whole.lines();
    let mut stacked = format!("{}\n", rows.next().unwrap());
    // Each recording goes on where the clock of the one before has stopped.
    for (index, row) in rows.enumerate() {
        let (_, state) = row.split_once(',').unwrap();
        stacked += &format!("{},{state}\n", index as f64 / 10.0);
    }
    let (_, _, stdout) = kept("seam", &stacked, "--evaluations 100");
    let sentence = reported(&stdout, "a seam");
    assert!(
        sentence.starts_with("from row 82 to row 83 the state jumps"),
        "{sentence}"
    );
    // What the seams do to the differences beside them is what the report says they do.
    let columns = Columns::default();
    let [apart, together] = [&whole, &stacked].map(|file| {
        Recordings::parse(file.as_bytes(), "", &columns)
            .unwrap()
            .data
            .field
    });
    let off = hnn::phase_space::rms_distance(together.view(), apart.view());
    let said = number_after(sentence, "the labels off by");
    assert!((said / off - 1.0).abs() < 0.03, "{off}: {sentence}");
}

#[test]
fn irregular_times_are_told_what_differences_over_them_cost() {
    let even = recorded("t,q,p", &[[1.0, 0.0], [2.0, 0.0], [0.5, 0.0]], pendulum);
    let some = even
        .lines()
        .enumerate()
        .filter(|(index, _)| index % 5 != 3 && index % 7 != 2);
    let some: Vec<&str> = some.map(|(_, row)| row).collect();
    let (_, _, stdout) = kept("irregular", &some.join("\n"), "--evaluations 100");
    let sentence = reported(&stdout, "time steps that vary");
    let said = number_after(sentence, "err by less than");
    let found = Recordings::parse(some.join("\n").as_bytes(), "", &Columns::default()).unwrap();
    let truth = ndarray::Array2::from_shape_fn(found.data.field.dim(), |(row, column)| {
        let z = found.data.points.row(row);
        pendulum([z[0], z[1]])[column]
    });
    let off = hnn::measure::relative_error(&found.data.field, &truth);
    assert!(off < said && said < 0.1, "{off}: {sentence}");
}

/// Columns of `pendulum.csv`.
const SWINGS: &str = "--q angle --p momentum --time seconds --recording swing";

#[test]
fn a_stranger_s_pendulum_is_told_its_wrapped_angle_and_learned_when_it_is_unwrapped() {
    let file = strange_text("pendulum.csv");
    let (_, _, stdout) = kept("wrapped", &file, &format!("{SWINGS} --evaluations 30"));
    let sentence = reported(&stdout, "a wrapped angle");
    assert!(sentence.starts_with("`angle` jumps by -"), "{sentence}");
    assert!(
        number_after(sentence, "the labels off by") > 1000.0,
        "{sentence}"
    );
    let flags = format!("{SWINGS} --unwrap angle --evaluations 800");
    let (model, _, stdout) = kept("unwrapped", &file, &flags);
    assert!(!stdout.contains("a wrapped angle"), "{stdout}");
    assert_eq!(reported(&stdout, "unwrapped"), "angle, at 5 jumps");
    assert_eq!(
        reported(&stdout, "held out"),
        "1 of 7 recordings, whole, 100 states"
    );
    // Degrees times the unit of momentum: the energy is 180/π times as large.
    let energies = model
        .energy(ndarray::arr2(&[[0.0, 0.0], [90.0, 0.0]]).view())
        .unwrap();
    let rise = (energies[1] - energies[0]).to_radians();
    assert!((rise - 9.81).abs() < 0.1, "{rise}");
    // The saved model knows its columns, finds them in the next file, and refuses one without them.
    assert_eq!(model.names(), ["angle", "momentum"]);
    let next = "seconds,momentum,angle\n0,0,1\n0.1,0,1\n0.2,0,1\n";
    let columns = Columns {
        time: Some("seconds".into()),
        ..model.columns()
    };
    let read = Recordings::parse(next.as_bytes(), "", &columns).unwrap();
    assert_eq!(read.data.points.row(0).to_vec(), [1.0, 0.0]);
    let other = Recordings::parse(b"t,q,p\n0,0,1\n", "b.csv", &model.columns());
    let sentence = "no data in b.csv: row 1: no column is named `angle`; it has t, q, p";
    assert_eq!(other.unwrap_err().to_string(), sentence);
    let unnamed = model.named(&["angle".to_owned()]).unwrap_err();
    let sentence = "names = angle are not a name for each of the model's 2 columns";
    assert_eq!(unnamed.to_string(), sentence);
}

#[test]
fn a_stranger_s_stars_with_two_degrees_of_freedom_are_learned() {
    let flags = "--q x,y --p px,py --evaluations 800";
    let (model, _, stdout) = kept("stars", &strange_text("henon-heiles.csv"), flags);
    assert_eq!(reported(&stdout, "recordings"), "7");
    assert!(!stdout.contains("not Hamiltonian"), "{stdout}");
    assert_eq!(model.names(), ["x", "y", "px", "py"]);
    let truth = |[x, y, px, py]: [f64; 4]| {
        (px * px + py * py + x * x + y * y) / 2.0 + x * x * y - y * y * y / 3.0
    };
    let points = [
        [0.0, 0.0, 0.0, 0.0],
        [0.2, 0.1, 0.1, 0.2],
        [-0.2, -0.2, 0.2, 0.1],
    ];
    let energies = model.energy(ndarray::arr2(&points).view()).unwrap();
    for (energy, point) in energies.iter().zip(points).skip(1) {
        assert!(
            (energy - energies[0] - truth(point)).abs() < 0.01,
            "{point:?} {energies}"
        );
    }
}

#[test]
fn a_model_whose_motion_cannot_be_shown_is_kept_all_the_same() {
    // Down a hill of fourth order everything runs away; and no motion is followed through a pause of 10¹⁰ units of time.
    let hill = |[q, p]: [f64; 2]| [p, q * q * q];
    let random = &mut Gaussian::from_seed(1);
    let mut runaway = "q,p,dq,dp\n".to_owned();
    for _ in 0..200 {
        let z = [random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0)];
        let [dq, dp] = hill(z);
        runaway += &format!("{},{},{dq},{dp}\n", z[0], z[1]);
    }
    let swings = recorded("t,q,p", &[[1.0, 0.0], [2.0, 0.0]], pendulum);
    let pause = swings.lines().map(|row| {
        let (t, state) = row.split_once(',').unwrap();
        t.parse::<f64>().map_or(row.to_owned(), |t| {
            format!("{},{state}", t + 1e10 * (t / 4.0).floor())
        })
    });
    let pause: Vec<String> = pause.collect();
    for (name, file, says) in [
        ("runaway", runaway, "of the trajectory is not finite"),
        ("pause", pause.join("\n"), "steps are too many"),
    ] {
        let (output, out) = run(name, &file, "--activation squared-relu --evaluations 300");
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{name}: {stderr}");
        let sentence = "No figure: cannot draw the figure `The first motion held out`: ";
        let said = stdout.lines().find(|line| line.starts_with(sentence));
        assert!(
            said.is_some_and(|said| said.contains(says)),
            "{name}: {stdout}"
        );
        Hnn::load(out.join("model.json")).unwrap();
        assert!(!out.join("rollout.csv").exists());
    }
}

#[test]
fn ten_faults_of_a_stranger_s_file_are_named_one_after_the_other() {
    let mut file = strange("faults.csv");
    let columns = Columns {
        q: vec!["angle".into()],
        p: vec!["momentum".into()],
        time: Some("seconds".into()),
        recording: Some("swing".into()),
        ..Columns::default()
    };
    for says in [
        "row 5, column `angle`: it is empty",
        "row 12, column `momentum`: `n/a` is not a number",
        "row 20, column `angle`: `NaN` is not a finite number",
        "row 27, column `momentum`: `1e999` is not a finite number",
        "row 33: it has 3 cells, and the header has 4",
        "row 41: it has 5 cells, and the header has 4",
        "row 50, column 3: it is not text in UTF-8",
        "row 58, column `momentum`: `-3,25` is not a number",
        "row 66, column `seconds`: the time 1.26 does not increase on the 1.26 of row 65",
        "row 80, column `seconds`: the time 0.1 does not increase on the 1.54 of row 79",
    ] {
        let refused = Recordings::parse(&file, "faults.csv", &columns).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("no data in faults.csv: {says}")
        );
        // The row is emptied, and the next fault shows.
        let row: usize = says[4..].split([',', ':']).next().unwrap().parse().unwrap();
        let mut rows: Vec<&[u8]> = file.split(|&byte| byte == b'\n').collect();
        rows[row - 1] = b"";
        file = rows.join(&b'\n');
    }
    let sound = Recordings::parse(&file, "faults.csv", &columns).unwrap();
    assert_eq!(sound.data.rows(), 90);
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
