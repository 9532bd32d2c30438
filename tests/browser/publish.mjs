// The book in other forms: the whole of it printed, an EPUB, and the picture that other sites show beside a link to it.

import path from "node:path";
import { Book, folder } from "./browser.mjs";
import { writeEpub } from "./epub.mjs";

/** What most sites cut such a picture to, 1200 by 630 points: the title and the first figure. */
const CARD = { width: 800, height: 420 };
const CARD_STYLE = `
  #mdbook-menu-bar, .nav-wrapper, .nav-wide-wrapper, main > :not(h1, h1 + p, figure), .figure > :not(.finding, svg) { display: none }
  .figure svg { height: 200px; object-fit: contain }`;

const [pdf, epub, card] = process.argv.slice(2).map((name) => path.join(folder, name));
const book = await Book.open();
try {
  await book.visit({}, async (page) => {
    await page.goto(book.url("print.html"));
    await page.waitForFunction(() => window.askedToPrint);
    await page.pdf({ path: pdf, format: "A4", preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
  });
  await writeEpub(book, epub);
  await book.visit({ deviceScaleFactor: 1.5 }, async (page) => {
    await page.setViewportSize(CARD);
    await page.goto(book.url("title.html"));
    await page.addStyleTag({ content: CARD_STYLE });
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: card });
  });
} finally {
  await book.close();
}
