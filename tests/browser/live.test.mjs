// Figures with knobs: each answers to the keyboard, comes back by its reset, keeps nobody out, and asks nobody for anything.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { Book, violations, violationsInEveryTheme } from "./browser.mjs";
import { pagesOf } from "./site.mjs";

const folder = process.env.SITE ?? "../../site";
const PAGES = [];
for (const name of (await pagesOf(folder)).filter((name) => !name.includes("/") && name !== "print.html")) {
  const figures = (await readFile(path.join(folder, name), "utf8")).matchAll(/class="live" data-figure="(\w+)"/g);
  for (const [, figure] of figures) PAGES.push({ name, figure });
}
/** What each says at the end of its first run, as the library's own test has it. */
const pinned = await readFile(new URL("../../live/tests/snapshots/figures__ends.snap", import.meta.url), "utf8");
const SAID = new Map([...pinned.matchAll(/^(\w+): (.*)$/gm)].map(([, figure, said]) => [figure, said]));
const reason = "the toolchain cannot compile for the page";
const skip = PAGES.length === 0 && !process.env.CI && reason;
const KNOBS = ".knobs input, .knobs select";
let book;

before(async () => {
  book = await Book.open();
});

after(() => book?.close());

describe("figures with knobs", { concurrency: 2, skip }, () => {
  it("there are some", () => assert.ok(PAGES.length > 0, reason));

  it("a page loads a hundred and fifty kilobytes for its figures at the most", async (test) => {
    const sizes = new Map();
    for (const { name, figure } of PAGES) {
      // What a server sends of either script, one of which is asked for.
      const scripts = ["plain", "fused"].map((kind) => readFile(path.join(folder, `live/${figure}-${kind}.js`)));
      const bytes = Math.max(...(await Promise.all(scripts)).map((script) => gzipSync(script, { level: 9 }).length));
      sizes.set(name, (sizes.get(name) ?? 0) + bytes);
    }
    test.diagnostic([...sizes].map(([name, bytes]) => `${name}: ${bytes}`).join(", "));
    const smaller = "compiled with Rust's own library (`rustup component add rust-src`) it is smaller";
    for (const [name, bytes] of sizes) assert.ok(bytes <= 150_000, `${name}: ${bytes} bytes; ${smaller}`);
  });

  for (const { name, figure } of PAGES) {
    it(`${name}, ${figure}: by keyboard alone every knob changes what is seen, the reset brings it back, and no turn keeps memory`, (test) =>
      book.visit({ width: 390 }, async (page) => {
        await page.addInitScript(() => {
          window.longTasks = [];
          new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ entryTypes: ["longtask"] });
        });
        const live = await open(page, name, figure);
        const asAtFirst = await seen(live);
        if ((await live.getAttribute("data-fused")) === "true") assert.equal(asAtFirst.says, SAID.get(figure), "the same digits as outside a page");
        else test.diagnostic("this browser does not fuse products: the digits were not compared");
        assert.match(asAtFirst.says, /\d/, "it says what it shows");
        const knobs = await live.locator(KNOBS).all();
        assert.ok(knobs.length > 0);
        let before = asAtFirst;
        for (const knob of knobs) {
          await turn(live, knob);
          const after = await seen(live);
          assert.ok(!isAlike(after, before), `${await knob.evaluate((input) => input.labels[0].textContent)} changes nothing`);
          assert.match(page.url(), new RegExp(`#live=${figure};`));
          before = after;
        }
        await reset(live);
        const again = await seen(live);
        assert.equal(again.says, asAtFirst.says, "the reset does not bring the beginning back");
        assert.ok(isAlike(again, asAtFirst), "the reset draws something else");
        test.diagnostic(`long tasks of the page, in milliseconds: ${(await page.evaluate(() => window.longTasks)).join(", ") || "none"}`);

        const problems = await violationsInEveryTheme(page);

        const [forth, back] = await keysOf(knobs[0]);
        const turns = async (count) => {
          await knobs[0].focus();
          // Without waiting for the end of a run: what is new replaces what has begun.
          for (let taken = 0; taken < count; taken += 1) await page.keyboard.press(taken % 2 ? back : forth);
          await settled(live, { isOver: false });
          return Number(await live.getAttribute("data-memory"));
        };
        const early = await turns(20);
        // Where a turn meets a run is chance, and a page of memory with it. What is kept of every turn would be many times as much.
        const late = await turns(200);
        assert.ok(late <= 1.1 * early, `${early} bytes, then ${late}`);
        return problems;
      }));
  }

  it("a file of the reader's is read, judged and trained on in the page, and one with a fault is told it", () =>
    book.visit({ width: 390 }, async (page) => {
      const { name, figure } = PAGES.find(({ figure }) => figure === "yours");
      const live = await open(page, name, figure);
      const atFirst = await seen(live);
      const rows = Array.from({ length: 60 }, (_, row) => `${row / 5},${Math.cos(row / 5)},${-Math.sin(row / 5)}`);
      const give = async (file, text) => {
        await live.locator("input[type=file]").setInputFiles({ name: file, mimeType: "text/csv", buffer: Buffer.from(text) });
        await settled(live);
      };
      const refused = () => live.locator(".refused").textContent();

      await give("bad.csv", "t,q,p\n0,1,0\n1,one,0\n");
      assert.match(await refused(), /bad\.csv: .*row 3/);
      assert.ok(isAlike(await seen(live), atFirst), "a file with a fault changes nothing");

      await give("circle.csv", ["t,angle,p", ...rows].join("\n"));
      assert.match(await refused(), /circle\.csv/, "a column under another name");
      await live.locator("summary").press("Enter");
      const named = live.locator("input[id$=-q]");
      await named.fill("angle");
      await named.press("Tab");
      await settled(live);
      assert.equal(await refused(), "");
      const circle = await seen(live);
      assert.match(circle.says, /^circle\.csv: 60 states .* one energy/);
      const link = live.locator("td a", { hasText: "one energy" });
      assert.match(await link.getAttribute("href"), /^chapter7.*#/, "a sign leads to where it is explained");
      assert.deepEqual(await violations(page), []);

      await live.locator(".file button").press("Enter");
      await settled(live);
      assert.ok(isAlike(await seen(live), atFirst), "the page's own file is back");
      await give("circle.csv", ["t,angle,p", ...rows].join("\n"));
      assert.match((await seen(live)).says, /^circle\.csv/);
      await reset(live);
      assert.ok(isAlike(await seen(live), atFirst), "and by the reset");
    }));

  it("a state is dragged with the pointer and moved with the arrow keys", () =>
    book.visit({}, async (page) => {
      const { name, figure } = PAGES.find(({ figure }) => figure === "arrows");
      const live = await open(page, name, figure);
      const grip = live.locator(".grip");
      const says = () => live.locator(".says").textContent();
      await grip.press("ArrowRight");
      await grip.press("ArrowDown");
      await settled(live);
      assert.match(await says(), /At \(q, p\) = \(0\.70, 0\.30\)/);
      await live.locator(".drawing svg").scrollIntoViewIfNeeded();
      const svg = await live.locator(".drawing svg").boundingBox();
      const from = await grip.boundingBox();
      await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
      await page.mouse.down();
      // To the middle of the plot, which is a little to the right of the middle of the drawing.
      await page.mouse.move(svg.x + svg.width * 0.54, svg.y + svg.height * 0.46, { steps: 5 });
      await page.mouse.up();
      await settled(live);
      assert.match(await says(), /At \(q, p\) = \(-?0(\.[12]0)?, -?0(\.[12]0)?\)/);
      const to = await grip.boundingBox();
      assert.ok(Math.abs(to.x + to.width / 2 - svg.x - svg.width * 0.54) < 30, "the handle is where the state is");
    }));

  it("two points run at a button, stop at their end and at a turn by hand, and rest where nothing is to move", async () => {
    const { name, figure } = PAGES.find(({ figure }) => figure === "collapse");
    const button = (live) => live.locator(".knob button");
    await book.visit({}, async (page) => {
      const live = await open(page, name, figure);
      const knob = live.locator(".knob:has(button) input");
      await button(live).press("Enter");
      await page.waitForFunction((knob) => knob.value === knob.max, await knob.elementHandle());
      await settled(live);
      assert.match((await seen(live)).says, /While the spring's point turns 2\.00 times/);
      assert.match(page.url(), /;turns=2/);
      await button(live).press("Enter");
      await page.waitForFunction((knob) => Number(knob.value) > 2, await knob.elementHandle());
      await turn(live, live.locator("select"));
      const asked = await live.getAttribute("data-asked");
      await page.waitForTimeout(500);
      assert.equal(await live.getAttribute("data-asked"), asked);
    });
    await book.visit({ reducedMotion: "reduce" }, async (page) => {
      const live = await open(page, name, figure);
      assert.equal(await button(live).count(), 0);
    });
  });

  it("an address brings the knobs where they stood, and closing brings the page back", async () => {
    // One that is made anew by every turn: what a run has been through is in no address.
    const { name, figure } = PAGES.find(({ figure }) => figure === "arrows");
    let address;
    let turned;
    await book.visit({}, async (page) => {
      const live = await open(page, name, figure);
      await turn(live, live.locator(KNOBS).first());
      [address, turned] = [page.url(), await seen(live)];
    });
    await book.visit({}, async (page) => {
      await page.goto(address);
      const live = page.locator(`.live[data-figure="${figure}"]`);
      await settled(live);
      assert.ok(isAlike(await seen(live), turned));
      await live.locator("button", { hasText: /Close|pinned/ }).press("Enter");
      assert.equal(await live.locator("svg").count(), 0);
      assert.equal(await live.locator(".turn").isVisible(), true);
    });
  });

  it("who wants nothing to move sees where a run ends, and without a script there is no button", async () => {
    const { name, figure } = PAGES[0];
    await book.visit({ reducedMotion: "reduce" }, async (page) => {
      const live = await open(page, name, figure);
      assert.equal(await live.locator(".drawing svg").count() > 0, true);
    });
    await book.visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(book.url(name));
      assert.equal(await page.locator(".live button").count(), 0);
    });
  });

  it("from a folder, without a server, a figure turns as well", () =>
    book.visit({}, async (page) => {
      const { name, figure } = PAGES[0];
      const live = await open(page, name, figure, `file://${path.resolve(folder, name)}`);
      assert.ok((await seen(live)).drawing.length > 0);
    }));
});

