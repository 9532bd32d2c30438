//! The links that lead out of the book, followed: the one task that asks other hosts for something.

use std::fs;
use std::process::Command;

use anstream::println;
use anyhow::{Context, Result, bail};

use crate::book::links::{self, Entry, Links};
use crate::book::problem::Problems;
use crate::missing::Missing;
use crate::project::Project;
use crate::search_path::SearchPath;

/// How long one address may take.
const SECONDS: &str = "30";

/// Shows for every link what is there now beside what should be; fails if one does not answer.
pub fn check(project: &Project, search: &SearchPath) -> Result<()> {
    let curl = search
        .find(&["curl"])
        .ok_or_else(|| Missing::new("curl", "install it with your system's package manager"))?;
    let list = fs::read_to_string(project.path(links::FILE))
        .with_context(|| format!("reading {}", links::FILE))?;
    let mut problems = Problems::default();
    let Links(entries) = Links::parse(&list, &mut problems);
    problems.into_result()?;
    let mut silent = Vec::new();
    for Entry { address, shows, .. } in &entries {
        let answer = Command::new(&curl)
            .args([
                "--silent",
                "--location",
                "--fail",
                "--max-time",
                SECONDS,
                address,
            ])
            .output()
            .context("starting curl")?;
        let shown = if answer.status.success() {
            title(&String::from_utf8_lossy(&answer.stdout))
                .unwrap_or("a page without a title".to_owned())
        } else {
            silent.push(address.as_str());
            "no answer".to_owned()
        };
        println!("{address}\n    should show: {shows}\n    shows now:   {shown}");
    }
    if !silent.is_empty() {
        bail!(
            "{} of {} links do not answer: {}",
            silent.len(),
            entries.len(),
            silent.join(", ")
        );
    }
    Ok(())
}

/// The title of an HTML page, on one line.
fn title(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<title")?;
    let (_, rest) = rest.split_once('>')?;
    let (title, _) = rest.split_once("</title>")?;
    Some(title.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_page_is_known_by_its_title() {
        let html = "<head><title lang=\"en\">\n  Hamiltonian\n  Networks</title></head>";
        assert_eq!(title(html).as_deref(), Some("Hamiltonian Networks"));
        assert_eq!(title("{}"), None);
    }
}
