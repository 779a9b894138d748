/**
 * Signed supermasks (Koster et al. 2022): weights never change; each has a score, whose sign it is multiplied by where the
 * score is beyond a threshold, and 0 elsewhere. Scores are trained by a gradient that goes straight through to them.
 */
import type { OrderKey } from "../dataset/batches.ts";
import { computeWeights, type Product } from "../model/computed.ts";
import { freeze } from "../model/freeze.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { uniformScores } from "./first-scores.ts";

/** What the name of a weight's score ends with. */
export const SIGN = ".sign";

/** What a score's magnitude must exceed for its weight to be there. */
export interface SignedSupermask {
  readonly threshold: number;
}

/** The model with all that an optimizer would train frozen, and scores beside its weights. */
export function signedSupermask(model: Model, { threshold: limit }: SignedSupermask): Model {
  const product = ({ graph, weight, input, multiply, once, beside }: Product) => {
    const mask = () => graph.node("signed_mask", [beside()], { limit });
    return multiply(
      input,
      once("signed weight", () => graph.node("multiply", [weight, mask()], {})),
    );
  };
  return computeWeights(freeze(model, isTrained), { suffix: SIGN, product });
}

/** Scores to start from: uniform within sqrt(6 / (fan in + fan out)). */
export function firstSigns(model: Model, key: OrderKey): Weights {
  const bound = ({ fanIn, fanOut }: { fanIn: number; fanOut: number }) => Math.sqrt(6 / (fanIn + fanOut));
  return uniformScores(model, key, { suffix: SIGN, bound });
}

/** The network that scores stand for: weights with their signs, +0 where they are cut. */
export function signedNetwork(weights: Weights, scores: Weights, { threshold }: SignedSupermask): Network {
  const limit = Math.fround(threshold);
  const mask = new Map<string, Uint8Array>();
  const signed = [...weights].map(([name, values]): [string, Float32Array] => {
    const own = scores.get(name + SIGN);
    if (!own) return [name, values];
    const bits = Uint8Array.from(own, (score) => Number(Math.abs(score) > limit));
    mask.set(name, bits);
    return [name, values.map((value, i) => (bits[i] ? value * Math.sign(own[i]!) : 0))];
  });
  return { weights: new Map(signed), mask };
}
