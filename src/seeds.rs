//! Independent runs over the cores of the machine.

use std::ops::Range;

use rayon::prelude::*;

use crate::Result;

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
    seeds.into_par_iter().map(run).collect()
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
    let runs = |setting| each(seeds.clone(), |seed| run(setting, seed));
    // One setting a job: a long run must not wait behind another.
    settings.par_iter().with_max_len(1).map(runs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_back_by_setting_and_seed() {
        let runs = each_of(&["a", "b"], 3..6, |name, seed| Ok(format!("{name}{seed}")));
        assert_eq!(runs.unwrap(), [["a3", "a4", "a5"], ["b3", "b4", "b5"]]);
    }
}
