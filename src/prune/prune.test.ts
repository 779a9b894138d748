import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseModel } from "../model/registry.ts";
import { anyCut, anyPruning, keptOf, type Pruning } from "./fixtures/pruning.ts";
import { type Cut, fullMask, magnitude, prune } from "./prune.ts";

const anyScope = fc.oneof(anyCut("layer"), anyCut("global", 1));

/** Kept places of some layers as `[score, layer, index]`. */
function places({ scores }: Pruning, mask: Pruning["mask"]): [number, string, number][] {
  return [...mask].flatMap(([name, bits]) =>
    [...bits].flatMap((bit, i): [number, string, number][] => (bit ? [[scores.get(name)![i]!, name, i]] : [])),
  );
}

/** The first `count` of the places by score, then layer, then index; layers are named in their order. */
function lowest(all: readonly [number, string, number][], count: number): string[] {
  const order = [...all].sort(([a, f, i], [b, g, j]) => (a === b ? f.localeCompare(g) || i - j : a < b ? -1 : 1));
  return order.slice(0, count).map(([, name, i]) => `${name}[${i}]`);
}

const flat = (all: readonly [number, string, number][]) => all.map(([, name, i]) => `${name}[${i}]`);

test("what goes is the lowest of its pool, ties by layer and then index; what stays is left as it was", () => {
  fc.assert(
    fc.property(anyPruning, anyScope, (pruning, cut) => {
      const before = [...pruning.mask.values()].map((bits) => [...bits]);
      const next = prune(pruning.parameters, pruning.mask, { scores: pruning.scores, cut });
      const pools =
        cut.scope === "global" ? [[...pruning.mask.keys()]] : [...pruning.mask.keys()].map((name) => [name]);
      const [old, kept] = [places(pruning, pruning.mask), new Set(flat(places(pruning, next)))];
      for (const pool of pools) {
        const inPool = old.filter(([, name]) => pool.includes(name));
        const gone = flat(inPool).filter((place) => !kept.has(place));
        expect(gone.sort()).toEqual(lowest(inPool, gone.length).sort());
      }
      expect([...pruning.mask.values()].map((bits) => [...bits])).toEqual(before);
    }),
  );
});

test("masks only shrink", () => {
  fc.assert(
    fc.property(anyPruning, anyScope, ({ parameters, mask, scores }, cut) => {
      for (const [name, bits] of prune(parameters, mask, { scores, cut }))
        bits.forEach((bit, i) => {
          expect(bit).toBeLessThanOrEqual(mask.get(name)![i]!);
        });
    }),
  );
});

test("twice is the same as two rounds at once, the scores being the same", () => {
  fc.assert(
    fc.property(anyPruning, anyScope, ({ parameters, mask, scores }, cut) => {
      const once = prune(parameters, mask, { scores, cut });
      expect(prune(parameters, once, { scores, cut })).toEqual(prune(parameters, mask, { scores, cut, rounds: 2 }));
    }),
  );
});

test("a global cut takes from whichever layer scores lowest, and spares an output layer at factor 0", () => {
  const { parameters } = parseModel("mlp-4", { shape: [1, 1, 5], outputs: 2 });
  const scores = new Map([
    ["fc1.weight", Float32Array.from({ length: 20 }, (_, i) => i + 10)],
    ["fc2.weight", Float32Array.from({ length: 8 }, (_, i) => i)],
  ]);
  const kept = (outputCutFactor: number) =>
    keptOf(prune(parameters, fullMask(parameters), { scores, cut: { cut: 0.25, outputCutFactor, scope: "global" } }));
  expect(kept(1)).toEqual([20, 1]);
  expect(kept(0.5)).toEqual([14, 7]);
  expect(kept(0)).toEqual([13, 8]);
});

test("a model of an output layer alone is cut globally by its own cut", () => {
  const [parameter] = parseModel("mlp-4", { shape: [1, 1, 5], outputs: 2 }).parameters.filter(({ output }) => output);
  const scores = new Map([["fc2.weight", new Float32Array(8)]]);
  const cut = { cut: 0.5, outputCutFactor: 0.5, scope: "global" } as const;
  expect(keptOf(prune([parameter!], fullMask([parameter!]), { scores, cut }))).toEqual([6]);
});

test("magnitude scores are absolute values", () => {
  const scores = magnitude(new Map([["a", Float32Array.of(-2, 0, -0, 1.5)]]));
  expect([...scores.get("a")!]).toEqual([2, 0, 0, 1.5]);
});

describe("refuses", () => {
  const { parameters } = parseModel("mlp-2", { shape: [1, 1, 2], outputs: 10 });
  const full = fullMask(parameters);
  const even = new Map([...full].map(([name, bits]) => [name, new Float32Array(bits.length)]));
  const half: Cut = { cut: 0.5, outputCutFactor: 0, scope: "global" };
  const scored = (name: string, values: number[]) => new Map(even).set(name, Float32Array.from(values));
  test.each([
    [{ cut: { ...half, cut: 0 } }, "cut: must lie between 0 and 1, got 0"],
    [{ cut: { ...half, cut: 1 } }, "cut: must lie between 0 and 1, got 1"],
    [{ cut: { ...half, cut: Number.NaN } }, "cut: must lie between 0 and 1, got NaN"],
    [{ cut: { ...half, outputCutFactor: -0.5 } }, "outputCutFactor: must lie in 0 to 1, got -0.5"],
    [
      { cut: half },
      "prune: fc1 must have enough weights left for the cut, got 4. Use fewer levels, or raise outputCutFactor or shortcutCutFactor",
    ],
    [{ scores: scored("fc1.weight", [0, Number.NaN, 0, 0]) }, "scores of fc1.weight[1]: must be a number, got NaN"],
    [{ scores: scored("fc1.weight", [0, 0, 0]) }, "scores of fc1.weight: must be 4 numbers, got 3"],
    [{ scores: new Map() }, "scores of fc1.weight: must be 4 numbers, got 0"],
  ])("%o", (changed, message) => {
    const options = { scores: even, cut: { ...half, scope: "layer" as const }, ...changed };
    expect(() => prune(parameters, full, options)).toThrow(expect.objectContaining({ code: "usage", message }));
  });

  test("no score of a weight that is gone already", () => {
    const mask = new Map(full).set("fc1.weight", Uint8Array.of(1, 0, 1, 1));
    const scores = scored("fc1.weight", [3, Number.NaN, 1, 2]);
    const cut = { ...half, scope: "layer" as const };
    expect(prune(parameters, mask, { scores, cut }).get("fc1.weight")).toEqual(Uint8Array.of(1, 0, 0, 0));
  });
});
