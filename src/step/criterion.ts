/** The step `criterion`: what a mask criterion leaves of a mask, by the weights before and after training. */
import { parseModel } from "../model/registry.ts";
import { type Criterion, criterionMask } from "../prune/criteria.ts";
import type { Cut } from "../prune/prune.ts";
import { fullMask } from "../prune/prune.ts";
import type { DrawParams, StepDefinition } from "./definition.ts";
import { maskOf, maskOutput, networkOf } from "./networks.ts";

export interface CriterionParams extends Cut, DrawParams {
  readonly model: string;
  readonly data: string;
  readonly criterion: Criterion;
  readonly rounds: number;
}

/** Its inputs are `initial` and `trained`, networks, and `mask`, absent for all weights. */
export const criterionStep: StepDefinition<CriterionParams> = {
  name: "criterion",
  version: 1,
  async run(params, { initial, trained, mask: before }, { dataset }) {
    const { model: name, data: _, criterion, rounds, seed, replicate, draw, ...cut } = params;
    const model = parseModel(name, dataset);
    const [first, last] = [networkOf(initial!, model).weights, networkOf(trained!, model).weights];
    const mask = before ? maskOf(before, model) : fullMask(model.parameters);
    const options = { criterion, cut, rounds, key: { seed, replicate, draw } };
    return maskOutput(model, criterionMask(model.parameters, { initial: first, trained: last, mask }, options));
  },
};
