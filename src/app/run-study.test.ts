/** Studies for programs: values in place of names, with store, resume, figures and report. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { datasetOf } from "../dataset/define.ts";
import { isFigure } from "../figure/figure.ts";
import { defineModel } from "../model/model.ts";
import { named } from "../plugin/values.ts";
import type { ScoreFunction } from "../prune/scores.ts";
import { runPruning, runStudy } from "./run-study.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "tombola-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const count = 60;
const x = Float32Array.from({ length: 2 * count }, (_, i) => ((i * 37) % 19) - 9);
const y = Array.from({ length: count }, (_, row) => +(x[2 * row]! > x[2 * row + 1]!));
const dataset = datasetOf({ shape: [2], target: 2, train: { x, y }, test: { x, y } });
const model = defineModel({
  ...{ name: "own", input: [2], outputs: 2 },
  build: (l, input) => l.linear(l.relu(l.linear(input, 8, "a")), 2, "b", { output: true }),
});
const smallest: ScoreFunction = ({ weights }) =>
  new Map([...weights].map(([name, values]) => [name, values.map((w) => -Math.abs(w))]));

const options = {
  ...{ dataset, model, engine: "reference", steps: "120it", levels: 1, cut: 0.5, batch: 10, arms: ["ticket"] },
  ...{
    lr: 0.05,
    scope: "layer",
    schedule: named("halved", "1", (at: number, end: number) => (2 * at < end ? 1 : 0.5)),
  },
};

test("runs values, keeps them under what they are, draws and reports", async () => {
  const store = folder();
  const first = await runPruning({ ...options, store });
  expect(first.run.spec).toMatchObject({
    model: expect.stringMatching(/^own@[0-9a-f]{64}$/),
    data: expect.stringMatching(/^own@[0-9a-f]{64}$/),
    schedule: { name: "halved@1" },
    loss: "cross-entropy",
  });
  expect(first.run).toMatchObject({ status: "complete", task: { name: "classification" } });
  expect(first.rows).toHaveLength(2);
  expect(first.table().header).toContain("arm");
  expect((await first.figures({ names: ["accuracy"] })).every(isFigure)).toBe(true);
  expect(await first.report()).toContain("<html");
  const paths = await first.write();
  expect(paths[0]).toBe(join(store, "runs", first.run.id, "report.html"));

  const again = await runPruning({ ...options, store });
  expect([again.run.id, again.rows]).toEqual([first.run.id, first.rows]);
  const other = await runPruning({ ...options, store, scores: named("smallest", "1", smallest) });
  expect(other.run.id).not.toBe(first.run.id);
  // The dense network is the same, the pruned ones are not.
  expect(other.rows.map(({ artifact }, i) => artifact === first.rows[i]!.artifact)).toEqual([true, false]);
});

test("an interrupted run goes on to the bits of one that was left alone", async () => {
  // The reference engine computes in float64, of which a saved state keeps float32.
  const exact = { ...options, engine: "auto" };
  const [left, broken] = [folder(), folder()];
  const whole = await runPruning({ ...exact, store: left });
  const stop = new AbortController();
  const events = { onProgress: () => stop.abort() };
  const interrupted = runPruning({ ...exact, store: broken, events, stop: stop.signal });
  await expect(interrupted).rejects.toMatchObject({ code: "interrupted" });
  const continued = await runPruning({ ...exact, store: broken });
  const bits = (rows: readonly object[]) => rows.map((row) => ({ ...row, seconds: 0 }));
  expect(bits(continued.rows)).toEqual(bits(whole.rows));
});

test.each<[string, object, string]>([
  [
    "a function on several threads",
    { workers: 2 },
    "workers: must be 1, since model, schedule cannot be given to another thread, got 2. Bring it in a plug-in",
  ],
  ["an option that is none", { level: 2 }, "level: is no option of imp. Did you mean levels?"],
  [
    "a function without a name",
    { scores: () => new Map() },
    "scores: must be a name, or a value with a name and a version",
  ],
  ["a model that does not fit", { dataset: "synthetic" }, "model: must be fitted to the data set"],
])("refuses %s", async (_, more, message) => {
  await expect(runPruning({ ...options, ...more, store: folder() })).rejects.toThrow(message);
});

test("refuses a study that is none", async () => {
  await expect(runStudy("imq")).rejects.toThrow("study: must be one of imp, oneshot");
});
