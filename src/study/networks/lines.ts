/** The drawing that most figures are: one line per arm over weights remaining, with bands, symbols and names. */

import * as Plot from "@observablehq/plot";
import { type Band, bandPoints } from "../../figure/band.ts";
import { draw } from "../../figure/draw/draw.ts";
import { crosses, endNames, floor, type LineEnd, NAME_LETTER, pointText, series } from "../../figure/draw/marks.ts";
import { valueScale, type WeightsAxis, weightsAxis, weightsScale } from "../../figure/draw/scales.ts";
import { shortPercent } from "../../figure/draw/text.ts";
import type { Spread } from "../../figure/spread.ts";
import { ARM_STYLES } from "./arms.ts";
import { armsOf, type Summary } from "./statistics.ts";

/** Height of one row of marks over the height of the axis above it. */
const STRIP_ROW = 0.06;

interface ArmLinesOptions {
  readonly yLabel: string;
  readonly domain: readonly [number, number];
  /** Height of the dashed line. */
  readonly dense: number;
  readonly band: Band;
  readonly tickFormat?: (value: number) => string;
}

/** {@link drawArmLines} on a log and on a linear axis of weights remaining. */
export function drawBothWays(
  summaries: readonly Summary[],
  options: ArmLinesOptions,
): { readonly drawing: string; readonly linear: string } {
  return { drawing: drawArmLines(summaries, options), linear: drawArmLines(summaries, options, "linear") };
}

/** Draws the summaries of every arm but `dense`, which is a dashed line; what is off the axis or diverged is marked. */
export function drawArmLines(
  summaries: readonly Summary[],
  options: ArmLinesOptions,
  axis: WeightsAxis = "log",
): string {
  const { yLabel, domain, dense, band, tickFormat } = options;
  const { color } = ARM_STYLES.dense;
  const lines = linesOf(summaries);
  return draw({
    yLabel,
    marginRight: Math.max(92, 16 + NAME_LETTER * Math.max(0, ...lines.map(([first]) => first!.arm.length))),
    x: weightsScale(summaries, axis),
    y: valueScale(domain, tickFormat),
    marks: [
      Plot.ruleY(Number.isFinite(dense) ? [dense] : [], {
        ...{ ...series("dense"), stroke: color, strokeWidth: 2, strokeDasharray: "7 5" },
      }),
      ...lines.map((line) => {
        const { arm } = line[0]!;
        return bandedLine(line, { ...ARM_STYLES[arm], name: arm, band, domain, axis });
      }),
      floor,
      weightsAxis(summaries, 9, axis),
      ...lines
        .filter((line) => line.some((s) => outside(s, domain)))
        .map((line, i) => outsiders(line, { row: i, domain })),
      endNames([...lines.map(lineEnd), { text: "dense", color, y: dense }], { domain, log: false }),
    ],
  });
}

/** Lowers the foot of an axis by a strip in which marks of {@link drawArmLines} for diverged and too low runs cover nothing. */
export function withStrip(domain: readonly [number, number], summaries: readonly Summary[]): [number, number] {
  const [low, high] = domain;
  const rows = linesOf(summaries).filter((line) => line.some((summary) => outside(summary, domain))).length;
  return [low - (high - low) * STRIP_ROW * rows, high];
}

/** The summaries that have bands in such a drawing: of every arm but `dense`. */
export function drawnBands(summaries: readonly Summary[]): Summary[] {
  return summaries.filter(({ arm }) => arm !== "dense");
}

function linesOf(summaries: readonly Summary[]): Summary[][] {
  const arms = armsOf(summaries).filter((arm) => arm !== "dense");
  return arms.map((arm) => summaries.filter((summary) => summary.arm === arm));
}

function outside(summary: Summary, [low]: readonly [number, number]): boolean {
  return summary.diverged > 0 || summary.mean < low;
}

/** How a line and its band are drawn. */
interface BandedLineOptions extends Pick<ArmLinesOptions, "band" | "domain"> {
  readonly name: string;
  readonly color: string;
  readonly symbol: Plot.DotOptions["symbol"];
  /** Of the band's colour, from 0 to 1; default 0.16. */
  readonly opacity?: number;
  /** Default `log`. */
  readonly axis?: WeightsAxis;
}

/** Means over what remains of the weights, with their band behind them. */
export function bandedLine(
  line: readonly (Spread & { readonly weightsRemaining: number })[],
  { name, color, symbol, band, domain, opacity = 0.16, axis = "log" }: BandedLineOptions,
): Plot.Markish[] {
  const x = "weightsRemaining";
  const log = { x: axis === "log" };
  const places = bandPoints(line, { band, x: (summary) => summary.weightsRemaining, domain, log });
  const own = series(name);
  const title = (point: (typeof line)[number]) =>
    pointText(name, `${shortPercent(point.weightsRemaining)} % of weights`, { ...point, band });
  return [
    Plot.areaY(places, { ...own, x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: opacity }),
    Plot.lineY(line, { ...own, x, y: "mean", stroke: color, strokeWidth: 2.5 }),
    Plot.dot(line, { ...own, x, y: "mean", fill: color, symbol, r: 4, title }),
  ];
}

/** Crosses where runs diverged and triangles where a mean is below the axis. */
function outsiders(
  line: readonly Summary[],
  { row, domain }: { row: number; domain: readonly [number, number] },
): Plot.Markish[] {
  const { arm } = line[0]!;
  const { color } = ARM_STYLES[arm];
  const place = { ...series(arm), x: "weightsRemaining", dy: -9 - 16 * row };
  const below = line.filter((summary) => summary.mean < domain[0]);
  const lost = line.filter((summary) => summary.diverged > 0);
  return [
    Plot.dot(below, { ...place, frameAnchor: "bottom", fill: color, symbol: "triangle", rotate: 180, r: 5 }),
    crosses(lost, { ...place, stroke: color }),
  ];
}

function lineEnd(line: readonly Summary[]): LineEnd {
  const { arm } = line[0]!;
  const last = line.findLast((summary) => Number.isFinite(summary.mean));
  const place = { y: last?.mean ?? Number.NaN, ...(last && { x: last.weightsRemaining }) };
  return { text: arm, color: ARM_STYLES[arm].color, ...place };
}
