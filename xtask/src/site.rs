//! The built book: the folder `site/`, and serving it while writing.

use std::env;
use std::fs;
use std::fs::File;
use std::io::IsTerminal;
use std::process::Command;
use std::thread;
use std::time::SystemTime;

use anstream::eprintln;
use anyhow::{Context, Result};

use crate::book::folder;
use crate::book::notebooks;
use crate::browser::Browser;
use crate::command;
use crate::edition::{Edition, TITLE};
use crate::live;
use crate::missing::Missing;
use crate::project::Project;
use crate::search_path::SearchPath;
use crate::suite;
use crate::tool::{MDBOOK, Toolbox};

/// The book in other forms, each with the name of its file in the built book and what a page calls it.
pub const FORMS: [(&str, &str); 2] = [(PDF, "a PDF to print"), (EPUB, "an EPUB for a reader")];

const PDF: &str = "stuck-at-1.0.pdf";
const EPUB: &str = "stuck-at-1.0.epub";
/// The picture that other sites show beside a link to the book.
const CARD: &str = "card.png";
/// What stands in the head of every page, and what takes the book's address takes its place.
const PLACE: &str = "<meta name=\"hnn-address\">\n";
/// Pages that are no places to be led to from elsewhere.
const UNLISTED: [&str; 4] = ["404.html", "index.html", "print.html", "toc.html"];

/// How to serve the book.
#[derive(Debug, clap::Args)]
pub struct Serving {
    /// Do not open the book in a browser
    #[arg(long)]
    pub no_open: bool,
    /// Port to listen on
    #[arg(long, short, default_value_t = 3000)]
    pub port: u16,
    /// Host name to listen on
    #[arg(long, short = 'n', default_value = "localhost")]
    pub hostname: String,
}

/// Builds the book into `site/`. Where the toolchain cannot compile for the page, its figures have no knobs; in CI it can.
pub fn build(project: &Project) -> Result<()> {
    lay_out(project, &[notebooks::FOLDER])
}

/// Builds the book into `site/` as it is published: in its other forms as well, and with a picture of it for other sites.
pub fn publish(project: &Project, search: &SearchPath) -> Result<()> {
    let browser = Browser::set_up(project, search)?;
    lay_out(project, &[notebooks::FOLDER, PDF, EPUB, CARD])?;
    browser.run(
        "to make the book's other forms",
        &["publish.mjs", PDF, EPUB, CARD],
    )
}

/// Builds the book with links to these `downloads`, of which the notebooks alone are there afterwards.
fn lay_out(project: &Project, downloads: &[&str]) -> Result<()> {
    let mdbook = Toolbox::of_this_process()?.get(&MDBOOK)?;
    let mut edition = Edition::of(project)?;
    edition.downloads = downloads.iter().map(|&name| name.to_owned()).collect();
    match live::build(project) {
        Err(error) if error.is::<Missing>() && !suite::in_ci() => {
            eprintln!("note: no figure has knobs: that {error}");
        }
        built => built?,
    }
    command::run(
        "to build the book",
        Command::new(mdbook)
            .arg("build")
            .envs(edition.settings())
            .current_dir(&project.root),
    )?;
    let site = project.path("site");
    notebooks::lay_out(project, &edition, &site)?;
    give_address(project, &edition).with_context(|| format!("completing {}", site.display()))
}

/// Puts the address of the book into the head of every page, and lists all pages for searching machines; without an address,
/// takes out the place for it.
fn give_address(project: &Project, edition: &Edition) -> Result<()> {
    let site = project.path("site");
    let mut map = String::new();
    for page in folder::files(&site, ".html")? {
        let mut head = String::new();
        if let Some(address) = &edition.site {
            // The title is the first page, which a folder's address shows.
            let is_first = page == "index.html" || page == TITLE.replace(".md", ".html");
            let url = match is_first {
                true => format!("{address}/"),
                false => format!("{address}/{page}"),
            };
            if is_first || !UNLISTED.contains(&page.as_str()) {
                head = format!(
                    "<link rel=\"canonical\" href=\"{url}\">\n<meta property=\"og:url\" content=\"{url}\">\n"
                );
                if page != "index.html" {
                    map.push_str(&format!("<url><loc>{url}</loc></url>\n"));
                }
            }
            if edition.offers(CARD) {
                head.push_str(&format!(
                    "<meta property=\"og:image\" content=\"{address}/{CARD}\">\n\
                     <meta name=\"twitter:card\" content=\"summary_large_image\">\n"
                ));
            }
        }
        let path = site.join(&page);
        let html = fs::read_to_string(&path)?;
        fs::write(&path, html.replacen(PLACE, &head, 1))?;
    }
    if !map.is_empty() {
        let map = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{map}</urlset>\n"
        );
        fs::write(site.join("sitemap.xml"), map)?;
    }
    Ok(())
}

/// Builds the book, serves it and rebuilds it whenever prose, code or evidence changes.
pub fn serve(project: &Project, serving: &Serving) -> Result<()> {
    let mdbook = Toolbox::of_this_process()?.get(&MDBOOK)?;
    let mut serve = Command::new(mdbook);
    serve
        .args(["serve", "--port", &serving.port.to_string()])
        .args(["--hostname", &serving.hostname])
        .current_dir(&project.root);
    if !serving.no_open && someone_is_watching() {
        serve.arg("--open");
    }
    // The pages are there at once, and the knobs when they are compiled.
    thread::scope(|scope| {
        scope.spawn(|| {
            let built = live::build(project).and_then(|()| stir(project));
            if let Err(error) = built {
                eprintln!("note: no figure has knobs: {error:#}");
            }
        });
        command::run("to serve the book", &mut serve)
    })
}

/// Has a serving mdBook build the book again: it does not watch what git ignores, as the modules are.
fn stir(project: &Project) -> Result<()> {
    let summary = File::options()
        .append(true)
        .open(project.path("book/SUMMARY.md"))?;
    Ok(summary.set_modified(SystemTime::now())?)
}

/// Whether a browser window would be seen by whoever started this: a terminal with a desktop around it.
pub fn someone_is_watching() -> bool {
    let desktop = cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]
            .iter()
            .any(|name| env::var_os(name).is_some());
    desktop && env::var_os("CI").is_none() && std::io::stdout().is_terminal()
}
