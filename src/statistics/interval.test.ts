/** Intervals of means, ratios and shares against scipy's, how often they hold the truth, and what has none. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expected } from "./fixtures/expected.ts";
import { interval } from "./interval.ts";
import { proportion } from "./proportion.ts";
import { logRatios, ratio } from "./ratio.ts";
import { draws } from "./sample.ts";

const { samples } = expected;
const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });

describe("Student's interval", () => {
  test.each(["six", "fifteen", "twentyFour"] as const)("of %s values is scipy's", (name) => {
    const got = interval(samples[name], { method: "t" });
    const wanted = expected.interval[name];
    expect(got).toMatchObject({ n: samples[name].length, diverged: 0, method: "t" });
    for (const field of ["mean", "sd", "low", "high"] as const) expect(got[field]).toBeCloseTo(wanted[field], 11);
  });

  test("of one value, or none, there is none", () => {
    const none = { low: Number.NaN, high: Number.NaN, sd: Number.NaN, method: "none" };
    expect(interval([3])).toEqual({ ...none, mean: 3, n: 1, diverged: 0 });
    expect(interval([])).toEqual({ ...none, mean: Number.NaN, n: 0, diverged: 0 });
  });

  test("is of the finite values, and tells how many they are", () => {
    const some = interval([...samples.six, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(some).toEqual({ ...interval(samples.six), diverged: 2 });
  });

  test("of equal values is that value", () => {
    expect(interval([0.1, 0.1, 0.1])).toMatchObject({ mean: 0.1, low: 0.1, high: 0.1, sd: 0 });
    expect(interval(new Array<number>(20).fill(0.1))).toMatchObject({ low: 0.1, high: 0.1, method: "bca" });
  });

  test("holds the truth of normal values in 95 of 100 studies", () => {
    const random = draws({ seed: 1 });
    const studies = Array.from({ length: 4000 }, () => interval(Array.from({ length: 6 }, () => random.normal())));
    const share = studies.filter(({ low, high }) => low <= 0 && 0 <= high).length / studies.length;
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  });

  test("moves and stretches with its values", () => {
    const affine = fc.tuple(fc.array(value, { minLength: 2, maxLength: 19 }), value, fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(affine, ([values, shift, factor]) => {
        const before = interval(values);
        const after = interval(values.map((each) => each * factor + shift));
        expect(after.low).toBeCloseTo(before.low * factor + shift, 6);
        expect(after.high).toBeCloseTo(before.high * factor + shift, 6);
      }),
    );
  });
});

describe("BCa", () => {
  test.each(["twentyFour", "tied"] as const)("of the same resamples (%s) is scipy's", (name) => {
    const got = interval(samples[name]);
    expect(got.method).toBe("bca");
    expect(got.low).toBeCloseTo(expected.bca[name].low, 10);
    expect(got.high).toBeCloseTo(expected.bca[name].high, 10);
  });

  test("draws other resamples of another seed", () => {
    const other = interval(samples.twentyFour, { key: { seed: 1 } });
    expect(other.low).not.toBe(interval(samples.twentyFour).low);
    expect(other.low).toBeCloseTo(expected.bca.twentyFour.low, 1);
  });

  test("is from 20 finite values on", () => {
    const few = samples.twentyFour.slice(0, 19);
    expect(interval(few).method).toBe("t");
    expect(interval([...few, Number.NaN]).method).toBe("t");
    expect(interval(samples.twentyFour.slice(0, 20)).method).toBe("bca");
    expect(() => interval(few, { method: "bca" })).toThrow(
      "interval: a bootstrap needs at least 20 finite values, got 19. Use Student's t",
    );
  });
});

describe("a share", () => {
  test.each(expected.clopperPearson)("of %d of %d is scipy's", (k, n, low, high) => {
    const got = proportion(k, n);
    expect(got).toMatchObject({ k, n, share: k / n });
    expect(got.low).toBeCloseTo(low, 11);
    expect(got.high).toBeCloseTo(high, 11);
  });

  test("lies in its interval, which turns round with its trials", () => {
    const trials = fc.integer({ min: 1, max: 500 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
    fc.assert(
      fc.property(trials, ([k, n]) => {
        const { low, high, share } = proportion(k, n);
        expect(low).toBeLessThanOrEqual(share);
        expect(high).toBeGreaterThanOrEqual(share);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(proportion(n - k, n).low).toBeCloseTo(1 - high, 9);
      }),
    );
  });

  test.each([
    [1, 0, "n: must be an integer at least 1, got 0. A share needs a trial"],
    [4, 3, "k: must be an integer from 0 to 3, got 4"],
    [-1, 3, "k: must be an integer from 0 to 3, got -1"],
  ])("refuses %d of %d", (k, n, message) => {
    expect(() => proportion(k, n)).toThrow(message);
  });
});

describe("a ratio", () => {
  const [over, under] = [
    [900, 1200, 800, 1500],
    [1800, 1500, 1700, 1600],
  ] as const;

  test("is that of scipy's logarithms", () => {
    const got = ratio(logRatios(over, under));
    expect(got).toMatchObject({ n: 4, diverged: 0, method: "t" });
    for (const field of ["ratio", "low", "high"] as const) expect(got[field]).toBeCloseTo(expected.ratio[field], 11);
  });

  test("is turned over with its sides", () => {
    const [there, back] = [ratio(logRatios(over, under)), ratio(logRatios(under, over))];
    expect(back.ratio).toBeCloseTo(1 / there.ratio, 12);
    expect(back.low).toBeCloseTo(1 / there.high, 12);
  });

  test("counts a replicate that diverged, and refuses what has no logarithm", () => {
    expect(ratio(logRatios([...over, Number.NaN], [...under, 100]))).toMatchObject({ n: 4, diverged: 1 });
    expect(() => logRatios([1], [0])).toThrow("logRatios: must be of numbers above 0, got 0");
    expect(() => logRatios([1], [1, 2])).toThrow("logRatios: must be of the same 1 replicates, got 2");
  });
});
