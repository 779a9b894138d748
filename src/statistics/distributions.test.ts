/** The library's quantiles and distributions against scipy's, and the stream against its second writing in Python. */

import { expect, test } from "vitest";
import { betaQuantile, normalCdf, normalQuantile, tCdf, tQuantile } from "./distributions.ts";
import { expected } from "./fixtures/expected.ts";
import { draws } from "./sample.ts";

/** Whether `got` agrees to 11 digits; distributions far out are small, so the error is relative. */
function near(got: number, wanted: number): void {
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-11 * Math.abs(wanted));
}

test.each(expected.tQuantile)("the %d quantile of t with %d degrees", (p, degrees, wanted) => {
  near(tQuantile(p, degrees), wanted);
  near(tQuantile(1 - p, degrees), -wanted);
});

test.each(expected.tCdf)("t at %d with %d degrees", (x, degrees, wanted) => {
  near(tCdf(x, degrees), wanted);
});

test.each(expected.betaQuantile)("the %d quantile of beta of %d and %d", (p, a, b, wanted) => {
  near(betaQuantile(p, a, b), wanted);
});

test.each(expected.normalQuantile)("the %d quantile of the normal law", (p, wanted) => {
  near(normalQuantile(p), wanted);
});

test.each(expected.normalCdf)("the normal law at %d", (x, wanted) => {
  near(normalCdf(x), wanted);
});

test("the stream has the words that the Python program drew", () => {
  const random = draws({ seed: 1, replicate: 2, step: 3, item: 4 });
  expect(expected.golden.map(() => random.u32())).toEqual(expected.golden);
});
