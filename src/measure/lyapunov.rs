//! How fast neighbouring motions part.
//!
//! ```text
//! λ = lim 1/t ln (|δ(t)| / |δ(0)|)     of a small difference δ between two motions
//! ```
//!
//! A positive λ is chaos: a difference grows by the factor e in every 1/λ, whoever computes the motion.

use crate::mechanics::step::runge_kutta_4;
use crate::phase_space::Coordinates;

/// The largest Lyapunov exponent along the motion from `start`, over so many stretches of so many steps of Runge and Kutta's
/// method: after each the neighbour is put back to a distance of 1e-8 (Benettin, Galgani, Giorgilli and Strelcyn 1980).
pub fn lyapunov_exponent<S: Coordinates>(
    mut field: impl FnMut(S) -> S,
    start: S,
    step: f64,
    steps: usize,
    stretches: usize,
) -> f64 {
    const APART: f64 = 1e-8;
    let (mut z, mut beside) = (start.clone(), start);
    beside.as_mut()[0] += APART;
    let mut growth = 0.0;
    for _ in 0..stretches {
        for _ in 0..steps {
            z = runge_kutta_4(&mut field, z, step);
            beside = runge_kutta_4(&mut field, beside, step);
        }
        let differences = z.as_ref().iter().zip(beside.as_ref()).map(|(a, b)| b - a);
        let factor = differences.map(|d| d * d).sum::<f64>().sqrt() / APART;
        growth += libm::log(factor);
        for (to, from) in beside.as_mut().iter_mut().zip(z.as_ref()) {
            *to = from + (*to - from) / factor;
        }
    }
    growth / (step * (steps * stretches) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saddle_parts_at_its_rate_and_a_spring_does_not() {
        let saddle = |[x, y]: [f64; 2]| [0.7 * x, -0.3 * y];
        let exponent = lyapunov_exponent(saddle, [0.0, 0.0], 0.01, 100, 50);
        assert!((exponent - 0.7).abs() < 1e-6, "{exponent}");
        let spring = |[q, p]: [f64; 2]| [p, -q];
        let exponent = lyapunov_exponent(spring, [1.0, 0.0], 0.01, 100, 50);
        assert!(exponent.abs() < 1e-6, "{exponent}");
    }
}
