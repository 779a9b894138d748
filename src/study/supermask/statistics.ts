/** Replicates of the study as an axis of their own: what an arm scores at a level, trained and untrained. */
import { describeReplicates, meanOf, type ReplicateValue, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { isBetter, shown } from "../../task/words.ts";
import { DENSE, type SupermaskRow } from "./row.ts";

/** A number of a row as it is shown: NaN where training diverged, null where it was not measured. */
export type Value = (row: SupermaskRow) => number | null;

/** The {@link Spread} of one arm at one level. */
export interface Summary extends Spread, Pick<SupermaskRow, "arm" | "criterion" | "action" | "level"> {
  /** 100 times the density, averaged over replicates. */
  readonly weightsRemaining: number;
}

/** Of the test set at the end of training; of masks that are drawn, the mean over ten. */
export function trainedValue(measure: Measure): Value {
  return ({ seconds, sampled, measure: { value } }) =>
    seconds === undefined ? null : shownOf(measure, sampled?.value ?? value);
}

/** The same of the network that is stored, whose weights are those that are there at least as likely as not. */
export function storedValue(measure: Measure): Value {
  return ({ seconds, measure: { value } }) => (seconds === undefined ? null : shownOf(measure, value));
}

/** The best of all evaluations of a learned mask on the test set, as papers report it. */
export function bestValue(measure: Measure): Value {
  return ({ bestOnTest }) => (bestOnTest ? shown(measure, bestOnTest.value) : null);
}

function shownOf(measure: Measure, value: number | null): number {
  return value === null || !Number.isFinite(value) ? Number.NaN : shown(measure, value);
}

/** Of the test set before training. */
export function untrainedValue(measure: Measure): Value {
  return ({ untrained }) => (untrained === null || untrained.test === null ? null : shown(measure, untrained.test));
}

/** Arm by arm and level by level, in the order of the rows. */
export function groupsOf(rows: readonly SupermaskRow[]): SupermaskRow[][] {
  const groups = new Map<string, SupermaskRow[]>();
  for (const row of rows) {
    const name = JSON.stringify([row.arm, row.level]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}

/** The values of rows that have one. */
export function valuesOf(rows: readonly SupermaskRow[], value: Value): ReplicateValue[] {
  return rows.flatMap((row) => {
    const own = value(row);
    return own === null ? [] : [{ replicate: row.replicate, value: own }];
  });
}

/** The spread of a value for every arm and level that has it. */
export function summarise(rows: readonly SupermaskRow[], value: Value): Summary[] {
  return groupsOf(rows.filter((row) => value(row) !== null)).map((group) => {
    const { arm, criterion, action, level } = group[0]!;
    const weightsRemaining = meanOf(group.map(({ density }) => 100 * density));
    return { arm, criterion, action, level, weightsRemaining, ...describeReplicates(valuesOf(group, value)) };
  });
}

/** The values that {@link summarise} describes, a record for each replicate. */
export function replicateRecords(rows: readonly SupermaskRow[], value: Value) {
  return rows.flatMap((row) => {
    const { arm, level, replicate, density } = row;
    const own = value(row);
    return own === null ? [] : [{ arm, level, weightsRemaining: 100 * density, replicate, value: own }];
  });
}

/** The rows of learned masks. */
export function learnedRows<R extends SupermaskRow>(rows: readonly R[]): R[] {
  return rows.filter(({ method }) => method !== null);
}

/** The dense networks. */
export function denseRows<R extends SupermaskRow>(rows: readonly R[]): R[] {
  return rows.filter(({ arm }) => arm === DENSE);
}

/** The distinct levels, ascending. */
export function levelsOf(rows: readonly SupermaskRow[]): number[] {
  return [...new Set(rows.map(({ level }) => level))].sort((a, b) => a - b);
}

/** What an untrained network reaches at the level that its rows held out choose. */
export interface Chosen extends Spread {
  readonly arm: string;
  /** The least and the most of what replicates choose, each for itself. */
  readonly weightsRemaining: readonly [least: number, most: number];
}

/** `28.0 %`, or where replicates chose apart `16.8 to 41.0 %`. */
export function chosenText({ weightsRemaining }: Pick<Chosen, "weightsRemaining">): string {
  const [least, most] = weightsRemaining.map((share) => share.toFixed(1));
  return least === most ? `${least} %` : `${least} to ${most} %`;
}

/**
 * For every arm, replicate by replicate, the level whose untrained network is best on the rows held out, and what that one
 * scores on the test set; the best arm first, none without rows held out.
 */
export function chosen(rows: readonly SupermaskRow[], measure: Measure): Chosen[] {
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  const of = (arm: string): Chosen[] => {
    const own = rows.filter((row) => row.arm === arm && Number.isFinite(row.untrained?.validation ?? Number.NaN));
    const best = [...new Set(own.map(({ replicate }) => replicate))].map((replicate) =>
      own.filter((row) => row.replicate === replicate).reduce((a, b) => (isBetter(measure, held(b), held(a)) ? b : a)),
    );
    if (best.length === 0) return [];
    const shares = best.map(({ density }) => 100 * density);
    const weightsRemaining = [Math.min(...shares), Math.max(...shares)] as const;
    return [{ arm, weightsRemaining, ...describeReplicates(valuesOf(best, untrainedValue(measure))) }];
  };
  return arms.flatMap(of).sort((a, b) => (measure.direction === "up" ? b.mean - a.mean : a.mean - b.mean));
}

const held = ({ untrained }: SupermaskRow) => untrained!.validation!;
