//! Systems with a Lagrangian L(q, v) = v·M(q) v / 2 - V(q): positions q, velocities v, and no momentum needed.
//!
//! ```text
//! d/dt ∂L/∂v = ∂L/∂q     M a + Ṁ v = ∂L/∂q,   Ṁ the derivative of M along v
//! p = ∂L/∂v = M v        H = p·v - L = v·M v / 2 + V
//! ```

use super::{Dataset, Points, mass};
use crate::Result;

/// A system of N degrees of freedom whose kinetic energy is a square in v.
pub trait Lagrangian<const N: usize> {
    /// M(q), symmetric and positive definite.
    fn mass(&self, q: [f64; N]) -> [[f64; N]; N];

    /// Ṁ, the derivative of M at q along v.
    fn mass_rate(&self, q: [f64; N], v: [f64; N]) -> [[f64; N]; N];

    /// V(q).
    fn potential(&self, q: [f64; N]) -> f64;

    /// ∂L/∂q at (q, v).
    fn slope(&self, q: [f64; N], v: [f64; N]) -> [f64; N];

    /// L(q, v).
    fn lagrangian(&self, q: [f64; N], v: [f64; N]) -> f64 {
        dot(self.momentum(q, v), v) / 2.0 - self.potential(q)
    }

    /// H, as a function of q and v.
    fn energy(&self, q: [f64; N], v: [f64; N]) -> f64 {
        dot(self.momentum(q, v), v) / 2.0 + self.potential(q)
    }

    /// p = M(q) v.
    fn momentum(&self, q: [f64; N], v: [f64; N]) -> [f64; N] {
        times(self.mass(q), v)
    }

    /// v = M(q)⁻¹ p: Legendre's transform back.
    fn velocity(&self, q: [f64; N], p: [f64; N]) -> [f64; N] {
        solved(self.mass(q), p)
    }

    /// a = M⁻¹ (∂L/∂q - Ṁ v).
    fn acceleration(&self, q: [f64; N], v: [f64; N]) -> [f64; N] {
        let turned = times(self.mass_rate(q, v), v);
        let slope = self.slope(q, v);
        solved(self.mass(q), std::array::from_fn(|i| slope[i] - turned[i]))
    }

    /// Data at these points (q, v), one a row: their field is (v, a).
    ///
    /// # Errors
    ///
    /// As [`Dataset::new`].
    ///
    /// # Panics
    ///
    /// If the points have not 2N columns.
    fn data(&self, points: Points) -> Result<Dataset> {
        let field = each_row(&points, |q, v| [v, self.acceleration(q, v)]);
        Dataset::new(points, field, None)
    }

    /// Data at the same states in canonical coordinates: points (q, p), and the field (dq/dt, dp/dt) of Hamilton's equations,
    /// dp/dt = ∂L/∂q.
    ///
    /// # Errors
    ///
    /// As [`Dataset::new`].
    ///
    /// # Panics
    ///
    /// If the points have not 2N columns.
    fn canonical_data(&self, points: &Points) -> Result<Dataset> {
        let canonical = each_row(points, |q, v| [q, self.momentum(q, v)]);
        let field = each_row(points, |q, v| [v, self.slope(q, v)]);
        Dataset::new(canonical, field, None)
    }
}

/// What this makes of each row (q, v).
fn each_row<const N: usize>(
    points: &Points,
    of: impl Fn([f64; N], [f64; N]) -> [[f64; N]; 2],
) -> Points {
    assert_eq!(points.ncols(), 2 * N, "a column for every q and v");
    let mut rows = Points::zeros(points.dim());
    for (z, mut row) in points.rows().into_iter().zip(rows.rows_mut()) {
        let [q, v] = [0, N].map(|from| std::array::from_fn(|i| z[from + i]));
        let numbers = of(q, v);
        row.iter_mut()
            .zip(numbers.as_flattened())
            .for_each(|(to, &x)| *to = x);
    }
    rows
}

