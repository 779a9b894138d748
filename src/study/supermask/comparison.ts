/** How arms of the study are compared: at equal levels, and with the dense network and learned masks at any. */
import type { Comparison, Quantity } from "../comparison.ts";
import { DENSE, type SupermaskRow } from "./row.ts";
import { levelsOf, storedValue, trainedValue, untrainedValue, type Value } from "./statistics.ts";

/** Trained and untrained measure, and the weights kept, at level l. */
export const SUPERMASK_COMPARISON: Comparison<SupermaskRow> = {
  axis: "level",
  placesOf: levelsOf,
  quantities(measure) {
    const unit = measure.unit === "fraction" ? "points" : (measure.unit ?? measure.title);
    const quantity = (value: Value): Quantity<SupermaskRow> => ({ unit, of: (row) => value(row) ?? Number.NaN });
    return {
      measure: quantity(trainedValue(measure)),
      untrained: quantity(untrainedValue(measure)),
      stored: quantity(storedValue(measure)),
      kept: { unit: "% of the weights", of: ({ density }) => 100 * density },
    };
  },
  rowsOf: (rows, { arm }, at) =>
    rows.filter((row) => row.arm === arm && (row.level === at || arm === DENSE || row.method !== null)),
};
