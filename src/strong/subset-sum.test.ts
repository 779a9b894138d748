/** The solver against all subsets, one by one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSubsetSolver, nearestOf } from "./subset-sum.ts";

const number = fc.double({ min: -1, max: 1, noNaN: true });

function bruteForce(numbers: readonly number[], target: number): number {
  let best = Infinity;
  for (let bits = 0; bits < 2 ** numbers.length; bits++) {
    let sum = 0;
    for (let i = 0; i < numbers.length; i++) if ((bits >>> i) & 1) sum += numbers[i]!;
    best = Math.min(best, Math.abs(sum - target));
  }
  return best;
}

test("finds the subset nearest to the target, and one solver serves sets of all sizes one after the other", () => {
  const solver = createSubsetSolver();
  fc.assert(
    fc.property(fc.array(number, { maxLength: 12 }), fc.double({ min: -3, max: 3, noNaN: true }), (numbers, target) => {
      solver.load(Float64Array.from(numbers), numbers.length);
      const { members, count, sum } = solver.nearest(target);
      const own = [...members.slice(0, count)];
      expect(new Set(own).size).toBe(count);
      expect(own.every((index) => index < numbers.length)).toBe(true);
      expect(own.reduce((total, index) => total + numbers[index]!, 0)).toBeCloseTo(sum, 12);
      expect(Math.abs(sum - target)).toBeLessThanOrEqual(bruteForce(numbers, target) + 1e-12);
    }),
    { numRuns: 500 },
  );
});

test("takes more than the first 20 numbers only where these do not bring it within epsilon", () => {
  const solver = createSubsetSolver();
  const sized = fc.array(number, { minLength: 21, maxLength: 26 });
  fc.assert(
    fc.property(sized, fc.double({ min: -8, max: 8, noNaN: true }), (list, target) => {
      const [numbers, epsilon] = [Float64Array.from(list), 1e-4];
      const { members, count, sum } = nearestOf(solver, { numbers, count: list.length, epsilon }, target);
      const [own, found] = [[...members.slice(0, count)], sum];
      const best = (most: number) => {
        solver.load(numbers, most);
        return Math.abs(solver.nearest(target).sum - target);
      };
      const few = best(20) <= epsilon;
      expect(Math.abs(found - target)).toBe(best(few ? 20 : list.length));
      if (few) expect(own.every((index) => index < 20)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("of no numbers the empty subset is nearest", () => {
  const solver = createSubsetSolver();
  solver.load(new Float64Array(0), 0);
  expect(solver.nearest(0.3)).toMatchObject({ count: 0, sum: 0 });
});

test("halves of 2^22 sums are the largest", () => {
  expect(() => createSubsetSolver().load(new Float64Array(45), 45)).toThrow(
    "subset: must be of at most 44 numbers, got 45. Ask for fewer units",
  );
});
