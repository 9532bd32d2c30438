//! A learned Lagrangian L(q, v; θ), its accelerations, and the exact gradient of any loss of those.
//!
//! ```text
//! general      L = N(q, v) + |v|²/2                       N a network of 2n inputs and one output
//! structured   L = v·C Cᵀ v / 2 - V,   C and V of φ(q)    a network of n(n+1)/2 + 1 outputs; φ(q) is q, angles as sine and cosine
//! ```
//!
//! C is lower triangular, its diagonal softplus of the network's, so the structured mass matrix M = C Cᵀ is positive definite by
//! construction (Lutter, Ritter and Peters 2019, "Deep Lagrangian networks"). The general form is that of Cranmer et al. (2020,
//! "Lagrangian neural networks"), with a unit mass to start from.
//!
//! # Accelerations
//!
//! ```text
//! M a + C v = ∂L/∂q,   M = ∂²L/∂v²,   C = ∂²L/∂v∂q
//! ```
//!
//! # The gradient of a loss ℓ(a)
//!
//! Let λ = M⁻¹ ∂ℓ/∂a. The equation of motion holds whatever θ is, so M da = -(its change with θ at fixed a), and
//!
//! ```text
//! ∂ℓ/∂θ = ∂/∂θ [ D_(λ,0) L - D_(0,λ) D_(v,a) L ]   with λ, v and a held still
//! ```
//!
//! One pass with two directions and one pass back ([`crate::model`]'s tangents): the third derivative of L never appears as a tensor.

use std::sync::Arc;

use ndarray::ArrayView2;

use crate::model::tangents::{SLOTS, Tangents};
use crate::model::{Activation, Biases, Initializer, Jet, MOST_ROWS, Network};
use crate::phase_space::mass;
use crate::random::RandomSource;
use crate::{Error, Result};

/// How L is made of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// L = N(q, v) + |v|²/2.
    General,
    /// L = v·M(q) v / 2 - V(q), with M positive definite; `true` for each position that is an angle.
    Structured(Arc<[bool]>),
}

/// A learned Lagrangian of n degrees of freedom.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedLagrangian {
    degrees: usize,
    form: Form,
    network: Network,
}

impl LearnedLagrangian {
    /// One of so many degrees of freedom and these widths of hidden layers: LeCun's weights and biases of zero.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if there are no degrees of freedom, or a structured form has not one entry for each, and as
    /// [`Network::random`].
    pub fn random(
        degrees: usize,
        form: Form,
        hidden: &[usize],
        activation: Activation,
        random: &mut impl RandomSource,
    ) -> Result<Self> {
        if degrees == 0 {
            let why = "leave nothing to move: at least 1 is needed";
            return Err(Error::setting("degrees", degrees, why));
        }
        let (inputs, outputs) = match &form {
            Form::General => (2 * degrees, 1),
            Form::Structured(angles) if angles.len() == degrees => {
                let angles = angles.iter().filter(|&&angle| angle).count();
                (degrees + angles, degrees * (degrees + 1) / 2 + 1)
            }
            Form::Structured(angles) => {
                let why = format!("say nothing of some of {degrees} positions, or too much");
                return Err(Error::setting("angles", angles.len(), why));
            }
        };
        let widths = [&[inputs], hidden, &[outputs]].concat();
        let (lecun, zero) = (Initializer::LeCun, Biases::Zero);
        let network = Network::random_map(&widths, activation, lecun, zero, random)?;
        Ok(Self {
            degrees,
            form,
            network,
        })
    }

    /// n.
    pub fn degrees(&self) -> usize {
        self.degrees
    }

    /// How L is made of the network.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The network, its parameters to be changed.
    pub fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }
}

/// What a learned Lagrangian says at up to so many points: the room for it, made once, and what it leaves.
#[derive(Clone, Debug)]
pub struct Motion {
    form: Form,
    degrees: usize,
    rows: usize,
    tangents: Tangents,
    /// (q, v) of each point.
    points: Vec<f64>,
    /// φ(q).
    features: Vec<f64>,
    /// The Cholesky factor of M at each point; C itself of the structured form.
    factors: Vec<f64>,
    /// ∂C along v, and along λ.
    rates: [Vec<f64>; 2],
    accelerations: Vec<f64>,
    /// λ, and -λ.
    multipliers: [Vec<f64>; 2],
    /// The derivatives of L, or of what stands for it, with respect to the inputs and to the outputs of the network.
    by_inputs: Vec<f64>,
    by_outputs: Vec<f64>,
    numbers: Vec<f64>,
    /// M at one point, for what is said of it where it has no factor.
    whole: Vec<f64>,
}

