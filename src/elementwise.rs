//! Loops over whole arrays, compiled once for each vector width and chosen at run time.
//!
//! Every element is computed by itself with the same IEEE operations, so the choice changes no bit. Products and sums
//! are never fused.

use multiversion::multiversion;

use crate::activation::{d_relu, relu};

/// x ← x + bias, row by row of `bias.len()` values.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn add_bias(values: &mut [f64], bias: &[f64]) {
    for row in values.chunks_exact_mut(bias.len()) {
        for (x, &b) in row.iter_mut().zip(bias) {
            *x += b;
        }
    }
}

/// x ← relu(x + bias), row by row of `bias.len()` values.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn add_bias_and_relu(values: &mut [f64], bias: &[f64]) {
    for row in values.chunks_exact_mut(bias.len()) {
        for (x, &b) in row.iter_mut().zip(bias) {
            *x = relu(*x + b);
        }
    }
}

/// δ ← δ ⊙ relu'(a).
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn mask_by_relu(deltas: &mut [f64], values: &[f64]) {
    for (delta, &value) in deltas.iter_mut().zip(values) {
        *delta *= d_relu(value);
    }
}

/// x ← a x + b y.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn scale_and_add(x: &mut [f64], a: f64, y: &[f64], b: f64) {
    for (x, &y) in x.iter_mut().zip(y) {
        *x = *x * a + b * y;
    }
}

/// sum ← the sum of the rows, added from the first row to the last.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn sum_rows(values: &[f64], sum: &mut [f64]) {
    sum.fill(0.0);
    for row in values.chunks_exact(sum.len()) {
        for (s, &x) in sum.iter_mut().zip(row) {
            *s += x;
        }
    }
}

/// The constants of one step of Adam: see [`crate::optimizer::Adam`].
#[derive(Clone, Copy)]
pub(crate) struct AdamStep {
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// η / (1 - β₁ᵗ).
    pub rate: f64,
    /// 1 / (1 - β₂ᵗ).
    pub correction: f64,
}

/// One step of Adam on every parameter, from one array into another.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn adam(
    step: AdamStep,
    from: &[f64],
    gradient: &[f64],
    m: &mut [f64],
    v: &mut [f64],
    to: &mut [f64],
) {
    let moments = m.iter_mut().zip(v);
    let thetas = from.iter().zip(to);
    for (((&theta, next), &g), (m, v)) in thetas.zip(gradient).zip(moments) {
        *m = step.beta1 * *m + (1.0 - step.beta1) * g;
        *v = step.beta2 * *v + (1.0 - step.beta2) * (g * g);
        *next = theta - step.rate * *m / ((*v * step.correction).sqrt() + step.epsilon);
    }
}

/// to ← x + a y.
///
/// # Panics
///
/// If the three are not equally long.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn add_scaled(x: &[f64], a: f64, y: &[f64], to: &mut [f64]) {
    assert_eq!((x.len(), y.len()), (to.len(), to.len()));
    for ((&x, &y), to) in x.iter().zip(y).zip(to) {
        *to = x + a * y;
    }
}
