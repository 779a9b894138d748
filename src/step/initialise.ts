/** The step `initialise`: a fresh network, or of a model that comes with weights the one that training begins with. */
import { type Initialiser, initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { networkToTensors } from "../model/tensors.ts";
import type { DrawParams, StepDefinition } from "./definition.ts";

export interface InitialiseParams extends DrawParams {
  readonly model: string;
  readonly data: string;
  readonly init: Initialiser;
}

export const initialiseStep: StepDefinition<InitialiseParams> = {
  name: "initialise",
  version: 1,
  async run({ model: name, init, ...key }, _inputs, { dataset }) {
    const model = parseModel(name, dataset);
    const drawn = initialise(model, init, key);
    // Other draws are new weights, for controls.
    const weights = key.draw === 0 && model.given ? model.given(drawn, dataset) : drawn;
    return { tensors: networkToTensors({ weights, mask: null }, model.parameters), result: {} };
  },
};
