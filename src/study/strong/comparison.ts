/** How constructions are compared: at equal numbers of units an input, each with the target of its replicate. */
import type { Comparison } from "../comparison.ts";
import { type NetworkRow, rowsOf, type StrongRow } from "./rows.ts";

const of = (value: (row: NetworkRow) => number) => (row: StrongRow) => value(row as NetworkRow);
const shareMissed = ({ missed, weights }: NetworkRow) => missed / weights;

/** Accuracies in points: `change` is that of the compiled network minus that of its target. `missed` is in % of the weights. */
export const STRONG_COMPARISON: Comparison<StrongRow> = {
  axis: "units",
  placesOf: (rows) => [...new Set(rowsOf(rows, "network").map(({ units }) => units))].sort((a, b) => a - b),
  sidesOf: (rows) =>
    [...new Set(rowsOf(rows, "network").map(({ construction }) => construction))].map((arm) => ({ arm })),
  quantities: () => ({
    change: { unit: "points", direction: "up", of: of((row) => 100 * (row.testAccuracy - row.targetAccuracy)) },
    accuracy: { unit: "points", direction: "up", of: of(({ testAccuracy }) => 100 * testAccuracy) },
    missed: { unit: "%", direction: "down", of: of((row) => 100 * shareMissed(row)) },
  }),
  rowsOf: (rows, { arm }, at) =>
    rows.filter((row) => row.what === "network" && row.construction === arm && row.units === at),
};
