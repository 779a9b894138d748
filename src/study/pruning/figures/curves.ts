/** Learning curves: accuracy against iteration at a few levels, one panel per arm on the same axes. */

import * as Plot from "@observablehq/plot";
import { divergedNote, replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { sequentialColors } from "../../../figure/draw/colors.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { spreadLevels } from "../../../figure/draw/labels.ts";
import { crosses, floor } from "../../../figure/draw/marks.ts";
import { accuracyDomain } from "../../../figure/draw/scales.ts";
import { shortPercent, thousands } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { describe } from "../../../figure/spread.ts";
import { ARM_STYLES } from "../../networks/arms.ts";
import type { Arm, NetworkData, RowDetail } from "../../networks/row.ts";
import { armsOf, denseRows, levelsOf, withDense } from "../../networks/statistics.ts";
import { type CurveSummary, lostAt, type Measure, mostRecorded, summariseCurves } from "./curve-data.ts";

const name = "curves";
const LEVELS_SHOWN = 5;

/** Accuracy (%) against iteration at about five levels; absent when accuracy was not recorded during training. */
export function curves(data: NetworkData): Figure | AbsentFigure {
  const measure = mostRecorded(data.rows);
  if (measure === null) return { name, absent: "accuracy was not recorded during training" };
  const set = measure === "testAccuracy" ? "Test" : "Validation";
  const levels = spreadLevels(levelsOf(data.rows), LEVELS_SHOWN);
  const trained = data.rows.filter((row) => levels.includes(row.level));
  const rows = panelRows(trained);
  const summaries = summariseCurves(rows, measure);
  const domain = curveDomain(summaries, summariseCurves(denseRows(trained), measure));
  const title = `Learning curves: ${set.toLowerCase()} accuracy`;
  const caption = sentences(
    "Lighter lines keep fewer weights; a line that rises earlier belongs to a network that learns faster.",
    replicatesNote(summaries),
    summaries.some((summary) => summary.min < domain[0])
      ? `Accuracies below ${shortPercent(domain[0])} % are off the axis.`
      : "",
    divergedNote([describe(trained.map((row) => (lostAt(row, measure) === null ? 0 : Number.NaN)))]),
  );
  const drawing = drawPanels(summaries, { losses: lossesOf(rows, measure), domain, yLabel: `${set} accuracy (%)` });
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  return { name, title, caption, svg, drawing, csv: toCsv(summaries.map((summary) => ({ ...summary }))) };
}

/** The dense networks start every panel; they have a panel of their own only where there is no other arm. */
function panelRows(rows: readonly RowDetail[]): RowDetail[] {
  const panels = withDense(rows).filter((row) => row.arm !== "dense");
  return panels.length > 0 ? panels : [...rows];
}

function curveDomain(summaries: readonly CurveSummary[], dense: readonly CurveSummary[]): [number, number] {
  const best = Math.max(...dense.map((point) => point.mean).filter(Number.isFinite));
  const values = summaries.flatMap(({ min, max }) => [min, max]);
  return accuracyDomain(values, best);
}

interface Loss {
  readonly arm: Arm;
  readonly level: number;
  readonly step: number;
}

function lossesOf(rows: readonly RowDetail[], measure: Measure): Loss[] {
  return rows.flatMap((row) => {
    const step = lostAt(row, measure);
    return step === null ? [] : [{ arm: row.arm, level: row.level, step }];
  });
}

interface PanelOptions {
  readonly losses: readonly Loss[];
  readonly domain: readonly [number, number];
  readonly yLabel: string;
}

function drawPanels(summaries: readonly CurveSummary[], { losses, domain, yLabel }: PanelOptions): string {
  const levels = levelsOf(summaries);
  const colors = sequentialColors(levels.length);
  const color = (item: { readonly level: number }) => colors[levels.indexOf(item.level)]!;
  const shared = { fx: "arm", x: "step" };
  const iterations = { label: "Iteration", ticks: 3, tickFormat: thousands };
  const band = { ...shared, y1: "min", y2: "max", fillOpacity: 0.14 };
  return draw({
    key: keyOf(
      levels.map((level) => summaries.find((summary) => summary.level === level)!),
      colors,
    ),
    yLabel,
    marginTop: 66,
    marginRight: 24,
    fx: { domain: armsOf(summaries), padding: 0.09, axis: null },
    x: { domain: [0, Math.max(...summaries.map((summary) => summary.step))], axis: null, inset: 3 },
    y: { domain: [...domain], grid: true, ticks: 6, label: null },
    marks: [
      ...levels.map((level, i) =>
        Plot.areaY(
          summaries.filter((s) => s.level === level),
          { ...band, fill: colors[i]! },
        ),
      ),
      Plot.lineY(summaries, { ...shared, y: "mean", z: "level", stroke: color, strokeWidth: 2.2 }),
      floor,
      Plot.axisX({ ...iterations, labelAnchor: "center", labelArrow: "none", labelOffset: 44 }),
      crosses(losses, { ...shared, stroke: color }),
      panelNames(armsOf(summaries)),
    ],
  });
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
