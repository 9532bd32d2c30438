//! Everything that is drawn or written can be seen in every theme of mdBook.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mdbook_driver::MDBook;

/// The Okabe-Ito colours of a pinned picture, and the variables that stand for them.
const COLOURS: [(&str, &str); 7] = [
    ("#0072B2", "blue"),
    ("#D55E00", "vermillion"),
    ("#009E73", "green"),
    ("#CC79A7", "purple"),
    ("#E69F00", "orange"),
    ("#56B4E9", "sky"),
    ("#F0E442", "yellow"),
];
/// WCAG 2.2, success criteria 1.4.11 (lines) and 1.4.3 (words).
const LINES: f64 = 3.0;
const WORDS: f64 = 4.5;

type Variables = BTreeMap<String, String>;

/// What a theme sets, from mdBook's style sheet and the book's own: `selectors` of the one, then of the other.
struct Theme {
    name: &'static str,
    mdbook: &'static str,
    book: &'static str,
}

const THEMES: [Theme; 7] = [
    Theme {
        name: "light",
        mdbook: ".light, html:not(.js)",
        book: ":root",
    },
    Theme {
        name: "rust",
        mdbook: ".rust",
        book: "@media screen .rust",
    },
    Theme {
        name: "coal",
        mdbook: ".coal",
        book: "@media screen .ayu, .coal, .navy",
    },
    Theme {
        name: "navy",
        mdbook: ".navy",
        book: "@media screen .ayu, .coal, .navy",
    },
    Theme {
        name: "ayu",
        mdbook: ".ayu",
        book: "@media screen .ayu, .coal, .navy",
    },
    Theme {
        name: "dark without JavaScript",
        mdbook: "@media (prefers-color-scheme: dark) html:not(.js)",
        book: "@media screen and (prefers-color-scheme: dark) html:not(.js)",
    },
    Theme {
        name: "print",
        mdbook: ".light, html:not(.js)",
        book: "@media print html[class], html:not(.js)",
    },
];

fn book_css() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../theme/hnn.css")).unwrap()
}

fn mdbook_css() -> String {
    let folder = tempfile::tempdir().unwrap();
    MDBook::init(folder.path())
        .copy_theme(true)
        .build()
        .unwrap();
    fs::read_to_string(folder.path().join("theme/css/variables.css")).unwrap()
}

