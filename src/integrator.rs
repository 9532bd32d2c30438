//! Integrators: from a vector field to a trajectory.

/// A state of one oscillator: [q, p].
pub type State = [f64; 2];

/// Explicit Euler (Hairer, Lubich and Wanner, *Geometric Numerical Integration*, I.1.1), of order 1:
///
/// ```text
/// z(t + h) = z(t) + h f(z(t))
/// ```
///
/// Returns `points` states, the start included. It is not symplectic: on the unit oscillator each step multiplies the
/// energy by exactly 1 + h².
pub fn explicit_euler(
    mut field: impl FnMut(State) -> State,
    start: State,
    step: f64,
    points: usize,
) -> Vec<State> {
    let mut trajectory = Vec::with_capacity(points);
    let mut z = start;
    for index in 0..points {
        if index > 0 {
            let [dq, dp] = field(z);
            z = [z[0] + dq * step, z[1] + dp * step];
        }
        trajectory.push(z);
    }
    trajectory
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explicit_euler_multiplies_the_oscillators_energy_by_one_plus_h_squared() {
        let h = 0.01;
        let path = explicit_euler(|[q, p]| [p, -q], [1.0, 0.0], h, 1000);
        let energy = |[q, p]: State| (q * q + p * p) / 2.0;
        let gain = energy(path[999]) / energy(path[0]);
        assert!((gain - (1.0 + h * h).powi(999)).abs() < 1e-12, "{gain}");
        assert_eq!(path.len(), 1000);
    }
}
