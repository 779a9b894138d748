/** What enters a classifier: features of a trained network are what its last layer makes of its answers. */
import { expect, test } from "vitest";
import { syntheticDataset, syntheticRgbDataset } from "../../dataset/synthetic.ts";
import { createEngine } from "../../engine/choose.ts";
import { initialise } from "../../model/initialise.ts";
import { defineModel } from "../../model/model.ts";
import { parseModel } from "../../model/registry.ts";
import { scoreNetwork } from "../network.ts";
import { classifierFeatures } from "./classifier.ts";

const engine = await createEngine("auto");
const colour = syntheticRgbDataset({ train: 200, test: 300 });
const key = { seed: 1, replicate: 0, draw: 0 };

test.each(["mlp-20-15", "conv-2", "resnet-8-4"])("of a %s the last layer makes its answers", async (name) => {
  const model = parseModel(name, colour);
  const network = { weights: initialise(model, "kaiming-normal", key), mask: null };
  const { width, features } = await classifierFeatures(engine, network, { model, dataset: colour, part: "test" });
  const [weight, bias] = model.parameters.filter(({ output, role }) => output || role === "bias").slice(-2);
  const [w, b] = [weight, bias].map((parameter) => network.weights.get(parameter!.name)!) as [
    Float32Array,
    Float32Array,
  ];
  expect(weight!.shape).toEqual([10, width]);
  const labels = colour.test.columns.labels!.data;
  let loss = 0;
  for (const [row, label] of labels.entries()) {
    const logits = Array.from(b, (offset, k) => {
      let sum = offset;
      for (let i = 0; i < width; i++) sum += w[k * width + i]! * features[row * width + i]!;
      return sum;
    });
    loss += (Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[label]!) / 300;
  }
  expect(loss / (await scoreNetwork(engine, network, { model, dataset: colour })).loss).toBeCloseTo(1, 5);
});

test("a head of the name features is what is read, before any projection", async () => {
  const model = defineModel({
    ...{ name: "projected", input: [1, 28, 28], outputs: 10 },
    build(l, x) {
      const features = l.linear(l.flatten(x), 3, "encoder");
      return { features, output: l.linear(l.relu(features), 10, "projection", { output: true }) };
    },
  });
  const dataset = syntheticDataset({ train: 20, test: 30 });
  const network = { weights: initialise(model, "kaiming-normal", key), mask: null };
  const { width, features } = await classifierFeatures(engine, network, { model, dataset, part: "train" });
  expect([width, features.length]).toEqual([3, 60]);
  // Nothing has bent them yet.
  expect(features.some((value) => value < 0)).toBe(true);
});

test("a network that ends otherwise is refused", async () => {
  const model = defineModel({
    ...{ name: "bent", input: [1, 28, 28], outputs: 10 },
    build: (l, x) => l.tanh(l.linear(l.flatten(x), 10, "fc", { output: true })),
  });
  const network = { weights: initialise(model, "kaiming-normal", key), mask: null };
  const dataset = syntheticDataset({ train: 20, test: 30 });
  await expect(classifierFeatures(engine, network, { model, dataset, part: "test" })).rejects.toThrow(
    "model: bent must end in a linear layer, whose inputs are features. Give the model a head of the name features",
  );
});
