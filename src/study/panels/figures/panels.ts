/** The measure against weights remaining with error bars, one panel per regime on the same axes: Figure 1, and its kin. */

import * as Plot from "@observablehq/plot";
import { type Band, bandOf, cutNote } from "../../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { crosses, floor, pointText, series } from "../../../figure/draw/marks.ts";
import { measureDomain, valueScale, weightsAxis, weightsScale } from "../../../figure/draw/scales.ts";
import { capital, shortPercent } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { meanOf, panelsOf } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { axisOf, told } from "../../../task/words.ts";
import { ARM_STYLES, sharedNote } from "../../networks/arms.ts";
import { withStrip } from "../../networks/lines.ts";
import type { Arm, NetworkData } from "../../networks/row.ts";
import {
  armsOf,
  denseRows,
  finalValue,
  replicateRecords,
  type Summary,
  summarise,
  withDense,
} from "../../networks/statistics.ts";

/** Tickets, the same masks on new weights, and rewound weights, at a low and at the usual learning rate. */
export function figure1(data: NetworkData): Figure | AbsentFigure {
  return drawFigure(data, { name: "figure1", title: "Tickets against new weights, by learning rate" });
}

/** Starts of pruned networks compared at a low and at the usual learning rate (Liu et al. 2018, figure 7). */
export function scratch(data: NetworkData): Figure | AbsentFigure {
  return drawFigure(data, { name: "scratch", title: "What pruned networks start from, by learning rate" });
}

/** Tickets of language models and what they are compared with, by what may be pruned (Yu et al. 2020, figure 1). */
export function lstmTickets(data: NetworkData): Figure | AbsentFigure {
  return drawFigure(data, { name: "lstm-tickets", title: "Tickets of language models, by what is pruned" });
}

/** The measure, as it is shown, of the dense networks of a panel. */
interface Dense {
  readonly panel: string;
  readonly mean: number;
}

function drawFigure(data: NetworkData, { name, title }: { name: string; title: string }): Figure | AbsentFigure {
  const panels = panelsOf(data.rows).filter((panel) => panel !== undefined);
  if (panels.length === 0) return { name, absent: "the study has no panels" };
  const rowsOf = (panel: string) => data.rows.filter((row) => row.panel === panel);
  const { measure, band } = data;
  const value = finalValue(measure);
  const rows = panels.flatMap((panel) => withDense(rowsOf(panel)));
  const summaries = summarise(rows, value);
  const dense = panels.map((panel) => ({ panel, mean: meanOf(denseRows(rowsOf(panel)).map(value)) }));
  const best = Math.max(...dense.map(({ mean }) => mean).filter(Number.isFinite));
  const values = summaries.flatMap(({ min, max }) => [min, max]);
  const domain = withStrip(measureDomain(measure, values, best), summaries);
  const drawing = drawPanels(summaries, { panels, dense, domain, band, yLabel: axisOf("Test", measure) });
  const caption = captionOf(summaries, { dense, domain, band, lost: summarise(data.rows, value), measure });
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, replicateRecords(rows, value)) };
}

interface CaptionInput {
  readonly dense: readonly Dense[];
  readonly domain: readonly [number, number];
  readonly band: Band;
  readonly lost: readonly Summary[];
  readonly measure: Measure;
}

function captionOf(summaries: readonly Summary[], { dense, domain, band, lost, measure }: CaptionInput): string {
  const below = summaries.filter(({ mean }) => mean < domain[0]).length;
  const bars = summaries.filter(({ arm }) => arm !== "dense");
  return sentences(
    "Each step to the right leaves fewer weights.",
    `Dashed: the dense network (${dense.map(({ panel, mean }) => `${panel}: ${told(measure, mean)}`).join("; ")}).`,
    ...drawnArms(summaries).map((arm) => `${capital(arm)}: ${ARM_STYLES[arm].meaning}.`),
    sharedNote(armsOf(lost)),
    replicatesNote(summaries, band, "bars"),
    cutNote(bars, { band, domain, ranges: "bars" }),
    below > 0 ? `Means below the axis: ${below}.` : "",
    divergedNote(lost),
  );
}

/** The arms that have a line. */
export function drawnArms(summaries: readonly Summary[]): Arm[] {
  return armsOf(summaries).filter((arm) => arm !== "dense");
}

