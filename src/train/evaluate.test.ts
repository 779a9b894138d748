import { describe, expect, test } from "vitest";
import { type HostEngine, writeParameter } from "../engine/engine.ts";
import { createReference } from "../engine/reference/reference.ts";
import { allIndices, evaluate, type Score } from "./evaluate.ts";
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
  test.each([1, 0.2])(
    "scores do not depend on how many examples are scored at a time, at density %d",
    async (density) => {
      const scores: Score[] = [];
      for (const evaluationBatch of [1, 16, 37, 50, 1000, undefined]) {
        const instance = open(on, { density, ...(evaluationBatch ? { evaluationBatch } : {}) });
        scores.push(await evaluate(instance, { dataset, part: "test" }, allIndices(50)));
        instance.close();
      }
      expect(scores[0]!.n).toBe(50);
      expect(scores[0]!.loss).toBeGreaterThan(0);
      expect(new Set(scores.map((score) => JSON.stringify(score))).size).toBe(1);
    },
  );
});

test("a score is the mean over its examples, whichever they are", async () => {
  const instance = open(engine, {});
  const score = async (from: number, to: number) => {
    const rows = allIndices(50).subarray(from, to);
    const { loss, measures } = await evaluate(instance, { dataset, part: "test" }, rows);
    return { loss, accuracy: measures.accuracy! };
  };
  const [all, left, right] = [await score(0, 50), await score(0, 17), await score(17, 50)];
  const singles: (typeof all)[] = [];
  for (let i = 0; i < 50; i++) singles.push(await score(i, i + 1));
  expect(all.accuracy).toBeCloseTo((17 * left.accuracy + 33 * right.accuracy) / 50, 12);
  expect(all.loss).toBeCloseTo((17 * left.loss + 33 * right.loss) / 50, 12);
  expect(singles.filter(({ accuracy }) => accuracy === 1).length).toBe(Math.round(50 * all.accuracy));
  expect(singles.reduce((sum, { loss }) => sum + loss, 0) / 50).toBe(all.loss);
});

test("the same indices name other images in the other split", async () => {
  const instance = open(engine, {});
  const score = (part: "train" | "test") => evaluate(instance, { dataset, part }, allIndices(50));
  const test = await score("test");
  expect(await score("train")).not.toEqual(test);
  expect(await score("test")).toEqual(test);
});

test("a score speaks of the task's first measure, and has them all by name", async () => {
  const { measure, measures } = await evaluate(open(engine, {}), { dataset, part: "test" }, allIndices(50));
  expect(measure).toEqual({ name: "accuracy", value: measures.accuracy });
  expect(Object.keys(measures)).toEqual(["accuracy"]);
});
