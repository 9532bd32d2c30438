// The folder of the built book, opened without a server: pages, theme, contents and search work from file:// as well.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Book, wear } from "./browser.mjs";
import { pagesOf } from "./site.mjs";

const pages = await pagesOf(process.env.SITE ?? "../../site");
let book;

before(async () => {
  book = await Book.open();
});

after(() => book?.close());

describe("the folder of the book, without a server", { concurrency: 2 }, () => {
  it("every page loads without an error", () =>
    book.visit({}, async (page) => {
      // The page for wrong addresses is a server's answer, and takes its files from there.
      for (const name of pages.filter((name) => name !== "404.html")) {
        await page.goto(book.file(name));
        await page.evaluate(() => document.fonts.ready);
      }
    }));

  it("theme, contents and search work, and lead on to a page in a folder below", () =>
    book.visit({}, async (page) => {
      await page.goto(book.file("prologue.html"));
      await wear(page, "coal");
      await page.keyboard.press("s");
      await page.keyboard.type("epsilon");
      await page.locator("#mdbook-searchresults a").first().waitFor();
      await page.keyboard.press("Escape");
      const source = pages.find((name) => name.startsWith("source/"));
      await page.goto(book.file(source));
      assert.match(await page.locator("html").getAttribute("class"), /\bcoal\b/);
      await page.locator("#mdbook-sidebar a", { hasText: "Prologue" }).first().click();
      await page.waitForURL(book.file("prologue.html"));
      await page.locator("main .figure:visible svg[role=img]").first().waitFor();
    }));
});
