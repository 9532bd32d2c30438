//! What the integrators promise: order, symplecticity, reversibility, energy over 10,000 periods, and the sign of the
//! phase error; measured against exact solutions and closed forms.

use std::f64::consts::TAU;

use hnn::mechanics::{self, HUNDRED_PERIODS, Method, Rollout, Truth};
use hnn::phase_space::{Oscillator, State};
use hnn::random::{Gaussian, RandomSource};
use hnn::{Error, Result};

/// Neither mass nor stiffness is 1, so no factor of either can go missing unseen.
const OSCILLATOR: Oscillator = Oscillator {
    mass: 2.0,
    stiffness: 0.5,
};
const START: State = [0.7, -1.2];
const STEPS_PER_PERIOD: usize = 100;
const LONG: usize = 10_000;

fn velocity(p: &[f64]) -> [f64; 1] {
    [p[0] / OSCILLATOR.mass]
}

fn force(q: &[f64]) -> [f64; 1] {
    [-OSCILLATOR.stiffness * q[0]]
}

/// The pendulum's motion in this many steps.
fn swing(method: Method, start: State, step: f64, steps: usize) -> State {
    let force = |q: &[f64]| [-libm::sin(q[0])];
    let path = method.separable_trajectory(|p| [p[0]], force, start, step, steps + 1);
    path.unwrap()[steps]
}

fn truth() -> Truth {
    Truth::new(OSCILLATOR, START).unwrap()
}

/// A rollout of the true field, by any method.
fn roll_out(method: Method, periods: usize) -> Result<Rollout> {
    let step = truth().period() / STEPS_PER_PERIOD as f64;
    let states = method.separable_states(velocity, force, START, step)?;
    truth().compare(states, step, STEPS_PER_PERIOD * periods)
}

/// ωh, the angle of a true step.
fn angle() -> f64 {
    TAU / STEPS_PER_PERIOD as f64
}

fn distance(a: State, b: State) -> f64 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

/// H = (q² + p²)²/4, not separable. Its motion is a clockwise turn at the frequency q² + p².
fn whirl([q, p]: State) -> State {
    let r2 = q * q + p * p;
    [r2 * p, -r2 * q]
}

/// H = (q² + 1)(p² + 1)/2, not separable (Tao 2016, "Explicit symplectic approximation of nonseparable Hamiltonians").
fn tao([q, p]: State) -> State {
    [p * (q * q + 1.0), -q * (p * p + 1.0)]
}

fn tao_energy([q, p]: State) -> f64 {
    (q * q + 1.0) * (p * p + 1.0) / 2.0
}

fn any_h() -> impl Iterator<Item = Method> {
    Method::ALL.into_iter().filter(|m| !m.needs_separable())
}

/// log₂ of the ratio of the errors at the time `t` with `steps` steps and with twice as many.
fn measured_order(t: f64, steps: usize, exact: State, end: impl Fn(f64, usize) -> State) -> f64 {
    let error = |steps: usize| distance(end(t / steps as f64, steps), exact);
    (error(steps) / error(2 * steps)).log2()
}

fn assert_order(method: Method, problem: &str, found: f64) {
    println!("{method:<18} {problem:<12} order {found:.3}");
    assert!(
        (found - f64::from(method.order())).abs() < 0.05,
        "{method} on the {problem}: {found}"
    );
}

#[test]
fn halving_the_step_shows_the_orders_1_1_2_4_2() {
    assert_eq!(Method::ALL.map(Method::order), [1, 1, 2, 4, 2]);
    let t = 3.0;
    for method in Method::ALL {
        let order = measured_order(t, 400, truth().at(t), |step, steps| {
            let path = method.separable_trajectory(velocity, force, START, step, steps + 1);
            path.unwrap()[steps]
        });
        assert_order(method, "oscillator", order);
    }
}

