//! What the reader turns.

use hnn::evidence::brief;
use serde::Serialize;

/// A knob, which stands at one of its places.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Knob {
    /// Its name in the address of the page: one word.
    pub name: &'static str,
    /// Its name for the reader, with the unit.
    pub label: &'static str,
    /// What each of its places is called.
    pub places: Vec<String>,
    /// Where it stands at first.
    pub start: usize,
    /// Whether its places are kinds, not sizes: one of a list, not a point on a scale.
    pub is_choice: bool,
    /// What a button says that moves it from its first place to its last, if there is one.
    pub runs: Option<&'static str>,
}

impl Knob {
    /// A knob whose places are these sizes; it stands at first at the one that is nearest to `start`.
    pub fn sizes(name: &'static str, label: &'static str, sizes: &[f64], start: f64) -> Self {
        let away = |at: &usize| (sizes[*at] - start).abs();
        let nearest = (0..sizes.len()).min_by(|a, b| away(a).total_cmp(&away(b)));
        Self {
            name,
            label,
            places: sizes.iter().map(|&size| brief(size)).collect(),
            start: nearest.unwrap_or(0),
            is_choice: false,
            runs: None,
        }
    }

    /// A knob whose places are these kinds, the first of them at first.
    pub fn kinds(name: &'static str, label: &'static str, kinds: &[&str]) -> Self {
        Self {
            name,
            label,
            places: kinds.iter().map(|&kind| kind.to_owned()).collect(),
            start: 0,
            is_choice: true,
            runs: None,
        }
    }
}

/// Where the knobs of a figure stand, in its order: an index into the places of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places(pub Vec<usize>);

impl Places {
    /// Where these knobs stand at first.
    pub fn start(knobs: &[Knob]) -> Self {
        Self(knobs.iter().map(|knob| knob.start).collect())
    }

    /// What the knob of this index stands at, among the things that its places mean.
    ///
    /// # Panics
    ///
    /// If there is no such knob, or nothing at its place.
    pub fn of<T: Copy>(&self, knob: usize, meanings: &[T]) -> T {
        meanings[self.0[knob]]
    }
}
