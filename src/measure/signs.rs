//! What data tell of themselves before anything is trained: the bad signs that this book has met.
//!
//! Nothing is known here but the states and their field. How far states are apart is told with each column in units of its own
//! range, so that all count alike: canonical [`Units`] would hide the smallest of several degrees of freedom.

use std::f64::consts::TAU;
use std::fmt;

use ndarray::{Array1, Axis, concatenate};

use super::relative_error;
use crate::Result;
use crate::evidence::brief;
use crate::learning::{Model, Plain};
use crate::mechanics::fields_of;
use crate::phase_space::{
    Dataset, NEAREST, Points, Recordings, Units, nearest, range, rms_distance, slopes,
};
use crate::random::{Gaussian, RandomSource};

/// A bad sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// A column has one value.
    Constant,
    /// One column is a hundred times as large as another, or more.
    Scales,
    /// All states have one energy.
    OneEnergy,
    /// The states that are held out lie on states that are trained on.
    Repeated,
    /// The time from row to row is not always the same.
    Steps,
    /// The states are so far apart that differences err by a hundredth or more.
    Coarse,
    /// An angle jumps by a turn.
    Wrapped,
    /// The state jumps within a recording.
    Seam,
    /// The numbers are no finer than single precision.
    Single,
    /// The derivatives of the file are not how its states move.
    Labels,
    /// No energy has this field, in these coordinates.
    NotHamiltonian,
    /// A network of ReLUs has a field in steps.
    Relu,
    /// The error on what is held out was smaller before.
    Overfit,
}

impl Sign {
    /// Its name: what a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "a constant column",
            Self::Scales => "unequal scales",
            Self::OneEnergy => "one energy",
            Self::Repeated => "repeated phases",
            Self::Steps => "time steps that vary",
            Self::Coarse => "coarse differences",
            Self::Wrapped => "a wrapped angle",
            Self::Seam => "a seam",
            Self::Single => "single precision",
            Self::Labels => "labels that do not fit",
            Self::NotHamiltonian => "not Hamiltonian",
            Self::Relu => "a ReLU",
            Self::Overfit => "overfitting",
        }
    }
}

/// A bad sign and how it shows, as a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which.
    pub sign: Sign,
    /// With row, column and numbers.
    pub shows: String,
}

impl Finding {
    /// A sign that shows like this.
    pub fn new(sign: Sign, shows: impl fmt::Display) -> Self {
        let shows = shows.to_string();
        Self { sign, shows }
    }
}

/// Columns whose units differ by this factor have unequal scales.
const UNEQUAL: f64 = 100.0;
/// Steps of time that differ by this share of the shortest vary.
const VARIED: f64 = 0.01;
/// Labels that are off by this share of the motion, or more, do not fit.
const MISFIT: f64 = 0.05;
/// Differences that may be off by this share are coarse.
const COARSE: f64 = 0.01;
/// Decimal digits that a number of 32 bits needs at the most.
const SINGLE_DIGITS: usize = 9;
/// A jump is this many times as long as the median step and as the steps beside it, which a smooth motion makes alike.
const JUMP: f64 = 6.0;
/// Held-out states lie on others if they are at most this many times as far from them as independent draws. Of independent
/// draws from a plane 16 in a hundred are so near (1 - 2^(-1/4)), from more dimensions fewer: that half of twenty are so is
/// chance once in two thousand times.
const NEAR: f64 = 0.5;

