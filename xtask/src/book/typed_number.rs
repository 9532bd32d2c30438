//! Numbers that are typed into a page, and so may be wrong: the value of a fact cannot be.
//!
//! A number is what a reader takes for one, from its first character to its last:
//!
//! ```text
//! 10,000   0.285   .5   -0.3   50%   1e-7   3x   10k   2D   2-128-128-1   1906.01563   0.5.4
//! ```
//!
//! It begins with a digit, or with the sign or the point before it. It goes on over letters and digits; over a point, a
//! comma or a hyphen between two digits; over the sign in `1e-7`; and it ends with a percent sign if there is one.
//! Digits after a letter belong to a name (`f64`, `L2`, `exercise_1`, `v0.5`), and the number of a chapter or an
//! exercise is one.
//!
//! A formula consists of numbers that measure nothing. There only decimals, percentages, powers of ten and numbers
//! with their thousands set apart are taken: `0.5`, `5\%`, `10^{-3}`, `33{,}537`.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Parser, Tag, TagEnd};

use super::lines::Lines;
use super::prose;

/// A number in the text of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedNumber {
    /// The line of the page.
    pub line: usize,
    /// The number as written.
    pub written: String,
}

/// The numbers of a page, in order. `markdown` is the page without its directives.
pub fn of_page(markdown: &str) -> Vec<TypedNumber> {
    let Read { words, maths } = Read::of(markdown);
    let mut found = in_words(&words);
    found.extend(in_maths(&maths));
    found.sort_by_key(|range| range.start);
    let lines = Lines::of(markdown);
    let typed = |range: Range<usize>| TypedNumber {
        line: lines.number(range.start),
        written: markdown[range].to_owned(),
    };
    found.into_iter().map(typed).collect()
}

/// What of a page is read, with spaces where the page has something else: every offset is the page's.
struct Read {
    /// Sentences, headings, captions, table cells, code.
    words: String,
    /// Formulas.
    maths: String,
}

impl Read {
    fn of(markdown: &str) -> Self {
        let (mut words, mut maths) = (Vec::new(), Vec::new());
        let mut numberings = Vec::new();
        let mut in_exercises = false;
        let mut in_address = false;
        let mut fence: Option<String> = None;
        for (event, range) in Parser::new_ext(markdown, prose::options()).into_offset_iter() {
            let text = &markdown[range.clone()];
            match event {
                Event::Start(Tag::Heading { level, .. }) => match level {
                    HeadingLevel::H2 => in_exercises = heading_words(text) == "Exercises",
                    HeadingLevel::H3 if in_exercises => {
                        let words = heading_words(text);
                        let start = range.start + text.find(words).unwrap_or_default();
                        numberings.push(start..start + numbering(words));
                    }
                    _ => {}
                },
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
                    Some("console") => words.extend(outputs(text, range.start)),
                    _ if in_address => {}
                    // `&#8722;` is no number.
                    _ if text.starts_with('&') && text.len() > 1 => {}
                    _ => words.push(range),
                },
                Event::Code(_) => words.push(range),
                Event::InlineMath(_) | Event::DisplayMath(_) => maths.push(range),
                Event::Start(Tag::HtmlBlock) => words.extend(between_tags(text, range.start)),
                _ => {}
            }
        }
        Self {
            words: only(markdown, &words, &numberings),
            maths: only(markdown, &maths, &[]),
        }
    }
}

/// The parts of `text` that are shown and not hidden, and spaces elsewhere.
fn only(text: &str, shown: &[Range<usize>], hidden: &[Range<usize>]) -> String {
    let mut bytes = vec![b' '; text.len()];
    for range in shown {
        bytes[range.clone()].copy_from_slice(&text.as_bytes()[range.clone()]);
    }
    for range in hidden {
        bytes[range.clone()].fill(b' ');
    }
    String::from_utf8(bytes).expect("whole characters are shown and hidden")
}

fn heading_words(heading: &str) -> &str {
    let words = heading.trim_start_matches('#').trim();
    words
        .find(" {")
        .map_or(words, |end| words[..end].trim_end())
}

/// How long the `1. ` at the beginning of a heading is.
fn numbering(words: &str) -> usize {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    if words[digits..].starts_with(". ") {
        digits
    } else {
        0
    }
}

/// The lines of a terminal session that nobody typed.
fn outputs(session: &str, start: usize) -> Vec<Range<usize>> {
    let lines = Lines::of(session);
    (1..=lines.number(session.len()))
        .map(|number| lines.range(number))
        .filter(|line| !session[line.clone()].trim_start().starts_with('$'))
        .map(|line| start + line.start..start + line.end)
        .collect()
}

