import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { writeParameter } from "../engine/engine.ts";
import { createReference } from "../engine/reference/reference.ts";
import { initialise } from "../model/initialise.ts";
import { defineModel } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import type { Network } from "../model/tensors.ts";
import { compile } from "../program/compile.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { evaluationGraph, normalisationOf } from "../train/step.ts";
import { train } from "../train/train.ts";
import { onnxLayers } from "./model-to-onnx.ts";
import { encodeOnnx } from "./onnx.ts";

const dataset = syntheticDataset({ train: 200, test: 300 });
const { shape, mean, std } = dataset;
const engine = createReference();

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
  const training = train(
    engine,
    {
      model,
      dataset,
      split: { train: allIndices(200), validation: allIndices(0) },
      optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 },
      schedule: { rate: 0.05, shape: { name: "constant" }, warmup: 0 },
      loss: "cross-entropy",
      batch: 50,
      from: 0,
      to: 12,
      evaluateEvery: 100,
      noise: { seed: 1, replicate: 0, draw: 0 },
    },
    { weights, mask },
  );
  const { value } = training.next();
  if (!value || !("values" in value)) throw new Error("twelve iterations hold no pause");
  return { model, network: { weights: value.values, mask } };
}

function tombolaAccuracy({ model, network }: ReturnType<typeof trained>): number {
  const source = { evaluate: { graph: evaluationGraph(model, {}), batch: 64 } };
  const program = compile(source, { mask: network.mask!, normalisation: normalisationOf(dataset) });
  const instance = engine.open(program);
  for (const { name } of model.parameters) writeParameter(instance, name, network.weights.get(name)!);
  return evaluate(instance, dataset.test, allIndices(dataset.test.count)).accuracy;
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
    const accuracy = tombolaAccuracy(subject);
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
