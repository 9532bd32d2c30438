// Every page of the built book, in every theme, on a phone, a tablet and a laptop: it asks no other host for anything,
// it reports no error, nothing sticks out of it, what scrolls in a box of its own can be reached by keyboard, it meets
// WCAG 2.2 AA as far as axe can tell, and every link inside the book leads somewhere.
//
// A page is loaded once, for the phone; themes and widths then change as they do in the reader's hands: there all themes, which
// move nothing, and the last of them where the window is wider.

import { after, before, describe, it, test } from "node:test";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { Book, THEMES, WIDTHS, HEIGHT, assertNone, emptyDrawings, folder, violations, wear } from "./browser.mjs";
import { pagesOf } from "./site.mjs";

const AT_ONCE = 4;
/** The whole book on one page: that it looks well in every theme, the pages that it is made of prove. */
const WHOLE = "print.html";

const pages = await pagesOf(process.env.SITE ?? "../../site");
const totals = { links: 0, violations: 0 };
/** What each page offers and asks for: `page -> { ids, links }`. */
const anchors = new Map();
let book;

before(async () => {
  book = await Book.open();
});

after(async () => {
  await book?.close();
  console.log(
    `${pages.length} pages in ${THEMES.length} themes at ${WIDTHS.length} widths: ` +
      `${totals.violations} violations of WCAG 2.2 AA; ${totals.links} inner links followed`,
  );
});

describe("pages", { concurrency: AT_ONCE }, () => {
  for (const name of pages) {
    it(name, () =>
      book.visit({ width: WIDTHS[0] }, async (page) => {
        await page.goto(book.url(name), { waitUntil: "load" });
        anchors.set(name, await page.evaluate(linksAndIds));
        await emptyDrawings(page);
        // Folds hide nothing from the check; the numbers of figures, thousands of cells, have their own.
        await page.evaluate(() => document.querySelectorAll("main details:not(.data)").forEach((fold) => (fold.open = true)));
        const found = new Map();
        const note = (problems, where) => {
          for (const problem of new Set(problems)) found.set(problem, [...(found.get(problem) ?? []), where]);
        };
        const heights = new Set();
        for (const theme of name === WHOLE ? THEMES.slice(0, 1) : THEMES) {
          await wear(page, theme);
          heights.add(await page.evaluate(() => document.documentElement.scrollHeight));
          const broken = await violations(page, theme);
          totals.violations += broken.length;
          note(broken, theme);
          note(await page.evaluate(looks, theme), theme);
        }
        if (heights.size > 1) note([`is ${[...heights].join(", then ")} px high`], "from theme to theme");
        for (const width of WIDTHS.slice(1)) {
          await page.setViewportSize({ width, height: HEIGHT });
          note(await page.evaluate(looks, THEMES.at(name === WHOLE ? 0 : -1)), `${width} px`);
        }
        return [...found].map(([problem, where]) => `${name}: ${problem} (${where.join(", ")})`);
      }),
    );
  }
});

test("every link inside the book leads somewhere", async () => {
  const broken = [];
  const entries = await readdir(folder, { recursive: true });
  const files = new Set(entries.map((entry) => entry.split(path.sep).join("/")));
  for (const [name, { links }] of anchors) {
    for (const link of links) {
      totals.links += 1;
      const { origin, pathname, hash } = new URL(link);
      const target = decodeURIComponent(`${origin}${pathname}`).slice(book.address.length) || "index.html";
      const id = decodeURIComponent(hash.slice(1));
      if (!files.has(target) || (id && !anchors.get(target).ids.includes(id))) {
        broken.push(`${name}: ${target}${hash}`);
      }
    }
  }
  assertNone(broken.map((link) => `${link} does not exist`));
});

/** In the browser: what the page links to inside the book, and the places in it one can link to. */
function linksAndIds() {
  // The page for wrong addresses has a base, which bends the links to its own headings.
  const own = document.querySelector("base[href]") ? ":not([href^='#'])" : "";
  const links = [...document.querySelectorAll(`a[href]${own}`)].map((link) => link.href);
  // What is told to other sites is the book's address, and the file of a picture in it.
  const address = document.querySelector("link[rel=canonical]")?.href;
  const picture = document.querySelector("meta[property='og:image']")?.content;
  const told = [address, picture].filter(Boolean).map((url) => new URL(new URL(url).pathname, location.origin).href);
  return {
    links: [...links.filter((link) => link.startsWith(`${location.origin}/`)), ...told],
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
  };
}

test("a wrong address is answered in the book's own style, and leads back into it", async () => {
  await book.visit({ isLost: true }, async (page) => {
    await page.goto(book.url("no/such/page.html"));
    const problems = await page.evaluate(() => (document.styleSheets.length > 5 ? [] : ["it has lost its style"]));
    await page.locator("main a", { hasText: "title page" }).click();
    await page.waitForURL(book.url("title.html"));
    return problems;
  });
});

/**
 * In the browser: whether the page wears the theme, what sticks out of it, and what scrolls out of the keyboard's reach.
 *
 * A table or listing that scrolls inside a box of its own is fine. mdBook clips what sticks out of the page, so the
 * scroll width of the document alone would not show it.
 */
async function looks(theme) {
  await new Promise((laidOut) => requestAnimationFrame(() => requestAnimationFrame(laidOut)));
  const problems = [];
  const root = document.documentElement;
  const main = document.querySelector("main");
  // The bare table of contents has no theme.
  if (main && !root.classList.contains(theme)) problems.push("is in another theme");

  const content = main ?? document.body;
  const elements = [...content.querySelectorAll("*:not(svg *)")];
  const tag = (element) => element.cloneNode(false).outerHTML.slice(0, 200);
  const scrolling = new Set(
    elements.filter((element) => {
      const { overflowX, overflowY } = getComputedStyle(element);
      return [overflowX, overflowY].some((overflow) => ["auto", "scroll"].includes(overflow));
    }),
  );
  const inBoxOfItsOwn = (element) => {
    for (let up = element.parentElement; up && up !== content; up = up.parentElement) {
      if (scrolling.has(up)) return true;
    }
    return false;
  };
  let worst = Math.max(0, root.scrollWidth - root.clientWidth);
  let culprit = worst > 0 && "the page as a whole";
  for (const element of elements) {
    const { right, width } = element.getBoundingClientRect();
    const overflow = Math.ceil(right - root.clientWidth - 0.5);
    if (width > 0 && overflow > 0 && overflow >= worst && !inBoxOfItsOwn(element)) {
      worst = overflow;
      culprit = tag(element);
    }
  }
  if (culprit) problems.push(`is ${worst} px too wide: ${culprit}`);

  for (const box of scrolling) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (!scrolls || box.clientWidth === 0) continue;
    if (box.tabIndex !== 0) problems.push(`scrolls out of the keyboard's reach: ${tag(box)}`);
    if (!box.getAttribute("aria-label") || !box.getAttribute("role")) problems.push(`scrolls without a name: ${tag(box)}`);
  }
  return problems;
}
