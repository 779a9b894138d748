import { expect, test } from "vitest";
import { parseModel } from "../model/registry.ts";
import { census, vanishedLayers } from "./census.ts";
import { fullMask } from "./prune.ts";

const { parameters } = parseModel("lenet-300-100", { shape: [1, 28, 28], outputs: 10 });

test("without a mask, all prunable weights are counted and no biases", () => {
  const dense = census(parameters, null);
  expect(dense).toEqual({
    layers: [
      { layer: "fc1", kept: 235_200, total: 235_200 },
      { layer: "fc2", kept: 30_000, total: 30_000 },
      { layer: "fc3", kept: 1000, total: 1000 },
    ],
    weights: 266_200,
    prunable: 266_200,
  });
  expect(census(parameters, fullMask(parameters))).toEqual(dense);
  expect(vanishedLayers(dense)).toEqual([]);
});

test("a layer that a mask empties is named; one that it leaves out is whole", () => {
  const mask = new Map([
    ["fc1.weight", new Uint8Array(235_200).fill(1, 0, 7)],
    ["fc2.weight", new Uint8Array(30_000)],
  ]);
  const counted = census(parameters, mask);
  expect(counted.layers.map(({ kept }) => kept)).toEqual([7, 0, 1000]);
  expect(counted.weights).toBe(1007);
  expect(vanishedLayers(counted)).toEqual(["layer fc2 has lost all its 30000 weights"]);
});
