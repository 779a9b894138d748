/**
 * Pensia et al. 2020, "Optimal lottery tickets via SubsetSum": weights uniform in [-1, 1), of the second layer in
 * [-bound, bound), and for every target weight the subset of products u v whose sum is nearest to it. Some C log(1 / epsilon)
 * products are enough (Lueker 1998).
 */
import type { Choice, Gadget, Precision, Units } from "./gadget.ts";
import { uniform } from "./random.ts";
import { createSubsetSolver, nearestOf } from "./subset-sum.ts";

/**
 * Units per input for each bit of weights / min(epsilon, delta). The theorem leaves its constant open; this one was chosen
 * so that failures stay below delta at the sizes of the trials, of inputs of both signs too. Half of the units serve inputs
 * of one sign.
 */
const UNITS_PER_BIT = 5;

/** Units of every input for a target of so many weights, all of which must be met. */
export function pensiaUnits({ epsilon, delta, weights }: Pick<Precision, "epsilon" | "delta" | "weights">): number {
  let bits = 0;
  for (let reached = 1; reached < weights / Math.min(epsilon, delta); reached *= 2) bits++;
  return UNITS_PER_BIT * bits;
}

/** The gadget; where no subset is within epsilon, the nearest is kept. */
export function pensiaGadget({ epsilon, bound }: { epsilon: number; bound: number }): Gadget {
  const solver = createSubsetSolver();
  let [units, words, products] = [undefined as Units | undefined, new Uint32Array(0), new Float64Array(0)];
  return {
    inWeight: uniform,
    outWeight: (word) => bound * uniform(word),
    open(opened) {
      units = opened;
      if (words.length !== opened.block)
        [words, products] = [new Uint32Array(opened.block), new Float64Array(opened.block)];
    },
    choose(weight, { line, offset }): Choice {
      line.fill(words, offset);
      const { count, index, inWeights } = units!;
      for (let m = 0; m < count; m++) products[m] = inWeights[m]! * bound * uniform(words[index[m]!]!);
      return nearestOf(solver, { numbers: products, count, epsilon }, weight);
    },
  };
}
