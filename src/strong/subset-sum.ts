/**
 * The subset of some numbers whose sum is nearest to a target, exactly: meet in the middle (Horowitz and Sahni 1974,
 * "Computing partitions with applications to the knapsack problem").
 *
 * The sums of each half are made in rising order by merging, without sorting, and two pointers walk them from opposite
 * ends. n numbers take about 6 * 2^(n/2) steps and no allocation: of 21 numbers each, 397,000 targets take half a minute of
 * one core.
 */
import { fail } from "../base/errors.ts";

/** Numbers beyond this would take gigabytes. */
export const MOST = 44;

/** A subset as the indices of its members, of which `count` are valid until the next call, and its sum. */
export interface Subset {
  readonly members: Int32Array;
  count: number;
  sum: number;
}

/** All sums of a half in rising order, and the subset that makes each as bits. */
interface Sums {
  readonly values: Float64Array;
  readonly bits: Int32Array;
  length: number;
}

/** A solver that keeps its memory between calls. */
export interface SubsetSolver {
  /** Sets the numbers from which subsets are taken: the first `count` of `numbers`. Throws `usage` beyond 44. */
  load(numbers: Float64Array, count: number): void;
  /** The subset of the loaded numbers nearest to `target`; the empty one has the sum 0. */
  nearest(target: number): Subset;
}

/** A solver whose two halves grow as they are needed. */
export function createSubsetSolver(): SubsetSolver {
  const subset: Subset = { members: new Int32Array(MOST), count: 0, sum: 0 };
  const halves = [createHalf(), createHalf()] as const;
  let first = 0;
  let total = 0;
  return {
    load(numbers, count) {
      if (count > MOST) {
        fail("usage", "subset", {
          rule: `must be of at most ${MOST} numbers`,
          got: count,
          remedy: "Ask for fewer units",
        });
      }
      [first, total] = [count >> 1, count];
      halves[0].load(numbers, 0, first);
      halves[1].load(numbers, first, count);
    },
    nearest(target) {
      const [low, high] = meet(halves[0].sums, halves[1].sums, target);
      const [a, b] = [halves[0].sums, halves[1].sums];
      subset.sum = a.values[low]! + b.values[high]!;
      subset.count = 0;
      collect(subset, a.bits[low]!, { from: 0, to: first });
      collect(subset, b.bits[high]!, { from: first, to: total });
      return subset;
    },
  };
}

/** Numbers that are tried first, and at most. */
const STAGES = [20, 36] as const;

/**
 * The nearest subset of the first 20 numbers, and where that is not within `epsilon`, of the first 36. So every weight is
 * spared the time of the few that need more numbers, and edges that bring nothing.
 */
export function nearestOf(
  solver: SubsetSolver,
  { numbers, count, epsilon }: { readonly numbers: Float64Array; readonly count: number; readonly epsilon: number },
  target: number,
): Subset {
  const [few, many] = STAGES;
  solver.load(numbers, Math.min(count, few));
  const subset = solver.nearest(target);
  if (count <= few || Math.abs(subset.sum - target) <= epsilon) return subset;
  solver.load(numbers, Math.min(count, many));
  return solver.nearest(target);
}

/** The pair of indices whose sums add up nearest to `target`. */
function meet(a: Sums, b: Sums, target: number): readonly [number, number] {
  let [i, j] = [0, b.length - 1];
  let [bestI, bestJ, best] = [0, 0, Infinity];
  while (i < a.length && j >= 0) {
    const error = a.values[i]! + b.values[j]! - target;
    const distance = Math.abs(error);
    if (distance < best) [bestI, bestJ, best] = [i, j, distance];
    if (error > 0) j--;
    else i++;
  }
  return [bestI, bestJ];
}

function collect(subset: Subset, bits: number, { from, to }: { from: number; to: number }): void {
  for (let index = from; index < to; index++) {
    if ((bits >>> (index - from)) & 1) subset.members[subset.count++] = index;
  }
}

/** One half: its sums lie in one of two buffers, each number merged from one into the other. */
function createHalf() {
  let [one, other] = [createSums(2 ** 11), createSums(2 ** 11)];
  return {
    get sums() {
      return one;
    },
    load(numbers: Float64Array, from: number, to: number) {
      const size = 2 ** (to - from);
      if (one.values.length < size) [one, other] = [createSums(size), createSums(size)];
      one.values[0] = 0;
      one.bits[0] = 0;
      one.length = 1;
      for (let index = from; index < to; index++) {
        merge(one, other, { number: numbers[index]!, bit: 1 << (index - from) });
        [one, other] = [other, one];
      }
    },
  };
}

function createSums(size: number): Sums {
  return { values: new Float64Array(size), bits: new Int32Array(size), length: 0 };
}

/** Writes to `to` the sums of `from` with and without `number`, in rising order. */
function merge(from: Sums, to: Sums, { number, bit }: { number: number; bit: number }): void {
  const { values, bits, length } = from;
  const [toValues, toBits] = [to.values, to.bits];
  let [i, j, at] = [0, 0, 0];
  while (i < length && j < length) {
    const [without, added] = [values[i]!, values[j]! + number];
    if (without <= added) {
      toValues[at] = without;
      toBits[at++] = bits[i++]!;
    } else {
      toValues[at] = added;
      toBits[at++] = bits[j++]! | bit;
    }
  }
  for (; i < length; i++, at++) {
    toValues[at] = values[i]!;
    toBits[at] = bits[i]!;
  }
  for (; j < length; j++, at++) {
    toValues[at] = values[j]! + number;
    toBits[at] = bits[j]! | bit;
  }
  to.length = at;
}
