/** Sign-flip tests of one level and of several against scipy and plain loops, their laws, and their false alarms. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expected } from "./fixtures/expected.ts";
import { allLevels, bestLevel, type Levels, meanOverLevels } from "./levels.ts";
import { draws } from "./sample.ts";
import { type Side, signFlip } from "./sign-flip.ts";

const { samples } = expected;
const SIDES: readonly Side[] = ["greater", "less", "two-sided"];
const OPPOSITE = { greater: "less", less: "greater", "two-sided": "two-sided" } as const;
const side = fc.constantFrom(...SIDES);
const difference = fc.integer({ min: -1000, max: 1000 });
const differences = fc.array(difference, { minLength: 1, maxLength: 15 });
const negated = (values: readonly number[]) => values.map((value) => -value);

/** Means under all signs, by recursion: whole numbers, so that ties are exact. */
function sumsOf([first, ...rest]: readonly number[]): number[] {
  return first === undefined ? [0] : sumsOf(rest).flatMap((sum) => [sum + first, sum - first]);
}

describe("one level", () => {
  test.each(expected.signFlip)("%s has the p of scipy", (side, loops, scipy) => {
    expect(loops).toBe(scipy);
    expect(signFlip(samples.six, { side })).toMatchObject({ p: scipy, exact: true, n: 6, diverged: 0, side });
  });

  test.each(expected.signFlipRandom)("%s of 15 replicates has the p of the same random flips", (side, p) => {
    expect(signFlip(samples.fifteen, { side })).toMatchObject({ exact: false, n: 15 });
    expect(signFlip(samples.fifteen, { side }).p).toBeCloseTo(p, 12);
  });

  test("tries all patterns up to 12 replicates", () => {
    const ones = new Array<number>(12).fill(1);
    expect(signFlip(ones, { side: "greater" })).toMatchObject({ p: 2 ** -12, exact: true });
    expect(signFlip([...ones, 1]).exact).toBe(false);
  });

  test("is two-sided where nothing was registered", () => {
    expect(signFlip(samples.six)).toEqual(signFlip(samples.six, { side: "two-sided" }));
  });

  test("of six has a least p of 1/64, however its differences were rounded", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }), (values) => {
        const test = signFlip(values, { side: "greater" });
        expect(test).toMatchObject({ p: 1 / 64, opposite: 1 });
      }),
    );
  });

  test("counts patterns that tie but for rounding", () => {
    // 0.1 + 0.2 is 0.30000000000000004, so that the sum that was seen is 4e-17 and that with all signs turned -4e-17.
    const test = signFlip([0.1, 0.2, -0.3], { side: "greater" });
    expect(test.p).toBe(signFlip([1, 2, -3], { side: "greater" }).p);
    expect(test.p).toBe(5 / 8);
  });

  test("agrees with an enumeration by another route", () => {
    fc.assert(
      fc.property(fc.array(difference, { minLength: 1, maxLength: 9 }), (values) => {
        const seen = values.reduce((sum, value) => sum + value, 0);
        const share = (far: (sum: number) => boolean) => sumsOf(values).filter(far).length / 2 ** values.length;
        expect(signFlip(values, { side: "greater" }).p).toBe(share((sum) => sum >= seen));
        expect(signFlip(values, { side: "less" }).p).toBe(share((sum) => sum <= seen));
        expect(signFlip(values).p).toBe(share((sum) => Math.abs(sum) >= Math.abs(seen)));
      }),
    );
  });

  test("does not change with the unit", () => {
    fc.assert(
      fc.property(differences, side, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (values, side, factor) => {
        const scaled = values.map((value) => value * factor);
        expect(signFlip(scaled, { side }).p).toBe(signFlip(values, { side }).p);
      }),
      { numRuns: 30 },
    );
  });

  test("of negated differences is that of the other side", () => {
    fc.assert(
      fc.property(differences, side, (values, side) => {
        const { p, opposite } = signFlip(values, { side });
        const other = signFlip(negated(values), { side: OPPOSITE[side] });
        expect(other).toMatchObject({ p, opposite });
        expect(opposite).toBe(signFlip(values, { side: OPPOSITE[side] }).p);
      }),
      { numRuns: 30 },
    );
  });

  test.each([1, 6, 12, 13, 40])("of %i differences that are all 0 has p 1 on every side", (n) => {
    for (const side of SIDES) expect(signFlip(new Array<number>(n).fill(0), { side })).toMatchObject({ p: 1, mean: 0 });
  });

  test("of one replicate says little", () => {
    expect(signFlip([3])).toMatchObject({ p: 1, mean: 3 });
    expect(signFlip([3], { side: "greater" })).toMatchObject({ p: 0.5, opposite: 1 });
  });

  test("never has p 0 by random flips, and other flips of another seed", () => {
    expect(signFlip(new Array<number>(40).fill(1), { side: "greater" }).p).toBe(1 / 10_001);
    const [first, second] = [0, 1].map((seed) => signFlip(samples.fifteen, { key: { seed } }).p);
    expect(first).not.toBe(second);
    expect(first).toBeCloseTo(second!, 1);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("says how many replicates diverged (%d), and has no p", (value) => {
    const none = { p: Number.NaN, opposite: Number.NaN, mean: Number.NaN, n: 6, diverged: 2 };
    expect(signFlip([1, value, 2, 3, Number.NaN, 4])).toMatchObject(none);
  });
});

