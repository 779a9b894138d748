/** Alignment finds hidden permutations again, and never takes networks apart. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syntheticDataset, syntheticRgbDataset } from "../dataset/synthetic.ts";
import { createEngine } from "../engine/choose.ts";
import { mlp } from "../model/mlp.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import type { Network } from "../model/tensors.ts";
import { vgg } from "../model/vgg.ts";
import { uniformMask } from "../prune/uniform.ts";
import { allIndices } from "../train/evaluate.ts";
import { rewind } from "../train/network.ts";
import { align } from "./align.ts";
import { distinct, inverse, isSame, logitsOf, shuffled } from "./fixtures/permuted.ts";
import { permute } from "./permutations.ts";

const engine = await createEngine("auto");
const grey = syntheticDataset({ train: 300, test: 16 });
const colour = syntheticRgbDataset({ train: 300, test: 16 });
const images = allIndices(300);
const task = (name: string, dataset = colour) => ({ model: parseModel(name, dataset), dataset, images, seed: 1 });
/** Shallow enough that images still move the last channels: those that are constant look alike. */
const smallVgg = vgg({ name: "vgg-small", input: colour.shape, outputs: 10, plan: [6, "M", 8, 8, "M", 12] });
const TASKS = [
  task("mlp-20-12", grey),
  { ...task("mlp-2"), model: smallVgg },
  task("resnet-8-4"),
  task("resnet-8-4-identity"),
];

const HOW = ["weights", "activations"] as const;

describe.each(TASKS.map((each) => ({ name: each.model.name, each })))("$name", ({ each }) => {
  const { model, dataset } = each;
  const a = distinct(model, 2);
  const hidden = shuffled(model, 9);

  test.each(HOW)("a permuted copy is found again by %s", async (how) => {
    const { network, permutations } = await align(engine, { ...each, how }, { a, b: permute(model, a, hidden) });
    expect(permutations).toEqual(inverse(hidden));
    expect(isSame(network, a)).toBe(true);
  });

  test.each(HOW)("a pruned copy is found again with its mask by %s", async (how) => {
    const sparse = rewind(a.weights, uniformMask(model.parameters, 0.7, { seed: 1, replicate: 0, draw: 0 }));
    const { network } = await align(engine, { ...each, how }, { a: sparse, b: permute(model, sparse, hidden) });
    expect(isSame(network, sparse)).toBe(true);
  });

  test.each(HOW)("another network still computes what it did after alignment by %s", async (how) => {
    const b = distinct(model, 3);
    const { network } = await align(engine, { ...each, how }, { a, b });
    const [before, after] = [b, network].map((one) => logitsOf(engine, model, { dataset, network: one }));
    const largest = Math.max(...before!.map(Math.abs));
    for (const [i, value] of before!.entries()) expect(Math.abs(value - after![i]!)).toBeLessThan(1e-5 * largest);
  });
});

/** Over trained values, as {@link align} raises it. */
function innerProduct(model: Model, a: Weights, b: Weights): number {
  const products = model.parameters.filter(isTrained).map(({ name }) => {
    const other = b.get(name)!;
    return a.get(name)!.reduce((sum, value, i) => sum + value * other[i]!, 0);
  });
  return products.reduce((sum, value) => sum + value, 0);
}

test("weight matching never lowers the inner product, and ends where nothing can be raised", async () => {
  const [mlp, resnet] = [task("mlp-9-6", grey), task("resnet-8-2")];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(mlp, resnet),
      fc.nat(1000),
      fc.nat(1000),
      fc.nat(1000),
      async (each, seed, one, two) => {
        const { model } = each;
        const [a, b] = [distinct(model, one), distinct(model, two)];
        const { network: matched } = await align(engine, { ...each, how: "weights", seed }, { a, b });
        const before = innerProduct(model, a.weights, b.weights);
        const after = innerProduct(model, a.weights, matched.weights);
        expect(after).toBeGreaterThanOrEqual(before);
        const again = await align(engine, { ...each, how: "weights", seed: seed + 1 }, { a, b: matched });
        expect(isSame(again.network, matched)).toBe(true);
      },
    ),
    { numRuns: 20 },
  );
});

describe("align", () => {
  const each = task("mlp-5", grey);
  const network = distinct(each.model, 1);
  const other = distinct(parseModel("mlp-6", grey), 1);

  test.each(HOW)("refuses networks of another model by %s", async (how) => {
    await expect(align(engine, { ...each, how }, { a: other, b: network })).rejects.toThrow(
      "align: a: network must be of the model mlp-5, whose fc1.weight has 3920 entries, got 4704",
    );
    await expect(align(engine, { ...each, how }, { a: network, b: other })).rejects.toThrow(
      "align: b: network must be of the model mlp-5, whose fc1.weight has 3920 entries, got 4704",
    );
  });

  const filled = (name: string, value: number): Network => ({
    weights: new Map(network.weights).set(
      name,
      network.weights.get(name)!.map(() => value),
    ),
    mask: null,
  });

  test("refuses to compare activations on no images, and those that are not finite", async () => {
    const none = { ...each, how: "activations", images: new Int32Array(0) } as const;
    await expect(align(engine, none, { a: network, b: network })).rejects.toThrow("at least one image, got 0");
    const large = filled("fc1.weight", 3e38);
    await expect(align(engine, { ...each, how: "activations" }, { a: network, b: large })).rejects.toThrow(
      "align: products of the networks' values must be finite, got NaN. Look for a network that diverged",
    );
  });

  test.each(HOW)("refuses networks that are not finite by %s", async (how) => {
    const diverged = filled("fc1.bias", Number.POSITIVE_INFINITY);
    await expect(align(engine, { ...each, how }, { a: network, b: diverged })).rejects.toThrow(
      "align: b: fc1.bias, entry 0: values must be finite, got Infinity. Use a network that did not diverge",
    );
  });

  test.each(HOW)("has nothing to do for a model without hidden layers by %s", async (how) => {
    const model = mlp({ name: "single", input: grey.shape, hidden: [], outputs: 10 });
    const [a, b] = [distinct(model, 1), distinct(model, 2)];
    const { network, permutations } = await align(engine, { ...each, model, how }, { a, b });
    expect(permutations).toEqual([]);
    expect(isSame(network, b)).toBe(true);
  });
});