/// What a reader sees of HTML.
fn between_tags(html: &str, start: usize) -> Vec<Range<usize>> {
    let mut seen = Vec::new();
    let mut at = 0;
    while at < html.len() {
        let tag = html[at..].find('<').map_or(html.len(), |tag| at + tag);
        seen.push(start + at..start + tag);
        let end = match html[tag..].starts_with("<!--") {
            true => "-->",
            false => ">",
        };
        at = html[tag..]
            .find(end)
            .map_or(html.len(), |at| tag + at + end.len());
    }
    seen
}

/// The numbers in sentences and the like.
fn in_words(text: &str) -> Vec<Range<usize>> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_ascii_digit() {
            let number = start(text, at)..end_in_words(text, at);
            at = number.end;
            if !is_of_a_part(text, &number) {
                numbers.push(number);
            }
        } else if is_word(c) {
            at = end_of_name(text, at);
        } else {
            at += c.len_utf8();
        }
    }
    numbers
}

/// The numbers in formulas that may be measured.
fn in_maths(text: &str) -> Vec<Range<usize>> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while let Some(digit) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let mut number = start_at_point(text, at + digit)..at + digit;
        number.end = end_in_maths(text, number.end);
        at = number.end;
        if !text[number.clone()]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
        {
            numbers.push(number);
        }
    }
    numbers
}

/// Where the number whose first digit is at `at` begins.
fn start(text: &str, at: usize) -> usize {
    let start = start_at_point(text, at);
    let before = &text[..start];
    let sign = before.strip_suffix(['-', '+', '\u{2212}']);
    match sign {
        Some(rest) if !rest.ends_with(|c| is_word(c) || "-+)]".contains(c)) => rest.len(),
        _ => start,
    }
}

/// Where it begins without its sign.
fn start_at_point(text: &str, at: usize) -> usize {
    match text[..at].strip_suffix('.') {
        Some(rest) if !rest.ends_with(|c| is_word(c) || c == '.') => rest.len(),
        _ => at,
    }
}

fn end_in_words(text: &str, at: usize) -> usize {
    let mut end = end_of_word(text, at);
    while let Some(joint) = joint(text, end)
        && (".,-".contains(joint) && text[..end].ends_with(is_digit)
            || "-+".contains(joint) && text[..end].ends_with(['e', 'E']))
    {
        end = end_of_word(text, end + joint.len_utf8());
    }
    end + text[end..].starts_with('%') as usize
}

fn end_in_maths(text: &str, at: usize) -> usize {
    let digits = |at: usize| at + text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(at);
    loop {
        let rest = &text[end..];
        let exponent = rest
            .strip_prefix(['e', 'E'])
            .map(|rest| rest.strip_prefix(['-', '+']).unwrap_or(rest));
        end = if rest.starts_with('.') && joint(text, end).is_some() {
            digits(end + 1)
        } else if let Some(grouped) = rest.strip_prefix("{,}")
            && grouped.starts_with(is_digit)
        {
            digits(text.len() - grouped.len())
        } else if let Some(exponent) = exponent
            && exponent.starts_with(is_digit)
        {
            digits(text.len() - exponent.len())
        } else {
            break;
        };
    }
    let rest = &text[end..];
    if text[at..end] == *"10"
        && let Some(power) = rest.strip_prefix('^')
    {
        let power = match power.strip_prefix('{') {
            Some(group) => &power[..group.find('}').map_or(1, |close| close + 2)],
            None => &power[..power.chars().next().map_or(0, char::len_utf8)],
        };
        if power.contains(is_digit) && !power.contains(char::is_whitespace) {
            end += 1 + power.len();
        }
    }
    let percent = ["\\%", "\\,\\%"];
    let percent = percent
        .iter()
        .find(|percent| text[end..].starts_with(**percent));
    end + percent.map_or(0, |percent| percent.len())
}

/// The character at `at` if a digit follows it.
fn joint(text: &str, at: usize) -> Option<char> {
    let mut rest = text[at..].chars();
    let joint = rest.next()?;
    rest.next().is_some_and(is_digit).then_some(joint)
}

fn end_of_word(text: &str, at: usize) -> usize {
    text[at..]
        .find(|c| !is_word(c))
        .map_or(text.len(), |end| at + end)
}

/// A name goes on over the points of a version and of a field: `v0.5`, `pair.0`.
fn end_of_name(text: &str, at: usize) -> usize {
    let mut end = end_of_word(text, at);
    while joint(text, end) == Some('.') {
        end = end_of_word(text, end + 1);
    }
    end
}

