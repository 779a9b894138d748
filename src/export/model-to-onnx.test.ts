import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { createEngine } from "../engine/choose.ts";
import { initialise } from "../model/initialise.ts";
import { defineModel } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import type { Network } from "../model/tensors.ts";
import { scoreNetwork, trainNetwork } from "../train/network.ts";
import type { SgdOptions } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import { onnxLayers } from "./model-to-onnx.ts";
import { encodeOnnx } from "./onnx.ts";

const dataset = syntheticDataset({ train: 200, test: 300 });
const { shape, mean, std } = dataset;
const engine = await createEngine("auto");
const optimizer: SgdOptions = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 };
const schedule: Schedule = { rate: 0.05, shape: { name: "constant" }, warmup: 0 };

/** A network after a few iterations with every third weight pruned: good, but not so good that all answers are right. */
function trained(name: string): { network: Network; model: ReturnType<typeof parseModel> } {
  const model = parseModel(name, dataset);
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
    { ...{ model, dataset, steps: 12, batch: 50 }, optimizer, schedule },
  );
  return { model, network };
}

async function onnxAccuracy({ model, network }: ReturnType<typeof trained>): Promise<number> {
  const layers = onnxLayers(model, network.weights);
  const session = await InferenceSession.create(encodeOnnx({ name: model.name, input: { shape, mean, std }, layers }));
  const { count, images, labels } = dataset.test;
  const pixels = Float32Array.from(images, (byte) => byte / 255);
  const { logits } = await session.run({ pixels: new Tensor("float32", pixels, [count, ...shape]) });
  const rows = Array.from({ length: count }, (_, n) =>
    Array.from(logits!.data as Float32Array).slice(n * 10, n * 10 + 10),
  );
  return rows.filter((row, n) => row.indexOf(Math.max(...row)) === labels[n]).length / count;
}

test.each(["mlp-20-15", "mlp-20-tanh", "mlp-20-sigmoid-dropout0.5"])(
  "onnxruntime scores an exported %s as Tombola does",
  async (name) => {
    const subject = trained(name);
    const { accuracy } = scoreNetwork(engine, subject.network, { model: subject.model, dataset });
    expect(await onnxAccuracy(subject)).toBe(accuracy);
    expect(accuracy).toBeGreaterThan(0.2);
    expect(accuracy).toBeLessThan(1);
  },
);

test("a linear layer without bias is exported without one", () => {
  const model = parseModel("mlp-5", dataset);
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  const bare = {
    ...model,
    logits: ((graph, x) => noBias(model.logits(graph, x, { training: false }))) as typeof model.logits,
  };
  const noBias = (node: ReturnType<typeof model.logits>) => node.inputs[0]!;
  expect(onnxLayers(bare, weights).at(-1)).toMatchObject({
    kind: "linear",
    name: "fc2",
    inputs: 5,
    outputs: 10,
    bias: null,
  });
  expect(onnxLayers(model, weights).map(({ kind }) => kind)).toEqual(["flatten", "linear", "relu", "linear"]);
});

test("an op outside the chain is named", () => {
  const model = defineModel({
    name: "odd",
    input: shape,
    classes: 10,
    build: (layers, x) => layers.linear(layers.flatten(x), 10, "fc1"),
  });
  const odd = {
    ...model,
    logits: ((graph, x, options) =>
      graph.node("scale", [model.logits(graph, x, options)], { factor: 2 })) as typeof model.logits,
  };
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
  expect(() => onnxLayers(odd, weights)).toThrow(/chain of linear, bias, .* got "scale"/);
});
