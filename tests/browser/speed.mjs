// The runs of two figures as they stand, natively and by both modules in a browser, in turns: comma-separated values for
// `recorded/page-speed.csv`. It judges nothing.
//
// cargo build --release --package hnn-live --example speed && node tests/browser/speed.mjs > recorded/page-speed.csv

import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { Book } from "./browser.mjs";

const ROUNDS = 5;
const FIGURES = ["rate", "penalty"];

const natively = (name) => Number(execFileSync("target/release/examples/speed", [name], { encoding: "utf8" }));

/** In the page: the run of a figure to its end, without its drawings. */
async function inThePage({ name, kind }) {
  const { moduleOf } = window.hnnLive;
  const packed = await new Promise((resolve) => {
    window.hnnLive = (_, packed) => resolve(packed);
    document.head.append(Object.assign(document.createElement("script"), { src: `live/${name}-${kind}.js` }));
  });
  const { ask } = await moduleOf(packed);
  ask("begin");
  const begun = performance.now();
  for (let gone = { taken: 0, all: 1 }; gone.taken < gone.all; ) gone = ask("advance 20");
  return performance.now() - begun;
}

const book = await Book.open();
try {
  const machine = cpus()[0].model.replaceAll(",", " ");
  console.log("machine,figure,program,round,milliseconds");
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of FIGURES) {
      const tell = (program, time) => console.log(`${machine},${name},${program},${round},${time.toFixed(1)}`);
      tell("native", natively(name));
      for (const kind of ["fused", "plain"]) {
        await book.visit({}, async (page) => {
          await page.goto(book.url("index.html"));
          tell(kind, await page.evaluate(inThePage, { name, kind }));
        });
      }
    }
  }
} finally {
  await book.close();
}
