//! Many sizes of network under one setting.

use super::Settings;
use crate::learning::Seeds;
use crate::{Error, Result, settings};

settings! {
    /// A grid of networks: every width at every depth, all hidden layers of a network equally wide.
    pub struct Grid {
        /// Its seeds.
        seeds: in Seeds,
        /// Widths of the hidden layers, from narrow to wide
        widths: [usize] = [8, 16, 32, 64, 128],
        /// Hidden layers of the deepest networks
        depth: usize = 3,
        /// Steps of every run
        steps: usize = 2000,
    }
}

impl Grid {
    /// Checks the widths and the depth; seeds and steps are checked with the trials.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if there is no width, one is 0, they do not grow, or the depth is 0.
    pub fn check(&self) -> Result<()> {
        let widths = || format!("{:?}", self.widths);
        if self.widths.is_empty() {
            let why = "make no network: at least one width is needed";
            return Err(Error::setting("widths", widths(), why));
        }
        if self.widths[0] == 0 || !self.widths.is_sorted_by(|a, b| a < b) {
            let why = "must be at least 1 and grow from one to the next";
            return Err(Error::setting("widths", widths(), why));
        }
        if self.depth == 0 {
            let why = "leaves the networks without a hidden layer: at least 1 is needed";
            return Err(Error::setting("depth", 0, why));
        }
        Ok(())
    }

    /// The widths of every network, depth by depth: 2, hidden …, 1.
    pub fn networks(&self) -> Vec<Vec<usize>> {
        let sizes = (1..=self.depth).flat_map(|depth| self.widths.iter().map(move |w| (depth, *w)));
        sizes.map(|(depth, width)| layers(depth, width)).collect()
    }

    /// This trial for these networks, with the grid's seeds and steps.
    pub fn trials(&self, networks: &[Vec<usize>], trial: &Settings) -> Vec<Settings> {
        let of = |widths: &Vec<usize>| Settings {
            seeds: self.seeds,
            steps: self.steps,
            widths: widths.clone(),
            ..trial.clone()
        };
        networks.iter().map(of).collect()
    }
}

/// The widths of a network of so many equal hidden layers: 2, `width` …, 1.
pub fn layers(depth: usize, width: usize) -> Vec<usize> {
    let hidden = std::iter::repeat_n(width, depth);
    std::iter::once(2).chain(hidden).chain([1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_goes_depth_by_depth_from_narrow_to_wide() {
        let grid = Grid {
            widths: vec![4, 9],
            depth: 2,
            ..Grid::default()
        };
        let networks = [
            vec![2, 4, 1],
            vec![2, 9, 1],
            vec![2, 4, 4, 1],
            vec![2, 9, 9, 1],
        ];
        assert_eq!(grid.networks(), networks);
        let trials = grid.trials(&networks, &Settings::default());
        assert_eq!(
            (&trials[2].widths, trials[2].steps),
            (&networks[2], grid.steps)
        );
    }

    #[test]
    fn grids_that_make_no_network_are_errors() {
        let default = Grid::default;
        let cases = [
            (
                Grid {
                    widths: vec![],
                    ..default()
                },
                "widths = [] make no network: at least one width is needed",
            ),
            (
                Grid {
                    widths: vec![8, 8],
                    ..default()
                },
                "widths = [8, 8] must be at least 1 and grow from one to the next",
            ),
            (
                Grid {
                    widths: vec![0, 8],
                    ..default()
                },
                "widths = [0, 8] must be at least 1 and grow from one to the next",
            ),
            (
                Grid {
                    depth: 0,
                    ..default()
                },
                "depth = 0 leaves the networks without a hidden layer: at least 1 is needed",
            ),
        ];
        for (grid, sentence) in cases {
            assert_eq!(grid.check().unwrap_err().to_string(), sentence);
        }
        default().check().unwrap();
    }
}
