//! Products of small matrices, row by row in memory:
//!
//! ```text
//! cᵢⱼ = Σₖ aᵢₖ bₖⱼ,   added up as c ← fma(aᵢₖ, bₖⱼ, c) for k = 0, 1, 2, …
//! ```
//!
//! Each element is one such chain, whatever the shape, the tile or the vector width, and a fused multiply-add is one IEEE
//! operation: so the bits are the same on every CPU. One without that instruction has it in software, right but slow.
//!
//! General libraries copy both factors into panels first, which large matrices repay. These are small enough to be read
//! where they are, a tile of the result at a time: 4 rows of 32 columns fill half the registers of AVX-512, 4 of 8 those
//! of AVX2 and Neon.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

/// The sizes of a product: `rows` by `inner` times `inner` by `columns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub rows: usize,
    pub inner: usize,
    pub columns: usize,
}

/// C ← A B.
///
/// # Panics
///
/// If a matrix is not of the size that `shape` says; this holds for all products.
pub(crate) fn multiply(shape: Shape, a: &[f64], b: &[f64], c: &mut [f64]) {
    shape.check(a, b, c);
    plain(shape, a, b, c);
}

/// C ← C + Aᵀ B, where A is `inner` by `rows`.
pub(crate) fn add_transposed(shape: Shape, a: &[f64], b: &[f64], c: &mut [f64]) {
    shape.check(a, b, c);
    transposed(shape, a, b, c);
}

/// C ← A Bᵀ, where B is `columns` by `inner`; `room` is for Bᵀ, where that is smaller and its columns fill the widest tiles, or
/// else for Aᵀ and Cᵀ, as Cᵀ ← B Aᵀ.
pub(crate) fn multiply_by_transposed(
    shape: Shape,
    a: &[f64],
    b: &[f64],
    room: &mut Vec<f64>,
    c: &mut [f64],
) {
    shape.check(a, b, c);
    if shape.rows == 1 {
        // Either is its own transpose.
        return plain(shape.flipped(), b, a, c);
    }
    if b.len() < a.len() + c.len() && shape.columns.is_multiple_of(WIDEST) {
        room.resize(room.len().max(b.len()), 0.0);
        let turned_b = &mut room[..b.len()];
        transpose(b, shape.columns, shape.inner, turned_b);
        return plain(shape, a, turned_b, c);
    }
    room.resize(room.len().max(a.len() + c.len()), 0.0);
    let (turned_a, turned_c) = room[..a.len() + c.len()].split_at_mut(a.len());
    transpose(a, shape.rows, shape.inner, turned_a);
    plain(shape.flipped(), b, turned_a, turned_c);
    transpose(turned_c, shape.columns, shape.rows, c);
}

impl Shape {
    fn check(self, a: &[f64], b: &[f64], c: &[f64]) {
        let (a_size, b_size) = (self.rows * self.inner, self.inner * self.columns);
        let sizes = (a_size, b_size, self.rows * self.columns);
        assert_eq!((a.len(), b.len(), c.len()), sizes, "{self:?}");
    }

    /// The shape of the transposed product, Cᵀ = Bᵀ Aᵀ.
    fn flipped(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            ..self
        }
    }
}