/// The bad signs of recordings, in the order of [`Sign`].
///
/// # Errors
///
/// As [`Units::fit`].
pub fn findings(recordings: &Recordings) -> Result<Vec<Finding>> {
    let data = &recordings.data;
    let units = Units::fit(data)?;
    let mut findings = constants(recordings);
    findings.extend(scales(recordings, &units));
    let jumps = jumps(recordings);
    let torn: Vec<usize> = jumps.iter().flat_map(|jump| jump.rows.clone()).collect();
    let labels = Labels::of(recordings, &torn);
    // The labels beside a jump are wrong, and would be blamed on the rest.
    let is_torn =
        |row: usize| !recordings.measured && torn.iter().any(|jump| jump.abs_diff(row) < 4);
    let whole: Vec<usize> = (0..data.rows()).filter(|&row| !is_torn(row)).collect();
    let energies = Energies::of(&data.select(&whole), &units)?;
    if energies.levels == 1 {
        let shows = format!(
            "all {} states have one energy, to {} of its scale: what lies beside this orbit is anybody's guess",
            data.rows(),
            brief(energies.spread)
        );
        findings.push(Finding::new(Sign::OneEnergy, shows));
    }
    if let Some(labels) = &labels {
        findings.extend(steps(recordings, labels));
        findings.extend(labels.finding(recordings.measured));
    }
    let labels = labels.filter(|_| !recordings.measured);
    findings.extend(jumps.into_iter().map(|jump| jump.finding(labels.as_ref())));
    findings.extend(single(recordings));
    findings.sort_by_key(|finding| finding.sign);
    Ok(findings)
}

fn constants(recordings: &Recordings) -> Vec<Finding> {
    let columns = recordings.data.points.columns();
    let constant = columns.into_iter().zip(&recordings.names);
    let constant = constant.filter(|(column, _)| column.iter().all(|x| *x == column[0]));
    constant
        .map(|(column, name)| {
            let shows = format!("`{name}` is {} in every row", column[0]);
            Finding::new(Sign::Constant, shows)
        })
        .collect()
}

fn scales(recordings: &Recordings, units: &Units) -> Option<Finding> {
    let points = (&recordings.data.points - &units.origin()).mapv(f64::abs);
    let reach = points.fold_axis(Axis(0), 0.0, |a: &f64, b: &f64| a.max(*b));
    let by_size = |a: &usize, b: &usize| reach[*a].total_cmp(&reach[*b]);
    let moving = || (0..reach.len()).filter(|&column| reach[column] > 0.0);
    let (least, most) = (moving().min_by(by_size)?, moving().max_by(by_size)?);
    (reach[most] >= UNEQUAL * reach[least]).then(|| {
        let shows = format!(
            "`{}` reaches {} from its middle, `{}` only {}: they are scaled for the network and back again",
            recordings.names[most],
            brief(reach[most]),
            recordings.names[least],
            brief(reach[least])
        );
        Finding::new(Sign::Scales, shows)
    })
}

fn steps(recordings: &Recordings, labels: &Labels) -> Option<Finding> {
    let times = recordings.times.as_ref()?;
    let parts = recordings.parts.iter();
    let steps = parts.flat_map(|part| times[part.clone()].windows(2).map(|pair| pair[1] - pair[0]));
    let (low, high) = range(steps.collect::<Array1<f64>>().view());
    (high - low > VARIED * low).then(|| {
        let mut shows = format!(
            "the time from row to row runs from {} to {}",
            brief(low),
            brief(high)
        );
        if !recordings.measured {
            shows += &format!(
                "; differences take that into account, and err by less than {} of the motion",
                brief(labels.misfit)
            );
        }
        Finding::new(Sign::Steps, shows)
    })
}

/// Whether the labels are the motion.
struct Labels {
    /// What jumps add to the error of differences, in the data's own units.
    torn: f64,
    /// How far the labels are from other differences, as a share of the motion: those of a file from any, and differences
    /// from those over every second row. The latter err by sixteen times as much, or half as much when it is noise; so
    /// how far the two are apart bounds the error of the labels.
    misfit: f64,
}

