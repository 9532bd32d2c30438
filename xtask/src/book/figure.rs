//! A pinned picture, made ready to stand inside a page.

use std::borrow::Cow;
use std::io::Cursor;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, BytesText, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, Writer};

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

impl Figure {
    /// Takes an SVG that can be shown and read aloud, or says why it cannot.
    pub fn parse(svg: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(svg);
        let mut depth = 0;
        let mut parts = Vec::new();
        let mut title = String::new();
        let mut data = String::new();
        let mut part = Part::Other;
        loop {
            let event = reader
                .read_event()
                .map_err(|error| format!("the picture is no well-formed SVG: {error}"))?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = name_of(tag);
                    if REFUSED.contains(&name.as_str()) {
                        return Err(format!(
                            "the picture has a `<{name}>` element: a figure only draws"
                        ));
                    }
                    match depth {
                        0 => check_root(tag)?,
                        1 => {
                            part = Part::of(&name);
                            parts.push(name);
                        }
                        _ => {}
                    }
                    if matches!(event, Event::Start(_)) {
                        depth += 1;
                    }
                }
                Event::End(_) => {
                    depth -= 1;
                    part = Part::Other;
                }
                Event::Text(text) => match part {
                    Part::Title => title.push_str(text),
                    Part::Data => data.push_str(text),
                    Part::Other => {}
                },
                Event::GeneralRef(entity) => match part {
                    Part::Title => title.push_str(&character(entity)),
                    Part::Data => data.push_str(&character(entity)),
                    Part::Other => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        if parts.first().map(String::as_str) != Some("title")
            || parts.get(1).map(String::as_str) != Some("desc")
        {
            return Err("the picture must begin with a `<title>` and a `<desc>`: the finding, and the numbers in words".to_owned());
        }
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self {
            svg: svg.trim_end().to_owned(),
            title,
            data: Some(data.trim().to_owned()).filter(|data| !data.is_empty()),
        })
    }

    /// The SVG as one HTML block: no metadata, no blank lines, every id made unique by `prefix`, and without its title, in
    /// words or drawn above zero: that is for the page to set, in an element `prefix-title`.
    pub fn inline(&self, prefix: &str) -> String {
        let mut reader = Reader::from_str(&self.svg);
        let mut writer = Writer::new(Cursor::new(Vec::new()));
        let mut depth = 0_usize;
        let mut skipped_below = None;
        // `parse` has read the same text without an error.
        while let Ok(event) = reader.read_event() {
            let starts = matches!(event, Event::Start(_));
            if matches!(event, Event::End(_)) {
                depth -= 1;
            }
            if skipped_below == Some(depth) && matches!(event, Event::End(_)) {
                skipped_below = None;
            } else if skipped_below.is_none() {
                match event {
                    Event::Start(tag) if depth == 1 && is_left_out(&tag) => {
                        skipped_below = Some(depth);
                    }
                    Event::Empty(tag) if depth == 1 && is_left_out(&tag) => {}
                    Event::Start(tag) => {
                        write(&mut writer, Event::Start(unique(&tag, depth, prefix)))
                    }
                    Event::Empty(tag) => {
                        write(&mut writer, Event::Empty(unique(&tag, depth, prefix)))
                    }
                    Event::Text(text) => {
                        write(
                            &mut writer,
                            Event::Text(BytesText::from_escaped(one_line(&text))),
                        );
                    }
                    Event::End(_) | Event::GeneralRef(_) | Event::CData(_) => {
                        write(&mut writer, event)
                    }
                    Event::Eof => break,
                    Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
                }
            }
            if starts {
                depth += 1;
            }
        }
        let inline = String::from_utf8_lossy(&writer.into_inner().into_inner()).into_owned();
        let lines: Vec<&str> = inline
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        lines.join("\n")
    }
}

/// The words of a picture that are more than drawn.
enum Part {
    Title,
    Data,
    Other,
}

impl Part {
    fn of(element: &str) -> Self {
        match element {
            "title" => Self::Title,
            "metadata" => Self::Data,
            _ => Self::Other,
        }
    }
}

/// The data, and the title in words and as drawn: a child of the root that does not stand in the page's picture.
fn is_left_out(tag: &BytesStart<'_>) -> bool {
    let is_title = |(key, value): &(String, String)| key == "class" && value == "title";
    match name_of(tag).as_str() {
        "metadata" | "title" => true,
        "g" => attributes(tag).iter().any(is_title),
        _ => false,
    }
}

/// Of a `viewBox` what lies below zero.
fn below_zero(view_box: &str) -> String {
    let numbers: Vec<f64> = view_box
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers[..] {
        [x, y, width, height] if y < 0.0 => format!("{x} 0 {width} {}", height + y),
        _ => view_box.to_owned(),
    }
}

fn write(writer: &mut Writer<Cursor<Vec<u8>>>, event: Event<'_>) {
    writer
        .write_event(event)
        .expect("a vector takes every byte");
}

/// The character that an entity such as `&amp;` or `&#8722;` stands for.
fn character(entity: &BytesRef<'_>) -> String {
    match entity.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        _ => resolve_predefined_entity(entity)
            .unwrap_or_default()
            .to_owned(),
    }
}

fn name_of(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            (
                attribute.key.as_ref().to_owned(),
                attribute.value.into_owned(),
            )
        })
        .collect()
}

fn check_root(tag: &BytesStart<'_>) -> Result<(), String> {
    if name_of(tag) != "svg" {
        return Err(format!("the picture is `<{}>`, not `<svg>`", name_of(tag)));
    }
    let attributes = attributes(tag);
    let has = |name: &str| attributes.iter().any(|(known, _)| known == name);
    if !has("viewBox") {
        return Err("the picture has no `viewBox`: it could not fit the page".to_owned());
    }
    if has("width") || has("height") {
        return Err(
            "the picture has a width or a height: only its `viewBox` may give a size".to_owned(),
        );
    }
    Ok(())
}

