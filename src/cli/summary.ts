/** The tables of a run as text: test accuracy over replicates, and the weights that every layer keeps. */

import { armsOf, describe, finalAccuracy, levelsOf, panelsOf, type Summary, summarise } from "../figure/statistics.ts";
import type { Row, RowDetail } from "../study/row.ts";
import { table } from "./table.ts";

const fixed = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : "-");
const whole = (value: number) => (Number.isFinite(value) ? String(Math.round(value)) : "-");

/** Mean, range and n of the final test accuracy (%) of every panel, arm and level, and the mean early-stop iteration. */
export function accuracyTable(rows: readonly Row[]): string {
  const stops = summarise(rows, (row) => row.earlyStopStep);
  const panels = panelsOf(rows)[0] === undefined ? [] : ["panel"];
  const header = [...panels, "arm", "level", "weights %", "mean %", "min", "max", "n", "diverged", "early stop"];
  const body = summarise(rows, finalAccuracy).map((summary) => {
    const { panel, arm, level, weightsRemaining, mean, min, max, n, diverged } = summary;
    const isSame = (other: Summary) => other.panel === panel && other.arm === arm && other.level === level;
    const counts = [String(n), String(diverged), whole(stops.find(isSame)?.mean ?? Number.NaN)];
    const place = panel === undefined ? [arm] : [panel, arm];
    return [...place, String(level), fixed(weightsRemaining), fixed(mean), fixed(min), fixed(max), ...counts];
  });
  return table(header, body);
}

/** Weights kept in every layer by the masks of the first arm, a line a level, averaged over replicates; a table a panel. */
export function layerTable(rows: readonly RowDetail[]): string {
  const tables = panelsOf(rows).map((panel) => {
    const own = layersOf(rows.filter((row) => row.panel === panel));
    return panel === undefined ? own : `${panel}\n${own}`;
  });
  return tables.join("\n\n");
}

function layersOf(rows: readonly RowDetail[]): string {
  const own = rows.filter((row) => row.arm === armsOf(rows)[0]);
  const names = (own[0]?.layers ?? []).map(({ layer }) => layer);
  const body = levelsOf(own).map((level) => {
    const group = own.filter((row) => row.level === level);
    const kept = names.map((_, i) => whole(describe(group.map((row) => row.layers[i]!.kept)).mean));
    return [`level ${level}`, ...kept, whole(describe(group.map((row) => row.weights)).mean)];
  });
  return table(["weights kept", ...names, "all"], body);
}