/** Opens the figure by keyboard and waits for the end of its run. */
async function open(page, name, figure, address = book.url(name)) {
  await page.goto(address);
  const live = page.locator(`.live[data-figure="${figure}"]`);
  await live.evaluate((place) => {
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  });
  await live.locator(".turn").press("Enter");
  await settled(live);
  return live;
}

/** Waits until the last turn is drawn and, unless told otherwise, the run that it began is over. */
async function settled(live, { isOver = true } = {}) {
  await live.locator(".drawing svg, .status:not(:empty)").first().waitFor({ state: "attached" });
  assert.doesNotMatch(await live.locator(".status").textContent(), /stands still/);
  await live.evaluate(
    ({ dataset }, isOver) =>
      new Promise((resolve) => {
        const isSo = () => Number(dataset.turns) >= Number(dataset.asked) && !(isOver && dataset.running === "true");
        const look = () => (isSo() ? resolve() : requestAnimationFrame(look));
        look();
      }),
    isOver,
  );
}

/** The keys that turn a knob on and back. */
async function keysOf(knob) {
  const isList = (await knob.evaluate((knob) => knob.tagName)) === "SELECT";
  return isList ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
}

/** Turns a knob by one place and waits for the end of the run. */
async function turn(live, knob) {
  const isAtEnd = await knob.evaluate((knob) => (knob.options ? knob.selectedIndex === knob.options.length - 1 : knob.value === knob.max));
  await knob.focus();
  const [forth, back] = await keysOf(knob);
  await knob.press(isAtEnd ? back : forth);
  await settled(live);
}

async function reset(live) {
  await live.locator("button", { hasText: "Reset" }).press("Enter");
  await settled(live);
}

async function seen(live) {
  return { drawing: await live.locator(".drawing").innerHTML(), says: await live.locator(".says").textContent() };
}

/** Whether two states of a figure look and read alike; a drawing is too long to be shown in a message. */
function isAlike(one, other) {
  return one.drawing === other.drawing && one.says === other.says;
}
