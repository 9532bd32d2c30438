//! The notebook at every ε of chapter 2's first table, and how wrong a difference of that step is.
//!
//! Above are the runs of the table `chapter2/weights` with seed 0, at full width: the row of an ε is one of them. Below is the V
//! of the figure `chapter2/curves` for the first of its networks, in f64.

use hnn::Result;
use hnn::evidence::{self, Axis, Colour, LineChart, Mark, Panel, Series, brief};
use hnn::measure::{Rounded, Theory, relative_error};
use hnn::mechanics::Difference;
use hnn::model::Real;
use hnn::notebook::{Notebook, Run, Settings};
use hnn::phase_space::{Points, logspace, sunflower};
use hnn::trial;

use crate::{Experiment, Figure, Knob, Places};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "epsilon",
    knobs: || {
        vec![Knob {
            name: "epsilon",
            label: "step ε of the differences",
            places: EPSILONS.iter().map(|step| format!("{step:e}")).collect(),
            start: NOTEBOOKS,
            is_choice: false,
            runs: None,
        }]
    },
    begin: |places| Ok(Box::new(Tried::new(places.0[0])?)),
};

const EPSILONS: [f64; 18] = [
    1e-30, 1e-20, 1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5,
    1e-4, 1e-3, 1e-2, 1e-1,
];
/// Where the notebook's own stands.
const NOTEBOOKS: usize = 11;

/// Steps of a run: five epochs on a tenth of the notebook's points.
const STEPS: usize = 125;
/// How many steps of the V are measured, and at how many points.
const MEASURED: usize = 59;
const POINTS: usize = 200;

/// What a run has come to.
#[derive(Clone, Copy, PartialEq)]
struct Printed {
    loss: f64,
    hash: u32,
}

struct Tried {
    chosen: usize,
    /// The error of a difference of the chosen step.
    off: f64,
    printed: [Option<Printed>; EPSILONS.len()],
    /// The run under way, and the losses of its last epoch so far.
    under_way: Option<(usize, Run, f64)>,
    rounded: Rounded<f64>,
    points: Points,
    exact: Points,
    predicted: (f64, f64),
    measured: Vec<(f64, f64)>,
}

impl Tried {
    fn new(chosen: usize) -> Result<Self> {
        let (_, network, _) = trial::Settings::default().start(0)?;
        let points = sunflower(POINTS);
        let rounded = Rounded::of(&network);
        let theory = Theory::of(&network, points.view());
        let mut tried = Self {
            chosen,
            off: 0.0,
            printed: [None; EPSILONS.len()],
            under_way: None,
            exact: rounded.field(points.view()),
            predicted: theory.best(Difference::Forward, f64::UNIT_ROUNDOFF),
            rounded,
            points,
            measured: Vec::new(),
        };
        tried.off = tried.error(EPSILONS[chosen])?;
        Ok(tried)
    }

    /// The error of a forward difference of this step, over the size of the field.
    fn error(&self, epsilon: f64) -> Result<f64> {
        let forward = Difference::Forward(epsilon);
        let field = self
            .rounded
            .differenced_field(forward, self.points.view())?;
        Ok(relative_error(&field, &self.exact))
    }

    /// One step of the run under way; between two runs one point of the V, as long as any is missing.
    fn step(&mut self) -> Result<()> {
        let missing = |place: &usize| self.printed[*place].is_none();
        let Some((place, run, losses)) = &mut self.under_way else {
            if self.measured.len() < MEASURED && !missing(&self.chosen) {
                let epsilon = logspace(-30.0, -1.0, MEASURED)[self.measured.len()];
                self.measured.push((epsilon, self.error(epsilon)?));
                return Ok(());
            }
            let next = std::iter::once(self.chosen)
                .chain(0..EPSILONS.len())
                .find(missing);
            if let Some(place) = next {
                let notebook = Notebook::new(short_run(EPSILONS[place]))?;
                self.under_way = Some((place, Run::reported(notebook), 0.0));
            }
            return Ok(());
        };
        let last_epoch = STEPS - run.in_an_epoch();
        run.advance(1, |step| {
            if step.index >= last_epoch {
                *losses += step.loss;
            }
        })?;
        if run.taken() == STEPS {
            self.printed[*place] = Some(Printed {
                loss: run.notebook().printed_loss(*losses),
                hash: hash(run.notebook().network().parameters()),
            });
            self.under_way = None;
        }
        Ok(())
    }
}

fn short_run(epsilon: f64) -> Settings {
    Settings {
        samples: 1000,
        epochs: 5,
        epsilon,
        ..Settings::default()
    }
}

