/** The drawing that most figures are: one line per arm over weights remaining, with bands, symbols and names. */

import * as Plot from "@observablehq/plot";
import { ARM_STYLES } from "./arms.ts";
import { draw } from "./draw.ts";
import { crosses, endNames, type LineEnd } from "./marks.ts";
import { weightsAxis, weightsScale } from "./scales.ts";
import { armsOf, type Summary } from "./statistics.ts";

interface ArmLinesOptions {
  readonly yLabel: string;
  readonly domain: readonly [number, number];
  /** Height of the dashed line. */
  readonly dense: number;
  readonly tickFormat?: (value: number) => string;
}

/** Draws the summaries of every arm but `dense`, which is a dashed line; what is off the axis or diverged is marked. */
export function drawArmLines(name: string, summaries: readonly Summary[], options: ArmLinesOptions): string {
  const { yLabel, domain, dense, tickFormat } = options;
  const { color } = ARM_STYLES.dense;
  const lines = armsOf(summaries)
    .filter((arm) => arm !== "dense")
    .map((arm) => summaries.filter((summary) => summary.arm === arm));
  return draw(name, {
    yLabel,
    marginRight: 92,
    x: weightsScale(summaries),
    y: { domain: [...domain], grid: true, ticks: 6, label: null, ...(tickFormat && { tickFormat }) },
    marks: [
      weightsAxis(summaries),
      Plot.ruleY(Number.isFinite(dense) ? [dense] : [], { stroke: color, strokeWidth: 2, strokeDasharray: "7 5" }),
      ...lines.map(armLine),
      ...lines.map((line, index) => outsiders(line, { index, low: domain[0] })),
      endNames([...lines.map(lineEnd), { text: "dense", color, y: dense }], { domain, log: false }),
    ],
  });
}

function armLine(line: readonly Summary[]): Plot.Markish[] {
  const { color, symbol } = ARM_STYLES[line[0]!.arm];
  const shared = { x: "weightsRemaining", clip: true };
  return [
    Plot.areaY(line, { ...shared, y1: "min", y2: "max", fill: color, fillOpacity: 0.16 }),
    Plot.lineY(line, { ...shared, y: "mean", stroke: color, strokeWidth: 2.5 }),
    Plot.dot(line, { ...shared, y: "mean", fill: color, symbol, r: 4 }),
  ];
}

/** Crosses where runs diverged and triangles where a mean is below the axis; arms stack up instead of covering each other. */
function outsiders(line: readonly Summary[], { index, low }: { index: number; low: number }): Plot.Markish[] {
  const { color } = ARM_STYLES[line[0]!.arm];
  const place = { x: "weightsRemaining", dy: -9 - 15 * index };
  const below = line.filter((summary) => summary.mean < low);
  const lost = line.filter((summary) => summary.diverged > 0);
  return [
    Plot.dot(below, { ...place, frameAnchor: "bottom", fill: color, symbol: "triangle", rotate: 180, r: 5 }),
    crosses(lost, { ...place, stroke: color }),
  ];
}

function lineEnd(line: readonly Summary[]): LineEnd {
  const { arm } = line[0]!;
  const y = line.findLast((summary) => Number.isFinite(summary.mean))?.mean ?? Number.NaN;
  return { text: arm, color: ARM_STYLES[arm].color, y };
}
