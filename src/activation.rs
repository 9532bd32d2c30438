//! Activation functions.
//!
//! ```text
//! relu(x)  = max(x, 0)
//! relu'(x) = 1 if x > 0, else 0
//! ```
//!
//! relu(x) and x are positive together, so the derivative can be read off the value.

/// The rectified linear unit, max(x, 0) (Nair and Hinton 2010).
pub fn relu(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

/// The derivative of [`relu`], with the notebook's convention relu'(0) = 0.
///
/// `d_relu(relu(x)) == d_relu(x)`: a backward pass needs only the values of the forward pass.
pub fn d_relu(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_derivative_can_be_read_off_the_value() {
        for x in [-2.0, -1e-300, -0.0, 0.0, 1e-300, 3.0] {
            assert_eq!(d_relu(relu(x)), d_relu(x), "at {x}");
        }
    }
}
