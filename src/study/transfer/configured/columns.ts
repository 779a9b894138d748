/** The result table of studies of configurations, and the tables of what it says. */
import type { Column, TextTable } from "../../kind.ts";
import { differenceText, TRANSFER_COLUMNS } from "../columns.ts";
import type { TransferRow } from "../row.ts";
import type { ConfiguredSpec } from "./spec.ts";
import { type Compared, randomGaps, scarceGaps, sourceGaps, structureGaps } from "./statistics.ts";

const OTHER: Column<TransferRow> = {
  header: "other",
  cell: ([row]) => row!.other ?? "",
  has: (rows) => rows.some(({ other }) => other !== undefined),
};
const CHOSEN: Column<TransferRow> = {
  header: "decay",
  cell: (rows) => [...new Set(rows.flatMap(({ chosen }) => chosen ?? []))].join(", "),
  has: (rows) => rows.some(({ chosen }) => chosen !== undefined),
};

/** As those of a matrix, with the other end of lines and the decays that were chosen. */
export const CONFIGURED_COLUMNS: readonly Column<TransferRow>[] = [...TRANSFER_COLUMNS, OTHER, CHOSEN];

function gapTable(title: string, gaps: readonly Compared[]): TextTable[] {
  if (gaps.length === 0) return [];
  const header = ["target", "of", "minus", "levels", "points", "n", "verdict alone", "p in the table"];
  const cells = gaps.map((gap) => {
    const { target, of, minus, levels, n, verdict, holm } = gap;
    const p = Number.isFinite(holm) ? String(Number(holm.toPrecision(2))) : "-";
    const range = levels.length > 1 ? `${levels[0]}-${levels.at(-1)}` : String(levels[0]);
    return [target, of, minus, range, differenceText(gap), String(n), verdict.words, p];
  });
  return [{ title, header, cells }];
}

const FEW = "at a fifth of the weights and less";

/** What the rows say: two-sided tests with the verdict of each alone, and its p adjusted over the table. */
export function configuredTables(rows: readonly TransferRow[], study: ConfiguredSpec["study"]): TextTable[] {
  return [
    ...(study === "odd-targets" ? gapTable(`Scarce targets, ${FEW}`, scarceGaps(rows)) : []),
    ...gapTable(`Tickets minus random tickets, ${FEW}`, randomGaps(rows)),
    ...gapTable(`Structure minus weights, ${FEW}`, structureGaps(rows)),
    ...gapTable(`Tickets of other sources minus the target's own, ${FEW}`, sourceGaps(rows)),
  ];
}