#[test]
fn the_order_holds_on_a_pendulum_whose_force_is_not_linear() {
    let (t, start) = (3.0, [1.0, 0.5]);
    let end = |method: Method, step, steps| swing(method, start, step, steps);
    let reference = end(Method::RungeKutta4, t / 20_000.0, 20_000);
    for method in Method::ALL {
        let order = measured_order(t, 400, reference, |step, steps| end(method, step, steps));
        assert_order(method, "pendulum", order);
    }
}

#[test]
fn the_order_holds_for_any_h_on_a_whirl_with_a_known_solution() {
    let t = 2.0;
    let turn = (START[0].powi(2) + START[1].powi(2)) * t;
    let (sin, cos) = libm::sincos(turn);
    let exact = [
        START[0] * cos + START[1] * sin,
        START[1] * cos - START[0] * sin,
    ];
    for method in any_h() {
        // Explicit Euler leaves the circle, and here the frequency with it: its order shows at smaller steps.
        let steps = if method.order() == 1 { 20_000 } else { 400 };
        let order = measured_order(t, steps, exact, |step, steps| {
            method.trajectory(whirl, START, step, steps + 1).unwrap()[steps]
        });
        assert_order(method, "whirl", order);
    }
}

#[test]
fn the_order_holds_for_any_h_on_a_fine_reference() {
    let t = 2.0;
    let end = |method: Method, step, steps: usize| {
        method.trajectory(tao, START, step, steps + 1).unwrap()[steps]
    };
    let reference = end(Method::RungeKutta4, t / 20_000.0, 20_000);
    for method in any_h() {
        let steps = if method.order() == 1 { 10_000 } else { 200 };
        let order = measured_order(t, steps, reference, |step, steps| end(method, step, steps));
        assert_order(method, "Tao's H", order);
    }
}

/// det ∂Φ/∂z of one step on the oscillator. The step is linear there, so its columns are images of unit vectors.
fn determinant_on_the_oscillator(method: Method, step: f64) -> f64 {
    let image = |z| {
        method
            .separable_trajectory(velocity, force, z, step, 2)
            .unwrap()[1]
    };
    let (by_q, by_p) = (image([1.0, 0.0]), image([0.0, 1.0]));
    by_q[0] * by_p[1] - by_q[1] * by_p[0]
}

#[test]
fn a_symplectic_step_keeps_areas_to_round_off_and_the_others_miss_by_their_closed_form() {
    let step = 0.3;
    let y = step * truth().frequency();
    for method in Method::ALL {
        let off = determinant_on_the_oscillator(method, step) - 1.0;
        println!("{method:<18} det - 1 = {off:+.3e}");
        let expected = match method {
            Method::ExplicitEuler => y.powi(2),
            Method::RungeKutta4 => -y.powi(6) / 72.0 + y.powi(8) / 576.0,
            _ => 0.0,
        };
        assert_eq!(method.is_symplectic(), expected == 0.0);
        assert!((off - expected).abs() < 1e-15, "{method}: {off}");
    }
}

#[test]
fn implicit_midpoint_keeps_areas_for_an_h_that_is_not_separable() {
    // Central differences of the step: their own error is about d² + round-off / d = 1e-10.
    let (step, d) = (0.2, 1e-5);
    let determinant = |method: Method, [q, p]: State| {
        let image = |z| method.trajectory(tao, z, step, 2).unwrap()[1];
        let slope = |a: State, b: State, i: usize| (a[i] - b[i]) / (2.0 * d);
        let (right, left) = (image([q + d, p]), image([q - d, p]));
        let (up, down) = (image([q, p + d]), image([q, p - d]));
        slope(right, left, 0) * slope(up, down, 1) - slope(right, left, 1) * slope(up, down, 0)
    };
    for z in [START, [1.3, 0.4], [-0.3, 0.9]] {
        let midpoint = determinant(Method::ImplicitMidpoint, z) - 1.0;
        let euler = determinant(Method::ExplicitEuler, z) - 1.0;
        let rk4 = determinant(Method::RungeKutta4, z) - 1.0;
        println!("at {z:?}: midpoint {midpoint:+.1e}, RK4 {rk4:+.1e}, explicit Euler {euler:+.1e}");
        assert!(midpoint.abs() < 1e-10, "{midpoint}");
        assert!(euler.abs() > 1e-3, "{euler}");
        assert!(rk4.abs() > 1e-7, "{rk4}");
    }
}

