/** The numbers behind learning curves: the measure over replicates at every evaluated iteration. */

import { describe, type Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { shown } from "../../../task/words.ts";
import type { Arm, CurvePoint, RowDetail } from "../../networks/row.ts";
import { armsOf, diverged, levelsOf, weightsRemaining } from "../../networks/statistics.ts";

/** The set whose measure a curve shows. */
export type CurveSet = "test" | "validation";

/** The measure, as it is shown, of one arm and level at one iteration, over replicates. */
export interface CurveSummary extends Spread {
  readonly arm: Arm;
  readonly level: number;
  readonly weightsRemaining: number;
  readonly step: number;
}

/** The set with more points, the test set on a tie; null when no curve has two. */
export function mostRecorded(rows: readonly RowDetail[]): CurveSet | null {
  const points = (set: CurveSet) => Math.max(0, ...rows.map((row) => pointsOf(row, set).length));
  const [test, validation] = [points("test"), points("validation")];
  if (Math.max(test, validation) < 2) return null;
  return test >= validation ? "test" : "validation";
}

/** What is drawn of rows. */
export interface Drawn {
  readonly set: CurveSet;
  readonly measure: Measure;
}

/** The spread of the measure of a set at every iteration of every arm and level. */
export function summariseCurves(rows: readonly RowDetail[], drawn: Drawn): CurveSummary[] {
  return armsOf(rows).flatMap((arm) => {
    const own = rows.filter((row) => row.arm === arm);
    return levelsOf(own).flatMap((level) => {
      const group = own.filter((row) => row.level === level);
      const place = { arm, level, weightsRemaining: weightsRemaining(group) };
      return byStep(group, drawn).map(([step, values]) => ({ ...place, step, ...describe(values) }));
    });
  });
}

/** The iteration at which a run stopped having a usable network, or null if it never did. */
export function lostAt(row: RowDetail, set: CurveSet): number | null {
  const point = pointsOf(row, set).find((candidate) => !Number.isFinite(candidate[set]));
  return point?.step ?? row.diverged ?? (diverged(row) ? (row.curve.at(-1)?.step ?? 0) : null);
}

function byStep(rows: readonly RowDetail[], { set, measure }: Drawn): [number, number[]][] {
  const curves = rows.map((row) => ({
    row,
    values: new Map(pointsOf(row, set).map((point) => [point.step, point[set]])),
  }));
  const steps = [...new Set(curves.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  return steps.map((step) => {
    const reached = curves.filter(
      ({ row, values }) => values.has(step) || step >= (row.diverged ?? Number.POSITIVE_INFINITY),
    );
    // A NaN that went through JSON is null, which would become 0 in a product; after divergence there are no points.
    const numbers = reached.map(({ values }) => values.get(step) ?? Number.NaN);
    return [step, numbers.map((value) => shown(measure, value))];
  });
}

function pointsOf(row: RowDetail, set: CurveSet): CurvePoint[] {
  return row.curve.filter((point) => point[set] !== undefined);
}
