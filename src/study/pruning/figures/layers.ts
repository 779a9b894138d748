/** Where pruning cuts: the density of every layer against weights remaining in the whole network. */

import * as Plot from "@observablehq/plot";
import { type Band, bandPoints, cutNote } from "../../../figure/band.ts";
import { replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { sequentialColors } from "../../../figure/draw/colors.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { endNames } from "../../../figure/draw/marks.ts";
import { weightsAxis, weightsScale } from "../../../figure/draw/scales.ts";
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
  );
  const drawing = drawLayers(summaries, { band, domain });
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  const numbers = summaries.map(({ diverged: _, ...rest }) => rest);
  return { name, title, caption, svg, drawing, ...csvOf(numbers, layerRecords(data.rows)) };
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
}

function emptied(summaries: readonly LayerSummary[]): string {
  const names = [...new Set(summaries.filter((summary) => summary.min === 0).map((summary) => summary.layer))];
  return names.length === 0 ? "" : `Its line ends where a layer loses its last weight: ${names.join(", ")}.`;
}

function drawLayers(summaries: readonly LayerSummary[], { band, domain }: Drawn): string {
  const densities = summaries.map((summary) => summary.weightsRemaining);
  const overall = [Math.max(...densities), Math.min(...densities)] as const;
  const drawn = summaries.filter(isDrawn);
  const lines = [...new Set(drawn.map((summary) => summary.layer))].map((layer) =>
    drawn.filter((summary) => summary.layer === layer),
  );
  const colors = sequentialColors(lines.length);
  const { color } = ARM_STYLES.dense;
  const ends = lines
    .map((line, i) => ({ text: line[0]!.layer, color: colors[i]!, y: line.at(-1)!.mean }))
    .filter((_, i) => i % Math.ceil(lines.length / NAMES_THAT_FIT) === 0);
  const longest = Math.max(...ends.map((end) => end.text.length), "all layers".length);
  const ticks = percentTicks(domain[0]);
  const diagonal = { x: Number, y: Number, stroke: color, strokeWidth: 2, strokeDasharray: "7 5" };
  return draw({
    yLabel: "Weights remaining in the layer (%, log scale)",
    marginRight: 16 + 10.5 * longest,
    x: weightsScale(summaries),
    y: { type: "log", domain: [...domain], axis: null },
    marks: [
      Plot.gridY(ticks),
      Plot.axisY(ticks, { text: shortPercent, label: null }),
      weightsAxis(summaries),
      Plot.line(overall, diagonal),
      ...lines.map((line, i) => layerLine(line, colors[i]!, { band, domain })),
      endNames([...ends, { text: "all layers", color, y: overall[1] }], { domain, log: true }),
    ],
  });
}

function layerLine(line: readonly LayerSummary[], color: string, { band, domain }: Drawn): Plot.Markish[] {
  const x = "weightsRemaining";
  const log = { x: true, y: true };
  const places = bandPoints(line, { band, x: (summary) => summary.weightsRemaining, domain, log });
  return [
    Plot.areaY(places, { x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.2 }),
    Plot.lineY(line, { x, y: "mean", stroke: color, strokeWidth: 2.5 }),
    Plot.dot(line, { x, y: "mean", fill: color, r: 3.5 }),
  ];
}

/** 100, 50, 20, 10, 5, … not below the lowest value; powers of ten only when the axis is long. */
function percentTicks(lowest: number): number[] {
  const steps = lowest < 0.5 ? [10] : [50, 20, 10];
  const decades = Math.max(1, Math.ceil(2 - Math.log10(lowest)));
  const below = Array.from({ length: decades }, (_, power) => steps.map((step) => step / 10 ** power)).flat();
  return [100, ...below.filter((tick) => tick >= lowest)];
}
