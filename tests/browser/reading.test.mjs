// Reading with mdBook's own means: search, contents, turning pages, copying code, themes, and all of it by keyboard.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Book, THEMES, violations, wear } from "./browser.mjs";

const FIRST = "prologue.html";
let book;

before(async () => {
  book = await Book.open();
});

after(() => book?.close());

describe("reading", { concurrency: 3 }, () => {
  it("search finds what the book is about", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url(FIRST));
      await page.keyboard.press("s");
      await page.keyboard.type("epsilon");
      const first = page.locator("#mdbook-searchresults a").first();
      await first.waitFor();
      assert.match(await page.locator("#mdbook-searchresults-header").innerText(), /search results? for 'epsilon'/);
      assert.match(await page.locator("#mdbook-searchresults").innerText(), /epsilon/i);
      await page.keyboard.press("Escape");
      await page.locator("#mdbook-search-wrapper").waitFor({ state: "hidden" });
      await page.keyboard.press("s");
      await first.waitFor();
      await first.click();
      await page.locator("main mark").first().waitFor();
      assert.match(await page.locator("main mark").first().innerText(), /epsilon/i);
    }));

  it("the arrow keys and the links turn the pages", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url(FIRST));
      const next = await page.locator(".nav-chapters.next").getAttribute("href");
      await page.keyboard.press("ArrowRight");
      await page.waitForURL(`**/${next}`);
      await page.keyboard.press("ArrowLeft");
      await page.waitForURL(`**/${FIRST}`);
      await page.locator("a.next:visible").first().click();
      await page.waitForURL(`**/${next}`);
      await page.locator("a.previous:visible").first().click();
      await page.waitForURL(`**/${FIRST}`);
    }));

  it("the contents fold away and come back, by mouse and by keyboard", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url(FIRST));
      const sidebar = page.locator("#mdbook-sidebar");
      const toggle = page.locator("#mdbook-sidebar-toggle");
      assert.ok((await sidebar.locator("a[href]").count()) > 10, "the contents list the pages");
      assert.equal(await sidebar.locator("a.active").getAttribute("href"), FIRST);
      await toggle.click();
      await sidebar.waitFor({ state: "hidden" });
      await page.reload();
      await sidebar.waitFor({ state: "hidden" });
      await toggle.focus();
      await page.keyboard.press("Enter");
      await sidebar.waitFor({ state: "visible" });
      assert.equal(await toggle.getAttribute("aria-expanded"), "true");
      // mdBook takes them away at the end of a movement: closed before they have moved, they would stay, beside the window.
      await sidebar.evaluate((bar) => Promise.all(bar.getAnimations().map(({ finished }) => finished)));
      await page.keyboard.press(" ");
      await sidebar.waitFor({ state: "hidden" });
    }));

  it("on a phone the contents open over the page", () =>
    book.visit({ width: 390 }, async (page) => {
      await page.goto(book.url(FIRST));
      const sidebar = page.locator("#mdbook-sidebar");
      await sidebar.waitFor({ state: "hidden" });
      await page.locator("#mdbook-sidebar-toggle").click();
      await sidebar.locator("a.active").waitFor();
    }));

  it("a theme stays chosen", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url(FIRST));
      await page.locator("#mdbook-theme-toggle").click();
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.goto(book.url("references.html"));
      assert.match(await page.locator("html").getAttribute("class"), /\bayu\b/);
    }));

  it("the button of a listing copies its code", () =>
    book.visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.goto(book.url("chapter1-gradients.html"));
      const listing = page.locator("main .listing:visible").first();
      await listing.locator(".clip-button").focus();
      await page.keyboard.press("Enter");
      await listing.locator(".clip-button.tooltipped").waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      const shown = await listing.locator("pre code").innerText();
      assert.ok(shown.trim().length > 20);
      assert.equal(copied.trim(), shown.trim());
    }));

  it("a number names its source when it is pressed, and all do when the box at the end is ticked, without a script too", () =>
    book.visit({ width: 390, javaScriptEnabled: false }, async (page) => {
      await page.goto(book.url(FIRST));
      const number = page.locator("main p > .fact").first();
      const named = () => number.evaluate((fact) => getComputedStyle(fact, "::after").content);
      const source = await number.getAttribute("title");
      assert.match(source, /^prologue\/.+[.\]]/);
      assert.equal(await named(), "none");
      await number.click();
      assert.equal(await named(), `"${source}"`);
      const box = page.getByLabel("Name the source of every number");
      await box.focus();
      assert.equal(await named(), "none");
      await page.keyboard.press(" ");
      assert.match(await named(), /^" \[.*\]"$/);
      return page.evaluate(() =>
        document.documentElement.scrollWidth > innerWidth ? ["the page is too wide with all names"] : []);
    }));

  it("what a page shows leads to the code that made it, in the file that the page is cut from", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url(FIRST));
      const links = page.locator("main .made a:visible");
      assert.ok((await links.count()) > 5);
      await links.first().click();
      await page.waitForURL(/source\/chapters\/.*\.html#.+/);
      assert.ok(await page.evaluate(() => document.getElementById(location.hash.slice(1)) !== null));
      await page.goBack();
      assert.equal(await page.locator("main .run a").first().getAttribute("href"), "source/chapters/prologue_symptom.rs.html");
    }));

  it("the first stop of the keyboard leads to the text, and every stop shows where it is", () =>
    book.visit({ width: 390 }, async (page) => {
      await page.goto(book.url(FIRST));
      const stop = () =>
        page.evaluate(() => {
          const { activeElement: element } = document;
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const { width, height } = element.getBoundingClientRect();
          return {
            name: element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40),
            isInMain: element.closest("main") !== null,
            isSeen: width > 1 && height > 1 && outlineStyle !== "none" && outlineWidth !== "0px",
          };
        });
      await page.keyboard.press("Tab");
      const skip = await stop();
      assert.deepEqual(skip, { name: "Skip to the text", isInMain: false, isSeen: true });
      await page.keyboard.press("Tab");
      assert.equal((await stop()).isInMain, false, "the menu is next");
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      for (let stops = 0; stops < 30; stops += 1) {
        await page.keyboard.press("Tab");
        const { name, isInMain, isSeen } = await stop();
        assert.ok(isSeen, `“${name}” does not show that it has the keyboard`);
        assert.ok(isInMain || stops > 5, `after the skip comes the text, not “${name}”`);
      }
      const bent = await page.locator("[tabindex]").evaluateAll((all) => all.filter((one) => one.tabIndex > 0).length);
      assert.equal(bent, 0, "the order of the stops is the order of the page");
    }));

  it("what scrolls takes the arrow keys for itself", () =>
    book.visit({ width: 390 }, async (page) => {
      await page.goto(book.url("chapter1-gradients.html"));
      const box = page.locator("main pre > code[tabindex='0']:visible").first();
      await box.focus();
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
      assert.equal(page.url(), book.url("chapter1-gradients.html"));
    }));

  it("the help lists the keys, and Escape closes it", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url(FIRST));
      await page.keyboard.press("?");
      const help = page.locator("#mdbook-help-popup");
      await help.waitFor();
      await page.keyboard.press("Escape");
      await help.waitFor({ state: "hidden" });
    }));

  it("contents, search, menu and help meet WCAG 2.2 AA in every theme as well", () =>
    book.visit({}, async (page) => {
      const found = [];
      const look = async (what, theme) => found.push(...(await violations(page, theme)).map((one) => `${what}, ${theme}: ${one}`));
      await page.goto(book.url("title.html"));
      for (const theme of THEMES) {
        await wear(page, theme);
        await page.keyboard.press("s");
        await page.locator("#mdbook-searchbar").fill("epsilon");
        await page.keyboard.press("a");
        await page.locator("#mdbook-searchbar").fill("epsilon");
        await page.keyboard.press("Shift");
        await page.locator("#mdbook-searchresults a").first().waitFor();
        await look("contents and search", theme);
        await page.keyboard.press("Escape");
        await page.locator("#mdbook-theme-toggle").click();
        await look("menu of themes", theme);
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        await page.locator("#mdbook-help-popup").waitFor();
        await look("help", theme);
        await page.keyboard.press("Escape");
      }
      return found;
    }));
});
