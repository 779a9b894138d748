/** What is kept of a store, and what goes: notes, sweeps, runs that are removed, and what no run asks for. */
import { appendFile, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytesByKey, findGarbage, removeGarbage } from "./collect.ts";
import { openStore } from "./open.ts";
import { artifactKey, type Run, type Store } from "./store.ts";
import { verifyStore } from "./verify.ts";

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-store-"));
  store = await openStore(dir);
});
afterEach(() => rm(dir, { recursive: true }));

/** Stores an artifact with a curve; resolves to its key. */
async function put(seed: number, inputs: Readonly<Record<string, string>> = {}): Promise<string> {
  const meta = { step: "train", version: 1, params: { seed }, inputs, result: {} };
  const key = artifactKey(meta);
  await store.write(key, { meta, tensors: new Map() }, [{ step: 0, trainLoss: null }]);
  return key;
}

async function begin(seed: number, keys: readonly string[], status: Run["status"] = "complete"): Promise<string> {
  const { id } = await store.createRun({ study: "imp", spec: { seed }, command: "-", environment: {} });
  await store.appendKeys(id, keys);
  if (status !== "running") await store.setRunStatus(id, status);
  return id;
}

const garbage = async () => (await findGarbage(store)).files.map(({ key, kind }) => [kind, key]);

describe("gc", () => {
  test("keeps every key of every run with its inputs to the root", async () => {
    const root = await put(1);
    const middle = await put(2, { network: root });
    const leaf = await put(3, { network: middle });
    await begin(1, [leaf]);
    expect(await garbage()).toEqual([]);
  });

  test("takes the rest, an artifact before its curve, and tells the bytes", async () => {
    await begin(1, [await put(1)]);
    const lost = await put(2);
    const found = await findGarbage(store);
    expect(found.files.map(({ kind, key }) => [kind, key])).toEqual([
      ["artifact", lost],
      ["curve", lost],
    ]);
    expect(found.bytes).toBe((await bytesByKey(store)).get(lost));
    expect(await removeGarbage(store, found)).toEqual(found);
    expect(await store.has(lost)).toBe(false);
    expect(await garbage()).toEqual([]);
    expect((await verifyStore(store)).damage).toEqual([]);
  });

  test("keeps the states of unfinished runs alone", async () => {
    const [open, closed, stray] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
    for (const key of [open, closed, stray]) await store.writePartial(key, new Uint8Array(3));
    await begin(1, [open], "interrupted");
    await begin(2, [closed]);
    expect(await garbage()).toEqual([
      ["partial", closed],
      ["partial", stray],
    ]);
  });

  test("what a run began to ask for since is not removed", async () => {
    const key = await put(1);
    const found = await findGarbage(store);
    await begin(1, [key]);
    expect((await removeGarbage(store, found)).files).toEqual([]);
    expect(await store.has(key)).toBe(true);
  });

  test("keeps the networks of rows, where a list of keys was lost", async () => {
    const key = await put(1);
    const id = await begin(1, []);
    await store.writeRows(id, [{ artifact: key }]);
    expect(await garbage()).toEqual([]);
  });

  test("refuses where a list of keys is damaged", async () => {
    const id = await begin(1, [await put(1)]);
    await appendFile(join(dir, "runs", id, "keys"), "no key at all\n");
    await expect(findGarbage(store)).rejects.toThrow(/keys: 1 lines are no keys, and what they kept would be lost/);
  });

  test("refuses while a lease is held or a run goes on", async () => {
    const lease = await store.lease("a".repeat(64));
    await expect(findGarbage(store)).rejects.toThrow(
      expect.objectContaining({ code: "store", message: expect.stringMatching(/no process may work on the store/) }),
    );
    await (lease as { release(): Promise<void> }).release();
    await begin(1, [], "running");
    await expect(findGarbage(store)).rejects.toThrow(/no process may work on the store meanwhile, got "imp-/);
  });

  test("a lease of another machine counts while it is raised", async () => {
    const path = join(dir, "leases", "a".repeat(64));
    await mkdir(join(dir, "leases"), { recursive: true });
    await writeFile(path, `elsewhere-${hostname()} 1 ${"0".repeat(16)} 0000000000\n`);
    await expect(findGarbage(store)).rejects.toThrow(/process 1 on elsewhere-/);
    const longAgo = Date.now() / 1000 - 7200;
    await utimes(path, longAgo, longAgo);
    expect(await garbage()).toEqual([]);
  });
});

describe("notes", () => {
  test.each(["plain", "\u001b[2J\u0000\r\n", "a\u202eb", "名前 \ud83d\ude00", "\ud800", '","tags":["x"]'])(
    "%j comes back as it was",
    async (text) => {
      const id = await begin(1, []);
      const note = { name: text, tags: [text], note: text };
      await store.writeNote(id, note);
      expect(await (await openStore(dir)).readNote(id)).toEqual(note);
      expect((await verifyStore(store)).damage).toEqual([]);
    },
  );

  test("are no part of a run's id, and damage of one is told", async () => {
    const id = await begin(1, []);
    await store.writeNote(id, { name: "x", tags: [] });
    expect(await begin(1, [])).toBe(id);
    await appendFile(join(dir, "runs", id, "note.json"), " ");
    await expect(store.readNote(id)).rejects.toThrow(/note\.json: the file is damaged/);
    expect((await verifyStore(store)).damage).toMatchObject([{ file: `runs/${id}/note.json` }]);
  });
});

test("a run that is removed leaves its artifacts, and no file behind", async () => {
  const key = await put(1);
  const id = await begin(1, [key]);
  await store.removeRun(id);
  expect(await store.listRuns()).toEqual([]);
  expect(await readdir(join(dir, "runs"))).toEqual([]);
  expect(await store.has(key)).toBe(true);
});

test("a removal that was killed half-way is no run, is no damage, and is cleared with the other leftovers", async () => {
  const gone = join(dir, "runs", "imp-0123456789.999999999.0badc0de.tmp");
  await mkdir(join(gone, "figures"), { recursive: true });
  await writeFile(join(gone, "rows.json"), "half");
  expect(await store.listRuns()).toEqual([]);
  expect((await verifyStore(store)).damage).toEqual([]);
  const longAgo = Date.now() / 1000 - 7200;
  await utimes(gone, longAgo, longAgo);
  await openStore(dir);
  expect(await readdir(join(dir, "runs"))).toEqual([]);
});

test("a sweep is one by what it is of, and a damaged one hides no other", async () => {
  const asked = { study: "imp", swept: { lr: [0.1, 0.2] }, cells: [{ options: { lr: 0.1 }, run: "imp-0123456789" }] };
  const sweep = await store.createSweep(asked);
  expect(await store.createSweep(asked)).toEqual(sweep);
  const other = await store.createSweep({ ...asked, study: "oneshot" });
  await appendFile(join(dir, "sweeps", `${other.id}.json`), " ");
  const notes: string[] = [];
  const again = await openStore(dir, { onNote: (note) => notes.push(note) });
  expect(await again.listSweeps()).toEqual([sweep]);
  expect(notes).toMatchObject([expect.stringMatching(/the file is damaged .* it is left out/)]);
  expect((await verifyStore(store)).damage).toMatchObject([{ file: `sweeps/${other.id}.json` }]);
});
