/**
 * Training under a mask whose cut weights stay in the network: they keep a value of their own and are not trained (Zhou et
 * al. 2019, section 4).
 *
 * A weight is computed as `weight * kept + frozen`, where `kept` is 1 or 0 and `frozen` holds the value of every cut weight,
 * 0 elsewhere; both are parameters that training leaves alone. So the gradient of a cut weight is exactly 0 whatever the
 * optimizer, and decay moves only a number that is multiplied by 0. What it costs: the network runs dense at every density,
 * an iteration multiplies and adds every weight once more, and memory holds two more copies of the weights.
 */

import type { Node } from "../graph/types.ts";
import { computeWeights, type Product } from "../model/computed.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";

/** What the names of the parameters beside a weight end with. */
const [KEPT, FROZEN] = [".kept", ".frozen"] as const;

/** The model whose weights are computed from trained and frozen ones. */
export function withFrozen(model: Model): Model {
  return computeWeights(model, { suffix: KEPT, more: [FROZEN], frozen: true, product: frozenProduct });
}

function frozenProduct({ graph, weight, input, beside, multiply, once }: Product): Node {
  const whole = () => {
    const kept = graph.node("multiply", [weight, beside(KEPT)], {});
    return graph.node("add", [kept, beside(FROZEN)], {});
  };
  return multiply(input, once("weight", whole));
}

/** The parameters of {@link withFrozen}: those of a network that has a value for every weight, and what its mask says. */
export function frozenWeights(weights: Weights, mask: Mask): Weights {
  const beside = [...mask].flatMap(([name, bits]): [string, Float32Array][] => {
    const values = weights.get(name)!;
    const frozen = values.map((value, i) => (bits[i] === 1 ? 0 : value));
    return [
      [name + KEPT, Float32Array.from(bits)],
      [name + FROZEN, frozen],
    ];
  });
  return new Map([...weights, ...beside]);
}

/** Values with the weights that such parameters stand for: a kept weight as it was trained, a cut one as it was frozen. */
export function unfrozen(values: Weights, mask: Mask): Map<string, Float32Array> {
  const whole = [...mask].map(([name, bits]): [string, Float32Array] => {
    const [own, frozen] = [values.get(name)!, values.get(name + FROZEN)!];
    return [name, own.map((value, i) => (bits[i] === 1 ? value : frozen[i]!))];
  });
  return new Map([...values, ...whole]);
}
