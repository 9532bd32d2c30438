//! Loops over whole arrays, compiled once for each vector width and chosen at run time.
//!
//! Every element is computed by itself with the same IEEE operations, so the choice changes no bit. Products and sums
//! are never fused.

use multiversion::multiversion;

use super::activation::{self, Activation};
use super::floor::{self, above};

/// How much of an activation's jet is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Order {
    /// σ and σ', for H and its slopes.
    First,
    /// σ'' as well, for the gradient of a loss of the slopes.
    Second,
}

// The loops over the rows are macros, so that σ is compiled into them at every level of optimisation. Passed as a function it is
// not where a compiler optimises less, as a notebook's kernel does, and then a loop takes many times as long.

/// x ← σ(x + bias), with σ' and σ'' beside it.
macro_rules! jets {
    ($values:ident, $bias:ident, $slopes:ident, $curvatures:ident, $keep:path, $($jet:tt)+) => {
        let width = $bias.len();
        let rows = $values.chunks_exact_mut(width).zip($slopes.chunks_exact_mut(width));
        for ((row, slopes), curvatures) in rows.zip($curvatures.chunks_exact_mut(width)) {
            let derivatives = slopes.iter_mut().zip(curvatures);
            for ((x, &b), (slope, curvature)) in row.iter_mut().zip($bias).zip(derivatives) {
                let jet = $($jet)+(*x + b);
                *x = $keep(jet.value);
                *slope = $keep(jet.slope);
                *curvature = $keep(jet.curvature);
            }
        }
    };
}

/// The same with σ''' as well.
macro_rules! third_jets {
    ($values:ident, $bias:ident, $slopes:ident, $curvatures:ident, $thirds:ident, $($jet:tt)+) => {
        let width = $bias.len();
        let derivatives = $slopes
            .chunks_exact_mut(width)
            .zip($curvatures.chunks_exact_mut(width))
            .zip($thirds.chunks_exact_mut(width));
        for (row, ((slopes, curvatures), thirds)) in $values.chunks_exact_mut(width).zip(derivatives) {
            let derivatives = slopes.iter_mut().zip(curvatures).zip(thirds);
            for ((x, &b), ((slope, curvature), third)) in row.iter_mut().zip($bias).zip(derivatives) {
                let jet = $($jet)+(*x + b);
                *x = faded(jet.value);
                *slope = faded(jet.slope);
                *curvature = faded(jet.curvature);
                *third = faded(jet.third);
            }
        }
    };
}

/// Tails that fade end where the floor is.
#[inline(always)]
fn faded(x: f64) -> f64 {
    above(floor::HALF, x)
}

/// A value as it is.
#[inline(always)]
fn whole(x: f64) -> f64 {
    x
}

/// x ← σ(x + bias), row by row of `bias.len()` values, with σ' and, for [`Order::Second`], σ'' beside it.
pub(crate) fn activate(
    activation: Activation,
    order: Order,
    values: &mut [f64],
    bias: &[f64],
    slopes: &mut [f64],
    curvatures: &mut [f64],
) {
    match (activation, order) {
        // The one case that the notebook's run spends its time in: σ'' is not written.
        (Activation::Relu, Order::First) => relu_rows(values, bias, slopes),
        (Activation::Relu, Order::Second) => {
            jets!(values, bias, slopes, curvatures, whole, activation::relu);
        }
        (Activation::SquaredRelu, _) => {
            jets!(
                values,
                bias,
                slopes,
                curvatures,
                whole,
                activation::squared_relu
            );
        }
        (Activation::Tanh, _) => tanh_rows(values, bias, slopes, curvatures),
        (Activation::Silu, _) => silu_rows(values, bias, slopes, curvatures),
        (Activation::Softplus, _) => softplus_rows(values, bias, slopes, curvatures),
        (Activation::Gelu, _) => {
            jets!(values, bias, slopes, curvatures, faded, activation::gelu);
        }
        (Activation::Sin, _) => {
            jets!(values, bias, slopes, curvatures, whole, activation::sin);
        }
        (Activation::Identity, _) => {
            jets!(
                values,
                bias,
                slopes,
                curvatures,
                whole,
                activation::identity
            );
        }
    }
}

