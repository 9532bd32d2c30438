//! Two bodies that attract each other, in a plane: three quantities are kept, and only one of them is the energy.

use crate::random::RandomSource;

/// Masses and gravity 1: H = (|p₁|² + |p₂|²)/2 - 1/|q₁ - q₂|. A state is (x₁, y₁, x₂, y₂), and the momenta alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoBodies;

/// q, then p.
type Bodies = [f64; 8];

impl TwoBodies {
    /// H(q, p).
    pub fn energy(self, z: Bodies) -> f64 {
        let kinetic = z[4..].iter().map(|p| p * p).sum::<f64>() / 2.0;
        kinetic - 1.0 / (z[0] - z[2]).hypot(z[1] - z[3])
    }

    /// q₁ × p₁ + q₂ × p₂.
    pub fn angular_momentum(self, z: Bodies) -> f64 {
        z[0] * z[5] - z[1] * z[4] + z[2] * z[7] - z[3] * z[6]
    }

    /// (p, -∂H/∂q).
    pub fn field(self, z: Bodies) -> Bodies {
        let [x, y] = [z[0] - z[2], z[1] - z[3]];
        let cube = x.hypot(y).powi(3);
        let [fx, fy] = [-x / cube, -y / cube];
        [z[4], z[5], z[6], z[7], fx, fy, -fx, -fy]
    }

    /// A start as the published code draws it (`experiment-2body/data.py` of `greydanus/hamiltonian-nn`): a body in the square
    /// [0.5, 1.5]² and the other opposite, about the speed of a circle and always the same way round.
    pub fn published(self, random: &mut impl RandomSource) -> Bodies {
        let [x, y] = [(); 2].map(|()| random.uniform(0.5, 1.5));
        let speed = (1.0 + 0.05 * random.standard()) / (2.0 * x.hypot(y).powf(1.5));
        let [u, v] = [-y * speed, x * speed];
        [x, y, -x, -y, u, v, -u, -v]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Gaussian;

    #[test]
    fn the_field_is_that_of_the_energy_and_keeps_the_energy_and_the_angular_momentum() {
        let random = &mut Gaussian::from_seed(2);
        let z: Bodies = std::array::from_fn(|_| random.uniform(-1.0, 1.0));
        let field = TwoBodies.field(z);
        let d = 1e-6;
        let slope = |of: &dyn Fn(Bodies) -> f64, i: usize| {
            let at = |by: f64| {
                let mut z = z;
                z[i] += by;
                of(z)
            };
            (at(d) - at(-d)) / (2.0 * d)
        };
        let energy = |z| TwoBodies.energy(z);
        for i in 0..4 {
            assert!((field[i] - slope(&energy, 4 + i)).abs() < 1e-7);
            assert!((field[4 + i] + slope(&energy, i)).abs() < 1e-7);
        }
        let turning = |z| TwoBodies.angular_momentum(z);
        for kept in [&energy as &dyn Fn(Bodies) -> f64, &turning] {
            let rate: f64 = (0..8).map(|i| slope(kept, i) * field[i]).sum();
            assert!(rate.abs() < 1e-7, "{rate}");
        }
    }

    #[test]
    fn published_starts_are_nearly_circles_and_all_turn_one_way() {
        let random = &mut Gaussian::from_seed(3);
        for _ in 0..100 {
            let z = TwoBodies.published(random);
            assert!(TwoBodies.angular_momentum(z) > 0.0);
            let (radius, speed) = (z[0].hypot(z[1]), z[4].hypot(z[5]));
            // v² / r is the attraction at a distance of 2r.
            let circle = 4.0 * speed * speed * radius;
            assert!((circle - 1.0).abs() < 0.5, "{circle}");
            assert_eq!(
                [z[0] + z[2], z[1] + z[3], z[4] + z[6], z[5] + z[7]],
                [0.0; 4]
            );
        }
    }
}
