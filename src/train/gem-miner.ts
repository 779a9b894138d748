/**
 * GEM-MINER (Sreenivasan et al. 2022): weights never change; each has a score from 0 to 1, and a network is the weights whose
 * scores are at least 1/2. Scores are trained by a gradient that goes straight through the rounding, and now and then the
 * lowest of those that still count are frozen at 0.
 */
import type { OrderKey } from "../dataset/batches.ts";
import { computeWeights, type Product } from "../model/computed.ts";
import { freeze } from "../model/freeze.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import { uniformScores } from "./first-scores.ts";

/** What the name of a weight's score ends with. */
export const GEM = ".gem";

/** How many weights are left at last at most, and how often scores are frozen. */
export interface GemMiner {
  /** The fraction of all weights whose scores are never frozen. */
  readonly kept: number;
  /** Iterations between two freezings. */
  readonly every: number;
}

/** The largest float below 1/2. */
const BELOW_HALF = 0.5 - 2 ** -25;

/** Whether a weight is there by its score. */
export const isGem = (score: number): boolean => score > BELOW_HALF;

/** The model with all that an optimizer would train frozen, and scores beside its weights; an optimizer must keep them in 0..1. */
export function gemMiner(model: Model): Model {
  const product = ({ graph, weight, input, multiply, once, beside }: Product) => {
    const gem = () =>
      graph.node("multiply", [weight, graph.node("signed_mask", [beside()], { limit: BELOW_HALF })], {});
    return multiply(input, once("gem", gem));
  };
  return computeWeights(freeze(model, isTrained), { suffix: GEM, product });
}

/** Scores to start from: uniform from 0 to 1. */
export function firstGems(model: Model, key: OrderKey): Weights {
  const around = uniformScores(model, key, { suffix: GEM, bound: () => 0.5 });
  return new Map([...around].map(([name, scores]) => [name, scores.map((score) => score + 0.5)]));
}
