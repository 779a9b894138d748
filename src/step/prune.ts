/** The step `prune`: a mask from a network, its own with the lowest magnitudes of some rounds removed. */
import { parseModel } from "../model/registry.ts";
import { type Cut, magnitude, prune } from "../prune/prune.ts";
import type { StepDefinition } from "./definition.ts";
import { maskOf, maskOutput, networkOf } from "./networks.ts";

export interface PruneParams extends Cut {
  readonly model: string;
  readonly data: string;
  readonly rounds: number;
}

/** Its input is `network`. */
export const pruneStep: StepDefinition<PruneParams> = {
  name: "prune",
  version: 1,
  async run({ model: name, rounds, ...cut }, { network }, { dataset }) {
    const model = parseModel(name, dataset);
    const { weights } = networkOf(network!, model);
    const before = maskOf(network!, model);
    return maskOutput(model, prune(model.parameters, before, { scores: magnitude(weights), cut, rounds }));
  },
};
