/** The step `train`: a network trained to its end. */

import { splitTrain } from "../dataset/split.ts";
import type { Augmentation } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { type Network, networkToTensors } from "../model/tensors.ts";
import { type Census, census } from "../prune/census.ts";
import { rewind } from "../train/network.ts";
import type { OptimizerOptions } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import type { TrainState } from "../train/state.ts";
import type { LossName } from "../train/step.ts";
import { train } from "../train/train.ts";
import { stretched } from "./budget.ts";
import type { DrawParams, StepContext, StepDefinition, StepOutput } from "./definition.ts";
import { beginMethod, type Method, type MethodOptions, type MethodTraining, valuesOf } from "./method.ts";
import { maskOf, networkOf } from "./networks.ts";

export interface TrainParams extends DrawParams {
  readonly model: string;
  readonly data: string;
  readonly validation: number;
  readonly batch: number;
  readonly loss: LossName;
  readonly optimizer: OptimizerOptions;
  readonly schedule: Schedule;
  readonly from: number;
  readonly to: number;
  readonly evaluateEvery: number;
  /** Absent: the whole training set, images as they are. */
  readonly trainSize?: number;
  readonly augment?: Augmentation;
  /** The lengths in iterations are multiplied by the FLOPs of the dense over those of the pruned network, at most by this. */
  readonly stretch?: number;
  /** How it becomes sparse on the way; absent: not at all. */
  readonly method?: Method;
}

/** What a trained network's artifact says of itself. */
export interface TrainResult extends Census {
  /** The iteration that its training ended at. */
  readonly steps: number;
  /** Fractions of the test set and mean cross-entropy, at the end of training. */
  readonly testAccuracy: number;
  readonly testLoss: number;
  /** Iteration of minimum validation loss and the test accuracy there; null without a validation split. */
  readonly earlyStopStep: number | null;
  readonly earlyStopAccuracy: number | null;
  /** Wall-clock seconds of its training, evaluation included. */
  readonly seconds: number;
}

/** Trains `network` from iteration `from` to `to`, under its own mask or, where given, that of `mask`. */
export const trainStep: StepDefinition<TrainParams> = {
  name: "train",
  version: 1,
  arithmetic: true,
  async run(asked, inputs, context) {
    const model = parseModel(asked.model, context.dataset);
    const start = networkOf(inputs.network!, model);
    const network = inputs.mask ? rewind(start.weights, maskOf(inputs.mask, model)) : start;
    const params = stretched(asked, model, network.mask);
    const { state, end } = await carryOut(params, { model, network, resume: context.resume }, context);
    return trainOutput(model, end, { params, state });
  },
};

interface Start {
  readonly model: Model;
  readonly network: Network;
  readonly resume: TrainState | null;
}

/** Trains to the end, telling the context of every pause. */
export async function carryOut(params: TrainParams, { model, network, resume }: Start, context: StepContext) {
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

/** The artifact of a trained network, whose result is a {@link TrainResult}. */
export function trainOutput(
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
