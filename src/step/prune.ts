/** The step `prune`: a mask from a network, its own with the lowest scores of some rounds removed. */
import { fail } from "../base/errors.ts";
import { parseModel } from "../model/registry.ts";
import { pruneFilters } from "../prune/filters.ts";
import { type Cut, magnitude, prune, type Scores } from "../prune/prune.ts";
import { scoreRandom, scoresNamed } from "../prune/scores.ts";
import type { DrawParams, StepContext, StepDefinition, StepInputs } from "./definition.ts";
import { maskOf, maskOutput, networkOf } from "./networks.ts";

export interface PruneParams extends Cut {
  readonly model: string;
  readonly data: string;
  readonly rounds: number;
  /** What goes at once: whole filters of convolutions with their channels; absent: single weights. */
  readonly unit?: "filter";
  /** By which scores, with what names their random numbers; absent: magnitude. */
  readonly scores?: DrawParams & { readonly name: string };
}

/** Its inputs are `network` and, of scores other than magnitude, `initial`. */
export const pruneStep: StepDefinition<PruneParams> = {
  name: "prune",
  // 2: filters go with the weights that read their channels.
  version: ({ unit }) => (unit === "filter" ? 2 : 1),
  // Scores that are brought may run the engine.
  arithmetic: ({ scores }) => scores !== undefined,
  async run(params, inputs, context) {
    const { model: name, rounds, unit, scores: by, data: _, ...cut } = params;
    const model = parseModel(name, context.dataset);
    const before = maskOf(inputs.network!, model);
    const scores = await scoresOf(params, inputs, context);
    const asked = { scores, cut, rounds };
    const mask = unit === "filter" ? pruneFilters(model, before, asked) : prune(model.parameters, before, asked);
    return maskOutput(model, mask);
  },
};

async function scoresOf(
  { model: name, scores }: PruneParams,
  { network, initial }: StepInputs,
  { dataset, engine }: StepContext,
): Promise<Scores> {
  const model = parseModel(name, dataset);
  const { weights } = networkOf(network!, model);
  if (scores === undefined) return magnitude(weights);
  const first = networkOf(initial!, model).weights;
  const random = scoreRandom(scores);
  const mask = maskOf(network!, model);
  const { name: whole, score } = scoresNamed(scores.name);
  if (whole !== scores.name) {
    const remedy = `Take the scores of the specification that the plan is given: ${whole}`;
    fail("usage", "scores", { rule: "a step names what is brought with its version", got: scores.name, remedy });
  }
  return score({ model, weights, initial: first, mask, dataset, engine, random });
}
