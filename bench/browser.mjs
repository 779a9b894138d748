/**
 * Milliseconds of a training iteration of LeNet-300-100 in Chromium and on the native engine, the same code in both, in turns:
 *
 *     node bench/browser.mjs [turns, default 5]
 *
 * Of each density the least and the median over stretches of iterations; the least is what a machine does that is busy
 * with other things too. Needs `npm run build` and Chromium (CHROMIUM names it where it is elsewhere).
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { createEngine } from "../dist/index.js";
import { timeIterations } from "./browser-step.mjs";

const root = join(import.meta.dirname, "..");
const turns = Number(process.argv[2] ?? 5);
const entry =
  'import { timeIterations } from "./browser-step.mjs"; import { openWasm, wasmIn } from "../dist/browser.js";';
const contents = `${entry} const engine = openWasm(wasmIn("/wasm")); globalThis.time = async () => timeIterations(await engine);`;
const stdin = { contents, resolveDir: import.meta.dirname };
const { outputFiles } = await build({
  stdin,
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: "es2022",
});

const server = createServer(async ({ url }, response) => {
  const wasm = url.startsWith("/wasm/") && (await readFile(join(root, "dist", url)).catch(() => undefined));
  const [type, body] = wasm
    ? ["application/wasm", wasm]
    : url === "/bench.js"
      ? ["text/javascript", outputFiles[0].contents]
      : ["text/html", '<!doctype html><script type="module" src="/bench.js"></script>'];
  response.writeHead(200, { "content-type": type });
  response.end(body);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}`);
await page.waitForFunction("globalThis.time !== undefined");

const engine = await createEngine("auto");
const all = { [engine.name]: [], [`Chromium ${browser.version()}`]: [] };
const [here, there] = Object.values(all);
for (let turn = 0; turn < turns; turn++) {
  here.push(await timeIterations(engine));
  there.push(await page.evaluate("time()"));
}
await browser.close();
server.close();
server.closeAllConnections();

for (const [name, times] of Object.entries(all))
  for (const density of Object.keys(times[0])) {
    const sorted = times.flatMap((each) => each[density]).sort((a, b) => a - b);
    const [least, median] = [sorted[0], sorted[sorted.length >> 1]].map((value) => value.toFixed(2));
    console.log(`${name}, ${density} % of the weights: least ${least} ms, median ${median} ms`);
  }
