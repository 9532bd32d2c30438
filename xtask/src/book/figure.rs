//! A pinned picture, made ready to stand inside a page.

use std::sync::LazyLock;

use regex::Regex;

use super::html;
use super::markup::{self, Part};

/// An SVG with its title, its description and its data.
#[derive(Debug)]
pub struct Figure {
    /// The SVG as pinned.
    pub svg: String,
    /// What the figure shows, in one sentence.
    pub title: String,
    /// What is drawn, as comma-separated values: tables one below the other, each with names above its rows.
    pub data: Option<String>,
}

/// Where the page has its own: how these parts begin and end.
const LEFT_OUT: [(&str, &str); 3] = [
    ("<title>", "</title>"),
    ("<metadata>", "</metadata>"),
    ("<g class=\"title\"", "</g>"),
];

impl Figure {
    /// Takes an SVG that can be shown and read aloud, or says why it cannot.
    pub fn parse(svg: &str) -> Result<Self, String> {
        let root = markup::parts(svg).map(|(_, part)| part).next();
        let has = |name: &str| root.is_some_and(|root| root.attribute(name).is_some());
        if !has("viewBox") || has("width") || has("height") {
            return Err("the picture takes its size from the page: it has a `viewBox` and no width or height".to_owned());
        }
        let part = |name: &str| {
            let (_, rest) = svg.split_once(&format!("<{name}>")).unwrap_or_default();
            let (text, _) = rest.split_once(&format!("</{name}>")).unwrap_or_default();
            html::unescape(text.trim())
        };
        let title = part("title")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if title.is_empty() || part("desc").is_empty() {
            return Err("the picture needs a `<title>` and a `<desc>`: the finding, and the numbers in words".to_owned());
        }
        Ok(Self {
            svg: svg.trim_end().to_owned(),
            title,
            data: Some(part("metadata")).filter(|data| !data.is_empty()),
        })
    }

    /// The SVG as one HTML block: no metadata, no blank lines, every id made unique by `prefix`, and without its title, in
    /// words or drawn above zero: that is for the page to set, in an element `prefix-title`.
    pub fn inline(&self, prefix: &str) -> String {
        let mut svg = self.svg.clone();
        for (begin, end) in LEFT_OUT {
            if let Some(start) = svg.find(begin)
                && let Some(length) = svg[start..].find(end)
            {
                svg.replace_range(start..start + length + end.len(), "");
            }
        }
        let mut inline = String::new();
        for (range, part) in markup::parts(&svg) {
            let text = one_line(&svg[range]);
            inline += &match part {
                Part::Tag(tag) if tag.starts_with("svg") => root(part, prefix),
                Part::Tag("desc") => format!("<desc id=\"{prefix}-desc\">"),
                Part::Tag(_) => text
                    .replace(" id=\"", &format!(" id=\"{prefix}-"))
                    .replace("href=\"#", &format!("href=\"#{prefix}-"))
                    .replace("url(#", &format!("url(#{prefix}-")),
                Part::Text | Part::Comment => text,
            };
        }
        let lines = inline.lines().filter(|line| !line.trim().is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The root, wired up so that the page's title names the picture and its description describes it. What of its `viewBox`
/// lies above zero is left out.
fn root(svg: Part<'_>, prefix: &str) -> String {
    let view_box = svg.attribute("viewBox").unwrap_or_default();
    let numbers = view_box.split_whitespace().map(str::parse::<f64>);
    let numbers: Vec<f64> = numbers.filter_map(Result::ok).collect();
    let view_box = match numbers[..] {
        [x, y, width, height] if y < 0.0 => format!("{x} 0 {width} {}", height + y),
        _ => view_box.to_owned(),
    };
    format!(
        "<svg viewBox=\"{view_box}\" role=\"img\" aria-labelledby=\"{prefix}-title\" aria-describedby=\"{prefix}-desc\">"
    )
}

/// White space as SVG draws it: any run of it is one space, but between elements a line break stays.
fn one_line(text: &str) -> String {
    match text.trim() {
        "" if text.contains('\n') => "\n".to_owned(),
        "" => text.to_owned(),
        _ => SPACE.replace_all(text, " ").into_owned(),
    }
}

static SPACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s+").expect("the pattern is one"));
