import { describe, expect, test } from "vitest";
import type { Parameter } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import { type Cut, fullMask, magnitude, prune } from "./prune.ts";

const { parameters } = parseModel("conv-2", { shape: [3, 8, 8], outputs: 10 });
const filters: Cut = { cut: 0.25, outputCutFactor: 0.5, scope: "layer", unit: "filter" };
/** Weights of filter f of layer l are all (f * 37 + l) % 64, of either sign. */
const weights = new Map(
  parameters.map(({ name, shape }, layer) => {
    const size = shape.slice(1).reduce((a, b) => a * b, 1);
    const value = (i: number) => ((Math.floor(i / size) * 37 + layer) % 64) * (i % 2 ? 1 : -1);
    return [name, Float32Array.from({ length: size * shape[0]! }, (_, i) => value(i))];
  }),
);
const pruned = (cut: Cut, rounds = 1) =>
  prune(parameters, fullMask(parameters), { scores: magnitude(weights), cut, rounds });

/** Of each filter, how many weights are kept. */
function rowsOf({ name, shape }: Parameter, mask: ReadonlyMap<string, Uint8Array>): number[] {
  const bits = mask.get(name)!;
  const size = bits.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, f) =>
    bits.subarray(f * size, (f + 1) * size).reduce((a, b) => a + b, 0),
  );
}

describe("filters", () => {
  const convolutions = parameters.filter(({ shape }) => shape.length === 4);
  test("go whole, those of the least L1 norm, in every convolution and nowhere else", () => {
    const mask = pruned(filters);
    convolutions.forEach((parameter) => {
      const size = parameter.shape.slice(1).reduce((a, b) => a * b, 1);
      const layer = parameters.indexOf(parameter);
      const expected = Array.from({ length: 64 }, (_, f) => ((f * 37 + layer) % 64 < 16 ? 0 : size));
      expect(rowsOf(parameter, mask)).toEqual(expected);
    });
    for (const [name, bits] of mask) if (name.startsWith("fc")) expect(bits.includes(0)).toBe(false);
  });

  test("count as many rounds at once as one after the other, with the factor of convolutions, and the last one stays", () => {
    const left = (mask: ReadonlyMap<string, Uint8Array>) => rowsOf(convolutions[0]!, mask).filter(Boolean).length;
    const twice = prune(parameters, pruned(filters), { scores: magnitude(weights), cut: filters });
    expect(left(twice)).toBe(36);
    const atOnce = pruned(filters, 2);
    for (const [name, bits] of twice) expect(bits.every((bit, i) => bit === atOnce.get(name)![i])).toBe(true);
    expect(left(pruned({ ...filters, convCutFactor: 0.5 }))).toBe(56);
    expect(left(pruned({ ...filters, cut: 0.9 }, 9))).toBe(1);
  });

  test("do not compete across layers", () => {
    expect(() => pruned({ ...filters, scope: "global" })).toThrow("unit: needs scope layer");
  });
});

test("a factor of convolutions scales their cut alone", () => {
  const cut = { cut: 0.2, outputCutFactor: 0.5, convCutFactor: 0.75, scope: "layer" } as const;
  const shares = [...pruned(cut)].map(([name, bits]) => {
    return [name, Number((1 - bits.reduce((a, b) => a + b, 0) / bits.length).toFixed(2))];
  });
  expect(shares).toEqual([
    ["conv1.weight", 0.15],
    ["conv2.weight", 0.15],
    ["fc1.weight", 0.2],
    ["fc2.weight", 0.2],
    ["fc3.weight", 0.1],
  ]);
  expect(() => pruned({ ...cut, scope: "global" })).toThrow("convCutFactor: needs scope layer, got 0.75");
});
