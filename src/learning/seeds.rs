//! Independent runs over the cores of the machine.

use std::ops::Range;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::{Error, Result};

/// More seeds than this are a slip of the keyboard.
const MOST: u64 = 1000;

/// Runs an experiment once for each seed, on as many cores as there are, and returns the results in the seeds' order.
/// Runs share nothing, so the results do not depend on the number of cores.
///
/// # Errors
///
/// The first error of any run.
pub fn each<T: Send>(
    seeds: Range<u64>,
    run: impl Fn(u64) -> Result<T> + Send + Sync,
) -> Result<Vec<T>> {
    let seeds: Vec<u64> = seeds.collect();
    run_all(&seeds, |&seed| run(seed))
}

/// As [`each`] for every one of these settings: a list of results a setting, in the settings' order.
///
/// # Errors
///
/// The first error of any run.
pub fn each_of<S: Sync, T: Send>(
    settings: &[S],
    seeds: Range<u64>,
    run: impl Fn(&S, u64) -> Result<T> + Send + Sync,
) -> Result<Vec<Vec<T>>> {
    let jobs: Vec<(&S, u64)> = settings
        .iter()
        .flat_map(|setting| seeds.clone().map(move |seed| (setting, seed)))
        .collect();
    let mut results = run_all(&jobs, |&(setting, seed)| run(setting, seed))?.into_iter();
    let of_one = |_| results.by_ref().take(seeds.clone().count()).collect();
    Ok(settings.iter().map(of_one).collect())
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

/// Checks that so many seeds from this one on can be run and told apart.
///
/// # Errors
///
/// [`Error::Setting`] for no seeds, for more than a table of spreads is for, and for more than there are from `first` on.
pub fn check(first: u64, count: u64) -> Result<()> {
    if count == 0 {
        let why = "runs nothing: at least 1 is needed";
        return Err(Error::setting("seeds", 0, why));
    }
    if count > MOST {
        let why = format!("is more than the {MOST} that a table of spreads is for");
        return Err(Error::setting("seeds", count, why));
    }
    if first.checked_add(count).is_none() {
        let why = "leaves no room to count the seeds up from it";
        return Err(Error::setting("seed", first, why));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn results_come_back_by_setting_and_seed() {
        let runs = each_of(&["a", "b"], 3..6, |name, seed| Ok(format!("{name}{seed}")));
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
