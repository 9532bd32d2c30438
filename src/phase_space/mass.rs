//! Mass matrices M of a few degrees of freedom, row by row in a slice: Cholesky's factor, solutions, the condition number; and
//! any other few linear equations.
//!
//! No crate is asked for them: with one to a few degrees of freedom they are a dozen lines, they stand in the inner loop of
//! training, and `nalgebra` would be the largest dependency of all.

/// M ← the lower triangle of C with M = C Cᵀ; `false` if M is not positive definite, or not of numbers.
pub(crate) fn factor(degrees: usize, mass: &mut [f64]) -> bool {
    let at = |i: usize, j: usize| i * degrees + j;
    for i in 0..degrees {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| mass[at(i, k)] * mass[at(j, k)]).sum();
            let rest = mass[at(i, j)] - known;
            if i > j {
                mass[at(i, j)] = rest / mass[at(j, j)];
            } else if rest > 0.0 && rest.is_finite() {
                mass[at(i, i)] = rest.sqrt();
            } else {
                return false;
            }
        }
    }
    true
}

/// b ← (C Cᵀ)⁻¹ b.
pub(crate) fn solve(factor: &[f64], b: &mut [f64]) {
    let degrees = b.len();
    let at = |i: usize, j: usize| factor[i * degrees + j];
    for i in 0..degrees {
        let known: f64 = (0..i).map(|k| at(i, k) * b[k]).sum();
        b[i] = (b[i] - known) / at(i, i);
    }
    for i in (0..degrees).rev() {
        let known: f64 = (i + 1..degrees).map(|k| at(k, i) * b[k]).sum();
        b[i] = (b[i] - known) / at(i, i);
    }
}

/// ‖M‖ ‖M⁻¹‖ in the norm of the largest absolute row sum; infinite if M has no inverse.
pub(crate) fn condition(degrees: usize, mass: &[f64]) -> f64 {
    let norm = |matrix: &[f64]| {
        let rows = matrix.chunks_exact(degrees);
        rows.map(|row| row.iter().map(|x| x.abs()).sum())
            .fold(0.0, f64::max)
    };
    let mut beside = vec![0.0; 2 * degrees * degrees];
    for (i, row) in beside.chunks_exact_mut(2 * degrees).enumerate() {
        row[..degrees].copy_from_slice(&mass[i * degrees..(i + 1) * degrees]);
        row[degrees + i] = 1.0;
    }
    if !eliminate(degrees, &mut beside, 0.0) {
        return f64::INFINITY;
    }
    let rows = beside.chunks_exact(2 * degrees);
    let inverse: Vec<f64> = rows.flat_map(|row| row[degrees..].to_vec()).collect();
    norm(mass) * norm(&inverse)
}

/// (A | B) ← (1 | A⁻¹ B) for so many equations, by elimination with pivots; `false` if a pivot is no number above `least`.
pub(crate) fn eliminate(equations: usize, system: &mut [f64], least: f64) -> bool {
    let width = system.len() / equations;
    for column in 0..equations {
        let size = |row: usize| system[row * width + column].abs();
        let pivot = (column..equations).max_by(|&i, &j| size(i).total_cmp(&size(j)));
        let pivot = pivot.expect("there is a row left");
        if !(size(pivot) > least && size(pivot).is_finite()) {
            return false;
        }
        for j in 0..width {
            system.swap(column * width + j, pivot * width + j);
        }
        let equation = system[column * width..(column + 1) * width].to_vec();
        for row in (0..equations).filter(|&row| row != column) {
            let row = &mut system[row * width..(row + 1) * width];
            let factor = row[column] / equation[column];
            for (entry, &above) in row.iter_mut().zip(&equation) {
                *entry -= factor * above;
            }
        }
    }
    for (column, row) in system.chunks_exact_mut(width).enumerate() {
        let pivot = row[column];
        row.iter_mut().for_each(|entry| *entry /= pivot);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_positive_matrix_is_solved_and_others_are_refused() {
        let mass = [4.0, 2.0, 0.6, 2.0, 3.0, -0.5, 0.6, -0.5, 1.0];
        let x = [1.0, -2.0, 0.5];
        let mut b: [f64; 3] = std::array::from_fn(|i| (0..3).map(|j| mass[3 * i + j] * x[j]).sum());
        let mut lower = mass;
        assert!(factor(3, &mut lower));
        solve(&lower, &mut b);
        assert!(b.iter().zip(x).all(|(b, x)| (b - x).abs() < 1e-14), "{b:?}");
        for refused in [[1.0, 2.0, 2.0, 1.0], [0.0; 4], [f64::NAN, 0.0, 0.0, 1.0]] {
            assert!(!factor(2, &mut refused.clone()), "{refused:?}");
        }
    }

    #[test]
    fn the_condition_number_is_that_of_a_known_inverse() {
        // The inverse of [[1, 2], [3, 4]] is [[-2, 1], [1.5, -0.5]].
        assert!((condition(2, &[1.0, 2.0, 3.0, 4.0]) - 7.0 * 3.0).abs() < 1e-13);
        assert_eq!(condition(2, &[1.0, 2.0, 2.0, 4.0]), f64::INFINITY);
        assert_eq!(condition(1, &[-0.3]), 1.0);
    }
}
