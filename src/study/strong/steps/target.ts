/** The step `strong-target`: a target network trained on raw pixels, without biases where its construction has none. */
import { freeze } from "../../../model/freeze.ts";
import { parseModel } from "../../../model/registry.ts";
import type { StepDefinition } from "../../../step/definition.ts";
import { networkOf } from "../../../step/networks.ts";
import { carryOut, type TrainParams } from "../../../step/train.ts";
import { rawPixels } from "./raw.ts";

export interface TargetParams extends TrainParams {
  /** False: biases stay at the 0 that they are initialised with. */
  readonly biases: boolean;
}

/** Trains `network`, whose biases are 0, as the step `train` does but for the pixels. */
export const targetStep: StepDefinition<TargetParams> = {
  name: "strong-target",
  version: 1,
  arithmetic: true,
  async run({ biases, ...params }, inputs, context) {
    const dataset = rawPixels(context.dataset);
    const whole = parseModel(params.model, dataset);
    const network = networkOf(inputs.network!, whole);
    const model = biases ? whole : freeze(whole, ({ role }) => role === "bias");
    const { output } = await carryOut(params, { model, network, resume: context.resume }, { ...context, dataset });
    return output;
  },
};
