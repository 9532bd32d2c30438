//! The measured speeds that the book quotes are the ones that `cargo xtask peers` wrote down last.

use std::path::Path;

/// The tables of a Markdown text, in order.
fn tables(text: &str) -> Vec<String> {
    let blocks = text.split("\n\n").map(str::trim);
    blocks
        .filter(|block| block.starts_with('|'))
        .map(str::to_owned)
        .collect()
}

fn pin(name: &str, kind: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../snapshots/speed");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(kind);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_book_quotes_the_last_measurement() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    pin("facts", "facts", read("measured.txt").trim_end());
    let tables = tables(&read("measured.md"));
    let [steps, benchmarks] = tables.as_slice() else {
        panic!("measured.md has {} tables instead of 2", tables.len());
    };
    pin("steps", "table", steps);
    pin("benchmarks", "table", benchmarks);
}
