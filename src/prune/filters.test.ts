import { describe, expect, test } from "vitest";
import { syntheticRgbDataset } from "../dataset/synthetic.ts";
import { createReference } from "../engine/reference/reference.ts";
import { initialise } from "../model/initialise.ts";
import type { Mask, Parameter } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import { rewind, scoreNetwork } from "../train/network.ts";
import { pruneFilters } from "./filters.ts";
import { type Cut, fullMask, magnitude, prune } from "./prune.ts";

const model = parseModel("conv-2", { shape: [3, 8, 8], outputs: 10 });
const { parameters } = model;
const cut: Cut = { cut: 0.25, outputCutFactor: 0.5, scope: "layer" };
/** Weights of filter f of layer l are all (f * 37 + l) % 64, of either sign. */
const weights = new Map(
  parameters.map(({ name, shape }, layer) => {
    const size = shape.slice(1).reduce((a, b) => a * b, 1);
    const value = (i: number) => ((Math.floor(i / size) * 37 + layer) % 64) * (i % 2 ? 1 : -1);
    return [name, Float32Array.from({ length: size * shape[0]! }, (_, i) => value(i))];
  }),
);
const scores = magnitude(weights);
const pruned = (own: Partial<Cut> = {}, rounds = 1) =>
  pruneFilters(model, fullMask(parameters), { scores, cut: { ...cut, ...own }, rounds });

/** Whether each row of a weight has an entry, and whether each input of it has. */
function kept({ name, shape }: Parameter, mask: Mask): { rows: boolean[]; columns: boolean[] } {
  const bits = mask.get(name)!;
  const [outputs, inputs] = shape as [number, number];
  const inner = bits.length / outputs / inputs;
  const at = (row: number, column: number) => bits.subarray((row * inputs + column) * inner).subarray(0, inner);
  const [rows, columns] = [outputs, inputs].map((length) => Array.from({ length }, (_, i) => i));
  return {
    rows: rows!.map((row) => columns!.some((column) => at(row, column).includes(1))),
    columns: columns!.map((column) => rows!.some((row) => at(row, column).includes(1))),
  };
}

const [conv1, conv2, fc1] = ["conv1", "conv2", "fc1"].map((layer) => parameters.find((each) => each.layer === layer)!);
const stays = (layer: number) => Array.from({ length: 64 }, (_, f) => (f * 37 + layer) % 64 >= 16);

describe("filters", () => {
  test("go whole, those of the least L1 norm in every convolution, and the weights that read their channels with them", () => {
    const mask = pruned();
    const first = stays(parameters.indexOf(conv1!));
    const second = stays(parameters.indexOf(conv2!));
    expect(kept(conv1!, mask).rows).toEqual(first);
    expect(kept(conv2!, mask)).toEqual({ rows: second, columns: first });
    // Behind the pool a channel is 4 x 4 pixels.
    expect(kept(fc1!, mask).columns).toEqual(second.flatMap((stay) => Array(16).fill(stay)));
    expect(mask.get("conv2.weight")!.reduce((a, b) => a + b, 0)).toBe(48 * 48 * 9);
    for (const name of ["fc2.weight", "fc3.weight"]) expect(mask.get(name)!.includes(0)).toBe(false);
  });

  test("count as many rounds at once as one after the other, with the factor of convolutions, and the last one stays", () => {
    const left = (mask: Mask) => kept(conv1!, mask).rows.filter(Boolean).length;
    const twice = pruneFilters(model, pruned(), { scores, cut });
    expect(left(twice)).toBe(36);
    expect(left(pruned({}, 2))).toBe(36);
    expect(left(pruned({ convCutFactor: 0.5 }))).toBe(56);
    expect(left(pruned({ cut: 0.9 }, 9))).toBe(1);
  });

  test("do not compete across layers", () => {
    expect(() => pruned({ scope: "global" })).toThrow("unit: needs scope layer");
  });

  test.each(["vgg-11-w4", "resnet-8-4"])(
    "leave the slim network of %s: nothing of their channels is read",
    async (name) => {
      const dataset = syntheticRgbDataset({ train: 20, test: 20 });
      const own = parseModel(name, dataset);
      const start = initialise(own, "kaiming-normal", { seed: 3, replicate: 0, draw: 0 });
      const mask = pruneFilters(own, fullMask(own.parameters), { scores: magnitude(start), cut: { ...cut, cut: 0.5 } });
      const network = rewind(start, mask);
      const gone = own.parameters.filter(({ name: each }) => kept4(own.parameters, each, mask).includes(false));
      expect(gone.length).toBeGreaterThan(2);
      // The normalisation behind a convolution stands next to it: what it makes of a channel that is gone is changed.
      const changed = new Map(network.weights);
      for (const each of gone) {
        const rows = kept4(own.parameters, each.name, mask);
        const at = own.parameters.indexOf(each);
        for (const vector of own.parameters.slice(at + 1, at + 3)) {
          expect(vector.shape).toEqual([rows.length]);
          changed.set(
            vector.name,
            changed.get(vector.name)!.map((value, c) => (rows[c] ? value : 7)),
          );
        }
      }
      const engine = createReference();
      const [before, after] = [network, { weights: changed, mask }];
      expect((await scoreNetwork(engine, after, { model: own, dataset })).loss).toBe(
        (await scoreNetwork(engine, before, { model: own, dataset })).loss,
      );
    },
  );

  test("of a residual sum are spared, since several layers make its channels", () => {
    const own = parseModel("resnet-8-4", { shape: [3, 16, 16], outputs: 10 });
    const start = initialise(own, "kaiming-normal", { seed: 3, replicate: 0, draw: 0 });
    const mask = pruneFilters(own, fullMask(own.parameters), { scores: magnitude(start), cut: { ...cut, cut: 0.5 } });
    const lost = own.parameters.filter(({ name }) => kept4(own.parameters, name, mask).includes(false));
    expect(lost.map(({ layer }) => layer)).toEqual(["blocks.0.conv1", "blocks.1.conv1", "blocks.2.conv1"]);
  });
});