impl Labels {
    /// Of these recordings, which jump after these rows, if they have times.
    fn of(recordings: &Recordings, torn: &[usize]) -> Option<Self> {
        let times = recordings.times.as_ref()?;
        let Dataset { points, field, .. } = &recordings.data;
        // dz/dt by differences that cross no jump, over every such row.
        let differences = |every: usize| {
            let mut found: Vec<(Vec<usize>, Points)> = Vec::new();
            for part in &recordings.parts {
                let rows: Vec<usize> = part.clone().collect();
                for piece in rows.chunk_by(|row, _| !torn.contains(row)) {
                    let rows: Vec<usize> = piece.iter().copied().step_by(every).collect();
                    if rows.len() >= 3 {
                        let at: Array1<f64> = rows.iter().map(|&row| times[row]).collect();
                        let along = points.select(Axis(0), &rows);
                        let along = slopes(at.view(), along.view(), NEAREST);
                        found.push((rows, along));
                    }
                }
            }
            found
        };
        let mut whole = field.clone();
        let (mut at, mut moved) = (Vec::new(), Vec::new());
        if !recordings.measured {
            for (rows, along) in differences(1) {
                let slopes = rows.into_iter().zip(along.rows());
                slopes.for_each(|(row, slope)| whole.row_mut(row).assign(&slope));
            }
        }
        for (rows, along) in differences(if recordings.measured { 1 } else { 2 }) {
            at.extend(rows);
            moved.extend(along);
        }
        let moved = Points::from_shape_vec((at.len(), points.ncols()), moved);
        let moved = moved.expect("a slope for each column of each row");
        Some(Self {
            torn: rms_distance(whole.view(), field.view()),
            misfit: relative_error(&whole.select(Axis(0), &at), &moved),
        })
    }

    fn finding(&self, measured: bool) -> Option<Finding> {
        let off = brief(self.misfit);
        if measured {
            let shows = format!(
                "the derivatives of the file are off by {off} of the motion of its own states"
            );
            return (self.misfit > MISFIT).then(|| Finding::new(Sign::Labels, shows));
        }
        let shows = format!(
            "differences over every second row are off by {off} of those over all rows: no field that learns them is known \
             better than that"
        );
        (self.misfit > COARSE).then(|| Finding::new(Sign::Coarse, shows))
    }
}

/// Jumps of one kind.
struct Jump {
    sign: Sign,
    /// The rows after which the state jumps.
    rows: Vec<usize>,
    /// What the first of them looks like.
    shows: String,
}

impl Jump {
    /// What it says where labels are differences: also what it does to them.
    fn finding(self, labels: Option<&Labels>) -> Finding {
        let mut shows = self.shows;
        if self.rows.len() > 1 {
            shows += &format!(", the first of {} such jumps", self.rows.len());
        }
        if let Some(Labels { torn, .. }) = labels {
            let off = brief(*torn);
            shows += &format!("; differences across it put the labels off by {off}");
        }
        shows += match self.sign {
            Sign::Wrapped => "; `unwrap` it",
            _ => "; tell the recordings apart by a column `recording`",
        };
        Finding::new(self.sign, shows)
    }
}