/// x ← σ(x + bias) as [`activate`], with σ', σ'' and σ''' beside it.
pub(crate) fn jet_rows(
    activation: Activation,
    values: &mut [f64],
    bias: &[f64],
    slopes: &mut [f64],
    curvatures: &mut [f64],
    thirds: &mut [f64],
) {
    match activation {
        Activation::Tanh => tanh_jets(values, bias, slopes, curvatures, thirds),
        Activation::Silu => silu_jets(values, bias, slopes, curvatures, thirds),
        Activation::Softplus => softplus_jets(values, bias, slopes, curvatures, thirds),
        _ => {
            third_jets!(values, bias, slopes, curvatures, thirds, activation.jet);
        }
    }
}

/// ä ← σ' z̈ + σ'' ż ż for z̈ and the two ż of `tangents`.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn second_tangent(tangents: [&[f64]; 3], derivatives: [&[f64]; 2], out: &mut [f64]) {
    let n = out.len();
    let [both, one, other] = tangents.map(|z| &z[..n]);
    let [slopes, curvatures] = derivatives.map(|d| &d[..n]);
    for i in 0..n {
        out[i] = slopes[i] * both[i] + curvatures[i] * one[i] * other[i];
    }
}

/// sums ← sums + Σ over the units of a row of c σ'' ż ż.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn add_curvatures(
    carried: &[f64],
    curvatures: &[f64],
    one: &[f64],
    other: &[f64],
    sums: &mut [f64],
) {
    // So many sums side by side, whatever the width of the vectors, so that the bits are the same everywhere.
    const LANES: usize = 8;
    let width = carried.len() / sums.len().max(1);
    for (row, sum) in sums.iter_mut().enumerate() {
        let units = row * width..(row + 1) * width;
        let [c, k, a, b] = [carried, curvatures, one, other].map(|x| &x[units.clone()]);
        let mut lanes = [0.0; LANES];
        let whole = width / LANES * LANES;
        for start in (0..whole).step_by(LANES) {
            for (lane, i) in lanes.iter_mut().zip(start..start + LANES) {
                *lane += c[i] * k[i] * a[i] * b[i];
            }
        }
        for (lane, i) in lanes.iter_mut().zip(whole..width) {
            *lane += c[i] * k[i] * a[i] * b[i];
        }
        *sum += lanes.iter().sum::<f64>();
    }
}

/// z̄ of three or four slots, from h̄ in their place; `before` holds ż of slots 1 and 2 and, with four, z̈.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn adjoints(adjoints: &mut [f64], derivatives: [&[f64]; 3], before: &[f64]) {
    let n = derivatives[0].len();
    let [slopes, curvatures, thirds] = derivatives.map(|d| &d[..n]);
    let (value, rest) = adjoints.split_at_mut(n);
    let (first, rest) = rest.split_at_mut(n);
    let (second, both) = rest.split_at_mut(n);
    let (z1, z2) = (&before[..n], &before[n..2 * n]);
    for i in 0..n {
        value[i] = value[i] * slopes[i] + curvatures[i] * (first[i] * z1[i] + second[i] * z2[i]);
        first[i] *= slopes[i];
        second[i] *= slopes[i];
    }
    if both.is_empty() {
        return;
    }
    let (both, z) = (&mut both[..n], &before[2 * n..3 * n]);
    for i in 0..n {
        let bent = both[i] * curvatures[i];
        value[i] += bent * z[i] + both[i] * thirds[i] * z1[i] * z2[i];
        first[i] += bent * z2[i];
        second[i] += bent * z1[i];
        both[i] *= slopes[i];
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn relu_rows(values: &mut [f64], bias: &[f64], slopes: &mut [f64]) {
    let rows = values
        .chunks_exact_mut(bias.len())
        .zip(slopes.chunks_exact_mut(bias.len()));
    for (row, slopes) in rows {
        for ((x, &b), slope) in row.iter_mut().zip(bias).zip(slopes) {
            let jet = activation::relu(*x + b);
            (*x, *slope) = (jet.value, jet.slope);
        }
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn tanh_rows(values: &mut [f64], bias: &[f64], slopes: &mut [f64], curvatures: &mut [f64]) {
    jets!(
        values,
        bias,
        slopes,
        curvatures,
        whole,
        activation::tanh_jet
    );
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn silu_rows(values: &mut [f64], bias: &[f64], slopes: &mut [f64], curvatures: &mut [f64]) {
    jets!(values, bias, slopes, curvatures, faded, activation::silu);
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn softplus_rows(values: &mut [f64], bias: &[f64], slopes: &mut [f64], curvatures: &mut [f64]) {
    jets!(
        values,
        bias,
        slopes,
        curvatures,
        faded,
        activation::softplus
    );
}

/// A loop with σ, σ', σ'' and the third for one activation.
macro_rules! third_rows {
    ($($name:ident of $jet:path;)*) => {$(
        #[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
        fn $name(
            values: &mut [f64],
            bias: &[f64],
            slopes: &mut [f64],
            curvatures: &mut [f64],
            thirds: &mut [f64],
        ) {
            third_jets!(values, bias, slopes, curvatures, thirds, $jet);
        }
    )*};
}

third_rows! {
    tanh_jets of activation::tanh_jet;
    silu_jets of activation::silu;
    softplus_jets of activation::softplus;
}

/// u ← c ⊙ σ'.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn multiply(carried: &[f64], slopes: &[f64], out: &mut [f64]) {
    for ((u, &c), &slope) in out.iter_mut().zip(carried).zip(slopes) {
        *u = c * slope;
    }
}

/// c ← c ⊙ σ'' ⊙ ż and ż ← σ' ⊙ ż.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn tangent(
    tangents: &mut [f64],
    slopes: &[f64],
    curvatures: &[f64],
    carried: &mut [f64],
) {
    // ANCHOR: tangent
    for (((z, c), &slope), &curvature) in
        tangents.iter_mut().zip(carried).zip(slopes).zip(curvatures)
    {
        *c = *c * curvature * *z;
        *z *= slope;
    }
    // ANCHOR_END: tangent
}

/// r ← r ⊙ σ' + c.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn multiply_and_add(adjoints: &mut [f64], slopes: &[f64], carried: &[f64]) {
    for ((r, &slope), &c) in adjoints.iter_mut().zip(slopes).zip(carried) {
        *r = *r * slope + c;
    }
}

/// r ← r ⊙ σ'.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn multiply_by(adjoints: &mut [f64], slopes: &[f64]) {
    for (r, &slope) in adjoints.iter_mut().zip(slopes) {
        *r *= slope;
    }
}

/// x ← a x + b y.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn scale_and_add(x: &mut [f64], a: f64, y: &[f64], b: f64) {
    for (x, &y) in x.iter_mut().zip(y) {
        *x = *x * a + b * y;
    }
}

