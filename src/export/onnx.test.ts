import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import type { Dataset } from "../dataset/dataset.ts";
import { syntheticDataset, syntheticRgbDataset } from "../dataset/synthetic.ts";
import { columnOf } from "../dataset/table.ts";
import { createEngine } from "../engine/choose.ts";
import type { Node } from "../graph/types.ts";
import { initialise } from "../model/initialise.ts";
import { defineModel, type Model } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import type { Network } from "../model/tensors.ts";
import { scoreNetwork, trainNetwork } from "../train/network.ts";
import type { SgdOptions } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import { encodeOnnx } from "./onnx.ts";

const grey = syntheticDataset({ train: 200, test: 300 });
const colour = syntheticRgbDataset({ train: 200, test: 300 });
const engine = await createEngine("auto");
const optimizer: SgdOptions = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 };
const schedule: Schedule = { rate: 0.05, shape: { name: "constant" }, warmup: 0 };

/** A network after a few iterations with every third weight pruned: good, but not so good that all answers are right. */
function trained(model: Model, dataset: Dataset, steps: number): { network: Network; model: Model } {
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const mask: Mask = new Map(
    model.parameters
      .filter(({ prunable }) => prunable)
      .map(({ name }) => [name, weights.get(name)!.map((_, i) => Number(i % 3 > 0))] as const)
      .map(([name, bits]) => [name, Uint8Array.from(bits)]),
  );
  const network = trainNetwork(
    engine,
    { weights, mask },
    { ...{ model, dataset, steps, batch: 50 }, optimizer, schedule },
  );
  return { model, network };
}

async function onnxAccuracy({ model, network }: ReturnType<typeof trained>, dataset: Dataset): Promise<number> {
  const { shape, mean = [], std = [] } = dataset;
  const session = await InferenceSession.create(encodeOnnx({ model, weights: network.weights, mean, std }));
  expect([session.inputNames, session.outputNames]).toEqual([["pixels"], ["logits"]]);
  const { count } = dataset.test;
  const [images, labels] = ["images", "labels"].map((name) => columnOf(dataset.test, name).data);
  const pixels = Float32Array.from(images!, (byte) => byte / 255);
  const { logits } = await session.run({ pixels: new Tensor("float32", pixels, [count, ...shape]) });
  const rows = Array.from({ length: count }, (_, n) =>
    Array.from(logits!.data as Float32Array).slice(n * 10, n * 10 + 10),
  );
  return rows.filter((row, n) => row.indexOf(Math.max(...row)) === labels![n]).length / count;
}

test.each([
  ["mlp-20-15", grey, 12],
  ["mlp-20-tanh", grey, 12],
  ["mlp-20-sigmoid-dropout0.5", grey, 12],
  ["conv-2", colour, 12],
  ["resnet-8-4", colour, 60],
  ["resnet-20-4-identity", colour, 60],
  ["vgg-11-w4", colour, 60],
] as const)("onnxruntime scores an exported %s as Tombola does", async (name, dataset, steps) => {
  const subject = trained(parseModel(name, dataset), dataset, steps);
  const { accuracy } = scoreNetwork(engine, subject.network, { model: subject.model, dataset });
  expect(await onnxAccuracy(subject, dataset)).toBe(accuracy);
  expect(accuracy).toBeGreaterThan(0.15);
  expect(accuracy).toBeLessThan(1);
});

test("of several heads the main one is exported", async () => {
  const model = defineModel({
    ...{ name: "branched", input: colour.shape, outputs: 10 },
    build(layers, x) {
      const h = layers.relu(layers.convolution(x, 6, "conv", { kernel: 3, stride: 2 }));
      const side = layers.linear(layers.globalAverage(h), 10, "side", { output: true });
      return { side, output: layers.linear(layers.flatten(h), 10, "fc", { output: true }) };
    },
  });
  const subject = trained(model, colour, 12);
  const { accuracy } = scoreNetwork(engine, subject.network, { model, dataset: colour });
  expect(await onnxAccuracy(subject, colour)).toBe(accuracy);
  expect(accuracy).toBeGreaterThan(0.15);
});

test("a chain of 4,000 operations is written", () => {
  const model = defineModel({
    ...{ name: "chain", input: grey.shape, outputs: 1 },
    build: (layers, x) => {
      const chain = Array.from({ length: 4000 }).reduce<Node>(layers.relu, layers.flatten(x));
      return layers.linear(chain, 1, "fc", { output: true });
    },
  });
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const { mean = [], std = [] } = grey;
  expect(encodeOnnx({ model, weights, mean, std }).length).toBeGreaterThan(4000);
});

test("what does not fit is refused", () => {
  const model = parseModel("mlp-5", grey);
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const { mean = [], std = [] } = grey;
  expect(() => encodeOnnx({ model, weights, mean: [0, 0], std })).toThrow(
    /mean: values must be 1, one a channel, got 2/,
  );
  const without = new Map([...weights].filter(([name]) => name !== "fc1.bias"));
  expect(() => encodeOnnx({ model, weights: without, mean, std })).toThrow(/every parameter, got "fc1.bias"/);
  const apply: typeof model.apply = (scope, x, options) => ({
    output: scope.graph.node("scale", [model.apply(scope, x, options).output], { factor: 2 }),
  });
  expect(() => encodeOnnx({ model: { ...model, apply }, weights, mean, std })).toThrow(/among flatten, .* got "scale"/);
});
