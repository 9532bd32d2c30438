//! Named values, written once and quoted everywhere.

use std::fmt;

/// Values with names, in the order in which they were found. Each value is kept as the string that prose quotes.
///
/// Prints one line a fact, `name = value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    facts: Vec<(String, String)>,
}

impl Facts {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact. The value is quoted as it prints, so round it with `format!` first where it needs rounding.
    ///
    /// # Panics
    ///
    /// If the name has other characters than a-z, 0-9 and `_`, or is taken: both are slips in the experiment's code.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(
            !name.is_empty() && name.chars().all(plain),
            "a fact's name is [a-z0-9_]+, not `{name}`"
        );
        assert!(
            self.facts.iter().all(|(taken, _)| taken != name),
            "the fact `{name}` is there already"
        );
        self.facts.push((name.to_string(), value.to_string()));
        self
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.facts.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}{name} = {value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_print_one_a_line() {
        let facts = Facts::new()
            .with("epochs", 74)
            .with("loss", format!("{:.3}", 0.58214));
        assert_eq!(facts.to_string(), "epochs = 74\nloss = 0.582");
    }

    #[test]
    #[should_panic(expected = "is there already")]
    fn a_fact_has_one_value() {
        let _ = Facts::new().with("epochs", 74).with("epochs", 75);
    }
}