/// Whether the number is the one of a chapter or an exercise.
fn is_of_a_part(text: &str, number: &Range<usize>) -> bool {
    let before = &text[..number.start];
    let Some(words) = before.strip_suffix(char::is_whitespace) else {
        return false;
    };
    let word = words.rsplit(|c| !is_word(c)).next().unwrap_or_default();
    let part = ["chapter", "exercise"];
    part.iter().any(|part| word.eq_ignore_ascii_case(part))
        && text[number.clone()]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(markdown: &str) -> Vec<String> {
        let typed = of_page(markdown).into_iter();
        typed.map(|number| number.written).collect()
    }

    #[test]
    fn a_number_is_taken_whole() {
        for number in [
            "10,000",
            "0.285",
            ".5",
            "-0.3",
            "+0.3",
            "\u{2212}0.3",
            "50%",
            "1e-7",
            "5e-6",
            "1e+3",
            "3x",
            "10k",
            "2D",
            "2-128-128-128-1",
            "1906.01563",
            "0.5.4",
            "1e-7",
            "33_537",
        ] {
            assert_eq!(numbers(&format!("It is {number}.\n")), [number]);
            assert_eq!(numbers(&format!("(It was `{number}`, not)\n")), [number]);
        }
    }

    #[test]
    fn what_stands_between_two_numbers_parts_them() {
        assert_eq!(
            numbers("a 2 x 3 grid, 4\u{d7}5, 6/7, 0..8, 9 - 10"),
            ["2", "3", "4", "5", "6", "7", "0", "8", "9", "10"]
        );
        assert_eq!(
            numbers("(1, -2) and [0.8, 0.0], a-3, 32-bit"),
            ["1", "-2", "0.8", "0.0", "3", "32"]
        );
    }

    #[test]
    fn digits_in_a_name_are_no_number() {
        assert_eq!(
            numbers(
                "f64 L2 RK4 `exercise_1` `chapter5` `x_1.0` v0.5.4 chapter1-gradients.md \u{3b8}0"
            ),
            [""; 0]
        );
        assert_eq!(numbers("mdBook 0.5, ChaCha-8"), ["0.5", "8"]);
    }

    #[test]
    fn chapters_and_exercises_have_numbers_for_names() {
        assert_eq!(
            numbers("[Chapter 1](a.md) and exercise\n2, seed 3, chapter 0.5"),
            ["3", "0.5"]
        );
    }

    #[test]
    fn every_text_of_a_page_is_read() {
        let page = "\
# One 1

2 [three 3](four4.md) ![five 5](six6.svg) *7*

- 8

| a 9 |
|-----|
| 10  |

> [!NOTE]
> 11

<details>
<summary>12</summary>
</details>

```text
13
```
";
        let expected: Vec<String> = [1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13]
            .map(|n| n.to_string())
            .into();
        assert_eq!(numbers(page), expected);
    }

    #[test]
    fn what_is_no_text_is_not_read() {
        let page = "\
# One {#part-1}

1. First [a](b.md#2 \"3\") <https://example.org/4> [^5] <span id=\"6\">b</span> &#8722;

2. Second

<!-- 7 -->
<p data-x=\"8\">
c
</p>

[d]: https://example.org/9
[^5]: Note.

```sh
head -10
```

```console
$ head -11
```
";
        assert_eq!(numbers(page), [""; 0]);
    }

    #[test]
    fn what_a_terminal_answers_is_read() {
        assert_eq!(numbers("```console\n$ head -1\n2\n```\n"), ["2"]);
    }

    #[test]
    fn exercises_are_numbered() {
        let page = "## Exercises\n\n### 1. The plateau {#plateau}\n\nTry 2.\n\n### 3 units\n\n## More\n\n### 4. Last\n";
        assert_eq!(numbers(page), ["2", "3", "4"]);
    }

    #[test]
    fn of_a_formula_only_what_may_be_measured_is_taken() {
        assert_eq!(
            numbers("$\\frac{1}{2} x_1^2 + 10 = 2\\pi$ and $$\\frac12 - 10^n$$"),
            [""; 0]
        );
        assert_eq!(
            numbers("$-0.5x + .5 - 10^{-3} + 10^5 + 33{,}537 + 5\\% + 1e-7 + 1.5 \\cdot 10^{-2}$"),
            [
                "0.5", ".5", "10^{-3}", "10^5", "33{,}537", "5\\%", "1e-7", "1.5", "10^{-2}"
            ]
        );
    }

    #[test]
    fn a_number_knows_its_line() {
        let lines: Vec<usize> = of_page("a\n\nb\n1, $0.5$\n2\n")
            .iter()
            .map(|number| number.line)
            .collect();
        assert_eq!(lines, [4, 4, 5]);
    }
}
