/** The step `prune`: a mask from a network, its own with the lowest magnitudes of some rounds removed. */
import { parseModel } from "../model/registry.ts";
import { pruneFilters } from "../prune/filters.ts";
import { type Cut, magnitude, prune } from "../prune/prune.ts";
import type { StepDefinition } from "./definition.ts";
import { maskOf, maskOutput, networkOf } from "./networks.ts";

export interface PruneParams extends Cut {
  readonly model: string;
  readonly data: string;
  readonly rounds: number;
  /** What goes at once: whole filters of convolutions with their channels; absent: single weights. */
  readonly unit?: "filter";
}

/** Its input is `network`. */
export const pruneStep: StepDefinition<PruneParams> = {
  name: "prune",
  // 2: filters go with the weights that read their channels.
  version: ({ unit }) => (unit === "filter" ? 2 : 1),
  async run({ model: name, rounds, unit, ...cut }, { network }, { dataset }) {
    const model = parseModel(name, dataset);
    const { weights } = networkOf(network!, model);
    const before = maskOf(network!, model);
    const asked = { scores: magnitude(weights), cut, rounds };
    const mask = unit === "filter" ? pruneFilters(model, before, asked) : prune(model.parameters, before, asked);
    return maskOutput(model, mask);
  },
};
