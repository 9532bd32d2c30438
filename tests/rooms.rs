//! The house of `src/lib.rs`: each room is built on those above it alone, and no file is longer than a reader's breath.

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. A room may name itself and what stands before it.
const ROOMS: [&str; 13] = [
    "error",
    "settings",
    "random",
    "progress",
    "evidence",
    "phase_space",
    "model",
    "mechanics",
    "learning",
    "measure",
    "notebook",
    "trial",
    "cli",
];

const LONGEST: usize = 800;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .collect()
}

/// The code of a file without its comments and tests, and its room.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    files(&src)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().with_extension("");
            let room = name.components().next().unwrap().as_os_str();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim().starts_with("//"));
            let code: Vec<_> = lines.collect();
            (room.to_str().unwrap().to_owned(), code.join("\n"))
        })
        .filter(|(room, _)| room != "lib")
        .collect()
}

fn rank(room: &str) -> usize {
    let found = ROOMS.iter().position(|known| *known == room);
    found.unwrap_or_else(|| panic!("`{room}` is no room of the house"))
}

#[test]
fn imports_go_one_way() {
    let sources = sources();
    assert!(sources.len() > 40);
    for (room, code) in &sources {
        for named in code.split("crate::").skip(1) {
            let list = named
                .strip_prefix('{')
                .and_then(|list| list.split('}').next());
            let named = list.unwrap_or(named).split(", ");
            let named = named.take(if list.is_some() { usize::MAX } else { 1 });
            for one in named {
                let end = one.find(|c: char| !c.is_ascii_lowercase() && c != '_');
                let one = &one[..end.unwrap_or(one.len())];
                // `crate::Error` and `crate::Result` name the ground.
                assert!(
                    one.is_empty() || rank(one) <= rank(room),
                    "{room} names {one}"
                );
            }
        }
    }
}

#[test]
fn the_map_in_lib_rs_lists_the_rooms_from_the_ground_up() {
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let lib = fs::read_to_string(lib).unwrap();
    let map = lib.split("```text").last().unwrap();
    let map = map.split("```").next().unwrap();
    let listed = map.lines().filter_map(|line| line.strip_prefix("//! "));
    let listed = listed.map(|line| line.split(" ").next().unwrap());
    let listed: Vec<_> = listed.filter(|room| !room.is_empty()).collect();
    let rooms = ROOMS
        .iter()
        .filter(|room| lib.contains(&format!("pub mod {room};")));
    let below = ["settings", "random", "progress", "cli"];
    let rooms: Vec<_> = rooms
        .filter(|room| !below.contains(room))
        .copied()
        .collect();
    assert_eq!(listed, rooms);
}

#[test]
fn no_file_is_too_long() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "chapters", "xtask/src"] {
        for path in files(&project.join(folder)) {
            if path.extension().is_some_and(|extension| extension == "rs") {
                let lines = fs::read_to_string(&path).unwrap().lines().count();
                assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
            }
        }
    }
}
