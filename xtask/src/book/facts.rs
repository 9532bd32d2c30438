//! Named values that sentences quote.

use super::suggestion::did_you_mean;

/// The lines `name = value` of a facts snapshot.
#[derive(Debug, Clone, Default)]
pub struct Facts(Vec<(String, String)>);

impl Facts {
    /// Reads the facts; a line that is none is returned with its number, from 0.
    pub fn parse(text: &str) -> (Self, Vec<(usize, String)>) {
        let mut facts: Vec<(String, String)> = Vec::new();
        let mut faults = Vec::new();
        for (index, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            match line
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()))
            {
                Some((name, _)) if facts.iter().any(|(known, _)| known == name) => {
                    faults.push((index, format!("the fact `{name}` is already given above")));
                }
                Some((name, value)) if is_name(name) && !value.is_empty() => {
                    facts.push((name.to_owned(), value.to_owned()));
                }
                _ => faults.push((
                    index,
                    format!("`{line}` is not a fact: write `name = value`"),
                )),
            }
        }
        (Self(facts), faults)
    }

    /// The value of a fact of the snapshot called `snapshot`.
    pub fn value(&self, snapshot: &str, fact: &str) -> Result<&str, String> {
        match self.0.iter().find(|(name, _)| name == fact) {
            Some((_, value)) => Ok(value),
            None => {
                let known = self.0.iter().map(|(name, _)| name.as_str());
                Err(format!(
                    "`{snapshot}` has no fact `{fact}`{}",
                    did_you_mean(fact, known)
                ))
            }
        }
    }

    /// The names of the facts that these lines give, each with its line, from 0.
    pub fn names<'a>(&'a self, lines: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let named = lines.lines().map(|line| line.split('=').next());
        let named = named.map(|name| name.unwrap_or_default().trim());
        let is_fact = |name: &str| self.0.iter().any(|(known, _)| known == name);
        named.enumerate().filter(move |(_, name)| is_fact(name))
    }

    /// The first fact with this value.
    pub fn with_value(&self, value: &str) -> Option<&str> {
        let (name, _) = self.0.iter().find(|(_, known)| known == value)?;
        Some(name)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
