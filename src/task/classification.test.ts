/** Classification: its measures against plain counts, the five likeliest among them, and training on a made table. */
import { describe, expect, test } from "vitest";
import { ENGINES, eachEngine, ORACLE } from "../../test/engines.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { standardise } from "../dataset/standardisation.ts";
import { mlp } from "../model/mlp.ts";
import { allIndices } from "../train/evaluate.ts";
import { scoreNetwork } from "../train/network.ts";
import { classification } from "./classification.ts";
import { bytes, expectSame, floats, madeDataset, madeTraining } from "./fixtures/made.ts";

/** Rows of as many features as there are classes; the class of row i is i. */
function classed(classes: number): Dataset {
  const features = Array.from({ length: classes * classes }, (_, i) => (i * i * 7919 + i * 104729) % 10007);
  const labels = bytes([], ...allIndices(classes));
  const table = { count: classes, columns: { features: floats(classes, ...features), labels } };
  const target = { kind: "classes", count: classes } as const;
  return { name: "classed", shape: [classes], target, outputs: classes, train: table, test: table };
}

describe("measures", () => {
  test("are fractions of the rows added, lanes behind them left out", () => {
    const dataset = classed(3);
    const tally = classification.tally(dataset, dataset.test);
    expect(tally.reads).toEqual(["correct"]);
    tally.add(Int32Array.of(0, 1), { correct: Float32Array.of(1, 0, 1, 1) }, 4);
    tally.add(Int32Array.of(2), { correct: Float32Array.of(1, 1, 1, 1) }, 4);
    expect(tally.measures()).toEqual({ accuracy: 2 / 3 });
  });

  test("tell of the five likeliest from 20 classes on, not before", () => {
    const named = (classes: number) => classification.measures(classed(classes)).map(({ name }) => name);
    expect([named(19), named(20)]).toEqual([["accuracy"], ["accuracy", "top5"]]);
    const dataset = classed(20);
    const tally = classification.tally(dataset, dataset.test);
    expect(tally.reads).toEqual(["correct", "correct5"]);
    tally.add(
      Int32Array.of(0, 1, 2, 3),
      { correct: Float32Array.of(1, 0, 0, 0), correct5: Float32Array.of(1, 1, 1, 0) },
      4,
    );
    expect(tally.measures()).toEqual({ accuracy: 1 / 4, top5: 3 / 4 });
  });
});

/** A network whose outputs are its standardised features. */
function identity(classes: number) {
  const model = mlp({ name: "identity", input: [classes], hidden: [], outputs: classes });
  const one = (_: number, i: number) => +(Math.floor(i / classes) === i % classes);
  const weights = new Map([
    ["fc1.weight", new Float32Array(classes * classes).map(one)],
    ["fc1.bias", new Float32Array(classes)],
  ]);
  return { model, network: { weights, mask: null } };
}

/** At how many rows the class is among so many of the greatest outputs. */
function among(dataset: Dataset, top: number): number {
  const { standardised, test, outputs } = standardise(dataset, allIndices(dataset.train.count));
  const { mean, std } = standardised!.features!;
  const { data } = test.columns.features!;
  const rows = Array.from({ length: test.count }, (_, row) =>
    mean.map((centre, i) => (data[row * outputs + i]! - centre) / std[i]!),
  );
  return rows.filter((row, label) => row.filter((value) => value > row[label]!).length < top).length;
}

eachEngine(ENGINES, (engine) => {
  test.each([19, 20, 30])("a network of %i classes is right where its greatest outputs say so", async (classes) => {
    const dataset = classed(classes);
    const { model, network } = identity(classes);
    const { measures } = await scoreNetwork(engine, network, { model, dataset });
    const [accuracy, top5] = [1, 5].map((top) => among(dataset, top) / classes);
    expect(measures).toEqual(classes < 20 ? { accuracy } : { accuracy, top5 });
    expect(top5).toBeGreaterThan(accuracy!);
  });

  test("training tells classes apart, as far as the reference engine does", async () => {
    const dataset = madeDataset({ kind: "classes", count: 3 }, ([, , c, d]) => [d! > 30 ? 2 : +(c! > 20)]);
    const { model, train } = madeTraining(dataset);
    const trained = await train(engine);
    const [first, , last] = trained.curve;
    expect(last!.testLoss!).toBeLessThan(first!.testLoss! / 4);
    expect(trained.test).toBeGreaterThan(0.9);
    const score = await scoreNetwork(engine, trained, { model, dataset });
    expectSame(engine, score, trained);
    expect(score.measure).toEqual({ name: "accuracy", value: score.measures.accuracy });
    expect(Math.abs(trained.testLoss / (await train(ORACLE)).testLoss - 1)).toBeLessThan(1e-3);
  });
});
