/** The step `trunk`: the beginning of a training that several branch off. */
import type { Tensor } from "../base/safetensors.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import type { Artifact } from "../store/store.ts";
import type { TrainState } from "../train/state.ts";
import type { StepDefinition } from "./definition.ts";
import { networkOf, STATE_PREFIX } from "./networks.ts";
import { carryOut, type TrainParams, type TrainResult } from "./train.ts";

/**
 * As of `train` from iteration 0. The optimizer's state is in the artifact, so that a longer trunk may take it for a
 * head start and has the bits of one that never stopped.
 */
export type TrunkParams = Omit<TrainParams, "from" | "stretch" | "method">;

/** Trains from iteration 0, or on from a shorter trunk. The artifact does not tell which: it has no learning curve. */
export const trunkStep: StepDefinition<TrunkParams> = {
  name: "trunk",
  version: 1,
  arithmetic: true,
  async run(params, { network: first }, context) {
    const model = parseModel(params.model, context.dataset);
    const network = networkOf(first!, model);
    const resume = context.resume ?? (context.headStart ? stateOf(context.headStart, model) : null);
    const trained = await carryOut({ ...params, from: 0 }, { model, network, resume }, context);
    const { tensors, result } = trained.output;
    if (!trained.state) return { tensors, result };
    const { state } = trained;
    const slots = [...state.values]
      .filter(([name]) => !tensors.has(name))
      .map(([name, data]): [string, Tensor] => [STATE_PREFIX + name, { dtype: "F32", shape: [data.length], data }]);
    const { measure, measures, testLoss, seconds } = result;
    return {
      tensors: new Map([...tensors, ...slots]),
      result: { steps: params.to, measure, measures, testLoss, seconds },
    };
  },
};

/** The state that a trunk ended in, without what its training said on the way. */
function stateOf({ tensors, meta }: Artifact, model: Model): TrainState {
  const slots = [...tensors].filter(([name]) => name.startsWith(STATE_PREFIX));
  const named = model.parameters.map(({ name }) => [name, tensors.get(name)!] as const);
  const values = [...named, ...slots.map(([name, tensor]) => [name.slice(STATE_PREFIX.length), tensor] as const)];
  const { steps: step, seconds } = meta.result as unknown as TrainResult;
  const told = { curve: [], earlyStop: null, measures: {}, lossSum: 0, lossCount: 0 };
  return { ...told, step, seconds, values: new Map(values.map(([name, { data }]) => [name, data as Float32Array])) };
}
