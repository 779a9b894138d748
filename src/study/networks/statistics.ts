/** Replicates as an axis of their own: mean, range, interval and n of a value for every arm and level. */

import { describeReplicates, meanOf, panelsOf, type ReplicateValue, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { shown } from "../../task/words.ts";
import { ARMS, type Arm, METHODS, type Row } from "./row.ts";

/** The {@link Spread} of one arm at one level, in one panel where there are several. */
export interface Summary extends Spread {
  readonly panel?: string;
  readonly arm: Arm;
  readonly level: number;
  /** 100 times the density, averaged over replicates. */
  readonly weightsRemaining: number;
}

/** One replicate's value behind a {@link Summary}. */
export interface ReplicateRecord
  extends ReplicateValue,
    Pick<Summary, "panel" | "arm" | "level" | "weightsRemaining"> {}

/** Whether training left no usable network: its loss or its measure is not a number. */
export function diverged(row: Row): boolean {
  return !Number.isFinite(row.testLoss) || !Number.isFinite(row.measure.value);
}

/** A function that gives the measure on the test set at the end of training as it is shown; NaN for a diverged run. */
export function finalValue(measure: Measure): (row: Row) => number {
  return (row) => (diverged(row) ? Number.NaN : shown(measure, row.measure.value!));
}

/** A function that gives the measure on the test set at early stop as {@link finalValue} does; null where there is none. */
export function earlyStopValue(measure: Measure): (row: Row) => number | null {
  return (row) => ofEarlyStop(row, ({ value }) => (Number.isFinite(value) ? shown(measure, value) : Number.NaN));
}

/** The iteration that early stopping chooses; NaN for a diverged run, null without a validation split. */
export function earlyStopStep(row: Row): number | null {
  return ofEarlyStop(row, ({ step }) => step);
}

function ofEarlyStop(row: Row, value: (stop: NonNullable<Row["earlyStop"]>) => number): number | null {
  if (row.earlyStop !== null) return value(row.earlyStop);
  return diverged(row) ? Number.NaN : null;
}

/** Why no row has an early stop, or null where one has. */
export function noEarlyStop(rows: readonly Row[]): string | null {
  if (rows.some((row) => row.earlyStop !== null)) return null;
  const why = rows.every(diverged) ? "every run diverged" : "the study had no validation split";
  return `${why}, so there is no early stop`;
}

/**
 * Weights remaining (%), averaged over replicates: over those that diverged only where all did, for a method that
 * diverged had yet to remove its weights.
 */
export function weightsRemaining(rows: readonly Row[]): number {
  const usable = rows.filter((row) => !diverged(row));
  return meanOf((usable.length > 0 ? usable : rows).map((row) => row.density * 100));
}

/** The dense networks: the dense arm, or the level 0 of the first arm that has one. */
export function denseRows<R extends Row>(rows: readonly R[]): R[] {
  const start = rows.filter((row) => row.level === 0);
  const owner = ["dense" as const, ...ARMS].find((arm) => start.some((row) => row.arm === arm));
  return start.filter((row) => row.arm === owner);
}

/** Adds the dense networks to every arm that has no level 0 of its own, so that all lines start together. */
export function withDense<R extends Row>(rows: readonly R[]): R[] {
  const dense = denseRows(rows);
  const starts = armsOf(rows)
    .filter((arm) => !rows.some((row) => row.arm === arm && row.level === 0))
    .flatMap((arm) => dense.map((row) => ({ ...row, arm })));
  return [...starts, ...rows];
}

/** The arms that occur, in their fixed order. */
export function armsOf(rows: readonly { readonly arm: Arm }[]): Arm[] {
  return [...ARMS, ...METHODS].filter((arm) => rows.some((row) => row.arm === arm));
}

/**
 * The spread of a value for every panel, arm and level, arms in their fixed order and levels ascending.
 * @param value of a row; NaN where the run diverged, null where it was not measured (the row is left out)
 */
export function summarise<R extends Row>(rows: readonly R[], value: (row: R) => number | null): Summary[] {
  const measured = rows.filter((row) => value(row) !== null);
  return groupsOf(measured).map((group) => ({
    ...placeOf(group[0]!),
    weightsRemaining: weightsRemaining(group),
    ...describeReplicates(valuesOf(group, value)),
  }));
}

/** The values that {@link summarise} describes, a record for each replicate, in the same order. */
export function replicateRecords<R extends Row>(
  rows: readonly R[],
  value: (row: R) => number | null,
): ReplicateRecord[] {
  const measured = rows.filter((row) => value(row) !== null);
  return groupsOf(measured).flatMap((group) =>
    group.map((row) => ({
      ...placeOf(row),
      ...{ replicate: row.replicate, weightsRemaining: 100 * row.density, value: value(row)! },
    })),
  );
}

/** Values of rows with their replicates; rows without one are left out. */
export function valuesOf<R extends Row>(rows: readonly R[], value: (row: R) => number | null): ReplicateValue[] {
  return rows.flatMap((row) => {
    const own = value(row);
    return own === null ? [] : [{ replicate: row.replicate, value: own }];
  });
}

/** The rows of every panel, arm and level, arms in their fixed order and levels ascending. */
export function groupsOf<R extends Row>(rows: readonly R[]): R[][] {
  return panelsOf(rows).flatMap((panel) => {
    const ofPanel = rows.filter((row) => row.panel === panel);
    return armsOf(ofPanel).flatMap((arm) => {
      const own = ofPanel.filter((row) => row.arm === arm);
      return levelsOf(own).map((level) => own.filter((row) => row.level === level));
    });
  });
}

function placeOf({ panel, arm, level }: Row): Pick<Row, "panel" | "arm" | "level"> {
  return { ...(panel !== undefined && { panel }), arm, level };
}

/** The distinct levels, ascending. */
export function levelsOf(rows: readonly { readonly level: number }[]): number[] {
  return [...new Set(rows.map((row) => row.level))].sort((a, b) => a - b);
}
