/** Every criterion and variant against a plain re-implementation; exact counts; ties that are random and reproducible. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mask } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import { dataset } from "../train/fixtures/tasks.ts";
import { CRITERIA, type Criterion, criterionMask, isSign, SCORED, scoresOf } from "./criteria.ts";
import { type Cut, countKept, fullMask, prune } from "./prune.ts";

const { parameters } = parseModel("mlp-3", { ...dataset, shape: [1, 2, 4], outputs: 4 });
const layers = parameters.filter(({ prunable }) => prunable);
const full = fullMask(parameters);
const cut: Cut = { cut: 0.4, outputCutFactor: 0.5, scope: "layer" };
const key = { seed: 1, replicate: 0, draw: 3 };

/** Values of all layers; small whole numbers, so that ties and zeros occur. */
const anyValues = fc
  .tuple(...layers.map(({ shape }) => fc.array(fc.integer({ min: -4, max: 4 }), lengths(shape[0]! * shape[1]!))))
  .map((all) => new Map(layers.map(({ name }, i) => [name, Float32Array.from(all[i]!)])));
const anyMask = fc
  .tuple(...layers.map(({ shape }) => fc.array(fc.constantFrom(0, 1, 1, 1), lengths(shape[0]! * shape[1]!))))
  .map((all) => new Map(layers.map(({ name }, i) => [name, Uint8Array.from(all[i]!)])));

function lengths(count: number) {
  return { minLength: count, maxLength: count };
}

/** What a weight scores, as the paper words it; ranks and random numbers apart. */
const PLAIN: Partial<Record<Criterion, (first: number, last: number) => number>> = {
  large_final: (_, last) => Math.abs(last),
  small_final: (_, last) => 0 - Math.abs(last),
  large_init: (first) => Math.abs(first),
  small_init: (first) => 0 - Math.abs(first),
  magnitude_increase: (first, last) => Math.abs(last) - Math.abs(first),
  movement: (first, last) => Math.abs(last - first),
};

test("there are nine criteria, each with both signs, and two signs alone", () => {
  expect(SCORED.length).toBe(9);
  expect(CRITERIA.length).toBe(9 * 3 + 2);
  expect(CRITERIA).toContain("large_final_same_sign");
});

describe.each(Object.keys(PLAIN) as (keyof typeof PLAIN)[])("%s", (name) => {
  const signs = { "": () => true, _same_sign: same, _diff_sign: (a: number, b: number) => !same(a, b) } as const;
  test.each(Object.entries(signs))("scores%s as the paper has it, 0 where the sign does not conform", (suffix, has) => {
    fc.assert(
      fc.property(anyValues, anyValues, anyMask, (initial, trained, mask) => {
        const criterion = `${name}${suffix}` as Criterion;
        const scores = scoresOf(parameters, { initial, trained, mask }, { criterion, cut, key });
        for (const [layer, bits] of mask)
          bits.forEach((bit, i) => {
            const [first, last] = [initial.get(layer)![i]!, trained.get(layer)![i]!];
            const expected = bit && has(first, last) ? PLAIN[name]!(first, last) : 0;
            expect(scores.get(layer)![i]! + 0).toBe(expected);
          });
      }),
    );
  });
});

function same(first: number, last: number): boolean {
  return Math.sign(first) === Math.sign(last);
}

test("where signs do not conform, magnitude_increase ranks a weight above all that shrank", () => {
  const own = { initial: [3, 2, 1, -1, 1, 1, 1, 1], trained: [1, 1, 2, 2, 2, 2, 2, 2] };
  const fill = (values: number[], size: number) => Float32Array.from({ length: size }, (_, i) => values[i] ?? 1);
  const of = (values: number[]) => new Map([...full].map(([name, { length }]) => [name, fill(values, length)]));
  const asked = { initial: of(own.initial), trained: of(own.trained), mask: full };
  const scores = scoresOf(parameters, asked, { criterion: "magnitude_increase_same_sign", cut, key });
  expect([...scores.get("fc1.weight")!].slice(0, 4)).toEqual([-2, -1, 1, 0]);
});

