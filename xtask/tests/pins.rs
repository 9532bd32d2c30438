//! What is pinned in more than one file is the same in each.

use std::fs;

use xtask::project::Project;
use xtask::tool::{EVCXR_JUPYTER, MDBOOK};

fn read(path: &str) -> String {
    fs::read_to_string(Project::find().unwrap().path(path)).unwrap()
}

#[test]
fn every_action_is_a_commit_and_the_same_one_in_every_job() {
    let workflows = read(".github/workflows/ci.yml");
    let lines = workflows
        .lines()
        .filter_map(|line| line.split_once("uses: "));
    let actions: Vec<(&str, &str)> = lines
        .map(|(_, action)| action.split_once('@').expect(action))
        .collect();
    assert!(!actions.is_empty());
    for (action, pin) in &actions {
        let (hash, version) = pin.split_once(" # v").expect(pin);
        let is_hash = hash.len() == 40 && hash.chars().all(|c| c.is_ascii_hexdigit());
        assert!(is_hash && version.split('.').count() == 3, "{action}@{pin}");
        let others = actions.iter().filter(|(other, _)| other == action);
        assert!(others.clone().all(|(_, other)| other == pin), "{action}");
    }
}

#[test]
fn the_book_is_built_with_the_mdbook_whose_crates_the_build_tool_uses() {
    for line in read("xtask/Cargo.toml").lines() {
        if let Some((name, version)) = line.split_once(" = ")
            && name.starts_with("mdbook-")
        {
            assert_eq!(version, format!("\"{}\"", MDBOOK.version), "{name}");
        }
    }
}

#[test]
fn the_oldest_rust_is_told_as_it_is() {
    let manifest = read("Cargo.toml");
    let oldest = manifest.split("rust-version = \"").nth(1).unwrap();
    let oldest = oldest.split('"').next().unwrap();
    let kernel = EVCXR_JUPYTER.oldest_rust.unwrap();
    let told =
        format!("Rust {oldest} or newer (edition 2024), and 1.{kernel} or newer for Jupyter");
    assert!(read("README.md").contains(&told), "{told}");
}

#[test]
fn a_figure_with_knobs_is_computed_by_the_crates_that_the_book_is_computed_by() {
    let crates = |lock: &str| -> Vec<(String, String)> {
        let lock: toml::Table = read(lock).parse().unwrap();
        let packages = lock["package"].as_array().unwrap().iter();
        let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
        let others = packages.filter(|package| package.get("source").is_some());
        others
            .map(|one| (text(one, "name"), text(one, "version")))
            .collect()
    };
    let known = crates("Cargo.lock");
    let of_the_page = crates("live/module/Cargo.lock");
    assert!(of_the_page.iter().any(|(name, _)| name == "ndarray"));
    // Stand-ins of our own take their place.
    for web in ["web-sys", "wasm-bindgen"] {
        assert!(of_the_page.iter().all(|(name, _)| name != web), "{web}");
    }
    for one in of_the_page {
        assert!(known.contains(&one), "{one:?}");
    }
}

#[test]
fn the_lock_file_of_the_browser_tests_names_no_host() {
    let lock = read("tests/browser/package-lock.json");
    assert!(lock.contains("\"integrity\"") && !lock.contains("://"));
}