/** Of a convolution's weight, which filters are left; of other parameters nothing. */
function kept4(all: readonly Parameter[], name: string, mask: Mask): boolean[] {
  const parameter = all.find((each) => each.name === name)!;
  return parameter.prunable && parameter.shape.length === 4 ? kept(parameter, mask).rows : [];
}

test("a factor of convolutions scales their cut alone", () => {
  const own = { cut: 0.2, outputCutFactor: 0.5, convCutFactor: 0.75, scope: "layer" } as const;
  const mask = prune(parameters, fullMask(parameters), { scores, cut: own });
  const shares = [...mask].map(([name, bits]) => {
    return [name, Number((1 - bits.reduce((a, b) => a + b, 0) / bits.length).toFixed(2))];
  });
  expect(shares).toEqual([
    ["conv1.weight", 0.15],
    ["conv2.weight", 0.15],
    ["fc1.weight", 0.2],
    ["fc2.weight", 0.2],
    ["fc3.weight", 0.1],
  ]);
  expect(() => prune(parameters, fullMask(parameters), { scores, cut: { ...own, scope: "global" } })).toThrow(
    "convCutFactor: needs scope layer, got 0.75",
  );
});

test("shortcuts that are spared keep all their weights, and the others give what they do not", () => {
  const own = parseModel("resnet-8-4", { shape: [3, 16, 16], outputs: 10 });
  const start = initialise(own, "kaiming-normal", { seed: 3, replicate: 0, draw: 0 });
  const asked = { cut: 0.5, outputCutFactor: 1, scope: "global" } as const;
  const left = (mask: Mask) => [...mask.values()].reduce((sum, bits) => sum + bits.reduce((a, b) => a + b, 0), 0);
  const all = prune(own.parameters, fullMask(own.parameters), { scores: magnitude(start), cut: asked });
  const spared = prune(own.parameters, fullMask(own.parameters), {
    scores: magnitude(start),
    cut: { ...asked, shortcutCutFactor: 0 },
  });
  const shortcuts = own.parameters.filter(({ shortcut }) => shortcut).map(({ name }) => name);
  expect(shortcuts).toEqual(["blocks.1.shortcut.0.weight", "blocks.2.shortcut.0.weight"]);
  for (const name of shortcuts) {
    expect(spared.get(name)!.includes(0)).toBe(false);
    expect(all.get(name)!.includes(0)).toBe(true);
  }
  expect(left(spared)).toBe(left(all));
  for (const scope of ["layer", "global"] as const) {
    const cutOf = { ...asked, scope, shortcutCutFactor: 0.5 };
    const bits = prune(own.parameters, fullMask(own.parameters), { scores: magnitude(start), cut: cutOf });
    const kept = shortcuts.reduce((sum, name) => sum + bits.get(name)!.reduce((a, b) => a + b, 0), 0);
    const total = shortcuts.reduce((sum, name) => sum + bits.get(name)!.length, 0);
    expect(kept).toBe(total - Math.round(0.25 * total));
  }
});
