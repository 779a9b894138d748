/** How many weights a cut removes: the rule for any mask, and the densities that papers and OpenLTH print. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../graph/types.ts";
import type { Mask } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import { census } from "./census.ts";
import { anyCut, anyPruning, keptOf } from "./fixtures/pruning.ts";
import { type Cut, fullMask, prune } from "./prune.ts";

const lenet = parseModel("lenet-300-100", { shape: [1, 28, 28], outputs: 10 });
/** Counts do not depend on scores, and ties are sorted at once. */
const scores = new Map(lenet.parameters.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));

/** LeNet's masks after 0 to `rounds` rounds. */
function lenetMasks(cut: Cut, rounds: number): Mask[] {
  const masks = [fullMask(lenet.parameters)];
  while (masks.length <= rounds) masks.push(prune(lenet.parameters, masks.at(-1)!, { scores, cut }));
  return masks;
}

describe("layer by layer", () => {
  test("every layer loses the rounded cut of what it has, the output layer its own", () => {
    fc.assert(
      fc.property(anyPruning, anyCut("layer"), ({ parameters, mask, scores }, cut) => {
        const before = keptOf(mask);
        const after = keptOf(prune(parameters, mask, { scores, cut }));
        parameters.forEach(({ output }, i) => {
          const share = cut.cut * (output ? cut.outputCutFactor : 1);
          expect(after[i]).toBe(before[i]! - Math.round(share * before[i]!));
        });
      }),
    );
  });

  test.each([
    [0, [235200 - 47040, 24000, 1000]],
    [0.5, [235200 - 47040, 24000, 900]],
    [1, [235200 - 47040, 24000, 800]],
  ])("output factor %d, a cut of 0.2, LeNet", (outputCutFactor, counts) => {
    expect(keptOf(lenetMasks({ cut: 0.2, outputCutFactor, scope: "layer" }, 1)[1]!)).toEqual(counts);
  });

  // Frankle & Carbin 2019, figures 3 and 4: % of LeNet's weights that remain, cut 20 %, output layer 10 %.
  const PRINTED = [
    100, 80, 64.1, 51.3, 41.1, 32.9, 26.3, 21.1, 16.9, 13.5, 10.8, 8.7, 7, 5.6, 4.5, 3.6, 2.9, 2.3, 1.9, 1.5, 1.2,
  ];
  test("LeNet's densities are those of Frankle and Carbin", () => {
    const cut = { cut: 0.2, outputCutFactor: 0.5, scope: "layer" } as const;
    const masks = lenetMasks(cut, PRINTED.length - 1);
    const densities = masks.map((mask) => census(lenet.parameters, mask).weights / 266_200);
    expect(densities.map((density) => Math.round(1000 * density) / 10)).toEqual(PRINTED);
  });
});

describe("globally", () => {
  test("all layers together lose the rounded cut of all that is left, the output layer its own part of it", () => {
    fc.assert(
      fc.property(anyPruning, anyCut("global"), ({ parameters, mask, scores }, cut) => {
        const [before, total] = [keptOf(mask), sum(keptOf(mask))];
        const output = parameters.findIndex((parameter) => parameter.output);
        const ownLoss = Math.round(cut.cut * cut.outputCutFactor * before[output]!);
        const loss = Math.round(cut.cut * total);
        const isPossible = cut.outputCutFactor === 1 || loss - ownLoss <= total - before[output]!;
        const pruned = () => keptOf(prune(parameters, mask, { scores, cut }));
        if (!isPossible) {
          expect(pruned).toThrow(/must have enough weights left/);
          return;
        }
        expect(sum(pruned())).toBe(total - loss);
        if (cut.outputCutFactor < 1) expect(pruned()[output]).toBe(before[output]! - ownLoss);
      }),
    );
  });

  // OpenLTH (2ce732fe) with `pruning_layers_to_ignore=fc.weight`, measured: weights left at levels 0 to 18.
  const OPENLTH = [
    266200, 212959, 170366, 136291, 109031, 87223, 69777, 55820, 44655, 35723, 28577, 22860, 18287, 14628, 11701, 9359,
    7486, 5987, 4788,
  ];
  test("LeNet's counts follow the rule, from which OpenLTH's one or two weights too many a round never stray far", () => {
    const cut = { cut: 0.2, outputCutFactor: 0, scope: "global" } as const;
    let expected = 266_200;
    lenetMasks(cut, OPENLTH.length - 1).forEach((mask, level) => {
      const theirs = OPENLTH[level]!;
      expect(sum(keptOf(mask))).toBe(expected);
      expect(keptOf(mask)[2]).toBe(1000);
      // It removes ceil(n / 5) + 1 where the cut is n / 5, so the difference is at most 2 (1 + 0.8 + 0.64 + ...) = 10.
      expect(expected - theirs).toBeGreaterThanOrEqual(Math.sign(level));
      expect(expected - theirs).toBeLessThanOrEqual(10);
      if (level > 0) expect(theirs).toBe(OPENLTH[level - 1]! - Math.ceil(OPENLTH[level - 1]! / 5) - 1);
      expected -= Math.round(0.2 * expected);
    });
  });
});

test("one shot removes as many as the same number of rounds, whatever the scores of each round", () => {
  fc.assert(
    fc.property(
      anyPruning,
      fc.oneof(anyCut("layer"), anyCut("global", 1)),
      fc.integer({ min: 1, max: 6 }),
      (pruning, cut, rounds) => {
        const { parameters, mask, scores } = pruning;
        const shot = prune(parameters, mask, { scores, cut, rounds });
        let step = mask;
        for (let round = 0; round < rounds; round++) {
          const other = new Map([...scores].map(([name, values]) => [name, values.map((_, i) => Math.sin(i + round))]));
          step = prune(parameters, step, { scores: other, cut });
        }
        if (cut.scope === "layer") expect(keptOf(shot)).toEqual(keptOf(step));
        expect(sum(keptOf(shot))).toBe(sum(keptOf(step)));
      },
    ),
  );
});

function sum(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}