fn dot<const N: usize>(x: [f64; N], y: [f64; N]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

fn times<const N: usize>(matrix: [[f64; N]; N], x: [f64; N]) -> [f64; N] {
    matrix.map(|row| dot(row, x))
}

fn solved<const N: usize>(matrix: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    let mut matrix = matrix;
    let flat = matrix.as_flattened_mut();
    assert!(mass::factor(N, flat), "a mass matrix is positive definite");
    mass::solve(flat, &mut b);
    b
}

/// A unit mass on a unit spring: L = v²/2 - q²/2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spring;

impl Lagrangian<1> for Spring {
    fn mass(&self, _: [f64; 1]) -> [[f64; 1]; 1] {
        [[1.0]]
    }

    fn mass_rate(&self, _: [f64; 1], _: [f64; 1]) -> [[f64; 1]; 1] {
        [[0.0]]
    }

    fn potential(&self, [q]: [f64; 1]) -> f64 {
        q * q / 2.0
    }

    fn slope(&self, [q]: [f64; 1], _: [f64; 1]) -> [f64; 1] {
        [-q]
    }
}

/// A bead on the wire y = q²/2, its mass and gravity 1: L = (1 + q²) v²/2 - q²/2. Its momentum is not its velocity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bead;

impl Lagrangian<1> for Bead {
    fn mass(&self, [q]: [f64; 1]) -> [[f64; 1]; 1] {
        [[1.0 + q * q]]
    }

    fn mass_rate(&self, [q]: [f64; 1], [v]: [f64; 1]) -> [[f64; 1]; 1] {
        [[2.0 * q * v]]
    }

    fn potential(&self, [q]: [f64; 1]) -> f64 {
        q * q / 2.0
    }

    fn slope(&self, [q]: [f64; 1], [v]: [f64; 1]) -> [f64; 1] {
        [q * v * v - q]
    }
}

/// The pendulum of [`super::Pendulum`]: L = v²/2 + cos q.
impl Lagrangian<1> for super::Pendulum {
    fn mass(&self, _: [f64; 1]) -> [[f64; 1]; 1] {
        [[1.0]]
    }

    fn mass_rate(&self, _: [f64; 1], _: [f64; 1]) -> [[f64; 1]; 1] {
        [[0.0]]
    }

    fn potential(&self, [q]: [f64; 1]) -> f64 {
        -libm::cos(q)
    }

    fn slope(&self, [q]: [f64; 1], _: [f64; 1]) -> [f64; 1] {
        [-libm::sin(q)]
    }
}

/// Two pendulums, one below the other, of mass and length 1, angles from where they hang:
///
/// ```text
/// L = v₁² + v₂²/2 + v₁ v₂ cos(q₁ - q₂) + 2 g cos q₁ + g cos q₂
/// ```
///
/// With g = 9.8 it is the one of Cranmer et al. (2020). With g = 1 it is the same in a unit of time √9.8 times as long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoublePendulum {
    /// g.
    pub gravity: f64,
}

impl DoublePendulum {
    /// (x, y) of where it hangs, of its joint and of its end.
    pub fn joints(&self, q: [f64; 2]) -> [(f64, f64); 3] {
        let [(s1, c1), (s2, c2)] = q.map(libm::sincos);
        [(0.0, 0.0), (s1, -c1), (s1 + s2, -c1 - c2)]
    }
}

impl Lagrangian<2> for DoublePendulum {
    fn mass(&self, [q1, q2]: [f64; 2]) -> [[f64; 2]; 2] {
        let cos = libm::cos(q1 - q2);
        [[2.0, cos], [cos, 1.0]]
    }

    fn mass_rate(&self, [q1, q2]: [f64; 2], [v1, v2]: [f64; 2]) -> [[f64; 2]; 2] {
        let rate = -libm::sin(q1 - q2) * (v1 - v2);
        [[0.0, rate], [rate, 0.0]]
    }

    fn potential(&self, [q1, q2]: [f64; 2]) -> f64 {
        -self.gravity * (2.0 * libm::cos(q1) + libm::cos(q2))
    }

