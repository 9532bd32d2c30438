//! What L-BFGS remembers: the pairs s = θₖ₊₁ - θₖ and y = gₖ₊₁ - gₖ of its last steps.

use super::dot;
use crate::model::elementwise::{add_scaled, scale_and_add};

/// A ring of pairs, with one more place than it remembers: a pair is written before it is known to be fit.
pub(super) struct Memory {
    pairs: Vec<Pair>,
    count: usize,
    next: usize,
}

struct Pair {
    s: Vec<f64>,
    y: Vec<f64>,
    /// s · y > 0.
    sy: f64,
    /// y · y.
    yy: f64,
    /// αᵢ of Algorithm 7.4.
    alpha: f64,
}

impl Memory {
    pub fn new(capacity: usize, parameters: usize) -> Self {
        let pair = || Pair {
            s: vec![0.0; parameters],
            y: vec![0.0; parameters],
            sy: 0.0,
            yy: 0.0,
            alpha: 0.0,
        };
        Self {
            pairs: (0..=capacity).map(|_| pair()).collect(),
            count: 0,
            next: 0,
        }
    }

    pub fn forget(&mut self) {
        self.count = 0;
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Where the pair of `age` steps ago is; the newest has age 1.
    fn slot(&self, age: usize) -> usize {
        (self.next + self.pairs.len() - age) % self.pairs.len()
    }

    /// Remembers a step in place of the oldest. A step without positive curvature is left out: H must stay positive.
    pub fn remember(
        &mut self,
        from: &[f64],
        to: &[f64],
        gradient_from: &[f64],
        gradient_to: &[f64],
    ) {
        let pair = &mut self.pairs[self.next];
        add_scaled(to, -1.0, from, &mut pair.s);
        add_scaled(gradient_to, -1.0, gradient_from, &mut pair.y);
        pair.sy = dot(&pair.s, &pair.y);
        pair.yy = dot(&pair.y, &pair.y);
        if pair.sy > f64::EPSILON * pair.yy {
            self.next = (self.next + 1) % self.pairs.len();
            self.count = (self.count + 1).min(self.pairs.len() - 1);
        }
    }

    /// d ← -H g: Algorithm 7.4, from the initial H = (s·y / y·y) 1 of the newest pair (7.20).
    pub fn direction(&mut self, gradient: &[f64], d: &mut [f64]) {
        d.copy_from_slice(gradient);
        for age in 1..=self.count {
            let slot = self.slot(age);
            let pair = &mut self.pairs[slot];
            pair.alpha = dot(&pair.s, d) / pair.sy;
            scale_and_add(d, 1.0, &pair.y, -pair.alpha);
        }
        let newest = &self.pairs[self.slot(1)];
        let scale = if self.count > 0 {
            newest.sy / newest.yy
        } else {
            1.0
        };
        d.iter_mut().for_each(|d| *d *= -scale);
        for age in (1..=self.count).rev() {
            let pair = &self.pairs[self.slot(age)];
            let beta = dot(&pair.y, d) / pair.sy;
            // The sign of d is already turned.
            scale_and_add(d, 1.0, &pair.s, -pair.alpha - beta);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_without_positive_curvature_displaces_nothing() {
        let mut memory = Memory::new(1, 2);
        let direction = |memory: &mut Memory| {
            let mut d = [0.0; 2];
            memory.direction(&[1.0, 1.0], &mut d);
            d
        };
        memory.remember(&[0.0; 2], &[1.0, 0.0], &[0.0; 2], &[4.0, 0.0]);
        // Curvature 4 along the first axis, and the same guess for the second.
        assert_eq!(direction(&mut memory), [-0.25, -0.25]);
        memory.remember(&[0.0; 2], &[1.0, 0.0], &[0.0; 2], &[-1.0, 0.0]);
        assert_eq!(direction(&mut memory), [-0.25, -0.25]);
        memory.remember(&[0.0; 2], &[1.0, 0.0], &[0.0; 2], &[2.0, 0.0]);
        assert_eq!(direction(&mut memory), [-0.5, -0.5]);
    }
}
