//! `cargo xtask`: everything but writing the book.

fn main() {}
