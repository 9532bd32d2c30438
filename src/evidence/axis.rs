//! Axes: what a chart measures along, from where to where.

/// How an axis spaces its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// By their size: a decade is as long as the next.
    Log,
}

/// An axis. Unless it is told from where to where it runs, it fits what is drawn along it, and ends at round numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures, with the unit.
    pub label: String,
    /// From and to; `None` fits what is drawn.
    pub range: Option<(f64, f64)>,
    /// How it spaces its numbers.
    pub scale: Scale,
    /// Written at 0, 1, 2, … in place of numbers, if there are any.
    pub names: Vec<String>,
    /// Values that a fitted range holds besides the points.
    held: Vec<f64>,
}

/// The shortest range whose numbers can be told apart, over the larger of its ends.
const SHORTEST: f64 = 1e-9;

impl Axis {
    /// A linear axis of this label.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            range: None,
            scale: Scale::Linear,
            names: Vec::new(),
            held: Vec::new(),
        }
    }

    /// A logarithmic axis of this label.
    pub fn log(label: impl Into<String>) -> Self {
        Self {
            scale: Scale::Log,
            ..Self::new(label)
        }
    }

    /// An axis that has a place for each of these names: the first at 0, the next at 1, and so on.
    pub fn names<S: Into<String>>(
        label: impl Into<String>,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let end = names.len() as f64 - 0.5;
        Self {
            names,
            ..Self::new(label).between(-0.5, end)
        }
    }

    /// The same from here to there, whatever is drawn.
    #[must_use]
    pub fn between(mut self, from: f64, to: f64) -> Self {
        self.range = Some((from, to));
        self
    }

    /// The same, fitted so that these values have a place on it too.
    #[must_use]
    pub fn holding(mut self, values: impl IntoIterator<Item = f64>) -> Self {
        self.held.extend(values);
        self
    }

    /// Where a value stands on the drawn axis.
    pub(super) fn place(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => value,
            Scale::Log => libm::log10(value),
        }
    }

    /// From where to where the drawn axis runs with these values along it. A fitted one keeps this share of their range
    /// free at each end.
    ///
    /// # Errors
    ///
    /// A sentence, if the range is empty, not finite, or so short or long that it cannot be numbered; or if a value has no
    /// place on the axis.
    pub(super) fn drawn_range(
        &self,
        values: impl Iterator<Item = f64> + Clone,
        free: f64,
    ) -> Result<(f64, f64), String> {
        let label = &self.label;
        if let Some(off) = values.clone().find(|&value| !self.place(value).is_finite()) {
            return Err(format!("the axis `{label}` has no place for {off}"));
        }
        let (from, to) = self.range.unwrap_or_else(|| self.fitted(values, free));
        let (low, high) = (self.place(from), self.place(to));
        let length = high - low;
        // NaN is no length.
        let is_drawable = length.is_finite()
            && length > f64::MIN_POSITIVE / f64::EPSILON
            && length >= SHORTEST * low.abs().max(high.abs());
        match is_drawable {
            true => Ok((low, high)),
            false => Err(format!("the axis `{label}` runs from {from} to {to}")),
        }
    }

    /// A range with round ends around these values and the held ones, and such a share of it free at each end.
    fn fitted(&self, values: impl Iterator<Item = f64>, free: f64) -> (f64, f64) {
        let all = values.chain(self.held.iter().copied());
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let room = free * (self.place(high) - self.place(low));
        let beyond = |value: f64, room: f64| match self.scale {
            // What is never negative gets no negative numbers.
            Scale::Linear if value >= 0.0 => (value + room).max(0.0),
            Scale::Linear => value + room,
            Scale::Log => libm::exp10(self.place(value) + room),
        };
        let (low, high) = match room > 0.0 {
            true => (beyond(low, -room), beyond(high, room)),
            false => (low, high),
        };
        match self.scale {
            _ if low > high => (1.0, 10.0),
            _ if !(high - low).is_finite() => (low, high),
            Scale::Linear => round_ends(low, high),
            // Rounded, other ends would be no numbers.
            Scale::Log if low < f64::MIN_POSITIVE || high > 1e300 => (low, high),
            Scale::Log => log_ends(low, high),
        }
    }

    /// How many numbers to write along it, `most` at the most; every name that it has.
    pub(super) fn ticks(&self, (from, to): (f64, f64), most: usize) -> usize {
        if !self.names.is_empty() {
            return self.names.len();
        }
        match self.scale {
            Scale::Linear => most,
            Scale::Log => most.min((to - from).ceil() as usize + 1),
        }
    }

    /// The number written at a place of the drawn axis.
    pub(super) fn tick(&self, place: f64) -> String {
        if !self.names.is_empty() {
            // Nothing between two names.
            let name = (place.fract().abs() < 1e-6).then(|| self.names.get(place as usize));
            return name.flatten().cloned().unwrap_or_default();
        }
        match self.scale {
            Scale::Linear => number(place),
            Scale::Log => decade(place),
        }
    }
}