impl Motion {
    /// Room for up to `rows` points, [`MOST_ROWS`] at the most.
    pub fn new(model: &LearnedLagrangian, rows: usize) -> Self {
        let rows = rows.min(MOST_ROWS);
        let (n, network) = (model.degrees, &model.network);
        let outputs = *network.widths().last().expect("a network has outputs");
        let room = |width: usize| vec![0.0; rows * width];
        Self {
            form: model.form.clone(),
            degrees: n,
            rows: 0,
            tangents: Tangents::new(network, rows, n + 2),
            points: room(2 * n),
            features: room(network.inputs()),
            factors: room(n * n),
            rates: [room(n * n), room(n * n)],
            accelerations: room(n),
            multipliers: [room(n), room(n)],
            by_inputs: room(network.inputs()),
            by_outputs: room(SLOTS * outputs),
            numbers: room(1),
            whole: vec![0.0; n * n],
        }
    }

    /// The acceleration at each of these points, (q, v) one a row: n numbers a row.
    ///
    /// # Errors
    ///
    /// [`Error::Mass`] for the first point where M is singular or not positive, with its condition number.
    ///
    /// # Panics
    ///
    /// If a point has not 2n coordinates, or there are more of them than there is room for.
    pub fn accelerations(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
    ) -> Result<ArrayView2<'_, f64>> {
        let n = self.degrees;
        assert_eq!(points.ncols(), 2 * n, "a column for every q and v");
        assert!(
            points.nrows() <= self.tangents.capacity(),
            "a row for every point"
        );
        self.rows = points.nrows();
        for (to, &from) in self.points.iter_mut().zip(&points) {
            *to = from;
        }
        match self.form.clone() {
            Form::General => self.general(network)?,
            Form::Structured(angles) => self.structured(network, &angles)?,
        }
        Ok(
            ArrayView2::from_shape((self.rows, n), &self.accelerations[..self.rows * n])
                .expect("n numbers a row"),
        )
    }

    /// Adds to `gradient` the gradient with respect to θ of a loss with these derivatives with respect to the accelerations
    /// last asked for, n numbers a row.
    ///
    /// # Panics
    ///
    /// If the shapes do not fit together.
    pub fn accumulate(
        &mut self,
        network: &Network,
        by_accelerations: &[f64],
        gradient: &mut [f64],
    ) {
        let (n, size) = (self.degrees, self.rows * self.degrees);
        assert_eq!(by_accelerations.len(), size, "n numbers for every point");
        let parameters = network.parameters().len();
        assert_eq!(gradient.len(), parameters, "an entry for every parameter");
        let [lambda, negative] = &mut self.multipliers;
        lambda[..size].copy_from_slice(by_accelerations);
        let rows = lambda[..size].chunks_exact_mut(n);
        for (row, factor) in rows.zip(self.factors.chunks_exact(n * n)) {
            mass::solve(factor, row);
        }
        for (to, from) in negative.iter_mut().zip(lambda.iter()) {
            *to = -from;
        }
        match self.form.clone() {
            Form::General => self.general_back(network, gradient),
            Form::Structured(angles) => self.structured_back(network, &angles, gradient),
        }
    }

    /// The energy v·∂L/∂v - L at each point last asked for, into the front of `to`.
    pub fn energies(&self, network: &Network, to: &mut [f64]) {
        let (n, outputs) = (self.degrees, self.tangents.outputs(network, 0));
        for (row, to) in to.iter_mut().enumerate().take(self.rows) {
            let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
            *to = match self.form {
                Form::General => {
                    let slopes = &self.by_inputs[(2 * row + 1) * n..2 * (row + 1) * n];
                    let momentum = v.iter().zip(slopes).map(|(v, slope)| v * (slope + v / 2.0));
                    momentum.sum::<f64>() - outputs[row]
                }
                Form::Structured(_) => {
                    let factor = &self.factors[row * n * n..(row + 1) * n * n];
                    let kinetic = (0..n).map(|k| column(factor, v, k).powi(2)).sum::<f64>() / 2.0;
                    kinetic + outputs[(row + 1) * (outputs.len() / self.rows) - 1]
                }
            };
        }
    }

    fn general(&mut self, network: &Network) -> Result<()> {
        let (n, rows) = (self.degrees, self.rows);
        let points = ArrayView2::from_shape((rows, 2 * n), &self.points[..rows * 2 * n]);
        self.tangents
            .values(network, points.expect("2n numbers a row"));
        for i in 0..n {
            let direction = self.tangents.inputs_mut(network, 1 + i);
            direction.fill(0.0);
            direction
                .chunks_exact_mut(2 * n)
                .for_each(|row| row[n + i] = 1.0);
        }
        let direction = self.tangents.inputs_mut(network, n + 1);
        for (row, point) in direction
            .chunks_exact_mut(2 * n)
            .zip(self.points.chunks_exact(2 * n))
        {
            row[..n].copy_from_slice(&point[n..]);
            row[n..].fill(0.0);
        }
        self.tangents.carry(network, 1..n + 2);
        self.by_outputs[..rows].fill(1.0);
        let slopes = &mut self.by_inputs[..rows * 2 * n];
        self.tangents
            .backward(network, &self.by_outputs[..rows], slopes);
        let numbers = &mut self.numbers[..rows];
        for i in 0..n {
            for j in 0..=i {
                self.tangents.curvature(1 + i, 1 + j, numbers);
                for (factor, second) in self.factors.chunks_exact_mut(n * n).zip(numbers.iter()) {
                    factor[i * n + j] = second + f64::from(i == j);
                    factor[j * n + i] = factor[i * n + j];
                }
            }
            self.tangents.curvature(1 + i, n + 1, numbers);
            for (row, turned) in numbers.iter().enumerate() {
                self.accelerations[row * n + i] = slopes[row * 2 * n + i] - turned;
            }
        }
        for row in 0..rows {
            let factor = &mut self.factors[row * n * n..(row + 1) * n * n];
            self.whole.copy_from_slice(factor);
            if !mass::factor(n, factor) {
                let (q, v) = self.points[row * 2 * n..(row + 1) * 2 * n].split_at(n);
                return Err(Error::Mass {
                    step: 0,
                    q: q.to_vec(),
                    v: v.to_vec(),
                    condition: mass::condition(n, &self.whole),
                });
            }
            mass::solve(factor, &mut self.accelerations[row * n..(row + 1) * n]);
        }
        Ok(())
    }

    fn general_back(&mut self, network: &Network, gradient: &mut [f64]) {
        let (n, rows) = (self.degrees, self.rows);
        let [lambda, negative] = &self.multipliers;
        let (accelerations, size) = (&self.accelerations, rows * n);
        self.tangents
            .combine(n, &negative[..size], &accelerations[..size]);
        // (0, -λ), (v, a) and (λ, 0).
        for (slot, sources) in [(1, [None, Some(negative)]), (3, [Some(lambda), None])] {
            let direction = self.tangents.inputs_mut(network, slot);
            for (row, to) in direction.chunks_exact_mut(2 * n).enumerate() {
                for (to, from) in to.chunks_exact_mut(n).zip(sources) {
                    match from {
                        Some(from) => to.copy_from_slice(&from[row * n..(row + 1) * n]),
                        None => to.fill(0.0),
                    }
                }
            }
        }
        let direction = self.tangents.inputs_mut(network, 2);
        for (row, to) in direction.chunks_exact_mut(2 * n).enumerate() {
            to[..n].copy_from_slice(&self.points[(2 * row + 1) * n..2 * (row + 1) * n]);
            to[n..].copy_from_slice(&accelerations[row * n..(row + 1) * n]);
        }
        self.tangents.carry_both(network);
        let by_outputs = &mut self.by_outputs[..SLOTS * rows];
        by_outputs.fill(0.0);
        by_outputs[(SLOTS - 1) * rows..].fill(1.0);
        self.tangents.accumulate(network, by_outputs, gradient);
    }

    fn structured(&mut self, network: &Network, angles: &[bool]) -> Result<()> {
        let (n, rows) = (self.degrees, self.rows);
        let inputs = network.inputs();
        let outputs = n * (n + 1) / 2 + 1;
        for (point, to) in self
            .points
            .chunks_exact(2 * n)
            .zip(self.features.chunks_exact_mut(inputs))
            .take(rows)
        {
            features(angles, point, to);
        }
        let features = ArrayView2::from_shape((rows, inputs), &self.features[..rows * inputs]);
        self.tangents
            .values(network, features.expect("as many numbers a row as inputs"));
        for (row, direction) in self
            .tangents
            .inputs_mut(network, 1)
            .chunks_exact_mut(inputs)
            .enumerate()
        {
            let (q, v) = self.points[row * 2 * n..(row + 1) * 2 * n].split_at(n);
            direction_of(angles, q, v, direction);
        }
        self.tangents.carry(network, 1..2);
        for row in 0..rows {
            let y =
                |slot| &self.tangents.outputs(network, slot)[row * outputs..(row + 1) * outputs];
            let one = row * n * n..(row + 1) * n * n;
            let (factor, rate) = (&mut self.factors[one.clone()], &mut self.rates[0][one]);
            let by_outputs = &mut self.by_outputs[row * outputs..(row + 1) * outputs];
            let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
            triangle(n, |at, i, j| {
                let (y, rate_of_y) = (y(0)[at], y(1)[at]);
                let Jet {
                    value: entry,
                    slope,
                    ..
                } = entry(i == j, y);
                (factor[i * n + j], rate[i * n + j]) = (entry, slope * rate_of_y);
                by_outputs[at] = v[i] * slope;
            });
            // c = ∂T/∂C = v uᵀ, u = Cᵀ v.
            triangle(n, |at, _, j| by_outputs[at] *= column(factor, v, j));
            by_outputs[outputs - 1] = -1.0;
        }
        let slopes = &mut self.by_inputs[..rows * inputs];
        self.tangents
            .backward(network, &self.by_outputs[..rows * outputs], slopes);
        for row in 0..rows {
            let one = row * n * n..(row + 1) * n * n;
            let (factor, rate) = (&self.factors[one.clone()], &self.rates[0][one]);
            let (q, v) = self.points[row * 2 * n..(row + 1) * 2 * n].split_at(n);
            let to = &mut self.accelerations[row * n..(row + 1) * n];
            by_positions(angles, q, &slopes[row * inputs..(row + 1) * inputs], to);
            // Ṁ v = Ċ u + C w, w = Ċᵀ v.
            for (i, to) in to.iter_mut().enumerate() {
                let turned = |k: usize| {
                    rate[i * n + k] * column(factor, v, k) + factor[i * n + k] * column(rate, v, k)
                };
                *to -= (0..=i).map(turned).sum::<f64>();
            }
            let diagonal = (0..n).map(|i| factor[i * n + i]);
            if !diagonal.clone().all(|d| d > 0.0 && d.is_finite()) {
                let whole: Vec<f64> = (0..n * n)
                    .map(|at| {
                        (0..n)
                            .map(|k| factor[at / n * n + k] * factor[at % n * n + k])
                            .sum()
                    })
                    .collect();
                return Err(Error::Mass {
                    step: 0,
                    q: q.to_vec(),
                    v: v.to_vec(),
                    condition: mass::condition(n, &whole),
                });
            }
            mass::solve(factor, to);
        }
        Ok(())
    }

    /// With α = Cᵀ λ, β = Cᵀ a, u = Cᵀ v, a dot for the derivative along v and a prime for the one along λ:
    ///
    /// ```text
    /// D_(0,λ) D_(v,a) L - D_(λ,0) L = α·β + (Ċᵀ λ)·u + α·(Ċᵀ v) - (C'ᵀ v)·u + V'
    /// ```
    fn structured_back(&mut self, network: &Network, angles: &[bool], gradient: &mut [f64]) {
        let (n, rows) = (self.degrees, self.rows);
        let inputs = network.inputs();
        let outputs = n * (n + 1) / 2 + 1;
        let lambda = &self.multipliers[0];
        for (row, direction) in self
            .tangents
            .inputs_mut(network, 2)
            .chunks_exact_mut(inputs)
            .enumerate()
        {
            let q = &self.points[row * 2 * n..(2 * row + 1) * n];
            direction_of(angles, q, &lambda[row * n..(row + 1) * n], direction);
        }
        self.tangents.carry(network, 2..3);
        let [values, along_v, along_lambda] = {
            let (values, rest) = self.by_outputs.split_at_mut(rows * outputs);
            let (first, second) = rest.split_at_mut(rows * outputs);
            [values, first, &mut second[..rows * outputs]]
        };
        for row in 0..rows {
            let mine = row * outputs..(row + 1) * outputs;
            let y = [0, 1, 2].map(|slot| &self.tangents.outputs(network, slot)[mine.clone()]);
            let one = row * n * n..(row + 1) * n * n;
            let (factor, [rate, prime]) = (&self.factors[one.clone()], &mut self.rates);
            let (rate, prime) = (&rate[one.clone()], &mut prime[one]);
            triangle(n, |at, i, j| {
                prime[i * n + j] = entry(i == j, y[0][at]).slope * y[2][at];
            });
            let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
            let a = &self.accelerations[row * n..(row + 1) * n];
            let lambda = &lambda[row * n..(row + 1) * n];
            triangle(n, |at, i, j| {
                let (alpha, u) = (column(factor, lambda, j), column(factor, v, j));
                let by_entry = lambda[i] * (column(factor, a, j) + column(rate, v, j))
                    + a[i] * alpha
                    + v[i] * (column(rate, lambda, j) - column(prime, v, j));
                let (by_rate, by_prime) = (lambda[i] * u + v[i] * alpha, -v[i] * u);
                let Jet {
                    slope, curvature, ..
                } = entry(i == j, y[0][at]);
                // The loss falls as this rises.
                values[mine.start + at] =
                    -by_entry * slope - curvature * (by_rate * y[1][at] + by_prime * y[2][at]);
                along_v[mine.start + at] = -by_rate * slope;
                along_lambda[mine.start + at] = -by_prime * slope;
            });
            let potential = mine.end - 1;
            (
                values[potential],
                along_v[potential],
                along_lambda[potential],
            ) = (0.0, 0.0, -1.0);
        }
        let by_outputs = &self.by_outputs[..3 * rows * outputs];
        self.tangents.accumulate(network, by_outputs, gradient);
    }
}

