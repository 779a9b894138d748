/** The numbers behind learning curves: accuracy over replicates at every evaluated iteration. */

import { describe, type Spread } from "../../../figure/spread.ts";
import type { Arm, CurvePoint, RowDetail } from "../../networks/row.ts";
import { armsOf, diverged, levelsOf } from "../../networks/statistics.ts";

/** What a curve may show. */
export type Measure = "testAccuracy" | "validationAccuracy";

/** Accuracy (%) of one arm and level at one iteration, over replicates. */
export interface CurveSummary extends Spread {
  readonly arm: Arm;
  readonly level: number;
  readonly weightsRemaining: number;
  readonly step: number;
}

/** The measure with more points, test accuracy on a tie; null when no curve has two. */
export function mostRecorded(rows: readonly RowDetail[]): Measure | null {
  const points = (measure: Measure) => Math.max(0, ...rows.map((row) => pointsOf(row, measure).length));
  const [test, validation] = [points("testAccuracy"), points("validationAccuracy")];
  if (Math.max(test, validation) < 2) return null;
  return test >= validation ? "testAccuracy" : "validationAccuracy";
}

/** The spread of a measure at every iteration of every arm and level. */
export function summariseCurves(rows: readonly RowDetail[], measure: Measure): CurveSummary[] {
  return armsOf(rows).flatMap((arm) => {
    const own = rows.filter((row) => row.arm === arm);
    return levelsOf(own).flatMap((level) => {
      const group = own.filter((row) => row.level === level);
      const weightsRemaining = describe(group.map((row) => row.density * 100)).mean;
      return byStep(group, measure).map(([step, values]) => ({
        arm,
        level,
        weightsRemaining,
        step,
        ...describe(values),
      }));
    });
  });
}

/** The iteration at which a run stopped having a usable network, or null if it never did. */
export function lostAt(row: RowDetail, measure: Measure): number | null {
  const point = pointsOf(row, measure).find((candidate) => !Number.isFinite(candidate[measure]));
  return point?.step ?? (diverged(row) ? (row.curve.at(-1)?.step ?? 0) : null);
}

function byStep(rows: readonly RowDetail[], measure: Measure): [number, number[]][] {
  const values = new Map<number, number[]>();
  for (const point of rows.flatMap((row) => pointsOf(row, measure))) {
    const value = point[measure];
    // A NaN that went through JSON is null, which would become 0 in a product.
    const percent = typeof value === "number" ? value * 100 : Number.NaN;
    values.set(point.step, [...(values.get(point.step) ?? []), percent]);
  }
  return [...values].sort(([a], [b]) => a - b);
}

function pointsOf(row: RowDetail, measure: Measure): CurvePoint[] {
  return row.curve.filter((point) => point[measure] !== undefined);
}
