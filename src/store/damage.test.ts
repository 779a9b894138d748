/** Files that were swapped on disk, and files of which one digit has changed: each is noticed and named when it is read. */

import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./open.ts";
import { encodeSealed } from "./sealed-json.ts";
import { type Artifact, artifactKey, type Store } from "./store.ts";

let dir: string;
let store: Store;
let ids: readonly [string, string];
const notes: string[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-damage-"));
  notes.length = 0;
  store = await openStore(dir, { onNote: (note) => notes.push(note) });
  for (const [i, key] of keys.entries()) {
    await store.write(key, artifacts[i]!, [{ step: 100, trainLoss: i + 0.25 }]);
    await store.writePartial(key, Uint8Array.of(1, 2, i));
  }
  const begin = async (levels: number) => {
    const run = await store.createRun({ study: "imp", spec: { levels }, command: "", environment: {} });
    await store.writeRows(run.id, [{ level: levels, density: 0.5 }]);
    return run.id;
  };
  ids = [await begin(3), await begin(4)];
});
afterEach(() => rm(dir, { recursive: true }));

const artifacts = [0.1, 0.2].map((lr): Artifact => {
  const meta = { step: "train", version: 1, params: { lr }, inputs: {}, result: { testAccuracy: 0.98 } };
  return { meta, tensors: new Map([["w", { dtype: "F32", shape: [2], data: Float32Array.of(lr, 2) }]]) };
});
const keys = artifacts.map(({ meta }) => artifactKey(meta)) as [string, string];

const artifactPath = (key: string) => join(dir, "artifacts", key.slice(0, 2), `${key}.safetensors`);
const curvePath = (key: string) => join(dir, "metrics", key.slice(0, 2), `${key}.json`);
const partialPath = (key: string) => join(dir, "partial", key);
const runPath = (id: string) => join(dir, "runs", id, "run.json");
const rowsPath = (id: string) => join(dir, "runs", id, "rows.json");

async function swap(a: string, b: string): Promise<void> {
  await rename(a, `${dir}/between`);
  await rename(b, a);
  await rename(`${dir}/between`, b);
}

/** Expects a `store` error that begins with the path, tells the rule and ends with a remedy. */
const named = (path: string, rule: string) =>
  expect.objectContaining({
    code: "store",
    message: expect.stringMatching(new RegExp(`^${path}: .*${rule}.*\\. Delete `)),
  });

/** Changes each digit of the text between two marks in turn, and expects reading to fail with the path. */
async function everyDigit(path: string, text: RegExp, read: () => Promise<unknown>): Promise<void> {
  const bytes = await readFile(path);
  const found = text.exec(bytes.toString("latin1"))!;
  const at = Array.from(found[0], (_, i) => found.index + i).filter((i) => bytes[i]! >= 48 && bytes[i]! <= 57);
  expect(at.length).toBeGreaterThan(0);
  for (const i of at) {
    await writeFile(path, bytes.with(i, 48 + ((bytes[i]! - 47) % 10)));
    await expect(read(), `byte ${i}`).rejects.toThrow(named(path, ""));
  }
  await writeFile(path, bytes);
  await read();
}

test("two artifacts swapped, read whole or without tensors", async () => {
  await swap(artifactPath(keys[0]), artifactPath(keys[1]));
  for (const key of keys) {
    await expect(store.read(key)).rejects.toThrow(named(artifactPath(key), "key: must be that of the file's name"));
    await expect(store.readMeta(key)).rejects.toThrow(named(artifactPath(key), "key: must be that of the file's name"));
  }
});

test("two curves swapped", async () => {
  await swap(curvePath(keys[0]), curvePath(keys[1]));
  const rule = `must be the curve of ${keys[0]}, got "curve of ${keys[1]}"`;
  await expect(store.readMetrics(keys[0])).rejects.toThrow(named(curvePath(keys[0]), rule));
});

test("a curve deleted, or an older one of the same step put back", async () => {
  const path = curvePath(keys[0]);
  const older = await readFile(path);
  await store.write(keys[0], artifacts[0]!, [{ step: 100, trainLoss: 7 }]);
  await writeFile(path, older);
  await expect(store.readMetrics(keys[0])).rejects.toThrow(named(path, "must be the one that was stored"));
  await rm(path);
  await expect(store.readMetrics(keys[0])).rejects.toThrow(named(path, "is missing"));
});

