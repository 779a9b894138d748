/** The result table: a line for every target, source, arm and level. */
import { describeReplicates, meanOf } from "../../figure/spread.ts";
import type { Column } from "../kind.ts";
import { type PretrainingRow, pointsOf } from "./row.ts";

const digits = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : "-");

const spreadOf = (rows: readonly PretrainingRow[]) =>
  describeReplicates(rows.map((row) => ({ replicate: row.replicate, value: pointsOf(row) })));

export const PRETRAINING_COLUMNS: readonly Column<PretrainingRow>[] = [
  { header: "target", cell: ([row]) => row!.target },
  { header: "labels", cell: ([row]) => String(row!.labels) },
  { header: "readout", cell: ([row]) => row!.readout },
  { header: "source", cell: ([row]) => row!.source },
  { header: "arm", cell: ([row]) => row!.arm },
  { header: "level", cell: ([row]) => String(row!.level) },
  { header: "weights %", cell: (rows) => (100 * meanOf(rows.map(({ density }) => density))).toFixed(2) },
  { header: "mean %", cell: (rows) => digits(spreadOf(rows).mean) },
  { header: "95 % low", cell: (rows) => digits(spreadOf(rows).low) },
  { header: "95 % high", cell: (rows) => digits(spreadOf(rows).high) },
  { header: "n", cell: (rows) => String(spreadOf(rows).n) },
  { header: "diverged", cell: (rows) => String(spreadOf(rows).diverged) },
];
