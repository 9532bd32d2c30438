//! exp and its relatives in plain arithmetic: the same bits on every CPU, and loops over them vectorise.
//!
//! Each is a polynomial after range reduction, with no table, no branch and no fused operation (Muller, *Elementary
//! Functions*, chapter 11). Tests hold [`exp`], [`expm1`], [`log1p`] and [`tanh`] to within 2 units in the last place of
//! the `libm` crate over their whole range, and [`sigmoid`] to within 4.
//!
//! Why not a crate: `libm` has the same bits everywhere, but branches, which keep a loop over it scalar. `sleef` is
//! made for vectors, but needs a nightly compiler, and fuses where the target can, so the bits follow the target.

/// log₂ e.
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two parts; the first has trailing zeros, so that its product with a small integer is exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding it rounds to an integer, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// (n, eʳ - 1) with x = n ln 2 + r and |r| ≤ (ln 2)/2.
#[inline(always)]
fn reduce(x: f64) -> (i64, f64) {
    let shifted = x * LOG2_E + ROUND;
    let n = shifted - ROUND;
    let high = x - n * LN2_HIGH;
    let low = n * LN2_LOW;
    let r = high - low;
    // What r lost in rounding.
    let lost = (high - r) - low;
    let whole = (shifted.to_bits() as i64).wrapping_sub(ROUND.to_bits() as i64);
    // Taylor's series of (eʳ - 1 - r - r²/2) / r³; the first term left out is below 2⁻⁵⁷ of eʳ.
    let mut tail = 1.0 / 6_227_020_800.0;
    tail = tail * r + 1.0 / 479_001_600.0;
    tail = tail * r + 1.0 / 39_916_800.0;
    tail = tail * r + 1.0 / 3_628_800.0;
    tail = tail * r + 1.0 / 362_880.0;
    tail = tail * r + 1.0 / 40_320.0;
    tail = tail * r + 1.0 / 5_040.0;
    tail = tail * r + 1.0 / 720.0;
    tail = tail * r + 1.0 / 120.0;
    tail = tail * r + 1.0 / 24.0;
    tail = tail * r + 1.0 / 6.0;
    let square = r * r;
    (whole, r + (0.5 * square + (square * r * tail + lost)))
}

/// 2ⁿ for -1022 ≤ n ≤ 1023.
#[inline(always)]
fn power_of_two(n: i64) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

/// eˣ for any x; 0 below -708 (where the true value has fewer than 53 bits), infinity above 709.78.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let (n, e) = reduce(x.clamp(-708.0, 709.0));
    // In two steps, because 2¹⁰²⁴ is no number but eˣ may still be one. x is at most 709 here.
    let value = (1.0 + e) * power_of_two(n);
    let value = if x > 709.0 {
        value * reduce_above(x)
    } else {
        value
    };
    if x < -708.0 { 0.0 } else { value }
}

/// eˣ / e⁷⁰⁹ above 709.
#[inline(always)]
fn reduce_above(x: f64) -> f64 {
    let (n, e) = reduce((x - 709.0).clamp(0.0, 700.0));
    (1.0 + e) * power_of_two(n)
}

/// eˣ - 1 for -700 ≤ x ≤ 700, without cancellation near 0.
#[inline(always)]
pub fn expm1(x: f64) -> f64 {
    let (n, e) = reduce(x);
    let scale = power_of_two(n);
    scale * e + (scale - 1.0)
}

/// ln(1 + u) for 0 ≤ u ≤ 1, without cancellation near 0: 2 artanh s with s = u / (2 + u) ≤ 1/3, which is
/// u - s (u - R) with R = 2 (s²/3 + s⁴/5 + …), so that most of the result is u itself.
#[inline(always)]
pub fn log1p(u: f64) -> f64 {
    let s = u / (2.0 + u);
    let square = s * s;
    // The first term left out is below 2⁻⁵⁷ of the result.
    let mut series = 1.0 / 33.0;
    series = series * square + 1.0 / 31.0;
    series = series * square + 1.0 / 29.0;
    series = series * square + 1.0 / 27.0;
    series = series * square + 1.0 / 25.0;
    series = series * square + 1.0 / 23.0;
    series = series * square + 1.0 / 21.0;
    series = series * square + 1.0 / 19.0;
    series = series * square + 1.0 / 17.0;
    series = series * square + 1.0 / 15.0;
    series = series * square + 1.0 / 13.0;
    series = series * square + 1.0 / 11.0;
    series = series * square + 1.0 / 9.0;
    series = series * square + 1.0 / 7.0;
    series = series * square + 1.0 / 5.0;
    series = series * square + 1.0 / 3.0;
    u - s * (u - 2.0 * square * series)
}

