/** The result table: a line for every target, source and level, with the difference to the dense network. */
import { describeReplicates, meanOf } from "../../figure/spread.ts";
import type { Column, TextTable } from "../kind.ts";
import { pointsOf, type TransferRow } from "./row.ts";
import { cellsOf, type Universal, universalOf, valuesOf } from "./statistics.ts";

const digits = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : "-");
const spreadOf = (rows: readonly TransferRow[]) => describeReplicates(valuesOf(rows, pointsOf));

/** Fractions and correlations are in points of 100. */
export const TRANSFER_COLUMNS: readonly Column<TransferRow>[] = [
  { header: "target", cell: ([row]) => row!.target },
  { header: "source", cell: ([row]) => row!.source },
  { header: "arm", cell: ([row]) => row!.arm },
  { header: "level", cell: ([row]) => String(row!.level) },
  { header: "weights %", cell: (rows) => (100 * meanOf(rows.map(({ density }) => density))).toFixed(2) },
  { header: "measure", cell: ([row]) => row!.measure.name },
  { header: "mean", cell: (rows) => digits(spreadOf(rows).mean) },
  { header: "95 % low", cell: (rows) => digits(spreadOf(rows).low) },
  { header: "95 % high", cell: (rows) => digits(spreadOf(rows).high) },
  { header: "n", cell: (rows) => String(spreadOf(rows).n) },
  { header: "diverged", cell: (rows) => String(spreadOf(rows).diverged) },
];

/** A difference with its interval: `-1.20 (-2.10 to -0.30)`. */
export function differenceText({ mean, low, high }: { mean: number; low: number; high: number }): string {
  return `${digits(mean)}${Number.isFinite(low) ? ` (${digits(low)} to ${digits(high)})` : ""}`;
}

/** Differences to the dense network: a line a source and level, a column a target. */
function differenceTable(rows: readonly TransferRow[]): TextTable {
  const cells = cellsOf(rows);
  const targets = [...new Set(cells.map(({ target }) => target))];
  const lines = [...new Set(cells.map(({ source, level }) => JSON.stringify([source, level])))].map((place) => {
    const [source, level] = JSON.parse(place) as [string, number];
    const at = (target: string) =>
      cells.find((cell) => cell.source === source && cell.level === level && cell.target === target);
    return [source, String(level), ...targets.map((target) => differenceText(at(target) ?? NONE))];
  });
  return {
    title: "Differences to the dense network, in points",
    header: ["source", "level", ...targets],
    cells: lines,
  };
}

const NONE = { mean: Number.NaN, low: Number.NaN, high: Number.NaN };

/** `at least the same-task ticket on 4 of 6 targets`, with its test. */
export function universalSentence({ source, level, least, interval, differences, test }: Universal): string {
  const share = `${source} (level ${level}) is at least the same-task ticket on ${least.k} of ${least.n} targets`;
  const p = Number.isFinite(test.p)
    ? `sign-flip p = ${Number(test.p.toPrecision(2))}`
    : "no test, for a training diverged";
  return `${share}; over the targets its mean differs by ${differenceText(interval)} points (n = ${differences.length}, ${p}).`;
}

/** Tables behind the result table, of what there is. */
export function transferTables(rows: readonly TransferRow[]): TextTable[] {
  const universal = universalOf(rows).map((each) => [
    ...[each.source, String(each.level), `${each.least.k} of ${each.least.n}`, differenceText(each.interval)],
    ...[digits(each.test.p), String(each.differences.length)],
  ]);
  const header = ["source", "level", "targets", "mean difference", "p", "n"];
  const title = "At least the same-task ticket on so many targets, and the difference to it over all";
  return [differenceTable(rows), { title, header, cells: universal }].filter(({ cells }) => cells.length > 0);
}