/// Two unlike masses on unlike springs, coupled: dq/dt = p/m and dp/dt = -K q.
const MASSES: [f64; 2] = [1.0, 3.0];
const SPRINGS: [[f64; 2]; 2] = [[2.0, -1.0], [-1.0, 4.0]];

fn velocities(p: &[f64]) -> [f64; 2] {
    [0, 1].map(|i| p[i] / MASSES[i])
}

fn forces(q: &[f64]) -> [f64; 2] {
    SPRINGS.map(|k| -k[0] * q[0] - k[1] * q[1])
}

/// Springs as they are, and a force that is not linear, of V = cos(q₁ - 2q₂).
fn twisted(q: &[f64]) -> [f64; 2] {
    let ([f1, f2], s) = (forces(q), libm::sin(q[0] - 2.0 * q[1]));
    [f1 + s, f2 - 2.0 * s]
}

#[test]
fn with_two_degrees_of_freedom_a_symplectic_step_keeps_every_area_and_the_others_do_not() {
    let (step, d, z) = (0.2, 1e-5, [0.7, -0.4, -1.2, 0.9]);
    for method in Method::ALL {
        let image = |z: [f64; 4]| {
            let path = method.separable_trajectory(velocities, twisted, z, step, 2);
            path.unwrap()[1]
        };
        // Column i of ∂Φ/∂z, by central differences.
        let columns: [[f64; 4]; 4] = std::array::from_fn(|i| {
            let [above, below] = [d, -d].map(|d| {
                let mut moved = z;
                moved[i] += d;
                image(moved)
            });
            std::array::from_fn(|j| (above[j] - below[j]) / (2.0 * d))
        });
        // aᵀ J b, the area of two directions: 1 of qᵢ and pᵢ, 0 of all else.
        let area = |a: [f64; 4], b: [f64; 4]| {
            let of = |i: usize| a[i] * b[i + 2] - a[i + 2] * b[i];
            of(0) + of(1)
        };
        let mut off: f64 = 0.0;
        for (i, &a) in columns.iter().enumerate() {
            for (j, &b) in columns.iter().enumerate().skip(i) {
                let before = if j == i + 2 { 1.0 } else { 0.0 };
                off = off.max((area(a, b) - before).abs());
            }
        }
        println!("{method:<18} areas off by {off:.1e}");
        assert_eq!(method.is_symplectic(), off < 1e-9, "{method}: {off}");
    }
}

/// Fed a field that is not separable, with the missing coordinate frozen, the formula is no longer symplectic.
#[test]
fn leapfrog_forced_on_an_h_that_is_not_separable_loses_areas() {
    let (step, d) = (0.1, 1e-5);
    let image = |[q, p]: State| {
        mechanics::step::leapfrog(
            |p_half| [tao([q, p_half[0]])[0]],
            |q_now| [tao([q_now[0], p])[1]],
            [q, p],
            step,
        )
    };
    let [q, p] = [1.0, 0.4];
    let (right, left) = (image([q + d, p]), image([q - d, p]));
    let (up, down) = (image([q, p + d]), image([q, p - d]));
    let slope = |a: State, b: State, i: usize| (a[i] - b[i]) / (2.0 * d);
    let determinant =
        slope(right, left, 0) * slope(up, down, 1) - slope(right, left, 1) * slope(up, down, 0);
    assert!((determinant - 1.0).abs() > 1e-3, "{determinant}");
}