/// tanh x, odd to the last bit: (e²ˣ - 1) / (e²ˣ + 1), and below 5/8, where that loses digits, the rational
/// approximation x + x³ P(x²) / Q(x²) of the Cephes library (Moshier 1989).
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    let size = x.abs();
    let small = size < 0.625;
    let square = if small { x * x } else { 0.0 };
    let p = (-0.964_399_179_425_052_2 * square - 99.287_723_100_191_86) * square
        - 1_614.687_684_417_084_5;
    let q = ((square + 112.811_678_491_632_93) * square + 2_235.488_390_601_004_6) * square
        + 4_844.063_053_251_255;
    // Beyond 20 the result is 1 to the last bit.
    let e = expm1(2.0 * if size > 20.0 { 20.0 } else { size });
    let ratio = if small { square * p } else { e } / if small { q } else { e + 2.0 };
    (if small { size + size * ratio } else { ratio }).copysign(x)
}

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Gaussian, RandomSource};

    /// Distance in units in the last place of the reference.
    fn ulps(ours: f64, reference: f64) -> f64 {
        let ulp = f64::from_bits(reference.abs().to_bits() + 1) - reference.abs();
        (ours - reference).abs() / ulp
    }

    /// The worst distance over a grid of both signs from the smallest normal numbers up to `top`, and over a million
    /// uniform points.
    fn worst(ours: fn(f64) -> f64, reference: fn(f64) -> f64, top: f64) -> (f64, f64) {
        let mut random = Gaussian::from_seed(0);
        let small = (0..200_000).map(|i| top * libm::exp2(-(f64::from(i) * 0.005)));
        let uniform = (0..1_000_000).map(|_| random.uniform(0.0, top));
        let all = small.chain(uniform).flat_map(|x| [x, -x]);
        all.map(|x| (ulps(ours(x), reference(x)), x))
            .fold((0.0, 0.0), |a, b| if b.0 > a.0 { b } else { a })
    }

    #[test]
    fn each_is_within_its_ulps_small_arguments_included() {
        type Function = fn(f64) -> f64;
        let functions: [(Function, Function, f64, f64); 4] = [
            (exp, libm::exp, 707.9, 2.0),
            (expm1, libm::expm1, 700.0, 2.0),
            (tanh, libm::tanh, 25.0, 2.0),
            (sigmoid, |x| 1.0 / (1.0 + libm::exp(-x)), 700.0, 4.0),
        ];
        for (index, (ours, reference, top, most)) in functions.into_iter().enumerate() {
            let (worst, at) = worst(ours, reference, top);
            assert!(worst <= most, "{index}: {worst} ulp at {at}");
        }
        for x in [709.1, 709.7] {
            assert!(ulps(exp(x), libm::exp(x)) <= 2.0, "at {x}");
        }
    }

    #[test]
    fn log1p_is_within_two_ulps_small_arguments_included() {
        let mut random = Gaussian::from_seed(0);
        let small = (0..200_000).map(|i| libm::exp2(-(f64::from(i) * 0.005)));
        let uniform = (0..1_000_000).map(|_| random.uniform(0.0, 1.0));
        for u in small.chain(uniform) {
            let off = ulps(log1p(u), libm::log1p(u));
            assert!(off <= 2.0, "{off} ulp at {u}");
        }
        assert_eq!(log1p(0.0), 0.0);
    }

    #[test]
    fn the_ends_are_right() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-1e9), 0.0);
        assert_eq!(exp(1e9), f64::INFINITY);
        assert!(exp(f64::NAN).is_nan() && tanh(f64::NAN).is_nan());
        assert_eq!((tanh(1e9), tanh(-1e9), tanh(0.0)), (1.0, -1.0, 0.0));
        assert_eq!((sigmoid(-1e9), sigmoid(1e9), sigmoid(0.0)), (0.0, 1.0, 0.5));
    }
}