/// Calls with the output, the row and the column of every entry of a lower triangle, row by row.
fn triangle(degrees: usize, mut then: impl FnMut(usize, usize, usize)) {
    let mut at = 0;
    for i in 0..degrees {
        for j in 0..=i {
            then(at, i, j);
            at += 1;
        }
    }
}

/// An entry of C, made of an output of the network.
fn entry(on_diagonal: bool, y: f64) -> Jet {
    let made_by = match on_diagonal {
        true => Activation::Softplus,
        false => Activation::Identity,
    };
    made_by.jet(y)
}

/// (Cᵀ x)ₖ.
fn column(triangle: &[f64], x: &[f64], k: usize) -> f64 {
    let n = x.len();
    (k..n).map(|i| triangle[i * n + k] * x[i]).sum()
}

/// φ(q).
fn features(angles: &[bool], point: &[f64], to: &mut [f64]) {
    let mut to = to.iter_mut();
    let mut put = |x: f64| *to.next().expect("as many features as inputs") = x;
    for (&angle, &q) in angles.iter().zip(point) {
        if angle {
            let (sin, cos) = libm::sincos(q);
            put(sin);
            put(cos);
        } else {
            put(q);
        }
    }
}

/// The derivative of φ at q along d.
fn direction_of(angles: &[bool], q: &[f64], d: &[f64], to: &mut [f64]) {
    let mut to = to.iter_mut();
    let mut put = |x: f64| *to.next().expect("as many features as inputs") = x;
    for ((&angle, &q), &d) in angles.iter().zip(q).zip(d) {
        if angle {
            let (sin, cos) = libm::sincos(q);
            put(cos * d);
            put(-sin * d);
        } else {
            put(d);
        }
    }
}

/// ∂/∂q of what has these derivatives with respect to φ.
fn by_positions(angles: &[bool], q: &[f64], by_features: &[f64], to: &mut [f64]) {
    let mut from = by_features.iter();
    let mut take = || *from.next().expect("as many features as inputs");
    for ((&angle, &q), to) in angles.iter().zip(q).zip(to) {
        *to = if angle {
            let (sin, cos) = libm::sincos(q);
            take() * cos - take() * sin
        } else {
            take()
        };
    }
}
