/** Steps: pure functions of parameters and stored artifacts. Studies are made of them, and a store remembers them. */

import type { Dataset } from "../dataset/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import type { Augmentation } from "../graph/types.ts";
import { type Initialiser, initialise } from "../model/initialise.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { networkToTensors } from "../model/tensors.ts";
import { type Census, census } from "../prune/census.ts";
import { randomMask, shuffleMask } from "../prune/masks.ts";
import { type Cut, magnitude, prune } from "../prune/prune.ts";
import type { Artifact } from "../store/store.ts";
import type { CurvePoint } from "../train/curve.ts";
import type { LossName } from "../train/experiment.ts";
import type { OptimizerOptions } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import type { TrainState } from "../train/state.ts";
import type { Pause } from "../train/train.ts";
import { interpolateStep } from "./interpolate-step.ts";
import type { Method } from "./method.ts";
import { maskOf, networkOf } from "./networks.ts";
import type { Row } from "./row.ts";
import { trainStep, trunkStep } from "./train-step.ts";

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
  /**
   * The beginning of a training that others branch off: as `train` from iteration 0, with the optimizer's state in the
   * artifact, so that a longer trunk may take it for a head start and has the bits of one that never stopped.
   */
  trunk: Omit<StepParams["train"], "from" | "stretch" | "method">;
  /** Scores on the line between the networks `a` and `b`, and how their updates since `origin` lie to each other. */
  interpolate: {
    readonly model: string;
    readonly data: string;
    readonly validation: number;
    readonly trainSize?: number;
    /** Points on the line, both ends included. */
    readonly points: number;
    /** Training images scored, as many of every class; absent: all that are trained on. */
    readonly trainImages?: number;
    /** Whether the line is also scored with running statistics recomputed on these images at every point. */
    readonly recompute: boolean;
    /** How the neurons of `b` are permuted to those of `a` before; absent: not at all. */
    readonly align?: "weights" | "activations";
  };
  /** A mask from `network`: its own, with `rounds` rounds' lowest magnitudes removed. */
  prune: Cut & { readonly model: string; readonly data: string; readonly rounds: number };
  /** A mask at the per-layer counts of `mask`: drawn anew, or permuted. */
  randomise: DrawParams & { readonly how: "random" | "shuffle"; readonly model: string; readonly data: string };
}

export type StepName = keyof StepParams;

/** Raised when a step begins to give other results for the same parameters. */
export const STEP_VERSIONS: Readonly<Record<StepName, number>> = {
  initialise: 1,
  train: 1,
  trunk: 1,
  interpolate: 1,
  prune: 1,
  randomise: 1,
};

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
  /** An artifact that the step may go on from without changing a bit of its result. */
  readonly headStart?: Artifact | null;
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
export type Step<K extends StepName> = (
  params: StepParams[K],
  inputs: Inputs,
  context: StepContext,
) => Promise<StepOutput>;

/** A mask's tensors, and its census as the result. */
function maskOutput(model: Model, mask: ReadonlyMap<string, Uint8Array>): StepOutput {
  const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]));
  const tensors = [...mask].map(
    ([name, data]) => [`mask/${name}`, { dtype: "U8", shape: shapes.get(name)!, data }] as const,
  );
  return { tensors: new Map(tensors), result: { ...census(model.parameters, mask) } };
}

/** All steps by name. */
export const STEPS: { readonly [K in StepName]: Step<K> } = {
  async initialise({ model: name, init, ...key }, _inputs, { dataset }) {
    const model = parseModel(name, dataset);
    const weights = initialise(model, init, key);
    return { tensors: networkToTensors({ weights, mask: null }, model.parameters), result: {} };
  },
  train: trainStep,
  trunk: trunkStep,
  interpolate: interpolateStep,
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
