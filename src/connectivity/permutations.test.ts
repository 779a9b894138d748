/** Permutations leave a network's function as it is, and reach every channel that may move. */
import { describe, expect, test } from "vitest";
import { syntheticDataset, syntheticRgbDataset } from "../dataset/synthetic.ts";
import { createReference } from "../engine/reference/reference.ts";
import type { Node } from "../graph/types.ts";
import { defineModel, type Layers } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { uniformMask } from "../prune/uniform.ts";
import { rewind } from "../train/network.ts";
import { distinct, inverse, isSame, logitsOf, shuffled } from "./fixtures/permuted.ts";
import { permutationGroups, permute } from "./permutations.ts";

const engine = createReference();
const grey = syntheticDataset({ train: 1, test: 16 });
const colour = syntheticRgbDataset({ train: 1, test: 16 });

const build = (layers: (layers: Layers, x: Node) => Node) =>
  defineModel({ name: "built", input: colour.shape, outputs: 10, build: layers });
const classify = (layers: Layers, x: Node) => layers.linear(layers.globalAverage(x), 10, "fc", { output: true });

/** Convolutions in groups between others, whose channels have to stay. */
const grouped = build((layers, x) => {
  const one = layers.relu(layers.convolution(x, 4, "one", { kernel: 1 }));
  const two = layers.relu(layers.convolution(one, 4, "two", { kernel: 3, padding: 1, groups: 2 }));
  return classify(layers, layers.relu(layers.convolution(two, 6, "three", { kernel: 1 })));
});

/** Branches of unlike sizes side by side, added to channels that were made at once. */
const joined = build((layers, x) => {
  const one = (h: Node, channels: number, name: string) => layers.convolution(h, channels, name, { kernel: 1 });
  const stem = layers.relu(one(x, 6, "stem"));
  const sides = layers.concatenate([one(stem, 2, "left"), layers.averagePool(one(stem, 4, "right"), { kernel: 1 })]);
  return classify(layers, layers.relu(layers.add(sides, one(stem, 6, "whole"))));
});

/** A convolution whose result is added to its own input. */
const looped = build((layers, x) => {
  const h = layers.convolution(x, 4, "one", { kernel: 1 });
  return classify(layers, layers.relu(layers.add(h, layers.convolution(h, 4, "two", { kernel: 1 }))));
});

const MODELS = [
  ...["mlp-12-7", "lenet-9-tanh"].map((name) => ({ model: parseModel(name, grey), dataset: grey })),
  ...["vgg-11-w2", "resnet-8-4", "resnet-8-3-identity", "resnet-8-4-identity-centred", "resnet-14-2"].map((name) => ({
    model: parseModel(name, colour),
    dataset: colour,
  })),
  ...[grouped, joined, looped].map((model) => ({ model, dataset: colour })),
];

describe.each(MODELS.map((one, i) => ({ ...one, title: `${one.model.name} (${i})` })))(
  "$title",
  ({ model, dataset }) => {
    const network = distinct(model, 3);
    const permutations = shuffled(model, 5);

    test("computes the same with its channels in another order", () => {
      const permuted = permute(model, network, permutations);
      const [before, after] = [network, permuted].map((each) => logitsOf(engine, model, { dataset, network: each }));
      const largest = Math.max(...before!.map(Math.abs));
      for (const [i, value] of before!.entries()) expect(Math.abs(value - after![i]!)).toBeLessThan(1e-5 * largest);
      if (permutations.length > 0) expect(isSame(permuted, network)).toBe(false);
    });

    test("comes back by the inverse permutations, its mask too", () => {
      const sparse = rewind(network.weights, uniformMask(model.parameters, 0.6, { seed: 1, replicate: 0, draw: 0 }));
      const back = permute(model, permute(model, sparse, permutations), inverse(permutations));
      expect(isSame(back, sparse)).toBe(true);
    });
  },
);

describe("permutationGroups", () => {
  const sizes = (name: string, dataset = colour) =>
    permutationGroups(parseModel(name, dataset)).map(({ size }) => size);

  test("finds every hidden layer, and one group for each stage of a residual network", () => {
    expect(sizes("lenet-300-100", grey)).toEqual([300, 100]);
    expect(sizes("vgg-11-w2")).toEqual([2, 4, 8, 8, 16, 16, 16, 16]);
    expect(sizes("resnet-8-4")).toEqual([4, 4, 8, 8, 16, 16]);
  });

  test("cuts a stage where channels of zeros are added to those of the stage before", () => {
    expect(sizes("resnet-8-4-identity").toSorted((a, b) => a - b)).toEqual([4, 4, 4, 8, 8, 16]);
  });

  test("names all axes of a group, pixels of flattened images as runs", () => {
    const [first, second] = permutationGroups(parseModel("conv-2", colour));
    expect(first!.axes.map(({ parameter, axis }) => `${parameter} ${axis}`)).toEqual([
      ...["conv1.weight 0", "conv1.bias 0", "conv2.weight 1"],
    ]);
    expect(second!.axes.at(-1)).toEqual({ parameter: "fc1.weight", axis: 1, start: 0, run: 64 });
  });

  test("leaves channels of grouped convolutions and of loops in their order", () => {
    expect(permutationGroups(grouped).map(({ size }) => size)).toEqual([6]);
    expect(permutationGroups(looped)).toEqual([]);
    expect(permutationGroups(joined).map(({ size }) => size)).toEqual([6, 2, 4]);
  });
});

describe("permute", () => {
  const model = parseModel("mlp-3", grey);
  const network = distinct(model, 1);

  test("refuses networks of another model", () => {
    const other = distinct(parseModel("mlp-4", grey), 1);
    expect(() => permute(model, other, [Int32Array.of(2, 0, 1)])).toThrow(
      "permute: network must be of the model mlp-3, whose fc1.weight has 2352 entries, got 3136",
    );
  });

  test("refuses what is no permutation of every group", () => {
    const wrong = [[], [Int32Array.of(0, 1)], [Int32Array.of(0, 1, 1)]];
    for (const permutations of wrong)
      expect(() => permute(model, network, permutations)).toThrow("permute: permutations must be one of 0..n-1");
  });
});
