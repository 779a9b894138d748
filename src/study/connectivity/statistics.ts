/**
 * Pairs of copies as statistics: the spread of a value by network, arm and iteration, and where stability begins. The unit
 * is the replicate, an initialisation: what is measured of its pairs or copies is averaged first.
 */

import { floor } from "../../connectivity/instability.ts";
import { drawn, type PathPoint, type PathRecord, pathPoints, pathRecords, STABLE } from "../../figure/path/points.ts";
import { averaged, describeReplicates, panelsOf, type ReplicateValue, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { PAIR_ARMS, type PairArm, type PairRow } from "./pair.ts";

/**
 * The {@link Spread} over replicates of one arm whose copies part at one iteration, pairs of each averaged first;
 * `diverged` counts pairs.
 */
export interface PairSummary extends Spread, Parting {}

/** What copies are made of, and when they part. */
type Parting = Pick<PairRow, "panel" | "arm" | "step">;

/** What has a place and a replicate: pairs and copies. */
type Part = Parting & Pick<PairRow, "replicate">;

/** One replicate's value behind a {@link PairSummary}: the mean of its pairs. */
export interface PairRecord extends Parting, ReplicateValue {}

/** The {@link Spread} of an error, as it is drawn, at one place of the path. */
export interface PathSummary extends PairSummary, PathPoint {}

/** One copy at the end of its training; a copy that is in several pairs occurs once. */
interface Copy extends Part {
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

/** What LII of the test error cannot be below, since the ends differ. */
export function floorOf(measure: Pick<Measure, "unit">): (pair: PairRow) => number {
  return ({ path }) => drawn(measure, floor(path.testError));
}

/** Whether a network or the path between is not a number. */
export function isDiverged({ ends, instability }: PairRow): boolean {
  return ![...ends, instability.testError].every(Number.isFinite);
}

/**
 * The spread of a value for every panel, arm and iteration at which copies part, iterations ascending.
 * @param value of a pair or a copy; NaN where it diverged, null where it was not measured (which is left out)
 */
export function summarisePairs<P extends Part>(pairs: readonly P[], value: (pair: P) => number | null): PairSummary[] {
  return measuredGroups(pairs, value).map(({ place, values }) => ({ ...place, ...describeReplicates(values) }));
}

/** The values that {@link summarisePairs} describes, a record for each replicate, in the same order. */
export function pairRecords<P extends Part>(pairs: readonly P[], value: (pair: P) => number | null): PairRecord[] {
  return measuredGroups(pairs, value).flatMap(({ place, values }) =>
    averaged(values).map((own) => ({ ...place, ...own })),
  );
}

function measuredGroups<P extends Part>(pairs: readonly P[], value: (pair: P) => number | null) {
  return groupsOf(pairs.filter((pair) => value(pair) !== null)).map((group) => ({
    place: placeOf(group[0]!),
    values: valuesOf(group, value),
  }));
}

/** Values of pairs or copies with their replicates; those without one are left out. */
export function valuesOf<P extends Part>(pairs: readonly P[], value: (pair: P) => number | null): ReplicateValue[] {
  return pairs.flatMap((pair) => {
    const own = value(pair);
    return own === null ? [] : [{ replicate: pair.replicate, value: own }];
  });
}

/** The pairs or copies of every panel, arm and iteration, arms in their fixed order and iterations ascending. */
export function groupsOf<P extends Parting>(pairs: readonly P[]): P[][] {
  const split = <Q extends P, K>(own: readonly Q[], keys: (own: readonly Q[]) => K[], key: (pair: Q) => K) =>
    keys(own).map((each) => own.filter((pair) => key(pair) === each));
  return split(pairs, panelsOf, ({ panel }) => panel)
    .flatMap((own) => split(own, pairArmsOf, ({ arm }) => arm))
    .flatMap((own) => split(own, stepsOf, ({ step }) => step));
}

/** What a group has in common. */
export function placeOf({ panel, arm, step }: Parting): Parting {
  return { ...(panel !== undefined && { panel }), arm, step };
}

/** Summaries or values as records of a table with several measures. */
export function measured<R extends object>(measure: string, records: readonly R[]) {
  return records.map((record) => ({ measure, ...record }));
}

/** The errors along the path for every panel, arm and iteration, alphas ascending; recomputed ones where they are. */
export function summarisePaths(pairs: readonly PairRow[], measure: Pick<Measure, "unit">): PathSummary[] {
  return groupsOf(pairs).flatMap((group) =>
    pathPoints(group.map(pathOf), measure).map((point) => ({ ...placeOf(group[0]!), ...point })),
  );
}

/** The errors that {@link summarisePaths} describes, a record for each replicate: the mean of its pairs. */
export function pathsOfReplicates(pairs: readonly PairRow[], measure: Pick<Measure, "unit">): (PathRecord & Parting)[] {
  return groupsOf(pairs).flatMap((group) =>
    pathRecords(group.map(pathOf), measure).map((record) => ({ ...placeOf(group[0]!), ...record })),
  );
}

function pathOf({ path, recomputed, replicate }: PairRow) {
  return { interpolated: path, recomputed, replicate };
}

/** The copies of pairs, each once. */
export function copiesOf(pairs: readonly PairRow[]): Copy[] {
  const copies = pairs.flatMap((pair) =>
    pair.copies.map((copy, end) => {
      const { panel, arm, replicate, step, ends } = pair;
      const key = JSON.stringify([panel, arm, replicate, step, copy]);
      return [key, { ...placeOf(pair), replicate, end: ends[end]! }] as const;
    }),
  );
  return [...new Map(copies).values()];
}

/** A measure whose values are drawn as they are. */
const PLAIN = { unit: null };

/**
 * The first iteration k such that the mean LII of the test error over replicates, each the mean of its pairs, is below 2 %
 * at it and at every later k of these pairs; null where the last k is not stable. Only of error rates.
 * @param pairs of one arm of one network
 */
export function firstStable(pairs: readonly PairRow[]): number | null {
  const isStable = (step: number) => {
    const own = pairs.filter((pair) => pair.step === step);
    const values = valuesOf(own, ({ instability }) => drawn(PLAIN, instability.testError));
    return describeReplicates(values).mean < STABLE;
  };
  const steps = stepsOf(pairs);
  return steps[steps.findLastIndex((step) => !isStable(step)) + 1] ?? null;
}
