/** Slopes of the study's lines: what its theorems say of growth, read off the measurements. */
import { log } from "../../base/exact.ts";
import type { Construction } from "../../strong/compile.ts";
import type { Law } from "../../strong/needed.ts";
import { rowsOf, type StrongRow } from "./rows.ts";

/** The slope of the least-squares line through some points; NaN of fewer than two. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis] / points.length, 0);
  const [middle, height] = [mean(0), mean(1)];
  const [over, under] = points.reduce(
    ([a, b], [x, y]) => [a + (x - middle) * (y - height), b + (x - middle) * (x - middle)],
    [0, 0],
  );
  return over / under;
}

/** Of the units of a construction against 1 / epsilon: the slope of their logarithms, and units for each bit of 1 / epsilon. */
export function growthOf(rows: readonly StrongRow[], construction: Construction): { power: number; perBit: number } {
  const own = rowsOf(rows, "units").filter((row) => row.construction === construction);
  return {
    power: slopeOf(own.map(({ epsilon, most }) => [-log(epsilon), log(most)])),
    perBit: slopeOf(own.map(({ epsilon, most }) => [-log(epsilon) / Math.LN2, most])),
  };
}

/** Of log2 of the errors of attention against the hidden dimensions of an input. */
export function attentionSlope(rows: readonly StrongRow[], of: "productError" | "outputError"): number {
  return slopeOf(rowsOf(rows, "attention").map((row) => [row.units, log(row[of]) / Math.LN2]));
}

/** Of log2 of the median error against the number of candidates. */
export function sumSlope(rows: readonly StrongRow[], law: Law): number {
  const own = rowsOf(rows, "sums").filter((row) => row.law === law);
  return slopeOf(own.map(({ count, error }) => [count, log(error) / Math.LN2]));
}
