import { describe, expect, test } from "vitest";
import { type HostEngine, writeParameter } from "../engine/engine.ts";
import { createReference } from "../engine/reference/reference.ts";
import { allIndices, evaluate } from "./evaluate.ts";
import { compileExperiment, scalingsOf } from "./experiment.ts";
import { dataset, engine, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";

const { model } = tinyTask();

/** Opens a network, pruned or not, whose evaluations take `evaluationBatch` examples at a time. */
function open(on: HostEngine, { evaluationBatch, density = 1 }: { evaluationBatch?: number; density?: number }) {
  const { weights, mask } = tinyNetwork({ model }, density);
  const instance = on.open(
    compileExperiment(model, {
      optimizer: sgd,
      batch: 4,
      scalings: scalingsOf(dataset),
      ...(evaluationBatch ? { evaluationBatch } : {}),
      ...(mask ? { mask } : {}),
    }),
  );
  for (const [name, values] of weights) writeParameter(instance, name, values);
  return instance;
}

describe.each([engine, createReference()])("$name", (on) => {
  test.each([1, 0.2])("scores do not depend on how many examples are scored at a time, at density %d", (density) => {
    const scores = [1, 16, 37, 50, 1000, undefined].map((evaluationBatch) => {
      const instance = open(on, { density, ...(evaluationBatch ? { evaluationBatch } : {}) });
      const score = evaluate(instance, dataset.test, allIndices(50));
      instance.close();
      return score;
    });
    expect(scores[0]!.n).toBe(50);
    expect(scores[0]!.loss).toBeGreaterThan(0);
    expect(new Set(scores.map((score) => JSON.stringify(score))).size).toBe(1);
  });
});

test("a score is the mean over its examples, whichever they are", () => {
  const instance = open(engine, {});
  const score = (from: number, to: number) => evaluate(instance, dataset.test, allIndices(50).subarray(from, to));
  const [all, left, right] = [score(0, 50), score(0, 17), score(17, 50)];
  const singles = Array.from({ length: 50 }, (_, i) => score(i, i + 1));
  expect(all.accuracy).toBeCloseTo((17 * left.accuracy + 33 * right.accuracy) / 50, 12);
  expect(all.loss).toBeCloseTo((17 * left.loss + 33 * right.loss) / 50, 12);
  expect(singles.filter(({ accuracy }) => accuracy === 1).length).toBe(Math.round(50 * all.accuracy));
  expect(singles.reduce((sum, { loss }) => sum + loss, 0) / 50).toBe(all.loss);
});

test("the same indices name other images in the other split", () => {
  const instance = open(engine, {});
  const test = evaluate(instance, dataset.test, allIndices(50));
  expect(evaluate(instance, dataset.train, allIndices(50))).not.toEqual(test);
  expect(evaluate(instance, dataset.test, allIndices(50))).toEqual(test);
});