#[test]
fn midpoint_and_leapfrog_run_backwards_to_their_start_and_the_others_do_not() {
    // ρ (q, p) = (q, -p): a reversible method has Φ ρ Φ = ρ.
    let there_and_back = |method: Method| {
        let run = |start| swing(method, start, 0.1, 1000);
        let [q, p] = run([1.0, 0.5]);
        let [q, p] = run([q, -p]);
        distance([q, -p], [1.0, 0.5])
    };
    for method in Method::ALL {
        let missed = there_and_back(method);
        println!("{method:<18} misses its start by {missed:.1e}");
        match method {
            Method::Leapfrog | Method::ImplicitMidpoint => assert!(missed < 1e-11, "{method}"),
            Method::RungeKutta4 => assert!(missed > 1e-6, "{method}"),
            _ => assert!(missed > 1e-3, "{method}"),
        }
    }
}

#[test]
fn midpoint_runs_backwards_for_an_h_that_is_not_separable() {
    let run = |start| {
        let path = Method::ImplicitMidpoint.trajectory(tao, start, 0.05, 1001);
        path.unwrap()[1000]
    };
    let [q, p] = run(START);
    let [q, p] = run([q, -p]);
    assert!(distance([q, -p], START) < 1e-10);
}

#[test]
fn the_energy_error_of_a_symplectic_method_is_the_same_after_10000_periods_as_after_10() {
    for method in Method::ALL.into_iter().filter(|m| m.is_symplectic()) {
        let short = roll_out(method, 10).unwrap().energy;
        let long = roll_out(method, LONG).unwrap().energy;
        println!(
            "{method:<18} largest energy error {:.3e}, {:.3e}",
            short.largest, long.largest
        );
        if method == Method::ImplicitMidpoint {
            // The oscillator's energy is quadratic, and midpoint keeps it but for round-off.
            assert!(long.largest < 1e-10, "{long:?}");
        } else {
            assert!(short.largest > 1e-5, "{short:?}");
            assert!(long.largest < 1.01 * short.largest, "{short:?} {long:?}");
        }
    }
}

#[test]
fn midpoint_bounds_the_energy_of_an_h_that_is_not_separable_over_10000_periods() {
    // The orbits of Tao's H turn at least at unit frequency, so this is at least as many periods.
    let step = TAU / STEPS_PER_PERIOD as f64;
    let largest = |method: Method, periods: usize| {
        let h0 = tao_energy(START);
        let states = method.states(tao, START, step).unwrap();
        states
            .take(STEPS_PER_PERIOD * periods + 1)
            .map(|z| ((tao_energy(z.unwrap()) - h0) / h0).abs())
            .fold(0.0, f64::max)
    };
    let (short, long) = (
        largest(Method::ImplicitMidpoint, 10),
        largest(Method::ImplicitMidpoint, LONG),
    );
    println!("midpoint {short:.3e}, {long:.3e}");
    assert!(short > 1e-5 && long < 1.01 * short, "{short} {long}");
    let (short, long) = (
        largest(Method::RungeKutta4, 10),
        largest(Method::RungeKutta4, LONG),
    );
    println!("RK4      {short:.3e}, {long:.3e}");
    assert!(long > 100.0 * short, "{short} {long}");
}

/// A network of 32 tanh neurons added to the oscillator, H = (q² + p²)/2 + Σ cᵢ tanh(aᵢq + bᵢp), with its exact
/// gradient: the kind of H that training finds.
fn learned(weights: &[[f64; 3]], [q, p]: State) -> (f64, State) {
    let (mut h, mut field) = ((q * q + p * p) / 2.0, [p, -q]);
    for [a, b, c] in weights {
        let tanh = libm::tanh(a * q + b * p);
        let slope = c * (1.0 - tanh * tanh);
        h += c * tanh;
        field = [field[0] + b * slope, field[1] - a * slope];
    }
    (h, field)
}

