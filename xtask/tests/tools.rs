//! Where pinned tools are looked for, shown with programs that only answer `--version`.
//!
//! The programs are kept in `tests/programs/` and not written by the tests: a program cannot be started while some
//! other thread still has it open for writing.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use xtask::search_path::SearchPath;
use xtask::tool::{MDBOOK, Toolbox};

#[test]
fn a_program_of_another_version_is_passed_over() {
    let search = SearchPath::of([programs("wrong"), programs("right")]);
    let found = Toolbox::new(search, "/nowhere").find(&MDBOOK);
    assert_eq!(found, Some(programs("right").join("mdbook")));
}

#[test]
fn the_cache_is_the_last_resort() {
    let cache = tempfile::tempdir().unwrap();
    let bin = cache.path().join(format!("mdbook-{}/bin", MDBOOK.version));
    fs::create_dir_all(&bin).unwrap();
    symlink(programs("right").join("mdbook"), bin.join("mdbook")).unwrap();
    let toolbox = |folder: &str| Toolbox::new(SearchPath::of([programs(folder)]), cache.path());
    assert_eq!(toolbox("wrong").find(&MDBOOK), Some(bin.join("mdbook")));
    assert_eq!(
        toolbox("right").find(&MDBOOK),
        Some(programs("right").join("mdbook"))
    );
}

#[test]
fn a_failed_install_names_the_way_out() {
    let cache = tempfile::tempdir().unwrap();
    let search = SearchPath::of([programs("wrong"), programs("broken")]);
    let error = Toolbox::new(search, cache.path()).get(&MDBOOK).unwrap_err();
    let message = format!("{error:#}");
    assert!(
        message.contains("cargo install --locked mdbook@0.5.4"),
        "{message}"
    );
    assert!(message.contains("set HNN_TOOLS to a folder"), "{message}");
    assert!(
        message.contains("failed to install mdbook 0.5.4: "),
        "{message}"
    );
}

fn programs(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/programs")
        .join(folder)
}
