//! The door: anybody's data in, a model out; held to closed forms, and to what a bad file is told.

use hnn::learning::{Fit, Hnn, Model, Plain};
use hnn::phase_space::{
    Columns, Dataset, Oscillator, Points, Recordings, disc, linspace, rms_distance,
};
use hnn::random::{Gaussian, RandomSource};
use hnn::trial::repaired::{Repaired, Settings};

/// The stiffness of the spring between two unit masses, each on a unit spring to its wall.
const BETWEEN: f64 = 0.7;

/// H = (p1² + p2² + q1² + q2² + k (q1 - q2)²)/2 of [q1, q2, p1, p2] in a row.
fn coupled_energy(z: &[f64]) -> f64 {
    let stretched = z[0] - z[1];
    (z.iter().map(|x| x * x).sum::<f64>() + BETWEEN * stretched * stretched) / 2.0
}

/// Its field, row by row, in units of 1/`a` of position and `a` of momentum for the first mass.
fn coupled(points: &Points) -> Points {
    let mut field = points.clone();
    for mut z in field.rows_mut() {
        let pull = BETWEEN * (z[0] - z[1]);
        let (q1, q2, p1, p2) = (z[0], z[1], z[2], z[3]);
        [p1, p2, -q1 - pull, -q2 + pull]
            .iter()
            .zip(z.iter_mut())
            .for_each(|(&to, x)| *x = to);
    }
    field
}

fn coupled_data(count: usize, size: f64, seed: u64) -> Dataset {
    let mut random = Gaussian::from_seed(seed);
    let points = Points::from_shape_fn((count, 4), |_| random.uniform(-size, size));
    let field = coupled(&points);
    Dataset::new(points, field, None).unwrap()
}

fn quick() -> Fit {
    Fit {
        hidden: vec![24, 24],
        evaluations: 1500,
        ..Fit::default()
    }
}

#[test]
fn two_coupled_springs_are_learned_with_their_energy_and_their_normal_modes() {
    let model = Hnn::fit(&coupled_data(400, 1.0, 1), &quick()).unwrap();
    let held_out = coupled_data(200, 0.8, 2);
    let error = model.error(&held_out).unwrap();
    assert!(error < 1e-2, "{error}");
    let energies = model.energy(held_out.points.view()).unwrap();
    let zero = model.energy(Points::zeros((1, 4)).view()).unwrap()[0];
    for (learned, z) in energies.iter().zip(held_out.points.rows()) {
        let truth = coupled_energy(&z.to_vec());
        assert!((learned - zero - truth).abs() < 1e-2, "{learned} {truth}");
    }
    // From rest at (0.6, 0): the sum turns at the frequency 1, the difference at √(1 + 2k).
    let times = linspace(0.0, 10.0, 21).to_vec();
    let path = model.trajectory(&[0.6, 0.0, 0.0, 0.0], &times).unwrap();
    let fast = (1.0 + 2.0 * BETWEEN).sqrt();
    for (t, z) in times.iter().zip(path.rows()) {
        let (sum, difference) = (0.3 * t.cos(), 0.3 * (fast * t).cos());
        assert!((z[0] - sum - difference).abs() < 2e-2, "{t}: {z}");
        assert!((z[1] - sum + difference).abs() < 2e-2, "{t}: {z}");
    }
    let energies = model.energy(path.view()).unwrap();
    assert!(
        (&energies - energies[0]).iter().all(|off| off.abs() < 1e-7),
        "{energies}"
    );
}

#[test]
fn the_field_of_a_model_is_the_slope_of_its_energy_in_the_data_s_own_units() {
    // Unlike units: metres of thousands, momenta of thousandths, another set for the second mass.
    let mut data = coupled_data(60, 1.0, 3);
    for (column, unit) in [3000.0, 2.0, 1e-3, 1.5].into_iter().enumerate() {
        data.points.column_mut(column).mapv_inplace(|x| x * unit);
        data.field
            .column_mut(column)
            .mapv_inplace(|x| 7.0 * x * unit);
    }
    let fit = Fit {
        evaluations: 200,
        ..quick()
    };
    let model = Hnn::fit(&data, &fit).unwrap();
    let point = data.points.row(5).to_owned();
    let at = |column: usize, by: f64| {
        let mut moved = point.clone();
        moved[column] += by;
        let moved = moved.insert_axis(ndarray::Axis(0));
        model.energy(moved.view()).unwrap()[0]
    };
    let slope = |column: usize| {
        let by = 1e-5 * model.units().unit()[column];
        (at(column, by) - at(column, -by)) / (2.0 * by)
    };
    let rows = point.clone().insert_axis(ndarray::Axis(0));
    let field = model.field(rows.view()).unwrap();
    for (i, exact) in [slope(2), slope(3), -slope(0), -slope(1)]
        .into_iter()
        .enumerate()
    {
        let off = (field[[0, i]] - exact).abs() / exact.abs();
        assert!(off < 1e-5, "{i}: {} for {exact}", field[[0, i]]);
    }
}

