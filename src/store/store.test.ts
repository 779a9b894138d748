import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashJson } from "../base/hash.ts";
import type { Tensor } from "../base/safetensors.ts";
import { openStore } from "./open.ts";
import { encodeSealed } from "./sealed-json.ts";
import { appendSession } from "./sessions.ts";
import { type Artifact, artifactKey } from "./store.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-store-"));
});
afterEach(() => rm(dir, { recursive: true }));

const identity = { step: "train", version: 1, params: { lr: 0.1 }, inputs: { network: "a".repeat(64) } };
const key = artifactKey(identity);
const artifact: Artifact = {
  meta: { ...identity, result: { testAccuracy: 0.98, testLoss: Number.NaN }, made: { engine: "wasm", threads: 1 } },
  tensors: new Map<string, Tensor>([
    ["fc1.weight", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 0, -0, Number.NaN) }],
    ["mask/fc1.weight", { dtype: "U8", shape: [2, 2], data: Uint8Array.of(1, 0, 1, 1) }],
  ]),
};
const file = () => join(dir, "artifacts", key.slice(0, 2), `${key}.safetensors`);
const storeError = (message: RegExp) =>
  expect.objectContaining({ code: "store", message: expect.stringMatching(message) });

test("the key depends on every part of the identity and on nothing else", () => {
  const others = [
    ...[{ step: "prune" }, { version: 2 }, { params: { lr: 0.2 } }, { inputs: {} }],
    ...[{ arithmetic: "fused" }, { arithmetic: "plain" }],
  ];
  expect(new Set(others.map((other) => artifactKey({ ...identity, ...other }))).add(key).size).toBe(7);
  expect(artifactKey(artifact.meta)).toBe(key);
  // As before a step could depend on the engine's arithmetic.
  expect(key).toBe(hashJson(identity));
});

test("an artifact is absent, then read as it was written, with its curve", async () => {
  const store = await openStore(dir);
  expect(await store.has(key)).toBe(false);
  expect(await store.readMetrics(key)).toEqual([]);
  const curve = [
    { step: 0, trainLoss: null },
    { step: 100, trainLoss: Number.POSITIVE_INFINITY, testAccuracy: 0.5 },
  ];
  await store.write(key, artifact, curve);
  const again = await openStore(dir);
  expect(await again.has(key)).toBe(true);
  expect(await again.read(key)).toEqual(artifact);
  expect(await again.readMeta(key)).toEqual(artifact.meta);
  expect(await again.readMetrics(key)).toEqual(curve);
});

test("unknown keys and what is no key are told apart", async () => {
  const store = await openStore(dir);
  await expect(store.read(key)).rejects.toThrow(storeError(/must be in the store/));
  await expect(store.readMeta(key)).rejects.toThrow(storeError(/must be in the store/));
  await expect(store.has("../../etc/passwd")).rejects.toThrow(storeError(/64 hexadecimal/));
});

test("a damaged artifact names the file and the remedy", async () => {
  const store = await openStore(dir);
  await store.write(key, artifact);
  const bytes = await readFile(file());
  for (let at = bytes.length - 20; at < bytes.length; at++) {
    await writeFile(file(), bytes.with(at, bytes[at]! ^ 1));
    await expect(store.read(key)).rejects.toThrow(
      storeError(/^\/.*safetensors: the artifact is damaged.*Delete the file/),
    );
  }
  await writeFile(file(), Buffer.from(bytes.toString("latin1").replace("0.98", "0.99"), "latin1"));
  await expect(store.read(key)).rejects.toThrow(storeError(/damaged/));
  for (const length of [0, 5, 100, bytes.length - 1]) {
    await writeFile(file(), bytes);
    await truncate(file(), length);
    await expect(store.read(key)).rejects.toThrow(storeError(/damaged/));
    await expect(store.readMeta(key)).rejects.toThrow(storeError(/damaged/));
  }
});

test("a prefix finds the one key that it begins", async () => {
  const store = await openStore(dir);
  const keys = ["abcd0", "abcd1", "abff0"].map((start) => start.padEnd(64, "0"));
  for (const each of keys) await store.write(each, artifact);
  expect(await store.findByPrefix("ABCD1")).toBe(keys[1]);
  expect(await store.findByPrefix(keys[2]!)).toBe(keys[2]);
  await expect(store.findByPrefix("abcd")).rejects.toThrow(
    storeError(/not of 2.*Write more digits: abcd0000, abcd1000/),
  );
  await expect(store.findByPrefix("abce")).rejects.toThrow(storeError(/no artifact/));
  await expect(store.findByPrefix("abc")).rejects.toThrow(expect.objectContaining({ code: "usage" }));
  await expect(store.findByPrefix("../..")).rejects.toThrow(expect.objectContaining({ code: "usage" }));
});

