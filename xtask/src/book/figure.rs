//! A pinned picture, made ready to stand inside a page.

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

/// Elements that run something, load something or restyle the page.
const REFUSED: [&str; 4] = ["script", "style", "image", "foreignObject"];

/// A tag or a text of an SVG.
struct Piece<'a> {
    /// How many elements it stands in: 0 for the tags of the root.
    depth: usize,
    /// The element that a tag begins or ends.
    name: &'a str,
    is_end: bool,
    part: Part<'a>,
    text: &'a str,
}

/// The pieces of an SVG, in order; comments and declarations are none.
fn pieces(svg: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut depth: usize = 0;
    markup::parts(svg).filter_map(move |(range, part)| {
        let mut piece = Piece {
            depth,
            name: "",
            is_end: false,
            part,
            text: &svg[range],
        };
        if let Part::Tag(tag) = part {
            let name = tag.trim_start_matches('/');
            piece.name = name.split([' ', '\n', '/']).next().unwrap_or_default();
            piece.is_end = tag.starts_with('/');
            if piece.is_end {
                depth = depth.saturating_sub(1);
                piece.depth = depth;
            } else if !tag.ends_with('/') && !tag.starts_with('?') {
                depth += 1;
            }
        }
        (part != Part::Comment && !piece.name.starts_with('?')).then_some(piece)
    })
}

impl Figure {
    /// Takes an SVG that can be shown and read aloud, or says why it cannot.
    pub fn parse(svg: &str) -> Result<Self, String> {
        let mut open = Vec::new();
        let mut parts = Vec::new();
        let (mut title, mut data) = (String::new(), String::new());
        for piece in pieces(svg) {
            let Part::Tag(tag) = piece.part else {
                match open.last() {
                    Some(&"title") if open.len() == 2 => title.push_str(piece.text),
                    Some(&"metadata") if open.len() == 2 => data.push_str(piece.text),
                    _ => {}
                }
                continue;
            };
            let name = piece.name;
            if piece.is_end {
                let begun = open.pop().unwrap_or("nothing");
                if begun != name {
                    return Err(format!(
                        "the picture is no well-formed SVG: `</{name}>` ends `{begun}`"
                    ));
                }
                continue;
            }
            if REFUSED.contains(&name) {
                return Err(format!(
                    "the picture has a `<{name}>` element: a figure only draws"
                ));
            }
            match piece.depth {
                0 => check_root(name, piece.part)?,
                1 => parts.push(name),
                _ => {}
            }
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        if let Some(name) = open.last() {
            return Err(format!(
                "the picture is no well-formed SVG: `<{name}>` has no end"
            ));
        }
        if !parts.starts_with(&["title", "desc"]) {
            return Err("the picture must begin with a `<title>` and a `<desc>`: the finding, and the numbers in words".to_owned());
        }
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let data = html::unescape(data.trim());
        Ok(Self {
            svg: svg.trim_end().to_owned(),
            title: html::unescape(&title),
            data: Some(data).filter(|data| !data.is_empty()),
        })
    }

    /// The SVG as one HTML block: no metadata, no blank lines, every id made unique by `prefix`, and without its title, in
    /// words or drawn above zero: that is for the page to set, in an element `prefix-title`.
    pub fn inline(&self, prefix: &str) -> String {
        let mut inline = String::new();
        let mut is_left_out = false;
        for piece in pieces(&self.svg) {
            let is_child = piece.depth == 1 && matches!(piece.part, Part::Tag(_));
            if is_child && !piece.is_end {
                is_left_out = matches!(piece.name, "metadata" | "title")
                    || piece.part.attribute("class") == Some("title");
            }
            if !is_left_out {
                inline.push_str(&match (piece.part, piece.depth, piece.name) {
                    (Part::Tag(_), 0, _) if !piece.is_end => root(piece.part, prefix),
                    (Part::Tag(_), 1, "desc") if !piece.is_end => {
                        format!("<desc id=\"{prefix}-desc\">")
                    }
                    (Part::Tag(_), ..) => one_line(piece.text)
                        .replace(" id=\"", &format!(" id=\"{prefix}-"))
                        .replace("href=\"#", &format!("href=\"#{prefix}-"))
                        .replace("url(#", &format!("url(#{prefix}-")),
                    _ => one_line(piece.text),
                });
            }
            if is_child && (piece.is_end || piece.text.ends_with("/>")) {
                is_left_out = false;
            }
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

fn check_root(name: &str, svg: Part<'_>) -> Result<(), String> {
    let has = |name: &str| svg.attribute(name).is_some();
    if name != "svg" {
        Err(format!("the picture is `<{name}>`, not `<svg>`"))
    } else if !has("viewBox") {
        Err("the picture has no `viewBox`: it could not fit the page".to_owned())
    } else if has("width") || has("height") {
        Err("the picture has a width or a height: only its `viewBox` may give a size".to_owned())
    } else {
        Ok(())
    }
}

/// White space as SVG draws it: any run of it is one space, but between elements a line break stays.
fn one_line(text: &str) -> String {
    if text.trim().is_empty() {
        return if text.contains('\n') {
            "\n".to_owned()
        } else {
            text.to_owned()
        };
    }
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            line.push(c);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}
