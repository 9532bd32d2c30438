//! The name that was probably meant.

/// The end of a sentence about an unknown name: ``; did you mean `x`?``, or nothing if no known name is near.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let limit = (name.chars().count() / 3).max(2);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn a_slip_of_the_keyboard_is_recognised() {
        let known = ["hand-gradient", "loss"];
        assert_eq!(
            did_you_mean("hand-gradeint", known),
            "; did you mean `hand-gradient`?"
        );
    }

    #[test]
    fn a_name_that_resembles_nothing_gets_no_suggestion() {
        assert_eq!(did_you_mean("integrator", ["hand-gradient", "loss"]), "");
    }
}
