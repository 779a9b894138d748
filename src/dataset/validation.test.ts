/** Proves how many rows are held back, by default, by count and by fraction, and what is refused. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validationCount } from "./validation.ts";

describe("validationCount", () => {
  test.each([
    [Number.NaN, 10],
    [-1, 10],
    [-0.1, 10],
    [1.5, 10],
    [10, 10],
    [0.99, 10],
    [Number.POSITIVE_INFINITY, 10],
  ])("refuses %s of %s rows", (asked, rows) => {
    const attempt = () => validationCount(asked, rows);
    expect(attempt).toThrow(`leave a row to train on, got ${asked}. There are ${rows} training rows`);
    expect(attempt).toThrow(expect.objectContaining({ code: "usage" }));
  });

  test.each([
    [60_000, 5000],
    [10_000, 5000],
    [9_999, 1000],
    [4_000, 400],
    [15, 2],
    [4, 0],
    [1, 0],
  ])("holds back of %s rows %s by default", (rows, held) => {
    expect(validationCount(undefined, rows)).toBe(held);
  });

  test("takes a count as it is and a fraction of the rows, rounded", () => {
    expect(validationCount(0, 10)).toBe(0);
    expect(validationCount(9, 10)).toBe(9);
    expect(validationCount(0.25, 10)).toBe(3);
    expect(validationCount(0.01, 10)).toBe(0);
  });

  test("always leaves a row to train on", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (rows) => {
        expect(validationCount(undefined, rows)).toBeLessThan(rows);
      }),
    );
  });
});
