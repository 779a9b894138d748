/** Pruning by score: exact counts, ties broken by index, layer by layer or over all layers at once. */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { sizeOf } from "../graph/types.ts";
import type { Mask, Parameter, Weights } from "../model/network.ts";
import { type Cut, checkCut, poolsOf, prunable } from "./cut.ts";
import { afterRound } from "./rounds.ts";
import { clearLowest, clearLowestAtRandom } from "./select.ts";

export { type Cut, checkCut, poolsOf } from "./cut.ts";

/** Scores by parameter name, laid out as the weights; the lowest are removed. Your own pruning method is one of these. */
export type Scores = ReadonlyMap<string, Float32Array>;

/** A mask that keeps every prunable weight. */
export function fullMask(parameters: readonly Parameter[]): Mask {
  return new Map(prunable(parameters).map(({ name, shape }) => [name, new Uint8Array(sizeOf(shape)).fill(1)]));
}

/** Scores of magnitude pruning: |w|. */
export function magnitude(weights: Weights): Scores {
  return new Map([...weights].map(([name, values]) => [name, absolute(values)]));
}

/** As a loop, like {@link countKept}. */
function absolute(values: Float32Array): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = Math.abs(values[i]!);
  return result;
}

/** What is pruned by, how much, and how ties are broken. */
export interface PruneOptions {
  /** A number for every kept weight; the lowest go. */
  readonly scores: Scores;
  /** How much a round removes, and where from. */
  readonly cut: Cut;
  /** Rounds' worth to remove at once; default 1. */
  readonly rounds?: number;
  /** A stream for each pool of weights that compete, by which equal scores go at random; default by index. */
  readonly ties?: (pool: number) => Random;
}

/**
 * Removes the lowest-scored weights that the mask still keeps. Equal scores go by index or, where `ties` gives a stream for
 * each pool of weights that compete, at random.
 * The counts of several rounds at once (one-shot pruning) are those of as many rounds.
 * @throws code `usage` where `scores` or `cut` is missing, where the cut is outside (0, 1) or a factor outside [0, 1], where the scope is global and the cut of
 *   a kind that competes within its layer, where scores of kept weights are missing or NaN, and where the open layers have too few weights left
 */
export function prune(parameters: readonly Parameter[], mask: Mask, options: PruneOptions): Mask {
  requireFields("prune", options, ["scores", "cut"]);
  const { scores, cut, rounds = 1, ties } = options;
  checkCut(cut);
  const groups = poolsOf(parameters, cut);
  const removed = countRemoved(groups, mask, { cut, rounds });
  const next = new Map([...mask].map(([name, bits]) => [name, bits.slice()]));
  groups.forEach((group, index) => {
    removeLowest(group, next, { scores, count: removed[index]!, random: ties?.(index) });
  });
  return next;
}

/** Weights kept in each parameter of a mask. */
export function countKept(bits: Uint8Array): number {
  // A loop, for networks have tens of millions of weights and a callback each takes seconds.
  let kept = 0;
  for (let i = 0; i < bits.length; i++) kept += bits[i]!;
  return kept;
}

/** How many weights each group loses in so many rounds; throws `usage` where one has too few. */
function countRemoved(
  groups: readonly Parameter[][],
  mask: Mask,
  { cut, rounds }: { cut: Cut; rounds: number },
): number[] {
  const before = groups.map((group) => group.reduce((sum, { name }) => sum + countKept(mask.get(name)!), 0));
  let kept = before;
  for (let round = 0; round < rounds; round++) kept = afterRound(groups, kept, cut);
  const short = kept.findIndex((count) => count < 0);
  if (short >= 0)
    fail("usage", "prune", {
      rule: `${groups[short]!.map(({ layer }) => layer).join(", ")} must have enough weights left for the cut`,
      got: before[short]!,
      remedy: "Use fewer levels, or raise outputCutFactor or shortcutCutFactor",
      fields: ["outputCutFactor", "shortcutCutFactor"],
    });
  return kept.map((count, i) => before[i]! - count);
}

function removeLowest(
  group: readonly Parameter[],
  mask: Mask,
  { scores, count, random }: { scores: Scores; count: number; random: Random | undefined },
): void {
  if (count === 0) return;
  const layers = group.map(({ name }) => {
    const bits = mask.get(name)!;
    return { bits, scores: scoresOf(name, bits, scores) };
  });
  if (random) clearLowestAtRandom(layers, { count, random });
  else clearLowest(layers, count);
}

/** A layer's scores: one for every weight, and a number for those that are kept. */
function scoresOf(name: string, bits: Uint8Array, scores: Scores): Float32Array {
  const found = scores.get(name);
  const where = `scores of ${name}`;
  if (found?.length !== bits.length)
    return fail("usage", where, { rule: `must be ${bits.length} numbers`, got: found?.length ?? 0 });
  for (let i = 0; i < bits.length; i++)
    if (bits[i] === 1 && Number.isNaN(found[i]))
      fail("usage", `${where}[${i}]`, { rule: "must be a number", got: Number.NaN });
  return found;
}
