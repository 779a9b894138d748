/** Assignments against every permutation there is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { assign } from "./assignment.ts";

function permutationsOf(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first) =>
    permutationsOf(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}

const totalOf = (gain: Float64Array, p: ArrayLike<number>, size: number) =>
  Array.from(p).reduce((sum, column, row) => sum + gain[row * size + column]!, 0);

/** Few distinct values make ties. */
const entry = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -1, max: 1, noNaN: true }));
const problem = fc
  .integer({ min: 1, max: 6 })
  .chain((size) => fc.tuple(fc.constant(size), fc.array(entry, { minLength: size ** 2, maxLength: size ** 2 })));

test("no permutation has a greater sum", () => {
  fc.assert(
    fc.property(problem, ([size, values]) => {
      const gain = Float64Array.from(values);
      const found = assign(gain, size);
      const all = permutationsOf([...found.keys()]);
      expect([...found].toSorted((a, b) => a - b)).toEqual([...found.keys()]);
      expect(totalOf(gain, found, size)).toBeCloseTo(Math.max(...all.map((p) => totalOf(gain, p, size))), 9);
    }),
  );
});

test("a hidden permutation of many is found", () => {
  const size = 200;
  const hidden = Int32Array.from({ length: size }, (_, i) => (i * 7 + 3) % size);
  const gain = Float32Array.from(
    { length: size ** 2 },
    (_, i) => Math.sin(i) + (hidden[Math.floor(i / size)] === i % size ? 2.5 : 0),
  );
  expect(assign(gain, size)).toEqual(hidden);
});

test("values that are not finite are refused", () => {
  expect(() => assign(Float64Array.of(1, Number.NaN, 0, 1), 2)).toThrow(
    "align: products of the networks' values must be finite, got NaN",
  );
});