#[test]
fn the_unit_of_the_data_does_not_decide_how_well_they_are_learned() {
    let at = |power: i32| {
        let mut data = coupled_data(60, 1.0, 3);
        data.points *= 2f64.powi(power);
        data.field *= 2f64.powi(power);
        let fit = Fit {
            evaluations: 100,
            ..quick()
        };
        let silence = rms_distance(data.field.view(), Points::zeros(data.field.dim()).view());
        let hamiltonian = Hnn::fit(&data, &fit).unwrap().error(&data).unwrap();
        let plain = Plain::fit(&data, &fit).unwrap().error(&data).unwrap();
        [hamiltonian / silence, plain / silence]
    };
    let learned = at(0);
    assert!(learned.iter().all(|&error| error < 0.1), "{learned:?}");
    // Amplitudes of a millionth, a million, and 1e-30.
    for power in [-20, 20, -100] {
        assert_eq!(at(power), learned, "{power}");
    }
}

#[test]
fn a_fit_to_the_unit_disc_is_the_repaired_model_bit_for_bit() {
    let mut settings = Settings::default();
    settings.fit.evaluations = 60;
    let repaired = Repaired::train(&settings).unwrap();
    let (data, mut random) = settings.data().unwrap();
    let units = hnn::phase_space::Units::fit(&data).unwrap();
    let watch = |_, _, _: &Hnn| ();
    let (model, _) = Hnn::fit_watched(&data, units, &settings.fit, &mut random, watch).unwrap();
    assert_eq!(model.network(), &repaired.network);
    let points = hnn::phase_space::sunflower(50);
    let field = model.field(points.view()).unwrap();
    assert_eq!(field, repaired.field(points.view()));
}

#[test]
fn a_saved_model_comes_back_with_every_bit_of_its_answers() {
    let data = coupled_data(50, 30.0, 4);
    let fit = Fit {
        evaluations: 50,
        ..quick()
    };
    let model = Hnn::fit(&data, &fit).unwrap();
    let path = std::env::temp_dir().join(format!("hnn-door-{}.json", std::process::id()));
    model.save(&path).unwrap();
    let loaded = Hnn::load(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(loaded, model);
    let points = data.points.view();
    assert_eq!(loaded.field(points).unwrap(), model.field(points).unwrap());
    assert_eq!(
        loaded.energy(points).unwrap(),
        model.energy(points).unwrap()
    );
}

#[test]
fn the_plain_rival_goes_through_the_same_door() {
    let data = coupled_data(200, 1.0, 5);
    let fit = Fit {
        hidden: vec![16],
        evaluations: 400,
        ..quick()
    };
    let models: [Box<dyn Model>; 2] = [
        Box::new(Hnn::fit(&data, &fit).unwrap()),
        Box::new(Plain::fit(&data, &fit).unwrap()),
    ];
    let held_out = coupled_data(50, 0.8, 6);
    for model in models {
        let error = model.error(&held_out).unwrap();
        assert!(error < 0.1, "{error}");
        let path = model
            .trajectory(&[0.5, 0.0, 0.0, 0.0], &[0.0, 0.1])
            .unwrap();
        assert!((path[[1, 0]] - 0.5).abs() < 0.02, "{path}");
    }
}

#[test]
fn what_a_model_cannot_answer_is_one_sentence() {
    let mut random = Gaussian::from_seed(7);
    let data = disc(&Oscillator::UNIT, 1.0, 20, &mut random).unwrap();
    let fit = Fit {
        hidden: vec![4],
        evaluations: 5,
        ..quick()
    };
    let model = Hnn::fit(&data, &fit).unwrap();
    let said = |result: hnn::Result<Points>| result.unwrap_err().to_string();
    assert_eq!(
        said(model.field(Points::zeros((1, 4)).view())),
        "columns of the points = 4 where the model was fitted to 2"
    );
    assert_eq!(
        said(model.trajectory(&[1.0], &[0.0])),
        "columns of the points = 1 where the model was fitted to 2"
    );
    assert_eq!(
        said(model.trajectory(&[1.0, 0.0], &[0.0, 1.0, 1.0])),
        "times = 1 does not increase on the time before it"
    );
    assert_eq!(
        said(model.trajectory(&[1.0, 0.0], &[])),
        "times = 0 are none: a motion has its start"
    );
    assert_eq!(
        said(model.trajectory(&[f64::NAN, 0.0], &[0.0, 1.0])),
        "start = (NaN, 0) is not a finite state"
    );
    assert_eq!(
        said(model.trajectory(&[1.0, 0.0], &[0.0, f64::INFINITY])),
        "times = inf steps are too many, or a time is not finite"
    );
}

fn parsed(text: &[u8], columns: &Columns) -> hnn::Result<Recordings> {
    Recordings::parse(text, "data.csv", columns)
}

fn columns(q: &str, p: &str) -> Columns {
    Columns {
        q: vec![q.into()],
        p: vec![p.into()],
        ..Columns::default()
    }
}

#[test]
fn every_bad_file_is_one_sentence_with_row_and_column() {
    #[rustfmt::skip]
    let cases: &[(&[u8], &str)] = &[
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"t,q,p\n", "it has a header and no row of numbers"),
        (b"t,q,p\n0,1,0\n", "it has one row, row 2: one point teaches nothing"),
        (b"t,q,p\n0,1,0\n1,0,1\n", "the recording from row 2 on has 2 of the 3 rows that a difference needs"),
        (b"0,1,0\n1,0,-1\n2,-1,0\n", "row 1: it has numbers where the names of the columns should stand"),
        (b"t;q;p\n0;1;0\n", "row 1: semicolons stand between its cells, not commas"),
        (b"t\tq\tp\n0\t1\t0\n", "row 1: tabs stand between its cells, not commas"),
        (b"t,q,v\n0,1,0\n", "row 1: no column is named `p`; it has t, q, v"),
        (b"t,q,q,p\n0,1,0,0\n", "row 1: two columns are named `q`"),
        (b"q,p\n0,1\n", "row 1: it has neither derivatives (as `dq`, `dp`) nor times (as `t`), so nothing says how it moves"),
        (b"q,p,dq\n0,1,1\n", "1 of its columns are derivatives of the 1 positions and 0 of the momenta: there must be one for each, or none"),
        (b"t,q1,q2,p1\n0,1,0,0\n", "2 of its columns are positions and 1 momenta: each degree of freedom has one of both"),
        (b"t,q,p\n0,1,0\n1,x,1\n", "row 3, column `q`: `x` is not a number"),
        (b"t,q,p\n0,1,0\n1,,1\n", "row 3, column `q`: it is empty"),
        (b"t,q,p\n0,1,0\n1,0,NaN\n", "row 3, column `p`: `NaN` is not a finite number"),
        (b"t,q,p\n0,1,-inf\n", "row 2, column `p`: `-inf` is not a finite number"),
        (b"t,q,p\n0,1,1e999\n", "row 2, column `p`: `1e999` is not a finite number"),
        (b"t,q,p\n0,1,0\n\n1,0\n", "row 4: it has 2 cells, and the header has 3"),
        (b"t,q,p\n0,1,0\n1,0,1,5\n", "row 3: it has 4 cells, and the header has 3"),
        (b"t,q,p\n0,1,0\n1,\xFF,1\n", "row 3, column 2: it is not text in UTF-8"),
        (b"t,q,p\n0,1,0\n1,0,1\n1,2,3\n", "row 4, column `t`: the time 1 does not increase on the 1 of row 3"),
        (b"t,q,p,recording\n0,1,0,a\n2,0,1,a\n1,2,3,a\n", "row 4, column `t`: the time 1 does not increase on the 2 of row 3"),
        (b"t,q,p\n0,1,0\n1,0,1\n2,0,1\n0,5,5\n", "the recording from row 5 on has 1 of the 3 rows that a difference needs"),
    ];
    for (text, says) in cases {
        let said = parsed(text, &Columns::default()).unwrap_err().to_string();
        assert_eq!(said, format!("no data in data.csv: {says}"));
    }
    let twice = parsed(b"t,q,p\n0,1,0\n", &columns("q", "q")).unwrap_err();
    assert_eq!(
        twice.to_string(),
        "no data in data.csv: the column `q` is named for two things"
    );
    let missing = Dataset::from_csv("no/such.csv", &Columns::default()).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read no/such.csv: "));
}

