// The book as an EPUB: the pages as the browser has them, so that formulas and figures are what they are on the screen.

import { writeFile } from "node:fs/promises";
import { deflateRawSync } from "node:zlib";

const STYLE = `
body { line-height: 1.45; }
pre, code { font-family: monospace; font-size: 0.85em; white-space: pre-wrap; }
table { border-collapse: collapse; font-size: 0.9em; }
td, th { padding: 0.1em 0.5em; border-bottom: 1px solid #ccc; }
figure { margin: 1em 0; break-inside: avoid; }
figure svg { width: 100%; height: auto; }
figcaption, .run { font-size: 0.9em; }
.finding { font-weight: bold; }
fieldset, blockquote { margin: 1em 0; padding: 0.5em 1em; border: 0; border-left: 3px solid #999; }
label { display: block; }
.display-maths { display: block; margin: 1em 0; }
`;

/** Writes the pages of the book into the file at `path`; the source files, which are for a screen, are left out. */
export async function writeEpub(book, path) {
  let contents = [];
  let title = "";
  const pages = [];
  await book.visit({}, async (page) => {
    await page.goto(book.url("title.html"));
    title = await page.locator("#mdbook-menu-bar .menu-title").innerText();
    contents = await page.locator("#mdbook-sidebar a[href]").evaluateAll((links) =>
      links.filter(({ pathname }) => !pathname.includes("/source/")).map((link) => [link.href, link.textContent.trim()]),
    );
    const known = contents.map(([href]) => href);
    for (const [href, words] of contents) {
      await page.goto(href);
      const found = await page.evaluate(asXhtml, known);
      pages.push({ href, words, file: fileOf(href), ...found });
    }
  });
  checkLinks(pages);
  const files = [
    ["META-INF/container.xml", container()],
    ["book.opf", packageOf(title, pages)],
    ["nav.xhtml", documentOf("Contents", navigation(pages))],
    ["style.css", STYLE],
    ...pages.map(({ file, words, body }) => [file, documentOf(words, body)]),
  ];
  await writeFile(path, zip([["mimetype", "application/epub+zip"], ...files]));
}

const fileOf = (href) => new URL(href).pathname.split("/").pop().replace(".html", ".xhtml");

/** In the browser: the text of the page, without what needs a script or another file; links to `known` pages stay. */
function asXhtml(known) {
  const main = document.querySelector("main").cloneNode(true);
  const unwanted = ".made, .data, .live, .enlarge, .buttons, .name-facts, .reminder, script, dialog, input, button, [role=status]";
  main.querySelectorAll(unwanted).forEach((one) => one.remove());
  for (const link of main.querySelectorAll("a")) {
    const url = new URL(link.href || "none:", location.href);
    const page = url.href.split("#")[0];
    if (link.matches(".header") || !(known.includes(page) || (url.protocol === "https:" && url.origin !== location.origin))) {
      link.replaceWith(...link.childNodes);
    } else if (known.includes(page)) {
      link.setAttribute("href", `${page.split("/").pop().replace(".html", ".xhtml")}${url.hash}`);
    }
  }
  for (const element of main.querySelectorAll("[tabindex], [style]")) {
    element.removeAttribute("tabindex");
    element.removeAttribute("style");
  }
  const has = ["math", "svg"].filter((tag) => main.querySelector(tag)).map((tag) => (tag === "math" ? "mathml" : tag));
  const body = [...main.children].map((child) => new XMLSerializer().serializeToString(child)).join("\n");
  const links = [...main.querySelectorAll("a[href*='.xhtml']")].map((link) => link.getAttribute("href"));
  return { body, has, links, ids: [...main.querySelectorAll("[id]")].map(({ id }) => id) };
}

function checkLinks(pages) {
  for (const { file, links } of pages) {
    for (const link of links) {
      const [target, id] = link.split("#");
      const page = pages.find((page) => page.file === target);
      if (!page || (id && !page.ids.includes(decodeURIComponent(id)))) throw new Error(`${file} of the EPUB leads to ${link}, which is not there`);
    }
  }
}

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function container() {
  return `<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>`;
}

function packageOf(title, pages) {
  const item = (id, file, has) =>
    `<item id="${id}" href="${file}" media-type="application/xhtml+xml"${has.length ? ` properties="${has.join(" ")}"` : ""}/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:book:${escape(title.toLowerCase().replaceAll(" ", "-"))}</dc:identifier>
<dc:title>${escape(title)}</dc:title>
<dc:language>en</dc:language>
<meta property="dcterms:modified">${new Date().toISOString().slice(0, 19)}Z</meta>
</metadata>
<manifest>
<item id="style" href="style.css" media-type="text/css"/>
${item("nav", "nav.xhtml", ["nav"])}
${pages.map(({ file, has }, number) => item(`page-${number}`, file, has)).join("\n")}
</manifest>
<spine>
${pages.map((_, number) => `<itemref idref="page-${number}"/>`).join("\n")}
</spine>
</package>`;
}

function navigation(pages) {
  const items = pages.map(({ file, words }) => `<li><a href="${file}">${escape(words)}</a></li>`);
  return `<nav epub:type="toc"><h1>Contents</h1><ol>\n${items.join("\n")}\n</ol></nav>`;
}

function documentOf(title, body) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>${escape(title)}</title><link rel="stylesheet" href="style.css"/></head>
<body>
${body}
</body>
</html>`;
}

/** A ZIP archive of these files, each a name and a text; the first one is stored as it is, as an EPUB's must be. */
function zip(files) {
  const [parts, entries] = [[], []];
  let at = 0;
  files.forEach(([name, text], number) => {
    const bytes = Buffer.from(text);
    const packed = number === 0 ? bytes : deflateRawSync(bytes, { level: 9 });
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(number === 0 ? 0 : 8, 4);
    header.writeUInt16LE(0x21, 8); // The first day that the format knows: the same pages are the same file.
    header.writeUInt32LE(crc32(bytes), 10);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(bytes.length, 18);
    header.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    entries.push(Buffer.from("PK\x01\x02\x14\x00"), header, place, Buffer.from(name));
    const part = Buffer.concat([Buffer.from("PK\x03\x04"), header, Buffer.from(name), packed]);
    parts.push(part);
    at += part.length;
  });
  const list = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