    fn slope(&self, [q1, q2]: [f64; 2], [v1, v2]: [f64; 2]) -> [f64; 2] {
        let turn = v1 * v2 * libm::sin(q1 - q2);
        [
            -turn - 2.0 * self.gravity * libm::sin(q1),
            turn - self.gravity * libm::sin(q2),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pendulum;
    use super::*;
    use crate::random::{Gaussian, RandomSource};

    const H: f64 = 1e-5;

    fn moved<const N: usize>(x: [f64; N], i: usize, by: f64) -> [f64; N] {
        let mut x = x;
        x[i] += by;
        x
    }

    /// Everything that a system says of itself, against differences of its L alone.
    fn check<const N: usize>(system: impl Lagrangian<N>) {
        let random = &mut Gaussian::from_seed(3);
        for _ in 0..20 {
            let [q, v]: [[f64; N]; 2] =
                std::array::from_fn(|_| std::array::from_fn(|_| random.uniform(-2.0, 2.0)));
            let momentum = |q, v| -> [f64; N] {
                let l = |by, i| system.lagrangian(q, moved(v, i, by));
                std::array::from_fn(|i| (l(H, i) - l(-H, i)) / (2.0 * H))
            };
            let (p, a) = (system.momentum(q, v), system.acceleration(q, v));
            let along = |t: f64| {
                let q: [f64; N] = std::array::from_fn(|i| q[i] + t * v[i]);
                let v: [f64; N] = std::array::from_fn(|i| v[i] + t * a[i]);
                system.momentum(q, v)
            };
            let rate: [f64; N] = std::array::from_fn(|i| (along(H)[i] - along(-H)[i]) / (2.0 * H));
            for i in 0..N {
                let l = |by| system.lagrangian(moved(q, i, by), v);
                let slope = (l(H) - l(-H)) / (2.0 * H);
                assert!((momentum(q, v)[i] - p[i]).abs() < 1e-8);
                assert!((system.slope(q, v)[i] - slope).abs() < 1e-8);
                // Euler and Lagrange's equation.
                assert!((rate[i] - slope).abs() < 1e-7, "{rate:?} {slope}");
                assert!((system.velocity(q, p)[i] - v[i]).abs() < 1e-12);
            }
            let state = |second: [f64; N]| {
                let numbers = q.into_iter().chain(second).collect();
                Points::from_shape_vec((1, 2 * N), numbers).unwrap()
            };
            let data = system.data(state(v)).unwrap();
            let canonical = system.canonical_data(&state(v)).unwrap();
            assert_eq!(canonical.points, state(p));
            for i in 0..N {
                assert_eq!([data.field[[0, i]], canonical.field[[0, i]]], [v[i]; 2]);
                assert_eq!(data.field[[0, N + i]], a[i]);
                assert!((canonical.field[[0, N + i]] - rate[i]).abs() < 1e-7);
            }
            let legendre = dot(p, v) - system.lagrangian(q, v);
            assert!((legendre - system.energy(q, v)).abs() < 1e-12);
        }
    }

    #[test]
    fn every_system_obeys_euler_and_lagrange() {
        check(Spring);
        check(Bead);
        check(Pendulum);
        check(DoublePendulum { gravity: 9.8 });
    }

    #[test]
    fn the_bead_s_acceleration_is_the_one_on_paper() {
        let (q, v) = (0.7, -1.3);
        let [a] = Bead.acceleration([q], [v]);
        assert!((a + (q + q * v * v) / (1.0 + q * q)).abs() < 1e-15, "{a}");
    }

    #[test]
    fn the_pendulum_is_the_one_with_a_hamiltonian() {
        let (q, v) = (1.1, 0.4);
        let [a] = Lagrangian::acceleration(&Pendulum, [q], [v]);
        assert_eq!([v, a], Pendulum.field([q, v]));
        assert_eq!(
            Lagrangian::energy(&Pendulum, [q], [v]),
            Pendulum.energy([q, v])
        );
    }
}
