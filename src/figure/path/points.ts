/** The errors along paths as numbers to draw, and where a path is flat. */

import type { Path, PathScores } from "../../connectivity/path.ts";
import { describe, type Spread } from "../spread.ts";

/** A pair is stable where the LII of its test error is below this fraction (Frankle et al. 2020). */
export const STABLE = 0.02;

/** The error (%) at one alpha of one or several paths. */
export interface PathPoint extends Spread {
  readonly measure: "test" | "train";
  readonly statistics: "interpolated" | "recomputed";
  readonly alpha: number;
}

/** A fraction in %. A NaN that went through JSON is null, which would become 0 in a product: NaN again. */
export function percent(fraction: number): number {
  return Number.isFinite(fraction) ? 100 * fraction : Number.NaN;
}

const CURVES = [
  ["test", "interpolated"],
  ["train", "interpolated"],
  ["test", "recomputed"],
  ["train", "recomputed"],
] as const;

/** The errors (%) along paths, a curve after the other with alphas ascending; recomputed ones where they are. */
export function pathPoints(paths: readonly Path[]): PathPoint[] {
  return CURVES.flatMap(([measure, statistics]) => {
    const scores = paths.flatMap((path) => path[statistics] ?? []);
    return alongPath(scores, measure).map((point) => ({ measure, statistics, ...point }));
  });
}

function alongPath(scores: readonly PathScores[], measure: PathPoint["measure"]) {
  const errors = scores.map(({ testError, trainError }) => (measure === "test" ? testError : trainError));
  const alphas = [...new Set(scores.flatMap((each) => each.alphas))].sort((a, b) => a - b);
  return alphas.map((alpha) => {
    const at = scores.flatMap((each, i) => each.alphas.flatMap((own, j) => (own === alpha ? [errors[i]![j]!] : [])));
    return { alpha, ...describe(at.map(percent)) };
  });
}