#[test]
fn no_difference_is_taken_across_a_seam() {
    let mut text = "\u{feff} t , angle,\"momentum, measured\"\n".to_owned();
    for start in [0.0, 5.0] {
        for i in 0..20 {
            let t = 0.01 * (i * i) as f64;
            text += &format!("{t},{},{}\r\n", start + t * t, 3.0 - t);
        }
    }
    let found = parsed(text.as_bytes(), &columns("angle", "momentum, measured")).unwrap();
    assert_eq!(found.parts, [0..20, 20..40]);
    assert_eq!(found.names, ["angle", "momentum, measured"]);
    assert_eq!(found.rows, (2..42).collect::<Vec<u64>>());
    assert!(!found.measured && found.times.is_some());
    for (row, slopes) in found.data.field.rows().into_iter().enumerate() {
        let t = found.times.as_ref().unwrap()[row];
        assert!((slopes[0] - 2.0 * t).abs() < 1e-9, "{row}: {slopes}");
        assert!((slopes[1] + 1.0).abs() < 1e-9, "{row}: {slopes}");
    }
}

#[test]
fn derivatives_of_the_file_stand_as_they_are() {
    let text =
        b"q1,q2,p1,p2,dq1/dt,dq2/dt,dp1_dt,dp2\n1,2,3,4,5,6,7,8\n-1,-2,-3,-4,-5,-6,-7,-8.25\n";
    let found = parsed(text, &Columns::default()).unwrap();
    assert_eq!(found.data.field.row(1).to_vec(), [-5.0, -6.0, -7.0, -8.25]);
    assert_eq!((found.measured, found.digits, found.times), (true, 3, None));
    assert_eq!(
        rms_distance(found.data.points.view(), found.data.points.view()),
        0.0
    );
}
