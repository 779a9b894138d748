/** Scores of weights as trainings of masks begin with them. */
import { randomStream } from "../base/random.ts";
import type { OrderKey } from "../dataset/batches.ts";
import { sizeOf } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Parameter, Weights } from "../model/network.ts";

/** What the names of scores end with, and how large they are at most. */
interface Scores {
  readonly suffix: string;
  readonly bound: (weight: Parameter) => number;
}

/**
 * Uniform scores of all prunable weights: item P + i of the `init` stream for parameter number i of a model of P parameters,
 * so that they go with the draw of the training and share no number with any network.
 */
export function uniformScores(
  { parameters }: Model,
  { seed, replicate, draw }: OrderKey,
  { suffix, bound }: Scores,
): Weights {
  const scores = (parameter: Parameter, i: number): [string, Float32Array] => {
    const key = { seed, stream: "init", replicate, step: draw, item: parameters.length + i } as const;
    const random = randomStream(key);
    const most = bound(parameter);
    const values = Float32Array.from({ length: sizeOf(parameter.shape) }, () => most * (2 * random.uniform() - 1));
    return [parameter.name + suffix, values];
  };
  return new Map(parameters.flatMap((each, i) => (each.prunable ? [scores(each, i)] : [])));
}
