//! The build tool of *Stuck at 1.0*.
