//! The report of "Your own data" on a file of the reader's, made in the page: what `cargo run --example yours` makes, by the
//! same parts of the library. Until there is a file it is on the page's own, the pendulum's.

use hnn::Result;
use hnn::evidence::{self, Table, brief, thousands};
use hnn::learning::{Fit, Model};
use hnn::measure::signs::{Finding, Sign};
use hnn::model::Activation;
use hnn::phase_space::Recordings;
use hnn::trial::yours::{
    self, File, Rollout, SWINGS, Split, Trained, Training, columns_table, constant_error,
    data_table, judge, pendulum,
};

use crate::{Experiment, Figure, Given, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "yours",
    knobs: || {
        let activations = ACTIVATIONS.map(Activation::name);
        let evaluations = EVALUATIONS.map(|evaluations| evaluations as f64);
        vec![
            Knob::sizes(
                "evaluations",
                "evaluations of the loss",
                &evaluations,
                300.0,
            ),
            Knob::kinds("activation", "activation", &activations),
        ]
    },
    begin: |places| Ok(Box::new(Yours::new(places)?)),
};

const EVALUATIONS: [usize; 4] = [100, 300, 1000, 3000];
const ACTIVATIONS: [Activation; 4] = [
    Activation::Silu,
    Activation::Tanh,
    Activation::Softplus,
    Activation::Relu,
];

/// What may be said of a file, as on the command line.
const SAID: &[(&str, &str)] = &[
    ("q", "columns of the positions"),
    ("p", "columns of the momenta"),
    ("dq", "columns of dq/dt"),
    ("dp", "columns of dp/dt"),
    ("time", "column of the times"),
    ("recording", "column that tells recordings apart"),
    ("unwrap", "positions that are angles and jump by a turn"),
];

struct Yours {
    name: String,
    recordings: Recordings,
    judged: Judged,
    fit: Fit,
    report: Report,
}

/// What is said of the recordings before anything is trained, wherever the knobs stand: a turn does not wait for it.
struct Judged {
    split: Split,
    /// As for a network of ReLUs.
    findings: Vec<Finding>,
    data: Table,
}

/// A training and what comes of it.
struct Report {
    training: Training,
    ended: Option<Ended>,
}

/// What is known when the training has come to its end.
struct Ended {
    trained: Trained,
    findings: Vec<Finding>,
    scores: Table,
    rollout: Result<Rollout>,
}

fn fit(places: &Places) -> Fit {
    Fit {
        evaluations: places.of(0, &EVALUATIONS),
        activation: places.of(1, &ACTIVATIONS),
        ..Fit::default()
    }
}

impl Yours {
    fn new(places: &Places) -> Result<Self> {
        let file = pendulum(&SWINGS, |row| 100 * row, |x| x.to_string())?;
        let columns = File::default().columns();
        let name = "pendulum.csv".to_owned();
        let recordings = Recordings::parse(file.as_bytes(), &name, &columns)?;
        Self::on(name, recordings, fit(places))
    }

    fn on(name: String, recordings: Recordings, fit: Fit) -> Result<Self> {
        let split = Split::of(&recordings, fit.seed);
        let judged = Judged {
            findings: judge(&recordings, &split, Activation::Relu)?,
            data: data_table(&recordings, &split)?,
            split,
        };
        Ok(Self {
            report: Report::begin(&judged.split, &recordings, &fit)?,
            name,
            recordings,
            judged,
            fit,
        })
    }

    /// The bad signs that are known by now.
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        let has_relu = self.fit.activation == Activation::Relu;
        let before = self.judged.findings.iter();
        let before = before.filter(move |finding| has_relu || finding.sign != Sign::Relu);
        let ended = self.report.ended.as_ref();
        before.chain(ended.into_iter().flat_map(|ended| &ended.findings))
    }
}

impl Report {
    fn begin(split: &Split, recordings: &Recordings, fit: &Fit) -> Result<Self> {
        Ok(Self {
            training: Training::new(split, &recordings.names, fit)?,
            ended: None,
        })
    }
}

impl Experiment for Yours {
    fn turn(&mut self, places: &Places) -> Result<()> {
        self.fit = fit(places);
        self.report = Report::begin(&self.judged.split, &self.recordings, &self.fit)?;
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        let split = &self.judged.split;
        let Report { training, ended } = &mut self.report;
        for _ in 0..steps {
            if training.has_ended() {
                break;
            }
            training.step()?;
        }
        if training.has_ended() && ended.is_none() {
            let trained = training.trained()?;
            *ended = Some(Ended {
                findings: trained.findings(split)?,
                scores: trained.scores(split)?,
                rollout: Rollout::of(&self.recordings, split, &trained),
                trained,
            });
        }
        Ok(())
    }

    fn progress(&self) -> (usize, usize) {
        self.report.training.progress()
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let Some(ended) = &self.report.ended else {
            return Ok(vec![yours::course(&self.report.training.course)?]);
        };
        let Ended {
            trained, rollout, ..
        } = ended;
        let held_out = &self.judged.split.held_out;
        let mut figures = vec![yours::field(&self.recordings, &trained.model, held_out)?];
        // A model that leaves the finite numbers has no motion to be drawn.
        if let Ok(rollout) = rollout {
            figures.push(rollout.draw(&self.recordings)?);
        }
        Ok(figures)
    }

    fn says(&self) -> String {
        let (states, parts) = (self.recordings.data.rows(), self.recordings.parts.len());
        let signs: Vec<&str> = self.findings().map(|finding| finding.sign.name()).collect();
        let signs = match signs.is_empty() {
            true => "none".to_owned(),
            false => signs.join(", "),
        };
        format!(
            "{}: {} states in {parts} recordings; bad signs: {signs}. {}",
            self.name,
            thousands(states),
            self.score(),
        )
    }

