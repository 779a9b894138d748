/** The numbers behind learning curves: the measure over replicates at every evaluated iteration. */

import { describe, type ReplicateValue, type Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { shown } from "../../../task/words.ts";
import type { Arm, CurvePoint, RowDetail } from "../../networks/row.ts";
import { diverged, groupsOf, weightsRemaining } from "../../networks/statistics.ts";

/** The set whose measure a curve shows. */
export type CurveSet = "test" | "validation";

/** One arm and level at one iteration. */
interface CurvePlace {
  readonly arm: Arm;
  readonly level: number;
  readonly weightsRemaining: number;
  readonly step: number;
}

/** The measure, as it is shown, of one arm and level at one iteration, over replicates. */
export interface CurveSummary extends CurvePlace, Spread {}

/** The same of one replicate; NaN from where it diverged on. */
interface CurveRecord extends CurvePlace, ReplicateValue {}

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
  return groupsOf(rows).flatMap((group) => {
    const { arm, level } = group[0]!;
    const place = { arm, level, weightsRemaining: weightsRemaining(group) };
    return byStep(group, drawn).map(([step, values]) => {
      return {
        ...place,
        step,
        ...describe(
          values.map(({ value }) => value),
          "t",
        ),
      };
    });
  });
}

/** The values that {@link summariseCurves} describes, a record for each replicate. */
export function curveRecords(rows: readonly RowDetail[], drawn: Drawn): CurveRecord[] {
  return groupsOf(rows).flatMap((group) => {
    const { arm, level } = group[0]!;
    return byStep(group, drawn).flatMap(([step, values]) =>
      values.map(({ weightsRemaining, ...own }) => ({ arm, level, weightsRemaining, step, ...own })),
    );
  });
}

/** The iteration at which a run stopped having a usable network, or null if it never did. */
export function lostAt(row: RowDetail, set: CurveSet): number | null {
  const point = pointsOf(row, set).find((candidate) => !Number.isFinite(candidate[set]));
  return point?.step ?? row.diverged ?? (diverged(row) ? (row.curve.at(-1)?.step ?? 0) : null);
}

type Valued = ReplicateValue & Pick<CurvePlace, "weightsRemaining">;

function byStep(rows: readonly RowDetail[], { set, measure }: Drawn): [number, Valued[]][] {
  const curves = rows.map((row) => ({
    row,
    values: new Map(pointsOf(row, set).map((point) => [point.step, point[set]])),
  }));
  const steps = [...new Set(curves.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  return steps.map((step) => {
    const reached = curves.filter(
      ({ row, values }) => values.has(step) || step >= (row.diverged ?? Number.POSITIVE_INFINITY),
    );
    const valued = reached.map(({ row: { replicate, density }, values }) => {
      // A NaN that went through JSON is null, which would become 0 in a product; after divergence there are no points.
      const value = shown(measure, values.get(step) ?? Number.NaN);
      return { replicate, weightsRemaining: 100 * density, value };
    });
    return [step, valued];
  });
}

function pointsOf(row: RowDetail, set: CurveSet): CurvePoint[] {
  return row.curve.filter((point) => point[set] !== undefined);
}
