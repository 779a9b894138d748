/**
 * L0 regularisation (Louizos, Welling & Kingma 2018): every weight is multiplied by a gate, a hard concrete variable that
 * is exactly 0 or 1 with some probability, and the penalty is how many gates are expected to be open.
 */
import { exp, log } from "../base/exact.ts";
import type { Builder, Node } from "../graph/types.ts";
import { computeWeights, type Product } from "../model/computed.ts";
import type { Model } from "../model/model.ts";

/** What the name of the log odds of a weight's gate ends with. */
export const LOG_ODDS = ".log_odds";

/** Log odds that training starts from: gates are open nine times out of ten, but for the stretch. */
export const FIRST_LOG_ODDS = log(0.9 / 0.1);

/** Temperature, and the ends that the binary concrete is stretched to (section 4.1). */
const [BETA, GAMMA, ZETA] = [2 / 3, -0.1, 1.1];

/** The model with gates drawn anew at every iteration of training, and at their most likely in evaluation. */
export function l0(model: Model): Model {
  return computeWeights(model, { suffix: LOG_ODDS, product: gatedProduct });
}

/** A gate as evaluation has it, in float64: 0 for a weight that is pruned (equation 13). */
export function gateOf(logOdds: number): number {
  return Math.min(1, Math.max(0, (ZETA - GAMMA) / (1 + exp(-logOdds)) + GAMMA));
}

function gatedProduct(product: Product): Node {
  const { graph, weight, input, multiply, once } = product;
  return multiply(
    input,
    once("gated weight", () => graph.node("multiply", [weight, gateNode(product)], {})),
  );
}

function gateNode(product: Product): Node {
  const { graph, training, penalise } = product;
  const logOdds = product.beside();
  penalise(() => {
    const open = graph.node("sigmoid", [plus(graph, logOdds, -BETA * log(-GAMMA / ZETA))], {});
    return graph.node("total", [open], {});
  });
  return stretched(graph, training ? drawn(product, logOdds) : logOdds);
}

/** (log u - log(1 - u) + log odds) / beta, u uniform: the binary concrete before its sigmoid (equation 10). */
function drawn({ graph, noise }: Product, logOdds: Node): Node {
  const u = noise("uniform_noise", logOdds);
  const rest = graph.node("log", [graph.node("affine", [u], { factor: -1, offset: 1 })], {});
  const logit = graph.node("add", [graph.node("log", [u], {}), graph.node("scale", [rest], { factor: -1 })], {});
  return graph.node("scale", [graph.node("add", [logit, logOdds], {})], { factor: 1 / BETA });
}

/** The sigmoid, stretched from gamma to zeta and clipped to 0 and 1. */
function stretched(graph: Builder, x: Node): Node {
  const sigmoid = graph.node("sigmoid", [x], {});
  const wide = graph.node("affine", [sigmoid], { factor: ZETA - GAMMA, offset: GAMMA });
  return graph.node("clip", [wide], { low: 0, high: 1 });
}

const plus = (graph: Builder, x: Node, offset: number) => graph.node("affine", [x], { factor: 1, offset });