    fn tables(&self) -> Vec<(&'static str, Table)> {
        let mut signs = Table::new(["bad sign", "how it shows"]);
        for Finding { sign, shows } in self.findings() {
            signs.row([sign.name(), shows]);
        }
        if self.findings().next().is_none() {
            signs.row(["none", "no sign that this report knows"]);
        }
        let mut tables = vec![
            ("Bad signs", signs),
            ("The columns", columns_table(&self.recordings)),
            ("The data", self.judged.data.clone()),
        ];
        if let Some(ended) = &self.report.ended {
            tables.push(("The scores", ended.scores.clone()));
        }
        tables
    }

    fn reads(&self) -> &'static [(&'static str, &'static str)] {
        SAID
    }

    fn read(&mut self, file: &Given) -> Result<()> {
        let list = |at: usize| -> Vec<String> {
            let names = file.said[at].split(',').map(|name| name.trim().to_owned());
            names.filter(|name| !name.is_empty()).collect()
        };
        let one = |at: usize| Some(file.said[at].trim().to_owned()).filter(|name| !name.is_empty());
        let columns = hnn::phase_space::Columns {
            q: list(0),
            p: list(1),
            dq: list(2),
            dp: list(3),
            time: one(4),
            recording: one(5),
            unwrap: list(6),
        };
        let recordings = Recordings::parse(file.bytes, file.name, &columns)?;
        *self = Self::on(file.name.to_owned(), recordings, self.fit.clone())?;
        Ok(())
    }
}

impl Yours {
    fn score(&self) -> String {
        let split = &self.judged.split;
        let Report { training, ended } = &self.report;
        let Some(Ended { trained, .. }) = ended else {
            let (evaluations, _, error) = training.course.last().copied().unwrap_or_default();
            return format!(
                "After {evaluations} evaluations the field is off by {} on what is held out, in the model's units.",
                brief(error)
            );
        };
        let [_, constant] = constant_error(split);
        let off = |model: &dyn Model| {
            let error = model.error(&split.held_out);
            brief(error.unwrap_or(f64::NAN))
        };
        format!(
            "On what is held out, {}, the Hamiltonian network is off by {}, plain networks by {}, and the best constant by {}.",
            split.how,
            off(&trained.model),
            off(&trained.plain),
            brief(constant),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The output of the page of this name.
    fn pinned(name: &str) -> String {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/your-own-data");
        std::fs::read_to_string(format!("{folder}/{name}.snap")).unwrap()
    }

    fn finished(mut yours: Yours) -> Yours {
        let (taken, all) = yours.progress();
        assert!(taken < all);
        yours.advance(usize::MAX).unwrap();
        let (taken, all) = yours.progress();
        assert_eq!(taken, all);
        yours
    }

    #[test]
    fn the_page_s_pendulum_is_judged_as_the_page_says() {
        let yours = Yours::new(&Places::start(&(FIGURE.knobs)())).unwrap();
        let tables = yours.tables();
        for (name, page) in [("The columns", "columns"), ("The data", "data")] {
            let (_, table) = tables.iter().find(|(title, _)| *title == name).unwrap();
            assert!(pinned(page).contains(&table.to_string()), "{table}");
        }
        assert!(pinned("findings").contains("no sign that this report knows"));
        assert!(
            tables[0]
                .1
                .to_string()
                .contains("no sign that this report knows")
        );
    }

    #[test]
    fn step_by_step_a_file_is_trained_on_as_by_the_library() {
        let mut file = "seconds,angle,momentum\n".to_owned();
        for row in 0..60 {
            let t = f64::from(row) / 5.0;
            file += &format!("{t},{},{}\n", t.cos(), -t.sin());
        }
        let mut yours = Yours::new(&Places(vec![0, 3])).unwrap();
        let said = vec!["angle", " momentum ", "", "", "seconds", "", ""];
        let name = "mine.csv";
        let bytes = file.as_bytes();
        yours.read(&Given { name, said, bytes }).unwrap();
        let yours = finished(yours);

        let (split, fit) = (&yours.judged.split, &yours.fit);
        let trained = Trained::on(split, &yours.recordings.names, fit).unwrap();
        let ended = yours.report.ended.as_ref().unwrap();
        assert_eq!(ended.trained.model, trained.model);
        assert_eq!(ended.trained.plain, trained.plain);
        assert_eq!(ended.trained.course.len(), trained.course.len());
        assert_eq!(trained.model.names(), ["angle", "momentum"]);
        for sign in ["one energy", "a ReLU"] {
            assert!(yours.says().contains(sign), "{}", yours.says());
        }
        assert!(
            yours
                .says()
                .starts_with("mine.csv: 60 states in 1 recordings")
        );
    }

    #[test]
    fn a_file_with_a_fault_is_told_it_and_changes_nothing() {
        let mut yours = Yours::new(&Places(vec![0, 0])).unwrap();
        let before = yours.says();
        let said = vec![""; SAID.len()];
        let (name, bytes) = ("bad.csv", b"t,q,p\n0,1,0\n1,one,0\n".as_slice());
        let refused = yours.read(&Given { name, said, bytes }).unwrap_err();
        let library = Recordings::parse(bytes, name, &File::default().columns()).unwrap_err();
        assert_eq!(refused.to_string(), library.to_string());
        assert!(refused.to_string().contains("row 3"), "{refused}");
        assert_eq!(yours.says(), before);
    }
}
