/** The barrier between tickets of successive levels: whether pruning stays in one linearly connected basin. */

import * as Plot from "@observablehq/plot";
import type { Instability } from "../connectivity/instability.ts";
import { replicatesNote, sentences } from "./caption.ts";
import { toCsv } from "./csv.ts";
import { draw, poster } from "./draw.ts";
import type { Figure } from "./figure.ts";
import { STATISTICS_COLORS } from "./figure2.ts";
import { endNames } from "./marks.ts";
import { percent, STABLE } from "./pair-statistics.ts";
import { describe, type Spread } from "./statistics.ts";

const name = "levels";
const title = "Barriers between successive levels";

/** The path between the trained tickets of two levels of one replicate. */
export interface LevelBarrier {
  readonly from: number;
  readonly to: number;
  readonly replicate: number;
  readonly instability: Instability;
  /** With batch norm's running statistics recomputed; null where there are none. */
  readonly recomputedInstability: Instability | null;
}

interface Point extends Spread {
  readonly statistics: keyof typeof STATISTICS_COLORS;
  readonly from: number;
  readonly to: number;
}

/**
 * LII (%) of the test error between a level and the one before against the level.
 * @param words `title`: what was studied, in words
 */
export function levelsFigure(rows: readonly LevelBarrier[], { title: subtitle }: { title: string }): Figure {
  const points = [
    ...pointsOf(rows, "interpolated", ({ instability }) => instability),
    ...pointsOf(rows, "recomputed", ({ recomputedInstability }) => recomputedInstability),
  ];
  const caption = sentences(
    "LII: the highest error on the straight path between the tickets of a level and of the one before it, both trained, minus the mean of the two ends.",
    "Below the dotted line (2 %) both lie in one basin.",
    new Set(points.map(({ statistics }) => statistics)).size > 1
      ? "Recomputed: batch norm's running statistics measured anew along the path."
      : "",
    replicatesNote(points),
  );
  const drawing = drawLevels(points);
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, csv: toCsv(points.map((point) => ({ ...point }))) };
}

function pointsOf(
  rows: readonly LevelBarrier[],
  statistics: Point["statistics"],
  value: (row: LevelBarrier) => Instability | null,
): Point[] {
  const measured = rows.filter((row) => value(row) !== null);
  const levels = [...new Set(measured.map(({ to }) => to))].sort((a, b) => a - b);
  return levels.map((to) => {
    const own = measured.filter((row) => row.to === to);
    const spread = describe(own.map((row) => percent(value(row)!.testError)));
    return { statistics, from: own[0]!.from, to, ...spread };
  });
}

function drawLevels(points: readonly Point[]): string {
  const statistics = [...new Set(points.map((point) => point.statistics))];
  const lines = statistics.map((each) => points.filter((point) => point.statistics === each));
  const levels = [...new Set(points.map(({ to }) => to))];
  const highest = Math.max(100 * STABLE, ...points.map(({ max }) => max).filter(Number.isFinite));
  const domain = [0, 1.06 * highest] as const;
  return draw({
    yLabel: "LII of the test error (%)",
    marginRight: lines.length > 1 ? 146 : 24,
    x: { domain: [Math.min(...levels) - 0.5, Math.max(...levels) + 0.5], axis: null },
    y: { domain: [...domain], grid: true, ticks: 6, label: null },
    marks: [
      Plot.ruleY([100 * STABLE], { stroke: "#555555", strokeWidth: 2, strokeDasharray: "2 5" }),
      ...lines.map(lineMarks),
      Plot.axisX(levels.length > 12 ? levels.filter((_, i) => i % 2 === 0) : levels, {
        ...{ text: String, label: "Level (its ticket against that of the level before)" },
        ...{ labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      }),
      ...(lines.length > 1 ? [endNames(lines.map(endOf), { domain, log: false })] : []),
    ],
  });
}

function lineMarks(line: readonly Point[]): Plot.Markish[] {
  const color = STATISTICS_COLORS[line[0]!.statistics];
  return [
    Plot.areaY(line, { x: "to", y1: "min", y2: "max", fill: color, fillOpacity: 0.16 }),
    Plot.lineY(line, { x: "to", y: "mean", stroke: color, strokeWidth: 2.5 }),
    Plot.dot(line, { x: "to", y: "mean", fill: color, r: 4 }),
  ];
}

function endOf(line: readonly Point[]) {
  const { statistics, mean } = line.at(-1)!;
  return { text: statistics, color: STATISTICS_COLORS[statistics], y: mean };
}
