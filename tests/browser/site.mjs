// The built book: its pages, and a server on the loopback interface that gives nothing else away.

import { createReadStream } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".ipynb": "application/json",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".pdf": "application/pdf",
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

/**
 * Serves `folder` where its page for wrong addresses says that it lies, at the top of a host or in a folder, and answers every
 * other address with that page. Returns the address, such as `http://127.0.0.1:40123/book/`, and a function that stops it.
 */
export async function serve(folder) {
  const root = path.resolve(folder);
  const lost = path.join(root, "404.html");
  const [, prefix] = (await readFile(lost, "utf8")).match(/<base href="([^"]*)">/);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://loopback");
    // The browser itself asks for this one, now and then, when a page names no icon.
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    const inside = pathname.startsWith(prefix) && path.join(root, decodeURIComponent(pathname.slice(prefix.length)));
    const isFile = inside && inside.startsWith(root + path.sep) && (await stat(inside).then((found) => found.isFile(), () => false));
    const file = isFile ? inside : lost;
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(isFile ? 200 : 404, { "content-type": type });
    createReadStream(file).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return { address: `http://127.0.0.1:${server.address().port}${prefix}`, stop };
}
