/** Linear interpolation instability (Frankle et al. 2020, section 2): how far a path rises above its ends. */
import { fail } from "../base/errors.ts";
import type { PathScores } from "./path.ts";
import { type ByScore, byScore } from "./scorer.ts";

/** LII of each score, in its own unit; NaN where a network on the path scores no finite loss. */
export type Instability = ByScore<number>;

/** LII: the maximum of the values over a path minus the mean of the first and the last, which are its ends. */
export function instability(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b)) - (values[0]! + values.at(-1)!) / 2;
}

/**
 * What LII cannot be below, because the ends differ: half their difference, by which the worse end alone rises above the
 * mean of both. An LII near its floor says nothing of what lies between.
 */
export function floor(values: readonly number[]): number {
  return Math.abs(values[0]! - values.at(-1)!) / 2;
}

/** The {@link floor} of every score of a path. */
export function floorOf(scores: PathScores): Instability {
  return byScore((name) => floor(scores[name]));
}

/** LII of every score of a path from end to end; throws `usage` for one whose alphas do not run from 0 to 1 or back. */
export function instabilityOf(scores: PathScores): Instability {
  const ends = [scores.alphas[0], scores.alphas.at(-1)];
  if (!(ends.includes(0) && ends.includes(1)))
    fail("usage", "instability", { rule: "needs a path whose alphas run from 0 to 1", got: ends.join(" to ") });
  return byScore((name) => instability(scores[name]));
}
