/** A store that version 1 wrote: a small study of pruning and one of pairs. It is read as it is, and not written to. */

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./open.ts";
import { artifactKey } from "./store.ts";

const fixture = fileURLToPath(new URL("./fixtures/version-1", import.meta.url));
const network = "56c9a89cb64666820e64e4ee81bc9a33b2f812c14441eacc2d4895bf17d35d53";
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-version1-"));
  await cp(fixture, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

const reading = () => openStore(dir, { readOnly: true });

test("runs are listed, and their rows have the measure", async () => {
  const store = await reading();
  expect(store.version).toBe(1);
  expect((await store.listRuns()).map(({ id, status }) => [id, status])).toEqual([
    ["instability-83acd35075", "complete"],
    ["imp-7700155452", "complete"],
  ]);
  const rows = await store.readRows("imp-7700155452");
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    arm: "ticket",
    testAccuracy: 0.1195,
    measure: { name: "accuracy", value: 0.1195 },
    measures: { accuracy: 0.1195 },
    earlyStop: { step: 6, value: 0.1195 },
  });
  const [pair] = await store.readRows("instability-83acd35075");
  expect(pair).toMatchObject({ copies: [0, 1], measure: { name: "lii", value: 0 }, measures: { lii: 0 } });
  expect(pair).not.toHaveProperty("earlyStop");
  expect(await store.readKeys("imp-7700155452")).toEqual([]);
});

test("a pair's measure is that of recomputed statistics; without a validation split there is no early stop", async () => {
  const rows = [
    { copies: [0, 1], instability: { testError: 0.5 }, recomputedInstability: { testError: 0.25 } },
    { arm: "ticket", testAccuracy: 0.5, earlyStopStep: null, earlyStopAccuracy: null },
  ];
  await writeFile(join(dir, "runs/imp-7700155452/rows.json"), JSON.stringify(rows));
  expect(await (await reading()).readRows("imp-7700155452")).toMatchObject([
    { measure: { name: "lii", value: 0.25 } },
    { measure: { name: "accuracy", value: 0.5 }, earlyStop: null },
  ]);
});

test("artifacts and curves are read and checked as ever, all under their keys", async () => {
  const store = await reading();
  const names = (await readdir(join(dir, "artifacts"), { recursive: true })).filter((name) => name.length > 2);
  expect(names).toHaveLength(8);
  for (const name of names) {
    const key = name.slice(3, -".safetensors".length);
    const { meta } = await store.read(key);
    expect(artifactKey(meta)).toBe(key);
    expect(await store.readMeta(key)).toEqual(meta);
  }
  expect(await store.findByPrefix(network.slice(0, 6))).toBe(network);
  const curve = await store.readMetrics(network);
  expect(curve.map(({ step }) => step)).toEqual([0, 3, 6]);
  expect(curve[0]).toMatchObject({ validationAccuracy: 0.08, validation: 0.08, testAccuracy: 0.066, test: 0.066 });
  const path = join(dir, "artifacts/56", `${network}.safetensors`);
  const bytes = await readFile(path);
  await writeFile(path, bytes.with(-1, bytes.at(-1)! ^ 1));
  await expect(store.read(network)).rejects.toThrow(/damaged \(sha256: contents must match\)\. Delete/);
});

test("writing is refused with the remedy in the caller's words, and nothing is touched", async () => {
  const before = await readdir(dir, { recursive: true });
  await expect(openStore(dir)).rejects.toMatchObject({
    code: "store",
    message: `${dir}: a store to write to must be of version 2, an older one can only be read, got 1. Choose another folder; what this one holds can still be shown`,
  });
  await expect(openStore(dir, { elsewhere: "another folder with --store" })).rejects.toThrow(
    /another folder with --store/,
  );
  await expect((await reading()).setRunStatus("imp-7700155452", "running")).rejects.toThrow(/for reading only/);
  expect(await readdir(dir, { recursive: true })).toEqual(before);
});
