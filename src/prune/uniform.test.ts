import fc from "fast-check";
import { expect, test } from "vitest";
import { parseModel } from "../model/registry.ts";
import { countKept } from "./prune.ts";
import { uniformMask } from "./uniform.ts";

const { parameters } = parseModel("mlp-7-5", { shape: [1, 4, 3], outputs: 10 });

test("every prunable layer keeps its share to the nearest weight, the same ones for the same key", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), fc.nat(1000), (density, seed) => {
      const key = { seed, replicate: 0, draw: 0 };
      const mask = uniformMask(parameters, density, key);
      expect([...mask.keys()]).toEqual(["fc1.weight", "fc2.weight", "fc3.weight"]);
      for (const bits of mask.values()) expect(countKept(bits)).toBe(Math.round(density * bits.length));
      expect(uniformMask(parameters, density, key)).toEqual(mask);
    }),
  );
});

test.each([0, -1, 1.1, Number.NaN])("a density of %d is refused", (density) => {
  expect(() => uniformMask(parameters, density, { seed: 1, replicate: 0, draw: 0 })).toThrow(
    /density: must lie in \(0, 1\]/,
  );
});
