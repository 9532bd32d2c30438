// Figures: seen in every theme, read aloud, enlarged, with their numbers, and with room for every word.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { Book, THEMES, emptyDrawings, violations, wear } from "./browser.mjs";
import { pagesOf } from "./site.mjs";

/** Contrast with the background: of lines and marks, and of words (WCAG 2.2, 1.4.11 and 1.4.3). */
const LINES = 3;
const WORDS = 4.5;
/** A page with a chart and a map of thousands of cells. */
const PAGE = "prologue.html";

const pages = await pagesOf(process.env.SITE ?? "../../site");
let book;

before(async () => {
  book = await Book.open();
});

after(() => book?.close());

describe("figures", { concurrency: 3 }, () => {
  it("lines and words stand out from every theme's background", () =>
    book.visit({}, async (page) => {
      // The whole book on one page has every figure.
      await page.goto(book.url("print.html"));
      const found = [];
      for (const theme of THEMES) {
        await wear(page, theme);
        const { pale, colours } = await page.evaluate(paleParts, [LINES, WORDS]);
        assert.ok(colours >= 24, `${colours} colours were looked at`);
        found.push(...pale.map((one) => `${theme}: ${one}`));
      }
      return found;
    }));

  for (const [where, media, options] of [
    ["on a dark screen without a script", "screen", { javaScriptEnabled: false, colorScheme: "dark" }],
    ["on paper", "print", {}],
  ]) {
    it(`lines and words stand out ${where}`, () =>
      book.visit(options, async (page) => {
        await page.emulateMedia({ media });
        await page.goto(book.url("print.html"));
        const { pale, colours } = await page.evaluate(paleParts, [LINES, WORDS]);
        assert.ok(colours >= 24, `${colours} colours were looked at`);
        return pale;
      }));
  }

  it("every figure has a name, a description with numbers, and a caption", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url("print.html"));
      return page.evaluate(() =>
        [...document.querySelectorAll("figure.figure")].flatMap((figure) => {
          const svg = figure.querySelector("svg[role=img]");
          const words = (attribute) => document.getElementById(svg?.getAttribute(attribute))?.textContent.trim() ?? "";
          const problems = [];
          if (words("aria-labelledby").length < 10) problems.push("has no name");
          if (!/\d/.test(words("aria-describedby"))) problems.push("has no description with numbers");
          if (words("aria-describedby") === words("aria-labelledby")) problems.push("is described by its name alone");
          if (!figure.querySelector("figcaption")?.textContent.trim()) problems.push("has no caption");
          return problems.map((problem) => `${figure.id} ${problem}`);
        }),
      );
    }));

  for (const font of ["the font that the book brings", "the system's"]) {
    it(`no word leaves its picture or covers another, in ${font}`, () =>
      book.visit({ width: 1200 }, async (page) => {
        if (font === "the system's") await page.route(/fonts[^/]*\.css/, (route) => route.fulfill({ contentType: "text/css", body: "" }));
        await page.goto(book.url("print.html"));
        await page.evaluate(() => document.querySelectorAll("main details").forEach((fold) => (fold.open = true)));
        const found = new Set();
        for (const width of [1200, 390]) {
          await page.setViewportSize({ width, height: 900 });
          const { words, crowded } = await page.evaluate(crowdedWords);
          assert.ok(words > 300, `${words} words were looked at`);
          crowded.forEach((one) => found.add(one));
        }
        return [...found];
      }));
  }

  it("no word leaves its picture or covers another where a notebook shows it, with its finding", () =>
    book.visit({ width: 1200 }, async (page) => {
      const folder = new URL("../../snapshots/", import.meta.url);
      const found = [];
      for (const name of (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".svg"))) {
        await page.setContent(`<figure class="figure" id="${name}">${await readFile(new URL(name, folder), "utf8")}</figure>`);
        const { words, crowded } = await page.evaluate(crowdedWords);
        assert.ok(words > 0, `${name} has words`);
        found.push(...crowded);
      }
      return found;
    }));

  it("a figure is enlarged by a click and by Enter, and goes back where it was", () =>
    book.visit({ width: 768 }, async (page) => {
      await page.goto(book.url(PAGE));
      const figure = page.locator("figure.figure:visible").first();
      const picture = figure.locator("svg[role=img]");
      const dialog = page.locator("dialog.enlarged");
      await picture.scrollIntoViewIfNeeded();
      const small = await picture.boundingBox();

      await picture.click();
      await dialog.waitFor();
      const large = await dialog.locator("svg[role=img]").boundingBox();
      assert.ok(large.width > small.width, `${large.width} px after ${small.width} px`);
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("s");
      assert.equal(page.url(), book.url(PAGE));
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      assert.deepEqual(await picture.boundingBox(), small);

      await figure.locator(".enlarge").focus();
      await page.keyboard.press("Enter");
      await dialog.waitFor();
      await dialog.getByRole("button", { name: "Close" }).click();
      await dialog.waitFor({ state: "hidden" });
      const back = await page.evaluate(() => document.activeElement.className);
      assert.equal(back, "enlarge", "the keyboard is where it was");
    }));

  it("a figure that can move stands still until it is asked to, moves, and stops", () =>
    book.visit({}, async (page) => {
      await page.goto(book.url("coda-lagrange.html"));
      const figure = page.locator("figure.figure:has(animate)").first();
      const points = () => figure.locator("polyline:has(animate)").first().evaluate((line) =>
        [...line.animatedPoints].map(({ x, y }) => `${x},${y}`).join(" "));
      const changes = async (from) => {
        for (let look = 0; look < 100; look++) {
          if ((await points()) !== from) return true;
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
        }
        return false;
      };
      const start = await points();
      assert.equal(await changes(start), false, "it moves before anyone asked");
      await figure.getByRole("button", { name: "Play the figure" }).press("Enter");
      assert.equal(await changes(start), true, "it does not move");
      await figure.getByRole("button", { name: "Stop the figure" }).press("Enter");
      assert.equal(await changes(await points()), false, "it does not stop");
    }));

  it("the enlarged figure and its numbers meet WCAG 2.2 AA in every theme", () =>
    book.visit({ width: 390 }, async (page) => {
      await page.goto(book.url(PAGE));
      await emptyDrawings(page);
      await page.locator("figure.figure:visible + details.data summary").first().click();
      await page.locator(".data-box table").first().waitFor();
      const found = [];
      for (const theme of THEMES) {
        await wear(page, theme);
        found.push(...(await violations(page, theme)).map((one) => `numbers, ${theme}: ${one}`));
        await page.locator("figure.figure:visible .enlarge").first().press("Enter");
        assert.match(await page.locator("dialog .finding").innerText(), /\w/);
        found.push(...(await violations(page, theme)).map((one) => `enlarged, ${theme}: ${one}`));
        await page.keyboard.press("Escape");
      }
      return found;
    }));

  it("below every figure its numbers unfold, in a box that scrolls by keyboard", () =>
    book.visit({ width: 390 }, async (page) => {
      const problems = [];
      for (const name of pages.filter((name) => !name.includes("/") && name !== "print.html")) {
        await page.goto(book.url(name));
        const figures = await page.locator("figure.figure").count();
        assert.equal(await page.locator("figure.figure + details.data").count(), figures, `${name}: all have numbers`);
        await page.evaluate(() => document.querySelectorAll("main details").forEach((fold) => (fold.open = true)));
        await page.waitForFunction((figures) => document.querySelectorAll(".data-box").length === figures, figures);
        problems.push(...(await page.evaluate(poorTables)).map((problem) => `${name}: ${problem}`));
      }
      return problems;
    }));

  it("without a script the figure and its numbers are there", () =>
    book.visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(book.url(PAGE));
      const figure = page.locator("figure.figure:visible").first();
      assert.ok((await figure.locator("svg[role=img]").boundingBox()).width > 300);
      assert.equal(await page.locator(".enlarge").count(), 0);
      await page.locator("figure.figure:visible + details.data summary").first().click();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.locator("details.data[open] a").first().click(),
      ]);
      assert.match(file.suggestedFilename(), /\.csv$/);
    }));
});