describe("several levels", () => {
  const [first, second] = samples.levels as [number[], number[]];

  test.each(expected.bestLevel)("the best of them, %s, has the p of plain loops", (side, p, turned) => {
    expect(bestLevel(samples.levels, { side })).toMatchObject({ p, n: 6 });
    expect(bestLevel(samples.levels.map(negated), { side }).p).toBe(turned);
  });

  test("the best is the one that lies furthest on the side", () => {
    expect(bestLevel(samples.levels, { side: "greater" }).level).toBe(0);
    expect(bestLevel(samples.levels, { side: "less" }).level).toBe(2);
    expect(bestLevel([first, first.map((value) => -2 * value)]).level).toBe(1);
    expect(bestLevel(samples.levels, { side: "greater" }).mean).toBeCloseTo(expected.interval.six.mean, 12);
  });

  test("the best of one is that one, and more levels never lower p", () => {
    const pair = fc.integer({ min: 1, max: 8 }).chain((n) => {
      const level = fc.array(difference, { minLength: n, maxLength: n });
      return fc.tuple(level, fc.array(level, { minLength: 1, maxLength: 4 }));
    });
    fc.assert(
      fc.property(pair, side, ([level, others], side) => {
        expect(bestLevel([level], { side })).toEqual({ ...signFlip(level, { side }), level: 0 });
        const best = bestLevel([level, ...others], { side });
        const decides = [level, ...others][best.level]!;
        expect(best.p).toBeGreaterThanOrEqual(signFlip(decides, { side }).p);
      }),
    );
  });

  test("the best of five levels of chance is established in at most 5 of 100 studies", () => {
    const random = draws({ seed: 2 });
    const study = () => {
      const level = () => Array.from({ length: 6 }, () => random.normal());
      return bestLevel(Array.from({ length: 5 }, level), { side: "greater" });
    };
    const found = Array.from({ length: 1000 }, study).filter(({ p }) => p < 0.05).length;
    // 3 of 64 is the greatest p below 0.05: 47 studies are expected, and 20 are three standard errors.
    expect(Math.abs(found - 47)).toBeLessThan(20);
  });

  test.each(expected.allLevels)("all of them, %s, have the largest p", (side, p) => {
    expect(allLevels([first, second], { side })).toMatchObject({ p, level: side === "less" ? 0 : 1 });
  });

  test("all of them on one side is not claimed of levels on both", () => {
    expect(allLevels([first, negated(first)])).toMatchObject({ p: 1, opposite: 1 });
    expect(allLevels([first, negated(first)], { side: "greater" }).p).toBe(signFlip(first, { side: "less" }).p);
    expect(allLevels([negated(first)], { side: "greater" }).opposite).toBe(signFlip(first, { side: "greater" }).p);
  });

  test.each(expected.meanOverLevels)("their mean, %s, is each replicate's first", (side, p) => {
    expect(signFlip(meanOverLevels(samples.levels), { side }).p).toBe(p);
  });

  test("a replicate that diverged at one level has diverged", () => {
    const broken: Levels = [
      [Number.NaN, ...first.slice(1)],
      [Number.NaN, 1, Number.NEGATIVE_INFINITY, ...second.slice(3)],
    ];
    for (const test of [bestLevel(broken), allLevels(broken), signFlip(meanOverLevels(broken))])
      expect(test).toMatchObject({ p: Number.NaN, opposite: Number.NaN, mean: Number.NaN, n: 6, diverged: 2 });
    expect(bestLevel(broken).level).toBe(-1);
    expect(allLevels(broken).level).toBe(-1);
  });

  test.each([
    ["bestLevel", bestLevel],
    ["allLevels", allLevels],
    ["meanOverLevels", meanOverLevels],
  ])("%s refuses no level, and levels of other replicates", (name, of) => {
    expect(() => of([])).toThrow(`${name}: needs at least one level, got 0. Name the levels of the claim`);
    expect(() => of([[1, 2], [1]])).toThrow(
      `${name}: level 1: must have the 2 replicates of level 0, got 1. Write NaN for a replicate that diverged`,
    );
  });
});
