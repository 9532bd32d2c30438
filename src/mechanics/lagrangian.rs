//! A learned Lagrangian L(q, v; θ), its accelerations, and the exact gradient of any loss of those.
//!
//! ```text
//! free         L = N(φ(q), v)                             N a network of one output
//! general      L = N(φ(q), v) + |v|²/2
//! structured   L = v·C Cᵀ v / 2 - V,   C and V of φ(q)    a network of n(n+1)/2 + 1 outputs
//! ```
//!
//! φ(q) is q, but for each angle its sine and cosine.
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

use ndarray::{ArrayView2, Axis, aview1, s};

use crate::model::tangents::{SLOTS, Tangents};
use crate::model::{Activation, Biases, Initializer, Jet, MOST_ROWS, Network};
use crate::phase_space::{Angles, Points, mass};
use crate::random::RandomSource;
use crate::{Error, Result};

/// How L is made of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// L = N(φ(q), v): nothing stands for a mass until one is learned.
    Free,
    /// L = N(φ(q), v) + |v|²/2.
    General,
    /// L = v·M(q) v / 2 - V(q), with M positive definite.
    Structured,
}

/// A learned Lagrangian of n degrees of freedom.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedLagrangian {
    angles: Angles,
    form: Form,
    network: Network,
}

impl LearnedLagrangian {
    /// One of as many degrees of freedom as there are positions, and these widths of hidden layers: LeCun's weights and biases
    /// of zero.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if there are no degrees of freedom, and as [`Network::random`].
    pub fn random(
        angles: &Angles,
        form: Form,
        hidden: &[usize],
        activation: Activation,
        random: &mut impl RandomSource,
    ) -> Result<Self> {
        let degrees = angles.positions();
        if degrees == 0 {
            let why = "leave nothing to move: at least 1 is needed";
            return Err(Error::setting("degrees", degrees, why));
        }
        let features = angles.features();
        let (inputs, outputs) = match form {
            Form::Free | Form::General => (features + degrees, 1),
            Form::Structured => (features, degrees * (degrees + 1) / 2 + 1),
        };
        let widths = [&[inputs], hidden, &[outputs]].concat();
        let (lecun, zero) = (Initializer::LeCun, Biases::Zero);
        let network = Network::random_map(&widths, activation, lecun, zero, random)?;
        Ok(Self {
            angles: angles.clone(),
            form,
            network,
        })
    }

    /// n.
    pub fn degrees(&self) -> usize {
        self.angles.positions()
    }

    /// How L is made of the network.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// (v, a) at each of these points, (q, v) one a row; not a number where there is no mass.
    ///
    /// # Panics
    ///
    /// If a point has not 2n coordinates.
    pub fn field(&self, points: ArrayView2<f64>) -> Points {
        let n = self.degrees();
        assert_eq!(points.ncols(), 2 * n, "a column for every q and v");
        let mut motion = Motion::new(self, points.nrows());
        let mut field = Points::from_elem(points.dim(), f64::NAN);
        field
            .slice_mut(s![.., ..n])
            .assign(&points.slice(s![.., n..]));
        for (points, mut to) in points
            .axis_chunks_iter(Axis(0), MOST_ROWS)
            .zip(field.axis_chunks_iter_mut(Axis(0), MOST_ROWS))
        {
            if let Ok(a) = motion.accelerations(&self.network, points) {
                to.slice_mut(s![.., n..]).assign(&a);
                continue;
            }
            // One point without a mass says nothing of the others.
            for (z, mut to) in points.rows().into_iter().zip(to.rows_mut()) {
                if let Ok(a) = motion.accelerations(&self.network, z.insert_axis(Axis(0))) {
                    to.slice_mut(s![n..]).assign(&a.row(0));
                }
            }
        }
        field
    }