fn jumps(recordings: &Recordings) -> Vec<Jump> {
    let points = &recordings.data.points;
    let scaled = by_own_range(points);
    let step = |row: usize| {
        let (a, b) = (scaled.row(row), scaled.row(row + 1));
        (&b - &a).mapv(|x| x * x).sum().sqrt()
    };
    let pairs = recordings.parts.iter();
    let pairs: Vec<usize> = pairs.flat_map(|part| part.start..part.end - 1).collect();
    let mut lengths: Vec<f64> = pairs.iter().map(|&row| step(row)).collect();
    let median = median(&mut lengths);
    let beside = |row: usize| {
        let part = recordings.parts.iter().find(|part| part.contains(&row));
        let inside =
            |other: &usize| part.is_some_and(|part| (part.start..part.end - 1).contains(other));
        let steps = [row.wrapping_sub(1), row + 1].into_iter().filter(inside);
        steps.map(step).fold(0.0, f64::max)
    };
    let mut jumps: Vec<Jump> = Vec::new();
    for row in pairs {
        let (from, to) = (recordings.rows[row], recordings.rows[row + 1]);
        let turned = (0..points.ncols() / 2).find_map(|column| {
            let by = points[[row + 1, column]] - points[[row, column]];
            let turn = [TAU, 360.0]
                .into_iter()
                .find(|turn| (by.abs() - turn).abs() < turn / 4.0)?;
            (step(row) > 5.0 * median).then_some((column, by, turn))
        });
        let (sign, shows) = if let Some((column, by, turn)) = turned {
            let name = &recordings.names[column];
            let shows = format!(
                "`{name}` jumps by {by:.2} from row {from} to row {to}, about a turn of {turn:.4}"
            );
            (Sign::Wrapped, shows)
        } else if step(row) > JUMP * beside(row).max(median) && median > 0.0 {
            let shows = format!(
                "from row {from} to row {to} the state jumps {:.0} times as far as it commonly does",
                step(row) / median
            );
            (Sign::Seam, shows)
        } else {
            continue;
        };
        match jumps.iter_mut().find(|known| known.sign == sign) {
            Some(known) => known.rows.push(row),
            None => jumps.push(Jump {
                sign,
                rows: vec![row],
                shows,
            }),
        }
    }
    jumps
}

/// Each column in units of its own range, if it has one.
fn by_own_range(points: &Points) -> Points {
    let mut scaled = points.clone();
    for mut column in scaled.columns_mut() {
        let (low, high) = range(column.view());
        if high > low {
            column.mapv_inplace(|x| x / (high - low));
        }
    }
    scaled
}

fn single(recordings: &Recordings) -> Option<Finding> {
    let is_single = |x: &f64| f64::from(*x as f32) == *x;
    let data = &recordings.data;
    let slopes = data.field.iter().filter(|_| recordings.measured);
    let all = data.points.iter().chain(slopes).all(is_single);
    let digits = recordings.digits;
    let shows = if all && digits > SINGLE_DIGITS {
        "every number is one of 32 bits".to_owned()
    } else if digits <= SINGLE_DIGITS {
        format!("no number has more than {digits} significant digits")
    } else {
        return None;
    };
    Some(Finding::new(Sign::Single, shows))
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}

/// The energies of states, as far as their field alone can tell.
///
/// Along a line from z to z' the energy changes by ∫ ∇H·dz = ∫ (-ṗ dq + q̇ dp), for whatever H the field belongs to. The
/// states, each column in units of its own range, are joined by the shortest tree (Prim 1957), the integral along each of its
/// branches is taken by the trapezoidal rule, and the sums give every state's energy up to a constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Energies {
    /// How many there are. Neighbours that differ by less than a fiftieth of their scale are on one level, and a level that is
    /// wider than a twentieth counts as many times.
    pub levels: usize,
    /// From the lowest to the highest, in units of their scale: the mean of ‖z - z̄‖ ‖ż‖/2, summed over the degrees of freedom,
    /// the energy itself for springs.
    pub spread: f64,
}

