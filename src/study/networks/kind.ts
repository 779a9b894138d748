/** What the kinds of study whose rows are trained networks have in common: tables, report, details. */
import type { StudyKind, StudySpec } from "../kind.ts";
import { artifactTable, layerTables, NETWORK_COLUMNS } from "./columns.ts";
import { NETWORK_COMPARISON } from "./comparison.ts";
import type { NetworkPlace, Row, RowDetail } from "./row.ts";
import { NETWORK_ROWS } from "./rows.ts";
import { finalValue, groupsOf, summarise } from "./statistics.ts";

type Shared =
  | "rowKind"
  | "say"
  | "warnings"
  | "columns"
  | "lines"
  | "details"
  | "report"
  | "tables"
  | "json"
  | "comparison";

export const networkKind: Pick<Required<StudyKind<StudySpec, Row, NetworkPlace, RowDetail>>, Shared> = {
  ...NETWORK_ROWS,
  rowKind: () => "network",
  comparison: NETWORK_COMPARISON,
  columns: NETWORK_COLUMNS,
  lines: groupsOf,
  report: async (rows, measure) => (await import("./report.ts")).networkReport(rows, measure),
  tables: async (rows) => [...layerTables(rows), artifactTable(rows)],
  json(rows, measure) {
    return { rows: rows.map(({ curve: _, ...row }) => row), summary: summarise(rows, finalValue(measure)) };
  },
};