test.each(CRITERIA.filter((name) => !isSign(name)))(
  "%s keeps as many as pruning does, of those that are left",
  (criterion) => {
    fc.assert(
      fc.property(anyValues, anyValues, anyMask, fc.constantFrom(1, 2, 3), (initial, trained, mask, rounds) => {
        for (const scope of ["layer", "global"] as const) {
          const own: Cut = { ...cut, scope, ...(scope === "global" && { outputCutFactor: 1 }) };
          const blank = new Map([...mask].map(([name, { length }]) => [name, new Float32Array(length)]));
          const next = criterionMask(parameters, { initial, trained, mask }, { criterion, cut: own, rounds, key });
          const plain = prune(parameters, mask, { scores: blank, cut: own, rounds });
          const kept = (all: Mask) => [...all.values()].map(countKept);
          if (scope === "layer") expect(kept(next)).toEqual(kept(plain));
          else expect(kept(next).reduce((a, b) => a + b)).toBe(kept(plain).reduce((a, b) => a + b));
          for (const [name, bits] of next) expect(bits.every((bit, i) => bit <= mask.get(name)![i]!)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  },
);

test("what is kept scores at least as much as what goes", () => {
  fc.assert(
    fc.property(anyValues, anyValues, anyMask, fc.constantFrom(...CRITERIA), (initial, trained, mask, criterion) => {
      if (isSign(criterion)) return;
      const asked = { initial, trained, mask };
      const scores = scoresOf(parameters, asked, { criterion, cut, key });
      const next = criterionMask(parameters, asked, { criterion, cut, key });
      for (const [name, bits] of next) {
        const own = [...scores.get(name)!].map((score, i) => ({ score, kept: bits[i], was: mask.get(name)![i] }));
        const left = own.filter(({ was }) => was);
        const lowest = Math.min(...left.filter(({ kept }) => kept).map(({ score }) => score));
        for (const { score, kept } of left) if (!kept) expect(score).toBeLessThanOrEqual(lowest);
      }
    }),
  );
});

describe.each([
  ["large_init_large_final", (value: number) => Math.abs(value)],
  ["small_init_small_final", (value: number) => -Math.abs(value)],
] as const)("%s", (criterion, sizeOf) => {
  /** How many of the values are larger. */
  const beaten = (all: readonly number[], value: number) => all.filter((other) => sizeOf(other) > sizeOf(value)).length;

  test("keeps weights that pass one percentile on both sides, as many as asked", () => {
    fc.assert(
      fc.property(anyValues, anyValues, (initial, trained) => {
        const next = criterionMask(parameters, { initial, trained, mask: full }, { criterion, cut, key });
        for (const [name, bits] of next) {
          const [first, last] = [[...initial.get(name)!], [...trained.get(name)!]];
          const worst = (i: number) => Math.max(beaten(first, first[i]!), beaten(last, last[i]!));
          const all = first.map((_, i) => i);
          const kept = all.filter((i) => bits[i]);
          // The strictest percentile that the kept weights pass: every weight that passes a stricter one is kept.
          const limit = Math.max(...kept.map(worst));
          expect(all.filter((i) => worst(i) < limit).every((i) => bits[i])).toBe(true);
        }
      }),
    );
  });

  test("does not ask a test that all weights pass alike", () => {
    fc.assert(
      fc.property(anyValues, (trained) => {
        const initial = new Map([...trained].map(([name, values]) => [name, values.map(() => 2)]));
        const asked = { initial, trained, mask: full };
        const own = criterion === "large_init_large_final" ? "large_final" : "small_final";
        expect(criterionMask(parameters, asked, { criterion, cut, key })).toEqual(
          criterionMask(parameters, asked, { criterion: own, cut, key }),
        );
      }),
    );
  });
});

describe("ties", () => {
  const equal = new Map([...full].map(([name, { length }]) => [name, new Float32Array(length).fill(1)]));
  const masked = (draw: number) =>
    criterionMask(
      parameters,
      { initial: equal, trained: equal, mask: full },
      {
        criterion: "large_final",
        cut,
        key: { ...key, draw },
      },
    );

  test("are broken at random, and in the same way again", () => {
    expect(masked(1)).toEqual(masked(1));
    expect(masked(1)).not.toEqual(masked(2));
  });

  test("every weight goes equally often", () => {
    const gone = new Float64Array(full.get("fc1.weight")!.length);
    for (let draw = 0; draw < 500; draw++)
      for (const [i, bit] of masked(draw).get("fc1.weight")!.entries()) gone[i]! += 1 - bit;
    const share = countKept(masked(0).get("fc1.weight")!) / gone.length;
    // Four deviations of the binomial.
    const deviation = Math.sqrt(500 * share * (1 - share));
    for (const count of gone) expect(Math.abs(count - 500 * (1 - share))).toBeLessThan(4 * deviation);
  });
});

test("a sign alone keeps what conforms of what is left", () => {
  fc.assert(
    fc.property(anyValues, anyValues, anyMask, (initial, trained, mask) => {
      for (const criterion of ["same_sign", "diff_sign"] as const) {
        const next = criterionMask(parameters, { initial, trained, mask }, { criterion, cut, key });
        for (const [name, bits] of next)
          bits.forEach((bit, i) => {
            const conforms = same(initial.get(name)![i]!, trained.get(name)![i]!) === (criterion === "same_sign");
            expect(bit).toBe(Number(conforms && mask.get(name)![i] === 1));
          });
      }
    }),
  );
});

test("random masks are other ones in every round", () => {
  const values = new Map([...full].map(([name, { length }]) => [name, new Float32Array(length)]));
  const mask = (draw: number) =>
    criterionMask(
      parameters,
      { initial: values, trained: values, mask: full },
      {
        criterion: "random",
        cut,
        key: { ...key, draw },
      },
    );
  expect(mask(1)).toEqual(mask(1));
  expect(mask(1)).not.toEqual(mask(2));
});
