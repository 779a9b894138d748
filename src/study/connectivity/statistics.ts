/** Pairs of copies as statistics: the spread of a value by network, arm and iteration, and where stability begins. */

import { drawn, type PathPoint, pathPoints, STABLE } from "../../figure/path/points.ts";
import { describe, panelsOf, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { PAIR_ARMS, type PairArm, type PairRow } from "./pair.ts";

/** The {@link Spread} over pairs and replicates of one arm whose copies part at one iteration. */
export interface PairSummary extends Spread, Parting {}

/** What copies are made of, and when they part. */
type Parting = Pick<PairRow, "panel" | "arm" | "step">;

/** The {@link Spread} of an error, as it is drawn, at one place of the path. */
export interface PathSummary extends PairSummary, PathPoint {}

/** One copy at the end of its training; a copy that is in several pairs occurs once. */
interface Copy extends Parting {
  /** The task's first measure on the test set; NaN where it diverged. */
  readonly end: number;
}

/** The distinct iterations at which copies part, ascending. */
export function stepsOf(pairs: readonly { readonly step: number }[]): number[] {
  return [...new Set(pairs.map((pair) => pair.step))].sort((a, b) => a - b);
}

/** The arms that occur, in their fixed order. */
export function pairArmsOf(pairs: readonly { readonly arm: PairArm }[]): PairArm[] {
  return PAIR_ARMS.filter((arm) => pairs.some((pair) => pair.arm === arm));
}

/** LII of the test error, of any pair, as it is drawn. */
export function liiOf(measure: Pick<Measure, "unit">): (pair: PairRow) => number {
  return ({ instability }) => drawn(measure, instability.testError);
}

/** The same of the train error. */
export function trainLiiOf(measure: Pick<Measure, "unit">): (pair: PairRow) => number {
  return ({ instability }) => drawn(measure, instability.trainError);
}

/** Whether a network or the path between is not a number. */
export function isDiverged({ ends, instability }: PairRow): boolean {
  return ![...ends, instability.testError].every(Number.isFinite);
}

/**
 * The spread of a value for every panel, arm and iteration at which copies part, iterations ascending.
 * @param value of a pair or a copy; NaN where it diverged, null where it was not measured (which is left out)
 */
export function summarisePairs<P extends Parting>(
  pairs: readonly P[],
  value: (pair: P) => number | null,
): PairSummary[] {
  const measured = pairs.filter((pair) => value(pair) !== null);
  return groupsOf(measured).map((group) => ({ ...placeOf(group[0]!), ...describe(group.map((pair) => value(pair)!)) }));
}

function groupsOf<P extends Parting>(pairs: readonly P[]): P[][] {
  const split = <Q extends P, K>(own: readonly Q[], keys: (own: readonly Q[]) => K[], key: (pair: Q) => K) =>
    keys(own).map((each) => own.filter((pair) => key(pair) === each));
  return split(pairs, panelsOf, ({ panel }) => panel)
    .flatMap((own) => split(own, pairArmsOf, ({ arm }) => arm))
    .flatMap((own) => split(own, stepsOf, ({ step }) => step));
}

function placeOf({ panel, arm, step }: Parting): Parting {
  return { ...(panel !== undefined && { panel }), arm, step };
}

/** Summaries as records of a CSV with several measures. */
export function measured(measure: string, summaries: readonly PairSummary[]) {
  return summaries.map((summary) => ({ measure, ...summary }));
}

/** The errors along the path for every panel, arm and iteration, alphas ascending; recomputed ones where they are. */
export function summarisePaths(pairs: readonly PairRow[], measure: Pick<Measure, "unit">): PathSummary[] {
  return groupsOf(pairs).flatMap((group) => {
    const paths = group.map(({ path, recomputed }) => ({ interpolated: path, recomputed }));
    const points = pathPoints(paths, measure);
    return points.map((point) => ({ ...placeOf(group[0]!), ...point }));
  });
}

/** The copies of pairs, each once. */
export function copiesOf(pairs: readonly PairRow[]): Copy[] {
  const copies = pairs.flatMap((pair) =>
    pair.copies.map((copy, end) => {
      const { panel, arm, replicate, step, ends } = pair;
      const key = JSON.stringify([panel, arm, replicate, step, copy]);
      return [key, { ...placeOf(pair), end: ends[end]! }] as const;
    }),
  );
  return [...new Map(copies).values()];
}

/**
 * The first iteration k such that the mean LII of the test error is below 2 % at it and at every later k of these
 * pairs; null where the last k is not stable. Only of error rates.
 * @param pairs of one arm of one network
 */
export function firstStable(pairs: readonly PairRow[]): number | null {
  const isStable = (step: number) => {
    const own = pairs.filter((pair) => pair.step === step);
    return describe(own.map(({ instability }) => instability.testError)).mean < STABLE;
  };
  const steps = stepsOf(pairs);
  return steps[steps.findLastIndex((step) => !isStable(step)) + 1] ?? null;
}
