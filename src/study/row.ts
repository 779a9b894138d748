/** The result table of a study: one row for every network trained. Figures, `--json` and CSV are made of it. */
import type { LayerCount } from "../prune/census.ts";
import type { CurvePoint } from "../train/curve.ts";

export type { CurvePoint, LayerCount };

/** What is compared at equal masks or equal density. */
export const ARMS = ["ticket", "reinit", "random", "shuffle", "dense"] as const;
export type Arm = (typeof ARMS)[number];

/** One trained network of a study. */
export interface Row {
  readonly arm: Arm;
  readonly replicate: number;
  /** Pruning rounds behind the mask; 0 is dense. */
  readonly level: number;
  /** `weights / prunable`. */
  readonly density: number;
  /** Prunable weights kept. */
  readonly weights: number;
  readonly prunable: number;
  /** Iterations trained. */
  readonly steps: number;
  /** Fractions of the test set and mean cross-entropy, at the end of training. */
  readonly testAccuracy: number;
  readonly testLoss: number;
  /** Iteration of minimum validation loss and the test accuracy there; null without a validation split. */
  readonly earlyStopStep: number | null;
  readonly earlyStopAccuracy: number | null;
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
