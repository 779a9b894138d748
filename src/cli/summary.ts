/** The tables of a run as text: test accuracy over replicates, and the weights that every layer keeps. */

import { armsOf, describe, finalAccuracy, levelsOf, panelsOf, type Summary, summarise } from "../figure/statistics.ts";
import { byKind, type PairRow, type StudyRow } from "../study/pair.ts";
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

/** The result of any study as text. */
export function resultTable(rows: readonly StudyRow[]): string {
  const { networks, pairs } = byKind(rows);
  return pairs.length > 0 ? pairTable(pairs) : accuracyTable(networks);
}

/** LII (%) of the test error, mean and range over pairs and replicates, at every parting k of every arm. */
export function pairTable(pairs: readonly PairRow[]): string {
  const panels = panelsOf(pairs)[0] === undefined ? [] : ["network"];
  const header = [
    ...panels,
    "arm",
    "k",
    "weights %",
    "LII %",
    "min",
    "max",
    "n",
    "recomputed %",
    "train LII %",
    "ends %",
  ];
  const place = ({ panel, arm, step }: PairRow) => JSON.stringify([panel, arm, step]);
  const body = [...new Set(pairs.map(place))].map((at) => {
    const group = pairs.filter((pair) => place(pair) === at);
    const { panel, arm, step, density } = group[0]!;
    const percent = (value: (pair: PairRow) => number) => describe(group.map((pair) => 100 * value(pair)));
    const { mean, min, max, n } = percent(({ instability }) => instability.testError);
    const recomputed = percent(({ recomputedInstability }) => recomputedInstability?.testError ?? Number.NaN).mean;
    const train = percent(({ instability }) => instability.trainError).mean;
    const ends = percent(({ testAccuracy: [a, b] }) => (a + b) / 2).mean;
    const names = panel === undefined ? [arm] : [panel, arm];
    const numbers = [100 * density, mean, min, max].map(fixed);
    return [...names, String(step), ...numbers, String(n), ...[recomputed, train, ends].map(fixed)];
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
