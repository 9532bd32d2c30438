//! The training of a model and its rival, a step at a time, and what they score.

use crate::Result;
use crate::evidence::{Table, brief};
use crate::learning::{Fit, Hnn, Minimizing, Model, Plain};
use crate::measure::signs::{Finding, Sign, Unexplained};
use crate::phase_space::{Dataset, Points, Units, rms_distance};
use crate::progress::Progress;

use super::Split;

/// The training of a model and then of its rival, for one who takes the steps.
pub struct Training {
    split: Split,
    names: Vec<String>,
    units: Units,
    model: Minimizing,
    plain: Vec<Minimizing>,
    /// Evaluations, root of the loss, and error on what is held out, both in the units of the model.
    pub course: Vec<(usize, f64, f64)>,
    most: usize,
    bar: Progress,
}

/// A model that was trained, its rival, and the course of the training.
pub struct Trained {
    /// The model.
    pub model: Hnn,
    /// Its rival: as many evaluations on the same states.
    pub plain: Plain,
    /// Evaluations, root of the loss, and error on what is held out, both in the units of the model.
    pub course: Vec<(usize, f64, f64)>,
}

impl Training {
    /// Before the first step, of both on the same states.
    ///
    /// # Errors
    ///
    /// As [`Units::fit`], [`Fit::network`] and [`Minimizing::new`].
    pub fn new(split: &Split, names: &[String], fit: &Fit) -> Result<Self> {
        let units = Units::fit(&split.training)?;
        let mut training = Self {
            model: Hnn::begin(&split.training, &units, fit)?,
            plain: Plain::begin(&split.training, &units, fit)?,
            split: split.clone(),
            names: names.to_vec(),
            units,
            course: Vec::new(),
            most: fit.evaluations,
            bar: Progress::start(
                "model and rival",
                fit.evaluations * (1 + split.training.points.ncols()),
            ),
        };
        training.look()?;
        Ok(training)
    }

    /// Takes a step of the model, or one of its rival when the model's training has come to its end.
    ///
    /// # Errors
    ///
    /// As [`Minimizing::step`].
    pub fn step(&mut self) -> Result<()> {
        if self.model.stop().is_none() {
            self.model.step()?;
            if self.model.stop().is_none() {
                self.look()?;
            }
        } else if let Some(next) = self.plain.iter_mut().find(|one| one.stop().is_none()) {
            next.step()?;
        }
        self.bar.reach(self.progress().0);
        Ok(())
    }

    /// Whether both have come to their end.
    pub fn has_ended(&self) -> bool {
        let mut all = [&self.model].into_iter().chain(&self.plain);
        all.all(|one| one.stop().is_some())
    }

    /// The evaluations so far, and in all as far as they can be foreseen: a minimisation may come to its end before.
    pub fn progress(&self) -> (usize, usize) {
        let all = || [&self.model].into_iter().chain(&self.plain);
        let taken = all().map(Minimizing::evaluations).sum();
        let to_come = all().map(|one| match one.stop() {
            Some(_) => one.evaluations(),
            None => self.most.max(one.evaluations() + 1),
        });
        (taken, to_come.sum())
    }

    /// What was trained, as far as it came.
    ///
    /// # Errors
    ///
    /// As [`Hnn::named`].
    pub fn trained(&self) -> Result<Trained> {
        let networks = self.plain.iter().map(|one| one.network().clone());
        Ok(Trained {
            model: self.model()?.named(&self.names)?,
            plain: Plain::new(networks.collect(), self.units.clone()),
            course: self.course.clone(),
        })
    }

    fn model(&self) -> Result<Hnn> {
        Hnn::new(self.model.network().clone(), self.units.clone())
    }

    fn look(&mut self) -> Result<()> {
        let evaluations = self.model.evaluations();
        let seen = self.course.last().map_or(0, |&(seen, ..)| seen);
        if evaluations as f64 >= 1.04 * seen as f64 {
            let error = scaled_error(&self.model()?, &self.split.held_out).unwrap_or(f64::NAN);
            let seen = (evaluations, self.model.loss().sqrt(), error);
            self.course.push(seen);
        }
        Ok(())
    }
}

