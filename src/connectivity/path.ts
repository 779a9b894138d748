/** The path between two networks: weights alpha A + (1 - alpha) B, scored at every alpha (Frankle et al. 2020). */
import { checkInteger } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import type { NetworkEnds } from "./activation-matching.ts";
import { type ByScore, byScore, openScorer, type ScorerOptions } from "./scorer.ts";

/** Errors and mean losses at every alpha; NaN where the network there scores no finite loss. */
export interface PathScores extends ByScore<readonly number[]> {
  readonly alphas: readonly number[];
}

/**
 * Both treatments of batch norm: running statistics interpolated as other values (the papers' way), and recomputed at
 * each alpha, the ends included; null where the model has none or it was not asked for.
 */
export interface Path {
  readonly interpolated: PathScores;
  readonly recomputed: PathScores | null;
}

/** What a path is scored on, and where: alpha 1 is A, alpha 0 is B. */
export interface PathOptions extends ScorerOptions {
  /** From 0 (the network b) to 1 (the network a), in the order that scores are told in. */
  readonly alphas: readonly number[];
}

/**
 * Scores the path between two networks with one program, sparse where both are. Throws `data` or `usage` where data set,
 * model or a network break a rule or do not belong together.
 */
export async function scorePath(engine: Engine, options: PathOptions, { a, b }: NetworkEnds): Promise<Path> {
  const scorer = await openScorer(engine, options, { networks: { a, b }, mask: unionMask([a, b]) });
  const interpolated: ByScore<number>[] = [];
  const recomputed: ByScore<number>[] = [];
  try {
    for (const alpha of options.alphas) {
      scorer.load(combine([a.weights, b.weights], [alpha, 1 - alpha]));
      interpolated.push(await scorer.score());
      if (!scorer.recompute) continue;
      await scorer.recompute();
      recomputed.push(await scorer.score());
    }
  } finally {
    scorer.close();
  }
  const columns = (scores: ByScore<number>[]) => byScore((name) => scores.map((score) => score[name]));
  const scoresOf = (scores: ByScore<number>[]): PathScores => ({ alphas: options.alphas, ...columns(scores) });
  return { interpolated: scoresOf(interpolated), recomputed: scorer.recompute ? scoresOf(recomputed) : null };
}

/** The alphas of a path at which its networks score no finite loss. */
export function gapsOf({ alphas, testLoss, trainLoss }: PathScores): number[] {
  return alphas.filter((_, i) => !(Number.isFinite(testLoss[i]) && Number.isFinite(trainLoss[i])));
}

/** `points` alphas from 0 to 1, evenly spaced and exact at both ends; throws `usage` for fewer than two. */
export function evenAlphas(points: number): number[] {
  checkInteger("points", points, { min: 2 });
  return Array.from({ length: points }, (_, index) => index / (points - 1));
}

/** The network alpha A + (1 - alpha) B; its mask keeps what either keeps, and is null where either is dense. */
export function blend(a: Network, b: Network, alpha: number): Network {
  return { weights: combine([a.weights, b.weights], [alpha, 1 - alpha]), mask: unionMask([a, b]) };
}

/**
 * The sum of weights times their coefficients, in float64 and rounded once; weights whose coefficient is 1 come out with
 * their own bits where the others' are 0. Throws `data` for weights of different models.
 */
export function combine(all: readonly Weights[], coefficients: readonly number[]): Weights {
  const terms = all.map((weights, index) => ({ weights, coefficient: coefficients[index]! }));
  const sum = ([name, { length }]: [string, Float32Array]): [string, Float32Array] => {
    // From -0, the one start that leaves a -0 as it is.
    const total = new Float64Array(length).fill(-0);
    for (const { weights, coefficient } of terms) {
      const values = valuesOf(weights, name, length);
      if (coefficient !== 0) for (let i = 0; i < length; i++) total[i]! += coefficient * values[i]!;
    }
    return [name, new Float32Array(total)];
  };
  return new Map([...all[0]!].map(sum));
}

function valuesOf(weights: Weights, name: string, length: number): Float32Array {
  const values = weights.get(name);
  if (values?.length === length) return values;
  return fail("data", name, { rule: `networks must be of one model, with ${length} values each`, got: values?.length });
}

/** What any of the networks keeps; null where one of them is dense. */
export function unionMask(networks: readonly Network[]): Mask | null {
  const masks = networks.flatMap(({ mask }) => mask ?? []);
  return masks.length < networks.length ? null : masks.reduce(union);
}

/** A parameter that either mask leaves out is whole. */
function union(left: Mask, right: Mask): Mask {
  const both = [...left].filter(([name]) => right.has(name));
  return new Map(both.map(([name, bits]) => [name, bits.map((bit, i) => bit | right.get(name)![i]!)]));
}