/// sum ← sum + the rows, from the first to the last.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn add_rows(values: &[f64], sum: &mut [f64]) {
    for row in values.chunks_exact(sum.len()) {
        for (s, &x) in sum.iter_mut().zip(row) {
            *s += x;
        }
    }
}

/// The constants of one step of Adam: θ ← θ - rate m / (√(correction v) + ε) - decay θ.
#[derive(Clone, Copy)]
pub(crate) struct AdamStep {
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// η / (1 - β₁ᵗ).
    pub rate: f64,
    /// 1 / (1 - β₂ᵗ).
    pub correction: f64,
    /// η λ of AdamW; 0 for Adam.
    pub decay: f64,
}

/// One step of Adam on every parameter.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn adam(
    step: AdamStep,
    parameters: &mut [f64],
    gradient: &[f64],
    m: &mut [f64],
    v: &mut [f64],
) {
    let moments = m.iter_mut().zip(v);
    for ((theta, &g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
        let g = above(floor::GRADIENT, g);
        *m = above(floor::GRADIENT, step.beta1 * *m + (1.0 - step.beta1) * g);
        let root = above(floor::HALF, g);
        *v = above(
            floor::PARAMETER,
            step.beta2 * *v + (1.0 - step.beta2) * (root * root),
        );
        let next = *theta - step.rate * *m / ((*v * step.correction).sqrt() + step.epsilon);
        *theta = above(floor::PARAMETER, next - step.decay * *theta);
    }
}

/// One step of gradient descent on every parameter: θ ← θ - rate g.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn sgd(rate: f64, parameters: &mut [f64], gradient: &[f64]) {
    for (theta, &g) in parameters.iter_mut().zip(gradient) {
        *theta = above(floor::PARAMETER, *theta - rate * above(floor::GRADIENT, g));
    }
}

/// v ← β v + g.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn accumulate(velocity: &mut [f64], beta: f64, gradient: &[f64]) {
    for (v, &g) in velocity.iter_mut().zip(gradient) {
        *v = above(floor::GRADIENT, beta * *v + above(floor::GRADIENT, g));
    }
}

/// x ← x, and 0 below the floor.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn raise(values: &mut [f64], floor: f64) {
    for x in values {
        *x = above(floor, *x);
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
