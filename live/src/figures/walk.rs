//! A run of the notebook, with a look at it from time to time.

use hnn::Result;
use hnn::notebook::Run;

/// Takes so many steps, though none after `all`, and looks after every one whose number is a multiple of `every`.
pub(super) fn walk(
    run: &mut Run,
    steps: usize,
    all: usize,
    every: usize,
    mut look: impl FnMut(&Run),
) -> Result<()> {
    let to = all.min(run.taken() + steps);
    while run.taken() < to {
        let due = every - run.taken() % every;
        run.advance(due.min(to - run.taken()), |_| ())?;
        if run.taken().is_multiple_of(every) {
            look(run);
        }
    }
    Ok(())
}