    /// L and the energy v·∂L/∂v - L at one state (q, v), both up to a constant.
    ///
    /// # Panics
    ///
    /// If the state has not 2n coordinates.
    pub fn lagrangian_and_energy(&self, z: &[f64]) -> [f64; 2] {
        let mut motion = Motion::new(self, 1);
        motion.equation(&self.network, aview1(z).insert_axis(Axis(0)));
        motion.lagrangian_and_energy(&self.network, 0)
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
    angles: Angles,
    degrees: usize,
    rows: usize,
    tangents: Tangents,
    /// (q, v) of each point.
    points: Vec<f64>,
    /// The inputs of the network: φ(q), and v unless the form is structured.
    features: Vec<f64>,
    /// The Cholesky factor of M at each point; C itself of the structured form.
    factors: Vec<f64>,
    /// The first and second derivative of every entry of C with respect to the output that it is made of.
    jets: Vec<[f64; 2]>,
    /// ∂C along v, and along λ.
    rates: [Vec<f64>; 2],
    accelerations: Vec<f64>,
    residuals: Vec<f64>,
    /// λ, and -λ.
    multipliers: [Vec<f64>; 2],
    /// The derivatives of L, or of what stands for it, with respect to the inputs and to the outputs of the network.
    by_inputs: Vec<f64>,
    by_outputs: Vec<f64>,
    numbers: Vec<f64>,
    /// ∂L/∂q at one point.
    by_positions: Vec<f64>,
    /// M at one point, for what is said of it where it has no factor.
    whole: Vec<f64>,
}

impl Motion {
    /// Room for up to `rows` points, [`MOST_ROWS`] at the most.
    pub fn new(model: &LearnedLagrangian, rows: usize) -> Self {
        let rows = rows.min(MOST_ROWS);
        let (n, network) = (model.degrees(), &model.network);
        let outputs = *network.widths().last().expect("a network has outputs");
        let room = |width: usize| vec![0.0; rows * width];
        Self {
            form: model.form,
            angles: model.angles.clone(),
            degrees: n,
            rows: 0,
            tangents: Tangents::new(network, rows, n + 2),
            points: room(2 * n),
            features: room(network.inputs()),
            factors: room(n * n),
            jets: vec![[0.0; 2]; rows * n * (n + 1) / 2],
            rates: [room(n * n), room(n * n)],
            accelerations: room(n),
            residuals: room(n),
            multipliers: [room(n), room(n)],
            by_inputs: room(network.inputs()),
            by_outputs: room(SLOTS * outputs),
            numbers: room(1),
            by_positions: vec![0.0; n],
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
    /// If a point has not 2n coordinates, there are more of them than there is room for, or the network is not of the model's
    /// widths.
    pub fn accelerations(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
    ) -> Result<ArrayView2<'_, f64>> {
        self.equation(network, points);
        let (n, rows) = (self.degrees, self.rows);
        let factors = self.factors.chunks_exact_mut(n * n).take(rows);
        let right = self.accelerations.chunks_exact_mut(n);
        for (row, (factor, a)) in factors.zip(right).enumerate() {
            whole(self.form, n, factor, &mut self.whole);
            let is_positive = match self.form {
                Form::Structured => (0..n).all(|i| {
                    let diagonal = factor[i * n + i];
                    diagonal > 0.0 && diagonal.is_finite()
                }),
                _ => mass::factor(n, factor),
            };
            if !is_positive {
                let (q, v) = self.points[row * 2 * n..(row + 1) * 2 * n].split_at(n);
                return Err(Error::Mass {
                    step: 0,
                    q: q.to_vec(),
                    v: v.to_vec(),
                    condition: mass::condition(n, &self.whole),
                });
            }
            mass::solve(factor, a);
        }
        Ok(table(&self.accelerations, rows, n))
    }

    /// How far these accelerations, one a row, are from obeying Euler and Lagrange's equation at these points, (q, v) one a
    /// row: M a + C v - ∂L/∂q, n numbers a row. No mass is divided by, so there is an answer for every L.
    ///
    /// # Panics
    ///
    /// As [`Motion::accelerations`], or if a point has not n accelerations.
    pub fn residuals(
        &mut self,
        network: &Network,
        points: ArrayView2<f64>,
        accelerations: ArrayView2<f64>,
    ) -> ArrayView2<'_, f64> {
        self.equation(network, points);
        let (n, rows) = (self.degrees, self.rows);
        assert_eq!(accelerations.dim(), (rows, n), "n numbers for every point");
        for (row, a) in accelerations.rows().into_iter().enumerate() {
            let factor = &self.factors[row * n * n..(row + 1) * n * n];
            whole(self.form, n, factor, &mut self.whole);
            for i in 0..n {
                let pulled: f64 = (0..n).map(|j| self.whole[i * n + j] * a[j]).sum();
                self.residuals[row * n + i] = pulled - self.accelerations[row * n + i];
            }
        }
        for (to, &from) in self.accelerations.iter_mut().zip(&accelerations) {
            *to = from;
        }
        table(&self.residuals, rows, n)
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
        let n = self.degrees;
        self.multiply(by_accelerations, 1.0);
        let rows = self.multipliers[0].chunks_exact_mut(n).take(self.rows);
        for (row, factor) in rows.zip(self.factors.chunks_exact(n * n)) {
            mass::solve(factor, row);
        }
        self.back(network, gradient);
    }

