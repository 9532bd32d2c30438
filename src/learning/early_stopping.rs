//! Early stopping: give up when a watched number no longer improves, and keep the best parameters.

use std::ops::ControlFlow;

use crate::Result;
use crate::error::check_some;

/// Stops after `patience` looks in a row without a new best value (Prechelt 1998, "Early stopping: but when?"), and
/// keeps the parameters of the best.
///
/// Smaller is better. NaN is never better than anything.
#[derive(Clone, Debug)]
pub struct EarlyStopping {
    patience: usize,
    looks: usize,
    waited: usize,
    best: Option<Best>,
}

/// The best look so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// Which look it was, counted from 0.
    pub look: usize,
    /// The watched value.
    pub value: f64,
    /// The parameters.
    pub parameters: Vec<f64>,
}

impl EarlyStopping {
    /// Stops at the `patience`-th look in a row that is no better than the best before it.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) if the patience is 0.
    pub fn new(patience: usize) -> Result<Self> {
        let why = "would stop before the first value is judged";
        check_some("patience", patience, why)?;
        Ok(Self {
            patience,
            looks: 0,
            waited: 0,
            best: None,
        })
    }

    /// Looks at the watched `value` of these parameters. [`ControlFlow::Break`] when patience has run out.
    pub fn look(&mut self, value: f64, parameters: &[f64]) -> ControlFlow<()> {
        let look = self.looks;
        self.looks += 1;
        self.waited += 1;
        match &mut self.best {
            Some(best) if value < best.value => {
                (best.look, best.value) = (look, value);
                best.parameters.clear();
                best.parameters.extend_from_slice(parameters);
                self.waited = 0;
            }
            None if !value.is_nan() => {
                self.best = Some(Best {
                    look,
                    value,
                    parameters: parameters.to_vec(),
                });
                self.waited = 0;
            }
            _ => {}
        }
        if self.waited < self.patience {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// The best look so far; none before the first, or if every value was NaN.
    pub fn best(&self) -> Option<&Best> {
        self.best.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_when_patience_runs_out_and_gives_the_best_parameters_back() {
        let values = [3.0, 2.0, 2.5, 1.0, f64::NAN, 1.0, 1.5, 0.5];
        let mut stopping = EarlyStopping::new(3).unwrap();
        let stopped = values
            .iter()
            .position(|&value| stopping.look(value, &[10.0 * value]).is_break());
        assert_eq!(stopped, Some(6));
        let best = Best {
            look: 3,
            value: 1.0,
            parameters: vec![10.0],
        };
        assert_eq!(stopping.best(), Some(&best));
    }

    #[test]
    fn a_run_of_nan_alone_stops_without_a_best() {
        let mut stopping = EarlyStopping::new(2).unwrap();
        assert!(stopping.look(f64::NAN, &[0.0]).is_continue());
        assert!(stopping.look(f64::NAN, &[0.0]).is_break());
        assert_eq!(stopping.best(), None);
    }

    #[test]
    fn a_patience_of_zero_is_refused() {
        assert_eq!(
            EarlyStopping::new(0).unwrap_err().to_string(),
            "patience = 0 would stop before the first value is judged: at least 1 is needed"
        );
    }
}