#[test]
fn midpoint_settles_on_a_network_and_keeps_its_energy_where_rk4_drifts() {
    let mut source = Gaussian::from_seed(11);
    let mut weight = |scale: f64| scale * source.standard();
    let weights: Vec<_> = (0..32)
        .map(|_| [weight(1.0), weight(1.0), weight(0.05)])
        .collect();
    let step = TAU / 20.0;
    let drift = |method: Method| {
        let h0 = learned(&weights, START).0;
        let states = method
            .states(|z| learned(&weights, z).1, START, step)
            .unwrap();
        let errors: Vec<_> = states
            .take(20 * 1000 + 1)
            .map(|z| (learned(&weights, z.unwrap()).0 - h0).abs() / h0)
            .collect();
        let largest = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
        (largest(&errors[..20 * 10]), largest(&errors[20 * 990..]))
    };
    let (early, late) = drift(Method::ImplicitMidpoint);
    println!("midpoint: first 10 turns {early:.2e}, last 10 turns {late:.2e}");
    assert!(late < 1.1 * early, "{early} {late}");
    let (early, late) = drift(Method::RungeKutta4);
    println!("RK4:      first 10 turns {early:.2e}, last 10 turns {late:.2e}");
    assert!(late > 10.0 * early, "{early} {late}");
}

#[test]
fn midpoint_does_not_settle_on_a_field_of_finite_differences() {
    // H of the pendulum differenced by 1e-7 carries noise of 1e-9, far above round-off.
    let energy = |[q, p]: State| p * p / 2.0 - libm::cos(q);
    let e = 1e-7;
    let noisy = |[q, p]: State| {
        let h = energy([q, p]);
        [(energy([q, p + e]) - h) / e, -(energy([q + e, p]) - h) / e]
    };
    let path = Method::ImplicitMidpoint.trajectory(noisy, START, 0.1, 1000);
    assert!(matches!(path, Err(Error::Unsettled { correction, .. }) if correction < 1e-8));
    assert!(
        Method::RungeKutta4
            .trajectory(noisy, START, 0.1, 1000)
            .is_ok()
    );
}

#[test]
fn rk4_loses_energy_for_as_long_as_it_runs() {
    let y = angle();
    let loss = y.powi(6) / 72.0 - y.powi(8) / 576.0;
    for periods in [HUNDRED_PERIODS, LONG] {
        let energy = roll_out(Method::RungeKutta4, periods).unwrap().energy;
        let steps = (STEPS_PER_PERIOD * periods) as f64;
        let expected = libm::expm1(steps * libm::log1p(-loss));
        println!("RK4 after {periods} periods: {:+.6e}", energy.last);
        assert!((energy.last / expected - 1.0).abs() < 1e-5, "{energy:?}");
        assert_eq!(energy.largest, -energy.last);
    }
}

#[test]
fn explicit_euler_gains_energy_until_it_leaves_the_numbers() {
    let y = angle();
    let energy = roll_out(Method::ExplicitEuler, HUNDRED_PERIODS)
        .unwrap()
        .energy;
    let steps = (STEPS_PER_PERIOD * HUNDRED_PERIODS) as f64;
    let expected = libm::expm1(steps * libm::log1p(y * y));
    println!("explicit Euler after 100 periods: {:+.6e}", energy.last);
    assert!((energy.last / expected - 1.0).abs() < 1e-10, "{energy:?}");
    let error = roll_out(Method::ExplicitEuler, LONG).unwrap_err();
    assert!(matches!(error, Error::Escaped { .. }), "{error}");
}

