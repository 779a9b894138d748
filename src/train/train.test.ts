import { describe, expect, test } from "vitest";
import { createBatches } from "../dataset/batches.ts";
import { writeParameter } from "../engine/engine.ts";
import { evaluate } from "./evaluate.ts";
import { compileExperiment, scalingsOf } from "./experiment.ts";
import { adam, bitsOf, dataset, engine, finish, noting, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { controlValues } from "./optimizer.ts";
import { rateAt } from "./schedule.ts";
import { type TrainTask, train } from "./train.ts";

const run = (task: TrainTask, on = engine) => bitsOf(finish(train(on, task, tinyNetwork(task))));

describe("what is trained on", () => {
  const task = tinyTask({ to: 7 });
  const noted = noting(engine);
  run(task, noted);
  const steps = noted.notes.filter(({ section }) => section === "train");

  test("every epoch sees each training image once, in batches of which the last is smaller, and no other image", () => {
    expect(steps.map(({ examples }) => examples.length)).toEqual([40, 40, 30, 40, 40, 30, 40]);
    for (const epoch of [steps.slice(0, 3), steps.slice(3, 6)]) {
      const seen = epoch.flatMap(({ examples }) => examples).sort((a, b) => a - b);
      expect(seen).toEqual([...task.split.train]);
    }
    expect(steps.every(({ split }) => split === "train")).toBe(true);
  });

  test("the weights depend on the smaller batch", () => {
    const without = tinyTask({ to: 2 });
    expect(run(tinyTask({ to: 3 })).values).not.toEqual(run(without).values);
  });

  test("after rewinding, data and schedule go on where the weights come from, and the optimizer starts anew", () => {
    const later = tinyTask({ from: 4, to: 6, schedule: { rate: 0.1, shape: { name: "cosine", end: 10 }, warmup: 5 } });
    const noted = noting(engine);
    run(later, noted);
    const batches = createBatches({ indices: later.split.train, batch: 40, key: later.noise });
    const steps = noted.notes.filter(({ section }) => section === "train");
    expect(steps.map(({ examples }) => examples)).toEqual([4, 5].map((step) => [...batches.at(step)]));
    expect(steps.map(({ control }) => control)).toEqual(
      [4, 5].map((step, i) => controlValues(adam, rateAt(later.schedule, step), i + 1)),
    );
  });

  test("seed, replicate and draw each name another training, and the same name the same bits", () => {
    const draws = [{}, { seed: 6 }, { replicate: 1 }, { draw: 1 }].map((change) =>
      run(tinyTask({ to: 5, name: "mlp-8-dropout0.5", noise: { ...task.noise, ...change } })),
    );
    expect(new Set(draws.map(({ values }) => values.join())).size).toBe(draws.length);
    expect(run(tinyTask({ to: 5, name: "mlp-8-dropout0.5" }))).toEqual(draws[0]);
  });
});

describe("the learning curve", () => {
  test("has a point before training, at every evaluation, and at the end", () => {
    const points = (changes: Partial<TrainTask>) => run(tinyTask(changes)).curve.map(({ step }) => step);
    expect(points({ to: 70 })).toEqual([0, 30, 60, 70]);
    expect(points({ to: 60 })).toEqual([0, 30, 60]);
    expect(points({ from: 10, to: 50 })).toEqual([10, 40, 50]);
    expect(points({ from: 10, to: 10 })).toEqual([10]);
  });

  test("training losses are means since the point before, and looking more often changes no weight", () => {
    const [often, seldom] = [run(tinyTask({ to: 30, evaluateEvery: 1 })), run(tinyTask({ to: 30, evaluateEvery: 10 }))];
    expect(often.values).toEqual(seldom.values);
    expect(often.curve[0]!.trainLoss).toBeNull();
    seldom.curve.slice(1).forEach(({ trainLoss }, i) => {
      const single = often.curve.slice(1 + 10 * i, 11 + 10 * i).map((point) => point.trainLoss!);
      expect(trainLoss).toBeCloseTo(single.reduce((sum, loss) => sum + loss, 0) / 10, 12);
    });
    expect(often.curve.at(-1)!.trainLoss).toBeLessThan(0.8 * often.curve[1]!.trainLoss!);
  });
});

test("the training loss of a first batch with room to spare is the mean over its examples before the update", () => {
  const task = tinyTask({ batch: 200, to: 1 });
  const [before, after] = run(task).curve;
  const instance = engine.open(compileExperiment(task.model, { ...task, scalings: scalingsOf(dataset) }));
  for (const [name, values] of tinyNetwork(task).weights) writeParameter(instance, name, values);
  expect(after!.trainLoss).toBeCloseTo(evaluate(instance, dataset.train, task.split.train).loss, 6);
  expect(before!.validationLoss).toBe(evaluate(instance, dataset.train, task.split.validation).loss);
});

describe("early stopping", () => {
  /** The rate is so high that the validation loss goes up and down. */
  const restless = tinyTask({
    to: 60,
    evaluateEvery: 2,
    schedule: { rate: 0.1, shape: { name: "constant" }, warmup: 0 },
  });
  const noted = noting(engine);
  const { curve, earlyStop } = run(restless, noted);
  const losses = curve.map(({ validationLoss }) => validationLoss!);
  const minima = curve.filter((_, i) => losses.slice(0, i).every((loss) => loss > losses[i]!));

  test("is the first minimum of the validation loss, with the test accuracy there", () => {
    const best = curve[losses.indexOf(Math.min(...losses))]!;
    expect(earlyStop).toEqual({
      step: best.step,
      validationLoss: best.validationLoss,
      testAccuracy: best.testAccuracy,
    });
    expect(best.step).toBeGreaterThan(0);
    expect(best.step).toBeLessThan(60);
  });

  test("looks at the test set at new minima and at the end, never else", () => {
    const scored = curve.filter(({ testLoss }) => testLoss !== undefined);
    expect(scored).toEqual([...minima, curve.at(-1)]);
    expect(scored.length).toBeLessThan(curve.length);
    expect(noted.notes.filter(({ split }) => split === "test").length).toBe(scored.length);
  });

  test("takes the first of equal losses", () => {
    const still = run(tinyTask({ to: 60, schedule: { rate: 0, shape: { name: "constant" }, warmup: 0 } }));
    expect(new Set(still.curve.map(({ validationLoss }) => validationLoss)).size).toBe(1);
    expect(still.earlyStop!.step).toBe(0);
  });

  test("there is none without validation images, and the test set is scored at every point", () => {
    const { curve, earlyStop } = run(tinyTask({ validation: 0 }));
    expect(earlyStop).toBeNull();
    for (const point of curve) {
      expect(point.testAccuracy).toBeDefined();
      expect(point.validationLoss).toBeUndefined();
    }
  });
});

describe("divergence", () => {
  const wild = (rate: number, to: number, from = 0) =>
    tinyTask({ optimizer: sgd, from, to, schedule: { rate, shape: { name: "constant" }, warmup: 0 } });

  test("says at which iteration and rate, and closes the engine's memory", () => {
    const noted = noting(engine);
    expect(() => run(wild(1e12, 120, 7), noted)).toThrow(
      expect.objectContaining({
        code: "diverged",
        message: expect.stringMatching(
          /^training at iteration \d+: the loss must stay finite, got (NaN|-?Infinity)\. Lower the learning rate \(now 1000000000000\) or warm it up$/,
        ),
      }),
    );
    expect(noted.openCount()).toBe(0);
    const steps = noted.notes.filter(({ section }) => section === "train").length;
    expect(steps).toBeGreaterThan(1);
    expect(steps).toBeLessThan(20);
  });

  test("is seen where the last update of all brings it", () => {
    expect(() => run(wild(1e38, 1))).toThrow(
      expect.objectContaining({ code: "diverged", message: expect.stringContaining("training at iteration 0: ") }),
    );
  });

  test("is none where every loss is finite", () => {
    const { curve, lossCount } = run(wild(0.05, 60));
    const numbers = curve.flatMap(({ trainLoss, ...scores }) => [trainLoss ?? 0, ...Object.values(scores)]);
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(lossCount).toBe(0);
  });
});

test("the engine's memory is freed at the end, and where a training is left at a pause", () => {
  const noted = noting(engine);
  run(tinyTask({ to: 1 }), noted);
  const left = train(noted, tinyTask(), tinyNetwork(tinyTask()));
  left.next();
  expect(noted.openCount()).toBe(1);
  left.return(undefined as never);
  expect(noted.openCount()).toBe(0);
});

test("pruned weights stay +0, and so do their optimizer's state", () => {
  const task = tinyTask({ to: 30, optimizer: sgd });
  const network = tinyNetwork(task, 0.3);
  const { values } = finish(train(engine, task, network));
  for (const [name, bits] of network.mask!)
    for (const each of [name, `${name}/m`]) {
      const pruned = values.get(each)!.filter((_, i) => bits[i] === 0);
      expect(pruned.every((value) => Object.is(value, 0))).toBe(true);
      expect(values.get(each)!.some((value) => value !== 0)).toBe(true);
    }
});