test("runs and rows swapped, or one put in the other's place", async () => {
  await swap(runPath(ids[0]), runPath(ids[1]));
  await expect(store.readRun(ids[0])).rejects.toThrow(/run\.json: the file must be the run of imp-.*Delete it/);
  await swap(runPath(ids[0]), runPath(ids[1]));
  await swap(rowsPath(ids[0]), rowsPath(ids[1]));
  await expect(store.readRows(ids[0])).rejects.toThrow(named(rowsPath(ids[0]), `must be the rows of ${ids[0]}`));
  await swap(rowsPath(ids[0]), runPath(ids[1]));
  await expect(store.readRows(ids[0])).rejects.toThrow(named(rowsPath(ids[0]), `must be the rows of ${ids[0]}`));
});

test("partial states swapped, damaged or of another format are left out with a note", async () => {
  await swap(partialPath(keys[0]), partialPath(keys[1]));
  expect(await store.readPartial(keys[0])).toBeNull();
  const path = partialPath(keys[0]);
  expect(notes.splice(0)).toEqual([
    `${path}: the state of an unfinished step belongs to the step ${keys[1]}; it is left out, and the step begins anew`,
  ]);
  await store.writePartial(keys[0], Uint8Array.of(7));
  const bytes = await readFile(path);
  await writeFile(path, bytes.with(-1, 8));
  expect(await store.readPartial(keys[0])).toBeNull();
  await writeFile(path, bytes.with(7, "3".charCodeAt(0)));
  expect(await store.readPartial(keys[0])).toBeNull();
  expect(notes).toEqual([
    expect.stringContaining(`${path}: the state of an unfinished step is damaged`),
    expect.stringContaining(`${path}: the state of an unfinished step is of format 3, not 2`),
  ]);
  await writeFile(path, bytes);
  expect(await store.readPartial(keys[0])).toEqual(Buffer.of(7));
});

test("one digit of an artifact's JSON, its checksums and key included, with and without tensors", async () => {
  const path = artifactPath(keys[0]);
  const [from, to] = [/"tombola":.*"metaSha256":"[0-9a-f]+"/s, /"tombola":.*"sha256":"[0-9a-f]+"/s];
  await everyDigit(path, from, () => store.readMeta(keys[0]));
  await everyDigit(path, to, () => store.read(keys[0]));
});

test("one digit of a curve, of rows and of a run, wherever it stands", async () => {
  await everyDigit(curvePath(keys[0]), /^.*$/s, () => store.readMetrics(keys[0]));
  await everyDigit(rowsPath(ids[0]), /^.*$/s, () => store.readRows(ids[0]));
  await everyDigit(runPath(ids[0]), /^.*$/s, () => store.readRun(ids[0]));
});

test("one digit of the store's mark", async () => {
  const path = join(dir, "store.json");
  const mark = await readFile(path, "utf8");
  for (const version of [0, 1, 3]) {
    await writeFile(path, mark.replace('"version":2', `"version":${version}`));
    await expect(openStore(dir, { readOnly: true })).rejects.toThrow(/store\.json: /);
  }
});

test("a text that ends early or goes on, and an artifact of version 1 among the others", async () => {
  const path = rowsPath(ids[0]);
  const text = await readFile(path, "utf8");
  const cuts = Array.from(text, (_, length) => text.slice(0, length));
  for (const changed of [...cuts, `${text}\n`, text.replace("\n", ""), "[\n\n]\n"]) {
    await writeFile(path, changed);
    await expect(store.readRows(ids[0])).rejects.toThrow(named(path, ""));
  }
  const key = "56c9a89cb64666820e64e4ee81bc9a33b2f812c14441eacc2d4895bf17d35d53";
  const old = new URL(`./fixtures/version-1/artifacts/56/${key}.safetensors`, import.meta.url);
  await store.write(key, artifacts[0]!);
  await writeFile(artifactPath(key), await readFile(old));
  await expect(store.read(key)).rejects.toThrow(named(artifactPath(key), 'format: must be 2, got "1"'));
});

test("a damaged run hides no other, and is told where it is asked for", async () => {
  const path = runPath(ids[0]);
  await writeFile(path, (await readFile(path, "utf8")).replace('"levels": 3', '"levels": 5'));
  expect((await store.listRuns()).map(({ id }) => id)).toEqual([ids[1]]);
  expect(notes).toEqual([expect.stringMatching(/run\.json: the file is damaged .*; it is left out$/)]);
  expect((await store.readRun(ids[1])).id).toBe(ids[1]);
  await expect(store.readRun(ids[0])).rejects.toThrow(named(path, "damaged"));
});

test("a run that says it is of another folder", async () => {
  const { sessions, ...run } = await store.readRun(ids[0]);
  const file = { kind: "run", key: ids[0] } as const;
  await writeFile(runPath(ids[0]), encodeSealed(file, JSON.stringify({ ...run, sessions, id: "../../etc" })));
  await expect(store.readRun(ids[0])).rejects.toThrow(named(runPath(ids[0]), `must be the run ${ids[0]}`));
});
