//! Independent runs over the cores of the machine.

use std::ops::Range;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::error::check_some;
use crate::{Error, Result, settings};

/// More seeds than this are a slip of the keyboard.
const MOST: u64 = 1000;

settings! {
    /// Which seeds an experiment runs with.
    #[derive(Copy)]
    pub struct Seeds {
        /// First seed of the points, the initial weights and the batches
        seed: u64 = 0,
        /// How many seeds, counted up from the first
        seeds: u64 = 3,
    }
}

impl Seeds {
    /// So many seeds, counted up from the first.
    pub const fn new(seed: u64, seeds: u64) -> Self {
        Self { seed, seeds }
    }

    /// They themselves.
    pub fn range(&self) -> Range<u64> {
        self.seed..self.seed.saturating_add(self.seeds)
    }

    /// Runs an experiment once for each seed, on as many cores as there are, and returns the results in the seeds' order.
    /// Runs share nothing, so the results do not depend on the number of cores.
    ///
    /// # Errors
    ///
    /// As [`Seeds::check`], and the first error of any run.
    pub fn each<T: Send>(&self, run: impl Fn(u64) -> Result<T> + Send + Sync) -> Result<Vec<T>> {
        self.check()?;
        let seeds: Vec<u64> = self.range().collect();
        run_all(&seeds, |&seed| run(seed))
    }

    /// As [`Seeds::each`] for every one of these settings: a list of results a setting, in the settings' order.
    ///
    /// # Errors
    ///
    /// As [`Seeds::each`].
    pub fn each_of<S: Sync, T: Send>(
        &self,
        settings: &[S],
        run: impl Fn(&S, u64) -> Result<T> + Send + Sync,
    ) -> Result<Vec<Vec<T>>> {
        self.check()?;
        let jobs: Vec<(&S, u64)> = settings
            .iter()
            .flat_map(|setting| self.range().map(move |seed| (setting, seed)))
            .collect();
        let mut results = run_all(&jobs, |&(setting, seed)| run(setting, seed))?.into_iter();
        let of_one = |_| results.by_ref().take(self.seeds as usize).collect();
        Ok(settings.iter().map(of_one).collect())
    }

    /// Checks that so many seeds from the first one on can be run and told apart.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for no seeds, for more than a table of spreads is for, and for more than there are from the first
    /// on.
    pub fn check(&self) -> Result<()> {
        let Self { seed, seeds } = *self;
        check_some("seeds", usize::from(seeds > 0), "runs nothing")?;
        if seeds > MOST {
            let why = format!("is more than the {MOST} that a table of spreads is for");
            return Err(Error::setting("seeds", seeds, why));
        }
        if seed.checked_add(seeds).is_none() {
            let why = "leaves no room to count the seeds up from it";
            return Err(Error::setting("seed", seed, why));
        }
        Ok(())
    }
}

/// Runs every job, on as many cores as there are, and returns the results in the jobs' order.
///
/// Three long jobs on two cores, one after the other on each, would leave one core idle for a third of the time. So when jobs are
/// few each has a thread of its own, and the system shares the cores out among them.
///
/// # Errors
///
/// The first error of any job.
pub fn run_all<J: Sync, T: Send>(
    jobs: &[J],
    run: impl Fn(&J) -> Result<T> + Send + Sync,
) -> Result<Vec<T>> {
    const FEW: usize = 3;
    // One job a piece of work: a long one must not wait behind another.
    let results = || jobs.par_iter().with_max_len(1).map(run).collect();
    let cores = rayon::current_num_threads();
    if cores < jobs.len() && jobs.len() <= FEW * cores {
        let pool = ThreadPoolBuilder::new().num_threads(jobs.len());
        // Without more threads the jobs take longer, and that is all.
        if let Ok(pool) = pool.build() {
            return pool.install(results);
        }
    }
    results()
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn results_come_back_by_setting_and_seed() {
        let runs = Seeds::new(3, 3).each_of(&["a", "b"], |name, seed| Ok(format!("{name}{seed}")));
        assert_eq!(runs.unwrap(), [["a3", "a4", "a5"], ["b3", "b4", "b5"]]);
    }

    #[test]
    fn a_few_jobs_run_at_the_same_time_whatever_the_number_of_cores() {
        let cores = rayon::current_num_threads();
        let met = Barrier::new(2 * cores);
        let jobs: Vec<usize> = (0..2 * cores).collect();
        // Would wait for ever if some job had to wait for another's core.
        let results = run_all(&jobs, |&job| {
            met.wait();
            Ok(job)
        });
        assert_eq!(results.unwrap(), jobs);
    }

    #[test]
    fn the_first_error_comes_back_from_few_jobs_and_from_many() {
        for count in [1, 2, 1000] {
            let jobs = vec![(); count];
            let outcome: Result<Vec<()>> =
                run_all(&jobs, |()| Err(Error::setting("job", 0, "fails")));
            assert!(outcome.unwrap_err().to_string().contains("fails"));
        }
    }
}
