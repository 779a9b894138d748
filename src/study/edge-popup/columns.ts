/** The result table of the study `edge-popup`, and how its rows are compared. */
import { describeReplicates, meanOf, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import type { Comparison } from "../comparison.ts";
import type { Column } from "../kind.ts";
import { bestValue, lastValue, type PopupRow, storedValue } from "./row.ts";
import { isChosen } from "./spec.ts";

type Value = (measure: Measure) => (row: PopupRow) => number;

/** The spread over replicates of a value. */
export function spreadOf(rows: readonly PopupRow[], value: (row: PopupRow) => number): Spread {
  return describeReplicates(rows.map((row) => ({ replicate: row.replicate, value: value(row) })));
}

function column(header: string, of: Value, name: "mean" | "low" | "high" = "mean"): Column<PopupRow> {
  return {
    header: (measure) => `${header}${name === "mean" ? (measure.unit === "fraction" ? " %" : unitOf(measure)) : ""}`,
    cell(rows, measure) {
      const value = spreadOf(rows, of(measure))[name];
      return Number.isFinite(value) ? digits(measure, value) : "-";
    },
  };
}

export const POPUP_COLUMNS: readonly Column<PopupRow>[] = [
  {
    header: "width",
    cell: ([row]) => String(row!.width),
    has: (rows) => rows.some(({ width }) => width !== undefined),
  },
  { header: "arm", cell: ([row]) => row!.arm },
  { header: "kept", cell: (rows) => meanOf(rows.map(({ kept }) => kept)).toFixed(3) },
  { header: "density", cell: (rows) => meanOf(rows.map(({ density }) => density)).toFixed(5) },
  column("mean", lastValue),
  column("95 % low", lastValue, "low"),
  column("95 % high", lastValue, "high"),
  { header: "n", cell: (rows, measure) => String(spreadOf(rows, lastValue(measure)).n) },
  column("best on test", bestValue),
  column("stored", storedValue),
  { header: "seconds", cell: (rows) => meanOf(rows.map(({ seconds }) => seconds)).toFixed(1) },
];

/** At a fraction kept, of one width where there are several; a learned mask and the dense network stand at every one. */
export const POPUP_COMPARISON: Comparison<PopupRow> = {
  axis: "kept",
  placesOf(rows) {
    const asked = rows.filter(({ arm }) => isChosen(arm));
    return [...new Set((asked.length > 0 ? asked : rows).map(({ kept }) => kept))].sort((a, b) => a - b);
  },
  quantities(measure) {
    const unit = measure.unit === "fraction" ? "points" : (measure.unit ?? measure.title);
    return {
      measure: { unit, of: lastValue(measure) },
      "best-on-test": { unit, of: bestValue(measure) },
      stored: { unit, of: storedValue(measure) },
      seconds: { unit: "s", of: ({ seconds }) => seconds },
    };
  },
  rowsOf(rows, { arm, panel }, at) {
    const own = rows.filter((row) => row.arm === arm && row.panel === panel);
    return own.filter((row) => row.kept === at || !isChosen(row.arm));
  },
};
