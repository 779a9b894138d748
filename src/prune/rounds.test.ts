/** The deepest level that counting allows is the last that pruning itself reaches. */
import { expect, test } from "vitest";
import { parseModel } from "../model/registry.ts";
import type { Cut } from "./cut.ts";
import { countKept, fullMask, magnitude, prune } from "./prune.ts";
import { deepestLevel } from "./rounds.ts";

const { parameters } = parseModel("lenet-300-100", { shape: [1, 4, 4], outputs: 10 });
const scores = magnitude(
  new Map(parameters.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))])),
);
const cut: Cut = { cut: 0.2, outputCutFactor: 0, scope: "global" };

test("spared layers leave the others too few weights at the level that is told", () => {
  const { level, density, layers } = deepestLevel(parameters, cut, 100)!;
  let mask = fullMask(parameters);
  for (let round = 0; round < level; round++) mask = prune(parameters, mask, { scores, cut });
  const kept = [...mask.values()].map(countKept).reduce((a, b) => a + b, 0);
  // The output layer's 1,000 weights all stay.
  expect([level, layers]).toEqual([16, ["fc1", "fc2"]]);
  expect(kept).toBe(Math.round(density * (4800 + 30_000 + 1000)));
  expect(() => prune(parameters, mask, { scores, cut })).toThrow("fc1, fc2 must have enough weights left for the cut");
  expect(deepestLevel(parameters, cut, level)).toBe(null);
});

test("without spared layers, and layer by layer, every level is possible", () => {
  expect(deepestLevel(parameters, { ...cut, outputCutFactor: 1 }, 200)).toBe(null);
  expect(deepestLevel(parameters, { ...cut, scope: "layer" }, 200)).toBe(null);
});

test("a level without any weight is none", () => {
  const half: Cut = { cut: 0.5, outputCutFactor: 1, scope: "layer" };
  const { level, layers } = deepestLevel(parameters, half, 100)!;
  let mask = fullMask(parameters);
  const left = () => [...mask.values()].map(countKept).reduce((a, b) => a + b, 0);
  for (let round = 0; round < level; round++) mask = prune(parameters, mask, { scores, cut: half });
  expect(layers).toEqual([]);
  expect(left()).toBeGreaterThan(0);
  mask = prune(parameters, mask, { scores, cut: half });
  expect(left()).toBe(0);
});