/// Columns of the widest tiles.
const WIDEST: usize = 32;

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma"))]
fn plain(shape: Shape, a: &[f64], b: &[f64], c: &mut [f64]) {
    if target_cfg_f!(target_feature = "avx512f") {
        sweep::<WIDEST, 128, false>(shape, a, b, c);
    } else {
        sweep::<8, 32, false>(shape, a, b, c);
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma"))]
fn transposed(shape: Shape, a: &[f64], b: &[f64], c: &mut [f64]) {
    if target_cfg_f!(target_feature = "avx512f") {
        sweep::<WIDEST, 128, true>(shape, a, b, c);
    } else {
        sweep::<8, 32, true>(shape, a, b, c);
    }
}

/// Every tile of C: columns `WIDE` by `WIDE`, then 8 by 8, then one by one. Fewer than 4 rows go one by one and their
/// columns `LONE` by `LONE`, as many sums again. `LEFT`: the left factor stands transposed, and the product is added.
#[inline(always)]
fn sweep<const WIDE: usize, const LONE: usize, const LEFT: bool>(
    shape: Shape,
    a: &[f64],
    b: &[f64],
    c: &mut [f64],
) {
    let mut column = 0;
    while shape.rows < 4 && column + LONE <= shape.columns {
        panel::<1, LONE, LEFT>(shape, column, a, b, c);
        column += LONE;
    }
    while column + WIDE <= shape.columns {
        panel::<4, WIDE, LEFT>(shape, column, a, b, c);
        column += WIDE;
    }
    while column + 8 <= shape.columns {
        panel::<4, 8, LEFT>(shape, column, a, b, c);
        column += 8;
    }
    while column < shape.columns {
        panel::<16, 1, LEFT>(shape, column, a, b, c);
        column += 1;
    }
}

/// `C` columns of the result from this one on, `R` rows at a time and the last ones by themselves.
#[inline(always)]
fn panel<const R: usize, const C: usize, const LEFT: bool>(
    shape: Shape,
    column: usize,
    a: &[f64],
    b: &[f64],
    c: &mut [f64],
) {
    let mut row = 0;
    while row + R <= shape.rows {
        tile::<R, C, LEFT>(shape, row, column, a, b, c);
        row += R;
    }
    while row < shape.rows {
        tile::<1, C, LEFT>(shape, row, column, a, b, c);
        row += 1;
    }
}

#[inline(always)]
fn tile<const R: usize, const C: usize, const LEFT: bool>(
    shape: Shape,
    row: usize,
    column: usize,
    a: &[f64],
    b: &[f64],
    c: &mut [f64],
) {
    let (inner, columns) = (shape.inner, shape.columns);
    let mut sums = [[0.0; C]; R];
    let b = b.chunks_exact(columns);
    if LEFT {
        for (a, b) in a.chunks_exact(shape.rows).zip(b) {
            let a: [f64; R] = std::array::from_fn(|i| a[row..row + R][i]);
            fused(&mut sums, a, &b[column..column + C]);
        }
    } else {
        let a: [&[f64]; R] = std::array::from_fn(|i| &a[(row + i) * inner..][..inner]);
        for (k, b) in (0..inner).zip(b) {
            let mut values = [0.0; R];
            values.iter_mut().zip(a).for_each(|(x, a)| *x = a[k]);
            fused(&mut sums, values, &b[column..column + C]);
        }
    }
    for (i, sums) in sums.iter().enumerate() {
        let c = &mut c[(row + i) * columns + column..][..C];
        for (c, sum) in c.iter_mut().zip(sums) {
            *c = if LEFT { *c + sum } else { *sum };
        }
    }
}

#[inline(always)]
fn fused<const R: usize, const C: usize>(sums: &mut [[f64; C]; R], a: [f64; R], b: &[f64]) {
    for (sums, a) in sums.iter_mut().zip(a) {
        for (sum, &b) in sums.iter_mut().zip(b) {
            *sum = multiply_add(a, b, *sum);
        }
    }
}

/// a b + c, rounded once. In a page that would be a hundred times slower, since WebAssembly has no such instruction: there it
/// is rounded twice, unless the module is built for browsers that have the relaxed one, which is fused where the processor is.
#[inline(always)]
fn multiply_add(a: f64, b: f64, c: f64) -> f64 {
    #[cfg(not(target_arch = "wasm32"))]
    return a.mul_add(b, c);
    #[cfg(all(target_arch = "wasm32", not(target_feature = "relaxed-simd")))]
    return a * b + c;
    #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
    {
        use std::arch::wasm32::{f64x2_extract_lane, f64x2_relaxed_madd, f64x2_splat};
        let sum = f64x2_relaxed_madd(f64x2_splat(a), f64x2_splat(b), f64x2_splat(c));
        f64x2_extract_lane::<0>(sum)
    }
}

/// to ← fromᵀ, in blocks of 4 by 4 that fit into registers.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn transpose(from: &[f64], rows: usize, columns: usize, to: &mut [f64]) {
    const SIDE: usize = 4;
    let (whole_rows, whole_columns) = (rows / SIDE * SIDE, columns / SIDE * SIDE);
    for row in (0..whole_rows).step_by(SIDE) {
        for column in (0..whole_columns).step_by(SIDE) {
            let block: [[f64; SIDE]; SIDE] = std::array::from_fn(|i| {
                let at = (row + i) * columns + column;
                std::array::from_fn(|j| from[at..at + SIDE][j])
            });
            for j in 0..SIDE {
                let turned = block.map(|line| line[j]);
                to[(column + j) * rows + row..][..SIDE].copy_from_slice(&turned);
            }
        }
        for column in whole_columns..columns {
            for i in row..row + SIDE {
                to[column * rows + i] = from[i * columns + column];
            }
        }
    }
    for row in whole_rows..rows {
        for column in 0..columns {
            to[column * rows + row] = from[row * columns + column];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Gaussian, RandomSource};

    /// The definition, element by element.
    fn chain(
        shape: Shape,
        a: impl Fn(usize, usize) -> f64,
        b: impl Fn(usize, usize) -> f64,
    ) -> Vec<f64> {
        let elements = (0..shape.rows * shape.columns).map(|index| {
            let (i, j) = (index / shape.columns, index % shape.columns);
            (0..shape.inner).fold(0.0, |c, k| a(i, k).mul_add(b(k, j), c))
        });
        elements.collect()
    }

    fn numbers(count: usize, random: &mut Gaussian) -> Vec<f64> {
        (0..count).map(|_| random.standard()).collect()
    }

    #[test]
    fn every_element_is_its_chain_to_the_last_bit() {
        let random = &mut Gaussian::from_seed(5);
        let sizes = [1, 2, 3, 5, 8, 17, 32, 47, 128];
        for rows in sizes {
            for columns in sizes {
                for inner in [1, 2, 9, 33] {
                    let shape = Shape {
                        rows,
                        inner,
                        columns,
                    };
                    let (a, b) = (
                        numbers(rows * inner, random),
                        numbers(inner * columns, random),
                    );
                    let mut c = numbers(rows * columns, random);
                    let before = c.clone();

                    add_transposed(shape, &a, &b, &mut c);
                    let product = chain(shape, |i, k| a[k * rows + i], |k, j| b[k * columns + j]);
                    let sum: Vec<f64> = before.iter().zip(product).map(|(x, y)| x + y).collect();
                    assert_eq!(c, sum, "{shape:?}");

                    multiply(shape, &a, &b, &mut c);
                    let product = chain(shape, |i, k| a[i * inner + k], |k, j| b[k * columns + j]);
                    assert_eq!(c, product, "{shape:?}");

                    multiply_by_transposed(shape, &a, &b, &mut Vec::new(), &mut c);
                    let product = chain(shape, |i, k| a[i * inner + k], |k, j| b[j * inner + k]);
                    assert_eq!(c, product, "{shape:?}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "rows: 2")]
    fn a_matrix_of_another_size_is_refused() {
        let shape = Shape {
            rows: 2,
            inner: 2,
            columns: 2,
        };
        multiply(shape, &[0.0; 4], &[0.0; 3], &mut [0.0; 4]);
    }
}