#[test]
fn the_phase_error_has_the_sign_and_size_of_theory() {
    // A step turns the phase by θ instead of y = ωh. The angles are exact; leapfrog and symplectic Euler turn on an
    // ellipse, so theirs hold up to a bounded wobble of the order of y.
    let y = angle();
    for periods in [HUNDRED_PERIODS, LONG] {
        for method in Method::ALL {
            let turn = match method {
                Method::ExplicitEuler => libm::atan(y),
                Method::SymplecticEuler | Method::Leapfrog => 2.0 * libm::asin(y / 2.0),
                Method::RungeKutta4 => {
                    libm::atan2(y - y.powi(3) / 6.0, 1.0 - y * y / 2.0 + y.powi(4) / 24.0)
                }
                Method::ImplicitMidpoint => 2.0 * libm::atan(y / 2.0),
            };
            if (method, periods) == (Method::ExplicitEuler, LONG) {
                continue; // It has left the numbers by then.
            }
            let expected = (STEPS_PER_PERIOD * periods) as f64 * (turn - y);
            let phase = roll_out(method, periods).unwrap().phase;
            println!(
                "{method:<18} {periods:>6} periods: phase {:+.6e}",
                phase.last
            );
            let wobble = match method {
                Method::SymplecticEuler => y,
                Method::Leapfrog => y * y,
                _ => 1e-8,
            };
            assert!(
                (phase.last - expected).abs() < wobble,
                "{method}: {phase:?}"
            );
            let ahead = matches!(method, Method::SymplecticEuler | Method::Leapfrog);
            assert_eq!(phase.last > 0.0, ahead, "{method}");
        }
    }
}

#[test]
fn a_model_that_runs_fast_is_ahead_by_whole_turns_and_keeps_its_own_energy() {
    // A model whose frequency is off by 2%: two turns in 100 periods, with no error of energy at all.
    for (rate, turns) in [(1.02, 2.0), (0.98, -2.0)] {
        let field = |z: State| OSCILLATOR.field(z).map(|d| rate * d);
        let method = Method::ImplicitMidpoint;
        let rollout = truth()
            .roll_out(method, field, 1000, HUNDRED_PERIODS)
            .unwrap();
        assert!(
            (rollout.phase.last / TAU - turns).abs() < 1e-3,
            "{rollout:?}"
        );
        assert!(rollout.energy.largest < 1e-11, "{rollout:?}");
        assert_eq!(rollout.end.index, 100_000);
    }
}

#[test]
fn a_thinned_rollout_has_the_errors_of_the_full_one() {
    let step = truth().period() / STEPS_PER_PERIOD as f64;
    let states = || {
        Method::ImplicitMidpoint
            .states(|z| OSCILLATOR.field(z), START, step)
            .unwrap()
    };
    let full = truth().compare(states(), step, 5000).unwrap();
    let samples = truth().samples(states(), step).unwrap();
    let thinned: Vec<_> = samples.step_by(1000).take(6).map(Result::unwrap).collect();
    assert_eq!(thinned.len(), 6);
    assert_eq!(thinned[5], full.end);
    assert_eq!(thinned[5].phase_error, full.phase.last);
}

#[test]
fn a_field_in_one_piece_is_refused_by_the_separable_methods() {
    for method in [Method::SymplecticEuler, Method::Leapfrog] {
        let error = method.trajectory(tao, START, 0.1, 10).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "method = {method} needs a separable H, given as dq/dt of p and dp/dt of q; a learned H is not \
                 separable, and implicit midpoint is the symplectic method for it"
            )
        );
    }
}

