/**
 * What the released code of Pensia et al. 2020 measures: sums of candidates that stand for weights directly. There is
 * neither a ReLU nor a product, and so no random network: an arm of its own, called `linear-relaxation` everywhere.
 *
 * Every output row has n = 3 log2(1 / epsilon) candidates, uniform between the least and the greatest weight of the whole
 * target, which all weights of the row share.
 */
import { type Draw, lineOf } from "./random.ts";
import { sparseOf } from "./sparse.ts";
import { createSubsetSolver } from "./subset-sum.ts";
import { type Compiled, errorTally, type TargetLayer } from "./target.ts";

/** Candidates of every row, as the released code rounds them. */
export function relaxationCandidates(epsilon: number): number {
  let bits = 0;
  for (let left = 1; left > epsilon * Math.SQRT2; left /= 2) bits++;
  return 3 * bits;
}

/** The target with every weight replaced by the subset sum that is nearest to it, and the edges that would make them. */
export function relax(
  target: readonly TargetLayer[],
  { draw, epsilon, units }: { readonly draw: Draw; readonly epsilon: number; readonly units: number },
): Compiled & { readonly kept: number } {
  const all = target.map(({ weights }) => weights);
  const ends = (pick: (a: number, b: number) => number) => all.reduce((end, each) => each.reduce(pick, end), 0);
  const [low, high] = [ends((a, b) => Math.min(a, b)), ends((a, b) => Math.max(a, b))];
  const solver = createSubsetSolver();
  const words = new Uint32Array(units);
  let kept = 0;
  const built = target.map(({ outputs, inputs, weights }, layer) => {
    const [sums, tally] = [new Float32Array(weights.length), errorTally(epsilon)];
    for (let output = 0; output < outputs; output++) {
      lineOf(draw, layer, output).fill(words, 0);
      solver.load(
        Float64Array.from(words, (word) => Math.fround(low + (high - low) * ((word >>> 8) * 2 ** -24))),
        units,
      );
      for (let i = output * inputs; i < (output + 1) * inputs; i++) {
        const { sum, count } = solver.nearest(weights[i]!);
        sums[i] = sum;
        kept += count;
        tally.add(sum - weights[i]!);
      }
    }
    return { layer: sparseOf(sums, { outputs, inputs }), error: tally.done() };
  });
  // Every weight chooses among those of its row.
  const candidates = units * all.reduce((sum, { length }) => sum + length, 0);
  return {
    layers: built.map(({ layer }) => layer),
    errors: built.map(({ error }) => error),
    randomParameters: units * target.reduce((sum, { outputs }) => sum + outputs, 0),
    candidates,
    kept,
  };
}
