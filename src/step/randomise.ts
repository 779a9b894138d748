/** The step `randomise`: a mask at the per-layer counts of another, drawn anew or permuted. */
import { parseModel } from "../model/registry.ts";
import { randomMask, shuffleMask } from "../prune/masks.ts";
import type { DrawParams, StepDefinition } from "./definition.ts";
import { maskOf, maskOutput } from "./networks.ts";

export interface RandomiseParams extends DrawParams {
  readonly how: "random" | "shuffle";
  readonly model: string;
  readonly data: string;
}

/** Its input is `mask`. */
export const randomiseStep: StepDefinition<RandomiseParams> = {
  name: "randomise",
  version: 1,
  async run({ how, model: name, ...key }, { mask }, { dataset }) {
    const model = parseModel(name, dataset);
    const like = maskOf(mask!, model);
    return maskOutput(model, how === "random" ? randomMask(like, key) : shuffleMask(like, key));
  },
};
