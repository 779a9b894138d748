/** The step `scatter`: a random mask of as many weights as another keeps, anywhere in the network. */
import { parseModel } from "../../../model/registry.ts";
import type { DrawParams, StepDefinition } from "../../../step/definition.ts";
import { maskOf, maskOutput } from "../../../step/networks.ts";
import { anywhereMask } from "./random.ts";

export interface ScatterParams extends DrawParams {
  readonly model: string;
  readonly data: string;
  /** Parameters that keep their part of the mask, such as a classifier that is never cut; absent: none. */
  readonly spared?: readonly string[];
}

/** Its input is `mask`. */
export const scatterStep: StepDefinition<ScatterParams> = {
  name: "scatter",
  version: 1,
  async run({ model: name, data: _, spared = [], ...key }, { mask }, { dataset }) {
    const model = parseModel(name, dataset);
    const like = maskOf(mask!, model);
    const open = new Map([...like].filter(([parameter]) => !spared.includes(parameter)));
    return maskOutput(model, new Map([...like, ...anywhereMask(open, key)]));
  },
};
