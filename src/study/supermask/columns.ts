/** The table of the study as text: what an arm scores at a level, trained and untrained. */
import { countsOf } from "../../figure/draw/caption.ts";
import { describeReplicates, meanOf, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import type { Column, TextTable } from "../kind.ts";
import type { SupermaskRow } from "./row.ts";
import {
  bestValue,
  chosen,
  chosenText,
  groupsOf,
  learnedRows,
  storedValue,
  trainedValue,
  untrainedValue,
  type Value,
  valuesOf,
} from "./statistics.ts";

type Cell = Column<SupermaskRow>["cell"];

function numberOf(value: (measure: Measure) => Value, name: "mean" | "low" | "high"): Cell {
  return (rows, measure) => numberText(describeReplicates(valuesOf(rows, value(measure)))[name], measure);
}

function numberText(value: number, measure: Measure): string {
  return Number.isFinite(value) ? digits(measure, value) : "-";
}

const unit = (measure: Measure) => (measure.unit === "fraction" ? " %" : ` ${measure.title}${unitOf(measure)}`);

/** Means over replicates with the 95 % interval of the trained one. */
export const SUPERMASK_COLUMNS: readonly Column<SupermaskRow>[] = [
  { header: "arm", cell: ([row]) => row!.arm },
  { header: "level", cell: ([row]) => String(row!.level) },
  { header: "weights %", cell: (rows) => (100 * meanOf(rows.map(({ density }) => density))).toFixed(2) },
  { header: (measure) => `trained${unit(measure)}`, cell: numberOf(trainedValue, "mean") },
  { header: "95 % low", cell: numberOf(trainedValue, "low") },
  { header: "95 % high", cell: numberOf(trainedValue, "high") },
  { header: (measure) => `untrained${unit(measure)}`, cell: numberOf(untrainedValue, "mean") },
  { header: "n", cell: (rows) => String(new Set(rows.map(({ replicate }) => replicate)).size) },
  { header: "diverged", cell: (rows) => String(rows.filter(({ diverged }) => diverged !== undefined).length) },
];

/** What learned masks reach: drawn anew as in training, and as the network that is stored. */
function learnedTable(rows: readonly SupermaskRow[], measure: Measure): TextTable {
  const cells = groupsOf(learnedRows(rows)).map((group) => {
    const spread = (value: Value) => describeReplicates(valuesOf(group, value));
    const drawn = spread(trainedValue(measure));
    const isUntouched = group.every(({ weightsUntouched }) => weightsUntouched === true);
    return [
      ...[group[0]!.arm, (100 * meanOf(group.map(({ density }) => density))).toFixed(2)],
      ...[numberText(drawn.mean, measure), interval(drawn, measure)],
      ...[storedValue, bestValue].map((value) => numberText(spread(value(measure)).mean, measure)),
      ...[isUntouched ? "yes" : "not told", countsOf([drawn]).text],
    ];
  });
  const header = ["arm", "weights %", `as trained${unit(measure)}`, "95 % interval", "stored", "best on test"];
  return { title: "Learned masks", header: [...header, "weights untouched", "n"], cells };
}

/** What untrained networks reach at the density that the rows held out choose, the best first. */
function chosenTable(rows: readonly SupermaskRow[], measure: Measure): TextTable {
  const cells = chosen(rows, measure).map(({ arm, weightsRemaining, ...spread }) => [
    ...[arm, chosenText({ weightsRemaining }).replace(" %", ""), numberText(spread.mean, measure)],
    ...[interval(spread, measure), countsOf([spread]).text],
  ]);
  const header = ["arm", "weights %", `untrained${unit(measure)}`, "95 % interval", "n"];
  return { title: "Untrained, at the densities that replicates choose on the rows held out", header, cells };
}

function interval({ low, high }: Spread, measure: Measure): string {
  return Number.isFinite(low) ? `${numberText(low, measure)} to ${numberText(high, measure)}` : "-";
}

/** The tables behind the result table, of what there is. */
export function tablesOf(rows: readonly SupermaskRow[], measure: Measure): TextTable[] {
  return [learnedTable(rows, measure), chosenTable(rows, measure)].filter(({ cells }) => cells.length > 0);
}