#[test]
fn a_bad_setting_is_refused_by_name_and_value() {
    let said = |outcome: Result<Vec<State>>| outcome.unwrap_err().to_string();
    for method in Method::ALL {
        let run = |start, step, points| {
            said(method.separable_trajectory(velocity, force, start, step, points))
        };
        for (step, shown) in [
            (0.0, "0"),
            (-0.1, "-0.1"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(
                run(START, step, 2),
                format!("step = {shown} is no time step: it must be finite and above 0")
            );
        }
        assert_eq!(
            run(START, 0.1, 0),
            "points = 0 is too few: a trajectory has its start"
        );
        assert_eq!(
            run([f64::NAN, 1.0], 0.1, 2),
            "start = (NaN, 1) is not a finite state"
        );
        let one = method.separable_trajectory(velocity, force, START, 0.1, 1);
        assert_eq!(one.unwrap(), [START]);
    }
}

#[test]
fn midpoint_says_where_its_iterations_did_not_settle() {
    // They contract for ωh < 2; here ωh = 3.
    let unit = |[q, p]: State| [p, -q];
    let error = Method::ImplicitMidpoint.trajectory(unit, [1.0, 0.0], 3.0, 5);
    match error.unwrap_err() {
        Error::Unsettled {
            step,
            state,
            iterations,
            correction,
        } => {
            assert_eq!((step, state), (3.0, vec![1.0, 0.0]));
            assert_eq!(iterations, mechanics::step::MAX_ITERATIONS);
            assert!(correction > 1.0);
        }
        other => panic!("{other}"),
    }
    // A jump between two slopes, as a ReLU network has: from one side the step lands on the other, and back.
    let jump = |[q, _]: State| [if q < 1.0 { 1.0 } else { -1.0 }, 0.0];
    let error = Method::ImplicitMidpoint
        .trajectory(jump, [0.9375, 0.0], 0.25, 2)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "implicit midpoint with step 0.25 does not settle at (q, p) = (0.9375, 0): after 100 iterations the next state \
         still moves by 5.0e-1; the step is too long, or the field jumps or is noisy"
    );
}

#[test]
fn midpoint_settles_for_every_step_within_its_bound() {
    let unit = |[q, p]: State| [p, -q];
    for step in [1e-6, 0.01, 0.1, 0.5, 1.0] {
        let path = Method::ImplicitMidpoint.trajectory(unit, [1.0, 0.0], step, 1000);
        let [q, p] = path.unwrap()[999];
        assert!((q * q + p * p - 1.0).abs() < 1e-12, "step {step}");
    }
}

#[test]
fn a_rollout_refuses_what_it_cannot_compare() {
    let said = |truth: Result<Truth>| truth.unwrap_err().to_string();
    let with = |mass, stiffness| Truth::new(Oscillator { mass, stiffness }, START);
    assert_eq!(said(with(0.0, 1.0)), "mass = 0 must be a positive number");
    assert_eq!(
        said(with(1.0, f64::NAN)),
        "stiffness = NaN must be a positive number"
    );
    assert_eq!(
        said(with(1e150, 1e-250)),
        "frequency = 0 is no frequency: mass and stiffness are too far apart"
    );
    assert_eq!(
        said(Truth::new(OSCILLATOR, [0.0, 0.0])),
        "start = (0, 0) has the energy 0, which must be finite and above 0"
    );

    let few = truth().compare([Ok(START), Ok(START)], 0.1, 2).unwrap_err();
    assert_eq!(
        few.to_string(),
        "steps = 2 is too many for a rollout of 2 states"
    );
    let field = |z: State| OSCILLATOR.field(z);
    let run = |steps_per_period, periods| {
        truth()
            .roll_out(Method::RungeKutta4, field, steps_per_period, periods)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        run(2, 1),
        "steps_per_period = 2 is too few to follow the phase: it must be at least 3"
    );
    assert_eq!(
        run(3, usize::MAX),
        format!("periods = {} is too many at 3 steps each", usize::MAX)
    );
    let long = truth().compare([Ok(START)], 7.0, 0).unwrap_err();
    assert!(
        long.to_string()
            .starts_with("step = 7 is not below half the period")
    );
}

/// Two unit masses, each on a unit spring to its wall, with a spring of stiffness `k` between them: [q1, q2, p1, p2].
fn coupled([q1, q2, p1, p2]: [f64; 4], k: f64) -> [f64; 4] {
    [p1, p2, -q1 - k * (q1 - q2), -q2 - k * (q2 - q1)]
}

