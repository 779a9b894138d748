/**
 * Variational dropout (Molchanov, Ashukha & Vetrov 2017): every weight is a normal of its own mean and variance, and a
 * penalty draws log alpha = log(variance / mean^2) up until weights are nothing but noise. The noise is drawn on the
 * outputs of layers instead of on weights (local reparameterisation, Kingma, Salimans & Welling 2015).
 */
import { log as naturalLog } from "../base/exact.ts";
import type { Builder, Node } from "../graph/types.ts";
import { computeWeights, type Product } from "../model/computed.ts";
import type { Model } from "../model/model.ts";

/** What the name of a weight's log variance ends with. */
export const LOG_VARIANCE = ".log_variance";

/** Log variance that training starts from (Gale, Elsen & Hooker 2019). */
export const FIRST_LOG_VARIANCE = -10;

/** From this log alpha on a weight is pruned (Molchanov et al. 2017, section 4.1: dropout at a rate of 95 %). */
export const PRUNED_LOG_ALPHA = 3;

const EPSILON = 1e-8;
const LARGEST_LOG_ALPHA = 8;

/** The model with normal weights in training, and in evaluation with their means, those of too large an alpha 0. */
export function variational(model: Model): Model {
  return computeWeights(model, { suffix: LOG_VARIANCE, product: variationalProduct });
}

/** log alpha of a weight of one mean and log variance, in float64. */
export function logAlpha(mean: number, logVariance: number): number {
  const value = logVariance - naturalLog(mean * mean + EPSILON);
  return Math.min(LARGEST_LOG_ALPHA, Math.max(-LARGEST_LOG_ALPHA, value));
}

function variationalProduct(product: Product): Node {
  const { graph, weight, input, training, multiply, once } = product;
  const square = once("square", () => plus(graph, graph.node("multiply", [weight, weight], {}), EPSILON));
  const log = once("log alpha", () => logAlphaNode(graph, product.beside(), square));
  if (!training) {
    const kept = () => graph.node("is_below", [log], { limit: PRUNED_LOG_ALPHA });
    return multiply(
      input,
      once("kept weight", () => graph.node("multiply", [weight, kept()], {})),
    );
  }
  product.penalise(() => graph.node("total", [divergence(graph, log)], {}));
  const mean = multiply(input, weight);
  const variance = once("variance", () => graph.node("multiply", [graph.node("exp", [log], {}), square], {}));
  return graph.node("add", [mean, noiseOf(product, mean, variance)], {});
}

function logAlphaNode(graph: Builder, logVariance: Node, square: Node): Node {
  const logSquare = graph.node("scale", [graph.node("log", [square], {})], { factor: -1 });
  const log = graph.node("add", [logVariance, logSquare], {});
  return graph.node("clip", [log], { low: -LARGEST_LOG_ALPHA, high: LARGEST_LOG_ALPHA });
}

/** A normal of the variance that the layer's outputs have. */
function noiseOf({ graph, input, noise, multiply }: Product, mean: Node, variance: Node): Node {
  const spread = multiply(graph.node("multiply", [input, input], {}), variance);
  const deviation = graph.node("square_root", [plus(graph, spread, EPSILON)], {});
  return graph.node("multiply", [deviation, noise("gaussian_noise", mean)], {});
}

/** Constants of Molchanov et al. 2017, equation 14. */
const [K1, K2, K3] = [0.63576, 1.8732, 1.48695];

/** Each weight's divergence from the log-uniform prior: k1 - k1 sigmoid(k2 + k3 log alpha) + log(1 + 1 / alpha) / 2. */
function divergence(graph: Builder, log: Node): Node {
  const sigmoid = graph.node("sigmoid", [graph.node("affine", [log], { factor: K3, offset: K2 })], {});
  const inverse = graph.node("exp", [graph.node("scale", [log], { factor: -1 })], {});
  const half = graph.node("scale", [graph.node("log", [plus(graph, inverse, 1)], {})], { factor: 0.5 });
  return graph.node("add", [graph.node("affine", [sigmoid], { factor: -K1, offset: K1 }), half], {});
}

const plus = (graph: Builder, x: Node, offset: number) => graph.node("affine", [x], { factor: 1, offset });
