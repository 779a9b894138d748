/** The result table of tickets of pre-training: a row for every network on a target, and one for every probe of a source's. */
import type { FigureData } from "../../figure/figure.ts";
import type { StepRequest } from "../../step/request.ts";
import type { Measure, Measured } from "../../task/task.ts";
import type { PretrainingArm } from "./spec.ts";

/** Which row a step makes. */
export interface PretrainingPlace {
  /** What pre-trained, or `none`. */
  readonly source: string;
  /** The data set that is learnt. */
  readonly target: string;
  readonly arm: PretrainingArm;
  /** Rounds behind the mask; 0 is dense. */
  readonly level: number;
  /** Labelled pictures that were learnt from. */
  readonly labels: number;
  /** `probe`: one linear layer on what the network makes of pictures; `fine-tuned`: all of it was trained on. */
  readonly readout: "probe" | "fine-tuned";
  readonly replicate: number;
  /** The target's first measure. */
  readonly of: Pick<Measure, "title" | "unit" | "direction">;
  /** The step that has nearest views of the network; absent where none has. */
  readonly views?: StepRequest;
}

/** A network of the study. */
export interface PretrainingRow extends Omit<PretrainingPlace, "of" | "views"> {
  /** Of the prunable weights those that are kept. */
  readonly density: number;
  readonly weights: number;
  readonly prunable: number;
  /** The target's first measure on the test set; null where training diverged. */
  readonly measure: PretrainingPlace["of"] & { readonly name: string; readonly value: number | null };
  readonly measures: Measured;
  readonly testLoss: number | null;
  readonly diverged?: number;
  readonly seconds: number;
  /** The artifact with nearest views of the network; absent where there is none. */
  readonly views?: string;
  readonly artifact: string;
}

/** Views of test pictures of a pre-trained network, for the picture of nearest views. */
export interface NearestViews {
  readonly source: string;
  /** Of a view, `[channels, height, width]`. */
  readonly shape: readonly [number, number, number];
  /** `[views][pixels]`, bytes; views n and n + half are of one picture. */
  readonly views: readonly Uint8Array[];
  /** Of each view the nearest other. */
  readonly nearest: readonly number[];
}

/** A row with what figures need beside it. */
export interface PretrainingDetail extends PretrainingRow {
  /** Beside the first probe of each source without labels. */
  readonly nearest?: NearestViews;
}

export type PretrainingData = FigureData<PretrainingDetail>;

/** A row's measure in points of 100; NaN where training diverged. */
export function pointsOf({ measure: { value } }: Pick<PretrainingRow, "measure">): number {
  return value === null || !Number.isFinite(value) ? Number.NaN : 100 * value;
}
