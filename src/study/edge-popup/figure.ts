/** The measure of networks whose weights never change, over the fraction kept (Ramanujan et al. 2020, figure 3). */
import * as Plot from "@observablehq/plot";
import { bandPoints, cutNote } from "../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../figure/draw/caption.ts";
import { csvOf } from "../../figure/draw/csv.ts";
import { draw, poster } from "../../figure/draw/draw.ts";
import { endNames, floor, NAME_LETTER } from "../../figure/draw/marks.ts";
import { measureDomain, valueScale } from "../../figure/draw/scales.ts";
import type { Figure, FigureData } from "../../figure/figure.ts";
import { meanOf, type Spread } from "../../figure/spread.ts";
import { axisOf, told } from "../../task/words.ts";
import { spreadOf } from "./columns.ts";
import { groupsOf, lastValue, type PopupRow } from "./row.ts";
import type { PopupArm } from "./spec.ts";

/** Colours of Okabe and Ito with a second sign beside, as other figures have them. */
const STYLES = {
  "edge-popup": { color: "#0072b2", symbol: "circle", meaning: "the weights whose trained scores are largest" },
  random: { color: "#009e73", symbol: "triangle", meaning: "as many weights of every layer or of all, at random" },
  learned: {
    color: "#d55e00",
    symbol: "diamond",
    meaning: "probabilities of weights, learnt by drawing masks: the mean over ten masks",
  },
  dense: { color: "#555555", symbol: "star", meaning: "all weights, trained" },
} as const satisfies Readonly<Record<PopupArm, { color: string; symbol: string; meaning: string }>>;

interface Point extends Spread {
  readonly arm: PopupArm;
  /** In %, averaged over replicates. */
  readonly kept: number;
}

/** The figure of the study: lines over the fraction kept, the dense network as a dashed one. */
export function edgePopup(data: FigureData<PopupRow>): Figure {
  const { measure, rows, band } = data;
  const value = lastValue(measure);
  const points = groupsOf(rows).map((group): Point => {
    const kept = 100 * meanOf(group.map((row) => row.kept));
    return { arm: group[0]!.arm, kept, ...spreadOf(group, value) };
  });
  const dense = points.find(({ arm }) => arm === "dense")?.mean ?? Number.NaN;
  const domain = measureDomain(
    measure,
    points.flatMap(({ min, max }) => [min, max]),
    dense,
  );
  const title = `Test ${measure.title} of fixed weights`;
  const arms = [...new Set(points.map(({ arm }) => arm))];
  const below = points.filter(({ mean }) => mean < domain[0]);
  const caption = sentences(
    "No weight changes: what is kept of them is what is learnt.",
    Number.isFinite(dense) ? `The dashed line is the dense network, trained (${told(measure, dense)}).` : "",
    ...arms
      .filter((arm) => arm !== "dense")
      .map((arm) => `${arm[0]!.toUpperCase()}${arm.slice(1)}: ${STYLES[arm].meaning}.`),
    replicatesNote(points, band),
    cutNote(points, { band, domain }),
    below.length > 0 ? `Triangles at the bottom: means below the axis (${below.length}).` : "",
    divergedNote(points),
  );
  const drawing = drawPoints(points, { ...data, domain, dense, below });
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  const records = rows.map((row) => ({
    ...{ arm: row.arm, kept: row.kept, density: row.density, replicate: row.replicate, value: value(row) },
  }));
  return { name: "edge-popup", title, caption, svg, drawing, ...csvOf(points, records) };
}

interface Drawn extends Pick<FigureData<PopupRow>, "measure" | "band"> {
  readonly domain: readonly [number, number];
  readonly dense: number;
  readonly below: readonly Point[];
}

function drawPoints(points: readonly Point[], { measure, band, domain, dense, below }: Drawn): string {
  const lines = (["edge-popup", "random", "learned"] as const)
    .map((arm) => points.filter((point) => point.arm === arm))
    .filter((line) => line.length > 0);
  const ends = lines.map((line) => ({
    text: line[0]!.arm,
    color: STYLES[line[0]!.arm].color,
    y: line.findLast(({ mean }) => Number.isFinite(mean))?.mean ?? Number.NaN,
  }));
  return draw({
    yLabel: axisOf("Test", measure),
    marginRight: 20 + NAME_LETTER * "edge-popup".length,
    x: {
      domain: [0, 100],
      label: "Weights kept (%)",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 44,
      inset: 10,
    },
    y: valueScale(domain),
    marks: [
      Plot.ruleY(Number.isFinite(dense) ? [dense] : [], {
        ...{ stroke: STYLES.dense.color, strokeWidth: 2, strokeDasharray: "7 5" },
      }),
      ...lines.flatMap((line) => {
        const { color, symbol } = STYLES[line[0]!.arm];
        const shown = line.filter(({ mean }) => mean >= domain[0]);
        return [
          Plot.areaY(bandPoints(shown, { band, x: ({ kept }) => kept, domain }), {
            ...{ x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.16 },
          }),
          Plot.lineY(line, { x: "kept", y: "mean", stroke: color, strokeWidth: 2.5 }),
          Plot.dot(shown, { x: "kept", y: "mean", fill: color, symbol, r: 4 }),
        ];
      }),
      floor,
      Plot.axisX({
        ticks: [0, 20, 40, 60, 80, 100],
        label: "Weights kept (%)",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 44,
      }),
      Plot.dot(below, {
        ...{ x: "kept", frameAnchor: "bottom", dy: -9, symbol: "triangle", rotate: 180, r: 5 },
        fill: ({ arm }: Point) => STYLES[arm].color,
      }),
      endNames([...ends, { text: "dense", color: STYLES.dense.color, y: dense }], { domain, log: false }),
    ],
  });
}
