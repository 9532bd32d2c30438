//! Single and double precision.

use std::fmt::Debug;

use multiversion::multiversion;
use ndarray::{LinalgScalar, ScalarOperand};

use super::product::{self, Shape};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A precision of arithmetic: [`f32`] or [`f64`].
pub trait Real:
    sealed::Sealed + LinalgScalar + ScalarOperand + PartialOrd + Debug + Send + Sync
{
    /// u: half the distance from 1 to the next number.
    const UNIT_ROUNDOFF: f64;
    /// The nearest number of this precision.
    fn round(x: f64) -> Self;
    /// The same number in double precision.
    fn widen(self) -> f64;
    /// c ← a b, all row by row and b with `columns` columns: cᵢⱼ = Σₖ aᵢₖ bₖⱼ, each sum one chain of fused multiply-adds
    /// for k = 0, 1, 2, …
    #[doc(hidden)]
    fn multiply(a: &[Self], b: &[Self], columns: usize, c: &mut [Self]);
}

impl Real for f32 {
    const UNIT_ROUNDOFF: f64 = f32::EPSILON as f64 / 2.0;
    fn round(x: f64) -> Self {
        x as f32
    }
    fn widen(self) -> f64 {
        f64::from(self)
    }
    fn multiply(a: &[Self], b: &[Self], columns: usize, c: &mut [Self]) {
        multiply_single(a, b, columns, c);
    }
}

impl Real for f64 {
    const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;
    fn round(x: f64) -> Self {
        x
    }
    fn widen(self) -> f64 {
        self
    }
    fn multiply(a: &[Self], b: &[Self], columns: usize, c: &mut [Self]) {
        let inner = b.len() / columns;
        let rows = a.len() / inner;
        let shape = Shape {
            rows,
            inner,
            columns,
        };
        product::multiply(shape, a, b, c);
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma"))]
fn multiply_single(a: &[f32], b: &[f32], columns: usize, c: &mut [f32]) {
    c.fill(0.0);
    let inner = b.len() / columns;
    for (a, c) in a.chunks_exact(inner).zip(c.chunks_exact_mut(columns)) {
        for (&a, b) in a.iter().zip(b.chunks_exact(columns)) {
            for (c, &b) in c.iter_mut().zip(b) {
                *c = multiply_add_single(a, b, *c);
            }
        }
    }
}

/// As [`product::multiply`] has it: rounded once, and twice in a page.
#[inline(always)]
fn multiply_add_single(a: f32, b: f32, c: f32) -> f32 {
    #[cfg(not(target_arch = "wasm32"))]
    return a.mul_add(b, c);
    #[cfg(target_arch = "wasm32")]
    return a * b + c;
}
