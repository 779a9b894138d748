/** The step `scatter`: a random mask of as many weights as another keeps, anywhere in the network. */
import { parseModel } from "../../../model/registry.ts";
import type { DrawParams, StepDefinition } from "../../../step/definition.ts";
import { maskOf, maskOutput } from "../../../step/networks.ts";
import { anywhereMask } from "./random.ts";

export interface ScatterParams extends DrawParams {
  readonly model: string;
  readonly data: string;
}

/** Its input is `mask`. */
export const scatterStep: StepDefinition<ScatterParams> = {
  name: "scatter",
  version: 1,
  async run({ model: name, data: _, ...key }, { mask }, { dataset }) {
    const model = parseModel(name, dataset);
    return maskOutput(model, anywhereMask(maskOf(mask!, model), key));
  },
};
