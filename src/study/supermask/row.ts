/** The result table of the study: a row for every arm, replicate and level. */
import type { FigureData } from "../../figure/figure.ts";
import type { LearnedMask, MaskResult } from "../../step/learned-masks.ts";
import type { Picture } from "../shared/pictures.ts";

/** A masked network: what it scores trained, and what it scored before. */
export interface SupermaskRow {
  /** `dense`, or an arm such as `large_final+reinit`. */
  readonly arm: string;
  /** Null of the dense network and of learned masks. */
  readonly criterion: string | null;
  readonly action: string | null;
  /** How a learned mask is trained; null of all others. */
  readonly method: LearnedMask["name"] | null;
  readonly replicate: number;
  /** Pruning rounds behind the mask; 0 of the dense network and of learned masks. */
  readonly level: number;
  /** `kept / prunable`. */
  readonly density: number;
  /** Weights that the mask keeps; cut ones that stay in the network as they were are not counted. */
  readonly kept: number;
  readonly prunable: number;
  /** Whether all weights are as they were drawn; null where an artifact does not tell. */
  readonly weightsUntouched: boolean | null;
  /**
   * The task's first measure on the test set at the end of training, of the network that is stored; null where nothing was
   * trained, or training diverged.
   */
  readonly measure: { readonly name: string; readonly value: number | null };
  /** Of classification, that as a fraction, but of masks that are drawn the mean over ten; absent where nothing was trained. */
  readonly testAccuracy?: number | null;
  /** Of masks that are drawn, the means over ten. */
  readonly sampled?: NonNullable<MaskResult["sampled"]>;
  /** Of classification with masks that are drawn, what the weights score that are there at least as likely as not. */
  readonly thresholdAccuracy?: number | null;
  /** Of learned masks, the best evaluation of the test set, which papers report. */
  readonly bestOnTest?: MaskResult["bestOnTest"];
  /** Mean loss of the test set at the end of training. */
  readonly testLoss?: number | null;
  /** The iteration whose loss was not finite; absent where all were. */
  readonly diverged?: number;
  /**
   * The measure before training under the one-shot mask of this level, on the rows held out and on the test set; null where
   * it is not known.
   */
  readonly untrained: { readonly validation: number | null; readonly test: number | null } | null;
  /** Wall-clock seconds of its training; absent where nothing was trained. */
  readonly seconds?: number;
  /** Key of the trained network in the store; of what is not trained, that of its score. */
  readonly artifact: string;
}

/** A row with what figures need beside it. */
export interface SupermaskDetail extends SupermaskRow {
  /** Of learned masks of the first replicate. */
  readonly picture?: Picture;
}

/** Which row a step makes, or adds to. */
export type SupermaskPlace = Pick<SupermaskRow, "arm" | "replicate" | "level">;

/** The arm of the dense network. */
export const DENSE = "dense";

/** The rows as figures read them. */
export type SupermaskData = FigureData<SupermaskRow>;
