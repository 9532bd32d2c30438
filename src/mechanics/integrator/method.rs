use std::fmt;
use std::iter;

use super::step;
use crate::error::listed;
use crate::phase_space::Coordinates;
use crate::{Error, Result};

/// An integrator, by name. The module's table compares them and [`step`] has the formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// [`step::explicit_euler`], the notebook's choice.
    ExplicitEuler,
    /// [`step::symplectic_euler`], for a separable H only.
    SymplecticEuler,
    /// [`step::leapfrog`], for a separable H only.
    Leapfrog,
    /// [`step::runge_kutta_4`].
    RungeKutta4,
    /// [`step::implicit_midpoint`], symplectic for any H.
    ImplicitMidpoint,
}

impl Method {
    /// Every method, in the order of the module's table.
    pub const ALL: [Self; 5] = [
        Self::ExplicitEuler,
        Self::SymplecticEuler,
        Self::Leapfrog,
        Self::RungeKutta4,
        Self::ImplicitMidpoint,
    ];

    /// The name, as `Display` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExplicitEuler => "explicit Euler",
            Self::SymplecticEuler => "symplectic Euler",
            Self::Leapfrog => "leapfrog",
            Self::RungeKutta4 => "RK4",
            Self::ImplicitMidpoint => "implicit midpoint",
        }
    }

    /// The order r: at a fixed time the error falls like hʳ.
    pub fn order(self) -> u32 {
        match self {
            Self::ExplicitEuler | Self::SymplecticEuler => 1,
            Self::Leapfrog | Self::ImplicitMidpoint => 2,
            Self::RungeKutta4 => 4,
        }
    }

    /// Whether a step keeps areas of phase space, and so the energy over long times.
    pub fn is_symplectic(self) -> bool {
        !matches!(self, Self::ExplicitEuler | Self::RungeKutta4)
    }

    /// Whether the method is for a separable H = T(p) + V(q) only. A learned H is not separable.
    pub fn needs_separable(self) -> bool {
        matches!(self, Self::SymplecticEuler | Self::Leapfrog)
    }

    /// The states z₀ = `start`, z₁, z₂, ... of any field f(z) = (dq/dt, dp/dt), without end, each worked out when it is
    /// asked for. An error is the last item.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if the step is not a finite number above 0, if the start is not finite, or if the method
    /// needs a separable H, of which a field in one piece says nothing. Items: [`Error::Escaped`] if a state is not
    /// finite, [`Error::Unsettled`] as [`step::implicit_midpoint`].
    pub fn states<S: Coordinates>(
        self,
        mut field: impl FnMut(S) -> S,
        start: S,
        step: f64,
    ) -> Result<impl Iterator<Item = Result<S>>> {
        if self.needs_separable() {
            return Err(Error::setting(
                "method",
                self,
                "needs a separable H, given as dq/dt of p and dp/dt of q; a learned H is not separable, and implicit \
                 midpoint is the symplectic method for it",
            ));
        }
        walk(start, step, move |z| match self {
            Self::ExplicitEuler => Ok(step::explicit_euler(&mut field, z, step)),
            Self::RungeKutta4 => Ok(step::runge_kutta_4(&mut field, z, step)),
            Self::ImplicitMidpoint => step::implicit_midpoint(&mut field, z, step, step::SETTLED),
            Self::SymplecticEuler | Self::Leapfrog => unreachable!("refused above"),
        })
    }

    /// The states of a **separable** H = T(p) + V(q), as [`states`](Self::states): `velocity` is dq/dt = ∂T/∂p as a
    /// function of the momenta, `force` is dp/dt = -∂V/∂q as a function of the positions. Every method can do these.
    ///
    /// # Errors
    ///
    /// As [`states`](Self::states).
    ///
    /// # Panics
    ///
    /// As [`step::symplectic_euler`], at the first step.
    pub fn separable_states<S: Coordinates, H: AsRef<[f64]>>(
        self,
        mut velocity: impl FnMut(&[f64]) -> H,
        mut force: impl FnMut(&[f64]) -> H,
        start: S,
        step: f64,
    ) -> Result<impl Iterator<Item = Result<S>>> {
        walk(start, step, move |z| {
            let field = |mut z: S| step::separable(&mut velocity, &mut force, &mut z);
            match self {
                Self::ExplicitEuler => Ok(step::explicit_euler(field, z, step)),
                Self::SymplecticEuler => {
                    Ok(step::symplectic_euler(&mut velocity, &mut force, z, step))
                }
                Self::Leapfrog => Ok(step::leapfrog(&mut velocity, &mut force, z, step)),
                Self::RungeKutta4 => Ok(step::runge_kutta_4(field, z, step)),
                Self::ImplicitMidpoint => step::implicit_midpoint(field, z, step, step::SETTLED),
            }
        })
    }

    /// The first `points` of the [`states`](Self::states), the start included.
    ///
    /// # Errors
    ///
    /// As [`states`](Self::states), and [`Error::Setting`] if `points` is 0.
    pub fn trajectory<S: Coordinates>(
        self,
        field: impl FnMut(S) -> S,
        start: S,
        step: f64,
        points: usize,
    ) -> Result<Vec<S>> {
        first(points, self.states(field, start, step)?)
    }

    /// The first `points` of the [`separable_states`](Self::separable_states), the start included.
    ///
    /// # Errors
    ///
    /// As [`separable_states`](Self::separable_states), and [`Error::Setting`] if `points` is 0.
    ///
    /// # Panics
    ///
    /// As [`separable_states`](Self::separable_states).
    pub fn separable_trajectory<S: Coordinates, H: AsRef<[f64]>>(
        self,
        velocity: impl FnMut(&[f64]) -> H,
        force: impl FnMut(&[f64]) -> H,
        start: S,
        step: f64,
        points: usize,
    ) -> Result<Vec<S>> {
        first(points, self.separable_states(velocity, force, start, step)?)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A step as integrators and rollouts can use it.
pub(crate) fn check_step(step: f64) -> Result<()> {
    if step.is_finite() && step > 0.0 {
        return Ok(());
    }
    let why = "is no time step: it must be finite and above 0";
    Err(Error::setting("step", step, why))
}

/// `start`, then each state from the one before it; an error ends the walk.
fn walk<S: Coordinates>(
    start: S,
    step: f64,
    mut advance: impl FnMut(S) -> Result<S>,
) -> Result<impl Iterator<Item = Result<S>>> {
    check_step(step)?;
    if !is_finite(&start) {
        let why = "is not a finite state";
        return Err(Error::setting("start", listed(start.as_ref()), why));
    }
    let (mut index, mut last) = (0, Some(start.clone()));
    let later = iter::from_fn(move || {
        index += 1;
        let next = match advance(last.take()?) {
            Ok(state) if !is_finite(&state) => Err(Error::Escaped {
                index,
                state: state.as_ref().to_vec(),
            }),
            ended => ended,
        };
        last = next.as_ref().ok().cloned();
        Some(next)
    });
    Ok(iter::once(Ok(start)).chain(later))
}

fn first<S>(points: usize, states: impl Iterator<Item = Result<S>>) -> Result<Vec<S>> {
    if points == 0 {
        let why = "is too few: a trajectory has its start";
        return Err(Error::setting("points", points, why));
    }
    states.take(points).collect()
}

fn is_finite<S: Coordinates>(z: &S) -> bool {
    z.as_ref().iter().all(|x| x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phase_space::State;

    #[test]
    fn an_error_is_the_last_item_and_the_field_is_not_asked_again() {
        let mut calls = 0;
        let field = |_: State| {
            calls += 1;
            [f64::NAN, 0.0]
        };
        let states = Method::ExplicitEuler
            .states(field, [1.0, 0.0], 0.1)
            .unwrap();
        let items: Vec<_> = states.take(5).collect();
        assert_eq!(items.len(), 2);
        assert!(items[0].is_ok() && items[1].is_err());
        assert_eq!(calls, 1);
    }
}
