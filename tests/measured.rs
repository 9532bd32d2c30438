//! The measured speeds that the book quotes are the ones that `cargo xtask peers` and `tests/browser/speed.mjs` wrote down last.

use std::path::Path;

use hnn::evidence::{Recorded, Table};
use hnn::measure::Spread;

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

#[test]
fn the_book_quotes_the_last_measurement_of_the_page() {
    let recorded = Recorded::read("page-speed").unwrap();
    let mut table = Table::new(["the figure of", "native", "page, fused", "page, plain"]);
    for (figure, name) in [("rate", "chapter 5"), ("penalty", "chapter 6")] {
        let of_figure = recorded.with("figure", figure).unwrap();
        let spread = |program: &str| {
            let times = of_figure.with("program", program).unwrap();
            format!("{:.0}", Spread::of(times.numbers("milliseconds").unwrap()))
        };
        table.row([
            name.to_owned(),
            spread("native"),
            spread("fused"),
            spread("plain"),
        ]);
    }
    pin("page", "table", &table.to_string());
    assert_eq!(recorded.each("machine").unwrap().len(), 1, "one machine");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/page-speed.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let machine = text.lines().nth(1).and_then(|line| line.split(',').next());
    pin(
        "page-facts",
        "facts",
        &format!("machine = {}", machine.unwrap()),
    );
}
