/**
 * What the released code of Pensia et al. 2020 measures: sums of candidates that stand for weights directly. There is
 * neither a ReLU nor a product, and so no random network: an arm of its own, called `linear-relaxation` everywhere.
 *
 * Every output row has n = 3 log2(1 / epsilon) candidates, uniform between the least and the greatest weight of the whole
 * target, which all weights of the row share.
 */
import type { CompiledNetwork, CompileOptions } from "./compile.ts";
import { errorOf, type Part, type PartJob } from "./parts.ts";
import { lineOf } from "./random.ts";
import { entryList, layerOf } from "./sparse.ts";
import { createSubsetSolver } from "./subset-sum.ts";
import type { TargetLayer } from "./target.ts";

/** Candidates of every row, as the released code rounds them. */
export function relaxationCandidates(epsilon: number): number {
  let bits = 0;
  for (let left = 1; left > epsilon * Math.SQRT2; left /= 2) bits++;
  return 3 * bits;
}

/** The sums of some rows of one target layer, nearest to its weights, and the edges that would make them. */
export function sumRows({ target, options: { draw, units }, layer, from, to }: PartJob): Part {
  const ends = (pick: (a: number, b: number) => number) =>
    target.reduce((end, { weights }) => weights.reduce(pick, end), 0);
  const [low, high] = [ends((a, b) => Math.min(a, b)), ends((a, b) => Math.max(a, b))];
  const { inputs, weights } = target[layer]!;
  const solver = createSubsetSolver();
  const words = new Uint32Array(units);
  const [sums, errors] = [entryList(), new Float64Array((to - from) * inputs)];
  let kept = 0;
  for (let output = from; output < to; output++) {
    lineOf(draw, layer, output).fill(words, 0);
    solver.load(
      Float64Array.from(words, (word) => Math.fround(low + (high - low) * ((word >>> 8) * 2 ** -24))),
      units,
    );
    for (let input = 0; input < inputs; input++) {
      const weight = weights[output * inputs + input]!;
      const { sum, count } = solver.nearest(weight);
      if (Math.fround(sum) !== 0) sums.add(output, input, sum);
      kept += count;
      errors[(output - from) * inputs + input] = sum - weight;
    }
  }
  return { entries: [sums.entries()], errors, kept };
}

/** The target with every weight replaced by its sum. */
export function assembleSums(
  target: readonly TargetLayer[],
  { epsilon, units }: Pick<CompileOptions, "epsilon" | "units">,
  parts: readonly (readonly Part[])[],
): CompiledNetwork {
  return {
    layers: target.map((layer, index) =>
      layerOf(
        parts[index]!.map(({ entries }) => entries[0]!),
        { outputs: layer.outputs, inputs: layer.inputs },
      ),
    ),
    errors: parts.map((own) => errorOf(own, epsilon)),
    randomParameters: units * target.reduce((sum, { outputs }) => sum + outputs, 0),
    // Every weight chooses among those of its row.
    candidates: units * target.reduce((sum, { weights }) => sum + weights.length, 0),
    kept: parts.flat().reduce((sum, part) => sum + part.kept!, 0),
  };
}
