/** Lines of several runs in one drawing: a colour for every run, a dash for every arm, a key above. */

import * as Plot from "@observablehq/plot";
import type { Measure } from "../task/task.ts";
import { type Band, bandPoints, cutNote } from "./band.ts";
import { replicatesNote, sentences } from "./draw/caption.ts";
import { csvOf } from "./draw/csv.ts";
import { draw, legend, poster, stack } from "./draw/draw.ts";
import { floor } from "./draw/marks.ts";
import { measureDomain, valueScale, weightsAxis, weightsScale } from "./draw/scales.ts";
import type { AbsentFigure, Figure } from "./figure.ts";
import type { ReplicateValue, Spread } from "./spread.ts";

/** Of Okabe and Ito 2008, in an order in which neighbours differ. */
const COLORS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#000000",
  "#b07d00",
  "#56b4e9",
  "#882255",
  "#777700",
  "#7a4fbf",
];
const DASHES = ["none", "7 4", "2 3", "9 3 2 3", "1 5", "12 4"];
/** Lines that eyes tell apart, and a key has room for. */
const MOST = 24;

/** A line: a run's arm. */
export interface LineOfRun {
  readonly run: string;
  readonly arm: string;
  readonly label: string;
  readonly points: readonly (Spread & {
    readonly at: number;
    readonly weightsRemaining?: number;
    readonly values: readonly ReplicateValue[];
  })[];
}

/** What is drawn, and what its axes are called. */
export interface OverlayData {
  /** Such as `Test accuracy (%)`. */
  readonly yLabel: string;
  /** What places are called, such as `level`. */
  readonly axis: string;
  /** What values are; null for other values than a measure's. */
  readonly measure: Measure | null;
  readonly lines: readonly LineOfRun[];
  readonly band: Band;
}

/** Draws lines over what remains of the weights, where places are levels, else over the places. */
export function overlay(data: OverlayData): Figure | AbsentFigure {
  const { lines, band, yLabel, axis } = data;
  const name = "compare";
  if (lines.length > MOST)
    return {
      name,
      absent: `${lines.length} lines are more than a drawing can tell apart (${MOST}); name arms or fewer runs`,
    };
  const isWeights =
    axis === "level" && lines.every((line) => line.points.every((each) => each.weightsRemaining !== undefined));
  const placed = lines.map((line) => ({
    ...line,
    points: line.points.map((point) => ({ ...point, x: isWeights ? point.weightsRemaining! : point.at })),
  }));
  const all = placed.flatMap(({ points }) => points);
  const domain = domainOf(data);
  const styles = stylesOf(lines);
  const levels = all.map(({ x }) => ({ level: x, weightsRemaining: x }));
  const plot = draw({
    yLabel,
    x: isWeights ? weightsScale(levels) : { label: axis, inset: 10, ticks: 8 },
    y: valueScale(domain),
    marks: [
      ...placed.map(({ points }, i) =>
        Plot.areaY(bandPoints(points, { band, x: ({ x }) => x, domain, log: { x: isWeights } }), {
          ...{ x: "x", y1: "y1", y2: "y2", fill: styles[i]!.color, fillOpacity: Math.min(0.12, 0.5 / lines.length) },
        }),
      ),
      ...placed.flatMap(({ points }, i) => {
        const { color, dash } = styles[i]!;
        return [
          Plot.lineY(points, { x: "x", y: "mean", stroke: color, strokeWidth: 2.2, strokeDasharray: dash }),
          Plot.dot(points, { x: "x", y: "mean", fill: color, r: 3.2 }),
        ];
      }),
      floor,
      ...(isWeights ? [weightsAxis(levels)] : []),
    ],
  });
  const drawing = stack([legend(lines.map(({ label }, i) => ({ text: label, ...styles[i]! }))), plot]);
  const title = "Runs compared";
  const caption = captionOf(all, { domain, band, isWeights });
  const svg = poster({ title, caption, subtitle: subtitleOf(lines) }, drawing);
  return { name, title, caption, svg, drawing, ...tablesOf(lines) };
}

/** The axis of a measure spares collapsed networks, but shows the best of every line; of other values it has room for all. */
function domainOf({ measure, lines }: OverlayData): [number, number] {
  const [best, worst] = measure?.direction === "up" ? [Math.max, Math.min] : [Math.min, Math.max];
  const bests = lines
    .map(({ points }) => points.map(({ mean }) => mean).filter(Number.isFinite))
    .flatMap((means) => (means.length > 0 ? [best(...means)] : []));
  const values = lines.flatMap(({ points }) => points.flatMap(({ min, max }) => [min, max]));
  return measureDomain(
    measure ?? { unit: null, direction: "down" },
    values,
    bests.length > 0 ? worst(...bests) : Number.NaN,
  );
}

function stylesOf(lines: readonly LineOfRun[]) {
  const runs = [...new Set(lines.map(({ run }) => run))];
  const arms = [...new Set(lines.map(({ arm }) => arm))];
  // Of one run the arms are told apart by colour.
  return lines.map(({ run, arm }) => {
    const [color, dash] = runs.length === 1 ? [arms.indexOf(arm), 0] : [runs.indexOf(run), arms.indexOf(arm)];
    // Where colours begin again, dashes go on.
    const turn = Math.floor(color / COLORS.length);
    return { color: COLORS[color % COLORS.length]!, dash: DASHES[(dash + turn) % DASHES.length]! };
  });
}

function subtitleOf(lines: readonly LineOfRun[]): string {
  const runs = new Set(lines.map(({ run }) => run));
  const arms = new Set(lines.map(({ arm }) => arm));
  const told = runs.size > 4 ? `${runs.size} runs` : [...runs].join(", ");
  return arms.size === 1 ? `${told}: ${[...arms]}` : told;
}

function captionOf(
  spreads: readonly Spread[],
  { domain, band, isWeights }: { domain: readonly [number, number]; band: Band; isWeights: boolean },
): string {
  const below = spreads.filter(({ mean }) => mean < domain[0]).length;
  const lost = spreads.reduce((sum, { diverged }) => sum + diverged, 0);
  return sentences(
    isWeights ? "Each step to the right leaves fewer weights." : "",
    replicatesNote(spreads, band),
    cutNote(spreads, { band, domain }),
    below > 0 ? `Means below the axis: ${below}.` : "",
    lost > 0 ? `Diverged and left out of the means: ${lost}.` : "",
  );
}

function tablesOf(lines: readonly LineOfRun[]): { csv: string; replicates: string } {
  const place = ({ run, arm, label }: LineOfRun) => ({ run, arm, label });
  const points = lines.flatMap((line) => line.points.map((point) => ({ line, point })));
  return csvOf(
    points.map(({ line, point: { at, weightsRemaining = "", mean, low, high, sd, n, diverged } }) => {
      return { ...place(line), at, weightsRemaining, mean, low, high, sd, n, diverged };
    }),
    points.flatMap(({ line, point: { at, weightsRemaining = "", values } }) =>
      values.map(({ replicate, value }) => ({ ...place(line), at, weightsRemaining, replicate, value })),
    ),
  );
}