    /// The same for a loss with these derivatives with respect to the residuals last asked for.
    ///
    /// # Panics
    ///
    /// As [`Motion::accumulate`].
    pub fn accumulate_residuals(
        &mut self,
        network: &Network,
        by_residuals: &[f64],
        gradient: &mut [f64],
    ) {
        self.multiply(by_residuals, -1.0);
        self.back(network, gradient);
    }

    /// λ ← sign · these.
    fn multiply(&mut self, by: &[f64], sign: f64) {
        let size = self.rows * self.degrees;
        assert_eq!(by.len(), size, "n numbers for every point");
        for (to, from) in self.multipliers[0].iter_mut().zip(by) {
            *to = sign * from;
        }
    }

    /// Adds ∂/∂θ [ D_(λ,0) L - D_(0,λ) D_(v,a) L ].
    fn back(&mut self, network: &Network, gradient: &mut [f64]) {
        let parameters = network.parameters().len();
        assert_eq!(gradient.len(), parameters, "an entry for every parameter");
        let [lambda, negative] = &mut self.multipliers;
        for (to, from) in negative.iter_mut().zip(lambda.iter()) {
            *to = -from;
        }
        match self.form {
            Form::Structured => self.structured_back(network, gradient),
            _ => self.general_back(network, gradient),
        }
    }

    /// M, or its factor C of the structured form, into `factors`, and ∂L/∂q - C v into `accelerations`.
    fn equation(&mut self, network: &Network, points: ArrayView2<f64>) {
        let n = self.degrees;
        assert_eq!(points.ncols(), 2 * n, "a column for every q and v");
        let room = self.tangents.capacity();
        assert!(points.nrows() <= room, "a row for every point");
        self.rows = points.nrows();
        for (to, &from) in self.points.iter_mut().zip(&points) {
            *to = from;
        }
        let inputs = network.inputs();
        assert_eq!(
            self.features.len(),
            room * inputs,
            "a column for every input"
        );
        let points = self.points.chunks_exact(2 * n).take(self.rows);
        for (point, to) in points.zip(self.features.chunks_exact_mut(inputs)) {
            self.angles.write(aview1(point), to);
        }
        let inputs = table(&self.features, self.rows, inputs);
        self.tangents.values(network, inputs);
        match self.form {
            Form::Structured => self.structured(network),
            _ => self.general(network),
        }
    }

    /// The part of |v|²/2 that L has beside the network.
    fn unit_mass(&self) -> f64 {
        f64::from(self.form == Form::General)
    }

