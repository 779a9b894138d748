/** Gradual pruning (Zhu & Gupta 2017): masks that lose most of their weights early in training and few at the end. */
import { randomStream } from "../base/random.ts";
import { sizeOf } from "../graph/types.ts";
import type { Mask, Parameter, Weights } from "../model/network.ts";
import type { MaskPlan, MaskSchedule } from "../train/gradual.ts";
import type { MaskKey } from "./masks.ts";
import { type Cut, countKept, fullMask, magnitude, prune, type Scores } from "./prune.ts";
import { clearLowest } from "./select.ts";

/** What gradual pruning removes, and when. */
export interface Gradual extends MaskSchedule {
  /** What decides: the magnitude at each update, or one random order of the weights. */
  readonly by: "magnitude" | "random";
  /** The counts of the last mask are those of `rounds` rounds of this cut. */
  readonly cut: Cut;
  readonly rounds: number;
}

/** Item of the `mask` stream of the first layer's random order; masks.ts has the items below. */
const ITEM = 2 << 12;

/**
 * The share of all the weights to prune that is still there before iteration `step`: (1 - (t - t0) / (n dt))^3,
 * 1 before and 0 after the updates (Zhu & Gupta 2017, eq. 1: density = final + (1 - final) share).
 */
export function shareLeft({ begin, every, updates }: MaskSchedule, step: number): number {
  const progress = (step - begin) / (every * updates);
  const left = 1 - Math.min(1, Math.max(0, progress));
  return left * left * left;
}

/** The masks of gradual pruning from a dense network; `key` names the random order. */
export function gradualPlan(parameters: readonly Parameter[], gradual: Gradual, key: MaskKey): MaskPlan {
  const { cut, rounds, by } = gradual;
  const full = fullMask(parameters);
  const names = [...full.keys()];
  const order = by === "random" ? randomScores(parameters, key) : null;
  const groups = groupsOf(parameters, cut).map((group) => ({ group, total: keptIn(group, full) }));
  const last = prune(parameters, full, { scores: blank(parameters), cut, rounds });
  const maskAt = (step: number, weights: Weights): Mask => {
    const share = shareLeft(gradual, step);
    const scores = order ?? magnitude(new Map(names.map((name) => [name, weights.get(name)!])));
    const mask = new Map([...full].map(([name, bits]) => [name, bits.slice()]));
    for (const { group, total } of groups) {
      const kept = keptIn(group, last);
      const layers = group.map((name) => ({ scores: scores.get(name)!, bits: mask.get(name)! }));
      clearLowest(layers, total - kept - Math.round((total - kept) * share));
    }
    return mask;
  };
  const { begin, every, updates } = gradual;
  return { begin, every, updates, maskAt };
}

/** Names of weights that compete with each other, as {@link prune} has it. */
function groupsOf(parameters: readonly Parameter[], { scope, outputCutFactor }: Cut): string[][] {
  const weights = parameters.filter(({ prunable }) => prunable);
  const names = (of: readonly Parameter[]) => of.map(({ name }) => name);
  if (scope === "layer") return weights.map(({ name }) => [name]);
  if (outputCutFactor === 1) return [names(weights)];
  return [names(weights.filter(({ output }) => !output)), names(weights.filter(({ output }) => output))];
}

function keptIn(group: readonly string[], mask: Mask): number {
  return group.reduce((sum, name) => sum + countKept(mask.get(name)!), 0);
}

function blank(parameters: readonly Parameter[]): Scores {
  return new Map(parameters.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));
}

function randomScores(parameters: readonly Parameter[], { seed, replicate, draw }: MaskKey): Scores {
  const weights = parameters.filter(({ prunable }) => prunable);
  return new Map(
    weights.map(({ name, shape }, layer) => {
      const random = randomStream({ seed, stream: "mask", replicate, step: draw, item: ITEM + layer });
      return [name, Float32Array.from({ length: sizeOf(shape) }, () => random.uniform())];
    }),
  );
}
