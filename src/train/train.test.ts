import { beforeAll, describe, expect, test, vi } from "vitest";
import { createBatches } from "../dataset/batches.ts";
import { writeParameter } from "../engine/engine.ts";
import { parseModel } from "../model/registry.ts";
import { classification } from "../task/classification.ts";
import type { Measure, Task } from "../task/task.ts";
import { Diverged } from "./diverged.ts";
import { evaluate } from "./evaluate.ts";
import { compileExperiment, scalingsOf } from "./experiment.ts";
import {
  adam,
  bitsOf,
  dataset,
  engine,
  finish,
  noting,
  type RunNote,
  sgd,
  tinyNetwork,
  tinyTask,
} from "./fixtures/tasks.ts";
import { controlValues } from "./optimizer.ts";
import { rateAt } from "./schedule.ts";
import { train } from "./train.ts";
import type { Training } from "./training.ts";

const run = async (task: Training, on = engine) => bitsOf(await finish(train(on, task, tinyNetwork(task))));

type Bits = ReturnType<typeof bitsOf>;

const trainingRuns = ({ notes }: ReturnType<typeof noting>) => notes.filter(({ section }) => section === "train");

describe("what is trained on", () => {
  const task = tinyTask({ to: 7 });
  let steps: readonly RunNote[];
  beforeAll(async () => {
    const noted = noting(engine);
    await run(task, noted);
    steps = trainingRuns(noted);
  });

  test("every epoch sees each training image once, in batches of which the last is smaller, and no other image", () => {
    expect(steps.map(({ examples }) => examples.length)).toEqual([40, 40, 30, 40, 40, 30, 40]);
    for (const epoch of [steps.slice(0, 3), steps.slice(3, 6)]) {
      const seen = epoch.flatMap(({ examples }) => examples).sort((a, b) => a - b);
      expect(seen).toEqual([...task.split.train]);
    }
    expect(steps.every(({ split }) => split === "train")).toBe(true);
  });

  test("the weights depend on the smaller batch", async () => {
    const without = tinyTask({ to: 2 });
    expect((await run(tinyTask({ to: 3 }))).values).not.toEqual((await run(without)).values);
  });

  test("after rewinding, data and schedule go on where the weights come from, and the optimizer starts anew", async () => {
    const later = tinyTask({ from: 4, to: 6, schedule: { rate: 0.1, shape: { name: "cosine", end: 10 }, warmup: 5 } });
    const noted = noting(engine);
    await run(later, noted);
    const batches = createBatches({ indices: later.split.train, batch: 40, key: later.noise });
    const steps = trainingRuns(noted);
    expect(steps.map(({ examples }) => examples)).toEqual([4, 5].map((step) => [...batches.at(step)]));
    expect(steps.map(({ control }) => control)).toEqual(
      [4, 5].map((step, i) => controlValues(adam, rateAt(later.schedule, step), i + 1)),
    );
  });

  test("seed, replicate and draw each name another training, and the same name the same bits", async () => {
    const draws: Bits[] = [];
    for (const change of [{}, { seed: 6 }, { replicate: 1 }, { draw: 1 }])
      draws.push(await run(tinyTask({ to: 5, name: "mlp-8-dropout0.5", noise: { ...task.noise, ...change } })));
    expect(new Set(draws.map(({ values }) => values.join())).size).toBe(draws.length);
    expect(await run(tinyTask({ to: 5, name: "mlp-8-dropout0.5" }))).toEqual(draws[0]);
  });
});

describe("the learning curve", () => {
  test("has a point before training, at every evaluation, and at the end", async () => {
    const points = async (changes: Partial<Training>) => (await run(tinyTask(changes))).curve.map(({ step }) => step);
    expect(await points({ to: 70 })).toEqual([0, 30, 60, 70]);
    expect(await points({ to: 60 })).toEqual([0, 30, 60]);
    expect(await points({ from: 10, to: 50 })).toEqual([10, 40, 50]);
    expect(await points({ from: 10, to: 10 })).toEqual([10]);
  });

  test("training losses are means since the point before, and looking more often changes no weight", async () => {
    const often = await run(tinyTask({ to: 30, evaluateEvery: 1 }));
    const seldom = await run(tinyTask({ to: 30, evaluateEvery: 10 }));
    expect(often.values).toEqual(seldom.values);
    expect(often.curve[0]!.trainLoss).toBeNull();
    seldom.curve.slice(1).forEach(({ trainLoss }, i) => {
      const single = often.curve.slice(1 + 10 * i, 11 + 10 * i).map((point) => point.trainLoss!);
      expect(trainLoss).toBeCloseTo(single.reduce((sum, loss) => sum + loss, 0) / 10, 12);
    });
    expect(often.curve.at(-1)!.trainLoss).toBeLessThan(0.8 * often.curve[1]!.trainLoss!);
  });
});

