/** What networks keep of the weights that they start from, as a table: exponent, angle, and the LII to a copy. */
import { drawn } from "../../figure/path/points.ts";
import { describe, panelsOf } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { unitOf } from "../../task/words.ts";
import type { TextTable } from "../kind.ts";
import { armsOf, levelsOf, weightsRemaining } from "../networks/statistics.ts";
import type { PanelDetail } from "./forgetting.ts";

/** A line for every panel, arm and level: means over replicates with their 95 % intervals. */
export function memoryTable(rows: readonly PanelDetail[], measure: Pick<Measure, "unit">): TextTable {
  const cells = panelsOf(rows).flatMap((panel) =>
    armsOf(rows).flatMap((arm) =>
      levelsOf(rows).flatMap((level) => {
        const own = rows.filter((row) => row.panel === panel && row.arm === arm && row.level === level);
        return own.length > 0
          ? [[panel ?? "", arm, String(level), weightsRemaining(own).toFixed(2), ...told(own, measure)]]
          : [];
      }),
    ),
  );
  const lii = `LII to a copy${unitOf(measure)}`;
  const header = ["panel", "arm", "level", "weights %", "exponent", "angle °", "95 % interval", lii, "95 % interval"];
  return { title: "What is kept of the start", header, cells };
}

function told(rows: readonly PanelDetail[], measure: Pick<Measure, "unit">): string[] {
  const { exponent } = rows[0]!;
  const angle = describe(rows.map((row) => row.angle ?? Number.NaN));
  const lii = describe(rows.flatMap((row) => (row.lii === undefined ? [] : [drawn(measure, row.lii)])));
  return [
    exponent === null ? "-" : exponent.toPrecision(3),
    ...[angle, lii].flatMap(({ mean, low, high }) => [fixed(mean), range(low, high)]),
  ];
}

const fixed = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : "-");
const range = (low: number, high: number) => (Number.isFinite(low) ? `${fixed(low)} to ${fixed(high)}` : "-");
