/** The step `randomise`: a mask at the per-layer counts of another, drawn anew, permuted, or part of a third one. */
import { parseModel } from "../model/registry.ts";
import { nestedMask, randomMask, shuffleMask } from "../prune/masks.ts";
import { fullMask } from "../prune/prune.ts";
import type { DrawParams, StepDefinition } from "./definition.ts";
import { maskOf, maskOutput } from "./networks.ts";

export interface RandomiseParams extends DrawParams {
  readonly how: "random" | "shuffle" | "nested";
  readonly model: string;
  readonly data: string;
}

/** Its input is `mask`; of a nested one also `within`, absent for all weights. */
export const randomiseStep: StepDefinition<RandomiseParams> = {
  name: "randomise",
  version: 1,
  async run({ how, model: name, ...key }, { mask, within }, { dataset }) {
    const model = parseModel(name, dataset);
    const like = maskOf(mask!, model);
    if (how === "nested")
      return maskOutput(model, nestedMask(like, within ? maskOf(within, model) : fullMask(model.parameters), key));
    return maskOutput(model, how === "random" ? randomMask(like, key) : shuffleMask(like, key));
  },
};
