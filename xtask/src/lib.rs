//! The build tool of *Stuck at 1.0*.

pub mod book;
pub mod browser;
pub mod command;
pub mod edition;
pub mod jupyter;
pub mod live;
pub mod mirror;
pub mod missing;
pub mod peers;
pub mod project;
pub mod qemu;
pub mod search_path;
pub mod site;
pub mod snapshots;
pub mod stamp;
pub mod step;
pub mod suite;
pub mod tool;
pub mod venv;
