/** How arms are compared: on one target with one readout, which is the panel, at equal levels. */
import type { Comparison } from "../comparison.ts";
import { type PretrainingRow, pointsOf } from "./row.ts";

/** A panel is a target, or a target and a readout: `CIFAR-10` or `CIFAR-10 fine-tuned`; a side `SOURCE ARM` or an arm of all sources. */
export const PRETRAINING_COMPARISON: Comparison<PretrainingRow> = {
  axis: "level",
  placesOf: (rows) => [...new Set(rows.map(({ level }) => level))].sort((a, b) => a - b),
  quantities: () => ({
    measure: { unit: "points", of: pointsOf },
    kept: { unit: "% of the weights", of: ({ density }) => 100 * density },
  }),
  rowsOf: (rows, { arm, panel }, at) =>
    rows.filter(
      ({ level, source, target, readout, ...row }) =>
        level === at &&
        (panel === undefined || panel === target || panel === `${target} ${readout}`) &&
        (row.arm === arm || `${source} ${row.arm}` === arm),
    ),
};
