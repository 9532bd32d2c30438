// The built book, served and opened in headless Chromium: what all tests begin with.
//
// SITE is the folder of the built book, CHROME the browser's program; `cargo xtask test --only browser` sets both.

import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./site.mjs";

export const THEMES = ["light", "rust", "coal", "navy", "ayu"];
/** A phone, a tablet, a laptop. */
export const WIDTHS = [390, 768, 1440];
export const HEIGHT = 900;

/** Milliseconds after which the browser counts as hanging, not as slow. */
const HANGING = 600_000;

export const folder = process.env.SITE ?? "../../site";
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The rules of WCAG 2.2, level AA, as far as a program can judge them. */
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules that a theme alone can break. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

export class Book {
  /** Serves the book and starts the browser. */
  static async open() {
    const book = new Book();
    book.site = await serve(folder);
    book.address = book.site.address;
    book.origin = new URL(book.address).origin;
    book.browser = await chromium.launch({
      executablePath: process.env.CHROME,
      timeout: HANGING,
      // No other host has an address, so that a request to one is counted and goes nowhere.
      args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    });
    return book;
  }

  async close() {
    await this.browser?.close();
    await this.site?.stop();
  }

  /**
   * Calls `visit` with a page of the browser, in a fresh profile of this width. Fails with what the page asked of
   * other hosts, and with its errors; `isLost` expects that the first address is a wrong one.
   */
  async visit({ width = 1440, isLost = false, ...options }, visit) {
    const context = await this.browser.newContext({ viewport: { width, height: HEIGHT }, ...options });
    const problems = new Set();
    try {
      context.setDefaultTimeout(HANGING);
      // A page that prints itself cannot be printed by a test at the same time: that it asked is noted instead.
      await context.addInitScript(() => (window.print = () => (window.askedToPrint = true)));
      const page = await context.newPage();
      page.on("request", (request) => {
        const { origin, protocol, href } = new URL(request.url());
        const inside = origin === this.origin || ["data:", "blob:", "file:"].includes(protocol);
        if (!inside) problems.add(`asks another host: ${href}`);
      });
      page.on("pageerror", (error) => problems.add(`reports an error: ${error}`));
      page.on("console", (message) => {
        const isMeant = isLost && message.location().url === page.url();
        if (message.type() === "error" && !isMeant) problems.add(`reports an error: ${message.text()}`);
      });
      page.on("response", (response) => {
        const isMeant = isLost && response.request().isNavigationRequest();
        if (response.status() >= 400 && !isMeant) problems.add(`misses a file: ${response.status()} ${response.url()}`);
      });
      const found = (await visit(page)) ?? [];
      assertNone([...problems, ...found]);
    } finally {
      await context.close();
    }
  }

  /** Where the page of this name is served. */
  url(name) {
    return `${this.address}${name}`;
  }

  /** Where the page of this name is on disk. */
  file(name) {
    return pathToFileURL(path.resolve(folder, name)).href;
  }
}

/** Puts the page into a theme, as the reader's click on the menu of themes does. */
export async function wear(page, theme) {
  await page.evaluate(async (theme) => {
    document.getElementById(`mdbook-theme-${theme}`)?.click();
    // The colours of code come with the theme, from a file of their own.
    const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
    while (sheets.some((link) => !link.disabled && link.media !== "print" && !link.sheet)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // What fades from one colour to the other arrives at once.
    for (const animation of document.getAnimations()) animation.finish();
  }, theme);
}

/**
 * Leaves of each figure its frame and its words: what it is drawn with, thousands of elements, has a test of its own, and
 * takes part in neither layout nor reading aloud.
 */
export function emptyDrawings(page) {
  return page.evaluate(() =>
    document.querySelectorAll(".figure svg[role=img] > :not(title, desc)").forEach((shape) => shape.remove()),
  );
}

/** What axe finds wrong with the page as it stands. Of the themes the first is asked everything, another only what it can break. */
export async function violations(page, theme = THEMES[0]) {
  if (!(await page.evaluate(() => "axe" in window))) await page.addScriptTag({ path: axe });
  const found = await page.evaluate(
    async ([tags, rules]) => {
      const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: tags };
      const options = { runOnly, resultTypes: ["violations"], rules: rules ? {} : { "target-size": { enabled: true } } };
      const { violations } = await axe.run(document, options);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`),
      );
    },
    [WCAG, theme === THEMES[0] ? null : COLOUR_RULES],
  );
  return found;
}

/** What axe finds wrong with the page as it stands, in every theme. */
export async function violationsInEveryTheme(page) {
  const found = [];
  for (const theme of THEMES) {
    await wear(page, theme);
    found.push(...(await violations(page, theme)).map((one) => `${theme}: ${one}`));
  }
  return found;
}

/** Fails with the list of problems, if there are any, and without a trace of calls. */
export function assertNone(problems) {
  if (problems.length === 0) return;
  const error = new Error(problems.join("\n"));
  error.stack = error.message;
  throw error;
}
