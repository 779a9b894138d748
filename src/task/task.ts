/** A task says what is learnt of a data set: the columns of a batch, the objective, and the measures that networks are told apart by. */
import type { Dataset, DatasetDescription } from "../dataset/dataset.ts";
import type { Table } from "../dataset/table.ts";
import type { Node } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Scope } from "../model/scope.ts";

/** What training minimises, as specifications write it: `cross-entropy`, `squared-error`, `binary-cross-entropy`, or of a task that is brought. */
export type LossName = string;

/** What is measured of a network on scored rows; the name is that of rows, curves and figures. */
export interface Measure {
  readonly name: string;
  /** In words, as an axis has it. */
  readonly title: string;
  /** `fraction`, which is shown in percent; else what its numbers are of, such as a target's name; null for pure numbers. */
  readonly unit: string | null;
  /** Whether more is better (`up`) or worse (`down`). */
  readonly direction: "up" | "down";
}

/** Values by the name of their measure; null where one is not defined on the rows, as r2 on targets that are all equal. */
export type Measured = Readonly<Record<string, number | null>>;

/** A batch in a graph, before the model is applied to it. */
export interface Pass {
  /** The model's parameters and what its applications ask the host for. */
  readonly scope: Scope;
  readonly model: Model;
  /** The model's inputs. */
  readonly x: Node;
  /** What is learnt of them, of the type that {@link Task.target} says. */
  readonly y: Node;
  readonly loss: LossName;
}

/** What a training step minimises, and what it updates beside the parameters that the loss depends on. */
export interface Objective {
  /** Per example. */
  readonly loss: Node;
  /** Other updates of the task, such as those of a network that follows the trained one; absent for none. */
  readonly updates?: readonly Node[];
}

/** What scoring computes of every example. */
export interface Scores extends Readonly<Record<string, Node>> {
  /** What the model gives. */
  readonly output: Node;
  readonly loss: Node;
}

/** Adds up what is computed of scored rows, in their order. */
export interface Tally {
  /** Of {@link Task.scores}, those that {@link add} takes. */
  readonly reads: readonly string[];
  /**
   * Adds a batch.
   * @param rows indices into the scored table
   * @param values of each score that it reads, `[entries][lanes]`, the first `rows.length` lanes of each
   */
  add(rows: Int32Array, values: Readonly<Record<string, Float32Array>>, lanes: number): void;
  /** Of all rows added. */
  measures(): Measured;
}

/** What is learnt. All of training, scoring, rows and figures follows from it. */
export interface Task {
  /** As specifications write it. */
  readonly name: string;
  /** Losses that it may be trained by; the first where nothing is said. */
  readonly losses: readonly [LossName, ...LossName[]];
  /** The first is the one that rows, curves, figures and reports speak of. */
  measures(dataset: Pick<DatasetDescription, "target" | "outputs">): readonly [Measure, ...Measure[]];
  /** The measure whose best value on the validation set early stopping chooses; absent for the least validation loss. */
  readonly stopsBy?: string;
  /** The column of the batch's targets, and its shape for a model with so many outputs and inputs of such a shape. */
  target(outputs: number, input: readonly number[]): { readonly column: string; readonly shape: readonly number[] };
  /** Applies the model, as often as it takes, and adds what a training step minimises. */
  objective(pass: Pass): Objective;
  /** Applies the model as it is after training, and adds what is computed of every example. */
  scores(pass: Pass): Scores;
  /** Sums up the scores of rows of a table of the data set, which is standardised where it has floats. */
  tally(dataset: Dataset, table: Table): Tally;
}