/// The largest of 1, 2 and 5 times a power of ten that is not above this positive number.
fn round_below(number: f64) -> f64 {
    let power = power_of_ten(libm::floor(libm::log10(number)));
    let times = [10.0, 5.0, 2.0]
        .into_iter()
        .find(|times| times * power <= number * (1.0 + 1e-9));
    times.unwrap_or(1.0) * power
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below this positive number.
fn round_above(number: f64) -> f64 {
    let power = power_of_ten(libm::floor(libm::log10(number)));
    let times = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|times| times * power >= number * (1.0 - 1e-9));
    times.unwrap_or(10.0) * power
}

/// 10 to a whole power. To the 22nd it is a number of 53 bits, and what is divided by that is rounded once: 0.001 and not its
/// neighbour.
fn power_of_ten(power: f64) -> f64 {
    match power < 0.0 {
        true => 1.0 / libm::exp10(-power),
        false => libm::exp10(power),
    }
}

/// Multiples of a round step just outside of these values: some sixteen steps from one to the other.
fn round_ends(low: f64, high: f64) -> (f64, f64) {
    let length = match high - low {
        0.0 if low == 0.0 => 1.0,
        0.0 => low.abs(),
        length => length,
    };
    let step = round_above(length / 16.0);
    let (mut from, mut to) = (
        libm::floor(low / step + 1e-9),
        libm::ceil(high / step - 1e-9),
    );
    if from == to {
        (from, to) = (from - 1.0, to + 1.0);
    }
    // Whole numbers of steps, so that 0.3 is not 3 times 0.1.
    match step < 1.0 {
        true => (from / (1.0 / step).round(), to / (1.0 / step).round()),
        false => (from * step, to * step),
    }
}

/// Ends of 1, 2 or 5 times a power of ten, two of its powers at least from one to the other.
fn log_ends(low: f64, high: f64) -> (f64, f64) {
    let decades = |x: f64| libm::log10(x);
    let below = |x: f64| power_of_ten(libm::floor(decades(x) + 1e-9));
    let above = |x: f64| power_of_ten(libm::ceil(decades(x) - 1e-9));
    let (from, to) = (round_below(low), round_above(high));
    if below(to) > above(from) {
        return (from, to);
    }
    // On to the nearer of the two powers that are next.
    let (down, up) = (below(from), above(to));
    let gap = |from: f64, to: f64| if from < to { to / from } else { f64::INFINITY };
    match (gap(down, from), gap(to, up)) {
        (f64::INFINITY, f64::INFINITY) => (from, 10.0 * to),
        (by, further) if by <= further => log_ends(down, to),
        _ => log_ends(from, up),
    }
}