impl Trained {
    /// Trains both to the end.
    ///
    /// # Errors
    ///
    /// As [`Training::new`] and [`Training::step`].
    pub fn on(split: &Split, names: &[String], fit: &Fit) -> Result<Self> {
        let mut training = Training::new(split, names, fit)?;
        while !training.has_ended() {
            training.step()?;
        }
        training.trained()
    }

    /// The bad signs that only a trained model shows.
    ///
    /// # Errors
    ///
    /// As [`Unexplained::of`] and [`Model::error`].
    pub fn findings(&self, split: &Split) -> Result<Vec<Finding>> {
        /// The share of the motion that a model may leave unexplained.
        const UNEXPLAINED: f64 = 0.01;
        let mut findings = Vec::new();
        let [plain, model] = [
            self.plain.error(&split.held_out)?,
            self.model.error(&split.held_out)?,
        ];
        let left = Unexplained::of(&self.plain, &split.training)?;
        // The floor is borne out: it is what the Hamiltonian network is off by, and the plain ones are far below.
        if left.share > UNEXPLAINED
            && plain < model / 2.0
            && (0.5..2.0).contains(&(left.floor / model))
        {
            let shows = format!(
                "no energy can explain {} of the motion, a floor of {}: plain networks are off by {}, the Hamiltonian one by \
                 {}; the mean divergence is {}, where friction's is below 0 and a velocity in the place of a momentum has none",
                brief(left.share),
                brief(left.floor),
                brief(plain),
                brief(model),
                brief(left.divergence)
            );
            findings.push(Finding::new(Sign::NotHamiltonian, shows));
        }
        let errors = self.course.iter().map(|&(at, _, error)| (at, error));
        let best = errors
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or_default();
        let last = scaled_error(&self.model, &split.held_out)?;
        if best.1 < 0.7 * last {
            let shows = format!(
                "the error on what is held out was {} after {} evaluations and is {} at the end",
                brief(best.1),
                best.0,
                brief(last)
            );
            findings.push(Finding::new(Sign::Overfit, shows));
        }
        Ok(findings)
    }

    /// A row a model, from the one that knows nothing: errors in the data's own units.
    ///
    /// # Errors
    ///
    /// As [`Model::error`].
    pub fn scores(&self, split: &Split) -> Result<Table> {
        let mut table = Table::new([
            "model",
            "numbers",
            "error, trained on",
            "error, held out",
            "of the constant's",
        ]);
        let constant = constant_error(split);
        let mut row = |name: &str, numbers: usize, [trained, held_out]: [f64; 2]| {
            let share = brief(held_out / constant[1]);
            table.row([
                name.into(),
                numbers.to_string(),
                brief(trained),
                brief(held_out),
                share,
            ]);
        };
        let errors = |model: &dyn Model| -> Result<[f64; 2]> {
            Ok([model.error(&split.training)?, model.error(&split.held_out)?])
        };
        row("the best constant", split.training.points.ncols(), constant);
        row(
            "plain networks",
            self.plain.parameters(),
            errors(&self.plain)?,
        );
        let numbers = self.model.network().parameters().len();
        row("the Hamiltonian network", numbers, errors(&self.model)?);
        Ok(table)
    }
}

/// The error on held-out data in the units of the model, in which all columns count alike.
fn scaled_error(model: &Hnn, held_out: &Dataset) -> Result<f64> {
    let learned = model.field(held_out.points.view())?;
    let scaled = |field: &Points| model.units().scale_field(field.view());
    Ok(rms_distance(
        scaled(&learned).view(),
        scaled(&held_out.field).view(),
    ))
}

/// The error of the mean derivative of the training data: on them, and on what is held out.
pub fn constant_error(split: &Split) -> [f64; 2] {
    let means = split.training.field.columns().into_iter();
    let means: Vec<f64> = means.map(|column| column.mean().unwrap_or(0.0)).collect();
    [&split.training, &split.held_out].map(|data| {
        let constant = Points::from_shape_fn(data.field.dim(), |(_, column)| means[column]);
        rms_distance(constant.view(), data.field.view())
    })
}
