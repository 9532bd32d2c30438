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
