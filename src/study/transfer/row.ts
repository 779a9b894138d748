/** The result table of masks carried over: a row for every network trained on a target under a mask of a source. */
import type { FigureData } from "../../figure/figure.ts";
import type { Measure, Measured } from "../../task/task.ts";
import type { Told } from "./configured/place.ts";

/**
 * What a network is: dense, under a mask of its own task's or another's search, a round of a search, or a control; or no network but
 * the line between two.
 */
export type TransferArm =
  | "dense"
  | "l2"
  | "weights"
  | "weights-masked"
  | "global-random"
  | "layer-random"
  | "permuted"
  | "statistics"
  | "line"
  | "ticket"
  | "transfer"
  | "search"
  | "oneshot"
  | "random"
  | "reinit"
  | "layers"
  | "lota"
  | "lota-random";

/** Which row a network makes. */
export interface TransferPlace {
  /** The task whose search gave the mask, a control, or `dense`. */
  readonly source: string;
  /** The task that is learnt. */
  readonly target: string;
  readonly arm: TransferArm;
  /** Rounds behind the mask; 0 is dense. */
  readonly level: number;
  readonly replicate: number;
  /** At the other end of a line, the source of its mask. */
  readonly other?: string;
  /** Prunable weights that are never cut here, which densities do not count; absent: none. */
  readonly uncut?: number;
  /** Of studies of configurations: the source's, where the network is from one, and the target's. */
  readonly from?: Told;
  readonly on?: Told;
  /** The target's first measure. */
  readonly of: Pick<Measure, "title" | "unit" | "direction">;
}

/** A network of the study. */
export interface TransferRow extends Omit<TransferPlace, "of" | "uncut"> {
  /** The target, where the study is of tasks one by one. */
  readonly task?: string;
  /** Of the weights that may be cut those that are kept, or of a mask that says what is trained, those that are. */
  readonly density: number;
  readonly weights: number;
  readonly prunable: number;
  readonly steps: number;
  /** The target's first measure at the end of training, with what it is; null where training diverged. */
  readonly measure: TransferPlace["of"] & { readonly name: string; readonly value: number | null };
  readonly measures: Measured;
  readonly testLoss: number | null;
  readonly diverged?: number;
  /** Of the arm `l2`, the weight decay that was chosen. */
  readonly chosen?: number;
  /** Of a line, the test error along it, from the other source's network at alpha 0 to the source's at 1. */
  readonly path?: { readonly alphas: readonly number[]; readonly testError: readonly number[] };
  readonly seconds: number;
  readonly artifact: string;
}

export type TransferData = FigureData<TransferRow>;

/**
 * A row's measure as papers give it: fractions and correlations in points of 100, others as they are; NaN where training
 * diverged.
 */
export function pointsOf({ measure: { value, unit }, testLoss }: Pick<TransferRow, "measure" | "testLoss">): number {
  if (value === null || !Number.isFinite(value) || !Number.isFinite(testLoss)) return Number.NaN;
  return unit === "fraction" || unit === null ? 100 * value : value;
}

/** The same so that more is better. */
export function gainOf(row: Pick<TransferRow, "measure" | "testLoss">): number {
  return row.measure.direction === "up" ? pointsOf(row) : -pointsOf(row);
}

/** Whether a network has a mask, so that it is compared at its own level alone. */
export function hasLevel({ arm }: Pick<TransferRow, "arm">): boolean {
  return arm !== "dense" && arm !== "l2" && arm !== "weights";
}
