/** Multi-label learning: its measures against plain counts, and training on a made table. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENGINES, eachEngine, ORACLE } from "../../test/engines.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { allIndices } from "../train/evaluate.ts";
import { scoreNetwork } from "../train/network.ts";
import { bytes, expectSame, floats, madeDataset, madeTraining } from "./fixtures/made.ts";
import { multiLabel } from "./multi-label.ts";

const LABELS = 3;

function labelled(rows: readonly (readonly number[])[]): Dataset {
  const features = floats(1, ...rows.map((_, i) => i));
  const table = { count: rows.length, columns: { features, labels: bytes([LABELS], ...rows.flat()) } };
  const target = { kind: "labels", names: ["red", "round", "ripe"] } as const;
  return { name: "fruit", shape: [1], target, outputs: LABELS, train: table, test: table };
}

/** Measures where the network gives these logits, in batches of one lane more. */
function measured(rows: readonly (readonly number[])[], logits: readonly (readonly number[])[], batch: number) {
  const dataset = labelled(rows);
  const tally = multiLabel.tally(dataset, dataset.test);
  const lanes = batch + 1;
  for (let from = 0; from < rows.length; from += batch) {
    const some = allIndices(rows.length).subarray(from, from + batch);
    const output = new Float32Array(LABELS * lanes).fill(9);
    for (const [n, row] of some.entries())
      for (let label = 0; label < LABELS; label++) output[label * lanes + n] = logits[row]![label]!;
    tally.add(some, { output }, lanes);
  }
  return tally.measures();
}

describe("measures", () => {
  test("accuracy is over labels, an exact match over rows; a logit of 0 says no", () => {
    const rows = [
      [1, 0, 1],
      [0, 0, 0],
      [1, 1, 0],
      [0, 1, 1],
    ];
    const logits = [
      [2, -1, 0.5],
      [0, -3, -0],
      [1, -1, 2],
      [-1, 4, 0],
    ];
    expect(measured(rows, logits, 3)).toEqual({ "label-accuracy": 9 / 12, "exact-match": 2 / 4 });
  });

  test("are plain counts, however rows fall into batches", () => {
    const row = fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1));
    const logit = fc.integer({ min: -3, max: 3 });
    const all = fc.array(fc.tuple(row, fc.tuple(logit, logit, logit)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(all, fc.integer({ min: 1, max: 21 }), (pairs, batch) => {
        const right = pairs.map(([seen, logits]) => seen.filter((bit, i) => (logits[i]! > 0 ? 1 : 0) === bit).length);
        const [rows, logits] = [pairs.map(([seen]) => seen), pairs.map(([, given]) => given)];
        expect(measured(rows, logits, batch)).toEqual({
          "label-accuracy": right.reduce((sum, each) => sum + each, 0) / (LABELS * pairs.length),
          "exact-match": right.filter((each) => each === LABELS).length / pairs.length,
        });
      }),
    );
  });

  test("are named", () => {
    const { target } = labelled([[0, 0, 0]]);
    expect(multiLabel.measures({ target, outputs: LABELS })).toEqual([
      { name: "label-accuracy", title: "accuracy per label", unit: "fraction", direction: "up" },
      { name: "exact-match", title: "exact match", unit: "fraction", direction: "up" },
    ]);
  });
});

/** Each label is told by one feature alone, around its mean. */
const made = madeDataset({ kind: "labels", names: ["a", "b", "c"] }, ([, b, c, d]) => [
  +(b! > 10),
  +(c! < 20),
  +(d! > 30),
]);

eachEngine(ENGINES, (engine) => {
  test("training tells labels apart, as far as the reference engine does", async () => {
    const { model, train } = madeTraining(made);
    const trained = await train(engine);
    const [first, , last] = trained.curve;
    expect(last!.testLoss!).toBeLessThan(first!.testLoss! / 4);
    const score = await scoreNetwork(engine, trained, { model, dataset: made });
    expectSame(engine, score, trained);
    const { measure, measures } = score;
    expect(measure).toEqual({ name: "label-accuracy", value: measures["label-accuracy"] });
    expect(measures["label-accuracy"]).toBeGreaterThan(0.9);
    expect(measures["exact-match"]).toBeGreaterThan(0.75);
    expect(Math.abs(trained.testLoss / (await train(ORACLE)).testLoss - 1)).toBeLessThan(1e-3);
  });
});
