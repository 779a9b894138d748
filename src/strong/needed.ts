/**
 * How many random units it takes, measured: for single weights, how many are drawn until one is met within epsilon; and how
 * near the nearest subset of n candidates comes.
 */
import { randomStream } from "../base/random.ts";
import type { Construction } from "./compile.ts";
import { median } from "./numbers.ts";
import { bucketOf, bucketsOf } from "./orseau.ts";
import { type Line, lineOf, uniform } from "./random.ts";
import { createSubsetSolver, type SubsetSolver } from "./subset-sum.ts";

/** Which weights: uniform in [-1/2, 1/2), one for every draw. */
export interface NeededOptions {
  readonly construction: Construction;
  readonly epsilon: number;
  readonly draws: number;
  readonly seed: number;
}

/** The target weight of a draw. */
function weightOf(seed: number, draw: number): number {
  return randomStream({ seed, stream: "noise", replicate: draw, step: 2, item: 0 }).uniform() - 0.5;
}

/**
 * Units of one input that are drawn until a weight is met, in rising order, for inputs that are not negative. Of Burkholz,
 * copies of the neuron that is read, as in all layers but the first.
 */
export function neededUnits({ construction, epsilon, draws, seed }: NeededOptions): number[] {
  const solver = createSubsetSolver();
  const needed = Array.from({ length: draws }, (_, draw) => {
    const [first, second] = [0, 1].map((layer) => lineOf({ seed, replicate: draw }, layer, 0)) as [Line, Line];
    const weight = weightOf(seed, draw);
    if (construction === "malach") return untilBox(weight, { first, second, box: epsilon / 2 });
    if (construction === "orseau") return untilBuckets(weight, { first, second, epsilon });
    return untilSubset(weight, { first, second, epsilon, solver, products: construction === "pensia" });
  });
  return needed.sort((a, b) => a - b);
}

interface Lines {
  readonly first: Line;
  readonly second: Line;
}

/** Until both weights of a unit are in their boxes. */
function untilBox(weight: number, { first, second, box }: Lines & { box: number }): number {
  const [magnitude, sign] = [Math.abs(weight), weight < 0 ? -1 : 1];
  const [u, v] = [new Uint32Array(256), new Uint32Array(256)];
  for (let from = 0; ; from += u.length) {
    first.fill(u, from);
    second.fill(v, from);
    for (let j = 0; j < u.length; j++) {
      const inWeight = uniform(u[j]!);
      if (inWeight <= 0 || Math.abs(inWeight - magnitude) > box) continue;
      if (Math.abs(uniform(v[j]!) - sign) <= box) return from + j + 1;
    }
  }
}

/** Until every bucket has a unit of the right signs. */
function untilBuckets(weight: number, { first, second, epsilon }: Lines & { epsilon: number }): number {
  const buckets = bucketsOf({ epsilon, bound: 1 });
  const covered = new Set<number>();
  for (let j = 0; ; j++) {
    const word = second.word(j);
    if ((first.word(j) & 1) === 0 && ((word & 1) === 1) === weight < 0) {
      covered.add(bucketOf(word, buckets));
    }
    if (covered.size === buckets) return j + 1;
  }
}

/** Until a subset of all candidates so far is near enough. */
function untilSubset(
  weight: number,
  { first, second, epsilon, solver, products }: Lines & { epsilon: number; solver: SubsetSolver; products: boolean },
): number {
  const candidates = new Float64Array(44);
  let count = 0;
  for (let j = 0; ; j++) {
    const u = products ? uniform(first.word(j)) : 1;
    if (u <= 0) continue;
    candidates[count++] = u * uniform(second.word(j));
    solver.load(candidates, count);
    if (Math.abs(solver.nearest(weight).sum - weight) <= epsilon) return j + 1;
  }
}

/** Candidates that are uniform in [-1, 1), or products of two such numbers. */
export type Law = "uniform" | "products";

/** The median distance of targets uniform in [-1, 1) from the nearest subset sum of `count` candidates, each drawn anew. */
export function medianError(
  law: Law,
  { count, draws, seed }: { readonly count: number; readonly draws: number; readonly seed: number },
): number {
  const solver = createSubsetSolver();
  const numbers = new Float64Array(count);
  const errors = Array.from({ length: draws }, (_, draw) => {
    const target = 2 * weightOf(seed, draw);
    const [first, second] = [0, 1].map((layer) => lineOf({ seed, replicate: draw }, layer, 0)) as [Line, Line];
    for (let j = 0; j < count; j++)
      numbers[j] = uniform(second.word(j)) * (law === "products" ? uniform(first.word(j)) : 1);
    solver.load(numbers, count);
    return Math.abs(solver.nearest(target).sum - target);
  });
  return median(errors);
}