test("the training loss of a first batch with room to spare is the mean over its examples before the update", async () => {
  const task = tinyTask({ batch: 200, to: 1 });
  const [before, after] = (await run(task)).curve;
  const instance = engine.open(compileExperiment(task.model, { ...task, scalings: scalingsOf(dataset) }));
  for (const [name, values] of tinyNetwork(task).weights) writeParameter(instance, name, values);
  const lossOn = async (rows: Int32Array) => (await evaluate(instance, { dataset, part: "train" }, rows)).loss;
  expect(after!.trainLoss).toBeCloseTo(await lossOn(task.split.train), 6);
  expect(before!.validationLoss).toBe(await lossOn(task.split.validation));
});

describe("early stopping", () => {
  /** The rate is so high that the validation loss goes up and down. */
  const restless = tinyTask({
    to: 60,
    evaluateEvery: 2,
    schedule: { rate: 0.1, shape: { name: "constant" }, warmup: 0 },
  });
  const noted = noting(engine);
  let end: Bits;
  beforeAll(async () => {
    end = await run(restless, noted);
  });

  test("is the first minimum of the validation loss, with the test accuracy there", () => {
    const { curve, earlyStop } = end;
    const losses = curve.map(({ validationLoss }) => validationLoss!);
    const best = curve[losses.indexOf(Math.min(...losses))]!;
    expect(earlyStop).toEqual({ step: best.step, criterion: best.validationLoss, value: best.test });
    expect(best.step).toBeGreaterThan(0);
    expect(best.step).toBeLessThan(60);
  });

  test("looks at the test set at new minima and at the end, never else", () => {
    const { curve } = end;
    const losses = curve.map(({ validationLoss }) => validationLoss!);
    const minima = curve.filter((_, i) => losses.slice(0, i).every((loss) => loss > losses[i]!));
    const scored = curve.filter(({ testLoss }) => testLoss !== undefined);
    expect(scored).toEqual([...minima, curve.at(-1)]);
    expect(scored.length).toBeLessThan(curve.length);
    expect(noted.notes.filter(({ split }) => split === "test").length).toBe(scored.length);
  });

  test("takes the first of equal losses", async () => {
    const still = await run(tinyTask({ to: 60, schedule: { rate: 0, shape: { name: "constant" }, warmup: 0 } }));
    expect(new Set(still.curve.map(({ validationLoss }) => validationLoss)).size).toBe(1);
    expect(still.earlyStop!.step).toBe(0);
  });

  describe("by a measure of the task", () => {
    const measure: Measure = { name: "accuracy", title: "accuracy", unit: "fraction", direction: "up" };
    const task: Task = { ...classification, stopsBy: "accuracy" };
    const best = ({ curve }: Bits, choose: (...values: number[]) => number) => {
      const values = curve.map(({ validation }) => validation!);
      return curve[values.indexOf(choose(...values))]!;
    };

    test("is the first point of its greatest value where more is better", async () => {
      const stopped = await run({ ...restless, task });
      const { step, validation, test } = best(stopped, Math.max);
      expect(stopped.earlyStop).toEqual({ step, criterion: -validation!, value: test });
      expect(step).not.toBe(end.earlyStop!.step);
      expect(stopped.values).toEqual(end.values);
    });

    test("is the first point of its least value where less is better", async () => {
      const measures: Task["measures"] = () => [{ ...measure, direction: "down" }];
      const stopped = await run({ ...restless, task: { ...task, measures } });
      const { step, validation, test } = best(stopped, Math.min);
      expect(stopped.earlyStop).toEqual({ step, criterion: validation, value: test });
    });
  });

  test("there is none without validation images, and the test set is scored at every point", async () => {
    const { curve, earlyStop } = await run(tinyTask({ validation: 0 }));
    expect(earlyStop).toBeNull();
    for (const point of curve) {
      expect(point.test).toBeDefined();
      expect(point.validationLoss).toBeUndefined();
    }
  });
});

