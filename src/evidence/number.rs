//! Numbers as a reader wants them: as short as what they say.

/// A number to two significant digits: `0.0034`, `12`, `5.1e-6`; what is infinite is `diverged`.
pub fn brief(number: f64) -> String {
    if number == 0.0 {
        return "0".into();
    }
    if !number.is_finite() {
        return "diverged".into();
    }
    let scientific = format!("{number:.1e}");
    let (_, exponent) = scientific
        .split_once('e')
        .expect("written with an exponent");
    match exponent.parse::<i32>().expect("an exponent is an integer") {
        power @ -3..=3 => format!("{number:.*}", (1 - power).max(0) as usize),
        _ => scientific,
    }
}

/// A whole number with its thousands set apart: `33,537`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// How many of all there are, for a sentence: `every seed`, `no seed`, or `4 of 5 seeds`.
pub fn counted(count: usize, all: usize, one: &str) -> String {
    match count {
        0 => format!("no {one}"),
        _ if count == all => format!("every {one}"),
        _ => format!("{count} of {all} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brief_numbers_have_two_digits() {
        let numbers = [
            0.7123,
            0.0999,
            0.00123,
            5.12e-6,
            12.3,
            1234.0,
            0.0,
            f64::INFINITY,
            -0.25,
        ];
        let texts = [
            "0.71", "0.10", "0.0012", "5.1e-6", "12", "1234", "0", "diverged", "-0.25",
        ];
        assert_eq!(numbers.map(brief), texts);
    }

    #[test]
    fn all_and_none_are_words() {
        let told = [0, 4, 5].map(|count| counted(count, 5, "seed"));
        assert_eq!(told, ["no seed", "4 of 5 seeds", "every seed"]);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(33_537), "33,537");
        assert_eq!(thousands(1_000_000), "1,000,000");
    }
}
