/** The drawing of values over the iteration at which copies part: one line per arm or network, with bands and names. */

import * as Plot from "@observablehq/plot";
import { type Band, bandPoints } from "../../../figure/band.ts";
import { draw } from "../../../figure/draw/draw.ts";
import { largeTicks } from "../../../figure/draw/large-ticks.ts";
import { crosses, endNames, floor, NAME_LETTER, pointText, series } from "../../../figure/draw/marks.ts";
import { stepAxis, stepPlaces, stepScale } from "../../../figure/draw/step-axis.ts";
import { stableBelow } from "../../../figure/path/points.ts";
import type { Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { ARM_STYLES } from "../../networks/arms.ts";
import type { PairRow } from "../pair.ts";
import { firstStable, type PairSummary, pairArmsOf } from "../statistics.ts";

/** Height of such a name, px. */
const NAME_HEIGHT = 19;

/** One line: its name, looks and points; `faint` is a thinner dashed line of the same colour. */
export interface StepLine {
  readonly text: string;
  readonly color: string;
  readonly symbol: (typeof ARM_STYLES)["dense"]["symbol"];
  readonly points: readonly (Spread & { readonly step: number })[];
  readonly faint?: readonly (Spread & { readonly step: number })[];
  /** The iteration that gets a ring. */
  readonly ring?: number | null;
}

interface StepLinesOptions {
  readonly yLabel: string;
  readonly domain: readonly [number, number];
  readonly band: Band;
  /** Height of a horizontal line: dotted for a limit, dashed for a reference. */
  readonly rule?: { readonly y: number; readonly dash: "2 5" | "7 5" };
  readonly height?: number;
  /** The iterations of the axis; those of the lines by default. */
  readonly steps?: readonly number[];
  /** Whether the horizontal axis says what it is; a panel with another below leaves that to it. */
  readonly named?: boolean;
}

/** Draws lines over iterations with bands; crosses mark iterations with diverged pairs. */
export function drawStepLines(lines: readonly StepLine[], options: StepLinesOptions): string {
  const { yLabel, domain, band, rule, height = 390, named = true } = options;
  const { steps = lines.flatMap(({ points }) => points.map(({ step }) => step)) } = options;
  const x = ({ step }: { readonly step: number }) => place(step);
  const place = stepPlaces(steps);
  const marginBottom = named ? 58 : 30;
  const share = NAME_HEIGHT / (height - 42 - marginBottom);
  const rules = { stroke: "#555555", strokeWidth: 2, ...(rule && { strokeDasharray: rule.dash }) };
  return draw({
    yLabel,
    height,
    marginBottom,
    marginRight: 20 + NAME_LETTER * Math.max(0, ...lines.map(({ text }) => text.length)),
    x: stepScale(steps),
    y: { domain: [...domain], ...largeTicks(domain), grid: true, ticks: 6, label: null },
    marks: [
      Plot.ruleY(rule === undefined ? [] : [rule.y], rules),
      ...lines.map((line) => lineMarks(line, { x, domain, band })),
      floor,
      ...lines.map((line) => ringMark(line, x)),
      stepAxis(steps, { named }),
      ...lines.filter(isLost).map((line, row) => lostMarks(line, { x, row })),
      endNames(
        lines.map((line) => endOf(line, x)),
        { domain, log: false, share },
      ),
    ],
  });
}

/** Lines of the arms of one network, in their fixed colours. */
export function armLines(summaries: readonly PairSummary[]): StepLine[] {
  return pairArmsOf(summaries).map((arm) => {
    const { color, symbol } = ARM_STYLES[arm];
    return { text: arm, color, symbol, points: summaries.filter((summary) => summary.arm === arm) };
  });
}

/** Ends of an axis from 0 to the highest value of a replicate, with some air on both sides so that marks at 0 are whole. */
export function domainFromZero(lines: readonly StepLine[], least: number): [number, number] {
  const tops = lines.flatMap(({ points, faint = [] }) => [
    ...points.map(({ max }) => max),
    ...faint.map(({ mean }) => mean),
  ]);
  const highest = Math.max(least, ...tops.filter(Number.isFinite)) || 1;
  return [-0.025 * highest, 1.06 * highest];
}

/** An axis of LII, with the line below which networks are stable where the measure has a criterion. */
export function liiScale(lines: readonly StepLine[], measure: Measure): Pick<StepLinesOptions, "domain" | "rule"> {
  const limit = stableBelow(measure);
  const domain = domainFromZero(lines, limit ?? 0);
  return limit === null ? { domain } : { domain, rule: { y: limit, dash: "2 5" } };
}

/** The first stable iteration of the pairs of a line; null where none is, and where the measure has no criterion. */
export function ringOf(pairs: readonly PairRow[], measure: Measure): number | null {
  return stableBelow(measure) === null ? null : firstStable(pairs);
}

interface Spot {
  readonly x: (point: { readonly step: number }) => number;
  readonly domain: readonly [number, number];
  readonly band: Band;
}

function lineMarks({ text, points, faint = [], color, symbol }: StepLine, { x, domain, band }: Spot): Plot.Markish[] {
  const shown = points.filter(({ mean }) => Number.isFinite(mean));
  const places = bandPoints(shown, { band, x, domain, log: { x: true } });
  const own = series(text);
  const place = { ...own, x, y: "mean" };
  const title = (point: (typeof points)[number]) => pointText(text, `k = ${point.step}`, { ...point, band });
  return [
    Plot.areaY(places, { ...own, x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.14 }),
    Plot.lineY(faint, { ...place, stroke: color, strokeWidth: 1.4, strokeOpacity: 0.6, strokeDasharray: "5 4" }),
    Plot.lineY(shown, { ...place, stroke: color, strokeWidth: 2.5 }),
    Plot.dot(shown, { ...place, fill: color, symbol, r: 4, title }),
  ];
}

function ringMark({ text, points, color, ring }: StepLine, x: Spot["x"]): Plot.Markish {
  const shown = points.filter(({ step }) => step === ring);
  return Plot.dot(shown, { ...series(text), x, y: "mean", stroke: color, strokeWidth: 2, r: 9 });
}

function isLost({ points }: StepLine): boolean {
  return points.some(({ diverged }) => diverged > 0);
}

function lostMarks({ text, points, color }: StepLine, { x, row }: Pick<Spot, "x"> & { row: number }): Plot.Markish[] {
  return crosses(
    points.filter(({ diverged }) => diverged > 0),
    { ...series(text), x, dy: -9 - 16 * row, stroke: color },
  );
}

function endOf({ text, color, points }: StepLine, x: Spot["x"]) {
  const last = points.findLast(({ mean }) => Number.isFinite(mean));
  return { text, color, y: last?.mean ?? Number.NaN, ...(last && { x: x(last) }) };
}
