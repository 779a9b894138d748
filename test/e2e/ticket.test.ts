/** Tickets in and out, as commands: a ticket of one store is trained again in another, otherwise, and pruned further. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/base/safetensors.ts";
import { createEngine } from "../../src/engine/choose.ts";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

/** Those of one class of arithmetic: without a compiler there is one. */
const engines = await createEngine("native").then(
  () => ["native", "wasm"],
  () => ["wasm"],
);

let cwd: string;
let rows: readonly Row[];
const rowAt = (arm: string, level: number) => rows.find((row) => row.arm === arm && row.level === level)!;
const numbers = ({ arm, level, density, testAccuracy, testLoss }: Row) => ({
  arm,
  level,
  density,
  testAccuracy,
  testLoss,
});
const run = async (words: string, store: string): Promise<readonly Row[]> =>
  JSON.parse((await tombola(`run ${words} --store ${store} --json --quiet`, { cwd })).stdout).rows;

describe("tickets", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    cwd = newFolder(afterAll);
    const words = "run smoke --model mlp-24-16 --arms ticket,reinit,random --rewind 40it --replicates 1 --json";
    const { stdout } = await tombola(words, { cwd });
    const { run: id, rows: all } = JSON.parse(stdout);
    rows = all;
    await tombola(`export ${id} --ticket --level 3 --to t.safetensors`, { cwd });
    await tombola(`export ${rowAt("ticket", 3).artifact} --format safetensors --to dense.safetensors`, { cwd });
    await tombola(`export ${rowAt("ticket", 3).artifact} --format sparse --to sparse.safetensors`, { cwd });
  });

  test("sparse files are small, and score as dense ones", async () => {
    const bytes = (name: string) => statSync(join(cwd, name)).size;
    // An eighth of the weights is left: 4 bytes and 1 a weight in one file, an eighth of 4 bytes and 1 bit in the other.
    expect(bytes("sparse.safetensors")).toBeLessThan(bytes("dense.safetensors") / 5);
    const score = async (name: string) =>
      (await tombola(`evaluate --weights ${name} --data synthetic --json`, { cwd })).stdout;
    expect(await score("sparse.safetensors")).toBe(await score("dense.safetensors"));
    expect(JSON.parse(await score("sparse.safetensors")).measure).toEqual(rowAt("ticket", 3).measure);
  });

  test.each(engines)("one is trained again by %s with the same bits", async (engine) => {
    const words = `run ticket --from t.safetensors --engine ${engine} --store fresh-${engine}`;
    const { code, stdout, stderr } = await tombola(words, { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [, found] = /with the same bits: SHA-256 ([0-9a-f]{64})/.exec(stdout)!;
    const { metadata } = decodeSafetensors(readFileSync(join(cwd, "t.safetensors")));
    expect(JSON.parse(metadata.recipe!).trained).toBe(found);
    // The run's own export, written anew from the fresh store, has the bytes of the tensors that the first store has.
    const [row] = await run(`ticket --from t.safetensors --engine ${engine}`, `fresh-${engine}`);
    await tombola(`export ${row!.artifact} --format safetensors --store fresh-${engine} --to again.safetensors`, {
      cwd,
    });
    const tensors = (name: string) => decodeSafetensors(readFileSync(join(cwd, name))).tensors;
    expect(tensors("again.safetensors")).toEqual(tensors("dense.safetensors"));
  });

  test("its controls are those that the first run had", async () => {
    const all = await run("ticket --from t.safetensors --arms ticket,reinit,random,dense --replicates 2", "controls");
    const first = all.filter(({ replicate }) => replicate === 0).map(numbers);
    const dense = { ...numbers(rowAt("reinit", 0)), arm: "dense" };
    expect(first).toEqual([...["ticket", "reinit", "random"].map((arm) => numbers(rowAt(arm, 3))), dense]);
    expect(all.filter((row) => "repeats" in row)).toHaveLength(1);
  });

  test("other options make another study", async () => {
    const { stdout } = await tombola("run ticket --from t.safetensors --lr 0.003 --steps 120it --store other", { cwd });
    expect(stdout).toContain("is complete");
    expect(stdout).not.toContain("SHA-256");
  });

  test("it begins a pruning study, whose densities are of the whole model", async () => {
    const pruned = await run(
      "imp --from t.safetensors --data synthetic --steps 120it --levels 1 --cut 0.5 --arms ticket,reinit,random,nested-random",
      "pruned",
    );
    const { density } = rowAt("ticket", 3);
    for (const { level, density: own } of pruned) expect(own).toBeCloseTo(level === 0 ? density : density / 2, 3);
    // What is drawn anew has its own weights; both masks of a level have its counts.
    expect(new Set(pruned.map(({ artifact }) => artifact)).size).toBe(7);
  });

  test("masks of a file of their own are those of the weights", async () => {
    const { tensors } = decodeSafetensors(readFileSync(join(cwd, "dense.safetensors")));
    const part = (isMask: boolean) => new Map([...tensors].filter(([name]) => name.startsWith("mask/") === isMask));
    writeFileSync(join(cwd, "weights.safetensors"), encodeSafetensors(part(false)));
    writeFileSync(join(cwd, "masks.safetensors"), encodeSafetensors(part(true)));
    const of = "--model mlp-24-16 --data synthetic --steps 60it --levels 0 --arms ticket";
    const [whole] = await run(`imp --from dense.safetensors ${of}`, "whole");
    const [apart] = await run(`imp --from weights.safetensors --mask masks.safetensors ${of}`, "apart");
    expect(apart!.artifact).toBe(whole!.artifact);
  });

  test("a file with tensors in other places, or without a recipe, is no ticket", async () => {
    const { tensors, metadata } = decodeSafetensors(readFileSync(join(cwd, "t.safetensors")));
    const kept = tensors.get("fc1.weight.kept")!;
    const swapped = kept.data.slice().reverse() as Float32Array<ArrayBuffer>;
    const other = new Map([
      ...tensors,
      ["fc1.weight.kept", { dtype: "F32", shape: kept.shape, data: swapped } as const],
    ]);
    writeFileSync(join(cwd, "swapped.safetensors"), encodeSafetensors(other, metadata));
    const fails = async (words: string) => (await tombola(words, { cwd })).stderr;
    expect(await fails("run ticket --from swapped.safetensors")).toMatch(
      /^error: swapped.safetensors: its tensors must be those that its recipe is of, .*Get the file again/,
    );
    expect(await fails("run ticket --from dense.safetensors")).toMatch(/recipe: the metadata must say how/);
    const model = "run imp --model mlp-24-17 --data synthetic --from t.safetensors";
    expect(await fails(model)).toMatch(/fc2.weight: shape must be \[17,24\], got "\[16,24\]"/);
  });

  test.each([
    ["export RUN --ticket", /--level: is needed, and must be one of 0, 1, 2, 3/],
    ["export RUN --ticket --level 9", /--level: must be one of 0, 1, 2, 3, got 9/],
    ["export RUN --ticket --level 3 --arm shuffle", /--arm: must be one of ticket, reinit, random, got "?shuffle/],
    ["export RUN --ticket --level 3 --format onnx", /--format: of a ticket is sparse safetensors, got "?onnx/],
    ["export KEY --level 3 --format safetensors --to a", /--level: does nothing without --ticket, got 3/],
    ["run ticket", /--from: is needed: a file that `tombola export RUN --ticket` wrote/],
    ["run methods --from t.safetensors --data synthetic", /--from: methods makes its masks of whole networks/],
    ["run imp --data synthetic --mask t.safetensors", /--mask: does nothing without --from/],
  ])("%s is refused", async (words, message) => {
    const said = words.replace("RUN", "smoke").replace("KEY", rowAt("ticket", 3).artifact);
    const id = (await tombola("runs", { cwd })).stdout.match(/imp-\w+/)![0];
    const { code, stderr } = await tombola(said.replace("smoke", id), { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});
