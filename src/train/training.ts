/** What one training is: the model and the data set, how it is trained, and for how long. */
import type { OrderKey } from "../dataset/batches.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { TrainSplit } from "../dataset/split.ts";
import type { Instance } from "../engine/engine.ts";
import type { Augmentation } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { LossName, Task } from "../task/task.ts";
import type { Feed } from "./feed.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import type { Ramp } from "./penalty.ts";
import type { Schedule } from "./schedule.ts";

/** What to train, on what, and for how long. */
export interface Training {
  /** Fitted to the data set: its inputs and its outputs. */
  readonly model: Model;
  /** That keeps the rules of `checkDataset`. */
  readonly dataset: Dataset;
  /** The rows to train on, and those held back for early stopping; `trainNetwork` by default holds none back. */
  readonly split: TrainSplit;
  /** What is learnt; default the data set's own task. */
  readonly task?: Task;
  /** `optimizerOf(name)` has each with its defaults; default of `trainNetwork` Adam. */
  readonly optimizer: OptimizerOptions;
  /** The learning rate by iteration; default of `trainNetwork` 1.2e-3 throughout. */
  readonly schedule: Schedule;
  /** One of the task's losses; default of `trainNetwork` the first of them. */
  readonly loss: LossName;
  /** Examples of a batch, from 1; default of `trainNetwork` 60. */
  readonly batch: number;
  /**
   * Iteration of the starting weights, from 0; the schedule and the data order continue from there, the optimizer starts fresh.
   * Default of `trainNetwork` 0.
   */
  readonly from: number;
  /** Iteration to stop before, from `from`. */
  readonly to: number;
  /**
   * Iterations between evaluations, from 1; the first is before training, the last after it. Default of `trainNetwork` all
   * iterations.
   */
  readonly evaluateEvery: number;
  /** Iterations between pauses, from 1; default 50, often enough for Ctrl-C. */
  readonly pauseEvery?: number;
  /** Which rows of the test table are scored; default all. A page that scores often takes some. */
  readonly testRows?: Int32Array;
  /** How training images are varied; default not at all. */
  readonly augment?: Augmentation;
  /** What the penalty of a model that has one is multiplied by; default none, for models without. */
  readonly penalty?: Ramp;
  /** Names the order of the data, its augmentation and the dropout masks; default of `trainNetwork` seed, replicate and draw 0. */
  readonly noise: OrderKey;
  /** What the host writes at each iteration; default `trainingFeed`. */
  readonly feed?: (instance: Instance, training: Training) => Feed;
}
