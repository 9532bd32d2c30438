// Bets and covers: no answer is seen before it is asked for, and a bet is kept until its verdict.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Book, emptyDrawings, violationsInEveryTheme } from "./browser.mjs";
import { pagesOf } from "./site.mjs";

const pages = (await pagesOf(process.env.SITE ?? "../../site")).filter((name) => !name.includes("/") && name !== "print.html");
const CHAPTERS = pages.filter((name) => name.startsWith("chapter"));
/** A page with bets, guesses and a cover around a figure. */
const PAGE = "chapter5-optimizer.html";
let book;

before(async () => {
  book = await Book.open();
});

after(() => book?.close());

describe("bets", { concurrency: 3 }, () => {
  it("what answers a question is covered until the reader answers, by keyboard alone", () =>
    book.visit({}, async (page) => {
      const problems = [];
      let covers = 0;
      for (const name of pages) {
        await page.goto(book.url(name));
        await emptyDrawings(page);
        for (const cover of await page.locator("main .cover").all()) {
          covers += 1;
          const where = `${name}: “${await cover.locator("> summary").innerText()}”`;
          const [inside, seen] = await cover.evaluate(seenInside);
          if (inside === 0) problems.push(`${where} covers nothing`);
          if (seen > 0) problems.push(`${where} shows what it covers`);
          const guess = await cover.evaluate(guessOf);
          if (guess >= 0) {
            await page.locator("main .guess").nth(guess).locator("input").first().focus();
            await page.keyboard.press("ArrowRight");
          } else {
            await cover.locator("> summary").focus();
            await page.keyboard.press("Enter");
          }
          const [all, now] = await cover.evaluate(seenInside);
          if (now < all) problems.push(`${where} stays covered`);
        }
        assert.equal(page.url(), book.url(name), "the arrows go from answer to answer and do not turn the page");
        const guesses = await page.locator("main .guess").count();
        assert.equal(await page.locator("main .guess input:checked").count(), guesses, `${name}: every guess has its cover`);
      }
      assert.ok(covers >= 40, `${covers} covers were looked at`);
      return problems;
    }));

  it("without a script every cover opens, and the questions are there", () =>
    book.visit({ javaScriptEnabled: false }, async (page) => {
      for (const name of pages) {
        await page.goto(book.url(name));
        for (const cover of await page.locator("main .cover").all()) {
          const inside = cover.locator("> :not(summary)").first();
          assert.equal(await inside.isVisible(), false, `${name}: it is covered`);
          await cover.locator("> summary").press("Enter");
          assert.equal(await inside.isVisible(), true, `${name}: it is uncovered`);
        }
        for (const bet of await page.locator("main .bet").all()) assert.ok(await bet.locator("legend").isVisible());
      }
    }));

  it("a bet is kept over a reload, reminds of itself at the verdict, and stands beside the verdicts until it is forgotten", () =>
    book.visit({}, async (page) => {
      const bets = [];
      for (const name of CHAPTERS) {
        await page.goto(book.url(name));
        const bet = page.locator("main .bet:not(.guess)");
        assert.equal(await bet.count(), 1, `${name} has one bet`);
        await bet.locator("input").first().focus();
        await page.keyboard.press("Space");
        await page.keyboard.press("ArrowDown");
        assert.match(await bet.getByRole("status").innerText(), /./);
        const words = (await bet.locator("label:has(:checked)").innerText()).trim();
        await page.reload();
        assert.equal((await bet.locator("label:has(:checked)").innerText()).trim(), words, `${name} remembers`);
        assert.equal(await page.locator("#the-verdict + .reminder").innerText(), `Your bet: ${words}`);
        bets.push(words);
      }
      await page.goto(book.url("epilogue.html"));
      const laid = page.locator(".bets table:has(caption) tbody tr");
      assert.deepEqual(await laid.evaluateAll((rows) => rows.map((row) => row.cells[1].textContent)), bets);
      await page.getByRole("button", { name: "Forget my bets" }).press("Enter");
      assert.equal(await laid.count(), 0);
      assert.match(await page.locator(".bets [role=status]").innerText(), /forgotten/);
      await page.reload();
      assert.equal(await page.locator(".bets caption, .bets button").count(), 0);
      await page.goto(book.url(CHAPTERS[0]));
      assert.equal(await page.locator(".bet :checked, .reminder").count(), 0);
    }));

  it("where the browser keeps nothing, a bet lasts as long as the page, in silence", () =>
    book.visit({}, async (page) => {
      await page.addInitScript(() => {
        for (const method of ["getItem", "setItem"]) {
          const kept = Storage.prototype[method];
          Storage.prototype[method] = function (key, ...rest) {
            if (key.includes("bets")) throw new DOMException("no storage", "SecurityError");
            return kept.call(this, key, ...rest);
          };
        }
      });
      await page.goto(book.url(PAGE));
      await page.locator(".bet:not(.guess) input").last().check();
      assert.match(await page.locator(".bet:not(.guess) [role=status]").innerText(), /./);
      assert.equal(await page.locator(".reminder").count(), 1);
      await page.reload();
      assert.equal(await page.locator(".reminder").count(), 0);
    }));

  it("a link and a search uncover what they lead to", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url(`${PAGE}#chapter5-schedule`));
      assert.ok(await page.locator("#chapter5-schedule svg").first().isVisible());
      await page.goto(book.url(PAGE));
      assert.equal(await page.locator("#chapter5-schedule svg").first().isVisible(), false);
      await page.evaluate(() => (location.hash = "chapter5-schedule"));
      await page.locator("#chapter5-schedule svg").first().waitFor();

      await page.goto(book.url(PAGE));
      await page.keyboard.press("s");
      await page.keyboard.type("overshoots");
      await page.locator("#mdbook-searchresults a").first().click();
      await page.locator("main .cover mark:visible", { hasText: /overshoots/ }).first().waitFor();
    }));

  it("on paper and in the whole book on one page nothing is covered", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url("print.html"));
      const covered = () =>
        page.locator("main .cover > :not(summary, .data, .made, .live)").evaluateAll((all) =>
          all.filter((one) => !one.checkVisibility({ contentVisibilityAuto: true })).map((one) => one.outerHTML.slice(0, 100)));
      assert.deepEqual(await covered(), []);
      await page.goto(book.url(PAGE));
      assert.notEqual((await covered()).length, 0);
      await page.emulateMedia({ media: "print" });
      assert.deepEqual(await covered(), []);
      assert.equal(await page.locator("main .cover > summary:visible").count(), 0);
      assert.equal(await page.locator("main .bet:visible").count(), await page.locator("main .bet").count());
      await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
      assert.equal(await page.locator("main .cover:not([open])").count(), 0);
      await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
      assert.equal(await page.locator("main .cover[open]").count(), 0);
    }));

  it("a placed bet and the table of bets meet WCAG 2.2 AA in every theme", () =>
    book.visit({ width: 390 }, async (page) => {
      const found = [];
      for (const name of [PAGE, "epilogue.html"]) {
        await page.goto(book.url(name));
        await emptyDrawings(page);
        for (const bet of await page.locator("main .bet").all()) await bet.locator("input").first().check();
        found.push(...(await violationsInEveryTheme(page)).map((one) => `${name}, ${one}`));
      }
      assert.equal(await page.locator(".bets caption").count(), 1);
      return found;
    }));
});

/** In the browser: how many parts a cover has besides its summary, and how many of them are seen. */
function seenInside(cover) {
  const parts = [...cover.children].filter((part) => part.localName !== "summary");
  const seen = parts.filter((part) => part.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }));
  return [parts.length, seen.length];
}

/** In the browser: the number of the guess that a cover belongs to, or -1. */
function guessOf(cover) {
  const stops = [...document.querySelectorAll("main .guess, main .cover")];
  const before = stops[stops.indexOf(cover) - 1];
  return [...document.querySelectorAll("main .guess")].indexOf(before?.matches(".guess") ? before : null);
}
