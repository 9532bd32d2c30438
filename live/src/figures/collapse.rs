//! The notebook's run to its end, and after any epoch its profile and how a point moves by it.
//!
//! The prologue's figure `prologue/collapse` at a quarter of the notebook's width, with seed 0: the run of the row λ = 1e-6 of
//! the table `chapter6/sweep`. At full width it would take a page half a minute.

use std::f64::consts::TAU;

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Mark, Panel, Series, brief};
use hnn::measure::portrait;
use hnn::mechanics::{Exact, Method};
use hnn::notebook::{self, Notebook};
use hnn::phase_space::{Oscillator, State};

use super::profile;
use super::recorded::{EVERY, Recorded, Seen, Stopped, quarter};
use crate::{Experiment, Figure, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "collapse",
    knobs: || {
        let epochs = (0..EPOCHS).map(|place| (place * EVERY).to_string());
        let turns = (0..=2 * STEPS).step_by(STRIDE);
        let turns = turns.map(|steps| format!("{:.2}", steps as f64 / STEPS as f64));
        let places: Vec<String> = epochs.chain(["the last".to_owned()]).collect();
        vec![
            Knob {
                name: "epoch",
                label: "after epoch",
                start: places.len() - 1,
                places,
                is_choice: false,
                runs: None,
            },
            Knob::kinds("stopping", "early stopping", &["off", "on"]),
            Knob {
                name: "turns",
                label: "turns of the spring",
                places: turns.collect(),
                start: STEPS / STRIDE,
                is_choice: false,
                runs: Some("Let them run"),
            },
        ]
    },
    begin: |places| Ok(Box::new(Collapse::new(places)?)),
};

/// How many records can be shown besides the last.
const EPOCHS: usize = 34;

/// Where both points begin.
const START: State = [1.0, 0.0];
/// Steps of a path, of one turn of the spring and from one place of the knob to the next.
const STEPS: usize = 120;
const STRIDE: usize = 6;
const STEP: f64 = TAU / STEPS as f64;

/// How far both points have come, the learned one along this path.
fn raced(learned: &[State]) -> String {
    format!(
        "While the spring's point turns {:.2} times, the learned one turns {:.2} times",
        (learned.len() - 1) as f64 / STEPS as f64,
        // No turn is not less than none.
        (portrait::turned(learned) / TAU * 100.0).round() / 100.0 + 0.0,
    )
}

fn spring_after(step: usize) -> State {
    Oscillator::UNIT.after(START, step as f64 * STEP)
}

struct Collapse {
    recorded: Recorded,
    /// After which epoch it is shown; `None` for the last.
    epoch: Option<usize>,
    /// Steps that the two points have taken.
    steps: usize,
}

impl Collapse {
    fn new(places: &Places) -> Result<Self> {
        let settings = quarter(notebook::Settings::default().l2);
        let mut collapse = Self {
            recorded: Recorded::new(Notebook::new(settings)?)?,
            epoch: None,
            steps: 0,
        };
        collapse.turn(places)?;
        Ok(collapse)
    }

    /// Where the run was stopped, if it is one that stops.
    fn stopped(&self) -> Option<&Stopped> {
        self.recorded
            .stopped
            .as_ref()
            .filter(|_| self.recorded.stops)
    }

    /// The records as far as the run goes.
    fn seen(&self) -> impl Iterator<Item = &Seen> {
        let stopped = self.stopped().map(|stopped| &stopped.seen);
        let end = stopped.map_or(usize::MAX, |seen| seen.epoch);
        let seen = self.recorded.seen.iter();
        seen.filter(move |seen| seen.epoch < end).chain(stopped)
    }

    /// The one that is shown, if there is any yet.
    fn shown(&self) -> Option<&Seen> {
        let end = self.epoch.unwrap_or(usize::MAX);
        self.seen().take_while(|seen| seen.epoch <= end).last()
    }
}

impl Experiment for Collapse {
    fn turn(&mut self, places: &Places) -> Result<()> {
        let place = places.0[0];
        self.epoch = (place < EPOCHS).then_some(place * EVERY);
        self.recorded.stops = places.of(1, &[false, true]);
        self.steps = STRIDE * places.0[2];
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        self.recorded.advance(steps)
    }

    fn progress(&self) -> (usize, usize) {
        self.recorded.progress()
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let points = |seen: &Seen| (seen.epoch as f64, seen.loss);
        let mut curves = vec![Series::new("loss", Colour::Blue, self.seen().map(points))];
        if let Some(stopped) = &self.recorded.stopped {
            let at = (stopped.seen.epoch as f64, stopped.validation);
            let name = match self.recorded.stops {
                true => "stopped",
                false => "would stop",
            };
            curves.push(Series::new(name, Colour::Ink, [at]).marked(Mark::Cross));
        }
        if let Some(shown) = self.shown() {
            let at = shown.epoch as f64;
            curves.push(Series::new("", Colour::Ink, [(at, 0.0), (at, TOP)]).unlabelled());
        }
        let profile = &self.shown().unwrap_or(&self.recorded.first).profile;
        let learned = Series::new("learned", Colour::Vermillion, profile.clone());
        let end = self.seen().map(|seen| seen.epoch).last().unwrap_or(0);
        let epochs = Axis::new("epoch").between(0.0, end.max(EVERY * (EPOCHS + 2)) as f64);
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![
                Panel::new(epochs, Axis::new("loss").between(0.0, TOP), curves),
                profile::panel(vec![learned]),
            ],
        };
        Ok(vec![chart.draw()?, self.race()?.draw()?])
    }

    fn says(&self) -> String {
        let stopped = self.recorded.stopped.as_ref().map(|stopped| {
            let (epoch, loss) = stopped.best;
            let verb = match self.recorded.stops {
                true => "ends",
                false => "would have ended",
            };
            format!(
                " Early stopping {verb} the run in epoch {}, with a validation loss of {:.3}; the best was {loss:.3}, in epoch \
                 {epoch}.",
                stopped.seen.epoch, stopped.validation,
            )
        });
        let raced = match self.paths() {
            Ok([_, learned]) => raced(&learned),
            Err(error) => error.to_string(),
        };
        format!(
            "{}: a state moves there as fast as the energy is steep. {raced}. The network is a quarter as wide as the notebook's.{}",
            self.finding(),
            stopped.unwrap_or_default(),
        )
    }
}

