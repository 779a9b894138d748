/** A model of two heads goes the way of all models: trained by its main head, pruned, counted, aligned. */
import { expect, test } from "vitest";
import { defineModel } from "../model/model.ts";
import { countParameters, countWeights } from "../model/network.ts";
import { census } from "../prune/census.ts";
import { fullMask, magnitude, prune } from "../prune/prune.ts";
import { dataset, engine, finish, sgd, tinyNetwork, tinyTask } from "../train/fixtures/tasks.ts";
import { train } from "../train/train.ts";
import { permutationGroups } from "./permutations.ts";

const model = defineModel({
  ...{ name: "two heads", input: dataset.shape, outputs: 10 },
  build(layers, x) {
    const h = layers.tanh(layers.linear(layers.flatten(x), 6, "body"));
    return {
      output: layers.linear(h, 10, "main", { output: true }),
      side: layers.linear(h, 4, "side", { output: true }),
    };
  },
});
const network = tinyNetwork({ model });

test("training by the main head leaves alone what the loss does not see, decay included", async () => {
  const { values } = await finish(train(engine, tinyTask({ model, optimizer: sgd, to: 4, evaluateEvery: 4 }), network));
  const moved = model.parameters.filter(({ name }) => {
    const before = network.weights.get(name)!;
    return values.get(name)!.some((value, i) => !Object.is(value, before[i]));
  });
  expect(moved.map(({ layer }) => layer)).toEqual(["body", "body", "main", "main"]);
});

test("both heads are counted and pruned as output layers", () => {
  expect(countWeights(model)).toBe(784 * 6 + 6 * 10 + 6 * 4);
  expect(countParameters(model)).toBe(countWeights(model) + 6 + 10 + 4);
  const cut = { cut: 0.5, outputCutFactor: 0.5, scope: "layer" } as const;
  const mask = prune(model.parameters, fullMask(model.parameters), { scores: magnitude(network.weights), cut });
  expect(census(model.parameters, mask).layers).toEqual([
    { layer: "body", kept: 2352, total: 4704 },
    { layer: "main", kept: 45, total: 60 },
    { layer: "side", kept: 18, total: 24 },
  ]);
});

test("no head's outputs are permuted, and hidden channels are in both heads at once", () => {
  const axes = permutationGroups(model).map((group) => group.axes.map(({ parameter, axis }) => [parameter, axis]));
  expect(axes).toEqual([
    [
      ["body.weight", 0],
      ["body.bias", 0],
      ["main.weight", 1],
      ["side.weight", 1],
    ],
  ]);
});
