//! What is pinned in more than one file is the same in each.

use std::fs;

use xtask::project::Project;
use xtask::tool::MDBOOK;

fn read(path: &str) -> String {
    fs::read_to_string(Project::find().unwrap().path(path)).unwrap()
}

#[test]
fn every_action_is_a_commit_and_the_same_one_in_every_workflow() {
    let workflows = read(".github/workflows/ci.yml") + &read(".github/workflows/pages.yml");
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
    let told = format!(
        "Rust {} or newer (edition 2024",
        oldest.split('"').next().unwrap()
    );
    assert!(read("README.md").contains(&told), "{told}");
}
