/** Pruning by score: exact counts, ties broken by index, layer by layer or over all layers at once. */
import { fail } from "../base/errors.ts";
import { sizeOf } from "../graph/types.ts";
import type { Mask, Parameter, Weights } from "../model/network.ts";

/** How much one round removes, and where from. */
export interface Cut {
  /** Fraction of the remaining weights removed per round. */
  readonly cut: number;
  /** Scales the cut of the output layer: 0.5 in Frankle & Carbin's LeNet, 0 leaves it alone, 1 treats it like the rest. */
  readonly outputCutFactor: number;
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
  return new Map([...weights].map(([name, values]) => [name, values.map(Math.abs)]));
}

/**
 * Removes the lowest-scored weights that the mask still keeps.
 * @param rounds how many rounds' worth to remove at once (one-shot pruning); the counts are those of as many rounds
 * @throws code `usage` where the cut is outside (0, 1) or its factor outside [0, 1], where scores of kept weights are
 *   missing or NaN, and where the open layers have too few weights left
 */
export function prune(
  parameters: readonly Parameter[],
  mask: Mask,
  { scores, cut, rounds = 1 }: { scores: Scores; cut: Cut; rounds?: number },
): Mask {
  const { outputCutFactor } = cut;
  if (!(cut.cut > 0 && cut.cut < 1)) fail("usage", "--cut", { rule: "must lie between 0 and 1", got: cut.cut });
  if (!(outputCutFactor >= 0 && outputCutFactor <= 1))
    fail("usage", "--output-cut-factor", { rule: "must lie in 0 to 1", got: outputCutFactor });
  const layers = prunable(parameters);
  const groups = cut.scope === "layer" ? layers.map((layer) => [layer]) : globalGroups(layers, cut);
  const removed = countRemoved(groups, mask, { cut, rounds });
  const next = new Map([...mask].map(([name, bits]) => [name, bits.slice()]));
  groups.forEach((group, index) => {
    removeLowest(group, next, { scores, count: removed[index]! });
  });
  return next;
}

function prunable(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter((parameter) => parameter.prunable);
}

/** One pool of all layers; an output layer with a cut of its own stands apart. */
function globalGroups(layers: readonly Parameter[], { outputCutFactor }: Cut): Parameter[][] {
  if (outputCutFactor === 1) return [[...layers]];
  const groups = [layers.filter(({ output }) => !output), layers.filter(({ output }) => output)];
  return groups.filter((group) => group.length > 0);
}

/** Weights kept in each parameter of a mask. */
export function countKept(bits: Uint8Array): number {
  return bits.reduce((sum, bit) => sum + bit, 0);
}

/**
 * How many weights each group loses. Layer by layer, each loses its own cut of what it has. Globally, the cut is of all
 * that remains, and what the output layer does not give the others do (as OpenLTH counts).
 */
function countRemoved(
  groups: readonly Parameter[][],
  mask: Mask,
  { cut, rounds }: { cut: Cut; rounds: number },
): number[] {
  const before = groups.map((group) => group.reduce((sum, { name }) => sum + countKept(mask.get(name)!), 0));
  const kept = [...before];
  const isOutput = (group: readonly Parameter[]) => group.every(({ output }) => output);
  for (let round = 0; round < rounds; round++) {
    const total = kept.reduce((a, b) => a + b, 0);
    const own = groups.map((group, i) => Math.round(cut.cut * (isOutput(group) ? cut.outputCutFactor : 1) * kept[i]!));
    if (cut.scope === "global" && groups.length === 2) own[0] = Math.round(cut.cut * total) - own[1]!;
    own.forEach((count, i) => {
      kept[i]! -= count;
    });
  }
  const short = kept.findIndex((count) => count < 0);
  if (short >= 0)
    fail("usage", "prune", {
      rule: `${groups[short]!.map(({ layer }) => layer).join(", ")} must have enough weights left for the cut`,
      got: before[short]!,
      remedy: "Use fewer levels, or raise --output-cut-factor",
    });
  return kept.map((count, i) => before[i]! - count);
}

interface Candidate {
  readonly score: number;
  readonly bits: Uint8Array;
  readonly index: number;
}

function removeLowest(
  group: readonly Parameter[],
  mask: Mask,
  { scores, count }: { scores: Scores; count: number },
): void {
  if (count === 0) return;
  const candidates: Candidate[] = [];
  for (const { name } of group) {
    const bits = mask.get(name)!;
    const layerScores = scoresOf(name, bits, scores);
    bits.forEach((bit, index) => {
      if (bit) candidates.push({ score: layerScores[index]!, bits, index });
    });
  }
  // Array.prototype.sort is stable, so equal scores fall in order of layer and index.
  candidates.sort((a, b) => a.score - b.score);
  for (const { bits, index } of candidates.slice(0, count)) bits[index] = 0;
}

/** A layer's scores: one for every weight, and a number for those that are kept. */
function scoresOf(name: string, bits: Uint8Array, scores: Scores): Float32Array {
  const found = scores.get(name);
  const where = `scores of ${name}`;
  if (found?.length !== bits.length)
    return fail("usage", where, { rule: `must be ${bits.length} numbers`, got: found?.length ?? 0 });
  const wrong = found.findIndex((score, index) => bits[index] === 1 && Number.isNaN(score));
  if (wrong >= 0) fail("usage", `${where}[${wrong}]`, { rule: "must be a number", got: Number.NaN });
  return found;
}
