/** The steps that train: a network to its end, and the beginning that several trainings share. */
import type { Tensor } from "../base/safetensors.ts";
import { splitTrain } from "../dataset/split.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { type Network, networkToTensors } from "../model/tensors.ts";
import { census } from "../prune/census.ts";
import type { Artifact } from "../store/store.ts";
import { rewind } from "../train/network.ts";
import type { TrainState } from "../train/state.ts";
import { train } from "../train/train.ts";
import { stretched } from "./budget.ts";
import { beginMethod, type Method, type MethodOptions, type MethodTraining, valuesOf } from "./method.ts";
import { maskOf, networkOf, STATE_PREFIX } from "./networks.ts";
import type { Step, StepContext, StepOutput, StepParams, TrainResult } from "./steps.ts";

/** Trains a network, under the mask of another artifact where one is given. */
export const trainStep: Step<"train"> = async (asked, inputs, context) => {
  const model = parseModel(asked.model, context.dataset);
  const start = networkOf(inputs.network!, model);
  const network = inputs.mask ? rewind(start.weights, maskOf(inputs.mask, model)) : start;
  const params = stretched(asked, model, network.mask);
  const { state, end } = await carryOut(params, { model, network, resume: context.resume }, context);
  return trainOutput(model, end, { params, state });
};

/** Trains from iteration 0, or on from a shorter trunk. The artifact does not tell which: it has no learning curve. */
export const trunkStep: Step<"trunk"> = async (params, { network: first }, context) => {
  const model = parseModel(params.model, context.dataset);
  const network = networkOf(first!, model);
  const resume = context.resume ?? (context.headStart ? stateOf(context.headStart, model) : null);
  const { state, end } = await carryOut({ ...params, from: 0 }, { model, network, resume }, context);
  const { tensors, result } = trainOutput(model, end, { params, state });
  const slots = [...state.values]
    .filter(([name]) => !tensors.has(name))
    .map(([name, data]): [string, Tensor] => [STATE_PREFIX + name, { dtype: "F32", shape: [data.length], data }]);
  const { testAccuracy, testLoss, seconds } = result;
  return { tensors: new Map([...tensors, ...slots]), result: { steps: params.to, testAccuracy, testLoss, seconds } };
};

/** The state that a trunk ended in, without what its training said on the way. */
function stateOf({ tensors, meta }: Artifact, model: Model): TrainState {
  const slots = [...tensors].filter(([name]) => name.startsWith(STATE_PREFIX));
  const named = model.parameters.map(({ name }) => [name, tensors.get(name)!] as const);
  const values = [...named, ...slots.map(([name, tensor]) => [name.slice(STATE_PREFIX.length), tensor] as const)];
  const { steps: step, seconds } = meta.result as unknown as TrainResult;
  const told = { curve: [], earlyStop: null, lossSum: 0, lossCount: 0 };
  return { ...told, step, seconds, values: new Map(values.map(([name, { data }]) => [name, data as Float32Array])) };
}

interface Start {
  readonly model: Model;
  readonly network: Network;
  readonly resume: TrainState | null;
}

/** Trains to the end, telling the context of every pause. */
async function carryOut(params: StepParams["train"], { model, network, resume }: Start, context: StepContext) {
  const { dataset, engine } = context;
  const { seed, replicate, draw, ...rest } = params;
  const split = splitTrain(dataset, params.validation, params.trainSize);
  const task = { ...rest, model, dataset, split, noise: { seed, replicate, draw } };
  const { training, networkOf: end } = begin({ engine, task, network, resume }, params.method);
  for (let next = training.next(); ; next = training.next()) {
    if (next.done) return { state: next.value, end: end(next.value) };
    try {
      await context.pause(next.value, params);
    } catch (error) {
      training.return(undefined as never);
      throw error;
    }
  }
}

function begin(options: MethodOptions, method: Method | undefined): MethodTraining {
  if (method) return beginMethod(method, options);
  const { engine, task, network, resume } = options;
  const { mask } = network;
  return {
    training: train(engine, task, network, resume ?? undefined),
    networkOf: (state) => ({ weights: valuesOf(task.model, state), mask }),
  };
}

function trainOutput(
  model: Model,
  { weights, mask }: Network,
  { params, state }: { params: { readonly to: number }; state: TrainState },
): StepOutput {
  const last = state.curve.at(-1)!;
  const result: TrainResult = {
    steps: params.to,
    testAccuracy: last.testAccuracy!,
    testLoss: last.testLoss!,
    earlyStopStep: state.earlyStop?.step ?? null,
    earlyStopAccuracy: state.earlyStop?.testAccuracy ?? null,
    seconds: state.seconds,
    ...census(model.parameters, mask),
  };
  return {
    tensors: networkToTensors({ weights, mask }, model.parameters),
    result: { ...result },
    metrics: state.curve,
  };
}
