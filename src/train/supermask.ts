/**
 * Learned supermasks (Zhou et al. 2019, section 4): weights never change; each is there with a probability, the sigmoid of
 * a logit, and every iteration draws a mask anew. Logits are trained by a gradient that goes straight through the draw.
 */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { exp } from "../base/exact.ts";
import { randomStream } from "../base/random.ts";
import type { OrderKey } from "../dataset/batches.ts";
import { type Node, sizeOf } from "../graph/types.ts";
import { computeWeights, type Product } from "../model/computed.ts";
import { freeze } from "../model/freeze.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Mask, type Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";

/** What the name of a weight's logit ends with. */
export const LOGIT = ".logit";

/** Whether weights are multiplied by their number over that of those that are there (dynamic weight rescaling). */
export interface Supermask {
  readonly rescale: boolean;
}

/** The model with all that an optimizer would train frozen, and logits: sampled in training, in evaluation kept from 1/2 on. */
export function supermask(model: Model, options: Supermask): Model {
  requireFields("supermask", options, ["rescale"]);
  return computeWeights(freeze(model, isTrained), { suffix: LOGIT, product: supermaskProduct(options) });
}

/** How {@link supermask} computes weights. */
export const supermaskProduct =
  ({ rescale }: Supermask) =>
  (product: Product): Node => {
    const { graph, weight, input, multiply, once } = product;
    const masked = () => {
      const mask = maskNode(product);
      const kept = graph.node("multiply", [weight, mask], {});
      return rescale ? rescaled(product, kept, mask) : kept;
    };
    return multiply(input, once("masked weight", masked));
  };

function maskNode({ graph, training, beside, noise }: Product): Node {
  const logit = beside();
  if (training)
    return graph.node("bernoulli_mask", [graph.node("sigmoid", [logit], {}), noise("uniform_noise", logit)], {});
  const absent = graph.node("is_below", [logit], { limit: 0 });
  return graph.node("affine", [absent], { factor: -1, offset: 1 });
}

/** Times n over the ones of the mask; the gradient goes through the ones too, and an empty mask has one. */
function rescaled({ graph, weight }: Product, kept: Node, mask: Node): Node {
  const ones = graph.node("clip", [graph.node("total", [mask], {})], { low: 1, high: 2 ** 31 });
  const count = graph.node("affine", [ones], { factor: 0, offset: sizeOf(weight.type.shape) });
  const ratio = graph.node("divide", [count, ones], {});
  return graph.node("multiply", [kept, graph.node("fill", [kept, ratio], {})], {});
}

/** The logits of all weights of a state, in the model's order. */
function logitsOf({ parameters }: Model, values: Weights): [string, Float32Array][] {
  return parameters.filter(({ prunable }) => prunable).map(({ name }) => [name, besideIn(values, name + LOGIT)]);
}

/** What training left beside a weight; throws `data` where it is missing. */
export function besideIn(values: Weights, name: string): Float32Array {
  const remedy = "Give the values that training left, not the weights alone";
  return values.get(name) ?? fail("data", name, { rule: "must be there, beside its weight", got: "nothing", remedy });
}

/** The mask of the weights that are there at least as likely as not. Throws `data` where a weight has no logits. */
export function thresholdMask(model: Model, values: Weights): Mask {
  const bits = (logits: Float32Array) => Uint8Array.from(logits, (logit) => Number(logit >= 0));
  return new Map(logitsOf(model, values).map(([name, logits]) => [name, bits(logits)]));
}

/** Which mask of those that a network is scored by. */
export interface SampleKey extends OrderKey {
  /** Its number, from 0. */
  readonly sample: number;
}

/**
 * Mask number `sample` of those that a network is scored by: the stream `mask`, an item for each weight's tensor.
 * @throws code `data` where a weight has no logits, `usage` for a field of the key out of range
 */
export function sampledMask(model: Model, values: Weights, { seed, replicate, draw, sample }: SampleKey): Mask {
  const bits = (logits: Float32Array, item: number) => {
    const random = randomStream({ seed, stream: "mask", replicate, step: 2 ** 31 + 2 ** 16 * sample + draw, item });
    return Uint8Array.from(logits, (logit) => Number(random.uniform() < 1 / (1 + exp(-logit))));
  };
  return new Map(logitsOf(model, values).map(([name, logits], item) => [name, bits(logits, item)]));
}

/** The network of a mask: its weights as they are or, rescaled, in the arithmetic of the graph; what is cut is +0. */
export function maskedNetwork(weights: Weights, mask: Mask, options: Supermask): Network {
  requireFields("maskedNetwork", options, ["rescale"]);
  const { rescale } = options;
  const kept = [...weights].map(([name, values]): [string, Float32Array] => {
    const bits = mask.get(name);
    if (!bits) return [name, values];
    const ones = Math.max(
      1,
      bits.reduce((sum, bit) => sum + bit, 0),
    );
    const ratio = rescale ? Math.fround(bits.length / ones) : 1;
    return [name, values.map((value, i) => (bits[i] ? value * ratio : 0))];
  });
  return { weights: new Map(kept), mask };
}
