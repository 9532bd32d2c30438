//! What the original notebook printed: the evidence that this book starts from.
//!
//! Source: the output cells of *Hamiltonian and Lagrange Neural Networks - Jupyter Notebook*, as published. The
//! numbers are copied with all their digits; the run's seed is not recorded there.

use super::TestRow;

/// (epoch, train loss, validation loss), every tenth epoch.
pub const LOSSES: [(usize, f64, f64); 8] = [
    (0, 0.4632184985850194, 0.31855980478124096),
    (10, 0.289215260539334, 0.2801037288690639),
    (20, 0.28256558852451025, 0.2707264085294104),
    (30, 0.2908582007732147, 0.2742863542757004),
    (40, 0.3393743020822084, 0.31978657955092),
    (50, 0.4173023948534623, 0.4094313872615901),
    (60, 0.4994896833928179, 0.47583371337671426),
    (70, 0.5782137857858319, 0.5520863569333238),
];

/// The epoch of its early stop.
pub const STOPPED_AT: usize = 73;

/// (q = p, "dH/dp", "-dH/dq") of its final table.
const TABLE: [(f64, f64, f64); 10] = [
    (-1.00, -0.1872, -0.1826),
    (-0.78, -0.1886, -0.1831),
    (-0.56, -0.1951, -0.1922),
    (-0.33, -0.1923, -0.1765),
    (-0.11, -0.2342, -0.1739),
    (0.11, 0.1734, 0.2157),
    (0.33, 0.2092, 0.1615),
    (0.56, 0.1750, 0.1787),
    (0.78, 0.1514, 0.1421),
    (1.00, 0.1642, 0.1336),
];

/// Its final table. The expected values, which it prints to four places, are recomputed from the diagonal.
pub fn test_rows() -> Vec<TestRow> {
    let diagonal = crate::phase_space::linspace(-1.0, 1.0, TABLE.len());
    let rows = TABLE.iter().zip(diagonal);
    rows.map(|(&(printed, dh_dp, minus_dh_dq), x)| {
        debug_assert!((printed - x).abs() < 0.005);
        TestRow {
            q: x,
            p: x,
            dh_dp,
            minus_dh_dq,
            expected_dh_dp: x,
            expected_minus_dh_dq: -x,
        }
    })
    .collect()
}
