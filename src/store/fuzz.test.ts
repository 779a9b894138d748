/**
 * Whatever is done to a file of a store, what is read out of it is what was stored, or an error in words that names a file.
 * `TOMBOLA_FUZZ` is how many changed stores are read; without it two hundred.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TombolaError } from "../base/errors.ts";
import { openStore } from "./open.ts";
import { type Artifact, artifactKey, type Store } from "./store.ts";
import { verifyStore } from "./verify.ts";

const RUNS = Number(process.env.TOMBOLA_FUZZ ?? 200);
/** What is read of a store, by name, as JSON. */
type Contents = Readonly<Record<string, string>>;

const artifacts = [0.1, 0.2].map((lr): Artifact => {
  const meta = { step: "train", version: 1, params: { lr }, inputs: {}, result: { testAccuracy: 0.98 } };
  return { meta, tensors: new Map([["w", { dtype: "F32", shape: [2], data: Float32Array.of(lr, 2) }]]) };
});
const keys = artifacts.map(({ meta }) => artifactKey(meta));
const UNFINISHED = "0f".repeat(32);

let dir: string;
let id: string;
let whole: Contents;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-fuzz-"));
  const store = await openStore(dir);
  for (const [i, key] of keys.entries()) {
    await store.write(key, artifacts[i]!, [{ step: 100, trainLoss: i + 0.25 }]);
  }
  await store.writePartial(UNFINISHED, Uint8Array.of(1, 2, 3));
  const begun = { study: "imp", spec: { levels: 3 }, command: "tombola", environment: {} };
  ({ id } = await store.createRun({ ...begun, outputNames: [{ data: "x", names: ["a", "b"] }] }));
  await store.writeRows(id, [{ level: 1, density: 0.5 }]);
  await store.appendKeys(id, keys);
  await store.setRunStatus(id, "complete");
  whole = await contents(store);
});
afterAll(() => rm(dir, { recursive: true }));

const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString("hex");

/** Everything that can be read, or the error, which must be ours. */
async function contents(store: Store): Promise<Contents> {
  const asked: Record<string, () => Promise<unknown>> = {
    state: async () => hex(await store.readPartial(UNFINISHED)),
    "run.json": async () => {
      const { sessions: _, status: __, updated: ___, ...run } = await store.readRun(id);
      return run;
    },
    rows: () => store.readRows(id),
    keys: () => store.readKeys(id),
    list: async () => (await store.listRuns()).map((run) => run.id),
  };
  for (const [i, key] of keys.entries()) {
    asked[`artifact ${i}`] = async () => {
      const { meta, tensors } = await store.read(key);
      return [meta, [...tensors].map(([name, { dtype, shape, data }]) => [name, dtype, shape, [...data]])];
    };
    asked[`meta ${i}`] = () => store.readMeta(key);
    asked[`curve ${i}`] = () => store.readMetrics(key);
  }
  const told: Record<string, string> = {};
  for (const [name, read] of Object.entries(asked)) told[name] = await answer(read);
  return told;
}

async function answer(read: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await read());
  } catch (error) {
    if (!(error instanceof TombolaError)) throw error;
    expect(error.message).toMatch(/^[^:]+: .*\S/);
    expect(error.message).not.toMatch(/ at .*\.ts:\d+|undefined|\[object/);
    return "refused";
  }
}

/** What may stand for what was stored: of states that are unusable none, of lists less, which notes or `verify` tell. */
function insteadOf(name: string): string[] {
  if (name === "state") return ["refused", "null"];
  if (name === "list") return ["[]"];
  if (name === "keys") return [[], [keys[0]], [keys[1]]].map((list) => JSON.stringify(list));
  return ["refused"];
}

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const change = fc.record({
  kind: fc.constantFrom("set", "flip", "cut", "insert", "zero"),
  at: place,
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('0159,:{}[]"\n-e'))),
});

test("a store with a changed file gives what was stored or an error", { timeout: 60_000 + 60 * RUNS }, async () => {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const input = fc.tuple(fc.nat(files.length - 1), fc.array(change, { minLength: 1, maxLength: 3 }));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(input, async ([which, changes]) => {
      const before = await readFile(files[which]!);
      const after = changes.reduce((bytes, { kind, at, byte }) => {
        const from = Math.floor(at * bytes.length);
        if (kind === "cut") return bytes.subarray(0, from);
        if (kind === "insert") return Buffer.concat([bytes.subarray(0, from), Buffer.of(byte), bytes.subarray(from)]);
        const copy = Buffer.from(bytes);
        if (kind === "zero") return copy.fill(0, from, Math.min(from + 8, copy.length));
        if (copy.length > 0) copy[from] = kind === "flip" ? copy[from]! ^ (1 << (byte % 8)) : byte;
        return copy;
      }, before);
      await writeFile(files[which]!, after);
      try {
        await answer(async () => {
          const store = await openStore(dir, { onNote: () => {} });
          const told = await contents(store);
          for (const [name, value] of Object.entries(told).filter(([name, value]) => value !== whole[name])) {
            expect([files[which], name, ...insteadOf(name)]).toContain(value);
            refused++;
          }
          await verifyStore(store);
        });
      } finally {
        await writeFile(files[which]!, before);
      }
    }),
    { numRuns: RUNS },
  );
  expect(refused).toBeGreaterThan(RUNS / 4);
});