    /// L and the energy v·∂L/∂v - L at one of the points last asked for.
    ///
    /// # Panics
    ///
    /// If there are not so many of them.
    pub fn lagrangian_and_energy(&self, network: &Network, row: usize) -> [f64; 2] {
        assert!(row < self.rows, "there is no point {row}");
        let (n, outputs) = (self.degrees, self.tangents.outputs(network, 0));
        let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
        if self.form == Form::Structured {
            let factor = &self.factors[row * n * n..(row + 1) * n * n];
            let kinetic = (0..n).map(|k| column(factor, v, k).powi(2)).sum::<f64>() / 2.0;
            let potential = outputs[(row + 1) * (outputs.len() / self.rows) - 1];
            return [kinetic - potential, kinetic + potential];
        }
        let slopes = &self.by_inputs[(row + 1) * network.inputs() - n..];
        let products = v.iter().zip(slopes).map(|(v, slope)| v * slope);
        let squares = v.iter().map(|v| v * v).sum::<f64>();
        let own = self.unit_mass() / 2.0 * squares;
        let moved = products.sum::<f64>() + 2.0 * own;
        let lagrangian = outputs[row] + own;
        [lagrangian, moved - lagrangian]
    }

    fn general(&mut self, network: &Network) {
        let unit_mass = self.unit_mass();
        let (n, rows) = (self.degrees, self.rows);
        let inputs = network.inputs();
        for i in 0..n {
            let direction = self.tangents.inputs_mut(network, 1 + i);
            direction.fill(0.0);
            let rows = direction.chunks_exact_mut(inputs);
            rows.for_each(|row| row[inputs - n + i] = 1.0);
        }
        let direction = self.tangents.inputs_mut(network, n + 1);
        let seen = self.features.chunks_exact(inputs);
        let points = self.points.chunks_exact(2 * n).zip(seen);
        for (to, (z, seen)) in direction.chunks_exact_mut(inputs).zip(points) {
            self.angles.along(seen, &z[n..], to);
            to[inputs - n..].fill(0.0);
        }
        self.tangents.carry(network, 1..n + 2);
        self.by_outputs[..rows].fill(1.0);
        let slopes = &mut self.by_inputs[..rows * inputs];
        self.tangents
            .backward(network, &self.by_outputs[..rows], slopes);
        let numbers = &mut self.numbers[..rows];
        for i in 0..n {
            for j in 0..=i {
                self.tangents.curvature(1 + i, 1 + j, numbers);
                for (factor, second) in self.factors.chunks_exact_mut(n * n).zip(numbers.iter()) {
                    factor[i * n + j] = second + if i == j { unit_mass } else { 0.0 };
                    factor[j * n + i] = factor[i * n + j];
                }
            }
            self.tangents.curvature(1 + i, n + 1, numbers);
            for (row, turned) in numbers.iter().enumerate() {
                self.accelerations[row * n + i] = -turned;
            }
        }
        for (row, slopes) in slopes.chunks_exact(inputs).enumerate() {
            let seen = &self.features[row * inputs..(row + 1) * inputs];
            self.angles.pull_back(seen, slopes, &mut self.by_positions);
            let to = &mut self.accelerations[row * n..(row + 1) * n];
            to.iter_mut()
                .zip(&self.by_positions)
                .for_each(|(to, slope)| *to += slope);
        }
    }

    fn general_back(&mut self, network: &Network, gradient: &mut [f64]) {
        let (n, rows) = (self.degrees, self.rows);
        let [lambda, negative] = &self.multipliers;
        let (accelerations, size) = (&self.accelerations, rows * n);
        self.tangents
            .combine(n, &negative[..size], &accelerations[..size]);
        let inputs = network.inputs();
        // (0, -λ), (v, a) and (λ, 0).
        for slot in 1..=3 {
            let direction = self.tangents.inputs_mut(network, slot);
            for (row, to) in direction.chunks_exact_mut(inputs).enumerate() {
                let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
                let seen = &self.features[row * inputs..(row + 1) * inputs];
                let mine = row * n..(row + 1) * n;
                to.fill(0.0);
                match slot {
                    1 => to[inputs - n..].copy_from_slice(&negative[mine]),
                    2 => {
                        self.angles.along(seen, v, to);
                        to[inputs - n..].copy_from_slice(&accelerations[mine]);
                    }
                    _ => self.angles.along(seen, &lambda[mine], to),
                }
            }
        }
        self.tangents.carry_both(network);
        let by_outputs = &mut self.by_outputs[..SLOTS * rows];
        by_outputs.fill(0.0);
        by_outputs[(SLOTS - 1) * rows..].fill(1.0);
        self.tangents.accumulate(network, by_outputs, gradient);
    }

