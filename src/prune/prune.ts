/** Pruning by score: exact counts, ties broken by index, layer by layer or over all layers at once. */
import { fail } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { sizeOf } from "../graph/types.ts";
import type { Mask, Parameter, Weights } from "../model/network.ts";
import { clearLowest, clearLowestAtRandom } from "./select.ts";

/** How much one round removes, and where from. */
export interface Cut {
  /** Fraction of the remaining weights removed per round. */
  readonly cut: number;
  /** Scales the cut of the output layer: 0.5 in Frankle & Carbin's LeNet, 0 leaves it alone, 1 treats it like the rest. */
  readonly outputCutFactor: number;
  /** Scales the cut of projections in residual shortcuts; absent: 1. Frankle & Carbin and Maene et al. have 0. */
  readonly shortcutCutFactor?: number;
  /** Scales the cut of convolutions, layer by layer alone; absent: 1. Frankle & Carbin's Conv-2 has 0.5, Conv-6 0.75. */
  readonly convCutFactor?: number;
  /** Whether scores compete within their layer or across layers. */
  readonly scope: "layer" | "global";
}

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
 * @param rounds how many rounds' worth to remove at once (one-shot pruning); the counts are those of as many rounds
 * @throws code `usage` where the cut is outside (0, 1) or a factor outside [0, 1], where the scope is global and the cut of
 *   a kind that competes within its layer, where scores of kept weights are missing or NaN, and where the open layers have too few weights left
 */
export function prune(
  parameters: readonly Parameter[],
  mask: Mask,
  { scores, cut, rounds = 1, ties }: PruneOptions,
): Mask {
  checkCut(cut);
  const groups = poolsOf(parameters, cut);
  const removed = countRemoved(groups, mask, { cut, rounds });
  const next = new Map([...mask].map(([name, bits]) => [name, bits.slice()]));
  groups.forEach((group, index) => {
    removeLowest(group, next, { scores, count: removed[index]!, random: ties?.(index) });
  });
  return next;
}

/** Refuses a cut that cannot be: see the errors of {@link prune}. */
export function checkCut({ cut, outputCutFactor, shortcutCutFactor = 1, convCutFactor = 1, scope }: Cut): void {
  if (!(cut > 0 && cut < 1)) fail("usage", "cut", { rule: "must lie between 0 and 1", got: cut });
  const factors = { outputCutFactor, shortcutCutFactor, convCutFactor };
  for (const [where, got] of Object.entries(factors))
    if (!(got >= 0 && got <= 1)) fail("usage", where, { rule: "must lie in 0 to 1", got });
  if (scope === "layer") return;
  if (convCutFactor !== 1)
    fail("usage", "convCutFactor", { rule: "needs scope layer", fields: ["scope"], got: convCutFactor });
}

/** Layers whose weights compete with each other, pool by pool. */
export function poolsOf(parameters: readonly Parameter[], cut: Cut): Parameter[][] {
  const layers = prunable(parameters);
  return cut.scope === "layer" ? layers.map((layer) => [layer]) : globalGroups(layers, cut);
}

function prunable(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter((parameter) => parameter.prunable);
}

/** One pool of all layers; an output layer and shortcuts with a cut of their own stand apart, behind it. */
function globalGroups(layers: readonly Parameter[], { outputCutFactor, shortcutCutFactor = 1 }: Cut): Parameter[][] {
  const apart = (layer: Parameter) =>
    layer.output && outputCutFactor !== 1 ? 1 : layer.shortcut && shortcutCutFactor !== 1 ? 2 : 0;
  const groups = [0, 1, 2].map((place) => layers.filter((layer) => apart(layer) === place));
  return groups.filter((group) => group.length > 0);
}

/** Weights kept in each parameter of a mask. */
export function countKept(bits: Uint8Array): number {
  // A loop, for networks have tens of millions of weights and a callback each takes seconds.
  let kept = 0;
  for (let i = 0; i < bits.length; i++) kept += bits[i]!;
  return kept;
}

/**
 * How many weights each group loses. Layer by layer, each loses its own cut of what it has. Globally, the cut is of all
 * that remains, and what layers with a cut of their own do not give the others do (as OpenLTH counts the output layer).
 */
function countRemoved(
  groups: readonly Parameter[][],
  mask: Mask,
  { cut, rounds }: { cut: Cut; rounds: number },
): number[] {
  const before = groups.map((group) => group.reduce((sum, { name }) => sum + countKept(mask.get(name)!), 0));
  const kept = [...before];
  for (let round = 0; round < rounds; round++) {
    const total = kept.reduce((a, b) => a + b, 0);
    const own = groups.map((group, i) => Math.round(cut.cut * cutFactor(group, cut) * kept[i]!));
    if (cut.scope === "global" && groups.length > 1)
      own[0] = Math.round(cut.cut * total) - own.slice(1).reduce((a, b) => a + b, 0);
    own.forEach((count, i) => {
      kept[i]! -= count;
    });
  }
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

/** What scales the cut of a group: the output layer's own factor, that of shortcuts, or that of convolutions. */
function cutFactor(
  group: readonly Parameter[],
  { outputCutFactor, shortcutCutFactor = 1, convCutFactor = 1 }: Cut,
): number {
  if (group.every(({ output }) => output)) return outputCutFactor;
  if (shortcutCutFactor !== 1 && group.every(({ shortcut }) => shortcut)) return shortcutCutFactor;
  return group.every(({ shape }) => shape.length === 4) ? convCutFactor : 1;
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