/// The tag with every id and every reference to one prefixed; the root is wired up so that the page's title names the
/// picture and its description describes it.
fn unique(tag: &BytesStart<'_>, depth: usize, prefix: &str) -> BytesStart<'static> {
    let name = tag.name().as_ref().to_owned();
    let mut unique = BytesStart::new(name.clone());
    let labels = ["role", "aria-labelledby", "aria-describedby"];
    let attributes = attributes(tag).into_iter().filter(|(key, _)| {
        !(depth == 0 && (labels.contains(&key.as_str()) || key.starts_with("xmlns"))
            || depth == 1 && key == "id" && name == "desc")
    });
    for (key, value) in attributes {
        let value = match key.as_str() {
            "id" => format!("{prefix}-{value}"),
            "viewBox" if depth == 0 => below_zero(&value),
            "href" | "xlink:href" if value.starts_with('#') => format!("#{prefix}-{}", &value[1..]),
            _ => value.replace("url(#", &format!("url(#{prefix}-")),
        };
        // Values come from the source as they are, escapes included.
        let value = Cow::Owned(one_line(&value));
        unique.push_attribute(Attribute {
            key: QName(&key),
            value,
        });
    }
    match (depth, name.as_str()) {
        (0, _) => {
            unique.push_attribute(("role", "img"));
            unique.push_attribute(("aria-labelledby", format!("{prefix}-title").as_str()));
            unique.push_attribute(("aria-describedby", format!("{prefix}-desc").as_str()));
        }
        (1, "desc") => unique.push_attribute(("id", format!("{prefix}-{name}").as_str())),
        _ => {}
    }
    unique
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

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = r##"<?xml version="1.0"?>
<svg viewBox="0 -2 10 7" xmlns="http://www.w3.org/2000/svg" role="img">
<title>The angle
opens</title>
<desc>From 0.90 to &lt; 0.30</desc>
<metadata>step,cosine
0,0.90
</metadata>
<g class="title"><text>The angle opens</text></g>

<clipPath id="plot"><rect width="10" height="5"/></clipPath>
<g clip-path="url(#plot)"><path d="M0 0
L1 1" stroke="#0072B2"/></g>
<text fill="#000000">
cosine &amp; norm
</text>
</svg>
"##;

    #[test]
    fn the_title_is_read_as_one_line() {
        assert_eq!(Figure::parse(SVG).unwrap().title, "The angle opens");
    }

    #[test]
    fn the_data_are_read_line_by_line() {
        let data = Figure::parse(SVG).unwrap().data;
        assert_eq!(data.as_deref(), Some("step,cosine\n0,0.90"));
        let svg = "<svg viewBox=\"0 0 1 1\"><title>a</title><desc>d</desc></svg>";
        assert_eq!(Figure::parse(svg).unwrap().data, None);
    }

    #[test]
    fn a_title_may_have_entities() {
        let svg =
            "<svg viewBox=\"0 0 1 1\"><title>a &amp; b &lt; &#8722;1</title><desc>d</desc></svg>";
        assert_eq!(Figure::parse(svg).unwrap().title, "a & b < \u{2212}1");
    }

    #[test]
    fn the_inlined_picture_has_unique_ids_no_title_and_is_wired_to_its_words() {
        let inline = Figure::parse(SVG).unwrap().inline("chapter1-cosine");
        assert_eq!(
            inline,
            r##"<svg viewBox="0 0 10 5" role="img" aria-labelledby="chapter1-cosine-title" aria-describedby="chapter1-cosine-desc">
<desc id="chapter1-cosine-desc">From 0.90 to &lt; 0.30</desc>
<clipPath id="chapter1-cosine-plot"><rect width="10" height="5"/></clipPath>
<g clip-path="url(#chapter1-cosine-plot)"><path d="M0 0 L1 1" stroke="#0072B2"/></g>
<text fill="#000000"> cosine &amp; norm </text>
</svg>"##
        );
    }

    #[test]
    fn a_picture_that_cannot_be_read_aloud_is_refused() {
        let svg = r#"<svg viewBox="0 0 1 1"><title>Bare</title><g/></svg>"#;
        assert_eq!(
            Figure::parse(svg).unwrap_err(),
            "the picture must begin with a `<title>` and a `<desc>`: the finding, and the numbers in words"
        );
    }

    #[test]
    fn a_picture_takes_its_size_from_the_page() {
        let svg = r#"<svg viewBox="0 0 1 1" width="1"/>"#;
        assert_eq!(
            Figure::parse(svg).unwrap_err(),
            "the picture has a width or a height: only its `viewBox` may give a size"
        );
        assert_eq!(
            Figure::parse("<svg/>").unwrap_err(),
            "the picture has no `viewBox`: it could not fit the page"
        );
    }

    #[test]
    fn a_picture_only_draws() {
        let svg =
            r#"<svg viewBox="0 0 1 1"><title>t</title><desc>d</desc><script>1</script></svg>"#;
        assert_eq!(
            Figure::parse(svg).unwrap_err(),
            "the picture has a `<script>` element: a figure only draws"
        );
    }

    #[test]
    fn broken_xml_is_refused() {
        let error = Figure::parse("<svg viewBox=\"0 0 1 1\"><g></svg>").unwrap_err();
        assert!(
            error.starts_with("the picture is no well-formed SVG: "),
            "{error}"
        );
    }
}
