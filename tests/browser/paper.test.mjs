// On paper: the whole book, as the browser prints it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, it } from "node:test";
import { Book, folder, wear } from "./browser.mjs";

/** The text of an A4 page, at 96 px to the inch: 297 mm and 210 mm without the margins of the style sheet. */
const PAPER = { width: 672, height: 986 };
let book;

before(async () => {
  book = await Book.open();
});

after(() => book?.close());

it("the whole book prints, whole figures on white paper, in whatever theme it is read", () =>
  book.visit({ width: PAPER.width }, async (page) => {
    await page.goto(book.url("print.html"));
    await page.waitForFunction(() => window.askedToPrint);
    await wear(page, "navy");
    await page.emulateMedia({ media: "print" });
    const problems = await page.evaluate(onPaper, PAPER);
    return problems;
  }));

it("the PDF has the whole book, an outline to find one's way by, and tags to be read aloud by; the EPUB says what it is", async () => {
  const pdf = (await readFile(path.join(folder, "stuck-at-1.0.pdf"))).toString("latin1");
  const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(sheets > 20, `the book is ${sheets} sheets`);
  for (const part of ["/Outlines", "/StructTreeRoot", "/Lang"]) assert.ok(pdf.includes(part), `it has no ${part}`);
  console.log(`the book on paper: ${sheets} sheets`);
  const epub = (await readFile(path.join(folder, "stuck-at-1.0.epub"))).toString("latin1");
  assert.equal(epub.slice(30, 58), "mimetypeapplication/epub+zip");
});

it("a source file prints when it is asked for, and not with the whole book", () =>
  book.visit({ width: PAPER.width }, async (page) => {
    const problems = [];
    await page.emulateMedia({ media: "print" });
    await page.goto(book.url("print.html"));
    const whole = page.locator(".source-page");
    if ((await whole.count()) === 0) problems.push("the whole book has no source files to leave out");
    for (const file of await whole.all()) {
      if (await file.isVisible()) problems.push(`the whole book prints ${await file.locator("h1").textContent()}`);
    }
    await page.goto(book.url("source/src/measure/metrics.rs.html"));
    if (!(await page.locator(".source-page pre").isVisible())) problems.push("a source file does not print by itself");
    return problems;
  }));

/** In the browser: what would be dark, cut, cut off or hidden on paper. */
function onPaper({ width, height }) {
  const problems = [];
  const style = (element) => getComputedStyle(element);
  const isSeen = (element) => element.checkVisibility({ contentVisibilityAuto: true });
  const tag = (element) => element.cloneNode(false).outerHTML.slice(0, 120);
  for (const element of [document.documentElement, document.body]) {
    const { backgroundColor } = style(element);
    if (!["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(backgroundColor)) problems.push(`the paper is ${backgroundColor}`);
  }
  const { color } = style(document.querySelector("main p"));
  if (color !== "rgb(0, 0, 0)") problems.push(`the ink is ${color}`);
  for (const whole of document.querySelectorAll("figure.figure, .table, .output")) {
    if (style(whole).breakInside !== "avoid") problems.push(`may be cut in two: ${tag(whole)}`);
    if (whole.matches(".figure") && whole.getBoundingClientRect().height > height) {
      problems.push(`is higher than the paper: ${tag(whole)}`);
    }
  }
  for (const fold of document.querySelectorAll("main details:not(.data)")) {
    const inside = [...fold.children].find((child) => child.localName !== "summary");
    if (inside && !isSeen(inside)) problems.push(`stays folded: ${fold.querySelector("summary")?.textContent}`);
  }
  for (const unwanted of document.querySelectorAll(".enlarge, .data, .made, .name-facts, .skip, pre > .buttons, #mdbook-menu-bar")) {
    if (isSeen(unwanted)) problems.push(`is of no use on paper: ${tag(unwanted)}`);
  }
  for (const element of document.querySelectorAll("main *:not(svg *, math *)")) {
    const over = Math.ceil(element.getBoundingClientRect().right - width - 0.5);
    if (over > 0 && isSeen(element)) problems.push(`is cut off, ${over} px: ${tag(element)}`);
  }
  return [...new Set(problems)];
}