/** In the browser: the words of figures whose ink leaves the picture, or lies over other words' by more than a hair. */
async function crowdedWords() {
  const HAIR = 1;
  await document.fonts.ready;
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  const crowded = [];
  let words = 0;
  for (const svg of document.querySelectorAll(".figure > svg[role=img]")) {
    const name = svg.closest("figure").id;
    const { x, y, width, height } = svg.viewBox.baseVal;
    const toPicture = svg.getScreenCTM().inverse();
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim() !== "");
    const inks = texts.map((text) => {
      const { fontSize, fontFamily } = getComputedStyle(text);
      pen.font = `${fontSize} ${fontFamily}`;
      const said = text.textContent.trim();
      const { actualBoundingBoxAscent: above, actualBoundingBoxDescent: below } = pen.measureText(said);
      const start = text.getStartPositionOfChar(0);
      const matrix = toPicture.multiply(text.getScreenCTM());
      const across = text.getComputedTextLength();
      const corners = [[0, -above], [across, below]].map(([right, down]) =>
        new DOMPoint(start.x + right, start.y + down).matrixTransform(matrix));
      const sides = (axis) => corners.map((corner) => corner[axis]).sort((a, b) => a - b);
      const [[left, right], [top, bottom]] = [sides("x"), sides("y")];
      return { said, left, right, top, bottom };
    });
    words += inks.length;
    inks.forEach((ink, index) => {
      const out = Math.max(x - ink.left, ink.right - x - width, y - ink.top, ink.bottom - y - height);
      if (out > HAIR) crowded.push(`${name}: “${ink.said}” leaves the picture by ${out.toFixed(0)}`);
      for (const other of inks.slice(index + 1)) {
        const over = Math.min(ink.right, other.right) - Math.max(ink.left, other.left);
        const under = Math.min(ink.bottom, other.bottom) - Math.max(ink.top, other.top);
        if (Math.min(over, under) > HAIR) crowded.push(`${name}: “${ink.said}” and “${other.said}” lie over each other`);
      }
    });
  }
  return { words, crowded };
}

