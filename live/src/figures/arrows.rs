//! A state of a spring, where uphill is and where it goes.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Mark, Panel, Series, brief};
use hnn::phase_space::{Oscillator, State};

use crate::{Experiment, Figure, Handle, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "arrows",
    knobs: || {
        vec![
            Knob::sizes("q", "position q", &tenths(), 0.6),
            Knob::sizes("p", "momentum p", &tenths(), 0.4),
            Knob::sizes("k", "stiffness k", &STIFFNESSES, 1.0),
        ]
    },
    begin: |places| {
        let mut arrows = Arrows {
            spring: Oscillator::UNIT,
            state: [0.0; 2],
        };
        arrows.turn(places)?;
        Ok(Box::new(arrows))
    },
};

const STIFFNESSES: [f64; 7] = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0];

/// From -1 to 1.
fn tenths() -> Vec<f64> {
    (-10..=10).map(|tenth| f64::from(tenth) / 10.0).collect()
}

struct Arrows {
    spring: Oscillator,
    state: State,
}

impl Experiment for Arrows {
    fn turn(&mut self, places: &Places) -> Result<()> {
        self.state = [0, 1].map(|knob| places.of(knob, &tenths()));
        self.spring.stiffness = places.of(2, &STIFFNESSES);
        Ok(())
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let contour = |energy: f64| {
            // The orbit of this energy through p = √(2mH), once round.
            let start = [0.0, (2.0 * self.spring.mass * energy).sqrt()];
            let period = std::f64::consts::TAU / (self.spring.stiffness / self.spring.mass).sqrt();
            let at = move |step| self.spring.after(start, f64::from(step) * period / 96.0);
            Series::new("", Colour::Sky, (0..=96).map(at).map(pair)).unlabelled()
        };
        let mut series: Vec<Series> = [0.125, 0.5, 1.125].map(contour).into();
        for row in -2..=2 {
            for column in -2..=2 {
                let z = [0.5 * f64::from(column), 0.5 * f64::from(row)];
                series.push(arrow(z, scaled(self.spring.field(z), 0.2), Colour::Ink).unlabelled());
            }
        }
        let (uphill, motion) = (self.uphill(), self.spring.field(self.state));
        series.push(named(
            "uphill",
            arrow(self.state, scaled(uphill, 0.6), Colour::Vermillion),
        ));
        series.push(named(
            "motion",
            arrow(self.state, scaled(motion, 0.6), Colour::Blue),
        ));
        let state = Series::new("the state", Colour::Ink, [pair(self.state)]);
        series.push(state.marked(Mark::Dot).unlabelled());
        let panel = panel(series);
        let title = "Motion runs at a right angle to uphill: along the contour";
        Ok(vec![LineChart::single(title, self.says(), panel).draw()?])
    }

    fn handle(&self) -> Option<Handle> {
        let at = |tenth: f64| panel(Vec::new()).place((tenth, tenth));
        let places: Option<Vec<(f64, f64)>> = tenths().into_iter().map(at).collect();
        let whole = |(x, y): (f64, f64)| (x.round() as i32, y.round() as i32);
        let (across, down) = places?.into_iter().map(whole).unzip();
        Some(Handle {
            name: "the state",
            across,
            down,
        })
    }

    fn says(&self) -> String {
        let shown = |[q, p]: State| format!("({}, {})", brief(q), brief(p));
        format!(
            "At (q, p) = {} uphill is {} and the motion {}: at a right angle to it, along the contour of energy {}.",
            shown(self.state),
            shown(self.uphill()),
            shown(self.spring.field(self.state)),
            brief(self.spring.energy(self.state)),
        )
    }
}

fn panel(series: Vec<Series>) -> Panel {
    let side = |label: &str| Axis::new(label).between(-1.6, 1.6);
    Panel {
        square: true,
        ..Panel::new(side("position q"), side("momentum p"), series)
    }
}

impl Arrows {
    /// ∇H = (-dp/dt, dq/dt).
    fn uphill(&self) -> State {
        let [dq, dp] = self.spring.field(self.state);
        // Not -0.
        [0.0 - dp, dq]
    }
}

fn pair([x, y]: State) -> (f64, f64) {
    (x, y)
}

fn scaled([x, y]: State, factor: f64) -> State {
    [factor * x, factor * y]
}

fn named(name: &str, series: Series) -> Series {
    Series {
        name: name.to_owned(),
        label: Some(name.to_owned()),
        ..series
    }
}

/// A line from here by this much, with a head of a third of its length.
fn arrow([q, p]: State, [by_q, by_p]: State, colour: Colour) -> Series {
    let tip = (q + by_q, p + by_p);
    let side = |turn: f64| {
        let (back_q, back_p) = (0.25 * by_q, 0.25 * by_p);
        (
            tip.0 - back_q - turn * 0.5 * back_p,
            tip.1 - back_p + turn * 0.5 * back_q,
        )
    };
    Series::new("", colour, [(q, p), tip, side(1.0), tip, side(-1.0)])
}
