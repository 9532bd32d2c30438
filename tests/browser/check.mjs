// Runs the tests of this folder, unless they passed before: the same tests, on the same pages, in the same browser.
//
// The file that is named keeps what they passed with; after `--afresh` they are run whatever it says.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Book, folder } from "./browser.mjs";

/** All that the tests read besides themselves. */
const READ = [folder, "../../snapshots", "../../live/tests/snapshots"];
/** Made of the pages a moment ago, and never of the same bytes: they tell the time. */
const DATED = [".pdf", ".epub", ".png"];

const [file, afresh] = process.argv.slice(2);
const digest = await digestOfAll();
if (!afresh && (await readFile(file, "utf8").catch(() => "")) === digest) {
  console.log("passed before: the same tests, on the same pages, in the same browser");
} else {
  await rm(file, { force: true });
  const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=spec"], { stdio: "inherit" });
  if (status === 0) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, digest);
  }
  process.exitCode = status ?? 1;
}

async function digestOfAll() {
  const hash = createHash("sha256");
  const files = (await readdir(".")).filter((name) => /\.(mjs|json)$/.test(name));
  for (const below of READ) files.push(...(await readdir(below, { recursive: true })).map((name) => path.join(below, name)));
  for (const name of files.filter((name) => !DATED.includes(path.extname(name))).sort()) {
    if ((await stat(name)).isFile()) hash.update(`\0${name}\0`).update(await readFile(name));
  }
  const book = await Book.open();
  hash.update(`\0${book.browser.version()}\0${process.version}`);
  await book.close();
  return hash.digest("hex");
}
