/**
 * Edge-popup (Ramanujan et al. 2020): weights never change; each has a score, and a network is the weights whose scores
 * have the largest magnitudes. Scores are trained by a gradient that goes straight through the choice.
 */
import { checkOneOf } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { OrderKey } from "../dataset/batches.ts";
import { type Node, sizeOf } from "../graph/types.ts";
import { computeWeights, type Product } from "../model/computed.ts";
import { freeze } from "../model/freeze.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import { uniformScores } from "./first-scores.ts";

/** What the name of a weight's score ends with. */
export const SCORE = ".score";

/** Which weights are kept: a fraction of each layer's, or of all together. */
export interface EdgePopup {
  /** From 0 to 1. */
  readonly kept: number;
  readonly scope: "layer" | "global";
}

/** How many of `count` weights are kept: as the authors' code rounds, in float64. */
export function keptOf(count: number, kept: number): number {
  return count - Math.floor((1 - kept) * count);
}

/** Throws `usage` naming the field that is wrong or missing. */
export function checkEdgePopup(options: EdgePopup): void {
  const { kept, scope } = options ?? {};
  if (!(kept >= 0 && kept <= 1)) fail("usage", "kept", { rule: "must be a fraction from 0 to 1", got: kept });
  checkOneOf("scope", scope, ["layer", "global"]);
}

/**
 * The model with all that an optimizer would train frozen, and scores beside its weights, which choose among them.
 * @throws code `usage` where `kept` is not from 0 to 1, or the scope is neither of the two
 */
export function edgePopup(model: Model, options: EdgePopup): Model {
  checkEdgePopup(options);
  const product = (product: Product) => chosenProduct(product, options);
  return computeWeights(freeze(model, isTrained), { suffix: SCORE, product });
}

function chosenProduct(product: Product, options: EdgePopup): Node {
  const { graph, weight, input, multiply, once } = product;
  return multiply(
    input,
    once("chosen weight", () => graph.node("multiply", [weight, maskNode(product, options)], {})),
  );
}

/** The scores compete with those of their own layer, or with all. */
function maskNode({ graph, beside, besides, shared }: Product, { kept, scope }: EdgePopup): Node {
  const score = beside();
  const among = (scores: readonly Node[]) =>
    graph.node("magnitude_threshold", scores, { kept: keptOf(entriesOf(scores), kept) });
  if (scope === "layer") return graph.node("keep_largest", [score, among([score])], { from: 0 });
  const all = besides();
  const from = entriesOf(all.slice(0, all.indexOf(score)));
  return graph.node("keep_largest", [score, shared("threshold", () => among(all))], { from });
}

const entriesOf = (nodes: readonly Node[]) => nodes.reduce((sum, { type }) => sum + sizeOf(type.shape), 0);

/**
 * Scores to start from: uniform within 1 / sqrt(fan in).
 * @throws code `usage` for a field of the key out of range or missing
 */
export function firstScores(model: Model, key: OrderKey): Weights {
  return uniformScores(model, key, { suffix: SCORE, bound: ({ fanIn }) => 1 / Math.sqrt(fanIn) });
}
