//! The harmonic oscillator: a mass on a spring.

use ndarray::ArrayView2;

use super::{Points, State};
use crate::Result;
use crate::error::check_moderate;
use crate::random::RandomSource;

/// The harmonic oscillator H(q, p) = p²/2m + k q²/2, the truth the notebook learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oscillator {
    /// m, in the problem's own unit of mass.
    pub mass: f64,
    /// k, force per length.
    pub stiffness: f64,
}

impl Oscillator {
    /// The unit oscillator, m = k = 1: of frequency 1, its orbits circles. The truth of most experiments.
    pub const UNIT: Self = Self {
        mass: 1.0,
        stiffness: 1.0,
    };

    /// Checks that it oscillates.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`](crate::Error::Setting) if mass or stiffness is not a positive number.
    pub fn check(&self) -> Result<()> {
        check_moderate("mass", self.mass)?;
        check_moderate("stiffness", self.stiffness)
    }

    /// H(q, p).
    pub fn energy(&self, [q, p]: State) -> f64 {
        0.5 * (p * p / self.mass + self.stiffness * q * q)
    }

    /// (dq/dt, dp/dt) = (p/m, -k q).
    pub fn field(&self, [q, p]: State) -> State {
        [p / self.mass, -self.stiffness * q]
    }

    /// Where it is a time t after this state, with ω = √(k/m):
    ///
    /// ```text
    /// q(t) = q₀ cos ωt + p₀/(mω) sin ωt
    /// p(t) = p₀ cos ωt - mω q₀  sin ωt
    /// ```
    pub fn after(&self, [q, p]: State, t: f64) -> State {
        let frequency = (self.stiffness / self.mass).sqrt();
        let (sin, cos) = libm::sincos(frequency * t);
        let impedance = self.mass * frequency;
        [q * cos + p / impedance * sin, p * cos - impedance * q * sin]
    }

    /// The field at each of these points.
    ///
    /// # Panics
    ///
    /// If the points have other than two columns.
    pub fn fields(&self, points: ArrayView2<f64>) -> Points {
        assert_eq!(points.ncols(), 2, "a state is one q and one p");
        let fields = points.rows().into_iter().map(|z| self.field([z[0], z[1]]));
        fields.collect::<Vec<State>>().into()
    }
}

/// The oscillator's point of amplitude `amplitude` in q and phase `phase` (radians), on the orbit
///
/// ```text
/// q = A sin φ,   p = A √(mk) cos φ,   H = k A²/2
/// ```
pub(super) fn orbit_point(oscillator: &Oscillator, amplitude: f64, phase: f64) -> [f64; 2] {
    let impedance = (oscillator.mass * oscillator.stiffness).sqrt();
    [
        amplitude * libm::sin(phase),
        amplitude * impedance * libm::cos(phase),
    ]
}

/// A phase uniform in [0, 2π).
pub(super) fn random_phase(random: &mut impl RandomSource) -> f64 {
    random.uniform(0.0, std::f64::consts::TAU)
}
