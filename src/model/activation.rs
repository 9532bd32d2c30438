//! Activation functions σ with their first three derivatives.
//!
//! ```text
//! relu          max(x, 0)                       σ'' = 0 almost everywhere
//! squared relu  max(x, 0)²                      σ''' = 0 almost everywhere
//! tanh          (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)         σ' = 1 - σ²,  σ'' = -2 σ σ',  σ''' = -2 σ' (σ' - 2 σ²)
//! softplus      ln(1 + eˣ)                      σ' = s(x) = 1 / (1 + e⁻ˣ),  σ'' = s (1 - s),  σ''' = σ'' (1 - 2 s)
//! silu          x s(x)                          σ' = s (1 + x (1 - s)),  σ'' = s (1 - s) (2 + x (1 - 2 s))
//!                                               σ''' = s (1 - s) (3 (1 - 2 s) + x (1 - 6 s (1 - s)))
//! gelu          x Φ(x)                          σ' = Φ + x φ,  σ'' = φ (2 - x²),  σ''' = φ x (x² - 4)
//! sin           sin x                           σ' = cos x,  σ'' = -sin x,  σ''' = -cos x
//! identity      x
//! ```
//!
//! Φ and φ are the distribution function and the density of the standard normal distribution.
//!
//! A Hamiltonian network needs σ' for its slopes and σ'' for the gradient of any loss of its slopes. A Lagrangian one
//! solves for accelerations with σ'', and needs σ''' for the gradient of any loss of those.

use std::fmt;
use std::str::FromStr;

use super::transcendental::{exp, log1p, sigmoid, tanh};
use crate::Error;

/// A function applied to every unit of a hidden layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Activation {
    /// The rectified linear unit (Nair and Hinton 2010), with the convention relu'(0) = 0.
    Relu,
    /// max(x, 0)², homogeneous of degree 2.
    SquaredRelu,
    /// The hyperbolic tangent.
    Tanh,
    /// ln(1 + eˣ) (Dugas et al. 2001).
    Softplus,
    /// x s(x), also called swish (Elfwing, Uchibe and Doya 2018).
    Silu,
    /// x Φ(x), exactly, not its tanh approximation (Hendrycks and Gimpel 2016).
    Gelu,
    /// sin x (Sitzmann et al. 2020).
    Sin,
    /// x: a linear network.
    Identity,
}

/// A function's value and first three derivatives at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet {
    /// σ(x).
    pub value: f64,
    /// σ'(x).
    pub slope: f64,
    /// σ''(x).
    pub curvature: f64,
    /// σ'''(x).
    pub third: f64,
}

impl Activation {
    /// Every activation.
    pub const ALL: [Self; 8] = [
        Self::Relu,
        Self::SquaredRelu,
        Self::Tanh,
        Self::Softplus,
        Self::Silu,
        Self::Gelu,
        Self::Sin,
        Self::Identity,
    ];

    /// Its name: `relu`, `squared-relu`, `tanh`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::SquaredRelu => "squared-relu",
            Self::Tanh => "tanh",
            Self::Softplus => "softplus",
            Self::Silu => "silu",
            Self::Gelu => "gelu",
            Self::Sin => "sin",
            Self::Identity => "identity",
        }
    }

    /// σ, σ', σ'' and σ''' at x.
    pub fn jet(self, x: f64) -> Jet {
        match self {
            Self::Relu => relu(x),
            Self::SquaredRelu => squared_relu(x),
            Self::Tanh => tanh_jet(x),
            Self::Softplus => softplus(x),
            Self::Silu => silu(x),
            Self::Gelu => gelu(x),
            Self::Sin => sin(x),
            Self::Identity => identity(x),
        }
    }
}

// ANCHOR: relu
#[inline(always)]
pub(crate) fn relu(x: f64) -> Jet {
    let on = if x > 0.0 { 1.0 } else { 0.0 };
    Jet {
        value: if x <= 0.0 { 0.0 } else { x },
        slope: on,
        curvature: 0.0,
        third: 0.0,
    }
}
// ANCHOR_END: relu

#[inline(always)]
pub(crate) fn squared_relu(x: f64) -> Jet {
    let on = if x > 0.0 { 1.0 } else { 0.0 };
    Jet {
        value: on * x * x,
        slope: on * 2.0 * x,
        curvature: on * 2.0,
        third: 0.0,
    }
}