/// The custom properties that each selector sets; a media query stands before the selectors inside it.
fn variables(css: &str) -> BTreeMap<String, Variables> {
    let mut without_comments = String::new();
    for part in css.split("/*") {
        without_comments.push_str(part.split_once("*/").map_or(part, |(_, rest)| rest));
    }
    let mut found: BTreeMap<String, Variables> = BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    let mut token = String::new();
    for c in without_comments.chars() {
        match c {
            '{' => open.push(
                std::mem::take(&mut token)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            '}' => {
                open.pop();
                token.clear();
            }
            ';' => {
                if let Some((name, value)) = token
                    .split_once(':')
                    .filter(|(name, _)| name.trim().starts_with("--"))
                {
                    let variables = found.entry(open.join(" ")).or_default();
                    variables.insert(name.trim().to_owned(), value.trim().to_owned());
                }
                token.clear();
            }
            c => token.push(c),
        }
    }
    found
}

fn variables_of(theme: &Theme) -> Variables {
    let (mdbook, book) = (variables(&mdbook_css()), variables(&book_css()));
    let mut variables = mdbook[theme.mdbook].clone();
    variables.extend(book[":root"].clone());
    variables.extend(book[theme.book].clone());
    // A rule for one theme comes after the rule for several.
    variables.extend(
        book.get(&format!("@media screen .{}", theme.name))
            .cloned()
            .unwrap_or_default(),
    );
    // mdBook gives its theme rust none: it is light.
    let dark = variables
        .get("--color-scheme")
        .is_some_and(|scheme| scheme == "dark");
    for value in variables.values_mut() {
        if let Some((for_light, for_dark)) = light_and_dark(value) {
            *value = if dark { for_dark } else { for_light }.to_owned();
        }
    }
    variables
}

/// The two colours of `light-dark(#rrggbb, #rrggbb)`.
fn light_and_dark(value: &str) -> Option<(&str, &str)> {
    let colours = value.strip_prefix("light-dark(")?.strip_suffix(')')?;
    colours.split_once(", ")
}

/// The red, green and blue of `#rrggbb` or `hsl(h, s%, l%)`, from 0 to 1.
fn rgb(colour: &str) -> [f64; 3] {
    if let Some(hex) = colour.strip_prefix('#') {
        let channel =
            |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        return [channel(0), channel(2), channel(4)];
    }
    let numbers: Vec<f64> = colour
        .trim_start_matches("hsl(")
        .trim_end_matches(')')
        .split(',')
        .map(|number| number.trim().trim_end_matches('%').parse().unwrap())
        .collect();
    let (hue, saturation, lightness) = (numbers[0], numbers[1] / 100.0, numbers[2] / 100.0);
    let amplitude = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|n: f64| {
        let k = (n + hue / 30.0) % 12.0;
        lightness - amplitude * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// The relative luminance of WCAG 2.2.
fn luminance(colour: &str) -> f64 {
    let linear = |c: f64| {
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    let [red, green, blue] = rgb(colour).map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast ratio of WCAG 2.2, from 1 to 21.
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn black_on_white_has_the_greatest_contrast() {
    assert!((contrast("#000000", "hsl(0, 0%, 100%)") - 21.0).abs() < 1e-9);
}

#[test]
fn every_line_of_a_figure_stands_out_in_every_theme() {
    for theme in &THEMES {
        let variables = variables_of(theme);
        let paper = &variables["--bg"];
        for (_, colour) in COLOURS {
            let ratio = contrast(&variables[&format!("--figure-{colour}")], paper);
            assert!(
                ratio >= LINES,
                "{colour} lines in {}: {ratio:.2}",
                theme.name
            );
            let ratio = contrast(&variables[&format!("--figure-{colour}-text")], paper);
            assert!(
                ratio >= WORDS,
                "{colour} words in {}: {ratio:.2}",
                theme.name
            );
        }
    }
}

#[test]
fn text_and_links_can_be_read_in_every_theme() {
    for theme in &THEMES {
        let variables = variables_of(theme);
        for name in ["--fg", "--links"] {
            let ratio = contrast(&variables[name], &variables["--bg"]);
            assert!(ratio >= WORDS, "{name} in {}: {ratio:.2}", theme.name);
        }
    }
}

#[test]
fn grid_lines_are_seen_but_stay_behind_the_data() {
    for theme in &THEMES {
        let variables = variables_of(theme);
        let ratio = contrast(&variables["--figure-grid"], &variables["--bg"]);
        assert!(
            (1.25..2.0).contains(&ratio),
            "grid in {}: {ratio:.2}",
            theme.name
        );
    }
}

#[test]
fn every_colour_of_a_picture_is_replaced() {
    let css = book_css();
    for (hex, colour) in COLOURS {
        for rule in [
            format!("[fill=\"{hex}\" i] {{ fill: var(--figure-{colour}); }}"),
            format!("[stroke=\"{hex}\" i] {{ stroke: var(--figure-{colour}); }}"),
            format!("text[fill=\"{hex}\" i] {{ fill: var(--figure-{colour}-text); }}"),
        ] {
            assert!(
                css.contains(&format!(".figure svg {rule}")),
                "there is no rule {rule}"
            );
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let css = book_css();
    assert!(
        !css.contains("@import") && !css.contains("//"),
        "a style sheet of the book loads something"
    );
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/fonts/latinmodern-math.woff2");
    assert!(css.contains("url(\"../fonts/latinmodern-math.woff2\")") && font.is_file());
}
