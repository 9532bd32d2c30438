//! The library of the book *Stuck at 1.0*.
