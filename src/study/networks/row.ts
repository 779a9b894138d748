/** The result table of a study: one row for every network trained. Figures, `--json` and CSV are made of it. */
import type { FigureData } from "../../figure/figure.ts";
import type { LayerCount } from "../../prune/census.ts";
import type { Measured } from "../../task/task.ts";
import type { CurvePoint } from "../../train/curve.ts";

export type { CurvePoint, LayerCount };

/** What is compared: arms with masks of their own, arms under the ticket's masks or at their counts, the dense network. */
export const ARMS = [
  ...(["ticket", "rewound", "oneshot", "lr-rewind", "finetune"] as const),
  ...(["reinit", "scratch-b", "random", "shuffle", "nested-random", "dense"] as const),
] as const;

/** What the study `methods` compares beside tickets, fresh weights and the dense network: ways to become sparse in training. */
export const METHODS = ["gradual", "gradual-random", "variational", "l0"] as const;
export type Arm = (typeof ARMS)[number] | (typeof METHODS)[number];

/** One trained network of a study. */
export interface Row {
  /** Which part of a study of several parts it belongs to, such as a learning rate. */
  readonly panel?: string;
  readonly arm: Arm;
  readonly replicate: number;
  /** Pruning rounds behind the mask; 0 is dense. */
  readonly level: number;
  /** `weights / prunable`. */
  readonly density: number;
  /** Prunable weights kept. */
  readonly weights: number;
  readonly prunable: number;
  /** The iteration that its training ended at. */
  readonly steps: number;
  /** The task's first measure on the test set at the end of training; null where training diverged. */
  readonly measure: { readonly name: string; readonly value: number | null };
  /** All measures of the task by name. */
  readonly measures: Measured;
  /** The iteration that early stopping chooses, and the measure of the test set there; null without a validation split. */
  readonly earlyStop: { readonly step: number; readonly value: number } | null;
  /** The iteration whose loss was not finite; absent where all were. */
  readonly diverged?: number;
  /** Mean loss of the test set at the end of training; null where training diverged. */
  readonly testLoss: number | null;
  /** Of classification, the fraction of the test set at the end of training. */
  readonly testAccuracy?: number | null;
  /** Of classification, what {@link earlyStop} says. */
  readonly earlyStopStep?: number | null;
  readonly earlyStopAccuracy?: number | null;
  /** Wall-clock seconds of its training, evaluation included. */
  readonly seconds: number;
  /** Key of the trained network in the store. */
  readonly artifact: string;
}

/** A row with what figures need beside it. */
export interface RowDetail extends Row {
  readonly layers: readonly LayerCount[];
  readonly curve: readonly CurvePoint[];
}

/** Which row a trained network makes. */
export type NetworkPlace = Pick<Row, "panel" | "arm" | "replicate" | "level">;

/** The rows of a study as its figures read them. */
export type NetworkData = FigureData<RowDetail>;

/** Tells a trained network among the rows of any study. */
export function isNetwork(row: object): row is Row {
  return "arm" in row && "level" in row && !("copies" in row);
}