/// Of every bit of these numbers (Fowler, Noll and Vo's, "FNV-1a").
fn hash(numbers: &[f64]) -> u32 {
    let bytes = numbers.iter().flat_map(|x| x.to_bits().to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

impl Experiment for Tried {
    fn turn(&mut self, places: &Places) -> Result<()> {
        self.chosen = places.0[0];
        self.off = self.error(EPSILONS[self.chosen])?;
        let is_another = |(place, ..): &mut (usize, Run, f64)| *place != self.chosen;
        if self.printed[self.chosen].is_none() {
            self.under_way.take_if(is_another);
        }
        Ok(())
    }

    fn advance(&mut self, steps: usize) -> Result<()> {
        for _ in 0..steps {
            self.step()?;
        }
        Ok(())
    }

    fn progress(&self) -> (usize, usize) {
        let printed = self.printed.iter().flatten().count();
        let under_way = self.under_way.as_ref();
        let under_way = under_way.map_or(0, |(_, run, _)| run.taken());
        (
            STEPS * printed + under_way + self.measured.len(),
            STEPS * EPSILONS.len() + MEASURED,
        )
    }

    fn draw(&self) -> Result<Vec<evidence::Figure>> {
        let steps = || Axis::log("ε").between(1e-31, 1.0);
        let chosen = EPSILONS[self.chosen];
        let here =
            |from, to| Series::new("", Colour::Ink, [(chosen, from), (chosen, to)]).unlabelled();
        let printed = EPSILONS.iter().zip(&self.printed);
        let printed = printed.filter_map(|(&epsilon, printed)| Some((epsilon, (*printed)?.loss)));
        let losses = Series::new("printed loss", Colour::Vermillion, printed);
        let above = [here(0.1, 100.0), losses.marked(Mark::Dot)];
        let measured = self.measured.iter().copied();
        let below = [
            here(1e-9, 1e3),
            Series::new(
                "error",
                Colour::Blue,
                measured.filter(|&(_, error)| error > 0.0),
            ),
            Series::new("predicted", Colour::Ink, [self.predicted]).marked(Mark::Cross),
        ];
        let chart = LineChart {
            title: self.finding(),
            description: self.says(),
            panels: vec![
                Panel::new(
                    steps(),
                    Axis::log("printed loss").between(0.1, 100.0),
                    above,
                ),
                Panel::new(
                    steps(),
                    Axis::log("error of the slopes").between(1e-9, 1e3),
                    below,
                ),
            ],
        };
        Ok(vec![chart.draw()?])
    }

    fn says(&self) -> String {
        let best = self.measured.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let best = best.filter(|_| self.measured.len() == MEASURED);
        let best = best.map_or(String::new(), |(step, error)| {
            format!(
                "; at {}, the best, by {}%",
                brief(*step),
                brief(100.0 * error)
            )
        });
        format!(
            "{}. In a small smooth network slopes by forward differences of that step are off by {}% of their size{best}.",
            self.finding(),
            brief(100.0 * self.off),
        )
    }
}

impl Tried {
    fn finding(&self) -> String {
        let epsilon = format!("At ε = {:e}", EPSILONS[self.chosen]);
        let Some(printed) = self.printed[self.chosen] else {
            let under_way = self.under_way.as_ref();
            let taken = under_way.map_or(0, |(_, run, _)| run.taken());
            return format!("{epsilon} the notebook has taken {taken} of {STEPS} steps");
        };
        let all = self.printed.iter().flatten();
        let same = all.clone().filter(|other| other.hash == printed.hash);
        let others = match all.count() {
            1 => String::new(),
            count => format!(", as in {} of {count} runs", same.count()),
        };
        format!(
            "{epsilon} the printed loss is {:.4}, and the hash of the weights is {:08x}{others}",
            printed.loss, printed.hash,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hnn::measure::Sweep;

    #[test]
    fn what_is_printed_is_the_notebooks_at_every_epsilon_and_the_weights_are_one_and_the_same() {
        let mut shown = Tried::new(NOTEBOOKS).unwrap();
        let (_, all) = shown.progress();
        // A run begins with a step of its own.
        shown.advance(all + EPSILONS.len()).unwrap();
        assert_eq!(shown.progress(), (all, all));
        for place in [0, 2, NOTEBOOKS, 17] {
            let mut notebook = Notebook::new(short_run(EPSILONS[place])).unwrap();
            let losses = notebook.train().unwrap();
            let printed = Printed {
                loss: losses.train[4],
                hash: hash(notebook.network().parameters()),
            };
            assert!(shown.printed[place] == Some(printed), "{}", EPSILONS[place]);
        }
        let first = shown.printed[0].unwrap();
        let hashes = || shown.printed.iter().flatten();
        assert!(hashes().all(|printed| printed.hash == first.hash));
        assert!(hashes().any(|printed| printed.loss > 10.0 * first.loss));

        let (_, network, _) = trial::Settings::default().start(0).unwrap();
        let steps = logspace(-30.0, -1.0, MEASURED).to_vec();
        let points = sunflower(POINTS);
        let sweep = Sweep::of::<f64>(&network, Difference::Forward, &steps, points.view());
        assert_eq!(shown.measured, sweep.unwrap().errors);
    }

    #[test]
    fn one_bit_of_one_weight_is_another_hash() {
        let weights = [0.1, -0.2, 0.3];
        let moved = [0.1, -0.2, 0.3f64.next_up()];
        assert_ne!(hash(&weights), hash(&moved));
    }
}
