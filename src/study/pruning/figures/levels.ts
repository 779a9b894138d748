/** The barrier between the networks of successive levels: whether pruning stays in one linearly connected basin. */

import * as Plot from "@observablehq/plot";
import type { Instability } from "../../../connectivity/instability.ts";
import { type Band, bandPoints, cutNote } from "../../../figure/band.ts";
import { replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { largeTicks } from "../../../figure/draw/large-ticks.ts";
import { endNames, NAME_LETTER, pointText, series } from "../../../figure/draw/marks.ts";
import { capital } from "../../../figure/draw/text.ts";
import type { Figure } from "../../../figure/figure.ts";
import { criterionNote, drawn, gapsNote, stableBelow } from "../../../figure/path/points.ts";
import { describeReplicates, type ReplicateValue, type Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { errorName, withUnit } from "../../../task/words.ts";
import { ARM_STYLES } from "../../networks/arms.ts";
import type { Arm } from "../../networks/row.ts";
import { armsOf } from "../../networks/statistics.ts";

const name = "levels";
const title = "Barriers between successive levels";

/** The path between the trained networks of two levels of one arm and replicate. */
export interface LevelBarrier {
  readonly arm: Arm;
  readonly from: number;
  readonly to: number;
  readonly replicate: number;
  readonly instability: Instability;
  /** With batch norm's running statistics recomputed; null where there are none. */
  readonly recomputedInstability: Instability | null;
  /** The alphas at which a network scores no finite loss; absent where all do. */
  readonly gaps?: readonly number[];
}

interface Place extends Pick<LevelBarrier, "arm" | "from" | "to"> {
  readonly statistics: "interpolated" | "recomputed";
}

interface Point extends Place, Spread {}

interface Values extends Place {
  readonly values: readonly ReplicateValue[];
}

/**
 * LII of the test error between a level and the one before against the level, a line for each arm.
 * @param words `title`: what was studied, in words; `measure`: what the paths score; `band`: what bands show
 */
export function levelsFigure(
  rows: readonly LevelBarrier[],
  { title: subtitle, measure, band }: { title: string; measure: Measure; band: Band },
): Figure {
  const all = (statistics: Place["statistics"], value: (row: LevelBarrier) => Instability | null) =>
    valuesOf(rows, statistics, (row) => liiOf(value(row), measure));
  const values = [
    all("interpolated", ({ instability }) => instability),
    all("recomputed", ({ recomputedInstability }) => recomputedInstability),
  ];
  const [solid, dashed] = values.map((each) => each.map(pointOf)) as [Point[], Point[]];
  const domain = domainOf(solid, dashed, measure);
  const caption = sentences(
    `LII: the highest ${errorName(measure)} on the straight path between the networks of a level and of the one before it, both trained, minus the mean of the two ends.`,
    stableBelow(measure) === null ? criterionNote(measure) : "Below the dotted line (2 %) both lie in one basin.",
    ...armsOf(rows).map((arm) => `${capital(arm)}: ${ARM_STYLES[arm].meaning}.`),
    unrelatedNote(armsOf(rows)),
    dashed.length > 0 ? "Dashed: batch norm's running statistics measured anew along the path." : "",
    replicatesNote(solid, band),
    cutNote(solid, { band, domain }),
    gapsNote(solid),
  );
  const drawing = drawLevels(solid, dashed, { measure, band, domain });
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf([...solid, ...dashed], values.flat().flatMap(recordsOf)) };
}

/** Arms whose every level starts from a draw of its own. */
const FRESH: readonly Arm[] = ["reinit", "scratch-b", "random"];

function unrelatedNote(arms: readonly Arm[]): string {
  const fresh = arms.filter((arm) => FRESH.includes(arm));
  if (fresh.length === 0) return "";
  const verb = fresh.length > 1 ? "start" : "starts";
  return `${capital(fresh.join(" and "))} ${verb} every level from fresh weights: this is how unrelated networks lie.`;
}

function liiOf(instability: Instability | null, measure: Measure): number | null {
  return instability && drawn(measure, instability.testError);
}

function pointOf({ values, ...place }: Values): Point {
  return { ...place, ...describeReplicates(values) };
}

function recordsOf({ values, ...place }: Values): object[] {
  return values.map((own) => ({ ...place, ...own }));
}

function valuesOf(
  rows: readonly LevelBarrier[],
  statistics: Place["statistics"],
  value: (row: LevelBarrier) => number | null,
): Values[] {
  const measured = rows.filter((row) => value(row) !== null);
  return armsOf(measured).flatMap((arm) => {
    const levels = new Set(measured.filter((row) => row.arm === arm).map(({ to }) => to));
    return [...levels]
      .sort((a, b) => a - b)
      .map((to) => {
        const own = measured.filter((row) => row.arm === arm && row.to === to);
        const values = own.map((row) => ({ replicate: row.replicate, value: value(row)! }));
        return { arm, statistics, from: own[0]!.from, to, values };
      });
  });
}

function domainOf(solid: readonly Point[], dashed: readonly Point[], measure: Measure): [number, number] {
  const tops = [...solid.map(({ max }) => max), ...dashed.map(({ mean }) => mean)];
  const highest = Math.max(stableBelow(measure) ?? 0, ...tops.filter(Number.isFinite)) || 1;
  return [0, 1.06 * highest];
}

interface Drawn {
  readonly measure: Measure;
  readonly band: Band;
  readonly domain: readonly [number, number];
}

function drawLevels(solid: readonly Point[], dashed: readonly Point[], { measure, band, domain }: Drawn): string {
  const arms = armsOf(solid);
  const lines = arms.map((arm) => solid.filter((point) => point.arm === arm));
  const levels = [...new Set(solid.map(({ to }) => to))].sort((a, b) => a - b);
  const limit = stableBelow(measure);
  return draw({
    yLabel: withUnit(`LII of the test ${errorName(measure)}`, measure),
    marginRight: 20 + NAME_LETTER * Math.max(...arms.map((arm) => arm.length)),
    x: { domain: [Math.min(...levels) - 0.5, Math.max(...levels) + 0.5], axis: null },
    y: { domain: [...domain], ...largeTicks(domain), grid: true, ticks: 6, label: null },
    marks: [
      Plot.ruleY(limit === null ? [] : [limit], { stroke: "#555555", strokeWidth: 2, strokeDasharray: "2 5" }),
      ...lines.map((line) => lineMarks(line, dashed, { band, domain })),
      Plot.axisX(levels.length > 12 ? levels.filter((_, i) => i % 2 === 0) : levels, {
        ...{ text: String, label: "Level (its network against that of the level before)" },
        ...{ labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      }),
      endNames(lines.map(endOf), { domain, log: false }),
    ],
  });
}

function lineMarks(
  line: readonly Point[],
  dashed: readonly Point[],
  { band, domain }: Pick<Drawn, "band" | "domain">,
): Plot.Markish[] {
  const { arm } = line[0]!;
  const { color, symbol } = ARM_STYLES[arm];
  const faint = dashed.filter((point) => point.arm === arm);
  const own = series(arm);
  const title = (point: Point) => pointText(arm, `level ${point.to}`, { ...point, band });
  return [
    Plot.areaY(bandPoints(line, { band, x: ({ to }) => to, domain }), {
      ...{ ...own, x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.16 },
    }),
    Plot.lineY(faint, {
      ...own,
      x: "to",
      y: "mean",
      stroke: color,
      strokeWidth: 1.4,
      strokeOpacity: 0.6,
      strokeDasharray: "5 4",
    }),
    Plot.lineY(line, { ...own, x: "to", y: "mean", stroke: color, strokeWidth: 2.5 }),
    Plot.dot(line.filter(hasMean), { ...own, x: "to", y: "mean", fill: color, symbol, r: 4, title }),
  ];
}

function endOf(line: readonly Point[]) {
  const { arm } = line[0]!;
  const last = line.findLast(hasMean);
  return { text: arm, color: ARM_STYLES[arm].color, y: last?.mean ?? Number.NaN, ...(last && { x: last.to }) };
}

function hasMean({ mean }: Point): boolean {
  return Number.isFinite(mean);
}
