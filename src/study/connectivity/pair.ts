/** The result table of a study of linear mode connectivity: one row for every pair of copies joined by a line. */
import type { Instability } from "../../connectivity/instability.ts";
import type { PathScores } from "../../connectivity/path.ts";
import type { Separation } from "../../connectivity/updates.ts";
import type { FigureData } from "../../figure/figure.ts";
import type { StepRequest } from "../../step/request.ts";
import type { Measured } from "../../task/task.ts";
import type { Row } from "../networks/row.ts";

/** What copies are made of: the dense network, IMP's subnetwork with rewinding to the parting, and its controls. */
export const PAIR_ARMS = ["dense", "rewound", "random", "shuffle", "reinit"] as const;
export type PairArm = (typeof PAIR_ARMS)[number];

/** Two networks trained from the same weights with other SGD noise, and the scores on the line between them. */
export interface PairRow
  extends Pick<Row, "panel" | "replicate" | "level" | "density" | "weights" | "prunable" | "steps"> {
  readonly arm: PairArm;
  /** The iteration at which the copies part. */
  readonly step: number;
  readonly copies: readonly [number, number];
  /** `lii`: of the test error, with recomputed statistics where there are any; null where a network between scores no number. */
  readonly measure: { readonly name: "lii"; readonly value: number | null };
  readonly measures: Measured;
  /** The task's first measure on the test set: of the dense network that both begin as, null at iteration 0. */
  readonly start: number | null;
  /** And of both at the end of training. */
  readonly ends: readonly [number, number];
  /** Of classification, the same as fractions. */
  readonly startAccuracy?: number | null;
  readonly testAccuracy?: readonly [number, number];
  /** The alphas at which a network scores no number; absent where all do. */
  readonly gaps?: readonly number[];
  /** Running statistics of batch norm interpolated like all other values. */
  readonly path: PathScores;
  /** Running statistics recomputed at every point; null without batch norm, or where it was not asked for. */
  readonly recomputed: PathScores | null;
  readonly instability: Instability;
  readonly recomputedInstability: Instability | null;
  readonly separation: Separation;
  /** Key of the interpolation in the store. */
  readonly artifact: string;
}

/** Which row a scored line makes, and the dense network that both copies begin as. */
export type PairPlace = Pick<PairRow, "panel" | "arm" | "replicate" | "step" | "steps" | "copies"> & {
  readonly trunk: StepRequest;
};

/** The rows of a study as its figures read them. */
export interface PairData extends Pick<FigureData<PairRow>, "title" | "measure" | "band"> {
  readonly pairs: readonly PairRow[];
}
