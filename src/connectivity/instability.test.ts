import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allIndices } from "../train/evaluate.ts";
import { engine, residual, trained } from "./fixtures/networks.ts";
import { instability, instabilityOf } from "./instability.ts";
import { evenAlphas, type PathScores, scorePath } from "./path.ts";

const errors = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 });

describe("LII", () => {
  test.each([
    [[0.1, 0.5, 0.2], 0.35],
    [[0.2, 0.1, 0.2], 0],
    [[0.1, 0.3], 0.1],
  ])("of %j is %d", (values, expected) => {
    expect(instability(values)).toBeCloseTo(expected, 12);
  });

  test("is at least half the difference of the ends", () => {
    fc.assert(
      fc.property(errors, (values) => {
        const half = Math.abs(values[0]! - values.at(-1)!) / 2;
        expect(instability(values)).toBeGreaterThanOrEqual(half - 1e-12);
      }),
    );
  });

  test("is that of the path walked back, and at least that of fewer points between the same ends", () => {
    fc.assert(
      fc.property(errors, (values) => {
        expect(instability(values.toReversed())).toBe(instability(values));
        const ends = [values[0]!, values.at(-1)!];
        expect(instability(values)).toBeGreaterThanOrEqual(instability(ends));
      }),
    );
  });

  test("does not change with what is added everywhere, and grows with what is multiplied", () => {
    fc.assert(
      fc.property(errors, fc.nat(9), (values, factor) => {
        expect(instability(values.map((value) => value + factor))).toBeCloseTo(instability(values), 9);
        expect(instability(values.map((value) => value * factor))).toBeCloseTo(instability(values) * factor, 9);
      }),
    );
  });

  test("shows a loss that is not finite", () => {
    expect(instability([0.1, Number.NaN, 0.2])).toBeNaN();
    expect(instability([0.1, Number.POSITIVE_INFINITY, 0.2])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a path's", () => {
  const scores = (alphas: readonly number[]): PathScores => ({
    alphas,
    testError: [0, 1, 0],
    testLoss: [0, 2, 0],
    trainError: [0, 3, 0],
    trainLoss: [0, 4, 0],
  });

  test("LII is that of each score", () => {
    const expected = { testError: 1, testLoss: 2, trainError: 3, trainLoss: 4 };
    expect(instabilityOf(scores([0, 0.5, 1]))).toEqual(expected);
    expect(instabilityOf(scores([1, 0.5, 0]))).toEqual(expected);
  });

  test("ends must be there", () => {
    expect(() => instabilityOf(scores([0, 0.5, 0.9]))).toThrow(
      'instability: needs a path whose alphas run from 0 to 1, got "0 to 0.9"',
    );
  });

  test.each([1, 0.2])("LII of a network of density %d with itself is 0", async (density) => {
    const network = await trained(residual, 1, density);
    const images = allIndices(50);
    const task = { ...residual, alphas: evenAlphas(7), train: images, statistics: images };
    const { interpolated, recomputed } = await scorePath(engine, task, { a: network, b: network });
    const none = { testError: 0, testLoss: 0, trainError: 0, trainLoss: 0 };
    expect([instabilityOf(interpolated), instabilityOf(recomputed!)]).toEqual([none, none]);
  });
});
