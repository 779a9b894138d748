/**
 * Serves the page of this folder to this machine alone, with MNIST cut to its first images and the package's kernels.
 *
 *     node examples/browser/serve.mjs [port, default 8000] [images to train on, default 10000]
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "esbuild";
import { loadDataset } from "tombola-lab";
import "../in-words.mjs";

const [port = "8000", count = "10000"] = process.argv.slice(2);
const folder = import.meta.dirname;

async function script(file) {
  const options = { bundle: true, minify: true, write: false, format: "esm", platform: "browser", target: "es2022" };
  const { outputFiles } = await build({ entryPoints: [join(folder, file)], ...options });
  return outputFiles[0].contents;
}

/** The first rows of a column as an IDX file. */
function idx({ columns }, column, sizes) {
  const rows = sizes.reduce((product, size) => product * size, 1);
  const head = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  head.setUint32(0, 0x0800 | sizes.length);
  for (const [place, size] of sizes.entries()) head.setUint32(4 + 4 * place, size);
  return promisify(gzip)(Buffer.concat([new Uint8Array(head.buffer), columns[column].data.subarray(0, rows)]));
}

const { train, test } = await loadDataset("mnist");
const cut = Math.min(Number(count), train.count);
const held = Math.min(2000, test.count);
const data = {
  "train-images-idx3-ubyte.gz": await idx(train, "images", [cut, 28, 28]),
  "train-labels-idx1-ubyte.gz": await idx(train, "labels", [cut]),
  "t10k-images-idx3-ubyte.gz": await idx(test, "images", [held, 28, 28]),
  "t10k-labels-idx1-ubyte.gz": await idx(test, "labels", [held]),
};
const made = {
  "/": await readFile(join(folder, "index.html")),
  "/page.js": await script("page.mjs"),
  "/worker.js": await script("worker.mjs"),
  ...Object.fromEntries(Object.entries(data).map(([name, bytes]) => [`/data/${name}`, bytes])),
};
const TYPES = { "": "text/html", js: "text/javascript", wasm: "application/wasm", gz: "application/octet-stream" };

const server = createServer(async ({ url }, response) => {
  const kernels = /^\/wasm\/([a-z-]+\.wasm)$/.exec(url)?.[1];
  const file = kernels && fileURLToPath(import.meta.resolve(`tombola-lab/wasm/${kernels}`));
  const body = file ? await readFile(file).catch(() => undefined) : made[url];
  const [ending] = /[^./]*$/.exec(url);
  response.writeHead(body ? 200 : 404, {
    "content-type": TYPES[ending] ?? "text/plain",
    // With these a page is isolated: workers share the data set instead of copying it.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  });
  response.end(body);
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
