//! A stand-in for what plotters takes of wasm-bindgen: one conversion.

/// What can be taken for another kind of node.
pub trait JsCast: Sized {
    /// The same as another kind.
    fn dyn_into<T: From<Self>>(self) -> Result<T, Self> {
        Ok(T::from(self))
    }
}
