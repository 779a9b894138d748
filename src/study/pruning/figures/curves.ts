/** Learning curves: the measure against iteration at a few levels, one panel per arm on the same axes. */

import * as Plot from "@observablehq/plot";
import { type Band, bandPoints, cutNote } from "../../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { sequentialColors } from "../../../figure/draw/colors.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { spreadLevels } from "../../../figure/draw/labels.ts";
import { crosses, floor, pointText, series } from "../../../figure/draw/marks.ts";
import { measureDomain, valueScale } from "../../../figure/draw/scales.ts";
import { shortPercent, thousands } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { describe } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { ACCURACY, axisOf } from "../../../task/words.ts";
import { ARM_STYLES } from "../../networks/arms.ts";
import type { Arm, NetworkData, RowDetail } from "../../networks/row.ts";
import { armsOf, denseRows, levelsOf, withDense } from "../../networks/statistics.ts";
import { type CurveSummary, curveRecords, type Drawn, lostAt, mostRecorded, summariseCurves } from "./curve-data.ts";

const name = "curves";
const LEVELS_SHOWN = 5;
/** Places of a line that tell their values in a page. */
const POINTS = 12;

/** The measure against iteration at about five levels; absent when it was not recorded during training. */
export function curves(data: NetworkData): Figure | AbsentFigure {
  const { measure, band } = data;
  const set = mostRecorded(data.rows);
  if (set === null) return { name, absent: `${measure.title} was not recorded during training` };
  const drawn = { set, measure };
  const levels = spreadLevels(levelsOf(data.rows), LEVELS_SHOWN);
  const trained = data.rows.filter((row) => levels.includes(row.level));
  const rows = panelRows(trained);
  const summaries = summariseCurves(rows, drawn);
  const losses = lossesOf(rows, set);
  const dense = summariseCurves(denseRows(trained), drawn);
  const domain = curveDomain(summaries, dense, { measure, strip: losses.length > 0 });
  const title = `Learning curves: ${set} ${measure.title}`;
  const caption = captionOf(trained, { summaries, domain, drawn, band });
  const yLabel = axisOf(set === "test" ? "Test" : "Validation", measure);
  const drawing = drawPanels(summaries, { losses, domain, yLabel, band });
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, curveRecords(rows, drawn)) };
}

interface CaptionInput {
  readonly summaries: readonly CurveSummary[];
  readonly domain: readonly [number, number];
  readonly drawn: Drawn;
  readonly band: Band;
}

function captionOf(trained: readonly RowDetail[], { summaries, domain, drawn, band }: CaptionInput): string {
  const { set, measure } = drawn;
  const turns = measure.direction === "up" ? "rises" : "falls";
  const values = measure.title === ACCURACY.title ? "Accuracies" : "Values";
  return sentences(
    `Lighter lines keep fewer weights; a line that ${turns} earlier belongs to a network that learns faster.`,
    replicatesNote(summaries, band),
    cutNote(summaries, { band, domain }),
    // Only the axis of a fraction is cut.
    summaries.some(({ min }) => min < domain[0])
      ? `${values} below ${shortPercent(domain[0])} % are off the axis.`
      : "",
    divergedNote([describe(trained.map((row) => (lostAt(row, set) === null ? 0 : Number.NaN)))]),
  );
}

/** The dense networks start every panel; they have a panel of their own only where there is no other arm. */
function panelRows(rows: readonly RowDetail[]): RowDetail[] {
  const panels = withDense(rows).filter((row) => row.arm !== "dense");
  return panels.length > 0 ? panels : [...rows];
}

/** Height of the marks of diverged runs over the height of the axis above them. */
const STRIP = 0.09;

/** Falling lines end at the foot of the axis, which is lowered by a strip in which marks cover none of them. */
function curveDomain(
  summaries: readonly CurveSummary[],
  dense: readonly CurveSummary[],
  { measure, strip }: { readonly measure: Measure; readonly strip: boolean },
): [number, number] {
  const best = Math.max(...dense.map((point) => point.mean).filter(Number.isFinite));
  const values = summaries.flatMap(({ min, max }) => [min, max]);
  const [low, high] = measureDomain(measure, values, best);
  return strip && measure.direction === "down" ? [low - STRIP * (high - low), high] : [low, high];
}