// ANCHOR: tanh
#[inline(always)]
pub(crate) fn tanh_jet(x: f64) -> Jet {
    let value = tanh(x);
    let slope = 1.0 - value * value;
    Jet {
        value,
        slope,
        curvature: -2.0 * value * slope,
        third: -2.0 * slope * (slope - 2.0 * value * value),
    }
}
// ANCHOR_END: tanh

#[inline(always)]
pub(crate) fn softplus(x: f64) -> Jet {
    // e^-|x| gives all three without overflow, and s (1 - s) without cancellation.
    let u = exp(-x.abs());
    let s = if x < 0.0 { u } else { 1.0 } / (1.0 + u);
    let curvature = u / ((1.0 + u) * (1.0 + u));
    Jet {
        value: relu(x).value + log1p(u),
        slope: s,
        curvature,
        third: curvature * (1.0 - 2.0 * s),
    }
}

#[inline(always)]
pub(crate) fn silu(x: f64) -> Jet {
    let s = sigmoid(x);
    let rest = 1.0 - s;
    Jet {
        value: x * s,
        slope: s * (1.0 + x * rest),
        curvature: s * rest * (2.0 + x * (rest - s)),
        third: s * rest * (3.0 * (rest - s) + x * (1.0 - 6.0 * s * rest)),
    }
}

pub(crate) fn gelu(x: f64) -> Jet {
    let below = 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
    // 1/√(2π) = 1/√2 · 1/√π.
    let density = std::f64::consts::FRAC_1_SQRT_2
        * 0.5
        * std::f64::consts::FRAC_2_SQRT_PI
        * exp(-0.5 * x * x);
    Jet {
        value: x * below,
        slope: below + x * density,
        curvature: density * (2.0 - x * x),
        third: density * x * (x * x - 4.0),
    }
}

pub(crate) fn sin(x: f64) -> Jet {
    let (sin, cos) = libm::sincos(x);
    Jet {
        value: sin,
        slope: cos,
        curvature: -sin,
        third: -cos,
    }
}

#[inline(always)]
pub(crate) fn identity(x: f64) -> Jet {
    Jet {
        value: x,
        slope: 1.0,
        curvature: 0.0,
        third: 0.0,
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Activation {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL
            .into_iter()
            .find(|activation| activation.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::setting("activation", name, format!("is not one of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_the_limits_of_central_differences() {
        const H: f64 = 1e-5;
        for activation in Activation::ALL {
            // Nowhere at 0, where the rectified functions have their kink.
            for x in [-6.0, -2.3, -0.7, -0.01, 0.02, 0.4, 1.9, 5.5] {
                let [below, at, above] = [x - H, x, x + H].map(|x| activation.jet(x));
                let difference = |of: fn(&Jet) -> f64| (of(&above) - of(&below)) / (2.0 * H);
                for (order, exact, difference) in [
                    ("'", at.slope, difference(|jet| jet.value)),
                    ("''", at.curvature, difference(|jet| jet.slope)),
                    ("'''", at.third, difference(|jet| jet.curvature)),
                ] {
                    assert!(
                        (difference - exact).abs() < 1e-9,
                        "{activation}{order} at {x}: {exact} and {difference}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_activation_is_finite_far_out() {
        for activation in Activation::ALL {
            for x in [-1e4, -800.0, 800.0, 1e4] {
                let jet = activation.jet(x);
                assert!(
                    [jet.value, jet.slope, jet.curvature, jet.third]
                        .iter()
                        .all(|x| x.is_finite()),
                    "{activation} at {x}: {jet:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for activation in Activation::ALL {
            assert!(activation.jet(f64::NAN).value.is_nan(), "{activation}");
        }
    }

    #[test]
    fn names_are_read_back_and_a_wrong_one_lists_the_right_ones() {
        for activation in Activation::ALL {
            assert_eq!(
                activation.to_string().parse::<Activation>().unwrap(),
                activation
            );
        }
        assert_eq!("ReLU".parse::<Activation>().unwrap(), Activation::Relu);
        let error = "swish".parse::<Activation>().unwrap_err().to_string();
        assert_eq!(
            error,
            "activation = swish is not one of relu, squared-relu, tanh, softplus, silu, gelu, sin, identity"
        );
    }
}
