//! A run of the notebook, with a look at it from time to time.

use std::ops::ControlFlow;

use hnn::Result;
use hnn::notebook::Run;

/// Takes so many steps, though none after `all`, and looks after every one whose number is a multiple of `every`. A look may
/// break off.
pub(super) fn walk(
    run: &mut Run,
    steps: usize,
    all: usize,
    every: usize,
    mut look: impl FnMut(&Run) -> ControlFlow<()>,
) -> Result<()> {
    let to = all.min(run.taken().saturating_add(steps));
    while run.taken() < to {
        let due = every - run.taken() % every;
        run.advance(due.min(to - run.taken()), |_| ())?;
        if run.taken().is_multiple_of(every) && look(run).is_break() {
            break;
        }
    }
    Ok(())
}