impl Energies {
    /// Of these data, of 2,000 of them at the most.
    ///
    /// # Errors
    ///
    /// As [`Units::scale`].
    pub fn of(data: &Dataset, units: &Units) -> Result<Self> {
        if data.rows() == 0 {
            return Ok(Self {
                levels: 0,
                spread: 0.0,
            });
        }
        const MOST: usize = 2000;
        const SAME: f64 = 0.02;
        const WIDE: f64 = 0.05;
        let rows: Vec<usize> = (0..data.rows())
            .step_by(data.rows().div_ceil(MOST))
            .collect();
        let Dataset { points, field, .. } = units.scale(&data.select(&rows))?;
        let half = points.ncols() / 2;
        let rise = |a: usize, b: usize| -> f64 {
            let mean = |column: usize| (field[[a, column]] + field[[b, column]]) / 2.0;
            let step = |column: usize| points[[b, column]] - points[[a, column]];
            let of = |i: usize| mean(i) * step(half + i) - mean(half + i) * step(i);
            (0..half).map(of).sum()
        };
        let places = by_own_range(&points);
        let distance = |a: usize, b: usize| -> f64 {
            let steps = places.row(a).into_iter().zip(places.row(b));
            steps.map(|(a, b)| (a - b) * (a - b)).sum()
        };
        let mut energies = vec![0.0; rows.len()];
        // For each state outside of the tree, how far it is from it, and from where.
        let mut outside: Vec<(usize, f64, usize)> =
            (1..rows.len()).map(|b| (b, distance(0, b), 0)).collect();
        while let Some(next) =
            (0..outside.len()).min_by(|&a, &b| outside[a].1.total_cmp(&outside[b].1))
        {
            let (state, _, from) = outside.swap_remove(next);
            energies[state] = energies[from] + rise(from, state);
            for (other, known, nearest) in &mut outside {
                let distance = distance(state, *other);
                if distance < *known {
                    (*known, *nearest) = (distance, state);
                }
            }
        }
        let centred = &points - &points.mean_axis(Axis(0)).expect("at least one state");
        let length = |array: &Points, row: usize, i: usize| -> f64 {
            let [q, p] = [array[[row, i]], array[[row, half + i]]];
            (q * q + p * p).sqrt()
        };
        let size = |row: usize| -> f64 {
            let sizes = (0..half).map(|i| length(&centred, row, i) * length(&field, row, i) / 2.0);
            sizes.sum()
        };
        let scale = (0..rows.len()).map(size).sum::<f64>() / rows.len() as f64;
        energies.sort_by(f64::total_cmp);
        let spread = (energies[energies.len() - 1] - energies[0]) / scale;
        let levels = energies.chunk_by(|a, b| b - a < SAME * scale);
        let levels =
            levels.map(|level| 1 + ((level[level.len() - 1] - level[0]) / (WIDE * scale)) as usize);
        let levels = levels.sum();
        Ok(Self { levels, spread })
    }
}

/// How far the states that are held out are from those that are trained on, half of them nearer, over how far they would be
/// were all independent draws: the values of each column shuffled among all states, five times, by a fixed seed. Each column
/// counts in units of its own range.
pub fn nearness(training: &Dataset, held_out: &Dataset) -> f64 {
    let both = [training.points.view(), held_out.points.view()];
    let mut states = by_own_range(&concatenate(Axis(0), &both).expect("as many columns"));
    let apart = |states: &Points| {
        let (training, held_out) = states.view().split_at(Axis(0), training.rows());
        nearest(held_out, training).1
    };
    let found = median(&mut apart(&states));
    let random = &mut Gaussian::from_seed(0);
    let mut rows: Vec<usize> = (0..states.nrows()).collect();
    let mut independent = Vec::new();
    for _ in 0..5 {
        for mut column in states.columns_mut() {
            random.shuffle(&mut rows);
            let values = column.to_owned();
            column.assign(&values.select(Axis(0), &rows));
        }
        independent.extend(apart(&states));
    }
    found / median(&mut independent)
}

/// The sign of a split that cannot fail, if it shows.
pub fn repeated(training: &Dataset, held_out: &Dataset) -> Option<Finding> {
    let share = nearness(training, held_out);
    (share < NEAR).then(|| {
        let shows = format!(
            "states held out lie {} times as far from those trained on as independent draws would",
            brief(share)
        );
        Finding::new(Sign::Repeated, shows)
    })
}

/// The part of a motion that no energy can explain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unexplained {
    /// Its root mean square over that of ‖ż - mean ż‖, in the canonical units.
    pub share: f64,
    /// Its root mean square in the data's own units: about the least error that a field with an energy can have.
    pub floor: f64,
    /// The mean divergence Σ ∂żᵢ/∂zᵢ, which no Hamiltonian field has. Friction of rate γ in each ṗᵢ has -nγ.
    pub divergence: f64,
}