/// Their motion from rest: the sum q1 + q2 turns at the frequency 1, the difference q1 - q2 at √(1 + 2k).
fn normal_modes([q1, q2]: [f64; 2], k: f64, t: f64) -> [f64; 4] {
    let fast = (1.0 + 2.0 * k).sqrt();
    let (sum, difference) = ((q1 + q2) / 2.0, (q1 - q2) / 2.0);
    let mode = |amplitude: f64, w: f64| {
        (
            amplitude * libm::cos(w * t),
            -amplitude * w * libm::sin(w * t),
        )
    };
    let ((s, ds), (d, dd)) = (mode(sum, 1.0), mode(difference, fast));
    [s + d, s - d, ds + dd, ds - dd]
}

#[test]
fn two_coupled_springs_follow_their_normal_modes() {
    let (k, start) = (0.7, [1.0, -0.3, 0.0, 0.0]);
    for method in [Method::RungeKutta4, Method::ImplicitMidpoint] {
        let path = method
            .trajectory(|z| coupled(z, k), start, 0.01, 1001)
            .unwrap();
        let off = path.iter().enumerate().flat_map(|(n, z)| {
            let truth = normal_modes([1.0, -0.3], k, n as f64 * 0.01);
            z.iter()
                .zip(truth)
                .map(|(x, y)| (x - y).abs())
                .collect::<Vec<_>>()
        });
        let most = off.fold(0.0, f64::max);
        let allowed = if method.order() == 4 { 1e-8 } else { 1e-3 };
        assert!(most < allowed, "{method}: {most:e}");
        let energy = |[q1, q2, p1, p2]: [f64; 4]| {
            (p1 * p1 + p2 * p2 + q1 * q1 + q2 * q2 + k * (q1 - q2).powi(2)) / 2.0
        };
        let off = path.iter().map(|&z| (energy(z) - energy(path[0])).abs());
        let most = off.fold(0.0, f64::max);
        assert!(most < 1e-9, "{method}: {most:e}");
    }
}

#[test]
fn the_orders_hold_for_two_degrees_of_freedom() {
    let (k, t, rest) = (0.7, 3.0, [1.0, -0.3]);
    let start = [rest[0], rest[1], 0.0, 0.0];
    let exact = normal_modes(rest, k, t);
    for method in Method::ALL {
        let error = |steps: usize| {
            let force = |q: &[f64]| {
                let [_, _, f1, f2] = coupled([q[0], q[1], 0.0, 0.0], k);
                [f1, f2]
            };
            let (velocity, step) = (|p: &[f64]| [p[0], p[1]], t / steps as f64);
            let path = method.separable_trajectory(velocity, force, start, step, steps + 1);
            let off = path.unwrap()[steps].into_iter().zip(exact);
            off.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
        };
        assert_order(method, "coupled springs", (error(400) / error(800)).log2());
    }
}

#[test]
fn an_array_and_a_vector_take_the_same_steps_to_the_last_bit() {
    let start = [1.0, -0.5, 0.3, 0.8, 0.1, -0.2, 0.4, 0.7];
    let velocity = |p: &[f64]| p.to_vec();
    let force = |q: &[f64]| q.iter().map(|q| -q * q * q).collect::<Vec<f64>>();
    for method in Method::ALL {
        let array = method.separable_trajectory(velocity, force, start, 0.1, 9);
        let list = method.separable_trajectory(velocity, force, start.to_vec(), 0.1, 9);
        let array: Vec<Vec<f64>> = array.unwrap().iter().map(|z| z.to_vec()).collect();
        assert_eq!(list.unwrap(), array, "{method}");
    }
}

#[test]
fn a_state_of_four_numbers_is_named_in_full() {
    let escape = |_: [f64; 4]| [f64::INFINITY; 4];
    let path = Method::ExplicitEuler.trajectory(escape, [1.0, 0.0, 2.0, 0.5], 0.1, 2);
    assert_eq!(
        path.unwrap_err().to_string(),
        "state 1 of the trajectory is not finite: (q1, q2, p1, p2) = (inf, inf, inf, inf)"
    );
}
