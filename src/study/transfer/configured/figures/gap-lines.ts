/** The drawing of differences over density: a line with its band for each that is named, and a line at 0. */
import * as Plot from "@observablehq/plot";
import { type Band, bandOf } from "../../../../figure/band.ts";
import { draw } from "../../../../figure/draw/draw.ts";
import { endNames, floor, NAME_LETTER } from "../../../../figure/draw/marks.ts";
import { valueScale, weightsAxis, weightsScale } from "../../../../figure/draw/scales.ts";
import { describeReplicates, meanOf, type ReplicateValue, type Spread } from "../../../../figure/spread.ts";
import { bandedLine } from "../../../networks/lines.ts";
import { STYLES } from "../../figures/styles.ts";
import type { TransferRow } from "../../row.ts";

/** A difference at one level, in points. */
export interface Gap extends Spread {
  readonly name: string;
  readonly level: number;
  /** In %. */
  readonly weightsRemaining: number;
  readonly values: readonly ReplicateValue[];
}

/** A gap of values that are differences already. */
export function gapOf(
  { name, level, rows }: { name: string; level: number; rows: readonly TransferRow[] },
  values: readonly ReplicateValue[],
): Gap {
  const weightsRemaining = 100 * meanOf(rows.filter((row) => row.level === level).map(({ density }) => density));
  return { name, level, weightsRemaining, values, ...describeReplicates(values) };
}

/** Draws the gaps, one line a name; there must be at least one. */
export function drawGaps(gaps: readonly Gap[], { yLabel, band }: { yLabel: string; band: Band }): string {
  const names = [...new Set(gaps.map(({ name }) => name))];
  const lines = names.map((name) => gaps.filter((gap) => gap.name === name).sort((a, b) => a.level - b.level));
  const values = [0, ...gaps.flatMap((gap) => [gap.mean, ...bandOf(gap, band)])].filter(Number.isFinite);
  const room = 0.06 * (Math.max(...values) - Math.min(...values) || 1);
  const domain = [Math.min(...values) - room, Math.max(...values) + room] as const;
  const style = (i: number) => STYLES[i % STYLES.length]!;
  return draw({
    yLabel,
    height: 340,
    marginRight: 16 + NAME_LETTER * Math.max(...names.map(({ length }) => length)),
    x: weightsScale(gaps),
    y: valueScale(domain),
    marks: [
      Plot.ruleY([0], { stroke: "#555555", strokeWidth: 2, strokeDasharray: "7 5" }),
      ...lines.map((line, i) => {
        const [color, symbol] = style(i);
        return bandedLine(line, { name: line[0]!.name, color, symbol, domain, band, opacity: 0.12 });
      }),
      floor,
      weightsAxis(gaps, 6),
      endNames(
        lines.map((line, i) => ({
          ...{ text: line[0]!.name, color: style(i)[0], x: line.at(-1)!.weightsRemaining, y: line.at(-1)!.mean },
        })),
        { domain, log: false, share: 0.08, fontSize: 13 },
      ),
    ],
  });
}

/** The values of gaps, for CSV. */
export function gapValues(gaps: readonly Gap[]): Record<string, unknown>[] {
  return gaps.flatMap(({ name, level, weightsRemaining, values }) =>
    values.map((each) => ({ name, level, weightsRemaining, ...each })),
  );
}
