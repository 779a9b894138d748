/** How pairs of copies are compared: at equal k, those of one initialisation averaged first. */
import { drawn } from "../../figure/path/points.ts";
import type { Comparison } from "../comparison.ts";
import type { PairRow } from "./pair.ts";
import { liiOf, stepsOf } from "./statistics.ts";

/** At the iteration k at which copies part. */
export const PAIR_COMPARISON: Comparison<PairRow> = {
  axis: "k",
  placesOf: stepsOf,
  quantities(measure) {
    const unit = measure.unit === "fraction" ? "points" : (measure.unit ?? measure.title);
    return {
      lii: { unit, direction: "down", of: liiOf(measure) },
      "lii-recomputed": {
        unit,
        direction: "down",
        of: ({ recomputedInstability }) => drawn(measure, recomputedInstability?.testError),
      },
      measure: { unit, of: ({ ends: [a, b] }) => (drawn(measure, a) + drawn(measure, b)) / 2 },
    };
  },
  rowsOf: (rows, { arm, panel }, at) => rows.filter((row) => row.arm === arm && row.panel === panel && row.step === at),
};
