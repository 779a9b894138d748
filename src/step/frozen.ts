/** Training under a mask whose cut weights stay in the network: what the step `train` does where its parameters say so. */
import { frozenWeights, unfrozen, withFrozen } from "../train/frozen.ts";
import { train } from "../train/train.ts";
import type { MethodOptions, MethodTraining } from "./method.ts";

/** Begins or continues such a training; `network` has a value for every weight, the network that comes of it no mask. */
export function beginFrozen({ engine, asked, network, resume }: MethodOptions): MethodTraining {
  const mask = network.mask!;
  const replaced = { ...asked, model: withFrozen(asked.model) };
  const start = { weights: frozenWeights(network.weights, mask), mask: null };
  return {
    training: train(engine, replaced, start, resume ?? undefined),
    networkOf({ values }) {
      // What nothing read is as it was.
      const weights = new Map([...start.weights, ...values]);
      const whole = unfrozen(weights, mask);
      return { weights: new Map(asked.model.parameters.map(({ name }) => [name, whole.get(name)!])), mask: null };
    },
  };
}
