//! Which edition of the book is built: the commit it is made from, where that is kept, where the book is read, and what
//! it offers beside its pages.

use std::env;

use anyhow::{Result, bail};

use crate::command;
use crate::project::Project;

/// The page that says which edition it is.
pub const TITLE: &str = "title.md";

/// The address of the repository, without which nothing links to it: `https://example.org/ada/book`.
const REPOSITORY: &str = "HNN_REPOSITORY";
/// The address the book is published at, without which its pages name none: `https://ada.example.org/book`.
const SITE: &str = "HNN_SITE";

/// An edition of the book.
#[derive(Debug, Default)]
pub struct Edition {
    /// What it is made from, in a clone of the repository.
    pub commit: Option<Commit>,
    /// The address of the repository, without a slash at its end.
    pub repository: Option<String>,
    /// The address of the published book, without a slash at its end.
    pub site: Option<String>,
    /// The files and folders at the top of the built book that pages may lead to.
    pub downloads: Vec<String>,
}

/// A commit.
#[derive(Debug)]
pub struct Commit {
    /// Its hash, all 40 digits.
    pub hash: String,
    /// Its day, `2026-11-26`.
    pub date: String,
    /// Whether a file of the project is another one since.
    pub is_changed: bool,
}

impl Edition {
    /// The edition of this checkout, as git and the environment have it.
    pub fn of(project: &Project) -> Result<Self> {
        Ok(Self {
            commit: commit(project),
            repository: address(REPOSITORY)?,
            site: address(SITE)?,
            downloads: Vec::new(),
        })
    }

    /// Whether pages may lead to this file or folder.
    pub fn offers(&self, download: &str) -> bool {
        self.downloads.iter().any(|offered| offered == download)
    }

    /// What mdBook is told of it, in variables: the folder that the page for wrong addresses takes its style from, the
    /// links to the repository, and what the preprocessor may lead to.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let downloads = serde_json::json!(self.downloads).to_string();
        let mut settings = vec![
            ("MDBOOK_OUTPUT__HTML__SITE_URL", self.folder()),
            ("MDBOOK_PREPROCESSOR__HNN__DOWNLOADS", downloads),
        ];
        if let Some(repository) = &self.repository {
            let edit = format!("{repository}/edit/main/{{path}}");
            settings.push(("MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE", edit));
            settings.push((
                "MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL",
                repository.clone(),
            ));
        }
        settings
    }

    /// The folder of the book on its host: `/book/`.
    fn folder(&self) -> String {
        let host_and_path = self.site.as_deref().and_then(|site| site.split_once("://"));
        let path = host_and_path.and_then(|(_, rest)| rest.split_once('/'));
        path.map_or("/".to_owned(), |(_, path)| format!("/{path}/"))
    }
}

/// The address in a variable.
fn address(variable: &str) -> Result<Option<String>> {
    let value = env::var(variable).unwrap_or_default();
    let address = value.trim_end_matches('/');
    if !address.is_empty() && !address.starts_with("http") {
        bail!("{variable} is `{value}`: it is an address that begins with http, or nothing");
    }
    Ok((!address.is_empty()).then(|| address.to_owned()))
}

/// The commit that is checked out, if this is a clone and git is there.
fn commit(project: &Project) -> Option<Commit> {
    // A folder that was unpacked inside another clone is none.
    if !project.path(".git").exists() {
        return None;
    }
    let root = project.root.to_str()?;
    let log = command::answer("git", &["-C", root, "log", "-1", "--format=%H %cs"])?;
    let (hash, date) = log.trim().split_once(' ')?;
    Some(Commit {
        hash: hash.to_owned(),
        date: date.to_owned(),
        is_changed: command::answer("git", &["-C", root, "diff", "--quiet", "HEAD"]).is_none(),
    })
}
