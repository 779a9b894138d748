/** Where pruning cuts: the density of every layer against weights remaining in the whole network. */

import * as Plot from "@observablehq/plot";
import { type Band, bandPoints, cutNote } from "../../../figure/band.ts";
import { replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { sequentialColors } from "../../../figure/draw/colors.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { endNames, pointText, series } from "../../../figure/draw/marks.ts";
import { type WeightsAxis, weightsAxis, weightsScale } from "../../../figure/draw/scales.ts";
import { shortPercent } from "../../../figure/draw/text.ts";
import type { Figure } from "../../../figure/figure.ts";
import { ARM_STYLES } from "../../networks/arms.ts";
import { type LayerSummary, layerRecords, summariseLayers } from "../../networks/layer-data.ts";
import type { NetworkData } from "../../networks/row.ts";

const name = "layers";
const title = "Weights remaining in every layer";
const NAMES_THAT_FIT = 12;

/** Per-layer density (%) of the ticket's masks against weights remaining overall (%), both on log scales. */
export function layers(data: NetworkData): Figure {
  const summaries = summariseLayers(data.rows);
  const { band } = data;
  const domain = domainOf(summaries);
  const caption = sentences(
    "A layer under the dashed line is pruned more than the network as a whole; darker layers are nearer to the input.",
    replicatesNote(summaries, band),
    cutNote(summaries.filter(isDrawn), { band, domain }),
    emptied(summaries),
    linesOf(summaries).some(({ above }) => above > 0) ? "Where lines lie over each other, the wider is below." : "",
  );
  const drawing = drawLayers(summaries, { band, domain, axis: "log" });
  const linear = drawLayers(summaries, { band, domain: [0, 100], axis: "linear" });
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  const numbers = summaries.map(({ diverged: _, ...rest }) => rest);
  return { name, title, caption, svg, drawing, linear, ...csvOf(numbers, layerRecords(data.rows)) };
}

/** A log scale has no zero: a layer that vanished leaves the drawing, and the caption names it. */
function isDrawn({ min }: LayerSummary): boolean {
  return min > 0;
}

function domainOf(summaries: readonly LayerSummary[]): [number, number] {
  const overall = Math.min(...summaries.map((summary) => summary.weightsRemaining));
  return [0.9 * Math.min(overall, ...summaries.filter(isDrawn).map((summary) => summary.min)), 100];
}

interface Drawn {
  readonly band: Band;
  readonly domain: readonly [number, number];
  /** Of both axes. */
  readonly axis: WeightsAxis;
}

function emptied(summaries: readonly LayerSummary[]): string {
  const names = [...new Set(summaries.filter((summary) => summary.min === 0).map((summary) => summary.layer))];
  return names.length === 0 ? "" : `Its line ends where a layer loses its last weight: ${names.join(", ")}.`;
}

/** The line of a layer, and how many later ones lie over it. */
interface LayerLine {
  readonly layer: string;
  readonly line: readonly LayerSummary[];
  readonly above: number;
}

/** Densities that differ by less, as a share, look like one. */
const ALIKE = 0.05;
/** Lines over a line that widen it; more would make it a band. */
const MOST_ABOVE = 3;

function linesOf(summaries: readonly LayerSummary[]): LayerLine[] {
  const drawn = summaries.filter(isDrawn);
  const layers = [...new Set(drawn.map((summary) => summary.layer))];
  const lines = layers.map((layer) => drawn.filter((summary) => summary.layer === layer));
  return lines.map((line, i) => {
    const overall = line.map((summary) => ({ ...summary, mean: summary.weightsRemaining }));
    const above = [...lines.slice(i + 1), overall].filter((other) => isAlike(line, other)).length;
    return { layer: layers[i]!, line, above: Math.min(MOST_ABOVE, above) };
  });
}

function isAlike(line: readonly LayerSummary[], other: readonly LayerSummary[]): boolean {
  return (
    line.length === other.length &&
    line.every(({ mean }, i) => Math.abs(mean - other[i]!.mean) <= ALIKE * Math.max(mean, other[i]!.mean))
  );
}

function drawLayers(summaries: readonly LayerSummary[], { band, domain, axis }: Drawn): string {
  const densities = summaries.map((summary) => summary.weightsRemaining);
  const overall = [Math.max(...densities), Math.min(...densities)] as const;
  const lines = linesOf(summaries);
  const colors = sequentialColors(lines.length);
  const { color } = ARM_STYLES.dense;
  const ends = lines
    .map(({ layer, line }, i) => ({ text: layer, color: colors[i]!, ...endOf(line) }))
    .filter((_, i) => i % Math.ceil(lines.length / NAMES_THAT_FIT) === 0);
  const longest = Math.max(...ends.map((end) => end.text.length), ALL.length);
  const ticks = axis === "log" ? percentTicks(domain[0]) : [0, 20, 40, 60, 80, 100];
  const diagonal = { ...series(ALL), x: Number, y: Number };
  return draw({
    yLabel: `Weights remaining in the layer (%${axis === "log" ? ", log scale" : ""})`,
    marginRight: 18 + 10.5 * longest,
    x: weightsScale(summaries, axis),
    y: { type: axis, domain: [...domain], axis: null },
    marks: [
      Plot.gridY(ticks),
      Plot.axisY(ticks, { text: shortPercent, label: null }),
      weightsAxis(summaries, 9, axis),
      ...lines.map((line, i) => layerLine(line, colors[i]!, { band, domain, axis })),
      // Over the layers, which are wider where it lies on them.
      Plot.line(overall, { ...diagonal, stroke: "white", strokeWidth: 2.6 }),
      Plot.line(overall, { ...diagonal, stroke: color, strokeWidth: 1.8, strokeDasharray: "7 5" }),
      endNames([...ends, { text: ALL, color, x: overall[1], y: overall[1] }], { domain, log: axis === "log" }),
    ],
  });
}

/** What the dashed line is called. */
const ALL = "all layers";

function endOf(line: readonly LayerSummary[]) {
  const { weightsRemaining: x, mean: y } = line.at(-1)!;
  return { x, y };
}

function layerLine({ layer, line, above }: LayerLine, color: string, { band, domain, axis }: Drawn): Plot.Markish[] {
  const x = "weightsRemaining";
  const isLog = axis === "log";
  const log = { x: isLog, y: isLog };
  const places = bandPoints(line, { band, x: (summary) => summary.weightsRemaining, domain, log });
  const own = series(layer);
  const title = (point: LayerSummary) =>
    pointText(layer, `${shortPercent(point.weightsRemaining)} % of all weights`, { ...point, band });
  return [
    Plot.areaY(places, { ...own, x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.2 }),
    Plot.lineY(line, { ...own, x, y: "mean", stroke: color, strokeWidth: 2.5 + 3 * above }),
    Plot.dot(line, { ...own, x, y: "mean", fill: color, r: 3.5 + 1.5 * above, title }),
  ];
}

/** 100, 50, 20, 10, 5, … not below the lowest value; powers of ten only when the axis is long. */
function percentTicks(lowest: number): number[] {
  const steps = lowest < 0.5 ? [10] : [50, 20, 10];
  const decades = Math.max(1, Math.ceil(2 - Math.log10(lowest)));
  const below = Array.from({ length: decades }, (_, power) => steps.map((step) => step / 10 ** power)).flat();
  return [100, ...below.filter((tick) => tick >= lowest)];
}
