/** Gradual pruning against its formula, its exact counts, and what returns. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../base/hash.ts";
import type { Mask } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import { anyCut, anyPruning, keptOf } from "./fixtures/pruning.ts";
import { type Gradual, gradualPlan, shareLeft } from "./gradual.ts";
import { countKept, fullMask, prune } from "./prune.ts";

const hash = (mask: Mask) => sha256Hex(mask.get("fc1.weight")!);
const key = { seed: 3, replicate: 1, draw: 0 };
const schedule = { begin: 40, every: 20, updates: 10 };
const layerwise = { cut: 0.2, outputCutFactor: 0.5, scope: "layer" } as const;

test("density follows s_t = s_f + (s_i - s_f) (1 - (t - t0) / (n dt))^3", () => {
  fc.assert(
    fc.property(
      fc.record({
        begin: fc.nat(1000),
        every: fc.integer({ min: 1, max: 100 }),
        updates: fc.integer({ min: 1, max: 50 }),
      }),
      fc.nat(50),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (schedule, number, removed) => {
        const { begin, every, updates } = schedule;
        const step = begin + Math.min(number, updates) * every;
        const wanted = removed + (0 - removed) * (1 - (step - begin) / (updates * every)) ** 3;
        expect(1 - (1 - removed + removed * shareLeft(schedule, step))).toBeCloseTo(wanted, 12);
      },
    ),
  );
  expect([0, 40, 140, 240, 1000].map((step) => shareLeft(schedule, step))).toEqual([1, 1, 0.125, 0, 0]);
});

describe.each(["magnitude", "random"] as const)("by %s", (by) => {
  test.each(["layer", "global"] as const)(
    "scope %s: the first mask is whole, the last has the counts of the rounds",
    (scope) => {
      fc.assert(
        fc.property(
          anyPruning,
          anyCut(scope, 1),
          fc.integer({ min: 1, max: 4 }),
          ({ parameters, scores }, cut, rounds) => {
            const plan = gradualPlan(parameters, { ...schedule, by, cut, rounds }, key);
            const full = fullMask(parameters);
            const weights = new Map(
              [...scores].map(([name, values]) => [name, values.map((x) => (Number.isFinite(x) ? x : 9))]),
            );
            expect(plan.maskAt(40, weights)).toEqual(full);
            const kept = keptOf(plan.maskAt(240, weights));
            const want = keptOf(prune(parameters, full, { scores: weights, cut, rounds }));
            const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
            if (scope === "layer") expect(kept).toEqual(want);
            else expect(sum(kept)).toBe(sum(want));
          },
        ),
      );
    },
  );
});

const lenet = parseModel("lenet-300-100", { shape: [1, 28, 28], outputs: 10 });
const rising = new Map(
  lenet.parameters.map(({ name, shape }) => [
    name,
    Float32Array.from({ length: shape[0]! * (shape[1] ?? 1) }, (_, i) => i + 1),
  ]),
);
const kept = (gradual: Gradual, step: number) =>
  keptOf(gradualPlan(lenet.parameters, gradual, key).maskAt(step, rising));

test("LeNet at 21 %: half-way, an eighth of what will be pruned is left", () => {
  const gradual: Gradual = { ...schedule, by: "magnitude", cut: layerwise, rounds: 7 };
  expect(kept(gradual, 240)).toEqual([49325, 6291, 478]);
  expect(kept(gradual, 140)).toEqual(
    [235200, 30000, 1000].map((total, i) => {
      const last = [49325, 6291, 478][i]!;
      return last + Math.round((total - last) / 8);
    }),
  );
});

test("a weight that outranks others at a later update returns; in a random order none does", () => {
  const at = (by: Gradual["by"]) => {
    const plan = gradualPlan(lenet.parameters, { ...schedule, by, cut: layerwise, rounds: 7 }, key);
    const falling = new Map([...rising].map(([name, values]) => [name, values.toReversed()]));
    return [plan.maskAt(140, rising), plan.maskAt(160, falling)].map((mask) => mask.get("fc1.weight")!) as [
      Uint8Array,
      Uint8Array,
    ];
  };
  const [before, after] = at("magnitude");
  expect([before[0], after[0]]).toEqual([0, 1]);
  const [first, second] = at("random");
  expect(second.every((bit, i) => bit <= first[i]!)).toBe(true);
  expect(countKept(second)).toBeLessThan(countKept(first));
});

test("random orders differ between replicates", () => {
  const gradual: Gradual = { ...schedule, by: "random", cut: layerwise, rounds: 7 };
  const mask = (replicate: number) => gradualPlan(lenet.parameters, gradual, { ...key, replicate }).maskAt(240, rising);
  expect(hash(mask(0))).not.toBe(hash(mask(1)));
  expect(hash(mask(0))).toBe(hash(mask(0)));
});