/** How {@link drawPanels} draws. */
interface PanelOptions {
  readonly panels: readonly string[];
  readonly dense: readonly Dense[];
  readonly domain: readonly [number, number];
  readonly band: Band;
  readonly yLabel: string;
}

/** Labels of the weights axis that fit side by side over all panels. */
const LABELS = 10;

/** A line with error bars for every arm, a panel for each that is named. */
export function drawPanels(summaries: readonly Summary[], options: PanelOptions): string {
  const { panels, dense, domain, yLabel } = options;
  const arms = drawnArms(summaries);
  const finite = dense.filter(({ mean }) => Number.isFinite(mean));
  const dashes = { stroke: ARM_STYLES.dense.color, strokeWidth: 2, strokeDasharray: "7 5" };
  return draw({
    key: arms.map(keyEntry).join(""),
    yLabel,
    marginTop: 66,
    marginRight: 24,
    fx: { domain: [...panels], padding: 0.09, axis: null },
    x: weightsScale(summaries),
    y: valueScale(domain),
    marks: [
      Plot.ruleY(finite, { fx: "panel", y: "mean", ...dashes }),
      ...arms.map((arm, i) => armMarks(arm, summaries, { ...options, dx: 4 * (i - (arms.length - 1) / 2) })),
      floor,
      weightsAxis(summaries, Math.floor(LABELS / panels.length)),
      ...arms.filter((arm) => lostOf(arm, summaries).length > 0).map((arm, row) => lostMarks(arm, summaries, row)),
      Plot.text(panels, { fx: String, text: String, frameAnchor: "top", dy: -16, fontWeight: "bold" }),
    ],
  });
}

/** The end of an error bar: a line across, 8 px long. */
const CAP = {
  draw(context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }) {
    context.moveTo(-4, 0);
    context.lineTo(4, 0);
  },
};

/** The line of an arm and its error bars, moved aside by `dx` px so that arms do not cover each other. */
function armMarks(
  arm: Arm,
  summaries: readonly Summary[],
  { domain: [foot, top], band, dx }: Pick<PanelOptions, "domain" | "band"> & { dx: number },
): Plot.Markish[] {
  const { color, symbol } = ARM_STYLES[arm];
  const line = summaries.filter((summary) => summary.arm === arm);
  const place = { ...series(arm), fx: "panel", x: "weightsRemaining", dx };
  const title = (point: Summary) =>
    pointText(arm, `${shortPercent(point.weightsRemaining)} % of weights`, { ...point, band });
  const bars = line.flatMap((summary) => {
    const [low, high] = bandOf(summary, band);
    return high > low && high > foot && low < top ? [{ ...summary, low, high }] : [];
  });
  // A bar that is cut off at the axis has no end there.
  const ends = bars.flatMap(({ low, high, ...rest }) => [low, high].map((y) => ({ ...rest, y })));
  const shown = ends.filter(({ y }) => y >= foot && y <= top);
  const cut = bars.map(({ low, high, ...rest }) => ({ ...rest, low: Math.max(foot, low), high: Math.min(top, high) }));
  return [
    Plot.lineY(line, { ...place, y: "mean", stroke: color, strokeWidth: 2 }),
    Plot.ruleX(cut, { ...place, y1: "low", y2: "high", stroke: color, strokeWidth: 1.5 }),
    Plot.dot(shown, { ...place, y: "y", stroke: color, strokeWidth: 1.5, symbol: CAP }),
    Plot.dot(line, { ...place, y: "mean", fill: color, symbol, r: 4, title }),
  ];
}

function lostOf(arm: Arm, summaries: readonly Summary[]): Summary[] {
  return summaries.filter((summary) => summary.arm === arm && summary.diverged > 0);
}

function lostMarks(arm: Arm, summaries: readonly Summary[], row: number): Plot.Markish[] {
  const place = { ...series(arm), fx: "panel", x: "weightsRemaining", dy: -9 - 16 * row };
  return crosses(lostOf(arm, summaries), { ...place, stroke: ARM_STYLES[arm].color });
}

function keyEntry(arm: Arm, index: number): string {
  return `<tspan dx="${index === 0 ? 0 : 18}" font-weight="bold" fill="${ARM_STYLES[arm].color}">${arm}</tspan>`;
}