interface Loss {
  readonly arm: Arm;
  readonly level: number;
  readonly step: number;
}

function lossesOf(rows: readonly RowDetail[], set: Drawn["set"]): Loss[] {
  return rows.flatMap((row) => {
    const step = lostAt(row, set);
    return step === null ? [] : [{ arm: row.arm, level: row.level, step }];
  });
}

interface PanelOptions {
  readonly losses: readonly Loss[];
  readonly domain: readonly [number, number];
  readonly yLabel: string;
  readonly band: Band;
}

function drawPanels(summaries: readonly CurveSummary[], { losses, domain, yLabel, band }: PanelOptions): string {
  const levels = levelsOf(summaries);
  const colors = sequentialColors(levels.length);
  const color = (item: { readonly level: number }) => colors[levels.indexOf(item.level)]!;
  const shared = { fx: "arm", x: "step" };
  const ofLevel = (level: number) => summaries.filter((summary) => summary.level === level);
  const nameOf = (level: number) => `${shortPercent(ofLevel(level)[0]!.weightsRemaining)} %`;
  const iterations = { label: "Iteration", ticks: 3, tickFormat: thousands };
  const bandsOf = (level: number) =>
    armsOf(summaries).flatMap((arm) => {
      const line = summaries.filter((summary) => summary.arm === arm && summary.level === level);
      return bandPoints(line, { band, x: ({ step }) => step, domain }).map((place) => ({ ...place, arm }));
    });
  return draw({
    key: keyOf(
      levels.map((level) => summaries.find((summary) => summary.level === level)!),
      colors,
    ),
    yLabel,
    marginTop: 66,
    marginRight: 24,
    fx: { domain: armsOf(summaries), padding: 0.09, axis: null },
    x: { domain: [0, Math.max(...[...summaries, ...losses].map(({ step }) => step))], axis: null, inset: 3 },
    y: valueScale(domain),
    marks: [
      ...levels.map((level, i) =>
        Plot.areaY(bandsOf(level), {
          ...series(nameOf(level)),
          fx: "arm",
          x: "x",
          y1: "y1",
          y2: "y2",
          fillOpacity: 0.14,
          fill: colors[i]!,
        }),
      ),
      ...levels.map((level, i) => levelLine(ofLevel(level), { name: nameOf(level), color: colors[i]!, band })),
      floor,
      Plot.axisX({ ...iterations, labelAnchor: "center", labelArrow: "none", labelOffset: 44 }),
      crosses(losses, { ...shared, stroke: color }),
      panelNames(armsOf(summaries)),
    ],
  });
}

/** The lines of a level in all panels, and points without ink at about {@link POINTS} of their places, which tell values. */
function levelLine(
  line: readonly CurveSummary[],
  { name, color, band }: { readonly name: string; readonly color: string; readonly band: Band },
): Plot.Markish[] {
  const place = { ...series(name), fx: "arm", x: "step", y: "mean" };
  const told = spreadLevels([...new Set(line.map(({ step }) => step))], POINTS);
  const title = (point: CurveSummary) =>
    pointText(`${point.arm}, ${name}`, `iteration ${point.step}`, { ...point, band });
  return [
    Plot.lineY(line, { ...place, z: "arm", stroke: color, strokeWidth: 2.2 }),
    Plot.dot(
      line.filter(({ step }) => told.includes(step)),
      { ...place, fill: color, fillOpacity: 0, r: 5, title },
    ),
  ];
}

function panelNames(arms: readonly Arm[]): Plot.Markish {
  const fill = (arm: Arm) => ARM_STYLES[arm].color;
  return Plot.text(arms, { fx: String, text: String, fill, frameAnchor: "top", dy: -16, fontWeight: "bold" });
}

function keyOf(shown: readonly CurveSummary[], colors: readonly string[]): string {
  const entry = ({ weightsRemaining }: CurveSummary, i: number) =>
    `<tspan dx="14" font-weight="bold" fill="${colors[i]!}">${shortPercent(weightsRemaining)} %</tspan>`;
  return `Weights remaining:${shown.map(entry).join("")}`;
}
