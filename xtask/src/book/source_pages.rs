//! The pages of the built book that show the listed files whole, so that every listing links to its
//! surroundings without a network.

use std::path::Path;

use mdbook_preprocessor::book::{Book, BookItem, Chapter};

use super::html::{escape, language};
use super::manuscript::Manuscript;
use super::source_file::SourceFile;

/// The page that the pages of the files are nested under.
const PARENT: &str = "source.md";

/// The path from `book/` of the page that shows a file.
pub fn path(file: &str) -> String {
    format!("source/{file}.md")
}

/// The file that the page at `path` shows, if it is such a page.
pub fn file(path: &str) -> Option<&str> {
    path.strip_prefix("source/")?.strip_suffix(".md")
}

/// The link from a page at the top of the book to a listing in its file.
pub fn href(file: &str, anchor: Option<&str>) -> String {
    let fragment = anchor
        .map(|anchor| format!("#{anchor}"))
        .unwrap_or_default();
    format!("{}{fragment}", path(file))
}

/// Adds a page for every file that the book lists.
pub fn append(book: &mut Book, manuscript: &Manuscript) {
    book.for_each_chapter_mut(|chapter| {
        if chapter.path.as_deref() != Some(Path::new(PARENT)) {
            return;
        }
        let mut parents = chapter.parent_names.clone();
        parents.push(chapter.name.clone());
        for (index, source) in (1..).zip(manuscript.listed_sources()) {
            let mut page = page(source, parents.clone());
            page.number = chapter.number.clone();
            page.number.iter_mut().for_each(|number| number.push(index));
            chapter.sub_items.push(BookItem::Chapter(page));
        }
    });
}

fn page(source: &SourceFile, parents: Vec<String>) -> Chapter {
    let mut code = String::new();
    for (line, anchors) in source.lines_with_anchors() {
        for anchor in anchors {
            code.push_str(&format!("<span id=\"{anchor}\"></span>"));
        }
        code.push_str(&escape(line));
        code.push('\n');
    }
    let content = format!(
        // The style sheet leaves these out of the whole book on paper.
        "<div class=\"source-page\">\n\n# `{0}`\n\n<pre class=\"source\"><code class=\"language-{1}\">{code}</code></pre>\n\n</div>\n",
        source.path,
        language(&source.path)
    );
    Chapter {
        // From `book/`, as mdBook takes the paths of its own pages: a link to edit the file is made of it.
        source_path: Some(Path::new("..").join(&source.path)),
        ..Chapter::new(&source.path, content, path(&source.path), parents)
    }
}
