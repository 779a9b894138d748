/** The tables of trained networks as text: the measure over replicates, and the weights that every layer keeps. */

import { describeReplicates, meanOf, panelsOf, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import type { Column, TextTable } from "../kind.ts";
import type { Row, RowDetail } from "./row.ts";
import { armsOf, finalValue, levelsOf, valuesOf, weightsRemaining } from "./statistics.ts";

const whole = (value: number) => (Number.isFinite(value) ? String(Math.round(value)) : "-");
const spreadOf = (rows: readonly Row[], measure: Measure): Spread =>
  describeReplicates(valuesOf(rows, finalValue(measure)));

/** One number of the measure's {@link Spread}, as text. */
function numberOf(name: "mean" | "low" | "high" | "min" | "max"): Column<Row>["cell"] {
  return (rows, measure) => {
    const value = spreadOf(rows, measure)[name];
    return Number.isFinite(value) ? digits(measure, value) : "-";
  };
}

/** `mean %`, and of other measures which: `mean RMSE price`. */
function meanHeader(measure: Measure): string {
  return measure.unit === "fraction" ? "mean %" : `mean ${measure.title}${unitOf(measure)}`;
}

/** Mean, its 95 % interval, range and n of the measure on the test set at the end of training, and the mean early-stop iteration. */
export const NETWORK_COLUMNS: readonly Column<Row>[] = [
  { header: "panel", cell: ([row]) => row!.panel ?? "", has: (rows) => panelsOf(rows)[0] !== undefined },
  { header: "arm", cell: ([row]) => row!.arm },
  { header: "level", cell: ([row]) => String(row!.level) },
  { header: "weights %", cell: (rows) => weightsRemaining(rows).toFixed(2) },
  { header: meanHeader, cell: numberOf("mean") },
  { header: "95 % low", cell: numberOf("low") },
  { header: "95 % high", cell: numberOf("high") },
  { header: "min", cell: numberOf("min") },
  { header: "max", cell: numberOf("max") },
  { header: "n", cell: (rows, measure) => String(spreadOf(rows, measure).n) },
  { header: "diverged", cell: (rows, measure) => String(spreadOf(rows, measure).diverged) },
  { header: "early stop", cell: (rows) => whole(meanOf(rows.flatMap((row) => row.earlyStop?.step ?? []))) },
];

/** Weights kept in every layer by the masks of the first arm, a line a level, averaged over replicates; a table a panel. */
export function layerTables(rows: readonly RowDetail[]): TextTable[] {
  return panelsOf(rows).map((panel) => {
    const own = layersOf(rows.filter((row) => row.panel === panel));
    return panel === undefined ? own : { title: panel, ...own };
  });
}

function layersOf(rows: readonly RowDetail[]): TextTable {
  const own = rows.filter((row) => row.arm === armsOf(rows)[0]);
  const names = (own[0]?.layers ?? []).map(({ layer }) => layer);
  const cells = levelsOf(own).map((level) => {
    const group = own.filter((row) => row.level === level);
    const kept = names.map((_, i) => whole(meanOf(group.map((row) => row.layers[i]!.kept))));
    return [`level ${level}`, ...kept, whole(meanOf(group.map((row) => row.weights)))];
  });
  return { header: ["weights kept", ...names, "all"], cells };
}

/** The key of every network. */
export function artifactTable(rows: readonly RowDetail[]): TextTable {
  const named = rows[0]?.panel !== undefined;
  const cells = rows.map(({ panel = "", artifact, arm, replicate, level }) => {
    return [artifact, ...(named ? [panel] : []), arm, String(replicate), String(level)];
  });
  return { header: ["artifact", ...(named ? ["panel"] : []), "arm", "replicate", "level"], cells };
}
