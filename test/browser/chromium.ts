/** Debian's Chromium on a page that this machine serves to itself, or why there is none. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const PATH = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Nothing is asked of any other machine. */
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Why the tests skip; undefined where there is a Chromium, and in CI, where there must be one. */
export const absent =
  existsSync(PATH) || process.env.CI ? undefined : `there is no ${PATH}: install chromium, or name one in CHROMIUM`;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: FLAGS });
}

/** A file that is made, or the folder that files lie in. */
export type Content = { readonly type: string; readonly body: string | Uint8Array } | { readonly folder: string };

/** How the page's address says that it is on its own, so that its workers may share memory. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serves contents by address on this machine; a folder's stand at an address that ends in a slash. */
export async function serve(contents: Readonly<Record<string, Content>>, { isolated = false } = {}) {
  const server: Server = createServer(async (request, response) => {
    const path = request.url!.split("?")[0]!;
    const [place, content] = Object.entries(contents).find(([at]) =>
      at.endsWith("/") && at !== "/" ? path.startsWith(at) : path === at,
    ) ?? ["", undefined];
    const body =
      content && "folder" in content
        ? await readFile(join(content.folder, path.slice(place.length))).catch(() => undefined)
        : content?.body;
    const type = content && "type" in content ? content.type : typeOf(path);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type, ...(isolated && ISOLATED) });
    response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}

function typeOf(path: string): string {
  const [ending] = /[^.]*$/.exec(path)!;
  return { wasm: "application/wasm", js: "text/javascript", html: "text/html" }[ending] ?? "application/octet-stream";
}
