import { InferenceSession, Tensor } from "onnxruntime-web";
import { expect, test } from "vitest";
import { readCsv } from "../dataset/csv/dataset.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { TaskName } from "../dataset/rows/targets.ts";
import { splitTrain } from "../dataset/split.ts";
import { standardise } from "../dataset/standardisation.ts";
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
import { onnxAccuracy } from "./fixtures/onnx-accuracy.ts";
import { encodeOnnx, standardsOf } from "./onnx.ts";

const grey = syntheticDataset({ train: 200, test: 300 });
const colour = syntheticRgbDataset({ train: 200, test: 300 });
const engine = await createEngine("auto");
const optimizer: SgdOptions = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 };
const schedule: Schedule = { rate: 0.05, shape: { name: "constant" }, warmup: 0 };

/** A network after a few iterations with every third weight pruned: good, but not so good that all answers are right. */
async function trained(model: Model, dataset: Dataset, steps: number): Promise<{ network: Network; model: Model }> {
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const mask: Mask = new Map(
    model.parameters
      .filter(({ prunable }) => prunable)
      .map(({ name }) => [name, weights.get(name)!.map((_, i) => Number(i % 3 > 0))] as const)
      .map(([name, bits]) => [name, Uint8Array.from(bits)]),
  );
  const network = await trainNetwork(
    engine,
    { weights, mask },
    { ...{ model, dataset, steps, batch: 50 }, optimizer, schedule },
  );
  return { model, network };
}

test.each([
  ["mlp-20-15", grey, 12],
  ["mlp-20-tanh", grey, 12],
  ["mlp-20-sigmoid-dropout0.5", grey, 12],
  ["mlp-20-elu-nobias", grey, 12],
  ["gadget-3-12", grey, 12],
  ["conv-2", colour, 12],
  ["resnet-8-4", colour, 60],
  ["resnet-20-4-identity", colour, 60],
  ["resnet-8-4-identity-centred", colour, 60],
  ["vgg-11-w4", colour, 60],
] as const)("onnxruntime scores an exported %s as Tombola does", async (name, dataset, steps) => {
  const subject = await trained(parseModel(name, dataset), dataset, steps);
  const { value: accuracy } = (await scoreNetwork(engine, subject.network, { model: subject.model, dataset })).measure;
  expect(await onnxAccuracy(subject, dataset)).toEqual({ accuracy, names: [["pixels"], ["logits"]] });
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
  const subject = await trained(model, colour, 12);
  const { value: accuracy } = (await scoreNetwork(engine, subject.network, { model, dataset: colour })).measure;
  expect((await onnxAccuracy(subject, colour)).accuracy).toBe(accuracy);
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
  expect(encodeOnnx({ model, weights, ...standardsOf(grey) }).length).toBeGreaterThan(4000);
});

test("what does not fit is refused", () => {
  const model = parseModel("mlp-5", grey);
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const { input } = standardsOf(grey);
  expect(() => encodeOnnx({ model, weights, input: { ...input, mean: [0, 0] } })).toThrow(
    /mean: values must be 1, one a channel, got 2/,
  );
  const without = new Map([...weights].filter(([name]) => name !== "fc1.bias"));
  expect(() => encodeOnnx({ model, weights: without, input })).toThrow(/every parameter, got "fc1.bias"/);
  const apply: typeof model.apply = (scope, x, options) => ({
    output: scope.graph.node("scale", [model.apply(scope, x, options).output], { factor: 2 }),
  });
  expect(() => encodeOnnx({ model: { ...model, apply }, weights, input })).toThrow(/among flatten, .* got "scale"/);
});

/** 200 rows of three features, of which the last varies in a single row, that the split below holds back. */
async function table(task: TaskName, target: readonly string[]): Promise<Dataset> {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const [size, age] = [20 + 100 * Math.abs(Math.sin(i)), (7 * i) % 40];
    const price = 200_000 + 3000 * size - 900 * age;
    return [size, age, i % 11, price, size * age, Number(age > 20), Number(size > 70)];
  });
  const lines = ["size,age,odd,price,work,old,large", ...rows.map((row) => row.join(","))].join("\n");
  const source = { where: "prices.csv", chunks: [new TextEncoder().encode(`${lines}\n`)] };
  return { name: "prices", ...(await readCsv(source, undefined, { target, task })) };
}

/** A split, the data set standardised by it with the third feature constant, and a network trained on it. */
async function trainedOnTable(task: TaskName, target: readonly string[]) {
  const raw = await table(task, target);
  const split = splitTrain(raw, 20);
  const { standardised } = standardise(raw, split.train);
  const { mean, std } = standardised!.features!;
  const constant = { mean, std: std.map((each, i) => (i === 2 ? Number.POSITIVE_INFINITY : each)) };
  const dataset: Dataset = { ...raw, standardised: { ...standardised, features: constant } };
  const model = parseModel("mlp-8", dataset);
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const network = await trainNetwork(engine, { weights, mask: null }, { model, dataset, steps: 30, batch: 50, split });
  return { dataset, model, network };
}

async function onnxOutput({ dataset, model, network }: Awaited<ReturnType<typeof trainedOnTable>>, output: string) {
  const bytes = encodeOnnx({ model, weights: network.weights, ...standardsOf(dataset) });
  const session = await InferenceSession.create(bytes);
  expect([session.inputNames, session.outputNames]).toEqual([["features"], [output]]);
  const { count } = dataset.test;
  const features = columnOf(dataset.test, "features").data as Float32Array;
  const given = { features: new Tensor("float32", Float32Array.from(features), [count, ...dataset.shape]) };
  return Array.from((await session.run(given))[output]!.data as Float32Array);
}

test.each([[["price"]], [["price", "work"]]])("regression of %j comes out in the targets' own unit", async (target) => {
  const subject = await trainedOnTable("regression", target);
  const { measures } = await scoreNetwork(engine, subject.network, subject);
  const outputs = await onnxOutput(subject, "output");
  const { data } = columnOf(subject.dataset.test, "targets");
  const squares = outputs.reduce((sum, value, i) => sum + (value - data[i]!) ** 2, 0);
  expect(Math.sqrt(squares / outputs.length) / measures.rmse!).toBeCloseTo(1, 5);
  expect(outputs.length).toBe(subject.dataset.test.count * target.length);
});

test("several labels come out as logits", async () => {
  const subject = await trainedOnTable("multi-label", ["old", "large"]);
  const { measure } = await scoreNetwork(engine, subject.network, subject);
  const { data } = columnOf(subject.dataset.test, "labels");
  const right = (await onnxOutput(subject, "logits")).filter((logit, i) => logit > 0 === (data[i] === 1)).length;
  expect(right / data.length).toBe(measure.value);
});

test("a data set that is not standardised is refused", async () => {
  const dataset = await table("regression", ["price"]);
  expect(() => standardsOf(dataset)).toThrow("ONNX: data set must say what its inputs are standardised by");
});
