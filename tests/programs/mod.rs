//! The examples as programs, built with the profile and for the target of the tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

#[allow(dead_code)]
pub mod flags;

/// The name of every example in `Cargo.toml`.
#[allow(dead_code)]
pub fn names() -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let metadata: Value = serde_json::from_slice(&cargo.output().unwrap().stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours = packages.iter().find(|package| package["name"] == "hnn");
    let targets = ours.unwrap()["targets"].as_array().unwrap();
    let examples = targets
        .iter()
        .filter(|target| target["kind"][0] == "example");
    let names: Vec<String> = examples
        .map(|example| example["name"].as_str().unwrap().to_owned())
        .collect();
    assert!(!names.is_empty(), "Cargo.toml has no examples");
    names
}

/// The example of this name.
pub fn example(name: &str) -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let folder = test.ancestors().nth(2);
        let folder = folder.expect("a test is in target/[<target>/]<profile>/deps");
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut cargo = Command::new(env!("CARGO"));
        // With the features of the test of everything but the tool, which has built them already.
        cargo.args(["build", "--quiet", "--workspace", "--exclude", "xtask"]);
        cargo.args(["--examples", "--profile"]);
        cargo.arg(match name(folder).as_str() {
            "debug" => "dev".to_owned(),
            profile => profile.to_owned(),
        });
        let above = folder.parent().unwrap();
        if !above.join("CACHEDIR.TAG").exists() {
            cargo.args(["--target", &name(above)]);
        }
        assert!(
            cargo.status().unwrap().success(),
            "the examples do not build"
        );
        folder.join("examples")
    });
    Command::new(folder.join(name))
}

/// Flags for a run of the notebook of less than a second.
#[allow(dead_code)]
pub const SMALL: [&str; 4] = [
    "--samples=200",
    "--widths=2,8,8,1",
    "--epochs=3",
    "--batch-size=16",
];

/// The path of a folder of a test's own, where nothing is yet.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let _ = std::fs::remove_file(&folder);
    folder
}

/// A path below a file: no folder can be made there.
#[allow(dead_code)]
pub fn below_a_file(name: &str) -> PathBuf {
    let file = folder(name);
    std::fs::write(&file, "").unwrap();
    file.join("below")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