    fn structured(&mut self, network: &Network) {
        let (n, rows) = (self.degrees, self.rows);
        let inputs = network.inputs();
        let outputs = n * (n + 1) / 2 + 1;
        for (row, direction) in self
            .tangents
            .inputs_mut(network, 1)
            .chunks_exact_mut(inputs)
            .enumerate()
        {
            let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
            let seen = &self.features[row * inputs..(row + 1) * inputs];
            self.angles.along(seen, v, direction);
        }
        self.tangents.carry(network, 1..2);
        for row in 0..rows {
            let y =
                |slot| &self.tangents.outputs(network, slot)[row * outputs..(row + 1) * outputs];
            let one = row * n * n..(row + 1) * n * n;
            let (factor, rate) = (&mut self.factors[one.clone()], &mut self.rates[0][one]);
            let jets = &mut self.jets[row * (outputs - 1)..(row + 1) * (outputs - 1)];
            let by_outputs = &mut self.by_outputs[row * outputs..(row + 1) * outputs];
            let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
            triangle(n, |at, i, j| {
                let (y, rate_of_y) = (y(0)[at], y(1)[at]);
                let Jet {
                    value: entry,
                    slope,
                    curvature,
                    ..
                } = entry(i == j, y);
                jets[at] = [slope, curvature];
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
            let v = &self.points[(2 * row + 1) * n..2 * (row + 1) * n];
            let to = &mut self.accelerations[row * n..(row + 1) * n];
            let mine = row * inputs..(row + 1) * inputs;
            let seen = &self.features[mine.clone()];
            self.angles.pull_back(seen, &slopes[mine], to);
            // Ṁ v = Ċ u + C w, w = Ċᵀ v.
            for (i, to) in to.iter_mut().enumerate() {
                let turned = |k: usize| {
                    rate[i * n + k] * column(factor, v, k) + factor[i * n + k] * column(rate, v, k)
                };
                *to -= (0..=i).map(turned).sum::<f64>();
            }
        }
    }

    /// With α = Cᵀ λ, β = Cᵀ a, u = Cᵀ v, a dot for the derivative along v and a prime for the one along λ:
    ///
    /// ```text
    /// D_(0,λ) D_(v,a) L - D_(λ,0) L = α·β + (Ċᵀ λ)·u + α·(Ċᵀ v) - (C'ᵀ v)·u + V'
    /// ```
    fn structured_back(&mut self, network: &Network, gradient: &mut [f64]) {
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
            let seen = &self.features[row * inputs..(row + 1) * inputs];
            self.angles
                .along(seen, &lambda[row * n..(row + 1) * n], direction);
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
            let jets = &self.jets[row * (outputs - 1)..(row + 1) * (outputs - 1)];
            let one = row * n * n..(row + 1) * n * n;
            let (factor, [rate, prime]) = (&self.factors[one.clone()], &mut self.rates);
            let (rate, prime) = (&rate[one.clone()], &mut prime[one]);
            triangle(n, |at, i, j| {
                prime[i * n + j] = jets[at][0] * y[2][at];
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
                let [slope, curvature] = jets[at];
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

/// M, of which a structured form has the factor C.
fn whole(form: Form, degrees: usize, factor: &[f64], to: &mut [f64]) {
    if form != Form::Structured {
        return to.copy_from_slice(factor);
    }
    for (at, to) in to.iter_mut().enumerate() {
        let (i, j) = (at / degrees, at % degrees);
        let products = (0..degrees).map(|k| factor[i * degrees + k] * factor[j * degrees + k]);
        *to = products.sum();
    }
}

/// Rows of so many numbers.
fn table(numbers: &[f64], rows: usize, columns: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((rows, columns), &numbers[..rows * columns])
        .expect("numbers for every row")
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
