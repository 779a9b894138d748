/** A page and its workers in Debian's Chromium give the bits that Node's native engine gives. */
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { datasetFromFiles } from "../../src/dataset/from-files.ts";
import { syntheticDataset } from "../../src/dataset/synthetic.ts";
import { columnOf, type Table } from "../../src/dataset/table.ts";
import { createEngine } from "../../src/engine/choose.ts";
import { createInlineRunner } from "../../src/step/runner.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { bundle } from "./bundle.ts";
import { absent, type Content, launch, serve } from "./chromium.ts";
import { runSteps, trainBoth } from "./job.ts";

/** A table of grey images as the two files of an IDX set. */
function idxFiles(prefix: string, table: Table): [string, Uint8Array][] {
  const head = (sizes: readonly number[]) => {
    const bytes = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
    bytes.setUint32(0, 0x0800 | sizes.length);
    sizes.forEach((size, place) => {
      bytes.setUint32(4 + 4 * place, size);
    });
    return new Uint8Array(bytes.buffer);
  };
  const file = (column: string, sizes: readonly number[]) =>
    Uint8Array.from([...head(sizes), ...(columnOf(table, column).data as Uint8Array)]);
  return [
    [`${prefix}-images-idx3-ubyte.gz`, gzipSync(file("images", [table.count, 28, 28]))],
    [`${prefix}-labels-idx1-ubyte.gz`, gzipSync(file("labels", [table.count]))],
  ];
}

const { train, test: held } = syntheticDataset({ train: 600, test: 100 });
const files = new Map([...idxFiles("train", train), ...idxFiles("t10k", held)]);
const folder = import.meta.dirname;

async function contents(): Promise<Record<string, Content>> {
  const script = async (entry: string): Promise<Content> => {
    const { text } = await bundle(entry, { folder, minify: false });
    return { type: "text/javascript", body: text };
  };
  const data = [...files].map(([name, body]): [string, Content] => [
    `/data/${name}`,
    { type: "application/octet-stream", body },
  ]);
  return {
    "/": { type: "text/html", body: '<!doctype html><script type="module" src="/page.js"></script>' },
    "/page.js": await script('import { tests } from "./page.ts"; globalThis.tests = tests;'),
    "/worker.js": await script('import { serveWorker } from "../../src/browser.ts"; serveWorker();'),
    "/wasm/": { folder: join(resolve(folder, "../.."), "dist/wasm") },
    ...Object.fromEntries(data),
  };
}

/** The engine whose bits a page must give: native, where the processor fuses as Chromium's relaxed SIMD then does. */
const engine = await createEngine("auto");
const read = async (name: string) => files.get(name);

describe.skipIf(absent)(`Chromium${absent ? `, skipped since ${absent}` : ""}`, () => {
  let browser: Browser;
  let opened: Awaited<ReturnType<typeof open>>;
  const problems: string[] = [];
  const call = (name: string, { page }: { page: Page } = opened) =>
    page.evaluate(`tests.${name}()`) as Promise<Record<string, unknown>>;

  async function open(isolated: boolean) {
    const served = await serve(await contents(), { isolated });
    const page = await browser.newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(served.url);
    await page.waitForFunction("globalThis.tests !== undefined");
    expect(await page.evaluate("crossOriginIsolated")).toBe(isolated);
    return { page, close: served.close };
  }

  beforeAll(async () => {
    browser = await launch();
    opened = await open(false);
  });
  afterAll(async () => {
    await opened?.close();
    await browser?.close();
  });

  test("trains to the native bits, dense and with 5 % of the weights, cancelled and resumed too", async () => {
    const dataset = await datasetFromFiles("mnist", read, { cut: true });
    expect(engine.arithmetic).toBe("fused");
    const { engine: name, data, ...found } = await call("here");
    expect([name, data]).toEqual(["wasm:relaxed", dataset.name]);
    const expected = await trainBoth(engine, dataset);
    expect(found).toEqual(expected);
    expect(found.dense).toMatch(/^[0-9a-f]{64}$/);
    expect(found.sparse).not.toBe(found.dense);
    expect(found.cancelled).toEqual([true, 120, false]);
    expect(expected.seen.map(([step]) => step)).toEqual([60, 120, 180, 240, 300]);
    expect(expected.seen.every(([, , watched]) => watched === 784 * 300)).toBe(true);
    expect(problems).toEqual([]);
  });

  test.each([false, true])("workers carry out steps to the native artifacts, isolated %s", async (isolated) => {
    const own = isolated ? await open(true) : opened;
    const dataset = await datasetFromFiles("mnist", read, { cut: true });
    const inline = createInlineRunner({ engine, store: createMemoryStore(), datasets: [dataset] });
    const { log, refused, later, ...found } = await call("inWorkers", own);
    expect(found).toEqual(await runSteps(inline, dataset));
    expect(log).toEqual(["initialise", "train", "prune", "train", "train", "train"]);
    expect(refused).toBe(`TombolaError: memory: artifact must be in the store, got "${"0".repeat(64)}"`);
    expect(later).toContain("interrupted");
    expect(problems).toEqual([]);
    if (isolated) await own.close();
  });

  test("says so where a worker does not start, and where its engine does not open", async () => {
    expect(await call("withoutWorker")).toMatch(/^TombolaError: worker: ended by itself/);
    expect(await call("withoutModules")).toMatch(/^TombolaError: WebAssembly engine, group core: .* answers 404/);
  });
});
