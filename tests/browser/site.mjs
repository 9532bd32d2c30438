// The built book: its pages, and a server on the loopback interface that gives nothing else away.

import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

/** The paths of all pages below `folder`, such as `chapter1-gradients.html`. */
export async function pagesOf(folder) {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const pages = entries
    .filter((entry) => entry.endsWith(".html"))
    .map((entry) => entry.split(path.sep).join("/"))
    .sort();
  if (pages.length === 0) {
    throw new Error(`${folder} has no pages: build the book first, with \`cargo xtask build\``);
  }
  return pages;
}

/** Serves `folder`. Returns the origin, such as `http://127.0.0.1:40123`, and a function that stops it. */
export async function serve(folder) {
  const root = path.resolve(folder);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://loopback");
    const file = path.join(root, decodeURIComponent(pathname));
    const inside = file.startsWith(root + path.sep);
    const isFile = inside && (await stat(file).then((found) => found.isFile(), () => false));
    if (!isFile) {
      // The browser itself asks for this one, now and then, when a page names no icon.
      response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
      return;
    }
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type });
    createReadStream(file).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, stop };
}
