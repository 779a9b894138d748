/** How sources are compared: on one target, which is the panel, at equal levels; the dense network stands at every level. */
import type { Comparison } from "../comparison.ts";
import { gainOf, type TransferRow } from "./row.ts";

/** Above is better, whatever the measure; a side is a source, or an arm that several sources have. */
export const TRANSFER_COMPARISON: Comparison<TransferRow> = {
  axis: "level",
  placesOf: (rows) => [...new Set(rows.map(({ level }) => level))].sort((a, b) => a - b),
  sidesOf(rows) {
    const sides = rows.map(({ source, target, arm }) => ({ arm: arm === "dense" ? arm : source, panel: target }));
    return [...new Map(sides.map((side) => [`${side.panel} ${side.arm}`, side])).values()];
  },
  quantities: () => ({
    measure: { unit: "points", direction: "up", of: gainOf },
    kept: { unit: "% of the weights", of: ({ density }) => 100 * density },
  }),
  rowsOf: (rows, { arm, panel }, at) =>
    rows.filter(
      (row) =>
        (panel === undefined || row.target === panel) &&
        (row.source === arm || row.arm === arm) &&
        (arm === "search" || row.arm !== "search") &&
        (row.level === at || row.arm === "dense"),
    ),
};
