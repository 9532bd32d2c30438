//! One step of each method: z(t) ↦ z(t + h), approximately.
//!
//! `step` is h, in the problem's own unit of time. These are the bare formulas; [`Method`](super::Method) checks the
//! settings and the states. A state has any number of coordinates, n positions and then n momenta.

use crate::mechanics::field::degrees;
use crate::phase_space::Coordinates;
use crate::{Error, Result};

/// How many fixed-point iterations one step of [`implicit_midpoint`] may take.
pub const MAX_ITERATIONS: usize = 100;

/// The tolerance of [`implicit_midpoint`] that a [`Method`](super::Method) asks for: the largest correction, relative to the
/// state, that may be left when the iterations end. They go on as long as they gain anything, so what is left is commonly a
/// few units of round-off.
pub const SETTLED: f64 = 1e-12;

/// z + h k.
fn along<S: Coordinates>(z: &S, h: f64, k: &S) -> S {
    let mut moved = z.clone();
    for (x, dx) in moved.as_mut().iter_mut().zip(k.as_ref()) {
        *x += dx * h;
    }
    moved
}

/// q and p of a state.
fn halves<S: Coordinates>(z: &mut S) -> (&mut [f64], &mut [f64]) {
    let z = z.as_mut();
    let half = degrees(z.len());
    z.split_at_mut(half)
}

/// x + h k, in place.
fn advance(x: &mut [f64], h: f64, k: impl AsRef<[f64]>) {
    let k = k.as_ref();
    assert_eq!(k.len(), x.len(), "a slope for every coordinate");
    x.iter_mut().zip(k).for_each(|(x, dx)| *x += h * dx);
}

/// (dq/dt, dp/dt) of a separable H.
pub(super) fn separable<S: Coordinates, H: AsRef<[f64]>>(
    velocity: impl FnOnce(&[f64]) -> H,
    force: impl FnOnce(&[f64]) -> H,
    z: &mut S,
) -> S {
    let mut field = z.clone();
    field.as_mut().fill(0.0);
    let ((q, p), (dq, dp)) = (halves(z), halves(&mut field));
    advance(dq, 1.0, velocity(p));
    advance(dp, 1.0, force(q));
    field
}

/// Explicit Euler (HLW I.1), of order 1, not symplectic:
///
/// ```text
/// z' = z + h f(z)
/// ```
///
/// On the oscillator of frequency ω each step multiplies the energy by exactly 1 + (ωh)².
pub fn explicit_euler<S: Coordinates>(mut field: impl FnMut(S) -> S, z: S, step: f64) -> S {
    along(&z, step, &field(z.clone()))
}

/// Symplectic Euler (HLW I.1, VI.3), of order 1, symplectic, for a **separable** H = T(p) + V(q) only:
///
/// ```text
/// p' = p + h F(q),    F = -∂V/∂q    the force
/// q' = q + h v(p'),   v =  ∂T/∂p    the velocity
/// ```
///
/// The step asks for the velocity of a p and the force of a q. Where either needs both, as in a learned H, the step
/// becomes implicit and this formula is not symplectic.
///
/// # Panics
///
/// If the coordinates are an odd number, or the velocity or the force has not half as many.
pub fn symplectic_euler<S: Coordinates, H: AsRef<[f64]>>(
    mut velocity: impl FnMut(&[f64]) -> H,
    mut force: impl FnMut(&[f64]) -> H,
    mut z: S,
    step: f64,
) -> S {
    let (q, p) = halves(&mut z);
    advance(p, step, force(q));
    advance(q, step, velocity(p));
    z
}

/// Leapfrog, also named after Störmer and Verlet (HLW I.1, VI.3), of order 2, symplectic and time-reversible, for a
/// **separable** H = T(p) + V(q) only:
///
/// ```text
/// p½ = p  + h/2 F(q),    F = -∂V/∂q    the force
/// q' = q  + h   v(p½),   v =  ∂T/∂p    the velocity
/// p' = p½ + h/2 F(q')
/// ```
///
/// The step asks for the velocity of a p and the force of a q. Where either needs both, as in a learned H, the step
/// becomes implicit and this formula is not symplectic: take [`implicit_midpoint`].
///
/// # Panics
///
/// As [`symplectic_euler`].
pub fn leapfrog<S: Coordinates, H: AsRef<[f64]>>(
    mut velocity: impl FnMut(&[f64]) -> H,
    mut force: impl FnMut(&[f64]) -> H,
    mut z: S,
    step: f64,
) -> S {
    let (q, p) = halves(&mut z);
    advance(p, 0.5 * step, force(q));
    advance(q, step, velocity(p));
    advance(p, 0.5 * step, force(q));
    z
}

