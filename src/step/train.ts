/** The step `train`: a network trained to its end. */
import { fail } from "../base/errors.ts";
import { splitTrain } from "../dataset/split.ts";
import type { Augmentation } from "../graph/types.ts";
import { freeze } from "../model/freeze.ts";
import { headOf } from "../model/head.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { type Network, networkToTensors } from "../model/tensors.ts";
import { type Census, census } from "../prune/census.ts";
import { taskOf } from "../task/registry.ts";
import type { LossName, Measured } from "../task/task.ts";
import { Diverged } from "../train/diverged.ts";
import { rewind } from "../train/network.ts";
import type { OptimizerOptions } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import type { EarlyStop, TrainState } from "../train/state.ts";
import { type Pause, train } from "../train/train.ts";
import { stretched } from "./budget.ts";
import type { DrawParams, StepContext, StepDefinition, StepOutput } from "./definition.ts";
import { beginFrozen } from "./frozen.ts";
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
  /** The lengths in iterations are multiplied by the FLOPs of the dense over those of the pruned network, at most by `most`. */
  readonly stretch?: { readonly most?: number };
  /** How it becomes sparse on the way; absent: not at all. */
  readonly method?: Method;
  /** What becomes of the weights that the mask cuts: they stay as the network has them, untrained; absent: they are removed. */
  readonly cutWeights?: "frozen";
  /** What is trained: the head of the task alone, on a network that stays as it is; absent: all. */
  readonly trains?: "head";
  /** What its artifact keeps: scores and curve; absent: the network too. */
  readonly keeps?: "scores";
}

/** What a trained network's artifact says of itself. */
export interface TrainResult extends Census {
  /** The iteration that its training ended at. */
  readonly steps: number;
  /** The task's first measure on the test set at the end of training; null where training diverged. */
  readonly measure: { readonly name: string; readonly value: number | null };
  /** All measures by name. */
  readonly measures: Measured;
  /** Of the test set at the end of training; null where training diverged. */
  readonly testLoss: number | null;
  /** The best iteration on the validation set and the measure of the test set there; null without a validation split. */
  readonly earlyStop: Pick<EarlyStop, "step" | "value"> | null;
  /** The iteration whose loss was not finite; absent where all were. Then there is no network. */
  readonly diverged?: number;
  /** Wall-clock seconds of its training, evaluation included. */
  readonly seconds: number;
}

/** Trains `network` from iteration `from` to `to`, under its own mask or, where given, that of `mask`. */
export const trainStep: StepDefinition<TrainParams> = {
  name: "train",
  version: 1,
  arithmetic: true,
  async run(asked, inputs, context) {
    const whole = parseModel(asked.model, context.dataset);
    const isHead = headOf(whole);
    const model = asked.trains ? freeze(whole, (parameter) => !isHead(parameter)) : whole;
    const start = networkOf(inputs.network!, model);
    const mask = inputs.mask ? maskOf(inputs.mask, model) : null;
    if (asked.cutWeights) {
      const network = { weights: start.weights, mask: mask ?? failUnmasked() };
      return (await carryOut(asked, { model, network, resume: context.resume }, context)).output;
    }
    const network = mask ? rewind(start.weights, mask) : start;
    const params = stretched(asked, model, network.mask);
    return (await carryOut(params, { model, network, resume: context.resume }, context)).output;
  },
};

function failUnmasked(): never {
  return fail("usage", "cutWeights", { rule: "needs a mask that cuts weights", remedy: "Give the step a mask" });
}

interface Start {
  readonly model: Model;
  readonly network: Network;
  readonly resume: TrainState | null;
}

/** The artifact of a training, and the state that it ended in; null where it diverged. */
interface Trained {
  readonly output: StepOutput;
  readonly state: TrainState | null;
}

/** Trains to the end, telling the context of every pause. That a training diverged is its result. */
export async function carryOut(params: TrainParams, start: Start, context: StepContext): Promise<Trained> {
  const { dataset, engine } = context;
  const { model, network, resume } = start;
  const { seed, replicate, draw, ...rest } = params;
  const split = splitTrain(dataset, params.validation, params.trainSize);
  const asked = { ...rest, model, dataset, split, noise: { seed, replicate, draw } };
  const { training, networkOf: end, tell } = begin({ engine, asked, network, resume }, params);
  const startedAt = performance.now() - 1000 * (resume?.seconds ?? 0);
  const [{ name }] = taskOf(dataset).measures(dataset);
  try {
    const state = await endOf(training, (pause) => context.pause(pause, params));
    const counted = params.cutWeights ? network.mask : undefined;
    const output = trainOutput(params, { model, network: end(state), counted, state, measure: name });
    const more = tell ? await tell(state) : {};
    return { output: { ...output, result: { ...output.result, ...more } }, state };
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    const seconds = (performance.now() - startedAt) / 1000;
    return { output: divergedOutput(params, { error, measure: name, seconds, ...start }), state: null };
  }
}

/** The state that a training ends in; it is left where a pause throws. */
async function endOf(
  training: AsyncGenerator<Pause, TrainState>,
  pause: (pause: Pause) => Promise<void>,
): Promise<TrainState> {
  try {
    for (;;) {
      const next = await training.next();
      if (next.done) return next.value;
      await pause(next.value);
    }
  } finally {
    await training.return(undefined as never);
  }
}

function begin(
  options: MethodOptions,
  { method, cutWeights }: Pick<TrainParams, "method" | "cutWeights">,
): MethodTraining {
  if (cutWeights) return beginFrozen(options);
  if (method) return beginMethod(method, options);
  const { engine, asked, network, resume } = options;
  const { mask } = network;
  return {
    training: train(engine, asked, network, resume ?? undefined),
    networkOf: (state) => ({ weights: valuesOf(asked.model, state, network.weights), mask }),
  };
}

/** A training that ended. */
interface Ended {
  readonly model: Model;
  readonly network: Network;
  /** The mask whose weights are counted; absent: the network's own. */
  readonly counted?: Network["mask"] | undefined;
  readonly state: TrainState;
  /** The name of the task's first measure. */
  readonly measure: string;
}

function trainOutput(
  { to: steps, keeps }: Pick<TrainParams, "to" | "keeps">,
  { model, network, counted = network.mask, state, measure }: Ended,
): StepOutput {
  const last = state.curve.at(-1)!;
  const { earlyStop, measures, seconds } = state;
  const result: TrainResult = {
    steps,
    measure: { name: measure, value: last.test! },
    measures,
    testLoss: last.testLoss!,
    earlyStop: earlyStop && { step: earlyStop.step, value: earlyStop.value },
    seconds,
    ...census(model.parameters, counted),
  };
  const tensors = keeps === "scores" ? new Map() : networkToTensors(network, model.parameters);
  return { tensors, result: { ...result }, metrics: state.curve };
}

/** Of a training that left no network: the iteration, and the curve until then. */
function divergedOutput(
  { to: steps }: Pick<TrainParams, "to">,
  { error, measure, seconds, model, network }: Start & { error: Diverged; measure: string; seconds: number },
): StepOutput {
  const result: TrainResult = {
    ...{ steps, diverged: error.iteration, measure: { name: measure, value: null }, measures: {} },
    ...{ testLoss: null, earlyStop: null, seconds, ...census(model.parameters, network.mask) },
  };
  return { tensors: new Map(), result: { ...result, message: error.message }, metrics: error.curve };
}
