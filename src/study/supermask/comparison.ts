/** How arms of the study are compared: at equal levels, and with the dense network at any. */
import type { Comparison, Quantity } from "../comparison.ts";
import { DENSE, type SupermaskRow } from "./row.ts";
import { denseRows, levelsOf, trainedValue, untrainedValue, type Value } from "./statistics.ts";

/** Trained and untrained measure, at level l. */
export const SUPERMASK_COMPARISON: Comparison<SupermaskRow> = {
  axis: "level",
  placesOf: levelsOf,
  quantities(measure) {
    const unit = measure.unit === "fraction" ? "points" : (measure.unit ?? measure.title);
    const quantity = (value: Value): Quantity<SupermaskRow> => ({ unit, of: (row) => value(row) ?? Number.NaN });
    return { measure: quantity(trainedValue(measure)), untrained: quantity(untrainedValue(measure)) };
  },
  rowsOf: (rows, { arm }, at) =>
    arm === DENSE ? denseRows(rows) : rows.filter((row) => row.arm === arm && row.level === at),
};