/// A tick's number with as many decimals as it needs, four at the most.
pub(super) fn number(tick: f64) -> String {
    let text = format!("{tick:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// The number at a place of a logarithmic axis: nothing between two decades.
fn decade(place: f64) -> String {
    let power = place.round();
    if (place - power).abs() > 1e-6 {
        return String::new();
    }
    match power as i32 {
        power @ -2..=4 => number(libm::exp10(f64::from(power))),
        power => format!("1e{power}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_of_ten_is_as_it_is_written_and_not_its_neighbour() {
        for power in -22..=22 {
            let written: f64 = format!("1e{power}").parse().unwrap();
            assert_eq!(power_of_ten(f64::from(power)), written);
        }
    }

    #[test]
    fn a_fitted_range_has_round_ends_around_what_it_holds() {
        let fit = |axis: &Axis, values: &[f64]| axis.fitted(values.iter().copied(), 0.0);
        let linear = Axis::new("x");
        assert_eq!(fit(&linear, &[0.0, 299.0]), (0.0, 300.0));
        assert_eq!(fit(&linear, &[0.0, 9000.0]), (0.0, 9000.0));
        assert_eq!(fit(&linear, &[-0.31, 0.29]), (-0.35, 0.3));
        assert_eq!(fit(&linear, &[1.0]), (0.9, 1.1));
        assert_eq!(fit(&linear, &[0.0]), (-0.1, 0.1));
        let log = Axis::log("x");
        assert_eq!(fit(&log, &[0.02, 3.0]), (0.02, 5.0));
        assert_eq!(fit(&log, &[3e-5, 3.0]), (2e-5, 5.0));
        assert_eq!(fit(&log, &[0.03, 0.04]), (0.01, 0.1));
        assert_eq!(fit(&log, &[1.0]), (1.0, 10.0));
        assert_eq!(fit(&log, &[]), (1.0, 10.0));
        let held = Axis::new("x")
            .holding([0.0])
            .drawn_range([7.3].into_iter(), 0.0);
        assert_eq!(held, Ok((0.0, 7.5)));
        assert_eq!(linear.fitted([0.01, 1.0].into_iter(), 0.13), (0.0, 1.2));
        assert_eq!(log.fitted([0.1, 1.0].into_iter(), 0.13), (0.05, 2.0));
    }

    #[test]
    fn a_range_that_cannot_be_numbered_is_refused_and_never_drawn() {
        let drawn = |from: f64, to: f64| {
            Axis::new("x")
                .between(from, to)
                .drawn_range([].into_iter(), 0.1)
        };
        for (from, to) in [
            (1.0, 1.0),
            (1.0, 0.0),
            (-9e307, 9e307),
            (0.0, f64::INFINITY),
            (f64::NAN, 1.0),
            (0.0, 1e-320),
            (1e16, 1e16 + 2.0),
        ] {
            let error = drawn(from, to).unwrap_err();
            assert_eq!(error, format!("the axis `x` runs from {from} to {to}"));
        }
        assert_eq!(drawn(-1.0, 1.0), Ok((-1.0, 1.0)));
        for held in [0.0, -1.0, 1e-320] {
            let log = Axis::log("x").holding([held]);
            assert!(log.drawn_range([].into_iter(), 0.0).is_err(), "{held}");
        }
        let wide = Axis::new("x").drawn_range([-9e307, 9e307].into_iter(), 0.1);
        assert!(wide.is_err(), "{wide:?}");
    }

    #[test]
    fn ticks_have_the_decimals_they_need() {
        let ticks = [0.0, -0.0, 10.0, -0.5, 0.0625, 1e-9];
        assert_eq!(ticks.map(number), ["0", "0", "10", "-0.5", "0.0625", "0"]);
    }

    #[test]
    fn a_logarithmic_axis_numbers_its_decades() {
        let places = [-9.0, -3.0, -2.0, 0.0, 3.0, 4.0, 5.0, -2.5];
        let numbers = ["1e-9", "1e-3", "0.01", "1", "1000", "10000", "1e5", ""];
        assert_eq!(places.map(decade), numbers);
        let axis = Axis::log("error").between(1e-9, 1.0);
        let range = axis.drawn_range([].into_iter(), 0.1).unwrap();
        assert_eq!((range, axis.ticks(range, 6)), ((-9.0, 0.0), 6));
    }

    #[test]
    fn an_axis_of_names_names_its_places_alone() {
        let axis = Axis::names("activation", ["sin", "tanh"]);
        let ticks = [0.0, 0.5, 1.0, 2.0].map(|place| axis.tick(place));
        assert_eq!(ticks, ["sin", "", "tanh", ""]);
    }
}