test("a partial state is replaced, removed, and absent when damaged", async () => {
  const store = await openStore(dir);
  expect(await store.readPartial(key)).toBeNull();
  await store.writePartial(key, Uint8Array.of(1));
  await store.writePartial(key, Uint8Array.of(2, 3));
  expect(await store.readPartial(key)).toEqual(Buffer.of(2, 3));
  await truncate(join(dir, "partial", key), 81);
  expect(await store.readPartial(key)).toBeNull();
  await store.removePartial(key);
  await store.removePartial(key);
  expect(await readdir(join(dir, "partial"))).toEqual([]);
});

test("opening clears old leftovers of dead processes and the partial states of finished steps", async () => {
  const store = await openStore(dir);
  await store.write(key, artifact);
  await store.writePartial(key, Uint8Array.of(1));
  const other = "b".repeat(64);
  await store.writePartial(other, Uint8Array.of(1));
  const dead = 2 ** 22 + 1;
  const leftovers = [`x.${dead}.0123abcd.tmp`, `x.${process.pid}.0123abcd.tmp`, `young.${dead}.0123abcd.tmp`];
  for (const name of leftovers) await writeFile(join(dir, "artifacts", name), "");
  const old = Date.now() / 1000 - 3700;
  for (const name of leftovers.slice(0, 2)) await utimes(join(dir, "artifacts", name), old, old);
  await openStore(dir);
  expect(await readdir(join(dir, "artifacts"))).toEqual(expect.arrayContaining(leftovers.slice(1)));
  expect(await readdir(join(dir, "artifacts"))).not.toContain(leftovers[0]);
  expect(await readdir(join(dir, "partial"))).toEqual([other]);
});

test("writers of the same key leave one whole artifact and no temporaries", async () => {
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(dir)));
  await Promise.all(
    stores.flatMap((store) => [store.write(key, artifact, []), store.writePartial(key, Uint8Array.of(1))]),
  );
  expect(await stores[0]!.read(key)).toEqual(artifact);
  expect((await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a folder that is no store, or of a newer version, is refused and left alone", async () => {
  await writeFile(join(dir, "thesis.txt"), "");
  await expect(openStore(dir)).rejects.toThrow(storeError(/needs an empty folder, got "thesis.txt"/));
  expect(await readdir(dir)).toEqual(["thesis.txt"]);
  const newer = '{"format":"tombola-store","version":7}';
  await writeFile(join(dir, "store.json"), newer);
  await expect(openStore(dir)).rejects.toThrow(storeError(/store versions to 2, got 7. Install a newer tombola-lab/));
  expect(await readFile(join(dir, "store.json"), "utf8")).toBe(newer);
  for (const damaged of ["", "{}", '{"format":"tombola-store","version":"1"}', '{"format":"other","version":1}']) {
    await writeFile(join(dir, "store.json"), damaged);
    await expect(openStore(dir)).rejects.toThrow(storeError(/store.json: must/));
  }
});

test("a store opened for reading is left alone, and refuses to write", async () => {
  const written = await openStore(dir);
  await written.writePartial(key, Uint8Array.of(1));
  await written.write(key, artifact);
  const before = await readdir(dir, { recursive: true });
  const store = await openStore(dir, { readOnly: true });
  expect(await store.read(key)).toEqual(artifact);
  const writes = [store.write(key, artifact), store.writeRows("imp", []), store.appendKeys("imp", [key])];
  for (const write of writes) await expect(write).rejects.toThrow(storeError(/opened for reading only/));
  expect(await readdir(dir, { recursive: true })).toEqual(before);
});

test("a store that cannot be made names the path", async () => {
  await writeFile(join(dir, "file"), "");
  await expect(openStore(join(dir, "file"))).rejects.toThrow(storeError(/file: a file stands where a folder/));
  await expect(openStore(join(dir, "file", "store"))).rejects.toThrow(storeError(/a file stands where a folder/));
  await expect(openStore("/proc/tombola")).rejects.toThrow(storeError(/^\/proc\/tombola.*: /));
  await expect(openStore(join(dir, "none"), { readOnly: true })).rejects.toThrow(storeError(/none: no store is here/));
  await symlink(join(dir, "unplugged"), join(dir, "disk"));
  await expect(openStore(join(dir, "disk"))).rejects.toThrow(storeError(/disk.*a folder of the path does not exist/));
});

