/** The tables of the study `strong` as text. */
import type { Column, TextTable } from "../kind.ts";
import { type NetworkRow, type PopupRow, rowsOf, type StrongRow, type TrialsRow } from "./rows.ts";

/** A row that the result table has. */
type Told = NetworkRow | TrialsRow;

/** Rows of the result table, one a line; measurements have tables of their own. */
export function strongLines(rows: readonly StrongRow[]): (readonly StrongRow[])[] {
  return [...rowsOf(rows, "network"), ...rowsOf(rows, "trials")].map((row) => [row]);
}

function column(header: string, cell: (row: Told) => string): Column<StrongRow> {
  return { header, cell: ([row]) => cell(row as Told) };
}

/** A number as tables have it: whole ones in full, others with three digits. */
export function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

const percent = (fraction: number) => (100 * fraction).toFixed(2);

/** How many failed, and the upper end of the interval. */
export function failuresText({ failures: { k, n, high } }: Pick<TrialsRow, "failures">): string {
  return `${k} of ${n} (at most ${percent(high)} %)`;
}

const network = (cell: (row: NetworkRow) => string) => (row: Told) => (row.what === "network" ? cell(row) : "-");

export const STRONG_COLUMNS: readonly Column<StrongRow>[] = [
  column("construction", ({ construction }) => construction),
  column("target", (row) => (row.what === "network" ? row.model : row.sizes.join("-"))),
  column("inputs", (row) => (row.what === "trials" && row.signed ? "any" : ">= 0")),
  column("epsilon", ({ epsilon }) => String(epsilon)),
  column("units", ({ units }) => String(units)),
  column("random", ({ randomParameters }) => String(randomParameters)),
  column("candidates", ({ candidates }) => String(candidates)),
  column("kept %", ({ keptFraction }) => short(100 * keptFraction)),
  column("weight error", ({ maxWeightError }) => short(maxWeightError)),
  column(
    "missed",
    network(({ missed, weights }) => `${missed} of ${weights}`),
  ),
  column("end to end", ({ endToEndError }) => short(endToEndError)),
  column("bound", ({ errorBound }) => short(errorBound)),
  column(
    "target %",
    network(({ targetAccuracy }) => percent(targetAccuracy)),
  ),
  column(
    "test %",
    network(({ testAccuracy }) => percent(testAccuracy)),
  ),
  column("failures", (row) => (row.what === "trials" ? failuresText(row) : "-")),
  column("seconds", ({ seconds }) => seconds.toFixed(1)),
];

/** The accuracy of a chosen mask. */
export function accuracyText({ testAccuracy }: Pick<PopupRow, "testAccuracy">): string {
  return testAccuracy === null ? "diverged" : `${percent(testAccuracy)} %`;
}

/** What figures draw, as tables. */
export function measuredTables(rows: readonly StrongRow[]): TextTable[] {
  const units = rowsOf(rows, "units").map((row) => [
    row.construction,
    ...[row.epsilon, row.median, row.most].map(short),
  ]);
  const popup = rowsOf(rows, "popup").map((row) => [
    ...[row.form, row.model, String(row.replicate), String(row.randomParameters), String(row.kept), accuracyText(row)],
  ]);
  const sums = rowsOf(rows, "sums").map(({ law, count, error }) => [law, short(count), short(error)]);
  const attention = rowsOf(rows, "attention").map(({ units, width, productError, outputError }) =>
    [units, width, productError, outputError].map(short),
  );
  const tables = [
    {
      title: "Edge-popup in gadgets and in wide networks of as many weights",
      header: ["form", "network", "replicate", "random", "kept", "test"],
      cells: popup,
    },
    { title: "Units drawn until a weight is met", header: ["construction", "epsilon", "median", "95 %"], cells: units },
    { title: "Distance of the nearest subset", header: ["candidates", "n", "median"], cells: sums },
    {
      title: "Attention inside random projections",
      header: ["units", "width", "product error", "output error"],
      cells: attention,
    },
  ];
  return tables.filter(({ cells }) => cells.length > 0);
}