/// The classical Runge–Kutta method (Kutta 1901; HLW II.1), of order 4, not symplectic:
///
/// ```text
/// k₁ = f(z)
/// k₂ = f(z + h/2 k₁)
/// k₃ = f(z + h/2 k₂)
/// k₄ = f(z + h k₃)
/// z' = z + h (k₁ + 2 k₂ + 2 k₃ + k₄) / 6
/// ```
///
/// On the oscillator of frequency ω a step takes a share of (ωh)⁶/72 of the energy away.
pub fn runge_kutta_4<S: Coordinates>(mut field: impl FnMut(S) -> S, z: S, step: f64) -> S {
    let k1 = field(z.clone());
    let k2 = field(along(&z, step / 2.0, &k1));
    let k3 = field(along(&z, step / 2.0, &k2));
    let k4 = field(along(&z, step, &k3));
    let [k1s, k2s, k3s, k4s] = [&k1, &k2, &k3, &k4].map(|k| k.as_ref());
    let mut mean = k1.clone();
    for (i, k) in mean.as_mut().iter_mut().enumerate() {
        *k = (k1s[i] + 2.0 * k2s[i] + 2.0 * k3s[i] + k4s[i]) / 6.0;
    }
    along(&z, step, &mean)
}

/// The implicit midpoint rule (HLW I.1, VI.3), of order 2, symplectic and time-reversible for **any** H:
///
/// ```text
/// z' = z + h f((z + z')/2)
/// ```
///
/// It keeps a quadratic H exactly. z' is the fixed point of the right-hand side, iterated from a step of
/// [`explicit_euler`] until a correction is no smaller than the last but one, that is, to round-off (HLW VIII.6). The
/// iteration contracts if h is below 2/L, L the Lipschitz constant of f: on the oscillator, for ωh < 2. A field that
/// jumps (a ReLU network's) has perhaps no fixed point to settle at, and a noisy one (finite differences) settles to its
/// noise and no further.
///
/// # Errors
///
/// [`Error::Unsettled`] if after [`MAX_ITERATIONS`] a correction is still above `tolerance` relative to the state, or
/// if an iterate is not finite.
pub fn implicit_midpoint<S: Coordinates>(
    mut field: impl FnMut(S) -> S,
    z: S,
    step: f64,
    tolerance: f64,
) -> Result<S> {
    let size = |z: &S| {
        z.as_ref()
            .iter()
            .fold(0.0, |most: f64, x| most.max(x.abs()))
    };
    let combined = |a: &S, b: &S, of: fn(f64, f64) -> f64| {
        let mut combined = a.clone();
        let pairs = combined.as_mut().iter_mut().zip(b.as_ref());
        pairs.for_each(|(a, &b)| *a = of(*a, b));
        combined
    };
    let mut next = along(&z, step, &field(z.clone()));
    let mut before = [f64::INFINITY; 2];
    for iterations in 1..=MAX_ITERATIONS {
        let middle = combined(&z, &next, |z, next| 0.5 * (z + next));
        let improved = along(&z, step, &field(middle));
        let finite = improved.as_ref().iter().all(|x| x.is_finite());
        let correction = if finite {
            size(&combined(&improved, &next, |improved, next| {
                improved - next
            }))
        } else {
            f64::INFINITY
        };
        next = improved;
        let settled = finite && correction <= tolerance * size(&z).max(size(&next));
        // A correction compares with the last but one: where q and p have unlike units, they shrink in turns.
        if settled && (correction == 0.0 || correction >= before[0] || iterations == MAX_ITERATIONS)
        {
            return Ok(next);
        }
        if !finite || iterations == MAX_ITERATIONS {
            return Err(Error::Unsettled {
                step,
                state: z.as_ref().to_vec(),
                iterations,
                correction,
            });
        }
        before = [before[1], correction];
    }
    unreachable!("the last iteration returns")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phase_space::State;

    #[test]
    fn the_midpoint_of_the_oscillator_is_its_cayley_transform() {
        // (1 - hA/2) z' = (1 + hA/2) z with A = [[0, 1], [-1, 0]], solved by hand.
        let (z, h) = ([0.6, -1.1], 0.3);
        let found = implicit_midpoint(|[q, p]| [p, -q], z, h, SETTLED).unwrap();
        let c = h / 2.0;
        let (cos, sin) = ((1.0 - c * c) / (1.0 + c * c), 2.0 * c / (1.0 + c * c));
        let expected = [cos * z[0] + sin * z[1], cos * z[1] - sin * z[0]];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 4.0 * f64::EPSILON);
        }
    }

    #[test]
    fn the_midpoint_solves_its_equation_to_round_off_where_q_and_p_have_unlike_units() {
        let field = |[q, p]: State| [p / 1e-3, -1e3 * q];
        let (z, h) = ([1.0, 1.0], 1e-3);
        let next = implicit_midpoint(field, z, h, SETTLED).unwrap();
        let middle = [(z[0] + next[0]) / 2.0, (z[1] + next[1]) / 2.0];
        let again = along(&z, h, &field(middle));
        assert!((again[0] - next[0]).abs() < 4.0 * f64::EPSILON, "{again:?}");
        assert!((again[1] - next[1]).abs() < 4.0 * f64::EPSILON, "{again:?}");
    }
}
