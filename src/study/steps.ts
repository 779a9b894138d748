/** Steps: pure functions of parameters and stored artifacts. Studies are made of them, and a store remembers them. */

import type { Dataset } from "../dataset/dataset.ts";
import { splitTrain } from "../dataset/split.ts";
import type { Engine } from "../engine/engine.ts";
import type { Augmentation } from "../graph/types.ts";
import { type Initialiser, initialise } from "../model/initialise.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { type Network, networkFromTensors, networkToTensors } from "../model/tensors.ts";
import { type Census, census } from "../prune/census.ts";
import { randomMask, shuffleMask } from "../prune/masks.ts";
import { type Cut, fullMask, magnitude, prune } from "../prune/prune.ts";
import type { Artifact } from "../store/store.ts";
import type { CurvePoint } from "../train/curve.ts";
import { rewind } from "../train/network.ts";
import type { OptimizerOptions } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import type { TrainState } from "../train/state.ts";
import type { LossName } from "../train/step.ts";
import { type Pause, train } from "../train/train.ts";
import { stretched } from "./budget.ts";
import { beginMethod, type Method, type MethodOptions, type MethodTraining, valuesOf } from "./method.ts";
import type { Row } from "./row.ts";

/** Names one draw of a stream. */
export interface DrawParams {
  readonly seed: number;
  readonly replicate: number;
  readonly draw: number;
}

/** Parameters by step; all are plain JSON, since they are hashed into the artifact's key. */
export interface StepParams {
  /** A fresh network. */
  initialise: DrawParams & { readonly model: string; readonly data: string; readonly init: Initialiser };
  /** Trains `network` from iteration `from` to `to`, under its own mask or, where given, that of `mask`. */
  train: DrawParams & {
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
  };
  /** A mask from `network`: its own, with `rounds` rounds' lowest magnitudes removed. */
  prune: Cut & { readonly model: string; readonly data: string; readonly rounds: number };
  /** A mask at the per-layer counts of `mask`: drawn anew, or permuted. */
  randomise: DrawParams & { readonly how: "random" | "shuffle"; readonly model: string; readonly data: string };
}

export type StepName = keyof StepParams;

/** Raised when a step begins to give other results for the same parameters. */
export const STEP_VERSIONS: Readonly<Record<StepName, number>> = { initialise: 1, train: 1, prune: 1, randomise: 1 };

/** What a trained network's artifact says of itself. */
export interface TrainResult
  extends Census,
    Pick<Row, "steps" | "testAccuracy" | "testLoss" | "earlyStopStep" | "earlyStopAccuracy" | "seconds"> {}

/** What a step runs with. */
export interface StepContext {
  readonly engine: Engine;
  readonly dataset: Dataset;
  /** The state an interrupted training of this artifact left. */
  readonly resume: TrainState | null;
  /** Called at every pause of a training; awaits whatever the caller does with it, and throws to stop. */
  pause(pause: Pause, goal: { from: number; to: number }): Promise<void>;
}

/** An artifact without its identity, and the learning curve of a training. */
export interface StepOutput {
  readonly tensors: Artifact["tensors"];
  readonly result: Readonly<Record<string, unknown>>;
  readonly metrics?: readonly CurvePoint[];
}

type Inputs = Readonly<Record<string, Artifact>>;
type Step<K extends StepName> = (params: StepParams[K], inputs: Inputs, context: StepContext) => Promise<StepOutput>;

/** The network in an artifact; throws with code `data` where its tensors are not the model's. */
export function networkOf(artifact: Artifact, model: Model): Network {
  return networkFromTensors(artifact.tensors, model.parameters, `artifact of ${artifact.meta.step}`);
}

/** The masks in an artifact; a layer without one is whole. */
function maskOf(artifact: Artifact, model: Model): Map<string, Uint8Array> {
  const bits = (name: string) => artifact.tensors.get(`mask/${name}`)?.data as Uint8Array | undefined;
  return new Map([...fullMask(model.parameters)].map(([name, full]) => [name, bits(name) ?? full]));
}

/** A mask's tensors, and its census as the result. */
function maskOutput(model: Model, mask: ReadonlyMap<string, Uint8Array>): StepOutput {
  const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]));
  const tensors = [...mask].map(
    ([name, data]) => [`mask/${name}`, { dtype: "U8", shape: shapes.get(name)!, data }] as const,
  );
  return { tensors: new Map(tensors), result: { ...census(model.parameters, mask) } };
}

const trainStep: Step<"train"> = async (asked, inputs, context) => {
  const { dataset, engine, resume } = context;
  const model = parseModel(asked.model, dataset);
  const start = networkOf(inputs.network!, model);
  const network = inputs.mask ? rewind(start.weights, maskOf(inputs.mask, model)) : start;
  const params = stretched(asked, model, network.mask);
  const { seed, replicate, draw, ...rest } = params;
  const split = splitTrain(dataset, params.validation, params.trainSize);
  const task = { ...rest, model, dataset, split, noise: { seed, replicate, draw } };
  const { training, networkOf: end } = begin({ engine, task, network, resume }, params.method);
  for (let next = training.next(); ; next = training.next()) {
    if (next.done) return trainOutput(model, end(next.value), { params, state: next.value });
    try {
      await context.pause(next.value, params);
    } catch (error) {
      training.return(undefined as never);
      throw error;
    }
  }
};

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
  { params, state }: { params: StepParams["train"]; state: TrainState },
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

/** All steps by name. */
export const STEPS: { readonly [K in StepName]: Step<K> } = {
  async initialise({ model: name, init, ...key }, _inputs, { dataset }) {
    const model = parseModel(name, dataset);
    const weights = initialise(model, init, key);
    return { tensors: networkToTensors({ weights, mask: null }, model.parameters), result: {} };
  },
  train: trainStep,
  async prune({ model: name, rounds, ...cut }, { network }, { dataset }) {
    const model = parseModel(name, dataset);
    const { weights } = networkOf(network!, model);
    const before = maskOf(network!, model);
    return maskOutput(model, prune(model.parameters, before, { scores: magnitude(weights), cut, rounds }));
  },
  async randomise({ how, model: name, ...key }, { mask }, { dataset }) {
    const model = parseModel(name, dataset);
    const like = maskOf(mask!, model);
    return maskOutput(model, how === "random" ? randomMask(like, key) : shuffleMask(like, key));
  },
};
