import fc from "fast-check";
import { expect, test } from "vitest";
import { spread } from "./labels.ts";

const positions = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 });

test("labels that do not touch stay where they are", () => {
  expect(spread([90, 10, 50], 10, [0, 100])).toEqual([90, 10, 50]);
});

test("two that touch part evenly, and ends of the range push back", () => {
  expect(spread([50, 52], 10, [0, 100])).toEqual([46, 56]);
  expect(spread([99, 100], 10, [0, 100])).toEqual([90, 100]);
});

test("too many labels share the range evenly", () => {
  expect(spread([0, 0, 0], 10, [0, 10])).toEqual([0, 5, 10]);
});

test("neighbours are a gap apart, inside the range, in the old order, and asking twice changes nothing", () => {
  fc.assert(
    fc.property(positions, (old) => {
      const moved = spread(old, 8, [0, 100]);
      const sorted = [...moved].sort((a, b) => a - b);
      for (const [i, value] of sorted.entries()) {
        expect(value).toBeGreaterThanOrEqual(-1e-9);
        expect(value).toBeLessThanOrEqual(100 + 1e-9);
        if (i > 0) expect(value - sorted[i - 1]!).toBeGreaterThanOrEqual(8 - 1e-9);
      }
      const wrong = old.some((a, i) => old.some((b, j) => a < b && moved[i]! > moved[j]!));
      expect(wrong).toBe(false);
      for (const [i, value] of spread(moved, 8, [0, 100]).entries()) expect(value).toBeCloseTo(moved[i]!, 6);
    }),
  );
});