impl Unexplained {
    /// Of these data, as far as a plain rival's slopes tell: a field is J ∇H only if Jᵀ ∂ż/∂z is symmetric everywhere. With
    /// the antisymmetric part B of it, the energy that is integrated along the rays from the middle z̄ leaves
    ///
    /// ```text
    /// J ∫₀¹ 2s B(z̄ + s (z - z̄)) (z - z̄) ds
    /// ```
    ///
    /// (Poincaré's lemma). The integral is taken by its one node, s = 2/3, exact where B is linear; and for every state
    /// alone, because in the mean a rate that changes its sign would cancel.
    ///
    /// # Errors
    ///
    /// As [`Units::scale`].
    pub fn of(plain: &Plain, data: &Dataset) -> Result<Self> {
        let units = plain.units();
        let scaled = units.scale(data)?;
        let centred =
            |array: &Points| array - &array.mean_axis(Axis(0)).expect("at least one state");
        let z = centred(&scaled.points);
        let slopes = plain.scaled_jacobians((&scaled.points - &z / 3.0).view());
        let columns = slopes.len();
        let half = columns / 2;
        // Row i of Jᵀ ∂ż/∂z: minus the slopes of dpᵢ/dt, then those of dqᵢ/dt.
        let turned = |row: usize, i: usize, j: usize| match i < half {
            true => -slopes[half + i][[row, j]],
            false => slopes[i - half][[row, j]],
        };
        let left = fields_of(&Points::from_shape_fn(z.dim(), |(row, i)| {
            let odd = |j: usize| (turned(row, i, j) - turned(row, j, i)) / 2.0;
            (0..columns).map(|j| odd(j) * z[[row, j]]).sum()
        }));
        let size = |array: &Points| rms_distance(array.view(), Points::zeros(array.dim()).view());
        let divergence = (0..columns).map(|i| slopes[i].column(i).mean().unwrap_or(0.0));
        Ok(Self {
            share: size(&left) / size(&centred(&scaled.field)),
            floor: size(&units.unscale_field(left.view())),
            divergence: divergence.sum::<f64>() / units.time(),
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayView2, s};

    use super::*;
    use crate::learning::Fit;
    use crate::phase_space::{Columns, Oscillator, disc, rings};
    use crate::random::Gaussian;

    /// The bad signs of a file, each with how it shows.
    fn found(text: &str) -> Vec<(Sign, String)> {
        let recordings = Recordings::parse(text.as_bytes(), "a.csv", &Columns::default()).unwrap();
        let findings = findings(&recordings).unwrap().into_iter();
        findings
            .map(|finding| (finding.sign, finding.shows))
            .collect()
    }

    /// A file of `count` rows of t, q, p.
    fn file(count: usize, row: impl Fn(usize) -> [f64; 3]) -> String {
        let rows = (0..count)
            .map(row)
            .map(|[t, q, p]| format!("{t},{q},{p}\n"));
        format!("t,q,p\n{}", rows.collect::<String>())
    }

    /// Two swings of unlike energies.
    fn swings(index: usize) -> [f64; 3] {
        let (turn, t) = (index / 80, (index % 80) as f64 * 0.1);
        let r = 1.0 + 0.5 * turn as f64;
        [t, r * t.sin() / 3.0, r * t.cos() / 3.0]
    }

    #[test]
    fn clean_swings_have_no_bad_sign() {
        assert_eq!(found(&file(160, swings)), []);
    }

    #[test]
    fn each_fault_has_its_sign() {
        let alone = |text: String, sign| {
            let found = found(&text);
            assert!(
                found.iter().all(|(s, _)| *s == sign) && !found.is_empty(),
                "{found:?}"
            );
        };
        let among = |text: String, sign, says: &str| {
            let found = found(&text);
            let one = found.iter().find(|(s, _)| *s == sign);
            assert!(
                one.is_some_and(|(_, shows)| shows.starts_with(says)),
                "{found:?}"
            );
        };
        alone(file(80, swings), Sign::OneEnergy);
        let scales = |[t, q, p]: [f64; 3]| [t, 1e4 * q, p / 1e3];
        alone(file(160, |i| scales(swings(i))), Sign::Scales);
        let steps = file(160, |i| {
            let [t, ..] = swings(i);
            let late = t + 0.03 * (i % 2) as f64;
            let r = 1.0 + 0.5 * (i / 80) as f64;
            [late, r * late.sin() / 3.0, r * late.cos() / 3.0]
        });
        alone(steps, Sign::Steps);
        let single = file(160, |i| swings(i).map(|x| f64::from(x as f32)));
        among(single, Sign::Single, "every number is one of 32 bits");
        let seam = file(160, |i| {
            let [t, q, p] = swings(i);
            [t + 8.0 * (i / 80) as f64, q + 5.0 * (i / 80) as f64, p]
        });
        let from = "from row 81 to row 82 the state jumps";
        among(seam, Sign::Seam, from);
        // A jump of the smaller of two degrees of freedom, whose canonical units are far larger than its motion.
        let rows = (0..160).map(|i| {
            let (t, up) = (0.1 * i as f64, if i < 80 { 0.0 } else { 0.005 });
            let (sin, cos) = t.sin_cos();
            format!("{t},{sin},{},{cos},{}\n", up + 2e-4 * cos, -2e-4 * sin)
        });
        let small = format!("t,q1,q2,p1,p2\n{}", rows.collect::<String>());
        among(small, Sign::Seam, from);
        let wrapped = file(160, |i| {
            let t = 0.1 * i as f64;
            [t, (t + 3.0) % TAU - 3.0, 1.0 + 0.1 * t.sin()]
        });
        let says = "`q` jumps by -6.18 from row 34 to row 35, about a turn of 6.2832, the first of 3 such jumps; differences across it put the labels off by 6.0; `unwrap` it";
        among(wrapped, Sign::Wrapped, says);
        let constant = file(160, |i| [i as f64, 2.0, (i as f64 / 3.0).sin()]);
        among(constant, Sign::Constant, "`q` is 2 in every row");
    }

    #[test]
    fn rings_have_as_many_energies_as_there_are_rings() {
        for radii in [vec![1.0], vec![0.5, 1.0], vec![0.4, 0.7, 1.0]] {
            let data = rings(&Oscillator::UNIT, &radii, 240).unwrap();
            let energies = Energies::of(&data, &Units::fit(&data).unwrap()).unwrap();
            assert_eq!(energies.levels, radii.len(), "{energies:?}");
        }
    }

    #[test]
    fn friction_leaves_its_half_unexplained_and_a_rate_that_cancels_in_the_mean_no_less() {
        let spring = disc(&Oscillator::UNIT, 1.0, 200, &mut Gaussian::from_seed(3)).unwrap();
        let fit = Fit {
            hidden: vec![8],
            evaluations: 300,
            ..Fit::default()
        };
        let found = |rate: fn(f64) -> f64| {
            let mut data = spring.clone();
            for (mut field, z) in data.field.rows_mut().into_iter().zip(spring.points.rows()) {
                field[1] -= rate(z[0]) * z[1];
            }
            Unexplained::of(&Plain::fit(&data, &fit).unwrap(), &data).unwrap()
        };
        let (clean, friction, odd) = (found(|_| 0.0), found(|_| 0.2), found(|q| 0.4 * q));
        println!("{clean:?} {friction:?} {odd:?}");
        assert!(clean.share < 0.01, "{clean:?}");
        assert!((friction.share - 0.1).abs() < 0.02, "{friction:?}");
        assert!((friction.divergence + 0.2).abs() < 0.02, "{friction:?}");
        // ‖(γ(2q/3)/2) z‖ over the disc of radius 1 with γ = 0.4 q: 0.2 (2/3) √(mean q² r²) = 0.2 (2/3)/√6.
        assert!(
            (odd.floor - 0.4 / 3.0 / 6f64.sqrt()).abs() < 0.01,
            "{odd:?}"
        );
        assert!(odd.divergence.abs() < 0.05, "{odd:?}");
    }

    /// The orbit of one energy of a spring and of a quartic oscillator that is a hundred times smaller and as much stiffer,
    /// H = (q₁² + p₁²)/2 + 10⁴ p₂²/2 + 2·10⁸ q₂⁴/4, at phases all over.
    fn large_and_small(count: usize) -> Dataset {
        let golden = [0.754_877_666_246_692_7, 0.569_840_290_998_053_3];
        let rows = (0..count).map(|index| {
            let [one, other] = golden.map(|turn| TAU * (turn * index as f64).fract());
            let root = |x: f64| x.abs().sqrt().copysign(x);
            let [q, p] = [0.01 * root(other.cos()), 0.01 * other.sin()];
            let z = [one.sin(), q, one.cos(), p];
            (z, [z[2], 1e4 * p, -z[0], -2e8 * q.powi(3)])
        });
        let (points, field): (Vec<_>, Vec<_>) = rows.unzip();
        Dataset::new(points.into(), field.into(), None).unwrap()
    }

    #[test]
    fn the_smallest_degree_of_freedom_counts_for_the_energy() {
        let data = large_and_small(2000);
        let energies = Energies::of(&data, &Units::fit(&data).unwrap()).unwrap();
        assert_eq!(energies.levels, 1, "{energies:?}");
    }

    #[test]
    fn a_state_is_repeated_only_where_its_smallest_degree_of_freedom_is_too() {
        let random = &mut Gaussian::from_seed(4);
        let [large, small] =
            [1.0, 0.01].map(|size| disc(&Oscillator::UNIT, size, 500, random).unwrap().points);
        let all = Points::from_shape_fn((500, 4), |(row, column)| match column % 2 {
            0 => large[[row, column / 2]],
            _ => small[[row, column / 2]],
        });
        let of = |points: ArrayView2<f64>| {
            Dataset::new(points.to_owned(), points.to_owned(), None).unwrap()
        };
        let (training, held_out) = all.view().split_at(Axis(0), 400);
        let mut large = of(held_out);
        for (mut z, known) in large.points.rows_mut().into_iter().zip(training.rows()) {
            (z[0], z[2]) = (known[0], known[2]);
        }
        let training = of(training);
        let near = nearness(&training, &large);
        assert!(
            near > 0.8 && repeated(&training, &large).is_none(),
            "{near}"
        );
        let both = of(training.points.slice(s![..100, ..]));
        assert_eq!(nearness(&training, &both), 0.0);
        assert!(repeated(&training, &both).is_some());
    }

    #[test]
    fn independent_draws_are_no_repetition_and_the_rest_of_an_orbit_is_one() {
        let split = |data: &Dataset, rows: &[usize]| {
            let (training, held_out) = rows.split_at(data.rows() * 4 / 5);
            nearness(&data.select(training), &data.select(held_out))
        };
        let shuffled = |count| {
            let mut rows: Vec<usize> = (0..count).collect();
            Gaussian::from_seed(1).shuffle(&mut rows);
            rows
        };
        for seed in 0..20 {
            let draws = disc(&Oscillator::UNIT, 1.0, 100, &mut Gaussian::from_seed(seed)).unwrap();
            for rows in [(0..100).collect(), shuffled(100)] {
                let near = split(&draws, &rows);
                assert!((0.6..1.6).contains(&near), "{near}");
            }
        }
        let orbit = rings(&Oscillator::UNIT, &[1.0], 400).unwrap();
        let near = split(&orbit, &shuffled(400));
        assert!(near < NEAR, "{near}");
    }
}
