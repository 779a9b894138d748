/**
 * CPU milliseconds of a training iteration of LeNet-300-100 in Chromium's thread and on the native engine, the same code in
 * both, in turns; of each the least and the median:
 *
 *     node bench/browser.mjs [turns, default 5]
 *
 * A run of few iterations is taken from one of many, so that opening and compiling do not count. Needs `npm run build` and
 * Chromium (CHROMIUM names it where it is elsewhere).
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { createEngine } from "../dist/index.js";
import { runIterations } from "./browser-step.mjs";

const root = join(import.meta.dirname, "..");
const turns = Number(process.argv[2] ?? 5);
const entry =
  'import { runIterations } from "./browser-step.mjs"; import { openWasm, wasmIn } from "../dist/browser.js";';
const contents = `${entry} const engine = openWasm(wasmIn("/wasm")); globalThis.iterate = async (...args) => runIterations(await engine, ...args);`;
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
await page.waitForFunction("globalThis.iterate !== undefined");

const session = await page.context().newCDPSession(page);
await session.send("Performance.enable", { timeDomain: "threadTicks" });

const engine = await createEngine("auto");
const HOSTS = {
  [engine.name]: {
    run: (...args) => runIterations(engine, ...args),
    async seconds() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  },
  [`Chromium ${browser.version()}`]: {
    run: (percent, steps) => page.evaluate(`iterate(${percent}, ${steps})`),
    async seconds() {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "ThreadTime").value;
    },
  },
};
const FEW = 100;

async function spent({ run, seconds }, percent, steps) {
  const before = await seconds();
  await run(percent, steps);
  return (await seconds()) - before;
}

const times = new Map();
for (let turn = 0; turn <= turns; turn++)
  for (const percent of [100, 20, 5])
    for (const [name, host] of Object.entries(HOSTS)) {
      const many = FEW + Math.round(40_000 / percent);
      const less = await spent(host, percent, FEW);
      const each = (1000 * ((await spent(host, percent, many)) - less)) / (many - FEW);
      const label = `${name}, ${percent} % of the weights`;
      // The first turn lets the browser compile for speed.
      if (turn > 0)
        times.set(
          label,
          [...(times.get(label) ?? []), each].sort((a, b) => a - b),
        );
    }
await browser.close();
server.close();
server.closeAllConnections();

for (const [label, sorted] of times) {
  const [least, median] = [sorted[0], sorted[sorted.length >> 1]].map((value) => value.toFixed(2));
  console.log(`${label}: least ${least} ms, median ${median} ms`);
}
