/** Attention by merged products, and the error of its construction against the hidden width. */
import { expect, test } from "vitest";
import { attend, attentionErrors, buildProduct } from "./attention.ts";

const identity = (size: number) => Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));

test("equal tokens attend to each other alike, and give their value", () => {
  const x = Float64Array.from([0.6, 0.8, 0.6, 0.8]);
  const out = attend(x, [{ scores: identity(2), values: identity(2) }], 2);
  [...out].forEach((value, i) => {
    expect(value).toBeCloseTo(x[i]!, 12);
  });
});

test("a token attends by the softmax of its scores", () => {
  const x = Float64Array.from([1, 0, 0, 1]);
  const [first] = attend(x, [{ scores: identity(2), values: identity(2) }], 2);
  expect(first).toBeCloseTo(Math.E / (Math.E + 1), 12);
});

test("entries of a product are subset sums of their block, on one random network", () => {
  const options = { size: 3, units: 16, layer: 0, draw: { seed: 1, replicate: 0 } };
  const target = Float64Array.from({ length: 9 }, (_, i) => (i - 4) / 10);
  const built = buildProduct(target, options);
  expect(built.every((value, i) => Math.abs(value - target[i]!) < 0.05)).toBe(true);
  expect(buildProduct(target, options)).toEqual(built);
  expect(buildProduct(target, { ...options, draw: { seed: 1, replicate: 1 } })).not.toEqual(built);
});

test("the error falls exponentially with the width", () => {
  const at = (units: number) => attentionErrors({ size: 4, heads: 2, tokens: 4, units, draws: 15, seed: 1 });
  const [few, more] = [at(10), at(18)];
  for (const name of ["productError", "outputError"] as const) {
    // The largest of many errors falls faster than the median while single entries are out of reach of few candidates.
    expect(Math.log2(few[name] / more[name]) / 8).toBeGreaterThan(0.7);
  }
});
