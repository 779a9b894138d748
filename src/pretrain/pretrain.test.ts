/** Draws of views, their batches, and trainings without labels that stop and go on. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dataset } from "../dataset/dataset.ts";
import { modified } from "../dataset/modify/modify.ts";
import { splitTrain } from "../dataset/split.ts";
import { syntheticDataset, syntheticRgbDataset } from "../dataset/synthetic.ts";
import { createEngine } from "../engine/choose.ts";
import { createReference } from "../engine/reference/reference.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import type { Network } from "../model/tensors.ts";
import { randomMask } from "../prune/masks.ts";
import { fullMask, magnitude, prune } from "../prune/prune.ts";
import { taskNamed } from "../task/registry.ts";
import { trainingOf, trainNetwork } from "../train/network.ts";
import { optimizerOf } from "../train/optimizer.ts";
import { decodeState, encodeState, type TrainState } from "../train/state.ts";
import { train } from "../train/train.ts";
import { drawView, type View } from "./draws.ts";
import { mocoTask } from "./moco.ts";
import { linearProbe } from "./probe.ts";
import { CONTRASTIVE } from "./recipes.ts";
import type { ViewTask } from "./task.ts";
import { addPretraining, moco, simclr } from "./tasks.ts";

addPretraining();

const SHAPE = [3, 32, 32] as const;
const KEY = { seed: 0, replicate: 0, step: 0 };
const boxOf = ({ top, left, height, width }: View) => [top, left, height, width].join();

test("the two views of a picture draw from different keys: equal crops are no more frequent than by chance", () => {
  const pictures = 10_000;
  const views = [0, 1].map((view) =>
    Array.from({ length: pictures }, (_, n) =>
      drawView(CONTRASTIVE, SHAPE, { key: { ...KEY, step: n }, view, lane: n % 128 }),
    ),
  ) as [View[], View[]];
  const equal = (shift: number) =>
    views[0].filter((view, n) => boxOf(view) === boxOf(views[1][(n + shift) % pictures]!)).length;
  // By chance: the first view of one picture and the second of another.
  const chance = Array.from({ length: 20 }, (_, i) => equal(i + 1));
  const mean = chance.reduce((sum, each) => sum + each, 0) / chance.length;
  expect(equal(0)).toBeLessThanOrEqual(mean + 4 * Math.sqrt(mean) + 1);
  const shaken = views.flat().filter(({ order }) => order !== null);
  expect(shaken.length / (2 * pictures)).toBeCloseTo(0.8, 1);
  expect(new Set(shaken.map(({ brightness }) => brightness)).size).toBeGreaterThan(0.99 * shaken.length);
});

test("a box lies within its picture and has the asked part of its area, as far as whole pixels can", () => {
  const sizes = fc.record({
    height: fc.integer({ min: 4, max: 40 }),
    width: fc.integer({ min: 4, max: 40 }),
    step: fc.nat(9999),
  });
  fc.assert(
    fc.property(sizes, ({ height, width, step }) => {
      const view = drawView(CONTRASTIVE, [3, height, width], { key: { ...KEY, step }, view: 0, lane: 3 });
      expect(view.top >= 0 && view.top + view.height <= height && view.height >= 1).toBe(true);
      expect(view.left >= 0 && view.left + view.width <= width && view.width >= 1).toBe(true);
      const rounding = (view.height + view.width) / 2 + 1;
      expect(view.height * view.width).toBeGreaterThanOrEqual(0.2 * height * width - rounding);
    }),
  );
});

const dataset: Dataset = modified(syntheticRgbDataset({ train: 80, test: 40 }), { resize: 8, modifiers: {} });
const model = parseModel("resnet-8-4-projected8", dataset);
const dense: Network = { weights: initialise(model, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 }), mask: null };
const split = splitTrain(dataset, 16);
const small = mocoTask({ temperature: 0.2, queue: 48, features: 8, keyMomentum: 0.9, keyNorm: "shuffled-halves" });

function masked(): Network {
  const cut = { cut: 0.9, outputCutFactor: 1, scope: "global" } as const;
  const mask = prune(model.parameters, fullMask(model.parameters), {
    scores: magnitude(dense.weights),
    cut,
    rounds: 1,
  });
  const weights = new Map(
    [...dense.weights].map(([name, values]) => {
      const bits = mask.get(name);
      return [name, bits ? values.map((value, i) => (bits[i] ? value : 0)) : values] as const;
    }),
  );
  return { weights, mask };
}

const asked = (task: ViewTask, steps: number) => ({
  ...{
    model,
    dataset,
    split,
    task,
    steps,
    batch: 24,
    optimizer: optimizerOf("sgd"),
    evaluateEvery: steps,
    pauseEvery: 2,
  },
  schedule: { rate: 0.05, shape: { name: "constant" }, warmup: 0 } as const,
});

const TASKS = [simclr, small, taskNamed("rotation").task as ViewTask];

describe.each(TASKS.map((task) => [task.name, task] as const))("%s", (_, task) => {
  test.each([
    ["dense", () => dense],
    ["sparse", masked],
  ])("trains alike on the reference and on this machine's engine, %s", { timeout: 300_000 }, async (_name, network) => {
    const results = await Promise.all(
      [createReference(), await createEngine("auto")].map((engine) => trainNetwork(engine, network(), asked(task, 2))),
    );
    const [reference, own] = results as [(typeof results)[0], (typeof results)[0]];
    expect(own.testLoss).toBeCloseTo(reference.testLoss, 3);
    expect(own.curve.at(-1)!.trainLoss!).toBeCloseTo(reference.curve.at(-1)!.trainLoss!, 3);
  });

  test("goes on with every bit where it was stopped, whatever is beside the network", {
    timeout: 120_000,
  }, async () => {
    const engine = await createEngine("auto");
    const training = trainingOf(asked(task, 7));
    const whole = await endOf(train(engine, training, masked()));
    const run = train(engine, training, masked());
    const paused = await run.next();
    if (paused.done) throw new Error("it must pause");
    const state = decodeState(encodeState(await paused.value.snapshot()));
    await run.return(undefined as never);
    const resumed = await endOf(train(engine, training, masked(), state));
    expect([...resumed.values.keys()].sort()).toEqual([...whole.values.keys()].sort());
    for (const [name, values] of whole.values) expect(resumed.values.get(name), name).toEqual(values);
    expect(whole.values.has("queue")).toBe(task === small);
    expect(whole.values.has("key/conv.weight")).toBe(task === small);
    expect(resumed.curve).toEqual(whole.curve);
  });
});

async function endOf(training: AsyncGenerator<unknown, TrainState>): Promise<TrainState> {
  for (;;) {
    const next = await training.next();
    if (next.done) return next.value;
  }
}

test("keys follow the network, and the newest stand in the queue", { timeout: 60_000 }, async () => {
  const engine = await createEngine("auto");
  const training = trainingOf(asked(small, 5));
  const state = await endOf(train(engine, training, dense));
  const [key, own] = ["key/conv.weight", "conv.weight"].map((name) => state.values.get(name)!) as [
    Float32Array,
    Float32Array,
  ];
  const first = dense.weights.get("conv.weight")!;
  expect(key).not.toEqual(own);
  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i]!));
  expect(distance(key, first)).toBeLessThan(distance(own, first));
  const queue = state.values.get("queue")!;
  for (let row = 0; row < 48; row++) expect(Math.hypot(...queue.subarray(8 * row, 8 * row + 8))).toBeCloseTo(1, 5);
});

test("the loss of SimCLR falls, on views of pictures that it has not seen too", { timeout: 300_000 }, async () => {
  const engine = await createEngine("auto");
  const before = await trainNetwork(engine, dense, asked(simclr, 0));
  const after = await trainNetwork(engine, dense, asked(simclr, 60));
  expect(after.testLoss).toBeLessThan(before.testLoss);
});

test("a probe tells classes by the features of a network, and leaves it as it is", { timeout: 60_000 }, async () => {
  const engine = await createEngine("auto");
  const digits = modified(syntheticDataset({ train: 500, test: 200 }), { resize: 14, modifiers: {} });
  const own = parseModel("resnet-8-8-projected8", digits);
  const weights = initialise(own, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 });
  const before = new Map([...weights].map(([name, values]) => [name, values.slice()]));
  const options = { model: own, dataset: digits, split: splitTrain(digits, 100), seed: 0 };
  const probe = await linearProbe(engine, { weights, mask: null }, options);
  expect(probe.accuracy).toBeGreaterThan(0.3);
  expect(probe.accuracy).toBeLessThanOrEqual(1);
  expect(weights).toEqual(before);
  expect(await linearProbe(engine, { weights, mask: null }, options)).toEqual(probe);
});

describe("errors say what to do", () => {
  const refused = (network: Promise<unknown>) => expect(network).rejects;
  test("a model without the head", async () => {
    const plain = parseModel("resnet-8-4", dataset);
    const weights = initialise(plain, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 });
    const engine = await createEngine("auto");
    const training = trainNetwork(engine, { weights, mask: null }, { ...asked(simclr, 1), model: plain });
    await refused(training).toThrow(
      'model: must have a head projection, got "resnet-8-4". Use a model that is made for it',
    );
  });
  test("a queue smaller than a batch, one of other features, and augment", async () => {
    const engine = await createEngine("auto");
    const options = { temperature: 0.2, queue: 8, features: 8, keyMomentum: 0.9, keyNorm: "batch" } as const;
    await refused(trainNetwork(engine, dense, asked(mocoTask(options), 1))).toThrow(
      "batch: must fit the queue of 8 keys, got 24",
    );
    await refused(trainNetwork(engine, dense, asked(moco, 1))).toThrow("model: must project to 64 numbers");
    const augmented = { ...asked(simclr, 1), augment: { crop: 2, flip: true } };
    await refused(trainNetwork(engine, dense, augmented)).toThrow(
      "augment: crops and mirrors pictures, which views are of themselves",
    );
  });
});

test("the first convolution and the heads are never cut", () => {
  const prunable = model.parameters.filter(({ prunable: is }) => is).map(({ layer }) => layer);
  expect(prunable.length).toBe(8);
  expect(prunable.every((layer) => layer.startsWith("blocks."))).toBe(true);
  expect([...randomMask(fullMask(model.parameters), { seed: 0, replicate: 0, draw: 0 }).keys()]).toEqual(
    prunable.map((layer) => `${layer}.weight`),
  );
});