test("a store killed while it was made is made anew", async () => {
  await writeFile(join(dir, "store.json.1.0123abcd.tmp"), '{"form');
  await expect(openStore(dir)).resolves.toMatchObject({ dir });
});

const request = { study: "imp", spec: { levels: 3 }, command: "tombola run imp", environment: { node: "20" } };
const row = { arm: "ticket", level: 0, testLoss: Number.NaN };

test("the same spec is the same run, continued", async () => {
  const store = await openStore(dir);
  const run = await store.createRun(request);
  expect(run.id).toMatch(/^imp-[0-9a-f]{10}$/);
  expect(await store.readRows(run.id)).toEqual([]);
  await store.writeRows(run.id, [row, row]);
  await store.setRunStatus(run.id, "interrupted");
  const again = await store.createRun({ ...request, environment: { node: "22" } });
  expect(again).toMatchObject({ id: run.id, status: "running", spec: { levels: 3 } });
  expect(again.sessions.map(({ environment }) => environment.node)).toEqual(["20", "22"]);
  expect(await store.setRunStatus(run.id, "complete")).toEqual(await store.readRun(run.id));
  expect(await store.readRows(run.id)).toEqual([row, row]);
  expect((await store.createRun({ ...request, spec: { levels: 4 } })).id).not.toBe(run.id);
  await expect(store.createRun({ ...request, study: "../x" })).rejects.toThrow(
    expect.objectContaining({ code: "usage" }),
  );
});

test("runs are listed, and found by the beginning of id or hash", async () => {
  const store = await openStore(dir);
  expect(await store.listRuns()).toEqual([]);
  await expect(store.readRun("imp")).rejects.toThrow(storeError(/no run.*The store has no runs/));
  const first = await store.createRun(request);
  const second = await store.createRun({ ...request, study: "oneshot", spec: {} });
  await mkdir(join(dir, "runs", "killed-before-run-json"));
  await writeFile(join(dir, "runs", ".DS_Store"), "");
  expect((await store.listRuns()).map(({ id }) => id).sort()).toEqual([first.id, second.id]);
  expect(await store.readRun("imp")).toEqual(first);
  expect(await store.readRun(second.id.slice("oneshot-".length, -4))).toEqual(second);
  await expect(store.readRun("")).rejects.toThrow(storeError(/not of 2, got "".*imp-/));
  await expect(store.readRun("nope")).rejects.toThrow(storeError(/no run.*Choose of/));
  await expect(store.setRunStatus("nope", "complete")).rejects.toThrow(storeError(/nope/));
});

test("a run is complete where one session is, running while one is under way, and of every session there is a record", async () => {
  const stores = [await openStore(dir), await openStore(dir)] as const;
  const { id } = await stores[0].createRun(request);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await stores[1].createRun(request);
  const path = join(dir, "runs", id, "sessions");
  const dead = { command: "tombola", environment: {}, started: "2026-01-01", host: hostname(), pid: 2 ** 22 + 1 };
  await appendFile(path, "torn by a ki");
  await appendSession(id, path, dead);
  const read = () => stores[0].readRun(id);
  expect((await read()).sessions.map(({ pid }) => pid)).toEqual([process.pid, process.pid, dead.pid]);
  expect((await stores[0].setRunStatus(id, "interrupted")).status).toBe("running");
  expect((await stores[1].setRunStatus(id, "running", 3)).leftOut).toBe(3);
  const complete = await stores[1].setRunStatus(id, "complete");
  expect(complete).toMatchObject({ status: "complete", leftOut: 3 });
  expect((await stores[0].setRunStatus(id, "interrupted")).status).toBe("complete");
  // A digit changed: the record is none.
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replaceAll('"status":"complete"', '"status":"completf"'));
  expect((await read()).status).toBe("running");
});

test("a run whose process died is interrupted, also of a store from before sessions were appended, and a damaged one names its file", async () => {
  const store = await openStore(dir);
  const { id } = await store.createRun(request);
  const path = join(dir, "runs", id, "run.json");
  const text = JSON.stringify(await store.readRun(id));
  const put = (changed: string) => writeFile(path, encodeSealed({ kind: "run", key: id }, changed));
  await rm(join(dir, "runs", id, "sessions"));
  await put(text.replace(`"pid":${process.pid}`, `"pid":${2 ** 22 + 1}`));
  expect(await store.readRun(id)).toMatchObject({ status: "interrupted" });
  await put(text.replace('"running"', '"walking"'));
  await expect(store.readRun(id)).rejects.toThrow(storeError(/run.json: must describe a run \(status: .*Delete it/));
});
