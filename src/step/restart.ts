/** The step `restart`: the network that training under a mask starts from, by an action on the weights it keeps or cuts. */
import { parseModel } from "../model/registry.ts";
import { networkToTensors } from "../model/tensors.ts";
import { type ActionName, startOf } from "../prune/actions.ts";
import { fullMask } from "../prune/prune.ts";
import type { DrawParams, StepDefinition } from "./definition.ts";
import { maskOf, networkOf } from "./networks.ts";

export interface RestartParams extends DrawParams {
  readonly model: string;
  readonly data: string;
  readonly action: ActionName;
}

/**
 * Its inputs are `initial` and `trained`, the networks before and after the training that the mask was made by, and `mask`,
 * absent for all weights. Without `trained` nothing has been trained. The network has a value for every weight and no mask,
 * for some actions leave values where the mask cuts.
 */
export const restartStep: StepDefinition<RestartParams> = {
  name: "restart",
  version: 1,
  async run({ model: name, data: _, action, ...key }, { initial, trained, mask }, { dataset }) {
    const model = parseModel(name, dataset);
    const first = networkOf(initial!, model).weights;
    const last = trained ? networkOf(trained, model).weights : first;
    const bits = mask ? maskOf(mask, model) : fullMask(model.parameters);
    const weights = startOf({ action, initial: first, trained: last, mask: bits, key });
    return { tensors: networkToTensors({ weights, mask: null }, model.parameters), result: {} };
  },
};
