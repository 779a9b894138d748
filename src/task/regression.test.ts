/** Regression: its measures against plain formulas, and training that explains its targets. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENGINES, eachEngine, ORACLE } from "../../test/engines.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { standardise } from "../dataset/standardisation.ts";
import { allIndices } from "../train/evaluate.ts";
import { scoreNetwork } from "../train/network.ts";
import { expectSame, floats, madeDataset, madeTraining, pricedImages } from "./fixtures/made.ts";
import { regression } from "./regression.ts";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Two targets of very different sizes: of the rows trained on, means 100 and -2, deviations 8 and 0.5. */
function twoTargets(scored: readonly (readonly [number, number])[]): Dataset {
  const features = (rows: number) => floats(1, ...Array.from({ length: rows }, (_, i) => i));
  const dataset: Dataset = {
    name: "houses",
    shape: [1],
    target: { kind: "numbers", names: ["price", "slope"] },
    outputs: 2,
    train: { count: 2, columns: { features: features(2), targets: floats(2, 92, -2.5, 108, -1.5) } },
    test: {
      count: scored.length,
      columns: { features: features(scored.length), targets: floats(2, ...scored.flat()) },
    },
  };
  return standardise(dataset, allIndices(2));
}

/** Measures of the test rows where the network gives these numbers, in the targets' own unit, in batches of two lanes more. */
function measured(dataset: Dataset, given: readonly (readonly [number, number])[], batch: number) {
  const tally = regression.tally(dataset, dataset.test);
  const lanes = batch + 2;
  for (let from = 0; from < given.length; from += batch) {
    const rows = allIndices(given.length).subarray(from, from + batch);
    const output = new Float32Array(2 * lanes).fill(1e9);
    for (const [n, row] of rows.entries()) {
      const [price, slope] = given[row]!;
      output[n] = (price - 100) / 8;
      output[lanes + n] = (slope + 2) / 0.5;
    }
    tally.add(rows, { output }, lanes);
  }
  return tally.measures();
}

const scored = [
  [96, -2],
  [104, -1],
  [112, -3],
] as const;

describe("measures", () => {
  test("rmse is in the targets' own unit, r2 the mean of what is explained of each", () => {
    const given = [
      [98, -2],
      [103, -1.5],
      [112, -2.5],
    ] as const;
    const { rmse, r2 } = measured(twoTargets(scored), given, 2);
    expect(rmse).toBeCloseTo(Math.sqrt((4 + 0 + 1 + 0.25 + 0 + 0.25) / 6), 6);
    // Around the means 104 and -2, squares are 64 + 0 + 64 and 0 + 1 + 1.
    expect(r2).toBeCloseTo((1 - 5 / 128 + (1 - 0.5 / 2)) / 2, 6);
  });

  test("of what was seen are 0 and 1, of its means the deviation and 0", () => {
    expect(measured(twoTargets(scored), scored, 3)).toEqual({ rmse: 0, r2: 1 });
    const { rmse, r2 } = measured(
      twoTargets(scored),
      scored.map(() => [104, -2]),
      1,
    );
    expect(rmse).toBeCloseTo(Math.sqrt((128 + 2) / 6), 5);
    expect(r2).toBeCloseTo(0, 6);
  });

  test("do not depend on how rows fall into batches, and are those of the plain formulas", () => {
    const price = fc.integer({ min: 500, max: 1500 }).map((tenths) => tenths / 10);
    const pairs = fc.array(fc.tuple(price, price), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 40 }), (prices, batch) => {
        const seen = prices.map(([one], i): [number, number] => [Math.fround(one), i]);
        const given = prices.map(([, other], i): [number, number] => [other, i % 3]);
        const dataset = twoTargets(seen);
        const whole = measured(dataset, given, 40);
        expect(measured(dataset, given, batch)).toEqual(whole);
        const errors = [0, 1].map((target) => seen.map((row, i) => (row[target]! - given[i]![target]!) ** 2));
        expect(whole.rmse).toBeCloseTo(Math.sqrt(mean(errors.flat())), 3);
        const spreads = [0, 1].map((target) => {
          const centre = mean(seen.map((row) => row[target]!));
          return mean(seen.map((row) => (row[target]! - centre) ** 2));
        });
        if (spreads.some((spread) => spread === 0)) expect(whole.r2).toBeNull();
        else expect(whole.r2! / (1 - mean(errors.map((each, i) => mean(each) / spreads[i]!)))).toBeCloseTo(1, 3);
      }),
    );
  });

  test("r2 is null where a target is constant over the scored rows, whatever it is and however many", () => {
    const value = fc.float({ noNaN: true, min: -1000, max: 1000 });
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 20 }), (constant, rows) => {
        const seen = Array.from({ length: rows }, (_, i): [number, number] => [constant, i]);
        const { rmse, r2 } = measured(
          twoTargets(seen),
          seen.map(([price, slope]) => [price + 2, slope]),
          7,
        );
        expect(r2).toBeNull();
        expect(rmse).toBeCloseTo(Math.sqrt(2), 3);
      }),
      { examples: [[Math.fround(0.1), 3]] },
    );
  });

  test("are named, and rmse has the unit of its target or of all", () => {
    const names = (...targets: string[]) =>
      ({ target: { kind: "numbers", names: targets }, outputs: targets.length }) as const;
    expect(regression.measures(names("price"))).toEqual([
      { name: "rmse", title: "RMSE", unit: "price", direction: "down" },
      { name: "r2", title: "R²", unit: null, direction: "up" },
    ]);
    expect(regression.measures(names("price", "slope"))[0].unit).toBe("targets");
  });
});

const linear = madeDataset({ kind: "numbers", names: ["price", "slope"] }, ([a, b, c, d]) => [
  1000 + 80 * a! - 30 * b! + 20 * c!,
  0.01 * d! - 0.02 * b!,
]);

describe("training", () => {
  eachEngine(ENGINES, (engine) => {
    test("explains linear targets, as far as the reference engine does", async () => {
      const { model, train } = madeTraining(linear);
      const trained = await train(engine);
      const [first, , last] = trained.curve;
      expect(last!.testLoss!).toBeLessThan(first!.testLoss! / 50);
      expect(last!.trainLoss!).toBeLessThan(trained.curve[1]!.trainLoss! / 5);
      const score = await scoreNetwork(engine, trained, { model, dataset: linear });
      expectSame(engine, score, trained);
      expect([score.measure.name, score.measures.rmse]).toEqual(["rmse", score.measure.value]);
      expect([last!.test, last!.testLoss]).toEqual([trained.test, trained.testLoss]);
      expect(score.measures.r2).toBeGreaterThan(0.99);
      const { test: expected } = await train(ORACLE);
      expect(Math.abs(trained.test / expected - 1)).toBeLessThan(1e-3);
    });

    test("learns a number from images", async () => {
      const dataset = pricedImages();
      const { model, train } = madeTraining(dataset, [16]);
      const trained = await train(engine);
      const [first, , last] = trained.curve;
      expect(last!.testLoss!).toBeLessThan(first!.testLoss! / 4);
      expectSame(engine, await scoreNetwork(engine, trained, { model, dataset }), trained);
    });
  });
});