const TOP: f64 = 1.1;

impl Collapse {
    /// The paths of both points so far: the spring's, and by the network that is shown.
    fn paths(&self) -> Result<[Vec<State>; 2]> {
        let shown = self.shown().unwrap_or(&self.recorded.first);
        let mut learned = Exact::of(&shown.network);
        let follow = Method::RungeKutta4;
        let learned = follow.trajectory(|z| learned.at(z), START, STEP, self.steps + 1)?;
        Ok([(0..=self.steps).map(spring_after).collect(), learned])
    }

    /// Both points on their way round the circle; what leaves the picture runs along its edge.
    fn race(&self) -> Result<LineChart> {
        const WIDE: f64 = 3.0;
        const HIGH: f64 = 1.25;
        let inside = |&[q, p]: &State| (q.clamp(-WIDE, WIDE), p.clamp(-HIGH, HIGH));
        let [spring, learned] = self.paths()?;
        let raced = raced(&learned);
        let circle: Vec<State> = (0..=STEPS).map(spring_after).collect();
        let line =
            |colour, path: &[State]| Series::new("", colour, path.iter().map(inside)).unlabelled();
        let point = |name, colour, path: &[State], mark, beside: f64| {
            let at = path.last().unwrap_or(&START);
            let (q, p) = inside(at);
            Series::new(name, colour, [(q, p)])
                .marked(mark)
                .labelled_at(q + beside, p)
        };
        let panel = Panel {
            square: true,
            ..Panel::new(
                Axis::new("position q").between(-WIDE, WIDE),
                Axis::new("momentum p").between(-HIGH, HIGH),
                [
                    line(Colour::Sky, &circle),
                    line(Colour::Vermillion, &learned),
                    point("spring", Colour::Ink, &spring, Mark::Dot, 0.5),
                    point("learned", Colour::Vermillion, &learned, Mark::Cross, -0.55),
                ],
            )
        };
        Ok(LineChart::single(raced.clone(), raced, panel))
    }

    fn finding(&self) -> String {
        let Some(shown) = self.shown() else {
            return format!(
                "Before the first epoch is over the energy is {} times as steep on the circle as the spring's",
                brief(self.recorded.first.slope)
            );
        };
        format!(
            "After epoch {} the loss is {:.3}, and the energy {} times as steep on the circle as the spring's",
            shown.epoch,
            shown.loss,
            brief(shown.slope),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::recorded::LONGEST;
    use hnn::notebook::history::History;

    #[test]
    fn the_run_collapses_where_its_history_does_and_stops_where_the_notebook_stops() {
        let knobs = (FIGURE.knobs)();
        let mut places = Places::start(&knobs);
        let mut shown = Collapse::new(&places).unwrap();
        places.0[1] = 1;
        shown.turn(&places).unwrap();
        shown.advance(usize::MAX).unwrap();
        let history = History::record(quarter(1e-6), EVERY, LONGEST).unwrap();
        let stop = history.stop.as_ref().unwrap();
        let stopped = shown.stopped().unwrap();
        assert_eq!(shown.shown().unwrap().epoch, stop.epoch);
        assert_eq!(stopped.validation, stop.validation);
        assert_eq!(stopped.best, (stop.best.look, stop.best.value));
        let returned = Notebook::new(quarter(1e-6)).and_then(|mut notebook| notebook.train());
        assert_eq!(returned.unwrap().stopped_at, Some(stop.epoch));

        places.0[1] = 0;
        shown.turn(&places).unwrap();
        shown.advance(usize::MAX).unwrap();
        assert_eq!(history.stuck_at(), Some(shown.shown().unwrap().epoch));
        assert_eq!(EPOCHS * EVERY, shown.shown().unwrap().epoch);
        // It has turned as far as the energy is steep, and then stands still, on the circle in both cases.
        for (place, least, most) in [(7, 0.1, 0.9), (EPOCHS, -0.05, 0.05)] {
            places.0[0] = place;
            shown.turn(&places).unwrap();
            let [spring, learned] = shown.paths().unwrap();
            let last = spring[STEPS];
            assert!((last[0] - 1.0).abs() < 1e-12 && last[1].abs() < 1e-12);
            assert_eq!(spring.len(), learned.len());
            let turned = portrait::turned(&learned) / TAU;
            assert!((least..most).contains(&turned), "{turned}");
            assert!(
                (turned - shown.shown().unwrap().slope).abs() < 0.05,
                "{turned}"
            );
            for [q, p] in learned {
                assert!((q.hypot(p) - 1.0).abs() < 0.1, "{q} {p}");
            }
        }
        places.0[0] = 7;
        shown.turn(&places).unwrap();
        let (seen, pinned) = (shown.shown().unwrap(), &history.epochs[7]);
        let pinned = (pinned.index, pinned.loss(), pinned.slope);
        assert_eq!((seen.epoch, seen.loss, seen.slope), pinned);
    }
}