/** In the browser: the tables of numbers that are not what their files say, or that fill the window. */
function poorTables() {
  return [...document.querySelectorAll("details.data")].flatMap((numbers) => {
    const box = numbers.querySelector(".data-box");
    const csv = decodeURIComponent(numbers.querySelector("a").href.replace(/^[^,]*,/, ""));
    const wanted = csv.split("\n").filter((line) => /^[-\d.e]+(,|$)/.test(line)).length;
    const shown = box.querySelectorAll("tbody tr").length;
    const problems = [];
    if (shown !== wanted || shown === 0) problems.push(`${shown} rows of ${wanted}`);
    if (box.clientHeight > innerHeight / 2) problems.push(`${box.clientHeight} px high`);
    if (box.scrollHeight > box.clientHeight + 1 && box.tabIndex !== 0) problems.push("out of the keyboard's reach");
    if (/NaN|undefined/.test(box.textContent)) problems.push("has cells that are no numbers");
    return problems.map((problem) => `the numbers of ${numbers.previousElementSibling.id}: ${problem}`);
  });
}

/**
 * In the browser: the colours of figures that are too close to the background, as rendered.
 *
 * A colour of a drawing is one of the named ones, which the style sheet replaces. Grid lines are meant to be faint, what
 * has the background's own colour is meant to be unseen, and the cells of a map have a scale with numbers.
 */
function paleParts([lines, words]) {
  const rgb = (colour) => {
    const canvas = (paleParts.canvas ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }));
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (colour) => {
    const linear = rgb(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const background = getComputedStyle(document.documentElement).backgroundColor;
  const contrast = (colour) => {
    const [dark, light] = [luminance(colour), luminance(background)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  // One drawing of all the named colours, those that no figure has used yet included.
  const named = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442"];
  const palette = document.createElement("figure");
  palette.className = "figure";
  const shapes = named.map((colour) => `<path stroke="${colour}"/><circle fill="${colour}"/><text fill="${colour}"/>`);
  palette.innerHTML = `<svg role="img"><text/>${shapes.join("")}</svg>`;
  document.querySelector("main").append(palette);
  const looked = new Map();
  for (const element of document.querySelectorAll(".figure svg[role=img] *")) {
    const isText = element.localName === "text";
    for (const paint of isText ? ["fill"] : ["fill", "stroke"]) {
      const given = element.getAttribute(paint)?.toUpperCase() ?? "none";
      if (!named.includes(given) && !isText) continue;
      const colour = getComputedStyle(element)[paint];
      const key = `${isText ? "words" : paint} of ${given}`;
      looked.set(`${key} ${colour}`, { key, colour, ratio: contrast(colour), least: isText ? words : lines });
    }
  }
  palette.remove();
  const pale = [...looked.values()]
    .filter(({ ratio, least }) => ratio < least)
    .map(({ key, colour, ratio, least }) => `${key} are ${colour}: ${ratio.toFixed(2)}, less than ${least}`);
  return { pale, colours: looked.size };
}
