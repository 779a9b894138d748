/** The browser entry reaches none of Node's modules and keeps its size; `npm run size` prints what is measured. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { KERNEL_GROUPS } from "../../src/program/kernels.ts";
import { bundle } from "./bundle.ts";

const kB = 1000;

/** What a page uses that trains, prunes and scores a classifier. */
const CLASSIFICATION = [
  ...["openWasm", "wasmIn", "datasetFromFiles", "filesIn", "splitTrain", "mlp", "conv", "initialise", "trainLive"],
  ...["scoreNetwork", "fullMask", "magnitude", "prune", "randomMask", "shuffleMask", "rewind", "census"],
];

/** Most bytes behind gzip -9. */
const BOUNDS = {
  library: 45 * kB,
  named: 50 * kB,
  core: 40 * kB,
  computed: 10 * kB,
  sequence: 22 * kB,
  views: 10 * kB,
} as const;

test("all of it bundles for a page, without a library of schemas or of documents", async () => {
  const whole = await bundle('export * from "tombola-lab/browser";');
  const packages = whole.inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  // The keys of steps are hashes; the step that aligns networks solves assignments.
  expect([...new Set(packages)].toSorted()).toEqual(["@noble/hashes", "munkres"]);
  expect(/["'`]node:/.test(whole.text)).toBe(false);
  console.log(`the whole entry: ${whole.compressed} bytes behind gzip -9`);
});

test("what of Node's is reached is refused", async () => {
  await expect(bundle('export { loadDataset } from "tombola-lab";')).rejects.toThrow(/"node:/);
});

test("a page of classification loads at most 45 kB of library", async () => {
  const { compressed } = await bundle(`export { ${CLASSIFICATION.join(", ")} } from "tombola-lab/browser";`);
  console.log(`what a page of classification uses: ${compressed} bytes behind gzip -9`);
  expect(compressed).toBeLessThanOrEqual(BOUNDS.library);
});

test("with the names of all models it loads at most 50 kB", async () => {
  const { compressed } = await bundle(
    `export { ${[...CLASSIFICATION, "parseModel"].join(", ")} } from "tombola-lab/browser";`,
  );
  console.log(`the same with parseModel: ${compressed} bytes behind gzip -9`);
  expect(compressed).toBeLessThanOrEqual(BOUNDS.named);
});

test.each(KERNEL_GROUPS)("the kernels of the group %s keep their bound, in both variants", (group) => {
  for (const name of [`${group}.wasm`, `${group}-relaxed.wasm`]) {
    const { length } = gzipSync(readFileSync(new URL(`../../dist/wasm/${name}`, import.meta.url)), { level: 9 });
    console.log(`${name}: ${length} bytes behind gzip -9`);
    expect(length).toBeLessThanOrEqual(BOUNDS[group]);
  }
});
