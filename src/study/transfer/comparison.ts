/**
 * How sources and arms are compared: on one target, which is the panel, at equal levels; networks without a mask stand at every
 * level. Of configurations a panel is also `SOURCE > TARGET`, with `own` for the target's own masks and `others` for those of all
 * other sources, on a target or, alone, on all.
 */
import type { Comparison } from "../comparison.ts";
import { gainOf, hasLevel, type TransferRow } from "./row.ts";

/** Above is better, whatever the measure; a side is a source of tickets, or an arm that several sources have. */
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
    rows.filter((row) => isIn(row, panel) && isOf(row, arm) && (row.level === at || !hasLevel(row))),
};

/** Whether a row is of an arm or, of tickets, of a source. */
function isOf(row: TransferRow, arm: string): boolean {
  if (row.arm === arm) return true;
  if (row.source !== arm || row.arm === "search" || row.arm === "line") return false;
  return row.from === undefined || row.arm === "ticket" || row.arm === "transfer";
}

function isIn(row: TransferRow, panel: string | undefined): boolean {
  if (panel === undefined || panel === row.target) return true;
  const [from, to] = panel.includes(" > ") ? (panel.split(" > ") as [string, string]) : [panel, undefined];
  if (to === undefined && !["own", "others"].includes(from)) return false;
  if (to !== undefined && to !== row.target) return false;
  if (from === "own") return row.source === row.target;
  if (from === "others") return row.from !== undefined && row.source !== row.target;
  return row.source === from;
}
