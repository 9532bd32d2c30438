//! Numbers that are typed into a page and look measured, and so may be wrong: the value of a fact cannot be.
//!
//! Measured numbers are decimals, percentages, powers of ten and numbers with their thousands set apart, in sentences, code
//! and formulas alike:
//!
//! ```text
//! 0.285   .5   1906.01563   0.5.4   50%   5\%   5 percent   1e-7   10^{-3}   10,000   33{,}537
//! ```
//!
//! A sign before it is not a part of it. Digits after a letter belong to a name (`f64`, `v0.5`). Other whole numbers are not
//! looked at: they count and name what stands beside them, and who miscounts is found out by a reader.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag, TagEnd};
use regex::Regex;

use super::lines::Lines;
use super::markup::{self, Part};
use super::prose;

/// A name, the beginning of a range, or a number as the group `number`. What makes it a measured one is the group in it.
static NAME_OR_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)
        [\p{Alphabetic}_] \w* (?: \. \d \w* )* | \d* \.{2,}
        | (?<number>
            10 (?<power> \^ (?: \{ [^{}\s]* \d [^{}\s]* \} | \d ) | [⁺⁻]? [⁰¹²³⁴-⁹]+ )
            | (?: \d+ (?<group> (?: (?: , | \{,\} | _ ) \d{3} \b )+ )? (?<decimals> (?: \. \d+ )+ )? | (?<point> \. \d+ ) )
              (?<exponent> [eE] [-+]? \d+ )?
              (?<percent> (?: \\,\\ | \\ | [\ \u{A0}\u{202F}] )? % | [\ \u{A0}\u{202F}-] per \ ? cent \b )?
        )";
    Regex::new(pattern).expect("the pattern is one")
});

/// The numbers of a page as written, in order, each with its line. `markdown` is the page without its directives.
pub fn of_page(markdown: &str) -> Vec<(usize, String)> {
    let lines = Lines::of(markdown);
    let mut numbers = Vec::new();
    for range in read(markdown) {
        for found in NAME_OR_NUMBER.captures_iter(&markdown[range.clone()]) {
            let marks = ["power", "group", "decimals", "point", "exponent", "percent"];
            let is_measured = marks.iter().any(|mark| found.name(mark).is_some());
            if let Some(number) = found.name("number").filter(|_| is_measured) {
                let line = lines.number(range.start + number.start());
                numbers.push((line, number.as_str().to_owned()));
            }
        }
    }
    numbers
}

/// The parts of a page that its reader reads: sentences, headings, captions, table cells, code, formulas.
fn read(markdown: &str) -> Vec<Range<usize>> {
    let mut read = Vec::new();
    let mut in_address = false;
    let mut fence: Option<String> = None;
    for (event, range) in Parser::new_ext(markdown, prose::options()).into_offset_iter() {
        let text = &markdown[range.clone()];
        match event {
            Event::Start(Tag::Link { link_type, .. }) => {
                in_address = matches!(link_type, LinkType::Autolink | LinkType::Email);
            }
            Event::End(TagEnd::Link) => in_address = false,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                fence = Some(language.to_string());
            }
            Event::End(TagEnd::CodeBlock) => fence = None,
            Event::Text(_) => match fence.as_deref() {
                // To be typed into a terminal; what follows there is an output, and that is evidence.
                Some("sh") => {}
                Some("console") => {
                    let lines = Lines::of(text);
                    let lines = (1..=lines.number(text.len())).map(|number| lines.range(number));
                    let answers =
                        lines.filter(|line| !text[line.clone()].trim_start().starts_with('$'));
                    read.extend(
                        answers.map(|line| range.start + line.start..range.start + line.end),
                    );
                }
                _ if in_address => {}
                // A text goes on after an escape, such as `5\%`.
                _ => match read.last_mut() {
                    Some(last) if last.end == range.start => last.end = range.end,
                    _ => read.push(range),
                },
            },
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => read.push(range),
            Event::Start(Tag::HtmlBlock) => {
                let words = markup::parts(text).filter(|(_, part)| matches!(part, Part::Text));
                read.extend(
                    words.map(|(words, _)| range.start + words.start..range.start + words.end),
                );
            }
            _ => {}
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(markdown: &str) -> Vec<String> {
        let typed = of_page(markdown).into_iter();
        typed.map(|(_, written)| written).collect()
    }

    #[test]
    fn a_measured_number_is_taken_whole_in_a_sentence_in_code_and_in_a_formula() {
        for number in [
            "0.285",
            ".5",
            "1906.01563",
            "0.5.4",
            "50%",
            "1e-7",
            "1e+3",
            "10,000",
            "33_537",
            "0.5%",
            "5 percent",
            "5 per cent",
        ] {
            assert_eq!(numbers(&format!("It is {number}.\n")), [number]);
            assert_eq!(numbers(&format!("(It was `-{number}`, not)\n")), [number]);
        }
        assert_eq!(
            numbers("$-0.5x + .5 - 10^{-3} + 10^5 + 33{,}537 + 5\\% + 1e-7 + 1.5 \\cdot 10^{-2}$"),
            [
                "0.5", ".5", "10^{-3}", "10^5", "33{,}537", "5\\%", "1e-7", "1.5", "10^{-2}"
            ]
        );
    }

    #[test]
    fn names_and_whole_numbers_are_not_looked_at() {
        let names = "f64 L2 `exercise_1` `x_1.0` v0.5.4 chapter 1, 3x, 2D, 2-128-1, 1687, 0..8, (1, -2), $\\frac{1}{2} 10^n$";
        assert_eq!(numbers(names), [""; 0]);
    }

    #[test]
    fn every_text_of_a_page_is_read_and_nothing_else() {
        let page = "\
# One .1 {#part-1.5}

[three .2](four4.5.md \"5.5\") ![five .3](six6.5.svg) *.4* <https://example.org/4.5> <span id=\"6.5\">b</span>

| a .5 |
|------|
| .6   |

<!-- 7.5 -->
<details data-x=\"8.5\">
<summary>.7</summary>
</details>

```text
.8
```

```sh
head -1.5
```

```console
$ head -1.5
.9
```

[d]: https://example.org/9.5
";
        let expected: Vec<String> = (1..10).map(|n| format!(".{n}")).collect();
        assert_eq!(numbers(page), expected);
    }
}