describe("divergence", () => {
  const wild = (rate: number, to: number, from = 0) =>
    tinyTask({ optimizer: sgd, from, to, schedule: { rate, shape: { name: "constant" }, warmup: 0 } });

  /** What a training that diverges throws. */
  const divergence = async (task: Training, on = engine): Promise<Diverged> => {
    const error = await run(task, on).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Diverged);
    return error as Diverged;
  };

  test("says at which iteration and rate, and closes the engine's memory", async () => {
    const noted = noting(engine);
    const error = await divergence(wild(1e12, 120, 7), noted);
    expect(error).toMatchObject({
      code: "diverged",
      message: expect.stringMatching(
        /^training at iteration \d+: the loss must stay finite, got (NaN|-?Infinity)\. Lower the learning rate \(now 1000000000000\) or warm it up$/,
      ),
    });
    expect(noted.openCount()).toBe(0);
    expect(error.iteration).toBe(7 + trainingRuns(noted).length - 1);
    expect(error.message).toContain(` ${error.iteration}: `);
    const steps = trainingRuns(noted).length;
    expect(steps).toBeGreaterThan(1);
    expect(steps).toBeLessThan(20);
  });

  test("is seen where the last update of all brings it", async () => {
    const error = await divergence(wild(1e38, 1));
    expect(error).toMatchObject({
      code: "diverged",
      iteration: 0,
      message: expect.stringContaining("training at iteration 0: "),
    });
  });

  test("keeps the curve up to it: all points before, and none of what is not finite", async () => {
    expect((await divergence(wild(1e12, 120, 7))).curve).toEqual((await run(wild(1e12, 7, 7))).curve);
    // Each update takes the loss further away, and every one is looked at.
    const { iteration, curve } = await divergence({ ...wild(20, 120), evaluateEvery: 1 });
    expect(iteration).toBeGreaterThan(2);
    expect(curve.map(({ step }) => step)).toEqual(Array.from({ length: iteration + 1 }, (_, step) => step));
    expect(curve.every(({ validationLoss }) => Number.isFinite(validationLoss))).toBe(true);
  });

  test("is none where every loss is finite", async () => {
    const { curve, lossCount } = await run(wild(0.05, 60));
    const numbers = curve.flatMap(({ trainLoss, ...scores }) => [trainLoss ?? 0, ...Object.values(scores)]);
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(lossCount).toBe(0);
  });
});

describe("is refused before a program is opened", () => {
  const task = tinyTask();
  const network = tinyNetwork(task);
  const other = parseModel("mlp-8", { shape: dataset.shape, outputs: 9 });
  const bias = network.weights.get("fc1.bias")!.map((value, i) => (i === 2 ? Number.NaN : value));
  const broken = { ...network, weights: new Map(network.weights).set("fc1.bias", bias) };

  test.each([
    [
      "a network that is not finite",
      { task, network: broken },
      "network: fc1.bias, entry 2: values must be finite, got NaN. Use a network that did not diverge",
    ],
    [
      "a model that does not fit",
      { task: { ...task, model: other }, network: tinyNetwork({ model: other }) },
      `model mlp-8: must have 10 outputs, one for each of the classes of ${dataset.name}, got 9. Fit the model to ${dataset.name}`,
    ],
    [
      "another task's loss",
      { task: { ...task, loss: "binary-cross-entropy" as const }, network },
      'loss: classification is trained by cross-entropy or squared-error, got "binary-cross-entropy"',
    ],
    [
      "a network of another model",
      { task, network: tinyNetwork({ model: other }) },
      "network: network must be of the model mlp-8, whose fc2.weight has 80 entries, got 72",
    ],
  ])("%s", async (_, { task, network }, message) => {
    const open = vi.fn(engine.open);
    await expect(train({ ...engine, open }, task, network).next()).rejects.toThrow(message);
    expect(open).not.toHaveBeenCalled();
  });
});

test("the engine's memory is freed at the end, and where a training is left at a pause", async () => {
  const noted = noting(engine);
  await run(tinyTask({ to: 1 }), noted);
  const left = train(noted, tinyTask(), tinyNetwork(tinyTask()));
  await left.next();
  expect(noted.openCount()).toBe(1);
  await left.return(undefined as never);
  expect(noted.openCount()).toBe(0);
});

test("pruned weights stay +0, and so do their optimizer's state", async () => {
  const task = tinyTask({ to: 30, optimizer: sgd });
  const network = tinyNetwork(task, 0.3);
  const { values } = await finish(train(engine, task, network));
  for (const [name, bits] of network.mask!)
    for (const each of [name, `${name}/m`]) {
      const pruned = values.get(each)!.filter((_, i) => bits[i] === 0);
      expect(pruned.every((value) => Object.is(value, 0))).toBe(true);
      expect(values.get(each)!.some((value) => value !== 0)).toBe(true);
    }
});
