//! Chapter 5's problem at a learning rate and a schedule of the reader's.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Panel, Series, brief, thousands};
use hnn::measure::field_rmse_on_disc;
use hnn::phase_space::Oscillator;
use hnn::trial::{Data, ScheduleKind, Settings};

use crate::{Experiment, Figure, Knob, Places, Training};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "rate",
    knobs: || {
        let kinds = SCHEDULES.map(|(name, _)| name);
        let steps = STEPS.map(|steps| steps as f64);
        vec![
            Knob::sizes("rate", "learning rate at the start", &RATES, 0.01),
            Knob::kinds("schedule", "schedule", &kinds),
            Knob::sizes("steps", "steps planned", &steps, 2000.0),
        ]
    },
    begin: |places| Ok(Box::new(Rate::new(places)?)),
};

const RATES: [f64; 9] = [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0];
const STEPS: [usize; 3] = [500, 1000, 2000];
const SCHEDULES: [(&str, ScheduleKind); 4] = [
    ("fixed", ScheduleKind::Constant),
    ("half a cosine to zero", ScheduleKind::Cosine),
    ("restarts", ScheduleKind::Restarts),
    ("the notebook's plan", ScheduleKind::Planned),
];

/// Steps from one point of the curves to the next.
const EVERY: usize = 25;

struct Rate {
    training: Training,
    losses: Vec<(f64, f64)>,
    rates: Vec<(f64, f64)>,
    errors: Vec<(f64, f64)>,
}

impl Rate {
    fn new(places: &Places) -> Result<Self> {
        let settings = Settings {
            widths: vec![2, 32, 32, 1],
            learning_rate: places.of(0, &RATES),
            schedule: places.of(1, &SCHEDULES).1,
            steps: places.of(2, &STEPS),
            ..Settings::default()
        };
        Ok(Self {
            training: Training::new(settings, 0)?,
            losses: Vec::new(),
            rates: Vec::new(),
            errors: Vec::new(),
        })
    }
}

impl Experiment for Rate {
    fn turn(&mut self, places: &Places) -> Result<()> {
        *self = Self::new(places)?;
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        let (losses, rates, errors) = (&mut self.losses, &mut self.rates, &mut self.errors);
        self.training.advance(steps, |step| {
            if step.index.is_multiple_of(EVERY) {
                let at = step.index as f64;
                let error = field_rmse_on_disc(step.network, Oscillator::UNIT);
                losses.push((at, step.loss));
                rates.push((at, step.rate));
                errors.push((at, error));
            }
        });
        Ok(())
    }

    fn progress(&self) -> (usize, usize) {
        (self.training.taken(), self.training.all())
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let all = self.training.settings().steps as f64;
        let steps = |label: &str| Axis::new(label).between(0.0, all);
        // What has diverged leaves the picture at its top.
        let seen = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
            points
                .iter()
                .map(|&(at, y)| (at, y.clamp(1e-7, 1e3)))
                .collect()
        };
        let errors = [
            Series::new("loss of the batch", Colour::Vermillion, seen(&self.losses)),
            Series::new("error of the field", Colour::Blue, seen(&self.errors)),
        ];
        let mut above = Axis::log("loss (a square), error (a root)");
        above = above.holding([1e-4, 1.0]);
        let rate = Series::new("learning rate", Colour::Ink, seen(&self.rates)).unlabelled();
        let below = Axis::log("learning rate").between(1e-7, 1.0);
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![
                Panel::new(steps("step"), above, errors),
                Panel::new(steps("step"), below, [rate]),
            ],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        let (taken, all) = self.progress();
        let settings = self.training.settings();
        format!(
            "Adam at {} for {} of {} steps: {}",
            brief(settings.learning_rate),
            thousands(taken),
            thousands(all),
            self.finding(),
        )
    }
}

impl Rate {
    fn finding(&self) -> String {
        let silence = brief(Data::Disc.silence());
        if self.training.has_diverged() {
            return format!(
                "The loss is no number any more after {} steps",
                self.training.taken()
            );
        }
        let error = field_rmse_on_disc(self.training.network(), Oscillator::UNIT);
        format!(
            "The field is off by {}, and silence by {silence}",
            brief(error)
        )
    }
}
