import fc from "fast-check";
import { expect, test } from "vitest";
import { clearLowest } from "./select.ts";

const anyScore = fc.oneof(
  fc.float({ noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity, 1.401298464324817e-45),
);
const anyLayer = fc.array(fc.tuple(anyScore, fc.nat(1)), { maxLength: 40 });

test("the lowest of any floats go, ties in order of layer and index", () => {
  fc.assert(
    fc.property(fc.array(anyLayer, { maxLength: 4 }), fc.nat(), (layers, many) => {
      const pool = layers.map((entries) => ({
        scores: Float32Array.from(entries, ([score]) => score),
        bits: Uint8Array.from(entries, ([, bit]) => bit),
      }));
      const places = pool.flatMap(({ scores, bits }, layer) =>
        [...bits].flatMap((bit, index) => (bit ? [{ score: scores[index]!, place: `${layer} ${index}` }] : [])),
      );
      const count = many % (places.length + 1);
      // Sorting is stable, and minus zero equals zero there too.
      const sorted = places.toSorted((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0));
      clearLowest(pool, count);
      const left = pool.flatMap(({ bits }, layer) =>
        [...bits].flatMap((bit, index) => (bit ? [`${layer} ${index}`] : [])),
      );
      expect(left.sort()).toEqual(
        sorted
          .slice(count)
          .map(({ place }) => place)
          .sort(),
      );
    }),
  );
});

test("millions of scores are no list of objects", () => {
  const scores = Float32Array.from({ length: 2_000_000 }, (_, i) => (i * 7919) % 2_000_003);
  const bits = new Uint8Array(scores.length).fill(1);
  clearLowest([{ scores, bits }], 1_500_000);
  const kept = scores.filter((_, i) => bits[i] === 1);
  expect(kept.length).toBe(500_000);
  const [lowest] = scores.toSorted().subarray(1_500_000);
  expect(kept.every((score) => score >= lowest!)).toBe(true);
});
