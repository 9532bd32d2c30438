//! The examples, by the names under which `cargo run --example` knows them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The `[[example]]` entries of `Cargo.toml`.
#[derive(Debug, Default)]
pub struct Examples(BTreeMap<String, String>);

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    example: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    name: String,
    path: String,
}

impl Examples {
    /// Reads them out of the text of `Cargo.toml`.
    pub fn parse(manifest: &str) -> Result<Self> {
        let Manifest { example } = toml::from_str(manifest).context("Cargo.toml")?;
        let by_path = example.into_iter().map(|one| (one.path, one.name));
        Ok(Self(by_path.collect()))
    }

    /// The name of the example at `path`, such as `chapter1`; or what to add.
    pub fn name(&self, path: &str) -> Result<&str, String> {
        self.0.get(path).map(String::as_str).ok_or_else(|| {
            format!("`Cargo.toml` names no example of this path: add an `[[example]]` with `path = \"{path}\"`")
        })
    }
}
