/** Noise, gates, penalties and masks that change: the same bits on every instruction set and number of threads. */
import { describe, expect, test } from "vitest";
import { splitTrain } from "../../src/dataset/split.ts";
import { syntheticDataset } from "../../src/dataset/synthetic.ts";
import { initialise } from "../../src/model/initialise.ts";
import { parseModel } from "../../src/model/registry.ts";
import { beginMethod, type Method } from "../../src/step/method.ts";
import { bitsOf, finish } from "../../src/train/fixtures/tasks.ts";
import type { Training } from "../../src/train/training.ts";
import { eachEngine, exactEngines } from "../engines.ts";

const dataset = syntheticDataset({ train: 140, test: 20 });
const key = { seed: 7, replicate: 0, draw: 0 };
const model = parseModel("mlp-20-dropout0.2", dataset);
const network = { weights: initialise(model, "glorot-normal", key), mask: null };
const task: Training = {
  ...{ model, dataset, split: splitTrain(dataset, 0), batch: 60, loss: "cross-entropy", noise: key },
  optimizer: { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  schedule: { rate: 0.01, shape: { name: "constant" }, warmup: 0 },
  ...{ from: 0, to: 12, evaluateEvery: 12 },
};

const cut = { cut: 0.5, outputCutFactor: 1, scope: "layer" } as const;
const methods: readonly Method[] = [
  { name: "variational", rate: 1, begin: 0, end: 6 },
  { name: "l0", rate: 10, begin: 0, end: 6 },
  { name: "gradual", by: "magnitude", begin: 2, every: 3, updates: 2, cut, rounds: 4 },
  { name: "edge-popup", kept: 0.3, scope: "layer", weights: "signed-constant", scaled: false },
  { name: "edge-popup", kept: 0.3, scope: "global", weights: "initial", scaled: true },
  { name: "supermask", rescale: false, weights: "initial", bias: 0 },
  { name: "supermask", rescale: true, weights: "constant", bias: -0.5 },
  { name: "signed-supermask", threshold: 0.01 },
];

describe.each(methods)("$name $scope $rescale", (method) => {
  let first: unknown;
  describe.each([1, 3])("%i threads", (threads) => {
    eachEngine(exactEngines(threads), (engine) => {
      test("gives the bits of all others", async () => {
        const bits = bitsOf(await finish(beginMethod(method, { engine, asked: task, network, resume: null }).training));
        first ??= bits;
        expect(bits).toEqual(first);
      });
    });
  });
});
