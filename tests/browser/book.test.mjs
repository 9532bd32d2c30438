// Every page of the built book in headless Chromium: it asks no other host for anything, it reports no error, no
// page scrolls sideways on a phone, a tablet or a laptop, in a light and in a dark theme, and every link inside the
// book leads somewhere.
//
// SITE is the folder of the built book, CHROME the browser's program; `cargo xtask test --only browser` sets both.

import { after, before, describe, it, test } from "node:test";
import { chromium } from "playwright-core";
import { pagesOf, serve } from "./site.mjs";

const THEMES = ["light", "navy"];
const WIDTHS = [390, 768, 1440];
const HEIGHT = 900;
const AT_ONCE = 4;

const folder = process.env.SITE ?? "../../site";
const pages = await pagesOf(folder);
const totals = { loads: 0, requests: 0, outside: 0, errors: 0, overflow: 0, links: 0 };
/** What each page offers and asks for: `page -> { ids, links }`. */
const anchors = new Map();
let site;
let browser;

before(async () => {
  site = await serve(folder);
  browser = await chromium.launch({
    executablePath: process.env.CHROME,
    timeout: 120_000,
    // No other host has an address, so that a request to one is counted and goes nowhere.
    args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
});

after(async () => {
  await browser?.close();
  await site?.stop();
  console.log(
    `${pages.length} pages in ${THEMES.length} themes at ${WIDTHS.length} widths, ${totals.loads} loads: ` +
      `${totals.requests} requests, ${totals.outside} of them to other hosts; ` +
      `${totals.errors} errors; widest overflow ${totals.overflow} px; ${totals.links} inner links followed`,
  );
});

describe("pages", { concurrency: AT_ONCE }, () => {
  for (const name of pages) {
    it(name, async () => {
      const settings = new Map();
      for (const theme of THEMES) {
        for (const width of WIDTHS) {
          for (const problem of new Set(await load(name, theme, width))) {
            settings.set(problem, [...(settings.get(problem) ?? []), `${theme} ${width} px`]);
          }
        }
      }
      assertNone([...settings].map(([problem, where]) => `${name} ${problem} (${where.join(", ")})`));
    });
  }
});

test("every link inside the book leads somewhere", () => {
  const broken = [];
  for (const [name, { links }] of anchors) {
    for (const link of links) {
      totals.links += 1;
      const { pathname, hash } = new URL(link);
      const target = pathname === "/" ? "index.html" : decodeURIComponent(pathname.slice(1));
      const id = decodeURIComponent(hash.slice(1));
      const page = anchors.get(target);
      if (target.endsWith(".html") && (!page || (id && !page.ids.includes(id)))) {
        broken.push(`${name}: ${target}${hash}`);
      }
    }
  }
  assertNone(broken.map((link) => `${link} does not exist`));
});

/** Loads a page in a fresh browser profile. Returns what is wrong with it. */
async function load(name, theme, width) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHT } });
  try {
    const outside = [];
    const errors = [];
    await context.addInitScript((theme) => localStorage.setItem("mdbook-theme", theme), theme);
    const page = await context.newPage();
    page.on("request", (request) => {
      totals.requests += 1;
      const url = new URL(request.url());
      if (url.origin !== site.origin && !["data:", "blob:"].includes(url.protocol)) outside.push(url.href);
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("response", (response) => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`));
    await page.goto(`${site.origin}/${name}`, { waitUntil: "load" });
    totals.loads += 1;

    const { overflow, culprit } = await page.evaluate(sidewaysOverflow);
    anchors.set(name, await page.evaluate(linksAndIds));
    totals.outside += outside.length;
    totals.errors += errors.length;
    totals.overflow = Math.max(totals.overflow, overflow);
    const problems = [
      ...outside.map((url) => `asks another host: ${url}`),
      ...errors.map((error) => `reports an error: ${error}`),
    ];
    if (overflow > 0) problems.push(`is ${overflow} px too wide: ${culprit}`);
    if (!(await page.evaluate(isInTheme, theme))) problems.push("is in another theme");
    return problems;
  } finally {
    await context.close();
  }
}

function assertNone(problems) {
  if (problems.length === 0) return;
  const error = new Error(problems.join("\n"));
  error.stack = error.message;
  throw error;
}

/** In the browser: whether a page of the book wears `theme`; the bare table of contents has none. */
function isInTheme(theme) {
  return document.querySelector("main") === null || document.documentElement.classList.contains(theme);
}

/** In the browser: what the page links to inside the book, and the places in it one can link to. */
function linksAndIds() {
  // The page for wrong addresses has a base, which bends the links to its own headings.
  const hasBase = document.querySelector("base[href]") !== null;
  const links = hasBase ? [] : [...document.querySelectorAll("a[href]")].map((link) => link.href);
  return {
    links: links.filter((link) => link.startsWith(`${location.origin}/`)),
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
  };
}

/**
 * In the browser: by how many pixels the page is wider than the window, and the element to blame.
 *
 * A table or listing that scrolls inside a box of its own is fine. mdBook clips what sticks out of the page, so the
 * scroll width of the document alone would not show it.
 */
async function sidewaysOverflow() {
  await new Promise((laidOut) => requestAnimationFrame(() => requestAnimationFrame(laidOut)));
  const root = document.documentElement;
  const content = document.querySelector("main") ?? document.body;
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const inBoxOfItsOwn = (element) => {
    for (let up = element.parentElement; up && up !== content; up = up.parentElement) {
      if (scrolls(up)) return true;
    }
    return false;
  };
  let worst = { overflow: Math.max(0, root.scrollWidth - root.clientWidth), culprit: "the page as a whole" };
  for (const element of content.querySelectorAll("*")) {
    const { right, width } = element.getBoundingClientRect();
    const overflow = Math.ceil(right - root.clientWidth - 0.5);
    if (width > 0 && overflow > 0 && overflow >= worst.overflow && !inBoxOfItsOwn(element)) {
      worst = { overflow, culprit: element.cloneNode(false).outerHTML.slice(0, 200) };
    }
  }
  return worst;
}
