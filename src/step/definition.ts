/** What a step is: a pure function of parameters and stored artifacts, by name and version. */
import type { Dataset } from "../dataset/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import type { Artifact } from "../store/store.ts";
import type { CurvePoint } from "../train/curve.ts";
import type { TrainState } from "../train/state.ts";
import type { Pause } from "../train/train.ts";

/** Names one draw of a stream. */
export interface DrawParams {
  readonly seed: number;
  readonly replicate: number;
  readonly draw: number;
}

/** The artifacts that go into a step, by the part they play. */
export type StepInputs = Readonly<Record<string, Artifact>>;

/** What a step runs with. */
export interface StepContext {
  readonly engine: Engine;
  /** The data set that the parameter `data` names; throws `data` where it is not loaded. */
  readonly dataset: Dataset;
  /** The state an interrupted training of this artifact left. */
  readonly resume: TrainState | null;
  /** An artifact that the step may go on from without changing a bit of its result. */
  readonly headStart?: Artifact | null;
  /**
   * Does parts of the step's work by its definition's `part`, on several threads where there are some; resolves to what came
   * of them, in their order.
   */
  parts<R>(jobs: readonly unknown[]): Promise<readonly R[]>;
  /** Called at every pause of a training; awaits whatever the caller does with it, and throws to stop. */
  pause(pause: Pause, goal: { from: number; to: number }): Promise<void>;
}

/** An artifact without its identity, and the learning curve of a training. */
export interface StepOutput {
  readonly tensors: Artifact["tensors"];
  readonly result: Readonly<Record<string, unknown>>;
  readonly metrics?: readonly CurvePoint[];
}

/** A step by its name: what it does with parameters of type `P`, which are plain JSON since they are hashed. */
export interface StepDefinition<P = never> {
  /** As requests and keys write it. */
  readonly name: string;
  /** Raised when the step begins to give other results for the same parameters; for some of them alone, a function. */
  readonly version: number | ((params: P) => number);
  /**
   * Whether the result depends on the engine's class of arithmetic, which is then part of the identity; for some
   * parameters alone, a function. Default false.
   */
  readonly arithmetic?: boolean | ((params: P) => boolean);
  /** What it does; equal parameters and inputs must give equal results. */
  run(params: P, inputs: StepInputs, context: StepContext): Promise<StepOutput>;
  /**
   * About the seconds that it takes on one core, by a small part of it that is carried out; absent: nobody knows.
   * @param on has the data set that the parameter `data` names
   */
  seconds?(params: P, on: Pick<StepContext, "dataset">): number;
  /** A part of its work that needs nothing of the others, from plain data to plain data; see {@link StepContext.parts}. By default a step has none. */
  part?(job: never): unknown;
}

/** Whether a step's result depends on the class of arithmetic for these parameters. */
export function dependsOnArithmetic({ arithmetic = false }: StepDefinition, params: object): boolean {
  return typeof arithmetic === "boolean" ? arithmetic : arithmetic(params as never);
}

/** The version of a step for these parameters. */
export function versionOf({ version }: StepDefinition, params: object): number {
  return typeof version === "number" ? version : version(params as never);
}
